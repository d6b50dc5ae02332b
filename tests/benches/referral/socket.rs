//! A warm connection to a node's local interface, as cheap as it can be: what it costs is the driver's, not the node's.

use std::path::Path;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
};

/// One connection, one request at a time.
pub struct Socket {
    stream: UnixStream,
    answer: Vec<u8>,
}

impl Socket {
    pub async fn connect(path: &Path) -> Self {
        Self { stream: UnixStream::connect(path).await.expect("the node's socket"), answer: Vec::new() }
    }

    /// A request that must succeed; its answer's body.
    pub async fn post(&mut self, path: &str, body: &[u8]) -> &[u8] {
        let mut request = format!(
            "POST /api/v1/{path} HTTP/1.1\r\nhost: node\r\nspean-by: Sorn Maly\r\nspean-approved-by: Heng Visal\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.stream.write_all(&request).await.expect("a node that listens");
        self.answer.clear();
        loop {
            assert!(self.stream.read_buf(&mut self.answer).await.expect("an answer") > 0, "the node hung up");
            if let Some(end) = whole(&self.answer) {
                let text = String::from_utf8_lossy(&self.answer);
                assert!(text.starts_with("HTTP/1.1 200"), "{path}: {text}");
                return &self.answer[end..];
            }
        }
    }
}

/// Where the body begins, once all of it is there.
fn whole(answer: &[u8]) -> Option<usize> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&answer[..end]).expect("a head in ASCII");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    (answer.len() >= end + length.parse::<usize>().expect("a number")).then_some(end)
}
