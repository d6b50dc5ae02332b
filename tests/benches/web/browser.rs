//! A browser: one warm connection, one session, a clock at hand.

use std::{
    net::SocketAddr,
    time::{Duration, Instant, SystemTime},
};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, StatusCode,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
    header,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use totp_rs::{Algorithm, Builder};

/// What all people choose, as a form sends it.
const WORDS: &str = "three+rivers+meet+here";
/// What all telephones know.
const TELEPHONE: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

pub struct Browser {
    address: SocketAddr,
    requests: SendRequest<Full<Bytes>>,
    cookie: String,
    pub lang: &'static str,
}

/// What came back, and what it cost.
pub struct Page {
    pub body: Bytes,
    /// Of the answer as a whole, its headers too.
    pub bytes: usize,
    pub took: Duration,
}

impl Browser {
    /// A person's, who enrols with an invitation and is signed in by that.
    pub async fn enrolled(address: SocketAddr, token: &str) -> Self {
        let mut browser = Self { address, requests: connect(address).await, cookie: String::new(), lang: "km" };
        let form = format!("passphrase={WORDS}&again={WORDS}&code={}&secret={TELEPHONE}", code());
        let answer = browser.send("POST", &format!("/join/{token}"), form).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "an invitation lets in");
        let cookie = answer.headers()[header::SET_COOKIE].to_str().expect("text");
        browser.cookie = cookie.split(';').next().expect("a cookie").to_owned();
        answer.into_body().collect().await.expect("all of it");
        browser
    }

    /// The same session over another connection.
    pub async fn again(&self) -> Self {
        let requests = connect(self.address).await;
        Self { address: self.address, requests, cookie: self.cookie.clone(), lang: self.lang }
    }

    async fn send(&mut self, method: &str, path: &str, form: String) -> hyper::Response<hyper::body::Incoming> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.address.to_string())
            .header(header::ACCEPT_LANGUAGE, self.lang)
            .header(header::ACCEPT_ENCODING, "gzip, deflate, br, zstd")
            .header(header::COOKIE, &self.cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::new(Bytes::from(form)))
            .expect("a request");
        self.requests.ready().await.expect("a node that listens");
        self.requests.send_request(request).await.expect("an answer")
    }

    async fn page(&mut self, method: &str, path: &str, form: String) -> Page {
        let begun = Instant::now();
        let answer = self.send(method, path, form).await;
        let status = answer.status();
        // Status line and blank line; of each header its colon, blank and end.
        let lines = |(name, value): (&header::HeaderName, &header::HeaderValue)| name.as_str().len() + value.len() + 4;
        let headers: usize = answer.headers().iter().map(lines).sum();
        let body = answer.into_body().collect().await.expect("all of the answer").to_bytes();
        let took = begun.elapsed();
        assert_eq!(status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&body));
        Page { bytes: 19 + headers + body.len(), body, took }
    }

    /// A page that must be there.
    pub async fn get(&mut self, path: &str) -> Page {
        self.page("GET", path, String::new()).await
    }

    /// Searches the cases. `csrf`: what the form of this session carries.
    pub async fn search(&mut self, csrf: &str, term: &str) -> Page {
        self.page("POST", "/cases", format!("csrf={csrf}&term={term}")).await
    }
}

async fn connect(address: SocketAddr) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(address).await.expect("somebody listens");
    stream.set_nodelay(true).expect("a socket");
    let (requests, connection) = http1::handshake(TokioIo::new(stream)).await.expect("a connection");
    tokio::spawn(connection);
    requests
}

/// What the telephone shows now.
fn code() -> String {
    let telephone = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_secret(*b"12345678901234567890")
        .with_account_name("bench")
        .build_noncompliant();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock");
    telephone.generate(now.as_secs()).to_string()
}
