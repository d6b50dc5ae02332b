//! Whose key is this? The live set of all peers' pins.

use std::fmt;

use arc_swap::ArcSwap;
use keys::{AgencyId, Digest};

/// A transport statement lists at most this many keys (`docs/protocol.md` 3.3).
pub const MAX_PINS_PER_PEER: usize = 3;

/// The pins of all peers, replaced as a whole whenever a peer is added or its transport statement changes.
///
/// Replacing takes effect for the next handshake and the next request; connections need not be cut.
#[derive(Default)]
pub struct PeerPins(ArcSwap<Vec<(Digest, AgencyId)>>);

impl PeerPins {
    /// No peers: every handshake is refused until [`Self::replace`] is called.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on exactly these. Of one agency's pins the first [`MAX_PINS_PER_PEER`] count.
    pub fn replace<P: IntoIterator<Item = Digest>>(&self, peers: impl IntoIterator<Item = (AgencyId, P)>) {
        let all = peers
            .into_iter()
            .flat_map(|(agency, pins)| pins.into_iter().take(MAX_PINS_PER_PEER).map(move |pin| (pin, agency)))
            .collect();
        self.0.store(std::sync::Arc::new(all));
    }

    /// The agency that listed `pin`. Every entry is compared, each in constant time.
    ///
    /// A pin that two agencies list names neither: one of them took it from the other's statement.
    #[must_use]
    pub fn owner(&self, pin: &Digest) -> Option<AgencyId> {
        let mut owners =
            self.0.load().iter().filter(|(known, _)| known.same_as(pin)).map(|(_, id)| *id).collect::<Vec<_>>();
        owners.dedup();
        match owners.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }
}

impl fmt::Debug for PeerPins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PeerPins({} keys)", self.0.load().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(byte: u8) -> Digest {
        Digest([byte; 32])
    }

    fn agency(byte: u8) -> AgencyId {
        AgencyId::new(digest(byte))
    }

    #[test]
    fn a_pin_names_its_agency_until_the_set_is_replaced() {
        let pins = PeerPins::new();
        assert_eq!(pins.owner(&digest(1)), None);
        pins.replace([(agency(8), vec![digest(1), digest(2)]), (agency(9), vec![digest(3)])]);
        assert_eq!(pins.owner(&digest(2)), Some(agency(8)));
        assert_eq!(pins.owner(&digest(3)), Some(agency(9)));
        pins.replace([(agency(9), vec![digest(3)])]);
        assert_eq!(pins.owner(&digest(2)), None);
    }

    #[test]
    fn a_fourth_pin_does_not_count() {
        let pins = PeerPins::new();
        pins.replace([(agency(8), (1..=4).map(digest))]);
        assert_eq!(pins.owner(&digest(3)), Some(agency(8)));
        assert_eq!(pins.owner(&digest(4)), None);
    }

    #[test]
    fn a_pin_that_two_agencies_list_names_neither() {
        let pins = PeerPins::new();
        pins.replace([(agency(8), vec![digest(1)]), (agency(9), vec![digest(1)])]);
        assert_eq!(pins.owner(&digest(1)), None);
    }
}
