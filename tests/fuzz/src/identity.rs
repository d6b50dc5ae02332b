//! What says who an agency is: CBOR, log, statements, keys, the keyring file.

use std::{fs, path::PathBuf, sync::LazyLock};

use keys::{
    Digest, ForkProof, Keyring, PublicRecord, Secret, Signed, cbor,
    cut::{self, CutLeaf, CutPath},
    guardian::{GuardianSignature, RecoveryRequest},
    keyring::{KdfParams, KeyringSecrets},
    label,
    log::{Entry, Genesis, LOG},
    sealing::{self, SealingPublic},
    statement::{STATEMENT, Statement},
};
use protocol::cut::CutAnswer;
use serde_json::Value;

use crate::actors::{CMO, GUARDIAN, RECOVERY, Seeded, endorsed, network};

/// Strict CBOR: what is read has one encoding.
pub fn cbor(data: &[u8]) {
    if let Ok(tree) = cbor::decode_body::<Value>(data) {
        assert_eq!(cbor::encode_body(&tree).as_deref(), Ok(data), "a second encoding was read");
    }
    if let Ok(signed) = Signed::<Genesis>::from_bytes(data) {
        assert_eq!(signed.to_bytes(), data, "a second encoding was read");
    }
}

/// A whole public record, as it stands on a card.
pub fn record(data: &[u8]) {
    if let Ok(record) = PublicRecord::from_bytes(data) {
        assert_eq!(record.to_bytes(), data, "a second encoding was read");
        let _ = record.verify(network());
    }
}

/// A record with this log and these statements (`docs/protocol.md` 3.4).
fn record_of(log: &[Vec<u8>], statements: &[Vec<u8>]) -> PublicRecord {
    let mut bytes = b"SPNA\x01".to_vec();
    for list in [log, statements] {
        bytes.extend(u16::try_from(list.len()).expect("few").to_be_bytes());
        for item in list {
            bytes.extend(u32::try_from(item.len()).expect("short").to_be_bytes());
            bytes.extend_from_slice(item);
        }
    }
    PublicRecord::from_bytes(&bytes).expect("a record")
}

/// An entry of the key log, signed by the root it belongs to.
pub fn log_entry(data: &[u8]) {
    if let Ok(entry) = cbor::decode::<Entry>(data) {
        let _ = entry.parse_body();
        let mut log = CMO.record.record().log().to_vec();
        log.push(endorsed(data, LOG, &CMO.root));
        let _ = record_of(&log, CMO.record.record().statements()).verify(network());
    }
    if let Ok(genesis) = cbor::decode::<Genesis>(data) {
        let _ = genesis.check(network());
    }
}

/// A statement, signed by the key it must be signed with.
pub fn statement(data: &[u8]) {
    if let Ok(statement) = cbor::decode::<Statement>(data) {
        let _ = statement.parse_body();
        let mut statements = CMO.record.record().statements().to_vec();
        statements.push(endorsed(data, STATEMENT, &CMO.op));
        let _ = record_of(CMO.record.record().log(), &statements).verify(network());
    }
}

/// What is asked of guardians, and what one of them gives back.
pub fn recovery(data: &[u8]) {
    if let Ok(request) = RecoveryRequest::from_bytes(data, network()) {
        assert_eq!(request.to_bytes(), data, "a second encoding was read");
        let signed = request.sign(&GUARDIAN).ok();
        let _ = request.finish(request.agency(), signed.as_slice());
    }
    if let Ok(signature) = GuardianSignature::from_bytes(data) {
        assert_eq!(signature.to_bytes(), data, "a second encoding was read");
        let _ = RECOVERY.finish(RECOVERY.agency(), &[signature]);
    }
}

/// A fork proof, as bytes and as text: what is proved has one proof.
pub fn fork(data: &[u8]) {
    if let Ok(proof) = ForkProof::from_bytes(data) {
        assert_eq!(proof.to_bytes(), data, "a second encoding was read");
        if let Ok(found) = proof.verify(network()) {
            assert_eq!(*found.proof(), proof, "one contradiction has two proofs");
            let _ = (found.id(), found.settled_by(&CMO.record));
        }
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = ForkProof::parse(text);
    }
}

