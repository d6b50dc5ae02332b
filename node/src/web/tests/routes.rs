//! Every route, asked by everybody who should not get it: what succeeds is what the table says, and no more.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, StatusCode},
};

use super::browser::{Browser, Page};
use crate::{
    service::{
        people::{Role, Roles},
        testing::{Node, Pair},
    },
    web::{Needs, Route, routes},
};

/// Ends the session of whoever asks, so it is asked last, and stands for itself.
const LEAVES: [&str; 2] = ["/sign-out", "/hide"];

/// The route's path, of things that are not there: a right comes before what is looked for.
fn path_of(route: &Route) -> String {
    let filled = route.path.replace("{tag}", "en").replace("{mark}/{name}", "0/spean.css");
    let filled = filled.replace("{category}", "health").replace("{list}", "visits").replace("{number}", "0");
    filled
        .replace("{id}", "00000000")
        .replace("{consent}", "00000000")
        .replace("{peer}", "00000000")
        .replace("{token}", "AAAA")
}

async fn ask(browser: &mut Browser, route: &Route, csrf: &str) -> Page {
    let path = path_of(route);
    let request = match route.method {
        Method::GET => browser.request(Method::GET, &path).header("sec-fetch-site", "same-origin").body(Body::empty()),
        _ => Ok(browser.form(&path, &[("csrf", csrf)], "same-origin")),
    };
    browser.send(request.unwrap()).await
}

fn without_leaving() -> impl Iterator<Item = Route> {
    routes().into_iter().filter(|route| !LEAVES.contains(&route.path))
}

fn every_set() -> impl Iterator<Item = Vec<Role>> {
    (1..16_u8).map(|bits| (0..).zip(Role::ALL).filter(|(at, _)| bits >> at & 1 == 1).map(|(_, role)| role).collect())
}

