//! What this crate's own tests share.

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

use crate::{
    Digest, Entropy, NetworkId, Policy, PublicRecord, Secret, Signed, SigningKey, Timestamp, VerifiedAgency,
    founding::{Founding, FoundingRequest, found},
    log::{
        ALG_ED25519, AddOpKey, EntryBody, GENESIS, Genesis, GenesisCommon, Recover, Recovery, RotateRoot,
        next_root_hash,
    },
    publish,
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

/// The signing key of this seed byte.
pub(crate) fn key(byte: u8) -> SigningKey {
    SigningKey::from_seed(Secret::new(Box::new([byte; 32]))).expect("any seed is a key")
}

/// An agency whose root is `key(1)`, its next root `key(2)`, its guardians `key(40)` to `key(42)` of whom two must
/// sign, and its signing key `key(10)`.
pub(crate) fn guarded() -> VerifiedAgency {
    let guardians = [key(40), key(41), key(42)].iter().map(SigningKey::public).collect();
    let genesis = Genesis {
        common: GenesisCommon { v: 1, network: network(), key: key(1).public().id(), ts: NOW },
        name: "CMO Poipet".into(),
        country: "KH".into(),
        root_pk: key(1).public(),
        next_root_hash: next_root_hash(&key(2).public()),
        recovery: Recovery { m: 2, guardians },
        nonce: [7; 32].into(),
    };
    let log = vec![Signed::sign(genesis, GENESIS, &[&key(1)]).to_bytes()];
    let bare = PublicRecord::new(log, Vec::new()).verify(network()).expect("verifies");
    publish::append(&bare, &[&key(1)], NOW, &add(10)).expect("the root may")
}

/// Body of an entry that adds `key(byte)`.
pub(crate) fn add(byte: u8) -> EntryBody {
    EntryBody::AddOpKey(AddOpKey { alg: ALG_ED25519, key: key(byte).public(), not_after: NOW.plus(Timestamp::DAY) })
}

/// Body of a rotation to `key(to)`, which commits to `key(next)`.
pub(crate) fn rotate(to: u8, next: u8) -> EntryBody {
    EntryBody::RotateRoot(RotateRoot {
        new_root: key(to).public(),
        next_root_hash: next_root_hash(&key(next).public()),
    })
}

/// Body of a recovery to `key(to)`, which commits to `key(next)` and keeps the guardians.
pub(crate) fn recover(agency: &VerifiedAgency, to: u8, next: u8) -> EntryBody {
    EntryBody::Recover(Recover {
        new_root: key(to).public(),
        next_root_hash: next_root_hash(&key(next).public()),
        recovery: agency.keys().recovery().clone(),
        revoked: Vec::new(),
    })
}
