//! The proof that an agency says two things: two log entries of equal rank that stand against each other, or two
//! statements of one kind and serial (`docs/protocol.md` 3.3).
//!
//! Whoever has the proof can check it, without a network and without trusting who made it. It does not say *who*
//! contradicts: the agency, or a thief of its key. Knows nothing of what is done about it.

mod find;
#[cfg(test)]
mod tests;

use minicbor::{Decode, Encode};

use crate::{
    AgencyId, Digest, KeyId, NetworkId, VerifiedAgency,
    armour::{Armour, ArmourError},
    cbor::{self, CborError},
    label::{self, Label},
    log::{Link, Peak, Relation, relation},
    record::{MAX_RECORD_BYTES, PublicRecord, RecordError},
};

/// The name of a contradiction.
const FORK: Label = Label::new("spean/fork");
const FORMAT: u64 = 1;
const BEGIN: &str = "-----BEGIN SPEAN FORK PROOF-----";
const END: &str = "-----END SPEAN FORK PROOF-----";
const TEXT: Armour = Armour { begin: BEGIN, end: END, label: Label::new("spean/fork-text") };

/// The longest proof that is read, in bytes: two records.
pub const MAX_PROOF_BYTES: usize = 2 * MAX_RECORD_BYTES + 64;
/// The longest proof that is read, in characters of its text.
pub const MAX_PROOF_CHARS: usize = 12 * 1024 * 1024;

/// What travels.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire {
    #[n(0)]
    format: u64,
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    a: Vec<u8>,
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    b: Vec<u8>,
}

/// Two records of one agency that are said to contradict each other. Nobody checked it yet.
///
/// Bytes: a CBOR map 0 `format` uint 1, 1 `a` record, 2 `b` record, each no longer than the contradiction needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkProof {
    a: PublicRecord,
    b: PublicRecord,
}

impl ForkProof {
    /// The form that travels.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(&Wire { format: FORMAT, a: self.a.to_bytes(), b: self.b.to_bytes() })
    }

    /// Takes apart the form that travels. Nothing is verified.
    ///
    /// # Errors
    /// [`ForkError`]: too large, of a newer format, or not two records.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ForkError> {
        if bytes.len() > MAX_PROOF_BYTES {
            return Err(ForkError::TooLarge(bytes.len()));
        }
        let Wire { format, a, b } = cbor::decode(bytes)?;
        if format != FORMAT {
            return Err(ForkError::NewerFormat(format));
        }
        Ok(Self { a: PublicRecord::from_bytes(&a)?, b: PublicRecord::from_bytes(&b)? })
    }

    /// The proof as text, to send or to print; it ends with a line break.
    #[must_use]
    pub fn to_text(&self) -> String {
        TEXT.wrap(&self.to_bytes())
    }

    /// Reads the first proof in `text`; what stands before and after it does not matter.
    ///
    /// # Errors
    /// [`ForkError`], which tells a bad copy from a bad proof.
    pub fn parse(text: &str) -> Result<Self, ForkError> {
        if text.len() > MAX_PROOF_CHARS {
            return Err(ForkError::TooLarge(text.len()));
        }
        Self::from_bytes(&TEXT.unwrap(text)?)
    }

    /// Checks the proof: both records verify, they contradict each other, and nothing stands in them that the
    /// contradiction does not need (so one contradiction has one proof, but for second signatures over the same bytes).
    ///
    /// # Errors
    /// [`ForkError`], which says why it proves nothing.
    pub fn verify(&self, network: NetworkId) -> Result<VerifiedFork, ForkError> {
        let (a, b) = (self.a.verify(network)?, self.b.verify(network)?);
        let fork = find::between(&a, &b)?;
        if fork.proof == *self { Ok(fork) } else { Err(ForkError::NotMinimal) }
    }
}

/// What contradicts what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// Two branches of the log.
    Entries {
        /// The first entry that differs.
        parted_at: u64,
        /// The entries that stand against each other; of equal rank.
        a: Peak,
        /// See `a`.
        b: Peak,
    },
    /// Two statements of one kind and serial.
    Statements {
        /// Their kind.
        kind: String,
        /// Their serial.
        serial: u64,
        /// Hash of each.
        hashes: [Digest; 2],
        /// The key that signed each.
        keys: [KeyId; 2],
    },
}

/// A contradiction that was proved. Made by [`ForkProof::verify`], [`VerifiedFork::between`] and
/// [`VerifiedFork::within`] only.
#[derive(Clone, Debug)]
pub struct VerifiedFork {
    agency: AgencyId,
    name: String,
    contradiction: Contradiction,
    proof: ForkProof,
    /// The two logs of the proof.
    chains: [Vec<Link>; 2],
}

