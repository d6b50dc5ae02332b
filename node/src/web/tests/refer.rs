//! A case is offered in the browser: what was looked at is what is sealed, or nothing goes.

use axum::http::StatusCode;
use protocol::fixture;

use super::{
    browser::{Browser, Page},
    case_edit::{boxes, with},
};
use crate::service::testing::{Pair, worker};

struct Desk {
    pair: Pair,
    browser: Browser,
    csrf: String,
    /// The page on which this case is offered to the shelter.
    form: String,
}

async fn desk() -> Desk {
    let pair = Pair::new().await;
    let mut browser = Browser::signed_in(&pair.origin, "dara", &["supervisor"]).await;
    let csrf = browser.csrf().await;
    let who = browser.get(&format!("/c/{}/refer", pair.case)).await;
    let form = who.links().into_iter().find(|link| link.contains("/refer/")).unwrap().to_owned();
    Desk { pair, browser, csrf, form }
}

const ASKED: [(&str, &str); 5] = [
    ("service", "health.consultation"),
    ("urgency", "high"),
    ("purpose", "care"),
    ("categories.identity", "on"),
    ("summary", "needs <a> place\nfor some weeks"),
];

impl Desk {
    async fn post(&mut self, more: &[(&str, &str)]) -> Page {
        let form: Vec<(String, String)> =
            [("csrf", self.csrf.as_str())].into_iter().chain(ASKED).map(|(n, t)| (n.into(), t.into())).collect();
        self.browser.post(&self.form, &with(&form, more)).await
    }

    async fn offers(&self) -> usize {
        self.pair.origin.service.outbox(&worker(None)).await.unwrap().exchanges.len()
    }
}

#[tokio::test]
async fn what_is_shown_before_it_is_sent_is_what_arrives() {
    let mut desk = desk().await;
    let case = desk.browser.get(&format!("/c/{}", &desk.pair.case[..20])).await;
    assert!(case.links().iter().any(|link| link.ends_with("/refer")) && case.has("Refer this child"));
    let asked = desk.browser.get(&desk.form).await;
    assert!(
        asked.has("What do you ask Damnok Toek for?") && asked.has("name=\"categories.identity\""),
        "{}",
        asked.body
    );
    // Written down, but in no consent: not to be ticked.
    assert!(!asked.has("name=\"categories.family\"") && asked.has("Stays here, no consent has it"), "{}", asked.body);
    let check = desk.post(&[]).await;
    assert!(check.has("Exactly what Damnok Toek will see") && check.has("needs &#60;a&#62; place"), "{}", check.body);
    let (now, later) = check.body.split_once("After they accept").unwrap();
    assert!(!now.contains("Dara") && later.contains("Dara") && check.has("name=\"seen\""), "{}", check.body);
    assert_eq!(desk.offers().await, 0, "sent by looking");
    let typed = boxes(&check);
    // The outline is rare here: a reason is asked for.
    let unsaid = desk.browser.post(&desk.form, &with(&typed, &[("send", "yes")])).await;
    assert!(unsaid.status == StatusCode::UNPROCESSABLE_ENTITY && unsaid.has("href=\"#reason\""), "{}", unsaid.body);
    let back = desk.browser.post(&desk.form, &with(&typed, &[("back", "yes")])).await;
    assert!(back.has("value=\"high\" selected") && back.has("name=\"categories.identity\" checked"), "{}", back.body);
    let sent =
        desk.browser.post(&desk.form, &with(&typed, &[("send", "yes"), ("reason", "agreed by telephone")])).await;
    assert!(sent.has("Sent.") && sent.path.starts_with("/r/"), "{}", sent.body);
    desk.pair.settle().await;
    let there = desk.pair.shelter.service.inbox(&worker(None)).await.unwrap().exchanges;
    let id = &there[0].id;
    let view = desk.pair.shelter.service.exchange_show(&worker(None), id).await.unwrap();
    assert_eq!(view.triage.unwrap()["text"], "needs <a> place for some weeks");
    desk.pair.shelter.service.accept(&worker(None), id).await.unwrap();
    desk.pair.settle().await;
    let view = desk.pair.shelter.service.exchange_show(&worker(None), id).await.unwrap();
    let released: Vec<String> = view.released.unwrap().as_object().unwrap().keys().cloned().collect();
    assert_eq!(released, ["identity"]);
}

