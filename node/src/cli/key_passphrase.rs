//! `spean key passphrase`: another passphrase for the keyring.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use zeroize::Zeroizing;

use super::{Context, machine, problem};
use crate::{config::Folder, run, view::Problem};

/// Changes the passphrase of the keyring; the node must be stopped
#[derive(Debug, Args)]
#[command(after_help = "\
Asks for the present passphrase, then twice for the new one. The keys stay the same. Whoever has an older copy of the
folder can still open that copy with the passphrase of then: if that may be so, revoke the signing key as well.
Examples:
  spean --dir cmo key passphrase --by Sophea
  spean --dir cmo --passphrase-file old key passphrase --new-passphrase-file new --json")]
pub struct Passphrase {
    /// Read the new passphrase from this file instead of asking
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
}

impl Passphrase {
    /// Changes it in the folder.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let folder = Folder::new(context.node_dir()?);
        if context.node_runs()? {
            return Err(problem("node/already-running", "the node runs, and has the keyring open")
                .hint("stop it, change the passphrase, and start it again: other agencies try again by themselves"));
        }
        let old = context.passphrase()?;
        let new = context.another_passphrase(self.new_passphrase_file.as_deref())?;
        if old.as_str() == new.as_str() {
            return Err(problem("input/text", "the new passphrase is the present one").hint("choose another"));
        }
        let bytes = |text: &str| Zeroizing::new(text.as_bytes().to_vec());
        let actor = context.operator();
        run::change_passphrase(&folder, &actor, (bytes(&old), bytes(&new)), machine::passphrase_cost())
            .map_err(|error| error.problem())?;
        let sentence = "The passphrase is changed. Older copies of the folder still open with the one before.";
        context.out().told(&json!({ "changed": true }), sentence)
    }
}
