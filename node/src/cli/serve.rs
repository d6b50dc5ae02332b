//! `spean serve`: runs the node in the foreground.

use clap::Args;
use zeroize::Zeroizing;

use super::{Context, output};
use crate::{
    config::Folder,
    run::{self, Beginning},
    service::Service,
    view::Problem,
};

/// Runs the node until it is stopped (Ctrl-C, or SIGTERM)
#[derive(Debug, Args)]
#[command(after_help = "\
The node listens for other agencies and for commands on this computer (a socket in its folder). It asks for the
passphrase at the terminal, or reads it from --passphrase-file. Without either, as after a power cut, it starts locked:
it keeps what other agencies send, sealed, and opens nothing until `spean unlock`. Logs go to standard error and hold
no personal data.
Examples:
  spean --dir cmo serve
  spean --dir cmo serve --locked
  spean --dir cmo --passphrase-file /run/credentials/spean serve")]
pub struct Serve {
    /// Start locked: ask for no passphrase, open nothing until `spean unlock`
    #[arg(long)]
    locked: bool,
    /// How a node that locked itself begins anew; for itself only
    #[arg(long, hide = true, requires = "locked")]
    unattended: bool,
}

impl Serve {
    /// Runs until the node is stopped.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let folder = Folder::new(context.node_dir()?);
        let nobody = context.passphrase_file.is_none() && !output::has_person();
        let beginning = if self.unattended {
            Beginning::Unattended
        } else if self.locked || nobody {
            Beginning::Locked
        } else {
            Beginning::Open(Zeroizing::new(context.passphrase()?.as_bytes().to_vec()))
        };
        run::serve(&folder, beginning, run::open, ready(&folder)).map_err(|error| error.problem())
    }
}

/// Says that the node runs.
pub(super) fn ready(folder: &Folder) -> impl Fn(&run::Node<Service>, bool) {
    |node, locked| {
        eprintln!("The node runs; other agencies reach it at {}. Ctrl-C stops it.", node.address());
        if let Some(url) = node.screens() {
            eprintln!("People work in a browser at {url}");
        }
        if locked {
            let dir = folder.path().display();
            eprintln!("It is locked: it keeps what comes and opens nothing until `spean --dir {dir} unlock`.");
        }
    }
}
