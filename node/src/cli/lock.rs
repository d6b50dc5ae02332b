//! `spean lock` and `spean unlock`: takes the keys out of a running node, and gives them back.

use std::{
    thread,
    time::{Duration, Instant},
};

use clap::Args;
use serde::Serialize;

use super::{
    Context,
    output::{Page, Show},
    problem,
    status::NodeStatus,
};
use crate::view::{LockingView, Problem, UnlockRequest, UnlockedView};

/// A node that locks itself ends its requests first, and is back in a second.
const PATIENCE: Duration = Duration::from_secs(40);
const LOOK: Duration = Duration::from_millis(50);

/// Locks the running node: it forgets all keys and goes on keeping what comes
#[derive(Debug, Args)]
#[command(after_help = "\
The node ends what it is doing, forgets every key, and runs on locked: what other agencies send is kept, sealed, and
nothing is opened, shown or sent until `spean unlock`. Its memory is that of a fresh process afterwards.
Examples:
  spean --dir cmo lock
  spean --dir cmo lock --json")]
pub struct Lock {}

/// What `lock` answers.
#[derive(Serialize)]
struct Locked {
    locked: bool,
}

impl Lock {
    /// Asks the node, and waits until it is locked.
    pub fn run(context: &Context) -> Result<(), Problem> {
        let asked: LockingView = context.post("lock", &serde_json::json!({}))?;
        let begin = Instant::now();
        loop {
            // While it begins anew nobody answers.
            if let Ok(NodeStatus::Locked(status)) = context.get("status") {
                return context.out().answer(&Locked { locked: status.locked && asked.locking });
            }
            if begin.elapsed() > PATIENCE {
                return Err(problem("node/no-answer", "the node was told to lock itself and is not locked yet")
                    .hint("look at its log, and stop it if it does not end: a stopped node has no keys either"));
            }
            thread::sleep(LOOK);
        }
    }
}

impl Show for Locked {
    fn show(&self, page: &mut Page) {
        page.say("The node is locked. It keeps what other agencies send; `spean unlock` opens it.");
    }
}

/// Unlocks a locked node with the passphrase
#[derive(Debug, Args)]
#[command(after_help = "\
Asks for the passphrase at the terminal, or reads it from --passphrase-file. It goes to the node over its socket on this
computer and nowhere else. A wrong one makes the next wait, each time twice as long, up to a minute.
What came while the node was locked is opened in the order in which it came; sending and erasing go on.
Examples:
  spean --dir cmo unlock
  spean --dir cmo --passphrase-file /run/credentials/spean unlock --json")]
pub struct Unlock {}

impl Unlock {
    /// Asks the node.
    pub fn run(context: &Context) -> Result<(), Problem> {
        // Asked first: nobody types a passphrase for nothing.
        if let NodeStatus::Open(_) = context.get("status")? {
            return Err(problem("node/not-locked", "the node is not locked").hint("nothing is to be done"));
        }
        // Wiped when dropped.
        let request = UnlockRequest { passphrase: context.passphrase()?.as_str().to_owned() };
        let unlocked: UnlockedView = context.post("unlock", &request)?;
        context.out().answer(&unlocked)
    }
}

impl Show for UnlockedView {
    fn show(&self, page: &mut Page) {
        page.say("The node is unlocked.");
        if self.waiting > 0 {
            page.say(&format!("Packets that came meanwhile: {}. They are opened now, in that order.", self.waiting));
        }
        if self.wrong_tries > 0 {
            page.say(&format!("Since it was locked {} wrong passphrases were tried.", self.wrong_tries));
        }
    }
}
