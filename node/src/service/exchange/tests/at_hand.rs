//! What delivery is handed without reading it again is what lies on the disk, and goes with it.

use keys::Digest;
use protocol::ExchangeId;

use super::{
    super::recent::{MOST, Recent},
    pair::{Pair, because},
};
use crate::{
    service::{Outgoing, Service, testing::worker, write},
    view::NoteRequest,
};

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

/// While a peer is away, what waits for it grows on the disk and not in memory; it goes out as if all had been at hand.
#[tokio::test]
async fn no_more_than_its_bound_is_at_hand_and_the_rest_is_read_when_it_is_sent() {
    let pair = Pair::new().await;
    let id = pair.released().await;
    let origin = &pair.origin.service;
    let mut waiting = 0;
    // It checks the bound each time.
    while origin.pending().at_hand() == waiting {
        // Each of them as long as a note may be.
        let text = format!("{waiting:04}{}", "ក".repeat(1_996));
        origin.note(&worker(None), &id, NoteRequest { text }).await.unwrap();
        waiting += 1;
    }
    assert_eq!(origin.pending().len(), waiting);
    pair.settle().await;
    assert_eq!((origin.pending().len(), origin.pending().at_hand()), (0, 0));
    let there = pair.shelter.service.exchange_show(&worker(None), &id).await.unwrap();
    let notes = there.events.into_iter().filter(|event| event.kind == "note").filter_map(|event| event.text);
    let numbers: Vec<String> = notes.map(|text| text.chars().take(4).collect()).collect();
    assert_eq!(numbers, (0..waiting).map(|number| format!("{number:04}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn no_more_rows_than_their_bound_are_at_hand() {
    let pair = Pair::new().await;
    pair.refer().await;
    let exchange = pair.origin.service.outbox_due()[0].0;
    let (row, stamp) = write(&pair.origin.service.recent).take(exchange).unwrap();
    let mut recent = Recent::default();
    for number in 0..=u16::try_from(MOST).unwrap() {
        let mut id = [0; 32];
        id[..2].copy_from_slice(&number.to_be_bytes());
        recent.hold(ExchangeId::new(Digest(id)), row.clone(), stamp.clone());
        assert!((1..=MOST).contains(&recent.len()));
    }
}
