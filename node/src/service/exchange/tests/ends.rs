//! Ends after ends.

use super::pair::{Pair, because, deliver};
use crate::service::{Inbound, Outgoing, testing::worker};

/// The origin has no key any more that could open the receipt when it comes again.
#[tokio::test]
async fn a_receipt_whose_answer_was_lost_is_answered_again() {
    let pair = Pair::new().await;
    let id = pair.released().await;
    pair.shelter.service.give_back(&worker(None), &id, because("needs_exceed_us")).await.unwrap();
    deliver(&pair.shelter.service, &pair.origin.service).await;
    pair.shelter.service.erase_owed().await.unwrap();
    let mut answers = Vec::new();
    for (exchange, seq, _) in pair.shelter.service.outbox_due() {
        let sealed = pair.shelter.service.outbox_seal(exchange, seq).await.unwrap();
        let Outgoing::Ready { envelope, .. } = sealed else { panic!("nothing to send") };
        answers.push(pair.origin.service.receive(pair.shelter.service.me().id(), &envelope).await);
    }
    assert!(matches!(answers[..], [Inbound::Ack(_)]), "{answers:?}");
    pair.origin.service.erase_owed().await.unwrap();
    // The shelter's node fails before it has stored the answer.
    let pair = pair.restarted().await;
    pair.settle().await;
    assert!(pair.shelter.service.outbox_due().is_empty());
    assert_eq!(pair.states(&id).await, ["returned", "returned"]);
}

#[tokio::test]
async fn a_consent_withdrawn_after_completion_still_erases() {
    let pair = Pair::new().await;
    let id = pair.released().await;
    assert_eq!(pair.states(&id).await, ["released", "released"]);
    let done = crate::view::CompleteRequest { outcome: "provided".into(), text: None };
    pair.shelter.service.complete(&worker(None), &id, done).await.unwrap();
    pair.settle().await;
    assert_eq!(
        (pair.states(&id).await, pair.custody().await),
        (["completed", "completed"].map(str::to_owned), "holding".into())
    );
    let pair = pair.restarted().await;
    pair.origin.service.consent_withdraw(&worker(None), &pair.consent).await.unwrap();
    let pair = pair.restarted().await;
    pair.settle().await;
    assert_eq!(pair.states(&id).await, ["withdrawn", "withdrawn"]);
    assert_eq!(pair.custody().await, "erased");
}

#[tokio::test]
async fn a_withdrawal_after_a_decline_gets_its_own_receipt() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    pair.settle().await;
    pair.shelter.service.decline(&worker(None), &id, because("no_capacity")).await.unwrap();
    pair.settle().await;
    assert_eq!(pair.custody().await, "erased");
    pair.origin.service.withdraw(&worker(None), &id, because("not_needed")).await.unwrap();
    pair.settle().await;
    assert_eq!(pair.states(&id).await, ["withdrawn", "withdrawn"]);
    assert!(pair.origin.service.outbox_due().is_empty() && pair.shelter.service.outbox_due().is_empty());
}
