//! What the service keeps in the vault: one type per table.
//!
//! Bodies, texts, names and keys lie under a key that erasure destroys; headers, states, receipts and custody lie
//! under keys that outlive it and hold no personal data (`docs/protocol.md` 3.13).

use jiff::civil::Date;
use keys::{AgencyId, Head, Timestamp};
use protocol::{
    CaseId, ConsentId, ExchangeId,
    code::Purpose,
    consent::Consent,
    exchange::{End, Exchange},
    packet::PacketKind,
};
use serde::{Deserialize, Serialize};

use super::{
    decision::DecisionRow,
    draft::TypedRow,
    keys::{ChangeRow, CutRow, LeafRow, SeenRow},
    need::{AssignedRow, GlassRow, ReasonRow},
    people::{CredentialRow, ExportRow, PasskeyRow, PersonRow, RequestRow, TeamRow},
    tokens::{ProgramRow, RepeatRow, TokenRow},
};
use crate::vault::{Record, Table, parses};

/// Binds a row's type to its table and version.
macro_rules! record {
    ($name:ty, $table:literal) => {
        impl Record for $name {
            const TABLE: Table = Table::new($table);
            const VERSION: u8 = 1;
        }
    };
}

/// One child's record at this agency. Key: case id; owner: the case.
#[derive(Serialize, Deserialize)]
pub struct CaseRow {
    /// Grows with each change, from 1.
    pub version: u64,
    /// When it was added.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// `CaseRecord::to_bytes`.
    #[serde(with = "serde_bytes")]
    pub record: Vec<u8>,
}
record!(CaseRow, 1);

/// What the index in memory is built from: small, so that 100,000 of them are read at start. Owner: the case.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CaseIndexRow {
    /// Name in Khmer script, family name first.
    pub name_km: Option<String>,
    /// Name in Latin script, family name first.
    pub name_latin: Option<String>,
    /// Nicknames and other spellings.
    pub other_names: Vec<String>,
    /// Sex code.
    pub sex: String,
    /// Birth or estimated age, as a person would say it.
    pub age: String,
    /// Age band code, for the small-cell warning.
    pub age_band: String,
    /// Province code, for the small-cell warning.
    pub area: String,
    /// When it was added.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// Consents of this case.
    pub consents: Vec<ConsentId>,
}
record!(CaseIndexRow, 2);

/// A consent as recorded at home. Key: consent id; owner: the case.
#[derive(Serialize, Deserialize)]
pub struct ConsentRow {
    /// The case.
    pub case: CaseId,
    /// The consent.
    pub consent: Consent,
    /// When it was recorded.
    pub recorded: Timestamp,
    /// When it was withdrawn.
    pub withdrawn: Option<Timestamp>,
    /// What came of the last look at it, where two persons decided it.
    #[serde(default)]
    pub reviewed: Option<Reviewed>,
}
record!(ConsentRow, 3);

/// A decision was looked at again, and holds.
#[derive(Clone, Serialize, Deserialize)]
pub struct Reviewed {
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why it still holds.
    pub words: String,
}

/// When a consent that two persons decided must be looked at again. Key: consent id; owner: the case.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct ReviewRow {
    /// On this day.
    pub on: Date,
    /// Unless the consent ended by then.
    pub ends: Timestamp,
}
record!(ReviewRow, 52);

/// Trust in a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Its card was imported; who sent the card is not known.
    Introduced,
    /// A person compared the digits.
    Verified,
    /// Nothing but withdrawals, erasures and receipts passes.
    Suspended,
    /// The agency has closed.
    Retired,
}

impl Trust {
    /// The code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Introduced => "introduced",
            Self::Verified => "verified",
            Self::Suspended => "suspended",
            Self::Retired => "retired",
        }
    }
}

/// Another agency. Key: agency id; owner: the ledger.
#[derive(Clone, Serialize, Deserialize)]
pub struct PeerRow {
    /// `PublicRecord::to_bytes`, verified before it was stored.
    #[serde(with = "serde_bytes")]
    pub record: Vec<u8>,
    /// Trust state.
    pub trust: Trust,
    /// When the state began.
    pub since: Timestamp,
    /// Who brought it about.
    pub by: String,
    /// How the digits were compared, or `fork` if two contradicting key logs brought the suspension about.
    pub how: Option<String>,
    /// The end of its key log when the digits were compared.
    #[serde(default)]
    pub verified_head: Option<Head>,
}
record!(PeerRow, 4);

