//! Agencies with all their keys, fixed chance, and the day on which everything happens.

use keys::{
    AgencyId, Digest, NetworkId, Policy, SigningKey, Timestamp, VerifiedAgency,
    founding::{Founding, FoundingRequest, found},
    label::digest_of,
    log::{EntryBody, Incarnation, Recovery, RevokeKey},
    publish,
};
use node::world::{Clock, World};
pub use tests::chance::Chance;

/// 2026-06-01, the day of the invented children.
pub const NOW: Timestamp = Timestamp(1_780_272_000);

/// The network of all.
pub fn network() -> NetworkId {
    NetworkId::from_name("spean")
}

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        NOW
    }
}

/// A world that stands still.
pub fn world(seed: u64) -> World {
    World::new(std::sync::Arc::new(Still), Chance::new(seed))
}

/// An agency, all of whose keys the test holds.
pub struct Actor {
    /// What others know of it.
    pub record: VerifiedAgency,
    /// Its log's beginning and its seeds.
    pub founding: Founding,
    /// Signs packets.
    pub op: SigningKey,
    /// Signed packets once, and was revoked.
    pub revoked: SigningKey,
}

impl Actor {
    /// A peer that was restored from a backup once and had a signing key stolen: both stand in its log.
    pub fn new(name: &str, kind: &str, seed: u64) -> Self {
        let founding = founded(name, kind, seed);
        let key = |seed: &keys::Secret<32>| SigningKey::from_seed(seed.duplicate()).expect("any seed is a key");
        let (root, revoked) = (key(&founding.root_seed), key(&founding.op_seed));
        let op = SigningKey::from_seed(keys::Secret::random(&mut Chance::new(seed + 1_000))).expect("a key");
        let record = founding.record.verify(network()).expect("verifies");
        let record = publish::add_op_key(&record, &root, NOW, op.public()).expect("adds");
        // What the stolen key signed must be said anew, or it would go with it.
        let pins = vec![digest_of(&seed.to_be_bytes())];
        let record = publish::transport(&record, &op, NOW, pins).expect("publishes");
        let record = publish::endpoints(&record, &op, NOW, addresses()).expect("publishes");
        let record = publish::policy(&record, &op, NOW, policy(kind)).expect("publishes");
        let record = publish::sealing_statement(&record, &op, NOW, founding.sealing.public()).expect("publishes");
        // Without a cut: nothing by it stands, and nothing is waited for.
        let stolen = RevokeKey { key: revoked.public().id(), reason: "stolen".into(), cut: Digest::default() };
        let record = publish::append(&record, &[&root], NOW, &EntryBody::RevokeKey(stolen)).expect("revokes");
        let restored = Incarnation { n: 2, reason: "restored".into() };
        let record = publish::append(&record, &[&root], NOW, &EntryBody::Incarnation(restored)).expect("appends");
        Self { record, founding, op, revoked }
    }

    /// Its name for programs.
    pub fn id(&self) -> AgencyId {
        self.record.id()
    }
}

fn policy(kind: &str) -> Policy {
    Policy {
        suites: vec![1],
        min_version: 1,
        kind: kind.into(),
        services: vec!["health.consultation".into()],
        categories: vec![("identity".into(), 1)],
        max_packet: 1 << 20,
    }
}

fn addresses() -> Vec<String> {
    vec!["https://peer.example:8443".into()]
}

/// A new agency; equal seeds give equal keys.
pub fn founded(name: &str, kind: &str, seed: u64) -> Founding {
    let request = FoundingRequest {
        network: network(),
        name: name.into(),
        country: "KH".into(),
        recovery: Recovery::default(),
        policy: policy(kind),
        transport_pins: vec![digest_of(&seed.to_be_bytes())],
        addresses: addresses(),
    };
    found(request, NOW, &mut Chance::new(seed)).expect("founds")
}
