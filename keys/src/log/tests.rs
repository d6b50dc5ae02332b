//! Which logs count.

use super::*;
use crate::{
    AgencyId, Common, Digest, Secret, SigningKey, Timestamp, VerifiedAgency, cbor,
    common::PROTOCOL_VERSION,
    founding::found,
    publish::{self, PublishError},
    record::RecordError,
    signed::Signed,
    testing::{NOW, Seeded, founded, network, request},
};

fn key(byte: u8) -> SigningKey {
    SigningKey::from_seed(Secret::new(Box::new([byte; 32]))).expect("any seed is a key")
}

/// A new agency, its root and its next root.
fn agency() -> (VerifiedAgency, SigningKey, SigningKey) {
    let founding = founded(1);
    let key = |seed: &Secret<32>| SigningKey::from_seed(seed.duplicate()).expect("any seed is a key");
    let agency = founding.record.verify(network()).expect("verifies");
    (agency, key(&founding.root_seed), key(&founding.next_root_seed))
}

fn add(byte: u8) -> EntryBody {
    EntryBody::AddOpKey(AddOpKey { alg: ALG_ED25519, key: key(byte).public(), not_after: NOW.plus(Timestamp::DAY) })
}

/// Why an entry with this body by these keys is refused.
fn refused(agency: &VerifiedAgency, signers: &[&SigningKey], body: &EntryBody) -> EntryError {
    match publish::append(agency, signers, NOW, body) {
        Err(PublishError::Record(RecordError::Log(LogError::Entry { why, .. }))) => why,
        other => panic!("not refused as an entry: {other:?}"),
    }
}

#[test]
fn a_founded_agency_is_named_by_its_genesis_and_has_one_signing_key() {
    let (agency, root, _) = agency();
    assert_eq!((agency.name(), agency.country(), agency.head().seq), ("CMO Poipet", "KH", 1));
    let genesis = Signed::<Genesis>::from_bytes(&agency.record().log()[0]).expect("parses");
    assert_eq!(agency.id(), AgencyId::new(crate::label::hash(AGENCY, genesis.payload())));
    assert_eq!(agency.keys().root(), root.public());
    assert_eq!(agency.keys().op_keys().len(), 1);
    assert_ne!(founded(2).record.verify(network()).expect("verifies").id(), agency.id());
}

#[test]
fn a_log_of_another_network_does_not_count() {
    let other = crate::NetworkId::from_name("trial");
    let genesis = |e| matches!(e, RecordError::Log(LogError::Genesis(_)));
    assert!(founded(1).record.verify(other).is_err_and(genesis));
}

#[test]
fn signing_keys_are_added_by_the_root_only() {
    let (agency, root, next) = agency();
    let grown = publish::append(&agency, &[&root], NOW, &add(20)).expect("the root may");
    assert_eq!(grown.signing_key().map(|op| op.key), Some(key(20).public()));
    for signers in [&[&next][..], &[&key(20)], &[&root, &next]] {
        assert!(matches!(refused(&agency, signers, &add(20)), EntryError::Signature(_)));
    }
    assert!(matches!(refused(&grown, &[&root], &add(20)), EntryError::Body(_)));
}

#[test]
fn a_signing_key_ends_within_a_year_and_has_a_known_algorithm() {
    let (agency, root, _) = agency();
    let with =
        |alg, seconds| EntryBody::AddOpKey(AddOpKey { alg, key: key(20).public(), not_after: NOW.plus(seconds) });
    assert!(publish::append(&agency, &[&root], NOW, &with(ALG_ED25519, MAX_OP_KEY_LIFE)).is_ok());
    for seconds in [0, MAX_OP_KEY_LIFE + 1] {
        assert!(matches!(refused(&agency, &[&root], &with(ALG_ED25519, seconds)), EntryError::Body(_)));
    }
    assert!(matches!(refused(&agency, &[&root], &with(2, 1)), EntryError::NeedsNewerVersion(_)));
}

