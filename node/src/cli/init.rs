//! `spean init`: makes an agency.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, builder::TypedValueParser as _};
use protocol::code::AgencyKind;

use super::{
    Context, codes, machine,
    output::{Page, Show},
    problem,
};
use crate::{
    config::{NetworkName, PublicUrl},
    founding::{self, Draft, Founded, InitError, InitRequest, Quorum, Ways, default_kit, first_policy},
    view::Problem,
    world::World,
};

/// Makes an agency: its keys, its folder, its recovery kit
#[derive(Debug, Args)]
#[command(after_help = "\
Makes the folder that --dir names, and beside it the recovery kit: print it, lock it away, delete the file. Without
the kit the agency's name cannot be moved to new keys when this computer is lost or stolen.

With --guardians, people outside the office can do that too when both kit and keys are lost, if enough of them agree.

Examples:
  spean --dir cmo init --name CMO --kind reception --listen 127.0.0.1:7001
  spean --dir cmo init --name CMO --guardians 3 --guardians-needed 2
  spean --dir dt init --name \"Damnok Toek\" --kind shelter --listen 0.0.0.0:7001 --public https://dt.example.org:7001")]
pub struct Init {
    /// The agency's name, as others will see it
    #[arg(long)]
    name: String,
    /// What the agency does
    #[arg(long, default_value = "reception", value_parser = codes::agency_kind().try_map(|code| code.parse::<AgencyKind>()))]
    kind: AgencyKind,
    /// The country it works in, two capital letters
    #[arg(long, default_value = "KH", value_name = "CODE")]
    country: String,
    /// The network it belongs to; the same at all agencies
    #[arg(long, default_value = "spean", value_name = "NAME")]
    network: NetworkName,
    /// Where the node listens for other agencies
    #[arg(long, default_value = "0.0.0.0:7001", value_name = "ADDR:PORT")]
    listen: SocketAddr,
    /// The address that others are told; without it, from --listen
    #[arg(long, value_name = "URL")]
    public: Option<PublicUrl>,
    /// Where the recovery kit goes; without it, beside the folder
    #[arg(long, value_name = "FILE")]
    kit: Option<PathBuf>,
    /// How many guardians may together give it a new main key, up to 16; each gets a page, beside the folder
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..=16))]
    guardians: Option<u8>,
    /// How many of the guardians are enough; without it, more than half
    #[arg(long, value_name = "NUMBER", requires = "guardians", value_parser = clap::value_parser!(u8).range(1..=16))]
    guardians_needed: Option<u8>,
    /// One person may look after keys and work with cases: for agencies of one or two people
    #[arg(long)]
    keys_and_cases_together: bool,
}

impl Init {
    /// Makes the agency.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let dir = context.dir()?.to_owned();
        let kit = self.kit.unwrap_or_else(|| default_kit(&dir));
        let guardians = self.guardians.map(|of| Quorum { needed: self.guardians_needed.unwrap_or(of / 2 + 1), of });
        let request = InitRequest {
            guardians,
            policy: first_policy(self.kind),
            name: self.name,
            country: self.country,
            network: self.network,
            listen: self.listen,
            public: self.public,
            kdf: machine::passphrase_cost(),
            dir,
            kit: Some(kit),
        };
        let ways = Ways { keys_and_cases_together: self.keys_and_cases_together, screens: None };
        founding::check(&request).map_err(|error| refused(&error))?;
        let passphrase = context.new_passphrase()?;
        let world = World::system();
        let founded = Draft::draw(request, &world).and_then(|draft| draft.make(passphrase.as_bytes(), ways, &world));
        context.out().answer(&founded.map_err(|error| refused(&error))?)
    }
}

/// What to do about it.
pub(super) fn refused(error: &InitError) -> Problem {
    let hint = match error {
        InitError::NodeExists(_) | InitError::NotEmpty(_) | InitError::NotAFolder(_) => {
            "name another folder with `--dir`; nothing was made"
        }
        InitError::KitExists(_) => "name another file with `--kit`; nothing was made",
        InitError::PageExists(_) => "move it away, or name another folder with `--dir`; nothing was made",
        InitError::Founding(_) => "change that and try again; nothing was made",
        _ => "check the path, its permissions and the disk; nothing was made",
    };
    problem(error.code(), error.to_string()).hint(hint)
}

impl Show for Founded {
    fn show(&self, page: &mut Page) {
        page.say(&format!("The agency {} is made.", self.name)).gap();
        let mut pairs = vec![
            ("agency", self.agency.clone()),
            ("fingerprint", self.fingerprint.clone()),
            ("folder", self.dir.display().to_string()),
        ];
        pairs.extend(self.kit.as_ref().map(|kit| ("recovery kit", kit.display().to_string())));
        pairs.extend(self.guardians.iter().map(|file| ("guardian's page", file.display().to_string())));
        page.pairs(2, &pairs);
        page.gap();
        if !self.guardians.is_empty() {
            page.say("Give each guardian's page to its guardian, each in another place, and delete the files.");
        }
        page.say("Now: print the recovery kit, lock it away in another place, and delete the file.").gap();
        page.say("Then start the node:").verbatim(&format!("  spean --dir {} serve", self.dir.display()));
    }
}
