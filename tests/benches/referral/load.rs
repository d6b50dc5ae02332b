//! Offers through the sender's local interface: so many at a time, each until its receipt is stored.

use std::{
    path::Path,
    rc::Rc,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use node::view::{Delivery, Referred};
use tests::socket::Socket;

/// What the driver does until when.
#[derive(Clone, Copy)]
pub enum Until {
    Time(Instant),
    Offers(usize),
}

/// Keeps `at_once` offers in flight; how long each took, from the request to the stored receipt.
///
/// The request asks the node to answer when the receipt is stored, as `spean refer --wait` does: the node tells the
/// moment, nothing is polled.
pub async fn offers(socket: &Path, requests: &Rc<Vec<Vec<u8>>>, at_once: usize, until: Until) -> Vec<Duration> {
    let next = Rc::new(AtomicUsize::new(0));
    let local = tokio::task::LocalSet::new();
    let mut took = Vec::new();
    local
        .run_until(async {
            let mut lanes = Vec::new();
            for _ in 0..at_once {
                let mut socket = Socket::connect(socket).await.expect("a node that listens");
                let (requests, next) = (Rc::clone(requests), Rc::clone(&next));
                lanes.push(tokio::task::spawn_local(async move {
                    let mut took = Vec::new();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if until.over(number) {
                            return took;
                        }
                        let begun = Instant::now();
                        let answer = socket.raw("POST", "referrals", &requests[number % requests.len()]).await;
                        took.push(begun.elapsed());
                        let referred: Referred = serde_json::from_slice(&answer).expect("an answer");
                        assert_eq!(referred.delivery, Some(Delivery::Delivered), "not delivered in time");
                    }
                }));
            }
            for lane in lanes {
                took.extend(lane.await.expect("a lane that ends"));
            }
        })
        .await;
    took
}

impl Until {
    fn over(self, number: usize) -> bool {
        match self {
            Self::Time(end) => Instant::now() >= end,
            Self::Offers(count) => number >= count,
        }
    }
}
