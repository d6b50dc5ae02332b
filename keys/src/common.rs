//! What stands in every signed payload.

use minicbor::{Decode, Encode};

use crate::{AgencyId, Digest, KeyId, NetworkId, Timestamp};

/// Version of the protocol that this crate writes and reads.
pub const PROTOCOL_VERSION: u64 = 1;

/// The incarnation of an agency that was never restored from a backup.
pub const FIRST_INCARNATION: u64 = 1;

/// The common fields of every signed payload (`docs/protocol.md` 3.2): who says it, in which network, when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Common {
    /// Protocol version.
    #[n(0)]
    pub v: u64,
    /// The network; nothing signed for another one counts.
    #[n(1)]
    pub network: NetworkId,
    /// The agency that speaks.
    #[n(2)]
    pub agency: AgencyId,
    /// The key that signs.
    #[n(3)]
    pub key: KeyId,
    /// Which restore of the agency's node; from 1.
    #[n(4)]
    pub incarnation: u64,
    /// When, by the speaker's clock. Never evidence.
    #[n(5)]
    pub ts: Timestamp,
}

impl Common {
    /// Checks version, network and speaker.
    ///
    /// # Errors
    /// The first of them that is not as expected.
    pub fn check(&self, network: NetworkId, agency: AgencyId) -> Result<(), CommonError> {
        check_version(self.v)?;
        if self.network != network {
            return Err(CommonError::OtherNetwork);
        }
        if self.agency != agency {
            return Err(CommonError::OtherAgency(self.agency));
        }
        Ok(())
    }
}

/// Checks the version of a signed payload.
///
/// # Errors
/// [`CommonError::Version`] for any but [`PROTOCOL_VERSION`].
pub(crate) const fn check_version(v: u64) -> Result<(), CommonError> {
    if v == PROTOCOL_VERSION { Ok(()) } else { Err(CommonError::Version(v)) }
}

/// Why the common fields of a signed payload do not fit here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommonError {
    /// A version that this program does not read.
    #[error("made with protocol version {0}, this program reads version {PROTOCOL_VERSION}: it needs a newer version")]
    Version(u64),
    /// Made for another network.
    #[error("made for another network: both agencies must give the same `--network` at `spean init`")]
    OtherNetwork,
    /// Said by another agency.
    #[error("it speaks for another agency, {0}")]
    OtherAgency(AgencyId),
}

/// The end of a key log: how long it is, and the hash of its last entry (`docs/protocol.md` 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, serde::Serialize, serde::Deserialize)]
#[cbor(map)]
pub struct Head {
    /// Sequence number of the last entry; the genesis is 0.
    #[n(0)]
    pub seq: u64,
    /// `SHA-256(PAE("spean/log", last entry))`.
    #[n(1)]
    pub hash: Digest,
}