/// The state of an exchange. Key: exchange id; owner: its skeleton.
#[derive(Clone, Serialize, Deserialize)]
pub struct ExchangeRow {
    /// The machine with both chains.
    pub exchange: Exchange,
    /// The case, at the agency that made the offer.
    pub case: Option<CaseId>,
    /// The consent, at the agency that made the offer.
    pub consent: Option<ConsentId>,
    /// When the offer was made.
    pub offered: Timestamp,
    /// When it must be answered by.
    pub answer_by: Timestamp,
    /// When it lapses.
    pub lapses: Timestamp,
    /// When the state last changed.
    pub since: Timestamp,
    /// When the child is expected, after a progress that says so.
    pub expected: Option<Timestamp>,
    /// For what: also in every header.
    pub purpose: Purpose,
    /// The code of the end; it outlives the body that gave it.
    pub end_code: Option<String>,
    /// Codes of what needs a person's attention.
    pub alarms: Vec<String>,
    /// The release waits: why.
    pub release_blocked: Option<String>,
    /// The content key is marked for erasure, or gone: nothing more is stored under it.
    pub erasing: bool,
    /// What was shared here has been erased (recipient), or its receipt came (origin).
    pub erased: Option<Timestamp>,
    /// The parting key is marked for erasure, or gone.
    pub parted: bool,
}
record!(ExchangeRow, 5);

/// What lists show of an offer. Key: exchange id; owner: its content.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FactsRow {
    /// Service codes.
    pub services: Vec<String>,
    /// Urgency code.
    pub urgency: String,
    /// Sex code; empty for an offer of before 0.1.1.
    #[serde(default)]
    pub sex: String,
    /// Age band code.
    #[serde(default)]
    pub age_band: String,
    /// Language codes.
    #[serde(default)]
    pub languages: Vec<String>,
}
record!(FactsRow, 6);

/// A packet's signed header. Key: exchange id, side, incarnation, sequence; owner: the skeleton.
#[derive(Serialize, Deserialize)]
pub struct HeaderRow {
    /// The exact bytes that were signed.
    #[serde(with = "serde_bytes")]
    pub header: Vec<u8>,
    /// The signature.
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
}
record!(HeaderRow, 7);

/// A packet's body. Key: as [`HeaderRow`]; owner: content, or parting for this side's own ends.
#[derive(Serialize, Deserialize)]
pub struct BodyRow {
    /// The exact bytes.
    #[serde(with = "serde_bytes")]
    pub body: Vec<u8>,
    /// Opens the header's commitment to the body.
    pub k_commit: [u8; 32],
}
record!(BodyRow, 8);

/// A packet that waits for its acknowledgement. Key: exchange id, sequence; owner: content or parting.
#[derive(Serialize, Deserialize)]
pub struct OutboxRow {
    /// The exact inner bytes; sealed at each attempt.
    #[serde(with = "serde_bytes")]
    pub inner: Vec<u8>,
    /// Of which the sealing's random bytes are derived: an attempt is the envelope of the one before, so that its answer
    /// is found again.
    pub coins: [u8; 32],
}
record!(OutboxRow, 9);

/// Which packets wait, readable without any content key. Key: exchange id, sequence; owner: the ledger.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DueRow {
    /// To whom.
    pub peer: AgencyId,
    /// Whose key the inner bytes lie under.
    pub parting: bool,
    /// Kind code, for the delivery state.
    pub kind: String,
}
record!(DueRow, 10);

impl DueRow {
    /// Whether it ends the exchange so that the other side must erase, or says that this side did.
    pub(super) fn erases(&self) -> bool {
        PacketKind::ALL.into_iter().find(|kind| kind.code() == self.kind).and_then(End::of).is_some_and(End::erases)
    }
}

/// The release as it will be sent, made with the offer. Key: exchange id; owner: content.
#[derive(Serialize, Deserialize)]
pub struct DraftRow {
    /// `Release::to_bytes`.
    #[serde(with = "serde_bytes")]
    pub release: Vec<u8>,
    /// Categories asked for.
    pub requested: Vec<String>,
    /// Fields held back by who asked.
    #[serde(default)]
    pub held_back: Vec<String>,
}
record!(DraftRow, 11);

