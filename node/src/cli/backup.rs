//! `spean backup FILE`: all that a node has, in one encrypted file.

use std::{
    io::Write as _,
    path::{Path, PathBuf, absolute},
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::Duration,
};

use clap::Args;
use zeroize::Zeroizing;

use super::{
    Context, output,
    output::{Page, Show, when},
    problem,
};
use crate::{
    config::Folder,
    run,
    view::{BackupRequest, BackupView, CheckedBackup, Problem},
};

/// How often the progress is told.
const LOOK: Duration = Duration::from_millis(500);

/// Makes a backup: all that the node has, in one encrypted file
#[derive(Debug, Args)]
#[command(after_help = "\
The node may run or be stopped. Only the passphrase of the day on which it is made opens the backup. What other
agencies can't seal to any more (receiving keys, keys of referrals) is left out: after a restore the node makes new
ones by itself.

Beside FILE the node keeps FILE.erased: which things were erased since. It holds no names, is replaced at each
erasure, and is needed to restore: leave the disk connected, or copy FILE.erased anew each time you fetch it. As
long as a backup may be restored (`kept_days` in config.toml) your receipts tell other agencies that a backup may
still hold what was erased.

An older backup of this agency under the same name is replaced; it is there as a whole or as it was.
Examples:
  spean --dir cmo backup /media/stick/cmo.backup --by Sophea
  spean --dir cmo backup /media/stick/cmo.backup --json
  spean backup --check /media/stick/cmo.backup    does it open, is anything missing? (no node is needed)")]
pub struct Backup {
    /// The file to write, or to look through
    file: PathBuf,
    /// Look a backup through, and write nothing
    #[arg(long)]
    check: bool,
}

impl Backup {
    /// Asks the running node for it, or makes it of a stopped one.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        if self.check {
            return self.look_through(context);
        }
        let file = absolute(&self.file).unwrap_or(self.file);
        let request = BackupRequest {
            file: file.to_str().map(str::to_owned).ok_or_else(|| {
                problem("input/field", "the file's name is no UTF-8 text").hint("give it another name")
            })?,
        };
        let folder = Folder::new(context.node_dir()?);
        let made: BackupView = if context.node_runs()? {
            telling(&file, || context.post("backup", &request))?
        } else {
            let passphrase = Zeroizing::new(context.passphrase()?.as_bytes().to_vec());
            telling(&file, || run::backup(&folder, &context.operator(), passphrase, request))?
        };
        context.out().answer(&made)
    }

    fn look_through(&self, context: &Context) -> Result<(), Problem> {
        let passphrase = context.passphrase()?;
        let checked = run::check_backup(&self.file, passphrase.as_bytes());
        context.out().answer(&checked.map_err(|fault| {
            let hint = match fault.code() {
                "backup/damaged" => "do not rely on it: make another, and check that",
                "keyring/wrong-passphrase" => "try again; it may have been changed since",
                _ => "is this the right file?",
            };
            problem(fault.code(), fault.to_string()).hint(hint)
        })?)
    }
}

/// Tells a person at the terminal how much is written, until `act` ends.
fn telling<T: Send>(file: &Path, act: impl FnOnce() -> T + Send) -> T {
    if !output::has_person() {
        return act();
    }
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let (done, wait) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut told = false;
            while let Err(RecvTimeoutError::Timeout) = wait.recv_timeout(LOOK) {
                let mebibytes = std::fs::metadata(&part).map_or(0, |part| part.len() >> 20);
                // Nobody needs it who does not see it.
                let _ = write!(std::io::stderr(), "\r{mebibytes} MiB are written …");
                let _ = std::io::stderr().flush();
                told = true;
            }
            if told {
                let _ = writeln!(std::io::stderr());
            }
        });
        let made = act();
        drop(done);
        made
    })
}

impl Show for BackupView {
    fn show(&self, page: &mut Page) {
        page.say(&format!("The backup is made: `{}`, {} KiB.", self.file, self.bytes.div_ceil(1024)));
        page.say(&format!(
            "It can be restored until {}. Keep it away from this computer, and the passphrase away from it.",
            when::day(self.until)
        ));
        page.say(&format!(
            "`{}` belongs to it: what is erased from now on. The node keeps it up to date.",
            self.erased_list
        ));
    }
}

impl Show for CheckedBackup {
    fn show(&self, page: &mut Page) {
        page.say("The backup opens, nothing was changed, and nothing is missing.");
        let usable = if self.usable { "" } else { ", which is over: destroy it" };
        page.pairs(
            2,
            &[
                ("agency", self.agency.clone()),
                ("made", when::moment(self.made)),
                ("usable until", format!("{}{usable}", when::day(self.until))),
                ("rows", self.rows.to_string()),
            ],
        );
        if !self.erased_list {
            page.say("The list of what was erased since (FILE.erased) does not lie beside it: fetch it from the node.");
        }
    }
}
