//! Chance that can be had again.

use keys::{Digest, Entropy};

/// Chance that repeats from run to run (splitmix64).
#[derive(Clone)]
pub struct Chance(u64);

impl Chance {
    /// Equal seeds give equal chance.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub const fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is above 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.any() % end as u64).expect("below a usize")
    }

    /// One of them.
    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// Once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// A byte that is not 0, to be exclusive-ored.
    pub fn flip(&mut self) -> u8 {
        u8::try_from(1 + self.any() % 255).expect("below 256")
    }

    /// A hash of nothing that exists.
    pub fn digest(&mut self) -> Digest {
        let mut digest = Digest([0; 32]);
        self.fill(&mut digest.0);
        digest
    }
}

impl Entropy for Chance {
    fn fill(&mut self, destination: &mut [u8]) {
        for part in destination.chunks_mut(8) {
            part.copy_from_slice(&self.any().to_be_bytes()[..part.len()]);
        }
    }
}
