//! What one key administrator alone can't do, and what two together can.

use keys::{Fingerprint, Timestamp};

use super::Decided;
use crate::{
    service::{
        Actor, Service, ServiceError,
        people::tests::{HERE, WORDS, code_of, codes, enrol, request},
        testing::{Node, card, founded, verified, worker},
    },
    view::{AddPeer, ChangeRoles, ConfirmRequest, Confirmed, InviteRequest, RevokeOwnKey, VerifyPeer},
};

/// Two key administrators.
async fn two() -> (Node, Actor, Actor) {
    let node = Node::new().await;
    let first = node.actor("sophea", &["key_administrator"]).await;
    let second = node.actor("bopha", &["key_administrator"]).await;
    (node, first, second)
}

fn plain() -> ConfirmRequest {
    ConfirmRequest::default()
}

fn roles(roles: &[&str]) -> ChangeRoles {
    ChangeRoles { roles: codes(roles) }
}

/// The id of what waits.
fn waits<T>(decided: Result<Decided<T>, ServiceError>) -> String {
    match decided {
        Ok(Decided::Waits(view)) => view.id,
        Ok(Decided::Done(_)) => panic!("done by one alone"),
        Err(error) => panic!("{error}"),
    }
}

async fn asks_for(node: &Node, actor: &Actor, sign_in: &str, roles: &[&str]) -> String {
    waits(node.service.ask_invite(actor, request(sign_in, roles)).await)
}

async fn names(service: &Service) -> Vec<String> {
    service.people(&worker(None)).await.unwrap().into_iter().map(|person| person.sign_in).collect()
}

#[tokio::test]
async fn one_administrator_alone_cannot_make_a_second_self() {
    let (node, sophea, _) = two().await;
    let direct = node.service.invite(&sophea, request("dara", &["social_worker"])).await;
    assert_eq!(code_of(direct), "actor/second-person");
    let id = asks_for(&node, &sophea, "dara", &["social_worker"]).await;
    assert_eq!(code_of(node.service.confirm(&sophea, &id, plain()).await), "request/own");
    assert!(!names(&node.service).await.contains(&"dara".to_owned()));
    // Nor by way of somebody who is in already.
    node.enrolled("maly", &["auditor"]).await;
    let more = roles(&["auditor", "key_administrator"]);
    assert_eq!(code_of(node.service.change_roles(&sophea, "maly", more).await), "actor/second-person");
    let refused = |act: &str, code: &str| (act.to_owned(), format!("refused: {code}"));
    let acts = node.acts().await;
    for mark in [
        refused("person.invite", "actor/second-person"),
        refused("request.confirm", "request/own"),
        refused("person.roles", "actor/second-person"),
    ] {
        assert!(acts.contains(&mark), "{mark:?}");
    }
}

#[tokio::test]
async fn one_administrator_alone_does_not_get_rid_of_the_other() {
    let (node, sophea, bopha) = two().await;
    assert_eq!(code_of(node.service.remove_person(&sophea, "bopha").await), "actor/second-person");
    let fewer = roles(&["auditor"]);
    assert_eq!(code_of(node.service.change_roles(&sophea, "bopha", fewer.clone()).await), "actor/second-person");
    let id = waits(node.service.ask_remove(&sophea, "bopha").await);
    waits(node.service.ask_roles(&sophea, "bopha", fewer).await);
    assert_eq!(code_of(node.service.confirm(&sophea, &id, plain()).await), "request/own");
    let gone = node.service.confirm(&bopha, &id, plain()).await.unwrap();
    assert!(matches!(gone, Confirmed::Removed(person) if person.sign_in == "bopha"));
    let list = node.service.requests(&sophea).await.unwrap();
    assert_eq!((list.two_persons.as_str(), list.requests.len()), ("alone", 0), "what was about her goes with her");
}