#[test]
fn a_revoked_key_no_longer_speaks_and_its_statements_are_void() {
    let (agency, root, _) = agency();
    let op = agency.keys().op_keys()[0].key.id();
    let cut = Digest([5; 32]);
    let revoke = EntryBody::RevokeKey(RevokeKey { key: op, reason: "lost laptop".into(), cut });
    let after = publish::append(&agency, &[&root], NOW, &revoke).expect("the root may");
    assert!(after.signing_key().is_none() && after.policy().is_none() && after.transport_pins().is_empty());
    assert_eq!(after.keys().op_keys()[0].revoked, Some(Revocation { seq: 2, cut }));
    assert!(matches!(refused(&after, &[&root], &revoke), EntryError::Body(_)));
    assert_eq!(after.extends(&agency), Ok(()));
}

#[test]
fn a_rotation_needs_both_roots_and_the_one_that_was_committed_to() {
    let (agency, root, next) = agency();
    let rotate = |new: &SigningKey| {
        let next_root_hash = next_root_hash(&key(30).public());
        EntryBody::RotateRoot(RotateRoot { new_root: new.public(), next_root_hash })
    };
    let rotated = publish::append(&agency, &[&root, &next], NOW, &rotate(&next)).expect("both may");
    assert_eq!(rotated.keys().root(), next.public());
    assert!(matches!(refused(&rotated, &[&root], &add(20)), EntryError::Signature(_)));
    assert!(publish::append(&rotated, &[&next], NOW, &add(20)).is_ok());
    assert!(matches!(refused(&agency, &[&root], &rotate(&next)), EntryError::Signature(_)));
    assert!(matches!(refused(&agency, &[&next, &root], &rotate(&next)), EntryError::Signature(_)));
    assert_eq!(refused(&agency, &[&root, &key(31)], &rotate(&key(31))), EntryError::NotCommitted);
}

#[test]
fn a_recovery_needs_enough_different_guardians() {
    let guardians = [key(40), key(41), key(42)];
    let list = Recovery { m: 2, guardians: guardians.iter().map(SigningKey::public).collect() };
    let request = crate::founding::FoundingRequest { recovery: list, ..request() };
    let founding = found(request, NOW, &mut Seeded::new(1)).expect("founds");
    let agency = founding.record.verify(network()).expect("verifies");
    let op = agency.keys().op_keys()[0].key.id();
    let recover = EntryBody::Recover(Recover {
        new_root: key(50).public(),
        next_root_hash: next_root_hash(&key(51).public()),
        recovery: Recovery::default(),
        revoked: vec![op],
    });
    let [a, b, c] = &guardians;
    for signers in [&[a, b][..], &[c, a], &[a, b, c]] {
        let recovered = publish::append(&agency, signers, NOW, &recover).expect("a quorum may");
        assert_eq!((recovered.keys().root(), recovered.keys().recovered_at()), (key(50).public(), Some(2)));
        assert!(recovered.signing_key().is_none());
    }
    assert_eq!(refused(&agency, &[a], &recover), EntryError::TooFewGuardians);
    assert_eq!(refused(&agency, &[a, a], &recover), EntryError::NotAGuardian);
    assert_eq!(refused(&agency, &[a, &key(60)], &recover), EntryError::NotAGuardian);
}

#[test]
fn an_incarnation_counts_up_by_one() {
    let (agency, root, _) = agency();
    let n = |n| EntryBody::Incarnation(Incarnation { n, reason: "restored".into() });
    let restored = publish::append(&agency, &[&root], NOW, &n(2)).expect("the root may");
    assert_eq!(restored.incarnation(), 2);
    for wrong in [1, 3, u64::MAX] {
        assert!(matches!(refused(&agency, &[&root], &n(wrong)), EntryError::Body(_)));
    }
    let long = EntryBody::Incarnation(Incarnation { n: 2, reason: "x".repeat(MAX_REASON_CHARS + 1) });
    assert!(matches!(refused(&agency, &[&root], &long), EntryError::Body(_)));
}

