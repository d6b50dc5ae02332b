//! Whether this computer's clock can be believed, and who may say so (`docs/protocol.md` 3.10).

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use keys::{AgencyId, Timestamp};

use super::{Actor, Service, ServiceError, access::UseCase};
use crate::{
    audit::AuditError,
    vault::{Vault, VaultError},
    view::{ClockView, Trouble},
    world::Doubt,
};

/// Peers that must say the same before the wall clock is believed on their word.
const WITNESSES: usize = 2;
/// How far a peer's time may be from the wall clock and still speak for it, in seconds.
const NEAR: u64 = 3_600;

/// Peers whose signed answers spoke for the wall clock, each with how far it was from the time that is believed.
#[derive(Default)]
pub(super) struct Witnesses(Mutex<BTreeMap<AgencyId, i64>>);

impl Service {
    /// Believes the wall clock from now on.
    ///
    /// # Errors
    /// [`ServiceError::Store`]: then the doubt stays, or is back at the next start.
    pub async fn clock_confirm(&self, actor: &Actor) -> Result<ClockView, ServiceError> {
        self.may(actor, UseCase::ClockConfirm).await?;
        let wrong = self.world.clock_doubt();
        // Written under the time that was believed until now.
        self.audit_read(actor, "clock.confirm", &[]).await?;
        if wrong.is_some() {
            self.world.confirm_clock();
            // And under the new one: the newest entry is what the next start believes.
            self.audit_read(actor, "clock.believe", &[]).await?;
        }
        Ok(ClockView { time: self.world.now(), was_in_doubt: wrong.is_some() })
    }

    /// A peer signed an answer to us just now and said what time it is there.
    pub(super) async fn clock_witnessed(&self, peer: AgencyId, says: Timestamp) {
        if self.world.clock_doubt().is_none() || says.0.abs_diff(self.world.wall_clock().0) > NEAR {
            return;
        }
        if self.witnesses.enough(peer, self.world.wall_clock(), self.world.now())
            && let Err(error) = self.clock_confirm(&Actor::Node).await
        {
            tracing::error!(code = error.code(), "the clock could not be confirmed");
        }
    }

    /// What a person should know of the clock.
    pub(super) fn clock_trouble(&self) -> Option<Trouble> {
        let (by, way) = match self.world.clock_doubt()? {
            Doubt::Behind(by) => (by, "behind"),
            Doubt::Ahead(by) => (by, "ahead of"),
        };
        let (by, unit) = if by < 2 * Timestamp::DAY { (by / 3_600, "hours") } else { (by / Timestamp::DAY, "days") };
        let text = format!(
            "this computer's clock is {by} {unit} {way} what this node knew: set it. Until then nothing lapses, no key \
             is destroyed and no accepted case is released. If it is right: spean clock confirm"
        );
        Some(Trouble { code: "node/clock".into(), text, about: None })
    }
}

/// The newest time that this node believed before it stopped, from its audit log.
pub(super) async fn resume(vault: &Vault) -> Result<(), VaultError> {
    match vault.audit().read_back(None, 1).await {
        Ok(newest) => newest.first().into_iter().for_each(|last| vault.world().resume_from(last.entry.at)),
        Err(AuditError::Read(error)) => return Err(error.into()),
        // The log's own check says more; the node must start for that.
        Err(AuditError::Unreadable { .. }) => {}
    }
    Ok(())
}

impl Witnesses {
    /// Notes a peer; whether enough of them speak for one and the same correction.
    fn enough(&self, peer: AgencyId, wall: Timestamp, believed: Timestamp) -> bool {
        let off = wall.0.cast_signed().saturating_sub(believed.0.cast_signed());
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        said.insert(peer, off);
        let same = said.values().filter(|other| other.abs_diff(off) <= NEAR).count() >= WITNESSES;
        if same {
            said.clear();
        }
        same
    }
}
