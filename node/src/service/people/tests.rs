//! People from invitation to removal, on a whole service.

use std::net::{IpAddr, Ipv4Addr};

use keys::Timestamp;
use zeroize::Zeroizing;

use super::{CodeSecret, Enrol, InviteToken, NewSession, Passphrase, PersonId, SessionToken, SignIn};
use crate::{
    service::{
        Actor, ServiceError,
        testing::{Node, worker},
    },
    view::{ChangeRoles, InviteRequest},
};

pub(super) const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));
pub(in crate::service) const WORDS: &str = "three rivers meet here";

pub(in crate::service) fn codes(roles: &[&str]) -> Vec<String> {
    roles.iter().map(|role| (*role).to_owned()).collect()
}

pub(super) fn request(sign_in: &str, roles: &[&str]) -> InviteRequest {
    InviteRequest { name: "សុខ ដារា".into(), sign_in: sign_in.into(), roles: codes(roles) }
}

impl Node {
    pub(in crate::service) async fn invited(&self, sign_in: &str, roles: &[&str]) -> InviteToken {
        let invitation = self.service.invite(&worker(None), request(sign_in, roles)).await.unwrap();
        invitation.token.parse().unwrap()
    }

    pub(super) fn id(&self, sign_in: &str) -> PersonId {
        self.service.people.resolve(sign_in).unwrap().0
    }

    /// What the person's telephone shows so many seconds from now.
    pub(in crate::service) fn code(&self, sign_in: &str, later: u64) -> String {
        telephone(sign_in).code_at(Timestamp(self.service.world.now().0 + later))
    }

    pub(in crate::service) async fn enrolled(&self, sign_in: &str, roles: &[&str]) -> NewSession {
        let token = self.invited(sign_in, roles).await;
        let code = self.code(sign_in, 0);
        let session = self.service.enrol(&token, enrol(sign_in, WORDS, &code)).await.unwrap();
        // The next code is another one.
        self.pass(30);
        session
    }

    pub(in crate::service) async fn actor(&self, sign_in: &str, roles: &[&str]) -> Actor {
        let token = self.enrolled(sign_in, roles).await.token;
        self.service.session(&token).await.unwrap()
    }

    pub(super) async fn signs_in(
        &self,
        name: &str,
        words: &str,
        code: &str,
        from: IpAddr,
    ) -> Result<NewSession, ServiceError> {
        let ask = SignIn {
            name: name.into(),
            passphrase: Passphrase::from(words.to_owned()),
            code: Zeroizing::new(code.into()),
            from,
            shared_computer: false,
        };
        self.service.sign_in(ask).await
    }

    async fn signed_in(&self, token: &SessionToken) -> bool {
        self.service.session(token).await.is_ok()
    }
}

/// Each person has one of their own.
fn telephone(sign_in: &str) -> CodeSecret {
    let letters: String = sign_in.to_ascii_uppercase().chars().cycle().take(32).collect();
    letters.parse().unwrap()
}

pub(in crate::service) fn enrol(sign_in: &str, words: &str, code: &str) -> Enrol {
    Enrol {
        codes: telephone(sign_in),
        passphrase: Passphrase::from(words.to_owned()),
        code: Zeroizing::new(code.into()),
        from: HERE,
        shared_computer: false,
    }
}

pub(in crate::service) fn code_of<T>(result: Result<T, ServiceError>) -> &'static str {
    result.err().map_or("done", |error| error.code())
}

