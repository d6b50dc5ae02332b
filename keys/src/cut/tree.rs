//! The tree of hashes over the leaves.

use minicbor::{Decode, Encode};

use super::{CutError, CutLeaf};
use crate::{
    Digest, Entropy,
    cbor::{self, CborError},
    label::{self, Label},
    random_bytes,
};

const LEAF: Label = Label::new("spean/cut/leaf");
/// Its own label: no inner node can be taken for a leaf.
const NODE: Label = Label::new("spean/cut/node");

/// Levels between a leaf and the root. The same in every cut, so that a path does not tell how many peers there are.
pub const DEPTH: usize = 12;
/// How many peers one cut can serve.
pub const MAX_PEERS: usize = 1 << DEPTH;

/// The way from a leaf to the root: a CBOR map 0 `index` uint, 1 `siblings` hashes from the leaf up.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CutPath {
    #[n(0)]
    index: u64,
    #[n(1)]
    siblings: Vec<Digest>,
}

impl CutPath {
    /// The form that travels.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads the form that travels, strictly.
    ///
    /// # Errors
    /// [`CutError::Cbor`], [`CutError::Path`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CutError> {
        let path: Self = cbor::decode(bytes).map_err(|why: CborError| CutError::Cbor(why))?;
        let fits = path.siblings.len() == DEPTH && path.index < MAX_PEERS as u64;
        if fits { Ok(path) } else { Err(CutError::Path) }
    }

    /// The root of the tree in which `leaf` lies at the end of this path.
    pub(super) fn root_of(&self, leaf: &[u8]) -> Digest {
        let mut index = self.index;
        self.siblings.iter().fold(label::hash(LEAF, leaf), |hash, sibling| {
            let right = index & 1 == 1;
            index >>= 1;
            if right { node(*sibling, hash) } else { node(hash, *sibling) }
        })
    }
}

fn node(left: Digest, right: Digest) -> Digest {
    label::hash(NODE, &[left.0, right.0].concat())
}

/// A cut as its maker has it: the root for the log, and for each peer what it gets.
#[derive(Clone, Debug)]
pub struct Cut {
    root: Digest,
    leaves: Vec<(CutLeaf, CutPath)>,
}

impl Cut {
    /// The cut of these leaves. What the peers don't fill is filled with random hashes, and the places are mixed.
    ///
    /// # Errors
    /// [`CutError::Peers`], [`CutError::List`].
    pub fn build(leaves: Vec<CutLeaf>, entropy: &mut dyn Entropy) -> Result<Self, CutError> {
        let peers: std::collections::BTreeSet<_> = leaves.iter().map(|leaf| leaf.peer).collect();
        if peers.len() != leaves.len() || leaves.len() > MAX_PEERS {
            return Err(CutError::Peers);
        }
        leaves.iter().try_for_each(CutLeaf::check)?;
        // Sorted by hash: salted, so the order says nothing.
        let own: Vec<Digest> = leaves.iter().map(|leaf| label::hash(LEAF, &leaf.to_bytes())).collect();
        let mut level = own.clone();
        level.extend((leaves.len()..MAX_PEERS).map(|_| Digest(random_bytes::<32>(entropy))));
        level.sort_unstable();
        let places: Vec<usize> = own.iter().map(|hash| level.binary_search(hash).unwrap_or_default()).collect();
        let mut paths = vec![Vec::with_capacity(DEPTH); leaves.len()];
        for height in 0..DEPTH {
            for (path, place) in paths.iter_mut().zip(&places) {
                path.push(level[(place >> height) ^ 1]);
            }
            level = level.chunks_exact(2).map(|pair| node(pair[0], pair[1])).collect();
        }
        let path = |(siblings, place): (Vec<Digest>, usize)| CutPath { index: place as u64, siblings };
        let paths = paths.into_iter().zip(places).map(path);
        Ok(Self { root: level[0], leaves: leaves.into_iter().zip(paths).collect() })
    }

    /// What the `revoke_key` entry names.
    #[must_use]
    pub const fn root(&self) -> Digest {
        self.root
    }

    /// Each peer's leaf, and its path.
    #[must_use]
    pub fn leaves(&self) -> &[(CutLeaf, CutPath)] {
        &self.leaves
    }
}
