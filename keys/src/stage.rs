//! How far the life of a key is, in the words that people are shown (`docs/protocol.md` 3.3, 3.5).
//!
//! Pure: from the log, the statements, what the keyring holds, and the time. Decides nothing.

use crate::{
    KeyId, Timestamp, VerifiedAgency,
    sealing::Kid,
    statement::{SEALING_KEPT, SealingBody},
};

/// The stages of a key, in the order in which it goes through them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// It lies in the keyring and nobody else knows of it.
    Generated,
    /// Others can know it; it is not in use yet. Activation is an act of its own.
    Published,
    /// In use.
    Active,
    /// Another is in use; this one still verifies or opens what is under way.
    Retiring,
    /// Taken back: nothing by it counts but what lies in the cut.
    Revoked,
    /// Its time is over.
    Expired,
    /// The private half is gone.
    Destroyed,
}

/// How near the end of a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// Within 60 days: plan the next one.
    Days60,
    /// Within 30 days: make the next one.
    Days30,
    /// Within 7 days: the next one must be in use before.
    Days7,
    /// It is over.
    Over,
}

/// The warning for a key that ends at `end`; none while it is more than 60 days away.
#[must_use]
pub fn due(end: Timestamp, now: Timestamp) -> Option<Due> {
    let left = end.0.saturating_sub(now.0);
    match left {
        0 => Some(Due::Over),
        _ if left <= 7 * Timestamp::DAY => Some(Due::Days7),
        _ if left <= 30 * Timestamp::DAY => Some(Due::Days30),
        _ if left <= 60 * Timestamp::DAY => Some(Due::Days60),
        _ => None,
    }
}

/// What the keyring says of the agency's own signing keys.
#[derive(Clone, Copy, Debug)]
pub struct HeldSigning<'a> {
    /// Those whose private half lies in it.
    pub keys: &'a [KeyId],
    /// The one that signs; there is never more than one.
    pub active: Option<KeyId>,
}

/// The stage of one of the agency's own signing keys; `None` for one that neither log nor keyring knows.
#[must_use]
pub fn signing(agency: &VerifiedAgency, held: HeldSigning<'_>, key: KeyId, now: Timestamp) -> Option<Stage> {
    let here = held.keys.contains(&key);
    let Some(op) = agency.keys().op_key(key) else { return here.then_some(Stage::Generated) };
    let active = held.active.and_then(|id| agency.keys().op_key(id));
    Some(if !here {
        Stage::Destroyed
    } else if op.revoked.is_some() {
        Stage::Revoked
    } else if now >= op.not_after {
        Stage::Expired
    } else if held.active == Some(key) {
        Stage::Active
    } else if active.is_some_and(|active| op.added < active.added) {
        Stage::Retiring
    } else {
        Stage::Published
    })
}

/// The stage of another agency's signing key, whose private half is not to be seen: published ones count as active.
#[must_use]
pub fn peer_signing(agency: &VerifiedAgency, key: KeyId, now: Timestamp) -> Option<Stage> {
    let op = agency.keys().op_key(key)?;
    Some(if op.revoked.is_some() {
        Stage::Revoked
    } else if now >= op.not_after {
        Stage::Expired
    } else {
        Stage::Active
    })
}

