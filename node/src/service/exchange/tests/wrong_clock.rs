//! A computer's clock that jumps: nothing ends by it, and who may say that it is right.

use keys::Timestamp;

use super::{clock::troubles, pair::Pair};
use crate::service::testing::worker;

/// A year ahead, a day back, and the first day that computers know.
const WRONG: [fn(Timestamp) -> Timestamp; 3] =
    [|now| now.plus(365 * Timestamp::DAY), |now| Timestamp(now.0 - Timestamp::DAY), |_| Timestamp(0)];

async fn tick(pair: &Pair) {
    pair.origin.service.tick().await.unwrap();
    pair.shelter.service.tick().await.unwrap();
    pair.settle().await;
}

#[tokio::test]
async fn a_wrong_clock_ends_nothing_and_says_so_until_it_is_set() {
    for wrong in WRONG {
        for restart in [false, true] {
            let mut pair = Pair::new().await;
            let released = pair.released().await;
            let offered = pair.refer().await;
            pair.settle().await;
            let right = Timestamp(pair.shelter.clock.0.load(std::sync::atomic::Ordering::Relaxed));
            pair.shelter.set_clock(wrong(right));
            pair.origin.set_clock(wrong(right));
            if restart {
                pair = pair.restarted().await;
            }
            tick(&pair).await;
            assert_eq!(pair.states(&released).await, ["released", "released"]);
            assert_eq!(pair.states(&offered).await, ["offered", "offered"]);
            assert!(troubles(&pair.shelter.service).await.contains(&"node/clock".to_owned()));
            pair.shelter.set_clock(right);
            pair.origin.set_clock(right);
            tick(&pair).await;
            assert!(!troubles(&pair.shelter.service).await.contains(&"node/clock".to_owned()));
            assert_eq!(pair.states(&offered).await, ["offered", "offered"]);
        }
    }
}

#[tokio::test]
async fn control_when_that_time_passes_the_offer_lapses() {
    let pair = Pair::new().await;
    let offered = pair.refer().await;
    pair.settle().await;
    pair.origin.pass(30 * Timestamp::DAY);
    pair.shelter.pass(30 * Timestamp::DAY);
    tick(&pair).await;
    assert_ne!(pair.states(&offered).await, ["offered", "offered"]);
}

#[tokio::test]
async fn a_clock_that_went_back_brings_no_ended_consent_to_life() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    pair.settle().await;
    let start = Timestamp(pair.origin.clock.0.load(std::sync::atomic::Ordering::Relaxed));
    pair.origin.set_clock(Timestamp(start.0 - 2 * Timestamp::DAY));
    pair.shelter.service.accept(&worker(None), &id).await.unwrap();
    pair.settle().await;
    assert_eq!(pair.states(&id).await, ["accepted", "accepted"], "the release waits");
    assert!(troubles(&pair.origin.service).await.contains(&"release/waits".to_owned()));
    pair.origin.set_clock(start);
    tick(&pair).await;
    assert_eq!(pair.states(&id).await, ["released", "released"]);
}

#[tokio::test]
async fn one_peer_alone_does_not_say_what_time_it_is_and_two_that_agree_do() {
    let pair = Pair::new().await;
    let (service, right) = (&pair.origin.service, pair.shelter.service.world.now());
    // Its clock had run ahead for a while, and was then put right.
    pair.origin.set_clock(right.plus(20 * 3_600));
    service.audit_verify(&worker(None)).await.unwrap();
    pair.origin.set_clock(right);
    assert!(troubles(service).await.contains(&"node/clock".to_owned()));
    let [first, second] = [2, 3].map(|seed| keys::AgencyId::new(keys::label::digest_of(&[seed])));
    for (peer, says) in [(first, right), (first, right), (second, right.plus(9_000))] {
        service.clock_witnessed(peer, says).await;
        assert!(service.world.clock_doubt().is_some());
    }
    service.clock_witnessed(second, right.plus(60)).await;
    assert_eq!((service.world.clock_doubt(), service.world.now()), (None, right));
    assert!(pair.origin.acts().await.contains(&("clock.confirm".to_owned(), "done".to_owned())));
}

#[tokio::test]
async fn a_word_for_the_clock_counts_for_a_node_that_stops_right_after_it() {
    let pair = Pair::new().await;
    let right = pair.origin.service.world.now();
    pair.origin.pass(20 * Timestamp::DAY);
    pair.origin.service.status(&worker(None)).await.unwrap();
    pair.origin.set_clock(right);
    assert!(pair.origin.service.clock_confirm(&worker(None)).await.unwrap().was_in_doubt);
    let pair = pair.restarted().await;
    assert_eq!((pair.origin.service.world.clock_doubt(), pair.origin.service.world.now()), (None, right));
}
