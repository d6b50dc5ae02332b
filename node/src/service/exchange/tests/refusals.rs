//! Offers that are not taken, and people who should not count on them.

use super::pair::Pair;
use crate::{
    service::{ServiceError, testing::worker},
    view::Delivery,
};

#[tokio::test]
async fn a_refused_offer_waits_for_nobody_and_takes_no_room() {
    let pair = Pair::new().await;
    let cmo = pair.origin.service.me().id().to_string();
    pair.shelter.service.peer_suspend(&worker(None), &cmo).await.unwrap();
    let id = pair.refer().await;
    pair.settle().await;
    assert_eq!(pair.states(&id).await, ["refused", "refused"]);
    let pair = pair.restarted().await;
    for service in [&pair.origin.service, &pair.shelter.service] {
        let waiting = [service.inbox(&worker(None)).await.unwrap(), service.outbox(&worker(None)).await.unwrap()];
        assert!(waiting.iter().all(|list| list.exchanges.is_empty()));
    }
    let (ours, theirs) = (pair.origin.service.me().id(), pair.shelter.service.me().id());
    assert_eq!(pair.shelter.service.board().unanswered_from(ours), 0);
    assert_eq!(pair.origin.service.board().unanswered_by(theirs), 0);
    let listed = pair.origin.service.exchange_list(&worker(None)).await.unwrap().exchanges;
    assert!(listed.iter().all(|line| matches!(line.delivery, Delivery::Refused)));
    let shown = pair.shelter.service.exchange_show(&worker(None), &id).await.unwrap();
    assert!(shown.triage.is_none() && shown.summary.services.is_empty());
    assert_eq!(pair.custody().await, "refused");
    let custody = pair.origin.service.custody(&worker(None), &pair.case).await.unwrap();
    assert!(custody.lines.iter().all(|line| line.holds.is_empty()), "nobody holds what nobody took");
}

#[tokio::test]
async fn a_peer_whose_sealing_key_ended_long_ago_gets_no_offer() {
    let pair = Pair::new().await;
    // Seven days of use, and thirty of grace for a peer that was away.
    pair.origin.pass(38 * keys::Timestamp::DAY);
    let refused = pair.origin.service.refer(&worker(Some("Sophea")), pair.request()).await;
    assert!(matches!(refused, Err(ServiceError::NoSealingKey { .. })));
}
