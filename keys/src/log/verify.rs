//! From the bytes of a log to the state of its keys.

use super::{
    AGENCY, AddOpKey, Entry, EntryBody, GENESIS, Genesis, GenesisError, KeyState, LOG, MAX_ENTRIES, MAX_ENTRY_BYTES,
    MAX_OP_KEY_LIFE, OpKey, Recover, Retire, Revocation, RevokeKey, RotateRoot,
    entry::ALG_ED25519,
    genesis::{agency_id, next_root_hash},
    rank::{Link, Rank},
};
use crate::{
    Digest, KeyId, NetworkId, VerifyingKey,
    cbor::CborError,
    common::{CommonError, FIRST_INCARNATION},
    sign::BadSignature,
    signed::Signed,
};

/// The key state after the last of `entries`, each the wire form of a [`Signed`] genesis or entry.
///
/// # Errors
/// The first entry that does not follow from those before it, and why. Nothing of such a log counts.
pub fn verify<B: AsRef<[u8]>>(entries: &[B], network: NetworkId) -> Result<KeyState, LogError> {
    if entries.len() > MAX_ENTRIES {
        return Err(LogError::TooLong(entries.len()));
    }
    let (first, rest) = entries.split_first().ok_or(LogError::Empty)?;
    let mut state = begin(first.as_ref(), network)?;
    for (seq, bytes) in (1..).zip(rest) {
        apply(&mut state, seq, bytes.as_ref()).map_err(|why| LogError::Entry { seq, why })?;
    }
    Ok(state)
}

fn begin(bytes: &[u8], network: NetworkId) -> Result<KeyState, LogError> {
    check_length(bytes).map_err(|why| LogError::Entry { seq: 0, why })?;
    let signed = Signed::<Genesis>::from_bytes(bytes).map_err(|e| LogError::Entry { seq: 0, why: e.into() })?;
    let genesis = signed.claimed();
    genesis.check(network)?;
    signed.verify(GENESIS, &[genesis.root_pk]).map_err(|e| LogError::Entry { seq: 0, why: e.into() })?;
    debug_assert_eq!(agency_id(signed.payload()).as_bytes(), signed.hash(AGENCY).as_bytes());
    Ok(KeyState {
        id: agency_id(signed.payload()),
        root: genesis.root_pk,
        next_root_hash: genesis.next_root_hash,
        recovery: genesis.recovery.clone(),
        op_keys: Vec::new(),
        incarnation: FIRST_INCARNATION,
        retired: false,
        recovered_at: None,
        incarnations: Vec::new(),
        links: vec![Link { hash: signed.hash(LOG), rank: Rank::Root }],
        genesis: genesis.clone(),
    })
}

fn check_length(bytes: &[u8]) -> Result<(), EntryError> {
    if bytes.len() > MAX_ENTRY_BYTES { Err(EntryError::TooLarge(bytes.len())) } else { Ok(()) }
}

fn apply(state: &mut KeyState, seq: u64, bytes: &[u8]) -> Result<(), EntryError> {
    check_length(bytes)?;
    let signed = Signed::<Entry>::from_bytes(bytes)?;
    let entry = signed.claimed();
    entry.common.check(state.network(), state.id)?;
    if state.retired {
        return Err(EntryError::AfterRetirement);
    }
    if entry.seq != seq || entry.prev != state.head().hash || entry.common.incarnation != state.incarnation {
        return Err(EntryError::OutOfPlace);
    }
    let body = entry.parse_body()?;
    if !body.texts_fit() {
        return Err(EntryError::Body("a reason is too long"));
    }
    check_signers(state, &signed, &body)?;
    let rank = body.rank();
    effect(state, seq, entry, body)?;
    state.links.push(Link { hash: signed.hash(LOG), rank });
    Ok(())
}

/// Who must have signed, by the kind of the entry.
fn check_signers(state: &KeyState, signed: &Signed<Entry>, body: &EntryBody) -> Result<(), EntryError> {
    let by = |keys: &[VerifyingKey]| {
        let first = keys.first().is_some_and(|key| key.id() == signed.claimed().common.key);
        if first { signed.verify(LOG, keys).map(|_| ()).map_err(EntryError::from) } else { Err(BadSignature.into()) }
    };
    match body {
        // Which signatures a kind of the future needs is not known; without effect it only has to be the owner's.
        EntryBody::AddOpKey(_)
        | EntryBody::RevokeKey(_)
        | EntryBody::Incarnation(_)
        | EntryBody::Unknown { critical: false, .. } => by(&[state.root]),
        EntryBody::RotateRoot(RotateRoot { new_root, .. }) => by(&[state.root, committed(state, new_root)?]),
        EntryBody::Retire(Retire { next_root: Some(next), .. }) => by(&[state.root, committed(state, next)?]),
        EntryBody::Recover(_) | EntryBody::Retire(Retire { next_root: None, .. }) => by(&guardians(state, signed)?),
        EntryBody::Unknown { kind, critical: true } => Err(EntryError::NeedsNewerVersion(kind.clone())),
    }
}

/// `revealed`, if it is the root that was committed to.
fn committed(state: &KeyState, revealed: &VerifyingKey) -> Result<VerifyingKey, EntryError> {
    if next_root_hash(revealed).same_as(&state.next_root_hash) { Ok(*revealed) } else { Err(EntryError::NotCommitted) }
}

