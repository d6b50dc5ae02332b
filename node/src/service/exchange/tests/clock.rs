//! What is overdue, and what ends by the clock.

use keys::Timestamp;

use super::pair::{Pair, because};
use crate::{
    service::{
        Inbound, Outgoing, Service, ServiceError,
        people::{Role, Roles},
        testing::{person, worker},
    },
    vault::Owner,
    view::ProgressRequest,
};

pub(super) async fn troubles(service: &Service) -> Vec<String> {
    service.status(&worker(None)).await.unwrap().troubles.into_iter().map(|trouble| trouble.code).collect()
}

#[tokio::test]
async fn a_receipt_that_does_not_come_is_shown_after_a_week_and_its_key_waits_for_it() {
    let pair = Pair::new().await;
    let id = pair.released().await;
    pair.origin.service.withdraw(&worker(None), &id, because("not_needed")).await.unwrap();
    assert!(!troubles(&pair.origin.service).await.contains(&"exchange/receipt-overdue".to_owned()));
    pair.origin.pass(8 * Timestamp::DAY);
    assert!(troubles(&pair.origin.service).await.contains(&"exchange/receipt-overdue".to_owned()));
    for (role, told) in [(Role::Supervisor, true), (Role::KeyAdministrator, false), (Role::Auditor, false)] {
        let status = pair.origin.service.status(&person(Roles::of(&[role]))).await.unwrap();
        assert_eq!(status.troubles.iter().any(|trouble| trouble.code == "exchange/receipt-overdue"), told, "{role:?}");
    }
    pair.settle().await;
    assert_eq!(pair.custody().await, "erased");
    assert!(!troubles(&pair.origin.service).await.contains(&"exchange/receipt-overdue".to_owned()));
}

#[tokio::test]
async fn exchange_keys_end_45_days_after_an_end_that_nobody_answered() {
    let pair = Pair::new().await;
    let id = pair.released().await;
    let done = crate::view::CompleteRequest { outcome: "provided".into(), text: None };
    pair.shelter.service.complete(&worker(None), &id, done).await.unwrap();
    let seeds = || crate::service::read(&pair.shelter.service.seeds).len();
    assert!(seeds() > 0);
    pair.shelter.pass(46 * Timestamp::DAY);
    // A fault in what else is due, such as renewing the sealing key, must keep nothing from its end.
    let _ = pair.shelter.service.tick().await;
    assert_eq!(seeds(), 0);
}

#[tokio::test]
async fn a_day_on_which_nobody_would_be_missed_is_refused() {
    let pair = Pair::new().await;
    let id = pair.released().await;
    for day in ["0000-01-01", "2026-05-29", "2027-07-01", "9999-12-31"] {
        let request = ProgressRequest { status: "expected".into(), date: Some(day.into()), text: None };
        let said = pair.shelter.service.progress(&worker(None), &id, request).await;
        assert!(matches!(said, Err(ServiceError::Field { field: "date", .. })), "{day}");
    }
    let request = ProgressRequest { status: "expected".into(), date: Some("2026-06-02".into()), text: None };
    pair.shelter.service.progress(&worker(None), &id, request).await.unwrap();
}

#[tokio::test]
async fn a_sealing_key_is_destroyed_52_days_after_it_was_published_and_an_offer_recorded_on_its_way_opens_no_more() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    let (exchange, seq, _) = pair.origin.service.outbox_due()[0];
    let Outgoing::Ready { envelope, .. } = pair.origin.service.outbox_seal(exchange, seq).await.unwrap() else {
        panic!("an offer that can be sent")
    };
    pair.settle().await;
    pair.shelter.service.decline(&worker(None), &id, because("no_capacity")).await.unwrap();
    pair.settle().await;
    let sealing = || crate::service::read(&pair.shelter.service.sealing).len();
    let days = |days: u64| {
        pair.origin.pass(days * Timestamp::DAY);
        pair.shelter.pass(days * Timestamp::DAY);
    };
    days(51);
    pair.shelter.service.end_sealing_keys().await.unwrap();
    assert_eq!(sealing(), 1);
    let recorded = pair.shelter.service.open_recorded(&envelope).await.expect("as long as its key lives");
    assert!(memchr::memmem::find(&recorded, b"needs a place").is_some());
    days(1);
    assert_eq!(pair.shelter.service.end_sealing_keys().await.unwrap(), 1);
    assert_eq!(sealing(), 0);
    assert!(pair.shelter.service.open_recorded(&envelope).await.is_none());
    let rows = pair.shelter.service.vault.read_all::<crate::service::rows::SealingRow>().await.unwrap();
    assert!(rows.is_empty());
    assert_eq!(pair.shelter.service.end_sealing_keys().await.unwrap(), 0);
    let pair = pair.restarted().await;
    assert!(crate::service::read(&pair.shelter.service.sealing).is_empty());
}

#[tokio::test]
async fn answers_to_envelopes_are_kept_for_90_days() {
    let pair = Pair::new().await;
    pair.released().await;
    let service = &pair.shelter.service;
    let kept = async || service.vault.read_all::<crate::service::rows::AnswerRow>().await.unwrap().len();
    let answered = kept().await;
    assert!(answered >= 2);
    pair.shelter.pass(89 * Timestamp::DAY);
    let _ = service.tick().await;
    assert_eq!(kept().await, answered);
    pair.shelter.pass(Timestamp::DAY);
    let _ = service.tick().await;
    assert_eq!(kept().await, 0);
}

#[tokio::test]
async fn headers_end_five_years_after_an_end_that_erased_and_an_old_offer_brings_nothing_back() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    let (exchange, seq, _) = pair.origin.service.outbox_due()[0];
    let Outgoing::Ready { envelope, .. } = pair.origin.service.outbox_seal(exchange, seq).await.unwrap() else {
        panic!("an offer that can be sent")
    };
    pair.settle().await;
    pair.shelter.service.decline(&worker(None), &id, because("no_capacity")).await.unwrap();
    pair.settle().await;
    for (node, years) in [(&pair.origin, 4), (&pair.shelter, 4), (&pair.origin, 1), (&pair.shelter, 1)] {
        assert_eq!(node.service.end_old_exchanges(node.service.world.now()).await.unwrap(), 0);
        node.pass(years * 365 * Timestamp::DAY);
    }
    let skeleton = Owner::Skeleton(*exchange.as_bytes());
    for node in [&pair.origin, &pair.shelter] {
        assert!(node.service.vault.has_key(&skeleton).await.unwrap());
        assert_eq!(node.service.end_old_exchanges(node.service.world.now()).await.unwrap(), 1);
        assert!(!node.service.vault.has_key(&skeleton).await.unwrap());
        let shown = node.service.exchange_show(&worker(None), &id).await;
        assert!(matches!(shown, Err(ServiceError::NotFound { .. })));
    }
    assert_eq!(pair.custody().await, "erased", "the ledger outlives it");
    while pair.shelter.service.end_old_answers(pair.shelter.service.world.now()).await.unwrap() > 0 {}
    let pair = pair.restarted().await;
    let replayed = pair.shelter.service.receive(pair.origin.service.me().id(), &envelope).await;
    assert!(matches!(replayed, Inbound::Ack(_)), "{replayed:?}");
    assert!(pair.shelter.service.inbox(&worker(None)).await.unwrap().exchanges.is_empty());
    assert!(!pair.shelter.service.vault.has_key(&skeleton).await.unwrap());
}
