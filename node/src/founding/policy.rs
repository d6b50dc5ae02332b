//! What a new agency says that it does and takes.

use keys::Policy;
use protocol::{
    category::Category,
    code::{AgencyKind, Service},
};

/// The only enabled cipher suite (`docs/protocol.md` 3.1).
const SUITE: u16 = 0x0001;
/// The lowest protocol version that this program reads.
const MIN_VERSION: u64 = 1;
/// The longest packet that this program takes, in bytes.
const MAX_PACKET: u64 = 1 << 20;

/// What an agency of this kind offers at first: every service that its kind gives, and all categories.
#[must_use]
pub fn first_policy(kind: AgencyKind) -> Policy {
    Policy {
        suites: vec![SUITE],
        min_version: MIN_VERSION,
        kind: kind.code().to_owned(),
        services: Service::ALL
            .iter()
            .filter(|service| gives(kind, **service))
            .map(|service| service.code().to_owned())
            .collect(),
        categories: Category::ALL.iter().map(|category| (category.code().to_owned(), Category::VERSION)).collect(),
        max_packet: MAX_PACKET,
    }
}

/// A coordinating body counts; it takes no child.
fn gives(kind: AgencyKind, service: Service) -> bool {
    let receivers = service.service_type().receivers();
    kind != AgencyKind::Coordination && (receivers.is_empty() || receivers.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_offers_its_own_services_and_coordination_none() {
        let offers = |kind, code: &str| first_policy(kind).services.iter().any(|service| service == code);
        assert!(offers(AgencyKind::Shelter, "shelter.transitional") && offers(AgencyKind::Health, "health.emergency"));
        assert!(!offers(AgencyKind::Shelter, "health.emergency") && offers(AgencyKind::Shelter, "other.food"));
        assert!(first_policy(AgencyKind::Coordination).services.is_empty());
    }
}
