//! Every maximum of packets, envelopes and exchanges, once (`docs/protocol.md` 3.7).
//!
//! Limits of the content (a case, a triage text) stand with the content.

/// One kibibyte.
const KIB: usize = 1024;

/// An encoded header, in bytes.
pub const MAX_HEADER: usize = 16 * KIB;
/// An encoded body, in bytes.
pub const MAX_BODY: usize = 256 * KIB;
/// An envelope as it travels, in bytes: header, body, padding, key encapsulation.
pub const MAX_ENVELOPE: usize = 1024 * KIB;
/// The least padded size of what is sealed, in bytes, so that acceptance and refusal look alike.
pub const MIN_PADDED: usize = 4 * KIB;
/// Up to here sizes are padded to powers of two, above by Padmé; in bytes.
pub const POWER_OF_TWO_UP_TO: usize = 64 * KIB;
/// What one Inner may take before padding, in bytes: padding must not lift an envelope above [`MAX_ENVELOPE`].
pub const MAX_INNER: usize = MAX_HEADER + MAX_BODY + 256;
/// Packets that wait for a gap to close, per exchange.
pub const MAX_HELD: usize = 16;
/// Packets per side of one exchange; past it only ends, receipts and new keys pass.
pub const MAX_CHAIN: u64 = 1_000;
/// Private exchange keys that one side keeps at a time.
pub const MAX_LIVE_SEEDS: usize = 2;
/// Items of one acknowledgement: a packet and what it released from waiting.
pub const MAX_ACK_ITEMS: usize = 1;
/// A sealed acknowledgement before encryption, in bytes; it is always exactly this long.
pub const PADDED_ACK: usize = 512;
/// Packet hashes named in one receipt.
pub const MAX_RECEIPT_PACKETS: usize = 256;
/// Free text of a note, in characters.
pub const MAX_NOTE: usize = 2_000;
/// Free text of progress, in characters.
pub const MAX_PROGRESS_TEXT: usize = 300;
/// Free text beside a reason or an outcome, in characters.
pub const MAX_REASON_TEXT: usize = 200;
/// How old a packet's `created` may be before the sender's clock counts as wrong, in seconds.
pub const CREATED_PAST: u64 = 45 * 86_400;
/// How far ahead a packet's `created` may be before the sender's clock counts as wrong, in seconds.
pub const CREATED_AHEAD: u64 = 24 * 3_600;
/// What a recipient grants past an offer's `expires` before it lapses the offer itself, in seconds.
pub const LAPSE_GRACE: u64 = 24 * 3_600;
/// An offer lapses at latest then at its recipient, whatever its `expires` says, in seconds after it came.
pub const MAX_OFFER_LIFE: u64 = 45 * 86_400;
/// When a missing erasure receipt is overdue, in seconds after the end.
pub const RECEIPT_OVERDUE: u64 = 7 * 86_400;
/// At latest then, in seconds after the end, exchange keys are destroyed.
pub const SEEDS_END: u64 = 45 * 86_400;
/// How long the answer to an envelope is kept, to be repeated if it was lost on its way, in seconds.
pub const ANSWERS_KEPT: u64 = 90 * 86_400;
/// How long headers and state of an exchange are kept after its end, once all that was shared is erased, in seconds: five
/// years. A signed header proves a referral for as long as somebody keeps it.
pub const EXCHANGES_KEPT: u64 = 5 * 365 * 86_400;
/// Length of an armoured file, in bytes, that is looked at.
pub const MAX_ARMOUR: usize = 2 * MAX_ENVELOPE;