#[tokio::test]
async fn two_together_let_somebody_in_and_the_one_who_asked_never_has_the_token() {
    let (node, sophea, bopha) = two().await;
    let id = asks_for(&node, &sophea, "dara", &["social_worker"]).await;
    let shown = node.service.requests(&bopha).await.unwrap().requests.remove(0);
    let said = (shown.kind.as_str(), shown.name.as_str(), shown.sign_in.as_str(), shown.after.clone(), shown.own);
    assert_eq!(said, ("invite", "សុខ ដារា", "dara", codes(&["social_worker"]), false));
    assert_eq!((shown.id.as_str(), shown.asked_by.as_str()), (id.as_str(), "សុខ ដារា"), "who asked is named");
    let Ok(Confirmed::Invited(invitation)) = node.service.confirm(&bopha, &id, plain()).await else {
        panic!("invited")
    };
    let token = invitation.token.parse().unwrap();
    let code = node.code("dara", 0);
    assert!(node.service.enrol(&token, enrol("dara", WORDS, &code)).await.is_ok());
    assert_eq!(code_of(node.service.confirm(&bopha, &id, plain()).await), "id/not-found", "once");
    let entries = node.service.vault.audit().read(None, 1000).await.unwrap();
    let of = |act: &str| entries.iter().rfind(|found| found.entry.action == act).unwrap().entry.clone();
    let (asked, confirmed, invited) = (of("request.ask"), of("request.confirm"), of("person.invite"));
    assert_eq!((&asked.actor, &confirmed.actor), (&invited.actor, &format!("person {}", node.id("bopha").short())));
    assert_eq!(asked.object, confirmed.object, "the very same request");
    assert!(invited.approved_by.unwrap().contains(&node.id("bopha").short()));
}

#[tokio::test]
async fn a_confirmation_holds_only_for_the_very_content_that_was_asked() {
    let (node, sophea, bopha) = two().await;
    node.enrolled("dara", &["auditor"]).await;
    let asked = |more: &[&str]| node.service.ask_roles(&sophea, "dara", roles(more));
    let one = waits(asked(&["auditor", "key_administrator"]).await);
    let other = waits(asked(&["supervisor"]).await);
    assert_ne!(one, other, "the id is of the content");
    assert!(matches!(node.service.confirm(&bopha, &other, plain()).await, Ok(Confirmed::Roles(_))));
    // What the first rests on is no longer so: it would take a role away that it does not show.
    assert_eq!(code_of(node.service.confirm(&bopha, &one, plain()).await), "request/changed");
    let dara = node.service.people(&worker(None)).await.unwrap().into_iter().find(|who| who.sign_in == "dara").unwrap();
    assert_eq!(dara.roles, codes(&["supervisor"]));
    // Somebody else came under the name meanwhile.
    let id = asks_for(&node, &sophea, "maly", &["auditor"]).await;
    node.invited("maly", &["social_worker"]).await;
    assert_eq!(code_of(node.service.confirm(&bopha, &id, plain()).await), "request/changed");
    // Who asked looks after keys no more.
    let id = asks_for(&node, &sophea, "kosal", &["auditor"]).await;
    node.service.change_roles(&worker(None), "sophea", roles(&["auditor"])).await.unwrap();
    assert_eq!(code_of(node.service.confirm(&bopha, &id, plain()).await), "request/changed");
}

#[tokio::test]
async fn a_request_that_was_changed_on_disk_is_not_confirmed() {
    let (node, sophea, bopha) = two().await;
    let id = asks_for(&node, &sophea, "dara", &["auditor"]).await;
    let (key, mut row) = node.service.people.request(&id, node.service.world.now()).unwrap();
    let super::Wish::Invite { roles, .. } = &mut row.wish else { panic!("an invitation") };
    *roles = ["supervisor".parse::<crate::service::people::Role>().unwrap()].into_iter().collect();
    let mut tx = node.service.vault.begin();
    tx.put(&row.owner(), key.as_bytes(), &row);
    tx.commit().await.unwrap();
    assert_eq!(code_of(node.service.confirm(&bopha, &id, plain()).await), "id/not-found");
}

