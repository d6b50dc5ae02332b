//! What an agency signs of its audit log for somebody outside (`docs/protocol.md` 3.14).
//!
//! The entries themselves are the node's; here stands only which of them a signature is about.

use keys::{Common, Head, KeyError, Signed, SigningKey, Timestamp, VerifiedAgency, cbor::CborError, label::Label};
use minicbor::{Decode, Encode};

/// Signature of an export.
pub const AUDIT_EXPORT: Label = Label::new("spean/audit/export");

/// A stretch of an audit log, without gaps: the signed payload `spean/audit/export`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AuditExport {
    /// Version, network, whose log, key, incarnation, time.
    #[n(0)]
    pub common: Common,
    /// The time that was asked for begins here,
    #[n(1)]
    pub since: Timestamp,
    /// and ends just before.
    #[n(2)]
    pub until: Timestamp,
    /// The entry before the first: its number, and its hash. Zeros if there is none.
    #[n(3)]
    pub before: Head,
    /// The last entry.
    #[n(4)]
    pub last: Head,
    /// The newest entry of the whole log when this was signed.
    #[n(5)]
    pub newest: Head,
}

/// Why a signed stretch of an audit log does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// Malformed.
    #[error("the signed head is malformed: {0}")]
    Content(CborError),
    /// Of another agency, network or version, or by several keys.
    #[error("the signed head speaks for another agency or network")]
    Other,
    /// Numbers that no log has.
    #[error("the signed head names a stretch that no log has")]
    Stretch,
    /// The signature does not count.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl AuditExport {
    /// Signs it, in the form that travels.
    #[must_use]
    pub fn sign(self, key: &SigningKey) -> Vec<u8> {
        Signed::sign(self, AUDIT_EXPORT, &[key]).to_bytes()
    }

    /// Parses and checks what `agency` is said to have signed.
    ///
    /// # Errors
    /// [`ExportError`].
    pub fn verify(bytes: &[u8], agency: &VerifiedAgency) -> Result<Self, ExportError> {
        let signed: Signed<Self> = Signed::from_bytes(bytes).map_err(ExportError::Content)?;
        let export = signed.claimed();
        let [endorsement] = signed.signatures() else { return Err(ExportError::Other) };
        if export.common.check(agency.network(), agency.id()).is_err() || endorsement.key != export.common.key {
            return Err(ExportError::Other);
        }
        agency.verify_by_op_key(endorsement.key, AUDIT_EXPORT, signed.payload(), &endorsement.signature)?;
        // At least one entry, and none after the newest.
        if export.before.seq >= export.last.seq || export.last.seq > export.newest.seq {
            return Err(ExportError::Stretch);
        }
        Ok(export.clone())
    }
}
