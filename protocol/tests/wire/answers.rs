//! Acknowledgements and receipts: who may have said them, to whom, about what.

use keys::{AgencyId, Common, Digest, KeyError, Secret};
use proptest::prelude::*;
use protocol::{
    ack::{self, Ack, AckError, AckItem, AckReply, AckResult, SEALED_ACK_BYTES, SealedAck},
    exchange::{Answer, ExchangeId, Position, Refusal, Verdict},
    receipt::{BEST_EFFORT, KEY_DESTROYED, Method, Receipt, ReceiptError, Residual},
};

use crate::made::{Agency, NOW, Seeded, agency, network};

fn pair() -> (Agency, Agency) {
    (agency("CMO ប៉ោយប៉ែត", "reception", 1), agency("មណ្ឌលសុខភាព", "health", 2))
}

fn exchange() -> ExchangeId {
    ExchangeId::new(Digest([3; 32]))
}

fn exported() -> Secret<32> {
    Secret::new(Box::new([4; 32]))
}

fn common(by: &Agency) -> Common {
    Common { v: 1, network: network(), agency: by.id(), key: by.op.public().id(), incarnation: 1, ts: NOW }
}

fn made(by: &Agency, to: AgencyId, result: AckResult) -> Ack {
    let place = Position { incarnation: u64::MAX, seq: u64::MAX, hash: Digest([0xff; 32]) };
    Ack {
        common: common(by),
        peer: to,
        exchange: exchange(),
        items: vec![AckItem { packet: place, result }],
        log_head: by.verified.head(),
        last: Some(place),
    }
}

fn sealed(ack: Ack, by: &Agency) -> SealedAck {
    ack::seal(ack, &by.op, &exported(), &mut Seeded::new(5)).expect("fits")
}

fn read(bytes: &[u8], by: &Agency, me: AgencyId) -> Result<Ack, AckError> {
    match ack::open(bytes, &exported())? {
        AckReply::Answered(unverified) => unverified.verify(&by.verified, me, network(), exchange()),
        AckReply::Held => panic!("not held"),
    }
}

#[test]
fn every_result_comes_back_and_all_answers_have_one_length() {
    let (to, by) = pair();
    let refused = Refusal::ALL.into_iter().map(|refusal| AckResult::Refused(Some(refusal)));
    let plain = [AckResult::Applied, AckResult::Duplicate, AckResult::Held, AckResult::Refused(None)];
    for result in refused.chain(plain) {
        let ack = made(&by, to.id(), result);
        let bytes = sealed(ack.clone(), &by).0;
        assert_eq!(bytes.len(), SEALED_ACK_BYTES);
        assert_eq!(read(&bytes, &by, to.id()), Ok(ack));
    }
}

#[test]
fn an_answer_counts_only_for_its_envelope_its_asker_and_its_exchange() {
    let (to, by) = pair();
    let good = sealed(made(&by, to.id(), AckResult::Applied), &by).0;
    let other = Secret::new(Box::new([9; 32]));
    assert!(matches!(ack::open(&good, &other), Err(AckError::Sealing)));
    assert_eq!(read(&good, &by, by.id()), Err(AckError::Other));
    assert_eq!(read(&good, &to, to.id()), Err(AckError::Other));
    let mut elsewhere = made(&by, to.id(), AckResult::Applied);
    elsewhere.exchange = ExchangeId::new(Digest([8; 32]));
    assert_eq!(read(&sealed(elsewhere, &by).0, &by, to.id()), Err(AckError::Other));
    let mut forged = made(&by, to.id(), AckResult::Applied);
    forged.common.key = to.op.public().id();
    let forged = ack::seal(forged, &to.op, &exported(), &mut Seeded::new(5)).expect("fits");
    assert!(matches!(read(&forged.0, &by, to.id()), Err(AckError::Key(KeyError::Unknown(_)))));
}

#[test]
fn any_changed_byte_of_an_answer_is_noticed() {
    let (to, by) = pair();
    let good = sealed(made(&by, to.id(), AckResult::Applied), &by).0;
    for place in (0..good.len()).step_by(7) {
        let mut bad = good.clone();
        bad[place] ^= 1;
        assert!(read(&bad, &by, to.id()).is_err(), "byte {place}");
    }
    assert!(matches!(ack::open(&good[1..], &exported()), Err(AckError::Form)));
}

