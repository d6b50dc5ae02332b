//! An export of the record: asked by an auditor, confirmed by another, fetched as a file.

use axum::http::{StatusCode, header};

use super::browser::Browser;
use crate::{audit::read_export, service::testing::Node};

const KEYS: &[&str] = &["key_administrator"];
const AUDITOR: &[&str] = &["auditor"];

/// The days around the test's own, in any time zone.
const DAYS: [(&str, &str); 2] = [("since", "2026-05-30"), ("until", "2026-06-03")];

#[tokio::test]
async fn an_auditor_asks_a_key_administrator_confirms_and_the_auditor_downloads_what_holds() {
    let node = Node::new().await;
    let mut keys = Browser::signed_in(&node, "sophea", KEYS).await;
    let _second = Browser::signed_in(&node, "bopha", KEYS).await;
    let mut auditor = Browser::signed_in(&node, "maly", AUDITOR).await;
    let mut other = Browser::signed_in(&node, "kosal", AUDITOR).await;
    node.pass(60);
    let csrf = auditor.csrf().await;
    let page = auditor.post("/audit/export", &[("csrf", &csrf), DAYS[0], DAYS[1]]).await;
    assert_eq!((page.status, page.path.as_str()), (StatusCode::OK, "/audit/export"), "{}", page.body);
    assert!(page.has("Waits for another") && !page.has("Fetch the file"), "{}", page.body);

    let waiting = keys.get("/people").await;
    let path = waiting.links().into_iter().find(|link| link.starts_with("/waiting/")).unwrap().to_owned();
    let shown = keys.get(&path).await;
    assert!(shown.has("Export of the record for") && shown.has("No child is named in it"), "{}", shown.body);
    let of_keys = keys.csrf().await;
    let done = keys.post(&format!("{path}/confirm"), &[("csrf", &of_keys)]).await;
    assert!(done.path == "/people" && done.has("Who asked can fetch the export now"), "{}", done.body);

    let page = auditor.get("/audit/export").await;
    let to = page.after("<li class=\"row\">", "action").to_owned();
    assert!(to.starts_with("/audit/export/"), "{to}");
    let file = auditor.post(&to, &[("csrf", &csrf)]).await;
    assert_eq!(file.status, StatusCode::OK);
    let shown = |name: header::HeaderName| file.headers[name].to_str().unwrap().to_owned();
    assert_eq!(shown(header::CACHE_CONTROL), "no-store");
    assert!(shown(header::CONTENT_DISPOSITION).starts_with("attachment; filename=\"record-1-"));
    let read = read_export(&file.body).unwrap();
    assert_eq!(read.agency.id(), node.service.me().id());
    // Nobody else, and not by a link.
    let of_other = other.csrf().await;
    assert_eq!(other.post(&to, &[("csrf", &of_other)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(auditor.get(&to).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn days_that_hold_nothing_are_told_beside_the_field() {
    let node = Node::new().await;
    let mut auditor = Browser::signed_in(&node, "maly", AUDITOR).await;
    node.pass(60);
    let csrf = auditor.csrf().await;
    for (since, until, says) in [
        ("", "2026-06-03", "Choose a day"),
        ("2026-05-30", "soon", "Choose a day"),
        ("2026-06-03", "2026-05-30", "Nothing was done in this time"),
        ("2020-01-01", "2020-01-31", "Nothing was done in this time"),
    ] {
        let form = [("csrf", csrf.as_str()), ("since", since), ("until", until)];
        let page = auditor.post("/audit/export", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{since} {until}");
        assert!(page.has(says) && page.has(&format!("value=\"{until}\"")), "{}", page.body);
    }
    // With nobody to confirm it, one decides, and the page says so.
    let page = auditor.post("/audit/export", &[("csrf", &csrf), DAYS[0], DAYS[1]]).await;
    assert!(page.has("It can be fetched.") && page.has("Fetch the file"), "{}", page.body);
    assert!(page.has("You decide alone here."), "{}", page.body);
}
