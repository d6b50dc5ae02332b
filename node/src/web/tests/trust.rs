//! Agencies, people, the record, the board: who sees them, and what two administrators do together.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use keys::Fingerprint;

use super::browser::{Browser, Page};
use crate::{
    service::testing::{Node, Pair, card, founded, verified},
    view::PeerView,
};

const WORKER: &[&str] = &["social_worker"];
const CHIEF: &[&str] = &["supervisor"];
const KEYS: &[&str] = &["key_administrator"];
const AUDITOR: &[&str] = &["auditor"];

/// Each page, and whose it is.
const PAGES: [(&str, &[&[&str]]); 13] = [
    ("/people", &[CHIEF, KEYS]),
    ("/people/invite", &[KEYS]),
    ("/people/00000000", &[KEYS]),
    ("/people/00000000/remove", &[KEYS]),
    ("/waiting/00000000", &[KEYS]),
    ("/peers/add", &[KEYS]),
    ("/peers/00000000/compare", &[KEYS]),
    ("/peers/00000000/suspend", &[KEYS]),
    ("/keys", &[KEYS]),
    ("/audit", &[AUDITOR]),
    ("/audit/export", &[AUDITOR]),
    ("/board", &[CHIEF]),
    ("/c/00000000/assign", &[CHIEF]),
];

/// Each form, and whose it is.
const FORMS: [(&str, &[&[&str]]); 16] = [
    ("/people/invite", &[KEYS]),
    ("/people/00000000/roles", &[KEYS]),
    ("/people/00000000/sessions", &[KEYS]),
    ("/people/00000000/remove", &[KEYS]),
    ("/waiting/00000000/confirm", &[KEYS]),
    ("/waiting/00000000/refuse", &[KEYS]),
    ("/peers/add", &[KEYS]),
    ("/peers/00000000/compare", &[KEYS]),
    ("/peers/00000000/differs", &[KEYS]),
    ("/peers/00000000/suspend", &[KEYS]),
    ("/audit", &[AUDITOR]),
    ("/audit/check", &[AUDITOR]),
    ("/audit/export", &[AUDITOR]),
    ("/audit/export/00000000", &[AUDITOR]),
    ("/c/00000000/assign", &[CHIEF]),
    ("/c/00000000/open", &[WORKER, CHIEF]),
];

async fn of_each_role(node: &Node) -> Vec<(&'static [&'static str], Browser)> {
    let mut browsers = Vec::new();
    for (name, roles) in [("dara", WORKER), ("sophea", CHIEF), ("bopha", KEYS), ("maly", AUDITOR)] {
        browsers.push((roles, Browser::signed_in(node, name, roles).await));
    }
    browsers
}

#[tokio::test]
async fn another_role_is_refused_each_page_and_form_and_the_menu_has_only_ones_own() {
    let node = Node::new().await;
    for (roles, mut browser) in of_each_role(&node).await {
        let csrf = browser.csrf().await;
        for (path, whose) in PAGES {
            let page = browser.get(path).await;
            let allowed = page.status != StatusCode::FORBIDDEN;
            assert_eq!(allowed, whose.contains(&roles), "{path} for {roles:?}: {}", page.status);
        }
        for (path, whose) in FORMS {
            let page = browser.post(path, &[("csrf", &csrf)]).await;
            let allowed = page.status != StatusCode::FORBIDDEN;
            assert_eq!(allowed, whose.contains(&roles), "a form to {path} by {roles:?}: {}", page.status);
        }
        let menu = browser.get("/help").await.body;
        for (path, whose) in
            [("/people", &[KEYS][..]), ("/peers", &[KEYS]), ("/audit", &[AUDITOR]), ("/board", &[CHIEF])]
        {
            assert_eq!(menu.contains(&format!("href=\"{path}\"")), whose.contains(&roles), "{path} for {roles:?}");
        }
    }
}

