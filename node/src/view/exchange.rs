//! Referrals: making, seeing, answering.

use keys::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Asks another agency for a service for a child.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferRequest {
    /// The case: id, or a beginning of it that fits one case only.
    pub case: String,
    /// The peer: id, beginning of an id, or name.
    pub to: String,
    /// 1 to 3 service codes.
    pub services: Vec<String>,
    /// Urgency code.
    pub urgency: String,
    /// What the other agency must know to answer, at most 280 characters, naming nobody.
    pub summary: String,
    /// Purpose code.
    pub purpose: String,
    /// The consent; without it, the newest that covers the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<String>,
    /// Categories to release after acceptance; without it, what the service needs and the consent covers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<String>>,
    /// Fields to hold back although the consent has them, such as `health.medicines`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// Arrival code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<String>,
    /// Support codes, at most 6.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub support: Vec<String>,
    /// Siblings to be kept together, 1 to 6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<u8>,
    /// Why more than the usual is shared, or why a warning was passed over. Audited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Says `unknown` instead of the province, when the small-cell warning advises it.
    #[serde(default)]
    pub hide_area: bool,
    /// Seconds that the answer may wait for the other node's receipt, at most 60. The offer is made either way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_s: Option<u8>,
    /// [`Preview::mark`] of what was looked at: if something else would be sent now, nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
}

/// What would be sent, and what a person should think of first. Nothing was sent or stored.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Preview {
    /// The offer as the other agency will see it.
    #[schema(value_type = Object)]
    pub triage: Value,
    /// What is released if the other agency accepts: the very value that is sealed.
    #[schema(value_type = Object)]
    pub release: Value,
    /// Warnings that ask for a reason.
    pub warnings: Vec<String>,
    /// The consent that covers it.
    pub consent: String,
    /// What asks for a reason or a second person, for programs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<PreviewAsk>,
    /// Stands for exactly this offer, release, recipient and consent; goes into [`ReferRequest::seen`].
    #[serde(default)]
    pub mark: String,
}

/// One thing that an offer asks for before it can be sent.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PreviewAsk {
    /// `alike`, `elsewhere`: the outline may point at the child; `reason`, `second`: a category is not usual for this
    /// kind of agency, or goes beyond what it needs; `text`: the summary seems to name somebody.
    pub what: String,
    /// Which category, for `reason` and `second`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
}

impl PreviewAsk {
    /// Whether a reason alone is not enough.
    #[must_use]
    pub fn takes_two(&self) -> bool {
        matches!(self.what.as_str(), "second" | "text")
    }
}

/// An offer was made; it is on this node's disk and will be delivered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Referred {
    /// The exchange's id.
    pub exchange: String,
    /// Six digits to say on the telephone.
    pub reference: String,
    /// The other agency's name.
    pub peer: String,
    /// When the offer lapses.
    #[schema(value_type = u64)]
    pub lapses: Timestamp,
    /// Categories that would follow.
    pub would_follow: Vec<String>,
    /// Warnings that were passed over with a reason.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// What became of the offer while the answer waited for it; none if it did not wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
}

/// An act on an exchange was taken; it is on this node's disk.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ActDone {
    /// The exchange.
    pub exchange: String,
    /// Its state now.
    pub state: String,
}

/// A reason code and a line of text, for decline, withdraw and return.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonRequest {
    /// Reason code.
    pub reason: String,
    /// At most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A note to the other agency.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteRequest {
    /// At most 2,000 characters.
    pub text: String,
}

/// How the service goes on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgressRequest {
    /// Progress status code.
    pub status: String,
    /// The day it happened or is expected, as 2026-06-01.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// At most 300 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// How it ended.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteRequest {
    /// Outcome code.
    pub outcome: String,
    /// At most 300 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Which end of an exchange this node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// This agency made the offer.
    Sent,
    /// This agency received it.
    Received,
}

/// What became of this node's newest packet in an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// On this node's disk, not yet at the other node.
    Waiting,
    /// On the other node's disk, by its signed acknowledgement.
    Delivered,
    /// The other node took it and refused what it says.
    Refused,
    /// The other node keeps turning it away.
    Stuck,
}

/// A line of inbox, outbox and list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ExchangeSummary {
    /// The exchange's id.
    pub id: String,
    /// Six digits to say on the telephone.
    pub reference: String,
    /// Which end this node is.
    pub side: Side,
    /// The other agency's name.
    pub peer: String,
    /// The other agency's id.
    pub peer_id: String,
    /// `offered`, `accepted`, `released`, `completed`, `declined`, `returned`, `withdrawn`.
    pub state: String,
    /// Service codes.
    pub services: Vec<String>,
    /// Urgency code.
    pub urgency: String,
    /// Sex code, as the offer says it; empty once it is erased.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sex: String,
    /// Age band code; empty once it is erased.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub age_band: String,
    /// Language codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Whether this agency has verified the other one.
    #[serde(default)]
    pub peer_verified: bool,
    /// When the offer was made.
    #[schema(value_type = u64)]
    pub offered: Timestamp,
    /// When the offer must be answered by.
    #[schema(value_type = u64)]
    pub answer_by: Timestamp,
    /// When the state last changed.
    #[schema(value_type = u64)]
    pub since: Timestamp,
    /// What became of our newest packet.
    pub delivery: Delivery,
    /// An answer is late, or the child is overdue.
    pub late: bool,
    /// The case, at the agency that made the offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// What was shared has been erased.
    pub erased: bool,
    /// Names of those who look after it, at the agency that received the offer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assigned: Vec<String>,
}

/// Exchanges.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ExchangeList {
    /// Most urgent first in inbox and outbox, newest first in the list.
    pub exchanges: Vec<ExchangeSummary>,
    /// Pass as `after` for the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// All that this node holds of an exchange.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ExchangeView {
    /// The line of the lists.
    #[serde(flatten)]
    pub summary: ExchangeSummary,
    /// The triage summary, until it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub triage: Option<Value>,
    /// The released categories, until they are erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub released: Option<Value>,
    /// What happened, oldest first.
    pub events: Vec<EventView>,
    /// The recipient's erasure receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptView>,
    /// What needs a person's attention.
    pub alarms: Vec<String>,
}

/// One packet of an exchange, as a person reads it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct EventView {
    /// When its sender made it, by the sender's clock.
    #[schema(value_type = u64)]
    pub at: Timestamp,
    /// Which end sent it.
    pub by: Side,
    /// `offer`, `accept`, `note` …
    pub kind: String,
    /// Reason, status or outcome code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The text, until it is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The day that a progress names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// A signed promise that data was erased.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReceiptView {
    /// The agency that signed it, by name.
    pub by: String,
    /// When it was erased.
    #[schema(value_type = u64)]
    pub erased_at: Timestamp,
    /// By which method.
    pub method: String,
    /// Until when a backup could still hold the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>)]
    pub backups_until: Option<Timestamp>,
}
