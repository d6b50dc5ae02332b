//! `spean peer`: other agencies, and how far they are trusted.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    Context, codes, input,
    node::segment,
    output::{Page, Show, fixed, flexible, short, shorten, when},
};
use crate::view::{AddPeer, PeerList, PeerView, Problem, VerifyPeer};

/// Adds, verifies, lists and suspends other agencies
#[derive(Debug, Args)]
#[command(after_help = "\
A peer is introduced by its card, then verified by comparing digits by telephone. Only verified peers are sent
referrals.

Examples:
  spean peer add dt.card
  spean agency fingerprint DT
  spean peer verify DT --fingerprint \"1234 5678 …\" --by Sophea
  spean peer list")]
pub struct Peer {
    #[command(subcommand)]
    command: PeerCommand,
}

#[derive(Debug, Subcommand)]
enum PeerCommand {
    /// Introduces an agency by its card
    #[command(after_help = "\
Examples:
  spean peer add dt.card
  ssh dt spean agency card | spean peer add -")]
    Add {
        /// The card; `-` reads it from standard input
        file: PathBuf,
    },
    /// Lists all known agencies
    #[command(after_help = "\
Examples:
  spean peer list
  spean peer list --json")]
    List,
    /// Shows one agency
    #[command(after_help = "\
Examples:
  spean peer show DT
  spean peer show agency1qx3f")]
    Show {
        /// Name, id or the beginning of the id
        peer: String,
    },
    /// Records that its digits were compared, by telephone or face to face
    #[command(after_help = "\
Type what the other agency reads out, not what this computer shows. Spaces and dashes do not matter.
Afterwards the names of children may go to this agency, as far as consent allows.

Examples:
  spean peer verify DT --fingerprint \"1234 5678 9012 3456 7890 1234 5678 9012 3456 7890 12\" --by Sophea
  spean peer verify DT --fingerprint 123456789012345678901234567890123456789012 --how in_person")]
    Verify {
        /// Name, id or the beginning of the id
        peer: String,
        /// The digits that the other agency read out
        #[arg(long, value_name = "DIGITS")]
        fingerprint: String,
        /// How they came
        #[arg(long, value_parser = codes::verified_how())]
        how: Option<String>,
    },
    /// Stops everything to and from an agency, but withdrawals and erasures
    #[command(after_help = "\
Example:
  spean peer suspend DT --by Sophea")]
    Suspend {
        /// Name, id or the beginning of the id
        peer: String,
    },
}

impl Peer {
    /// Does what was asked about peers.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        match self.command {
            PeerCommand::Add { file } => {
                let card = input::read_text(&file, input::CARD_LIMIT)?;
                let peer: PeerView = context.post("peers", &AddPeer { card })?;
                said(context, &peer, "is introduced. Now compare the digits by telephone: `spean agency fingerprint`.")
            }
            PeerCommand::List => context.out().answer(&context.get::<PeerList>("peers")?),
            PeerCommand::Show { peer } => {
                context.out().answer(&context.get::<PeerView>(&format!("peers/{}", segment(&peer)))?)
            }
            PeerCommand::Verify { peer, fingerprint, how } => {
                let path = format!("peers/{}/verify", segment(&peer));
                let peer: PeerView = context.post(&path, &VerifyPeer { fingerprint, how })?;
                said(context, &peer, "is verified. Names may go to this agency from now on, as far as consent allows.")
            }
            PeerCommand::Suspend { peer } => {
                let peer: PeerView = context.post(&format!("peers/{}/suspend", segment(&peer)), &json!({}))?;
                said(context, &peer, "is suspended. Only withdrawals, erasures and their receipts still pass.")
            }
        }
    }
}

/// In JSON the peer; for people one sentence about what was done.
fn said(context: &Context, peer: &PeerView, sentence: &str) -> Result<(), Problem> {
    context.out().told(peer, &format!("{} ({}) {sentence}", peer.name, short(&peer.id)))
}

impl Show for PeerList {
    fn show(&self, page: &mut Page) {
        if self.peers.is_empty() {
            page.say("No other agency is known yet. Ask one for its card, then: spean peer add FILE");
            return;
        }
        let ids: Vec<&str> = self.peers.iter().map(|peer| peer.id.as_str()).collect();
        let rows: Vec<Vec<String>> = self
            .peers
            .iter()
            .zip(shorten(&ids))
            .map(|(peer, id)| vec![peer.name.clone(), peer.kind.clone(), peer.trust.clone(), when::day(peer.since), id])
            .collect();
        page.table(&[flexible("NAME"), fixed("KIND"), fixed("TRUST"), fixed("SINCE"), fixed("ID")], &rows);
    }
}

impl Show for PeerView {
    fn show(&self, page: &mut Page) {
        let kind =
            if self.trust == "verified" { self.kind.clone() } else { format!("{} (by its own word)", self.kind) };
        page.say(&self.name).gap();
        page.pairs(
            2,
            &[
                ("trust", format!("{} since {}, by {}", self.trust, when::moment(self.since), self.by)),
                ("kind", kind),
                ("offers", self.services.join(", ")),
                ("listens on", self.addresses.join(", ")),
                ("digits", self.fingerprint.clone()),
                ("key log", format!("entry {}", self.log_seq)),
                ("id", self.id.clone()),
            ],
        );
    }
}
