//! Tokens from making to revoking, on a whole service.

use std::net::{IpAddr, Ipv4Addr};

use keys::Timestamp;
use serde_json::json;

use super::{Begun, End, RepeatKey, TokenId};
use crate::{
    service::{
        Actor, ServiceError,
        people::tests::{WORDS, code_of, codes, enrol},
        testing::{Node, worker},
    },
    view::{AssignRequest, ChangeRoles, CreateToken, NewToken},
};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

fn ask(user: Option<&str>, program: Option<&str>, roles: &[&str]) -> CreateToken {
    let text = |text: &str| text.to_owned();
    CreateToken {
        user: user.map(text),
        program: program.map(text),
        name: "Import".into(),
        roles: codes(roles),
        days: 30,
    }
}

impl Node {
    async fn program(&self, name: &str, roles: &[&str]) -> NewToken {
        self.service.token_create(&worker(None), ask(None, Some(name), roles)).await.unwrap()
    }

    async fn users(&self, name: &str, roles: &[&str]) -> Result<NewToken, ServiceError> {
        self.service.token_create(&worker(None), ask(Some(name), None, roles)).await
    }

    async fn asks(&self, token: &NewToken) -> Result<(Actor, TokenId), ServiceError> {
        self.service.token(Some(&token.token), HERE).await
    }
}

fn a_case() -> serde_json::Value {
    json!({ "identity": {
        "name": { "latin": { "family": "Tonle", "given": "Sokha" } },
        "sex": "male", "languages": ["km"],
        "age_estimate": { "years": 13, "as_of": "2026-05-28", "plus_minus": 1 },
    } })
}

#[tokio::test]
async fn a_token_opens_until_it_ends_or_is_revoked_and_also_after_a_restart() {
    let node = Node::new().await;
    let token = node.program("importer", &["social_worker"]).await;
    let (actor, _) = node.asks(&token).await.unwrap();
    assert!(matches!(&actor, Actor::Program { name, .. } if name.as_str() == "importer"));
    let node = node.restarted().await;
    assert!(node.asks(&token).await.is_ok(), "a restart keeps it");
    let listed = node.service.token_list(&worker(None)).await.unwrap().tokens;
    let today = Timestamp(node.service.world.now().0 / Timestamp::DAY * Timestamp::DAY);
    assert_eq!((listed.len(), listed[0].used), (1, Some(today)));
    node.pass(30 * Timestamp::DAY);
    assert_eq!(code_of(node.asks(&token).await), "token/not-good");
    assert!(node.service.token_list(&worker(None)).await.unwrap().tokens[0].over);

    let again = node.program("importer", &["social_worker"]).await;
    assert!(node.asks(&again).await.is_ok());
    assert_eq!(node.service.token_list(&worker(None)).await.unwrap().tokens.len(), 1, "the old one is cleared away");
    node.service.token_revoke(&worker(None), &again.id).await.unwrap();
    assert_eq!(code_of(node.asks(&again).await), "token/not-good");
    let node = node.restarted().await;
    assert_eq!(code_of(node.asks(&again).await), "token/not-good");
    let acts = node.acts().await;
    for act in ["token.create", "token.revoke"] {
        assert!(acts.iter().any(|(action, outcome)| action == act && outcome == "done"), "{act} in {acts:?}");
    }
}

#[tokio::test]
async fn a_persons_token_never_opens_more_than_the_person_may_now() {
    let node = Node::new().await;
    node.enrolled("dara", &["social_worker", "supervisor"]).await;
    assert_eq!(code_of(node.users("dara", &["auditor"]).await), "input/field", "not Dara's role");
    assert_eq!(code_of(node.users("nobody", &["auditor"]).await), "id/not-found");
    node.invited("maly", &["auditor"]).await;
    assert_eq!(code_of(node.users("maly", &["auditor"]).await), "input/field", "Maly has not enrolled");
    let token = node.users("dara", &["supervisor"]).await.unwrap();
    let (actor, _) = node.asks(&token).await.unwrap();
    assert!(node.service.case_list(&actor, None, 10).await.is_ok());
    assert_eq!(code_of(node.service.audit_verify(&actor).await), "person/not-allowed");

    let roles = ChangeRoles { roles: codes(&["social_worker"]) };
    node.service.change_roles(&worker(None), "dara", roles).await.unwrap();
    let (actor, _) = node.asks(&token).await.unwrap();
    assert_eq!(code_of(node.service.case_list(&actor, None, 10).await), "person/not-allowed", "the role is gone");

    node.service.remove_person(&worker(None), "dara").await.unwrap();
    assert_eq!(code_of(node.asks(&token).await), "token/not-good");
    let node = node.restarted().await;
    assert_eq!(code_of(node.asks(&token).await), "token/not-good");
    assert!(node.service.token_list(&worker(None)).await.unwrap().tokens.is_empty());
}

#[tokio::test]
async fn whoever_is_let_in_anew_has_no_token_of_before() {
    let node = Node::new().await;
    node.enrolled("dara", &["social_worker"]).await;
    let (token, other) =
        (node.users("dara", &["social_worker"]).await.unwrap(), node.program("importer", &["auditor"]).await);
    let anew = node.service.recover_person(&worker(None), "dara").await.unwrap();
    assert_eq!(code_of(node.asks(&token).await), "token/not-good");
    let code = node.code("dara", 0);
    node.service.enrol(&anew.token.parse().unwrap(), enrol("dara", WORDS, &code)).await.unwrap();
    assert_eq!(code_of(node.asks(&token).await), "token/not-good", "not after enrolling either");
    let node = node.restarted().await;
    assert_eq!(code_of(node.asks(&token).await), "token/not-good");
    assert!(node.asks(&other).await.is_ok(), "control: others keep theirs");
}

