//! What an agency does in an exchange: accept, decline, withdraw, return, note, progress, complete.

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use super::{Context, codes, exchange::state_word, node::segment};
use crate::view::{ActDone, AssignRequest, CompleteRequest, NoteRequest, Problem, ProgressRequest, ReasonRequest};

/// Accepts an offer: you take this child on
#[derive(Debug, Args)]
#[command(after_help = "\
The other agency is told at once, and the information comes by itself.

Examples:
  spean accept 3fa9c1 --by Sophea
  spean accept 3fa9c1 --team \"Night team\" --by Sophea")]
pub struct Accept {
    /// The exchange: id, the beginning of it, or the six digits of the reference
    id: String,
    /// Who looks after the child: sign-in name or id; may be repeated
    #[arg(long, value_name = "WHO")]
    to: Vec<String>,
    /// Which team does: name or id; may be repeated
    #[arg(long, value_name = "TEAM")]
    team: Vec<String>,
}

/// Declines an offer and erases its summary here
#[derive(Debug, Args)]
#[command(after_help = "\
The other agency sees the reason. Nothing of the offer remains here but the fact that there was one.

Example:
  spean decline 3fa9c1 --reason no_capacity")]
pub struct Decline {
    /// The exchange: id, the beginning of it, or the six digits of the reference
    id: String,
    /// Why
    #[arg(long, value_parser = codes::decline_reason())]
    reason: String,
    /// A line to the other agency, at most 200 characters
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

/// Takes a referral back, and asks the other agency to erase what it got
#[derive(Debug, Args)]
#[command(after_help = "\
Possible at any time, for the agency that made the offer. What the other agency did already stays done; the signed
receipt of erasure comes by itself (see `spean custody`).

Example:
  spean withdraw 3fa9c1 --reason not_needed")]
pub struct Withdraw {
    /// The exchange: id, the beginning of it, or the six digits of the reference
    id: String,
    /// Why
    #[arg(long, value_parser = codes::withdraw_reason())]
    reason: String,
    /// A line to the other agency, at most 200 characters
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

/// Gives an accepted referral back; what was released is erased here
#[derive(Debug, Args)]
#[command(
    name = "return",
    after_help = "\
For the agency that accepted, when it cannot go on. The other agency is told at once.

Example:
  spean return 3fa9c1 --reason child_left --text \"Left with an aunt this morning\""
)]
pub struct Return {
    /// The exchange: id, the beginning of it, or the six digits of the reference
    id: String,
    /// Why
    #[arg(long, value_parser = codes::return_reason())]
    reason: String,
    /// A line to the other agency, at most 200 characters
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

/// Writes a note that both agencies read
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  spean note 3fa9c1 \"The appointment is moved to Thursday morning\"")]
pub struct Note {
    /// The exchange: id, the beginning of it, or the six digits of the reference
    id: String,
    /// The note, at most 2,000 characters
    text: String,
}

/// Tells the other agency how it goes on
#[derive(Debug, Args)]
#[command(after_help = "\
`did_not_arrive` alarms both agencies: use it as soon as the child is overdue.

Examples:
  spean progress 3fa9c1 --status expected --date 2026-06-02
  spean progress 3fa9c1 --status did_not_arrive --text \"Nobody on the 18:00 bus\"")]
pub struct Progress {
    /// The exchange: id, the beginning of it, or the six digits of the reference
    id: String,
    /// How it goes on
    #[arg(long, value_parser = codes::progress_status())]
    status: String,
    /// The day it happened or is expected, as 2026-06-01
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,
    /// A line to the other agency, at most 300 characters
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

/// Completes a referral: the service is done, or will not be
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  spean complete 3fa9c1 --outcome provided")]
pub struct Complete {
    /// The exchange: id, the beginning of it, or the six digits of the reference
    id: String,
    /// How it ended
    #[arg(long, value_parser = codes::outcome())]
    outcome: String,
    /// A line to the other agency, at most 300 characters
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

impl Accept {
    /// Accepts.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let who = AssignRequest { to: self.to, teams: self.team };
        act(context, &self.id, "accept", &who, "Accepted. The information comes by itself: minutes or hours.")
    }
}

impl Decline {
    /// Declines.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let body = ReasonRequest { reason: self.reason, text: self.text };
        act(context, &self.id, "decline", &body, "Declined. The summary is erased here; they see the reason.")
    }
}

impl Withdraw {
    /// Withdraws.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let body = ReasonRequest { reason: self.reason, text: self.text };
        act(context, &self.id, "withdraw", &body, "Taken back. They are asked to erase what they got.")
    }
}

impl Return {
    /// Gives back.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let body = ReasonRequest { reason: self.reason, text: self.text };
        act(context, &self.id, "return", &body, "Given back. What was released is erased here; they are told now.")
    }
}

impl Note {
    /// Writes.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        act(context, &self.id, "note", &NoteRequest { text: self.text }, "Written. Both agencies read it.")
    }
}

impl Progress {
    /// Tells.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let date = self.date.map(|date| date.to_string());
        let body = ProgressRequest { status: self.status, date, text: self.text };
        act(context, &self.id, "progress", &body, "Noted. They are told now.")
    }
}

impl Complete {
    /// Completes.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let body = CompleteRequest { outcome: self.outcome, text: self.text };
        act(context, &self.id, "complete", &body, "Completed. They are told now.")
    }
}

fn act<B: Serialize>(context: &Context, id: &str, act: &str, body: &B, sentence: &str) -> Result<(), Problem> {
    let done: ActDone = context.post(&format!("exchanges/{}/{act}", segment(id)), body)?;
    context.out().told(&done, &format!("{sentence} The exchange is {}.", state_word(&done.state)))
}
