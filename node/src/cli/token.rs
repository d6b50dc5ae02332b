//! `spean token`: what programs show to be let in.

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
    view::{CreateToken, NewToken, Problem, TokenList, TokenView},
};

/// Makes, lists and revokes the tokens by which programs ask the node over HTTP
#[derive(Debug, Args)]
#[command(after_help = "\
A program sends its token as `Authorization: Bearer TOKEN` to `/api/v1`, once `api = true` and `open = true` stand under
`[web]` in config.toml. What can be asked there: `/api/v1/openapi.json`.

Examples:
  spean token create \"Case import\" --program importer --role social_worker --days 90 --by Sophea
  spean token list
  spean token revoke 3fa9c1d2 --by Sophea")]
pub struct Token {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Makes a token, and prints it once
    #[command(after_help = "\
With --user it asks in a person's name: it has no role that the person lacks, loses one as soon as the person does,
and ends when the person is removed. With --program it asks in the name of a program, which sees what it added or
was assigned (`spean assign case CASE --to importer`); with the role of a supervisor, all.

Examples:
  spean token create \"Case import\" --program importer --role social_worker --days 90 --by Sophea
  spean token create \"Dara's phone\" --user dara --role social_worker --by Sophea")]
    Create {
        /// What it is for: 1 to 60 characters
        name: String,
        /// The person in whose name it asks: sign-in name, id or the beginning of the id
        #[arg(long, value_name = "WHO", required_unless_present = "program", conflicts_with = "program")]
        user: Option<String>,
        /// The program in whose name it asks; a name that is new makes a new one
        #[arg(long, value_name = "NAME")]
        program: Option<String>,
        /// What it opens at most; may be repeated
        #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role())]
        roles: Vec<String>,
        /// How long it is good: at most 366
        #[arg(long, value_name = "DAYS", default_value_t = 90)]
        days: u16,
    },
    /// Lists all tokens, without what opens
    #[command(after_help = "\
Examples:
  spean token list
  spean token list --json")]
    List,
    /// Revokes a token, at once
    #[command(after_help = "\
Example:
  spean token revoke 3fa9c1d2 --by Sophea")]
    Revoke {
        /// The token: id or the beginning of it
        id: String,
    },
}

impl Token {
    /// Does what was asked about tokens.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        match self.command {
            TokenCommand::Create { name, user, program, roles, days } => {
                let ask = CreateToken { user, program, name, roles, days };
                context.out().answer(&context.post::<_, NewToken>("tokens", &ask)?)
            }
            TokenCommand::List => context.out().answer(&context.get::<TokenList>("tokens")?),
            TokenCommand::Revoke { id } => {
                let token: TokenView = context.post(&format!("tokens/{}/revoke", segment(&id)), &json!({}))?;
                context
                    .out()
                    .told(&token, &format!("Revoked: {}, of {}. It opens nothing any more.", token.name, token.owner))
            }
        }
    }
}

/// Roles that a token can have.
fn role() -> PossibleValuesParser {
    let possible = Role::ALL.into_iter().filter(|role| *role != Role::KeyAdministrator);
    PossibleValuesParser::new(possible.map(|role| PossibleValue::new(role.code()).help(role.label_en())))
}

/// Roles in words.
fn named(codes: &[String]) -> String {
    let label = |code: &String| code.parse::<Role>().map_or_else(|_| code.clone(), |role| role.label_en().to_owned());
    codes.iter().map(label).collect::<Vec<_>>().join(", ")
}

impl Show for NewToken {
    fn show(&self, page: &mut Page) {
        page.say(&format!("{}, of {}, as {}.", self.name, self.owner, named(&self.roles))).gap();
        page.verbatim(&format!("  {}", self.token)).gap();
        page.say(&format!(
            "It is not shown again, and good until {}. Keep it where the program alone can read it; `spean token revoke` \
             ends it.",
            when::moment(self.ends)
        ));
    }
}

impl Show for TokenList {
    fn show(&self, page: &mut Page) {
        if self.tokens.is_empty() {
            page.say("No program has a token. Make one: spean token create --help");
            return;
        }
        let ids: Vec<&str> = self.tokens.iter().map(|token| token.id.as_str()).collect();
        let row = |(token, id): (&TokenView, String)| {
            let owner = if token.program { format!("{} (program)", token.owner) } else { token.owner.clone() };
            let ends = if token.over { "over".to_owned() } else { when::day(token.ends) };
            let used = token.used.map_or_else(|| "never".to_owned(), when::day);
            vec![token.name.clone(), owner, named(&token.roles), ends, used, id]
        };
        let rows: Vec<Vec<String>> = self.tokens.iter().zip(shorten(&ids)).map(row).collect();
        let columns = [
            flexible("NAME"),
            flexible("OWNER"),
            flexible("ROLES"),
            fixed("GOOD UNTIL"),
            fixed("LAST USED"),
            fixed("ID"),
        ];
        page.table(&columns, &rows);
    }
}
