//! What is a fork, what only looks like one, and what settles it.

use super::*;
use crate::{
    Digest, SigningKey, Timestamp,
    log::{EntryBody, Rank, RevokeKey},
    publish,
    record::{Outcome, Refusal, merge},
    testing::{NOW, add, founded, guarded, key, network, recover, rotate},
};

fn by_root(agency: &VerifiedAgency, body: &EntryBody) -> VerifiedAgency {
    publish::append(agency, &[&key(1)], NOW, body).expect("the root may")
}

fn pins(agency: &VerifiedAgency, by: u8, pin: u8) -> VerifiedAgency {
    publish::transport(agency, &key(by), NOW, vec![Digest([pin; 32])]).expect("publishes")
}

fn fork(a: &VerifiedAgency, b: &VerifiedAgency) -> VerifiedFork {
    VerifiedFork::between(a, b).expect("they contradict each other")
}

#[test]
fn two_entries_of_one_rank_are_a_fork_that_anybody_can_check() {
    let agency = pins(&guarded(), 10, 1);
    let (a, b) = (by_root(&by_root(&agency, &add(20)), &add(22)), by_root(&agency, &add(21)));
    let found = fork(&a, &b);
    let Contradiction::Entries { parted_at: 2, a: one, b: two } = found.contradiction() else { panic!("{found:?}") };
    assert_eq!((one.seq, two.seq, one.rank, two.rank), (2, 2, Rank::Root, Rank::Root));
    assert_eq!(fork(&b, &a).proof(), found.proof());
    let handed_on = ForkProof::parse(&format!("Dear colleague,\n{}regards", found.proof().to_text())).expect("reads");
    assert_eq!(ForkProof::from_bytes(&found.proof().to_bytes()), Ok(handed_on.clone()));
    let checked = handed_on.verify(network()).expect("a third agency sees it too");
    assert_eq!((checked.id(), checked.agency(), checked.name()), (found.id(), agency.id(), "CMO Poipet"));
    let (a, b) = (&handed_on.a, &handed_on.b);
    assert!(a.statements().is_empty() && a.log().len() == 3 && b.log().len() == 3, "only what is needed");
}

#[test]
fn what_proves_nothing_says_why() {
    let agency = guarded();
    let (a, b) = (by_root(&agency, &add(20)), by_root(&agency, &add(21)));
    let said = |a: &VerifiedAgency, b: &VerifiedAgency| {
        ForkProof { a: a.record().clone(), b: b.record().clone() }.verify(network()).map(|fork| fork.id())
    };
    let ForkProof { a: first, b: second } = fork(&a, &b).proof;
    let wrong_way = ForkProof { a: second, b: first }.verify(network());
    assert!(matches!(wrong_way, Err(ForkError::NotMinimal)));
    assert_eq!(said(&by_root(&a, &add(22)), &b), Err(ForkError::NotMinimal));
    assert_eq!(said(&a, &a), Err(ForkError::NoContradiction));
    assert_eq!(said(&a, &agency), Err(ForkError::NoContradiction));
    assert_eq!(said(&a, &founded(1).record.verify(network()).expect("verifies")), Err(ForkError::OtherAgency));
    let rotated = publish::append(&agency, &[&key(1), &key(2)], NOW, &rotate(2, 3)).expect("both may");
    assert_eq!(said(&rotated, &a), Err(ForkError::Outranked));
    let mut forged = fork(&a, &b).proof.to_bytes();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let forged = ForkProof::from_bytes(&forged).and_then(|proof| proof.verify(network()).map(|fork| fork.id()));
    assert!(matches!(forged, Err(ForkError::Record(_))), "{forged:?}");
}

#[test]
fn a_second_signature_over_the_same_bytes_is_no_fork() {
    // Guardians: any two sign the same bytes, and the third one's signature may be there or not.
    let agency = guarded();
    let body = recover(&agency, 5, 6);
    let signed = |signers: &[&SigningKey]| publish::append(&agency, signers, NOW, &body).expect("a quorum");
    let (two, three) = (signed(&[&key(40), &key(41)]), signed(&[&key(40), &key(41), &key(42)]));
    assert_ne!(two.record().log(), three.record().log());
    assert!(VerifiedFork::between(&two, &three).is_none());
    assert!(matches!(merge(&two, three.record()), Outcome::Same));
}

