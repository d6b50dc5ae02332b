//! `spean status`: how the node is, and what needs a person.

use clap::Args;

use super::{
    Context,
    output::{Page, Show, short, when},
};
use crate::view::{Problem, StatusView};

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
        let status: StatusView = context.get("status")?;
        context.out().answer(&status)
    }
}

const MIB: u64 = 1024 * 1024;

impl Show for StatusView {
    fn show(&self, page: &mut Page) {
        page.say(&format!("{} ({}), {}", self.name, self.kind, short(&self.agency))).gap();
        page.pairs(
            2,
            &[
                ("network", self.network.clone()),
                ("listens on", self.listen.clone()),
                ("known to others as", self.public.clone()),
                ("running since", when::moment(self.started)),
                ("version", self.version.clone()),
                ("free space", format!("{} MiB", self.free_bytes / MIB)),
            ],
        );
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
        page.gap();
        if self.troubles.is_empty() {
            page.say("Nothing needs your attention.");
            return;
        }
        page.say("Needs your attention:");
        for trouble in &self.troubles {
            let about = trouble.about.as_deref().map(|about| format!(" ({})", short(about))).unwrap_or_default();
            page.indented(2, &format!("! {}{about}", trouble.text));
        }
    }
}
