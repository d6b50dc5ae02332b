//! `spean key`: this agency's own keys.

use clap::{Args, Subcommand};

use super::{Context, kit};
use crate::view::Problem;

/// Looks after this agency's own keys and its recovery kit
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  spean --dir cmo key kit show
  spean --dir cmo key kit drill")]
pub struct Key {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// The recovery kit: the page that was printed when the agency was made
    #[command(subcommand)]
    Kit(kit::Kit),
}

impl Key {
    /// Asks the node.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        match self.command {
            KeyCommand::Kit(kit) => kit.run(context),
        }
    }
}