#[test]
fn a_rotation_settles_what_was_done_with_the_root_wherever_it_stands() {
    let agency = guarded();
    let (owner, thief) = (by_root(&agency, &add(20)), by_root(&by_root(&agency, &add(21)), &add(22)));
    let found = fork(&owner, &thief);
    assert!(!found.settled_by(&owner) && !found.settled_by(&thief));
    let rotated = publish::append(&owner, &[&key(1), &key(2)], NOW, &rotate(2, 3)).expect("both may");
    assert!(found.settled_by(&rotated));
    let Outcome::Supersedes { now, void } = merge(&thief, rotated.record()) else { panic!("the rotation counts") };
    assert_eq!((now.head(), void.from, void.entries.len()), (rotated.head(), 2, 2));
    let Outcome::Superseded { void } = merge(&rotated, thief.record()) else { panic!("the rotation counts") };
    assert_eq!(&void.entries[..], &thief.record().log()[2..]);
    // Also in the place of both.
    let instead = publish::supersede(&thief, 2, &[&key(1), &key(2)], NOW, &rotate(2, 4)).expect("both may");
    assert!(found.settled_by(&instead) && instead.keys().op_key(key(21).public().id()).is_none());
    // But there is one rotation only.
    let found = fork(&rotated, &instead);
    assert!(matches!(found.contradiction(), Contradiction::Entries { parted_at: 2, a, b } if a.rank == Rank::Rotation
        && b.rank == Rank::Rotation));
    let proof = ForkProof::parse(&found.proof().to_text()).and_then(|proof| proof.verify(network()));
    assert_eq!(proof.map(|fork| fork.id()), Ok(found.id()));
}

#[test]
fn an_old_root_can_not_split_the_log_any_more() {
    let agency = guarded();
    let grown = publish::append(&by_root(&agency, &add(20)), &[&key(1), &key(2)], NOW, &rotate(2, 3)).expect("may");
    let forged = by_root(&agency, &add(66));
    assert!(matches!(merge(&grown, forged.record()), Outcome::Superseded { .. }));
    assert!(matches!(merge(&forged, grown.record()), Outcome::Supersedes { .. }));
}

#[test]
fn a_recovery_settles_two_rotations_and_nothing_supersedes_it() {
    let agency = guarded();
    let rotated = |next| publish::append(&agency, &[&key(1), &key(2)], NOW, &rotate(2, next)).expect("both may");
    let (a, b) = (rotated(3), rotated(4));
    let found = fork(&a, &b);
    let body = recover(&agency, 50, 51);
    let recovered = publish::supersede(&a, 2, &[&key(41), &key(42)], NOW, &body).expect("two guardians may");
    assert!(found.settled_by(&recovered));
    for outranked in [&a, &b] {
        assert!(matches!(merge(outranked, recovered.record()), Outcome::Supersedes { .. }));
        assert!(matches!(merge(&recovered, outranked.record()), Outcome::Superseded { .. }));
    }
    let back = publish::supersede(&recovered, 2, &[&key(1), &key(2)], NOW, &rotate(2, 3));
    assert!(matches!(back, Err(publish::PublishError::Outranked)));
}

