//! `spean inbox`, `outbox`, `exchange`: what goes on with other agencies.

use clap::{Args, Subcommand};

use super::{
    Context,
    node::segment,
    output::{Page, Show, fixed, flexible, shorten, show_record, when},
};
use crate::{
    service::REVOKED_KEY,
    view::{Delivery, EventView, ExchangeList, ExchangeSummary, ExchangeView, Problem, ReceiptView, Side},
};

/// Lists offers that wait for this agency, and news of its exchanges
#[derive(Debug, Args)]
#[command(after_help = "\
Most urgent first. Lists never show names: `spean exchange show ID` shows one exchange.

Examples:
  spean inbox
  spean inbox --json")]
pub struct Inbox {}

/// Lists what this agency sent, and whether it has arrived
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  spean outbox
  spean outbox --json")]
pub struct Outbox {}

/// Lists and shows exchanges, sent and received
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  spean exchange list
  spean exchange show 482719")]
pub struct Exchange {
    #[command(subcommand)]
    command: ExchangeCommand,
}

#[derive(Debug, Subcommand)]
enum ExchangeCommand {
    /// Lists all exchanges, newest first
    #[command(after_help = "\
Examples:
  spean exchange list
  spean exchange list --json")]
    List,
    /// Shows one exchange: offer, released categories, what happened; this is recorded in the audit log
    #[command(after_help = "\
Examples:
  spean exchange show 3fa9c1
  spean exchange show 3fa9c1 --json")]
    Show {
        /// The exchange: id or the beginning of it
        id: String,
    },
}

impl Inbox {
    /// Lists what waits here.
    pub fn run(context: &Context) -> Result<(), Problem> {
        list(context, "inbox", "Nothing waits for you.")
    }
}

impl Outbox {
    /// Lists what was sent.
    pub fn run(context: &Context) -> Result<(), Problem> {
        list(context, "outbox", "Nothing that this agency sent is open.")
    }
}

impl Exchange {
    /// Lists or shows.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        match self.command {
            ExchangeCommand::List => told(context, &all(context)?, "There is no exchange yet."),
            ExchangeCommand::Show { id } => {
                context.out().answer(&context.get::<ExchangeView>(&format!("exchanges/{}", segment(&id)))?)
            }
        }
    }
}

fn list(context: &Context, path: &str, empty: &str) -> Result<(), Problem> {
    told(context, &context.get(path)?, empty)
}

/// Page after page, as long as each goes on from the one before.
fn all(context: &Context) -> Result<ExchangeList, Problem> {
    let mut all: ExchangeList = context.get("exchanges")?;
    while let Some(after) = all.next.take() {
        let more: ExchangeList = context.get(&format!("exchanges?after={}", segment(&after)))?;
        all.exchanges.extend(more.exchanges);
        all.next = more.next.filter(|next| *next != after);
    }
    Ok(all)
}

fn told(context: &Context, list: &ExchangeList, empty: &str) -> Result<(), Problem> {
    if list.exchanges.is_empty() {
        return context.out().told(list, empty);
    }
    context.out().answer(list)
}

impl Show for ExchangeList {
    fn show(&self, page: &mut Page) {
        let ids: Vec<&str> = self.exchanges.iter().map(|exchange| exchange.id.as_str()).collect();
        let rows: Vec<Vec<String>> =
            self.exchanges.iter().zip(shorten(&ids)).map(|(exchange, id)| row(exchange, id)).collect();
        page.table(
            &[
                fixed("ID"),
                fixed("REF"),
                flexible("WITH"),
                flexible("SERVICE"),
                fixed("URGENCY"),
                flexible("STATE"),
                fixed("ANSWER BY"),
            ],
            &rows,
        );
    }
}

fn row(exchange: &ExchangeSummary, id: String) -> Vec<String> {
    let direction = match exchange.side {
        Side::Sent => "to",
        Side::Received => "from",
    };
    let answer_by = if exchange.state == "offered" { when::brief(exchange.answer_by) } else { "–".into() };
    vec![
        id,
        exchange.reference.clone(),
        format!("{direction} {}", exchange.peer),
        exchange.services.join(" "),
        exchange.urgency.clone(),
        state_with_marks(exchange),
        answer_by,
    ]
}

/// The state in words, with what a person should notice.
fn state_with_marks(exchange: &ExchangeSummary) -> String {
    let mut text = state_word(&exchange.state).to_owned();
    if exchange.late {
        text.push_str(", late!");
    }
    if exchange.erased {
        text.push_str(", erased");
    }
    match exchange.delivery {
        Delivery::Waiting => text.push_str(", waiting to go"),
        Delivery::Stuck => text.push_str(", cannot go"),
        Delivery::Refused => text.push_str(", refused there"),
        Delivery::Delivered => {}
    }
    text
}

/// The word people use for a state.
pub fn state_word(state: &str) -> &str {
    if state == "withdrawn" { "taken back" } else { state }
}

impl Show for ExchangeView {
    fn show(&self, page: &mut Page) {
        let summary = &self.summary;
        let direction = if summary.side == Side::Sent { "Sent to" } else { "Received from" };
        page.say(&format!("{direction} {}, reference {}", summary.peer, summary.reference)).gap();
        page.pairs(
            2,
            &[
                ("state", format!("{}, since {}", state_with_marks(summary), when::moment(summary.since))),
                ("service", summary.services.join(", ")),
                ("urgency", summary.urgency.clone()),
                ("offered", when::moment(summary.offered)),
                ("answer by", if summary.state == "offered" { when::moment(summary.answer_by) } else { String::new() }),
                ("case", summary.case.clone().unwrap_or_default()),
                ("exchange", summary.id.clone()),
            ],
        );
        for alarm in &self.alarms {
            let words = if alarm == REVOKED_KEY {
                ": signed by a revoked key, and not known to them; telephone them first"
            } else {
                ""
            };
            page.gap().say(&format!("! {alarm}{words}"));
        }
        content(page, self);
        page.heading("What happened");
        for event in &self.events {
            event_lines(page, event, &summary.peer);
        }
        if let Some(receipt) = &self.receipt {
            receipt_lines(page, receipt);
        }
    }
}

fn content(page: &mut Page, exchange: &ExchangeView) {
    if let Some(triage) = &exchange.triage {
        page.heading("The offer");
        show_record(page, triage);
    }
    if let Some(released) = &exchange.released {
        page.heading("Released");
        show_record(page, released);
    }
    if exchange.summary.erased {
        page.heading("What was shared has been erased.");
    }
}

fn event_lines(page: &mut Page, event: &EventView, peer: &str) {
    let by = if event.by == Side::Sent { "by the agency that sent it" } else { "by the agency that received it" };
    let details: Vec<&str> = [&event.code, &event.date].into_iter().flatten().map(String::as_str).collect();
    let details = if details.is_empty() { String::new() } else { format!(" ({})", details.join(", ")) };
    let _ = peer;
    page.indented(2, &format!("{}  {}{details}, {by}", when::moment(event.at), event.kind));
    if let Some(text) = &event.text {
        page.indented(6, text);
    }
}

fn receipt_lines(page: &mut Page, receipt: &ReceiptView) {
    let until = receipt.backups_until.map(|at| format!("; a backup may hold it until {}", when::day(at)));
    page.gap().say(&format!(
        "{} erased it on {} (method {}){}. The signed receipt is kept.",
        receipt.by,
        when::moment(receipt.erased_at),
        receipt.method,
        until.unwrap_or_default(),
    ));
}
