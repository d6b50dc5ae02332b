//! How the node is, and what needs a person.

use super::{Actor, Service, ServiceError, access::UseCase, read};
use crate::view::{StatusView, Trouble};

impl Service {
    /// How the node is.
    ///
    /// Answers also when nothing can be written: it shows no case, and says why. Nobody is told what is wrong with an
    /// exchange that they may not see.
    ///
    /// # Errors
    /// None today.
    pub async fn status(&self, actor: &Actor) -> Result<StatusView, ServiceError> {
        self.may(actor, UseCase::Status).await?;
        if let Err(error) = self.audit_read(actor, "status.show", b"").await {
            tracing::warn!(code = error.code(), "the status was shown without an audit entry");
        }
        let me = self.me();
        let mut troubles = self.troubles();
        // Those about nothing concern the node itself.
        troubles.retain(|trouble| trouble.about.as_deref().is_none_or(|about| self.may_hear_of(actor, about)));
        let (open, waiting_for_us) = self.board().counts();
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        Ok(StatusView {
            version: env!("CARGO_PKG_VERSION").into(),
            agency: me.id().to_string(),
            name: me.name().to_owned(),
            kind: me.kind_code().to_owned(),
            network: self.settings.network.clone(),
            listen: self.settings.listen.clone(),
            public: self.settings.public.clone(),
            started: self.started,
            cases: count(read(&self.index).len()),
            peers: count(read(&self.peers).len()),
            open_exchanges: count(open),
            waiting_to_send: count(self.pending().len()),
            waiting_for_us: count(waiting_for_us),
            two_persons: self.two_persons().code().into(),
            waiting_for_second: count(self.requests_waiting()),
            locks_after_minutes: self.settings.locks_when_idle.map(|after| after.as_secs() / 60),
            free_bytes: self.vault.health().free_bytes,
            troubles,
        })
    }

    /// Whether the actor sees the exchange that a trouble is about.
    fn may_hear_of(&self, actor: &Actor, exchange: &str) -> bool {
        let seen = |id| self.board().line(&id).is_some_and(|line| self.sees_exchange(actor, id, line));
        self.allows(actor, UseCase::ExchangeList) && self.resolve_exchange(exchange).is_ok_and(seen)
    }

    fn troubles(&self) -> Vec<Trouble> {
        let now = self.world.now();
        let mut troubles = self.store_troubles();
        troubles.extend(self.clock_trouble());
        troubles.extend(self.backup_trouble());
        troubles.extend(self.recovery_troubles());
        troubles.extend(self.key_trouble());
        let text = |code: &str, text: String, about: String| Trouble { code: code.into(), text, about: Some(about) };
        for (id, peer) in self.pending().stuck() {
            let name = self.peer_name(&peer);
            let what = format!("{name}'s node refuses what this one sends: both may need to exchange cards again");
            troubles.push(text("delivery/refused", what, id.to_string()));
        }
        for (id, line) in self.board().newest(None) {
            if troubles.len() >= MOST {
                break;
            }
            let name = self.peer_name(&line.peer);
            if let Some(why) = &line.release_blocked {
                let what =
                    format!("{name} accepted, but the release waits ({why}): verify the peer or renew the consent");
                troubles.push(text("release/waits", what, id.to_string()));
            }
            if line.late(now) {
                let what = format!("late: {} with {name} ({})", id.reference(), line.state_code());
                troubles.push(text("exchange/late", what, id.to_string()));
            }
            if line.receipt_by.is_some_and(|day| now >= day) {
                let what = format!("no receipt of the erasure yet: {} with {name}", id.reference());
                troubles.push(text("exchange/receipt-overdue", what, id.to_string()));
            }
            for alarm in &line.alarms {
                troubles.push(text(
                    "exchange/alarm",
                    format!("{alarm}: {} with {name}", id.reference()),
                    id.to_string(),
                ));
            }
        }
        troubles
    }

    fn store_troubles(&self) -> Vec<Trouble> {
        let health = self.vault.health();
        let mut troubles = Vec::new();
        let mut add = |code: &str, text: &str| {
            troubles.push(Trouble { code: code.into(), text: text.into(), about: None });
        };
        if health.duties_only {
            add(
                "node/disk-full",
                "the disk is full and the reserve is going: only withdrawals, erasures and reading; make room at once",
            );
        } else if health.low_space {
            add("node/disk-full", "the disk is nearly full: no new cases and offers until there is room");
        }
        if health.stopped {
            add("node/store-failed", "the disk does not answer: the node must be started again");
        } else if health.failed {
            add("node/store-failed", "the disk does not take changes: make room, or look at the node's log");
        }
        if health.damaged {
            add("node/store-damaged", "a power cut could damage what is stored now: restart the node, look at its log");
        }
        if self.me().newest_sealing_key(self.world.now()).is_none() {
            add("keys/no-sealing-key", "this agency has no valid sealing key: nobody can send it an offer");
        }
        troubles
    }
}

/// Troubles of one answer; those of the newest exchanges first.
const MOST: usize = 200;
