//! Signing in and out, invitations, sessions, hiding.

use axum::http::StatusCode;

use super::browser::{Browser, TELEPHONE, WORDS, code, code_of, invited};
use crate::service::testing::Node;

#[tokio::test]
async fn an_invitation_leads_in_once() {
    let node = Node::new().await;
    let token = invited(&node, "sophea", &["social_worker", "supervisor"]).await;
    let mut browser = Browser::new(&node.service);
    let page = browser.post("/join", &[("token", &format!(" {token} "))]).await;
    assert!(page.has("Welcome, ម៉ៅ សុភា") && page.has("social worker, supervisor") && page.has("<svg"), "{}", page.body);
    let path = format!("/join/{token}");
    let secret = page.after("name=\"secret\"", "value").to_owned();
    let seen_by_another = Browser::new(&node.service).get(&path).await.after("name=\"secret\"", "value").to_owned();
    assert_ne!(secret, seen_by_another);
    let now = code_of(&secret, node.service.glance().now);
    let form = |words, again, code| [("passphrase", words), ("again", again), ("code", code), ("secret", &*secret)];
    for (form, says) in [
        (form(WORDS, "three rivers meet there", &now), "differ"),
        (form(WORDS, WORDS, "000000"), "not the code"),
        (form("short", "short", &now), "too easy"),
    ] {
        let page = browser.post(&path, &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
        assert!(page.has(says) && page.has("<title>Error: ") && !page.has(WORDS), "{says}: {}", page.body);
        assert_eq!(page.after("name=\"secret\"", "value"), secret, "the telephone scanned it already");
    }
    let page = browser.post(&path, &[("passphrase", WORDS), ("again", WORDS), ("code", &now)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "no secret");
    let page = browser.post(&path, &form(WORDS, WORDS, &now)).await;
    assert_eq!(page.path, "/board");
    let page = Browser::new(&node.service).get(&path).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.has("used already") && !page.has(&token), "{}", page.body);
}

#[tokio::test]
async fn a_person_signs_in_with_both_and_every_failure_reads_alike() {
    let node = Node::new().await;
    let token = invited(&node, "sophea", &["social_worker"]).await;
    let mut browser = Browser::new(&node.service);
    let now = code(&node);
    browser
        .post(
            &format!("/join/{token}"),
            &[("passphrase", WORDS), ("again", WORDS), ("code", &now), ("secret", TELEPHONE)],
        )
        .await;
    node.pass(60);
    let next = code(&node);
    let mut said = Vec::new();
    for (name, words) in [("nobody", WORDS), ("sophea", "four rivers meet here")] {
        let form = [("name", name), ("passphrase", words), ("code", next.as_str())];
        let page = Browser::new(&node.service).post("/sign-in", &form).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(!page.has(words), "the passphrase came back");
        said.push(page.body.replace(name, "NAME"));
        node.pass(60);
    }
    assert_eq!(said[0], said[1]);
    let mut browser = Browser::new(&node.service);
    let form = [("name", "sophea"), ("passphrase", WORDS), ("code", &code(&node))];
    let page = browser.post("/sign-in", &form).await;
    assert_eq!(page.path, "/inbox", "{}", page.body);
    assert_eq!(browser.get("/").await.path, "/inbox");
}

#[tokio::test]
async fn signing_out_and_hiding_end_the_session_here_and_at_the_node() {
    let node = Node::new().await;
    let mut browser = Browser::signed_in(&node, "sophea", &["social_worker"]).await;
    let csrf = browser.csrf().await;
    let mut stolen = Browser::new(&node.service);
    let copied = browser.request(axum::http::Method::GET, "/inbox").body(axum::body::Body::empty()).unwrap();
    let page = browser.post("/sign-out", &[("csrf", &csrf)]).await;
    assert_eq!(page.path, "/");
    assert!(!browser.has_session());
    assert_eq!(stolen.send(copied).await.status, StatusCode::SEE_OTHER, "the token still opened a page");

    let mut browser = Browser::signed_in(&node, "maly", &["social_worker"]).await;
    let copied = browser.request(axum::http::Method::GET, "/inbox").body(axum::body::Body::empty()).unwrap();
    let page = browser.get("/hide").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers["clear-site-data"], r#""cache", "storage""#);
    for word in ["Spean", "CMO", "Inbox", "Sign", "ម៉ៅ"] {
        assert!(!page.has(word), "{word}: {}", page.body);
    }
    assert!(page.has("<title>June 2026</title>") && page.has("aria-current=\"date\">1<"), "{}", page.body);
    assert!(!browser.has_session());
    assert_eq!(stolen.send(copied).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_person_lists_and_ends_their_own_sessions() {
    let node = Node::new().await;
    let token = invited(&node, "sophea", &["social_worker"]).await;
    let mut first = Browser::new(&node.service);
    let now = code(&node);
    first
        .post(
            &format!("/join/{token}"),
            &[("passphrase", WORDS), ("again", WORDS), ("code", &now), ("secret", TELEPHONE)],
        )
        .await;
    node.pass(60);
    let mut second = Browser::new(&node.service);
    let form = [("name", "sophea"), ("passphrase", WORDS), ("code", &code(&node))];
    second.post("/sign-in", &form).await;
    let page = second.get("/settings").await;
    assert!(page.has("This one"));
    let csrf = second.csrf().await;
    let end = page.after("action=\"/settings/sessions/", "action");
    assert!(!end.is_empty());
    let path = format!(
        "/settings/sessions/{}/end",
        page.body.split("/settings/sessions/").nth(1).unwrap().split('/').next().unwrap()
    );
    assert_eq!(second.post(&path, &[("csrf", &csrf)]).await.path, "/settings");
    assert_eq!(first.get("/inbox").await.path, "/");
    assert_eq!(second.get("/inbox").await.path, "/inbox");
}

#[tokio::test]
async fn who_lost_the_telephone_gets_a_new_link_from_the_page_and_is_out_until_it_is_used() {
    let node = Node::new().await;
    let mut person = Browser::signed_in(&node, "dara", &["social_worker"]).await;
    let mut keys = Browser::signed_in(&node, "sophea", &["key_administrator"]).await;
    let people = node.service.people(&crate::service::testing::worker(None)).await.unwrap();
    let dara = people.iter().find(|found| found.sign_in == "dara").unwrap();
    let path = format!("/people/{}", &dara.id[..20]);
    let shown = keys.get(&path).await;
    assert!(shown.links().iter().any(|link| link.ends_with("/recover")), "{}", shown.body);
    assert!(keys.get(&format!("{path}/recover")).await.has("Make sure first"));
    let csrf = keys.csrf().await;
    let done = keys.post(&format!("{path}/recover"), &[("csrf", &csrf)]).await;
    assert!(done.status == StatusCode::OK && done.has("/join/"), "{}", done.body);
    assert!(!done.path.contains("join"), "the token stands in no address of ours");
    assert_eq!(person.get("/inbox").await.path, "/", "signed out");
    let token = done.body.split_once("/join/").unwrap().1.split('<').next().unwrap().to_owned();
    let code = code(&node);
    let form = [("passphrase", WORDS), ("again", WORDS), ("code", &code), ("secret", TELEPHONE)];
    let page = person.post(&format!("/join/{token}"), &form).await;
    assert_eq!((page.status, page.path.as_str()), (StatusCode::OK, "/inbox"), "{}", page.body);
}
