//! Which statements count.

use std::collections::BTreeMap;

use super::{Endpoints, MAX_STATEMENT_BYTES, MAX_STATEMENTS, Policy, STATEMENT, SealingBody, Statement, StatementBody};
use crate::{
    Digest, FIRST_INCARNATION, Head, KeyId, cbor::CborError, common::CommonError, log::KeyState, sign::BadSignature,
    signed::Signed,
};

/// The statements of an agency that count now: of each kind the one with the highest serial.
#[derive(Clone, Debug, Default)]
pub struct Current {
    pub(crate) pins: Vec<Digest>,
    pub(crate) endpoints: Option<Endpoints>,
    pub(crate) policy: Option<Policy>,
    /// All sealing keys, newest serial first: each is used for as long as it lasts.
    pub(crate) sealing: Vec<SealingBody>,
    /// Hash and key of each statement that is valid, by kind and serial.
    pub(crate) said: BTreeMap<(String, u64), (Digest, KeyId)>,
}

impl Current {
    /// All sealing keys that were published and stand in the record, newest first.
    #[must_use]
    pub fn sealing_keys(&self) -> &[SealingBody] {
        &self.sealing
    }

    /// The highest serial of a kind; 0 if there is none.
    #[must_use]
    pub fn serial(&self, kind: &str) -> u64 {
        self.said.keys().filter(|(k, _)| k == kind).map(|(_, serial)| *serial).max().unwrap_or(0)
    }
}

/// Verifies `statements` under `state` and selects those that count.
///
/// Statements by a revoked key are void: skipped, whatever they say.
///
/// # Errors
/// The first statement that is not valid, or two that contradict each other.
pub(crate) fn current<B: AsRef<[u8]>>(statements: &[B], state: &KeyState) -> Result<Current, StatementError> {
    if statements.len() > MAX_STATEMENTS {
        return Err(StatementError::TooMany(statements.len()));
    }
    let mut valid = Vec::new();
    let mut said = BTreeMap::new();
    for bytes in statements {
        let Some((signed, body)) = verify_one(bytes.as_ref(), state)? else { continue };
        let statement = signed.claimed();
        let hash = signed.hash(STATEMENT);
        let before = said.insert((statement.kind.clone(), statement.serial), (hash, statement.common.key));
        if before.is_some_and(|(other, _)| other != hash) {
            return Err(StatementError::Equivocation { kind: statement.kind.clone(), serial: statement.serial });
        }
        valid.push((statement.serial, body));
    }
    // Ascending: a later serial overwrites.
    valid.sort_by_key(|(serial, _)| *serial);
    Ok(select(valid, said))
}

/// A statement that counts under a log, taken alone.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    pub(crate) kind: String,
    pub(crate) serial: u64,
    pub(crate) hash: Digest,
    pub(crate) key: KeyId,
    /// The entry up to which a log must go for the statement to count.
    pub(crate) needs: u64,
    /// As it travels.
    pub(crate) bytes: Vec<u8>,
}

/// Those of `statements` that count under `state`; the others may belong to a branch that is void.
pub(crate) fn counted<B: AsRef<[u8]>>(statements: &[B], state: &KeyState) -> Vec<Counted> {
    let one = |bytes: &B| {
        let (signed, _) = verify_one(bytes.as_ref(), state).ok()??;
        let Statement { common, kind, serial, log_head, .. } = signed.claimed();
        let needs = log_head.seq.max(state.incarnation_since(common.incarnation)?);
        let (hash, bytes) = (signed.hash(STATEMENT), bytes.as_ref().to_vec());
        Some(Counted { kind: kind.clone(), serial: *serial, hash, key: common.key, needs, bytes })
    };
    statements.iter().filter_map(one).collect()
}

fn select(valid: Vec<(u64, StatementBody)>, said: BTreeMap<(String, u64), (Digest, KeyId)>) -> Current {
    let mut current = Current { said, ..Current::default() };
    for (_, body) in valid {
        match body {
            StatementBody::Transport(body) => current.pins = body.spki_sha256,
            StatementBody::Endpoints(body) => current.endpoints = Some(body),
            StatementBody::Policy(body) => current.policy = Some(body),
            StatementBody::Sealing(body) => current.sealing.insert(0, *body),
            StatementBody::Unknown(_) => {}
        }
    }
    current
}

/// `None` if its key was revoked.
fn verify_one(bytes: &[u8], state: &KeyState) -> Result<Option<(Signed<Statement>, StatementBody)>, StatementError> {
    if bytes.len() > MAX_STATEMENT_BYTES {
        return Err(StatementError::TooLarge(bytes.len()));
    }
    let signed = Signed::<Statement>::from_bytes(bytes)?;
    let statement = signed.claimed();
    statement.common.check(state.network(), state.id())?;
    let op = state.op_key(statement.common.key).ok_or(StatementError::UnknownKey)?;
    signed.verify(STATEMENT, &[op.key])?;
    if op.revoked.is_some() {
        return Ok(None);
    }
    if statement.serial == 0 || !(FIRST_INCARNATION..=state.incarnation()).contains(&statement.common.incarnation) {
        return Err(StatementError::Body("serials count from 1, and no incarnation is ahead of the log"));
    }
    check_head(statement.log_head, op.added, state)?;
    let body = statement.parse_body()?;
    body.check()?;
    Ok(Some((signed, body)))
}

/// The head that a statement names must lie on this log, at or after the entry that added its key.
fn check_head(head: Head, added: u64, state: &KeyState) -> Result<(), StatementError> {
    if head.seq < added {
        return Err(StatementError::OtherLog(head.seq));
    }
    match state.hash_at(head.seq) {
        Some(hash) if hash == head.hash => Ok(()),
        Some(_) => Err(StatementError::OtherLog(head.seq)),
        None => Err(StatementError::LogIsOlder { named: head.seq, have: state.head().seq }),
    }
}

/// Why the statements of a record do not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// More than [`MAX_STATEMENTS`].
    #[error("{0} statements, more than {MAX_STATEMENTS}")]
    TooMany(usize),
    /// Longer than [`MAX_STATEMENT_BYTES`].
    #[error("a statement is {0} bytes long, more than {MAX_STATEMENT_BYTES}")]
    TooLarge(usize),
    /// Not the expected encoding.
    #[error("a statement can't be read: {0}")]
    Cbor(#[from] CborError),
    /// Version, network or agency.
    #[error("a statement does not belong here: {0}")]
    Common(#[from] CommonError),
    /// By a key that the log does not have.
    #[error("a statement is signed by a key that the key log does not have")]
    UnknownKey,
    /// The signature does not fit.
    #[error("a statement's signature does not fit")]
    Signature(#[from] BadSignature),
    /// It names an entry that this log has not.
    #[error("a statement was made on another key log: entry {0} differs")]
    OtherLog(u64),
    /// The log at hand is older than the statement.
    #[error("a statement was made on a longer key log (entry {named}, here {have}): fetch the log again")]
    LogIsOlder {
        /// The entry it names.
        named: u64,
        /// The last entry here.
        have: u64,
    },
    /// Two statements contradict each other: both are evidence.
    #[error(
        "two different `{kind}` statements have serial {serial}: the agency, or a thief of its key, says two things; \
         call the agency"
    )]
    Equivocation {
        /// Their kind.
        kind: String,
        /// Their serial.
        serial: u64,
    },
    /// A limit.
    #[error("{0}")]
    Body(&'static str),
}