/// A peer's part of a cut, its path, and the answer in which they travel.
pub fn cut(data: &[u8]) {
    if let Ok(answer) = CutAnswer::from_bytes(data) {
        assert_eq!(answer.to_bytes(), data, "a second encoding was read");
        assert!(answer.links().len() <= answer.headers.len());
    }
    if let Ok(leaf) = CutLeaf::from_bytes(data) {
        assert_eq!(leaf.to_bytes(), data, "a second encoding was read");
    }
    if let Ok(path) = CutPath::from_bytes(data) {
        assert_eq!(path.to_bytes(), data, "a second encoding was read");
        assert!(cut::verify(Digest::default(), CMO.id(), data, &path).is_err(), "a path leads where none can");
    }
}

/// A public sealing key: what parses can be sealed to.
pub fn sealing_key(data: &[u8]) {
    if let Ok(key) = SealingPublic::parse(data) {
        assert_eq!(key.as_bytes().as_slice(), data, "a second encoding was read");
        let sealed = sealing::seal(&key, b"info", b"aad", b"plain", &mut Seeded::new(3));
        assert!(sealed.is_ok(), "a key was read that nothing can be sealed to");
    }
}

/// Bytes of the keyring file, and where each of its six slots begins (`docs/protocol.md` 3.13).
const KEYRING_BYTES: usize = 81_920;
const SLOTS: [(usize, usize); 6] =
    [(0, 4_096), (4_096, 4_096), (8_192, 32_768), (40_960, 32_768), (73_728, 4_096), (77_824, 4_096)];
const PASSPHRASE: &[u8] = b"five invented words for tests";

/// Of this process: several may run side by side.
fn keyring_path() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let place = if memory.is_dir() { memory } else { std::env::temp_dir() };
    place.join(format!("spean-fuzz-keyring-{}", std::process::id()))
}

static KEYRING: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let path = keyring_path();
    let _ = fs::remove_file(&path);
    let secret = |byte| Secret::new(Box::new([byte; 32]));
    let secrets = KeyringSecrets { op_seed: secret(1), root_seed: Some(secret(2)) };
    let cheap = KdfParams::new(8, 1, 1).expect("within bounds");
    drop(Keyring::create(&path, PASSPHRASE, cheap, secrets, &mut Seeded::new(4)).expect("makes a keyring"));
    fs::read(&path).expect("is there")
});

/// A sound keyring file with changes in it, each `u24 place || u8 length || bytes`; checksums are made good, so that
/// what lies behind them is reached.
pub fn keyring(data: &[u8]) {
    let mut file = KEYRING.clone();
    assert_eq!(file.len(), KEYRING_BYTES, "the layout changed");
    let mut rest = data;
    while let Some(([a, b, c, length], more)) = rest.split_first_chunk::<4>() {
        let place = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        let (bytes, more) = more.split_at(more.len().min(usize::from(*length)));
        for (place, byte) in (place % KEYRING_BYTES..KEYRING_BYTES).zip(bytes) {
            file[place] = *byte;
        }
        rest = more;
    }
    for (begin, length) in SLOTS {
        let (content, checksum) = file[begin..begin + length].split_at_mut(length - 32);
        checksum.copy_from_slice(&label::digest_of(content).0);
    }
    let path = keyring_path();
    fs::write(&path, &file).expect("writes");
    let _ = Keyring::intake_public(&path);
    // A slot may ask for up to 1 GiB and 64 passes: right, and too slow to be tried here.
    if cheap_to_unlock(&file) {
        let _ = Keyring::unlock(&path, PASSPHRASE);
    }
    let _ = fs::remove_file(&path);
}

fn cheap_to_unlock(file: &[u8]) -> bool {
    let number = |at: usize| {
        Digest(file[at..at + 32].try_into().unwrap_or_default()).0[..4]
            .iter()
            .fold(0_u32, |n, b| n << 8 | u32::from(*b))
    };
    let slots = SLOTS[..2].iter().flat_map(|(begin, _)| (0..8).map(move |slot| begin + 16 + slot * 128));
    slots.into_iter().all(|at| number(at + 4) <= 1_024 && number(at + 8) <= 4)
}
