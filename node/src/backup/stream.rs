//! A stream of chunks under one key, as `age` writes its payload (STREAM): each chunk has its number and whether it is
//! the last in its nonce, so that nothing can be cut off, swapped or added (`docs/protocol.md` 3.13).

use std::io::{self, BufRead, Write};

use keys::Secret;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use zeroize::{Zeroize as _, Zeroizing};

/// Plain bytes of a chunk; only the last may have fewer.
pub const CHUNK: usize = 64 << 10;
const TAG: usize = 16;

fn key_of(key: &Secret<32>) -> io::Result<LessSafeKey> {
    let key =
        UnboundKey::new(&CHACHA20_POLY1305, key.expose()).map_err(|_| io::Error::other("a key of wrong length"))?;
    Ok(LessSafeKey::new(key))
}

/// Eleven bytes of number, one that says whether it is the last.
fn nonce(number: u64, last: bool) -> Nonce {
    let mut bytes = [0; 12];
    if let Some(place) = bytes.get_mut(3..11) {
        place.copy_from_slice(&number.to_be_bytes());
    }
    if let Some(place) = bytes.last_mut() {
        *place = u8::from(last);
    }
    Nonce::assume_unique_for_key(bytes)
}

/// Encrypts what is written to it. The stream is whole only after [`Sealer::finish`].
pub struct Sealer<W> {
    to: W,
    key: LessSafeKey,
    number: u64,
    chunk: Zeroizing<Vec<u8>>,
}

impl<W: Write> Sealer<W> {
    /// `key` must never have been used for another stream.
    ///
    /// # Errors
    /// None of a key of this length.
    pub fn new(to: W, key: &Secret<32>) -> io::Result<Self> {
        let chunk = Zeroizing::new(Vec::with_capacity(CHUNK + TAG));
        Ok(Self { to, key: key_of(key)?, number: 0, chunk })
    }

    /// Adds these bytes.
    ///
    /// # Errors
    /// What writing says.
    pub fn add(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            // A full chunk is written only when more follows: else it is the last.
            if self.chunk.len() == CHUNK {
                self.seal(false)?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.chunk.len()));
            self.chunk.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// Writes the last chunk, and gives back what was written to.
    ///
    /// # Errors
    /// What writing says.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        Ok(self.to)
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let nonce = nonce(self.number, last);
        let tag = self.key.seal_in_place_separate_tag(nonce, Aad::empty(), &mut self.chunk);
        let tag = tag.map_err(|_| io::Error::other("a chunk could not be encrypted"))?;
        self.to.write_all(&self.chunk)?;
        self.to.write_all(tag.as_ref())?;
        self.number += 1;
        self.chunk.clear();
        Ok(())
    }
}

/// Decrypts a stream; holds one chunk at a time.
pub struct Opener<R> {
    from: R,
    key: LessSafeKey,
    number: u64,
    chunk: Zeroizing<Vec<u8>>,
    /// What of the chunk was given out.
    given: usize,
    ended: bool,
}

impl<R: BufRead> Opener<R> {
    /// For what [`Sealer`] wrote under the same key.
    ///
    /// # Errors
    /// None of a key of this length.
    pub fn new(from: R, key: &Secret<32>) -> io::Result<Self> {
        let chunk = Zeroizing::new(Vec::with_capacity(CHUNK + TAG));
        Ok(Self { from, key: key_of(key)?, number: 0, chunk, given: 0, ended: false })
    }

    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if something was changed, [`io::ErrorKind::UnexpectedEof`] if it ends before.
    pub fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let here = self.chunk.get(self.given..).unwrap_or_default();
            if here.is_empty() {
                self.next_chunk()?;
                continue;
            }
            let now = here.len().min(rest.len());
            rest.iter_mut().zip(here).for_each(|(to, from)| *to = *from);
            filled += now;
            self.given += now;
        }
        Ok(())
    }

    /// Whether all was given out, to the last chunk.
    ///
    /// # Errors
    /// As [`Opener::fill`].
    pub fn at_end(&mut self) -> io::Result<bool> {
        while self.given == self.chunk.len() && !self.ended {
            self.next_chunk()?;
        }
        Ok(self.given == self.chunk.len())
    }

    fn next_chunk(&mut self) -> io::Result<()> {
        if self.ended {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.chunk.zeroize();
        self.chunk.resize(CHUNK + TAG, 0);
        let mut read = 0;
        while let Some(rest) = self.chunk.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match self.from.read(rest)? {
                0 => break,
                some => read += some,
            }
        }
        self.chunk.truncate(read);
        let last = self.from.fill_buf()?.is_empty();
        let opened = self.key.open_in_place(nonce(self.number, last), Aad::empty(), &mut self.chunk);
        let length = opened.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?.len();
        self.chunk.truncate(length);
        self.number += 1;
        self.given = 0;
        self.ended = last;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Secret<32> {
        Secret::new(Box::new([7; 32]))
    }

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut sealer = Sealer::new(Vec::new(), &key()).unwrap();
        plain.chunks(1000).for_each(|part| sealer.add(part).unwrap());
        sealer.finish().unwrap()
    }

    fn opened(stream: &[u8], length: usize) -> io::Result<Vec<u8>> {
        let mut opener = Opener::new(stream, &key())?;
        let mut plain = vec![0; length];
        opener.fill(&mut plain)?;
        if opener.at_end()? { Ok(plain) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    #[test]
    fn streams_of_every_length_come_back() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5] {
            let plain: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
            assert_eq!(opened(&sealed(&plain), length).unwrap(), plain, "{length}");
        }
    }

    #[test]
    fn nothing_can_be_changed_cut_off_swapped_or_added() {
        let length = 2 * CHUNK + 100;
        let good = sealed(&vec![9; length]);
        let whole = CHUNK + TAG;
        let mut swapped = good.clone();
        swapped[..2 * whole].rotate_left(whole);
        let spoiled = [
            good[..whole].to_vec(),
            good[..2 * whole].to_vec(),
            good[..good.len() - 1].to_vec(),
            good[whole..].to_vec(),
            [good.clone(), vec![0]].concat(),
            [good.clone(), good.clone()].concat(),
            swapped,
        ];
        for bad in &spoiled {
            assert!(opened(bad, length).is_err());
        }
        for at in [0, whole - 1, whole, good.len() - 1] {
            let mut changed = good.clone();
            changed[at] ^= 1;
            assert!(opened(&changed, length).is_err());
        }
        assert!(opened(&good, length + 1).is_err());
    }
}
