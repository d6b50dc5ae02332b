//! This agency, its peers, the state of the node.

use std::fmt;

use keys::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The introduction card of this agency.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CardView {
    /// The armoured text that another agency imports.
    pub text: String,
    /// The short form for a QR code.
    pub qr: String,
}

/// The digits that two agencies compare by telephone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FingerprintView {
    /// The agency's id.
    pub agency: String,
    /// The agency's name.
    pub name: String,
    /// Ten groups of four digits and two check digits.
    pub digits: String,
}

/// Imports a card.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddPeer {
    /// The card's text.
    pub card: String,
}

/// The digits read out by the other agency.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyPeer {
    /// Spaces and dashes do not matter.
    pub fingerprint: String,
    /// How the digits came: `telephone`, `in_person`, `scan`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
}

/// Another agency as this node knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PeerView {
    /// The agency's id.
    pub id: String,
    /// Its name, by its own word.
    pub name: String,
    /// Its kind (`shelter`, `health` …), by its own word until verified.
    pub kind: String,
    /// `introduced`, `verified`, `suspended` or `retired`.
    pub trust: String,
    /// When this state began.
    pub since: Timestamp,
    /// Who brought it about.
    pub by: String,
    /// Why it is suspended, as a code, where that was said; `fork`: it showed two histories of its keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Where its node listens.
    pub addresses: Vec<String>,
    /// Services it offers.
    pub services: Vec<String>,
    /// Its fingerprint digits.
    pub fingerprint: String,
    /// Last entry number of its key log.
    pub log_seq: u64,
    /// Another known agency, or this one, goes by the same name: look twice which is meant.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub same_name: bool,
}

/// All peers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PeerList {
    /// By name.
    pub peers: Vec<PeerView>,
}

/// One piece of evidence that an agency said two things, or that its root took back a part of its key log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EvidenceView {
    /// `entries`: its key log goes on in two ways; `statements`: it signed two statements under one number; `void`: a
    /// branch that its root replaced.
    pub kind: String,
    /// From which entry on, or under which number.
    pub place: u64,
    /// Kind of the two statements: `endpoints`, `transport`, `policy`, `sealing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// How many entries are void; else 2.
    pub count: usize,
    /// When it was heard last.
    pub heard: Timestamp,
    /// The agency's key log settles it: history.
    pub settled: bool,
    /// The fork proof as text, which anybody can check; none for a void branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
}

/// What came of fetching a peer's record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RefreshView {
    /// `up_to_date`; `older`: its node shows less than is known; `contradicts`: it was suspended; `void`: it shows what
    /// its root replaced; `unusable`; `no_answer`.
    pub outcome: String,
    /// The peer, as it is known now.
    pub peer: PeerView,
}

/// What is kept of one agency that said two things.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EvidenceList {
    /// The agency's id.
    pub id: String,
    /// Its name, by its own word.
    pub name: String,
    /// Newest first.
    pub evidence: Vec<EvidenceView>,
}

/// What a fork proof proves, found without a node.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProofView {
    /// The agency's id.
    pub id: String,
    /// Its name, by its own word.
    pub name: String,
    /// Its fingerprint digits.
    pub fingerprint: String,
    /// As in [`EvidenceView`].
    pub kind: String,
    /// As in [`EvidenceView`].
    pub place: u64,
    /// As in [`EvidenceView`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
}

/// How the node is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct StatusView {
    /// Version of the program.
    pub version: String,
    /// This agency's id.
    pub agency: String,
    /// This agency's name.
    pub name: String,
    /// This agency's kind.
    pub kind: String,
    /// Name of the network.
    pub network: String,
    /// Where the node listens for peers.
    pub listen: String,
    /// The address that peers are told.
    pub public: String,
    /// When the node started.
    #[schema(value_type = u64)]
    pub started: Timestamp,
    /// How many cases it holds.
    pub cases: u64,
    /// How many peers it knows.
    pub peers: u64,
    /// How many exchanges are open.
    pub open_exchanges: u64,
    /// Packets that wait to be delivered.
    pub waiting_to_send: u64,
    /// Offers that wait for an answer by this agency.
    pub waiting_for_us: u64,
    /// Whether decisions of key administrators take two: `on`; `alone`: there are not two of them; `off`: by the settings.
    pub two_persons: String,
    /// How many of these wait for the second.
    pub waiting_for_second: u64,
    /// After how many minutes without anybody the node locks itself, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locks_after_minutes: Option<u64>,
    /// Free space where the store lies, in bytes.
    pub free_bytes: u64,
    /// What needs a person's attention.
    pub troubles: Vec<Trouble>,
}

/// The clock, once it was confirmed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClockView {
    /// The time from now on.
    pub time: Timestamp,
    /// Whether it was in doubt.
    pub was_in_doubt: bool,
}

/// Something that needs a person's attention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Trouble {
    /// Stable code.
    pub code: String,
    /// What is wrong and what to do.
    pub text: String,
    /// The exchange or peer it concerns, if one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// A node that is locked: it keeps what other agencies send, sealed, and opens nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LockedView {
    /// Always true; a node that is not locked does not say it.
    pub locked: bool,
    /// Version of the program.
    pub version: String,
    /// This agency's id.
    pub agency: String,
    /// This agency's name.
    pub name: String,
    /// Where the node listens for peers.
    pub listen: String,
    /// When it was locked, or started so.
    pub since: Timestamp,
    /// Whether it locked itself because nobody used it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unattended: bool,
    /// Envelopes that wait to be opened; some may be repetitions of others.
    pub waiting: u64,
    /// Free space where the store lies, in bytes.
    pub free_bytes: u64,
    /// What needs a person's attention.
    pub troubles: Vec<Trouble>,
}

/// Asks a locked node to open itself. Wiped from memory when dropped, and never shown.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct UnlockRequest {
    /// The passphrase of one of the keyring's unlock slots.
    pub passphrase: String,
}

impl fmt::Debug for UnlockRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnlockRequest(hidden)")
    }
}

/// A node was unlocked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnlockedView {
    /// Envelopes that came while it was locked; they are opened now, in the order in which they came.
    pub waiting: u64,
    /// Wrong passphrases that were tried since it was locked.
    pub wrong_tries: u32,
}

/// A node was told to lock itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LockingView {
    /// Always true.
    pub locking: bool,
}

/// The own keys, but those that sign.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OwnKeys {
    /// This agency's name.
    pub name: String,
    /// Its digits.
    pub fingerprint: String,
    /// What there is.
    pub keys: Vec<OwnKey>,
}

/// One of the own keys; nothing secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OwnKey {
    /// `root`, `next_root`, `sealing` or `transport`.
    pub kind: String,
    /// `made`, `in_use`, `by_itself` (it is replaced by itself) or `ended`.
    pub state: String,
    /// Until when it counts, if that is limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}
