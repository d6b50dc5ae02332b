//! Domain separation: every signature, hash, MAC, key derivation and associated
//! data is over `PAE(label, bytes)`, and each label has one use (`docs/protocol.md` 3.1, 3.2).

use ring::{digest, hkdf, hmac};

use crate::{Digest, Secret};

/// The name of one use of one primitive. The table of all of them is in `docs/protocol.md` 3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label(&'static str);

impl Label {
    /// A label of another crate; `name` is at most 64 characters of ASCII and used for one thing only.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        assert!(name.len() <= 64);
        Self(name)
    }

    /// The label's text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// [`crate::NetworkId`]: hash of the network's name.
pub const NETWORK: Label = Label::new("spean/net");

/// Pre-authentication encoding: `"SPEANv1" || u16 len(label) || label || u64 len(bytes) || bytes`, big-endian.
#[must_use]
pub fn pae(label: Label, bytes: &[u8]) -> Vec<u8> {
    Lengths::of(label, bytes).pieces(label, bytes).concat()
}

/// The two lengths of [`pae`]. What is only hashed need not be copied together.
struct Lengths {
    label: [u8; 2],
    bytes: [u8; 8],
}

impl Lengths {
    fn of(label: Label, bytes: &[u8]) -> Self {
        Self {
            label: u16::try_from(label.0.len()).unwrap_or(u16::MAX).to_be_bytes(),
            bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes(),
        }
    }

    /// What stands one behind the other.
    fn pieces<'a>(&'a self, label: Label, bytes: &'a [u8]) -> [&'a [u8]; 5] {
        [b"SPEANv1", &self.label, label.0.as_bytes(), &self.bytes, bytes]
    }
}

/// SHA-256 over `PAE(label, bytes)`.
#[must_use]
pub fn hash(label: Label, bytes: &[u8]) -> Digest {
    let mut context = digest::Context::new(&digest::SHA256);
    Lengths::of(label, bytes).pieces(label, bytes).into_iter().for_each(|piece| context.update(piece));
    let mut out = Digest::default();
    out.0.copy_from_slice(context.finish().as_ref());
    out
}

/// HMAC-SHA256 under `key` over `PAE(label, bytes)`.
#[must_use]
pub fn mac(key: &[u8; 32], label: Label, bytes: &[u8]) -> Digest {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    Lengths::of(label, bytes).pieces(label, bytes).into_iter().for_each(|piece| context.update(piece));
    let mut out = Digest::default();
    out.0.copy_from_slice(context.sign().as_ref());
    out
}

/// HKDF-SHA256 (RFC 5869): 32 bytes from `ikm` and `salt`, with `PAE(label, context)` as info.
#[must_use]
pub fn derive(ikm: &[u8], salt: &[u8], label: Label, context: &[u8]) -> Secret<32> {
    let lengths = Lengths::of(label, context);
    let info = lengths.pieces(label, context);
    let mut out = Box::new([0; 32]);
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(ikm);
    // `expand` and `fill` fail only for more than 255 hashes or another length than asked for.
    if let Ok(okm) = prk.expand(&info, hkdf::HKDF_SHA256) {
        let filled = okm.fill(out.as_mut_slice());
        debug_assert!(filled.is_ok());
    }
    Secret::new(out)
}

/// SHA-256 without a label, for formats that other specifications define (SPKI pins, fingerprints).
#[must_use]
pub fn digest_of(bytes: &[u8]) -> Digest {
    let mut out = Digest::default();
    out.0.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pae_separates_label_and_bytes() {
        let mut expected = b"SPEANv1\x00\x09spean/net\x00\x00\x00\x00\x00\x00\x00\x02".to_vec();
        expected.extend_from_slice(b"ab");
        assert_eq!(pae(NETWORK, b"ab"), expected);
    }

    #[test]
    fn what_is_hashed_and_derived_is_over_the_same_encoding() {
        for bytes in [&b""[..], b"ab", &[7; 300]] {
            let whole = pae(NETWORK, bytes);
            assert_eq!(hash(NETWORK, bytes), digest_of(&whole));
            let key = hmac::Key::new(hmac::HMAC_SHA256, &[5; 32]);
            assert_eq!(mac(&[5; 32], NETWORK, bytes).0, hmac::sign(&key, &whole).as_ref());
            let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"salt").extract(b"ikm");
            let mut okm = [0; 32];
            prk.expand(&[&whole], hkdf::HKDF_SHA256).unwrap().fill(&mut okm).unwrap();
            assert_eq!(*derive(b"ikm", b"salt", NETWORK, bytes).expose(), okm);
        }
    }

    #[test]
    fn derived_keys_differ_by_context_and_salt() {
        let key = |salt: &[u8], context: &[u8]| *derive(b"ikm", salt, NETWORK, context).expose();
        assert_ne!(key(b"s", b"a"), key(b"s", b"b"));
        assert_ne!(key(b"s", b"a"), key(b"t", b"a"));
        assert_ne!(key(b"s", b"a"), [0; 32]);
    }
}
