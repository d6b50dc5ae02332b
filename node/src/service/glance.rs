//! What stands around every screen: nothing of any case, so no entry in the audit log.

use keys::Timestamp;
use protocol::exchange::State;

use super::{Actor, Service, access::UseCase};

/// How the node is, at a glance.
#[expect(clippy::struct_excessive_bools, reason = "observations that do not depend on each other")]
#[derive(Clone, Debug)]
pub struct Glance {
    /// This agency's name.
    pub agency: String,
    /// The time that the node believes.
    pub now: Timestamp,
    /// The wall clock's time, where it is in doubt.
    pub doubted_clock: Option<Timestamp>,
    /// No new cases and offers are taken for want of room.
    pub full: bool,
    /// The disk takes no changes.
    pub failing: bool,
    /// It was restored, and some agencies have not answered yet.
    pub recovering: bool,
    /// It has stopped, for another copy of it is at work.
    pub copied: bool,
}

impl Service {
    /// How the node is, for whoever it may be.
    #[must_use]
    pub fn glance(&self) -> Glance {
        let health = self.vault.health();
        Glance {
            agency: self.me().name().to_owned(),
            now: self.world.now(),
            doubted_clock: self.world.clock_doubt().map(|_| self.world.wall_clock()),
            full: health.duties_only || health.low_space,
            failing: health.stopped || health.failed || health.damaged,
            recovering: self.is_recovering(),
            copied: self.is_copied(),
        }
    }

    /// Random bytes, for one page: under them it hides what is the same on all pages of a session.
    #[must_use]
    pub fn pad(&self) -> [u8; 24] {
        keys::random_bytes(&mut self.world.entropy())
    }

    /// What `actor` may do, if anything: for the places that their pages offer. Each use case asks again.
    #[must_use]
    pub fn rights_of(&self, actor: &Actor) -> Option<Vec<UseCase>> {
        self.allows(actor, UseCase::OwnSessions)
            .then(|| UseCase::ALL.iter().copied().filter(|what| self.allows(actor, *what)).collect())
    }

    /// How many decisions of other key administrators wait for this one; none for whoever confirms none.
    #[must_use]
    pub fn waiting_to_confirm(&self, actor: &Actor) -> Option<u64> {
        self.allows(actor, UseCase::RequestConfirm).then(|| self.to_confirm(actor))
    }

    /// How many offers wait for this agency's answer and are not another team's; none for whoever has nothing to do
    /// with cases.
    #[must_use]
    pub fn waiting_for(&self, actor: &Actor) -> Option<u64> {
        self.allows(actor, UseCase::Inbox).then(|| {
            let board = self.board();
            let waiting = board.inbox().take_while(|(_, line)| line.state == State::Offered);
            let seen = waiting.filter(|(id, line)| self.sees_exchange(actor, *id, line));
            u64::try_from(seen.count()).unwrap_or(u64::MAX)
        })
    }
}
