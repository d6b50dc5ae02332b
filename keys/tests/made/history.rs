//! A log with every kind of entry, what is not one, forks and cuts.

use keys::{
    AgencyId, Common, Digest, ForkProof, NetworkId, PublicRecord, Signed, SigningKey, VerifiedAgency, VerifiedFork,
    cut::{self, Cut, CutLeaf, CutPath, LastPacket},
    fork::Contradiction,
    log::{
        ALG_ED25519, AddOpKey, Entry, EntryBody, GENESIS, Genesis, GenesisCommon, Incarnation, LOG, Recover, Recovery,
        Retire, RevokeKey, RotateRoot, next_root_hash,
    },
    publish,
};
use serde_json::{Value, json};

use super::{NETWORK, NOW, hex, key, record, seeded};

fn network() -> NetworkId {
    NetworkId::from_name(NETWORK)
}

/// Root `key(1)`, next root `key(2)`, guardians `key(40)` to `key(42)`, two of whom must sign; signing key `key(10)`.
pub(super) fn guarded() -> VerifiedAgency {
    let guardians = [40, 41, 42].map(|byte| key(byte).public()).to_vec();
    let genesis = Genesis {
        common: GenesisCommon { v: 1, network: network(), key: key(1).public().id(), ts: NOW },
        name: "DT".into(),
        country: "KH".into(),
        root_pk: key(1).public(),
        next_root_hash: next_root_hash(&key(2).public()),
        recovery: Recovery { m: 2, guardians },
        nonce: [7; 32].into(),
    };
    let log = [Signed::sign(genesis, GENESIS, &[&key(1)]).to_bytes()];
    let bare = PublicRecord::from_bytes(&record(&log, &[])).and_then(|bare| bare.verify(network()));
    append(&bare.expect("verifies"), &[1], &add(10))
}

fn append(agency: &VerifiedAgency, signers: &[u8], body: &EntryBody) -> VerifiedAgency {
    let signers: Vec<SigningKey> = signers.iter().map(|byte| key(*byte)).collect();
    publish::append(agency, &signers.iter().collect::<Vec<_>>(), NOW, body).expect("these may")
}

fn add(byte: u8) -> EntryBody {
    EntryBody::AddOpKey(AddOpKey { alg: ALG_ED25519, key: key(byte).public(), not_after: NOW.plus(86_400) })
}

fn revoke(byte: u8) -> EntryBody {
    EntryBody::RevokeKey(RevokeKey { key: key(byte).public().id(), reason: "stolen".into(), cut: Digest([5; 32]) })
}

fn rotate(to: u8, next: u8) -> EntryBody {
    EntryBody::RotateRoot(RotateRoot {
        new_root: key(to).public(),
        next_root_hash: next_root_hash(&key(next).public()),
    })
}

fn recover(to: u8, revoked: &[u8]) -> EntryBody {
    EntryBody::Recover(Recover {
        new_root: key(to).public(),
        next_root_hash: next_root_hash(&key(51).public()),
        recovery: Recovery { m: 1, guardians: vec![key(60).public()] },
        revoked: revoked.iter().map(|byte| key(*byte).public().id()).collect(),
    })
}

fn incarnation(n: u64) -> EntryBody {
    EntryBody::Incarnation(Incarnation { n, reason: "restored".into() })
}

fn retire(next: Option<u8>) -> EntryBody {
    EntryBody::Retire(Retire { next_root: next.map(|byte| key(byte).public()), successor: None, reason: "end".into() })
}

/// Every kind of entry: two signing keys, a revocation, a rotation, a restore, a recovery, the end.
fn grown() -> Vec<VerifiedAgency> {
    let steps: [(&[u8], EntryBody); 6] = [
        (&[1], add(20)),
        (&[1], revoke(10)),
        (&[1, 2], rotate(2, 3)),
        (&[2], incarnation(2)),
        (&[42, 40], recover(50, &[20])),
        (&[60], retire(None)),
    ];
    let mut all = vec![guarded()];
    for (signers, body) in steps {
        let next = append(all.last().expect("begins with one"), signers, &body);
        all.push(next);
    }
    all
}

