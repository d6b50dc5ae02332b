//! Own keys that are rotated and revoked, and what a peer makes of it.

pub(crate) mod held;
mod root;

use keys::{KeyId, Timestamp};

use crate::{
    service::{
        Inbound, Outgoing, Service, ServiceError,
        testing::{Node, Pair, TODAY, deliver, worker},
    },
    view::{KeyChange, RevokeOwnKey, RotateKey},
};

fn active(node: &Node) -> KeyId {
    node.service.signing().unwrap().public().id()
}

async fn revoke(node: &Node, key: KeyId) -> Result<KeyChange, ServiceError> {
    let request = RevokeOwnKey { reason: "stolen".into(), dry_run: false };
    node.service.key_revoke(&worker(None), &key.to_string(), request).await
}

async fn stages(node: &Node) -> Vec<String> {
    let keys = node.service.key_list(&worker(None)).await.unwrap().keys;
    keys.into_iter().filter(|key| key.kind == "signing").map(|key| key.stage).collect()
}

/// `there` fetches the record of `from`, and with `cut` what stands of its revoked keys.
async fn learn(there: &Service, from: &Service, cut: bool) {
    let (id, record) = (from.me().id(), from.me().record().to_bytes());
    assert!(there.peer_record_fetched(&crate::service::Actor::Node, &id, &record).await.unwrap());
    if cut {
        for key in there.cuts_wanted(id) {
            let answer = from.leaf_for(there.me().id(), key).await.unwrap().expect("its own leaf");
            assert!(there.cut_came(id, key, &answer).await.unwrap());
        }
    }
}

async fn send_all(from: &Service, to: &Service) -> Vec<Inbound> {
    let mut answers = Vec::new();
    for (id, seq, _) in from.outbox_due() {
        if let Outgoing::Ready { envelope, .. } = from.outbox_seal(id, seq).await.unwrap() {
            answers.push(to.receive(from.me().id(), &envelope).await);
        }
    }
    answers
}

#[tokio::test]
async fn a_prepared_key_signs_once_peers_know_it_and_the_one_before_it_is_destroyed() {
    let pair = Pair::new().await;
    let (first, service) = (active(&pair.origin), &pair.origin.service);
    let made = service.key_prepare(&worker(None)).await.unwrap().key;
    assert_eq!((active(&pair.origin), stages(&pair.origin).await), (first, vec!["active".into(), "published".into()]));
    assert!(matches!(service.key_prepare(&worker(None)).await, Err(ServiceError::KeyState { .. })));
    let early = service.key_activate(&worker(None), RotateKey::default()).await;
    assert!(matches!(early, Err(ServiceError::KeyNotKnown { peers }) if peers == ["Damnok Toek"]));
    let forced = RotateKey { force: true, reason: None };
    assert!(matches!(service.key_activate(&worker(None), forced).await, Err(ServiceError::Field { .. })));
    learn(&pair.shelter.service, service, false).await;
    assert_eq!(stages(&pair.origin).await, ["active", "published"]);
    let id = pair.released().await;
    service.key_activate(&worker(None), RotateKey::default()).await.unwrap();
    assert_eq!(
        (active(&pair.origin).to_string(), stages(&pair.origin).await),
        (made, vec!["destroyed".into(), "active".into()])
    );
    learn(&pair.shelter.service, service, false).await;
    let pair = pair.restarted().await;
    let note = |text: &str| crate::view::NoteRequest { text: text.into() };
    pair.origin.service.note(&worker(None), &id, note("signed by the new key")).await.unwrap();
    pair.settle().await;
    let shown = pair.shelter.service.exchange_show(&worker(None), &id).await.unwrap();
    assert!(shown.events.iter().any(|event| event.kind == "note") && shown.alarms.is_empty());
    assert!(matches!(revoke(&pair.origin, first).await, Ok(done) if done.after.is_none()));
    assert_eq!(stages(&pair.origin).await, ["destroyed", "active"]);
    learn(&pair.shelter.service, &pair.origin.service, true).await;
    let shown = pair.shelter.service.exchange_show(&worker(None), &id).await.unwrap();
    assert!(shown.alarms.is_empty(), "what the old key had signed lies in the cut");
}

