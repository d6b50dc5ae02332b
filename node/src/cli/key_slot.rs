//! `spean key slot`: the unlock slots of the keyring, each with a secret of its own.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use clap::{Subcommand, builder::PossibleValuesParser};
use keys::{
    Entropy as _,
    keyring::{KeyringError, SlotKind, SlotName},
};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{
    Context, machine,
    output::{Page, Show, fixed, flexible, when},
    problem,
};
use crate::{
    config::Folder,
    run::{self, StartError},
    view::{Problem, SlotLine, SlotList},
    world::World,
};

/// Groups of a generated secret, of four hexadecimal digits each: 128 bits.
const GROUPS: usize = 8;

#[derive(Debug, Subcommand)]
pub enum Slot {
    /// Lists the unlock slots: what they are called, and since when they are there
    #[command(after_help = "\
Asks the running node; of a stopped one it asks the passphrase, for names lie encrypted.
Examples:
  spean --dir cmo key slot list
  spean --dir cmo key slot list --json")]
    List,
    /// Adds a secret that opens the keyring as well; the node must be stopped
    #[command(after_help = "\
Asks for a passphrase that opens it now, then twice for the new one. The secret of a key file, of a credential and of a
recovery paper is made by this program: --out names a file that gets it, as one line, readable by you only.
The node opens itself with a key file or a credential if `unlock_with` in its config.toml names it.
Examples:
  spean --dir cmo key slot add Sophea --by Dara
  spean --dir cmo key slot add \"blue stick\" --kind key-file --out /media/stick/cmo.key --by Dara
  spean --dir cmo key slot add \"this computer\" --kind credential --out cmo.secret --dry-run")]
    Add {
        /// What people call it: whose it is, or where it lies
        name: String,
        /// Where its secret is kept
        #[arg(long, default_value = "passphrase", value_parser = PossibleValuesParser::new(SlotKind::ALL.map(SlotKind::code)))]
        kind: String,
        /// Read the new secret from this file instead of asking
        #[arg(long, value_name = "FILE", conflicts_with = "out")]
        new_passphrase_file: Option<PathBuf>,
        /// Make a secret and write it into this new file
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Only tells what would happen
        #[arg(long)]
        dry_run: bool,
    },
    /// Removes one: its secret opens nothing any more; the node must be stopped
    #[command(after_help = "\
Any other secret of the keyring will do to remove it. The last passphrase can't be removed, for a file or a computer can
be lost. Whoever has an older copy of the folder can still open that copy with it.
Examples:
  spean --dir cmo key slot remove Sophea --dry-run
  spean --dir cmo key slot remove 3 --yes --by Dara")]
    Remove {
        /// Its name or its number
        slot: String,
        /// Only tells what would happen
        #[arg(long, conflicts_with = "yes")]
        dry_run: bool,
        /// It can't be undone: really do it
        #[arg(long, required_unless_present = "dry_run")]
        yes: bool,
    },
}

/// What was done to a slot, or would be.
#[derive(Serialize)]
struct Change {
    done: &'static str,
    name: String,
    kind: String,
    /// None of a slot that is not there yet.
    number: Option<u8>,
}

impl Slot {
    /// Does what was asked about the slots.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let folder = Folder::new(context.node_dir()?);
        match self {
            Self::List => list(context, &folder),
            Self::Add { name, kind, new_passphrase_file, out, dry_run } => {
                let name = SlotName::parse(&name).map_err(|error| failed(error.into()))?;
                let kind = SlotKind::parse(&kind).unwrap_or(SlotKind::Passphrase);
                if dry_run {
                    return may_add(context, &folder, (kind, &name));
                }
                add(context, &folder, (kind, name), new_passphrase_file.as_deref(), out.as_deref())
            }
            Self::Remove { slot, dry_run, yes: _ } => remove(context, &folder, slot, dry_run),
        }
    }
}

fn failed(error: StartError) -> Problem {
    error.problem()
}

fn bytes(text: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(text.as_bytes().to_vec())
}

/// The secret that opens the keyring of a stopped node now.
fn present(context: &Context) -> Result<Zeroizing<Vec<u8>>, Problem> {
    if context.node_runs()? {
        return Err(problem("node/already-running", "the node runs, and has the keyring open")
            .hint("stop it, change the slots, and start it again: other agencies try again by themselves"));
    }
    Ok(bytes(&context.passphrase()?))
}

fn list(context: &Context, folder: &Folder) -> Result<(), Problem> {
    let list = if context.node_runs()? {
        context.get::<SlotList>("keys/slots")?
    } else {
        let slots = run::unlock_slots(folder, &bytes(&context.passphrase()?)).map_err(failed)?;
        SlotList { slots: slots.iter().map(SlotLine::from).collect() }
    };
    context.out().answer(&list)
}

