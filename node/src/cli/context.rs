//! What every command knows: the node's folder, who asks, where answers go.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{output::Output, problem};
use crate::{
    service::{Actor, PersonName},
    view::Problem,
};

/// Options that stand before or after any command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Context {
    /// The node's folder
    #[arg(long, global = true, env = "SPEAN_DIR", value_name = "FOLDER", hide_env_values = true)]
    dir: Option<PathBuf>,

    /// Answer in JSON, for programs; errors too (on standard error)
    #[arg(long, global = true)]
    json: bool,

    /// Who asks: your name, for the audit log
    #[arg(long, global = true, value_name = "NAME")]
    pub by: Option<PersonName>,

    /// A second person who approves, where two are asked for
    #[arg(long, global = true, value_name = "NAME")]
    pub approved_by: Option<PersonName>,

    /// Read the passphrase from this file instead of asking
    #[arg(long, global = true, env = "SPEAN_PASSPHRASE_FILE", value_name = "FILE", hide_env_values = true)]
    pub passphrase_file: Option<PathBuf>,
}

impl Context {
    /// Who works at this computer, for what is done without a running node.
    pub fn operator(&self) -> Actor {
        Actor::Operator {
            uid: rustix::process::getuid().as_raw(),
            by: self.by.clone(),
            approved_by: self.approved_by.clone(),
        }
    }

    /// Where answers go.
    pub const fn out(&self) -> Output {
        Output::new(self.json)
    }

    /// The node's folder, if one was named.
    pub fn dir_if_named(&self) -> Option<&Path> {
        self.dir.as_deref().filter(|dir| !dir.as_os_str().is_empty())
    }

    /// The node's folder; it need not exist.
    ///
    /// # Errors
    /// `usage/no-dir`.
    pub fn dir(&self) -> Result<&Path, Problem> {
        self.dir_if_named().ok_or_else(|| {
            problem("usage/no-dir", "no folder was named: this command needs the folder of a node")
                .hint("add `--dir FOLDER`, or set the environment variable SPEAN_DIR")
        })
    }

    /// The node's folder; it must hold a node.
    ///
    /// # Errors
    /// `usage/no-dir`, `node/no-folder`.
    pub fn node_dir(&self) -> Result<&Path, Problem> {
        let dir = self.dir()?;
        if dir.join("config.toml").is_file() {
            return Ok(dir);
        }
        Err(problem("node/no-folder", format!("there is no node in `{}`", dir.display()))
            .hint("check the path, or make an agency there with `spean init --name NAME`"))
    }
}
