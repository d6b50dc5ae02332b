//! Two agencies with fixed keys, and randomness that another implementation can make again.

use data_encoding::HEXLOWER;
use keys::{
    AgencyId, Digest, Entropy, NetworkId, Policy, SigningKey, Timestamp, VerifiedAgency,
    founding::{FoundingRequest, found},
    label,
    log::Recovery,
    sealing::SealingKey,
};
use protocol::open::Me;

pub(crate) const NOW: Timestamp = Timestamp(1_780_272_000);

pub(crate) fn network() -> NetworkId {
    NetworkId::from_name("spean")
}

pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    HEXLOWER.encode(bytes.as_ref())
}

/// Block `i` is `SHA-256(32 bytes of the seed || u64 i)`; what was drawn last can be written down.
pub(crate) struct Seeded {
    seed: u8,
    block: u64,
    rest: Vec<u8>,
    drawn: Vec<u8>,
}

impl Seeded {
    pub(crate) fn new(seed: u8) -> Self {
        Self { seed, block: 0, rest: Vec::new(), drawn: Vec::new() }
    }

    /// All bytes drawn since this was last asked, as hexadecimal digits.
    pub(crate) fn drawn(&mut self) -> String {
        hex(std::mem::take(&mut self.drawn))
    }
}

impl Entropy for Seeded {
    fn fill(&mut self, destination: &mut [u8]) {
        while self.rest.len() < destination.len() {
            let input = [[self.seed; 32].as_slice(), &self.block.to_be_bytes()].concat();
            self.rest.extend_from_slice(label::digest_of(&input).as_bytes());
            self.block += 1;
        }
        let tail = self.rest.split_off(destination.len());
        destination.copy_from_slice(&self.rest);
        self.drawn.extend_from_slice(&self.rest);
        self.rest = tail;
    }
}

pub(crate) struct Agency {
    pub(crate) verified: VerifiedAgency,
    pub(crate) op: SigningKey,
    pub(crate) root: SigningKey,
    pub(crate) sealing: SealingKey,
}

impl Agency {
    pub(crate) fn id(&self) -> AgencyId {
        self.verified.id()
    }
}

pub(crate) fn me(agency: &Agency) -> Me {
    Me { network: network(), agency: agency.id() }
}

/// Invented agencies; the seed makes all of an agency's keys.
pub(crate) fn agency(name: &str, kind: &str, seed: u8) -> Agency {
    let request = FoundingRequest {
        network: network(),
        name: name.into(),
        country: "KH".into(),
        recovery: Recovery::default(),
        policy: Policy {
            suites: vec![1],
            min_version: 1,
            kind: kind.into(),
            services: vec!["health.checkup".into()],
            categories: vec![("identity".into(), 1)],
            max_packet: 1 << 20,
        },
        transport_pins: vec![Digest([seed; 32])],
        addresses: vec![format!("https://{kind}.example:8443")],
    };
    let made = found(request, NOW, &mut Seeded::new(seed)).expect("founds");
    let key = |seed| SigningKey::from_seed(seed).expect("any seed is a key");
    Agency {
        verified: made.record.verify(network()).expect("verifies"),
        op: key(made.op_seed),
        root: key(made.root_seed),
        sealing: made.sealing,
    }
}