#[tokio::test]
async fn what_changed_between_looking_and_sending_is_looked_at_again() {
    let mut desk = desk().await;
    let check = desk.post(&[]).await;
    let typed = boxes(&check);
    let send = [("send", "yes"), ("reason", "agreed by telephone")];
    let mut record = fixture::case_json("f02").unwrap();
    record["identity"]["name"]["latin"]["given"] = "Darith".into();
    let service = &desk.pair.origin.service;
    service.case_edit_from(&worker(None), &desk.pair.case, 1, record).await.unwrap().unwrap();
    let again = desk.browser.post(&desk.form, &with(&typed, &send)).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.has("It changed meanwhile. Look again.") && again.has("Darith"), "{}", again.body);
    assert!(again.has("agreed by telephone"), "what was typed is lost: {}", again.body);
    assert_eq!(desk.offers().await, 0);
    // No mark, or one of something else, is a look at nothing.
    let fresh = boxes(&again);
    for wrong in ["", "00", typed.iter().find(|(name, _)| name == "seen").unwrap().1.as_str()] {
        let page = desk.browser.post(&desk.form, &with(&fresh, &[("seen", wrong), send[0], send[1]])).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{wrong}");
    }
    // Other answers than those that were looked at, with their mark.
    let page = desk.browser.post(&desk.form, &with(&fresh, &[("urgency", "low"), send[0], send[1]])).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert_eq!(desk.offers().await, 0);
    let sent = desk.browser.post(&desk.form, &with(&fresh, &send)).await;
    assert!(sent.has("Sent."), "{}", sent.body);
    assert_eq!(desk.offers().await, 1);
}

#[tokio::test]
async fn a_button_that_was_pressed_twice_sends_once() {
    let mut desk = desk().await;
    let check = desk.post(&[]).await;
    let typed = boxes(&check);
    let send = [("send", "yes"), ("reason", "agreed by telephone")];
    assert!(desk.browser.post(&desk.form, &with(&typed, &send)).await.has("Sent."));
    let again = desk.browser.post(&desk.form, &with(&typed, &send)).await;
    assert_eq!((again.status, desk.offers().await), (StatusCode::CONFLICT, 1));
    assert!(again.has("They were asked about this child meanwhile"), "{}", again.body);
    // Whoever looked at that and means it asks for something else, and does send.
    assert!(desk.browser.post(&desk.form, &with(&boxes(&again), &send)).await.has("Sent."));
    assert_eq!(desk.offers().await, 2);
}

#[tokio::test]
async fn what_is_wrong_is_told_at_its_box_and_what_was_typed_is_kept() {
    let mut desk = desk().await;
    let empty = desk.browser.post(&desk.form, &[("csrf", &desk.csrf)]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    for id in ["service", "urgency", "purpose", "categories", "summary"] {
        assert!(empty.has(&format!("href=\"#{id}\"")), "{id}: {}", empty.body);
    }
    for (typed, id, says) in [
        (("summary", "Dara needs a place"), "summary", "(a name). Change: “Dara”."),
        (("summary", "ask 012 345 678"), "summary", "(a telephone number). Change: “012 345 678”."),
        (("categories.family", "on"), "categories", "The consent does not allow this for Damnok Toek"),
        (("purpose", "legal"), "categories", "The consent does not allow this for Damnok Toek"),
        (("service", "shelter.transitional"), "service", "Damnok Toek does not offer this service."),
        (("urgency", "now"), "urgency", "Choose how soon."),
    ] {
        for send in [&[typed][..], &[typed, ("send", "yes"), ("seen", "00"), ("reason", "because")]] {
            let page = desk.post(send).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed:?}: {}", page.body);
            let two = send.len() > 1 && id == "summary";
            assert!(two || (page.has(&format!("href=\"#{id}\"")) && page.has(says)), "{typed:?}: {}", page.body);
        }
        assert_eq!(desk.offers().await, 0, "{typed:?}");
    }
    let long = "a".repeat(300);
    let page = desk.post(&[("summary", &long)]).await;
    assert!(page.has("at most 280 letters") && page.has(&long), "{}", page.body);
}

#[tokio::test]
async fn words_that_name_the_child_are_let_go_by_a_supervisor_who_did_not_write_them() {
    let mut desk = desk().await;
    let leak = ("summary", "Dara needs a place");
    let wrong = desk.post(&[leak]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.has("allow.words"), "{}", wrong.body);
    let check = desk.post(&[leak, ("allow.words", "on")]).await;
    assert!(check.has("Ask your supervisor") && !check.has("name=\"send\""), "{}", check.body);
    let typed = boxes(&check);
    let asked = [("ask", "yes"), ("reason", "Dara is a river there")];
    let page = desk.browser.post(&desk.form, &with(&typed, &asked[..1])).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.has("href=\"#reason\""), "{}", page.body);
    let page = desk.browser.post(&desk.form, &with(&typed, &asked)).await;
    assert!(page.has("It waits for your supervisor.") && desk.offers().await == 0, "{}", page.body);
    let path = page.links().into_iter().find(|link| link.starts_with("/decisions/")).unwrap().to_owned();
    let mut chief = Browser::signed_in(&desk.pair.origin, "sophea", &["supervisor"]).await;
    let page = chief.get(&path).await;
    assert!(
        page.has("Dara needs a place") && page.has("Dara is a river there") && page.has("Let it go"),
        "{}",
        page.body
    );
    let csrf = chief.csrf().await;
    let done = chief.post(&format!("{path}/yes"), &[("csrf", &csrf)]).await;
    assert!(done.has("Nothing waits.") && desk.offers().await == 1, "{}", done.body);
}

