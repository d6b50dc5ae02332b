//! Passkeys on a whole service, with devices that tell the truth and devices that do not.

use std::net::IpAddr;

use super::{Asked, MOST, NewPasskey, PasskeySignIn, testing::Device};
use crate::service::{
    Actor, ServiceError,
    people::{
        CodeSecret, InviteToken, NewPassphrase, NewSession,
        tests::{HERE, WORDS, code_of},
    },
    testing::{Node, worker},
};

fn answer(asked: Asked, answer: String, name: &str) -> NewPasskey {
    NewPasskey { ceremony: Some(asked.token), answer, name: name.into() }
}

impl Node {
    async fn enrols_with(&self, token: &InviteToken, device: &mut Device) -> Result<NewSession, ServiceError> {
        let asked = self.service.ask_enrol_passkey(token, HERE).await?;
        let made = device.create(&asked.options);
        self.service.enrol_with_passkey(token, answer(asked, made, "telephone"), HERE, false).await
    }

    /// Invited, enrolled with a passkey, signed in.
    async fn with_passkey(&self, sign_in: &str, device: &mut Device) -> Actor {
        let token = self.invited(sign_in, &["social_worker"]).await;
        let session = self.enrols_with(&token, device).await.unwrap();
        self.service.session(&session.token).await.unwrap()
    }

    async fn signs_in_with(&self, device: &mut Device) -> Result<NewSession, ServiceError> {
        self.signs_in_with_from(device, HERE).await
    }

    async fn signs_in_with_from(&self, device: &mut Device, from: IpAddr) -> Result<NewSession, ServiceError> {
        let asked = self.service.ask_sign_in(from).await.unwrap();
        let answer = device.get(&asked.options);
        self.service.sign_in_with_passkey(sign_in(Some(asked), answer, from)).await
    }

    async fn adds(&self, actor: &Actor, device: &mut Device, name: &str) -> Result<(), ServiceError> {
        let asked = self.service.ask_passkey(actor, HERE).await?;
        let made = device.create(&asked.options);
        self.service.add_passkey(actor, answer(asked, made, name)).await
    }
}

fn sign_in(asked: Option<Asked>, answer: String, from: IpAddr) -> PasskeySignIn {
    PasskeySignIn { ceremony: asked.map(|asked| asked.token), answer, from, shared_computer: false }
}

#[tokio::test]
async fn an_invited_person_enrols_with_a_passkey_and_signs_in_with_nothing_else() {
    let node = Node::new().await;
    let mut device = Device::new(1);
    let actor = node.with_passkey("dara", &mut device).await;
    node.pass(60);
    let session = node.signs_in_with(&mut device).await.unwrap();
    let Actor::Person { id, .. } = node.service.session(&session.token).await.unwrap() else { panic!("a person") };
    assert_eq!(id, node.id("dara"));
    let means = node.service.means(&actor).await.unwrap();
    assert!(means.fresh && !means.passphrase);
    assert_eq!((means.passkeys.len(), means.passkeys[0].name.as_str()), (1, "telephone"));
    assert_eq!(means.passkeys[0].used.map(|used| used.0 - means.passkeys[0].made.0), Some(60));
    let code = node.code("dara", 0);
    assert_eq!(code_of(node.signs_in("dara", WORDS, &code, HERE).await), "person/sign-in-failed");
    let acts = node.acts().await;
    assert!(acts.contains(&("person.enrol".into(), "done".into())));
    // After a restart too, and the list of people says when they last came.
    let before = node.service.people(&worker(None)).await.unwrap()[0].signed_in;
    let node = node.restarted().await;
    assert_eq!(node.service.people(&worker(None)).await.unwrap()[0].signed_in, before);
    assert!(node.signs_in_with(&mut device).await.is_ok());
}

