//! A supervisor decides with who asks: nobody with themselves, once, and only what was looked at.

use protocol::fixture;
use serde_json::{Value, json};

use crate::{
    service::{
        Actor, ServiceError,
        testing::{Node, Pair, worker},
    },
    view::{AssignRequest, DecisionDone, ReferRequest},
};

const WORKER: &[&str] = &["social_worker"];
const CHIEF: &[&str] = &["supervisor"];

fn code_of<T>(result: Result<T, ServiceError>) -> &'static str {
    result.err().map_or("done", |error| error.code())
}

fn decided() -> Value {
    json!({
        "to": ["any:shelter"], "categories": ["identity"], "purposes": ["care"], "until": "2026-06-30",
        "given_by": "best_interest", "assent": "given", "reason": "nobody of the family is known",
        "why_nobody": "no caregiver is known", "worker": "Somebody", "supervisor": "Somebody else",
    })
}

async fn own_case(node: &Node, actor: &Actor) -> String {
    node.service.case_add(actor, fixture::case_json("f02").unwrap()).await.unwrap().id
}

#[tokio::test]
async fn a_best_interest_consent_waits_for_a_supervisor_who_is_somebody_else() {
    let node = Node::new().await;
    let (dara, maly) = (node.actor("dara", WORKER).await, node.actor("maly", WORKER).await);
    let (chief, second) = (node.actor("sophea", CHIEF).await, node.actor("visal", CHIEF).await);
    let case = own_case(&node, &dara).await;
    assert_eq!(code_of(node.service.consent_ask(&maly, &case, decided()).await), "person/not-assigned");
    let mut agreed = decided();
    agreed["given_by"] = "caregiver".into();
    assert_eq!(code_of(node.service.consent_ask(&dara, &case, agreed).await), "input/field");
    let mut unsaid = decided();
    unsaid["reason"] = "".into();
    assert_eq!(code_of(node.service.consent_ask(&dara, &case, unsaid).await), "consent/invalid");

    let id = node.service.consent_ask(&dara, &case, decided()).await.unwrap().id;
    let by_chief = node.service.consent_ask(&chief, &case, decided()).await.unwrap().id;
    let node = node.restarted().await;
    assert_eq!(node.service.decisions(&chief).await.unwrap().decisions.len(), 2);
    assert_eq!(node.service.decisions(&dara).await.unwrap().decisions.len(), 1);
    assert!(node.service.decisions(&maly).await.unwrap().decisions.is_empty());
    assert_eq!(code_of(node.service.decision_show(&maly, &id).await), "id/not-found");
    assert_eq!(code_of(node.service.decision_drop(&maly, &id).await), "id/not-found");
    assert_eq!(code_of(node.service.decide(&dara, &id).await), "person/not-allowed");
    assert_eq!(code_of(node.service.decide(&chief, &by_chief).await), "request/own");
    let shown = node.service.decision_show(&chief, &id).await.unwrap();
    assert_eq!(shown.consent.unwrap()["reason"], decided()["reason"]);

    let done = node.service.decide(&chief, &id).await.unwrap();
    assert!(matches!(&done, DecisionDone::Consent(consent) if consent.given_by == "best_interest"), "{done:?}");
    assert_eq!(code_of(node.service.decide(&second, &id).await), "id/not-found");
    assert_eq!(node.service.consent_list(&dara, &case).await.unwrap().consents.len(), 1);
    for act in ["decision.ask", "decision.take", "consent.grant"] {
        assert!(node.acts().await.contains(&(act.to_owned(), "done".to_owned())), "{act}");
    }
}

#[tokio::test]
async fn it_ends_by_time_by_being_taken_back_and_with_the_right_of_who_asked() {
    let node = Node::new().await;
    let dara = node.actor("dara", WORKER).await;
    let chief = node.actor("sophea", CHIEF).await;
    let case = own_case(&node, &dara).await;
    let taken_back = node.service.consent_ask(&dara, &case, decided()).await.unwrap().id;
    node.service.decision_drop(&dara, &taken_back).await.unwrap();
    assert_eq!(code_of(node.service.decide(&chief, &taken_back).await), "id/not-found");

    let id = node.service.consent_ask(&dara, &case, decided()).await.unwrap().id;
    node.service.case_assign(&worker(None), &case, AssignRequest::default()).await.unwrap();
    assert_eq!(code_of(node.service.decide(&chief, &id).await), "request/changed", "it is not theirs any more");
    node.pass(2 * 24 * 60 * 60);
    assert_eq!(code_of(node.service.decide(&chief, &id).await), "id/not-found");
    node.service.end_decisions().await.unwrap();
    assert!(node.acts().await.contains(&("decision.end".to_owned(), "done".to_owned())));
    assert!(node.restarted().await.service.decisions(&chief).await.unwrap().decisions.is_empty());
}

#[tokio::test]
async fn words_that_may_name_the_child_go_only_by_a_supervisors_word_and_only_as_they_were_seen() {
    let pair = Pair::new().await;
    let node = &pair.origin;
    let dara = node.actor("dara", WORKER).await;
    let chief = node.actor("sophea", CHIEF).await;
    let to = AssignRequest { to: vec!["dara".into()], teams: Vec::new() };
    node.service.case_assign(&worker(None), &pair.case, to).await.unwrap();
    let reason = Some("Dara is a river there".to_owned());
    let request = ReferRequest { summary: "Dara needs a place".into(), reason, ..pair.request() };
    assert_eq!(code_of(node.service.refer_ask(&dara, request.clone()).await), "offer/changed", "nobody looked");
    let seen = Some(node.service.preview(&dara, request.clone()).await.unwrap().mark);
    let request = ReferRequest { seen, ..request };
    assert_eq!(code_of(node.service.refer(&dara, request.clone()).await), "actor/second-person");
    let id = node.service.refer_ask(&dara, request.clone()).await.unwrap().id;
    let shown = node.service.decision_show(&chief, &id).await.unwrap();
    assert!(shown.preview.is_some_and(|seen| seen.asks.iter().any(|one| one.what == "text")));
    let done = node.service.decide(&chief, &id).await.unwrap();
    assert!(matches!(done, DecisionDone::Referral(_)));
    assert_eq!(node.service.outbox(&dara).await.unwrap().exchanges.len(), 1);

    // They are asked already now: what was looked at is not what would be sent.
    let again = ReferRequest { seen: None, ..request.clone() };
    let seen = Some(node.service.preview(&dara, again).await.unwrap().mark);
    let id = node.service.refer_ask(&dara, ReferRequest { seen, ..request }).await.unwrap().id;
    pair.refer().await;
    assert!(node.service.decision_show(&chief, &id).await.unwrap().preview.is_none());
    assert_eq!(code_of(node.service.decide(&chief, &id).await), "offer/changed");
    let usual = ReferRequest { seen: None, ..pair.request() };
    let seen = Some(node.service.preview(&dara, usual.clone()).await.unwrap().mark);
    let usual = ReferRequest { seen, ..usual };
    assert_eq!(code_of(node.service.refer_ask(&dara, usual).await), "input/field", "it takes nobody else");
}
