//! Whether somebody is there: when a person last used the node.
//!
//! A page that a signed-in person opened and a command count; what a page asks by itself, programs, other agencies and a
//! look at the status do not. In memory only.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::{Actor, Service, UseCase};

/// The moment of the last use, in the seconds of [`crate::world::World::running`].
pub(super) struct Presence(AtomicU64);

impl Presence {
    /// Somebody has just unlocked the node.
    pub(super) const fn now(running: u64) -> Self {
        Self(AtomicU64::new(running))
    }
}

impl Service {
    /// Somebody uses the node.
    pub(super) fn somebody_is_here(&self) {
        self.presence.0.fetch_max(self.world.running(), Ordering::Relaxed);
    }

    /// A command is from a person, but for one: a program that watches the node asks how it is, too.
    pub(super) fn asked_by(&self, actor: &Actor, what: UseCase) {
        match actor {
            Actor::Operator { .. } if what != UseCase::Status => self.somebody_is_here(),
            // A person's page is noted by its session.
            Actor::Operator { .. } | Actor::Person { .. } | Actor::Program { .. } | Actor::Node => {}
        }
    }

    /// How long nobody has used the node.
    #[must_use]
    pub fn unattended(&self) -> Duration {
        let last = self.presence.0.load(Ordering::Relaxed);
        Duration::from_secs(self.world.running().saturating_sub(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::testing::Node;

    const MINUTE: Duration = Duration::from_mins(1);

    fn operator() -> Actor {
        Actor::Operator { uid: 0, by: None, approved_by: None }
    }

    #[tokio::test]
    async fn commands_count_as_somebody_and_a_look_at_the_status_and_what_goes_on_by_itself_do_not() {
        let node = Node::new().await;
        let service = &node.service;
        node.pass(60);
        assert_eq!(service.unattended(), MINUTE);
        service.status(&operator()).await.unwrap();
        let _ = service.tick().await;
        assert_eq!(service.unattended(), MINUTE);
        service.case_list(&operator(), None, 1).await.unwrap();
        assert_eq!(service.unattended(), Duration::ZERO);
        node.pass(30);
        assert_eq!(service.unattended(), MINUTE / 2);
    }
}
