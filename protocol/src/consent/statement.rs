//! Consent on the wire: the origin agency's signed assertion that it holds one (`docs/protocol.md` 3.9).
//!
//! One per exchange, naming this recipient only, under a fresh random id and fresh keys, so that one consent does
//! not link a child across exchanges.

use std::collections::BTreeSet;

use keys::{
    AgencyId, Common, CommonError, Digest, Entropy, KeyError, NetworkId, Secret, Signed, SigningKey, Timestamp,
    VerifiedAgency, cbor::CborError, label, label::Label, random_bytes,
};
use minicbor::{Decode, Encode, bytes::ByteArray};

use super::{Consent, NamedField};
use crate::{
    category::Category,
    code::{Assent, ConsentBasis, Onward, Purpose},
};

/// How far two agencies' clocks may differ before a consent's time counts against a release, in seconds.
const CLOCK_GRACE: u64 = 24 * 3_600;

/// Label of the statement's signature and of `consent_ref`.
pub const CONSENT: Label = Label::new("spean/consent");
/// Label of the commitment to the whole consent at home.
const FULL: Label = Label::new("spean/consent-full");
/// Label of the commitment to its evidence.
const EVIDENCE: Label = Label::new("spean/consent-evidence");

/// The bytes that are signed.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Payload {
    #[n(0)]
    common: Common,
    #[n(1)]
    id: ByteArray<16>,
    #[n(2)]
    exchange: Digest,
    #[n(3)]
    recipient: AgencyId,
    #[n(4)]
    categories: Vec<String>,
    #[n(5)]
    fields: Vec<String>,
    #[n(6)]
    purposes: Vec<String>,
    #[n(7)]
    basis: String,
    #[n(8)]
    assent: Option<String>,
    #[n(9)]
    onward: String,
    #[n(10)]
    not_before: Timestamp,
    #[n(11)]
    not_after: Timestamp,
    #[n(12)]
    full: Digest,
    #[n(13)]
    evidence: Option<Digest>,
}

/// A statement as it travels: exact bytes and signature, nothing checked yet.
#[derive(Clone)]
pub struct SignedConsent(Signed<Payload>);

/// What opens the statement's two commitments; stays at home.
pub struct Openings {
    /// Key of `full`, over the whole consent.
    pub full: Secret<32>,
    /// Key of `evidence`, over the evidence's hash.
    pub evidence: Secret<32>,
}

/// For what a statement is made.
#[derive(Clone, Copy)]
pub struct StatementRequest {
    /// The origin's common fields, now.
    pub common: Common,
    /// The exchange's id.
    pub exchange: Digest,
    /// The only recipient that it names.
    pub recipient: AgencyId,
}

/// A verified statement: by this agency, for this exchange and this recipient, and it holds now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentStatement {
    categories: BTreeSet<Category>,
    fields: BTreeSet<NamedField>,
    purposes: BTreeSet<Purpose>,
    basis: ConsentBasis,
    assent: Option<Assent>,
    onward: Onward,
    not_before: Timestamp,
    not_after: Timestamp,
}

