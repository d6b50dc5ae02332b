//! `spean agency`: what this agency shows to others.

use std::path::Path;

use clap::{Args, Subcommand};
use keys::{Card, Fingerprint, NetworkId, PublicRecord, VerifiedAgency, card::QrPayload};
use qrcode::{EcLevel, QrCode, render::unicode};

use super::{
    Context,
    node::{segment, settings},
    output::{self, Page, Show},
    problem,
};
use crate::{
    config::Folder,
    view::{CardView, FingerprintView, PeerView, Problem},
};

/// Shows this agency's introduction card and fingerprint
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  spean agency card > cmo.card         to be sent to the other agency
  spean agency card --qr               to be scanned
  spean agency fingerprint             the digits to read out by telephone
  spean agency fingerprint DT          the digits that DT should read out to you")]
pub struct Agency {
    #[command(subcommand)]
    command: AgencyCommand,
}

#[derive(Debug, Subcommand)]
enum AgencyCommand {
    /// Prints the introduction card; needs no running node
    #[command(after_help = "\
The card is public: it holds no secret and may be sent by mail. What makes it trustworthy is that both agencies
compare the fingerprint's digits by telephone afterwards.

Examples:
  spean agency card > cmo.card
  spean agency card --qr")]
    Card {
        /// Draw it as a QR code in the terminal
        #[arg(long)]
        qr: bool,
    },
    /// Prints fingerprint digits, this agency's or a peer's
    #[command(after_help = "\
Examples:
  spean agency fingerprint
  spean agency fingerprint DT")]
    Fingerprint {
        /// The other agency: name, id or the beginning of its id
        peer: Option<String>,
    },
}

impl Agency {
    /// Prints card or digits.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        match self.command {
            AgencyCommand::Card { qr } => card(context, qr),
            AgencyCommand::Fingerprint { peer: None } => context.out().answer(&own_fingerprint(context)?),
            AgencyCommand::Fingerprint { peer: Some(peer) } => {
                let peer: PeerView = context.get(&format!("peers/{}", segment(&peer)))?;
                let digits = FingerprintView { agency: peer.id, name: peer.name, digits: peer.fingerprint };
                context.out().answer(&digits)
            }
        }
    }
}

fn card(context: &Context, qr: bool) -> Result<(), Problem> {
    let card = own_card(context)?;
    if context.out().is_json() {
        return output::value(&card);
    }
    if qr { output::raw(&drawn(&card.qr)?) } else { output::raw(&format!("{}\n", card.text.trim_end())) }
}

/// From the running node, else from the folder.
fn own_card(context: &Context) -> Result<CardView, Problem> {
    if context.node_runs()? {
        return context.get("agency/card");
    }
    let agency = own_record(context)?;
    let text = Card::new(agency.record().clone()).to_text();
    Ok(CardView { text, qr: QrPayload::of(&agency).to_string() })
}

/// From the running node, else from the folder.
fn own_fingerprint(context: &Context) -> Result<FingerprintView, Problem> {
    if context.node_runs()? {
        return context.get("agency/fingerprint");
    }
    let agency = own_record(context)?;
    let digits = Fingerprint::of(agency.id()).to_string();
    Ok(FingerprintView { agency: agency.id().to_string(), name: agency.name().to_owned(), digits })
}

/// This agency's public record, from the folder.
fn own_record(context: &Context) -> Result<VerifiedAgency, Problem> {
    let folder = Folder::new(context.node_dir()?);
    let path = folder.public_record();
    let network = NetworkId::from_name(settings(&folder)?.network.as_str());
    let bytes = std::fs::read(&path).map_err(|error| damaged(&path, &error.to_string()))?;
    let record = PublicRecord::from_bytes(&bytes).map_err(|error| damaged(&path, &error.to_string()))?;
    record.verify(network).map_err(|error| damaged(&path, &error.to_string()))
}

fn damaged(path: &Path, why: &str) -> Problem {
    problem("node/store-damaged", format!("`{}` cannot be used: {why}", path.display()))
        .hint("start the node, which writes it anew, or restore the folder from its backup")
}

/// The code in half blocks, light on dark or dark on light alike, with its quiet zone.
fn drawn(payload: &str) -> Result<String, Problem> {
    let code = QrCode::with_error_correction_level(payload, EcLevel::L)
        .map_err(|_| problem("internal", "the card does not fit into a QR code"))?;
    let picture = code.render::<unicode::Dense1x2>().quiet_zone(true).build();
    Ok(format!("{picture}\n"))
}

impl Show for FingerprintView {
    fn show(&self, page: &mut Page) {
        page.say(&self.name).gap();
        page.verbatim(&format!("  {}", self.digits)).gap();
        page.say(
            "Ten groups of four digits and two check digits. Read them out by telephone, on a number that you had \
                  before; compare every group.",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_drawn_as_a_code_no_wider_than_a_terminal() {
        let picture = drawn(&format!("SPN1:{}", "A0".repeat(130))).expect("fits");
        assert!(picture.lines().count() > 20);
        assert!(picture.lines().all(|line| line.chars().count() <= 100));
    }
}
