//! One request over the peer link: HTTP/2 over TLS 1.3, both ends, with nobody behind it.

use std::{sync::Arc, time::Instant};

use axum::body::Bytes;
use keys::{AgencyId, Digest};
use node::delivery::{
    http::{CallLimits, PeerClient, Route},
    inbound::{self, Answer, Inbox, PeerPortLimits, Rate},
    tls::{PeerPins, TransportKey},
};
use tests::agency::free_address;

use super::{LONG, Part, rehearsal::Rehearsed};
use crate::process::own_cpu;

/// Requests at one time.
const AT_ONCE: usize = 32;

/// Answers every envelope alike.
struct Echo(Bytes);

impl Inbox for Echo {
    async fn receive(&self, _: AgencyId, _: Bytes) -> Answer {
        Answer::Ack(self.0.clone())
    }

    async fn public_record(&self, _: AgencyId, _: u64) -> Option<Bytes> {
        None
    }
}

pub async fn part(offer: &Rehearsed) -> Part {
    let [ours, theirs] = [1, 2].map(|_| TransportKey::generate().expect("a key"));
    let [us, them] = [1, 2].map(|byte| AgencyId::new(Digest([byte; 32])));
    let pins = Arc::new(PeerPins::new());
    pins.replace([(us, [ours.pin()])]);
    let rate = Rate { per_second: 100_000, burst: 1_000_000 };
    let limits = PeerPortLimits { rate, ..PeerPortLimits::default() };
    let inbox = Arc::new(Echo(vec![7; offer.ack].into()));
    let listening = inbound::listen(free_address(), &theirs, pins, inbox, &limits).expect("a peer port");
    let route =
        Route { peer: them, pins: vec![theirs.pin()], addresses: vec![format!("https://{}", listening.address())] };
    let client = Arc::new(PeerClient::new(Arc::new(ours), CallLimits::default()));
    let envelope = Bytes::from(vec![9; offer.envelope]);
    client.deliver(&route, envelope.clone()).await.expect("a link");
    let (before, begun) = (own_cpu(), Instant::now());
    let mut calls = Vec::new();
    for _ in 0..AT_ONCE {
        let (client, route, envelope) = (Arc::clone(&client), route.clone(), envelope.clone());
        calls.push(tokio::spawn(async move {
            let mut count = 0_u32;
            while begun.elapsed() < LONG {
                client.deliver(&route, envelope.clone()).await.expect("an answer");
                count += 1;
            }
            count
        }));
    }
    let mut count = 0;
    for call in calls {
        count += call.await.expect("a caller");
    }
    let us = own_cpu().saturating_sub(before).as_secs_f64() * 1e6 / f64::from(count);
    Part { what: "request over TLS, both ends", times: 1.0, us }
}
