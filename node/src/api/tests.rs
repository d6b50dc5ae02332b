use std::{os::unix::fs::PermissionsExt as _, path::PathBuf, time::Duration};

use axum::{
    Json, Router,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{
    actor::By,
    body::{Asked, Body},
    client::{Method, Names, ask},
    problem::{unknown_method, unknown_path},
    *,
};
use crate::{
    service::{Actor, PersonName},
    view::{AddPeer, SearchRequest},
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    after: u64,
}

async fn who(By(actor): By) -> Json<Value> {
    match actor {
        Actor::Operator { uid, by, approved_by } => {
            let text = |name: Option<PersonName>| name.map(|name| name.as_str().to_owned());
            Json(json!({ "uid": uid, "by": text(by), "approved_by": text(approved_by) }))
        }
        Actor::Person { .. } | Actor::Program { .. } | Actor::Node => Json(Value::Null),
    }
}

async fn echo(Body(request): Body<SearchRequest>) -> Json<SearchRequest> {
    Json(request)
}

async fn page(Asked(page): Asked<Page>) -> Json<u64> {
    Json(page.after)
}

async fn breaks(Body(_): Body<AddPeer>) -> Json<Value> {
    panic!("the name is Sokha")
}

async fn slow() -> Json<u64> {
    tokio::time::sleep(Duration::from_millis(200)).await;
    Json(1)
}

fn router() -> Router {
    let routes = Router::new()
        .route("/who", get(who))
        .route("/echo", post(echo))
        .route("/page", get(page))
        .route("/breaks", post(breaks))
        .route("/slow", get(slow));
    Router::new().nest(PREFIX, routes).fallback(unknown_path).method_not_allowed_fallback(unknown_method)
}

struct Node {
    _folder: tempfile::TempDir,
    socket: PathBuf,
    local: Local,
}

fn open() -> Node {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("node.sock");
    let local = serve(&socket, router()).unwrap();
    Node { _folder: folder, socket, local }
}

impl Node {
    async fn get(&self, path: &str) -> Result<Value, crate::view::Problem> {
        ask(&self.socket, Names::default(), Method::Get, path, None).await
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, crate::view::Problem> {
        ask(&self.socket, Names::default(), Method::Post, path, Some(body)).await
    }
}

#[tokio::test]
async fn the_actor_is_the_kernels_user_with_the_names_they_give() {
    let node = open();
    let uid = rustix::process::geteuid().as_raw();
    let (by, approved_by): (PersonName, PersonName) = ("សុខ ដារា".parse().unwrap(), "Chan Sophea".parse().unwrap());
    let names = Names { by: Some(&by), approved_by: Some(&approved_by) };
    let who = ask(&node.socket, names, Method::Get, "who", None).await.unwrap();
    assert_eq!(who, json!({ "uid": uid, "by": "សុខ ដារា", "approved_by": "Chan Sophea" }));
    assert_eq!(node.get("who").await.unwrap()["by"], Value::Null);
}

#[tokio::test]
async fn the_socket_is_its_owners_only_and_goes_with_the_node() {
    let node = open();
    let mode = std::fs::metadata(&node.socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    node.local.stop(Duration::from_secs(1)).await;
    assert!(!node.socket.exists());
}

#[tokio::test]
async fn a_socket_left_by_a_crash_is_replaced_and_a_running_nodes_is_not() {
    let node = open();
    assert!(matches!(serve(&node.socket, router()), Err(SocketError::InUse(_))));
    let stale = node.socket.with_extension("old");
    drop(std::os::unix::net::UnixListener::bind(&stale).unwrap());
    let local = serve(&stale, router()).unwrap();
    assert!(ask(&stale, Names::default(), Method::Get, "who", None).await.is_ok());
    local.stop(Duration::from_secs(1)).await;
    let file = node.socket.with_extension("txt");
    std::fs::write(&file, "precious").unwrap();
    assert!(matches!(serve(&file, router()), Err(SocketError::NotASocket(_))));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");
    let long = node.socket.with_file_name("x".repeat(120));
    assert!(matches!(serve(&long, router()), Err(SocketError::TooLong { .. })));
}

#[tokio::test]
async fn without_a_node_the_client_says_how_to_start_one() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("node.sock");
    for stale in [false, true] {
        if stale {
            drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
        }
        let problem = ask(&socket, Names::default(), Method::Get, "status", None).await.unwrap_err();
        assert_eq!(problem.code, "node/not-running");
        assert!(problem.hint.unwrap().contains("spean serve --dir"));
    }
}

#[tokio::test]
async fn each_fault_of_a_request_is_a_problem_that_says_what_to_do() {
    let node = open();
    let code = |answer: Result<Value, crate::view::Problem>| answer.unwrap_err().code;
    assert_eq!(code(node.get("nothing").await), "node/unknown-path");
    assert_eq!(code(node.get("echo").await), "node/unknown-path");
    let wrong = node.post("echo", &json!({ "name": "Sokha" })).await.unwrap_err();
    assert_eq!((wrong.code.as_str(), wrong.faults[0].path.as_str()), ("input/field", "name"));
    assert_eq!(code(node.get("page?after=x").await), "input/field");
    assert_eq!(code(node.get("page?after=1&before=2").await), "input/field");
    let huge = json!({ "term": "x".repeat(MAX_BODY) });
    assert_eq!(code(node.post("echo", &huge).await), "input/too-large");
    assert_eq!(node.get("page?after=7").await.unwrap(), json!(7));
}

#[tokio::test]
async fn a_broken_handler_answers_and_tells_nothing() {
    let node = open();
    let problem = node.post("breaks", &json!({ "card": "x" })).await.unwrap_err();
    assert_eq!(problem.code, "internal");
    assert!(!serde_json::to_string(&problem).unwrap().contains("Sokha"));
    assert!(node.get("who").await.is_ok(), "and the node goes on");
}

#[tokio::test]
async fn a_running_request_ends_before_the_interface_closes() {
    let node = open();
    let socket = node.socket.clone();
    let slow = tokio::spawn(async move { ask(&socket, Names::default(), Method::Get, "slow", None).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    node.local.stop(Duration::from_secs(5)).await;
    assert_eq!(slow.await.unwrap(), Ok(json!(1)));
}
