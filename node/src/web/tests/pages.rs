//! Languages, sizes, structure.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};

use super::browser::{Browser, Page, invited};
use crate::service::testing::{Node, Pair, worker};

/// Bytes of a page's own, once stylesheet and icons are kept.
const NEXT_PAGE: usize = 15 << 10;
/// Bytes of everything, the first time.
const FIRST_LOAD: usize = 60 << 10;

#[tokio::test]
async fn the_first_load_and_every_next_page_are_small() {
    let pair = Pair::new().await;
    let mut ids = Vec::new();
    for _ in 0..30 {
        ids.push(pair.refer().await);
    }
    pair.settle().await;
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["social_worker"]).await;
    let mut largest = 0;
    for lang in ["en", "km"] {
        browser.lang = lang;
        let offer = format!("/r/{}", ids[0]);
        for path in [
            "/inbox",
            &offer,
            &format!("{offer}/accept"),
            &format!("{offer}/decline"),
            "/settings",
            "/help",
            "/sent",
            "/cases",
        ] {
            let page = browser.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.body.len() <= NEXT_PAGE, "{path} in {lang}: {} bytes", page.body.len());
            largest = largest.max(page.body.len());
        }
    }
    let first = browser.get("/help").await;
    let mut files = 0;
    for name in ["spean.css", "live.js", "favicon.svg", "icons.svg"] {
        let path =
            first.body.split('"').find(|part| part.contains(name)).unwrap().split('#').next().unwrap().to_owned();
        let file = browser.get(&path).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.headers["cache-control"].to_str().unwrap().contains("immutable"));
        files += file.body.len();
    }
    assert!(largest + files <= FIRST_LOAD, "{} bytes", largest + files);
}

/// A supervisor's browser, in Khmer, and the page of a case with much in it.
async fn at_a_whole_record() -> (Pair, Browser, String) {
    let pair = Pair::new().await;
    let case = protocol::fixture::case_json("f03").unwrap();
    let case = format!("/c/{}", pair.origin.service.case_add(&worker(None), case).await.unwrap().id);
    let mut browser = Browser::signed_in(&pair.origin, "dara", &["supervisor"]).await;
    browser.lang = "km";
    (pair, browser, case)
}

async fn packed(browser: &mut Browser, path: &str, takes: &str) -> Page {
    let request = browser.request(Method::GET, path).header("accept-encoding", takes);
    let page = browser.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    page
}

#[tokio::test]
async fn only_files_and_long_pages_travel_compressed_and_then_a_whole_record_is_small() {
    let (pair, mut browser, case) = at_a_whole_record().await;
    let settings = browser.get("/settings").await;
    let css = settings.body.split('"').find(|part| part.contains("spean.css")).unwrap().to_owned();
    // What stands there stays secret for longer than a page.
    let invitation = format!("/join/{}", invited(&pair.origin, "maly", &["social_worker"]).await);
    let edit = format!("{case}/edit/protection");
    let plain = ["/inbox", "/cases", "/settings", "/help", "/people", &invitation].map(|path| (path, false));
    for (path, may) in plain.into_iter().chain([&case, &edit, "/cases/new", &*css].map(|path| (path, true))) {
        for (takes, packs) in [("gzip, br", may), ("identity", false)] {
            let page = packed(&mut browser, path, takes).await;
            assert_eq!(page.headers.get("content-encoding").is_some(), packs, "{path} for {takes}");
            assert!(!packs || page.bytes <= NEXT_PAGE, "{path}: {} bytes", page.bytes);
        }
    }
    let (record, form) = (browser.get(&case).await, browser.get(&edit).await);
    assert!(record.bytes > NEXT_PAGE && form.has("name=\"csrf\""), "compressing is needed, and forms hold a token");
}

#[tokio::test]
async fn no_two_pages_hold_the_same_text_of_the_value_that_their_forms_carry() {
    let (_pair, mut browser, case) = at_a_whole_record().await;
    let edit = format!("{case}/edit/protection");
    let mut seen = Vec::new();
    for path in [&*edit, "/cases", &*edit, "/settings"] {
        seen.push(browser.get(path).await.after("name=\"csrf\"", "value").to_owned());
    }
    // Each does for any form of the session, and for as long.
    for csrf in &seen {
        let page = browser.post("/cases", &[("csrf", csrf), ("term", "Nobody")]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 4);
    // A text with another's pad is nobody's.
    let mixed = format!("{}{}", &seen[0][..32], &seen[1][32..]);
    assert_eq!(browser.post("/cases", &[("csrf", &mixed), ("term", "Nobody")]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_language_is_switched_at_any_time_and_remembered() {
    let node = Node::new().await;
    let mut browser = Browser::signed_in(&node, "sophea", &["social_worker"]).await;
    assert!(browser.get("/inbox").await.has("<html lang=\"en\">"));
    let page = browser.get("/lang/km?to=/help").await;
    assert_eq!(page.path, "/help");
    assert!(page.has("<html lang=\"km\">") && page.has("ប្រអប់ទទួល") && page.has(">English</a>"), "{}", page.body);
    assert!(browser.get("/inbox").await.has("គ្មានអ្វីរង់ចាំអ្នកទេ។"));
    for elsewhere in ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a%0d%0ab"] {
        let page = browser.get(&format!("/lang/en?to={elsewhere}")).await;
        assert_eq!(page.path, "/inbox", "{elsewhere}");
    }
}

#[tokio::test]
async fn khmer_pages_have_khmer_digits_and_references_do_not() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    pair.settle().await;
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["social_worker"]).await;
    browser.lang = "km-KH,en;q=0.5";
    let page = browser.get(&format!("/r/{id}")).await;
    let content = page.body.split_once("<main").unwrap().1;
    assert!(content.contains("៦–១១ ឆ្នាំ") && content.contains("ម៉ោង ១") || content.contains("ម៉ោង ០"), "{content}");
    let reference = content.split("class=\"num\">").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(reference.chars().filter(char::is_ascii_digit).count(), 6, "{reference}");
    assert!(!content.contains("11/") && !content.contains("2026-"), "a date in figures");
}

#[tokio::test]
async fn every_page_has_one_title_a_way_past_the_bar_and_the_way_to_hide() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    pair.settle().await;
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["social_worker"]).await;
    let offer = format!("/r/{id}");
    let paths = ["/inbox", &offer, &format!("{offer}/accept"), "/settings", "/help", "/more", "/nothing", "/join"];
    for path in paths {
        let page = browser.get(path).await;
        assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
        assert!(page.has("class=\"skip\" href=\"#main\"") && page.has("<main id=\"main\""), "{path}");
        assert!(page.has("href=\"/hide\"") && page.has("href=\"/lang/km?to="), "{path}");
        assert!(page.body.matches("class=\"button first\"").count() <= 1, "{path}: more than one first thing to do");
    }
}

#[tokio::test]
async fn no_page_links_to_what_is_not_there() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    pair.settle().await;
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["social_worker"]).await;
    let mut todo = vec!["/inbox".to_owned(), format!("/r/{id}"), "/join".to_owned()];
    let mut seen: Vec<String> = Vec::new();
    while let Some(path) = todo.pop() {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let links =
            page.body.split("href=\"").skip(1).map(|rest| rest.split(['"', '#', '?']).next().unwrap().to_owned());
        for link in links.filter(|link| link.starts_with('/') && !link.starts_with("/lang/") && link != "/hide") {
            if !seen.contains(&link) {
                seen.push(link.clone());
                todo.push(link);
            }
        }
    }
    assert!(seen.len() > 8, "{seen:?}");
}