#[tokio::test]
async fn an_invited_person_enrols_once_and_signs_in_with_both_factors() {
    let node = Node::new().await;
    let token = node.invited("dara", &["social_worker"]).await;
    let page = node.service.invitation(&token, None).await.unwrap();
    assert_eq!((page.name.as_str(), page.sign_in.as_str(), page.roles.len()), ("សុខ ដារា", "dara", 1));
    let another = node.service.invitation(&token, None).await.unwrap();
    assert_ne!(another.secret, page.secret, "who else saw the page knows nothing of the telephone");
    let again = node.service.invitation(&token, page.secret.parse().ok()).await.unwrap();
    assert_eq!(again.secret, page.secret, "the page that comes back is the one that was scanned");
    assert!(page.uri.starts_with("otpauth://totp/CMO%20Poipet:dara?secret=") && page.uri.contains(&page.secret));

    let code = node.code("dara", 0);
    assert_eq!(code_of(node.service.enrol(&token, enrol("dara", "too short", &code)).await), "input/field");
    assert_eq!(code_of(node.service.enrol(&token, enrol("dara", WORDS, "000000")).await), "input/field");
    let first = node.service.enrol(&token, enrol("dara", WORDS, &code)).await.unwrap();
    let Actor::Person { id, name, .. } = node.service.session(&first.token).await.unwrap() else { panic!("a person") };
    assert_eq!((id, name.as_str()), (node.id("dara"), "សុខ ដារា"));
    assert_eq!(code_of(node.service.invitation(&token, None).await), "person/invitation-over");
    assert_eq!(code_of(node.service.enrol(&token, enrol("dara", WORDS, &code)).await), "person/invitation-over");

    node.pass(30);
    let code = node.code("dara", 0);
    let second = node.signs_in(" Dara ", WORDS, &code, HERE).await.unwrap();
    assert!(node.signed_in(&second.token).await && node.signed_in(&first.token).await);
    let acts: Vec<String> = node.acts().await.into_iter().map(|(act, outcome)| format!("{act} {outcome}")).collect();
    let looks = ["person.invitation done"; 3];
    let expected = [&["person.invite done"][..], &looks, &["person.enrol done", "person.sign-in done"]].concat();
    assert_eq!(acts, expected);
}

#[tokio::test]
async fn an_invitation_is_good_for_a_day_and_a_newer_one_or_removal_voids_it() {
    let node = Node::new().await;
    let token = node.invited("dara", &["auditor"]).await;
    node.pass(Timestamp::DAY - 1);
    assert!(node.service.invitation(&token, None).await.is_ok());
    node.pass(1);
    assert_eq!(code_of(node.service.invitation(&token, None).await), "person/invitation-over");
    let another = InviteRequest { name: "Kong Dara".into(), ..request("dara", &["auditor"]) };
    assert_eq!(code_of(node.service.invite(&worker(None), another).await), "person/name-taken", "another person");
    let newer = node.invited("dara", &["auditor"]).await;
    let newest = node.invited("dara", &["supervisor"]).await;
    assert_eq!(code_of(node.service.invitation(&newer, None).await), "person/invitation-over");
    assert_eq!(node.service.invitation(&newest, None).await.unwrap().roles, codes(&["supervisor"]));
    assert_eq!(node.service.people(&worker(None)).await.unwrap().len(), 1, "one person, invited three times");
    node.service.remove_person(&worker(None), "dara").await.unwrap();
    assert_eq!(code_of(node.service.invitation(&newest, None).await), "person/invitation-over");
}

#[tokio::test]
async fn of_two_who_come_with_one_token_at_once_one_enrols() {
    let node = Node::new().await;
    let token = node.invited("dara", &["auditor"]).await;
    let code = node.code("dara", 0);
    let (one, other) = tokio::join!(
        node.service.enrol(&token, enrol("dara", WORDS, &code)),
        node.service.enrol(&token, enrol("dara", "another person's words", &code))
    );
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
}

#[tokio::test]
async fn every_failed_sign_in_gives_the_same_words_and_leaves_the_same_mark() {
    let node = Node::new().await;
    node.enrolled("dara", &["social_worker"]).await;
    node.invited("maly", &["social_worker"]).await;
    let (code, malys) = (node.code("dara", 0), node.code("maly", 0));
    let wrong = [
        ("dara", "three rivers meet there", code.as_str()),
        ("dara", WORDS, "000000"),
        ("dara", "", ""),
        ("nobody", WORDS, &code),
        ("សុខ ដារា", WORDS, &code),
        ("maly", WORDS, &malys),
    ];
    let before = node.acts().await.len();
    let mut said = Vec::new();
    for (at, (name, words, code)) in (1..).zip(wrong) {
        let from = IpAddr::V4(Ipv4Addr::new(198, 51, 100, at));
        let error = node.signs_in(name, words, code, from).await.unwrap_err();
        said.push(serde_json::to_string(&error.problem()).unwrap());
    }
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
    let acts = node.acts().await.split_off(before);
    assert_eq!(acts.len(), wrong.len());
    assert!(acts.iter().all(|act| *act == ("person.sign-in".into(), "refused: person/sign-in-failed".into())));
    assert!(node.signs_in("dara", WORDS, &code, HERE).await.is_ok());
}

