//! Who sees which case and exchange.

use keys::Timestamp;
use protocol::fixture;

use super::pair::{Pair, because};
use crate::{
    service::{
        Actor, Service, ServiceError,
        people::{Role, Roles},
        testing::{Node, person, worker},
    },
    view::{AssignRequest, InviteRequest, NoteRequest, OpenRequest, ReasonRequest, SearchRequest},
};

/// Invites somebody, and lets them ask.
async fn hired(service: &Service, sign_in: &str, role: Role) -> Actor {
    let request =
        InviteRequest { name: format!("Phkay {sign_in}"), sign_in: sign_in.into(), roles: vec![role.code().into()] };
    service.invite(&worker(None), request).await.unwrap();
    let (id, roles) = service.people.named(sign_in).unwrap();
    let Actor::Person { through, .. } = person(Roles::NONE) else { panic!("a person") };
    Actor::Person { id, name: format!("Phkay {sign_in}").parse().unwrap(), roles, through }
}

fn to(people: &[&str]) -> AssignRequest {
    AssignRequest { to: people.iter().map(|name| (*name).to_owned()).collect(), teams: Vec::new() }
}

fn words(reason: &str) -> OpenRequest {
    OpenRequest { reason: reason.into() }
}

fn code_of<T>(result: Result<T, ServiceError>) -> &'static str {
    result.err().map_or("done", |error| error.code())
}

/// What each way to a case answers, of those that any actor can go.
async fn ways_to_case(pair: &Pair, actor: &Actor) -> Vec<&'static str> {
    let (service, case) = (&pair.origin.service, pair.case.as_str());
    vec![
        code_of(service.case_show(actor, case).await),
        code_of(service.custody(actor, case).await),
        code_of(service.consent_list(actor, case).await),
        code_of(service.preview(actor, pair.request()).await),
    ]
}

/// What would change a case, where it is refused.
async fn changes_of_case(pair: &Pair, actor: &Actor) -> Vec<&'static str> {
    let (service, case) = (&pair.origin.service, pair.case.as_str());
    vec![
        code_of(service.case_edit(actor, case, fixture::case_json("f02").unwrap()).await),
        code_of(service.consent_grant(actor, case, serde_json::json!({})).await),
        code_of(service.consent_withdraw(actor, &pair.consent).await),
        code_of(service.refer(actor, pair.request()).await),
    ]
}

async fn listed(service: &Service, actor: &Actor) -> [usize; 2] {
    let list = service.case_list(actor, None, 50).await.unwrap().cases.len();
    let term = SearchRequest { term: "Sokha".into() };
    [list, service.case_search(actor, term).await.unwrap().cases.len()]
}

#[tokio::test]
async fn a_social_worker_reaches_a_case_by_no_way_unless_it_is_theirs() {
    let pair = Pair::new().await;
    let service = &pair.origin.service;
    let [dara, maly] =
        [hired(service, "dara", Role::SocialWorker).await, hired(service, "maly", Role::SocialWorker).await];
    let chief = hired(service, "sophea", Role::Supervisor).await;
    for actor in [&dara, &maly] {
        assert_eq!(ways_to_case(&pair, actor).await, ["person/not-assigned"; 4]);
        assert_eq!(changes_of_case(&pair, actor).await, ["person/not-assigned"; 4]);
        assert_eq!(listed(service, actor).await[0], 0);
    }
    let refused = ("case.open".to_owned(), "refused: person/not-assigned".to_owned());
    assert!(pair.origin.acts().await.contains(&refused));
    assert_eq!(ways_to_case(&pair, &chief).await, ["done"; 4]);
    assert_eq!(service.case_list(&chief, None, 50).await.unwrap().cases.len(), 1);

    service.case_assign(&chief, &pair.case, to(&["dara"])).await.unwrap();
    assert_eq!(ways_to_case(&pair, &dara).await, ["done"; 4]);
    assert_eq!(service.case_list(&dara, None, 50).await.unwrap().cases[0].assigned, ["Phkay dara"]);
    assert_eq!(ways_to_case(&pair, &maly).await, ["person/not-assigned"; 4]);
    let pair = pair.restarted().await;
    assert_eq!(ways_to_case(&pair, &dara).await, ["done"; 4]);
    assert_eq!(ways_to_case(&pair, &maly).await, ["person/not-assigned"; 4]);
    pair.origin.service.case_assign(&chief, &pair.case, to(&["maly"])).await.unwrap();
    assert_eq!(ways_to_case(&pair, &dara).await, ["person/not-assigned"; 4], "it was passed on");
}

