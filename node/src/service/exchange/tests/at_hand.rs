//! What delivery is handed without reading it again is what lies on the disk, and goes with it.

use super::pair::{Pair, because};
use crate::service::{Outgoing, Service, testing::worker};

async fn sealed(service: &Service) -> Vec<u8> {
    let (exchange, seq, _) = service.outbox_due()[0];
    let Outgoing::Ready { envelope, .. } = service.outbox_seal(exchange, seq).await.unwrap() else {
        panic!("nothing to send")
    };
    envelope
}

#[tokio::test]
async fn a_packet_at_hand_is_sealed_as_the_one_on_the_disk() {
    let pair = Pair::new().await;
    pair.refer().await;
    assert_eq!(pair.origin.service.pending().at_hand(), 1);
    let first = sealed(&pair.origin.service).await;
    assert_eq!(pair.origin.service.pending().at_hand(), 0);
    assert_eq!(sealed(&pair.origin.service).await, first);
    let restarted = pair.restarted().await;
    assert_eq!(restarted.origin.service.pending().at_hand(), 0);
    assert_eq!(sealed(&restarted.origin.service).await, first);
}

/// A decline erases what the offer told, and must itself outlive that on the disk only.
#[tokio::test]
async fn nothing_is_at_hand_of_an_exchange_that_is_erased() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    pair.settle().await;
    pair.shelter.service.decline(&worker(None), &id, because("no_capacity")).await.unwrap();
    assert_eq!(pair.shelter.service.pending().len(), 1);
    assert_eq!(pair.shelter.service.pending().at_hand(), 0);
    pair.settle().await;
    assert_eq!(pair.states(&id).await, ["declined", "declined"]);
}

/// Two changes of one exchange, of which the second goes on with the row that the first wrote.
#[tokio::test]
async fn a_row_at_hand_is_the_one_on_the_disk() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    let exchange = pair.origin.service.outbox_due()[0].0;
    let at_hand = pair.origin.service.work_on(exchange).await.unwrap();
    // It was given away.
    let read = pair.origin.service.work_on(exchange).await.unwrap();
    let encoded = |work: &super::super::work::Work| minicbor_serde::to_vec(&work.row).unwrap();
    assert_eq!(encoded(&at_hand), encoded(&read));
    pair.origin.service.finish(at_hand).await.unwrap();
    // Its stamp was the one on the disk; the other is overtaken now.
    assert!(pair.origin.service.finish(read).await.is_err());
    pair.settle().await;
    assert_eq!(pair.states(&id).await, ["offered", "offered"]);
}
