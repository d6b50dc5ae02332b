//! Consents through the service.

use protocol::{
    code::{AgencyKind, Explained},
    fixture,
};
use serde_json::json;

use super::*;
use crate::{
    service::testing::{Node, TODAY, card, founded, verified, worker},
    view::{AddPeer, CaseSaved},
};

/// A node with the child F02, 8 years old, and the peer "Damnok Toek".
async fn node_with_child() -> (Node, CaseSaved) {
    let node = Node::new().await;
    let shelter = verified(&founded("Damnok Toek", "shelter", "spean", 2));
    node.service.peer_add(&worker(None), AddPeer { card: card(&shelter) }).await.unwrap();
    let saved = node.service.case_add(&worker(None), fixture::case_json("f02").unwrap()).await.unwrap();
    (node, saved)
}

/// The aunt's consent, by thumbprint, to the named shelter.
fn aunts() -> Value {
    json!({
        "to": ["damnok toek"], "categories": ["identity", "health"], "purposes": ["care"], "until": "2026-11-30",
        "given_by": "caregiver", "assent": "given", "form": "thumbprint", "witness": "Chan Thy", "language": "km",
        "explained": Explained::ALL,
    })
}

fn decided() -> Value {
    json!({
        "to": ["any:shelter"], "categories": ["identity"], "purposes": ["care"], "until": "2026-06-30",
        "given_by": "best_interest", "assent": "given", "reason": "nobody of the family is known",
        "why_nobody": "no caregiver is known", "worker": "Somebody", "supervisor": "Somebody else",
    })
}

fn shelter(node: &Node) -> Recipient {
    Recipient { id: node.service.resolve_peer("damnok toek").unwrap(), kind: AgencyKind::Shelter }
}

async fn covering(
    node: &Node,
    case: &str,
    named: Option<&str>,
    purpose: Purpose,
    now: Timestamp,
) -> Result<ConsentId, ServiceError> {
    let case = node.service.resolve_case(case).unwrap();
    node.service.covering(&case, named, &shelter(node), purpose, now).await.map(|(id, _)| id)
}

#[tokio::test]
async fn a_consent_names_agencies_and_is_found_after_a_restart_until_it_is_withdrawn() {
    let (node, case) = node_with_child().await;
    let granted = node.service.consent_grant(&worker(None), &case.id, aunts()).await.unwrap();
    assert_eq!((granted.state.as_str(), granted.to.clone()), ("active", vec!["Damnok Toek".to_owned()]));
    let node = node.restarted().await;
    let found = covering(&node, &case.id, None, Purpose::Care, TODAY).await.unwrap();
    assert_eq!(found.to_string(), granted.id);
    let withdrawn = node.service.consent_withdraw(&worker(None), &granted.id[..8]).await.unwrap();
    assert_eq!(withdrawn.state, "withdrawn");
    let named = covering(&node, &case.id, Some(&granted.id), Purpose::Care, TODAY).await;
    assert!(matches!(named, Err(ServiceError::ConsentEnded { .. })));
    let any = covering(&node, &case.id, None, Purpose::Care, TODAY).await;
    assert!(matches!(any, Err(ServiceError::ConsentNone { .. })));
}

#[tokio::test]
async fn another_purpose_or_a_later_day_is_not_covered() {
    let (node, case) = node_with_child().await;
    let id = node.service.consent_grant(&worker(None), &case.id, aunts()).await.unwrap().id;
    let legal = covering(&node, &case.id, Some(&id), Purpose::Legal, TODAY).await;
    assert!(matches!(legal, Err(ServiceError::ConsentDoesNotCover { .. })));
    let later = TODAY.plus(200 * Timestamp::DAY);
    let ended = covering(&node, &case.id, Some(&id), Purpose::Care, later).await;
    assert!(matches!(ended, Err(ServiceError::ConsentEnded { .. })));
    node.pass(200 * Timestamp::DAY);
    let listed = node.service.consent_list(&worker(None), &case.id).await.unwrap().consents;
    assert_eq!(listed.iter().map(|consent| consent.state.as_str()).collect::<Vec<_>>(), ["expired"]);
}

#[tokio::test]
async fn the_newest_consent_that_covers_is_taken() {
    let (node, case) = node_with_child().await;
    node.service.consent_grant(&worker(None), &case.id, aunts()).await.unwrap();
    node.pass(1);
    let newer = node.service.consent_grant(&worker(None), &case.id, aunts()).await.unwrap();
    assert_eq!(covering(&node, &case.id, None, Purpose::Care, TODAY).await.unwrap().to_string(), newer.id);
}

