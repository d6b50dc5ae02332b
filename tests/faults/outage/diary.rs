//! What people asked of the two nodes in one round, and what they were told is done. Lies outside of both folders.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::town::Who;

/// What somebody does to an exchange after the offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Accept,
    Decline,
    Note,
    Complete,
    Return,
    Withdraw,
}

impl Verb {
    pub const fn by(self) -> Who {
        match self {
            Self::Withdraw => Who::Cmo,
            Self::Accept | Self::Decline | Self::Note | Self::Complete | Self::Return => Who::Dt,
        }
    }

    /// As it stands in the path of a request and among the events of an exchange.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Note => "note",
            Self::Complete => "complete",
            Self::Return => "return",
            Self::Withdraw => "withdraw",
        }
    }

    /// The state that its actor waits for.
    pub const fn after(self) -> &'static str {
        match self {
            Self::Accept | Self::Decline => "offered",
            Self::Note | Self::Complete | Self::Return => "released",
            // In whatever state: it may cross what the other side sends.
            Self::Withdraw => "",
        }
    }

    pub fn body(self) -> Value {
        match self {
            Self::Accept => json!({}),
            Self::Decline => json!({ "reason": "no_capacity" }),
            Self::Note => json!({ "text": "He speaks of a big clock." }),
            Self::Complete => json!({ "outcome": "reunified" }),
            Self::Return => json!({ "reason": "needs_exceed_us" }),
            Self::Withdraw => json!({ "reason": "placed_elsewhere" }),
        }
    }
}

/// One exchange whose offer was answered with "done".
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Asked for, in order. The last may never have been answered.
    pub asked: Vec<Verb>,
    /// Answered with "done".
    pub done: Vec<Verb>,
}

impl Told {
    /// Where it may stand in the end: by all that was done, and by what may have been.
    pub fn ends(&self) -> [&'static str; 2] {
        [state_after(&self.done), state_after(&self.asked)]
    }
}

fn state_after(verbs: &[Verb]) -> &'static str {
    let state = |verb: &Verb| match verb {
        Verb::Accept => Some("released"),
        Verb::Decline => Some("declined"),
        Verb::Complete => Some("completed"),
        Verb::Return => Some("returned"),
        Verb::Withdraw => Some("withdrawn"),
        Verb::Note => None,
    };
    verbs.iter().rev().find_map(state).unwrap_or("offered")
}

/// All that was answered with "done" in one round.
#[derive(Debug, Default)]
pub struct Diary {
    pub cases: Vec<String>,
    /// Case and consent.
    pub consents: Vec<(String, String)>,
    pub exchanges: BTreeMap<String, Told>,
    /// Codes of the errors that ended somebody's work.
    pub errors: Vec<String>,
}

impl Diary {
    /// Acts that were acknowledged.
    pub fn acts(&self) -> usize {
        let acts: usize = self.exchanges.values().map(|told| told.done.len()).sum();
        self.cases.len() + self.consents.len() + self.exchanges.len() + acts
    }
}
