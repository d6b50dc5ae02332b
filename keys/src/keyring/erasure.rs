//! Pair 2: the erasure keys of 256 shards, and the intake seeds.
//!
//! Clear: the newest intake public key, so that a locked node can seal what arrives to it. Sealed:
//! ```text
//! 256 x ( u32 epoch | key[32] | u8 pending | next key[32] | u32 retired intake )
//! u16 count | count x ( u32 number | seed[32] ), newest first | 0*
//! ```

use zeroize::Zeroizing;

use super::{
    KeyringError,
    layout::Pair,
    pages::Pages,
    slot::{self, Content, Place},
};
use crate::{
    Entropy, Secret,
    sealing::{PUBLIC_BYTES, SealingKey, SealingPublic},
};

/// Shards; a case or exchange belongs to that of the first byte of its id.
pub const SHARDS: usize = 256;
/// Every shard could be pending, each with an intake seed that goes with its end, and the newest one.
const MAX_INTAKES: usize = SHARDS + 1;
const SHARD: usize = 4 + 32 + 1 + 32 + 4;
const INTAKE: usize = 4 + 32;
const CLEAR: usize = PUBLIC_BYTES;
const SEALED: usize = SHARDS * SHARD + 2 + MAX_INTAKES * INTAKE;

/// The erasure key of one shard.
struct Shard {
    epoch: u32,
    key: Secret<32>,
    /// Set between [`ErasureKeys::begin`] and [`ErasureKeys::finish`].
    next: Option<Secret<32>>,
    /// Intake seeds up to this number end with the pending change.
    retires: u32,
}

struct Intake {
    number: u32,
    key: SealingKey,
}

/// All of pair 2, opened.
pub(super) struct ErasureKeys {
    shards: Vec<Shard>,
    /// Newest first; never empty.
    intakes: Vec<Intake>,
}

impl ErasureKeys {
    pub(super) fn generate(entropy: &mut dyn Entropy) -> Self {
        let shards =
            (0..SHARDS).map(|_| Shard { epoch: 1, key: Secret::random(entropy), next: None, retires: 0 }).collect();
        Self { shards, intakes: vec![Intake { number: 1, key: SealingKey::generate(entropy) }] }
    }

    /// A copy to change; the original stays in force until the change is on disk.
    pub(super) fn duplicate(&self) -> Self {
        let shard = |shard: &Shard| Shard {
            epoch: shard.epoch,
            key: shard.key.duplicate(),
            next: shard.next.as_ref().map(Secret::duplicate),
            retires: shard.retires,
        };
        let intake = |intake: &Intake| Intake {
            number: intake.number,
            key: SealingKey::from_seed(intake.key.seed().duplicate()),
        };
        Self { shards: self.shards.iter().map(shard).collect(), intakes: self.intakes.iter().map(intake).collect() }
    }

    fn shard(&self, shard: u8) -> Option<&Shard> {
        self.shards.get(usize::from(shard))
    }

    pub(super) fn epoch(&self, shard: u8) -> u32 {
        self.shard(shard).map_or(0, |s| s.epoch)
    }

    pub(super) fn pending(&self, shard: u8) -> Option<u32> {
        self.shard(shard).and_then(|s| s.next.as_ref().map(|_| s.epoch.saturating_add(1)))
    }

    pub(super) fn key(&self, shard: u8, epoch: u32) -> Option<&Secret<32>> {
        let s = self.shard(shard)?;
        if epoch == s.epoch {
            Some(&s.key)
        } else if Some(epoch) == s.epoch.checked_add(1) {
            s.next.as_ref()
        } else {
            None
        }
    }

    /// The intake keys, newest first.
    pub(super) fn intakes(&self) -> impl Iterator<Item = &SealingKey> {
        self.intakes.iter().map(|intake| &intake.key)
    }

    /// Adds the next key of `shard`, and a new intake key; `false` if that was done before.
    pub(super) fn begin(&mut self, shard: u8, entropy: &mut dyn Entropy) -> bool {
        let newest = self.intakes.first().map_or(0, |intake| intake.number);
        match self.shards.get_mut(usize::from(shard)) {
            Some(s) if s.next.is_none() => {
                s.next = Some(Secret::random(entropy));
                s.retires = newest;
            }
            _ => return false,
        }
        self.intakes.insert(0, Intake { number: newest.saturating_add(1), key: SealingKey::generate(entropy) });
        true
    }

    /// Forgets the old key of `shard` and the intake keys that end with it; `false` if nothing was pending.
    pub(super) fn finish(&mut self, shard: u8) -> bool {
        let Some(s) = self.shards.get_mut(usize::from(shard)) else { return false };
        let Some(next) = s.next.take() else { return false };
        s.key = next;
        s.epoch = s.epoch.saturating_add(1);
        let retires = std::mem::take(&mut s.retires);
        self.intakes.retain(|intake| intake.number > retires);
        true
    }

