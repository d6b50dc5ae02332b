//! A warm connection to a node's local interface, one request at a time: what it costs is the driver's, not the node's.

use std::path::Path;

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, StatusCode,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
    header,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::UnixStream;

/// The connection.
pub struct Socket(SendRequest<Full<Bytes>>);

impl Socket {
    /// `None` while nobody listens there.
    pub async fn connect(path: &Path) -> Option<Self> {
        let stream = UnixStream::connect(path).await.ok()?;
        let (requests, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        Some(Self(requests))
    }

    /// A request that must succeed, parsed.
    pub async fn get(&mut self, path: &str) -> Value {
        parsed(&self.raw("GET", path, b"").await)
    }

    /// As [`Socket::get`], for an act.
    pub async fn post(&mut self, path: &str, body: &Value) -> Value {
        parsed(&self.raw("POST", path, body.to_string().as_bytes()).await)
    }

    /// A request that must succeed; the answer's bytes.
    pub async fn raw(&mut self, method: &str, path: &str, body: &[u8]) -> Bytes {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1/{path}"))
            .header(header::HOST, "node")
            .header(header::CONTENT_TYPE, "application/json")
            .header("spean-by", "Sorn Maly")
            .header("spean-approved-by", "Heng Visal")
            .body(Full::new(Bytes::copy_from_slice(body)))
            .expect("a request");
        self.0.ready().await.expect("a node that listens");
        let answer = self.0.send_request(request).await.expect("an answer");
        let status = answer.status();
        let bytes = answer.into_body().collect().await.expect("all of the answer").to_bytes();
        assert_eq!(status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&bytes));
        bytes
    }
}

fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}
