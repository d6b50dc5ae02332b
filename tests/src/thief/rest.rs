//! How a value lies at rest (`docs/protocol.md` 3.13), read a second time: `salt || ciphertext || tag`, AES-256-GCM with
//! nonce 0 under `HKDF(key, salt)`.

use keys::label::{Label, pae};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey, quic},
    hkdf::{HKDF_SHA256, Prk, Salt},
};

const KEY: Label = Label::new("spean/rest/key");
const PLACE: Label = Label::new("spean/rest/place");
/// Bytes of the salt.
pub(super) const SALT: usize = 32;
/// The counter block of the first 16 bytes of ciphertext.
const FIRST_BLOCK: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

/// A salt that is tried with many keys.
pub(super) struct Salted {
    salt: Salt,
    info: Vec<u8>,
}

impl Salted {
    pub(super) fn new(salt: &[u8]) -> Self {
        Self { salt: Salt::new(HKDF_SHA256, salt), info: pae(KEY, &[]) }
    }

    pub(super) fn again(&mut self, salt: &[u8]) {
        self.salt = Salt::new(HKDF_SHA256, salt);
    }

    /// The key of a write under `key` with this salt.
    pub(super) fn derive(&self, key: &[u8; 32]) -> [u8; 32] {
        let prk: Prk = self.salt.extract(key);
        let mut out = [0; 32];
        prk.expand(&[&self.info], HKDF_SHA256).and_then(|okm| okm.fill(&mut out)).expect("32 bytes");
        out
    }
}

/// The first four bytes of the key stream: what stands under a derived key begins with these and the first four of the
/// ciphertext, exclusive or. No tag is looked at, so no place need be known.
pub(super) fn stream(derived: &[u8; 32]) -> u32 {
    let key = quic::HeaderProtectionKey::new(&quic::AES_256, derived).expect("32 bytes");
    let [a, b, c, d, _] = key.new_mask(&FIRST_BLOCK).expect("a block");
    u32::from_be_bytes([a, b, c, d])
}

/// All that stands under a derived key, without looking at any tag.
pub(super) fn decrypt(derived: &[u8; 32], ciphertext: &[u8]) -> Vec<u8> {
    let mut bytes = ciphertext.to_vec();
    // Counter mode: encrypting once more decrypts.
    let _tag = cipher(derived).seal_in_place_separate_tag(nonce(), Aad::empty(), &mut bytes).expect("short enough");
    bytes
}

/// What a sealed value holds, if key and place are right.
pub(super) fn open(key: &[u8; 32], place: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (salt, ciphertext) = sealed.split_at_checked(SALT)?;
    let derived = Salted::new(salt).derive(key);
    let mut bytes = ciphertext.to_vec();
    let plain = cipher(&derived).open_in_place(nonce(), Aad::from(pae(PLACE, place)), &mut bytes).ok()?;
    Some(plain.to_vec())
}

fn cipher(derived: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, derived).expect("32 bytes"))
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}
