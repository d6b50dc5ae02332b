//! `spean serve`: runs the node in the foreground.

use clap::Args;

use super::{Context, problem};
use crate::view::Problem;

/// Runs the node until it is stopped (Ctrl-C, or SIGTERM)
#[derive(Debug, Args)]
#[command(after_help = "\
The node listens for other agencies and for commands on this computer (a socket in its folder). It asks for the
passphrase at the terminal, or reads it from --passphrase-file. Logs go to standard error and hold no personal data.

Examples:
  spean --dir cmo serve
  spean --dir cmo --passphrase-file /run/credentials/spean serve")]
pub struct Serve {}

impl Serve {
    /// Runs until the node is stopped.
    pub fn run(context: &Context) -> Result<(), Problem> {
        let _dir = context.node_dir()?;
        let _passphrase = context.passphrase()?;
        Err(problem("internal", "this build cannot run a node yet"))
    }
}
