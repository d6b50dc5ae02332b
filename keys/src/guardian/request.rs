//! What guardians are asked to sign: the one log entry that gives the agency a new main key.

use minicbor::{Decode, Encode};

use super::{CopyError, GuardianSignature};
use crate::{
    Digest, KeyId, NetworkId, SigningKey, Timestamp, VerifyingKey,
    armour::Armour,
    cbor,
    label::{self, Label},
    log::{Entry, EntryBody, LOG, Recover, Recovery},
    publish::{self, PublishError},
    record::{PublicRecord, RecordError, VerifiedAgency},
    signed::{Endorsement, Signed},
};

const TEXT: Armour = Armour {
    begin: "-----BEGIN SPEAN RECOVERY REQUEST-----",
    end: "-----END SPEAN RECOVERY REQUEST-----",
    label: Label::new("spean/recovery-request-text"),
};

/// The longest request that is read, in characters of its text.
pub const MAX_REQUEST_CHARS: usize = 6 * 1024 * 1024;

/// What travels.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    record: Vec<u8>,
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    entry: Vec<u8>,
}

/// A recovery that waits for signatures: the agency as it is, and the entry that would follow.
///
/// Bytes: a CBOR map 0 `record` public record, 1 `entry` the exact bytes that guardians sign. One guardian of the
/// list stands first in the entry, so that one recovery has one entry and not one for each order of its signatures,
/// which peers would take for a contradiction.
#[derive(Clone, Debug)]
pub struct RecoveryRequest {
    agency: VerifiedAgency,
    entry: Entry,
    body: Recover,
    payload: Vec<u8>,
}

impl RecoveryRequest {
    /// Asks for a new main key. The guardians stay the same, no signing key is revoked by it; guardian `first`, counted
    /// from 1, must be among those who sign.
    ///
    /// # Errors
    /// [`RequestError::NoGuardians`], [`RequestError::NoSuchGuardian`].
    pub fn new(
        agency: &VerifiedAgency,
        first: usize,
        now: Timestamp,
        new_root: VerifyingKey,
        next_root_hash: Digest,
    ) -> Result<Self, RequestError> {
        let recovery = agency.keys().recovery().clone();
        if recovery.guardians.is_empty() {
            return Err(RequestError::NoGuardians);
        }
        let of = recovery.guardians.len();
        let first = first.checked_sub(1).and_then(|at| recovery.guardians.get(at));
        let first = first.ok_or(RequestError::NoSuchGuardian { of })?.id();
        let body = Recover { new_root, next_root_hash, recovery, revoked: Vec::new() };
        let entry = publish::next_entry(agency, first, now, &EntryBody::Recover(body.clone()));
        Ok(Self { agency: agency.clone(), payload: cbor::encode(&entry), entry, body })
    }

    /// The request as text, to send or to carry on a stick; it ends with a line break. Nothing in it is secret.
    #[must_use]
    pub fn to_text(&self) -> String {
        TEXT.wrap(&self.to_bytes())
    }

