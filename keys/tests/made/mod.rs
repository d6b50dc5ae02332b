//! How the vectors are made: with fixed seeds, by the crate's own public functions.

mod history;
mod recovery;

use data_encoding::HEXLOWER;
use keys::{
    Common, Digest, Entropy, Fingerprint, NetworkId, Policy, PublicRecord, Secret, Signed, SigningKey, Timestamp,
    VerifiedAgency,
    founding::{FoundingRequest, found},
    log::{ALG_ED25519, AddOpKey, Entry, EntryBody, Genesis, LOG, Recovery, RotateRoot, next_root_hash},
    publish,
    sealing::{self, SealingKey, SealingPublic},
    statement::{STATEMENT, Statement, StatementBody, Transport},
};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use serde_json::{Value, json};

pub(crate) use history::history;
pub(crate) use recovery::recovery;

const NOW: Timestamp = Timestamp(1_780_272_000);
const NETWORK: &str = "spean";

struct Seeded(ChaCha20Rng);

impl Entropy for Seeded {
    fn fill(&mut self, destination: &mut [u8]) {
        self.0.fill_bytes(destination);
    }
}

fn seeded(seed: u8) -> Seeded {
    Seeded(ChaCha20Rng::from_seed([seed; 32]))
}

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

fn key(byte: u8) -> SigningKey {
    SigningKey::from_seed(Secret::new(Box::new([byte; 32]))).expect("any seed is a key")
}

struct Keys {
    root: SigningKey,
    next: SigningKey,
    op: SigningKey,
}

fn founded() -> (VerifiedAgency, Keys) {
    let request = FoundingRequest {
        network: NetworkId::from_name(NETWORK),
        name: "CMO ប៉ោយប៉ែត".into(),
        country: "KH".into(),
        recovery: Recovery::default(),
        policy: Policy {
            suites: vec![1],
            min_version: 1,
            kind: "reception".into(),
            services: vec!["health.checkup".into()],
            categories: vec![("identity".into(), 1)],
            max_packet: 1 << 20,
        },
        transport_pins: vec![Digest([9; 32])],
        addresses: vec!["https://cmo.example:8443".into()],
    };
    let made = found(request, NOW, &mut seeded(1)).expect("founds");
    let agency = made.record.verify(NetworkId::from_name(NETWORK)).expect("verifies");
    let key = |seed| SigningKey::from_seed(seed).expect("any seed is a key");
    (agency, Keys { root: key(made.root_seed), next: key(made.next_root_seed), op: key(made.op_seed) })
}

/// A record in the form that travels, from its parts.
fn record(log: &[Vec<u8>], statements: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"SPNA\x01".to_vec();
    for list in [log, statements] {
        out.extend_from_slice(&u16::try_from(list.len()).expect("few").to_be_bytes());
        for item in list {
            out.extend_from_slice(&u32::try_from(item.len()).expect("short").to_be_bytes());
            out.extend_from_slice(item);
        }
    }
    out
}

/// Genesis, a signing key, a rotation, a second signing key by the new root; the first four statements.
fn grown() -> (VerifiedAgency, Keys) {
    let (agency, keys) = founded();
    let next_root_hash = next_root_hash(&key(30).public());
    let rotate = EntryBody::RotateRoot(RotateRoot { new_root: keys.next.public(), next_root_hash });
    let agency = publish::append(&agency, &[&keys.root, &keys.next], NOW, &rotate).expect("rotates");
    let agency = publish::add_op_key(&agency, &keys.next, NOW, key(20).public()).expect("adds");
    (agency, keys)
}

