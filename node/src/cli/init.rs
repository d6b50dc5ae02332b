//! `spean init`: makes an agency.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

use super::{Context, codes, problem};
use crate::view::Problem;

/// Makes an agency: its keys, its folder, its recovery kit
#[derive(Debug, Args)]
#[command(after_help = "\
Makes the folder that --dir names, and beside it the recovery kit: print it, lock it away, delete the file. Without
the kit the agency's name cannot be moved to new keys when this computer is lost or stolen.

Examples:
  spean --dir cmo init --name CMO --kind reception --listen 127.0.0.1:7001
  spean --dir dt init --name \"Damnok Toek\" --kind shelter --listen 0.0.0.0:7001 --public https://dt.example.org:7001")]
pub struct Init {
    /// The agency's name, as others will see it
    #[arg(long)]
    name: String,
    /// What the agency does
    #[arg(long, default_value = "reception", value_parser = codes::agency_kind())]
    kind: String,
    /// The network it belongs to; the same at all agencies
    #[arg(long, default_value = "spean", value_name = "NAME")]
    network: String,
    /// Where the node listens for other agencies
    #[arg(long, default_value = "0.0.0.0:7001", value_name = "ADDR:PORT")]
    listen: SocketAddr,
    /// The address that others are told; without it, from --listen
    #[arg(long, value_name = "URL")]
    public: Option<String>,
    /// Where the recovery kit goes; without it, beside the folder
    #[arg(long, value_name = "FILE")]
    kit: Option<PathBuf>,
}

impl Init {
    /// Makes the agency.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let _dir = context.dir()?;
        let _ = (self.name, self.kind, self.network, self.listen, self.public, self.kit);
        Err(problem("internal", "this build cannot make an agency yet"))
    }
}