#[tokio::test]
async fn after_seven_days_nobody_is_waited_for_and_people_are_warned_before_a_key_ends() {
    let pair = Pair::new().await;
    let troubles = async |node: &Node| {
        let status = node.service.status(&worker(None)).await.unwrap();
        status.troubles.into_iter().find(|trouble| trouble.code == "keys/ending").map(|trouble| trouble.text)
    };
    assert_eq!(troubles(&pair.origin).await, None);
    pair.origin.pass(366 * Timestamp::DAY - 20 * Timestamp::DAY);
    assert!(troubles(&pair.origin).await.is_some_and(|text| text.contains("in 20 days")));
    pair.origin.service.key_prepare(&worker(None)).await.unwrap();
    pair.origin.pass(7 * Timestamp::DAY);
    assert!(troubles(&pair.origin).await.is_some_and(|text| text.contains("--activate")));
    pair.origin.service.key_activate(&worker(None), RotateKey::default()).await.unwrap();
    assert_eq!(troubles(&pair.origin).await, None);
}

#[tokio::test]
async fn what_waits_to_be_sent_when_its_key_is_revoked_arrives_once_the_cut_is_there() {
    let pair = Pair::new().await;
    let id = pair.released().await;
    // Two packets by the old key that nobody got yet, and one by the new key behind them.
    let note = |text: &str| crate::view::NoteRequest { text: text.into() };
    pair.origin.service.note(&worker(None), &id, note("first")).await.unwrap();
    pair.origin.service.note(&worker(None), &id, note("second")).await.unwrap();
    let done = revoke(&pair.origin, active(&pair.origin)).await.unwrap();
    assert_eq!((done.peers, done.exchanges, done.waiting), (1, 1, 2));
    pair.origin.service.note(&worker(None), &id, note("third")).await.unwrap();
    learn(&pair.shelter.service, &pair.origin.service, false).await;
    pair.settle().await;
    let texts = async || {
        let shown = pair.shelter.service.exchange_show(&worker(None), &id).await.unwrap();
        assert!(shown.alarms.is_empty());
        shown.events.into_iter().filter_map(|event| event.text).filter(|text| text.len() < 8).collect::<Vec<_>>()
    };
    assert_eq!(texts().await, Vec::<String>::new(), "held until it is known what stands");
    learn(&pair.shelter.service, &pair.origin.service, true).await;
    pair.settle().await;
    assert_eq!(texts().await, ["first", "second", "third"]);
    assert_eq!(pair.origin.service.outbox_due(), []);
    // Both go on.
    pair.shelter
        .service
        .progress(&worker(None), &id, serde_json::from_value(serde_json::json!({ "status": "arrived" })).unwrap())
        .await
        .unwrap();
    pair.settle().await;
    assert_eq!(pair.shelter.service.outbox_due(), []);
    pair.released().await;
}

#[tokio::test]
async fn what_a_thief_signs_is_flagged_if_it_came_before_and_refused_if_it_comes_after() {
    let pair = Pair::new().await;
    let real = pair.released().await;
    let stolen = active(&pair.origin);
    // Another node with the same keys: the thief's.
    let thief = Pair::new().await.restarted().await;
    let forged = thief.refer().await;
    assert!(matches!(send_all(&thief.origin.service, &pair.shelter.service).await[..], [Inbound::Ack(_)]));
    let later = thief.refer().await;
    revoke(&pair.origin, stolen).await.unwrap();
    learn(&pair.shelter.service, &pair.origin.service, true).await;
    let alarms = async |id: &str| pair.shelter.service.exchange_show(&worker(None), id).await.map(|shown| shown.alarms);
    assert_eq!(alarms(&forged).await.unwrap(), ["revoked-key"]);
    assert_eq!(alarms(&real).await.unwrap(), Vec::<String>::new());
    assert!(pair.shelter.acts().await.iter().any(|(act, _)| act == "exchange.revoked-key"));
    // What was stored is only repeated; what is new is refused, and so is what bears an old date.
    let answers = send_all(&thief.origin.service, &pair.shelter.service).await;
    assert!(matches!(answers[..], [Inbound::Ack(_), Inbound::Refused(_)] | [Inbound::Refused(_), Inbound::Ack(_)]));
    thief.origin.set_clock(TODAY.minus(30 * Timestamp::DAY));
    thief.refer().await;
    assert_eq!(
        send_all(&thief.origin.service, &pair.shelter.service)
            .await
            .iter()
            .filter(|answer| matches!(answer, Inbound::Refused(_)))
            .count(),
        2
    );
    assert!(alarms(&later).await.is_err());
    let shelter = pair.shelter.restarted().await;
    let shown = shelter.service.exchange_show(&worker(None), &forged).await.unwrap();
    assert_eq!(shown.alarms, ["revoked-key"]);
    let answers = send_all(&thief.origin.service, &shelter.service).await;
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Inbound::Refused(_))).count(), 2);
}

