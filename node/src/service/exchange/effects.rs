//! Doing what the state machine asks for, within the transaction of the packet that asked.

use protocol::{
    exchange::{Alarm, Effect},
    packet::{Body, PacketKind},
};

use super::work::Work;
use crate::{
    service::{
        Service, ServiceError,
        rows::{DraftRow, DueRow, OutboxRow, OwedRow},
    },
    vault::Owner,
};

impl Service {
    /// Puts what follows from a packet into its transaction; `said` is its body, if it is ours. Erasing itself comes
    /// after the commit.
    pub(super) async fn perform(
        &self,
        work: &mut Work,
        effects: Vec<Effect>,
        said: Option<&Body>,
    ) -> Result<(), ServiceError> {
        for effect in effects {
            match effect {
                Effect::ReleaseNow => Box::pin(self.release_in(work)).await?,
                Effect::DropRelease => {
                    let content = work.content();
                    work.tx.delete::<DraftRow>(&content, b"");
                    work.row.release_blocked = None;
                    self.custody_ended(work).await?;
                }
                Effect::RecordDisclosure(disclosure) => self.custody_disclosed(work, disclosure, said).await?,
                Effect::RecordReceipt => self.custody_receipt(work).await?,
                Effect::EraseShared => self.erase_shared(work).await?,
                Effect::SendReceipt => {
                    work.tx.put(&Owner::Ledger, work.id.as_bytes(), &OwedRow { since: work.now });
                }
                Effect::ShowNews(_) => work.row.since = work.now,
                Effect::Alarm(alarm) => {
                    work.alarm(alarm_code(alarm));
                }
                Effect::DestroySeed(kid) => work.end_seed(kid),
                // Items are sealed at every try, to the newest key that there is.
                Effect::ResealUnacknowledged => self.outbox_wake.notify_one(),
                Effect::AskAboutRekey => {
                    work.alarm("rekey-waits");
                }
            }
        }
        Ok(())
    }

    /// Marks the content for erasure. What of ours still waits to be delivered moves under the parting key first.
    async fn erase_shared(&self, work: &mut Work) -> Result<(), ServiceError> {
        let (content, parting) = (work.content(), work.parting());
        let waiting: Vec<(u64, DueRow)> = self.pending().rows_of(work.id);
        for (seq, mut due) in waiting.into_iter().filter(|(_, due)| !due.parting) {
            let found = self.vault.read::<OutboxRow>(&content, &seq.to_be_bytes()).await?;
            let Some((row, _)) = found else { continue };
            due.parting = true;
            work.tx.put(&parting, &seq.to_be_bytes(), &row);
            work.tx.put(&Owner::Ledger, &super::packet_key(work.id, seq), &due);
            work.waits_on(seq, due);
        }
        work.row.erasing = true;
        work.erase(&content);
        Ok(())
    }
}

/// The code that people are shown; its text is the front end's.
fn alarm_code(alarm: Alarm) -> String {
    match alarm {
        Alarm::DidNotArrive => "did-not-arrive".into(),
        Alarm::AcceptanceOvertakenByLapse => "acceptance-overtaken-by-lapse".into(),
        Alarm::Equivocation => "equivocation".into(),
        Alarm::Broken(why) => format!("broken:{}", why.code()),
        Alarm::Refused(why) => format!("refused:{}", why.code()),
        Alarm::TheyRefused(kind) => format!("they-refused:{}", kind.map_or("unknown", PacketKind::code)),
    }
}