/// The record of `agency` with one more entry by these keys, changed by hand.
fn with(agency: &VerifiedAgency, signers: &[u8], body: &EntryBody, change: impl Fn(&mut Entry)) -> Vec<u8> {
    let signers: Vec<SigningKey> = signers.iter().map(|byte| key(*byte)).collect();
    let common = Common {
        v: 1,
        network: agency.network(),
        agency: agency.id(),
        key: signers[0].public().id(),
        incarnation: agency.incarnation(),
        ts: NOW,
    };
    let (kind, body) = (body.kind().to_owned(), body.encode());
    let head = agency.head();
    let mut entry = Entry { common, seq: head.seq + 1, prev: head.hash, kind, critical: true, body };
    change(&mut entry);
    let entry = Signed::sign(entry, LOG, &signers.iter().collect::<Vec<_>>()).to_bytes();
    record(&[agency.record().log(), &[entry]].concat(), &[])
}

fn bad() -> Vec<(&'static str, Vec<u8>)> {
    let all = grown();
    let (young, two, ended) = (&all[0], &all[1], &all[6]);
    let same = |_: &mut Entry| {};
    let long = |reason: usize| {
        let reason = "x".repeat(reason);
        EntryBody::RevokeKey(RevokeKey { key: key(10).public().id(), reason, cut: Digest::default() })
    };
    let life = |seconds| {
        EntryBody::AddOpKey(AddOpKey { alg: ALG_ED25519, key: key(21).public(), not_after: NOW.plus(seconds) })
    };
    let alg = EntryBody::AddOpKey(AddOpKey { alg: 2, key: key(21).public(), not_after: NOW.plus(1) });
    let guardians = |m, bytes: &[u8]| {
        let EntryBody::Recover(body) = recover(50, &[]) else { return recover(50, &[]) };
        let guardians = bytes.iter().map(|byte| key(*byte).public()).collect();
        EntryBody::Recover(Recover { recovery: Recovery { m, guardians }, ..body })
    };
    vec![
        ("add by the next root", with(young, &[2], &add(21), same)),
        ("add by both roots", with(young, &[1, 2], &add(21), same)),
        ("add by guardians", with(young, &[40, 41], &add(21), same)),
        ("add by a signing key", with(young, &[10], &add(21), same)),
        ("add a key again", with(young, &[1], &add(10), same)),
        ("add the root as a signing key", with(young, &[1], &add(1), same)),
        ("add a key that ends when it begins", with(young, &[1], &life(0), same)),
        ("add a key for more than a year", with(young, &[1], &life(366 * 86_400 + 1), same)),
        ("add a key of an unknown algorithm", with(young, &[1], &alg, same)),
        ("revoke by a signing key", with(young, &[10], &revoke(10), same)),
        ("revoke a key that is not there", with(young, &[1], &revoke(20), same)),
        ("revoke a revoked key", with(&all[2], &[1], &revoke(10), same)),
        ("a reason of 501 characters", with(young, &[1], &long(501), same)),
        ("an entry of more than 8 KiB", with(young, &[1], &long(9_000), same)),
        ("rotate by the root alone", with(young, &[1], &rotate(2, 3), same)),
        ("rotate by the next root alone", with(young, &[2], &rotate(2, 3), same)),
        ("rotate in the other order", with(young, &[2, 1], &rotate(2, 3), same)),
        ("rotate to a root that was not committed to", with(young, &[1, 3], &rotate(3, 4), same)),
        ("rotate by guardians", with(young, &[40, 41], &rotate(2, 3), same)),
        ("rotate once more to the same root", with(&all[3], &[2, 2], &rotate(2, 3), same)),
        ("recover by one guardian of two", with(young, &[40], &recover(50, &[]), same)),
        ("recover by one guardian twice", with(young, &[40, 40], &recover(50, &[]), same)),
        ("recover by a guardian and the root", with(young, &[40, 1], &recover(50, &[]), same)),
        ("recover by the roots", with(young, &[1, 2], &recover(50, &[]), same)),
        ("recover to the root before", with(young, &[40, 41], &recover(1, &[]), same)),
        ("recover to a signing key", with(young, &[40, 41], &recover(10, &[]), same)),
        ("recover and revoke a key that is not there", with(young, &[40, 41], &recover(50, &[21]), same)),
        ("recover and revoke a key twice", with(young, &[40, 41], &recover(50, &[10, 10]), same)),
        ("recover with more guardians to sign than there are", with(young, &[40, 41], &guardians(2, &[60]), same)),
        ("recover with one guardian twice", with(young, &[40, 41], &guardians(1, &[60, 60]), same)),
        ("recover with guardians of whom none must sign", with(young, &[40, 41], &guardians(0, &[60]), same)),
        ("recover by guardians who were replaced", with(&all[5], &[40, 41], &recover(70, &[]), same)),
        ("incarnation that stays", with(young, &[1], &incarnation(1), same)),
        ("incarnation left out", with(young, &[1], &incarnation(3), same)),
        ("incarnation by a signing key", with(young, &[10], &incarnation(2), same)),
        ("retire by the root alone", with(young, &[1], &retire(Some(2)), same)),
        ("retire with another next root", with(young, &[1, 3], &retire(Some(3)), same)),
        ("retire by one guardian of two", with(young, &[41], &retire(None), same)),
        ("a signing key after the end", with(ended, &[50], &add(21), same)),
        ("a rotation after the end", with(ended, &[50, 51], &rotate(51, 52), same)),
        ("a recovery after the end", with(ended, &[60], &recover(70, &[]), same)),
        ("a seq left out", with(young, &[1], &add(21), |entry| entry.seq += 1)),
        ("a seq twice", with(young, &[1], &add(21), |entry| entry.seq -= 1)),
        ("wrong hash of the entry before", with(young, &[1], &add(21), |entry| entry.prev = Digest([0; 32]))),
        ("another incarnation", with(young, &[1], &add(21), |entry| entry.common.incarnation = 2)),
        ("another agency", with(young, &[1], &add(21), |e| e.common.agency = AgencyId::new(Digest([0; 32])))),
        ("another network", with(young, &[1], &add(21), |e| e.common.network = NetworkId::from_name("trial"))),
        ("a newer version", with(young, &[1], &add(21), |entry| entry.common.v = 2)),
        ("another key is said to have signed", with(young, &[1], &add(21), |e| e.common.key = key(2).public().id())),
        ("an unknown kind that is critical", with(young, &[1], &add(21), |entry| entry.kind = "of_later".into())),
        (
            "an unknown kind, not by the root",
            with(young, &[10], &add(21), |entry| {
                (entry.kind, entry.critical) = ("of_later".into(), false);
            }),
        ),
        ("a body of another kind", with(young, &[1], &add(21), |entry| entry.kind = "rotate_root".into())),
        ("a body that is not canonical", with(young, &[1], &add(21), |entry| entry.body.insert(1, 0x18))),
        ("a body with something after it", with(young, &[1], &add(21), |entry| entry.body.push(0))),
        ("no body", with(young, &[1], &add(21), |entry| entry.body.clear())),
        ("the second entry moved to the other agency's end", with(two, &[1], &add(20), same)),
    ]
}

