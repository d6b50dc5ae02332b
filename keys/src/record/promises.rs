//! Which records count, and which continue another.

use super::*;
use crate::{
    Common, Digest, Head, KeyId, Signature, SigningKey, Timestamp,
    card::{QrError, QrPayload},
    common::PROTOCOL_VERSION,
    label::Label,
    publish::{self, SEALING_LIFE},
    sealing::SealingKey,
    signed::Signed,
    statement::{
        MAX_PINS, MAX_SEALING_LIFE, MAX_STATEMENT_BYTES, SEALING_GRACE, STATEMENT, SealingBody, Statement,
        StatementBody, Transport,
    },
    testing::{NOW, Seeded, founded, network, policy},
};

fn agency() -> (VerifiedAgency, SigningKey) {
    let founding = founded(1);
    let op = SigningKey::from_seed(founding.op_seed).expect("any seed is a key");
    (founding.record.verify(network()).expect("verifies"), op)
}

/// `agency`'s record with one more statement, made by hand.
fn with(
    agency: &VerifiedAgency,
    key: &SigningKey,
    body: &StatementBody,
    change: impl Fn(&mut Statement),
) -> Result<VerifiedAgency, RecordError> {
    let common = Common {
        v: PROTOCOL_VERSION,
        network: network(),
        agency: agency.id(),
        key: key.public().id(),
        incarnation: 1,
        ts: NOW,
    };
    let mut statement =
        Statement { common, kind: body.kind().into(), serial: 9, log_head: agency.head(), body: body.encode() };
    change(&mut statement);
    let mut statements = agency.record().statements().to_vec();
    statements.push(Signed::sign(statement, STATEMENT, &[key]).to_bytes());
    PublicRecord::new(agency.record().log().to_vec(), statements).verify(network())
}

fn pins(byte: u8) -> StatementBody {
    StatementBody::Transport(Transport { spki_sha256: vec![Digest([byte; 32])] })
}

#[test]
fn a_founded_agency_says_what_was_asked_of_it() {
    let (agency, _) = agency();
    assert_eq!(agency.transport_pins(), [Digest([9; 32])]);
    assert_eq!(agency.addresses(), ["https://cmo.example:8443"]);
    assert_eq!((agency.policy(), agency.kind_code()), (Some(&policy()), "reception"));
    assert!(agency.newest_sealing_key(NOW).is_some());
    let bytes = agency.record().to_bytes();
    let again = PublicRecord::from_bytes(&bytes).and_then(|record| record.verify(network())).expect("verifies");
    assert_eq!((again.id(), again.head()), (agency.id(), agency.head()));
}

#[test]
fn the_highest_serial_wins_in_any_order_and_two_with_one_serial_are_evidence() {
    let (agency, op) = agency();
    let newer = with(&agency, &op, &pins(1), |_| {}).expect("verifies");
    assert_eq!(newer.transport_pins(), [Digest([1; 32])]);
    let older = with(&newer, &op, &pins(2), |statement| statement.serial = 8).expect("verifies");
    assert_eq!(older.transport_pins(), [Digest([1; 32])]);
    let twice = with(&newer, &op, &pins(1), |_| {}).expect("the same statement, twice");
    assert_eq!(twice.transport_pins(), [Digest([1; 32])]);
    let expected = StatementError::Equivocation { kind: "transport".into(), serial: 9 };
    assert_eq!(with(&newer, &op, &pins(2), |_| {}).err(), Some(RecordError::Statement(expected)));
}

#[test]
fn publishing_replaces_a_statement_and_counts_on() {
    let (agency, op) = agency();
    let count = agency.record().statements().len();
    let moved = publish::endpoints(&agency, &op, NOW, vec!["https://new.example".into()]).expect("publishes");
    assert_eq!(
        (moved.addresses(), moved.record().statements().len()),
        (&["https://new.example".to_owned()][..], count)
    );
    assert_eq!(moved.statements().serial("endpoints"), 2);
    assert_eq!(moved.extends(&agency), Ok(()));
    let stranger = SigningKey::from_seed(crate::Secret::new(Box::new([77; 32]))).expect("any seed is a key");
    assert!(matches!(publish::policy(&agency, &stranger, NOW, policy()), Err(publish::PublishError::NotInForce)));
    assert!(publish::transport(&agency, &op, NOW, vec![Digest::default(); MAX_PINS + 1]).is_err());
}

