//! What was half written is there again, for who wrote it: saved, left behind at a step, or sent after the session ended.

use axum::http::StatusCode;

use super::browser::{Browser, WORDS, code};
use crate::{
    service::testing::{Pair, worker},
    view::AssignRequest,
};

const WORKER: &[&str] = &["social_worker"];

/// A worker who has the pair's case, and the path of that.
async fn desk() -> (Pair, Browser, String) {
    let pair = Pair::new().await;
    let browser = Browser::signed_in(&pair.origin, "dara", WORKER).await;
    let to = AssignRequest { to: vec!["dara".into()], teams: Vec::new() };
    pair.origin.service.case_assign(&worker(None), &pair.case, to).await.unwrap();
    let case = format!("/c/{}", &pair.case[..20]);
    (pair, browser, case)
}

const AGREED: [(&str, &str); 5] = [
    ("step", "agreed"),
    ("to.any:shelter", "on"),
    ("categories.identity", "on"),
    ("purposes.shelter", "on"),
    ("keep_uninformed.0.who", "the <uncle>"),
];

#[tokio::test]
async fn a_saved_consent_waits_in_the_list_and_in_its_form_and_goes_when_it_is_thrown_away() {
    let (pair, mut browser, case) = desk().await;
    let new = format!("{case}/consent/new");
    assert!(!browser.get(&new).await.has("This is what you had written."));
    let csrf = browser.csrf().await;
    let form: Vec<(&str, &str)> = [("csrf", csrf.as_str()), ("draft", "yes")].into_iter().chain(AGREED).collect();
    let page = browser.post(&new, &form).await;
    assert!(page.path == "/drafts" && page.has("Nothing was sent.") && page.has("Record a consent"), "{}", page.body);
    assert!(!page.has("uncle"), "a list shows nothing of it");
    assert!(browser.get("/cases").await.has("You have 1 draft"));
    let back = browser.get(&new).await;
    assert!(back.has("This is what you had written.") && back.has("the &#60;uncle&#62;"), "{}", back.body);
    assert!(back.has("name=\"to.any:shelter\" checked"), "{}", back.body);
    let title = back.body.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
    assert!(!title.contains("uncle"));
    // A colleague with the same case has none of it.
    let mut other = Browser::signed_in(&pair.origin, "maly", &["supervisor"]).await;
    assert!(!other.get(&new).await.has("uncle") && !other.get("/drafts").await.has("Record a consent"));
    let drop = back.after("class=\"banner news\"", "action").to_owned();
    let of_other = other.csrf().await;
    assert_eq!(other.post(&drop, &[("csrf", &of_other)]).await.status, StatusCode::NOT_FOUND);
    let gone = browser.post(&drop, &[("csrf", &csrf)]).await;
    assert!(gone.has("Thrown away.") && gone.has("Nothing waits to be finished."), "{}", gone.body);
    assert!(!browser.get(&new).await.has("uncle"));
}

#[tokio::test]
async fn what_was_typed_when_the_session_ended_is_there_after_signing_in_again() {
    let (pair, mut browser, case) = desk().await;
    let refer = browser.get(&format!("{case}/refer")).await;
    let form = refer.links().into_iter().find(|link| link.contains("/refer/")).unwrap().to_owned();
    let csrf = browser.csrf().await;
    pair.origin.pass(20 * 60);
    let typed = [("csrf", csrf.as_str()), ("urgency", "high"), ("summary", "needs a bed tonight")];
    // Not for a page of another session, and nothing is done.
    let forged = [("csrf", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), typed[1], typed[2]];
    let no = browser.clone().post(&form, &forged).await;
    assert!(no.status == StatusCode::UNAUTHORIZED && !no.has("What you wrote is kept"), "{}", no.body);
    let late = browser.post(&form, &typed).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    assert!(late.has("You were signed out. What you wrote is kept.") && !late.has("bed tonight"), "{}", late.body);
    assert!(!browser.has_session());
    let code = code(&pair.origin);
    let form_of_sign_in = [("name", "dara"), ("passphrase", WORDS), ("code", code.as_str())];
    let start = browser.post("/sign-in", &form_of_sign_in).await;
    assert!(start.has("You have 1 draft"), "{}", start.body);
    let list = browser.get("/drafts").await;
    let path = list.links().into_iter().find(|link| link.contains("/refer/")).unwrap().to_owned();
    let back = browser.get(&path).await;
    assert!(back.has("needs a bed tonight") && back.has("value=\"high\" selected"), "{}", back.body);
    assert_eq!(pair.origin.service.outbox(&worker(None)).await.unwrap().exchanges.len(), 0);
}

#[tokio::test]
async fn a_step_of_a_long_form_is_kept_and_what_was_sent_is_not() {
    let (pair, mut browser, case) = desk().await;
    let refer = browser.get(&format!("{case}/refer")).await;
    let form = refer.links().into_iter().find(|link| link.contains("/refer/")).unwrap().to_owned();
    let csrf = browser.csrf().await;
    let asked = [
        ("csrf", csrf.as_str()),
        ("service", "health.consultation"),
        ("urgency", "high"),
        ("purpose", "care"),
        ("categories.identity", "on"),
        ("summary", "needs a place"),
    ];
    let check = browser.post(&form, &asked).await;
    let seen = check.after("name=\"seen\"", "value").to_owned();
    assert!(browser.get(&form).await.has("needs a place"), "kept on the way");
    let send: Vec<(&str, &str)> =
        asked.into_iter().chain([("seen", seen.as_str()), ("send", "yes"), ("reason", "by telephone")]).collect();
    let sent = browser.post(&form, &send).await;
    assert!(sent.has("Sent."), "{}", sent.body);
    assert!(!browser.get(&form).await.has("needs a place") && !browser.get("/cases").await.has("You have"));
    // A note, in an exchange.
    let id = pair.released().await;
    let mut there = Browser::signed_in(&pair.shelter, "maly", &["supervisor"]).await;
    let csrf = there.csrf().await;
    let note = format!("/r/{}/note", &id[..20]);
    let kept = there.post(&note, &[("csrf", &csrf), ("text", "She ate\r\nwell."), ("draft", "yes")]).await;
    assert!(kept.has("Write a note") || kept.has("Nothing was sent."), "{}", kept.body);
    assert!(there.get(&note).await.has("She ate"));
    let sent = there.post(&note, &[("csrf", &csrf), ("text", "She ate well.")]).await;
    assert!(sent.status == StatusCode::OK && !there.get(&note).await.has("She ate"), "{}", sent.body);
}