#[tokio::test]
async fn an_agency_is_verified_when_both_have_heard_its_digits() {
    let (node, sophea, bopha) = two().await;
    let agency = verified(&founded("Damnok Toek", "shelter", "spean", 2));
    node.service.peer_add(&sophea, AddPeer { card: card(&agency) }).await.unwrap();
    let digits = Fingerprint::of(agency.id()).to_string();
    let heard = |digits: &str| VerifyPeer { fingerprint: digits.into(), how: Some("telephone".into()) };
    let direct = node.service.peer_verify(&sophea, "damnok toek", heard(&digits)).await;
    assert_eq!(code_of(direct), "actor/second-person");
    let other = Fingerprint::of(node.service.me().id()).to_string();
    let wrong = node.service.ask_verify(&sophea, "damnok toek", heard(&other)).await;
    assert_eq!(code_of(wrong), "peer/fingerprint-differs");
    let id = waits(node.service.ask_verify(&sophea, "damnok toek", heard(&digits)).await);
    let trust = async || node.service.peer_show(&worker(None), "damnok toek").await.unwrap().trust;
    let with = |digits: &str| ConfirmRequest { fingerprint: Some(digits.into()) };
    assert_eq!(code_of(node.service.confirm(&sophea, &id, with(&digits)).await), "request/own");
    assert_eq!(code_of(node.service.confirm(&bopha, &id, plain()).await), "input/field", "she must hear them too");
    assert_eq!(code_of(node.service.confirm(&bopha, &id, with(&other)).await), "peer/fingerprint-differs");
    assert_eq!(trust().await, "introduced");
    let Ok(Confirmed::Verified(peer)) = node.service.confirm(&bopha, &id, with(&digits)).await else { panic!() };
    assert_eq!(peer.trust, "verified");
    assert!(peer.by.matches("(person ").count() == 2, "{}", peer.by);
    // It was suspended meanwhile: what was asked of an introduced agency says nothing of a suspended one.
    node.service.peer_suspend(&sophea, "damnok toek").await.unwrap();
    let id = waits(node.service.ask_verify(&bopha, "damnok toek", heard(&digits)).await);
    assert!(matches!(node.service.confirm(&sophea, &id, with(&digits)).await, Ok(Confirmed::Verified(_))));
    let id = waits(node.service.ask_verify(&bopha, "damnok toek", heard(&digits)).await);
    node.service.peer_suspend(&sophea, "damnok toek").await.unwrap();
    assert_eq!(code_of(node.service.confirm(&sophea, &id, with(&digits)).await), "request/changed");
    assert_eq!(trust().await, "suspended");
}

#[tokio::test]
async fn a_request_waits_two_days_over_a_restart_and_then_nothing_is_left_of_it() {
    let (node, sophea, bopha) = two().await;
    let id = asks_for(&node, &sophea, "dara", &["auditor"]).await;
    let owner = node.service.people.request(&id, node.service.world.now()).unwrap().1.owner();
    let node = node.restarted().await;
    assert_eq!(node.service.requests(&bopha).await.unwrap().requests[0].id, id);
    node.pass(2 * Timestamp::DAY - 100);
    assert_eq!(node.service.requests_waiting(), 1);
    node.pass(100);
    assert_eq!(code_of(node.service.confirm(&bopha, &id, plain()).await), "id/not-found");
    node.service.end_requests().await.unwrap();
    assert!(node.service.vault.was_erased(&owner).await.unwrap(), "the name of somebody who never came");
    assert!(node.acts().await.contains(&("request.end".into(), "done".into())));
    assert!(node.restarted().await.service.requests(&bopha).await.unwrap().requests.is_empty());
}