/// Why a consent statement does not count.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// Not the format.
    #[error("the consent statement can't be read: {0}")]
    Form(#[from] CborError),
    /// A code that this version does not know, or a list that is not sorted.
    #[error("the consent statement's {0} is unknown to this version, or not in order")]
    Code(&'static str),
    /// Version, network or agency.
    #[error("the consent statement is not by the sender: {0}")]
    Common(#[from] CommonError),
    /// Signature or key.
    #[error("the consent statement's signature does not count: {0}")]
    Key(#[from] KeyError),
    /// Not exactly one signature, or by another key than the statement says.
    #[error("the consent statement must have one signature, by the key that it names")]
    Signatures,
    /// For another exchange or recipient.
    #[error("the consent statement is for another exchange or another agency")]
    Elsewhere,
    /// Onward referral comes in a later version.
    #[error("the consent statement allows onward referral, which this version does not know")]
    Onward,
    /// Too early or too late.
    #[error("the consent statement does not hold at this time")]
    Time,
}

impl ConsentStatement {
    /// Signs what `request`'s recipient is told of `consent`; the keys of both commitments stay at home.
    ///
    /// # Errors
    /// [`CborError`]: none in practice.
    pub fn build(
        consent: &Consent,
        request: StatementRequest,
        key: &SigningKey,
        entropy: &mut dyn Entropy,
    ) -> Result<(SignedConsent, Openings), CborError> {
        let openings = Openings { full: Secret::random(entropy), evidence: Secret::random(entropy) };
        let evidence = consent.evidence().map(|hash| label::mac(openings.evidence.expose(), EVIDENCE, hash.as_bytes()));
        let payload = Payload {
            common: Common { key: key.public().id(), ..request.common },
            id: ByteArray::from(random_bytes::<16>(entropy)),
            exchange: request.exchange,
            recipient: request.recipient,
            categories: texts(consent.categories()),
            fields: texts(consent.named_fields()),
            purposes: texts(consent.purposes()),
            basis: consent.basis().to_string(),
            assent: consent.assent().map(|assent| assent.to_string()),
            // Narrower than the consent may be: no version yet lets a recipient refer on.
            onward: Onward::No.to_string(),
            not_before: consent.begins(),
            not_after: consent.ends(),
            full: label::mac(openings.full.expose(), FULL, &consent.to_bytes()?),
            evidence,
        };
        Ok((SignedConsent(Signed::sign(payload, CONSENT, &[key])), openings))
    }

    /// The categories that are granted.
    #[must_use]
    pub const fn categories(&self) -> &BTreeSet<Category> {
        &self.categories
    }

    /// The § fields that are granted.
    #[must_use]
    pub const fn named_fields(&self) -> &BTreeSet<NamedField> {
        &self.fields
    }

    /// The purposes that are granted.
    #[must_use]
    pub const fn purposes(&self) -> &BTreeSet<Purpose> {
        &self.purposes
    }

    /// The basis.
    #[must_use]
    pub const fn basis(&self) -> ConsentBasis {
        self.basis
    }

    /// What the child said.
    #[must_use]
    pub const fn assent(&self) -> Option<Assent> {
        self.assent
    }

    /// Whether the recipient may refer on.
    #[must_use]
    pub const fn onward(&self) -> Onward {
        self.onward
    }

    /// From when it holds.
    #[must_use]
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// Until when it holds.
    #[must_use]
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }
}

impl SignedConsent {
    /// Parses what travelled. Nothing is verified.
    ///
    /// # Errors
    /// [`StatementError::Form`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatementError> {
        Ok(Self(Signed::from_bytes(bytes)?))
    }

    /// The form that travels.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes()
    }

    /// The statement, if `origin` signed it for this exchange and `me`, and it holds at `now`.
    ///
    /// # Errors
    /// [`StatementError`]: the first check that failed.
    pub fn verify(
        &self,
        origin: &VerifiedAgency,
        network: NetworkId,
        exchange: Digest,
        me: AgencyId,
        now: Timestamp,
    ) -> Result<ConsentStatement, StatementError> {
        let [endorsement] = self.0.signatures() else { return Err(StatementError::Signatures) };
        let claimed = self.0.claimed();
        if endorsement.key != claimed.common.key {
            return Err(StatementError::Signatures);
        }
        claimed.common.check(network, origin.id())?;
        origin.verify_by_op_key(endorsement.key, CONSENT, self.0.payload(), &endorsement.signature)?;
        if claimed.exchange != exchange || claimed.recipient != me {
            return Err(StatementError::Elsewhere);
        }
        let statement = typed(claimed)?;
        if statement.onward != Onward::No {
            return Err(StatementError::Onward);
        }
        // The origin judged by its own clock when it sent; ours may be wrong by a day, and a release is refused for good.
        if now.plus(CLOCK_GRACE) < statement.not_before || now > statement.not_after.plus(CLOCK_GRACE) {
            return Err(StatementError::Time);
        }
        Ok(statement)
    }
}

/// Codes in the order of their enum.
fn texts<T: ToString>(codes: &BTreeSet<T>) -> Vec<String> {
    codes.iter().map(ToString::to_string).collect()
}

