//! `spean user`: the people of this agency, and what they may do.

use clap::{
    Args, Subcommand,
    builder::{PossibleValue, PossibleValuesParser},
};
use serde_json::json;

use super::{
    Context,
    node::segment,
    output::{Page, Show, fixed, flexible, shorten, when},
};
use crate::{
    service::people::Role,
    view::{
        ChangeRoles, EndedSessions, Invitation, InviteRequest, PersonList, PersonView, Problem, SessionList,
        SessionView,
    },
};

/// Invites, lists and removes the people who sign in, and says what they may do
#[derive(Debug, Args)]
#[command(after_help = "\
Whoever runs the node may do all with `spean`, and needs no account. People who work in a browser are invited,
choose a passphrase of their own, and sign in with it and a code that their telephone shows. What each role may do:
docs/roles.md.

Examples:
  spean user invite dara --name \"Sok Dara\" --role social_worker --by Sophea
  spean user list
  spean user roles dara --role social_worker --role supervisor
  spean user sessions dara --end
  spean user remove dara --by Sophea")]
pub struct User {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Invites a person: prints a code that lets them in once, within a day
    #[command(after_help = "\
The code is shown once. Hand it over in person, or by telephone to somebody whose voice you know: whoever has it can
enrol in the person's name. Inviting the same sign-in name again, before they enrolled, voids the earlier code.
A key administrator has no role with cases, unless `keys_and_cases_together` in config.toml says so.

Examples:
  spean user invite dara --name \"Sok Dara\" --role social_worker --by Sophea
  spean user invite sophea --name \"Chan Sophea\" --role key_administrator --role auditor")]
    Invite {
        /// What they sign in with: 2 to 32 of a to z, digits, `.`, `-`, `_`
        sign_in: String,
        /// As they are called, in any script
        #[arg(long, value_name = "NAME")]
        name: String,
        /// What they may do; may be repeated
        #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role())]
        roles: Vec<String>,
    },
    /// Lists all people
    #[command(after_help = "\
Examples:
  spean user list
  spean user list --json")]
    List,
    /// Gives a person other roles, in place of those they had
    #[command(after_help = "\
It counts at once, also where they are signed in.

Example:
  spean user roles dara --role social_worker --role supervisor --by Sophea")]
    Roles {
        /// Sign-in name, id or the beginning of the id
        who: String,
        /// All roles from now on; may be repeated
        #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role())]
        roles: Vec<String>,
    },
    /// Removes a person: signs them out, and destroys what the node knew them by
    #[command(after_help = "\
Their name stays in the audit log, beside what they did. The sign-in name is free then, for another person.

Example:
  spean user remove dara --by Sophea")]
    Remove {
        /// Sign-in name, id or the beginning of the id
        who: String,
    },
    /// Lists where a person is signed in, or signs them out everywhere
    #[command(after_help = "\
After a lost telephone: --end, then remove the person and invite them anew.

Examples:
  spean user sessions dara
  spean user sessions dara --end --by Sophea")]
    Sessions {
        /// Sign-in name, id or the beginning of the id
        who: String,
        /// Ends all of them; the person may sign in again
        #[arg(long)]
        end: bool,
    },
}

impl User {
    /// Does what was asked about people.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let path = |who: &str, what: &str| format!("people/{}/{what}", segment(who));
        match self.command {
            UserCommand::Invite { sign_in, name, roles } => {
                let ask = InviteRequest { name, sign_in, roles };
                let invitation: Invitation = context.post("people", &ask)?;
                context.out().answer(&invitation)
            }
            UserCommand::List => context.out().answer(&context.get::<PersonList>("people")?),
            UserCommand::Roles { who, roles } => {
                let person: PersonView = context.put(&path(&who, "roles"), &ChangeRoles { roles })?;
                said(context, &person, &format!("is now {}.", named(&person.roles)))
            }
            UserCommand::Remove { who } => {
                let person: PersonView = context.post(&path(&who, "remove"), &json!({}))?;
                said(context, &person, "is removed and signed out. What the node knew them by is destroyed.")
            }
            UserCommand::Sessions { who, end: false } => {
                context.out().answer(&context.get::<SessionList>(&path(&who, "sessions"))?)
            }
            UserCommand::Sessions { who, end: true } => {
                let done: EndedSessions = context.post(&path(&who, "sessions/end"), &json!({}))?;
                context.out().told(&done, &format!("Sessions ended: {}.", done.ended))
            }
        }
    }
}

fn role() -> PossibleValuesParser {
    PossibleValuesParser::new(Role::ALL.map(|role| PossibleValue::new(role.code()).help(role.label_en())))
}

/// Roles in words.
fn named(codes: &[String]) -> String {
    let label = |code: &String| code.parse::<Role>().map_or_else(|_| code.clone(), |role| role.label_en().to_owned());
    codes.iter().map(label).collect::<Vec<_>>().join(", ")
}

/// In JSON the person; for people one sentence about what was done.
fn said(context: &Context, person: &PersonView, sentence: &str) -> Result<(), Problem> {
    context.out().told(person, &format!("{} ({}) {sentence}", person.name, person.sign_in))
}

impl Show for Invitation {
    fn show(&self, page: &mut Page) {
        page.say(&format!("{} ({}) is invited as {}.", self.name, self.sign_in, named(&self.roles))).gap();
        page.verbatim(&format!("  {}", self.token)).gap();
        page.say(&format!(
            "Give them this code in person. It is not shown again, and lets one person in, once, until {}.",
            when::moment(self.ends)
        ));
    }
}

impl Show for PersonList {
    fn show(&self, page: &mut Page) {
        if self.people.is_empty() {
            page.say("Nobody signs in here yet. Invite somebody: spean user invite --help");
            return;
        }
        let ids: Vec<&str> = self.people.iter().map(|person| person.id.as_str()).collect();
        let row = |(person, id): (&PersonView, String)| {
            vec![
                person.name.clone(),
                person.sign_in.clone(),
                named(&person.roles),
                state(person).to_owned(),
                person.signed_in.map(when::day).unwrap_or_default(),
                id,
            ]
        };
        let rows: Vec<Vec<String>> = self.people.iter().zip(shorten(&ids)).map(row).collect();
        let columns =
            [flexible("NAME"), fixed("SIGN-IN"), flexible("ROLES"), fixed("STATE"), fixed("LAST SEEN"), fixed("ID")];
        page.table(&columns, &rows);
    }
}

fn state(person: &PersonView) -> &str {
    match person.state.as_str() {
        "invitation_over" => "invitation over",
        other => other,
    }
}

impl Show for SessionList {
    fn show(&self, page: &mut Page) {
        if self.sessions.is_empty() {
            page.say("Signed in nowhere.");
            return;
        }
        let row = |session: &SessionView| {
            let computer = if session.shared_computer { "shared" } else { "own" };
            vec![
                when::moment(session.started),
                when::moment(session.seen),
                session.from.clone(),
                computer.to_owned(),
                session.id.clone(),
            ]
        };
        let rows: Vec<Vec<String>> = self.sessions.iter().map(row).collect();
        let columns = [fixed("SINCE"), fixed("LAST SEEN"), flexible("FROM"), fixed("COMPUTER"), fixed("ID")];
        page.table(&columns, &rows);
    }
}