#[tokio::test]
async fn each_set_of_roles_gets_the_pages_of_the_table_and_no_others() {
    let node = Node::new().await;
    let (mut people, mut refused, mut allowed, mut wrong) = (0, 0, 0, Vec::new());
    for set in every_set() {
        let roles: Roles = set.iter().copied().collect();
        if roles.join_keys_and_cases() {
            // Nobody can be invited so (`people::invite`); whoever is so all the same is tried in `access`.
            continue;
        }
        let names: Vec<&str> = set.iter().map(|role| role.code()).collect();
        let mut browser = Browser::signed_in(&node, &format!("person{people}"), &names).await;
        let csrf = browser.csrf().await;
        people += 1;
        for route in without_leaving() {
            let page = ask(&mut browser, &route, &csrf).await;
            let may = route.needs.allow(roles, false);
            if (page.status == StatusCode::FORBIDDEN) == may {
                wrong.push(format!("{} {} by {names:?}: {}", route.method, route.path, page.status));
            }
            assert!(!page.status.is_server_error(), "{} {}: {}", route.method, route.path, page.status);
            *(if may { &mut allowed } else { &mut refused }) += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(people >= 8 && refused > 100 && allowed > 100, "{people} people, {refused} refused, {allowed} allowed");
}

#[tokio::test]
async fn no_route_that_needs_a_person_answers_nobody_a_stale_session_or_another_persons_form() {
    let node = Node::new().await;
    let everything = ["social_worker", "supervisor", "auditor"];
    let mut other = Browser::signed_in(&node, "other", &everything).await;
    let of_another = other.csrf().await;
    let mut person = Browser::signed_in(&node, "person", &everything).await;
    let own = person.csrf().await;
    let mut keys = Browser::signed_in(&node, "keys", &["key_administrator"]).await;
    let own_keys = keys.csrf().await;

    let needing = || without_leaving().filter(|route| route.needs != Needs::Nothing);
    for route in needing().filter(|route| route.method == Method::POST) {
        for (browser, name) in [(&mut person, "person"), (&mut keys, "keys")] {
            for token in ["", "x", &of_another] {
                let page = ask(browser, &route, token).await;
                assert_eq!(page.status, StatusCode::FORBIDDEN, "{name} {} with a forged form", route.path);
            }
            let csrf = if name == "keys" { &own_keys } else { &own };
            for site in ["cross-site", "same-site", "none"] {
                let request = browser.form(&path_of(&route), &[("csrf", csrf)], site);
                let page = browser.send(request).await;
                assert_eq!(page.status, StatusCode::FORBIDDEN, "{name} {} from {site}", route.path);
            }
        }
    }

    // Whoever is removed, and whoever was idle for too long, is nobody from then on.
    let staff = crate::service::testing::worker(None);
    let people = node.service.people(&staff).await.unwrap();
    let gone = people.iter().find(|found| found.sign_in == "person").unwrap();
    node.service.remove_person(&staff, &gone.id).await.unwrap();
    nobody(&person, needing()).await;
    node.pass(24 * 60 * 60);
    nobody(&other, needing()).await;
    nobody(&keys, needing()).await;
    nobody(&Browser::new(&node.service), needing()).await;
}

async fn nobody(browser: &Browser, routes: impl Iterator<Item = Route>) {
    for route in routes {
        // Anew with the old cookies: the first answer takes them from the browser.
        let page = ask(&mut browser.clone(), &route, "x").await;
        match route.method {
            Method::GET => {
                let to = page.headers.get("location").map(|to| to.to_str().unwrap().to_owned());
                assert_eq!((page.status, to.as_deref()), (StatusCode::SEE_OTHER, Some("/")), "{}", route.path);
            }
            _ => assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", route.path),
        }
    }
}

#[tokio::test]
async fn a_route_asked_in_a_way_it_does_not_know_says_so_on_a_page() {
    let node = Node::new().await;
    let mut browser = Browser::signed_in(&node, "sophea", &["social_worker"]).await;
    for (method, path) in [(Method::POST, "/inbox"), (Method::PUT, "/cases"), (Method::GET, "/sign-out")] {
        let request = browser.request(method.clone(), path).header("sec-fetch-site", "same-origin");
        let page = browser.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        assert!(page.has("<main"), "{}", page.body);
    }
}

/// Of the child of [`Pair`], at either end.
const CHILD: [&str; 5] = ["POPOK", "Dara", "ពពក", "ដារា", "some weeks"];

fn tells_of_the_child(page: &Page) -> bool {
    CHILD.iter().any(|word| page.has(word))
}

/// Every page about children that there is of these things.
fn pages_about(case: &str, exchanges: &[&str]) -> Vec<String> {
    let about = |needs| matches!(needs, Needs::May(what) if what.is_about_children());
    let shown = routes().into_iter().filter(|route| route.method == Method::GET && about(route.needs));
    let filled = shown.flat_map(|route| {
        let path =
            path_of(&route).replace("/edit/health", "/edit/identity").replace("/identity/visits/", "/health/visits/");
        let of_case = path.replace("00000000", &case[..20]);
        let of_exchanges = exchanges.iter().map(|id| path.replace("00000000", &id[..20]));
        if path.starts_with("/r/") { of_exchanges.collect() } else { vec![of_case] }
    });
    filled.collect()
}

#[tokio::test]
async fn where_a_reading_cannot_be_written_down_nothing_is_shown() {
    let pair = Pair::new().await;
    let (released, offered) = (pair.released().await, pair.refer().await);
    pair.settle().await;
    let mut tell = BTreeSet::new();
    for (node, name) in [(&pair.origin, "origin"), (&pair.shelter, "shelter")] {
        let mut browser = Browser::signed_in(node, name, &["supervisor", "social_worker"]).await;
        let mut there = Vec::new();
        for path in pages_about(&pair.case, &[&released, &offered]) {
            let page = browser.get(&path).await;
            if tells_of_the_child(&page) {
                tell.insert(format!("{name} {path}"));
            }
            // What is not there now is not looked for again, nor forms that are made of nothing but themselves.
            let empty_form = path == "/cases/new" || path.ends_with("/open");
            there.extend((page.status == StatusCode::OK && !empty_form).then_some(path));
        }
        node.refuse_changes(true);
        for path in &there {
            let page = browser.get(path).await;
            assert!(page.status.is_server_error() && !tells_of_the_child(&page), "{name} {path}: {}", page.status);
        }
        node.refuse_changes(false);
    }
    assert!(tell.len() > 8, "control: too few pages tell of the child: {tell:#?}");
}
