//! What is kept of an agency that says two things, so that others can be shown: fork proofs, and branches of its key log
//! that a higher rank made void (`docs/protocol.md` 3.3).

use keys::{
    AgencyId, ForkProof, NetworkId, Timestamp, VerifiedAgency, VerifiedFork, fork::Contradiction, label, label::Label,
    record::Branch,
};
use serde::{Deserialize, Serialize};

use crate::{
    service::{Actor, Service, ServiceError, access::UseCase},
    vault::{Direction, Owner, Record, Table, Transaction},
    view::{EvidenceList, EvidenceView},
};

/// Names a void branch by its entries.
const BRANCH: Label = Label::new("spean/node/void-branch");
/// Pieces of evidence of one agency that are shown: a mad peer may send any number.
const SHOWN: usize = 32;

/// One piece of evidence. Key: agency id, name of the piece; owner: the ledger.
#[derive(Serialize, Deserialize)]
pub(super) struct EvidenceRow {
    what: Kept,
    /// When it was heard first or last.
    heard: Timestamp,
}

#[derive(Serialize, Deserialize)]
enum Kept {
    /// `ForkProof::to_bytes`; it verified.
    Fork(#[serde(with = "serde_bytes")] Vec<u8>),
    /// The first place, and how many entries; the entries as they travelled, one after the other.
    Void { from: u64, entries: Vec<serde_bytes::ByteBuf> },
}

impl Record for EvidenceRow {
    const TABLE: Table = Table::new(54);
    const VERSION: u8 = 1;
}

/// Keeps the proof with the transaction; the same contradiction heard again takes no more room.
pub(super) fn keep_fork(tx: &mut Transaction, fork: &VerifiedFork, heard: Timestamp) {
    let key = [fork.agency().as_bytes().as_slice(), fork.id().as_bytes()].concat();
    tx.put(&Owner::Ledger, &key, &EvidenceRow { what: Kept::Fork(fork.proof().to_bytes()), heard });
}

/// Keeps a branch that counts no more.
pub(super) fn keep_void(tx: &mut Transaction, agency: AgencyId, void: &Branch, heard: Timestamp) {
    let name = label::hash(BRANCH, &void.entries.concat());
    let entries = void.entries.iter().cloned().map(serde_bytes::ByteBuf::from).collect();
    let key = [agency.as_bytes().as_slice(), name.as_bytes()].concat();
    tx.put(&Owner::Ledger, &key, &EvidenceRow { what: Kept::Void { from: void.from, entries }, heard });
}

impl Service {
    /// What is kept of an agency that said two things, the newest first. Each proof can be checked by anybody, without
    /// this node.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::Ambiguous`], [`ServiceError::MalformedId`].
    pub async fn peer_evidence(&self, actor: &Actor, peer: &str) -> Result<EvidenceList, ServiceError> {
        self.may(actor, UseCase::PeerEvidence).await?;
        let id = self.resolve_peer(peer)?;
        let known = self.peer(&id).ok_or(ServiceError::NotFound { what: "peer" })?.agency;
        let rows =
            self.vault.scan::<EvidenceRow>(&Owner::Ledger, id.as_bytes(), None, SHOWN, Direction::Forward).await?;
        let mut evidence: Vec<EvidenceView> =
            rows.into_iter().filter_map(|row| view(&row.value, &known, self.me().network())).collect();
        evidence.sort_by_key(|piece| std::cmp::Reverse(piece.heard));
        Ok(EvidenceList { id: id.to_string(), name: known.name().to_owned(), evidence })
    }
}

/// A proof that no longer verifies was damaged: the vault would not have given it out.
fn view(row: &EvidenceRow, now: &VerifiedAgency, network: NetworkId) -> Option<EvidenceView> {
    match &row.what {
        Kept::Void { from, entries } => Some(EvidenceView {
            kind: "void".into(),
            place: *from,
            statement: None,
            count: entries.len(),
            heard: row.heard,
            settled: true,
            proof: None,
        }),
        Kept::Fork(proof) => {
            let fork = ForkProof::from_bytes(proof).and_then(|proof| proof.verify(network)).ok()?;
            let (kind, place, statement) = told(&fork);
            let proof = Some(fork.proof().to_text());
            let settled = fork.settled_by(now);
            Some(EvidenceView { kind: kind.into(), place, statement, count: 2, heard: row.heard, settled, proof })
        }
    }
}

/// The kind of contradiction, its place, and of which statement it is.
#[must_use]
pub fn told(fork: &VerifiedFork) -> (&'static str, u64, Option<String>) {
    match fork.contradiction() {
        Contradiction::Entries { parted_at, .. } => ("entries", *parted_at, None),
        Contradiction::Statements { kind, serial, .. } => ("statements", *serial, Some(kind.clone())),
    }
}
