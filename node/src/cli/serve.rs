//! `spean serve`: runs the node in the foreground.

use std::{env, path::PathBuf};

use clap::Args;
use zeroize::Zeroizing;

use super::{Context, output, passphrase};
use crate::{
    config::{Config, Folder},
    run::{self, Beginning, StartError},
    service::Service,
    view::Problem,
};

/// Runs the node until it is stopped (Ctrl-C, or SIGTERM)
#[derive(Debug, Args)]
#[command(after_help = "\
The node listens for other agencies and for commands on this computer (a socket in its folder). It asks for the
passphrase at the terminal, or reads it from --passphrase-file, or opens itself with the key file or the credential that
`unlock_with` in config.toml names. Without any, as after a power cut, it starts locked: it keeps what other agencies
send, sealed, and opens nothing until `spean unlock`. Logs go to standard error and hold no personal data.
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
        let by_itself = if self.locked || context.passphrase_file.is_some() { None } else { by_itself(&folder)? };
        let beginning = if self.unattended {
            Beginning::Unattended
        } else if let Some(secret) = by_itself {
            Beginning::OpenOrLocked(secret)
        } else if self.locked || nobody {
            Beginning::Locked
        } else {
            Beginning::Open(Zeroizing::new(context.passphrase()?.as_bytes().to_vec()))
        };
        run::serve(&folder, beginning, run::open, ready(&folder)).map_err(|error| error.problem())
    }
}

/// The secret that the settings name, if they name one and it is there. A stick that was taken out is no error: it is what
/// it is for.
fn by_itself(folder: &Folder) -> Result<Option<Zeroizing<Vec<u8>>>, Problem> {
    let config = Config::load(&folder.config()).map_err(|error| StartError::from(error).problem())?;
    let credentials = env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    let Some(file) = config.lock.opened_by(credentials.as_deref()) else { return Ok(None) };
    match passphrase::from_file(&file) {
        Ok(secret) => Ok(Some(Zeroizing::new(secret.as_bytes().to_vec()))),
        Err(problem) => {
            eprintln!("The node does not open itself: {}.", problem.title);
            Ok(None)
        }
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