impl VerifiedFork {
    /// The contradiction of these two records, if there is one.
    #[must_use]
    pub fn between(a: &VerifiedAgency, b: &VerifiedAgency) -> Option<Self> {
        find::between(a, b).ok()
    }

    /// The contradiction inside one record, which for that reason does not verify.
    #[must_use]
    pub fn within(record: &PublicRecord, network: NetworkId) -> Option<Self> {
        find::within(record, network)
    }

    /// Whose word stands against whose.
    #[must_use]
    pub const fn agency(&self) -> AgencyId {
        self.agency
    }

    /// The name that it gave itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What contradicts what.
    #[must_use]
    pub const fn contradiction(&self) -> &Contradiction {
        &self.contradiction
    }

    /// To keep and to hand on.
    #[must_use]
    pub const fn proof(&self) -> &ForkProof {
        &self.proof
    }

    /// Names the contradiction, whoever found it.
    #[must_use]
    pub fn id(&self) -> Digest {
        let [a, b] = match &self.contradiction {
            Contradiction::Entries { a, b, .. } => [a.hash, b.hash],
            Contradiction::Statements { hashes, .. } => *hashes,
        };
        label::hash(FORK, &[*self.agency.as_bytes(), a.0, b.0].concat())
    }

    /// Whether `now` settles it: a log that holds or supersedes both branches, or revoked a key of the two statements.
    /// Then it is history, to be kept but no reason to stand still.
    #[must_use]
    pub fn settled_by(&self, now: &VerifiedAgency) -> bool {
        let stand = |chain: &[Link]| match relation(now.keys().links(), chain) {
            Relation::Same | Relation::Longer => Stand::Holds,
            Relation::Parted { own, other, .. } if own.rank > other.rank => Stand::Supersedes,
            Relation::Parted { .. } | Relation::Shorter | Relation::Strangers => Stand::Open,
        };
        let [a, b] = [stand(&self.chains[0]), stand(&self.chains[1])];
        match &self.contradiction {
            Contradiction::Entries { .. } => a != Stand::Open && b != Stand::Open,
            Contradiction::Statements { keys, .. } => {
                let revoked = |key| now.keys().op_key(key).is_some_and(|op| op.revoked.is_some());
                let void = |stand, key| stand == Stand::Supersedes || stand == Stand::Holds && revoked(key);
                void(a, keys[0]) || void(b, keys[1])
            }
        }
    }
}

/// How a log stands to one side of a contradiction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    Holds,
    Supersedes,
    Open,
}

/// Why something proves no contradiction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForkError {
    /// No first line.
    #[error("this is no fork proof: one begins with `{BEGIN}`")]
    NotAProof,
    /// No last line, or no checksum before it.
    #[error("the fork proof was cut off: copy everything from `{BEGIN}` to `{END}`, with both lines")]
    CutOff,
    /// A character that can't be there.
    #[error("line {line} of the fork proof has a character that does not belong there: copy it again")]
    Character {
        /// Counted from 1, in the text as given.
        line: usize,
    },
    /// The checksum does not fit.
    #[error("the fork proof was changed on the way (its checksum does not fit): copy it again, or send it as a file")]
    Changed,
    /// Longer than [`MAX_PROOF_BYTES`] or [`MAX_PROOF_CHARS`].
    #[error("the fork proof is {0} bytes long, more than one can be")]
    TooLarge(usize),
    /// Other bytes.
    #[error("the fork proof can't be read: {0}")]
    Cbor(#[from] CborError),
    /// A newer format.
    #[error("the fork proof has format {0}, this program reads format {FORMAT}: it needs a newer version")]
    NewerFormat(u64),
    /// One of the records does not verify, so nobody said what stands there.
    #[error("one of the two records proves nothing: {0}")]
    Record(#[from] RecordError),
    /// The records are of two agencies.
    #[error("the two records are of different agencies")]
    OtherAgency,
    /// They agree; a second signature over the same bytes contradicts nothing.
    #[error("the two records do not contradict each other")]
    NoContradiction,
    /// The branch of higher rank counts, the other is void.
    #[error("it is no fork: an entry of higher rank supersedes the other branch")]
    Outranked,
    /// The same contradiction has a shorter proof, or its two sides the other way round.
    #[error("the fork proof holds more than the contradiction needs, or its two sides in the wrong order")]
    NotMinimal,
}

impl From<ArmourError> for ForkError {
    fn from(error: ArmourError) -> Self {
        match error {
            ArmourError::NotFound => Self::NotAProof,
            ArmourError::CutOff => Self::CutOff,
            ArmourError::Character(line) => Self::Character { line },
            ArmourError::Changed => Self::Changed,
        }
    }
}