#[test]
fn a_statement_counts_only_by_a_signing_key_on_this_log() {
    let (agency, op) = agency();
    let fault = |change: fn(&mut Statement)| match with(&agency, &op, &pins(1), change) {
        Err(RecordError::Statement(fault)) => fault,
        other => panic!("{other:?}"),
    };
    assert_eq!(fault(|s| s.log_head.hash = Digest::default()), StatementError::OtherLog(1));
    assert_eq!(
        fault(|s| s.log_head = Head { seq: 2, hash: Digest::default() }),
        StatementError::LogIsOlder { named: 2, have: 1 }
    );
    assert_eq!(fault(|s| s.log_head.seq = 0), StatementError::OtherLog(0));
    assert_eq!(fault(|s| s.common.key = KeyId([0; 16])), StatementError::UnknownKey);
    assert!(matches!(fault(|s| s.serial = 0), StatementError::Body(_)));
    assert!(matches!(fault(|s| s.common.incarnation = 2), StatementError::Body(_)));
    assert!(matches!(fault(|s| s.common.v = 2), StatementError::Common(_)));
    assert!(matches!(fault(|s| s.body = vec![0xff]), StatementError::Cbor(_)));
    let mut statements = agency.record().statements().to_vec();
    let last = statements[0].len() - 1;
    statements[0][last] ^= 1;
    let forged = PublicRecord::new(agency.record().log().to_vec(), statements).verify(network());
    assert!(matches!(forged, Err(RecordError::Statement(StatementError::Signature(_)))));
}

#[test]
fn number_and_length_of_statements_are_bounded() {
    let (agency, _) = agency();
    let log = agency.record().log().to_vec();
    let many = PublicRecord::new(log.clone(), vec![vec![]; MAX_STATEMENTS + 1]).verify(network());
    assert_eq!(many.err(), Some(RecordError::Statement(StatementError::TooMany(MAX_STATEMENTS + 1))));
    let long = PublicRecord::new(log, vec![vec![0; MAX_STATEMENT_BYTES + 1]]).verify(network());
    assert_eq!(long.err(), Some(RecordError::Statement(StatementError::TooLarge(MAX_STATEMENT_BYTES + 1))));
}

#[test]
fn a_statement_of_a_kind_from_the_future_is_kept_without_effect() {
    let (agency, op) = agency();
    let newer = with(&agency, &op, &pins(1), |statement| statement.kind = "mailbox".into()).expect("verifies");
    assert_eq!(newer.transport_pins(), agency.transport_pins());
}

#[test]
fn a_sealing_key_is_used_thirty_days_past_its_end_and_never_beyond() {
    let (agency, op) = agency();
    let first = agency.newest_sealing_key(NOW).map(crate::sealing::SealingPublic::kid);
    let end = NOW.plus(SEALING_LIFE);
    assert_eq!(agency.sealing_key_ends(), Some(end));
    assert!(agency.newest_sealing_key(end.plus(SEALING_GRACE)).is_some());
    assert!(agency.newest_sealing_key(end.plus(SEALING_GRACE + 1)).is_none());
    assert!(agency.newest_sealing_key(NOW.minus(Timestamp::DAY)).is_some());
    assert!(agency.newest_sealing_key(NOW.minus(Timestamp::DAY + 1)).is_none());
    let second = SealingKey::generate(&mut Seeded::new(5));
    let later = NOW.plus(6 * Timestamp::DAY);
    let renewed = publish::sealing_statement(&agency, &op, later, second.public()).expect("publishes");
    assert_eq!(renewed.newest_sealing_key(later).map(crate::sealing::SealingPublic::kid), Some(second.kid()));
    // One that has not begun gives way to the one before it.
    assert_eq!(renewed.newest_sealing_key(NOW).map(crate::sealing::SealingPublic::kid), first);
    let third = SealingKey::generate(&mut Seeded::new(6));
    let much_later = end.plus(SEALING_GRACE + 1);
    let count = renewed.record().statements().len();
    let pruned = publish::sealing_statement(&renewed, &op, much_later, third.public()).expect("publishes");
    assert_eq!(pruned.record().statements().len(), count);
}

