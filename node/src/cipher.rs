//! How a stored value is encrypted: AES-256-GCM under a key that is derived anew for each write
//! (`docs/protocol.md` 3.13). Knows no table and no owner; its callers say where the value stands.

use keys::{
    Entropy, Secret,
    label::{self, Label},
    random_bytes,
};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// Key of one write: HKDF of the data key and the write's salt.
const KEY: Label = Label::new("spean/rest/key");
/// Associated data of one write.
const PLACE: Label = Label::new("spean/rest/place");

/// Bytes of the salt, at the beginning of what [`seal`] gives. No two writes share it.
pub const SALT: usize = 32;

/// Encrypts `plain` under `key` for one `place`: `salt || ciphertext || tag`.
///
/// The salt is random, not derived from place or version: after a restored backup, or in a clone, a derived one
/// would use a key and nonce twice.
#[must_use]
pub fn seal(key: &Secret<32>, place: &[u8], plain: &[u8], entropy: &mut dyn Entropy) -> Option<Vec<u8>> {
    seal_behind(&[], key, place, plain, entropy)
}

/// As [`seal`], with `head` before it, which is not encrypted: what it says, `place` must bind.
#[must_use]
pub fn seal_behind(
    head: &[u8],
    key: &Secret<32>,
    place: &[u8],
    plain: &[u8],
    entropy: &mut dyn Entropy,
) -> Option<Vec<u8>> {
    let salt = random_bytes::<SALT>(entropy);
    let mut sealed = Vec::with_capacity(head.len() + SALT + plain.len() + AES_256_GCM.tag_len());
    sealed.extend_from_slice(head);
    sealed.extend_from_slice(&salt);
    sealed.extend_from_slice(plain);
    let aad = Aad::from(label::pae(PLACE, place));
    let text = sealed.get_mut(head.len() + SALT..)?;
    let tag = write_key(key, &salt)?.seal_in_place_separate_tag(nonce(), aad, text).ok()?;
    sealed.extend_from_slice(tag.as_ref());
    Some(sealed)
}

/// Decrypts what [`seal`] gave for the same `key` and `place`.
#[must_use]
pub fn open(key: &Secret<32>, place: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (salt, ciphertext) = sealed.split_at_checked(SALT)?;
    let aad = Aad::from(label::pae(PLACE, place));
    let mut plain = Zeroizing::new(ciphertext.to_vec());
    let length = write_key(key, salt)?.open_in_place(nonce(), aad, &mut plain).ok()?.len();
    plain.truncate(length);
    Some(plain)
}

fn write_key(key: &Secret<32>, salt: &[u8]) -> Option<LessSafeKey> {
    let derived = label::derive(key.expose(), salt, KEY, &[]);
    UnboundKey::new(&AES_256_GCM, derived.expose()).ok().map(LessSafeKey::new)
}

/// Always zero: each derived key encrypts one value.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::testing::still;

    #[test]
    fn only_the_same_key_and_place_open_and_no_two_writes_are_alike() {
        let entropy = &mut still(1).entropy();
        let (key, other) = (Secret::random(entropy), Secret::random(entropy));
        let sealed = seal(&key, b"here", "សុខា".as_bytes(), entropy).unwrap();
        assert_eq!(open(&key, b"here", &sealed).unwrap().as_slice(), "សុខា".as_bytes());
        assert!(open(&key, b"there", &sealed).is_none());
        assert!(open(&other, b"here", &sealed).is_none());
        assert_ne!(seal(&key, b"here", "សុខា".as_bytes(), entropy).unwrap(), sealed);
    }

    #[test]
    fn a_changed_or_cut_value_is_refused() {
        let entropy = &mut still(2).entropy();
        let key = Secret::random(entropy);
        let sealed = seal(&key, b"", b"plain", entropy).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&key, b"", &changed).is_none(), "byte {at}");
            assert!(open(&key, b"", &sealed[..at]).is_none(), "{at} bytes");
        }
    }
}
