//! Statements: what an agency says beside its log, signed by a signing key (`docs/protocol.md` 3.3, 3.5).
//!
//! Owns their encoding, limits and which of several counts. Knows nothing of how they travel.

mod body;
mod check;

pub use body::{Endpoints, Policy, SealingBody, StatementBody, Transport};
pub(crate) use check::{Counted, counted, current};
pub use check::{Current, StatementError};

use minicbor::{Decode, Encode};

use crate::{
    Common, Head,
    cbor::{self, CborError},
    label::Label,
};

/// Signature over, and hash of, a statement.
pub const STATEMENT: Label = Label::new("spean/statement");

/// How many statements a record may carry.
pub const MAX_STATEMENTS: usize = 32;
/// The longest statement, with its signature.
pub const MAX_STATEMENT_BYTES: usize = 16 * 1024;
/// Transport keys at a time: the one in use, its successor, one to spare.
pub const MAX_PINS: usize = 3;
/// Addresses in an endpoints statement.
pub const MAX_ADDRESSES: usize = 4;
/// The longest address.
pub const MAX_ADDRESS_BYTES: usize = 256;
/// The longest code (kind, service, category).
pub const MAX_CODE_BYTES: usize = 64;
/// Services in a policy statement.
pub const MAX_SERVICES: usize = 128;
/// Categories in a policy statement.
pub const MAX_CATEGORIES: usize = 64;
/// Suites in a policy statement.
pub const MAX_SUITES: usize = 16;
/// A sealing key lives at most this long, in seconds: 31 days; a new one each 7 days is the rule.
pub const MAX_SEALING_LIFE: u64 = 31 * crate::Timestamp::DAY;
/// How long past its end a sealing key is still used, in seconds: 30 days, for agencies that are seldom online.
pub const SEALING_GRACE: u64 = 30 * crate::Timestamp::DAY;
/// How long past its end the private half of a sealing key is kept, in seconds: 45 days, for what was under way. Then it
/// is destroyed.
pub const SEALING_KEPT: u64 = 45 * crate::Timestamp::DAY;

/// One statement: kind, serial, and the kind's own encoding.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Statement {
    /// Common fields; `key` is the signing key.
    #[n(0)]
    pub common: Common,
    /// The kind's name, as in [`StatementBody::kind`].
    #[n(1)]
    pub kind: String,
    /// Counts up within the kind; the highest wins.
    #[n(2)]
    pub serial: u64,
    /// The end of the log when this was said.
    #[n(3)]
    pub log_head: Head,
    /// The kind's content, itself deterministic CBOR.
    #[n(4)]
    #[cbor(with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

impl Statement {
    /// Reads the body by its kind.
    ///
    /// # Errors
    /// [`CborError`] if a known kind has another body than it should.
    pub fn parse_body(&self) -> Result<StatementBody, CborError> {
        Ok(match self.kind.as_str() {
            "transport" => StatementBody::Transport(cbor::decode(&self.body)?),
            "endpoints" => StatementBody::Endpoints(cbor::decode(&self.body)?),
            "policy" => StatementBody::Policy(cbor::decode(&self.body)?),
            "sealing" => StatementBody::Sealing(Box::new(cbor::decode(&self.body)?)),
            _ => StatementBody::Unknown(self.kind.clone()),
        })
    }
}