#[tokio::test]
async fn either_of_the_two_ends_a_request_and_nothing_of_it_is_done() {
    let (node, sophea, bopha) = two().await;
    for who in [&sophea, &bopha] {
        let id = asks_for(&node, &sophea, "dara", &["auditor"]).await;
        assert_eq!(node.service.drop_request(who, &id[..8]).await.unwrap().id, id);
        assert_eq!(code_of(node.service.confirm(&bopha, &id, plain()).await), "id/not-found");
    }
    assert_eq!(names(&node.service).await.len(), 2);
}

#[tokio::test]
async fn while_there_is_one_administrator_they_decide_alone_and_it_shows() {
    let node = Node::new().await;
    let sophea = node.actor("sophea", &["key_administrator"]).await;
    assert_eq!(node.service.status(&worker(None)).await.unwrap().two_persons, "alone");
    assert!(matches!(
        node.service.ask_invite(&sophea, request("bopha", &["key_administrator"])).await,
        Ok(Decided::Done(_))
    ));
    // Invited is not enrolled: nobody could confirm yet.
    assert_eq!(node.service.status(&worker(None)).await.unwrap().two_persons, "alone");
    assert!(node.service.invite(&sophea, request("dara", &["auditor"])).await.is_ok());
    let alone = node.acts().await.iter().filter(|(act, _)| act == "request.alone").count();
    assert_eq!(alone, 2, "each such decision is marked");
    node.enrolled("maly", &["key_administrator"]).await;
    let status = node.service.status(&worker(None)).await.unwrap();
    assert_eq!((status.two_persons.as_str(), status.waiting_for_second), ("on", 0));
    assert_eq!(code_of(node.service.invite(&sophea, request("kosal", &["auditor"])).await), "actor/second-person");
}

#[tokio::test]
async fn what_only_takes_away_takes_one() {
    let (node, sophea, _) = two().await;
    node.enrolled("dara", &["social_worker", "supervisor"]).await;
    let fewer = node.service.ask_roles(&sophea, "dara", roles(&["social_worker"])).await;
    assert!(matches!(fewer, Ok(Decided::Done(_))), "{fewer:?}");
    assert!(matches!(node.service.ask_remove(&sophea, "dara").await, Ok(Decided::Done(_))));
    assert_eq!(node.service.end_sessions_of(&sophea, "bopha").await.unwrap().ended, 1);
}

#[tokio::test]
async fn the_operator_of_the_socket_decides_alone_and_is_a_second_person_by_another_name() {
    let (node, sophea, _) = two().await;
    assert!(node.service.invite(&worker(None), request("maly", &["auditor"])).await.is_ok());
    let asked = InviteRequest { name: "Kong Kosal".into(), ..request("kosal", &["auditor"]) };
    let id = waits(node.service.ask_invite(&sophea, asked).await);
    let operator = |by: Option<&str>| {
        let by = by.map(|name| name.parse().unwrap());
        Actor::Operator { uid: 1000, by, approved_by: None }
    };
    for by in [None, Some("សុខ\u{200b}ដារា")] {
        assert_eq!(code_of(node.service.confirm(&operator(by), &id, plain()).await), "actor/second-person", "{by:?}");
    }
    assert!(matches!(node.service.confirm(&operator(Some("Bopha")), &id, plain()).await, Ok(Confirmed::Invited(_))));
}

#[tokio::test]
async fn of_two_who_confirm_at_once_one_does() {
    let (node, sophea, bopha) = two().await;
    let maly = node.actor("maly", &["key_administrator"]).await;
    let id = asks_for(&node, &sophea, "dara", &["auditor"]).await;
    let (one, other) =
        tokio::join!(node.service.confirm(&bopha, &id, plain()), node.service.confirm(&maly, &id, plain()));
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
}

