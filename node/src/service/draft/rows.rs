//! What is kept of something half written: under the key of the child's case, or of the exchange, and erased with it.

use std::{collections::BTreeMap, fmt};

use data_encoding::HEXLOWER;
use keys::{
    AgencyId, Timestamp,
    label::{self, Label},
};
use protocol::{CaseId, ExchangeId};
use serde::{Deserialize, Serialize};

use crate::{
    service::people::PersonId,
    vault::{Owner, Record, Table},
};

/// Names a draft by whose it is and where it was typed.
const DRAFT: Label = Label::new("spean/node/draft");

/// A draft: 16 bytes of a hash, as 32 hexadecimal digits. A person has one for each form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DraftId([u8; 16]);

impl DraftId {
    pub(super) fn of(person: PersonId, place: &Place) -> Self {
        let (kind, owner, more) = match place {
            Place::Refer { case, peer } => (0_u8, case.as_bytes().as_slice(), peer.as_bytes().as_slice()),
            Place::Consent { case } => (1, case.as_bytes().as_slice(), &[][..]),
            Place::Write { exchange, what } => (2, exchange.as_bytes().as_slice(), what.code().as_bytes()),
        };
        // Each kind has its own lengths, so that no two places give the same bytes.
        let whole = [person.as_bytes().as_slice(), &[kind], owner, more].concat();
        let mut id = [0; 16];
        id.copy_from_slice(&label::hash(DRAFT, &whole).0[..16]);
        Self(id)
    }

    pub(super) fn of_key(key: &[u8]) -> Option<Self> {
        key.try_into().ok().map(Self)
    }

    pub(super) const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for DraftId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// Which form of an exchange that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Writing {
    /// A note.
    Note,
    /// How the service goes on.
    Progress,
    /// How it ended.
    Complete,
}

impl Writing {
    /// A code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Progress => "progress",
            Self::Complete => "complete",
        }
    }
}

/// The form in which it was typed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Place {
    /// A referral of a case to an agency.
    Refer { case: CaseId, peer: AgencyId },
    /// A consent for a case.
    Consent { case: CaseId },
    /// A text in an exchange.
    Write { exchange: ExchangeId, what: Writing },
}

impl Place {
    pub(super) fn owner(&self) -> Owner {
        match self {
            Self::Refer { case, .. } | Self::Consent { case } => Owner::Case(*case.as_bytes()),
            Self::Write { exchange, .. } => Owner::Content(*exchange.as_bytes()),
        }
    }

    /// What stands in the audit log for it, as a keyed hash.
    pub(super) fn object(&self) -> &[u8] {
        match self {
            Self::Refer { case, .. } | Self::Consent { case } => case.as_bytes(),
            Self::Write { exchange, .. } => exchange.as_bytes(),
        }
    }

    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Refer { .. } => "refer",
            Self::Consent { .. } => "consent",
            Self::Write { what, .. } => what.code(),
        }
    }
}

/// Something half written. Key: its id; owner: the case, or the exchange's content.
#[derive(Serialize, Deserialize)]
pub(in crate::service) struct TypedRow {
    pub(super) by: [u8; 16],
    pub(super) place: Place,
    /// When it was kept last.
    pub(super) at: Timestamp,
    /// Boxes by name, and what stands in them.
    pub(super) typed: BTreeMap<String, String>,
}

impl Record for TypedRow {
    const TABLE: Table = Table::new(53);
    const VERSION: u8 = 1;
}

#[cfg(test)]
mod tests {
    use keys::Digest;

    use super::*;

    #[test]
    fn each_person_has_another_draft_for_each_form() {
        let (case, peer) = (CaseId::new([1; 16]), AgencyId::new(Digest([1; 32])));
        let exchange = ExchangeId::new(Digest([1; 32]));
        let places = [
            Place::Refer { case, peer },
            Place::Refer { case, peer: AgencyId::new(Digest([2; 32])) },
            Place::Consent { case },
            Place::Consent { case: CaseId::new([2; 16]) },
            Place::Write { exchange, what: Writing::Note },
            Place::Write { exchange, what: Writing::Progress },
        ];
        let mut ids: Vec<DraftId> = [1, 2]
            .into_iter()
            .flat_map(|n| places.iter().map(move |place| DraftId::of(PersonId::new([n; 16]), place)))
            .collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}
