//! Two invented agencies whose keys the targets hold, and what they sign.

use std::sync::LazyLock;

use keys::{
    AgencyId, Digest, Entropy, NetworkId, Policy, Secret, SigningKey, Timestamp, VerifiedAgency,
    founding::{FoundingRequest, found},
    guardian::RecoveryRequest,
    label::{self, Label},
    log::Recovery,
    sealing::SealingKey,
};
use minicbor::Encoder;
use protocol::{code::Purpose, exchange::ExchangeId, open::Me};

/// 2026-06-01, the day of the invented children.
pub const NOW: Timestamp = Timestamp(1_780_272_000);
/// The nonce of the one exchange that is under way.
pub const NONCE: [u8; 32] = [7; 32];

/// An agency with all its secrets.
pub struct Actor {
    /// What others know of it.
    pub record: VerifiedAgency,
    /// Signs entries of the log.
    pub root: SigningKey,
    /// Signs all else.
    pub op: SigningKey,
    /// Opens what is sealed to it.
    pub sealing: SealingKey,
}

/// Who offers.
pub static CMO: LazyLock<Actor> = LazyLock::new(|| actor("CMO ប៉ោយប៉ែត", "reception", (1, Recovery::default())));
/// Who receives.
pub static DT: LazyLock<Actor> = LazyLock::new(|| actor("Damnok Toek", "shelter", (2, Recovery::default())));

/// The only guardian of an agency that asks for a recovery.
pub static GUARDIAN: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::from_seed(Secret::new(Box::new([5; 32]))).expect("any seed is a key"));
/// What that guardian is asked.
pub static RECOVERY: LazyLock<RecoveryRequest> = LazyLock::new(|| {
    let recovery = Recovery { m: 1, guardians: vec![GUARDIAN.public()] };
    let agency = actor("PKC", "health", (3, recovery)).record;
    RecoveryRequest::new(&agency, 1, NOW, DT.root.public(), Digest([6; 32])).expect("there is a guardian")
});

/// The network of both.
#[must_use]
pub fn network() -> NetworkId {
    NetworkId::from_name("spean")
}

/// Who reads what is sealed to DT.
#[must_use]
pub fn dt() -> Me {
    Me { network: network(), agency: DT.id() }
}

/// The exchange that CMO opened.
#[must_use]
pub fn exchange() -> ExchangeId {
    ExchangeId::of(CMO.id(), DT.id(), &NONCE)
}

/// For what.
pub const PURPOSE: Purpose = Purpose::Shelter;

/// Bytes that repeat from run to run: block `n` is the hash of the seed and `n`.
pub struct Seeded(u64, u64);

impl Seeded {
    /// From its beginning.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed, 0)
    }
}

impl Entropy for Seeded {
    fn fill(&mut self, destination: &mut [u8]) {
        for part in destination.chunks_mut(32) {
            self.1 += 1;
            let block = label::digest_of(&[self.0.to_be_bytes(), self.1.to_be_bytes()].concat());
            part.copy_from_slice(&block.0[..part.len()]);
        }
    }
}

fn actor(name: &str, kind: &str, (seed, recovery): (u64, Recovery)) -> Actor {
    let request = FoundingRequest {
        network: network(),
        name: name.into(),
        country: "KH".into(),
        recovery,
        policy: Policy {
            suites: vec![1],
            min_version: 1,
            kind: kind.into(),
            services: vec!["shelter.transitional".into()],
            categories: vec![("identity".into(), 1)],
            max_packet: 1 << 20,
        },
        transport_pins: vec![Digest([3; 32])],
        addresses: vec![format!("https://{kind}.example:8443")],
    };
    let made = found(request, NOW, &mut Seeded::new(seed)).expect("founds");
    let key = |seed| SigningKey::from_seed(seed).expect("any seed is a key");
    let record = made.record.verify(network()).expect("verifies");
    Actor { record, root: key(made.root_seed), op: key(made.op_seed), sealing: made.sealing }
}

impl Actor {
    /// Its name for programs.
    #[must_use]
    pub fn id(&self) -> AgencyId {
        self.record.id()
    }
}

/// A payload as it travels with one good signature (`docs/protocol.md` 3.2).
#[must_use]
pub fn endorsed(payload: &[u8], label: Label, key: &SigningKey) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes);
    let written = encoder.map(2).and_then(|e| {
        e.u8(0)?.bytes(payload)?.u8(1)?.array(1)?.array(2)?;
        e.bytes(&key.public().id().0)?.bytes(&key.sign(label, payload).0)
    });
    written.expect("a vector takes all");
    bytes
}

/// A packet's four parts as they are sealed (`docs/protocol.md` 3.7).
#[must_use]
pub fn inner(header: &[u8], signature: &[u8], k_commit: &[u8], body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes);
    let written = encoder
        .map(4)
        .and_then(|e| e.u8(0)?.bytes(header)?.u8(1)?.bytes(signature)?.u8(2)?.bytes(k_commit)?.u8(3)?.bytes(body));
    written.expect("a vector takes all");
    bytes
}
