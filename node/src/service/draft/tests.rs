//! Whose drafts are, how long they live, and that nothing is left of them after the child's record.

use super::*;
use crate::{
    service::{
        Actor, ServiceError,
        case::owner_of,
        people::tests::code_of,
        testing::{Node, Pair, worker},
    },
    view::{AssignRequest, ReasonRequest},
};

const WORKER: &[&str] = &["social_worker"];

fn typed(text: &str) -> DraftText {
    BTreeMap::from([("summary".to_owned(), text.to_owned()), ("empty".to_owned(), " ".to_owned())])
}

/// Dara, who has the child of the pair's case, and Maly, who has it too.
async fn two(pair: &Pair) -> (Actor, Actor) {
    let dara = pair.origin.actor("dara", WORKER).await;
    let maly = pair.origin.actor("maly", WORKER).await;
    let to = AssignRequest { to: vec!["dara".into(), "maly".into()], teams: Vec::new() };
    pair.origin.service.case_assign(&worker(None), &pair.case, to).await.unwrap();
    (dara, maly)
}

async fn says(node: &Node, actor: &Actor, of: DraftOf<'_>) -> Option<String> {
    node.service.draft_open(actor, of).await.unwrap().map(|draft| draft.typed["summary"].clone())
}

#[tokio::test]
async fn a_draft_is_there_after_a_restart_for_who_wrote_it_and_nobody_else() {
    let pair = Pair::new().await;
    let (dara, maly) = two(&pair).await;
    let consent = DraftOf::Consent { case: &pair.case };
    let refer = DraftOf::Refer { case: &pair.case, peer: "damnok toek" };
    pair.origin.service.draft_keep(&dara, consent, typed("the aunt agrees")).await.unwrap();
    pair.origin.service.draft_keep(&dara, refer, typed("needs a bed")).await.unwrap();
    pair.origin.service.draft_keep(&dara, refer, typed("needs a bed tonight")).await.unwrap();
    let case = pair.case.clone();
    let node = pair.origin.restarted().await;
    let (consent, refer) = (DraftOf::Consent { case: &case }, DraftOf::Refer { case: &case, peer: "damnok toek" });
    assert_eq!(says(&node, &dara, consent).await.as_deref(), Some("the aunt agrees"));
    assert_eq!(says(&node, &dara, refer).await.as_deref(), Some("needs a bed tonight"), "one for each form");
    assert_eq!(node.service.drafts_of(&dara), 2);
    // Also a colleague who has the case, and a supervisor, see nothing of it.
    let chief = node.actor("sophea", &["supervisor"]).await;
    for other in [&maly, &chief] {
        assert_eq!(says(&node, other, consent).await, None);
        assert!(node.service.drafts(other).await.unwrap().drafts.is_empty());
        let id = node.service.drafts(&dara).await.unwrap().drafts[0].id.clone();
        assert_eq!(code_of(node.service.draft_drop(other, &id).await), "id/not-found");
    }
    // Whoever lost the case opens nothing of it, and has it back with the case.
    node.service.case_assign(&worker(None), &case, AssignRequest::default()).await.unwrap();
    assert_eq!(code_of(node.service.draft_open(&dara, consent).await.map(drop)), "person/not-assigned");
    assert_eq!(node.service.drafts_of(&dara), 0);
    let to = AssignRequest { to: vec!["dara".into()], teams: Vec::new() };
    node.service.case_assign(&worker(None), &case, to).await.unwrap();
    node.service.draft_sent(&dara, refer).await.unwrap();
    assert_eq!(node.service.drafts(&dara).await.unwrap().drafts.len(), 1);
    let log = node.service.vault.audit().read(None, 1000).await.unwrap();
    assert!(log.iter().all(|found| !format!("{:?}", found.entry).contains("aunt")), "nothing of it in the log");
}

