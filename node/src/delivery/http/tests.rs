use super::*;
use crate::delivery::{
    inbound::{self, Answer, Inbox, Listening, PeerPortLimits},
    tls::PeerPins,
};

/// Echoes envelopes as acknowledgements, its own name as record.
struct Echo;

impl Inbox for Echo {
    async fn receive(&self, _: AgencyId, envelope: Bytes) -> Answer {
        match envelope.as_ref() {
            b"refuse" => Answer::Refused,
            b"held" => Answer::Held,
            b"quota" => Answer::OverQuota { retry_after: Duration::from_secs(7) },
            b"full" => Answer::NoRoom { retry_after: Duration::from_hours(2) },
            b"long" => Answer::Ack(vec![0; MAX_ACK + 1].into()),
            _ => Answer::Ack(envelope),
        }
    }

    async fn public_record(&self, _: AgencyId, after: u64) -> Option<Bytes> {
        (after < 9).then(|| Bytes::from(format!("record after {after}")))
    }
}

fn us() -> AgencyId {
    AgencyId::new(Digest([1; 32]))
}

struct World {
    client: PeerClient,
    route: Route,
    pins: Arc<PeerPins>,
    listening: Listening,
}

fn open() -> World {
    let (ours, theirs) = (TransportKey::generate().unwrap(), TransportKey::generate().unwrap());
    let pins = Arc::new(PeerPins::new());
    pins.replace([(us(), [ours.pin()])]);
    let limits = PeerPortLimits::default();
    let listening =
        inbound::listen("127.0.0.1:0".parse().unwrap(), &theirs, Arc::clone(&pins), Arc::new(Echo), &limits).unwrap();
    let route = Route {
        peer: AgencyId::new(Digest([2; 32])),
        pins: vec![theirs.pin()],
        addresses: vec![format!("https://{}", listening.address())],
    };
    World { client: PeerClient::new(Arc::new(ours), CallLimits::default()), route, pins, listening }
}

async fn send(world: &World, envelope: &'static [u8]) -> Result<Delivered, DeliverError> {
    world.client.deliver(&world.route, Bytes::from_static(envelope)).await
}

#[tokio::test]
async fn each_answer_of_the_peer_port_comes_back_as_its_own_kind() {
    let world = open();
    assert_eq!(send(&world, b"hello").await, Ok(Delivered::Ack(Bytes::from_static(b"hello"))));
    assert_eq!(send(&world, b"held").await, Ok(Delivered::Held));
    assert_eq!(send(&world, b"refuse").await, Err(DeliverError::Refused));
    assert_eq!(send(&world, b"quota").await, Err(DeliverError::Busy { retry_after: Duration::from_secs(7) }));
    assert_eq!(send(&world, b"full").await, Err(DeliverError::NoRoom { retry_after: MAX_RETRY_AFTER }));
    assert_eq!(send(&world, b"long").await, Err(DeliverError::TooLong));
}

#[tokio::test]
async fn the_record_of_a_peer_is_fetched_over_the_same_link() {
    let world = open();
    let record = world.client.fetch_record(&world.route, 3).await;
    assert_eq!(record, Ok(Bytes::from_static(b"record after 3")));
    assert!(matches!(world.client.fetch_record(&world.route, 9).await, Err(DeliverError::NoRoom { .. })));
}

#[tokio::test]
async fn an_address_that_is_down_is_passed_over_for_the_next() {
    let mut world = open();
    world.route.addresses.insert(0, "https://127.0.0.1:1".into());
    assert!(send(&world, b"hello").await.is_ok());
    world.route.addresses.truncate(1);
    assert_eq!(send(&world, b"hello").await, Err(DeliverError::Unreachable));
    world.route.addresses.clear();
    assert_eq!(send(&world, b"hello").await, Err(DeliverError::NoAddress));
}

#[tokio::test]
async fn a_wrong_key_on_either_side_is_a_handshake_refusal() {
    let mut world = open();
    let right = std::mem::replace(&mut world.route.pins, vec![Digest([3; 32])]);
    assert_eq!(send(&world, b"hello").await, Err(DeliverError::Handshake));
    world.route.pins = right;
    assert!(send(&world, b"hello").await.is_ok());
    world.pins.replace([(us(), [Digest([4; 32])])]);
    let unknown = PeerClient::new(Arc::new(TransportKey::generate().unwrap()), CallLimits::default());
    assert_eq!(unknown.deliver(&world.route, Bytes::from_static(b"hello")).await, Err(DeliverError::Handshake));
}

#[tokio::test]
async fn a_removed_peer_loses_the_use_of_its_open_connection() {
    let world = open();
    assert!(send(&world, b"hello").await.is_ok());
    world.pins.replace(std::iter::empty::<(AgencyId, [Digest; 0])>());
    assert_eq!(send(&world, b"hello").await, Err(DeliverError::Refused));
}

#[tokio::test]
async fn after_a_stop_the_port_is_closed_and_free_again() {
    let world = open();
    assert!(send(&world, b"hello").await.is_ok());
    let address = world.listening.address();
    world.listening.stop(Duration::from_secs(2)).await.unwrap();
    let again = world.client.deliver(&world.route, Bytes::from_static(b"hello")).await;
    assert_eq!(again, Err(DeliverError::Unreachable));
    drop(std::net::TcpListener::bind(address).unwrap());
}

#[test]
fn only_plain_https_addresses_are_called() {
    assert_eq!(
        join("https://a.example:8443/x/", "spean/1/log").unwrap().as_str(),
        "https://a.example:8443/x/spean/1/log"
    );
    for bad in ["http://a.example", "https://", "a.example:1", "https://u:p@a.example", "https://a.example/?q=1", ""] {
        assert_eq!(join(bad, "spean/1/log"), Err(DeliverError::BadAddress), "{bad}");
    }
}