#[tokio::test]
async fn a_revocation_that_breaks_off_is_either_not_begun_or_finished_by_a_start() {
    for changes in 0..5 {
        let pair = Pair::new().await;
        pair.refer().await;
        let (first, head) = (active(&pair.origin), pair.origin.service.me().head());
        pair.origin.signing().fail_after(Some(changes));
        let done = revoke(&pair.origin, first).await;
        pair.origin.signing().fail_after(None);
        let Pair { origin, .. } = pair;
        let origin = origin.restarted().await;
        let me = origin.service.me();
        let gone = me.keys().op_key(first).unwrap().revoked.is_some();
        assert!(gone || done.is_err(), "{changes}");
        assert_eq!(gone, me.head() != head, "{changes}");
        assert_eq!(active(&origin) != first, gone, "{changes}");
        if gone {
            assert!(!me.transport_pins().is_empty() && me.policy().is_some() && !me.addresses().is_empty());
            assert!(me.newest_sealing_key(TODAY).is_some());
            let peer = *crate::service::read(&origin.service.peers).keys().next().unwrap();
            assert!(origin.service.leaf_for(peer, first).await.unwrap().is_some());
        }
        // It can be asked for again, and what was made before is no matter.
        assert_eq!(revoke(&origin, active(&origin)).await.unwrap().done, "revoked");
    }
}

#[tokio::test]
async fn a_decided_revocation_signs_nothing_more_until_it_is_shown() {
    let pair = Pair::new().await;
    let first = active(&pair.origin);
    let in_the_way = pair.origin.service.public_file.with_extension("public.new");
    std::fs::create_dir(&in_the_way).unwrap();
    assert!(matches!(revoke(&pair.origin, first).await, Err(ServiceError::DiskFull)));
    assert!(matches!(
        pair.origin.service.refer(&worker(Some("Sophea")), pair.request()).await,
        Err(ServiceError::Busy)
    ));
    assert!(pair.origin.service.me().keys().op_key(first).unwrap().revoked.is_none());
    std::fs::remove_dir(in_the_way).unwrap();
    pair.origin.service.tick().await.unwrap();
    assert!(pair.origin.service.me().keys().op_key(first).unwrap().revoked.is_some());
    assert_ne!(active(&pair.origin), first);
    learn(&pair.shelter.service, &pair.origin.service, true).await;
    pair.released().await;
}

#[tokio::test]
async fn a_dry_run_and_a_bad_request_change_nothing() {
    let pair = Pair::new().await;
    let (first, head) = (active(&pair.origin), pair.origin.service.me().head());
    let ask = async |key: &str, reason: &str, dry_run: bool| {
        let request = RevokeOwnKey { reason: reason.into(), dry_run };
        pair.origin.service.key_revoke(&worker(None), key, request).await
    };
    let would = ask(&first.to_string()[..6], "stolen", true).await.unwrap();
    assert_eq!((would.done.as_str(), would.replaces, would.peers), ("nothing", true, 1));
    assert!(matches!(ask(&first.to_string(), "  ", false).await, Err(ServiceError::Field { field: "reason", .. })));
    assert!(matches!(ask("ffffffff", "x", false).await, Err(ServiceError::NotFound { what: "key" })));
    assert!(matches!(ask("x", "x", false).await, Err(ServiceError::MalformedId { what: "key", .. })));
    assert_eq!((active(&pair.origin), pair.origin.service.me().head()), (first, head));
}

#[tokio::test]
async fn nothing_of_a_child_goes_where_a_thief_accepted_nor_while_that_is_not_known() {
    let pair = Pair::new().await;
    // The shelter's keys are stolen, and the thief's node gets the offer first.
    let thief = Pair::new().await.restarted().await;
    let id = pair.refer().await;
    deliver(&pair.origin.service, &thief.shelter.service).await;
    thief.shelter.service.accept(&worker(None), &id).await.unwrap();
    for (exchange, seq, _) in thief.shelter.service.outbox_due() {
        let sealed = thief.shelter.service.outbox_seal(exchange, seq).await.unwrap();
        let Outgoing::Ready { envelope, .. } = sealed else { panic!("an acceptance") };
        let answer = pair.origin.service.receive(pair.shelter.service.me().id(), &envelope).await;
        assert!(matches!(answer, Inbound::Ack(_)));
    }
    assert_eq!(pair.origin.service.outbox_due().len(), 1, "the release is made");
    revoke(&pair.shelter, active(&pair.shelter)).await.unwrap();
    for cut in [false, true] {
        learn(&pair.origin.service, &pair.shelter.service, cut).await;
        let (exchange, seq, _) = pair.origin.service.outbox_due()[0];
        let sealed = pair.origin.service.outbox_seal(exchange, seq).await.unwrap();
        assert!(matches!(sealed, Outgoing::NotNow), "{cut}");
    }
    let shown = pair.origin.service.exchange_show(&worker(None), &id).await.unwrap();
    assert_eq!(shown.alarms, ["revoked-key"]);
}
