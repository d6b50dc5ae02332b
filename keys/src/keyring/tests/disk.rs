//! A disk in memory whose power can be cut.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use super::super::{ErasureMethod, layout::FILE_BYTES, pages::Pages};

/// What a write leaves when the power goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tear {
    /// Nothing of it reached the disk.
    Lost,
    /// Its first part did.
    Half,
    /// All of it, but nobody heard.
    Unheard,
}

#[derive(Default)]
struct State {
    bytes: Vec<u8>,
    /// Writes until the power goes, and what the last one leaves.
    cut: Option<(usize, Tear)>,
}

/// Clones share the platter.
#[derive(Clone, Default)]
pub(super) struct Disk(Arc<Mutex<State>>);

impl Disk {
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(State { bytes, cut: None })))
    }

    /// As after preallocation.
    pub(super) fn blank() -> Self {
        Self::of(vec![0; FILE_BYTES])
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.with(|state| state.bytes.clone())
    }

    /// Another disk with the same content.
    pub(super) fn copy(&self) -> Self {
        Self::of(self.bytes())
    }

    pub(super) fn flip(&self, offset: u64) {
        let at = usize::try_from(offset).expect("fits");
        self.with(|state| state.bytes[at] ^= 1);
    }

    /// After `writes` good ones, the next is torn and none follows.
    pub(super) fn cut_after(&self, writes: usize, tear: Tear) {
        self.with(|state| state.cut = Some((writes, tear)));
    }

    pub(super) fn power_on(&self) {
        self.with(|state| state.cut = None);
    }

    pub(super) fn contains(&self, needle: &[u8]) -> bool {
        self.with(|state| state.bytes.windows(needle.len()).any(|window| window == needle))
    }
}

impl Pages for Disk {
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let at = usize::try_from(offset).expect("fits");
        self.with(|state| {
            let found = state.bytes.get(at..at + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
            out.copy_from_slice(found);
            Ok(())
        })
    }

    fn write_synced(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let at = usize::try_from(offset).expect("fits");
        self.with(|state| {
            let (length, answer) = match &mut state.cut {
                None => (bytes.len(), Ok(())),
                Some((0, tear)) => {
                    let length = match tear {
                        Tear::Lost => 0,
                        Tear::Half => bytes.len() / 2,
                        Tear::Unheard => bytes.len(),
                    };
                    *tear = Tear::Lost;
                    (length, Err(io::Error::other("no power")))
                }
                Some((left, _)) => {
                    *left -= 1;
                    (bytes.len(), Ok(()))
                }
            };
            state.bytes[at..at + length].copy_from_slice(&bytes[..length]);
            answer
        })
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.with(|state| state.bytes.len()) as u64)
    }

    fn method(&self) -> ErasureMethod {
        ErasureMethod::InPlace
    }
}