#[tokio::test]
async fn an_invitation_is_good_once_and_its_challenge_for_it_alone() {
    let node = Node::new().await;
    let (token, other) = (node.invited("dara", &["auditor"]).await, node.invited("maly", &["auditor"]).await);
    let mut device = Device::new(1);
    let asked = node.service.ask_enrol_passkey(&token, HERE).await.unwrap();
    let made = device.create(&asked.options);
    let taken = node.service.enrol_with_passkey(&other, answer(asked, made, "x"), HERE, false).await;
    assert_eq!(code_of(taken), "input/field", "for another invitation");
    let asked = node.service.ask_enrol_passkey(&token, HERE).await.unwrap();
    let made = device.create(&asked.options);
    let nameless = node.service.enrol_with_passkey(&token, answer(asked, made, " "), HERE, false).await;
    assert!(matches!(nameless, Err(ServiceError::Field { field: "passkey_name", .. })));
    node.enrols_with(&token, &mut device).await.unwrap();
    assert_eq!(code_of(node.enrols_with(&token, &mut device).await), "person/invitation-over");
    // The id of a passkey that somebody has is taken by nobody else.
    assert_eq!(code_of(node.enrols_with(&other, &mut Device::new(1)).await), "input/field");
    assert!(node.enrols_with(&other, &mut Device::new(2)).await.is_ok());
}

#[tokio::test]
async fn a_passkey_that_was_made_for_another_page_or_unseen_by_its_owner_is_not_taken() {
    let node = Node::new().await;
    let token = node.invited("dara", &["auditor"]).await;
    let wrong: [fn(&mut Device); 4] = [
        |device| device.origin = "http://localhost:7081".into(),
        |device| device.origin = "https://evil.example".into(),
        |device| device.name = Some("evil.example".into()),
        |device| device.verified = false,
    ];
    for change in wrong {
        let mut device = Device::new(1);
        change(&mut device);
        assert_eq!(code_of(node.enrols_with(&token, &mut device).await), "input/field");
    }
    let asked = node.service.ask_enrol_passkey(&token, HERE).await.unwrap();
    let none = NewPasskey { ceremony: None, answer: Device::new(1).create(&asked.options), name: "x".into() };
    assert_eq!(code_of(node.service.enrol_with_passkey(&token, none, HERE, false).await), "input/field");
    assert!(node.enrols_with(&token, &mut Device::new(1)).await.is_ok(), "the invitation is still good");
}

#[tokio::test]
async fn every_wrong_answer_gives_the_words_and_the_mark_of_any_failed_sign_in() {
    let node = Node::new().await;
    let (mut daras, mut malys) = (Device::new(1), Device::new(2));
    node.with_passkey("dara", &mut daras).await;
    node.with_passkey("maly", &mut malys).await;
    let of_maly = malys.user.clone();
    let wrong: [&dyn Fn(&mut Device); 8] = [
        &|device| device.origin = "http://localhost:7081".into(),
        &|device| device.origin = "https://localhost:7080".into(),
        &|device| device.origin = "http://evil.localhost:7080".into(),
        &|device| device.name = Some("evil.example".into()),
        &|device| device.verified = false,
        &|device| device.user = of_maly.clone(),
        &|device| device.user = vec![9; 16],
        &|device| device.credential = vec![9; 32],
    ];
    let before = node.acts().await.len();
    let mut said = Vec::new();
    for (at, change) in (1..).zip(wrong) {
        let (user, credential) = (daras.user.clone(), daras.credential.clone());
        change(&mut daras);
        let error = node.signs_in_with_from(&mut daras, IpAddr::from([198, 51, 100, at])).await.unwrap_err();
        said.push(serde_json::to_string(&error.problem()).unwrap());
        daras = Device { user, credential, origin: super::testing::ORIGIN.into(), name: None, verified: true, ..daras };
    }
    // What is no answer at all, and an answer to nothing.
    for (at, text) in (1..).zip(["", "{}", "null", "[1]"]) {
        let from = IpAddr::from([198, 51, 101, at]);
        let asked = node.service.ask_sign_in(from).await.unwrap();
        let error = node.service.sign_in_with_passkey(sign_in(Some(asked), text.into(), from)).await.unwrap_err();
        said.push(serde_json::to_string(&error.problem()).unwrap());
    }
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
    let acts = node.acts().await.split_off(before);
    assert_eq!(acts.len(), 12);
    assert!(acts.iter().all(|act| *act == ("person.sign-in".into(), "refused: person/sign-in-failed".into())));
    assert!(node.signs_in_with(&mut daras).await.is_ok(), "control");
}