/// The private half of an exchange key. Key: key id; owner: parting.
#[derive(Serialize, Deserialize)]
pub struct SeedRow {
    /// The 32-byte X-Wing seed.
    pub seed: [u8; 32],
}
record!(SeedRow, 12);

/// The private half of a published sealing key. No key; owner: the sealing key, by its id.
#[derive(Serialize, Deserialize)]
pub struct SealingRow {
    /// The 32-byte X-Wing seed.
    pub seed: [u8; 32],
    /// End of its validity.
    pub not_after: Timestamp,
}
record!(SealingRow, 13);

/// The answer that was given to an envelope. Key: hash of the envelope; owner: the ledger (it is sealed itself).
#[derive(Serialize, Deserialize)]
pub struct AnswerRow {
    /// The exact bytes.
    #[serde(with = "serde_bytes")]
    pub answer: Vec<u8>,
    /// The exchange.
    pub exchange: ExchangeId,
    /// When it was given.
    pub at: Timestamp,
}
record!(AnswerRow, 14);

/// A disclosure in the custody ledger. Key: case id, exchange id; owner: the ledger.
#[derive(Clone, Serialize, Deserialize)]
pub struct CustodyRow {
    /// The entry.
    pub entry: protocol::custody::CustodyEntry,
}
record!(CustodyRow, 16);

/// What is left of a peer's day, in packets times seconds of a day. Key: agency id; owner: the ledger.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct BudgetRow {
    /// For offers and texts.
    pub work: u64,
    /// For ends and receipts.
    pub duty: u64,
    /// When that was so.
    pub at: Timestamp,
}
record!(BudgetRow, 41);

/// The signed receipt. Key: exchange id; owner: the ledger.
#[derive(Serialize, Deserialize)]
pub struct ReceiptRow {
    /// The exact bytes.
    #[serde(with = "serde_bytes")]
    pub receipt: Vec<u8>,
}
record!(ReceiptRow, 17);

/// A receipt that is owed: the content is marked for erasure. Key: exchange id; owner: the ledger.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OwedRow {
    /// Since when it is owed.
    pub since: Timestamp,
}
record!(OwedRow, 18);

/// Whether these are the decrypted bytes of a row of this table; for the fuzz targets.
pub(crate) fn is_row(table: u8, plain: &[u8]) -> bool {
    match table {
        1 => parses::<CaseRow>(plain),
        2 => parses::<CaseIndexRow>(plain),
        3 => parses::<ConsentRow>(plain),
        4 => parses::<PeerRow>(plain),
        5 => parses::<ExchangeRow>(plain),
        6 => parses::<FactsRow>(plain),
        7 => parses::<HeaderRow>(plain),
        8 => parses::<BodyRow>(plain),
        9 => parses::<OutboxRow>(plain),
        10 => parses::<DueRow>(plain),
        11 => parses::<DraftRow>(plain),
        12 => parses::<SeedRow>(plain),
        13 => parses::<SealingRow>(plain),
        14 => parses::<AnswerRow>(plain),
        16 => parses::<CustodyRow>(plain),
        17 => parses::<ReceiptRow>(plain),
        18 => parses::<OwedRow>(plain),
        44 => parses::<AssignedRow>(plain),
        45 => parses::<GlassRow>(plain),
        46 => parses::<ReasonRow>(plain),
        42 => parses::<PersonRow>(plain),
        43 => parses::<CredentialRow>(plain),
        47 => parses::<RequestRow>(plain),
        48 => parses::<TeamRow>(plain),
        49 => parses::<DecisionRow>(plain),
        50 => parses::<PasskeyRow>(plain),
        51 => parses::<ExportRow>(plain),
        52 => parses::<ReviewRow>(plain),
        53 => parses::<TypedRow>(plain),
        60 => parses::<TokenRow>(plain),
        61 => parses::<ProgramRow>(plain),
        62 => parses::<RepeatRow>(plain),
        70 => parses::<ChangeRow>(plain),
        71 => parses::<LeafRow>(plain),
        72 => parses::<CutRow>(plain),
        73 => parses::<SeenRow>(plain),
        _ => false,
    }
}
