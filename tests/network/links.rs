//! Nodes that are away, cross each other, or are not who they should be.

use std::{sync::Arc, time::Duration};

use node::{
    delivery::{
        http::{CallLimits, DeliverError, PeerClient, Route},
        tls::TransportKey,
    },
    view::{CustodyView, Delivery, ExchangeList, ExchangeView},
};
use protocol::code::AgencyKind;
use serde_json::{Value, json};

use crate::{
    agency::Agency,
    town::{Offered, Town, introduce, offer},
};

/// Long enough for a packet that could arrive.
const A_WHILE: Duration = Duration::from_secs(3);

async fn waits(agency: &Agency, exchange: &str) {
    let view: ExchangeView = agency.get(&format!("exchanges/{exchange}")).await;
    assert_eq!(view.summary.delivery, Delivery::Waiting);
}

async fn act(agency: &Agency, offered: &Offered, verb: &str, body: Value) {
    let _: Value = agency.post(&format!("exchanges/{}/{verb}", offered.exchange), body).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_peer_missed_while_it_was_down_arrives_by_itself() {
    let mut town = Town::open().await;
    town.dt.stop().await;
    let offered = offer(&town.cmo, &town.dt).await;
    tokio::time::sleep(A_WHILE).await;
    waits(&town.cmo, &offered.exchange).await;
    town.dt.start().await;
    town.settled(&offered.exchange, "offered", false).await;
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_agencies_may_offer_to_each_other_at_once() {
    let mut town = Town::found_as([AgencyKind::Shelter, AgencyKind::Shelter]);
    town.cmo.start().await;
    town.dt.start().await;
    introduce(&town.cmo, &town.dt).await;
    introduce(&town.dt, &town.cmo).await;
    let (there, back) = tokio::join!(offer(&town.cmo, &town.dt), offer(&town.dt, &town.cmo));
    town.settled(&there.exchange, "offered", false).await;
    town.settled(&back.exchange, "offered", false).await;
    tokio::join!(act(&town.dt, &there, "accept", json!({})), act(&town.cmo, &back, "accept", json!({})));
    town.settled(&there.exchange, "released", false).await;
    town.settled(&back.exchange, "released", false).await;
    town.close().await;
}

/// What CMO does and what DT does, neither knowing of the other's act.
async fn crossing(accepted: bool, origin: (&str, Value), recipient: (&str, Value), state: &str) {
    let mut town = Town::open().await;
    let offered = offer(&town.cmo, &town.dt).await;
    town.settled(&offered.exchange, "offered", false).await;
    if accepted {
        act(&town.dt, &offered, "accept", json!({})).await;
        town.settled(&offered.exchange, "released", false).await;
    }
    town.dt.stop().await;
    act(&town.cmo, &offered, origin.0, origin.1).await;
    town.cmo.stop().await;
    town.dt.start().await;
    act(&town.dt, &offered, recipient.0, recipient.1).await;
    town.cmo.start().await;

    town.settled(&offered.exchange, state, true).await;
    let path = format!("exchanges/{}", offered.exchange);
    let at_dt: ExchangeView = town.dt.get(&path).await;
    assert_eq!((at_dt.triage, at_dt.released), (None, None));
    let with_receipt = |view: &ExchangeView| view.receipt.is_some();
    let at_cmo: ExchangeView = town.cmo.until(&path, "the receipt", with_receipt).await;
    let kinds = |view: &ExchangeView| view.events.iter().map(|event| event.kind.clone()).collect::<Vec<_>>();
    let events: ExchangeView = town.dt.get(&path).await;
    assert_eq!(kinds(&at_cmo), kinds(&events), "both tell the same story");
    let custody: CustodyView = town.cmo.get(&format!("cases/{}/custody", offered.case)).await;
    assert!(custody.lines.iter().all(|line| line.state == "erased" && line.erased_at.is_some()), "{custody:?}");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_crosses_an_acceptance_wins_and_nothing_is_released() {
    let withdraw = ("withdraw", json!({ "reason": "placed_elsewhere" }));
    crossing(false, withdraw, ("accept", json!({})), "withdrawn").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_crosses_a_decline_wins() {
    let withdraw = ("withdraw", json!({ "reason": "placed_elsewhere" }));
    crossing(false, withdraw, ("decline", json!({ "reason": "no_capacity" })), "withdrawn").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_crosses_a_return_or_a_completion_wins() {
    let withdraw = || ("withdraw", json!({ "reason": "consent_withdrawn" }));
    crossing(true, withdraw(), ("return", json!({ "reason": "needs_exceed_us" })), "withdrawn").await;
    crossing(true, withdraw(), ("complete", json!({ "outcome": "reunified" })), "withdrawn").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_crosses_a_return_does_not_block_the_receipt() {
    crossing(
        true,
        ("note", json!({ "text": "He is afraid of dogs." })),
        ("return", json!({ "reason": "child_left" })),
        "returned",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_another_transport_key_is_sent_nothing() {
    let mut town = Town::open().await;
    town.dt.stop().await;
    let (right, aside) = (town.dt.dir.join("transport.key"), town.dt.dir.with_extension("key"));
    std::fs::rename(&right, &aside).expect("moved away");
    TransportKey::create(&right).expect("another key");
    town.dt.start().await;
    let offered = offer(&town.cmo, &town.dt).await;
    tokio::time::sleep(A_WHILE).await;
    waits(&town.cmo, &offered.exchange).await;
    town.dt.stop().await;
    std::fs::rename(&aside, &right).expect("put back");
    town.dt.start().await;
    town.settled(&offered.exchange, "offered", false).await;
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gets_no_further_than_the_handshake() {
    let town = Town::open().await;
    let stranger = PeerClient::new(Arc::new(TransportKey::generate().expect("a key")), CallLimits::default());
    let record = town.dt.record();
    let route = Route {
        peer: record.id(),
        pins: record.transport_pins().to_vec(),
        addresses: vec![format!("https://{}", town.dt.listen)],
    };
    // In TLS 1.3 a client believes itself connected before it is refused: it may learn of it in the middle of its request.
    let turned_away = |error: DeliverError| matches!(error, DeliverError::Handshake | DeliverError::Broken);
    assert!(stranger.deliver(&route, vec![1; 5000].into()).await.is_err_and(turned_away));
    assert!(stranger.fetch_record(&route, 0).await.is_err_and(turned_away));
    let list: ExchangeList = town.dt.get("exchanges").await;
    assert_eq!(list.exchanges.len(), 0);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_agency_at_a_peers_address_is_sent_nothing() {
    let mut town = Town::open().await;
    let mut hc = Agency::make(town.place.path(), "HC", AgencyKind::Shelter);
    town.dt.stop().await;
    let config = hc.folder().config();
    let text = std::fs::read_to_string(&config).expect("its settings");
    std::fs::write(&config, text.replace(&hc.listen.to_string(), &town.dt.listen.to_string())).expect("another port");
    hc.start().await;
    introduce(&town.cmo, &hc).await;
    introduce(&hc, &town.cmo).await;

    let offered = offer(&town.cmo, &town.dt).await;
    tokio::time::sleep(A_WHILE).await;
    waits(&town.cmo, &offered.exchange).await;
    let list: ExchangeList = hc.get("exchanges").await;
    assert_eq!(list.exchanges.len(), 0);
    hc.stop().await;
    town.dt.start().await;
    town.settled(&offered.exchange, "offered", false).await;
    town.close().await;
}