#[tokio::test]
async fn a_code_opens_once_also_at_the_same_moment() {
    let node = Node::new().await;
    node.enrolled("dara", &["social_worker"]).await;
    let code = node.code("dara", 0);
    let (one, other) =
        tokio::join!(node.signs_in("dara", WORDS, &code, HERE), node.signs_in("dara", WORDS, &code, ELSEWHERE));
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
    assert_eq!(code_of(node.signs_in("dara", WORDS, &code, HERE).await), "person/sign-in-failed");
    let (earlier, next) = (node.code("dara", 0), node.code("dara", 30));
    assert!(node.signs_in("dara", WORDS, &next, HERE).await.is_ok());
    assert_eq!(code_of(node.signs_in("dara", WORDS, &earlier, HERE).await), "person/sign-in-failed", "an older one");
    let restarted = node.restarted().await;
    assert_eq!(code_of(restarted.signs_in("dara", WORDS, &next, HERE).await), "person/sign-in-failed");
}

#[tokio::test]
async fn guessing_from_elsewhere_waits_and_locks_nobody_out() {
    let node = Node::new().await;
    node.enrolled("dara", &["social_worker"]).await;
    let mut waits = [0, 0];
    for (at, name) in ["dara", "nobody"].into_iter().enumerate() {
        for _ in 0..10 {
            waits[at] += usize::from(
                code_of(node.signs_in(name, "guess guess guess", "123456", ELSEWHERE).await) == "person/too-soon",
            );
        }
    }
    assert_eq!(waits, [7, 7], "a name that nobody has waits alike");
    let code = node.code("dara", 0);
    assert_eq!(code_of(node.signs_in("dara", WORDS, &code, ELSEWHERE).await), "person/too-soon");
    assert!(node.signs_in("dara", WORDS, &code, HERE).await.is_ok());
}

#[tokio::test]
async fn a_name_with_spaces_behind_it_is_no_new_name_to_guess_at() {
    let node = Node::new().await;
    node.enrolled("dara", &["social_worker"]).await;
    let mut through = 0;
    for n in 0..10 {
        let padded = format!("dara{}{}x", " ".repeat(n), "\u{a0}".repeat(70 - n));
        let answer = code_of(node.signs_in(&padded, "guess guess guess", "123456", ELSEWHERE).await);
        through += usize::from(answer != "person/too-soon");
    }
    assert_eq!(through, 3);
}

#[tokio::test]
async fn sign_ins_that_wait_leave_a_hand_to_peers_and_pages() {
    let node = Node::new().await;
    let turn = node.service.people.stretching.acquire().await.unwrap();
    let service = std::sync::Arc::clone(&node.service);
    let waits = tokio::spawn(async move {
        let ask = SignIn {
            name: "nobody".into(),
            passphrase: Passphrase::from(WORDS.to_owned()),
            code: Zeroizing::new("123456".into()),
            from: ELSEWHERE,
            shared_computer: false,
        };
        code_of(service.sign_in(ask).await)
    });
    for _ in 0..20 {
        tokio::task::yield_now().await;
        assert_eq!(node.service.hands.run(|| 7).await.unwrap(), 7);
    }
    assert!(!waits.is_finished());
    drop(turn);
    assert_eq!(waits.await.unwrap(), "person/sign-in-failed");
}

#[tokio::test]
async fn removing_a_person_signs_them_out_at_once_and_destroys_what_they_were_known_by() {
    let node = Node::new().await;
    let token = node.enrolled("dara", &["social_worker"]).await.token;
    let (id, code) = (node.id("dara"), node.code("dara", 0));
    node.service.remove_person(&worker(None), "dara").await.unwrap();
    assert_eq!(code_of(node.service.session(&token).await), "person/session-ended");
    assert_eq!(code_of(node.signs_in("dara", WORDS, &code, HERE).await), "person/sign-in-failed");
    assert!(node.service.vault.was_erased(&id.owner()).await.unwrap());
    assert!(node.service.credential(id).await.unwrap().is_none());
    let node = node.restarted().await;
    assert!(node.service.people(&worker(None)).await.unwrap().is_empty());
    node.invited("dara", &["auditor"]).await;
    assert_ne!(node.id("dara"), id, "the name is free, for another person");
}

#[tokio::test]
async fn after_a_restart_people_are_known_and_nobody_is_signed_in() {
    let node = Node::new().await;
    let token = node.enrolled("dara", &["social_worker"]).await.token;
    let before = node.service.people(&worker(None)).await.unwrap();
    let node = node.restarted().await;
    assert!(!node.signed_in(&token).await);
    let after = node.service.people(&worker(None)).await.unwrap();
    assert_eq!((after[0].id.clone(), after[0].signed_in), (before[0].id.clone(), before[0].signed_in));
    assert_eq!((before[0].sessions, after[0].sessions), (1, 0));
    let code = node.code("dara", 0);
    assert!(node.signs_in("dara", WORDS, &code, HERE).await.is_ok());
}

