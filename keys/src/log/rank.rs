//! How two logs of one agency stand to each other, and which of two branches counts (`docs/protocol.md` 3.3).

use super::{EntryBody, KeyState};
use crate::{Digest, Head};

/// How much an entry outweighs others that stand against it. Greater supersedes smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// By the root in force: whoever stole it can make one too.
    Root = 1,
    /// By the hidden next root, which a thief of the root has not.
    Rotation = 2,
    /// By the guardians.
    Recovery = 3,
}

impl EntryBody {
    /// The rank of such an entry.
    #[must_use]
    pub const fn rank(&self) -> Rank {
        match self {
            Self::Recover(_) => Rank::Recovery,
            Self::RotateRoot(_) => Rank::Rotation,
            Self::AddOpKey(_) | Self::RevokeKey(_) | Self::Incarnation(_) | Self::Retire(_) | Self::Unknown { .. } => {
                Rank::Root
            }
        }
    }
}

/// One entry in the chain of a verified log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Hash of the signed bytes.
    pub(crate) hash: Digest,
    pub(crate) rank: Rank,
}

/// The entry that gives a branch its rank: the first of the highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peak {
    /// Its rank, and the branch's.
    pub rank: Rank,
    /// Its place.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
}

/// How a log stands to another of the same agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The same entries.
    Same,
    /// It goes on where the other ends.
    Longer,
    /// The other goes on where it ends.
    Shorter,
    /// From entry `at` on they differ. The branch of higher rank supersedes the other; equal ranks are a fork.
    Parted {
        /// The first entry that differs.
        at: u64,
        /// The rank of its own branch.
        own: Peak,
        /// The rank of the other's branch.
        other: Peak,
    },
    /// Not even the genesis is the same: another agency.
    Strangers,
}

impl KeyState {
    /// How this log stands to `other`.
    ///
    /// A branch has the rank of its highest entry, wherever that stands: whoever made that entry endorsed what stands
    /// before it, and only who made it could. So a rotation settles what was done with the root before it, also where
    /// the owner never learnt of it, and a root that was rotated away can't split the log any more.
    #[must_use]
    pub fn relation(&self, other: &Self) -> Relation {
        relation(&self.links, &other.links)
    }

    /// Whether this entry is one of the log's. That of another branch, or of a longer log, is not.
    #[must_use]
    pub fn holds(&self, head: Head) -> bool {
        let link = usize::try_from(head.seq).ok().and_then(|seq| self.links.get(seq));
        link.is_some_and(|link| link.hash == head.hash)
    }

    /// The whole chain.
    pub(crate) fn links(&self) -> &[Link] {
        &self.links
    }

    /// The chain up to entry `seq`.
    pub(crate) fn links_to(&self, seq: u64) -> &[Link] {
        let end = usize::try_from(seq).unwrap_or(usize::MAX).saturating_add(1);
        &self.links[..end.min(self.links.len())]
    }
}

/// As [`KeyState::relation`], of chains that each begin with a genesis.
pub(crate) fn relation(own: &[Link], other: &[Link]) -> Relation {
    let shared = own.iter().zip(other).take_while(|(a, b)| a.hash == b.hash).count();
    if shared == 0 {
        return Relation::Strangers;
    }
    match (peak(own, shared), peak(other, shared)) {
        (None, None) => Relation::Same,
        (Some(_), None) => Relation::Longer,
        (None, Some(_)) => Relation::Shorter,
        (Some(own), Some(other)) => Relation::Parted { at: shared as u64, own, other },
    }
}

/// The first entry of the highest rank from index `from` on.
fn peak(links: &[Link], from: usize) -> Option<Peak> {
    let branch = (0..).zip(links).skip(from);
    branch.fold(None, |best, (seq, link)| match best {
        Some(Peak { rank, .. }) if rank >= link.rank => best,
        _ => Some(Peak { rank: link.rank, seq, hash: link.hash }),
    })
}
