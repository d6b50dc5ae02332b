//! The random bytes of a sealing that can be repeated.

use keys::{
    Entropy, Secret,
    label::{self, Label},
};

const COINS: Label = Label::new("spean/coins");
const BLOCK: usize = 32;

/// Bytes derived from a secret and from what is sealed to whom: the same again for the same, else others.
pub(super) struct Coins<'a> {
    secret: &'a Secret<32>,
    context: Vec<u8>,
    drawn: u32,
}

impl<'a> Coins<'a> {
    pub(super) const fn new(secret: &'a Secret<32>, context: Vec<u8>) -> Self {
        Self { secret, context, drawn: 0 }
    }
}

impl Entropy for Coins<'_> {
    fn fill(&mut self, destination: &mut [u8]) {
        for part in destination.chunks_mut(BLOCK) {
            let block = label::derive(self.secret.expose(), &self.drawn.to_be_bytes(), COINS, &self.context);
            part.copy_from_slice(&block.expose()[..part.len()]);
            self.drawn = self.drawn.wrapping_add(1);
        }
    }
}
