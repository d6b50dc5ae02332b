//! From the inbox to an answer.

use axum::http::StatusCode;

use super::browser::Browser;
use crate::{
    service::{
        Actor,
        testing::{Pair, deliver, worker},
    },
    view::{ReferRequest, RevokeOwnKey},
};

async fn offered() -> (Pair, String) {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    pair.settle().await;
    (pair, id)
}

#[tokio::test]
async fn from_the_inbox_to_an_accepted_child_are_three_taps() {
    let (pair, id) = offered().await;
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["social_worker"]).await;
    let inbox = browser.get("/inbox").await;
    // One: the row. Two: accept. Three: yes.
    let offer = browser.get(&format!("/r/{id}")).await;
    assert!(inbox.links().contains(&format!("/r/{}", &id[..20]).as_str()), "{}", inbox.body);
    let ask = browser.get(offer.links().into_iter().find(|link| link.ends_with("/accept")).unwrap()).await;
    let (path, csrf) = (ask.after("<form", "action").to_owned(), ask.after("name=\"csrf\"", "value").to_owned());
    let done = browser.post(&path, &[("csrf", &csrf)]).await;
    assert_eq!((done.status, done.path.as_str()), (StatusCode::OK, format!("/r/{}", &id[..20]).as_str()));
    assert!(done.has("role=\"status\"") && done.has("Accepted"), "{}", done.body);
    assert_eq!(pair.states(&id).await, ["offered", "accepted"]);
    // Once more, as by the back key: told what became of it, nothing done twice.
    let again = browser.post(&path, &[("csrf", &csrf)]).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(browser.get("/inbox").await.has("Accepted and going on"));
}

#[tokio::test]
async fn a_decline_asks_a_reason_keeps_what_was_typed_and_erases() {
    let (pair, id) = offered().await;
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["social_worker"]).await;
    let path = format!("/r/{id}/decline");
    let csrf = browser.get(&path).await.after("name=\"csrf\"", "value").to_owned();
    let wrong = browser.post(&path, &[("csrf", &csrf), ("text", "Ask <Kampong>")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("<title>Error: ") && wrong.has("href=\"#reason\"") && wrong.has("id=\"reason\""));
    assert!(wrong.has("autofocus") && wrong.has("value=\"Ask &#60;Kampong&#62;\""), "{}", wrong.body);
    assert_eq!(pair.states(&id).await[1], "offered");
    let done = browser.post(&path, &[("csrf", &csrf), ("reason", "no_capacity"), ("text", "")]).await;
    assert!(done.has("Declined."), "{}", done.body);
    pair.settle().await;
    assert_eq!(pair.states(&id).await, ["declined", "declined"]);
    let after = browser.get(&format!("/r/{id}")).await;
    assert!(after.has("Erased") && !after.has("some weeks"), "{}", after.body);
}

#[tokio::test]
async fn lists_and_the_offer_name_nobody_and_no_page_has_a_name_in_its_title() {
    let (pair, id) = offered().await;
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["social_worker"]).await;
    let path = format!("/r/{id}");
    for path in ["/inbox".to_owned(), path.clone(), format!("{path}/accept"), format!("{path}/decline")] {
        let page = browser.get(&path).await;
        for name in ["Popok", "POPOK", "Dara", "ពពក", "ដារា"] {
            assert!(!page.has(name), "{path}: {name}");
        }
    }
    let offer = browser.get(&path).await;
    assert!(offer.has("needs a place for some weeks") && offer.has("Identity"), "{}", offer.body);
    assert!(!browser.get("/inbox").await.has("some weeks"), "free text in a list");
}

#[tokio::test]
async fn what_a_peer_wrote_is_shown_as_text() {
    let pair = Pair::new().await;
    let summary = "<script>alert(1)</script>\"><img src=x>'&amp; needs a bed".to_owned();
    let request = ReferRequest { summary, ..pair.request() };
    let id = pair.origin.service.refer(&worker(Some("Sophea")), request).await.unwrap().exchange;
    pair.settle().await;
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["social_worker"]).await;
    let page = browser.get(&format!("/r/{id}")).await;
    assert!(page.has("&#60;script&#62;alert(1)") && page.has("&#38;amp; needs a bed"), "{}", page.body);
    assert!(!page.has("<script>") && !page.has("<img"));
}

#[tokio::test]
async fn what_was_signed_with_a_revoked_key_is_said_on_its_page_in_both_languages() {
    let (pair, _) = offered().await;
    // A thief's node with the origin's keys, and another source of chance.
    let thief = Pair::new().await.restarted().await;
    let forged = thief.refer().await;
    deliver(&thief.origin.service, &pair.shelter.service).await;
    let (origin, shelter) = (&pair.origin.service, &pair.shelter.service);
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["social_worker"]).await;
    let path = format!("/r/{forged}");
    assert!(!browser.get(&path).await.has("Look twice"));
    let keys = origin.key_list(&worker(None)).await.unwrap().keys;
    let stolen = keys.into_iter().find(|key| key.stage == "active").unwrap().id;
    let request = RevokeOwnKey { reason: "stolen".into(), dry_run: false };
    origin.key_revoke(&worker(None), &stolen, request).await.unwrap();
    let (id, record) = (origin.me().id(), origin.me().record().to_bytes());
    shelter.peer_record_fetched(&Actor::Node, &id, &record).await.unwrap();
    let key = shelter.cuts_wanted(id)[0];
    let answer = origin.leaf_for(shelter.me().id(), key).await.unwrap().unwrap();
    assert!(shelter.cut_came(id, key, &answer).await.unwrap());
    assert!(browser.get(&path).await.has("Look twice: not all of this is from"));
    browser.lang = "km";
    assert!(browser.get(&path).await.has("ដកហូតសោ"));
}
