//! Signed and verified consent statements of an invented agency.

use std::sync::OnceLock;

use keys::{
    Common, Digest, Entropy, FIRST_INCARNATION, NetworkId, PROTOCOL_VERSION, Policy, SigningKey, Timestamp,
    VerifiedAgency,
    founding::{FoundingRequest, found},
    log::Recovery,
};
use protocol::consent::{Consent, ConsentStatement, SignedConsent, StatementRequest};

use crate::consents::agency;

const NOW: Timestamp = Timestamp(1_780_272_000);

/// Bytes that are different each time.
struct Counter(u8);

impl Entropy for Counter {
    fn fill(&mut self, destination: &mut [u8]) {
        for byte in destination {
            *byte = self.0;
            self.0 = self.0.wrapping_mul(5).wrapping_add(3);
        }
    }
}

fn network() -> NetworkId {
    NetworkId::from_name("test")
}

/// The origin, founded once.
fn origin() -> &'static (VerifiedAgency, SigningKey) {
    static ORIGIN: OnceLock<(VerifiedAgency, SigningKey)> = OnceLock::new();
    ORIGIN.get_or_init(|| {
        let policy = Policy {
            suites: vec![1],
            min_version: 1,
            kind: "reception".into(),
            services: Vec::new(),
            categories: Vec::new(),
            max_packet: 1 << 20,
        };
        let request = FoundingRequest {
            network: network(),
            name: "CMO".into(),
            country: "KH".into(),
            recovery: Recovery::default(),
            policy,
            transport_pins: vec![Digest([1; 32])],
            addresses: Vec::new(),
        };
        let made = found(request, NOW, &mut Counter(1)).expect("founds");
        let verified = made.record.verify(network()).expect("verifies");
        (verified, SigningKey::from_seed(made.op_seed).expect("a key"))
    })
}

/// What a recipient learns of `consent`: built, sent, and verified as it begins.
pub(crate) fn statement(consent: &Consent) -> ConsentStatement {
    let (origin, key) = origin();
    let common = Common {
        v: PROTOCOL_VERSION,
        network: network(),
        agency: origin.id(),
        key: key.public().id(),
        incarnation: FIRST_INCARNATION,
        ts: NOW,
    };
    let (exchange, me) = (Digest([9; 32]), agency(1));
    let request = StatementRequest { common, exchange, recipient: me };
    let (signed, _) = ConsentStatement::build(consent, request, key, &mut Counter(7)).expect("builds");
    let signed = SignedConsent::from_bytes(&signed.to_bytes()).expect("comes back");
    signed.verify(origin, network(), exchange, me, consent.begins()).expect("verifies")
}
