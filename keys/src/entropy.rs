//! Where random bytes come from.

/// A source of random bytes fit for keys. Passed in, so that a transcript can be replayed by a test.
///
/// The node's source is the operating system; it never returns without having filled `destination`.
pub trait Entropy {
    /// Fills `destination` with fresh random bytes.
    fn fill(&mut self, destination: &mut [u8]);
}

/// `N` random bytes that are no secret: nonces, salts, ids.
pub fn random_bytes<const N: usize>(entropy: &mut dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}
