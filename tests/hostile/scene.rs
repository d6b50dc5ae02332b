//! Two nodes in every state in which a packet can come, and the sound packet that would come next in each.

use std::collections::BTreeSet;

use jiff::civil::date;
use keys::Digest;
use node::view::{ReferRequest, Referred};
use protocol::{
    code::{
        AgeBand, AgencyKind, ConsentBasis, DeclineReason, Explained, Outcome, ProgressStatus, Purpose, ReturnReason,
        TriageSex, Urgency, WithdrawReason,
    },
    consent::{Consent, ConsentStatement, Recipient, Scope, StatementRequest},
    exchange::ExchangeId,
    fixture,
    offer::{Area, Triage, TriageDraft},
    packet::{
        AcceptBody, Body, CompleteBody, DeclineBody, Embedded, ErasedBody, NoteBody, ProgressBody, RekeyBody,
        ReleaseBody, ReturnBody, Text, WithdrawBody,
    },
    receipt::{KEY_DESTROYED, Method, Receipt, Residual},
    record::CaseRecord,
};
use serde_json::{Value, json};

use crate::{
    actors::{Actor, Chance, NOW},
    home::{Contents, Home, staff},
    puppet::{Puppet, Sound, offer},
};

/// Exchanges of each kind: each serves until a mutant used it up.
const COPIES: u64 = 4;

/// A node, its store as it was set up, and the sound packets for it.
pub struct Scene {
    /// The node.
    pub home: Home,
    /// Its store.
    pub before: Contents,
    /// In groups of one kind and state.
    pub sound: Vec<Vec<Sound>>,
    /// What is sound elsewhere.
    pub extras: Extras,
}

/// Parts that are sound in another place than they are put.
pub struct Extras {
    /// An exchange of the node with another peer.
    pub of_stranger: ExchangeId,
    /// Consent statements for another exchange, and for another agency.
    pub statements: Vec<Vec<u8>>,
    /// Releases of more than the consent covers.
    pub uncovered: Vec<Vec<u8>>,
    /// Receipts for another exchange, and for another agency.
    pub receipts: Vec<Vec<u8>>,
}

impl Extras {
    fn of(puppet: &Puppet<'_>, home: &Home) -> Self {
        let (here, other) = (Digest(*puppet.id.as_bytes()), ExchangeId::new(Digest([9; 32])));
        let statements = [(Digest([9; 32]), home.me().id()), (here, puppet.actor.id())];
        let receipts =
            [Receipt { exchange: other, ..receipt(puppet) }, Receipt { peer: puppet.actor.id(), ..receipt(puppet) }];
        Self {
            of_stranger: puppet.id,
            statements: statements.map(|(exchange, recipient)| statement(puppet, exchange, recipient)).to_vec(),
            uncovered: [json!(["identity", "health"]), json!(["health"])].map(|wider| released(home, &wider)).to_vec(),
            receipts: receipts.map(|receipt| receipt.sign(&puppet.actor.op)).to_vec(),
        }
    }
}

/// A text of the longest allowed length or shorter.
pub fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::parse(text).expect("a text")
}

fn note() -> Body {
    Body::Note(NoteBody { text: text("អរគុណ, thank you") })
}

fn withdraw() -> Body {
    Body::Withdraw(WithdrawBody { reason: WithdrawReason::PlacedElsewhere })
}