fn forks() -> (Vec<Value>, Vec<Value>) {
    let agency = guarded();
    let (a, b) = (append(&append(&agency, &[1], &add(20)), &[1], &add(22)), append(&agency, &[1], &add(21)));
    let rotated = |next| append(&agency, &[1, 2], &rotate(2, next));
    let pins = |byte| publish::transport(&agency, &key(10), NOW, vec![Digest([byte; 32])]).expect("publishes");
    let fork = |a: &VerifiedAgency, b: &VerifiedAgency| VerifiedFork::between(a, b).expect("they contradict");
    let good = [
        ("two entries by the root", fork(&a, &b)),
        ("two versions of a rotation", fork(&rotated(3), &rotated(4))),
        ("rotations at different places", fork(&append(&b, &[1, 2], &rotate(2, 3)), &rotated(4))),
        ("two statements", fork(&pins(1), &pins(2))),
    ];
    let proof = |a: &VerifiedAgency, b: &VerifiedAgency| wire(&a.record().to_bytes(), &b.record().to_bytes());
    let (one, two) = (append(&agency, &[40, 41], &recover(50, &[])), append(&agency, &[40, 42], &recover(50, &[])));
    let bad = [
        ("one log twice", proof(&a, &a)),
        ("a log and its beginning", proof(&a, &agency)),
        ("second signatures over the same bytes", proof(&one, &two)),
        ("a rotation and what it supersedes", proof(&rotated(3), &b)),
        ("more entries than are needed", proof(&a, &b)),
        ("more entries than are needed, the other way round", proof(&b, &a)),
        ("a newer format", [&[0xa3, 0, 2][..], &good[0].1.proof().to_bytes()[3..]].concat()),
        ("something after it", [&good[0].1.proof().to_bytes()[..], &[0]].concat()),
    ];
    let good = good.iter().map(|(name, fork)| {
        let kind = match fork.contradiction() {
            Contradiction::Entries { .. } => "entries",
            Contradiction::Statements { .. } => "statements",
        };
        json!({ "name": name, "proof": hex(&fork.proof().to_bytes()), "kind": kind, "id": fork.id().to_string() })
    });
    let bad = bad.into_iter().map(|(name, bytes)| {
        let refused = ForkProof::from_bytes(&bytes).and_then(|proof| proof.verify(network()));
        json!({ "name": name, "proof": hex(&bytes), "reason": refused.expect_err(name).to_string() })
    });
    (good.collect(), bad.collect())
}

