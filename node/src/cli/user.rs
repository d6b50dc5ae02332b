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
        ChangeRoles, ConfirmRequest, Confirmed, EndedSessions, Invitation, InviteRequest, PersonList, PersonView,
        Problem, RequestList, RequestView, SessionList, SessionView,
    },
};

/// Invites, lists and removes the people who sign in, and says what they may do
#[derive(Debug, Args)]
#[command(after_help = "\
Whoever runs the node may do all with `spean`, and needs no account. People who work in a browser are invited,
enrol with a passkey, or a passphrase and a code that their telephone shows, and sign in with that. What each may do:
docs/roles.md. What two key administrators decide together is listed by `requests`.

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
    /// Lets a person in anew who lost telephone or passphrase: prints a code as `invite` does
    #[command(after_help = "\
They keep name, roles and cases. They are signed out now, their tokens are revoked, and nobody signs in as them until
they used the code: make sure first, by their face or voice, that it is they who ask.

Example:
  spean user recover dara --by Sophea")]
    Recover {
        /// Sign-in name, id or the beginning of the id
        who: String,
    },
    /// Lists where a person is signed in, or signs them out everywhere
    #[command(after_help = "\
After a lost telephone: `spean user recover`, which ends them too.

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
    /// Lists what key administrators asked and a second person must confirm
    #[command(after_help = "\
With two key administrators or more, what one of them decides on the screens waits here for another, two days at most:
inviting somebody, letting somebody in anew, giving a role, removing a key administrator, verifying an agency; and the
part of the audit log that an auditor wants to give to somebody outside.

Examples:
  spean user requests
  spean user requests --json")]
    Requests,
    /// Confirms what a key administrator asked, as the second person
    #[command(after_help = "\
The id stands for exactly what `requests` shows. Of an invitation the code is printed here, and not to who asked.

Examples:
  spean user confirm 3fa9c1d2 --by Bopha
  spean user confirm 3fa9c1d2 --fingerprint \"1234 5678 9012 …\" --by Bopha")]
    Confirm {
        /// The request: id or the beginning of it
        id: String,
        /// To verify an agency: the digits that it read out to you
        #[arg(long, value_name = "DIGITS")]
        fingerprint: Option<String>,
    },
    /// Refuses what a key administrator asked: nothing of it is done
    #[command(after_help = "\
Example:
  spean user refuse 3fa9c1d2 --by Bopha")]
    Refuse {
        /// The request: id or the beginning of it
        id: String,
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
            UserCommand::Recover { who } => {
                context.out().answer(&context.post::<_, Invitation>(&path(&who, "recover"), &json!({}))?)
            }
            UserCommand::Sessions { who, end: false } => {
                context.out().answer(&context.get::<SessionList>(&path(&who, "sessions"))?)
            }
            UserCommand::Sessions { who, end: true } => {
                let done: EndedSessions = context.post(&path(&who, "sessions/end"), &json!({}))?;
                context.out().told(&done, &format!("Sessions ended: {}.", done.ended))
            }
            UserCommand::Requests => context.out().answer(&context.get::<RequestList>("requests")?),
            UserCommand::Confirm { id, fingerprint } => {
                let path = format!("requests/{}/confirm", segment(&id));
                confirmed(context, &context.post(&path, &ConfirmRequest { fingerprint })?)
            }
            UserCommand::Refuse { id } => {
                let path = format!("requests/{}/drop", segment(&id));
                let refused: RequestView = context.post(&path, &json!({}))?;
                context.out().told(&refused, "Refused: nothing of it is done.")
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

/// What was done with two persons' word.
fn confirmed(context: &Context, done: &Confirmed) -> Result<(), Problem> {
    let said = |name: &str, sentence: &str| context.out().told(done, &format!("{name} {sentence}"));
    match done {
        Confirmed::Invited(_) => context.out().answer(done),
        Confirmed::Roles(person) => said(&person.name, &format!("is now {}.", named(&person.roles))),
        Confirmed::Removed(person) => said(&person.name, "is removed and signed out."),
        Confirmed::Verified(peer) => said(&peer.name, "is verified: it can be sent referrals."),
        Confirmed::Revoked(change) => context.out().answer(change),
        Confirmed::Export(export) => said(&export.asked_by, "may fetch the part of the audit log, on the screens."),
    }
}

impl Show for Confirmed {
    fn show(&self, page: &mut Page) {
        if let Self::Invited(invitation) = self {
            invitation.show(page);
        }
    }
}

impl Show for RequestList {
    fn show(&self, page: &mut Page) {
        match self.two_persons.as_str() {
            "alone" => drop(page.say("There are not two key administrators: each decides alone.")),
            "off" => drop(page.say("Switched off in config.toml: a key administrator decides alone.")),
            _ => {}
        }
        if self.requests.is_empty() {
            page.say("Nothing waits for a second person.");
        }
        let ids: Vec<&str> = self.requests.iter().map(|request| request.id.as_str()).collect();
        for (request, id) in self.requests.iter().zip(shorten(&ids)) {
            let RequestView { asked_by, at, ends, .. } = request;
            page.gap().say(&format!("{id}  {}", wanted(request)));
            let when = format!("asked by {asked_by}, {}; until {}", when::moment(*at), when::moment(*ends));
            page.indented(2, &when);
        }
    }
}

/// What is asked, whole.
fn wanted(request: &RequestView) -> String {
    let RequestView { kind, name, sign_in, before, after, fingerprint, how, .. } = request;
    let digits = fingerprint.as_deref().unwrap_or_default();
    match kind.as_str() {
        "invite" => format!("invite {name} ({sign_in}) as {}", named(after)),
        "roles" => format!("make {name} ({sign_in}) {}; until now {}", named(after), named(before)),
        "remove" => format!("remove {name} ({sign_in}), {}", named(before)),
        "recover" => format!("let {name} ({sign_in}), {}, in anew", named(before)),
        "export" => {
            let time = |at: Option<keys::Timestamp>| at.map(when::moment).unwrap_or_default();
            format!("let {name} export the audit log from {} until {}", time(request.since), time(request.until))
        }
        _ => format!("verify {name} by its digits {digits} ({})", how.as_deref().unwrap_or_default().replace('_', " ")),
    }
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
