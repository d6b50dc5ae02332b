//! What this crate's own tests share.

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

use crate::{
    Digest, Entropy, NetworkId, Policy, Timestamp,
    founding::{Founding, FoundingRequest, found},
    log::Recovery,
};

/// Random bytes that come again for the same seed.
pub(crate) struct Seeded(ChaCha20Rng);

impl Seeded {
    pub(crate) fn new(seed: u8) -> Self {
        Self(ChaCha20Rng::from_seed([seed; 32]))
    }
}

impl Entropy for Seeded {
    fn fill(&mut self, destination: &mut [u8]) {
        self.0.fill_bytes(destination);
    }
}

/// 2026-06-01, when the stories of `domain.md` are told.
pub(crate) const NOW: Timestamp = Timestamp(1_780_272_000);

pub(crate) fn network() -> NetworkId {
    NetworkId::from_name("spean")
}

pub(crate) fn request() -> FoundingRequest {
    FoundingRequest {
        network: network(),
        name: "CMO Poipet".into(),
        country: "KH".into(),
        recovery: Recovery::default(),
        policy: policy(),
        transport_pins: vec![Digest([9; 32])],
        addresses: vec!["https://cmo.example:8443".into()],
    }
}

pub(crate) fn policy() -> Policy {
    Policy {
        suites: vec![1],
        min_version: 1,
        kind: "reception".into(),
        services: vec!["health.checkup".into()],
        categories: vec![("identity".into(), 1)],
        max_packet: 1 << 20,
    }
}

pub(crate) fn founded(seed: u8) -> Founding {
    found(request(), NOW, &mut Seeded::new(seed)).expect("a good request")
}
