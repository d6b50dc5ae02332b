//! Verification: is the chain whole, from its first entry to its head?
//!
//! Finds a missing, changed, moved or unreadable entry, and entries cut off at the end. Not found is the whole
//! store put back to an earlier day: the head goes back with it. Witnesses at other agencies are for that.

use std::fmt;

use keys::Digest;

use super::{Audit, Chain, chain, chain::Head, entry::Numbered};
use crate::store::{Range, ReadError};

const PAGE: usize = 512;

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many entries are whole, from the first.
    pub entries: u64,
    /// Hash of the last of them; zeros if there is none.
    pub head: Digest,
    /// The first fault.
    pub fault: Option<Fault>,
}

/// How a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The entry with this number is missing, others follow.
    Gap(u64),
    /// The entry's bytes are not those that were written.
    Unreadable(u64),
    /// The entry does not carry the hash of the one before it.
    Changed(u64),
    /// Entries after this number are missing; the head record knows of them.
    Truncated(u64),
    /// Entries after this number stand there, of which the head record knows nothing.
    BeyondHead(u64),
    /// The head record is missing or unreadable.
    NoHead,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap(seq) => write!(f, "entry {seq} is missing"),
            Self::Unreadable(seq) => write!(f, "entry {seq} was changed or damaged"),
            Self::Changed(seq) => write!(f, "entry {seq} does not follow from the entry before it"),
            Self::Truncated(seq) => write!(f, "the entries after {seq} are missing"),
            Self::BeyondHead(seq) => write!(f, "entries after {seq} stand there that the log's head does not know"),
            Self::NoHead => f.write_str("the record of the log's head is missing or damaged"),
        }
    }
}

impl Audit {
    /// Checks the whole log; entries may be added meanwhile.
    ///
    /// # Errors
    /// [`ReadError`] if the store can't be read. A broken chain is a [`Report`], not an error.
    pub async fn verify(&self) -> Result<Report, ReadError> {
        let before = self.head().await?;
        let (whole, fault) = self.walk(before.map_or(0, |head| head.seq)).await?;
        let after = self.head().await?;
        let fault = fault.or_else(|| against_heads(&whole, before, after));
        Ok(Report { entries: whole.last.seq, head: whole.last.hash, fault })
    }

    /// `None`: there is a head record, and it can't be read.
    async fn head(&self) -> Result<Option<Head>, ReadError> {
        Ok(match self.store.get(&Chain::head_key()).await? {
            Some(value) => self.chain.open_head(&value),
            None => Some(Head::default()),
        })
    }

    async fn walk(&self, watched: u64) -> Result<(Walk, Option<Fault>), ReadError> {
        let mut walk = Walk { last: Head::default(), watched, seen: None };
        loop {
            let range = Range {
                prefix: Chain::prefix(),
                after: Some(Chain::entry_key(walk.last.seq)),
                limit: PAGE,
                ..Range::default()
            };
            let rows = self.store.scan(range).await?;
            if rows.is_empty() {
                return Ok((walk, None));
            }
            for row in rows {
                let seq = chain::seq_of(&row.key).unwrap_or_default();
                if let Err(fault) = walk.step(seq, self.chain.open_entry(seq, &row.value)) {
                    return Ok((walk, Some(fault)));
                }
            }
        }
    }
}

/// How far the chain was found whole.
struct Walk {
    last: Head,
    /// The number that the head record of before names, and the hash found there.
    watched: u64,
    seen: Option<Digest>,
}

impl Walk {
    fn step(&mut self, seq: u64, found: Option<Numbered>) -> Result<(), Fault> {
        let expected = self.last.seq + 1;
        if seq != expected {
            return Err(Fault::Gap(expected));
        }
        let found = found.ok_or(Fault::Unreadable(seq))?;
        if found.entry.prev != self.last.hash {
            return Err(Fault::Changed(seq));
        }
        self.last = Head { seq, hash: found.hash };
        if seq == self.watched {
            self.seen = Some(found.hash);
        }
        Ok(())
    }
}

/// The head of before must be in the walk, and the walk within the head of afterwards.
fn against_heads(walk: &Walk, before: Option<Head>, after: Option<Head>) -> Option<Fault> {
    let (Some(before), Some(after)) = (before, after) else { return Some(Fault::NoHead) };
    if after == Head::default() && walk.last.seq > 0 {
        return Some(Fault::NoHead);
    }
    if walk.last.seq > after.seq {
        return Some(Fault::BeyondHead(after.seq));
    }
    if before == Head::default() {
        return None;
    }
    match walk.seen {
        None => Some(Fault::Truncated(walk.last.seq)),
        Some(hash) if hash != before.hash => Some(Fault::Changed(before.seq)),
        Some(_) => None,
    }
}