#[test]
fn a_locked_node_answers_held_and_that_ends_nothing() {
    assert!(matches!(ack::open(&ack::held_reply(), &exported()), Ok(AckReply::Held)));
    assert_eq!(AckResult::Held.answer(), None);
    assert_eq!(AckResult::of(&Verdict::Held { keep: true }), AckResult::Held);
    assert_eq!(AckResult::of(&Verdict::Duplicate { refused: None }).answer(), Some(Answer::Taken));
    let refused = AckResult::of(&Verdict::Rejected { code: Refusal::Chain });
    assert_eq!(refused.answer(), Some(Answer::Refused(Some(Refusal::Chain))));
}

#[test]
fn an_answer_with_too_many_items_does_not_fit() {
    let (to, by) = pair();
    let mut ack = made(&by, to.id(), AckResult::Applied);
    ack.items = vec![ack.items[0]; 8];
    let refused = ack::seal(ack.clone(), &by.op, &exported(), &mut Seeded::new(5));
    assert!(matches!(refused, Err(AckError::TooLong(_))));
    (ack.items, ack.last) = (vec![ack.items[0]; 2], None);
    if let Ok(two) = ack::seal(ack, &by.op, &exported(), &mut Seeded::new(5)) {
        assert_eq!(read(&two.0, &by, to.id()), Err(AckError::Other));
    }
}

fn receipt(by: &Agency, to: AgencyId) -> Receipt {
    Receipt {
        common: common(by),
        peer: to,
        exchange: exchange(),
        packets: vec![Digest([1; 32])],
        items: Vec::new(),
        erased_at: NOW,
        method: Method { code: KEY_DESTROYED.into(), from_epoch: 1, to_epoch: 2 },
        residual: Residual { backups_until: Some(NOW.plus(1)), legal_hold: None },
        downstream: Vec::new(),
        audit_checkpoint: None,
    }
}

#[test]
fn a_receipt_counts_only_by_its_giver_for_its_asker_and_exchange() {
    let (to, by) = pair();
    let good = receipt(&by, to.id());
    let check = |receipt: Receipt, by: &Agency, me| {
        let bytes = receipt.sign(&by.op);
        Receipt::verify(&bytes, &by.verified, me, network(), exchange())
    };
    assert_eq!(check(good.clone(), &by, to.id()), Ok(good.clone()));
    let best = Method { code: BEST_EFFORT.into(), ..good.method.clone() };
    assert!(check(Receipt { method: best, ..good.clone() }, &by, to.id()).is_ok());
    assert_eq!(check(good.clone(), &by, by.id()), Err(ReceiptError::Other));
    assert_eq!(check(good.clone(), &to, to.id()), Err(ReceiptError::Other));
    let elsewhere = Receipt { exchange: ExchangeId::new(Digest([8; 32])), ..good.clone() };
    assert_eq!(check(elsewhere, &by, to.id()), Err(ReceiptError::Other));
    let wish = Method { code: "wished-away".into(), ..good.method.clone() };
    assert_eq!(check(Receipt { method: wish, ..good.clone() }, &by, to.id()), Err(ReceiptError::Method));
    let many = Receipt { packets: vec![Digest([1; 32]); 257], ..good.clone() };
    assert_eq!(check(many, &by, to.id()), Err(ReceiptError::TooMany));
    let mut bytes = good.sign(&by.op);
    *bytes.last_mut().expect("long") ^= 1;
    let changed = Receipt::verify(&bytes, &by.verified, to.id(), network(), exchange());
    assert!(matches!(changed, Err(ReceiptError::Key(KeyError::Signature(_)))));
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_no_answer_and_no_receipt(bytes: Vec<u8>) {
        prop_assert!(ack::open(&bytes, &exported()).is_err());
        let (to, by) = pair();
        prop_assert!(Receipt::verify(&bytes, &by.verified, to.id(), network(), exchange()).is_err());
    }
}