#[test]
fn a_sealing_statement_names_its_key_and_a_bounded_time() {
    let (agency, op) = agency();
    let key = SealingKey::generate(&mut Seeded::new(5));
    let body = |kem, kid, life| {
        let (pk, not_after) = (key.public().clone(), NOW.plus(life));
        StatementBody::Sealing(Box::new(SealingBody { kem, pk, kid, not_before: NOW, not_after }))
    };
    let x_wing = crate::sealing::KEM_X_WING;
    assert!(with(&agency, &op, &body(x_wing, key.kid(), MAX_SEALING_LIFE), |_| {}).is_ok());
    for bad in [
        body(x_wing, key.kid(), MAX_SEALING_LIFE + 1),
        body(x_wing, key.kid(), 0),
        body(0x20, key.kid(), 1),
        body(x_wing, crate::sealing::Kid([0; 16]), 1),
    ] {
        let refused = with(&agency, &op, &bad, |_| {});
        assert!(matches!(refused, Err(RecordError::Statement(StatementError::Body(_)))));
    }
}

#[test]
fn forks_rollbacks_and_equivocation_are_told_apart() {
    let founding = founded(1);
    let root = SigningKey::from_seed(founding.root_seed).expect("any seed is a key");
    let (agency, op) = agency();
    let grown = |byte: u8| {
        let key = SigningKey::from_seed(crate::Secret::new(Box::new([byte; 32]))).expect("any seed is a key");
        publish::add_op_key(&agency, &root, NOW, key.public()).expect("the root may")
    };
    let (a, b) = (grown(20), grown(21));
    assert_eq!(a.extends(&agency), Ok(()));
    assert_eq!(agency.extends(&agency), Ok(()));
    assert_eq!(agency.extends(&a), Err(ForkOrRollback::Rollback { known: 2, heard: 1 }));
    assert_eq!(a.extends(&b), Err(ForkOrRollback::Fork { seq: 2 }));
    let other = founded(2).record.verify(network()).expect("verifies");
    assert!(matches!(other.extends(&agency), Err(ForkOrRollback::OtherAgency { .. })));
    let one = publish::transport(&agency, &op, NOW, vec![Digest([1; 32])]).expect("publishes");
    let two = publish::transport(&agency, &op, NOW, vec![Digest([2; 32])]).expect("publishes");
    assert!(matches!(two.extends(&one), Err(ForkOrRollback::Equivocation { serial: 2, .. })));
    assert!(matches!(agency.extends(&one), Err(ForkOrRollback::OlderStatement { known: 2, .. })));
}

#[test]
fn a_signature_counts_by_a_signing_key_and_under_its_label() {
    const LABEL: Label = Label::new("spean/test");
    let (agency, op) = agency();
    let id = op.public().id();
    let signature = op.sign(LABEL, b"bytes");
    assert_eq!(agency.verify_by_op_key(id, LABEL, b"bytes", &signature), Ok(()));
    assert!(matches!(agency.verify_by_op_key(id, STATEMENT, b"bytes", &signature), Err(KeyError::Signature(_))));
    assert!(agency.verify_by_op_key(id, LABEL, b"bytes", &Signature([0; 64])).is_err());
    let nobody = KeyId([0; 16]);
    assert_eq!(agency.verify_by_op_key(nobody, LABEL, b"bytes", &signature), Err(KeyError::Unknown(nobody)));
}

#[test]
fn a_qr_code_names_the_agency_and_fits_its_later_records() {
    let (agency, op) = agency();
    let code = QrPayload::of(&agency);
    let text = code.to_string();
    assert_eq!(text.parse(), Ok(code.clone()));
    assert!(text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b':'), "{text}");
    let moved = publish::endpoints(&agency, &op, NOW, vec![]).expect("publishes");
    assert!(code.matches(&agency) && code.matches(&moved));
    assert!(!code.matches(&founded(2).record.verify(network()).expect("verifies")));
    assert_eq!(text[1..].parse::<QrPayload>(), Err(QrError::OtherCode));
    assert_eq!(text[..text.len() - 9].parse::<QrPayload>(), Err(QrError::Unreadable));
}
