//! A thief of an agency's whole unlocked keyring, main key and all. Nobody becomes the agency with it: the agency goes on
//! with the paper that the thief does not have.

use std::{fs, path::PathBuf};

use keys::{
    Card, Common, Fingerprint, Keyring, PublicRecord, Secret, Signed, SigningKey,
    guardian::{self, RecoveryRequest},
    kit,
    log::{Entry, EntryBody, LOG, Recover, RotateRoot, next_root_hash},
    publish,
};
use node::{
    api::client::Method,
    delivery::http::DeliverError,
    founding::Quorum,
    view::{ExchangeView, KeyChange, PeerView, RecoveryAsked, RefreshView, StatusView},
    world::World,
};
use protocol::{ack::AckResult, code::AgencyKind};
use serde_json::json;

use crate::{
    agency::{Agency, PASSPHRASE},
    puppet::{Puppet, published},
    town::{Offered, introduce, offer},
};

/// Who took DT's keyring, its passphrase and its transport key.
struct Thief {
    puppet: Puppet,
    root: SigningKey,
    own: SigningKey,
}

fn key(byte: u8) -> SigningKey {
    SigningKey::from_seed(Secret::new(Box::new([byte; 32]))).expect("a key")
}

impl Thief {
    fn of(agency: &Agency) -> Self {
        let keyring = Keyring::unlock(&agency.folder().keyring(), PASSPHRASE.as_bytes()).expect("its keyring");
        let root = keyring.root_key().expect("not detached").seed().duplicate();
        Self { puppet: Puppet::of(agency), root: SigningKey::from_seed(root).expect("a key"), own: key(66) }
    }

    /// The agency's log with one more entry, by whoever signs it.
    fn forged(&self, body: &EntryBody, signers: &[&SigningKey]) -> Card {
        let (record, head) = (&self.puppet.record, self.puppet.record.head());
        let common = Common {
            v: 1,
            network: record.network(),
            agency: record.id(),
            key: signers[0].public().id(),
            incarnation: record.incarnation(),
            ts: World::system().now(),
        };
        let entry = Entry {
            common,
            seq: head.seq + 1,
            prev: head.hash,
            kind: body.kind().into(),
            critical: true,
            body: body.encode(),
        };
        let mut log = record.record().log().to_vec();
        log.push(Signed::sign(entry, LOG, signers).to_bytes());
        Card::new(record_of(&log, record.record().statements()))
    }

    /// Every way to another main key that does not need the paper.
    fn rotations(&self) -> Vec<Card> {
        let next_root_hash = next_root_hash(&key(68).public());
        let rotate = EntryBody::RotateRoot(RotateRoot { new_root: key(67).public(), next_root_hash });
        let recover = EntryBody::Recover(Recover {
            new_root: key(67).public(),
            next_root_hash,
            recovery: self.puppet.record.keys().recovery().clone(),
            revoked: Vec::new(),
        });
        vec![
            self.forged(&rotate, &[&self.root]),
            self.forged(&rotate, &[&self.root, &key(67)]),
            self.forged(&rotate, &[&key(67), &self.root]),
            self.forged(&recover, &[&self.root]),
            self.forged(&recover, &[&self.root, &key(67)]),
            self.forged(&recover, &[&key(67), &key(68)]),
        ]
    }

    /// With the main key a signing key can be added: the thief's own.
    fn adds_a_key(&mut self) -> Card {
        let now = World::system().now();
        let record = publish::add_op_key(&self.puppet.record, &self.root, now, self.own.public()).expect("an entry");
        self.puppet.record = record.clone();
        self.puppet.signing = SigningKey::from_seed(self.own.seed().duplicate()).expect("a key");
        Card::new(record.record().clone())
    }
}

/// A record with this log and these statements (`docs/protocol.md` 3.4), whether they hold or not.
fn record_of(log: &[Vec<u8>], statements: &[Vec<u8>]) -> PublicRecord {
    let mut bytes = b"SPNA\x01".to_vec();
    for list in [log, statements] {
        bytes.extend(u16::try_from(list.len()).expect("few").to_be_bytes());
        for item in list {
            bytes.extend(u32::try_from(item.len()).expect("short").to_be_bytes());
            bytes.extend_from_slice(item);
        }
    }
    PublicRecord::from_bytes(&bytes).expect("a record")
}

