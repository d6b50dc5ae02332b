//! What is overdue, and what ends by the clock.

use keys::Timestamp;

use super::pair::{Pair, because};
use crate::{
    service::{Service, ServiceError, testing::worker},
    view::ProgressRequest,
};

async fn troubles(service: &Service) -> Vec<String> {
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
