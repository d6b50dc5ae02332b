//! What is kept of a passphrase: Argon2id (RFC 9106) of it, with a salt of its own.

use argon2::{Algorithm, Argon2, Params, Version};
use keys::{Entropy, random_bytes};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::secrets::Passphrase;

/// 64 MiB, two passes, one lane: about a tenth of a second on one core, and no more than a few of them run at once.
/// Above OWASP's least (19 MiB, two passes). A second factor and the waits stand beside it, so that it need not be as
/// slow as the keyring's, which is all that protects a stolen disk. A debug build is for tests, which should not wait.
const MEMORY_KIB: u32 = if cfg!(debug_assertions) { 64 } else { 64 * 1024 };
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Checks a passphrase, and can't be turned back into it.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Verifier {
    salt: [u8; 32],
    hash: [u8; 32],
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Verifier {
    /// Of a new passphrase, with today's cost. Slow: see [`MEMORY_KIB`]. `None` if there is no memory for it.
    pub(super) fn of(passphrase: &Passphrase, salt: [u8; 32]) -> Option<Self> {
        let mut new = Self { salt, hash: [0; 32], memory_kib: MEMORY_KIB, passes: PASSES, lanes: LANES };
        new.hash = *new.stretch(passphrase)?;
        Some(new)
    }

    /// Nobody's: as slow as a real one.
    pub(super) fn nobodys(entropy: &mut dyn Entropy) -> Self {
        let [salt, hash] = [random_bytes(entropy), random_bytes(entropy)];
        Self { salt, hash, memory_kib: MEMORY_KIB, passes: PASSES, lanes: LANES }
    }

    /// Whether it is this passphrase. Slow: see [`MEMORY_KIB`].
    pub(super) fn matches(&self, passphrase: &Passphrase) -> bool {
        self.stretch(passphrase).is_some_and(|hash| bool::from(hash.ct_eq(&self.hash)))
    }

    /// Whether both are of one and the same setting of a passphrase.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.salt == other.salt && bool::from(self.hash.ct_eq(&other.hash))
    }

    fn stretch(&self, passphrase: &Passphrase) -> Option<Zeroizing<[u8; 32]>> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()?;
        let mut out = Zeroizing::new([0; 32]);
        let typed = passphrase.normal();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon2.hash_password_into(typed.as_bytes(), &self.salt, out.as_mut_slice()).ok()?;
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::testing::SeededEntropy;

    #[test]
    fn only_the_same_passphrase_matches() {
        let typed = |text: &str| Passphrase::from(text.to_owned());
        let verifier = Verifier::of(&typed("three rivers meet"), [7; 32]).unwrap();
        assert!(verifier.matches(&typed("three rivers meet")));
        assert!(!verifier.matches(&typed("three rivers meet.")));
        assert!(!Verifier::nobodys(&mut SeededEntropy::new(1)).matches(&typed("three rivers meet")));
        assert!(!verifier.same(&Verifier::of(&typed("three rivers meet"), [8; 32]).unwrap()));
    }
}