    pub(super) fn content(&self) -> Content {
        let mut sealed = Zeroizing::new(Vec::with_capacity(SEALED));
        for shard in &self.shards {
            sealed.extend_from_slice(&shard.epoch.to_be_bytes());
            sealed.extend_from_slice(shard.key.expose());
            sealed.push(u8::from(shard.next.is_some()));
            sealed.extend_from_slice(shard.next.as_ref().map_or(&[0; 32][..], |seed| &seed.expose()[..]));
            sealed.extend_from_slice(&shard.retires.to_be_bytes());
        }
        // At most MAX_INTAKES: one more than there are pending shards.
        sealed.extend_from_slice(&u16::try_from(self.intakes.len()).unwrap_or(u16::MAX).to_be_bytes());
        for intake in &self.intakes {
            sealed.extend_from_slice(&intake.number.to_be_bytes());
            sealed.extend_from_slice(intake.key.seed().expose());
        }
        sealed.resize(SEALED, 0);
        let clear = self.intakes.first().map_or_else(|| vec![0; CLEAR], |i| i.key.public().as_bytes().to_vec());
        Content { clear, sealed }
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (shards, rest) = bytes.split_at_checked(SHARDS * SHARD)?;
        let shards = shards.chunks(SHARD).map(decode_shard).collect::<Option<Vec<_>>>()?;
        let (count, rest) = rest.split_first_chunk::<2>()?;
        let count = usize::from(u16::from_be_bytes(*count));
        let intakes = rest.chunks(INTAKE).take(count).map(decode_intake).collect::<Option<Vec<_>>>()?;
        if intakes.is_empty() || intakes.len() != count { None } else { Some(Self { shards, intakes }) }
    }
}

fn decode_shard(bytes: &[u8]) -> Option<Shard> {
    let (epoch, rest) = bytes.split_first_chunk::<4>()?;
    let (key, rest) = rest.split_at_checked(32)?;
    let (pending, rest) = rest.split_first()?;
    let (next, retires) = rest.split_at_checked(32)?;
    Some(Shard {
        epoch: u32::from_be_bytes(*epoch),
        key: Secret::from_slice(key)?,
        next: if *pending == 1 { Some(Secret::from_slice(next)?) } else { None },
        retires: u32::from_be_bytes(retires.try_into().ok()?),
    })
}

fn decode_intake(bytes: &[u8]) -> Option<Intake> {
    let (number, seed) = bytes.split_first_chunk::<4>()?;
    Some(Intake { number: u32::from_be_bytes(*number), key: SealingKey::from_seed(Secret::from_slice(seed)?) })
}

/// Opens the pair.
pub(super) fn open(pages: &dyn Pages, mk: &Secret<32>) -> Result<(ErasureKeys, Place), KeyringError> {
    let raws = slot::read_pair(pages, Pair::Erasure)?;
    let (plain, place) = slot::newest(&raws, Pair::Erasure, mk, (CLEAR, &[SEALED]))?;
    let keys = ErasureKeys::decode(&plain).ok_or(KeyringError::Damaged(Pair::Erasure.name()))?;
    Ok((keys, place))
}

/// The newest intake public key, read without any secret: authentic only as far as the file is.
pub(super) fn intake_public(pages: &dyn Pages) -> Result<SealingPublic, KeyringError> {
    let raws = slot::read_pair(pages, Pair::Erasure)?;
    let newest = raws.first().ok_or(KeyringError::Damaged(Pair::Erasure.name()))?;
    SealingPublic::parse(newest.clear(CLEAR)).map_err(|_| KeyringError::Damaged(Pair::Erasure.name()))
}

/// Whether both slots hold `keys` and nothing else, read back from the file.
pub(super) fn both_hold(pages: &dyn Pages, mk: &Secret<32>, keys: &ErasureKeys) -> Result<bool, KeyringError> {
    let expected = keys.content().sealed;
    let raws = slot::read_pair(pages, Pair::Erasure)?;
    let holds = |raw: &slot::RawSlot| raw.open(mk, CLEAR, SEALED).is_some_and(|plain| plain == expected);
    Ok(raws.len() == 2 && raws.iter().all(holds))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keyring::layout::MAX_SLOT;

    #[test]
    fn the_largest_content_fits_its_slot() {
        const { assert!(16 + CLEAR + 32 + SEALED + 16 + 32 <= MAX_SLOT) }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), SEALED - 2..SEALED + 2)) {
            let _ = ErasureKeys::decode(&bytes);
            let _ = ErasureKeys::decode(&bytes[..bytes.len() / 2]);
        }
    }
}
