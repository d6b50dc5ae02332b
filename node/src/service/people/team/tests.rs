//! Teams, on a whole service: who comes into one sees what it has, and who leaves it no longer, at once.

use std::net::{IpAddr, Ipv4Addr};

use proptest::prelude::*;
use protocol::fixture;

use crate::{
    service::{
        Actor, ServiceError, Whose,
        people::Roles,
        testing::{Node, Pair, person, worker},
    },
    view::{AssignRequest, ChangeRoles, ChangeTeam, CreateToken, NameTeam},
};

const WORKER: &[&str] = &["social_worker"];
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn to(people: &[&str], teams: &[&str]) -> AssignRequest {
    AssignRequest { to: named(people), teams: named(teams) }
}

fn code_of<T>(result: Result<T, ServiceError>) -> &'static str {
    result.err().map_or("done", |error| error.code())
}

impl Node {
    async fn team(&self, name: &str) -> String {
        self.service.team_add(&worker(None), NameTeam { name: name.into() }).await.unwrap().id
    }

    async fn moved(&self, team: &str, join: &[&str], leave: &[&str]) {
        let ask = ChangeTeam { join: named(join), leave: named(leave) };
        self.service.team_members(&worker(None), team, ask).await.unwrap();
    }

    async fn a_case(&self) -> String {
        self.service.case_add(&worker(None), fixture::case_json("f02").unwrap()).await.unwrap().id
    }

    /// As somebody of theirs who signed in would ask, without the cost of two factors.
    fn as_signed_in(&self, name: &str) -> Actor {
        let (id, roles) = self.service.people.named(name).unwrap();
        let Actor::Person { name, through, .. } = person(Roles::NONE) else { panic!("a person") };
        Actor::Person { id, name, roles, through }
    }

    /// Whether each way to the case is open to them, and all agree.
    async fn sees(&self, actor: &Actor, case: &str) -> bool {
        let opens = self.service.case_show(actor, case).await.is_ok();
        let list = self.service.case_list(actor, None, 50).await.unwrap();
        assert_eq!(list.cases.iter().any(|one| one.id == case), opens, "the list and the page agree");
        opens
    }
}

#[tokio::test]
async fn what_a_team_has_its_people_see_and_those_who_leave_it_no_longer_also_by_a_token() {
    let node = Node::new().await;
    let (dara, maly) = (node.actor("dara", WORKER).await, node.actor("maly", WORKER).await);
    let ask = CreateToken {
        user: Some("dara".into()),
        program: None,
        name: "telephone".into(),
        roles: named(WORKER),
        days: 30,
    };
    let token = node.service.token_create(&worker(None), ask).await.unwrap().token.clone();
    let case = node.a_case().await;
    node.team("Nights").await;
    node.moved("Nights", &["dara"], &[]).await;
    assert!(!node.sees(&dara, &case).await);
    let given = node.service.case_assign(&worker(None), &case, to(&[], &["Nights"])).await.unwrap();
    assert_eq!(given.assigned, ["Nights"]);
    let (by_token, _) = node.service.token(Some(&token), HERE).await.unwrap();
    assert!(node.sees(&dara, &case).await && node.sees(&by_token, &case).await && !node.sees(&maly, &case).await);

    let node = node.restarted().await;
    assert!(node.sees(&dara, &case).await && !node.sees(&maly, &case).await);
    node.moved("Nights", &["maly"], &["dara"]).await;
    let (by_token, _) = node.service.token(Some(&token), HERE).await.unwrap();
    assert!(!node.sees(&dara, &case).await && !node.sees(&by_token, &case).await && node.sees(&maly, &case).await);
    let acts = node.acts().await;
    for act in ["team.add", "team.join", "team.leave"] {
        assert!(acts.contains(&(act.to_owned(), "done".to_owned())), "{act}");
    }
}

#[tokio::test]
async fn a_team_that_was_removed_or_lost_its_people_looks_after_nothing() {
    let node = Node::new().await;
    let dara = node.actor("dara", WORKER).await;
    let (first, second) = (node.a_case().await, node.a_case().await);
    let team = node.team("Nights").await;
    node.moved(&team, &["dara"], &[]).await;
    node.service.case_assign(&worker(None), &first, to(&[], &[&team])).await.unwrap();
    node.service.case_assign(&worker(None), &second, to(&["dara"], &[&team])).await.unwrap();
    node.moved(&team, &[], &["dara"]).await;
    assert!(!node.sees(&dara, &first).await && node.sees(&dara, &second).await, "the second is also her own");
    let assigned =
        |list: crate::view::CaseList, case: &str| list.cases.into_iter().find(|one| one.id == case).unwrap().assigned;
    let list = node.service.case_list(&worker(None), None, 50).await.unwrap();
    assert!(assigned(list, &first).is_empty(), "nobody is in the team");
    node.moved(&team, &["dara"], &[]).await;
    assert!(node.sees(&dara, &first).await);

    node.service.team_remove(&worker(None), &team).await.unwrap();
    assert!(!node.sees(&dara, &first).await && node.sees(&dara, &second).await);
    let node = node.restarted().await;
    assert!(!node.sees(&dara, &first).await && node.sees(&dara, &second).await);
    assert_eq!(code_of(node.service.case_assign(&worker(None), &first, to(&[], &[&team])).await), "id/not-found");
    node.team("Nights").await;
    assert!(!node.sees(&dara, &first).await, "another team of that name is another team");
}