#[tokio::test]
async fn an_answer_is_good_once_in_the_browser_that_asked_and_within_five_minutes() {
    let node = Node::new().await;
    let mut device = Device::new(1);
    node.with_passkey("dara", &mut device).await;
    let asked = node.service.ask_sign_in(HERE).await.unwrap();
    let (token, options) = (asked.token.expose(), asked.options.clone());
    let given = device.get(&options);
    assert!(node.service.sign_in_with_passkey(sign_in(Some(asked), given.clone(), HERE)).await.is_ok());
    let again = PasskeySignIn { ceremony: token.parse().ok(), ..sign_in(None, given.clone(), HERE) };
    assert_eq!(code_of(node.service.sign_in_with_passkey(again).await), "person/sign-in-failed", "replayed");
    let of_another = node.service.ask_sign_in(HERE).await.unwrap();
    let replayed = node.service.sign_in_with_passkey(sign_in(Some(of_another), given, HERE)).await;
    assert_eq!(code_of(replayed), "person/sign-in-failed", "to another challenge");
    let asked = node.service.ask_sign_in(HERE).await.unwrap();
    let given = device.get(&asked.options);
    let without = node.service.sign_in_with_passkey(sign_in(None, given, HERE)).await;
    assert_eq!(code_of(without), "person/sign-in-failed", "without the cookie");
    let asked = node.service.ask_sign_in(HERE).await.unwrap();
    let given = device.get(&asked.options);
    node.pass(super::ANSWER_WITHIN);
    let late = node.service.sign_in_with_passkey(sign_in(Some(asked), given, HERE)).await;
    assert_eq!(code_of(late), "person/sign-in-failed", "late");
    // A challenge for a new passkey signs nobody in.
    let token = node.invited("maly", &["auditor"]).await;
    let enrolling = node.service.ask_enrol_passkey(&token, HERE).await.unwrap();
    let asked = node.service.ask_sign_in(HERE).await.unwrap();
    let given = device.get(&asked.options);
    let mixed = node.service.sign_in_with_passkey(sign_in(Some(enrolling), given, HERE)).await;
    assert!(matches!(mixed, Err(ServiceError::SignInFailed | ServiceError::TooSoon { .. })));
}

#[tokio::test]
async fn whoever_guesses_with_passkeys_waits_and_its_owner_elsewhere_does_not() {
    let node = Node::new().await;
    let mut device = Device::new(1);
    node.with_passkey("dara", &mut device).await;
    let from = IpAddr::from([203, 0, 113, 9]);
    let mut forged = Device { user: device.user.clone(), ..Device::new(1) };
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(code_of(node.signs_in_with_from(&mut forged, from).await));
    }
    assert_eq!(codes[2..], ["person/sign-in-failed", "person/too-soon"]);
    assert!(node.signs_in_with(&mut device).await.is_ok());
}

#[tokio::test]
async fn a_passkey_that_counts_backwards_lets_nobody_in_and_its_owner_is_told() {
    let node = Node::new().await;
    let mut device = Device::new(1);
    let actor = node.with_passkey("dara", &mut device).await;
    device.count = 41;
    assert!(node.signs_in_with(&mut device).await.is_ok());
    for count in [41, 0] {
        device.count = count;
        assert_eq!(code_of(node.signs_in_with(&mut device).await), "person/sign-in-failed", "{count}");
    }
    let acts = node.acts().await;
    assert!(acts.contains(&("person.passkey".into(), "refused: passkey/counts-back".into())), "{acts:?}");
    assert!(node.service.means(&actor).await.unwrap().passkeys[0].doubted.is_some());
    device.count = 42;
    assert!(node.signs_in_with(&mut device).await.is_ok());
}

