use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

use keys::Digest;
use reqwest::{Client, Method, Response, StatusCode};
use tokio::{net::TcpStream, time::timeout};

use super::*;
use crate::delivery::tls::{self, PeerPins, TransportKey};

/// Remembers who sent how much; "slow" takes its time.
#[derive(Default)]
struct Recording {
    got: Mutex<Vec<(AgencyId, usize)>>,
}

impl Inbox for Recording {
    async fn receive(&self, from: AgencyId, envelope: Bytes) -> Answer {
        self.got.lock().unwrap().push((from, envelope.len()));
        match envelope.as_ref() {
            b"refuse" => Answer::Refused,
            b"very slow" => {
                tokio::time::sleep(Duration::from_secs(3)).await;
                Answer::Ack(Bytes::from_static(b"ack"))
            }
            b"slow" => {
                tokio::time::sleep(Duration::from_millis(300)).await;
                Answer::Ack(Bytes::from_static(b"ack"))
            }
            _ => Answer::Ack(Bytes::from_static(b"ack")),
        }
    }

    async fn public_record(&self, _: AgencyId, _: u64) -> Option<Bytes> {
        Some(Bytes::from_static(b"record"))
    }
}

struct Port {
    client: Client,
    url: String,
    listening: Listening,
    inbox: Arc<Recording>,
}

fn peer() -> AgencyId {
    AgencyId::new(Digest([1; 32]))
}

fn open(limits: &PeerPortLimits) -> Port {
    let (ours, theirs) = (TransportKey::generate().unwrap(), TransportKey::generate().unwrap());
    let pins = Arc::new(PeerPins::new());
    pins.replace([(peer(), [ours.pin()])]);
    let inbox = Arc::new(Recording::default());
    let listening = listen("127.0.0.1:0".parse().unwrap(), &theirs, pins, Arc::clone(&inbox), limits).unwrap();
    let tls = tls::client(&ours, &[theirs.pin()]).unwrap();
    let client = Client::builder().tls_backend_preconfigured(tls).http2_prior_knowledge().build().unwrap();
    let url = format!("https://{}", listening.address());
    Port { client, url, listening, inbox }
}

impl Port {
    async fn post(&self, body: impl Into<reqwest::Body>) -> Response {
        self.send(Method::POST, "/spean/1/envelopes", body).await
    }

    async fn send(&self, method: Method, path: &str, body: impl Into<reqwest::Body>) -> Response {
        let request = self.client.request(method, format!("{}{path}", self.url));
        request.header("content-type", "application/octet-stream").body(body).send().await.unwrap()
    }
}

async fn is_the_uniform_refusal(response: Response) {
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let names: Vec<_> = response.headers().keys().map(|name| name.as_str().to_owned()).collect();
    assert!(names.iter().all(|name| name == "content-length" || name == "date"), "{names:?}");
    assert!(response.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_envelope_reaches_the_inbox_with_its_senders_name() {
    let port = open(&PeerPortLimits::default());
    let response = port.post("envelope").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.bytes().await.unwrap().as_ref(), b"ack");
    assert_eq!(*port.inbox.got.lock().unwrap(), [(peer(), 8)]);
}

#[tokio::test]
async fn one_mebibyte_passes_and_a_byte_more_does_not_whether_announced_or_streamed() {
    let port = open(&PeerPortLimits::default());
    assert_eq!(port.post(vec![7; MAX_ENVELOPE]).await.status(), StatusCode::OK);
    is_the_uniform_refusal(port.post(vec![7; MAX_ENVELOPE + 1]).await).await;
    // An `http::Response` body has no announced length once it is wrapped as a stream.
    let streamed = reqwest::Body::wrap(Unannounced(vec![7; MAX_ENVELOPE + 1].into()));
    is_the_uniform_refusal(port.post(streamed).await).await;
    assert_eq!(port.inbox.got.lock().unwrap().len(), 1);
}

/// A body that does not say how long it is.
struct Unannounced(Bytes);

impl axum::body::HttpBody for Unannounced {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        let next = (!self.0.is_empty()).then(|| {
            let size = self.0.len().min(16 << 10);
            Ok(http_body::Frame::data(self.0.split_to(size)))
        });
        std::task::Poll::Ready(next)
    }
}

