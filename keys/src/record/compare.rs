//! Whether a newly heard record continues the one that is known.

use super::VerifiedAgency;
use crate::{AgencyId, log::Relation};

impl VerifiedAgency {
    /// Checks that `self` is `older`, or `older` with more entries and newer statements. Stricter than
    /// [`super::merge()`]: a branch that only a higher rank justifies is no continuation.
    ///
    /// # Errors
    /// [`ForkOrRollback`]: then the known record stays, and both are kept as evidence of a fork.
    pub fn extends(&self, older: &Self) -> Result<(), ForkOrRollback> {
        let (known, heard) = (older.head().seq, self.head().seq);
        match self.keys().relation(older.keys()) {
            Relation::Strangers => Err(ForkOrRollback::OtherAgency { known: older.id(), heard: self.id() }),
            Relation::Parted { at, .. } => Err(ForkOrRollback::Fork { seq: at }),
            Relation::Shorter => Err(ForkOrRollback::Rollback { known, heard }),
            Relation::Same | Relation::Longer => self.statements_extend(older),
        }
    }

    fn statements_extend(&self, older: &Self) -> Result<(), ForkOrRollback> {
        let (new, old) = (self.statements(), older.statements());
        for ((kind, serial), (hash, key)) in &old.said {
            // What a revoked key said is void, and its serial free again.
            if self.keys().op_key(*key).is_none_or(|op| op.revoked.is_some()) {
                continue;
            }
            if new.said.get(&(kind.clone(), *serial)).is_some_and(|(other, _)| other != hash) {
                return Err(ForkOrRollback::Equivocation { kind: kind.clone(), serial: *serial });
            }
            if new.serial(kind) < *serial {
                return Err(ForkOrRollback::OlderStatement { kind: kind.clone(), known: *serial });
            }
        }
        Ok(())
    }
}

/// Why a record does not continue the known one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForkOrRollback {
    /// Not the same agency at all.
    #[error("this is the record of {heard}, not of {known}")]
    OtherAgency {
        /// Expected.
        known: AgencyId,
        /// Got.
        heard: AgencyId,
    },
    /// Two logs.
    #[error(
        "the agency shows two different key logs, from entry {seq} on: someone else may hold its root key. Nothing is \
         sent to it until you have called the agency and compared the digits again"
    )]
    Fork {
        /// The first entry that differs.
        seq: u64,
    },
    /// A shorter log.
    #[error("the key log ends at entry {heard}, but entry {known} is known here: an old copy, or a restored backup")]
    Rollback {
        /// The last entry known.
        known: u64,
        /// The last entry heard.
        heard: u64,
    },
    /// Two statements with one serial.
    #[error("two different `{kind}` statements have serial {serial}: call the agency, its signing key may be stolen")]
    Equivocation {
        /// Their kind.
        kind: String,
        /// Their serial.
        serial: u64,
    },
    /// An old statement.
    #[error("the record is an old copy: it lacks the `{kind}` statement {known} that is known here")]
    OlderStatement {
        /// Its kind.
        kind: String,
        /// The serial known.
        known: u64,
    },
}