#[tokio::test]
async fn whoever_is_removed_or_let_in_anew_signs_in_with_no_passkey_of_before() {
    let node = Node::new().await;
    let (mut daras, mut malys) = (Device::new(1), Device::new(2));
    node.with_passkey("dara", &mut daras).await;
    let maly = node.with_passkey("maly", &mut malys).await;
    // Asked before, answered after.
    let asked = node.service.ask_sign_in(HERE).await.unwrap();
    let given = daras.get(&asked.options);
    let adding = node.service.ask_passkey(&maly, HERE).await.unwrap();
    let id = node.id("dara");
    node.service.remove_person(&worker(None), "dara").await.unwrap();
    let late = node.service.sign_in_with_passkey(sign_in(Some(asked), given, HERE)).await;
    assert_eq!(code_of(late), "person/sign-in-failed");
    assert_eq!(code_of(node.signs_in_with(&mut daras).await), "person/sign-in-failed");
    assert!(node.service.vault.was_erased(&id.owner()).await.unwrap());
    assert!(node.service.passkeys_of(id).await.unwrap().is_empty());

    let anew = node.service.recover_person(&worker(None), "maly").await.unwrap();
    assert_eq!(code_of(node.signs_in_with(&mut malys).await), "person/sign-in-failed");
    let made = Device::new(3).create(&adding.options);
    assert_eq!(code_of(node.service.add_passkey(&maly, answer(adding, made, "x")).await), "person/sign-in-again");
    assert!(node.service.passkeys_of(node.id("maly")).await.unwrap().is_empty());
    let token = anew.token.parse().unwrap();
    assert!(node.enrols_with(&token, &mut malys).await.is_ok(), "the same device again");
    let node = node.restarted().await;
    assert!(node.signs_in_with(&mut malys).await.is_ok());
    assert_eq!(code_of(node.signs_in_with(&mut daras).await), "person/sign-in-failed");
}

#[tokio::test]
async fn passkeys_are_added_renamed_and_removed_but_never_the_last_way_in() {
    let node = Node::new().await;
    let (mut first, mut second) = (Device::new(1), Device::new(2));
    let dara = node.with_passkey("dara", &mut first).await;
    let maly = node.actor("maly", &["auditor"]).await;
    let names = async || {
        let means = node.service.means(&dara).await.unwrap();
        means.passkeys.into_iter().map(|one| (one.id, one.name)).collect::<Vec<_>>()
    };
    let own = names().await[0].0.clone();
    assert_eq!(code_of(node.service.remove_passkey(&dara, &own).await), "person/last-means");
    node.pass(1);
    node.adds(&dara, &mut second, "computer").await.unwrap();
    let elsewhere = node.signs_in_with(&mut second).await.unwrap();
    assert_eq!(code_of(node.service.rename_passkey(&maly, &own, "mine").await), "id/not-found");
    assert_eq!(code_of(node.service.remove_passkey(&maly, &own).await), "id/not-found");
    node.service.rename_passkey(&dara, &own, "ទូរស័ព្ទ").await.unwrap();
    assert_eq!(names().await.into_iter().map(|(_, name)| name).collect::<Vec<_>>(), ["ទូរស័ព្ទ", "computer"]);
    node.service.remove_passkey(&dara, &own).await.unwrap();
    assert_eq!(code_of(node.signs_in_with(&mut first).await), "person/sign-in-failed");
    assert_eq!(code_of(node.service.session(&elsewhere.token).await), "person/session-ended", "other sessions end");
    let last = names().await[0].0.clone();
    assert_eq!(code_of(node.service.remove_passkey(&dara, &last).await), "person/last-means");
    // With a passphrase it is not the last any more.
    let codes = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".parse::<CodeSecret>().unwrap();
    let code = codes.code_at(node.service.world.now());
    let new = NewPassphrase { codes, passphrase: WORDS.to_owned().into(), code: code.clone().into() };
    node.service.set_passphrase(&dara, new).await.unwrap();
    assert_eq!(code_of(node.signs_in("dara", WORDS, &code, HERE).await), "person/sign-in-failed", "used up");
    node.service.remove_passkey(&dara, &last).await.unwrap();
    assert!(names().await.is_empty());
    for number in 0..=u8::try_from(MOST).unwrap() {
        let added = node.adds(&dara, &mut Device::new(10 + number), "x").await;
        assert_eq!(added.is_ok(), usize::from(number) < MOST, "{number}");
    }
}