#[tokio::test]
async fn who_adds_a_case_has_it_and_finds_it_and_nobody_elses() {
    let node = Node::new().await;
    let [dara, maly] = [
        hired(&node.service, "dara", Role::SocialWorker).await,
        hired(&node.service, "maly", Role::SocialWorker).await,
    ];
    let case = fixture::case_json("f02").unwrap();
    let mine = node.service.case_add(&dara, case.clone()).await.unwrap().id;
    node.service.case_add(&maly, case).await.unwrap();
    let found = node.service.case_list(&dara, None, 1).await.unwrap();
    assert_eq!((found.cases[0].id.as_str(), found.cases.len(), found.next), (mine.as_str(), 1, None));
    let name = found.cases[0].name_latin.clone().unwrap();
    for (actor, hits) in [(&dara, 1), (&maly, 1), (&worker(None), 2)] {
        let term = SearchRequest { term: name.clone() };
        assert_eq!(node.service.case_search(actor, term).await.unwrap().cases.len(), hits);
    }
}

#[tokio::test]
async fn an_offer_waits_for_all_and_belongs_to_who_answers_it() {
    let pair = Pair::new().await;
    let service = &pair.shelter.service;
    let [dara, maly] =
        [hired(service, "dara", Role::SocialWorker).await, hired(service, "maly", Role::SocialWorker).await];
    let id = pair.refer().await;
    pair.settle().await;
    for actor in [&dara, &maly] {
        assert_eq!(service.inbox(actor).await.unwrap().exchanges.len(), 1);
        assert!(service.exchange_show(actor, &id).await.unwrap().triage.is_some());
    }
    service.accept(&dara, &id).await.unwrap();
    pair.settle().await;
    assert!(service.exchange_show(&dara, &id).await.unwrap().released.is_some());
    assert_eq!(service.inbox(&dara).await.unwrap().exchanges[0].assigned, ["Phkay dara"]);
    let note = || NoteRequest { text: "the bed is ready".into() };
    assert_eq!(code_of(service.exchange_show(&maly, &id).await), "person/not-assigned");
    assert_eq!(code_of(service.note(&maly, &id, note()).await), "person/not-assigned");
    assert_eq!(code_of(service.give_back(&maly, &id, because("no_capacity")).await), "person/not-assigned");
    assert!(service.inbox(&maly).await.unwrap().exchanges.is_empty());
    assert!(service.exchange_list(&maly, None).await.unwrap().exchanges.is_empty());
    service.note(&dara, &id, note()).await.unwrap();

    let chief = hired(service, "sophea", Role::Supervisor).await;
    assert_eq!(code_of(service.exchange_assign(&maly, &id, to(&["maly"])).await), "person/not-allowed");
    service.exchange_assign(&chief, &id, to(&["maly", "dara", "maly"])).await.unwrap();
    assert!(service.exchange_show(&maly, &id).await.is_ok());
}

#[tokio::test]
async fn an_exchange_that_began_here_goes_with_its_case() {
    let pair = Pair::new().await;
    let service = &pair.origin.service;
    let dara = hired(service, "dara", Role::SocialWorker).await;
    let id = pair.refer().await;
    assert!(service.outbox(&dara).await.unwrap().exchanges.is_empty());
    assert_eq!(code_of(service.withdraw(&dara, &id, because("not_needed")).await), "person/not-assigned");
    let chief = hired(service, "sophea", Role::Supervisor).await;
    assert_eq!(code_of(service.exchange_assign(&chief, &id, to(&["dara"])).await), "exchange/not-yours");
    service.case_assign(&chief, &pair.case, to(&["dara"])).await.unwrap();
    assert_eq!(service.outbox(&dara).await.unwrap().exchanges.len(), 1);
    let reason = ReasonRequest { reason: "not_needed".into(), text: None };
    assert!(service.withdraw(&dara, &id, reason).await.is_ok());
}