#[tokio::test]
async fn who_lost_the_telephone_is_let_in_anew_by_two_as_who_they_were() {
    let (node, sophea, bopha) = two().await;
    let session = node.enrolled("dara", &["social_worker"]).await;
    let before = node.id("dara");
    let direct = node.service.recover_person(&sophea, "dara").await;
    assert_eq!(code_of(direct), "actor/second-person");
    let id = waits(node.service.ask_recover(&sophea, "dara").await);
    assert_eq!(code_of(node.service.confirm(&sophea, &id, plain()).await), "request/own");
    assert!(node.service.session(&session.token).await.is_ok(), "nothing has happened yet");
    let shown = node.service.requests(&bopha).await.unwrap().requests.remove(0);
    assert_eq!((shown.kind.as_str(), shown.sign_in.as_str()), ("recover", "dara"));
    let Ok(Confirmed::Invited(anew)) = node.service.confirm(&bopha, &id, plain()).await else { panic!("let in") };
    assert!(node.service.session(&session.token).await.is_err(), "signed out at once");
    let code = node.code("dara", 60);
    node.pass(60);
    assert!(node.signs_in("dara", WORDS, &code, HERE).await.is_err(), "what was known before opens nothing");
    assert_eq!(code_of(node.service.recover_person(&worker(None), "dara").await), "person/not-enrolled");
    let token = anew.token.parse().unwrap();
    let code = node.code("dara", 0);
    assert!(node.service.enrol(&token, enrol("dara", WORDS, &code)).await.is_ok());
    assert_eq!((node.id("dara"), anew.roles.clone()), (before, codes(&["social_worker"])), "the same person");
}

#[tokio::test]
async fn letting_one_of_two_administrators_in_anew_leaves_the_other_no_more_power() {
    let (node, sophea, bopha) = two().await;
    // Bopha's session may be in a thief's hand: it does not confirm that she is let in anew.
    let id = waits(node.service.ask_recover(&sophea, "bopha").await);
    assert_eq!(code_of(node.service.confirm(&bopha, &id, plain()).await), "request/own");
    assert_eq!(code_of(node.service.recover_person(&sophea, "sophea").await), "person/not-allowed");
    // What she asked is not confirmed while she is out.
    let asked = asks_for(&node, &bopha, "kosal", &["auditor"]).await;
    node.service.recover_person(&worker(None), "bopha").await.unwrap();
    assert_eq!(code_of(node.service.confirm(&sophea, &asked, plain()).await), "request/changed");
    assert_eq!(node.service.status(&worker(None)).await.unwrap().two_persons, "on");
    let again = node.service.invite(&sophea, request("maly", &["auditor"])).await;
    assert_eq!(code_of(again), "actor/second-person");
}

#[tokio::test]
async fn one_administrator_alone_takes_no_signing_key_back_and_two_take_back_the_very_one() {
    let (node, sophea, bopha) = two().await;
    let service = &node.service;
    let signing = || service.me().keys().op_keys().iter().map(|op| op.revoked.is_some()).collect::<Vec<_>>();
    let key = service.me().signing_key().unwrap().key.id().to_string();
    let ask = RevokeOwnKey { reason: "stolen".into(), dry_run: false };
    assert_eq!(code_of(service.key_revoke(&sophea, &key, ask).await), "actor/second-person");
    assert_eq!(code_of(service.ask_key_revoke(&sophea, &key, "  ").await), "input/field", "without a reason");
    let id = waits(service.ask_key_revoke(&sophea, &key, "stolen").await);
    let shown = service.requests(&bopha).await.unwrap().requests.remove(0);
    assert_eq!((shown.kind.as_str(), shown.name, shown.why.as_str()), ("revoke", key.clone(), "stolen"));
    assert_eq!(code_of(service.confirm(&sophea, &id, plain()).await), "request/own");
    assert_eq!(signing(), [false]);
    let other = waits(service.ask_key_revoke(&bopha, &key, "lost").await);
    let done = service.confirm(&bopha, &id, plain()).await.unwrap();
    assert!(matches!(done, Confirmed::Revoked(change) if change.key == key && change.after.is_some()));
    assert_eq!(signing(), [true, false]);
    assert_eq!(code_of(service.confirm(&sophea, &other, plain()).await), "key/wrong-state", "it is over");
    assert_eq!(signing(), [true, false]);
}
