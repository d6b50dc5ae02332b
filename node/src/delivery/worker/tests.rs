use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{sync::Notify, time::timeout};

use super::*;
use crate::delivery::{
    http::{CallLimits, PeerClient},
    inbound::{self, Answer, Inbox, Listening, PeerPortLimits},
    tls::{PeerPins, TransportKey},
};

/// The other node: acknowledges with the envelope's own bytes, after as many refusals as it was told.
#[derive(Default)]
struct Node {
    got: Mutex<Vec<String>>,
    refuse: Mutex<u32>,
}

impl Inbox for Node {
    async fn receive(&self, _: AgencyId, envelope: Bytes) -> Answer {
        let text = String::from_utf8_lossy(&envelope).into_owned();
        if text.contains("slow") {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let mut refuse = self.refuse.lock().unwrap();
        if *refuse > 0 {
            *refuse -= 1;
            return Answer::Refused;
        }
        self.got.lock().unwrap().push(text);
        Answer::Ack(envelope)
    }

    async fn public_record(&self, _: AgencyId, _: u64) -> Option<Bytes> {
        Some(Bytes::from_static(b"record"))
    }
}

/// Packets by exchange; an acknowledgement must be the packet's own text.
struct Packets {
    waiting: Mutex<BTreeMap<u8, Vec<&'static str>>>,
    route: Mutex<Route>,
    wants_record: Mutex<bool>,
    asleep: Mutex<bool>,
    seals: Mutex<u32>,
    failures: Mutex<Vec<(Failure, u32)>>,
    empty: Notify,
}

impl Outbox for Packets {
    type Item = &'static str;
    type Token = &'static str;

    async fn due(&self) -> Result<Vec<Due<&'static str>>, OutboxError> {
        let peer = self.route.lock().unwrap().peer;
        let waiting = self.waiting.lock().unwrap();
        let due = |exchange: &u8, item: &&'static str| Due { peer, exchange: Digest([*exchange; 32]), item: *item };
        Ok(waiting.iter().flat_map(|(exchange, items)| items.iter().map(move |item| due(exchange, item))).collect())
    }

