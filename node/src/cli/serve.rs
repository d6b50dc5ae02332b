//! `spean serve`: runs the node in the foreground.

use clap::Args;

use zeroize::Zeroizing;

use super::Context;
use crate::{config::Folder, run, service::Service, view::Problem};

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
        let folder = Folder::new(context.node_dir()?);
        let passphrase = Zeroizing::new(context.passphrase()?.as_bytes().to_vec());
        let ready = |node: &run::Node<Service>| {
            eprintln!("The node runs; other agencies reach it at {}. Ctrl-C stops it.", node.address());
        };
        run::serve(&folder, passphrase, run::open, ready).map_err(|error| error.problem())
    }
}
