//! What a known peer sends that no node would: each gets the one answer that tells nothing, or a refusal by name that is
//! sealed and signed. Nothing is half-done, and the node goes on.

use std::time::Duration;

use keys::Digest;
use node::{
    delivery::http::DeliverError,
    view::{ExchangeList, ExchangeView, StatusView},
};
use protocol::{
    ack::AckResult,
    code::{AgencyKind, WithdrawReason},
    envelope::pad,
    exchange::Refusal,
    packet::{Body, Embedded, NoteBody, ReleaseBody, Text, WithdrawBody},
};
use serde_json::{Value, json};

use crate::{
    agency::Agency,
    puppet::{Accepted, Opening, Packet, Puppet, published},
    town::{Town, introduce},
};

/// DT's node runs; CMO and HC, which it knows and has verified, are played.
pub struct Scene {
    pub town: Town,
    pub cmo: Puppet,
    hc: Puppet,
}

impl Scene {
    async fn set() -> Self {
        Self::set_with(|_| ()).await
    }

    /// With other settings at DT.
    pub async fn set_with(settings: impl FnOnce(&Agency)) -> Self {
        let mut town = Town::found();
        settings(&town.dt);
        let hc = Agency::make(town.place.path(), "HC", AgencyKind::Health);
        town.dt.start().await;
        introduce(&town.dt, &town.cmo).await;
        introduce(&town.dt, &hc).await;
        let (cmo, hc) = (Puppet::of(&town.cmo), Puppet::of(&hc));
        Self { town, cmo, hc }
    }

    pub const fn dt(&self) -> &Agency {
        &self.town.dt
    }

    /// All that DT shows of its exchanges.
    pub async fn state(&self) -> Value {
        let list: ExchangeList = self.dt().get("exchanges").await;
        let mut all = Vec::new();
        for line in &list.exchanges {
            all.push(self.dt().get::<Value>(&format!("exchanges/{}", line.id)).await);
        }
        json!(all)
    }

    /// The one answer that tells nothing.
    async fn refused(&self, what: &str, by: &Puppet, bytes: &[u8]) {
        let answer = by.post(self.dt(), bytes).await;
        assert_eq!(answer, Err(DeliverError::Refused), "{what}");
    }

    /// A sound offer still arrives, and leaves `lines` exchanges in the list.
    pub async fn goes_on(&self, lines: usize) {
        let record = self.dt().record();
        let offer = self.cmo.offer(&record);
        let letter = offer.packet.letter(&self.cmo.signing, &published(&record), None);
        assert_eq!(self.cmo.send(self.dt(), &letter).await, AckResult::Applied);
        let list: ExchangeList = self.dt().get("exchanges").await;
        assert_eq!(list.exchanges.len(), lines);
        let status: StatusView = self.dt().get("status").await;
        assert!(!status.troubles.iter().any(|trouble| trouble.code.starts_with("node/")), "{:?}", status.troubles);
    }

    /// An offer that DT's people accepted, and what their node sent back.
    async fn accepted(&self) -> (Opening, Accepted) {
        let record = self.dt().record();
        let offer = self.cmo.offer(&record);
        let letter = offer.packet.letter(&self.cmo.signing, &published(&record), None);
        assert_eq!(self.cmo.send(self.dt(), &letter).await, AckResult::Applied);
        let _: Value = self.dt().post(&format!("exchanges/{}/accept", letter.exchange), json!({})).await;
        let accepted = self.cmo.accepted(&record, &offer).await;
        (offer, accepted)
    }

    /// CMO's packet number `seq` in the exchange that was accepted.
    fn next(&self, (offer, accepted): &(Opening, Accepted), seq: u64, prev: Digest, body: Body) -> Packet {
        let exchange = offer.packet.header.exchange;
        self.cmo.after(&self.dt().record(), exchange, seq, prev, Some(accepted.position), body)
    }

    async fn send_next(&self, accepted: &Accepted, packet: &Packet) -> AckResult {
        let letter = packet.letter(&self.cmo.signing, &accepted.key, Some(accepted.position.hash));
        self.cmo.send(self.dt(), &letter).await
    }

    pub async fn close(self) {
        self.town.close().await;
    }
}

/// What is wrong with a packet.
type Change = fn(&mut Packet);

fn note(text: &str) -> Body {
    Body::Note(NoteBody { text: Text::parse(text).expect("a note") })
}

