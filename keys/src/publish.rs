//! Making new statements and log entries of one's own agency.
//!
//! Each function takes the agency as it is, gives it as it will be, verified, and forgets what the new
//! statement replaces. To keep and to send: [`VerifiedAgency::record`].

use crate::{
    Common, Digest, KeyId, SigningKey, Timestamp, VerifyingKey,
    common::PROTOCOL_VERSION,
    log::{ALG_ED25519, AddOpKey, Entry, EntryBody, Incarnation, LOG, MAX_OP_KEY_LIFE, Relation},
    record::{PublicRecord, RecordError, VerifiedAgency},
    sealing::{KEM_X_WING, SealingPublic},
    signed::Signed,
    statement::{
        Endpoints, Policy, SEALING_GRACE, STATEMENT, SealingBody, Statement, StatementBody, StatementError, Transport,
        counted,
    },
};

/// How long a new sealing key is offered, in seconds: 7 days (`docs/protocol.md` 3.5).
pub const SEALING_LIFE: u64 = 7 * Timestamp::DAY;

/// The same agency with these transport keys: SHA-256 of each SPKI, one to three.
///
/// # Errors
/// [`PublishError`].
pub fn transport(
    agency: &VerifiedAgency,
    key: &SigningKey,
    now: Timestamp,
    pins: Vec<Digest>,
) -> Result<VerifiedAgency, PublishError> {
    publish(agency, key, now, &StatementBody::Transport(Transport { spki_sha256: pins }))
}

/// The same agency at these addresses, `https://…`; none if it is reached by file only.
///
/// # Errors
/// [`PublishError`].
pub fn endpoints(
    agency: &VerifiedAgency,
    key: &SigningKey,
    now: Timestamp,
    addresses: Vec<String>,
) -> Result<VerifiedAgency, PublishError> {
    publish(agency, key, now, &StatementBody::Endpoints(Endpoints { addresses, hidden: None }))
}

/// The same agency with this policy.
///
/// # Errors
/// [`PublishError`].
pub fn policy(
    agency: &VerifiedAgency,
    key: &SigningKey,
    now: Timestamp,
    policy: Policy,
) -> Result<VerifiedAgency, PublishError> {
    publish(agency, key, now, &StatementBody::Policy(policy))
}

/// The same agency with one more sealing key, offered from `now` for [`SEALING_LIFE`]; keys that nobody may use any
/// more leave the record. Put the private half under lock before this is shown to anyone.
///
/// # Errors
/// [`PublishError`].
pub fn sealing_statement(
    agency: &VerifiedAgency,
    key: &SigningKey,
    now: Timestamp,
    sealing: &SealingPublic,
) -> Result<VerifiedAgency, PublishError> {
    publish(agency, key, now, &sealing_body(now, sealing))
}

/// The same agency with one more signing key for a year; its root signs.
///
/// # Errors
/// [`PublishError`].
pub fn add_op_key(
    agency: &VerifiedAgency,
    root: &SigningKey,
    now: Timestamp,
    key: VerifyingKey,
) -> Result<VerifiedAgency, PublishError> {
    let add = AddOpKey { alg: ALG_ED25519, key, not_after: now.plus(MAX_OP_KEY_LIFE) };
    append(agency, &[root], now, &EntryBody::AddOpKey(add))
}

/// After a restore serials go on from this far ahead: nobody knows what was published since the backup, and two
/// statements with one serial would be a fork.
pub const SERIALS_AHEAD: u64 = 1_000_000;

/// The same agency in its next incarnation, after its node was restored from a backup: its root says so, and all its
/// statements are said anew, with a new sealing key.
///
/// # Errors
/// [`PublishError`].
pub fn restored(
    agency: &VerifiedAgency,
    (root, key): (&SigningKey, &SigningKey),
    now: Timestamp,
    reason: &str,
    sealing: &SealingPublic,
) -> Result<VerifiedAgency, PublishError> {
    let n = agency.incarnation().saturating_add(1);
    let mut next = append(agency, &[root], now, &EntryBody::Incarnation(Incarnation { n, reason: reason.to_owned() }))?;
    let transport = StatementBody::Transport(Transport { spki_sha256: agency.transport_pins().to_vec() });
    let endpoints = StatementBody::Endpoints(Endpoints { addresses: agency.addresses().to_vec(), hidden: None });
    let said = [transport, endpoints].into_iter().chain(agency.policy().cloned().map(StatementBody::Policy));
    for body in said.chain([sealing_body(now, sealing)]) {
        next = publish_after(&next, key, now, &body, SERIALS_AHEAD)?;
    }
    Ok(next)
}

fn sealing_body(now: Timestamp, sealing: &SealingPublic) -> StatementBody {
    StatementBody::Sealing(Box::new(SealingBody {
        kem: KEM_X_WING,
        pk: sealing.clone(),
        kid: sealing.kid(),
        not_before: now,
        not_after: now.plus(SEALING_LIFE),
    }))
}

