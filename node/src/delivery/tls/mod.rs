//! The peer link's TLS: version 1.3 only, post-quantum key exchange only, both ends pinned (`docs/protocol.md` 3.12).
//!
//! Owns the transport key file, the set of peers' pins and the two verifiers. Knows nothing of HTTP or of packets:
//! nothing above relies on TLS for more than keeping strangers and onlookers away.

mod config;
mod key;
mod pins;
mod verify;

pub use config::{client, server};
pub use key::{TransportKey, TransportKeyError};
pub use pins::{MAX_PINS_PER_PEER, PeerPins};
pub use verify::pin_of;