/// A node that receives offers from `peer`.
pub fn recipient(peer: &Actor, stranger: &Actor) -> Scene {
    let home = Home::new("Damnok Toek", "shelter", 2);
    home.meet(peer);
    home.meet(stranger);
    let (mut foreign, nonce) = Puppet::origin(stranger, &home, 77);
    foreign.offer(&home, nonce, &triage());
    let extras = Extras { of_stranger: foreign.id, ..Extras::of(&Puppet::origin(peer, &home, 78).0, &home) };
    let mut sound = Vec::new();
    let mut group = |state: u8, body: &dyn Fn(&Puppet<'_>, &Home) -> Body| {
        let copies = (0..COPIES).map(|copy| {
            let (mut puppet, nonce) = Puppet::origin(peer, &home, 1_000 * (sound.len() as u64 + 1) + copy);
            if state >= 1 {
                puppet.offer(&home, nonce, &triage());
            }
            if state >= 2 {
                let accepted = home.runtime.block_on(home.service.accept(&staff(), &puppet.id.to_string()));
                accepted.expect("accepts");
                puppet.hear(&home);
            }
            if state >= 3 {
                let release = release(&puppet, &home);
                puppet.say(&home, release);
            }
            let body = if state == 0 { offer(nonce, &triage()) } else { body(&puppet, &home) };
            puppet.would_say(body)
        });
        sound.push(copies.collect());
    };
    group(0, &|_, _| note());
    group(1, &|_, _| withdraw());
    group(1, &|_, _| Body::Rekey(RekeyBody { applied: None }));
    group(2, &release);
    group(3, &|_, _| note());
    group(3, &|_, _| withdraw());
    let before = home.contents();
    Scene { home, before, sound, extras }
}

/// A node that makes offers to `peer`.
pub fn origin(peer: &Actor, stranger: &Actor) -> Scene {
    let home = Home::new("CMO Poipet", "reception", 1);
    home.meet(peer);
    home.meet(stranger);
    let (case, consent) = child(&home, &[peer, stranger]);
    let theirs = refer(&home, stranger, &case, &consent).exchange.parse().expect("an id");
    let ours = refer(&home, peer, &case, &consent).exchange.parse().expect("an id");
    let extras = Extras { of_stranger: theirs, ..Extras::of(&Puppet::recipient(peer, &home, ours), &home) };
    let mut sound = Vec::new();
    let mut group = |state: u8, body: &dyn Fn(&Puppet<'_>) -> Body| {
        let copies = (0..COPIES).map(|_| {
            let made: Referred = refer(&home, peer, &case, &consent);
            let mut puppet = Puppet::recipient(peer, &home, made.exchange.parse().expect("an id"));
            match state {
                0 => {}
                1 => {
                    puppet.say(&home, Body::Accept(AcceptBody { note: None }));
                    puppet.hear(&home);
                }
                _ => puppet.say(&home, Body::Decline(DeclineBody { reason: DeclineReason::NoCapacity, text: None })),
            }
            let body = body(&puppet);
            puppet.would_say(body)
        });
        sound.push(copies.collect());
    };
    group(0, &|_| Body::Accept(AcceptBody { note: Some(text("we come at noon")) }));
    group(0, &|_| Body::Decline(DeclineBody { reason: DeclineReason::NoCapacity, text: Some(text("full")) }));
    group(1, &|_| {
        let (status, day) = (ProgressStatus::Arrived, Some(date(2026, 6, 1)));
        Body::Progress(ProgressBody { status, date: day, text: Some(text("ate and slept")) })
    });
    group(1, &|_| note());
    group(1, &|_| Body::Return(ReturnBody { reason: ReturnReason::ChildLeft, text: Some(text("wants home")) }));
    group(1, &|_| Body::Complete(CompleteBody { outcome: Outcome::Provided, text: Some(text("done")) }));
    group(1, &|_| Body::Rekey(RekeyBody { applied: None }));
    group(2, &|puppet| Body::Erased(ErasedBody { receipt: Embedded(receipt(puppet).sign(&puppet.actor.op)) }));
    let before = home.contents();
    Scene { home, before, sound, extras }
}

fn child(home: &Home, peers: &[&Actor]) -> (String, String) {
    home.runtime.block_on(async {
        let json = fixture::case_json("f02").expect("an invented child");
        let case = home.service.case_add(&staff(), json).await.expect("adds").id;
        let consent = home
            .service
            .consent_grant(
                &staff(),
                &case,
                consent_json(&peers.iter().map(|peer| peer.record.name()).collect::<Vec<_>>()),
            )
            .await;
        (case, consent.expect("grants").id)
    })
}

fn consent_json(to: &[&str]) -> Value {
    json!({
        "to": to, "categories": ["identity", "health"], "purposes": ["care"], "until": "2026-11-30",
        "given_by": "caregiver", "assent": "given", "form": "thumbprint", "witness": "Chan Thy", "language": "km",
        "explained": Explained::ALL,
    })
}