/// The stage of one of the agency's own sealing keys, whose private halves in the keyring are `held`; `None` for one
/// that neither statements nor keyring know. A statement that a revoked key made is void: its sealing key is unknown.
#[must_use]
pub fn sealing(agency: &VerifiedAgency, held: &[Kid], kid: Kid, now: Timestamp) -> Option<Stage> {
    let here = held.contains(&kid);
    let all = agency.statements().sealing_keys();
    let Some(key) = all.iter().find(|key| key.kid == kid) else { return here.then_some(Stage::Generated) };
    // Newest first; the newest that began is the one that others seal to.
    let in_use = |key: &&SealingBody| key.not_before <= now && now < key.not_after;
    Some(if !here {
        Stage::Destroyed
    } else if now >= key.not_after.plus(SEALING_KEPT) {
        Stage::Expired
    } else if now < key.not_before {
        Stage::Published
    } else if all.iter().find(in_use).is_some_and(|newest| newest.kid == kid) {
        Stage::Active
    } else {
        Stage::Retiring
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Digest,
        log::{EntryBody, RevokeKey},
        publish,
        testing::{NOW, add, founded, guarded, key, network},
    };

    #[test]
    fn a_signing_key_goes_through_its_stages_in_order() {
        let [first, second, third] = [key(10), key(20), key(21)].map(|key| key.public().id());
        let before = guarded();
        let agency = publish::append(&before, &[&key(1)], NOW, &add(20)).expect("the root may");
        let all = [first, second, third];
        let stages = |agency: &VerifiedAgency, active, now| {
            let held = HeldSigning { keys: &all, active: Some(active) };
            all.map(|key| signing(agency, held, key, now))
        };
        let of = |a, b, c| [Some(a), Some(b), Some(c)];
        assert_eq!(stages(&agency, first, NOW), of(Stage::Active, Stage::Published, Stage::Generated));
        assert_eq!(stages(&agency, second, NOW), of(Stage::Retiring, Stage::Active, Stage::Generated));
        let body = RevokeKey { key: first, reason: "stolen".into(), cut: Digest::default() };
        let revoked = publish::append(&agency, &[&key(1)], NOW, &EntryBody::RevokeKey(body)).expect("the root may");
        assert_eq!(stages(&revoked, second, NOW), of(Stage::Revoked, Stage::Active, Stage::Generated));
        let later = NOW.plus(Timestamp::DAY);
        assert_eq!(stages(&revoked, second, later), of(Stage::Revoked, Stage::Expired, Stage::Generated));
        let none = HeldSigning { keys: &[], active: None };
        assert_eq!(
            all.map(|key| signing(&revoked, none, key, NOW)),
            [Some(Stage::Destroyed), Some(Stage::Destroyed), None]
        );
        assert_eq!(all.map(|key| peer_signing(&revoked, key, NOW)), [Some(Stage::Revoked), Some(Stage::Active), None]);
        assert_eq!(peer_signing(&revoked, second, later), Some(Stage::Expired));
    }

    #[test]
    fn a_sealing_key_opens_for_as_long_as_it_is_kept() {
        let made = founded(1);
        let agency = made.record.verify(network()).expect("verifies");
        let (kid, other) = (made.sealing.kid(), Kid([0; 16]));
        let after = |days: u64| sealing(&agency, &[kid, other], kid, NOW.plus(days * Timestamp::DAY));
        assert_eq!(sealing(&agency, &[kid], kid, NOW.minus(1)), Some(Stage::Published));
        assert_eq!(
            [0, 6, 7, 51, 52].map(after),
            [
                Some(Stage::Active),
                Some(Stage::Active),
                Some(Stage::Retiring),
                Some(Stage::Retiring),
                Some(Stage::Expired)
            ]
        );
        assert_eq!(sealing(&agency, &[], kid, NOW), Some(Stage::Destroyed));
        assert_eq!(sealing(&agency, &[other], other, NOW), Some(Stage::Generated));
        assert_eq!(sealing(&agency, &[], other, NOW), None);
    }

    #[test]
    fn people_are_warned_weeks_ahead() {
        let left = |days: u64| due(NOW.plus(days * Timestamp::DAY), NOW);
        assert_eq!(
            [61, 60, 31, 30, 8, 7, 1, 0].map(left),
            [
                None,
                Some(Due::Days60),
                Some(Due::Days60),
                Some(Due::Days30),
                Some(Due::Days30),
                Some(Due::Days7),
                Some(Due::Days7),
                Some(Due::Over)
            ]
        );
        assert_eq!(due(NOW.minus(1), NOW), Some(Due::Over));
    }
}