/// The guardians that the entry says signed it: at least `m` different ones of the list.
fn guardians(state: &KeyState, signed: &Signed<Entry>) -> Result<Vec<VerifyingKey>, EntryError> {
    let known = |id: KeyId| state.recovery.guardians.iter().find(|key| key.id() == id).copied();
    let mut keys = Vec::new();
    for endorsement in signed.signatures() {
        let key = known(endorsement.key).ok_or(EntryError::NotAGuardian)?;
        if keys.contains(&key) {
            return Err(EntryError::NotAGuardian);
        }
        keys.push(key);
    }
    let enough = state.recovery.m > 0 && keys.len() as u64 >= state.recovery.m;
    if enough { Ok(keys) } else { Err(EntryError::TooFewGuardians) }
}

fn effect(state: &mut KeyState, seq: u64, entry: &Entry, body: EntryBody) -> Result<(), EntryError> {
    match body {
        EntryBody::AddOpKey(add) => add_op_key(state, seq, entry, &add)?,
        EntryBody::RevokeKey(RevokeKey { key, cut, .. }) => revoke(state, key, Revocation { seq, cut })?,
        EntryBody::RotateRoot(RotateRoot { new_root, next_root_hash }) => {
            check_new_root(state, &new_root)?;
            state.root = new_root;
            state.next_root_hash = next_root_hash;
        }
        EntryBody::Recover(body) => recover(state, seq, body)?,
        EntryBody::Incarnation(body) => {
            if Some(body.n) != state.incarnation.checked_add(1) {
                return Err(EntryError::Body("an incarnation is numbered one more than the one before"));
            }
            state.incarnation = body.n;
            state.incarnations.push(seq);
        }
        EntryBody::Retire(_) => state.retired = true,
        EntryBody::Unknown { .. } => {}
    }
    Ok(())
}

fn add_op_key(state: &mut KeyState, seq: u64, entry: &Entry, add: &AddOpKey) -> Result<(), EntryError> {
    if add.alg != ALG_ED25519 {
        return Err(EntryError::NeedsNewerVersion(format!("signature algorithm {}", add.alg)));
    }
    let start = entry.common.ts;
    if add.not_after <= start || add.not_after > start.plus(MAX_OP_KEY_LIFE) {
        return Err(EntryError::Body("a signing key ends after it begins and within 366 days"));
    }
    if state.op_key(add.key.id()).is_some() || add.key == state.root {
        return Err(EntryError::Body("a key may be added once and serve one purpose"));
    }
    state.op_keys.push(OpKey { key: add.key, added: seq, not_after: add.not_after, revoked: None });
    Ok(())
}

fn revoke(state: &mut KeyState, id: KeyId, revocation: Revocation) -> Result<(), EntryError> {
    let found = state.op_keys.iter_mut().find(|op| op.key.id() == id && op.revoked.is_none());
    let op = found.ok_or(EntryError::Body("only a signing key in force can be revoked"))?;
    op.revoked = Some(revocation);
    Ok(())
}

/// A new root heals nothing if it is the one before, or lies on the node as a signing key.
fn check_new_root(state: &KeyState, new: &VerifyingKey) -> Result<(), EntryError> {
    let known = *new == state.root || state.op_key(new.id()).is_some();
    if known { Err(EntryError::Body("a new root is a key of its own, and not the root before")) } else { Ok(()) }
}

fn recover(state: &mut KeyState, seq: u64, body: Recover) -> Result<(), EntryError> {
    check_new_root(state, &body.new_root)?;
    body.recovery.check().map_err(|_| EntryError::Body("the new guardians are no valid list"))?;
    for id in body.revoked {
        revoke(state, id, Revocation { seq, cut: Digest::default() })?;
    }
    state.root = body.new_root;
    state.next_root_hash = body.next_root_hash;
    state.recovery = body.recovery;
    state.recovered_at = Some(seq);
    Ok(())
}

/// Why a log does not verify.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// No entry at all.
    #[error("the key log is empty: ask the agency for its card again")]
    Empty,
    /// More than [`MAX_ENTRIES`].
    #[error("the key log has {0} entries, more than {MAX_ENTRIES}")]
    TooLong(usize),
    /// The founding statement.
    #[error("the agency's founding statement is not valid: {0}")]
    Genesis(#[from] GenesisError),
    /// A later entry.
    #[error("entry {seq} of the key log is not valid: {why}")]
    Entry {
        /// Which.
        seq: u64,
        /// Why.
        why: EntryError,
    },
}

/// Why one entry does not follow from those before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Not the expected encoding.
    #[error(transparent)]
    Cbor(#[from] CborError),
    /// Version, network or agency.
    #[error(transparent)]
    Common(#[from] CommonError),
    /// Not signed by whom it must be.
    #[error("it is not signed by the keys that it needs")]
    Signature(#[from] BadSignature),
    /// Longer than [`MAX_ENTRY_BYTES`].
    #[error("it is {0} bytes long, more than {MAX_ENTRY_BYTES}")]
    TooLarge(usize),
    /// Sequence number, hash of the entry before, or incarnation.
    #[error("it does not follow the entry before it")]
    OutOfPlace,
    /// The agency had retired.
    #[error("it stands after the agency's end")]
    AfterRetirement,
    /// The revealed root is not the one whose hash was published.
    #[error("the new root key is not the one that was committed to")]
    NotCommitted,
    /// A signer that is no guardian, or one twice.
    #[error("it is signed by a key that is no guardian, or twice by one guardian")]
    NotAGuardian,
    /// Fewer than `m`.
    #[error("too few guardians signed it")]
    TooFewGuardians,
    /// From the future.
    #[error("it uses `{0}`, which needs a newer version of this program; until then nothing is sent to that agency")]
    NeedsNewerVersion(String),
    /// What the body says cannot be.
    #[error("{0}")]
    Body(&'static str),
}
