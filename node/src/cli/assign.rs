//! `spean assign`: who looks after which case and exchange, and what was opened all the same.

use clap::{ArgGroup, Args, Subcommand};

use super::{
    Context,
    node::segment,
    output::{Page, Show, short, when},
};
use crate::view::{AssignRequest, AssignedView, BrokenGlass, BrokenGlassList, Problem};

/// Says which people and teams look after a case or exchange, and lists what others opened with a reason
#[derive(Debug, Args)]
#[command(after_help = "\
Supervisors see all. A social worker sees the cases that they added or that they or a team of theirs were given, offers
that wait for an answer and were given to nobody, and what they answered or were given. In an emergency they open
another for an hour, with a reason: `opened` lists it.

Examples:
  spean assign case 3fa9c1 --to dara --by Sophea
  spean assign exchange \"482 719\" --team \"Night team\"
  spean assign opened")]
pub struct Assign {
    #[command(subcommand)]
    command: AssignCommand,
}

#[derive(Debug, Subcommand)]
enum AssignCommand {
    /// Gives a case to people or teams, with all that this agency began about it
    #[command(after_help = "\
Those who had it before and are not named have it no longer.

Examples:
  spean assign case 3fa9c1 --to dara --by Sophea
  spean assign case 3fa9c1 --nobody")]
    Case {
        /// The case: id or the beginning of it
        id: String,
        #[command(flatten)]
        whom: Whom,
    },
    /// Gives what another agency asks to people or teams
    #[command(after_help = "\
Who answers an offer has it by that, unless somebody has it. An offer that was given is seen by those alone, and by
supervisors. Those who had it before and are not named have it no longer.

Examples:
  spean assign exchange \"482 719\" --to dara --to maly
  spean assign exchange 3fa9c1 --team \"Night team\"
  spean assign exchange 3fa9c1 --nobody")]
    Exchange {
        /// The exchange: id, the beginning of it, or its six digits
        id: String,
        #[command(flatten)]
        whom: Whom,
    },
    /// Lists what people opened that was not theirs, and why
    #[command(after_help = "\
Examples:
  spean assign opened
  spean assign opened --json")]
    Opened,
}

/// People and teams, or nobody.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("whom").args(["to", "team", "nobody"]).required(true).multiple(true)))]
struct Whom {
    /// Sign-in name or id of a person; may be repeated
    #[arg(long, value_name = "WHO")]
    to: Vec<String>,
    /// Name or id of a team; may be repeated
    #[arg(long, value_name = "TEAM")]
    team: Vec<String>,
    /// Supervisors alone see it
    #[arg(long, conflicts_with_all = ["to", "team"])]
    nobody: bool,
}

impl Assign {
    /// Does what was asked.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        match self.command {
            AssignCommand::Case { id, whom } => give(context, "cases", &id, whom),
            AssignCommand::Exchange { id, whom } => give(context, "exchanges", &id, whom),
            AssignCommand::Opened => context.out().answer(&context.get::<BrokenGlassList>("broken-glass")?),
        }
    }
}

fn give(context: &Context, what: &str, id: &str, whom: Whom) -> Result<(), Problem> {
    let path = format!("{what}/{}/assign", segment(id));
    let now: AssignedView = context.post(&path, &AssignRequest { to: whom.to, teams: whom.team })?;
    let who = if now.assigned.is_empty() { "nobody".to_owned() } else { now.assigned.join(", ") };
    context.out().told(&now, &format!("Assigned to {who}."))
}

impl Show for BrokenGlassList {
    fn show(&self, page: &mut Page) {
        if self.opened.is_empty() {
            page.say("Nobody opened what was not theirs.");
        }
        for BrokenGlass { at, until, by, case, exchange, reason } in &self.opened {
            let (what, id) = match (case, exchange) {
                (Some(id), _) => ("case", short(id)),
                (None, id) => ("exchange", short(id.as_deref().unwrap_or_default())),
            };
            let said = format!("{by} opened {what} {id}, from {} until {}", when::moment(*at), when::moment(*until));
            page.gap().say(&said);
            page.indented(2, reason.as_deref().unwrap_or("(the reason was erased with what was shared)"));
        }
    }
}
