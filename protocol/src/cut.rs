//! What a peer is given of the cut of a revoked signing key: its leaf, the path to the root, and the headers between the
//! last good packets and what it may not have got yet (`docs/protocol.md` 3.3).
//!
//! The headers need no signature: the leaf names the last packet's hash, and each header the hash before it.

use keys::{
    cbor::{self, CborError},
    cut::{CutError, CutPath, Link, MAX_LEAF_BYTES},
    label,
};
use minicbor::{Decode, Encode, bytes::ByteVec};

use crate::packet::{Header, PACKET};

/// The longest answer that is read, in bytes.
pub const MAX_CUT_BYTES: usize = 2 * MAX_LEAF_BYTES;
/// How many headers it may have.
pub const MAX_CUT_HEADERS: usize = 512;

/// The answer to who asks for its part of a cut.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CutAnswer {
    /// The leaf, as `keys::cut::CutLeaf` writes it.
    #[n(0)]
    pub leaf: ByteVec,
    /// The path, as `keys::cut::CutPath` writes it.
    #[n(1)]
    pub path: ByteVec,
    /// The headers, in any order.
    #[n(2)]
    pub headers: Vec<ByteVec>,
}

impl CutAnswer {
    /// Puts it together; of more headers than fit, the first.
    #[must_use]
    pub fn new(leaf: Vec<u8>, path: Vec<u8>, headers: Vec<Vec<u8>>) -> Self {
        let headers = headers.into_iter().take(MAX_CUT_HEADERS).map(ByteVec::from).collect();
        Self { leaf: leaf.into(), path: path.into(), headers }
    }

    /// The form that travels.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads the form that travels, strictly.
    ///
    /// # Errors
    /// [`CutError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CutError> {
        if bytes.len() > MAX_CUT_BYTES {
            return Err(CutError::TooLarge(bytes.len()));
        }
        let answer: Self = cbor::decode(bytes).map_err(|why: CborError| CutError::Cbor(why))?;
        if answer.headers.len() > MAX_CUT_HEADERS { Err(CutError::List) } else { Ok(answer) }
    }

    /// The path, parsed.
    ///
    /// # Errors
    /// [`CutError`].
    pub fn parse_path(&self) -> Result<CutPath, CutError> {
        CutPath::from_bytes(&self.path)
    }

    /// Each header's hash, and that of the packet before it. What is no header is left out: nothing leads over it.
    #[must_use]
    pub fn links(&self) -> Vec<Link> {
        self.headers.iter().filter_map(|bytes| link(bytes)).collect()
    }
}

/// The hash of a packet by its header's bytes, and that of the one before it.
#[must_use]
pub fn link(header: &[u8]) -> Option<Link> {
    let parsed: Header = cbor::decode(header).ok()?;
    Some(Link { hash: label::hash(PACKET, header), prev: parsed.prev })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_read_as_it_was_written_and_no_longer() {
        let answer = CutAnswer::new(vec![1, 2], vec![3], vec![vec![4]; MAX_CUT_HEADERS + 1]);
        assert_eq!(answer.headers.len(), MAX_CUT_HEADERS);
        assert_eq!(CutAnswer::from_bytes(&answer.to_bytes()), Ok(answer.clone()));
        assert!(answer.links().is_empty());
        let mut longer = answer;
        longer.headers.push(vec![4].into());
        assert_eq!(CutAnswer::from_bytes(&longer.to_bytes()), Err(CutError::List));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = CutAnswer::from_bytes(&bytes).map(|answer| answer.links());
        }
    }
}