#[tokio::test]
async fn ones_own_sessions_are_listed_and_ended_one_by_one_and_another_persons_are_not() {
    let node = Node::new().await;
    let first = node.enrolled("dara", &["social_worker"]).await.token;
    let second = node.signs_in("dara", WORDS, &node.code("dara", 0), ELSEWHERE).await.unwrap();
    let maly = node.actor("maly", &["social_worker"]).await;
    let dara = node.service.session(&first).await.unwrap();
    let own = node.service.sessions(&dara).await.unwrap();
    assert_eq!(own.iter().map(|session| session.this).collect::<Vec<_>>(), [false, true]);
    let other = second.session.id.to_string();
    assert_eq!(code_of(node.service.end_session(&maly, &other).await), "id/not-found");
    node.service.end_session(&dara, &other).await.unwrap();
    assert!(!node.signed_in(&second.token).await && node.signed_in(&first).await);
    node.service.sign_out(&dara).await.unwrap();
    assert!(!node.signed_in(&first).await);
    assert_eq!(code_of(node.service.sign_out(&worker(None)).await), "id/not-found", "the socket has no session");
    assert_eq!(node.service.end_sessions_of(&worker(None), "maly").await.unwrap().ended, 1);
    assert_eq!(node.service.person_sessions(&worker(None), "maly").await.unwrap().len(), 0);
}

#[tokio::test]
async fn keys_and_cases_stay_apart_and_new_roles_count_at_once() {
    let node = Node::new().await;
    let both = ["key_administrator", "social_worker"];
    assert_eq!(code_of(node.service.invite(&worker(None), request("dara", &both)).await), "person/roles-apart");
    for roles in [&[][..], &["root"]] {
        assert_eq!(code_of(node.service.invite(&worker(None), request("dara", roles)).await), "input/field");
    }
    let token = node.enrolled("dara", &["social_worker"]).await.token;
    assert_eq!(code_of(node.service.invite(&worker(None), request("Dara", &["auditor"])).await), "person/name-taken");
    let change = |roles: &[&str]| ChangeRoles { roles: codes(roles) };
    let changed = node.service.change_roles(&worker(None), "dara", change(&both)).await;
    assert_eq!(code_of(changed), "person/roles-apart");
    node.service.change_roles(&worker(None), "dara", change(&["auditor"])).await.unwrap();
    let Actor::Person { roles, .. } = node.service.session(&token).await.unwrap() else { panic!("a person") };
    assert_eq!(roles.codes(), codes(&["auditor"]));
    let node = node.restarted().await;
    assert_eq!(node.service.people(&worker(None)).await.unwrap()[0].roles, codes(&["auditor"]));
}

#[tokio::test]
async fn an_administrator_changes_others_and_never_themselves() {
    let node = Node::new().await;
    let chief = node.actor("sophea", &["key_administrator"]).await;
    node.enrolled("dara", &["social_worker"]).await;
    let auditor = ChangeRoles { roles: codes(&["auditor", "supervisor"]) };
    let own = node.service.change_roles(&chief, "sophea", auditor.clone()).await;
    assert_eq!(code_of(own), "person/not-allowed");
    assert_eq!(code_of(node.service.remove_person(&chief, "sophea").await), "person/not-allowed");
    assert!(node.service.change_roles(&chief, "dara", auditor).await.is_ok());
    assert!(node.service.remove_person(&chief, "dara").await.is_ok());
    let refused = ("person.roles".to_owned(), "refused: person/not-allowed".to_owned());
    assert!(node.acts().await.contains(&refused));
}

#[tokio::test]
async fn a_person_is_named_by_sign_in_name_or_the_beginning_of_an_id() {
    let node = Node::new().await;
    node.enrolled("dara", &["social_worker"]).await;
    let id = node.id("dara");
    for name in ["dara", "DARA", &id.to_string(), &id.to_string()[..8]] {
        assert_eq!(node.service.people.resolve(name).map(|(id, _)| id).ok(), Some(id), "{name}");
    }
    for name in ["", "dar", "darap", "សុខ", &id.to_string()[..3]] {
        assert_eq!(code_of(node.service.people.resolve(name)), "id/not-found", "{name}");
    }
}