#[test]
fn nothing_follows_a_retirement() {
    let (agency, root, next) = agency();
    let retire = |next_root| EntryBody::Retire(Retire { next_root, successor: None, reason: String::new() });
    let ended = publish::append(&agency, &[&root, &next], NOW, &retire(Some(next.public()))).expect("both may");
    assert!(ended.retired());
    assert_eq!(refused(&ended, &[&root], &add(20)), EntryError::AfterRetirement);
    assert!(publish::append(&agency, &[&root], NOW, &retire(Some(next.public()))).is_err());
    assert_eq!(refused(&agency, &[&root], &retire(None)), EntryError::NotAGuardian);
}

/// An entry after `agency`'s last, made by hand.
fn by_hand(agency: &VerifiedAgency, root: &SigningKey, change: impl Fn(&mut Entry)) -> Result<KeyState, LogError> {
    let common = Common {
        v: PROTOCOL_VERSION,
        network: network(),
        agency: agency.id(),
        key: root.public().id(),
        incarnation: 1,
        ts: NOW,
    };
    let body = add(20).encode();
    let mut entry = Entry { common, seq: 2, prev: agency.head().hash, kind: "add_op_key".into(), critical: true, body };
    change(&mut entry);
    let mut log = agency.record().log().to_vec();
    log.push(Signed::sign(entry, LOG, &[root]).to_bytes());
    verify(&log, network())
}

#[test]
fn an_unknown_entry_stops_the_reader_only_if_it_is_critical() {
    let (agency, root, _) = agency();
    let unknown = |critical| {
        by_hand(&agency, &root, |entry| {
            entry.kind = "add_pq_key".into();
            entry.critical = critical;
            entry.body = cbor::encode(&7u64);
        })
    };
    let why = EntryError::NeedsNewerVersion("add_pq_key".into());
    assert_eq!(unknown(true), Err(LogError::Entry { seq: 2, why }));
    assert_eq!(unknown(false).map(|state| (state.head().seq, state.op_keys().len())), Ok((2, 1)));
}

#[test]
fn an_entry_stands_at_one_place_of_one_log() {
    let (agency, root, _) = agency();
    assert!(by_hand(&agency, &root, |_| {}).is_ok());
    let out_of_place: [fn(&mut Entry); 3] =
        [|entry| entry.seq = 3, |entry| entry.prev = Digest::default(), |entry| entry.common.incarnation = 2];
    for change in out_of_place {
        let why = EntryError::OutOfPlace;
        assert_eq!(by_hand(&agency, &root, change), Err(LogError::Entry { seq: 2, why }));
    }
    let foreign: [fn(&mut Entry); 3] = [
        |entry| entry.common.agency = AgencyId::new(Digest::default()),
        |entry| entry.common.network = crate::NetworkId::from_name("trial"),
        |entry| entry.common.v = 2,
    ];
    for change in foreign {
        let refused = by_hand(&agency, &root, change);
        assert!(matches!(refused, Err(LogError::Entry { seq: 2, why: EntryError::Common(_) })));
    }
    assert!(matches!(
        by_hand(&agency, &root, |entry| entry.body = vec![0]),
        Err(LogError::Entry { seq: 2, why: EntryError::Cbor(_) })
    ));
}

#[test]
fn length_of_log_and_entry_are_bounded() {
    assert_eq!(verify(&Vec::<Vec<u8>>::new(), network()), Err(LogError::Empty));
    let many = vec![vec![]; MAX_ENTRIES + 1];
    assert_eq!(verify(&many, network()), Err(LogError::TooLong(MAX_ENTRIES + 1)));
    let why = EntryError::TooLarge(MAX_ENTRY_BYTES + 1);
    assert_eq!(verify(&[vec![0; MAX_ENTRY_BYTES + 1]], network()), Err(LogError::Entry { seq: 0, why }));
}