#[tokio::test]
async fn only_the_operator_makes_tokens_and_key_administrators_revoke_them() {
    let node = Node::new().await;
    let keys = node.actor("sophea", &["key_administrator"]).await;
    let theirs = node.program("importer", &["social_worker"]).await;
    let program = node.asks(&theirs).await.unwrap().0;
    for who in [&keys, &program] {
        let another = ask(None, Some("importer"), &["social_worker"]);
        assert_eq!(code_of(node.service.token_create(who, another).await), "person/not-allowed");
    }
    assert_eq!(code_of(node.service.token_list(&program).await), "person/not-allowed");
    let refused = node.service.token_create(&worker(None), ask(None, Some("importer"), &["key_administrator"])).await;
    assert_eq!(code_of(refused), "input/field", "keys take a person");
    for ask in
        [ask(None, None, &["auditor"]), ask(Some("sophea"), Some("importer"), &["auditor"]), ask(None, Some("x"), &[])]
    {
        assert_eq!(code_of(node.service.token_create(&worker(None), ask).await), "input/field");
    }
    assert_eq!(node.service.token_list(&keys).await.unwrap().tokens.len(), 1);
    assert_eq!(code_of(node.service.token_revoke(&keys, "0000").await), "id/not-found");
    node.service.token_revoke(&keys, &theirs.id).await.unwrap();
    assert_eq!(code_of(node.asks(&theirs).await), "token/not-good");
}

#[tokio::test]
async fn a_program_sees_what_it_added_or_was_assigned_and_no_more() {
    let node = Node::new().await;
    let others = node.service.case_add(&worker(None), a_case()).await.unwrap();
    let program = node.asks(&node.program("importer", &["social_worker"]).await).await.unwrap().0;
    assert_eq!(code_of(node.service.case_show(&program, &others.id).await), "person/not-assigned");
    assert!(node.service.case_list(&program, None, 10).await.unwrap().cases.is_empty());
    let own = node.service.case_add(&program, a_case()).await.unwrap();
    assert!(node.service.case_show(&program, &own.id).await.is_ok());
    let to = AssignRequest { to: vec!["importer".into()], teams: Vec::new() };
    let assigned = node.service.case_assign(&worker(None), &others.id, to).await.unwrap();
    assert_eq!(assigned.assigned, ["importer"]);
    assert!(node.service.case_show(&program, &others.id).await.is_ok());
    let node = node.restarted().await;
    let program = node.asks(&node.program("importer", &["social_worker"]).await).await.unwrap().0;
    assert!(node.service.case_show(&program, &own.id).await.is_ok(), "its next token is the same program's");
    let ask = crate::view::OpenRequest { reason: "there is nobody here tonight".into() };
    assert_eq!(code_of(node.service.case_break_glass(&program, &own.id, ask).await), "person/not-allowed");
}

#[tokio::test]
async fn wrong_tokens_are_slowed_down_and_a_right_one_never_waits_for_them() {
    let node = Node::new().await;
    let token = node.program("importer", &["auditor"]).await;
    let wrong = "A".repeat(43);
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(code_of(node.service.token(Some(&wrong), HERE).await));
    }
    assert_eq!((seen[0], seen[5]), ("token/not-good", "person/too-soon"));
    assert!(node.asks(&token).await.is_ok());
    assert_eq!(code_of(node.service.token(None, HERE).await), "token/not-good");
    let through = {
        let mut through = 0;
        while node.asks(&token).await.is_ok() {
            through += 1;
        }
        through
    };
    assert!((190..=200).contains(&through), "20 a second, ten seconds saved up: {through}");
    assert_eq!(code_of(node.asks(&token).await), "token/too-often");
    node.pass(1);
    assert!(node.asks(&token).await.is_ok());
}

#[tokio::test]
async fn what_was_done_once_is_answered_again_and_what_broke_off_is_not_done_twice() {
    let node = Node::new().await;
    let token = node.program("importer", &["social_worker"]).await;
    let key: RepeatKey = "7c1f".parse().unwrap();
    let who = node.asks(&token).await.unwrap();
    let begin = async |node: &Node, key, body: &[u8]| {
        node.service.repeat_begin((&who.0, who.1), key, &[b"POST", b"/cases", body]).await
    };
    let Ok(Begun::First(begun)) = begin(&node, key, b"{}").await else { panic!("the first") };
    assert_eq!(begin(&node, key, b"{}").await.err().unwrap().code(), "repeat/not-known");
    assert_eq!(begin(&node, key, b"[]").await.err().unwrap().code(), "repeat/otherwise");
    node.service.repeat_end(begun, End::Done(b"answer".to_vec())).await.unwrap();
    let node = node.restarted().await;
    let Ok(Begun::Before(answer)) = begin(&node, key, b"{}").await else { panic!("done before") };
    assert_eq!(answer, b"answer");

    let other: RepeatKey = "7c20".parse().unwrap();
    let Ok(Begun::First(begun)) = begin(&node, other, b"{}").await else { panic!("the first") };
    node.service.repeat_end(begun, End::Refused).await.unwrap();
    let Ok(Begun::First(broken)) = begin(&node, other, b"{}").await else { panic!("nothing was done") };
    drop(broken);
    let node = node.restarted().await;
    assert_eq!(begin(&node, other, b"{}").await.err().unwrap().code(), "repeat/not-known");
    node.pass(Timestamp::DAY);
    assert!(matches!(begin(&node, other, b"{}").await, Ok(Begun::First(_))), "a day later it is a new one");
    for wrong in ["", "a b", "é", &"x".repeat(65)] {
        assert!(wrong.parse::<RepeatKey>().is_err(), "{wrong:?}");
    }
}
