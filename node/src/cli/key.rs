//! `spean key`: this agency's own keys through their lives.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    Context, key_main, key_passphrase, key_recover, key_root, key_slot, kit,
    node::segment,
    output::{Page, Show, fixed, flexible, when},
};
use crate::view::{KeyChange, KeyLine, KeyList, LogLine, Problem, RevokeOwnKey, RotateKey};

/// Looks after this agency's own keys and its recovery kit
#[derive(Debug, Args)]
#[command(after_help = "\
A signing key is good for a year. Make the next one a week before it is put into use, so that others know it by then.
If a key may be in other hands, revoke it at once: a new one takes its place in the same step.

Examples:
  spean key list
  spean key rotate signing --by Sophea
  spean key rotate signing --activate --by Sophea
  spean key revoke 3fa9c1d2 --reason \"laptop stolen\" --dry-run")]
pub struct Key {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Lists the own keys, and what to do about them
    #[command(after_help = "\
published: others can know it, and it is not in use yet. destroyed: its secret half is gone; what it signed counts,
unless it was revoked.

Examples:
  spean key list
  spean key list --json")]
    List,
    /// Shows the signing keys that another agency had and has, and what its key log says
    #[command(after_help = "\
What it calls active may not be in use yet: that is known at its own node only.

Examples:
  spean key history DT
  spean key history DT --json")]
    History {
        /// The agency: name, id or the beginning of the id
        peer: String,
    },
    /// Makes the next key, or puts it into use
    #[command(after_help = "\
Two steps. The first makes the key and shows it to others; nothing changes for them. The second, with --activate, waits
until each verified agency was seen to know it, for at most 7 days, and destroys the old key's secret half.

Examples:
  spean key rotate signing --by Sophea
  spean key rotate signing --activate --by Sophea
  spean key rotate signing --activate --force --reason \"the old key ends tonight\" --by Sophea

`root` puts the main key of the recovery kit into use: after a theft of the whole keyring, or when the kit was seen.
What others added to the key log with the old one is void. It asks for the secret on the paper and writes the next kit:

  spean key rotate root --kit cmo-kit-2.txt --yes --by Sophea")]
    Rotate {
        /// Which kind of key; sealing keys rotate by themselves
        #[arg(value_parser = ["signing", "root"])]
        kind: String,
        /// Of the root: where the next kit is written, to be printed and deleted
        #[arg(long, value_name = "FILE", required_if_eq("kind", "root"))]
        kit: Option<PathBuf>,
        /// Of the root: read the secret of the present kit from this file; `-` reads standard input
        #[arg(long, value_name = "FILE", requires = "kit")]
        secret_file: Option<PathBuf>,
        /// Of the root: it can't be undone: really do it
        #[arg(long, required_if_eq("kind", "root"))]
        yes: bool,
        /// Puts the prepared key into use
        #[arg(long)]
        activate: bool,
        /// Though not every verified agency was seen to know it: what they get meanwhile waits until they do
        #[arg(long, requires_all = ["activate", "reason"])]
        force: bool,
        /// Why it can't wait; kept in the audit log
        #[arg(long, value_name = "TEXT", requires = "force")]
        reason: Option<String>,
    },
    /// Revokes a signing key, for good
    #[command(after_help = "\
What it signed and this node knows of still stands; all else by it is refused everywhere, whatever date it bears. If it
is the key in use, a new one takes its place at once. Every agency can read the reason.

Examples:
  spean key revoke 3fa9c1d2 --reason \"laptop stolen\" --dry-run
  spean key revoke 3fa9c1d2 --reason \"laptop stolen\" --yes --by Sophea")]
    Revoke {
        /// The key: its id, or the beginning of it
        key: String,
        /// Why: every agency can read it
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Only tells what would happen
        #[arg(long, conflicts_with = "yes")]
        dry_run: bool,
        /// It can't be undone: really do it
        #[arg(long, required_unless_present = "dry_run")]
        yes: bool,
    },
    /// Takes the main key off the computer, and brings it back
    #[command(
        subcommand,
        after_help = "\
Examples:
  spean key root detach --out cmo-main-key.txt --yes
  spean key root attach"
    )]
    Root(key_main::Root),
    /// Gets a new main key from the guardians, when the old one or the kit is lost or in other hands
    #[command(
        subcommand,
        after_help = "\
First try the kit: `spean key rotate root`. The guardians are for when it is lost, or in other hands as well. Other
agencies must then compare the digits again, which stay the same. Signing keys stay: revoke afterwards what was stolen.

Examples:
  spean key recover ask --kit cmo-kit-2.txt --out cmo-recovery.txt --by Sophea
  spean key recover sign cmo-recovery.txt --yes
  spean key recover finish signature-1.txt signature-3.txt --yes --by Sophea"
    )]
    Recover(key_recover::Recover),
    Passphrase(key_passphrase::Passphrase),
    /// The unlock slots: the passphrases, key files and credentials that open the keyring
    #[command(
        subcommand,
        after_help = "\
Examples:
  spean key slot list
  spean key slot add Sophea --by Dara
  spean key slot remove Sophea --dry-run"
    )]
    Slot(key_slot::Slot),
    /// The recovery kit: the page that was printed when the agency was made
    #[command(
        subcommand,
        after_help = "\
Examples:
  spean key kit show
  spean key kit drill"
    )]
    Kit(kit::Kit),
}