#[tokio::test]
async fn whoever_is_removed_or_has_no_more_to_do_with_cases_is_in_no_team() {
    let node = Node::new().await;
    let dara = node.actor("dara", WORKER).await;
    node.enrolled("maly", WORKER).await;
    let case = node.a_case().await;
    node.team("Nights").await;
    node.moved("Nights", &["dara", "maly"], &[]).await;
    node.service.case_assign(&worker(None), &case, to(&[], &["Nights"])).await.unwrap();
    for roles in [&["auditor"][..], WORKER] {
        let ask = ChangeRoles { roles: named(roles) };
        node.service.change_roles(&worker(None), "dara", ask).await.unwrap();
    }
    assert!(!node.sees(&dara, &case).await, "the role came back, the team did not");
    node.service.remove_person(&worker(None), "maly").await.unwrap();
    let team = &node.service.teams(&worker(None)).await.unwrap().teams[0];
    assert!(team.members.is_empty());
    let list = node.service.case_list(&worker(None), None, 50).await.unwrap();
    assert!(list.cases[0].assigned.is_empty());
    node.enrolled("visal", &["key_administrator"]).await;
    let ask = ChangeTeam { join: named(&["visal"]), leave: Vec::new() };
    assert_eq!(code_of(node.service.team_members(&worker(None), "Nights", ask).await), "input/field");
}

#[tokio::test]
async fn a_name_is_one_teams_and_a_team_is_found_by_name_or_id() {
    let node = Node::new().await;
    let id = node.team("Nights").await;
    let add = |name: &str| NameTeam { name: name.into() };
    for taken in ["nights", " Nights ", "", &"n".repeat(61)] {
        assert_eq!(code_of(node.service.team_add(&worker(None), add(taken)).await), "input/field", "{taken:?}");
    }
    node.service.team_rename(&worker(None), &id[..8], add("NIGHTS")).await.unwrap();
    node.service.team_rename(&worker(None), "NIGHTS", add("យប់")).await.unwrap();
    let node = node.restarted().await;
    assert_eq!(node.service.teams(&worker(None)).await.unwrap().teams[0].name, "យប់");
    assert_eq!(code_of(node.service.team_remove(&worker(None), "Nights").await), "id/not-found");
}

#[tokio::test]
async fn an_offer_for_a_team_is_the_teams_and_everybodys_again_when_nobody_is_left_in_it() {
    let pair = Pair::new().await;
    let (node, id) = (&pair.shelter, pair.refer().await);
    pair.settle().await;
    let (dara, maly) = (node.actor("dara", WORKER).await, node.actor("maly", WORKER).await);
    node.team("Nights").await;
    node.moved("Nights", &["dara"], &[]).await;
    node.service.exchange_assign(&worker(None), &id, to(&[], &["Nights"])).await.unwrap();
    let counts = async |actor: &Actor| {
        let shown = |whose| node.service.inbox_of(actor, whose);
        let [all, mine, team] = [Whose::All, Whose::Mine, Whose::Team].map(shown);
        let (all, mine, team) = (all.await.unwrap(), mine.await.unwrap(), team.await.unwrap());
        let waiting = usize::try_from(node.service.waiting_for(actor).unwrap()).unwrap();
        [waiting, all.exchanges.len(), mine.exchanges.len(), team.exchanges.len()]
    };
    assert_eq!((counts(&dara).await, counts(&maly).await), ([1, 1, 0, 1], [0, 0, 0, 0]));
    assert_eq!(code_of(node.service.accept(&maly, &id).await), "person/not-assigned");
    node.moved("Nights", &[], &["dara"]).await;
    assert_eq!((counts(&dara).await, counts(&maly).await), ([1, 1, 0, 0], [1, 1, 0, 0]));
    let carried = node.service.carriers(&worker(None)).await.unwrap();
    assert_eq!((carried.unassigned, carried.teams[0].open), (1, 1));
    node.service.accept(&maly, &id).await.unwrap();
    assert_eq!(counts(&maly).await, [0, 1, 1, 0]);
}

