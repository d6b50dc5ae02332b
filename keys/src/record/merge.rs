//! What comes of learning a record of an agency that is known already (`docs/protocol.md` 3.3).

use super::{PublicRecord, RecordError, VerifiedAgency};
use crate::{
    AgencyId,
    fork::VerifiedFork,
    log::Relation,
    statement::{Counted, MAX_STATEMENTS, StatementError, counted},
};

/// Sealing keys that a merged record keeps: one a week, each used for 30 days past its end at most.
const KEPT_SEALING: usize = 8;

/// What an offered record is, beside the known one.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It says what is known.
    Same,
    /// It has more entries or newer statements: the agency as it is known now, with the newer of both.
    Longer(VerifiedAgency),
    /// It is an old copy, or a restored node: nothing in it is new.
    Shorter,
    /// The known log ends in a branch that is void: the agency as it is known now, and that branch, as evidence.
    Supersedes {
        /// To know from here on.
        now: VerifiedAgency,
        /// What was known and is void.
        void: Branch,
    },
    /// The offered log ends in a branch that the known one superseded. The known record stays.
    Superseded {
        /// What was offered and is void.
        void: Branch,
    },
    /// Both can't be true, and nothing says which is. The known record stays; a person must look.
    Fork(Box<VerifiedFork>),
    /// It can't be used at all. The known record stays.
    Refused(Refusal),
}

/// Entries that a higher rank made void.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The place of the first of them.
    pub from: u64,
    /// As they travelled.
    pub entries: Vec<Vec<u8>>,
}

/// Why an offered record is not looked at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It does not verify.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// It is another agency's.
    #[error("this is the record of {heard}, not of {known}")]
    OtherAgency {
        /// Expected.
        known: AgencyId,
        /// Got.
        heard: AgencyId,
    },
}

/// What `offered` is beside `known`.
///
/// Of several records of one agency, the log that stands at the end, the newest serial of each kind of statement, and
/// whether a fork stands do not depend on the order in which they are learnt, as long as each outcome is acted on and
/// forks are kept until [`VerifiedFork::settled_by`] the known record.
#[must_use]
pub fn merge(known: &VerifiedAgency, offered: &PublicRecord) -> Outcome {
    let heard = match offered.verify(known.network()) {
        Ok(heard) => heard,
        Err(why) => return refused(known, offered, why),
    };
    if let Some(fork) = VerifiedFork::between(known, &heard) {
        return Outcome::Fork(Box::new(fork));
    }
    match known.keys().relation(heard.keys()) {
        Relation::Strangers => Outcome::Refused(Refusal::OtherAgency { known: known.id(), heard: heard.id() }),
        Relation::Parted { at, own, other } if own.rank > other.rank => {
            Outcome::Superseded { void: branch(&heard, at) }
        }
        Relation::Parted { at, .. } => {
            joined(&heard, known).map_or_else(Outcome::from, |now| Outcome::Supersedes { now, void: branch(known, at) })
        }
        Relation::Shorter => joined(&heard, known).map_or_else(Outcome::from, Outcome::Longer),
        Relation::Same | Relation::Longer => newer_statements(known, &heard),
    }
}

impl From<RecordError> for Outcome {
    fn from(why: RecordError) -> Self {
        Self::Refused(why.into())
    }
}

fn branch(agency: &VerifiedAgency, from: u64) -> Branch {
    let skip = usize::try_from(from).unwrap_or(usize::MAX);
    Branch { from, entries: agency.record().log().iter().skip(skip).cloned().collect() }
}

/// A record that contradicts itself is a fork, unless the key that did it was revoked since.
fn refused(known: &VerifiedAgency, offered: &PublicRecord, why: RecordError) -> Outcome {
    if !matches!(why, RecordError::Statement(StatementError::Equivocation { .. })) {
        return why.into();
    }
    match VerifiedFork::within(offered, known.network()) {
        Some(fork) if fork.agency() == known.id() && !fork.settled_by(known) => Outcome::Fork(Box::new(fork)),
        _ => why.into(),
    }
}

/// `heard`'s log is no longer than the known one: only its statements can be news.
fn newer_statements(known: &VerifiedAgency, heard: &VerifiedAgency) -> Outcome {
    let newest = |kind: &str| known.statements().serial(kind);
    let said = counted(heard.record().statements(), known.keys());
    if said.iter().any(|statement| statement.serial > newest(&statement.kind)) {
        return joined(known, heard).map_or_else(Outcome::from, Outcome::Longer);
    }
    let all = known.statements().said.keys().all(|(kind, _)| heard.statements().serial(kind) == newest(kind));
    if all && known.head() == heard.head() { Outcome::Same } else { Outcome::Shorter }
}

/// The log of `base`, with the newest statements of both that count under it.
fn joined(base: &VerifiedAgency, other: &VerifiedAgency) -> Result<VerifiedAgency, RecordError> {
    let mut said = counted(base.record().statements(), base.keys());
    said.extend(counted(other.record().statements(), base.keys()));
    let statements = newest(said).into_iter().map(|statement| statement.bytes).collect();
    PublicRecord::new(base.record().log().to_vec(), statements).verify(base.network())
}

/// Of each kind the newest, of sealing keys the newest few; those of unknown kinds go first where there are too many.
fn newest(mut said: Vec<Counted>) -> Vec<Counted> {
    let unknown = |kind: &str| !matches!(kind, "transport" | "endpoints" | "policy" | "sealing");
    let most = |kind: &str| if kind == "sealing" { KEPT_SEALING } else { 1 };
    said.sort_by_cached_key(|one| {
        (unknown(&one.kind), one.kind.clone(), std::cmp::Reverse(one.serial), one.bytes.clone())
    });
    // A second signature over the same bytes is the same statement.
    said.dedup_by(|a, b| a.hash == b.hash);
    let mut kept: Vec<Counted> = Vec::new();
    for statement in said {
        if kept.iter().filter(|one| one.kind == statement.kind).count() < most(&statement.kind) {
            kept.push(statement);
        }
    }
    kept.truncate(MAX_STATEMENTS);
    kept
}
