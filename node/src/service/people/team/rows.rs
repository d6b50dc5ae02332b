//! What is kept of a team. Who is in it lies with each person.

use keys::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    service::PersonName,
    vault::{Record, Table},
};

/// A team. Key: its id; owner: the ledger, since it says nothing of a child.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::service) struct TeamRow {
    pub(super) name: PersonName,
    pub(super) since: Timestamp,
    /// Who made it.
    pub(super) by: String,
}

impl Record for TeamRow {
    const TABLE: Table = Table::new(48);
    const VERSION: u8 = 1;
}
