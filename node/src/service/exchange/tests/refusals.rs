//! Offers that are not taken, and people who should not count on them.

use super::pair::{Pair, because};
use crate::{
    service::{Inbound, Outgoing, ServiceError, testing::worker},
    view::{Delivery, NoteRequest},
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
    let listed = pair.origin.service.exchange_list(&worker(None), None).await.unwrap().exchanges;
    assert!(listed.iter().all(|line| matches!(line.delivery, Delivery::Refused)));
    let shown = pair.shelter.service.exchange_show(&worker(None), &id).await.unwrap();
    assert!(shown.triage.is_none() && shown.summary.services.is_empty());
    assert_eq!(pair.custody().await, "refused");
    let custody = pair.origin.service.custody(&worker(None), &pair.case).await.unwrap();
    assert!(custody.lines.iter().all(|line| line.holds.is_empty()), "nobody holds what nobody took");
}

#[tokio::test]
async fn what_waits_on_disk_has_not_arrived_also_before_memory_knows_of_it() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    let (exchange, seq, _) = pair.origin.service.outbox_due()[0];
    // As in the moment between the commit and what memory makes of it.
    crate::service::write(&pair.origin.service.pending).remove(exchange, seq, false);
    let shown = pair.origin.service.exchange_show(&worker(None), &id).await.unwrap();
    assert!(matches!(shown.summary.delivery, Delivery::Waiting));
}

#[tokio::test]
async fn a_peer_whose_sealing_key_ended_long_ago_gets_no_offer() {
    let pair = Pair::new().await;
    // Seven days of use, and thirty of grace for a peer that was away.
    pair.origin.pass(38 * keys::Timestamp::DAY);
    let refused = pair.origin.service.refer(&worker(Some("Sophea")), pair.request()).await;
    assert!(matches!(refused, Err(ServiceError::NoSealingKey { .. })));
}

/// Sends all that waits at the reception centre once; how many were put off.
async fn put_off(pair: &Pair) -> usize {
    let mut count = 0;
    for (id, seq, _) in pair.origin.service.outbox_due() {
        let sealed = pair.origin.service.outbox_seal(id, seq).await.unwrap();
        let Outgoing::Ready { envelope, exported, position, .. } = sealed else { continue };
        match pair.shelter.service.receive(pair.origin.service.me().id(), &envelope).await {
            Inbound::Ack(ack) => {
                pair.origin.service.outbox_done(&position, id, &exported, &ack).await.unwrap();
            }
            Inbound::OverQuota(_) => count += 1,
            other => panic!("not taken: {other:?}"),
        }
    }
    count
}

#[tokio::test]
async fn an_offer_over_the_days_quota_waits_also_after_a_restart_and_a_withdrawal_passes_it() {
    let pair = Pair::new().await.with_quota(2).await;
    let offers = [pair.refer().await, pair.refer().await, pair.refer().await];
    assert_eq!(put_off(&pair).await, 1);
    let (mut taken, mut others) = (Vec::new(), Vec::new());
    for id in offers {
        let known = pair.shelter.service.exchange_show(&worker(None), &id).await.is_ok();
        if known { taken.push(id) } else { others.push(id) }
    }
    assert_eq!((taken.len(), others.len()), (2, 1), "nothing is kept of what was put off");
    let (first, third) = (taken.remove(0), others.remove(0));
    let pair = pair.restarted().await;
    assert_eq!(put_off(&pair).await, 1, "a restart does not give a new day");
    pair.origin.service.withdraw(&worker(None), &first, because("placed_elsewhere")).await.unwrap();
    assert_eq!(put_off(&pair).await, 1);
    assert_eq!(pair.states(&first).await, ["withdrawn", "withdrawn"]);
    pair.shelter.pass(43_200);
    assert_eq!(put_off(&pair).await, 0);
    assert_eq!(pair.states(&third).await, ["offered", "offered"]);
}

#[tokio::test]
async fn a_note_over_the_days_quota_is_refused_by_name_so_that_what_is_behind_it_passes() {
    let pair = Pair::new().await.with_quota(4).await;
    let id = pair.released().await;
    let note = |text: &str| NoteRequest { text: text.into() };
    for text in ["one", "two", "three", "four"] {
        pair.origin.service.note(&worker(None), &id, note(text)).await.unwrap();
    }
    pair.origin.service.withdraw(&worker(None), &id, because("placed_elsewhere")).await.unwrap();
    for _ in 0..5 {
        assert_eq!(put_off(&pair).await, 0);
    }
    let shown = pair.shelter.service.exchange_show(&worker(None), &id).await.unwrap();
    assert_eq!(shown.summary.state, "withdrawn");
    let seen = pair.origin.service.exchange_show(&worker(None), &id).await.unwrap();
    assert!(seen.alarms.iter().any(|alarm| alarm == "they-refused:note"), "{:?}", seen.alarms);
}
