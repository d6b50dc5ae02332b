//! How packets travel: the peer port, calls to peers, and the worker that empties the outbox.
//!
//! * [`tls`]: who may connect at all (`docs/protocol.md` 3.12)
//! * [`inbound`]: the peer port's two requests (3.16)
//! * [`http`]: calling a peer's port
//! * [`worker`]: takes from the outbox, in order per exchange, with back-off
//!
//! It moves sealed bytes and knows nothing of what is in them. What it needs from above it states as two traits,
//! [`inbound::Inbox`] and [`worker::Outbox`].

pub mod http;
pub mod inbound;
pub mod tls;
pub mod worker;