impl Key {
    /// Does what was asked about the own keys.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        match self.command {
            KeyCommand::List => context.out().answer(&context.get::<KeyList>("keys")?),
            KeyCommand::History { peer } => {
                context.out().answer(&context.get::<KeyList>(&format!("peers/{}/keys", segment(&peer)))?)
            }
            KeyCommand::Rotate { kit: Some(kit), secret_file, .. } => {
                key_root::RotateRoot { kit: &kit, secret_file }.run(context)
            }
            KeyCommand::Rotate { activate: false, .. } => {
                context.out().answer(&context.post::<_, KeyChange>("keys/prepare", &json!({}))?)
            }
            KeyCommand::Rotate { force, reason, .. } => {
                context.out().answer(&context.post::<_, KeyChange>("keys/activate", &RotateKey { force, reason })?)
            }
            KeyCommand::Root(root) => root.run(context),
            KeyCommand::Recover(recover) => recover.run(context),
            KeyCommand::Passphrase(change) => change.run(context),
            KeyCommand::Slot(slot) => slot.run(context),
            KeyCommand::Kit(kit) => kit.run(context),
            KeyCommand::Revoke { key, reason, dry_run, .. } => {
                let path = format!("keys/{}/revoke", segment(&key));
                context.out().answer(&context.post::<_, KeyChange>(&path, &RevokeOwnKey { reason, dry_run })?)
            }
        }
    }
}

impl Show for KeyList {
    fn show(&self, page: &mut Page) {
        let row = |key: &KeyLine| {
            let state = if key.revoked.is_some() { format!("revoked, {}", key.stage) } else { key.stage.clone() };
            let state = state.trim_end_matches(", revoked").to_owned();
            vec![key.kind.clone(), state, key.until.map(when::day).unwrap_or_default(), key.id.clone()]
        };
        let rows: Vec<Vec<String>> = self.keys.iter().map(row).collect();
        page.table(&[fixed("KIND"), flexible("STATE"), fixed("UNTIL"), fixed("ID")], &rows);
        let told = |line: &LogLine| {
            let what = match &line.key {
                Some(key) => format!("{} {key}", line.what),
                None => line.what.clone(),
            };
            let what = line.reason.iter().fold(what, |what, reason| format!("{what}: {reason}"));
            vec![line.entry.to_string(), when::day(line.at), what]
        };
        if !self.entries.is_empty() {
            let entries: Vec<Vec<String>> = self.entries.iter().map(told).collect();
            page.gap().table(&[fixed("ENTRY"), fixed("SAYS"), flexible("WHAT")], &entries);
        }
        for key in &self.keys {
            if key.due.is_some() {
                page.gap().say("The signing key in use ends soon: spean key rotate --help");
            }
            if key.kind == "signing" && key.stage == "published" {
                let next = if key.waits_for.is_empty() {
                    "The prepared key can be put into use: spean key rotate signing --activate".to_owned()
                } else {
                    format!("The prepared key waits, at most 7 days, until these know it: {}", key.waits_for.join(", "))
                };
                page.gap().say(&next);
            }
        }
    }
}

impl Show for KeyChange {
    fn show(&self, page: &mut Page) {
        let stands = |told: &str| {
            format!(
                "Which packets by it stand {told} told to {}: those of {}, of which {} may not have arrived yet.",
                counted(self.peers, "agency", "agencies"),
                counted(self.exchanges, "exchange", "exchanges"),
                self.waiting
            )
        };
        match (self.done.as_str(), &self.after) {
            ("prepared", _) => {
                page.say(&format!("The next signing key is made: {}. It signs nothing yet.", self.key));
                page.say("In a week, or when all know it: spean key rotate signing --activate");
            }
            ("activated", _) => {
                page.say(&format!(
                    "{} signs from now on. The secret half of the key before it is destroyed.",
                    self.key
                ));
            }
            ("root_replaced", _) => {
                page.say("The main key of the recovery kit is in use now. That kit is worth nothing any more.");
                page.say("Print the next kit, lock it away in another place, and delete its file.");
            }
            ("recovered", _) => {
                page.say(&format!("The main key is {} now, and the kit before is worth nothing any more.", self.key));
                page.say("Print the next kit, lock it away in another place, and delete its file.");
                page.say("Telephone the other agencies: each must compare your digits again before it sends you more.");
                page.say("If the signing key may be in other hands, take it back now: spean key revoke --help");
            }
            ("nothing", _) => {
                page.say(&format!("Nothing was done. {} would be revoked, for good.", self.key));
                if self.replaces {
                    page.say("A new signing key and a new sealing key would take the place of the old ones at once.");
                }
                page.say(&stands("would be"));
            }
            (_, after) => {
                page.say(&format!("Revoked: {}. Nothing by it counts any more but what this node sent.", self.key));
                page.say(&stands("is"));
                if let Some(after) = after {
                    page.say(&format!("{after} signs from now on."));
                }
                page.say("Whoever took the key may have more of this node: telephone the other agencies.");
            }
        }
    }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