#[tokio::test]
async fn nobody_offers_a_case_that_is_not_theirs_and_to_nobody_unknown() {
    let Desk { pair, mut browser, csrf, form } = desk().await;
    let filled = |csrf: &str| -> Vec<(String, String)> {
        [("csrf", csrf), ("send", "yes"), ("seen", "00")]
            .into_iter()
            .chain(ASKED)
            .map(|(n, t)| (n.into(), t.into()))
            .collect()
    };
    for role in ["social_worker", "key_administrator", "auditor"] {
        let mut other = Browser::signed_in(&pair.origin, role, &[role]).await;
        let token = other.csrf().await;
        for path in [format!("/c/{}/refer", pair.case), form.clone()] {
            let page = other.get(&path).await;
            assert!(page.status == StatusCode::FORBIDDEN && !page.has("Dara"), "{role} {path}: {}", page.body);
        }
        assert_eq!(other.post(&form, &with(&filled(&token), &[])).await.status, StatusCode::FORBIDDEN, "{role}");
    }
    assert_eq!(browser.post(&form, &with(&filled("x"), &[])).await.status, StatusCode::FORBIDDEN);
    let nobody = format!("/c/{}/refer/agency1zzzz", pair.case);
    assert!(!browser.post(&nobody, &with(&filled(&csrf), &[])).await.status.is_success());
    assert!(pair.origin.service.outbox(&worker(None)).await.unwrap().exchanges.is_empty());
}

#[tokio::test]
async fn the_pages_of_a_referral_stay_small_in_both_languages() {
    let mut desk = desk().await;
    for lang in ["en", "km"] {
        desk.browser.lang = lang;
        let pages = [
            desk.browser.get(&format!("/c/{}/refer", desk.pair.case)).await,
            desk.browser.get(&desk.form).await,
            desk.post(&[]).await,
            desk.post(&[("categories.health", "on")]).await,
        ];
        for page in pages {
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            assert!(page.body.len() <= 15 << 10, "{} in {lang}: {} bytes", page.path, page.body.len());
        }
    }
}

#[tokio::test]
async fn from_what_they_will_see_single_things_are_taken_out_and_put_back_and_only_the_rest_arrives() {
    let mut desk = desk().await;
    let both = [("categories.health", "on")];
    let check = desk.post(&both).await;
    let later = |page: &Page| page.body.split_once("After they accept").unwrap().1.to_owned();
    assert!(later(&check).contains("id=\"health\"") && later(&check).contains("id=\"identity\""), "{}", check.body);
    assert!(check.has("value=\"identity.birth_place\"") && !check.has("value=\"identity.sex\""), "{}", check.body);
    let less = desk.browser.post(&desk.form, &with(&boxes(&check), &[("out", "health")])).await;
    assert!(!later(&less).contains("id=\"health\"") && less.has("Left out by you"), "{}", less.body);
    assert_eq!(desk.offers().await, 0, "nothing is sent by that");
    let back = desk.browser.post(&desk.form, &with(&boxes(&less), &[("in", "health")])).await;
    assert!(later(&back).contains("id=\"health\"") && !back.has("Left out by you"), "{}", back.body);
    // The mark of what was looked at before is not that of what is left now.
    let stale = check.after("name=\"seen\"", "value").to_owned();
    let less = desk.browser.post(&desk.form, &with(&boxes(&back), &[("out", "identity.birth_place")])).await;
    assert!(less.has("Left out by you") && !later(&less).contains("Place of birth:"), "{}", less.body);
    let send = [("send", "yes"), ("reason", "agreed by telephone")];
    let wrong = desk.browser.post(&desk.form, &with(&boxes(&less), &[("seen", &stale), send[0], send[1]])).await;
    assert_eq!(wrong.status, StatusCode::CONFLICT);
    let sent = desk.browser.post(&desk.form, &with(&boxes(&less), &send)).await;
    assert!(sent.has("Sent."), "{}", sent.body);
    desk.pair.settle().await;
    let id = desk.pair.shelter.service.inbox(&worker(None)).await.unwrap().exchanges.remove(0).id;
    desk.pair.shelter.service.accept(&worker(None), &id).await.unwrap();
    desk.pair.settle().await;
    let view = desk.pair.shelter.service.exchange_show(&worker(None), &id).await.unwrap();
    let released = view.released.unwrap();
    assert!(released["identity"].get("birth_place").is_none() && released["identity"].get("sex").is_some());
    assert!(released.get("health").is_some());
}
