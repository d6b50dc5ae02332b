//! `spean key root`: the main key off the computer, and back.

use std::path::PathBuf;

use clap::Subcommand;
use keys::main_key;
use serde_json::json;
use zeroize::Zeroizing;

use super::{Context, init, kit, problem};
use crate::{
    config::Folder,
    run::{self, MainKeyError},
    view::Problem,
};

#[derive(Debug, Subcommand)]
pub enum Root {
    /// Writes the main key to a page and takes it out of the keyring; the node must be stopped
    #[command(after_help = "\
Who then takes the whole computer can't make signing keys for the agency. The node works on without the main key; it is
needed to make the next signing key, to take one back, and to use the recovery kit.

Examples:
  spean --dir cmo key root detach --out cmo-main-key.txt --yes --by Sophea")]
    Detach {
        /// Where the page is written, to be printed and deleted
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Without the page there is no way back but the guardians: really do it
        #[arg(long, required = true)]
        yes: bool,
    },
    /// Puts the main key back into the keyring; the node must be stopped
    #[command(after_help = "\
Examples:
  spean --dir cmo key root attach --by Sophea
  spean --dir cmo key root attach --secret-file /media/stick/cmo-main-key.txt")]
    Attach {
        /// Read the secret from this file, which may be the page; `-` reads standard input
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
    },
}

impl Root {
    /// Does it in the folder.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let folder = Folder::new(context.node_dir()?);
        if context.node_runs()? {
            return Err(problem("node/already-running", "the node runs, and has the keyring open")
                .hint("stop it, do this, and start it again: other agencies try again by themselves"));
        }
        let actor = context.operator();
        let passphrase = || context.passphrase().map(|text| Zeroizing::new(text.as_bytes().to_vec()));
        match self {
            Self::Detach { out, .. } => {
                let name = run::detach_main_key(&folder, &actor, passphrase()?, out.clone()).map_err(refused)?;
                let sentence = format!(
                    "The main key of {name} is on the page `{}` and not on this computer any more. Print it, lock it \
                     away where the recovery kit does not lie, and delete the file.",
                    out.display()
                );
                context.out().told(&json!({ "detached": true, "page": out }), &sentence)
            }
            Self::Attach { secret_file } => {
                let typed = kit::secret(secret_file.as_deref())?;
                let seed = main_key::read(&typed).map_err(|why| {
                    problem("key/main-key-page", why.to_string()).hint("compare it with the page, group by group")
                })?;
                let name = run::attach_main_key(&folder, &actor, passphrase()?, seed).map_err(refused)?;
                let sentence = format!("The main key of {name} lies in the keyring again.");
                context.out().told(&json!({ "attached": true }), &sentence)
            }
        }
    }
}

fn refused(error: MainKeyError) -> Problem {
    match error {
        MainKeyError::Start(error) => error.problem(),
        MainKeyError::Page(error) => init::refused(&error),
        error @ (MainKeyError::Away | MainKeyError::Here) => problem("key/wrong-state", error.to_string()),
        error @ MainKeyError::Other => problem("key/main-key-page", error.to_string())
            .hint("take the newest page that names this agency; a rotation makes the one before worthless"),
    }
}