const fn refused(why: Refusal) -> AckResult {
    AckResult::Refused(Some(why))
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_envelope_are_refused_without_a_word() {
    let scene = Scene::set().await;
    let record = scene.dt().record();
    let offer = scene.cmo.offer(&record);
    let good = offer.packet.letter(&scene.cmo.signing, &published(&record), None).bytes;
    for length in (0..good.len()).step_by(331) {
        scene.refused(&format!("cut to {length}"), &scene.cmo, &good[..length]).await;
    }
    for place in (0..7).chain((7..1200).step_by(97)).chain((1200..good.len()).step_by(701)) {
        let mut changed = good.clone();
        changed[place] ^= 1;
        scene.refused(&format!("byte {place} changed"), &scene.cmo, &changed).await;
    }
    scene.refused("a byte too many", &scene.cmo, &[good.as_slice(), &[0]].concat()).await;
    scene.refused("random", &scene.cmo, &good.iter().map(|byte| byte.wrapping_mul(167)).collect::<Vec<u8>>()).await;
    scene.refused("as large as may be", &scene.cmo, &vec![b'S'; 1 << 20]).await;
    scene.refused("oversized", &scene.cmo, &vec![b'S'; (1 << 20) + 1]).await;
    assert_eq!(scene.state().await, json!([]));
    scene.goes_on(1).await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn packets_that_prove_nobody_are_refused_without_a_word() {
    let scene = Scene::set().await;
    let (record, cmo) = (scene.dt().record(), &scene.cmo);
    let to = published(&record);
    let sound = cmo.offer(&record).packet;
    let changed = |change: &dyn Fn(&mut Packet)| {
        let mut packet = sound.clone();
        change(&mut packet);
        packet
    };
    let signed = |packet: &Packet| packet.letter(&cmo.signing, &to, None).bytes;

    scene.refused("signed by another's key", cmo, &sound.letter(&scene.hc.signing, &to, None).bytes).await;
    let mut forged = sound.signed(&cmo.signing);
    // The header was changed after it was signed.
    *forged.get_mut(40).expect("a header") ^= 1;
    scene.refused("changed after signing", cmo, &sound.letter_of(&forged, &to, None).bytes).await;
    scene.refused("for another agency", cmo, &signed(&cmo.offer(&scene.hc.record).packet)).await;
    let swapped = changed(&|packet| packet.body[60] ^= 1);
    scene.refused("another body than was signed", cmo, &signed(&swapped)).await;
    let network = changed(&|packet| packet.header.common.network = keys::NetworkId::from_name("elsewhere"));
    scene.refused("for another network", cmo, &signed(&network)).await;
    let exchange = changed(&|packet| packet.header.exchange = protocol::ExchangeId::new(Digest([7; 32])));
    scene.refused("a chosen exchange id", cmo, &signed(&exchange)).await;
    let future = changed(&|packet| packet.header.common.incarnation = 2);
    scene.refused("an incarnation that the log does not know", cmo, &signed(&future)).await;
    let class = changed(&|packet| packet.header.class = 1);
    scene.refused("the wrong class", cmo, &sound.letter_of(&class.signed(&cmo.signing), &to, None).bytes).await;
    let note = cmo.after(&record, sound.header.exchange, 2, sound.hash(), None, note("never to a sealing key"));
    scene.refused("a note to a published key", cmo, &signed(&note)).await;

    let mut plain = pad(&sound.signed(&cmo.signing)).expect("padded").to_vec();
    *plain.last_mut().expect("padding") = 1;
    scene.refused("padding that is not zero", cmo, &sound.letter_padded(&plain, &to, None).bytes).await;
    let long = [sound.signed(&cmo.signing), vec![0]].concat();
    scene.refused("bytes after the packet", cmo, &sound.letter_of(&long, &to, None).bytes).await;
    scene.refused("no packet inside", cmo, &sound.letter_of(b"hello", &to, None).bytes).await;

    assert_eq!(scene.state().await, json!([]));
    scene.goes_on(1).await;
    scene.close().await;
}

/// B can't hand on to C what A said to B: neither as its own, nor as A's, nor over A's link.
#[tokio::test(flavor = "multi_thread")]
async fn a_packet_for_one_agency_is_refused_by_every_other() {
    let scene = Scene::set().await;
    let to = published(&scene.dt().record());
    let for_cmo = scene.hc.offer(&scene.cmo.record).packet;
    let resealed = for_cmo.letter(&scene.hc.signing, &to, None);
    scene.refused("resealed by its recipient", &scene.cmo, &resealed.bytes).await;
    scene.refused("resealed, over its sender's link", &scene.hc, &resealed.bytes).await;
    scene
        .refused("signed anew by its recipient", &scene.cmo, &for_cmo.letter(&scene.cmo.signing, &to, None).bytes)
        .await;
    let for_dt = scene.hc.offer(&scene.dt().record()).packet.letter(&scene.hc.signing, &to, None);
    scene.refused("a sound one, over another's link", &scene.cmo, &for_dt.bytes).await;
    assert_eq!(scene.state().await, json!([]));
    assert_eq!(scene.hc.send(scene.dt(), &for_dt).await, AckResult::Applied);
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_this_version_does_not_have_is_refused_by_name_and_shown_to_nobody() {
    let scene = Scene::set().await;
    let record = scene.dt().record();
    let to = published(&record);
    let cases: [(Change, Refusal); 8] = [
        (|packet| packet.header.common.v = 2, Refusal::Version),
        (|packet| packet.header.suite = 9, Refusal::Suite),
        (|packet| packet.header.exchange_kind = "transfer".into(), Refusal::Transfer),
        (|packet| packet.header.onward = "ask".into(), Refusal::Onward),
        (|packet| packet.header.provenance = vec![Digest([1; 32])], Refusal::Provenance),
        (|packet| packet.header.crit = vec![21], Refusal::Critical),
        (|packet| packet.header.purpose = "sale".into(), Refusal::Purpose),
        (|packet| packet.header.reply_key = None, Refusal::NoKey),
    ];
    for (change, why) in cases {
        let mut packet = scene.cmo.offer(&record).packet;
        change(&mut packet);
        let letter = packet.letter(&scene.cmo.signing, &to, None);
        assert_eq!(scene.cmo.send(scene.dt(), &letter).await, refused(why), "{why:?}");
        // Asked again, it says the same.
        assert_eq!(scene.cmo.send(scene.dt(), &letter).await, refused(why), "{why:?}");
    }
    let inbox: ExchangeList = scene.dt().get("inbox").await;
    assert_eq!(inbox.exchanges.len(), 0, "{:?}", inbox.exchanges);
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replays_change_nothing_and_are_answered_as_before() {
    let scene = Scene::set().await;
    let record = scene.dt().record();
    let (cmo, to) = (&scene.cmo, published(&record));
    let offer = cmo.offer(&record).packet;
    let letter = offer.letter(&cmo.signing, &to, None);
    let first = cmo.post(scene.dt(), &letter.bytes).await;
    let state = scene.state().await;
    for _ in 0..3 {
        assert_eq!(cmo.post(scene.dt(), &letter.bytes).await, first);
    }
    let resealed = offer.letter(&cmo.signing, &to, None);
    assert_eq!(cmo.send(scene.dt(), &resealed).await, AckResult::Duplicate);
    assert_eq!(scene.state().await, state);
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_packet_in_the_same_place_stops_the_exchange_and_alarms() {
    let scene = Scene::set().await;
    let record = scene.dt().record();
    let (cmo, to) = (&scene.cmo, published(&record));
    let offer = cmo.offer(&record).packet;
    assert_eq!(cmo.send(scene.dt(), &offer.letter(&cmo.signing, &to, None)).await, AckResult::Applied);
    let mut other = offer.clone();
    other.header.created = other.header.created.plus(1);
    assert_eq!(cmo.send(scene.dt(), &other.letter(&cmo.signing, &to, None)).await, refused(Refusal::Forked));
    let view: ExchangeView = scene.dt().get(&format!("exchanges/{}", offer.header.exchange)).await;
    assert_eq!((view.summary.state.as_str(), view.events.len()), ("offered", 1));
    assert!(view.alarms.iter().any(|alarm| alarm == "equivocation"), "{:?}", view.alarms);
    scene.goes_on(2).await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn packets_out_of_order_wait_for_those_before_them() {
    let scene = Scene::set().await;
    let open = scene.accepted().await;
    // Refused, since nothing was released yet; it takes its place in the chain all the same.
    let second = scene.next(&open, 2, open.0.packet.hash(), note("too early"));
    let end = Body::Withdraw(WithdrawBody { reason: WithdrawReason::PlacedElsewhere });
    let third = scene.next(&open, 3, second.hash(), end);
    let path = format!("exchanges/{}", open.0.packet.header.exchange);
    assert_eq!(scene.send_next(&open.1, &third).await, AckResult::Held);
    let view: ExchangeView = scene.dt().get(&path).await;
    assert_eq!((view.summary.state.as_str(), view.events.len()), ("accepted", 2));
    assert_eq!(scene.send_next(&open.1, &second).await, refused(Refusal::NotNow));
    assert_eq!(scene.send_next(&open.1, &third).await, AckResult::Applied);
    let erased = |view: &ExchangeView| view.summary.state == "withdrawn" && view.summary.erased;
    let view: ExchangeView = scene.dt().until(&path, "the erasure", erased).await;
    assert!(view.events.iter().all(|event| event.kind != "note"), "{:?}", view.events);
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn packets_that_break_the_chain_or_the_consent_are_refused_by_name() {
    let scene = Scene::set().await;
    let open = scene.accepted().await;
    let first = open.0.packet.hash();
    let state = scene.state().await;
    let broken = scene.next(&open, 2, Digest([3; 32]), note("after nothing"));
    assert_eq!(scene.send_next(&open.1, &broken).await, refused(Refusal::Chain));
    let mut lying = scene.next(&open, 2, first, note("has seen what was never sent"));
    lying.header.seen.as_mut().expect("seen").hash = Digest([4; 32]);
    assert_eq!(scene.send_next(&open.1, &lying).await, refused(Refusal::Seen));
    let events = |state: &Value| state[0]["events"].clone();
    assert_eq!(events(&scene.state().await), events(&state));

    let release = ReleaseBody { consent: Embedded(b"none".to_vec()), release: Embedded(b"all of it".to_vec()) };
    let release = scene.next(&open, 2, first, Body::Release(release));
    assert_eq!(scene.send_next(&open.1, &release).await, refused(Refusal::NotCovered));
    let mut unknown = scene.next(&open, 3, release.hash(), note("of a later version"));
    unknown.header.packet_type = 99;
    assert_eq!(scene.send_next(&open.1, &unknown).await, refused(Refusal::Type));
    let after = scene.state().await;
    assert_eq!(after[0]["released"], Value::Null);
    assert_eq!(events(&after), events(&state), "a refused packet is shown to nobody");
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_after_the_erasure_brings_nothing_back() {
    let mut scene = Scene::set().await;
    let record = scene.dt().record();
    let to = published(&record);
    let offer = scene.cmo.offer(&record).packet;
    let letter = offer.letter(&scene.cmo.signing, &to, None);
    let first = scene.cmo.post(scene.dt(), &letter.bytes).await;
    let path = format!("exchanges/{}", letter.exchange);
    let _: Value = scene.dt().post(&format!("{path}/decline"), json!({ "reason": "no_capacity" })).await;
    scene.dt().until(&path, "the erasure", |view: &ExchangeView| view.summary.erased).await;
    let state = scene.state().await;
    for _ in 0..2 {
        assert_eq!(scene.cmo.post(scene.dt(), &letter.bytes).await, first);
        let resealed = offer.letter(&scene.cmo.signing, &to, None);
        assert_eq!(scene.cmo.send(scene.dt(), &resealed).await, AckResult::Duplicate);
        assert_eq!(scene.state().await, state);
        assert_eq!(state[0]["triage"], Value::Null);
        scene.town.dt.restart().await;
    }
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_whose_time_is_long_over_is_declined_and_erased() {
    let scene = Scene::set().await;
    let record = scene.dt().record();
    let mut offer = scene.cmo.offer(&record).packet;
    let now = node::world::World::system().now();
    offer.header.created = keys::Timestamp(now.0 - 9 * 86_400);
    offer.header.expires = Some(keys::Timestamp(now.0 - 5 * 86_400));
    let letter = offer.letter(&scene.cmo.signing, &published(&record), None);
    assert_eq!(scene.cmo.send(scene.dt(), &letter).await, AckResult::Applied);
    let path = format!("exchanges/{}", letter.exchange);
    let lapsed = |view: &ExchangeView| view.summary.state == "declined" && view.summary.erased;
    let view: ExchangeView = scene.dt().until(&path, "the decline", lapsed).await;
    assert_eq!(view.triage, None);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(scene.cmo.send(scene.dt(), &letter).await, AckResult::Applied, "the stored answer");
    scene.close().await;
}