pub(crate) fn agency() -> Value {
    let (agency, keys) = grown();
    let signed = |list: &[Vec<u8>]| list.iter().map(|bytes| json!({ "signed": hex(bytes) })).collect::<Vec<_>>();
    let bad = bad(&agency, &keys)
        .into_iter()
        .map(|(name, bytes)| {
            let refused = PublicRecord::from_bytes(&bytes).and_then(|r| r.verify(NetworkId::from_name(NETWORK)));
            json!({ "name": name, "record": hex(&bytes), "reason": refused.expect_err(name).to_string() })
        })
        .collect::<Vec<_>>();
    json!({
        "good": {
            "network": NETWORK,
            "network_id": NetworkId::from_name(NETWORK).0.to_string(),
            "agency_id": agency.id().to_string(),
            "fingerprint": Fingerprint::of(agency.id()).to_string(),
            "head_seq": agency.head().seq,
            "head_hash": agency.head().hash.to_string(),
            "root_seed": hex(keys.root.seed().expose()),
            "next_root_seed": hex(keys.next.seed().expose()),
            "op_seed": hex(keys.op.seed().expose()),
            "log": signed(agency.record().log()),
            "statements": signed(agency.record().statements()),
            "record": hex(&agency.record().to_bytes()),
        },
        "bad": bad,
    })
}

fn bad(agency: &VerifiedAgency, keys: &Keys) -> Vec<(&'static str, Vec<u8>)> {
    let mut all = bad_bytes(agency);
    all.extend(bad_logs(agency, keys));
    all.extend(bad_statements(agency, keys));
    all
}

fn bad_bytes(agency: &VerifiedAgency) -> Vec<(&'static str, Vec<u8>)> {
    let good = agency.record().to_bytes();
    let mut newer = good.clone();
    newer[4] = 2;
    vec![
        ("cut off", good[..good.len() - 1].to_vec()),
        ("bytes after the end", [&good[..], &[0]].concat()),
        ("newer format", newer),
        ("other magic", b"PK\x03\x04".to_vec()),
        ("no entries", record(&[], &[])),
    ]
}

fn bad_logs(agency: &VerifiedAgency, keys: &Keys) -> Vec<(&'static str, Vec<u8>)> {
    let log = agency.record().log();
    let flip = |at: usize| {
        let mut log = log.to_vec();
        let last = log[at].len() - 1;
        log[at][last] ^= 1;
        record(&log, &[])
    };
    let without = |at: usize| record(&[&log[..at], &log[at + 1..]].concat(), &[]);
    let genesis = |change: fn(&mut Genesis)| {
        let mut genesis = Signed::<Genesis>::from_bytes(&log[0]).expect("parses").claimed().clone();
        change(&mut genesis);
        record(&[Signed::sign(genesis, keys::log::GENESIS, &[&keys.root]).to_bytes()], &[])
    };
    let entry = |signers: &[&SigningKey], change: fn(&mut Entry)| {
        let mut entry = next_entry(agency, keys);
        change(&mut entry);
        record(&[log, &[Signed::sign(entry, LOG, signers).to_bytes()]].concat(), &[])
    };
    vec![
        ("signature of the genesis changed", flip(0)),
        ("signature of an entry changed", flip(1)),
        ("an entry left out", without(1)),
        ("an entry twice", record(&[log, &log[3..]].concat(), &[])),
        ("genesis of another network", genesis(|g| g.common.network = NetworkId::from_name("trial"))),
        ("name with a direction mark", genesis(|g| g.name = "CMO\u{202e}OMC".into())),
        ("genesis not by its root", genesis(|g| g.root_pk = key(3).public())),
        ("entry by the root before the rotation", entry(&[&keys.root], |_| {})),
        ("entry by a signing key", entry(&[&keys.op], |_| {})),
        ("entry with one signature too many", entry(&[&keys.next, &keys.op], |_| {})),
        ("wrong hash of the entry before", entry(&[&keys.next], |e| e.prev = Digest([0; 32]))),
        ("unknown critical entry", entry(&[&keys.next], |e| e.kind = "add_pq_key".into())),
        ("body that is not canonical", entry(&[&keys.next], |e| e.body = vec![0xbf, 0xff])),
        ("newer protocol version", entry(&[&keys.next], |e| e.common.v = 2)),
        ("key of small order", small_order(agency, keys)),
    ]
}