#[tokio::test]
async fn every_refusal_before_the_signature_looks_alike_and_leaves_on_a_tick() {
    let port = open(&PeerPortLimits::default());
    port.post("warm").await;
    for body in ["refuse", ""] {
        let start = Instant::now();
        is_the_uniform_refusal(port.post(body).await).await;
        assert!(start.elapsed() >= REFUSAL_TICK, "a refusal waits for its tick");
    }
    is_the_uniform_refusal(port.send(Method::PUT, "/spean/1/envelopes", "x").await).await;
    is_the_uniform_refusal(port.send(Method::POST, "/elsewhere", "x").await).await;
    is_the_uniform_refusal(port.send(Method::GET, "/spean/1/log?after=x", "").await).await;
    is_the_uniform_refusal(port.send(Method::GET, "/spean/1/log?before=1", "").await).await;
    let untyped = port.client.post(format!("{}/spean/1/envelopes", port.url)).body("x").send().await.unwrap();
    is_the_uniform_refusal(untyped).await;
}

#[tokio::test]
async fn the_public_record_is_given_to_peers() {
    let port = open(&PeerPortLimits::default());
    let response = port.send(Method::GET, "/spean/1/log?after=0", "").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.bytes().await.unwrap().as_ref(), b"record");
    assert_eq!(port.send(Method::GET, "/spean/1/log", "").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn beyond_its_rate_a_peer_is_told_when_to_come_again() {
    let port = open(&PeerPortLimits { rate: Rate { per_second: 1, burst: 2 }, ..PeerPortLimits::default() });
    assert_eq!(port.post("1").await.status(), StatusCode::OK);
    assert_eq!(port.post("2").await.status(), StatusCode::OK);
    let third = port.post("3").await;
    assert_eq!(third.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(third.headers()["retry-after"], "1");
    assert_eq!(port.inbox.got.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn more_envelopes_than_memory_is_set_aside_for_are_put_off() {
    let port = open(&PeerPortLimits { envelopes_at_once: 1, ..PeerPortLimits::default() });
    let (slow, second) = tokio::join!(port.post("slow"), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        port.post("second").await
    });
    assert_eq!(slow.status(), StatusCode::OK);
    assert_eq!(second.status(), StatusCode::OK, "it waits for a moment");
    let (slow, second) = tokio::join!(port.post("very slow"), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        port.post("second").await
    });
    assert_eq!(slow.status(), StatusCode::OK);
    assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(second.headers().contains_key("retry-after"));
}

/// A body that begins and never goes on.
struct Endless;
impl axum::body::HttpBody for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;
    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn a_body_that_does_not_end_is_cut_off() {
    let port = open(&PeerPortLimits { body_timeout: Duration::from_millis(100), ..PeerPortLimits::default() });
    is_the_uniform_refusal(port.post(reqwest::Body::wrap(Endless)).await).await;
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed_and_a_full_port_makes_room() {
    use tokio::io::AsyncReadExt as _;
    let limits = PeerPortLimits {
        handshake_timeout: Duration::from_millis(200),
        handshakes_at_once: 1,
        ..PeerPortLimits::default()
    };
    let port = open(&limits);
    let mut silent = TcpStream::connect(port.listening.address()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut next = TcpStream::connect(port.listening.address()).await.unwrap();
    let closed = timeout(Duration::from_millis(100), silent.read_u8()).await;
    assert!(closed.is_ok_and(|read| read.is_err()), "the first handshake makes room at once");
    let closed = timeout(Duration::from_secs(2), next.read_u8()).await;
    assert!(closed.is_ok_and(|read| read.is_err()), "the next ends when its time is over");
    assert_eq!(port.post("envelope").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_running_request_ends_before_the_port_closes() {
    let port = open(&PeerPortLimits::default());
    port.post("warm").await;
    let Port { client, url, listening, .. } = port;
    let request = client.post(format!("{url}/spean/1/envelopes")).header("content-type", "application/octet-stream");
    let slow = tokio::spawn(request.body("slow").send());
    tokio::time::sleep(Duration::from_millis(100)).await;
    listening.stop(Duration::from_secs(5)).await.unwrap();
    assert_eq!(slow.await.unwrap().unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_port_in_use_is_named_with_what_to_do() {
    let port = open(&PeerPortLimits::default());
    let key = TransportKey::generate().unwrap();
    let again = listen(
        port.listening.address(),
        &key,
        Arc::new(PeerPins::new()),
        Arc::new(Recording::default()),
        &PeerPortLimits::default(),
    );
    let error = again.unwrap_err();
    assert!(matches!(error, InboundError::InUse(_)));
    assert!(error.to_string().contains("listen"), "{error}");
}