/// The same agency with one more log entry, signed by `signers` in this order.
///
/// # Errors
/// [`PublishError::Record`] if these signers may not make this entry.
pub fn append(
    agency: &VerifiedAgency,
    signers: &[&SigningKey],
    now: Timestamp,
    body: &EntryBody,
) -> Result<VerifiedAgency, PublishError> {
    let first = signers.first().ok_or(PublishError::NotInForce)?;
    let entry = Signed::sign(next_entry(agency, first.public().id(), now, body), LOG, signers);
    with_entry(agency, &entry)
}

/// The same agency with this entry behind its last.
pub(crate) fn with_entry(agency: &VerifiedAgency, entry: &Signed<Entry>) -> Result<VerifiedAgency, PublishError> {
    let mut log = agency.record().log().to_vec();
    log.push(entry.to_bytes());
    Ok(PublicRecord::new(log, agency.record().statements().to_vec()).verify(agency.network())?)
}

/// The same agency with `body` in the place of its entries from `from` on, which become void: after a thief of the
/// root added entries, a rotation or a recovery stands where they began. Statements on the void branch are dropped.
///
/// # Errors
/// [`PublishError::Record`] if these signers may not make this entry there; [`PublishError::Outranked`] if the void
/// entries are not all of lower rank.
pub fn supersede(
    agency: &VerifiedAgency,
    from: u64,
    signers: &[&SigningKey],
    now: Timestamp,
    body: &EntryBody,
) -> Result<VerifiedAgency, PublishError> {
    let log = agency.record().log();
    let kept = log.get(..usize::try_from(from).unwrap_or(usize::MAX)).unwrap_or(log);
    let before = PublicRecord::new(kept.to_vec(), Vec::new()).verify(agency.network())?;
    let after = append(&before, signers, now, body)?;
    let log = after.record().log().to_vec();
    let stand = counted(agency.record().statements(), after.keys()).into_iter().map(|statement| statement.bytes);
    let after = PublicRecord::new(log, stand.collect()).verify(agency.network())?;
    match after.keys().relation(agency.keys()) {
        Relation::Longer => Ok(after),
        Relation::Parted { own, other, .. } if own.rank > other.rank => Ok(after),
        Relation::Parted { .. } | Relation::Same | Relation::Shorter | Relation::Strangers => {
            Err(PublishError::Outranked)
        }
    }
}

/// The entry after `agency`'s last, for `first` and perhaps others to sign.
pub(crate) fn next_entry(agency: &VerifiedAgency, first: KeyId, now: Timestamp, body: &EntryBody) -> Entry {
    let head = agency.head();
    Entry {
        common: common(agency, first, now),
        seq: head.seq.saturating_add(1),
        prev: head.hash,
        kind: body.kind().to_owned(),
        critical: true,
        body: body.encode(),
    }
}

fn common(agency: &VerifiedAgency, key: KeyId, ts: Timestamp) -> Common {
    Common {
        v: PROTOCOL_VERSION,
        network: agency.network(),
        agency: agency.id(),
        key,
        incarnation: agency.incarnation(),
        ts,
    }
}

fn publish(
    agency: &VerifiedAgency,
    key: &SigningKey,
    now: Timestamp,
    body: &StatementBody,
) -> Result<VerifiedAgency, PublishError> {
    publish_after(agency, key, now, body, 1)
}

/// With a serial so far after the newest.
fn publish_after(
    agency: &VerifiedAgency,
    key: &SigningKey,
    now: Timestamp,
    body: &StatementBody,
    ahead: u64,
) -> Result<VerifiedAgency, PublishError> {
    body.check()?;
    let in_force = agency.keys().op_key(key.public().id()).is_some_and(|op| op.revoked.is_none());
    if !in_force {
        return Err(PublishError::NotInForce);
    }
    let serial = agency.statements().serial(body.kind()).checked_add(ahead).ok_or(PublishError::NotInForce)?;
    let statement = Statement {
        common: common(agency, key.public().id(), now),
        kind: body.kind().to_owned(),
        serial,
        log_head: agency.head(),
        body: body.encode(),
    };
    let mut statements: Vec<_> =
        agency.record().statements().iter().filter(|bytes| stays(bytes, body, now)).cloned().collect();
    statements.push(Signed::sign(statement, STATEMENT, &[key]).to_bytes());
    Ok(PublicRecord::new(agency.record().log().to_vec(), statements).verify(agency.network())?)
}

/// Whether a statement is still worth carrying once `new` is said: those of other kinds, and sealing keys in use.
fn stays(bytes: &[u8], new: &StatementBody, now: Timestamp) -> bool {
    let old = Signed::<Statement>::from_bytes(bytes).ok().and_then(|old| old.claimed().parse_body().ok());
    match (old, new) {
        (None, _) => false,
        (Some(StatementBody::Sealing(old)), StatementBody::Sealing(_)) => now <= old.not_after.plus(SEALING_GRACE),
        (Some(old), new) => old.kind() != new.kind(),
    }
}

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A limit.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// Not a key of this agency, or revoked.
    #[error("this signing key does not speak for the agency")]
    NotInForce,
    /// The entries that would be void are of equal or higher rank: the two branches would be a fork.
    #[error("entries of this rank can't be superseded by this one: only a recovery supersedes a rotation")]
    Outranked,
    /// The record would not verify.
    #[error(transparent)]
    Record(#[from] RecordError),
}
