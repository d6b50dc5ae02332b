//! The interface for programs, asked as a program asks it.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode},
};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use utoipa::OpenApi as _;

use super::{document::Document, router};
use crate::{
    service::testing::{Node, Pair, worker},
    view::CreateToken,
};

/// Somebody at the other end of a line.
struct Program {
    router: Router,
    token: Option<String>,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn code(&self) -> (u16, &str) {
        (self.status.as_u16(), self.body["type"].as_str().unwrap_or_default())
    }
}

impl Program {
    async fn with(node: &Node, name: &str, roles: &[&str]) -> Self {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let ask = CreateToken { user: None, program: Some(name.into()), name: "Test".into(), roles, days: 1 };
        let made = node.service.token_create(&worker(None), ask).await.unwrap();
        Self { router: router(Arc::clone(&node.service)), token: Some(made.token.clone()) }
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 40_000))));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], &Value::Null).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, &[], body).await
    }
}

fn child(name: &str) -> Value {
    json!({ "identity": {
        "name": { "latin": { "family": "Tonle", "given": name } }, "sex": "male", "languages": ["km"],
        "age_estimate": { "years": 13, "as_of": "2026-05-28", "plus_minus": 1 },
    } })
}

/// Each operation of the document.
fn operations() -> Vec<(Method, String)> {
    let document = serde_json::to_value(Document::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let methods = |item: &Value| item.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    paths
        .flat_map(|(path, item)| methods(item).into_iter().map(move |method| (method, path.clone())))
        .map(|(method, path)| (method.to_uppercase().parse().unwrap(), path.replace("{id}", "00000000")))
        .collect()
}

#[tokio::test]
async fn nothing_opens_without_a_good_token_and_a_cookie_is_none() {
    let node = Node::new().await;
    let mut program = Program::with(&node, "importer", &["supervisor"]).await;
    let good = program.token.take().unwrap();
    assert!(operations().len() >= 21);
    for (method, path) in operations() {
        let answer = program.send(method.clone(), &path, &[("cookie", &format!("sid={good}"))], &json!({})).await;
        assert_eq!(answer.code(), (401, "token/not-good"), "{method} {path}");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
    for (n, (method, path)) in operations().into_iter().enumerate() {
        program.token = Some(format!("{n:0>43}"));
        let answer = program.send(method.clone(), &path, &[], &json!({})).await;
        let expected = [(401, "token/not-good"), (429, "person/too-soon")];
        assert!(expected.contains(&answer.code()), "{method} {path}: {:?}", answer.code());
        assert_eq!(answer.status == 429, answer.headers.contains_key("retry-after"));
    }
    program.token = Some(good);
    assert_eq!(program.get("/inbox").await.status, StatusCode::OK, "the right one does not wait for the wrong ones");
}

#[tokio::test]
async fn a_role_that_is_too_small_opens_nothing_of_a_child() {
    let node = Node::new().await;
    let auditor = Program::with(&node, "checker", &["auditor"]).await;
    for (method, path) in operations() {
        let body = match path.as_str() {
            "/cases/search" => json!({ "term": "x" }),
            path if path.starts_with("/referrals") => json!({ "case": "00000000", "to": "x", "services": ["x"],
                "purpose": "x", "urgency": "x", "summary": "x" }),
            path if path.ends_with("/note") => json!({ "text": "x" }),
            path if path.ends_with("/progress") => json!({ "status": "x" }),
            path if path.ends_with("/complete") => json!({ "outcome": "x" }),
            path if ["/decline", "/return"].iter().any(|end| path.ends_with(end)) => json!({ "reason": "x" }),
            "/exchanges/00000000/withdraw" => json!({ "reason": "x" }),
            _ => json!({}),
        };
        let answer = auditor.send(method.clone(), &path, &[], &body).await;
        let expected = if path == "/status" { (200, "") } else { (403, "person/not-allowed") };
        assert_eq!(answer.code(), expected, "{method} {path}: {}", answer.body);
    }
}

#[tokio::test]
async fn what_belongs_to_others_is_refused_and_in_no_list() {
    let node = Node::new().await;
    let (one, other) = (
        Program::with(&node, "one", &["social_worker"]).await,
        Program::with(&node, "other", &["social_worker"]).await,
    );
    let added = one.post("/cases", &child("Sokha")).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    let id = added.body["id"].as_str().unwrap();
    assert_eq!(added.headers["location"], format!("/api/v1/cases/{id}"));
    assert_eq!(one.get(&format!("/cases/{id}")).await.body["record"]["identity"]["sex"], "male");
    for path in [format!("/cases/{id}"), format!("/cases/{id}/consents")] {
        assert_eq!(other.get(&path).await.code(), (403, "person/not-assigned"), "{path}");
    }
    assert_eq!(other.post(&format!("/cases/{id}/consents"), &json!({})).await.code(), (403, "person/not-assigned"));
    assert_eq!(other.get("/cases").await.body["cases"], json!([]));
    assert_eq!(other.post("/cases/search", &json!({ "term": "Sokha" })).await.body["cases"], json!([]));
    let all = Program::with(&node, "board", &["supervisor"]).await;
    assert_eq!(all.get("/cases").await.body["cases"][0]["id"], id, "a supervisor's token sees all");
}

#[tokio::test]
async fn an_offer_is_made_seen_and_answered_by_programs() {
    let pair = Pair::new().await;
    let here = Program::with(&pair.origin, "here", &["supervisor"]).await;
    let there = Program::with(&pair.shelter, "there", &["social_worker"]).await;
    let request = serde_json::to_value(pair.request()).unwrap();
    assert_eq!(here.post("/referrals/preview", &request).await.status, StatusCode::OK);
    let made = here.post("/referrals", &request).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let id = made.body["exchange"].as_str().unwrap().to_owned();
    pair.settle().await;
    assert_eq!(here.get("/outbox").await.body["exchanges"][0]["id"], id.as_str());
    assert_eq!(there.get("/inbox").await.body["exchanges"][0]["id"], id.as_str());
    let wrong = there.post(&format!("/exchanges/{id}/decline"), &json!({ "reason": "x" })).await;
    assert_eq!(wrong.code(), (422, "input/field"));
    assert_eq!(there.post(&format!("/exchanges/{id}/accept"), &Value::Null).await.body["state"], "accepted");
    pair.settle().await;
    let shown = there.get(&format!("/exchanges/{id}")).await;
    assert!(shown.body["released"]["identity"].is_object(), "{}", shown.body);
    let again = there.post(&format!("/exchanges/{id}/decline"), &json!({ "reason": "no_capacity" })).await;
    assert_eq!(again.code(), (409, "exchange/wrong-state"));
    let note = there.post(&format!("/exchanges/{id}/note"), &json!({ "text": "arrived and well" })).await;
    assert_eq!(note.status, StatusCode::OK, "{}", note.body);
    let other = Program::with(&pair.shelter, "other", &["social_worker"]).await;
    assert_eq!(other.get(&format!("/exchanges/{id}")).await.code(), (403, "person/not-assigned"));
}

#[tokio::test]
async fn a_repeated_request_with_one_key_is_done_once() {
    let node = Node::new().await;
    let program = Program::with(&node, "importer", &["social_worker"]).await;
    let add = async |key: &str, name: &str| {
        program.send(Method::POST, "/cases", &[("idempotency-key", key)], &child(name)).await
    };
    let (first, second) = (add("k-1", "Sokha").await, add("k-1", "Sokha").await);
    assert_eq!((first.status, &first.body), (StatusCode::CREATED, &second.body));
    assert_eq!((second.status, second.headers["location"].clone()), (first.status, first.headers["location"].clone()));
    assert_eq!(add("k-1", "Dara").await.code(), (422, "repeat/otherwise"));
    assert_eq!(add("not a key", "Dara").await.code(), (422, "input/field"));
    let refused = program.send(Method::POST, "/cases", &[("idempotency-key", "k-2")], &json!({ "x": 1 })).await;
    assert_eq!(refused.code().1, "case/invalid");
    assert_eq!(add("k-2", "Dara").await.status, StatusCode::CREATED, "what was refused was not done");
    let other = Program::with(&node, "importer", &["social_worker"]).await;
    let theirs = other.send(Method::POST, "/cases", &[("idempotency-key", "k-1")], &child("Sokha")).await;
    assert_ne!(theirs.body["id"], first.body["id"], "a key is one token's own");
    assert_eq!(program.get("/cases").await.body["cases"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn lists_come_in_pages_that_join_without_a_gap() {
    let node = Node::new().await;
    let program = Program::with(&node, "importer", &["social_worker"]).await;
    for n in 0..5 {
        assert_eq!(program.post("/cases", &child(&format!("Sokha {n}"))).await.status, StatusCode::CREATED);
    }
    let (mut seen, mut path) = (Vec::new(), "/cases?limit=2".to_owned());
    loop {
        let page = program.get(&path).await.body;
        seen.extend(page["cases"].as_array().unwrap().iter().map(|case| case["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/cases?limit=2&after={next}");
    }
    seen.sort_by_key(ToString::to_string);
    seen.dedup();
    assert_eq!(seen.len(), 5);
    for wrong in ["limit=0", "limit=101", "limit=x", "after=x", "before=x"] {
        assert_eq!(program.get(&format!("/cases?{wrong}")).await.code(), (422, "input/field"), "{wrong}");
    }
    assert_eq!(program.get("/inbox?after=00").await.code(), (422, "input/field"));
}

#[tokio::test]
async fn exchanges_come_in_pages_too() {
    let pair = Pair::new().await;
    let program = Program::with(&pair.origin, "here", &["supervisor"]).await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(pair.refer().await);
    }
    for list in ["outbox", "exchanges"] {
        let first = program.get(&format!("/{list}?limit=2")).await.body;
        let next = first["next"].as_str().unwrap();
        let second = program.get(&format!("/{list}?limit=2&after={next}")).await.body;
        assert!(second["next"].is_null());
        let lines = [&first, &second].map(|page| page["exchanges"].as_array().unwrap().clone()).concat();
        let mut ids: Vec<&str> = lines.iter().map(|line| line["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        made.sort_unstable();
        assert_eq!(ids, made);
    }
}

#[tokio::test]
async fn what_is_not_there_and_what_can_not_be_read_is_a_problem_too() {
    let node = Node::new().await;
    let program = Program::with(&node, "importer", &["social_worker"]).await;
    assert_eq!(program.get("/people").await.code(), (404, "node/unknown-path"));
    let method = program.send(Method::DELETE, "/cases", &[], &Value::Null).await;
    assert_eq!(method.code(), (405, "node/unknown-path"));
    assert!(method.headers["allow"].to_str().unwrap().contains("POST"));
    assert_eq!(program.get("/cases/%ff").await.code(), (422, "id/malformed"));
    assert_eq!(program.post("/cases/search", &json!({ "trem": "x" })).await.code(), (422, "input/field"));
    let described = program.get("/openapi.json").await.body;
    assert!(described["openapi"].as_str().unwrap().starts_with("3.1"));
    let ids: Vec<&Value> = described["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values().map(|operation| &operation["operationId"]))
        .collect();
    let mut once: Vec<String> = ids.iter().map(ToString::to_string).collect();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "each operation has a name of its own: {ids:?}");
}
