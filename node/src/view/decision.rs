//! What waits for a supervisor's decision about a child.

use keys::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ConsentView, Preview, ReferRequest, Referred};

/// Something that somebody asked a supervisor to decide with them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DecisionLine {
    /// 32 hexadecimal digits.
    pub id: String,
    /// `consent`, where nobody can consent; `refer`, with what takes two.
    pub kind: String,
    /// The case.
    pub case: String,
    /// Name of who asked.
    pub asked_by: String,
    /// Whoever looks asked it, and can't decide it.
    pub own: bool,
    /// When it was asked.
    pub at: Timestamp,
    /// It can be decided until just before.
    pub ends: Timestamp,
}

/// What waits so.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DecisionList {
    /// Oldest first.
    pub decisions: Vec<DecisionLine>,
}

/// One of them, whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DecisionView {
    /// The line of the list.
    pub line: DecisionLine,
    /// The consent that would be recorded.
    pub consent: Option<Value>,
    /// The referral that would be sent, with the reason that was given.
    pub referral: Option<ReferRequest>,
    /// What the other agency would see; none if it can't be sent as it was asked any more.
    pub preview: Option<Preview>,
}

/// It was decided, and done.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionDone {
    /// A consent is recorded.
    Consent(ConsentView),
    /// A referral is on its way.
    Referral(Referred),
}