#[tokio::test]
async fn breaking_the_glass_takes_a_reason_lasts_an_hour_and_lands_before_the_supervisors() {
    let pair = Pair::new().await;
    let service = &pair.origin.service;
    let maly = hired(service, "maly", Role::SocialWorker).await;
    let chief = hired(service, "sophea", Role::Supervisor).await;
    for short in ["", "urgent", "         x         "] {
        assert_eq!(code_of(service.case_break_glass(&maly, &pair.case, words(short)).await), "input/field");
    }
    assert_eq!(ways_to_case(&pair, &maly).await, ["person/not-assigned"; 4]);
    let why = "the child stands at our door at night";
    let until = service.case_break_glass(&maly, &pair.case, words(why)).await.unwrap().until;
    assert_eq!(until, Timestamp(service.world.now().0 + 3_600));
    assert_eq!(ways_to_case(&pair, &maly).await, ["done"; 4]);
    assert_eq!(service.case_list(&maly, None, 50).await.unwrap().cases.len(), 1);
    assert_eq!(code_of(service.broken_glass(&maly).await), "person/not-allowed");

    let pair = pair.restarted().await;
    pair.origin.pass(3_599);
    assert_eq!(ways_to_case(&pair, &maly).await, ["done"; 4]);
    pair.origin.pass(1);
    assert_eq!(ways_to_case(&pair, &maly).await, ["person/not-assigned"; 4]);
    let board = pair.origin.service.broken_glass(&chief).await.unwrap().opened;
    assert_eq!(board.len(), 1);
    assert_eq!((board[0].by.as_str(), board[0].case.as_deref()), ("Phkay maly", Some(pair.case.as_str())));
    assert_eq!(board[0].reason.as_deref(), Some(why));
    assert!(pair.origin.acts().await.contains(&("case.break-glass".to_owned(), "done".to_owned())));
}

#[tokio::test]
async fn the_reason_of_an_opened_exchange_goes_with_what_was_shared_and_the_mark_stays() {
    let pair = Pair::new().await;
    let service = &pair.shelter.service;
    let maly = hired(service, "maly", Role::SocialWorker).await;
    let id = pair.released().await;
    assert_eq!(code_of(service.exchange_show(&maly, &id).await), "person/not-assigned");
    service.exchange_break_glass(&maly, &id, words("Sokha was seen at the bus station")).await.unwrap();
    assert!(service.exchange_show(&maly, &id).await.unwrap().released.is_some());
    pair.origin.service.withdraw(&worker(None), &id, because("not_needed")).await.unwrap();
    pair.settle().await;
    let opened = service.broken_glass(&worker(None)).await.unwrap().opened;
    assert_eq!((opened[0].exchange.as_deref(), opened[0].reason.as_deref()), (Some(id.as_str()), None));
    pair.shelter.pass(3_600);
    let again = service.exchange_break_glass(&maly, &id, words("Sokha was seen at the bus station")).await;
    assert_eq!(code_of(again), "exchange/wrong-state");
}

#[tokio::test]
async fn only_people_who_work_with_cases_are_given_some() {
    let pair = Pair::new().await;
    let service = &pair.origin.service;
    hired(service, "visal", Role::KeyAdministrator).await;
    assert_eq!(code_of(service.case_assign(&worker(None), &pair.case, to(&["visal"])).await), "input/field");
    assert_eq!(code_of(service.case_assign(&worker(None), &pair.case, to(&["nobody"])).await), "id/not-found");
    assert!(service.case_assign(&worker(None), &pair.case, to(&[])).await.unwrap().assigned.is_empty());
}

#[tokio::test]
async fn nobody_hears_of_trouble_with_an_exchange_that_is_not_theirs() {
    let pair = Pair::new().await;
    let service = &pair.origin.service;
    let [dara, maly] =
        [hired(service, "dara", Role::SocialWorker).await, hired(service, "maly", Role::SocialWorker).await];
    service.case_assign(&worker(None), &pair.case, to(&["dara"])).await.unwrap();
    pair.refer().await;
    pair.origin.pass(7 * Timestamp::DAY);
    let told = |actor: Actor| async move {
        let status = service.status(&actor).await.unwrap();
        status.troubles.iter().any(|trouble| trouble.code == "exchange/late")
    };
    assert!(told(dara).await && !told(maly).await);
}

#[tokio::test]
async fn the_list_of_all_goes_on_where_the_page_before_ended_and_shows_each_once() {
    let pair = Pair::new().await;
    let mut offered = Vec::new();
    for wait in [0, 0, 1, 5] {
        pair.origin.pass(wait);
        offered.push(pair.refer().await);
    }
    let service = &pair.origin.service;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = service.page_of_exchanges(&worker(None), after, 1);
        seen.extend(page.exchanges.into_iter().map(|line| line.id));
        let Some(next) = page.next else { break };
        after = Some(service.resolve_exchange(&next).unwrap());
    }
    assert_eq!(seen.len(), 4, "each once: {seen:?}");
    assert_eq!((&seen[0], &seen[1]), (&offered[3], &offered[2]), "newest first");
    let whole = service.exchange_list(&worker(None), None).await.unwrap();
    assert!(whole.next.is_none() && whole.exchanges.iter().map(|line| &line.id).eq(&seen));
    let rest = service.exchange_list(&worker(None), Some(&seen[1])).await.unwrap();
    assert!(rest.exchanges.iter().map(|line| &line.id).eq(&seen[2..]));
    assert!(service.exchange_list(&worker(None), Some("0000")).await.is_err());
}
