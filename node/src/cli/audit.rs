//! `spean audit`: the record of everything done on this node.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use zeroize::Zeroizing;

use super::{
    Context,
    audit_export::{self, Export},
    output::{Page, Show, fixed, flexible, when},
    problem,
};
use crate::{
    config::Folder,
    run,
    view::{AuditPage, AuditReport, Problem},
};

/// Shows, checks and exports the audit log
#[derive(Debug, Args)]
#[command(after_help = "\
Every disclosure, opening and use of a key stands in it; no child does: objects are keyed hashes.

Examples:
  spean audit show --last 20
  spean audit verify
  spean audit export june.jsonl --since 2026-06-01 --until 2026-06-30 --by Maly
  spean audit verify june.jsonl")]
pub struct Audit {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Shows entries, oldest first
    #[command(after_help = "\
Examples:
  spean audit show
  spean audit show --last 20
  spean audit show --after 100 --json")]
    Show {
        /// Only entries after this number
        #[arg(long, value_name = "N", default_value_t = 0)]
        after: u64,
        /// Only the newest N entries
        #[arg(long, value_name = "N", conflicts_with = "after")]
        last: Option<usize>,
    },
    /// Checks the whole chain, or a file that `export` made: nothing was changed, removed or put between
    #[command(after_help = "\
Where the node runs, it checks; else the folder is read, which needs the passphrase. Exit code 8 if it is broken.

A FILE is checked without a node, a folder or a network: whoever got it needs nothing but this program. Who made the
file chose the name in it, and not the digits: give them as the agency told you, or compare those that are shown.

Examples:
  spean audit verify
  spean audit verify --json
  spean audit verify june.jsonl --fingerprint \"1234 5678 9012 …\"
  spean audit verify june.jsonl --json")]
    Verify {
        /// A file that `spean audit export` made; `-` reads it from standard input
        file: Option<PathBuf>,
        /// The digits of the agency that must have signed it, as it told you
        #[arg(long, value_name = "DIGITS", requires = "file")]
        fingerprint: Option<String>,
    },
    Export(Export),
}

impl Audit {
    /// Shows or checks.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        match self.command {
            AuditCommand::Show { after, last } => show(context, after, last),
            AuditCommand::Verify { file: None, .. } => verify(context),
            AuditCommand::Verify { file: Some(file), fingerprint } => {
                audit_export::verify(context, &file, fingerprint.as_deref())
            }
            AuditCommand::Export(export) => export.run(context),
        }
    }
}

fn show(context: &Context, after: u64, last: Option<usize>) -> Result<(), Problem> {
    let mut all = AuditPage { entries: Vec::new(), next: Some(after) };
    while let Some(after) = all.next.take() {
        let more: AuditPage = context.get(&format!("audit?after={after}"))?;
        all.entries.extend(more.entries);
        all.next = more.next.filter(|next| *next > after);
    }
    if let Some(last) = last {
        let skip = all.entries.len().saturating_sub(last);
        all.entries.drain(..skip);
    }
    context.out().answer(&all)
}

fn verify(context: &Context) -> Result<(), Problem> {
    let report = report(context)?;
    let Some(fault) = &report.fault else {
        return context.out().answer(&report);
    };
    Err(problem("audit/broken", format!("the audit log is broken: {fault}"))
        .hint("keep a copy of the folder as evidence, and tell your key administrator"))
}

/// From the running node, else from the folder.
fn report(context: &Context) -> Result<AuditReport, Problem> {
    if context.node_runs()? {
        return context.get("audit/verify");
    }
    let folder = Folder::new(context.node_dir()?);
    let passphrase = Zeroizing::new(context.passphrase()?.as_bytes().to_vec());
    run::verify_audit(&folder, passphrase).map_err(|error| error.problem())
}

impl Show for AuditPage {
    fn show(&self, page: &mut Page) {
        if self.entries.is_empty() {
            page.say("No entry.");
            return;
        }
        let rows: Vec<Vec<String>> = self
            .entries
            .iter()
            .map(|entry| {
                let second = entry.approved_by.as_deref().map(|name| format!(" + {name}")).unwrap_or_default();
                vec![
                    entry.seq.to_string(),
                    when::brief(entry.at),
                    format!("{}{second}", entry.actor),
                    entry.action.clone(),
                    entry.object.chars().take(8).collect(),
                    entry.outcome.clone(),
                ]
            })
            .collect();
        page.table(
            &[fixed("NO"), fixed("WHEN"), flexible("WHO"), flexible("WHAT"), fixed("OBJECT"), flexible("OUTCOME")],
            &rows,
        );
    }
}

impl Show for AuditReport {
    fn show(&self, page: &mut Page) {
        page.say(&format!("Nothing was changed or removed: {} entries checked.", self.entries));
        page.pairs(2, &[("newest", self.head.clone())]);
    }
}