/// The entry that would follow, by the root in force.
fn next_entry(agency: &VerifiedAgency, keys: &Keys) -> Entry {
    let add = AddOpKey { alg: ALG_ED25519, key: key(21).public(), not_after: NOW.plus(Timestamp::DAY) };
    let body = EntryBody::AddOpKey(add);
    Entry {
        common: common(agency, &keys.next),
        seq: agency.head().seq + 1,
        prev: agency.head().hash,
        kind: body.kind().into(),
        critical: true,
        body: body.encode(),
    }
}

fn common(agency: &VerifiedAgency, key: &SigningKey) -> Common {
    Common { v: 1, network: agency.network(), agency: agency.id(), key: key.public().id(), incarnation: 1, ts: NOW }
}

/// An entry that adds the identity element as a key: ring alone would take forgeries under it.
fn small_order(agency: &VerifiedAgency, keys: &Keys) -> Vec<u8> {
    let mut entry = next_entry(agency, keys);
    let mut identity = [0; 32];
    identity[0] = 1;
    let at = entry.body.windows(32).position(|w| w == key(21).public().as_bytes()).expect("holds the key");
    entry.body[at..at + 32].copy_from_slice(&identity);
    let entry = Signed::sign(entry, LOG, &[&keys.next]).to_bytes();
    record(&[agency.record().log(), &[entry]].concat(), &[])
}

fn bad_statements(agency: &VerifiedAgency, keys: &Keys) -> Vec<(&'static str, Vec<u8>)> {
    let log = agency.record().log();
    let statement = |pin: u8, change: fn(&mut Statement)| {
        let body = StatementBody::Transport(Transport { spki_sha256: vec![Digest([pin; 32])] });
        let mut statement = Statement {
            common: common(agency, &keys.op),
            kind: body.kind().into(),
            serial: 9,
            log_head: agency.head(),
            body: body.encode(),
        };
        change(&mut statement);
        Signed::sign(statement, STATEMENT, &[&keys.op]).to_bytes()
    };
    vec![
        ("two statements with one serial", record(log, &[statement(1, |_| {}), statement(2, |_| {})])),
        ("statement on a longer log", record(log, &[statement(1, |s| s.log_head.seq = 9)])),
        ("statement on another log", record(log, &[statement(1, |s| s.log_head.hash = Digest([0; 32]))])),
        ("statement with serial 0", record(log, &[statement(1, |s| s.serial = 0)])),
        ("statement by an unknown key", record(log, &[statement(1, |s| s.common.key = key(3).public().id())])),
        ("transport statement without a key", record(log, &[statement(1, |s| s.body = vec![0xa1, 0, 0x80])])),
        ("statement of a later incarnation", record(log, &[statement(1, |s| s.common.incarnation = 2)])),
    ]
}

pub(crate) fn sealing() -> Value {
    let key = SealingKey::from_seed(Secret::new(Box::new([7; 32])));
    let mut zero = *key.public().as_bytes();
    zero[sealing::PUBLIC_BYTES - 32..].fill(0);
    let zero = SealingPublic::parse(&zero).expect("X-Wing takes it");
    let mut honest = one("an honest key", key.public());
    honest["seed"] = json!(hex(key.seed().expose()));
    json!([honest, one("a key whose X25519 half is all zero", &zero)])
}

fn one(name: &str, to: &SealingPublic) -> Value {
    let mut entropy = [0; 64];
    seeded(2).fill(&mut entropy);
    let (info, aad, plain) = (&b"info"[..], &b"aad"[..], "ភ្លៀង".as_bytes());
    let sealed = sealing::seal(to, info, aad, plain, &mut seeded(2)).expect("seals");
    json!({
        "name": name,
        "pk": hex(to.as_bytes()),
        "kid": to.kid().to_string(),
        "info": hex(info),
        "aad": hex(aad),
        "plain": hex(plain),
        "entropy": hex(&entropy),
        "enc": hex(&sealed.enc),
        "ct": hex(&sealed.ct),
        "exported": hex(sealed.exported.expose()),
    })
}
