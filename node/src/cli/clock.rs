//! `spean clock`: a person's word that this computer's clock is right.

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    Context,
    output::{Page, Show, when},
};
use crate::view::{ClockView, Problem};

/// Tells the node that this computer's clock is right
#[derive(Debug, Args)]
#[command(after_help = "\
`spean status` says when the clock is in doubt: it went back, or further ahead than time can have passed. Until it is
set, or confirmed here, nothing lapses, no key is destroyed and no accepted case is released. Two peers whose clocks
agree with it confirm it, too.

Examples:
  date                            look at it first
  spean clock confirm --by Dara")]
pub struct Clock {
    #[command(subcommand)]
    command: ClockCommand,
}

#[derive(Debug, Subcommand)]
enum ClockCommand {
    /// Believes the clock as it is now
    #[command(after_help = "\
Example:
  spean clock confirm --by Dara")]
    Confirm,
}

impl Clock {
    /// Tells the node.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let ClockCommand::Confirm = self.command;
        let clock: ClockView = context.post("clock/confirm", &json!({}))?;
        context.out().answer(&clock)
    }
}

impl Show for ClockView {
    fn show(&self, page: &mut Page) {
        let time = when::moment(self.time);
        page.say(&if self.was_in_doubt {
            format!("The clock is believed again: it is {time}.")
        } else {
            format!("The clock was not in doubt: it is {time}.")
        });
    }
}