fn may_add(context: &Context, folder: &Folder, (kind, name): (SlotKind, &SlotName)) -> Result<(), Problem> {
    run::may_add_slot(folder, &present(context)?, name).map_err(failed)?;
    let (name, kind) = (name.as_str().to_owned(), kind.code().to_owned());
    context.out().answer(&Change { done: "would-add", name, kind, number: None })
}

fn add(
    context: &Context,
    folder: &Folder,
    (kind, name): (SlotKind, SlotName),
    file: Option<&Path>,
    out: Option<&Path>,
) -> Result<(), Problem> {
    if kind != SlotKind::Passphrase && file.is_none() && out.is_none() {
        let title = format!("a {} is not typed: its secret is made, and must be kept somewhere", kind.code());
        return Err(problem("usage/arguments", title).hint("name a new file for it: `--out FILE`"));
    }
    let present = present(context)?;
    // Before anything is typed or written.
    run::may_add_slot(folder, &present, &name).map_err(failed)?;
    let secret = match out {
        Some(out) => made(out)?,
        None => context.another_passphrase(file)?,
    };
    let new = (kind, name, bytes(&secret));
    let added = run::add_slot(folder, &context.operator(), present, new, machine::passphrase_cost());
    let added = added.map_err(|error| {
        // It opens nothing. One that may is left: half of a change may be on disk.
        let may_open = matches!(error, StartError::Keyring(KeyringError::Io(_) | KeyringError::ReadBack));
        if let Some(out) = out.filter(|_| !may_open) {
            let _ = fs::remove_file(out);
        }
        failed(error)
    })?;
    let (name, kind) = (added.name.as_str().to_owned(), added.kind.code().to_owned());
    context.out().answer(&Change { done: "added", name, kind, number: Some(added.number) })
}

/// A fresh secret, which is on disk in a file of its own before it opens anything.
fn made(out: &Path) -> Result<Zeroizing<String>, Problem> {
    let mut random = Zeroizing::new([0; 2 * GROUPS]);
    World::system().entropy().fill(&mut *random);
    let group = |two: &[u8]| format!("{:04x}", two.iter().fold(0_u16, |sum, byte| (sum << 8) | u16::from(*byte)));
    let secret = Zeroizing::new(random.chunks(2).map(group).collect::<Vec<_>>().join("-"));
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(out).and_then(|mut file| {
        file.write_all(secret.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()
    });
    written.map_err(|error| {
        problem("file/unwritable", format!("`{}` could not be written: {error}", out.display()))
            .hint("name a new file; nothing was changed")
    })?;
    Ok(secret)
}

fn remove(context: &Context, folder: &Folder, slot: String, dry_run: bool) -> Result<(), Problem> {
    let present = present(context)?;
    let (done, removed) = if dry_run {
        ("would-remove", run::may_remove_slot(folder, &present, &slot))
    } else {
        ("removed", run::remove_slot(folder, &context.operator(), present, slot))
    };
    let removed = removed.map_err(failed)?;
    let (name, kind) = (removed.name.as_str().to_owned(), removed.kind.code().to_owned());
    context.out().answer(&Change { done, name, kind, number: Some(removed.number) })
}

/// The slot that the keyring was made with has no name.
fn called(name: &str) -> &str {
    if name.is_empty() { "(the first)" } else { name }
}

impl Show for Change {
    fn show(&self, page: &mut Page) {
        let slot = format!("{} ({})", called(&self.name), self.kind);
        match self.done {
            "added" => {
                page.say(&format!("Added: {slot}. Its secret opens the keyring from now on."));
                match self.kind.as_str() {
                    "key-file" | "credential" => {
                        page.say("For the node to open itself with it, name it as `unlock_with` in config.toml.");
                    }
                    "recovery" => {
                        page.say("Print the file, put the paper into an envelope away from here, and delete the file.");
                    }
                    _ => {}
                }
            }
            "removed" => {
                page.say(&format!("Removed: {slot}. Its secret opens nothing of this folder any more."));
                page.say("Older copies of the folder still open with it.");
            }
            "would-add" => {
                page.say(&format!("Nothing was done. {slot} would be added."));
            }
            _ => {
                page.say(&format!("Nothing was done. {slot} would be removed, for good."));
            }
        }
    }
}

impl Show for SlotList {
    fn show(&self, page: &mut Page) {
        let row = |slot: &SlotLine| {
            let added = slot.added.map_or_else(|| "at the start".to_owned(), when::day);
            let cost = format!("{} MiB", slot.memory_mib);
            vec![slot.number.to_string(), slot.kind.clone(), called(&slot.name).to_owned(), added, cost]
        };
        let rows: Vec<Vec<String>> = self.slots.iter().map(row).collect();
        let columns = [fixed("SLOT"), fixed("KIND"), flexible("NAME"), fixed("ADDED"), fixed("A TRY TAKES")];
        page.table(&columns, &rows);
        if self.slots.len() == 1 {
            page.gap().say("If who knows this one is not there, nobody can unlock: `spean key slot add`.");
        }
    }
}
