//! What a new agency says that it does and takes.

use keys::Policy;

/// The only enabled cipher suite (`docs/protocol.md` 3.1).
const SUITE: u16 = 0x0001;
/// The lowest protocol version that this program reads.
const MIN_VERSION: u64 = 1;
/// The longest packet that this program takes, in bytes.
const MAX_PACKET: u64 = 1 << 20;

/// What an agency of this kind offers at first: every service that its kind gives, and all categories.
#[must_use]
pub fn first_policy(kind: &str) -> Policy {
    Policy {
        suites: vec![SUITE],
        min_version: MIN_VERSION,
        kind: kind.to_owned(),
        services: Vec::new(),
        categories: Vec::new(),
        max_packet: MAX_PACKET,
    }
}
