//! A warm connection to a node's local interface, one request at a time.

use std::path::Path;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
};

pub struct Socket {
    stream: UnixStream,
    answer: Vec<u8>,
}

impl Socket {
    /// `None` while nobody listens there.
    pub async fn connect(path: &Path) -> Option<Self> {
        let stream = UnixStream::connect(path).await.ok()?;
        Some(Self { stream, answer: Vec::new() })
    }

    pub async fn get(&mut self, path: &str) -> Value {
        self.ask("GET", path, b"").await
    }

    pub async fn post(&mut self, path: &str, body: &Value) -> Value {
        self.ask("POST", path, body.to_string().as_bytes()).await
    }

    /// A request that must succeed, parsed.
    async fn ask(&mut self, method: &str, path: &str, body: &[u8]) -> Value {
        serde_json::from_slice(self.raw(method, path, body).await).expect("JSON")
    }

    /// A request that must succeed; the answer's bytes.
    pub async fn raw(&mut self, method: &str, path: &str, body: &[u8]) -> &[u8] {
        let mut request = format!(
            "{method} /api/v1/{path} HTTP/1.1\r\nhost: node\r\nspean-by: Sorn Maly\r\nspean-approved-by: Heng Visal\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.stream.write_all(&request).await.expect("a node that listens");
        self.answer.clear();
        loop {
            assert!(self.stream.read_buf(&mut self.answer).await.expect("an answer") > 0, "the node hung up");
            if let Some(start) = whole(&self.answer) {
                let ok = self.answer.starts_with(b"HTTP/1.1 200");
                assert!(ok, "{path}: {}", String::from_utf8_lossy(&self.answer));
                return &self.answer[start..];
            }
        }
    }
}

/// Where the body begins, once all of it is there.
fn whole(answer: &[u8]) -> Option<usize> {
    let start = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&answer[..start]).expect("a head in ASCII");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    (answer.len() >= start + length.parse::<usize>().expect("a number")).then_some(start)
}
