//! Secret bytes as a type.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::Entropy;

/// `N` secret bytes, wiped when dropped. Boxed: moving it leaves no second copy on the stack.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Secret<const N: usize>(Box<[u8; N]>);

impl<const N: usize> Secret<N> {
    /// Takes the bytes over; the caller has no copy left.
    #[must_use]
    pub const fn new(bytes: Box<[u8; N]>) -> Self {
        Self(bytes)
    }

    /// Fresh secret bytes.
    pub fn random(entropy: &mut dyn Entropy) -> Self {
        let mut bytes = Box::new([0; N]);
        entropy.fill(bytes.as_mut_slice());
        Self(bytes)
    }

    /// Copies `bytes` if there are exactly `N`; wiping the original is the caller's duty.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut boxed = Box::new([0; N]);
        if bytes.len() != N {
            return None;
        }
        boxed.copy_from_slice(bytes);
        Some(Self(boxed))
    }

    /// A second copy of the secret, for a holder with a lifetime of its own.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// Every call of this is a place to look at in review: what does the callee keep?
    #[must_use]
    pub const fn expose(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret<{N}>(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let secret = Secret::new(Box::new([0x41; 4]));
        assert_eq!(format!("{secret:?}"), "Secret<4>(hidden)");
    }
}