#[test]
fn two_statements_with_one_serial_are_a_fork_until_their_key_is_revoked() {
    let agency = guarded();
    let (a, b) = (pins(&agency, 10, 1), pins(&by_root(&agency, &add(20)), 10, 2));
    let Outcome::Fork(found) = merge(&a, b.record()) else { panic!("they contradict each other") };
    assert!(matches!(found.contradiction(), Contradiction::Statements { kind, serial: 1, .. } if kind == "transport"));
    assert_eq!(fork(&b, &a).proof(), found.proof());
    let proof = ForkProof::parse(&found.proof().to_text()).and_then(|proof| proof.verify(network()));
    assert_eq!(proof.map(|fork| fork.id()), Ok(found.id()));
    // Both in one record: it does not verify, and proves the same.
    let both = [&a.record().statements()[0], &b.record().statements()[0]].map(Clone::clone).to_vec();
    let both = PublicRecord::new(b.record().log().to_vec(), both);
    assert_eq!(VerifiedFork::within(&both, network()).map(|fork| fork.id()), Some(found.id()));
    assert!(matches!(merge(&agency, &both), Outcome::Fork(fork) if fork.id() == found.id()));
    let revoke = RevokeKey { key: key(10).public().id(), reason: "stolen".into(), cut: Digest::default() };
    let revoked = by_root(&b, &EntryBody::RevokeKey(revoke));
    assert!(found.settled_by(&revoked) && !found.settled_by(&agency));
    assert!(matches!(merge(&revoked, a.record()), Outcome::Shorter));
    assert!(matches!(merge(&revoked, &both), Outcome::Refused(Refusal::Record(_))));
}

#[test]
fn a_merged_record_has_the_longer_log_and_the_newer_statements() {
    let agency = pins(&guarded(), 10, 1);
    let (log, said) = (by_root(&agency, &add(20)), pins(&agency, 10, 2));
    for (known, offered) in [(&log, &said), (&said, &log)] {
        let Outcome::Longer(now) = merge(known, offered.record()) else { panic!("there is news") };
        assert_eq!((now.head(), now.transport_pins()), (log.head(), &[Digest([2; 32])][..]));
        assert!(matches!(merge(&now, known.record()), Outcome::Shorter));
        assert!(matches!(merge(&now, offered.record()), Outcome::Shorter));
        assert!(matches!(merge(&now, now.record()), Outcome::Same));
    }
    let sealing = |agency: &VerifiedAgency, seed, day: u64| {
        let key_pair = crate::sealing::SealingKey::generate(&mut crate::testing::Seeded::new(seed));
        publish::sealing_statement(agency, &key(10), NOW.plus(day * Timestamp::DAY), key_pair.public()).expect("may")
    };
    let weeks = (0..30).fold(agency.clone(), |agency, week| {
        let next = sealing(&agency, week, 7 * u64::from(week));
        let Outcome::Longer(now) = merge(&agency, next.record()) else { panic!("there is news") };
        now
    });
    assert_eq!(weeks.statements().serial("sealing"), 30);
    assert!(weeks.record().statements().len() <= 10, "old sealing keys leave the record");
}

#[test]
fn what_does_not_verify_or_is_anothers_is_refused() {
    let (agency, other) = (guarded(), founded(1).record);
    let stranger = merge(&agency, &other);
    assert!(matches!(stranger, Outcome::Refused(Refusal::OtherAgency { .. })));
    let mut log = agency.record().log().to_vec();
    log.push(log[1].clone());
    assert!(matches!(merge(&agency, &PublicRecord::new(log, vec![])), Outcome::Refused(Refusal::Record(_))));
}

#[test]
fn a_proof_is_bounded_and_each_fault_has_its_name() {
    let agency = guarded();
    let text = fork(&by_root(&agency, &add(20)), &by_root(&agency, &add(21))).proof().to_text();
    assert_eq!(ForkProof::parse("hello"), Err(ForkError::NotAProof));
    assert_eq!(ForkProof::parse(&text[..text.len() / 2]), Err(ForkError::CutOff));
    assert_eq!(ForkProof::parse(&text.replacen('\n', "\n*", 1)), Err(ForkError::Character { line: 2 }));
    assert_eq!(ForkProof::parse(&text.replacen('\n', "\nAAAA", 1)), Err(ForkError::Changed));
    let long = "x".repeat(MAX_PROOF_CHARS + 1);
    assert_eq!(ForkProof::parse(&long), Err(ForkError::TooLarge(MAX_PROOF_CHARS + 1)));
    let newer = cbor::encode(&Wire { format: 2, a: vec![], b: vec![] });
    assert_eq!(ForkProof::from_bytes(&newer), Err(ForkError::NewerFormat(2)));
    let empty = cbor::encode(&Wire { format: 1, a: vec![], b: vec![] });
    assert_eq!(ForkProof::from_bytes(&empty), Err(ForkError::Record(RecordError::NotARecord)));
}
