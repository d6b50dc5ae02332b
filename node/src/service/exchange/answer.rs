//! Acknowledgements: written after the commit, read before an outbox item ends (`docs/protocol.md` 3.8).

use keys::{AgencyId, Common, PROTOCOL_VERSION, Secret, SigningKey, Timestamp, VerifiedAgency};
use protocol::{
    ExchangeId,
    ack::{self, Ack, AckItem, AckReply, AckResult},
    exchange::{Answer, Position},
    receipt::{self, Method, Receipt, Residual},
};

use super::work::Work;
use crate::{
    service::{Service, ServiceError},
    vault::{ErasureMethod, ErasureProof},
};

/// What an acknowledgement says of one packet of ours.
pub(super) enum Said {
    /// It waits there for a packet before it.
    Held,
    /// It is answered for good.
    Final {
        /// Taken or refused.
        answer: Answer,
        /// The last packet that the other side had sent by then.
        last: Option<Position>,
        /// When it was signed, by the other side's clock.
        at: Timestamp,
    },
}

impl Service {
    /// The common fields of what this agency signs now.
    pub(in crate::service) fn common(&self, key: &SigningKey, now: Timestamp) -> Common {
        let me = self.me();
        Common {
            v: PROTOCOL_VERSION,
            network: me.network(),
            agency: me.id(),
            key: key.public().id(),
            incarnation: me.incarnation(),
            ts: now,
        }
    }

    /// Signs and seals an acknowledgement. The caller sends it only after what it says is on disk.
    pub(super) fn write_ack(
        &self,
        peer: AgencyId,
        exchange: ExchangeId,
        packet: Position,
        result: AckResult,
        last: Option<Position>,
        exported: &Secret<32>,
    ) -> Result<Vec<u8>, ServiceError> {
        let key = self.signing()?;
        let ack = Ack {
            common: self.common(&key, self.world.now()),
            peer,
            exchange,
            items: vec![AckItem { packet, result }],
            log_head: self.me().head(),
            last,
        };
        let sealed = ack::seal(ack, &key, exported, &mut self.world.entropy());
        sealed.map(|ack| ack.0).map_err(|_| ServiceError::Internal("an acknowledgement could not be sealed"))
    }

    /// What `bytes` say of our packet at `position`; `None` if they are no acknowledgement of it by `peer`.
    pub(super) fn read_ack(
        &self,
        peer: &VerifiedAgency,
        exchange: ExchangeId,
        position: &Position,
        exported: &Secret<32>,
        bytes: &[u8],
    ) -> Option<Said> {
        let me = self.me();
        let reply = match ack::open(bytes, exported).ok()? {
            AckReply::Held => return Some(Said::Held),
            AckReply::Answered(reply) => reply,
        };
        let ack = reply.verify(peer, me.id(), me.network(), exchange).ok()?;
        let item = ack.items.iter().find(|item| item.packet == *position)?;
        Some(match item.result.answer() {
            Some(answer) => Said::Final { answer, last: ack.last, at: ack.common.ts },
            None => Said::Held,
        })
    }

    /// The signed receipt of the erasure of all that the other side disclosed in this exchange.
    pub(super) fn receipt(&self, work: &Work, proof: &ErasureProof) -> Result<Vec<u8>, ServiceError> {
        let key = self.signing()?;
        let shard = work.id.as_bytes()[0];
        let epoch = proof.epochs.get(&shard).copied().unwrap_or_default();
        let code = match proof.method {
            ErasureMethod::InPlace => receipt::KEY_DESTROYED,
            ErasureMethod::BestEffort => receipt::BEST_EFFORT,
        };
        let packets = work.row.exchange.peer_links().iter().map(|link| link.hash);
        let receipt = Receipt {
            common: self.common(&key, work.now),
            peer: work.row.exchange.parties().peer(),
            exchange: work.id,
            packets: packets.take(protocol::limits::MAX_RECEIPT_PACKETS).collect(),
            items: Vec::new(),
            erased_at: proof.at,
            method: Method { code: code.into(), from_epoch: epoch.saturating_sub(1), to_epoch: epoch },
            residual: Residual { backups_until: self.backups_hold(work.row.offered), legal_hold: None },
            downstream: Vec::new(),
            audit_checkpoint: None,
        };
        Ok(receipt.sign(&key))
    }
}
