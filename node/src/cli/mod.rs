//! The command line: parses arguments, asks the running node over its socket, and shows the answer.
//!
//! One file per command. Commands know paths and shapes of the local interface (`view`) and nothing of storage or
//! keys; `init`, `case template`, `agency card` and `audit verify` can work without a running node.
//! Only [`main`] decides the exit code ([`Exit`]).

mod act;
mod agency;
mod assign;
mod audit;
mod audit_export;
mod backup;
mod case;
mod clock;
mod codes;
mod completions;
mod consent;
mod consent_show;
mod context;
mod custody;
mod decision;
mod demo;
mod evidence;
mod exchange;
mod exit;
mod fault;
mod init;
mod input;
mod key;
mod key_main;
mod key_passphrase;
mod key_recover;
mod key_root;
mod key_slot;
mod kit;
mod lock;
mod machine;
mod node;
mod output;
mod passphrase;
mod peer;
mod problem;
mod refer;
mod restore;
mod serve;
mod set_up;
mod status;
mod team;
mod token;
mod user;
mod web;

#[cfg(test)]
mod tests;

use std::{ffi::OsString, process::ExitCode};

use clap::{Parser, Subcommand, error::ErrorKind};

pub(crate) use self::input::parse_json;
use self::{context::Context, output::Output};
pub use self::{
    exit::{CODES, Exit},
    problem::problem,
};
use crate::view::Problem;

/// Refers children between agencies, sharing only what was agreed to
#[derive(Debug, Parser)]
#[command(
    name = "spean",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "\
First steps:
  spean demo --once                                a story with three agencies, on this computer
  spean --dir cmo web open                         make an agency in a browser; it runs at once
  spean --dir cmo init --name CMO --kind reception make an agency here
  spean --dir cmo serve                            run its node
  spean --dir cmo agency card                      its card, for other agencies

Ids may be shortened as long as they stay unambiguous. Exit codes and errors: docs/errors.md."
)]
pub struct Cli {
    #[command(flatten)]
    context: Context,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Init(init::Init),
    Serve(serve::Serve),
    Lock(lock::Lock),
    Unlock(lock::Unlock),
    Status(status::Status),
    Agency(agency::Agency),
    Key(key::Key),
    Peer(peer::Peer),
    Case(case::Case),
    Consent(consent::Consent),
    Decision(decision::Decision),
    Refer(refer::Refer),
    Inbox(exchange::Inbox),
    Outbox(exchange::Outbox),
    Exchange(exchange::Exchange),
    Accept(act::Accept),
    Decline(act::Decline),
    Withdraw(act::Withdraw),
    Return(act::Return),
    Note(act::Note),
    Progress(act::Progress),
    Complete(act::Complete),
    Custody(custody::Custody),
    User(user::User),
    Team(team::Team),
    Token(token::Token),
    Web(web::Web),
    Assign(assign::Assign),
    Audit(audit::Audit),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Clock(clock::Clock),
    Completions(completions::Completions),
}

impl Command {
    fn run(self, context: &Context) -> Result<(), Problem> {
        match self {
            Self::Demo(command) => command.run(context),
            Self::Init(command) => command.run(context),
            Self::Serve(command) => command.run(context),
            Self::Lock(_) => lock::Lock::run(context),
            Self::Unlock(_) => lock::Unlock::run(context),
            Self::Status(_) => status::Status::run(context),
            Self::Agency(command) => command.run(context),
            Self::Key(command) => command.run(context),
            Self::Peer(command) => command.run(context),
            Self::Case(command) => command.run(context),
            Self::Consent(command) => command.run(context),
            Self::Decision(command) => command.run(context),
            Self::Refer(command) => command.run(context),
            Self::Inbox(_) => exchange::Inbox::run(context),
            Self::Outbox(_) => exchange::Outbox::run(context),
            Self::Exchange(command) => command.run(context),
            Self::Accept(command) => command.run(context),
            Self::Decline(command) => command.run(context),
            Self::Withdraw(command) => command.run(context),
            Self::Return(command) => command.run(context),
            Self::Note(command) => command.run(context),
            Self::Progress(command) => command.run(context),
            Self::Complete(command) => command.run(context),
            Self::Custody(command) => command.run(context),
            Self::User(command) => command.run(context),
            Self::Team(command) => command.run(context),
            Self::Token(command) => command.run(context),
            Self::Web(command) => command.run(context),
            Self::Assign(command) => command.run(context),
            Self::Audit(command) => command.run(context),
            Self::Backup(command) => command.run(context),
            Self::Restore(command) => command.run(context),
            Self::Clock(command) => command.run(context),
            Self::Completions(command) => command.run(),
        }
    }
}

/// Runs one command. `args` begins with the program's own name; the answer is the process's exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return usage(&args, &error).into(),
    };
    match fault::guarded(|| cli.command.run(&cli.context)) {
        Ok(()) => Exit::Done.into(),
        Err(problem) => {
            cli.context.out().error(&problem);
            Exit::of(&problem.code).into()
        }
    }
}

/// Help and version go to standard output and are no error; all else is `usage/arguments`.
fn usage(args: &[OsString], error: &clap::Error) -> Exit {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Nothing can be told if the output is closed.
        let _ = error.print();
        return Exit::Done;
    }
    if args.iter().any(|arg| arg == "--json") {
        let text = error.render().to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        Output::new(true).error(&problem("usage/arguments", first).hint("`--help` after the command explains it"));
    } else {
        let _ = error.print();
    }
    Exit::Usage
}
