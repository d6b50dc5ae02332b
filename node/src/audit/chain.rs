//! The chain: links each entry to the one before it, at the moment of its commit.

use keys::{
    AgencyId, Digest, Secret, cbor,
    label::{self, Label},
};
use serde::{Deserialize, Serialize};

use super::{
    OBJECT,
    entry::{Entry, Event, Numbered},
};
use crate::{
    cipher,
    store::{CommitError, Sequencer, View, Write},
    world::World,
};

/// Hash of an entry.
const ENTRY: Label = Label::new("spean/audit/entry");
/// Store keys of entries: this, the writer, the number.
const ENTRIES: u8 = 0x20;
/// Store keys of heads: this, the writer.
const HEADS: u8 = 0x21;
/// The only process for now; several over one store will each have a chain.
const WRITER: u16 = 0;
/// First byte of every stored entry and head.
const FORMAT: u8 = 1;

/// The newest entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) seq: u64,
    pub(super) hash: Digest,
}

/// Adds entries. Keeps no position of its own: that is read from what was committed before.
pub struct Chain {
    ledger: Secret<32>,
    tombstone: Secret<32>,
    agency: AgencyId,
    world: World,
}

impl Chain {
    pub(super) fn new(ledger: Secret<32>, tombstone: Secret<32>, agency: AgencyId, world: World) -> Self {
        Self { ledger, tombstone, agency, world }
    }

    pub(super) fn object(&self, id: &[u8]) -> Digest {
        label::mac(self.tombstone.expose(), OBJECT, id)
    }

    /// `event` in the form that this sequencer takes from a batch.
    #[must_use]
    pub fn item(&self, event: &Event) -> Vec<u8> {
        let draft = Draft {
            actor: event.actor.clone(),
            by: event.by.clone(),
            approved_by: event.approved_by.clone(),
            action: event.action.clone(),
            object: event.object.as_deref().map(|id| self.object(id)),
            purpose: event.purpose.clone(),
            outcome: event.outcome.clone(),
            detail: event.detail,
        };
        // Text and hashes only: every draft can be encoded. Empty bytes would be refused by `link`.
        cbor::encode_body(&draft).unwrap_or_default()
    }

    pub(super) fn prefix() -> Vec<u8> {
        [&[ENTRIES][..], &WRITER.to_be_bytes()].concat()
    }

    pub(super) fn entry_key(seq: u64) -> Vec<u8> {
        [Self::prefix(), seq.to_be_bytes().to_vec()].concat()
    }

    pub(super) fn head_key() -> Vec<u8> {
        [&[HEADS][..], &WRITER.to_be_bytes()].concat()
    }

    /// What is bound to a stored value: where it stands and whose it is.
    fn place(&self, key: &[u8]) -> Vec<u8> {
        [key, &[FORMAT], self.agency.as_bytes()].concat()
    }

    fn seal(&self, key: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
        let sealed = cipher::seal(&self.ledger, &self.place(key), plain, &mut self.world.entropy())?;
        Some([&[FORMAT][..], &sealed].concat())
    }

    fn open(&self, key: &[u8], value: &[u8]) -> Option<zeroize::Zeroizing<Vec<u8>>> {
        let sealed = value.strip_prefix(&[FORMAT])?;
        cipher::open(&self.ledger, &self.place(key), sealed)
    }

    /// The entry under number `seq`, if `value` is what was written there.
    pub(super) fn open_entry(&self, seq: u64, value: &[u8]) -> Option<Numbered> {
        let bytes = self.open(&Self::entry_key(seq), value)?;
        let entry: Entry = cbor::decode_body(&bytes).ok()?;
        (entry.seq == seq).then(|| Numbered { entry, hash: label::hash(ENTRY, &bytes) })
    }

    /// The hash of an entry, which the next one carries.
    pub(super) fn hash_of(entry: &Entry) -> Option<Digest> {
        Some(label::hash(ENTRY, &cbor::encode_body(entry).ok()?))
    }

    pub(super) fn open_head(&self, value: &[u8]) -> Option<Head> {
        cbor::decode_kept(&self.open(&Self::head_key(), value)?).ok()
    }

    fn next(&self, head: Head, item: &[u8]) -> Option<Vec<Write>> {
        let draft: Draft = cbor::decode_kept(item).ok()?;
        let seq = head.seq.checked_add(1)?;
        let entry = Entry {
            writer: WRITER,
            seq,
            prev: head.hash,
            at: self.world.now(),
            actor: draft.actor,
            by: draft.by,
            approved_by: draft.approved_by,
            action: draft.action,
            object: draft.object,
            purpose: draft.purpose,
            outcome: draft.outcome,
            detail: draft.detail,
        };
        let bytes = cbor::encode_body(&entry).ok()?;
        let head = Head { seq, hash: label::hash(ENTRY, &bytes) };
        let head_bytes = cbor::encode_body(&head).ok()?;
        let (entry_key, head_key) = (Self::entry_key(seq), Self::head_key());
        Some(vec![
            Write { value: Some(self.seal(&entry_key, &bytes)?), key: entry_key },
            Write { value: Some(self.seal(&head_key, &head_bytes)?), key: head_key },
        ])
    }
}

impl Sequencer for Chain {
    fn link(&self, view: &dyn View, item: &[u8]) -> Result<Vec<Write>, CommitError> {
        let broken = || CommitError::Failed("the audit log cannot be continued: run `spean audit verify`".into());
        let head = match view.get(&Self::head_key())? {
            Some(value) => self.open_head(&value).ok_or_else(broken)?,
            // Without its head the chain starts anew only if there never was an entry.
            None if view.get(&Self::entry_key(1))?.is_none() => Head::default(),
            None => return Err(broken()),
        };
        if view.get(&Self::entry_key(head.seq.saturating_add(1)))?.is_some() {
            return Err(broken());
        }
        self.next(head, item).ok_or_else(broken)
    }
}

/// The number in an entry's store key.
pub(super) fn seq_of(key: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(key.get(3..)?.try_into().ok()?))
}

/// An event on its way to the committer. The fields stand as they are encoded, so that they need not be sorted.
#[derive(Serialize, Deserialize)]
struct Draft {
    by: Option<String>,
    actor: String,
    action: String,
    detail: Option<Digest>,
    object: Option<Digest>,
    outcome: super::Outcome,
    purpose: Option<String>,
    approved_by: Option<String>,
}