/// Codes that are all known, each once, in the order of their enum.
fn set<T>(codes: &[String], what: &'static str) -> Result<BTreeSet<T>, StatementError>
where
    T: std::str::FromStr + Ord + ToString,
{
    let parsed: Option<BTreeSet<T>> = codes.iter().map(|code| code.parse().ok()).collect();
    parsed.filter(|set| texts(set) == codes).ok_or(StatementError::Code(what))
}

fn typed(payload: &Payload) -> Result<ConsentStatement, StatementError> {
    let assent = payload.assent.as_ref().map(|code| code.parse()).transpose();
    Ok(ConsentStatement {
        categories: set(&payload.categories, "list of categories")?,
        fields: set(&payload.fields, "list of § fields")?,
        purposes: set(&payload.purposes, "list of purposes")?,
        basis: payload.basis.parse().map_err(|_| StatementError::Code("basis"))?,
        assent: assent.map_err(|_| StatementError::Code("assent"))?,
        onward: payload.onward.parse().map_err(|_| StatementError::Code("onward rule"))?,
        not_before: payload.not_before,
        not_after: payload.not_after,
    })
}

#[cfg(test)]
mod tests {
    use keys::{FIRST_INCARNATION, PROTOCOL_VERSION, Policy, founding};
    use serde_json::json;

    use super::*;
    use crate::{code::Explained, fixture, record::CaseRecord};

    const NOW: Timestamp = Timestamp(1_780_290_000); // 2026-06-01

    /// Bytes that are different each time.
    struct Counter(u8);

    impl Entropy for Counter {
        fn fill(&mut self, destination: &mut [u8]) {
            for byte in destination {
                *byte = self.0;
                self.0 = self.0.wrapping_mul(5).wrapping_add(3);
            }
        }
    }

    fn consent() -> Consent {
        let record = CaseRecord::from_json(&fixture::case_json("f04").unwrap()).unwrap();
        let json = json!({
            "to": ["any:health"], "categories": ["identity", "health"], "fields": ["health.hiv"],
            "purposes": ["health_treatment"], "given_by": "caregiver", "assent": "given", "form": "written",
            "language": "km", "explained": Explained::ALL,
        });
        Consent::from_json(&json, &record, jiff::civil::date(2026, 6, 1)).unwrap()
    }

    #[test]
    fn a_statement_counts_for_its_exchange_recipient_and_time_only() {
        let network = NetworkId::from_name("test");
        let request = founding::FoundingRequest {
            network,
            name: "CMO".into(),
            country: "KH".into(),
            recovery: keys::log::Recovery::default(),
            policy: Policy {
                suites: vec![1],
                min_version: 1,
                kind: "reception".into(),
                services: Vec::new(),
                categories: Vec::new(),
                max_packet: 1 << 20,
            },
            transport_pins: vec![Digest([1; 32])],
            addresses: Vec::new(),
        };
        let mut entropy = Counter(1);
        let founding = founding::found(request, NOW, &mut entropy).unwrap();
        let origin = founding.record.verify(network).unwrap();
        let key = SigningKey::from_seed(founding.op_seed).unwrap();
        let common = Common {
            v: PROTOCOL_VERSION,
            network,
            agency: origin.id(),
            key: key.public().id(),
            incarnation: FIRST_INCARNATION,
            ts: NOW,
        };
        let (exchange, me) = (Digest([9; 32]), AgencyId::new(Digest([8; 32])));
        let request = StatementRequest { common, exchange, recipient: me };
        let consent = consent();
        let (signed, _) = ConsentStatement::build(&consent, request, &key, &mut entropy).unwrap();
        let signed = SignedConsent::from_bytes(&signed.to_bytes()).unwrap();
        let verify = |exchange, me, now| signed.verify(&origin, network, exchange, me, now);

        let statement = verify(exchange, me, NOW).unwrap();
        assert_eq!(statement.categories(), consent.categories());
        assert_eq!(statement.named_fields(), consent.named_fields());
        assert!(matches!(verify(Digest([7; 32]), me, NOW), Err(StatementError::Elsewhere)));
        assert!(matches!(verify(exchange, origin.id(), NOW), Err(StatementError::Elsewhere)));
        assert!(matches!(verify(exchange, me, consent.ends().plus(CLOCK_GRACE + 1)), Err(StatementError::Time)));

        let (other, _) = ConsentStatement::build(&consent, request, &key, &mut entropy).unwrap();
        assert_ne!(other.0.claimed().full, signed.0.claimed().full, "one consent links no two exchanges");
    }
}