fn wire(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let written = minicbor::Encoder::new(&mut out).map(3).and_then(|e| {
        e.u8(0)?.u8(1)?.u8(1)?.bytes(a)?.u8(2)?.bytes(b)?;
        Ok(())
    });
    written.expect("a vector takes all");
    out
}

fn cuts() -> Value {
    let hash = |byte| Digest([byte; 32]);
    let packet = |byte| LastPacket { exchange: hash(byte), incarnation: 1, seq: 5, hash: hash(byte + 100) };
    let leaf = |byte: u8| CutLeaf {
        peer: AgencyId::new(hash(byte)),
        salt: [byte + 50; 32],
        packets: vec![packet(1), packet(2)],
        receipts: vec![hash(9)],
    };
    let made = Cut::build(vec![leaf(1), leaf(2)], &mut seeded(3)).expect("a cut");
    let (mine, path) = &made.leaves()[0];
    let other = &made.leaves()[1];
    let backward = CutLeaf { packets: vec![packet(2), packet(1)], ..leaf(1) };
    let bad = [
        ("another's path", mine.to_bytes(), other.1.to_bytes()),
        ("another's leaf", other.0.to_bytes(), other.1.to_bytes()),
        ("exchanges out of order", backward.to_bytes(), path.to_bytes()),
        ("a packet more", CutLeaf { receipts: vec![], ..leaf(1) }.to_bytes(), path.to_bytes()),
        ("a place outside the tree", mine.to_bytes(), [&[0xa2, 0, 0x19, 0x10, 0][..], &path.to_bytes()[5..]].concat()),
        ("something after the path", mine.to_bytes(), [&path.to_bytes()[..], &[0]].concat()),
    ];
    let bad = bad.into_iter().map(|(name, leaf, path)| {
        let read = CutPath::from_bytes(&path);
        let refused = read.and_then(|path| cut::verify(made.root(), mine.peer, &leaf, &path));
        json!({ "name": name, "leaf": hex(&leaf), "path": hex(&path), "reason": refused.expect_err(name).to_string() })
    });
    json!({
        "root": made.root().to_string(),
        "peer": hex(mine.peer.as_bytes()),
        "leaf": hex(&mine.to_bytes()),
        "path": hex(&path.to_bytes()),
        "bad": bad.collect::<Vec<_>>(),
    })
}

pub(crate) fn history() -> Value {
    let all = grown();
    let ended = all.last().expect("begins with one");
    let bad = bad().into_iter().map(|(name, bytes)| {
        let refused = PublicRecord::from_bytes(&bytes).and_then(|record| record.verify(network()));
        json!({ "name": name, "record": hex(&bytes), "reason": refused.expect_err(name).to_string() })
    });
    let (forks, bad_forks) = forks();
    json!({
        "good": { "record": hex(&ended.record().to_bytes()), "head_hash": ended.head().hash.to_string() },
        "bad": bad.collect::<Vec<_>>(),
        "forks": forks,
        "bad_forks": bad_forks,
        "cut": cuts(),
    })
}