#[tokio::test]
async fn what_one_signs_in_with_is_changed_only_soon_after_signing_in() {
    let node = Node::new().await;
    let mut device = Device::new(1);
    let dara = node.with_passkey("dara", &mut device).await;
    let asked = node.service.ask_passkey(&dara, HERE).await.unwrap();
    node.pass(super::own::FRESH);
    assert!(!node.service.means(&dara).await.unwrap().fresh);
    let own = node.service.means(&dara).await.unwrap().passkeys[0].id.clone();
    let made = Device::new(2).create(&asked.options);
    for refused in [
        node.adds(&dara, &mut Device::new(2), "x").await,
        node.service.add_passkey(&dara, answer(asked, made, "x")).await,
        node.service.remove_passkey(&dara, &own).await,
        node.service.new_codes(&dara, None).await.map(drop),
    ] {
        assert_eq!(code_of(refused), "person/sign-in-again");
    }
    let session = node.signs_in_with(&mut device).await.unwrap();
    let again = node.service.session(&session.token).await.unwrap();
    assert!(node.adds(&again, &mut Device::new(2), "x").await.is_ok());
}

#[tokio::test]
async fn a_new_passphrase_ends_the_old_one_and_the_other_sessions() {
    let node = Node::new().await;
    let first = node.enrolled("dara", &["auditor"]).await;
    let second = node.signs_in("dara", WORDS, &node.code("dara", 0), HERE).await.unwrap();
    let dara = node.service.session(&second.token).await.unwrap();
    let page = node.service.new_codes(&dara, None).await.unwrap();
    let codes: CodeSecret = page.secret.parse().unwrap();
    let shown = node.service.new_codes(&dara, page.secret.parse().ok()).await.unwrap();
    assert_eq!((shown.secret.as_str(), shown.sign_in.as_str()), (page.secret.as_str(), "dara"));
    let now = node.service.world.now();
    let new = |words: &str, code: String| NewPassphrase {
        codes: codes.clone(),
        passphrase: words.to_owned().into(),
        code: code.into(),
    };
    assert_eq!(code_of(node.service.set_passphrase(&dara, new("short", codes.code_at(now))).await), "input/field");
    let wrong = node.service.set_passphrase(&dara, new("four tall palm trees", "000000".into())).await;
    assert_eq!(code_of(wrong), "input/field");
    node.service.set_passphrase(&dara, new("four tall palm trees", codes.code_at(now))).await.unwrap();
    assert_eq!(code_of(node.service.session(&first.token).await), "person/session-ended");
    assert!(node.service.session(&second.token).await.is_ok());
    node.pass(30);
    let (old, fresh) = (node.code("dara", 0), codes.code_at(node.service.world.now()));
    assert_eq!(code_of(node.signs_in("dara", WORDS, &old, HERE).await), "person/sign-in-failed");
    assert!(node.signs_in("dara", "four tall palm trees", &fresh, HERE).await.is_ok());
}

#[tokio::test]
async fn a_node_without_a_name_asks_no_device() {
    let node = Node::new().await.without_passkeys().await;
    assert!(node.service.passkey_site().is_none());
    assert_eq!(code_of(node.service.ask_sign_in(HERE).await.map(drop)), "id/not-found");
    let token = node.invited("dara", &["auditor"]).await;
    assert_eq!(code_of(node.service.ask_enrol_passkey(&token, HERE).await.map(drop)), "id/not-found");
}
