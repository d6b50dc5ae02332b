//! The peer link's TLS, at the port of a real `spean serve` and at what our own client meets: one version, one group, one
//! protocol above it, the right key and the proof that it is held. Anything else ends before a request is read.

use std::sync::Arc;

use node::delivery::{
    http::{CallLimits, DeliverError, PeerClient, Route},
    tls::TransportKey,
};
use protocol::code::AgencyKind;
use rustls::{ClientConfig, NamedGroup, ProtocolVersion, ServerConfig};
use tokio::{io::AsyncReadExt as _, net::TcpListener, task::JoinHandle};
use tokio_rustls::TlsAcceptor;

use crate::{
    agency::Agency,
    town::{Town, introduce},
    wire::{
        CLASSICAL, END_HEADERS, END_STREAM, HEADERS, HYBRID, Identity, answer, fields, frame, offer, open_to_all, tls,
    },
};

/// The beginning of an answer with status 200.
const OK: u8 = 0x88;

fn get_record() -> Vec<u8> {
    frame(HEADERS, END_HEADERS | END_STREAM, 1, &fields("GET", "/spean/1/log", &[]))
}

/// Whether somebody with this offer is answered.
async fn is_served(node: &Agency, config: ClientConfig) -> bool {
    let Ok(mut stream) = tls(node.listen, 1, &Arc::new(config)).await else { return false };
    answer(&mut stream, &get_record()).await.is_some_and(|(block, _)| block[0] == OK)
}

/// DT's node runs and knows CMO, whose node does not run, and HC.
async fn town() -> (Town, Agency) {
    let mut town = Town::found();
    let hc = Agency::make(town.place.path(), "HC", AgencyKind::Health);
    town.dt.spawn().await;
    introduce(&town.dt, &town.cmo).await;
    introduce(&town.dt, &hc).await;
    (town, hc)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_serves_a_known_key_over_tls_1_3_and_the_hybrid_group_only_and_gives_no_ticket() {
    let (town, _) = town().await;
    let (dt, cmo) = (&town.dt, Identity::of(&town.cmo));
    let config = Arc::new(offer(&cmo, HYBRID, "h2"));
    for _ in 0..2 {
        let mut stream = tls(dt.listen, 1, &config).await.expect("a handshake");
        let (block, _) = answer(&mut stream, &get_record()).await.expect("an answer");
        assert_eq!(block[0], OK);
        let (_, connection) = stream.get_ref();
        assert_eq!(connection.protocol_version(), Some(ProtocolVersion::TLSv1_3));
        let group = connection.negotiated_key_exchange_group().map(rustls::crypto::SupportedKxGroup::name);
        assert_eq!(group, Some(NamedGroup::X25519MLKEM768));
        assert_eq!(connection.alpn_protocol(), Some(&b"h2"[..]));
        assert_eq!(connection.tls13_tickets_received(), 0, "nothing to resume with");
        assert_eq!(connection.handshake_kind(), Some(rustls::HandshakeKind::Full));
        assert!(!connection.is_early_data_accepted());
    }
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_serves_no_weaker_offer_no_other_key_and_nobody_without_the_keys_proof() {
    let (town, _) = town().await;
    let (dt, cmo) = (&town.dt, Identity::of(&town.cmo));
    assert!(is_served(dt, offer(&cmo, HYBRID, "h2")).await, "the control");
    let refused = [
        ("the classical group", offer(&cmo, CLASSICAL, "h2")),
        ("no protocol above", offer(&cmo, HYBRID, "")),
        ("HTTP/1.1", offer(&cmo, HYBRID, "http/1.1")),
        ("a key that nobody knows", offer(&Identity::stranger(), HYBRID, "h2")),
        ("the node's own key", offer(&Identity::of(dt), HYBRID, "h2")),
        ("no key", offer(&Identity::nobody(), HYBRID, "h2")),
        ("a known certificate without its key", offer(&Identity::thief_of(&town.cmo), HYBRID, "h2")),
    ];
    for (what, config) in refused {
        assert!(!is_served(dt, config).await, "{what}");
    }
    assert!(is_served(dt, offer(&cmo, HYBRID, "h2")).await, "the node goes on");
    town.close().await;
}

/// A server in DT's place; what it was able to read after its handshake with each caller.
async fn in_place_of_dt(town: &Town, config: ServerConfig) -> JoinHandle<usize> {
    let listener = TcpListener::bind(town.dt.listen).await.expect("DT's port");
    tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.expect("a caller");
        let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(tcp).await else { return 0 };
        // A refused server may have finished its own side of the handshake: it must not hear a word.
        stream.read(&mut [0; 100]).await.unwrap_or(0)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_speaks_to_no_server_with_a_weaker_offer_another_key_or_a_copied_certificate() {
    let town = Town::found();
    let hc = Agency::make(town.place.path(), "HC", AgencyKind::Health);
    let key = Arc::new(TransportKey::load(&town.cmo.folder().transport_key()).expect("its key"));
    let record = town.dt.record();
    let addresses = vec![format!("https://{}", town.dt.listen)];
    let route = Route { peer: record.id(), pins: record.transport_pins().to_vec(), addresses };
    let dt = Identity::of(&town.dt);
    let refused = [
        ("the classical group", open_to_all(&dt, CLASSICAL, "h2")),
        ("a key that nobody knows", open_to_all(&Identity::stranger(), HYBRID, "h2")),
        ("another peer's key", open_to_all(&Identity::of(&hc), HYBRID, "h2")),
        ("the right certificate without its key", open_to_all(&Identity::thief_of(&town.dt), HYBRID, "h2")),
        ("HTTP/1.1", open_to_all(&dt, HYBRID, "http/1.1")),
    ];
    for (what, config) in refused {
        let server = in_place_of_dt(&town, config).await;
        let client = PeerClient::new(Arc::clone(&key), CallLimits::default());
        let answer = client.deliver(&route, vec![7; 2000].into()).await;
        assert!(matches!(answer, Err(DeliverError::Handshake)), "{what}: {answer:?}");
        assert_eq!(server.await.expect("the server"), 0, "{what}: not a byte of a request");
    }
    let server = in_place_of_dt(&town, open_to_all(&dt, HYBRID, "h2")).await;
    let client = PeerClient::new(Arc::clone(&key), CallLimits::default());
    let answer = client.deliver(&route, vec![7; 2000].into()).await;
    assert!(answer.is_err(), "this server never answers");
    assert!(server.await.expect("the server") > 0, "the control: the right one is spoken to");
}