    async fn seal(&self, due: &Due<&'static str>) -> Result<Sealed<&'static str>, OutboxError> {
        *self.seals.lock().unwrap() += 1;
        let route = self.route.lock().unwrap().clone();
        if *self.wants_record.lock().unwrap() {
            return Ok(Sealed::NeedsRecord { route, after: 3 });
        }
        if *self.asleep.lock().unwrap() {
            return Ok(Sealed::NotNow);
        }
        Ok(Sealed::Ready { envelope: Bytes::from_static(due.item.as_bytes()), route, token: due.item })
    }

    async fn done(&self, due: &Due<&'static str>, token: &'static str, ack: Bytes) -> Result<Settled, OutboxError> {
        if ack != token.as_bytes() {
            return Ok(Settled::NotAnAck);
        }
        let mut waiting = self.waiting.lock().unwrap();
        waiting.get_mut(&due.exchange.0[0]).unwrap().retain(|item| *item != due.item);
        if waiting.values().all(Vec::is_empty) {
            self.empty.notify_one();
        }
        Ok(Settled::Ended)
    }

    async fn failed(&self, _: &Due<&'static str>, why: &Failure, in_a_row: u32) {
        self.failures.lock().unwrap().push((why.clone(), in_a_row));
    }

    async fn learned(&self, _: AgencyId, record: Bytes) -> Result<bool, OutboxError> {
        *self.wants_record.lock().unwrap() = false;
        Ok(record.as_ref() == b"record")
    }
}

struct Pair {
    node: Arc<Node>,
    outbox: Arc<Packets>,
    wake: Arc<Notify>,
    worker: Option<WorkerHandle>,
    _listening: Listening,
    client: Arc<PeerClient>,
}

impl Pair {
    fn new(waiting: &[(u8, &[&'static str])]) -> Self {
        let (ours, theirs) = (TransportKey::generate().unwrap(), TransportKey::generate().unwrap());
        let pins = Arc::new(PeerPins::new());
        pins.replace([(AgencyId::new(Digest([1; 32])), [ours.pin()])]);
        let node = Arc::new(Node::default());
        let rate = inbound::Rate { per_second: 10_000, burst: 10_000 };
        let limits = PeerPortLimits { rate, ..PeerPortLimits::default() };
        let listening =
            inbound::listen("127.0.0.1:0".parse().unwrap(), &theirs, pins, Arc::clone(&node), &limits).unwrap();
        let route = Route {
            peer: AgencyId::new(Digest([2; 32])),
            pins: vec![theirs.pin()],
            addresses: vec![format!("https://{}", listening.address())],
        };
        let outbox = Packets {
            waiting: Mutex::new(waiting.iter().map(|(exchange, items)| (*exchange, items.to_vec())).collect()),
            route: Mutex::new(route),
            wants_record: Mutex::default(),
            asleep: Mutex::default(),
            seals: Mutex::default(),
            failures: Mutex::default(),
            empty: Notify::new(),
        };
        let client = Arc::new(PeerClient::new(Arc::new(ours), CallLimits::default()));
        let wake = Arc::new(Notify::new());
        Self { node, outbox: Arc::new(outbox), wake, worker: None, _listening: listening, client }
    }

    fn start(&mut self) {
        let back_off = BackOff { first: Duration::from_millis(20), longest: Duration::from_millis(100) };
        let limits = WorkerLimits { back_off, ..WorkerLimits::default() };
        let (outbox, client) = (Arc::clone(&self.outbox), Arc::clone(&self.client));
        self.worker = Some(start(outbox, client, Arc::clone(&self.wake), limits));
    }

    async fn all_is_delivered(&self) -> Vec<String> {
        timeout(Duration::from_secs(10), self.outbox.empty.notified()).await.expect("all is delivered in time");
        self.node.got.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn packets_of_one_exchange_arrive_in_order_and_no_exchange_waits_for_another() {
    let mut pair = Pair::new(&[(1, &["1 slow", "1b", "1c"]), (2, &["2a", "2b"])]);
    pair.start();
    assert_eq!(pair.all_is_delivered().await, ["2a", "2b", "1 slow", "1b", "1c"]);
}

#[tokio::test]
async fn a_packet_added_later_is_sent_when_the_worker_is_woken() {
    let mut pair = Pair::new(&[(1, &["first"])]);
    pair.start();
    pair.all_is_delivered().await;
    pair.outbox.waiting.lock().unwrap().insert(2, vec!["second"]);
    pair.wake.notify_one();
    assert_eq!(pair.all_is_delivered().await, ["first", "second"]);
}

#[tokio::test]
async fn a_refused_packet_is_tried_again_and_its_failures_are_counted() {
    let mut pair = Pair::new(&[(1, &["a", "b"])]);
    *pair.node.refuse.lock().unwrap() = 3;
    pair.start();
    assert_eq!(pair.all_is_delivered().await, ["a", "b"]);
    let refused = |count| (Failure::Call(DeliverError::Refused), count);
    assert_eq!(*pair.outbox.failures.lock().unwrap(), [refused(1), refused(2), refused(3)]);
}

#[tokio::test]
async fn a_peer_that_is_down_gets_all_when_it_is_back() {
    let mut pair = Pair::new(&[(1, &["a"]), (2, &["b"])]);
    let up = std::mem::replace(&mut pair.outbox.route.lock().unwrap().addresses[0], "https://127.0.0.1:1".into());
    pair.start();
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!(pair.node.got.lock().unwrap().is_empty());
    pair.outbox.route.lock().unwrap().addresses[0] = up;
    assert_eq!(pair.all_is_delivered().await.len(), 2);
    let failures = pair.outbox.failures.lock().unwrap();
    assert!(failures.iter().all(|(why, _)| *why == Failure::Call(DeliverError::Unreachable)));
}

#[tokio::test]
async fn a_record_is_fetched_first_when_the_outbox_asks_for_it() {
    let mut pair = Pair::new(&[(1, &["a"])]);
    *pair.outbox.wants_record.lock().unwrap() = true;
    pair.start();
    assert_eq!(pair.all_is_delivered().await, ["a"]);
}

#[tokio::test]
async fn what_must_wait_for_an_event_is_left_alone_until_the_event() {
    let mut pair = Pair::new(&[(1, &["a"])]);
    *pair.outbox.asleep.lock().unwrap() = true;
    pair.start();
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(*pair.outbox.seals.lock().unwrap() <= 2, "the worker does not spin");
    *pair.outbox.asleep.lock().unwrap() = false;
    pair.wake.notify_one();
    assert_eq!(pair.all_is_delivered().await, ["a"]);
}

#[tokio::test]
async fn a_stopped_worker_finishes_what_is_on_the_wire_and_starts_nothing_more() {
    let mut pair = Pair::new(&[(1, &["slow"])]);
    pair.start();
    tokio::time::sleep(Duration::from_millis(100)).await;
    pair.worker.take().unwrap().stop(Duration::from_secs(5)).await;
    assert_eq!(*pair.node.got.lock().unwrap(), ["slow"]);
    assert!(pair.outbox.waiting.lock().unwrap()[&1].is_empty());
    pair.outbox.waiting.lock().unwrap().insert(2, vec!["later"]);
    pair.wake.notify_one();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(pair.node.got.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_thousand_exchanges_pass_through_sixty_four_places() {
    let many: Vec<(u8, Vec<&'static str>)> = (0..=255).map(|exchange| (exchange, vec!["w", "x", "y", "z"])).collect();
    let waiting: Vec<(u8, &[&'static str])> = many.iter().map(|(exchange, items)| (*exchange, &items[..])).collect();
    let mut pair = Pair::new(&waiting);
    pair.start();
    let got = pair.all_is_delivered().await;
    assert_eq!(got.len(), 1024);
    assert!(pair.outbox.failures.lock().unwrap().is_empty());
}
