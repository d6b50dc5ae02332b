//! Tokens by the pages: one's own for everybody, all for a key administrator; revoked at once.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::StatusCode;

use super::browser::Browser;
use crate::{
    service::testing::{Node, worker},
    view::{CreateToken, NewToken},
};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

async fn made(node: &Node, user: Option<&str>, name: &str) -> NewToken {
    let ask = CreateToken {
        user: user.map(str::to_owned),
        program: user.is_none().then(|| "importer".to_owned()),
        name: name.into(),
        roles: vec!["social_worker".into()],
        days: 30,
    };
    node.service.token_create(&worker(None), ask).await.unwrap()
}

#[tokio::test]
async fn everybody_sees_their_own_tokens_and_revokes_them_and_nobody_elses() {
    let node = Node::new().await;
    let mut dara = Browser::signed_in(&node, "dara", &["social_worker"]).await;
    let mut maly = Browser::signed_in(&node, "maly", &["social_worker"]).await;
    let token = made(&node, Some("dara"), "<telephone>").await;
    made(&node, None, "Case import").await;
    assert!(dara.get("/settings").await.links().contains(&"/settings/tokens"));
    let list = dara.get("/settings/tokens").await;
    assert!(list.has("&#60;telephone&#62;") && list.has("never used") && !list.has("Case import"), "{}", list.body);
    assert!(!list.has(&token.token));
    let path = format!("/settings/tokens/{}/revoke", token.id);
    assert!(list.links().contains(&path.as_str()));
    let csrf = maly.csrf().await;
    assert!(maly.get("/settings/tokens").await.has("There are none."));
    assert_eq!(maly.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(maly.post(&path, &[("csrf", &csrf)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(maly.get("/tokens").await.status, StatusCode::FORBIDDEN);
    assert!(node.service.token(Some(&token.token), HERE).await.is_ok());

    assert!(dara.get(&path).await.has("From now on it opens nothing."));
    let csrf = dara.csrf().await;
    let done = dara.post(&path, &[("csrf", &csrf)]).await;
    assert!(done.has("Revoked.") && done.has("There are none."), "{}", done.body);
    assert!(node.service.token(Some(&token.token), HERE).await.is_err());
    assert_eq!(dara.post(&path, &[("csrf", &csrf)]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_key_administrator_sees_all_tokens_and_revokes_one() {
    let node = Node::new().await;
    Browser::signed_in(&node, "dara", &["social_worker"]).await;
    let mut keys = Browser::signed_in(&node, "bopha", &["key_administrator"]).await;
    made(&node, Some("dara"), "Telephone").await;
    let token = made(&node, None, "Case import").await;
    assert!(keys.get("/people").await.links().contains(&"/tokens"));
    let list = keys.get("/tokens").await;
    assert!(list.has("Telephone") && list.has("importer (program)") && list.has("social worker"), "{}", list.body);
    let path = format!("/tokens/{}/revoke", token.id);
    assert!(keys.get(&path).await.has("Case import"));
    let csrf = keys.csrf().await;
    let done = keys.post(&path, &[("csrf", &csrf)]).await;
    assert!(done.has("Revoked.") && done.has("Telephone") && !done.has("Case import"), "{}", done.body);
    assert!(node.acts().await.contains(&("token.revoke".to_owned(), "done".to_owned())));
}
