//! Two records of one agency that cannot both be true: kept, so that others can be shown.

use keys::{AgencyId, Digest, PublicRecord, Timestamp, label, label::Label};
use serde::{Deserialize, Serialize};

use crate::vault::{Owner, Record, Table, Transaction};

/// Names a contradicting record by its bytes.
const EVIDENCE: Label = Label::new("spean/node/evidence");

/// A record that contradicts the known one. Key: agency id, hash of the record; owner: the ledger.
#[derive(Serialize, Deserialize)]
pub(super) struct EvidenceRow {
    /// `PublicRecord::to_bytes`; it verified.
    #[serde(with = "serde_bytes")]
    record: Vec<u8>,
    /// When it was heard.
    heard: Timestamp,
}

impl Record for EvidenceRow {
    const TABLE: Table = Table::new(40);
    const VERSION: u8 = 1;
}

/// Keeps `record` with the transaction; the same record heard again takes no more room.
pub(super) fn keep(tx: &mut Transaction, agency: AgencyId, record: &PublicRecord, heard: Timestamp) {
    let record = record.to_bytes();
    let hash: Digest = label::hash(EVIDENCE, &record);
    let key = [agency.as_bytes().as_slice(), hash.as_bytes()].concat();
    tx.put(&Owner::Ledger, &key, &EvidenceRow { record, heard });
}
