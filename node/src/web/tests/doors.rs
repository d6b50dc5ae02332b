//! Who gets in, from where, and what browsers are told.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode},
    routing::post,
};
use tower::ServiceExt as _;

use super::browser::Browser;
use crate::{
    service::testing::{Node, Pair},
    web::guard::{self, Names},
};

const PERSONAL: [&str; 16] = [
    "/news",
    "/sent",
    "/cases",
    "/c/0000",
    "/r/0000/case",
    "/r/0000/note",
    "/r/0000/progress",
    "/r/0000/complete",
    "/start",
    "/inbox",
    "/help",
    "/more",
    "/settings",
    "/r/0000",
    "/r/0000/accept",
    "/r/0000/decline",
];

#[tokio::test]
async fn nobody_who_is_not_signed_in_sees_a_page_or_does_anything() {
    let node = Node::new().await;
    for cookie in ["", "sid=", "sid=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "__Host-sid=x", "sid=;;=", "x"] {
        let mut browser = Browser::new(&node.service);
        for path in PERSONAL {
            let request = browser.request(Method::GET, path).header("cookie", cookie);
            let page = browser.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(
                (page.status, page.headers["location"].to_str().unwrap()),
                (StatusCode::SEE_OTHER, "/"),
                "{path}"
            );
        }
        for path in [
            "/sign-out",
            "/settings/sessions/x/end",
            "/r/0000/accept",
            "/r/0000/decline",
            "/r/0000/note",
            "/r/0000/progress",
            "/r/0000/complete",
            "/cases",
        ] {
            let page = browser.post(path, &[("csrf", "")]).await;
            assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
            assert!(page.has("You were signed out"));
        }
    }
}

#[tokio::test]
async fn every_answer_forbids_foreign_scripts_frames_and_keeping() {
    let pair = Pair::new().await;
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["social_worker"]).await;
    for path in ["/", "/inbox", "/join", "/hide", "/nothing", "/r/zz", "/lang/km", "/lang/xx"] {
        let request = browser.request(Method::GET, path).body(Body::empty()).unwrap();
        let page = browser.send(request).await;
        let header = |name: &str| page.headers.get(name).unwrap_or_else(|| panic!("{path}: {name}")).to_str().unwrap();
        assert!(header("content-security-policy").starts_with("default-src 'none'; style-src 'self'; img-src 'self';"));
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        assert!(header("permissions-policy").contains("camera=()"));
        assert!(header("content-security-policy").contains("script-src 'self'; connect-src 'self'"));
        let own = page.body.matches("<script src=\"/a/").count();
        assert_eq!(page.body.matches("<script").count(), own, "{path}");
        assert!(own <= 1 && !page.has("style=") && !page.has("onclick"), "{path}");
    }
}

#[tokio::test]
async fn a_form_of_another_site_or_without_the_sessions_token_does_nothing() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    pair.settle().await;
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["social_worker"]).await;
    let csrf = browser.csrf().await;
    let path = format!("/r/{id}/accept");
    let mut other = Browser::signed_in(&pair.shelter, "maly", &["social_worker"]).await;
    let of_another = other.csrf().await;
    for wrong in ["", "x", &csrf[1..], &of_another] {
        let page = browser.post(&path, &[("csrf", wrong)]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{wrong}");
    }
    for site in ["cross-site", "same-site", "none"] {
        let request = browser.form(&path, &[("csrf", &csrf)], site);
        assert_eq!(browser.send(request).await.status, StatusCode::FORBIDDEN, "{site}");
    }
    // Browsers without Fetch Metadata say the origin, and nothing else will do.
    for (origin, status) in [
        (None, StatusCode::FORBIDDEN),
        (Some("null"), StatusCode::FORBIDDEN),
        (Some("http://evil.example"), StatusCode::FORBIDDEN),
        (Some("http://127.0.0.1:7081"), StatusCode::FORBIDDEN),
    ] {
        let mut request = browser.form(&path, &[("csrf", &csrf)], "same-origin");
        request.headers_mut().remove("sec-fetch-site");
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        assert_eq!(browser.send(request).await.status, status, "{origin:?}");
    }
    assert_eq!(pair.states(&id).await[1], "offered");
    let mut request = browser.form(&path, &[("csrf", &csrf)], "same-origin");
    request.headers_mut().remove("sec-fetch-site");
    request.headers_mut().insert("origin", "http://127.0.0.1:7080".parse().unwrap());
    assert_eq!(browser.send(request).await.status, StatusCode::SEE_OTHER);
    assert_eq!(pair.states(&id).await[1], "accepted");
}

