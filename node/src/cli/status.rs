//! `spean status`: how the node is, and what needs a person.

use clap::Args;
use serde::{Deserialize, Serialize};

use super::{
    Context,
    output::{Page, Show, short, when},
};
use crate::view::{LockedView, Problem, StatusView, Trouble};

/// Shows how the node is and what needs a person's attention
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  spean status
  spean status --json")]
pub struct Status {}

impl Status {
    /// Asks the node.
    pub fn run(context: &Context) -> Result<(), Problem> {
        let status: NodeStatus = context.get("status")?;
        context.out().answer(&status)
    }
}

/// What a node says of itself, locked or not.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum NodeStatus {
    Locked(LockedView),
    Open(StatusView),
}

impl Show for NodeStatus {
    fn show(&self, page: &mut Page) {
        match self {
            Self::Locked(status) => status.show(page),
            Self::Open(status) => status.show(page),
        }
    }
}

impl Show for LockedView {
    fn show(&self, page: &mut Page) {
        let why = if self.unattended { ", by itself: nobody used it" } else { "" };
        let since = format!("{}{why}", when::moment(self.since));
        page.say(&format!("{}, {}: locked", self.name, short(&self.agency))).gap();
        page.pairs(
            2,
            &[
                ("listens on", self.listen.clone()),
                ("locked since", since),
                ("version", self.version.clone()),
                ("free space", format!("{} MiB", self.free_bytes / MIB)),
                ("packets waiting", self.waiting.to_string()),
            ],
        );
        show_troubles(page.gap(), &self.troubles);
    }
}

const MIB: u64 = 1024 * 1024;

impl Show for StatusView {
    fn show(&self, page: &mut Page) {
        page.say(&format!("{} ({}), {}", self.name, self.kind, short(&self.agency))).gap();
        let mut rows = vec![
            ("network", self.network.clone()),
            ("listens on", self.listen.clone()),
            ("known to others as", self.public.clone()),
            ("running since", when::moment(self.started)),
            ("version", self.version.clone()),
            ("free space", format!("{} MiB", self.free_bytes / MIB)),
            ("second person", second_person(&self.two_persons, self.waiting_for_second)),
        ];
        if let Some(minutes) = self.locks_after_minutes {
            rows.push(("locks itself", format!("after {minutes} minutes without anybody")));
        }
        page.pairs(2, &rows);
        page.gap().pairs(
            2,
            &[
                ("cases", self.cases.to_string()),
                ("peers", self.peers.to_string()),
                ("open exchanges", self.open_exchanges.to_string()),
                ("offers to answer", self.waiting_for_us.to_string()),
                ("waiting to be sent", self.waiting_to_send.to_string()),
            ],
        );
        show_troubles(page.gap(), &self.troubles);
    }
}

/// Whether one key administrator can decide alone.
fn second_person(rule: &str, waiting: u64) -> String {
    match rule {
        "on" if waiting == 0 => "must confirm what a key administrator decides".into(),
        "on" => format!("must confirm what a key administrator decides: {waiting} waiting"),
        "alone" => "none: each key administrator decides alone".into(),
        _ => "switched off: each key administrator decides alone".into(),
    }
}

fn show_troubles(page: &mut Page, troubles: &[Trouble]) {
    if troubles.is_empty() {
        page.say("Nothing needs your attention.");
        return;
    }
    page.say("Needs your attention:");
    for trouble in troubles {
        let about = trouble.about.as_deref().map(|about| format!(" ({})", short(about))).unwrap_or_default();
        page.indented(2, &format!("! {}{about}", trouble.text));
    }
}
