//! `spean team`: people who look after the same cases.

use clap::{ArgGroup, Args, Subcommand};
use serde_json::json;

use super::{
    Context,
    node::segment,
    output::{Page, Show, fixed, flexible, shorten},
};
use crate::view::{ChangeTeam, NameTeam, Problem, TeamList, TeamView};

/// Makes teams, and says who is in them: whoever is in a team sees the cases that it has
#[derive(Debug, Args)]
#[command(after_help = "\
A case or exchange is given to a team as to a person: `spean assign`. Whoever comes into the team sees it from then on,
and whoever leaves it no longer, also where they are signed in. In a browser supervisors do this.

Examples:
  spean team add \"Night team\" --by Sophea
  spean team members \"Night team\" --add dara --add maly --by Sophea
  spean assign exchange \"482 719\" --team \"Night team\"
  spean team list")]
pub struct Team {
    #[command(subcommand)]
    command: TeamCommand,
}

#[derive(Debug, Subcommand)]
enum TeamCommand {
    /// Makes a team, with nobody in it
    #[command(after_help = "\
Example:
  spean team add \"Night team\" --by Sophea")]
    Add {
        /// As it is called: 1 to 60 characters, in any script
        name: String,
    },
    /// Lists all teams, and who is in them
    #[command(after_help = "\
Examples:
  spean team list
  spean team list --json")]
    List,
    /// Says who comes into a team, and who leaves it
    #[command(after_help = "\
It counts at once. Whoever is not named stays where they are. A team where nobody is left keeps what it has: supervisors
alone see it, and offers that wait are seen by all who may answer.

Examples:
  spean team members \"Night team\" --add dara --by Sophea
  spean team members \"Night team\" --add dara --drop maly --by Sophea")]
    Members {
        /// The team: name, id or the beginning of the id
        team: String,
        #[command(flatten)]
        who: Who,
    },
    /// Calls a team otherwise
    #[command(after_help = "\
Example:
  spean team rename \"Night team\" \"Poipet, nights\" --by Sophea")]
    Rename {
        /// The team: name, id or the beginning of the id
        team: String,
        /// As it is called from now on
        name: String,
    },
    /// Removes a team; the people stay
    #[command(after_help = "\
What nobody else has is then seen by supervisors alone, until it is given to somebody (`spean assign`).

Example:
  spean team remove \"Night team\" --by Sophea")]
    Remove {
        /// The team: name, id or the beginning of the id
        team: String,
    },
}

/// Who comes and who leaves.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").args(["add", "drop"]).required(true).multiple(true)))]
struct Who {
    /// Sign-in name or id of a person who comes into it; may be repeated
    #[arg(long, value_name = "WHO")]
    add: Vec<String>,
    /// Sign-in name or id of a person who leaves it; may be repeated
    #[arg(long, value_name = "WHO")]
    drop: Vec<String>,
}

impl Team {
    /// Does what was asked about teams.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let path = |team: &str, what: &str| format!("teams/{}/{what}", segment(team));
        match self.command {
            TeamCommand::Add { name } => {
                let team: TeamView = context.post("teams", &NameTeam { name })?;
                context.out().told(&team, &format!("{} is a team now, with nobody in it.", team.name))
            }
            TeamCommand::List => context.out().answer(&context.get::<TeamList>("teams")?),
            TeamCommand::Members { team, who } => {
                let ask = ChangeTeam { join: who.add, leave: who.drop };
                let team: TeamView = context.post(&path(&team, "members"), &ask)?;
                context.out().told(&team, &format!("{}: {}.", team.name, members(&team)))
            }
            TeamCommand::Rename { team, name } => {
                let team: TeamView = context.put(&path(&team, "name"), &NameTeam { name })?;
                context.out().told(&team, &format!("It is called {} now.", team.name))
            }
            TeamCommand::Remove { team } => {
                let team: TeamView = context.post(&path(&team, "remove"), &json!({}))?;
                let sentence = "is no team any more. What nobody else has, supervisors alone see.";
                context.out().told(&team, &format!("{} {sentence}", team.name))
            }
        }
    }
}

fn members(team: &TeamView) -> String {
    let names: Vec<&str> = team.members.iter().map(|person| person.name.as_str()).collect();
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}

impl Show for TeamList {
    fn show(&self, page: &mut Page) {
        if self.teams.is_empty() {
            page.say("There is no team. Make one: spean team add --help");
            return;
        }
        let ids: Vec<&str> = self.teams.iter().map(|team| team.id.as_str()).collect();
        let row = |(team, id): (&TeamView, String)| vec![team.name.clone(), members(team), id];
        let rows: Vec<Vec<String>> = self.teams.iter().zip(shorten(&ids)).map(row).collect();
        page.table(&[flexible("NAME"), flexible("PEOPLE"), fixed("ID")], &rows);
    }
}
