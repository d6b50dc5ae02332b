//! Which network an agency belongs to.

use crate::{Digest, label};

/// Names a network: SHA-256 of `PAE("spean/net", name)` (`docs/protocol.md` 3.2).
///
/// It stands in every signed payload, so that nothing signed for a trial network counts in the real one.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, minicbor::Encode, minicbor::Decode, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct NetworkId(pub Digest);

impl NetworkId {
    /// The network called `name`; `spean` is the default.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        Self(label::hash(label::NETWORK, name.as_bytes()))
    }
}