#[tokio::test]
async fn it_ends_after_seven_days_and_with_its_writer() {
    let pair = Pair::new().await;
    let (dara, maly) = two(&pair).await;
    let (node, of) = (&pair.origin, DraftOf::Consent { case: &pair.case });
    node.service.draft_keep(&dara, of, typed("one")).await.unwrap();
    node.service.draft_keep(&maly, of, typed("two")).await.unwrap();
    node.pass(KEPT - 10);
    node.service.draft_keep(&maly, of, typed("two again")).await.unwrap();
    node.pass(10);
    assert_eq!((says(node, &dara, of).await, says(node, &maly, of).await.as_deref()), (None, Some("two again")));
    node.service.tick().await.unwrap();
    assert_eq!(node.service.vault.read_all::<TypedRow>().await.unwrap().len(), 1);
    node.service.remove_person(&worker(None), "maly").await.unwrap();
    node.service.tick().await.unwrap();
    assert!(node.service.vault.read_all::<TypedRow>().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_person_keeps_a_few_and_none_is_long() {
    let pair = Pair::new().await;
    let (dara, _) = two(&pair).await;
    let node = &pair.origin;
    let long = typed(&"x".repeat(MOST_BYTES));
    let of = DraftOf::Consent { case: &pair.case };
    assert_eq!(code_of(node.service.draft_keep(&dara, of, long).await), "input/field");
    let mut cases = Vec::new();
    for _ in 0..=MOST {
        let record = protocol::fixture::case_json("f03").unwrap();
        cases.push(node.service.case_add(&dara, record).await.unwrap().id);
    }
    for case in &cases {
        node.pass(1);
        node.service.draft_keep(&dara, DraftOf::Consent { case }, typed("x")).await.unwrap();
    }
    assert_eq!(node.service.drafts_of(&dara), MOST);
    assert_eq!(says(node, &dara, DraftOf::Consent { case: &cases[0] }).await, None, "the oldest went");
    assert!(says(node, &dara, DraftOf::Consent { case: &cases[1] }).await.is_some());
}

#[tokio::test]
async fn when_the_case_is_erased_nobody_opens_what_was_half_written_about_it() {
    let pair = Pair::new().await;
    let (dara, _) = two(&pair).await;
    let node = &pair.origin;
    let of = DraftOf::Consent { case: &pair.case };
    node.service.draft_keep(&dara, of, typed("the aunt agrees")).await.unwrap();
    let owner = owner_of(&node.service.resolve_case(&pair.case).unwrap());
    let mut tx = node.service.vault.begin();
    tx.mark_for_erasure(&owner);
    tx.commit().await.unwrap();
    node.service.erase(&[owner]).await.unwrap();
    assert_eq!(says(node, &dara, of).await, None);
    assert_eq!(node.service.drafts_of(&dara), 0);
    assert!(node.service.vault.read_all::<TypedRow>().await.unwrap().is_empty());
    // What old copies of the store hold lies under a key that is no more: `vault::erase`.
    assert!(node.service.vault.was_erased(&owner).await.unwrap());
}

#[tokio::test]
async fn what_was_half_written_in_an_exchange_goes_with_what_was_shared() {
    let pair = Pair::new().await;
    let id = pair.released().await;
    let maly = pair.shelter.actor("maly", &["supervisor"]).await;
    let of = DraftOf::Write { exchange: &id, what: Writing::Note };
    pair.shelter.service.draft_keep(&maly, of, typed("she ate")).await.unwrap();
    assert!(says(&pair.shelter, &maly, of).await.is_some());
    let line = pair.shelter.service.drafts(&maly).await.unwrap().drafts.remove(0);
    assert_eq!((line.kind.as_str(), line.exchange.as_deref()), ("note", Some(id.as_str())));
    let why = ReasonRequest { reason: "not_needed".into(), text: None };
    pair.origin.service.withdraw(&worker(None), &id, why).await.unwrap();
    pair.settle().await;
    assert_eq!(says(&pair.shelter, &maly, of).await, None);
    assert!(pair.shelter.service.vault.read_all::<TypedRow>().await.unwrap().is_empty());
    let late = pair.shelter.service.draft_keep(&maly, of, typed("too late")).await;
    assert!(matches!(late, Err(ServiceError::NotFound { .. })), "{late:?}");
}

#[tokio::test]
async fn what_comes_after_the_session_ended_by_time_is_kept_and_opens_nothing() {
    let pair = Pair::new().await;
    let node = &pair.origin;
    let session = node.enrolled("dara", WORKER).await;
    let to = AssignRequest { to: vec!["dara".into()], teams: Vec::new() };
    node.service.case_assign(&worker(None), &pair.case, to).await.unwrap();
    let of = DraftOf::Consent { case: &pair.case };
    let late = |text: &str| node.service.draft_of_ended(&session.token, of, typed(text));
    assert_eq!(code_of(late("still open").await), "person/session-ended", "it goes on: nothing is kept so");
    node.pass(16 * 60);
    late("the aunt agrees").await.unwrap();
    assert!(node.service.session(&session.token).await.is_err(), "and it is over");
    let dara = node.service.session_that_ended(&session.token).unwrap();
    assert_eq!(says(node, &dara, of).await.as_deref(), Some("the aunt agrees"));
    // Ended by hand, or long ago: nothing is known of it.
    node.service.end_sessions_of(&worker(None), "dara").await.unwrap();
    assert_eq!(code_of(late("later").await), "person/session-ended");
}