#[tokio::test]
async fn a_strangers_name_for_this_node_and_a_strangers_page_get_nothing() {
    let node = Node::new().await;
    let mut browser = Browser::new(&node.service);
    for (host, status) in [
        ("evil.example", StatusCode::MISDIRECTED_REQUEST),
        ("spean.example.evil.example", StatusCode::MISDIRECTED_REQUEST),
        ("spean.example:7080", StatusCode::OK),
        ("localhost:7080", StatusCode::OK),
        ("[::1]:7080", StatusCode::OK),
        ("192.168.1.5", StatusCode::OK),
    ] {
        let mut request = browser.request(Method::GET, "/").body(Body::empty()).unwrap();
        request.headers_mut().insert("host", host.parse().unwrap());
        assert_eq!(browser.send(request).await.status, status, "{host}");
    }
    for (mode, status) in
        [("navigate", StatusCode::OK), ("no-cors", StatusCode::FORBIDDEN), ("cors", StatusCode::FORBIDDEN)]
    {
        let request =
            browser.request(Method::GET, "/").header("sec-fetch-site", "cross-site").header("sec-fetch-mode", mode);
        assert_eq!(browser.send(request.body(Body::empty()).unwrap()).await.status, status, "{mode}");
    }
}

#[tokio::test]
async fn a_form_that_is_too_long_is_not_read() {
    let pair = Pair::new().await;
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["social_worker"]).await;
    let csrf = browser.csrf().await;
    let page = browser.post("/r/0000/decline", &[("csrf", &csrf), ("text", &"x".repeat(70_000))]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn who_looks_after_keys_sees_no_case() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    pair.settle().await;
    for (role, first) in [("key_administrator", "/peers"), ("auditor", "/audit")] {
        let mut browser = Browser::signed_in(&pair.shelter, role, &[role]).await;
        let start = browser.get("/").await;
        assert_eq!(start.path, first);
        assert!(!start.has("/inbox"), "{}", start.body);
        let exchange =
            ["", "/accept", "/decline", "/case", "/note", "/progress", "/complete"].map(|end| format!("/r/{id}{end}"));
        for path in ["/inbox", "/sent", "/cases", "/c/0000"].into_iter().chain(exchange.iter().map(String::as_str)) {
            let page = browser.get(path).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{role} {path}");
            assert!(page.has("not among your tasks") && !page.has("some weeks"));
        }
        let csrf = browser.csrf().await;
        let page = browser.post(&format!("/r/{id}/accept"), &[("csrf", &csrf)]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(pair.states(&id).await[1], "offered");
}

#[tokio::test]
async fn programs_need_no_page_of_ours_and_pages_still_do() {
    let programs = Router::new().route("/cases", post(|| async { "programs" }));
    let screens = Router::new().route("/cases", post(|| async { "screens" }));
    let names = Arc::new(Names(Vec::new()));
    let both = guard::around(screens, Some(("/api/v1", programs)), names, false);
    let asked = async |path: &str, host: &str| {
        let request = Request::builder().method(Method::POST).uri(path).header("host", host);
        both.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    };
    let answer = asked("/api/v1/cases", "127.0.0.1:7080").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(!answer.headers().contains_key("access-control-allow-origin"));
    assert_eq!(asked("/cases", "127.0.0.1:7080").await.status(), StatusCode::FORBIDDEN, "a form of nobody's page");
    assert_eq!(asked("/api/v1/cases", "evil.example").await.status(), StatusCode::MISDIRECTED_REQUEST);
}
