//! `spean completions`: what a shell needs to complete commands.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, output};
use crate::view::Problem;

/// Prints a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  spean completions bash > ~/.local/share/bash-completion/completions/spean
  spean completions zsh > ~/.zfunc/_spean
  spean completions fish > ~/.config/fish/completions/spean.fish")]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    pub fn run(self) -> Result<(), Problem> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "spean", &mut script);
        output::raw(&String::from_utf8_lossy(&script))
    }
}