    /// The form that the text carries.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(&Wire { record: self.agency.record().to_bytes(), entry: self.payload.clone() })
    }

    /// Reads the first request in `text`; what stands before and after it does not matter.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn parse(text: &str, network: NetworkId) -> Result<Self, RequestError> {
        if text.len() > MAX_REQUEST_CHARS {
            return Err(CopyError::TooLarge.into());
        }
        Self::from_bytes(&TEXT.unwrap(text).map_err(CopyError::from)?, network)
    }

    /// Takes it apart, and checks that it is a request: the agency's record verifies, and the entry is a recovery that
    /// follows its last and is led by one of its guardians.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn from_bytes(bytes: &[u8], network: NetworkId) -> Result<Self, RequestError> {
        let wire: Wire = cbor::decode(bytes).map_err(|_| CopyError::Content)?;
        let agency = PublicRecord::from_bytes(&wire.record)?.verify(network)?;
        let entry: Entry = cbor::decode(&wire.entry).map_err(|_| CopyError::Content)?;
        let Ok(EntryBody::Recover(body)) = entry.parse_body() else { return Err(RequestError::NoRecovery) };
        let due = publish::next_entry(&agency, entry.common.key, entry.common.ts, &EntryBody::Recover(body.clone()));
        let led = agency.keys().recovery().guardians.iter().any(|guardian| guardian.id() == entry.common.key);
        if due != entry || !led {
            return Err(RequestError::NoRecovery);
        }
        Ok(Self { agency, entry, body, payload: wire.entry })
    }

    /// The agency that asks, before the recovery.
    #[must_use]
    pub const fn agency(&self) -> &VerifiedAgency {
        &self.agency
    }

    /// What would hold afterwards.
    #[must_use]
    pub const fn body(&self) -> &Recover {
        &self.body
    }

    /// The place of the entry in the key log.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.entry.seq
    }

    /// The guardian, counted from 1, who must be among those who sign.
    #[must_use]
    pub fn first(&self) -> usize {
        self.number(self.entry.common.key).unwrap_or_default()
    }

    /// Which guardian this key is, counted from 1 in the order of the list.
    #[must_use]
    pub fn number(&self, key: KeyId) -> Option<usize> {
        let at = self.guardians().guardians.iter().position(|guardian| guardian.id() == key)?;
        at.checked_add(1)
    }

    fn guardians(&self) -> &Recovery {
        self.agency.keys().recovery()
    }

    /// A guardian's signature under it.
    ///
    /// # Errors
    /// [`RequestError::NotAGuardian`].
    pub fn sign(&self, guardian: &SigningKey) -> Result<GuardianSignature, RequestError> {
        let known = self.number(guardian.public().id()).is_some();
        if known { Ok(GuardianSignature::make(&self.payload, guardian)) } else { Err(RequestError::NotAGuardian) }
    }

    /// `agency`, whose own request this is, with the entry behind its last: the new main key is in force. A signature
    /// that was given twice counts once.
    ///
    /// # Errors
    /// [`RequestError`], which says which signature is not good, or how many are missing.
    pub fn finish(
        &self,
        agency: &VerifiedAgency,
        signatures: &[GuardianSignature],
    ) -> Result<VerifiedAgency, RequestError> {
        if agency.id() != self.agency.id() || agency.head() != self.agency.head() {
            return Err(RequestError::Overtaken);
        }
        let mut good: Vec<Endorsement> = Vec::new();
        for signature in signatures {
            let endorsement = self.checked(signature)?;
            if good.iter().all(|other| other.key != endorsement.key) {
                good.push(endorsement);
            }
        }
        let (have, need) = (good.len(), usize::try_from(self.guardians().m).unwrap_or(usize::MAX));
        if have < need {
            return Err(RequestError::TooFew { have, need });
        }
        let first = good.iter().position(|endorsement| endorsement.key == self.entry.common.key);
        good.swap(0, first.ok_or_else(|| RequestError::FirstMissing { number: self.first() })?);
        let entry = Signed::assemble(&self.payload, good).map_err(|_| CopyError::Content)?;
        Ok(publish::with_entry(agency, &entry)?)
    }

    fn checked(&self, signature: &GuardianSignature) -> Result<Endorsement, RequestError> {
        if signature.entry != label::hash(LOG, &self.payload) {
            return Err(RequestError::OtherRequest);
        }
        let endorsement = signature.endorsement;
        let guardian = self.guardians().guardians.iter().find(|guardian| guardian.id() == endorsement.key);
        let guardian = guardian.ok_or(RequestError::NotAGuardian)?;
        let good = guardian.verify(LOG, &self.payload, &endorsement.signature);
        good.map_err(|_| RequestError::BadSignature { number: self.number(endorsement.key).unwrap_or_default() })?;
        Ok(endorsement)
    }
}

/// Why a recovery is not asked for, not signed, or not finished.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// A bad copy.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The agency's record in it.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Founded without.
    #[error("the agency was founded without guardians")]
    NoGuardians,
    /// Counted wrong.
    #[error("the agency has guardians 1 to {of}")]
    NoSuchGuardian {
        /// How many.
        of: usize,
    },
    /// Anything else in its place.
    #[error("it asks for something else than the recovery of this agency")]
    NoRecovery,
    /// The key of a page that is not on the list.
    #[error("this page is not one of this agency's guardians")]
    NotAGuardian,
    /// The log has grown, or it is another agency's.
    #[error("the agency's keys were changed after it was asked for")]
    Overtaken,
    /// Of an earlier request, or another agency's.
    #[error("a signature belongs to another request")]
    OtherRequest,
    /// It does not fit.
    #[error("the signature of guardian {number} is not good")]
    BadSignature {
        /// Counted from 1.
        number: usize,
    },
    /// Not enough yet.
    #[error("{have} of the {need} guardians that are needed have signed")]
    TooFew {
        /// Different good ones.
        have: usize,
        /// As the founding says.
        need: usize,
    },
    /// The one who must be among them.
    #[error("guardian {number} must be among those who sign")]
    FirstMissing {
        /// Counted from 1.
        number: usize,
    },
    /// It would not verify.
    #[error(transparent)]
    Publish(#[from] PublishError),
}
