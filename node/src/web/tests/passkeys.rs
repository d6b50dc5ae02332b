//! Passkeys through the pages: enrolled, signed in with, listed, and offered only where they work.

use axum::http::StatusCode;
use serde_json::Value;

use super::browser::{Browser, invited};
use crate::service::{people::Device, testing::Node};

fn at_the_site(node: &Node) -> Browser {
    let mut browser = Browser::new(&node.service);
    browser.host = "localhost:7080";
    browser
}

/// What the page's script would be told.
async fn asked(browser: &mut Browser, path: &str, form: &[(&str, &str)]) -> Value {
    let page = browser.post(path, form).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.starts_with("pk=") && cookie.contains("Max-Age=300") && cookie.contains("HttpOnly; SameSite=Strict")
    );
    serde_json::from_str(&page.body).unwrap()
}

async fn enrolled(node: &Node, name: &str, device: &mut Device) -> Browser {
    let token = invited(node, name, &["social_worker"]).await;
    let (mut browser, path) = (at_the_site(node), format!("/join/{token}"));
    let page = browser.get(&path).await;
    assert!(page.has(&format!("action=\"{path}/passkey\"")) && page.has("passkey.js"), "{}", page.body);
    let options = asked(&mut browser, &format!("{path}/passkey/begin"), &[]).await;
    let made = device.create(&options);
    let nameless = [("credential", made.as_str()), ("passkey_name", " ")];
    let page = browser.post(&format!("{path}/passkey"), &nameless).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("1 to 40 letters"), "{}", page.body);
    let options = asked(&mut browser, &format!("{path}/passkey/begin"), &[]).await;
    let made = device.create(&options);
    let form = [("credential", made.as_str()), ("passkey_name", "Red telephone")];
    let page = browser.post(&format!("{path}/passkey"), &form).await;
    assert_eq!((page.status, page.path.as_str()), (StatusCode::OK, "/inbox"));
    browser
}

#[tokio::test]
async fn a_person_comes_in_with_a_passkey_and_every_failure_reads_as_any_other() {
    let node = Node::new().await;
    let mut device = Device::new(1);
    enrolled(&node, "dara", &mut device).await;
    let mut browser = at_the_site(&node);
    let options = asked(&mut browser, "/sign-in/passkey/begin", &[]).await;
    let answer = device.get(&options);
    let page = browser.post("/sign-in/passkey", &[("credential", &answer), ("shared", "yes")]).await;
    assert!(browser.has_session() && page.path == "/inbox", "{}", page.body);
    let again = browser.post("/sign-in/passkey", &[("credential", &answer)]).await;
    let nonsense = at_the_site(&node).post("/sign-in/passkey", &[("credential", "{}")]).await;
    for page in [&again, &nonsense] {
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(page.has("Name, passphrase, code or passkey is wrong"), "{}", page.body);
    }
    let elsewhere = at_the_site(&node).form("/sign-in/passkey/begin", &[], "cross-site");
    assert_eq!(at_the_site(&node).send(elsewhere).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn passkeys_are_offered_where_they_work_and_elsewhere_it_is_said_where() {
    let node = Node::new().await;
    let here = at_the_site(&node).get("/").await;
    assert!(here.has("data-passkey=\"get\"") && here.has("<noscript>"));
    let policy = here.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let numbered = Browser::new(&node.service).get("/").await;
    assert!(
        !numbered.has("data-passkey") && !numbered.has("<script") && numbered.has("href=\"http://localhost:7080/\"")
    );
    let node = node.without_passkeys().await;
    let nowhere = at_the_site(&node).get("/").await;
    assert!(!nowhere.has("data-passkey") && !nowhere.has("A passkey works at"), "{}", nowhere.body);
}

#[tokio::test]
async fn a_person_sees_and_changes_by_what_they_sign_in() {
    let node = Node::new().await;
    let mut browser = enrolled(&node, "dara", &mut Device::new(1)).await;
    let csrf = browser.csrf().await;
    let page = browser.get("/settings").await;
    assert!(page.has("Red telephone") && page.has("Not set up"), "{}", page.body);
    let path = page.links().into_iter().find(|link| link.starts_with("/settings/passkeys/")).unwrap().to_owned();
    let page = browser.post(&path, &[("csrf", &csrf), ("passkey_name", "Blue telephone")]).await;
    assert!(page.has("Blue telephone") && page.has("The name was changed"));
    let page = browser.post(&format!("{path}/remove"), &[("csrf", &csrf)]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.has("You could not sign in any more"), "{}", page.body);
    let options = asked(&mut browser, "/settings/passkeys/new/begin", &[("csrf", &csrf)]).await;
    let made = Device::new(2).create(&options);
    let form = [("csrf", csrf.as_str()), ("credential", &made), ("passkey_name", "Computer")];
    let page = browser.post("/settings/passkeys/new", &form).await;
    assert!(page.has("The passkey was added") && page.has("Computer"));
    let page = browser.post(&format!("{path}/remove"), &[("csrf", &csrf)]).await;
    assert!(page.has("The passkey was removed") && !page.has("Blue telephone"));
    assert!(browser.get("/settings/passphrase").await.has("name=\"secret\""));
    node.pass(11 * 60);
    for path in ["/settings/passkeys/new", "/settings/passphrase"] {
        let page = browser.get(path).await;
        assert!(page.has("Sign in again first") && !page.has("name=\"secret\""), "{path}");
    }
}
