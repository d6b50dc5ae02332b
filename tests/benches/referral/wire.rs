//! A link that counts what passes, both ways.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    task::JoinHandle,
};

/// Passes on what comes to one address to another.
pub struct CountingLink {
    /// From the one who connects, and back to it.
    bytes: Arc<[AtomicU64; 2]>,
    task: JoinHandle<()>,
}

impl CountingLink {
    pub async fn open(here: SocketAddr, there: SocketAddr) -> Self {
        let listener = TcpListener::bind(here).await.expect("a free address");
        let bytes = Arc::new([AtomicU64::new(0), AtomicU64::new(0)]);
        let counted = Arc::clone(&bytes);
        let task = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(there).await.expect("the node behind the link");
                let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                tokio::spawn(pass(near_in, far_out, Arc::clone(&counted), 0));
                tokio::spawn(pass(far_in, near_out, Arc::clone(&counted), 1));
            }
        });
        Self { bytes, task }
    }

    /// So far, there and back.
    pub fn bytes(&self) -> [u64; 2] {
        [0, 1].map(|way: usize| self.bytes[way].load(Ordering::Relaxed))
    }
}

impl Drop for CountingLink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, bytes: Arc<[AtomicU64; 2]>, way: usize) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        bytes[way].fetch_add(length as u64, Ordering::Relaxed);
        if to.write_all(&buffer[..length]).await.is_err() {
            break;
        }
    }
}
