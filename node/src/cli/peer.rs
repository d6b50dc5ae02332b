//! `spean peer`: other agencies, and how far they are trusted.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    Context, codes, evidence, input,
    node::segment,
    output::{Page, Show, fixed, flexible, short, shorten, when},
};
use crate::{
    config::NetworkName,
    view::{AddPeer, PeerList, PeerView, Problem, RefreshView, VerifyPeer},
};

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
    /// Fetches its newest record from its node now
    #[command(after_help = "\
This happens by itself each day, and when a packet shows that its keys have changed.

Examples:
  spean peer refresh DT
  spean peer refresh DT --json")]
    Refresh {
        /// Name, id or the beginning of the id
        peer: String,
    },
    /// Shows what is kept of an agency that said two things about its keys
    #[command(after_help = "\
Two key histories of one agency can't both be true: somebody else may hold its keys. The proof can be given to anybody,
who checks it without this node: spean peer check FILE

Examples:
  spean peer evidence DT
  spean peer evidence DT --out dt.proof")]
    Evidence {
        /// Name, id or the beginning of the id
        peer: String,
        /// Writes the newest proof into this file, which must not be there yet
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Checks a proof that an agency said two things; needs no node and no network
    #[command(after_help = "\
Says who contradicts itself, and in what. Compare the digits with those that you verified.

Examples:
  spean peer check dt.proof
  spean peer check dt.proof --network trial --json")]
    Check {
        /// The proof; `-` reads it from standard input
        file: PathBuf,
        /// The network of the agencies
        #[arg(long, default_value = "spean")]
        network: NetworkName,
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
            PeerCommand::Refresh { peer } => refresh(context, &peer),
            PeerCommand::Evidence { peer, out } => evidence::list(context, &peer, out.as_deref()),
            PeerCommand::Check { file, network } => evidence::check(context, &file, &network),
            PeerCommand::Suspend { peer } => {
                let peer: PeerView = context.post(&format!("peers/{}/suspend", segment(&peer)), &json!({}))?;
                said(context, &peer, "is suspended. Only withdrawals, erasures and their receipts still pass.")
            }
        }
    }
}

fn refresh(context: &Context, peer: &str) -> Result<(), Problem> {
    let fetched: RefreshView = context.post(&format!("peers/{}/refresh", segment(peer)), &json!({}))?;
    let sentence = match fetched.outcome.as_str() {
        "up_to_date" => "is up to date here.",
        "older" => "shows an older record than the one known here: its node may have been put back from a backup.",
        "contradicts" => "contradicts itself: it was suspended. See `spean peer evidence`, and telephone it.",
        "void" => "shows keys that it has replaced: telephone it.",
        "unusable" => "shows a record that cannot be used: telephone it.",
        _ => "does not answer. It is asked again by itself.",
    };
    context.out().told(&fetched, &format!("{} ({}) {sentence}", fetched.peer.name, short(&fetched.peer.id)))
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
