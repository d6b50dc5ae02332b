//! `spean decision`: what waits for a supervisor's decision about a child.

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    Context,
    node::segment,
    output::{Page, Show, fixed, flexible, short, shorten, show_record, when},
};
use crate::view::{DecisionDone, DecisionLine, DecisionList, DecisionView, Problem};

/// Lists, shows and decides what takes a supervisor: a consent where nobody can agree, a referral that takes two
#[derive(Debug, Args)]
#[command(after_help = "\
Whoever works with the child asks on the screens; it waits for two days. What is approved is judged once more at that
moment, and is done under both names. At the socket `consent grant` and `refer` take both names at once instead.

Examples:
  spean decision list
  spean decision show 3fa9c1d2 --by Chan
  spean decision approve 3fa9c1d2 --by Chan
  spean decision refuse 3fa9c1d2 --by Chan")]
pub struct Decision {
    #[command(subcommand)]
    command: DecisionCommand,
}

#[derive(Debug, Subcommand)]
enum DecisionCommand {
    /// Lists what waits, oldest first
    #[command(after_help = "\
Examples:
  spean decision list
  spean decision list --json")]
    List,
    /// Shows exactly what would be recorded or sent, and why
    #[command(after_help = "\
Example:
  spean decision show 3fa9c1d2 --by Chan")]
    Show {
        /// The decision: id or the beginning of it
        id: String,
    },
    /// Decides it, as the supervisor: somebody else than the one who asked
    #[command(after_help = "\
Example:
  spean decision approve 3fa9c1d2 --by Chan")]
    Approve {
        /// The decision: id or the beginning of it
        id: String,
    },
    /// Refuses it: nothing of it is done
    #[command(after_help = "\
Example:
  spean decision refuse 3fa9c1d2 --by Chan")]
    Refuse {
        /// The decision: id or the beginning of it
        id: String,
    },
}

impl Decision {
    /// Does what was asked about decisions.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let path = |id: &str, what: &str| format!("decisions/{}{what}", segment(id));
        match self.command {
            DecisionCommand::List => context.out().answer(&context.get::<DecisionList>("decisions")?),
            DecisionCommand::Show { id } => context.out().answer(&context.get::<DecisionView>(&path(&id, ""))?),
            DecisionCommand::Approve { id } => {
                let done: DecisionDone = context.post(&path(&id, "/take"), &json!({}))?;
                context.out().told(&done, &sentence(&done))
            }
            DecisionCommand::Refuse { id } => {
                let line: DecisionLine = context.post(&path(&id, "/drop"), &json!({}))?;
                context.out().told(&line, "Refused: nothing of it is done.")
            }
        }
    }
}

fn sentence(done: &DecisionDone) -> String {
    match done {
        DecisionDone::Consent(consent) => format!("Consent {} is recorded, under both names.", short(&consent.id)),
        DecisionDone::Referral(referred) => {
            format!("Reference {}: {} is asked, under both names.", referred.reference, referred.peer)
        }
    }
}

fn what(kind: &str) -> &str {
    if kind == "consent" { "a consent where nobody can agree" } else { "a referral that takes two" }
}

impl Show for DecisionList {
    fn show(&self, page: &mut Page) {
        if self.decisions.is_empty() {
            page.say("Nothing waits for a decision.");
            return;
        }
        let ids: Vec<&str> = self.decisions.iter().map(|line| line.id.as_str()).collect();
        let row = |(line, id): (&DecisionLine, String)| {
            let until = when::brief(line.ends);
            vec![id, what(&line.kind).to_owned(), line.asked_by.clone(), short(&line.case).to_owned(), until]
        };
        let rows: Vec<Vec<String>> = self.decisions.iter().zip(shorten(&ids)).map(row).collect();
        let columns = [fixed("ID"), flexible("WHAT"), flexible("ASKED BY"), fixed("CASE"), fixed("UNTIL")];
        page.table(&columns, &rows);
    }
}

impl Show for DecisionView {
    fn show(&self, page: &mut Page) {
        let line = &self.line;
        page.pairs(
            0,
            &[
                ("decision", line.id.clone()),
                ("what", what(&line.kind).to_owned()),
                ("case", line.case.clone()),
                ("asked by", format!("{}, {}", line.asked_by, when::moment(line.at))),
                ("until", when::moment(line.ends)),
            ],
        );
        if let Some(consent) = &self.consent {
            show_record(page.gap(), consent);
        }
        if let Some(referral) = &self.referral {
            let reason = referral.reason.clone().unwrap_or_default();
            page.gap().pairs(0, &[("reason", reason), ("summary", referral.summary.clone())]);
        }
        match &self.preview {
            Some(preview) => preview.show(page.gap()),
            None if self.referral.is_some() => {
                page.gap().say("It can't be sent as it was asked any more: refuse it, and have it asked again.");
            }
            None => {}
        }
    }
}
