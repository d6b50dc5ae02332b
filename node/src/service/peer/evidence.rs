//! What is kept of an agency that says two things, so that others can be shown: fork proofs, and branches of its key log
//! that a higher rank made void (`docs/protocol.md` 3.3).

use std::sync::Arc;

use keys::{
    AgencyId, Digest, ForkProof, NetworkId, Timestamp, VerifiedAgency, VerifiedFork, fork::Contradiction, label,
    label::Label, record::Branch,
};
use serde::{Deserialize, Serialize};

use crate::{
    service::{Actor, Service, ServiceError, access::UseCase},
    vault::{Direction, Owner, Record, Row, Table, Transaction},
    view::{EvidenceList, EvidenceView},
};

/// Names a void branch by its entries.
const BRANCH: Label = Label::new("spean/node/void-branch");
/// Pieces that are kept of one agency, the first ones: who goes on contradicting itself proves nothing more by it.
const MOST: usize = 8;
/// Bytes of one piece. A proof takes a few thousand; what a mad peer makes longer is acted on, and not kept.
const MOST_BYTES: usize = 256 << 10;

/// One piece of evidence. Key: agency id, name of the piece; owner: the ledger.
#[derive(Serialize, Deserialize)]
struct EvidenceRow {
    what: Piece,
    /// When it was heard first.
    heard: Timestamp,
}

#[derive(Serialize, Deserialize)]
pub(super) enum Piece {
    /// The name of the contradiction, and `ForkProof::to_bytes`; it verified.
    Fork { name: Digest, proof: serde_bytes::ByteBuf },
    /// The first place, and the entries as they travelled.
    Void { from: u64, entries: Vec<serde_bytes::ByteBuf> },
}

impl Record for EvidenceRow {
    const TABLE: Table = Table::new(54);
    const VERSION: u8 = 1;
}

impl From<&VerifiedFork> for Piece {
    fn from(fork: &VerifiedFork) -> Self {
        Self::Fork { name: fork.id(), proof: fork.proof().to_bytes().into() }
    }
}

impl From<&Branch> for Piece {
    fn from(void: &Branch) -> Self {
        Self::Void { from: void.from, entries: void.entries.iter().cloned().map(Into::into).collect() }
    }
}

impl Piece {
    /// The same piece heard again has the same name.
    fn name(&self) -> Digest {
        match self {
            Self::Fork { name, .. } => *name,
            Self::Void { entries, .. } => {
                label::hash(BRANCH, &entries.iter().flat_map(|entry| entry.iter().copied()).collect::<Vec<u8>>())
            }
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Fork { proof, .. } => proof.len(),
            Self::Void { entries, .. } => entries.iter().map(|entry| entry.len()).sum(),
        }
    }
}

impl Service {
    /// Keeps a piece with the transaction, if it is new and there is room for it; whether it does. The caller holds the
    /// peer's lock.
    pub(super) async fn keep_evidence(
        &self,
        tx: &mut Transaction,
        agency: AgencyId,
        piece: Piece,
    ) -> Result<bool, ServiceError> {
        let key = [agency.as_bytes().as_slice(), piece.name().as_bytes()].concat();
        let there = self.evidence_of(agency).await?;
        let new = there.len() < MOST && piece.bytes() <= MOST_BYTES && !there.iter().any(|row| row.key == key);
        if new {
            tx.put(&Owner::Ledger, &key, &EvidenceRow { what: piece, heard: self.world.now() });
        }
        Ok(new)
    }

    async fn evidence_of(&self, agency: AgencyId) -> Result<Vec<Row<EvidenceRow>>, ServiceError> {
        Ok(self.vault.scan(&Owner::Ledger, agency.as_bytes(), None, MOST, Direction::Forward).await?)
    }

    /// What is kept of an agency that said two things, the newest first. Each proof can be checked by anybody, without
    /// this node.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::Ambiguous`], [`ServiceError::MalformedId`].
    pub async fn peer_evidence(&self, actor: &Actor, peer: &str) -> Result<EvidenceList, ServiceError> {
        self.may(actor, UseCase::PeerEvidence).await?;
        let id = self.resolve_peer(peer)?;
        let known = self.peer(&id).ok_or(ServiceError::NotFound { what: "peer" })?.agency;
        let rows = self.evidence_of(id).await?;
        let (now, network) = (Arc::clone(&known), self.me().network());
        // Each proof is verified again, for what it says of the present log.
        let views = move || rows.iter().filter_map(|row| view(&row.value, &now, network)).collect::<Vec<_>>();
        let mut evidence = self.hands.run(views).await?;
        evidence.sort_by_key(|piece| std::cmp::Reverse(piece.heard));
        Ok(EvidenceList { id: id.to_string(), name: known.name().to_owned(), evidence })
    }
}

/// A proof that no longer verifies was damaged: the vault would not have given it out.
fn view(row: &EvidenceRow, now: &VerifiedAgency, network: NetworkId) -> Option<EvidenceView> {
    match &row.what {
        Piece::Void { from, entries } => Some(EvidenceView {
            kind: "void".into(),
            place: *from,
            statement: None,
            count: entries.len(),
            heard: row.heard,
            settled: true,
            proof: None,
        }),
        Piece::Fork { proof, .. } => {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::testing::Node;

    fn void(from: u64, bytes: usize) -> Piece {
        Piece::Void { from, entries: vec![vec![from.to_le_bytes()[0]; bytes].into()] }
    }

    #[tokio::test]
    async fn the_first_pieces_are_kept_once_each_and_none_that_is_too_long() {
        let node = Node::new().await;
        let (service, agency) = (&node.service, node.service.me().id());
        let keep = async |piece| {
            let mut tx = service.vault.begin();
            let new = service.keep_evidence(&mut tx, agency, piece).await.unwrap();
            tx.commit().await.unwrap();
            new
        };
        assert!(!keep(void(0, MOST_BYTES + 1)).await);
        for from in 0..MOST {
            let from = u64::try_from(from).unwrap();
            assert!(keep(void(from, MOST_BYTES)).await);
            assert!(!keep(void(from, MOST_BYTES)).await);
        }
        assert!(!keep(void(99, 1)).await);
        assert_eq!(service.evidence_of(agency).await.unwrap().len(), MOST);
    }
}
