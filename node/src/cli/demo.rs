//! `spean demo`: three agencies, one story, told step by step.

use std::path::PathBuf;

use clap::Args;

use super::{Context, problem};
use crate::{demo, view::Problem};

/// Plays a referral between three agencies on this computer, and checks what each of them sees
#[derive(Debug, Args)]
#[command(after_help = "\
The children in it are invented. Everything else is real: keys, network, disk, receipts. When the story has been told,
the three nodes stay up: it prints where each agency's people sign in, in a browser, and with what, until Ctrl-C.

Examples:
  spean demo               goes on in a browser: addresses, names, codes
  spean demo --once        ends with exit code 0 only if every check held
  spean demo --dir story   keeps the three folders for a look")]
pub struct Demo {
    /// End after the story
    #[arg(long)]
    once: bool,
}

impl Demo {
    /// Plays it.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let dir: Option<PathBuf> = context.dir_if_named().map(PathBuf::from);
        let hint = if dir.is_some() {
            "name an empty folder that can be written; what was made there is left for a look"
        } else {
            "with `--dir FOLDER` the three folders stay for a look"
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|_| problem("internal", "the system gave no threads"))?;
        let held = runtime.block_on(demo::play(demo::Options { dir, once: self.once }));
        match held {
            Ok(true) => Ok(()),
            Ok(false) => Err(problem("demo/check-failed", "a check of the story did not hold")),
            Err(error) => Err(problem("demo/broke-off", error.to_string()).hint(hint)),
        }
    }
}
