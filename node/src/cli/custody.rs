//! `spean custody`: who holds what about a child.

use clap::Args;

use super::{
    Context,
    node::segment,
    output::{Page, Show, short, when},
};
use crate::view::{CustodyLine, CustodyView, Problem};

/// Shows who holds what about a child, under which consent, since when, and what was erased
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  spean custody 3fa9c1
  spean custody 3fa9c1 --json")]
pub struct Custody {
    /// The case: id or the beginning of it
    case: String,
}

impl Custody {
    /// Asks the node.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let custody: CustodyView = context.get(&format!("cases/{}/custody", segment(&self.case)))?;
        context.out().answer(&custody)
    }
}

impl Show for CustodyView {
    fn show(&self, page: &mut Page) {
        let (refused, told): (Vec<_>, Vec<_>) = self.lines.iter().partition(|line| line.state == "refused");
        let holding = told.iter().filter(|line| line.state != "erased").count();
        page.say(&match (told.len(), holding) {
            (0, _) if refused.is_empty() => "Only this office holds this case.".to_owned(),
            (0, _) => "Only this office holds this case: who was asked took nothing.".to_owned(),
            (_, 0) => "Only this office holds this case today: all others have erased what they got.".to_owned(),
            (_, 1) => "One other agency holds something today.".to_owned(),
            (_, n) => format!("{n} disclosures are held by other agencies today."),
        });
        for line in &self.lines {
            line_of(page, line);
        }
    }
}

fn line_of(page: &mut Page, line: &CustodyLine) {
    let state = match line.state.as_str() {
        "offered" => "asked, not answered yet",
        "refused" => "their node did not take the offer",
        "holding" => "holds now",
        "erase_asked" => "asked to erase, not confirmed yet",
        other => other,
    };
    let erased = match (line.erased_at, &line.method) {
        (Some(at), Some(method)) => format!("{}, by its signed receipt (method {method})", when::moment(at)),
        (Some(at), None) => when::moment(at),
        (None, _) => String::new(),
    };
    page.gap().say(&line.peer);
    page.pairs(
        2,
        &[
            ("state", format!("{state}, since {}", when::moment(line.since))),
            (if line.erased_at.is_some() { "held" } else { "holds" }, line.holds.join(", ")),
            ("erased", erased),
            ("consent", short(&line.consent).to_owned()),
            ("exchange", short(&line.exchange).to_owned()),
        ],
    );
}
