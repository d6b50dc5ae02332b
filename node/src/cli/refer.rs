//! `spean refer`: asks another agency for a service for a child.

use clap::Args;

use super::{
    Context, codes,
    output::{Page, Show, short, show_record, when},
};
use crate::view::{Delivery, Preview, Problem, ReferRequest, Referred};

/// Offers a referral to another agency
#[derive(Debug, Args)]
#[command(after_help = "\
The offer tells who needs what and how soon, and names nobody. Only when the other agency accepts, the categories are
released that consent covers. With --preview nothing is sent: it shows exactly what they would see.

Examples:
  spean refer 3fa9c1 --to DT --service shelter.transitional --urgency high --purpose shelter \\
      --summary \"Needs a safe bed tonight, with two younger siblings\" --group 3 --preview
  spean refer 3fa9c1 --to \"Poipet health centre\" --service health.consultation --urgency medium \\
      --purpose health_treatment --summary \"Fever for three days\" --arrival within_24h")]
pub struct Refer {
    /// The case: id or the beginning of it
    case: String,
    /// The other agency: name, id or the beginning of the id
    #[arg(long, value_name = "PEER")]
    to: String,
    /// What is asked for; up to three
    #[arg(long = "service", value_name = "SERVICE", required = true, value_delimiter = ',', value_parser = codes::service(), hide_possible_values = true)]
    services: Vec<String>,
    /// How soon
    #[arg(long, value_parser = codes::urgency())]
    urgency: String,
    /// What they must know to answer, naming nobody; at most 280 characters
    #[arg(long, value_name = "TEXT")]
    summary: String,
    /// What the data may be used for
    #[arg(long, value_parser = codes::purpose())]
    purpose: String,
    /// The consent; without it, the newest that covers the request
    #[arg(long, value_name = "ID")]
    consent: Option<String>,
    /// Categories to release after acceptance; without it, what the service needs and consent covers
    #[arg(long, value_delimiter = ',', value_name = "LIST", value_parser = codes::category())]
    categories: Option<Vec<String>>,
    /// Fields to hold back although consent has them, such as health.medicines
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    without: Vec<String>,
    /// When the child comes
    #[arg(long, value_parser = codes::arrival())]
    arrival: Option<String>,
    /// What the child needs on arrival; up to six
    #[arg(long, value_delimiter = ',', value_name = "LIST", value_parser = codes::support())]
    support: Vec<String>,
    /// How many siblings are to be kept together, this child included
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=6))]
    group: Option<u8>,
    /// Why more than usual is shared, or why a warning is passed over; goes to the audit log
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Say `unknown` instead of the province
    #[arg(long)]
    hide_area: bool,
    /// Wait so many seconds for their node to say that it has the offer
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u8).range(1..=60), conflicts_with = "preview")]
    wait: Option<u8>,
    /// Show exactly what they would see; sends and stores nothing
    #[arg(long)]
    preview: bool,
}

impl Refer {
    /// Previews or sends.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let preview = self.preview;
        let request = self.request();
        if preview {
            return context.out().answer(&context.post::<_, Preview>("referrals/preview", &request)?);
        }
        let referred: Referred = context.post("referrals", &request)?;
        context.out().told(&referred, &sentence(&referred))
    }

    fn request(self) -> ReferRequest {
        ReferRequest {
            case: self.case,
            to: self.to,
            services: self.services,
            urgency: self.urgency,
            summary: self.summary,
            purpose: self.purpose,
            consent: self.consent,
            categories: self.categories,
            without: self.without,
            arrival: self.arrival,
            support: self.support,
            group: self.group,
            reason: self.reason,
            hide_area: self.hide_area,
            wait_s: self.wait,
            seen: None,
        }
    }
}

fn sentence(referred: &Referred) -> String {
    let arrived = match referred.delivery {
        Some(Delivery::Delivered) => "Their node has it.",
        Some(Delivery::Refused) => "Their node has it and refused it: see `spean outbox`.",
        Some(Delivery::Waiting | Delivery::Stuck) | None => {
            "It is safe here and goes by itself; `spean outbox` tells when it has arrived."
        }
    };
    let mut text = format!(
        "Offered to {}: reference {}, exchange {}.\n{arrived} Without an answer it lapses on {}.\nAfter acceptance they \
         get: {}.",
        referred.peer,
        referred.reference,
        short(&referred.exchange),
        when::moment(referred.lapses),
        referred.would_follow.join(", "),
    );
    for warning in &referred.warnings {
        text.push_str("\nPassed over: ");
        text.push_str(warning);
    }
    text
}

impl Show for Preview {
    fn show(&self, page: &mut Page) {
        page.say("When you send, they see:").gap();
        show_record(page, &self.triage);
        page.heading("After they accept, they get:").gap();
        show_record(page, &self.release);
        page.gap();
        for warning in &self.warnings {
            page.say(&format!("Think first: {warning}"));
        }
        page.say(&format!("Covered by consent {}. Nothing was sent.", short(&self.consent)));
    }
}
