//! What the QR code carries: not the whole record, but all that is needed to fetch and to check it.

use std::{fmt, str::FromStr};

use data_encoding::BASE32_NOPAD;
use minicbor::{Decode, Encode};

use crate::{AgencyId, Digest, Head, cbor, record::VerifiedAgency};

const PREFIX: &str = "SPN1:";
const FORMAT: u64 = 1;
/// The longest payload that is read, in characters; also what a QR code of a printed page holds with ease.
pub const MAX_QR_CHARS: usize = 1_024;

/// The content of an agency's QR code: `SPN1:` and base32 of CBOR, all of it in QR's alphanumeric alphabet.
///
/// It carries the full id, so scanning it from the other agency's own screen or paper verifies the agency.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct QrPayload {
    #[n(0)]
    format: u64,
    #[n(1)]
    agency: AgencyId,
    #[n(2)]
    head: Head,
    #[n(3)]
    spki_sha256: Option<Digest>,
    #[n(4)]
    address: Option<String>,
}

impl QrPayload {
    /// The payload of this agency.
    #[must_use]
    pub fn of(agency: &VerifiedAgency) -> Self {
        Self {
            format: FORMAT,
            agency: agency.id(),
            head: agency.head(),
            spki_sha256: agency.transport_pins().first().copied(),
            address: agency.addresses().first().cloned(),
        }
    }

    /// The agency.
    #[must_use]
    pub const fn agency(&self) -> AgencyId {
        self.agency
    }

    /// The end of its log when the code was made.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }

    /// Where to fetch its record.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// The transport key that will answer there.
    #[must_use]
    pub const fn transport_pin(&self) -> Option<Digest> {
        self.spki_sha256
    }

    /// Whether `agency` is the one of this code, and its log contains the code's head.
    #[must_use]
    pub fn matches(&self, agency: &VerifiedAgency) -> bool {
        let same = Digest(*self.agency.as_bytes()).same_as(&Digest(*agency.id().as_bytes()));
        same && agency.keys().hash_at(self.head.seq) == Some(self.head.hash)
    }
}

impl fmt::Display for QrPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", BASE32_NOPAD.encode(&cbor::encode(self)))
    }
}

/// Why a text is no agency's QR payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// Another code.
    #[error("this code is not an agency's: it must begin with `{PREFIX}`")]
    OtherCode,
    /// Ours, but not whole.
    #[error("the code can't be read: scan it again")]
    Unreadable,
    /// A newer format.
    #[error("the code has format {0}, this program reads format {FORMAT}: it needs a newer version")]
    NewerFormat(u64),
}

impl FromStr for QrPayload {
    type Err = QrError;

    fn from_str(text: &str) -> Result<Self, QrError> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(QrError::OtherCode)?;
        if encoded.len() > MAX_QR_CHARS {
            return Err(QrError::Unreadable);
        }
        let bytes = BASE32_NOPAD.decode(encoded.as_bytes()).map_err(|_| QrError::Unreadable)?;
        let payload: Self = cbor::decode(&bytes).map_err(|_| QrError::Unreadable)?;
        if payload.format == FORMAT { Ok(payload) } else { Err(QrError::NewerFormat(payload.format)) }
    }
}
