//! The transport key: its file, its certificate, its pin.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use keys::{Digest, keyring::durable::sync_folder_of};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ED25519, PublicKeyData as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use zeroize::Zeroizing;

/// Nobody needs a longer key file; a longer one is not a key.
const MAX_FILE: u64 = 4096;

/// The Ed25519 key by which peers know this node's end of a connection. It opens nothing that is stored.
///
/// It lies in a file of its own, unencrypted, so that a node locked after a power cut can still listen.
pub struct TransportKey {
    pair: KeyPair,
    certificate: CertificateDer<'static>,
    pin: Digest,
}

/// Why there is no transport key.
#[derive(Debug, thiserror::Error)]
pub enum TransportKeyError {
    /// A key is already there: overwriting it would cut this node off from all peers.
    #[error("{0} exists already: it is left as it is")]
    Exists(PathBuf),
    /// The file is not there.
    #[error("{0} is missing: restore it from the backup, or make a new one and publish it to the peers")]
    Missing(PathBuf),
    /// Others on this machine could read it.
    #[error("{path} may be read by others (mode {mode:04o}): run `chmod 600 {path}`")]
    Readable {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Damaged, cut short, or another kind of file.
    #[error("{0} holds no Ed25519 key in PKCS#8 PEM: restore it from the backup")]
    NotAKey(PathBuf),
    /// Reading or writing failed.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The certificate could not be made; not seen with a valid key.
    #[error("no certificate could be made from the transport key")]
    Certificate,
}

impl TransportKey {
    /// A fresh key from the operating system's randomness, in memory; [`Self::write`] keeps it.
    ///
    /// # Errors
    /// [`TransportKeyError::Certificate`].
    pub fn generate() -> Result<Self, TransportKeyError> {
        let pair = KeyPair::generate_for(&PKCS_ED25519).map_err(|_| TransportKeyError::Certificate)?;
        Self::from_pair(pair)
    }

    /// Makes a key and writes it to `path`, as [`Self::write`] does.
    ///
    /// # Errors
    /// As there.
    pub fn create(path: &Path) -> Result<Self, TransportKeyError> {
        let key = Self::generate()?;
        key.write(path)?;
        Ok(key)
    }

    /// Writes it to `path`, mode 0600, synced. Never overwrites.
    ///
    /// # Errors
    /// [`TransportKeyError::Exists`] or the system's error.
    pub fn write(&self, path: &Path) -> Result<(), TransportKeyError> {
        let io = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => TransportKeyError::Exists(path.into()),
            _ => TransportKeyError::Io { path: path.into(), source },
        };
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(io)?;
        let text = Zeroizing::new(self.pair.serialize_pem());
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io)?;
        sync_folder_of(path).map_err(io)
    }

    /// Reads the key.
    ///
    /// # Errors
    /// When the file is missing, readable by others, or no key.
    pub fn load(path: &Path) -> Result<Self, TransportKeyError> {
        let io = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => TransportKeyError::Missing(path.into()),
            _ => TransportKeyError::Io { path: path.into(), source },
        };
        let meta = fs::metadata(path).map_err(io)?;
        let mode = meta.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(TransportKeyError::Readable { path: path.into(), mode });
        }
        if meta.len() > MAX_FILE {
            return Err(TransportKeyError::NotAKey(path.into()));
        }
        let bytes = Zeroizing::new(fs::read(path).map_err(io)?);
        let text = std::str::from_utf8(&bytes).map_err(|_| TransportKeyError::NotAKey(path.into()))?;
        let pair = KeyPair::from_pkcs8_pem_and_sign_algo(text, &PKCS_ED25519)
            .map_err(|_| TransportKeyError::NotAKey(path.into()))?;
        Self::from_pair(pair)
    }

    fn from_pair(pair: KeyPair) -> Result<Self, TransportKeyError> {
        // The same name for every agency and no date: a verifier looks at the key alone, an onlooker learns nothing.
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "spean");
        let certificate = params.self_signed(&pair).map_err(|_| TransportKeyError::Certificate)?;
        let pin = sha256(&pair.subject_public_key_info());
        Ok(Self { certificate: certificate.der().clone(), pair, pin })
    }

    /// What the transport statement lists: SHA-256 of the key's `SubjectPublicKeyInfo`.
    #[must_use]
    pub const fn pin(&self) -> Digest {
        self.pin
    }

    pub(super) fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.clone()
    }

    /// A copy for rustls, which keeps it parsed for as long as the configuration lives.
    pub(super) fn private(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.pair.serialize_der()).into()
    }
}

impl fmt::Debug for TransportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TransportKey(pin {})", self.pin)
    }
}

pub(super) fn sha256(bytes: &[u8]) -> Digest {
    let mut out = [0; 32];
    out.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref());
    Digest(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_written_key_comes_back_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("transport.key");
        let made = TransportKey::create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(TransportKey::load(&path).unwrap().pin(), made.pin());
        assert!(matches!(TransportKey::create(&path), Err(TransportKeyError::Exists(_))));
        assert_eq!(TransportKey::load(&path).unwrap().pin(), made.pin());
    }

    #[test]
    fn a_key_others_can_read_is_refused_with_the_command_that_mends_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("transport.key");
        TransportKey::create(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = TransportKey::load(&path).unwrap_err().to_string();
        assert!(error.contains("mode 0640") && error.contains("chmod 600"), "{error}");
    }

    #[test]
    fn missing_cut_short_and_foreign_files_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("transport.key");
        assert!(matches!(TransportKey::load(&path), Err(TransportKeyError::Missing(_))));
        TransportKey::create(&path).unwrap();
        let text = fs::read(&path).unwrap();
        for broken in [&text[..text.len() / 2], b"", b"\xff\xfe", &vec![b'a'; 5000][..]] {
            fs::write(&path, broken).unwrap();
            assert!(matches!(TransportKey::load(&path), Err(TransportKeyError::NotAKey(_))));
        }
    }

    #[test]
    fn its_debug_text_holds_the_pin_only() {
        let key = TransportKey::generate().unwrap();
        assert_eq!(format!("{key:?}"), format!("TransportKey(pin {})", key.pin()));
    }
}
