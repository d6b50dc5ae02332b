use proptest::prelude::*;

use super::*;
use crate::{
    log::next_root_hash,
    testing::{NOW, add, guarded, key, network},
};

fn request(first: usize) -> RecoveryRequest {
    let next = next_root_hash(&key(51).public());
    RecoveryRequest::new(&guarded(), first, NOW, key(50).public(), next).expect("there are guardians")
}

fn signed(request: &RecoveryRequest, guardians: &[u8]) -> Vec<GuardianSignature> {
    guardians.iter().map(|n| request.sign(&key(*n)).expect("a guardian")).collect()
}

#[test]
fn the_printed_secret_is_read_back_and_is_no_recovery_kit() {
    let seed = Secret::new(Box::new([0x5a; 32]));
    let printed = groups(&seed).join(" ");
    assert_eq!(read(&printed.to_uppercase()).expect("reads").expose(), seed.expose());
    assert!(read(&crate::kit::groups(&seed).join(" ")).is_err());
    assert!(crate::kit::read(&printed).is_err());
}

#[test]
fn as_many_guardians_as_were_agreed_give_a_new_main_key_and_fewer_do_not() {
    let request = RecoveryRequest::parse(&request(2).to_text(), network()).expect("reads back");
    assert_eq!((request.first(), request.seq(), request.agency().id()), (2, 2, guarded().id()));
    let finish = |guardians: &[u8]| request.finish(&guarded(), &signed(&request, guardians));
    assert!(matches!(finish(&[]), Err(RequestError::TooFew { have: 0, need: 2 })));
    assert!(matches!(finish(&[41, 41]), Err(RequestError::TooFew { have: 1, need: 2 })));
    assert!(matches!(finish(&[40, 42]), Err(RequestError::FirstMissing { number: 2 })));
    for enough in [&[41, 40][..], &[42, 41], &[40, 41, 42, 40]] {
        let after = finish(enough).expect("enough");
        assert_eq!((after.keys().root(), after.keys().recovered_at()), (key(50).public(), Some(2)));
        assert!(after.keys().op_key(key(10).public().id()).is_some_and(|op| op.revoked.is_none()));
    }
}

#[test]
fn signatures_of_strangers_of_other_requests_and_changed_ones_are_named() {
    let (one, other) = (request(1), request(2));
    assert!(matches!(one.sign(&key(60)), Err(RequestError::NotAGuardian)));
    let stranger = GuardianSignature::make(b"", &key(60));
    let mut changed = signed(&one, &[40, 41]);
    assert!(matches!(one.finish(&guarded(), &[stranger]), Err(RequestError::OtherRequest)));
    assert!(matches!(one.finish(&guarded(), &signed(&other, &[40, 41])), Err(RequestError::OtherRequest)));
    changed[1].endorsement.signature = changed[0].endorsement.signature;
    assert!(matches!(one.finish(&guarded(), &changed), Err(RequestError::BadSignature { number: 2 })));
    changed[1].endorsement.key = key(60).public().id();
    assert!(matches!(one.finish(&guarded(), &changed), Err(RequestError::NotAGuardian)));
    let grown = crate::publish::append(&guarded(), &[&key(1)], NOW, &add(11)).expect("the root may");
    assert!(matches!(one.finish(&grown, &signed(&one, &[40, 41])), Err(RequestError::Overtaken)));
}

#[test]
fn a_text_is_no_request_unless_it_is_a_recovery_of_that_agency() {
    let good = request(1);
    assert!(matches!(RecoveryRequest::parse("hello", network()), Err(RequestError::Copy(CopyError::NotFound))));
    assert!(RecoveryRequest::parse(&good.to_text(), crate::NetworkId::from_name("other")).is_err());
    let founded = crate::testing::founded(1).record.verify(network()).expect("verifies");
    let without = RecoveryRequest::new(&founded, 1, NOW, key(50).public(), next_root_hash(&key(51).public()));
    assert!(matches!(without, Err(RequestError::NoGuardians)));
    for first in [0, 4] {
        let none = RecoveryRequest::new(&guarded(), first, NOW, key(50).public(), next_root_hash(&key(51).public()));
        assert!(matches!(none, Err(RequestError::NoSuchGuardian { of: 3 })));
    }
    assert!(GuardianSignature::parse(&good.to_text()).is_err());
    let text = good.sign(&key(40)).expect("a guardian").to_text();
    assert_eq!(GuardianSignature::parse(&text), good.sign(&key(40)).map_err(|_| CopyError::Content));
}

proptest! {
    #[test]
    fn arbitrary_texts_never_panic(text: String) {
        let _ = RecoveryRequest::parse(&text, network());
        let _ = GuardianSignature::parse(&text);
        let _ = read(&text);
    }
}
