//! The signing keys as people see them: stages, and what to do before one ends.

use keys::{
    KeyId, Signed, Timestamp, VerifiedAgency,
    log::{Entry, EntryBody, Genesis, OpKey},
    stage::{self, Due, HeldSigning, Stage},
};

use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, read},
    view::{KeyLine, KeyList, LogLine, Trouble},
};

/// Digits of a key's id that are enough to name it, if no other begins so.
const SHORTEST: usize = 4;

impl Service {
    /// The own signing and sealing keys, oldest first.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`].
    pub async fn key_list(&self, actor: &Actor) -> Result<KeyList, ServiceError> {
        self.may(actor, UseCase::KeyList).await?;
        let (me, now) = (self.me(), self.world.now());
        let active = read(&self.signing).as_ref().map(|key| key.public().id());
        let line = |op: &OpKey| KeyLine {
            id: op.key.id().to_string(),
            kind: "signing".into(),
            stage: self.signing_stage(op.key.id()).map_or("generated", code).into(),
            entry: Some(op.added),
            until: Some(op.not_after),
            due: stage::due(op.not_after, now).filter(|_| active == Some(op.key.id())).map(due_code).map(str::to_owned),
            revoked: op.revoked.as_ref().map(|revocation| revocation.seq),
            waits_for: Vec::new(),
        };
        let mut keys: Vec<KeyLine> = me.keys().op_keys().iter().map(line).collect();
        if let Some(next) = self.next_key()
            && let Some(line) = keys.iter_mut().find(|line| line.id == next.to_string())
        {
            line.waits_for = self.not_seen_to_know(next, now);
        }
        let kids: Vec<_> = read(&self.sealing).keys().copied().collect();
        for key in me.statements().sealing_keys().iter().rev() {
            keys.push(KeyLine {
                id: key.kid.to_string(),
                kind: "sealing".into(),
                stage: stage::sealing(&me, &kids, key.kid, now).map_or("generated", code).into(),
                entry: None,
                until: Some(key.not_after),
                due: None,
                revoked: None,
                waits_for: Vec::new(),
            });
        }
        Ok(KeyList { keys, entries: Vec::new() })
    }

    /// The signing keys that a peer had and has, and each entry of its key log, oldest first.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`]; [`ServiceError::NotFound`] and the like for the peer.
    pub async fn key_history(&self, actor: &Actor, peer: &str) -> Result<KeyList, ServiceError> {
        self.may(actor, UseCase::PeerShow).await?;
        let id = self.resolve_peer(peer)?;
        let peer = self.peer(&id).ok_or(ServiceError::NotFound { what: "peer" })?;
        let now = self.world.now();
        let line = |op: &OpKey| KeyLine {
            id: op.key.id().to_string(),
            kind: "signing".into(),
            stage: stage::peer_signing(&peer.agency, op.key.id(), now).map_or("generated", code).into(),
            entry: Some(op.added),
            until: Some(op.not_after),
            due: None,
            revoked: op.revoked.as_ref().map(|revocation| revocation.seq),
            waits_for: Vec::new(),
        };
        let keys = peer.agency.keys().op_keys().iter().map(line).collect();
        Ok(KeyList { keys, entries: entries(&peer.agency) })
    }

    /// How far the life of an own signing key is.
    fn signing_stage(&self, key: KeyId) -> Option<Stage> {
        let held: Vec<KeyId> =
            [self.held.active(), self.held.second()].iter().flatten().map(|key| key.public().id()).collect();
        let active = read(&self.signing).as_ref().map(|key| key.public().id());
        stage::signing(&self.me(), HeldSigning { keys: &held, active }, key, self.world.now())
    }

    /// The own signing key whose id begins so.
    pub(super) fn resolve_own_key(&self, text: &str) -> Result<OpKey, ServiceError> {
        let typed = text.trim().to_lowercase();
        if typed.len() < SHORTEST || typed.len() > 32 || !typed.bytes().all(|b| b.is_ascii_hexdigit()) {
            let why = "4 to 32 digits of 0-9 and a-f, as `spean key list` shows them";
            return Err(ServiceError::MalformedId { what: "key", why: why.into() });
        }
        let me = self.me();
        let mut found = me.keys().op_keys().iter().filter(|op| op.key.id().to_string().starts_with(&typed));
        match (found.next(), found.count()) {
            (None, _) => Err(ServiceError::NotFound { what: "key" }),
            (Some(op), 0) => Ok(op.clone()),
            (Some(_), more) => Err(ServiceError::Ambiguous { what: "key", count: more + 1 }),
        }
    }

    /// What must be done about the own keys, and how soon.
    pub(in crate::service) fn key_trouble(&self) -> Option<Trouble> {
        let (me, now) = (self.me(), self.world.now());
        let active = read(&self.signing).as_ref().map(|key| key.public().id())?;
        let end = me.keys().op_key(active)?.not_after;
        let due = stage::due(end, now)?;
        let days = end.0.saturating_sub(now.0).div_ceil(Timestamp::DAY);
        let ends = if due == Due::Over { "has ended".to_owned() } else { format!("ends in {days} days") };
        let what = if self.next_key().is_some() {
            "the next one is prepared: `spean key rotate signing --activate`"
        } else {
            "`spean key rotate signing` makes the next one, a week before it is put into use"
        };
        Some(Trouble { code: "keys/ending".into(), text: format!("the signing key {ends}: {what}"), about: None })
    }
}

/// The key log, told entry by entry.
fn entries(agency: &VerifiedAgency) -> Vec<LogLine> {
    let mut log = agency.record().log().iter();
    let founding = log.next().and_then(|bytes| Signed::<Genesis>::from_bytes(bytes).ok());
    let first = founding.map(|founding| LogLine {
        entry: 0,
        what: "genesis".into(),
        at: founding.claimed().common.ts,
        key: None,
        reason: None,
    });
    let later = log.filter_map(|bytes| Signed::<Entry>::from_bytes(bytes).ok()).map(|signed| {
        let entry = signed.claimed();
        let (key, reason) = match entry.parse_body() {
            Ok(EntryBody::AddOpKey(body)) => (Some(body.key.id()), None),
            Ok(EntryBody::RevokeKey(body)) => (Some(body.key), Some(body.reason)),
            Ok(EntryBody::Incarnation(body)) => (None, Some(body.reason)),
            Ok(EntryBody::Retire(body)) => (None, Some(body.reason)),
            Ok(EntryBody::RotateRoot(_) | EntryBody::Recover(_) | EntryBody::Unknown { .. }) | Err(_) => (None, None),
        };
        let key = key.map(|key| key.to_string());
        LogLine { entry: entry.seq, what: entry.kind.clone(), at: entry.common.ts, key, reason }
    });
    first.into_iter().chain(later).collect()
}

/// The stage as a code.
const fn code(stage: Stage) -> &'static str {
    match stage {
        Stage::Generated => "generated",
        Stage::Published => "published",
        Stage::Active => "active",
        Stage::Retiring => "retiring",
        Stage::Revoked => "revoked",
        Stage::Expired => "expired",
        Stage::Destroyed => "destroyed",
    }
}

const fn due_code(due: Due) -> &'static str {
    match due {
        Due::Days60 => "60_days",
        Due::Days30 => "30_days",
        Due::Days7 => "7_days",
        Due::Over => "over",
    }
}
