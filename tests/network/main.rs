//! Two or three real nodes, real sockets, real disks: what the network makes of a referral when things go wrong.
//!
//! * [`restarts`]: any node stops at any step
//! * [`answers`]: the same envelope gets the same answer, whatever happened meanwhile
//! * [`hostile`]: a known peer that sends what no node would
//! * [`mutants`]: thousands of what no node would send, and one answer
//! * [`links`]: nodes that are away, cross each other, or are not who they should be
//! * [`locked`]: a node without its keys keeps what comes, and opens it when it gets them
//! * [`secrets`]: no key and no name in the clear, wherever a node leaves something
//! * [`dumps`]: a core of a node, by the system or by force
//! * [`forks`]: an agency that shows two histories of its keys
//! * [`revoked`]: a stolen signing key, its thief, and who tells the two apart
//! * [`recovered`]: a stolen main key, the printed kit, and the guardians
//! * [`folder`]: what a node finds in its folder, and what it says
//! * [`erasure`]: a thief with copies, before and after an erasure
//! * [`tls`]: who may connect, and how
//! * [`floods`]: connections that mean harm, and the peer that is served all the same
//! * [`refusals`]: one answer for all that is refused
//! * [`restored`]: a node from its backup, and copies beside it
//! * [`demo`]: the program's own story

// A test stops at the first thing it did not expect.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::missing_errors_doc)]

mod answers;
mod clock;
mod demo;
mod dumps;
mod erasure;
mod floods;
mod folder;
mod forks;
mod hostile;
mod links;
mod locked;
mod mutants;
mod puppet;
mod recovered;
mod refusals;
mod restarts;
mod restored;
mod revoked;
mod secrets;
mod tls;
mod wire;

use tests::{agency, program, town};