/// The secret on a page, as who holds the paper types it.
fn paper(page: PathBuf) -> String {
    let page = fs::read_to_string(page).expect("a page");
    page.rsplit("\n\n").next().expect("the secret stands last").trim().into()
}

fn commitment(byte: u8) -> String {
    next_root_hash(&key(byte).public()).to_string()
}

async fn hears(at: &Agency, card: &Card) -> Result<PeerView, String> {
    let told = at.ask(Method::Post, "peers", Some(&json!({ "card": card.to_text() }))).await;
    told.map_err(|problem| problem.code)
}

async fn refreshed(at: &Agency, of: &Agency) -> PeerView {
    let refreshed: RefreshView = at.post(&format!("peers/{}/refresh", of.id), json!({})).await;
    refreshed.peer
}

async fn arrived(at: &Agency, offered: &Offered) {
    at.until(&format!("exchanges/{}", offered.exchange), "the offer", |_: &ExchangeView| true).await;
}

fn shelter(place: &std::path::Path, name: &'static str) -> Agency {
    Agency::make(place, name, AgencyKind::Shelter)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_whole_keyring_cannot_rotate_the_main_key_and_the_agency_recovers_with_its_kit() {
    let place = tempfile::tempdir().expect("a folder");
    let (mut cmo, mut dt, mut pkc) =
        (shelter(place.path(), "CMO"), shelter(place.path(), "DT"), shelter(place.path(), "PKC"));
    let mut thief = Thief::of(&dt);
    for agency in [&mut cmo, &mut dt, &mut pkc] {
        agency.start().await;
    }
    for (here, there) in [(&cmo, &dt), (&dt, &cmo), (&pkc, &dt), (&dt, &pkc)] {
        introduce(here, there).await;
    }
    for card in thief.rotations() {
        for peer in [&cmo, &pkc] {
            assert_eq!(hears(peer, &card).await.err().as_deref(), Some("peer/bad-card"));
        }
    }
    // What the thief can do: CMO takes in a key of theirs, and a referral by it.
    let card = thief.adds_a_key();
    hears(&cmo, &card).await.expect("the main key signed it");
    let forged = thief.puppet.offer(&cmo.record()).packet.letter(&thief.own, &published(&cmo.record()), None);
    assert_eq!(thief.puppet.send(&cmo, &forged).await, AckResult::Applied);

    // DT takes the paper out of its envelope.
    let rotate = json!({ "secret": paper(place.path().join("DT-kit.txt")), "next": commitment(80) });
    let done: KeyChange = dt.post("keys/root", rotate).await;
    assert_eq!(done.before, Some(thief.root.public().id().to_string()));
    for peer in [&cmo, &pkc] {
        let known = refreshed(peer, &dt).await;
        assert_eq!((known.trust.as_str(), known.log_seq), ("verified", dt.record().head().seq));
        assert_eq!(hears(peer, &card).await.err().as_deref(), Some("peer/card-void"));
        for card in thief.rotations() {
            assert!(hears(peer, &card).await.is_err());
        }
    }
    // The thief's referral is shown for what it is, and there is no other.
    let flagged = |view: &ExchangeView| view.alarms == ["revoked-key"];
    cmo.until(&format!("exchanges/{}", forged.exchange), "the flag", flagged).await;
    let again = thief.puppet.offer(&cmo.record()).packet.letter(&thief.own, &published(&cmo.record()), None);
    assert!(matches!(thief.puppet.post(&cmo, &again.bytes).await, Err(DeliverError::Refused)));
    // A restart knows the same, and both go on.
    cmo.stop().await;
    cmo.start().await;
    assert!(matches!(thief.puppet.post(&cmo, &again.bytes).await, Err(DeliverError::Refused)));
    for (from, to) in [(&cmo, &dt), (&dt, &cmo), (&dt, &pkc)] {
        arrived(to, &offer(from, to).await).await;
    }
    for agency in [&mut cmo, &mut dt, &mut pkc] {
        agency.stop().await;
    }
}

/// The signature of this guardian, made from the page on a computer of their own.
fn signature(place: &std::path::Path, request: &str, number: usize) -> String {
    let secret = paper(place.join(format!("dt-guardian-{number}.txt")));
    let key = SigningKey::from_seed(guardian::read(&secret).expect("a secret")).expect("a key");
    let network = keys::NetworkId::from_name(crate::agency::NETWORK);
    RecoveryRequest::parse(request, network).expect("a request").sign(&key).expect("a guardian").to_text()
}

async fn finish(dt: &Agency, signatures: &[String]) -> Result<KeyChange, String> {
    let finish = json!({ "signatures": signatures });
    dt.ask(Method::Post, "keys/recovery/finish", Some(&finish)).await.map_err(|problem| problem.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_kit_is_stolen_too_fewer_guardians_cannot_and_enough_of_them_can() {
    let place = tempfile::tempdir().expect("a folder");
    let mut cmo = shelter(place.path(), "CMO");
    let mut dt = Agency::make_guarded(place.path(), "DT", AgencyKind::Shelter, Quorum { needed: 2, of: 3 });
    let thief = Thief::of(&dt);
    for agency in [&mut cmo, &mut dt] {
        agency.start().await;
    }
    introduce(&cmo, &dt).await;
    introduce(&dt, &cmo).await;
    arrived(&dt, &offer(&cmo, &dt).await).await;
    for card in thief.rotations() {
        assert_eq!(hears(&cmo, &card).await.err().as_deref(), Some("peer/bad-card"));
    }
    // The kit was found as well: now the thief is the agency, as far as CMO can tell.
    let found =
        SigningKey::from_seed(kit::read(&paper(place.path().join("DT-kit.txt"))).expect("reads")).expect("a key");
    let body = RotateRoot { new_root: found.public(), next_root_hash: next_root_hash(&key(69).public()) };
    let taken = thief.forged(&EntryBody::RotateRoot(body), &[&thief.root, &found]);
    assert_eq!(hears(&cmo, &taken).await.expect("both main keys signed it").trust, "verified");

    let asked: RecoveryAsked = dt.post("keys/recovery", json!({ "next": commitment(81), "first": 3 })).await;
    assert_eq!((asked.needed, asked.guardians, asked.first), (2, 3, 3));
    let [one, three] = [1, 3].map(|number| signature(place.path(), &asked.request, number));
    let few = Some("key/too-few-guardians".to_owned());
    for too_few in [vec![], vec![three.clone()], vec![three.clone(), three.clone()]] {
        assert_eq!(finish(&dt, &too_few).await.err(), few);
    }
    // Nor can one guardian who turned thief, at any peer.
    let turned = guardian::read(&paper(place.path().join("dt-guardian-3.txt"))).expect("reads");
    let turned = SigningKey::from_seed(turned).expect("a key");
    let request = RecoveryRequest::parse(&asked.request, dt.record().network()).expect("a request");
    let body = EntryBody::Recover(request.body().clone());
    for signers in [&[&turned][..], &[&turned, &turned], &[&turned, &thief.root], &[&turned, &found]] {
        assert_eq!(hears(&cmo, &thief.forged(&body, signers)).await.err().as_deref(), Some("peer/bad-card"));
    }
    assert_eq!(dt.record().keys().root(), thief.root.public(), "nothing was done yet");

    let done = finish(&dt, &[one, three]).await.expect("two of three");
    assert_eq!((done.done.as_str(), done.key), ("recovered", asked.key));
    restored_and_compared_again(&cmo, &dt, &taken).await;
    for agency in [&mut cmo, &mut dt] {
        agency.stop().await;
    }
}

/// CMO learns it, sends nothing until the digits were compared again, and both go on; the thief is nobody.
async fn restored_and_compared_again(cmo: &Agency, dt: &Agency, taken: &Card) {
    let known = refreshed(cmo, dt).await;
    assert_eq!((known.trust.as_str(), known.log_seq), ("introduced", dt.record().head().seq));
    assert_eq!(hears(cmo, taken).await.err().as_deref(), Some("peer/card-void"));
    let digits = Fingerprint::of(dt.id).to_string();
    let verify = json!({ "fingerprint": digits, "how": "telephone" });
    let peer: PeerView = cmo.post(&format!("peers/{}/verify", dt.id), verify).await;
    assert_eq!(peer.trust, "verified");
    for (from, to) in [(cmo, dt), (dt, cmo)] {
        arrived(to, &offer(from, to).await).await;
        from.until("status", "an empty outbox", |status: &StatusView| status.waiting_to_send == 0).await;
    }
}