#[tokio::test]
async fn without_the_sessions_token_or_a_session_no_form_does_anything() {
    let node = Node::new().await;
    let mut nobody = Browser::new(&node.service);
    for (path, _) in FORMS {
        assert_eq!(nobody.post(path, &[]).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    for (path, _) in PAGES {
        let request = nobody.request(Method::GET, path).body(Body::empty()).unwrap();
        assert_eq!(nobody.send(request).await.status, StatusCode::SEE_OTHER, "{path}");
    }
    for (roles, mut browser) in of_each_role(&node).await {
        let before = node.acts().await.len();
        for (path, _) in FORMS.into_iter().filter(|(_, whose)| whose.contains(&roles)) {
            let page = browser.post(path, &[("csrf", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]).await;
            assert!(page.has("too old"), "{path}: {}", page.body);
        }
        assert_eq!(node.acts().await.len(), before, "{roles:?}");
    }
}

/// Two key administrators, one of whom asked to let somebody in.
async fn asked(node: &Node) -> (Browser, Browser, Page) {
    let mut first = Browser::signed_in(node, "sophea", KEYS).await;
    let mut second = Browser::signed_in(node, "bopha", KEYS).await;
    let csrf = first.csrf().await;
    let form = [("csrf", csrf.as_str()), ("name", "សុខ ដារា"), ("sign_in", "dara"), ("social_worker", "yes")];
    let page = first.post("/people/invite", &form).await;
    assert_eq!((page.status, page.path.as_str()), (StatusCode::OK, "/people"));
    assert!(page.has("waits for a second person") && !page.has("/join/"), "{}", page.body);
    let list = second.get("/people").await;
    assert!(list.has("Waits for you"), "{}", list.body);
    let path = list.links().into_iter().find(|link| link.starts_with("/waiting/")).unwrap().to_owned();
    let page = second.get(&path).await;
    (first, second, page)
}

#[tokio::test]
async fn what_one_asks_another_sees_whole_and_gets_the_link_once() {
    let node = Node::new().await;
    let (mut first, mut second, page) = asked(&node).await;
    assert!(page.has("សុខ ដារា") && page.has("dara") && page.has("social worker"), "{}", page.body);
    let own = first.get(&page.path).await;
    assert!(own.has("Take it back") && !own.has("/confirm"), "{}", own.body);
    let csrf = first.csrf().await;
    let refused = first.post(&format!("{}/confirm", page.path), &[("csrf", &csrf)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.has("asked for this yourself"), "{}", refused.body);
    let csrf = second.csrf().await;
    let ready = second.post(&format!("{}/confirm", page.path), &[("csrf", &csrf)]).await;
    assert_eq!(ready.status, StatusCode::OK);
    assert!(ready.has("http://127.0.0.1:7080/join/") && ready.has("<svg") && ready.has("shown once"), "{}", ready.body);
    let title = ready.body.split_once("<title>").unwrap().1.split('<').next().unwrap();
    assert!(!title.contains("ដារា"), "{title}");
    let again = second.post(&format!("{}/confirm", page.path), &[("csrf", &csrf)]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let token = ready.body.split_once("7080/join/").unwrap().1.split('<').next().unwrap();
    let join = Browser::new(&node.service).get(&format!("/join/{token}")).await;
    assert!(join.has("Welcome, សុខ ដារា"), "{}", join.body);
}

#[tokio::test]
async fn alone_an_administrator_gets_the_link_at_once_and_the_page_says_that_nobody_confirms() {
    let node = Node::new().await;
    let mut browser = Browser::signed_in(&node, "sophea", KEYS).await;
    assert!(browser.get("/people").await.has("You decide alone here."));
    let csrf = browser.csrf().await;
    let wrong = browser.post("/people/invite", &[("csrf", &csrf), ("name", "Chan Maly"), ("sign_in", "maly")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("href=\"#roles\"") && wrong.has("value=\"Chan Maly\""), "{}", wrong.body);
    let form = [("csrf", csrf.as_str()), ("name", "Chan Maly"), ("sign_in", "maly"), ("auditor", "yes")];
    assert!(browser.post("/people/invite", &form).await.has("/join/"));
    let list = browser.get("/people").await;
    let person = list.links().into_iter().find(|link| link.starts_with("/people/") && !link.ends_with("invite"));
    assert!(person.is_some() && list.has("Invited"), "{}", list.body);
}

#[tokio::test]
async fn roles_sessions_and_removal_by_the_pages() {
    let node = Node::new().await;
    let mut dara = Browser::signed_in(&node, "dara", WORKER).await;
    let mut browser = Browser::signed_in(&node, "sophea", KEYS).await;
    let csrf = browser.csrf().await;
    let paths: Vec<String> = browser.get("/people").await.links().iter().map(|link| (*link).to_owned()).collect();
    let mut theirs = String::new();
    for path in paths.into_iter().filter(|path| path.starts_with("/people/") && path != "/people/invite") {
        let page = browser.get(&path).await;
        if page.has("This is you") {
            assert!(!page.has(&format!("action=\"{path}/roles\"")));
        } else {
            theirs = path;
        }
    }
    let both = [("csrf", csrf.as_str()), ("key_administrator", "yes"), ("social_worker", "yes")];
    assert_eq!(browser.post(&format!("{theirs}/roles"), &both).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let changed = browser.post(&format!("{theirs}/roles"), &[("csrf", &csrf), ("auditor", "yes")]).await;
    assert!(changed.has("Tasks changed.") && changed.path == theirs, "{}", changed.body);
    assert_eq!(dara.get("/start").await.path, "/audit", "it counts at once");
    browser.post(&format!("{theirs}/sessions"), &[("csrf", &csrf)]).await;
    assert_eq!(dara.get("/audit").await.path, "/");
    assert!(browser.get(&format!("{theirs}/remove")).await.has("Remove ម៉ៅ សុភា?"));
    let gone = browser.post(&format!("{theirs}/remove"), &[("csrf", &csrf)]).await;
    assert!(gone.has("Removed.") && gone.path == "/people", "{}", gone.body);
    assert_eq!(browser.get(&theirs).await.status, StatusCode::NOT_FOUND);
}

/// An agency whose card was pasted.
async fn introduced(browser: &mut Browser) -> (String, Vec<String>) {
    let agency = verified(&founded("Damnok Toek", "shelter", "spean", 2));
    let csrf = browser.csrf().await;
    let bad = browser.post("/peers/add", &[("csrf", &csrf), ("card", "hello")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = card(&agency).replace('\n', "\r\n");
    let page = browser.post("/peers/add", &[("csrf", &csrf), ("card", &text)]).await;
    assert!(page.has("Damnok Toek is introduced."), "{}", page.body);
    let digits = Fingerprint::of(agency.id()).to_string();
    (page.path, digits.split_whitespace().map(str::to_owned).collect())
}

async fn shown(node: &Node) -> PeerView {
    let operator = crate::service::testing::worker(None);
    node.service.peer_show(&operator, "damnok toek").await.unwrap()
}

fn ticks<'a>(csrf: &'a str, names: &'a [String], groups: &'a [String]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![("csrf", csrf), ("how", "telephone")];
    form.extend(names.iter().map(String::as_str).zip(groups.iter().map(String::as_str)));
    form
}

#[tokio::test]
async fn numbers_are_compared_by_both_with_every_group_ticked_by_each() {
    let node = Node::new().await;
    let mut first = Browser::signed_in(&node, "sophea", KEYS).await;
    let mut second = Browser::signed_in(&node, "bopha", KEYS).await;
    let (path, groups) = introduced(&mut first).await;
    let names: Vec<String> = (0..11).map(|at| format!("g{at}")).collect();
    let page = first.get(&format!("{path}/compare")).await;
    assert!(page.body.matches("type=\"checkbox\"").count() == 11 && !page.has("checked"), "{}", page.body);
    assert!(page.body.matches("<svg xmlns").count() >= 2 || page.body.matches("role=\"img\"").count() == 2);
    let csrf = first.csrf().await;
    let ten = first.post(&format!("{path}/compare"), &ticks(&csrf, &names[..10], &groups)).await;
    assert_eq!(ten.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(ten.has("Tick all ten groups"), "{}", ten.body);
    let asked = first.post(&format!("{path}/compare"), &ticks(&csrf, &names, &groups)).await;
    assert!(asked.has("Another must compare too"), "{}", asked.body);
    assert_eq!(shown(&node).await.trust, "introduced");
    let waiting = second.get("/people").await;
    let waiting = waiting.links().into_iter().find(|link| link.starts_with("/waiting/")).unwrap().to_owned();
    assert!(!second.get(&waiting).await.has("checked"), "nothing is ticked for the second");
    let csrf = second.csrf().await;
    let none = second.post(&format!("{waiting}/confirm"), &[("csrf", &csrf)]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = second.post(&format!("{waiting}/confirm"), &ticks(&csrf, &names, &groups)).await;
    assert!(done.has("Damnok Toek is verified."), "{}", done.body);
    assert_eq!(shown(&node).await.trust, "verified");
}

#[tokio::test]
async fn where_a_number_differs_or_for_a_reason_an_agency_is_stopped() {
    let node = Node::new().await;
    let mut browser = Browser::signed_in(&node, "sophea", KEYS).await;
    let (path, _) = introduced(&mut browser).await;
    let csrf = browser.csrf().await;
    let none = browser.post(&format!("{path}/suspend"), &[("csrf", &csrf)]).await;
    assert_eq!((none.status, shown(&node).await.trust), (StatusCode::UNPROCESSABLE_ENTITY, "introduced".to_owned()));
    let stopped = browser.post(&format!("{path}/differs"), &[("csrf", &csrf)]).await;
    assert!(stopped.has("The numbers differ. Damnok Toek is stopped."), "{}", stopped.body);
    let peer = shown(&node).await;
    assert_eq!((peer.trust.as_str(), peer.why.as_deref()), ("suspended", Some("numbers_differ")));
    assert!(stopped.has("the numbers differ"), "{}", stopped.body);
}

#[tokio::test]
async fn a_broken_glass_takes_a_reason_and_shows_nothing_before_it_is_written_down() {
    let pair = Pair::new().await;
    let id = pair.released().await;
    let mut maly = Browser::signed_in(&pair.shelter, "maly", WORKER).await;
    let page = maly.get(&format!("/r/{id}/case")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let open = page.links().into_iter().find(|link| link.ends_with("/open")).unwrap().to_owned();
    let ask = maly.get(&open).await;
    assert!(ask.has("60 minutes") && !ask.has("Dara"), "{}", ask.body);
    let csrf = maly.csrf().await;
    for short in ["", "urgent"] {
        let page = maly.post(&open, &[("csrf", &csrf), ("reason", short)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!page.has("SOK") && page.has("href=\"#reason\""), "{}", page.body);
    }
    assert_eq!(maly.get(&format!("/r/{id}")).await.status, StatusCode::FORBIDDEN);
    let why = "the child stands at our door at night";
    let opened = maly.post(&open, &[("csrf", &csrf), ("reason", why)]).await;
    assert_eq!(opened.status, StatusCode::OK);
    let case = maly.get(&format!("/r/{id}/case")).await;
    assert!(case.status == StatusCode::OK && case.has("Open for 1 hour more."), "{}", case.body);
    assert!(!maly.get("/inbox").await.has("Open for"), "on pages of nothing in particular");
    let acts = pair.shelter.acts().await;
    let at = |act: &str| acts.iter().rposition(|(found, outcome)| found == act && outcome == "done");
    assert!(at("case.break-glass") < at("exchange.open"), "written down first, then each look: {acts:?}");
    let mut chief = Browser::signed_in(&pair.shelter, "sophea", CHIEF).await;
    let board = chief.get("/board").await;
    assert!(board.has(why) && board.has("ម៉ៅ សុភា") && !board.has("SOK"), "{}", board.body);
}

#[tokio::test]
async fn a_supervisor_sees_what_nobody_has_and_gives_it_to_somebody() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    pair.settle().await;
    let mut dara = Browser::signed_in(&pair.shelter, "dara", WORKER).await;
    let mut chief = Browser::signed_in(&pair.shelter, "sophea", CHIEF).await;
    assert_eq!(chief.get("/start").await.path, "/board");
    let board = chief.get("/board").await;
    let assign = board.links().into_iter().find(|link| link.ends_with("/assign")).unwrap().to_owned();
    assert!(board.has("with nobody") && board.has("Nobody") && assign.starts_with("/r/"), "{}", board.body);
    let page = chief.get(&assign).await;
    let boxes: Vec<String> =
        page.body.split("name=\"to-").skip(1).map(|rest| format!("to-{}", rest.split('"').next().unwrap())).collect();
    assert_eq!(boxes.len(), 2, "who works with cases: {}", page.body);
    let csrf = chief.csrf().await;
    let mut form = vec![("csrf", csrf.as_str())];
    form.extend(boxes.iter().map(|name| (name.as_str(), "yes")));
    assert!(chief.post(&assign, &form).await.has("Assigned."));
    let board = chief.get("/board").await;
    assert!(!board.links().contains(&assign.as_str()), "it has people now: {}", board.body);
    let csrf = dara.csrf().await;
    dara.post(&format!("/r/{id}/accept"), &[("csrf", &csrf)]).await;
    let board = chief.get("/board").await;
    assert!(board.has("1 accepted (filled), 0 declined (outlined)") && board.has("June 2026"), "{}", board.body);
    let own = dara.get(&format!("/r/{id}")).await;
    assert_eq!(own.status, StatusCode::OK);
    assert!(chief.get(&assign).await.body.matches(" checked").count() == 2);
    for act in ["board.carriers", "case.broken-glass", "exchange.list", "case.assign"] {
        assert!(pair.shelter.acts().await.contains(&(act.to_owned(), "done".to_owned())), "{act}");
    }
}

#[tokio::test]
async fn an_auditor_pages_filters_and_checks_the_record() {
    let node = Node::new().await;
    let mut dara = Browser::signed_in(&node, "dara", WORKER).await;
    for _ in 0..60 {
        dara.get("/inbox").await;
    }
    dara.get("/audit").await;
    let mut browser = Browser::signed_in(&node, "maly", AUDITOR).await;
    let page = browser.get("/audit").await;
    let first = page.after("name=\"before\"", "value").to_owned();
    let csrf = browser.csrf().await;
    let older = browser.post("/audit", &[("csrf", &csrf), ("before", &first)]).await;
    assert!(older.has("Enrolled") && !page.has("Enrolled · "), "{}", older.body);
    let refused = browser.post("/audit", &[("csrf", &csrf), ("refused", "yes")]).await;
    assert!(refused.has("person/not-allowed") && !refused.has("exchange.list ·"), "{}", refused.body);
    assert_eq!(refused.body.matches("<li class=\"row\">").count(), 1, "{}", refused.body);
    let nobody = browser.post("/audit", &[("csrf", &csrf), ("who", "Kosal")]).await;
    assert!(nobody.has("Nothing fits") && nobody.has("value=\"Kosal\""), "{}", nobody.body);
    let acts = browser.post("/audit", &[("csrf", &csrf), ("act", "person.enrol")]).await;
    assert_eq!(acts.body.matches("<li class=\"row\">").count(), 2, "{}", acts.body);
    let checked = browser.post("/audit/check", &[("csrf", &csrf)]).await;
    assert!(checked.has("Nothing was changed or removed."), "{}", checked.body);
}

#[tokio::test]
async fn the_own_keys_and_their_number_are_shown_and_nothing_secret() {
    let node = Node::new().await;
    let mut browser = Browser::signed_in(&node, "sophea", KEYS).await;
    let page = browser.get("/keys").await;
    let digits = Fingerprint::of(node.service.me().id()).to_string();
    for group in digits.split_whitespace() {
        assert!(page.has(group), "{group}");
    }
    assert!(
        page.has("Signing key") && page.has("signs") && page.has("in use") && page.has("Connection key"),
        "{}",
        page.body
    );
}
