//! The custody ledger: who holds what about a case, under which consent, since when, and what was erased.
//!
//! Kept at the origin under the ledger key: ids, codes and times, no personal data. Transitions are pure.

use std::collections::BTreeSet;

use keys::{AgencyId, Digest, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    exchange::{End, ExchangeId},
    id::ConsentId,
    receipt::Receipt,
};

/// What became of a disclosure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Custody {
    /// The recipient has the triage summary.
    Offered,
    /// The recipient has the released categories.
    Released,
    /// The recipient did what was asked and keeps what it has.
    Kept {
        /// Since when the exchange is complete.
        since: Timestamp,
    },
    /// The recipient must erase; the receipt has not come.
    EraseOwed {
        /// Since when.
        since: Timestamp,
    },
    /// The recipient says that it erased all of it.
    Erased(ErasedNote),
}

/// What of a receipt stands in the ledger; the signed receipt itself lies beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedNote {
    /// When, by the recipient's word.
    pub at: Timestamp,
    /// By which method: the receipt's code.
    pub method: String,
    /// Until when a backup may still hold it.
    pub backups_until: Option<Timestamp>,
    /// Whether a law obliges the recipient to keep something.
    pub legal_hold: bool,
    /// Hash of the signed receipt.
    pub receipt: Digest,
}

/// One disclosure of a case: one per exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodyEntry {
    /// In which exchange.
    pub exchange: ExchangeId,
    /// To whom.
    pub peer: AgencyId,
    /// Under which consent.
    pub consent: ConsentId,
    /// Codes of the released categories; empty while only the triage summary was given.
    pub categories: BTreeSet<String>,
    /// When the first disclosure was made.
    pub since: Timestamp,
    /// What became of it.
    pub custody: Custody,
}

/// The ledger entry is not where this transition begins. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the custody entry is not in the state that this step begins from")]
pub struct WrongCustody;

impl CustodyEntry {
    /// The offer was sent: the recipient has the triage summary, or will.
    #[must_use]
    pub const fn offered(exchange: ExchangeId, peer: AgencyId, consent: ConsentId, at: Timestamp) -> Self {
        Self { exchange, peer, consent, categories: BTreeSet::new(), since: at, custody: Custody::Offered }
    }

    /// The release was sent.
    ///
    /// # Errors
    /// [`WrongCustody`] if it was sent before, or the exchange ended.
    pub fn released(self, categories: BTreeSet<String>) -> Result<Self, WrongCustody> {
        match self.custody {
            Custody::Offered => Ok(Self { categories, custody: Custody::Released, ..self }),
            Custody::Released | Custody::Kept { .. } | Custody::EraseOwed { .. } | Custody::Erased(_) => {
                Err(WrongCustody)
            }
        }
    }

    /// The exchange ended. An end that must erase is never undone by a lesser one.
    #[must_use]
    pub fn ended(self, end: End, at: Timestamp) -> Self {
        let custody = match (self.custody, end.erases()) {
            (Custody::Offered | Custody::Released, false) => Custody::Kept { since: at },
            (Custody::Offered | Custody::Released | Custody::Kept { .. }, true) => Custody::EraseOwed { since: at },
            (kept @ Custody::Kept { .. }, false) => kept,
            (owed @ (Custody::EraseOwed { .. } | Custody::Erased(_)), true | false) => owed,
        };
        Self { custody, ..self }
    }

    /// A checked receipt came. `complete`: it covers all that was disclosed, that is
    /// [`crate::exchange::Exchange::receipt_owed`] says no; else it is kept and the debt stays.
    #[must_use]
    pub fn erased(self, receipt: &Receipt, signed: Digest, complete: bool) -> Self {
        if !complete {
            return self;
        }
        let note = ErasedNote {
            at: receipt.erased_at,
            method: receipt.method.code.clone(),
            backups_until: receipt.residual.backups_until,
            legal_hold: receipt.residual.legal_hold.is_some(),
            receipt: signed,
        };
        Self { custody: Custody::Erased(note), ..self }
    }

    /// Whether the recipient holds something, or may.
    #[must_use]
    pub const fn is_held(&self) -> bool {
        match self.custody {
            Custody::Offered | Custody::Released | Custody::Kept { .. } | Custody::EraseOwed { .. } => true,
            Custody::Erased(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receipt::{KEY_DESTROYED, Method, Residual};

    fn entry() -> CustodyEntry {
        let agency = |byte| AgencyId::new(Digest([byte; 32]));
        let exchange = ExchangeId::of(agency(1), agency(2), &[3; 32]);
        CustodyEntry::offered(exchange, agency(2), ConsentId::new([4; 16]), Timestamp(10))
    }

    #[test]
    fn a_release_is_noted_once_and_only_before_an_end() {
        let categories = BTreeSet::from(["identity".to_owned()]);
        let released = entry().released(categories.clone()).expect("after the offer");
        assert_eq!(released.categories, categories);
        assert_eq!(released.released(categories.clone()), Err(WrongCustody));
        assert_eq!(entry().ended(End::Withdrawn, Timestamp(11)).released(categories), Err(WrongCustody));
    }

    #[test]
    fn an_end_that_erases_is_owed_until_the_receipt_and_never_undone() {
        let kept = entry().ended(End::Completed, Timestamp(11));
        assert_eq!(kept.custody, Custody::Kept { since: Timestamp(11) });
        let owed = kept.ended(End::Withdrawn, Timestamp(12));
        assert_eq!(owed.custody, Custody::EraseOwed { since: Timestamp(12) });
        assert_eq!(owed.clone().ended(End::Completed, Timestamp(13)), owed);
        assert!(owed.is_held());
    }

    #[test]
    fn only_a_receipt_that_covers_everything_ends_the_debt() {
        let exchange = entry().exchange;
        let agency = AgencyId::new(Digest([2; 32]));
        let network = keys::NetworkId::from_name("spean");
        let key = keys::KeyId([0; 16]);
        let receipt = Receipt {
            common: keys::Common { v: 1, network, agency, key, incarnation: 1, ts: Timestamp(20) },
            peer: AgencyId::new(Digest([1; 32])),
            exchange,
            packets: Vec::new(),
            items: Vec::new(),
            erased_at: Timestamp(19),
            method: Method { code: KEY_DESTROYED.into(), from_epoch: 1, to_epoch: 2 },
            residual: Residual { backups_until: Some(Timestamp(99)), legal_hold: None },
            downstream: Vec::new(),
            audit_checkpoint: None,
        };
        let owed = entry().ended(End::Returned, Timestamp(11));
        assert_eq!(owed.clone().erased(&receipt, Digest([9; 32]), false), owed);
        let erased = owed.erased(&receipt, Digest([9; 32]), true);
        assert!(!erased.is_held());
        let Custody::Erased(note) = &erased.custody else { panic!("erased") };
        assert_eq!((note.at, note.backups_until), (Timestamp(19), Some(Timestamp(99))));
        assert_eq!(erased.clone().ended(End::Withdrawn, Timestamp(30)), erased);
    }
}
