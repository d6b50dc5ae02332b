//! The cut of a revoked signing key: which of the packets that it signed still stand (`docs/protocol.md` 3.3).
//!
//! A tree of hashes over one leaf for each peer. The log names its root; each peer gets its own leaf and the path to
//! the root, and learns nothing of the others, not even how many there are. Knows nothing of packets but their place.

mod leaf;
#[cfg(test)]
mod tests;
mod tree;

pub use leaf::{CutLeaf, LastPacket, Link, MAX_PACKETS, MAX_RECEIPTS, PeerCut, Place};
pub use tree::{Cut, CutPath, DEPTH, MAX_PEERS};

use crate::{AgencyId, Digest, cbor::CborError};

/// The longest leaf that is read, in bytes.
pub const MAX_LEAF_BYTES: usize = 1024 * 1024;

/// What stands for `me` of the packets by a key that was revoked with the cut `root`.
///
/// # Errors
/// [`CutError`] if the leaf is another's, is not as it must be, or does not lie under `root`.
pub fn verify(root: Digest, me: AgencyId, leaf: &[u8], path: &CutPath) -> Result<PeerCut, CutError> {
    if leaf.len() > MAX_LEAF_BYTES {
        return Err(CutError::TooLarge(leaf.len()));
    }
    if !path.root_of(leaf).same_as(&root) {
        return Err(CutError::OtherRoot);
    }
    let leaf = CutLeaf::from_bytes(leaf)?;
    if leaf.peer != me {
        return Err(CutError::OtherPeer(leaf.peer));
    }
    Ok(PeerCut::new(leaf))
}

/// Why a cut can't be made, or a leaf does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CutError {
    /// Not the expected encoding.
    #[error("the cut can't be read: {0}")]
    Cbor(#[from] CborError),
    /// Longer than [`MAX_LEAF_BYTES`].
    #[error("the leaf of the cut is {0} bytes long, more than {MAX_LEAF_BYTES}")]
    TooLarge(usize),
    /// Packets or receipts out of order, twice, too many, or not whole.
    #[error("the leaf of the cut does not list each exchange and receipt once, in order, and no more than it may")]
    List,
    /// More than [`MAX_PEERS`], or one twice.
    #[error("a cut has one leaf for each peer, at most {MAX_PEERS}")]
    Peers,
    /// Not [`DEPTH`] hashes, or a place that is not in the tree.
    #[error("the path does not lead through a cut's tree")]
    Path,
    /// The leaf does not lie under the root that the log names.
    #[error("the leaf does not belong to the cut that the key log names")]
    OtherRoot,
    /// The leaf is another peer's.
    #[error("the leaf of the cut is for {0}")]
    OtherPeer(AgencyId),
}
