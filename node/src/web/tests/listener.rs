//! The listener on real sockets, and a node that is locked.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use axum::{Router, routing::get};
use keys::Timestamp;
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs, pki_types::CertificateDer, version::TLS13};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};
use zeroize::Zeroizing;

use crate::{
    view::{LockedView, Problem, UnlockedView},
    web::{self, Gate, Screens, WebError, WebLimits},
};

fn limits(address: &str) -> WebLimits {
    WebLimits { address: address.parse().unwrap(), tls: None, names: Vec::new(), connections: 8 }
}

/// A locked node whose passphrase is `right`.
struct Locked;

impl Gate for Locked {
    fn screens(&self) -> Option<Router> {
        None
    }

    fn locked(&self) -> (LockedView, Timestamp) {
        let since = Timestamp(1_780_272_000);
        let view = LockedView {
            locked: true,
            version: "0".into(),
            agency: "agency1x".into(),
            name: "CMO Poipet".into(),
            listen: "127.0.0.1:1".into(),
            since,
            unattended: false,
            waiting: 7,
            free_bytes: 0,
            troubles: Vec::new(),
        };
        (view, since)
    }

    async fn unlock(&self, passphrase: Zeroizing<Vec<u8>>) -> Result<UnlockedView, Problem> {
        if passphrase.as_slice() == b"right" {
            return Ok(UnlockedView { waiting: 7, wrong_tries: 0 });
        }
        let code = "keyring/wrong-passphrase".into();
        Err(Problem { code, status: 401, title: "x".into(), hint: None, faults: Vec::new() })
    }
}

fn open(limits: &WebLimits) -> Screens {
    web::serve(limits, |secure| web::gated(Arc::new(Locked), secure), None).unwrap()
}

fn address(screens: &Screens) -> SocketAddr {
    screens.url().split("//").nth(1).unwrap().trim_end_matches('/').parse().unwrap()
}

/// One request; `body` is a form of one of our own pages.
async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str, body: &str) -> String {
    let text = format!(
        "{request} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept-language: en\r\nconnection: close\r\nsec-fetch-site: \
         same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    // The other end may refuse to listen, or close without a farewell.
    let _ = stream.write_all(text.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_locked_node_shows_one_page_that_counts_nothing_and_unlocks() {
    let screens = open(&limits("127.0.0.1:0"));
    let to = address(&screens);
    let stream = || async move { TcpStream::connect(to).await.unwrap() };
    for path in ["/", "/inbox", "/r/0000", "/news?since=1"] {
        let answer = ask(stream().await, &format!("GET {path}"), "").await;
        assert!(answer.starts_with("HTTP/1.1 303") && answer.contains("location: /unlock"), "{answer}");
    }
    let page = ask(stream().await, "GET /unlock", "").await;
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("is locked") && page.contains("no-store"), "{page}");
    assert!(!page.contains(">7<") && !page.contains(" 7 "), "a count: {page}");
    let wrong = ask(stream().await, "POST /unlock", "passphrase=wrong").await;
    assert!(wrong.starts_with("HTTP/1.1 401") && wrong.contains("This is not the passphrase"), "{wrong}");
    assert!(!page.contains("Nobody used") && wrong.contains("started again"), "why it is locked: {wrong}");
    let right = ask(stream().await, "POST /unlock", "passphrase=right").await;
    assert!(right.starts_with("HTTP/1.1 303") && right.contains("location: /\r"), "{right}");
    screens.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn nothing_is_served_in_the_clear_to_other_computers() {
    for open in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"] {
        let refused = web::serve(&limits(open), |_| Router::new(), None).unwrap_err();
        assert!(matches!(refused, WebError::Unprotected(_)), "{open}: {refused}");
        assert!(refused.to_string().contains("certificate") && refused.to_string().contains("127.0.0.1"));
    }
    let missing = WebLimits { tls: Some(("/nowhere/a.pem".into(), PathBuf::new())), ..limits("0.0.0.0:0") };
    let refused = web::serve(&missing, |_| Router::new(), None).unwrap_err().to_string();
    assert!(refused.contains("certificate") && refused.contains("/nowhere/a.pem"), "{refused}");
}

#[tokio::test]
async fn with_a_certificate_the_screens_speak_tls_and_cookies_are_of_this_host_only() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("c.pem"), folder.path().join("k.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let screens = open(&WebLimits { tls: Some((certificate.clone(), key.clone())), ..limits("127.0.0.1:0") });
    assert!(screens.url().starts_with("https://"));
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(made.cert.der().to_vec())).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(client));
    let tcp = TcpStream::connect(address(&screens)).await.unwrap();
    let stream = connector.connect("localhost".try_into().unwrap(), tcp).await.unwrap();
    let answer = ask(stream, "GET /lang/km?to=/unlock", "").await;
    assert!(answer.contains("strict-transport-security: ") && answer.contains("; Secure"), "{answer}");
    let cookie = crate::web::cookie::begin(true, "abc").unwrap();
    let cookie = cookie.to_str().unwrap();
    assert_eq!(cookie, "__Host-sid=abc; Path=/; HttpOnly; SameSite=Strict; Secure");
    // A key that is not the certificate's is found at once.
    std::fs::write(&key, rcgen::KeyPair::generate().unwrap().serialize_pem()).unwrap();
    let other = WebLimits { tls: Some((certificate, key)), ..limits("127.0.0.1:0") };
    assert!(matches!(web::serve(&other, |_| Router::new(), None), Err(WebError::Tls { setting: "private_key", .. })));
    screens.stop(Duration::ZERO).await;
}

#[tokio::test]
async fn connections_beyond_the_limit_are_closed_and_there_is_room_again_afterwards() {
    let routes = Router::new().route("/", get(|| async { "here" }));
    let screens = web::serve(&WebLimits { connections: 1, ..limits("127.0.0.1:0") }, |_| routes, None).unwrap();
    let to = address(&screens);
    let mut first = TcpStream::connect(to).await.unwrap();
    first.write_all(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").await.unwrap();
    let mut begun = [0; 12];
    first.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200");
    assert_eq!(ask(TcpStream::connect(to).await.unwrap(), "GET /", "").await, "");
    drop(first);
    let again = async {
        while !ask(TcpStream::connect(to).await.unwrap(), "GET /", "").await.contains("here") {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), again).await.expect("the place was not given back");
    screens.stop(Duration::ZERO).await;
}