#[tokio::test]
async fn whoever_accepts_says_who_looks_after_the_child_of_teams_their_own_only() {
    let pair = Pair::new().await;
    let node = &pair.shelter;
    let (dara, maly) = (node.actor("dara", WORKER).await, node.actor("maly", WORKER).await);
    node.team("Nights").await;
    node.team("Days").await;
    node.moved("Nights", &["dara"], &[]).await;
    let names = |list: Vec<crate::view::TeamPerson>| list.into_iter().map(|one| one.name).collect::<Vec<_>>();
    let others = node.service.colleagues(&dara).await.unwrap();
    assert_eq!((names(others.teams), others.people.len()), (named(&["Nights"]), 1));
    for (whom, by_dara, by_maly) in [
        (to(&[], &["Nights"]), true, false),
        (to(&["maly"], &[]), false, true),
        (to(&["dara"], &["Nights"]), true, false),
        (to(&[], &[]), true, false),
    ] {
        let id = pair.refer().await;
        pair.settle().await;
        assert_eq!(code_of(node.service.accept_for(&dara, &id, to(&[], &["Days"])).await), "input/field");
        node.service.accept_for(&dara, &id, whom.clone()).await.unwrap();
        pair.settle().await;
        let sees = (
            node.service.exchange_show(&dara, &id).await.is_ok(),
            node.service.exchange_show(&maly, &id).await.is_ok(),
        );
        assert_eq!(sees, (by_dara, by_maly), "{whom:?}");
        node.service
            .give_back(&worker(None), &id, crate::view::ReasonRequest { reason: "no_capacity".into(), text: None })
            .await
            .unwrap();
        pair.settle().await;
    }
}

/// Something that changes who sees what.
#[derive(Clone, Debug)]
enum Step {
    Assign { case: usize, people: Vec<usize>, teams: Vec<usize> },
    Join { team: usize, person: usize },
    Leave { team: usize, person: usize },
    RemoveTeam(usize),
    RemovePerson(usize),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let some = || prop::collection::vec(0..3_usize, 0..3);
    prop_oneof![
        4 => (0..2_usize, some(), some()).prop_map(|(case, people, teams)| Step::Assign { case, people, teams }),
        4 => (0..3_usize, 0..3_usize).prop_map(|(team, person)| Step::Join { team, person }),
        3 => (0..3_usize, 0..3_usize).prop_map(|(team, person)| Step::Leave { team, person }),
        1 => (0..3_usize).prop_map(Step::RemoveTeam),
        1 => (0..3_usize).prop_map(Step::RemovePerson),
        1 => Just(Step::Restart),
    ]
}

/// What stands written down, the plainest way.
#[derive(Default)]
struct Model {
    has: [(Vec<usize>, Vec<usize>); 2],
    members: [Vec<usize>; 3],
    no_team: [bool; 3],
    no_person: [bool; 3],
}

impl Model {
    fn sees(&self, person: usize, case: usize) -> bool {
        let (people, teams) = &self.has[case];
        let by_team = teams.iter().any(|team| !self.no_team[*team] && self.members[*team].contains(&person));
        !self.no_person[person] && (people.contains(&person) || by_team)
    }
}

const PEOPLE: [&str; 3] = ["dara", "maly", "rattana"];
const TEAMS: [&str; 3] = ["Nights", "Days", "Poipet"];

/// Takes the step at the node, and in the model if it was taken.
async fn take(node: Node, model: &mut Model, cases: &[String], step: &Step) -> Node {
    let staff = worker(None);
    let service = &node.service;
    match step {
        Step::Assign { case, people, teams } => {
            let names = |all: &[&'static str; 3], some: &[usize]| some.iter().map(|at| all[*at]).collect::<Vec<_>>();
            let ask = to(&names(&PEOPLE, people), &names(&TEAMS, teams));
            if service.case_assign(&staff, &cases[*case], ask).await.is_ok() {
                model.has[*case] = (people.clone(), teams.clone());
            }
        }
        Step::Join { team, person } => {
            let ask = ChangeTeam { join: named(&[PEOPLE[*person]]), leave: Vec::new() };
            if service.team_members(&staff, TEAMS[*team], ask).await.is_ok() {
                model.members[*team].push(*person);
            }
        }
        Step::Leave { team, person } => {
            let ask = ChangeTeam { join: Vec::new(), leave: named(&[PEOPLE[*person]]) };
            if service.team_members(&staff, TEAMS[*team], ask).await.is_ok() {
                model.members[*team].retain(|one| one != person);
            }
        }
        Step::RemoveTeam(team) => model.no_team[*team] |= service.team_remove(&staff, TEAMS[*team]).await.is_ok(),
        Step::RemovePerson(person) => {
            model.no_person[*person] |= service.remove_person(&staff, PEOPLE[*person]).await.is_ok();
        }
        Step::Restart => return node.restarted().await,
    }
    node
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_person_sees_what_they_or_a_team_of_theirs_have_and_nothing_else(
        steps in prop::collection::vec(step(), 1..24),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut node = Node::new().await;
            let mut actors = Vec::new();
            for name in PEOPLE {
                drop(node.invited(name, WORKER).await);
                actors.push(node.as_signed_in(name));
            }
            for name in TEAMS {
                node.team(name).await;
            }
            let cases = [node.a_case().await, node.a_case().await];
            let mut model = Model::default();
            for step in &steps {
                node = take(node, &mut model, &cases, step).await;
                for (person, actor) in actors.iter().enumerate() {
                    for (at, case) in cases.iter().enumerate() {
                        let sees = node.sees(actor, case).await;
                        assert_eq!(sees, model.sees(person, at), "{} and case {at} after {step:?}", PEOPLE[person]);
                    }
                }
            }
        });
    }
}