fn refer(home: &Home, peer: &Actor, case: &str, consent: &str) -> Referred {
    let request = ReferRequest {
        case: case.into(),
        to: peer.record.name().into(),
        services: vec!["health.consultation".into()],
        urgency: "high".into(),
        summary: "needs a place for some weeks".into(),
        purpose: "care".into(),
        consent: Some(consent.into()),
        categories: Some(vec!["identity".into()]),
        reason: Some("agreed on the telephone".into()),
        ..ReferRequest::default()
    };
    home.runtime.block_on(home.service.refer(&staff(), request)).expect("refers")
}

/// A triage summary, encoded.
pub fn triage() -> Vec<u8> {
    let draft = TriageDraft {
        purpose: Purpose::Care,
        services: vec!["health.consultation".parse().expect("a service")],
        age_band: AgeBand::Unknown,
        sex: TriageSex::NotStated,
        languages: Vec::new(),
        urgency: Urgency::High,
        area: Area::Unknown,
        would_follow: BTreeSet::new(),
        basis: ConsentBasis::BestInterest,
        group_size: 1,
        arrival: None,
        support: BTreeSet::new(),
        text: "Needs a bed tonight.".into(),
    };
    Triage::build_unguarded(&draft).expect("a triage").to_bytes().expect("its bytes")
}

/// A child's record and the consent that its origin holds.
fn told() -> (CaseRecord, Value) {
    let json = fixture::case_json("f02").expect("an invented child");
    (CaseRecord::entered(&json, date(2026, 6, 1)).expect("a case"), json)
}

fn consent(recipient: &str, record: &CaseRecord) -> Consent {
    let mut json = consent_json(&[recipient]);
    json["categories"] = json!(["identity"]);
    Consent::from_json(&json, record, date(2026, 6, 1)).expect("a consent")
}

/// The consent statement for this exchange, or for another one or another agency.
pub fn statement(puppet: &Puppet<'_>, exchange: Digest, recipient: keys::AgencyId) -> Vec<u8> {
    let consent = consent(&puppet.node.id().to_string(), &told().0);
    let request = StatementRequest { common: puppet.common(), exchange, recipient };
    let built = ConsentStatement::build(&consent, request, &puppet.actor.op, &mut Chance::new(6));
    built.expect("builds").0.to_bytes()
}

/// What a consent to these categories lets go out.
pub fn released(home: &Home, categories: &Value) -> Vec<u8> {
    let (record, _) = told();
    let mut json = consent_json(&[&home.me().id().to_string()]);
    json["categories"] = categories.clone();
    let consent = Consent::from_json(&json, &record, date(2026, 6, 1)).expect("a consent");
    let recipient = Recipient { id: home.me().id(), kind: AgencyKind::Shelter };
    let all = consent.categories().clone();
    let release = Scope::apply(&record, &consent, &recipient, Purpose::Care, &all, NOW).expect("may go");
    release.to_bytes().expect("its bytes")
}

fn release(puppet: &Puppet<'_>, home: &Home) -> Body {
    let consent = statement(puppet, Digest(*puppet.id.as_bytes()), home.me().id());
    let release = released(home, &json!(["identity"]));
    Body::Release(ReleaseBody { consent: Embedded(consent), release: Embedded(release) })
}

/// The receipt for all that the node has sent.
pub fn receipt(puppet: &Puppet<'_>) -> Receipt {
    Receipt {
        common: puppet.common(),
        peer: puppet.node.id(),
        exchange: puppet.id,
        packets: puppet.their_packets(),
        items: Vec::new(),
        erased_at: NOW,
        method: Method { code: KEY_DESTROYED.into(), from_epoch: 1, to_epoch: 2 },
        residual: Residual::default(),
        downstream: Vec::new(),
        audit_checkpoint: None,
    }
}

impl Scene {
    /// The node as it was set up.
    pub fn put_back(&mut self) {
        self.home.put_back(&self.before, 1 << 20);
    }
}
