//! `spean key kit`: whether the printed recovery kit is right.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use keys::{Card, NetworkId, kit};
use serde_json::json;
use zeroize::Zeroizing;

use super::{
    Context, input,
    output::{Page, Show, when},
    passphrase::typed_unseen,
    problem,
};
use crate::{
    config::NetworkName,
    service::ServiceError,
    view::{KitDrill, KitView, Problem},
};

/// A kit's page has some 1,500 bytes.
const KIT_LIMIT: u64 = 16 << 10;

#[derive(Debug, Subcommand)]
pub enum Kit {
    /// Shows when somebody last proved that the kit is right
    #[command(after_help = "\
The node keeps nothing of the kit but a number by which it knows the right one: a kit can't be printed again.
Examples:
  spean --dir cmo key kit show
  spean --dir cmo key kit show --json")]
    Show,
    /// Proves that the printed kit is right, without using it up
    #[command(after_help = "\
Asks for the secret at the terminal, as it stands on the paper; spaces and line breaks do not matter. It is compared
and forgotten. Do it once a year, and whenever the envelope was opened.
With --card nothing is asked of a node: the kit never comes near its computer. Take any computer that is in no network,
and the card of the agency (`spean agency card`).
Examples:
  spean --dir cmo key kit drill
  spean key kit drill --card cmo.card
  spean --dir cmo key kit drill --secret-file /media/stick/cmo-recovery-kit.txt")]
    Drill {
        /// Read the secret from this file, which may be the kit's own page; `-` reads standard input
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
        /// Compare with this card of the agency, without a node
        #[arg(long, value_name = "FILE")]
        card: Option<PathBuf>,
        /// The card's network
        #[arg(long, default_value = "spean", requires = "card")]
        network: NetworkName,
    },
}

impl Kit {
    /// Asks the node, or compares with a card.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        match self {
            Self::Show => {
                let view: KitView = context.get("agency/kit")?;
                context.out().answer(&view)
            }
            Self::Drill { secret_file, card: Some(card), network } => {
                // Read first: nobody types a secret for nothing.
                let card = input::read_text(&card, input::CARD_LIMIT)?;
                offline(context, &card, &network, &secret(secret_file.as_deref())?)
            }
            Self::Drill { secret_file, card: None, network: _ } => {
                let _: KitView = context.get("agency/kit")?;
                let secret = secret(secret_file.as_deref())?;
                let view: KitView =
                    context.post("agency/kit/drill", &KitDrill { secret: secret.as_str().to_owned() })?;
                context.out().answer(&view)
            }
        }
    }
}

fn offline(context: &Context, card: &str, network: &NetworkName, typed: &str) -> Result<(), Problem> {
    let bad = |why: String| ServiceError::BadCard { why }.problem();
    let card = Card::parse(card).map_err(|why| bad(why.to_string()))?;
    let agency = card.record().verify(NetworkId::from_name(network.as_str())).map_err(|why| bad(why.to_string()))?;
    let seed = kit::read(typed).map_err(|_| ServiceError::KitMistyped.problem())?;
    if !kit::fits(&seed, agency.keys()) {
        return Err(ServiceError::OtherKit.problem());
    }
    let sentence =
        format!("This is the recovery kit of {}, by entry {} of its key log.", agency.name(), agency.head().seq);
    context.out().told(&json!({ "agency": agency.id().to_string(), "name": agency.name(), "fits": true }), &sentence)
}

/// The secret of the printed kit, from a file (which may be the kit's page) or asked for.
pub(super) fn secret(file: Option<&Path>) -> Result<Zeroizing<String>, Problem> {
    let Some(file) = file else { return ask() };
    let text = Zeroizing::new(input::read_text(file, KIT_LIMIT)?);
    // On the kit's page it is the last paragraph.
    let last = text.trim_end().rsplit("\n\n").next().unwrap_or_default();
    Ok(Zeroizing::new(last.to_owned()))
}

fn ask() -> Result<Zeroizing<String>, Problem> {
    typed_unseen("The secret on the paper (not shown while you type): ").map_err(|why| {
        problem("input/text", format!("the kit's secret was not typed: {why}"))
            .hint("use `--secret-file FILE`, or type it at a terminal")
    })
}

impl Show for KitView {
    fn show(&self, page: &mut Page) {
        let state = match (self.proven, &self.by) {
            (Some(at), Some(by)) => {
                format!("The recovery kit was proved to be right {}, by {by}.", when::moment(at))
            }
            _ => "Nobody has proved yet that the printed recovery kit is right.".into(),
        };
        page.say(&state);
        if self.due {
            page.say("Take it out of its envelope and prove it: `spean key kit drill`.");
        }
    }
}
