//! `spean restore FILE`: a node from its backup.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use zeroize::Zeroizing;

use super::{
    Context,
    output::{Page, Show, when},
    problem,
};
use crate::{
    config::Folder,
    run::{self, ErasedList, RestoreFault},
    view::{Problem, RestoredView},
};

/// Restores a node from its backup into an empty folder
#[derive(Debug, Args)]
#[command(after_help = "\
Only where the node itself is lost: two nodes of one agency must never run beside each other. If they do, the other
agencies see it, tell their people, and the later one stops.

The folder (`--dir`) must be empty or not there. The passphrase is that of the day on which the backup was made.
What was erased since then is erased again; that is what FILE.erased is for. Then start the node: it first asks each
agency what it had got from it, tells all that it was restored, and only then sends anything new. `spean status`
says how far it is. What was received or written since the backup is lost: the referrals concerned say so.

Examples:
  spean --dir cmo restore /media/stick/cmo.backup --by Sophea
  spean --dir cmo restore cmo.backup --erased newest.erased --json
  spean --dir cmo restore cmo.backup --without-erased    the list is lost: erased cases may come back
  spean --dir cmo restore --here                         the other copy is stopped, and this node goes on")]
pub struct Restore {
    /// The backup
    #[arg(required_unless_present = "here")]
    file: Option<PathBuf>,
    /// The list of what was erased since, if it does not lie beside FILE as FILE.erased
    #[arg(long, value_name = "FILE", conflicts_with = "here")]
    erased: Option<PathBuf>,
    /// Restore without that list: what was erased since may come back
    #[arg(long, conflicts_with_all = ["here", "erased"])]
    without_erased: bool,
    /// Of two copies of this node, keep the one in this folder; the node must be stopped
    #[arg(long, conflicts_with = "file")]
    here: bool,
}

impl Restore {
    /// Restores it.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let Some(file) = &self.file else { return go_on_here(context) };
        let list = match &self.erased {
            Some(path) => ErasedList::At(path.clone()),
            None if self.without_erased => ErasedList::Lost,
            None => ErasedList::Beside,
        };
        let dir = context.dir()?;
        let passphrase = context.passphrase()?;
        let restored = run::restore(file, &list, dir, &context.operator(), passphrase.as_bytes());
        context.out().answer(&restored.map_err(|fault| told(&fault))?)
    }
}

fn told(fault: &RestoreFault) -> Problem {
    let hint = match fault.code() {
        "backup/too-old" => "destroy it; restore a newer one, or make the agency anew (`docs/keys.md`)",
        "backup/no-list" => {
            "copy it beside the backup, or name it with --erased; only if it is lost: --without-erased, and erase anew what \
             comes back"
        }
        "backup/other-list" => "name the newest list of this agency with --erased",
        "node/exists" => "name an empty folder, or none that is there; keep the old one until all works",
        "keyring/wrong-passphrase" => "try again; it may have been changed since",
        "backup/damaged" => "take another backup",
        _ => "look at the disk and the path",
    };
    problem(fault.code(), fault.to_string()).hint(hint)
}

fn go_on_here(context: &Context) -> Result<(), Problem> {
    let folder = Folder::new(context.node_dir()?);
    if context.node_runs()? {
        return Err(problem("node/already-running", "the node runs")
            .hint("stop it, and the other copy too; then say it again, and start this one"));
    }
    let passphrase = Zeroizing::new(context.passphrase()?.as_bytes().to_vec());
    run::go_on_here(&folder, &context.operator(), passphrase).map_err(|error| error.problem())?;
    let sentence = "Start the node: it asks the other agencies first what they got, as after a restore.";
    context.out().told(&json!({ "goes_on": true }), sentence)
}

impl Show for RestoredView {
    fn show(&self, page: &mut Page) {
        page.say(&format!("{} is restored in `{}`, as it was on {}.", self.name, self.dir, when::moment(self.made)));
        if self.with_list {
            page.say(&format!("Erased again, as they had been since: {}.", self.erased_again));
        } else {
            page.say("What was erased since may be there again: nobody but the people concerned can tell.");
        }
        page.say("Start it with `spean serve`. It asks the other agencies first; `spean status` says how far it is.");
    }
}