#[tokio::test]
async fn where_nobody_consents_two_persons_decide_whatever_names_stand_in_the_file() {
    let (node, case) = node_with_child().await;
    for alone in [worker(None), worker(Some("Dara"))] {
        let result = node.service.consent_grant(&alone, &case.id, decided()).await;
        assert!(matches!(result, Err(ServiceError::NeedsSecondPerson { .. })));
    }
    let refused = ("consent.grant".to_owned(), "refused: actor/second-person".to_owned());
    assert_eq!(node.acts().await.iter().filter(|act| **act == refused).count(), 2);
    let granted = node.service.consent_grant(&worker(Some("Sophea")), &case.id, decided()).await.unwrap();
    assert_eq!((granted.given_by.as_str(), granted.to.clone()), ("best_interest", vec!["any shelter".to_owned()]));
}

#[tokio::test]
async fn an_agency_that_must_not_know_may_be_named_and_gets_nothing() {
    let (node, case) = node_with_child().await;
    let mut consent = aunts();
    consent["to"] = json!(["any:shelter"]);
    consent["keep_uninformed"] = json!([{ "who": "DAMNOK TOEK", "reason": "fear_of_harm" }]);
    let id = node.service.consent_grant(&worker(None), &case.id, consent).await.unwrap().id;
    let result = covering(&node, &case.id, Some(&id), Purpose::Care, TODAY).await;
    assert!(matches!(result, Err(ServiceError::ConsentDoesNotCover { .. })));
}

#[tokio::test]
async fn rules_that_are_broken_are_named_with_their_place_and_an_unknown_agency_is_refused() {
    let (node, case) = node_with_child().await;
    let mut bad = aunts();
    bad.as_object_mut().unwrap().remove("witness");
    let error = node.service.consent_grant(&worker(None), &case.id, bad).await.unwrap_err();
    let ServiceError::ConsentInvalid { faults } = &error else { panic!("{error}") };
    assert_eq!(faults.iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(), ["witness"]);
    let mut unknown = aunts();
    unknown["to"] = json!(["Nobody"]);
    let error = node.service.consent_grant(&worker(None), &case.id, unknown).await.unwrap_err();
    assert!(matches!(error, ServiceError::NotFound { what: "peer" }));
    assert!(node.service.consent_list(&worker(None), &case.id).await.unwrap().consents.is_empty());
}

#[tokio::test]
async fn what_two_persons_decided_says_who_and_why_and_comes_before_a_supervisor_again() {
    let (node, case) = node_with_child().await;
    let mut longer = decided();
    longer["until"] = json!("2026-11-30");
    let id = node.service.consent_grant(&worker(Some("Sophea")), &case.id, longer).await.unwrap().id;
    let aunts = node.service.consent_grant(&worker(None), &case.id, aunts()).await.unwrap();
    assert!(aunts.decided.is_none(), "the aunt decided that");
    let shown = async |node: &Node| node.service.consent_show(&worker(None), &id).await.unwrap().decided.unwrap();
    let first = shown(&node).await;
    assert_eq!((first.worker.as_str(), first.supervisor.as_str()), ("Dara", "Sophea"));
    assert_eq!(first.reason, "nobody of the family is known");
    assert_eq!(first.why_nobody.as_deref(), Some("no caregiver is known"));
    assert_eq!((first.review_on.as_deref(), first.overdue), (Some("2026-07-01"), false));
    let due = async |node: &Node| node.service.reviews(&worker(None)).await.unwrap().reviews;
    assert!(due(&node).await.is_empty(), "not yet");
    node.pass(24 * Timestamp::DAY);
    assert_eq!(due(&node).await.len(), 1);
    node.pass(7 * Timestamp::DAY);
    let node = node.restarted().await;
    assert!(due(&node).await[0].overdue && shown(&node).await.overdue);
    // It still holds; of a consent that somebody gave nobody decides so.
    let says = |words: &str| crate::view::ReviewConsent { words: words.into() };
    let chief = worker(None);
    let word = |words: &str| node.service.consent_review(&chief, &id, says(words));
    assert!(matches!(word("too short").await, Err(ServiceError::Field { field: "words", .. })));
    let given = node.service.consent_review(&worker(None), &aunts.id, says("it is still good")).await;
    assert!(matches!(given, Err(ServiceError::Field { field: "id", .. })));
    let after = word("no family has been found yet").await.unwrap().decided.unwrap();
    assert_eq!((after.review_on.as_deref(), after.overdue), (Some("2026-08-01"), false));
    assert_eq!(after.reviewed_words.as_deref(), Some("no family has been found yet"));
    assert!(due(&node).await.is_empty());
    // What has ended is looked at no more.
    node.pass(40 * Timestamp::DAY);
    assert_eq!(due(&node).await.len(), 1);
    node.service.consent_withdraw(&worker(None), &id).await.unwrap();
    assert!(due(&node).await.is_empty() && shown(&node).await.review_on.is_none());
    assert!(matches!(word("it is still as it was").await, Err(ServiceError::ConsentEnded { .. })));
    assert!(due(&node.restarted().await).await.is_empty());
}
