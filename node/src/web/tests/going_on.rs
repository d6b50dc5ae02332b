//! After an acceptance: the child's page, what people write, and where it ends. Own cases, and what was sent.

use axum::http::StatusCode;

use super::browser::Browser;
use crate::{
    service::testing::{Pair, worker},
    view::ReasonRequest,
};

async fn released() -> (Pair, String, Browser) {
    let pair = Pair::new().await;
    let id = pair.released().await;
    let browser = Browser::signed_in(&pair.shelter, "sophea", &["supervisor"]).await;
    (pair, id, browser)
}

#[tokio::test]
async fn a_released_case_shows_what_was_agreed_and_names_nobody_outside_its_page() {
    let (_pair, id, mut browser) = released().await;
    let page = browser.get(&format!("/r/{id}/case")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.has("ពពក ដារា") && page.has("POPOK Dara") && page.has("Identity"), "{}", page.body);
    let missing = page.body.split_once("id=\"missing\"").unwrap().1;
    assert!(missing.contains("Health") && !missing.contains("Identity"), "{missing}");
    assert!(page.has("In your care") && page.has("Add progress") && page.has("Destroy this page"));
    let title = page.body.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
    assert!(title.starts_with("Case ") && !title.contains("Dara"), "{title}");
    for path in ["/inbox".to_owned(), format!("/r/{id}"), format!("/r/{id}/note"), format!("/r/{id}/progress")] {
        let page = browser.get(&path).await;
        assert!(page.status == StatusCode::OK && !page.has("Dara") && !page.has("ដារា"), "{path}");
    }
}

#[tokio::test]
async fn an_offer_has_no_case_page_and_an_ended_one_has_none_any_more() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    pair.settle().await;
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["supervisor"]).await;
    let case = format!("/r/{id}/case");
    let page = browser.get(&case).await;
    assert_eq!(page.path, format!("/r/{}", &id[..20]));
    assert!(page.has("Accept") && !page.has("Dara"));
    pair.shelter.service.accept(&worker(None), &id).await.unwrap();
    pair.settle().await;
    assert!(browser.get(&case).await.has("POPOK Dara"));
    let request = ReasonRequest { reason: "not_needed".into(), text: None };
    pair.origin.service.withdraw(&worker(None), &id, request).await.unwrap();
    pair.settle().await;
    let page = browser.get(&case).await;
    assert_eq!(page.path, format!("/r/{}", &id[..20]));
    assert!(page.has("Taken back") && page.has("the signed receipt is kept") && !page.has("Dara"), "{}", page.body);
    assert!(!page.has("/note\"") && !page.has("/progress\""));
}

#[tokio::test]
async fn notes_progress_and_the_end_are_written_on_pages_of_their_own() {
    let (pair, id, mut browser) = released().await;
    let csrf = browser.csrf().await;
    let note = format!("/r/{id}/note");
    let empty = browser.post(&note, &[("csrf", &csrf), ("text", "  ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.has("href=\"#text\"") && empty.has("Write something first"), "{}", empty.body);
    let sent = browser.post(&note, &[("csrf", &csrf), ("text", "The room <b>is</b> ready\r\nat noon")]).await;
    assert!(sent.has("Sent.") && sent.has("The room &#60;b&#62;is&#60;/b&#62; ready\nat noon"), "{}", sent.body);

    let progress = format!("/r/{id}/progress");
    let wrong = browser.post(&progress, &[("csrf", &csrf), ("choice", "expected"), ("text", "by bus")]).await;
    assert!(
        wrong.has("href=\"#date\"") && wrong.has("by bus") && wrong.has("value=\"expected\" checked"),
        "{}",
        wrong.body
    );
    assert!(browser.post(&progress, &[("csrf", &csrf)]).await.has("Choose one."));
    let form = [("csrf", csrf.as_str()), ("choice", "expected"), ("date", "2026-06-02")];
    let told = browser.post(&progress, &form).await;
    assert!(told.has("Progress: expected, 2 June 2026"), "{}", told.body);

    let form = [("csrf", csrf.as_str()), ("choice", "provided")];
    let done = browser.post(&format!("/r/{id}/complete"), &form).await;
    assert!(done.has("Completed") && done.has("service provided") && !done.has("/note\""), "{}", done.body);
    pair.settle().await;
    assert_eq!(pair.states(&id).await, ["completed", "completed"]);
}

#[tokio::test]
async fn the_sender_sees_where_it_is_and_may_write_but_not_tell_progress() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    let mut browser = Browser::signed_in(&pair.origin, "dara", &["supervisor"]).await;
    let page = browser.get("/sent").await;
    assert!(page.has("Waiting to go") && page.has("→ Damnok Toek") && !page.has("Popok"), "{}", page.body);
    pair.settle().await;
    assert!(browser.get("/sent").await.has("Arrived"));
    pair.shelter.service.accept(&worker(None), &id).await.unwrap();
    pair.settle().await;
    let page = browser.get(&format!("/r/{id}")).await;
    assert!(page.has("/note\"") && !page.has("/progress\"") && !page.has("/complete\""), "{}", page.body);
    assert_eq!(browser.get(&format!("/r/{id}/progress")).await.path, format!("/r/{}", &id[..20]));
}

#[tokio::test]
async fn own_cases_are_listed_found_in_either_script_and_opened() {
    let pair = Pair::new().await;
    let mut browser = Browser::signed_in(&pair.origin, "dara", &["supervisor"]).await;
    let list = browser.get("/cases").await;
    assert!(list.has("ពពក ដារា") && list.has("Popok Dara") && list.has("born March 2018"), "{}", list.body);
    let csrf = browser.csrf().await;
    for term in ["Dara", "ដារា"] {
        let found = browser.post("/cases", &[("csrf", &csrf), ("term", term)]).await;
        assert_eq!(found.path, "/cases");
        assert!(found.has("Found") && found.has("ពពក ដារា"), "{term}");
    }
    assert!(browser.post("/cases", &[("csrf", &csrf), ("term", "Zzyx")]).await.has("No case found"));
    let wrong = browser.post("/cases", &[("csrf", &csrf), ("term", " ")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let open = list.links().into_iter().find(|link| link.starts_with("/c/")).unwrap();
    let case = browser.get(open).await;
    assert!(
        case.has("POPOK Dara") && case.has("Functioning") && case.has("<title>Case – Spean</title>"),
        "{}",
        case.body
    );
    assert_eq!(browser.get("/c/0000").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_search_that_fits_more_than_a_page_says_so() {
    let pair = Pair::new().await;
    let mut browser = Browser::signed_in(&pair.origin, "dara", &["supervisor"]).await;
    let csrf = browser.csrf().await;
    let form = [("csrf", csrf.as_str()), ("term", "Dara")];
    let dara = protocol::fixture::case_json("f02").unwrap();
    for _ in 0..24 {
        pair.origin.service.case_add(&worker(None), dara.clone()).await.unwrap();
    }
    let all = browser.post("/cases", &form).await;
    assert!(all.links().iter().filter(|link| link.starts_with("/c/")).count() == 25, "{}", all.body);
    assert!(!all.has("More cases fit"), "{}", all.body);
    pair.origin.service.case_add(&worker(None), dara).await.unwrap();
    let page = browser.post("/cases", &form).await;
    assert_eq!(page.links().iter().filter(|link| link.starts_with("/c/")).count(), 25);
    assert!(page.has("More cases fit. Type more of the name"), "{}", page.body);
}

#[tokio::test]
async fn difficulties_and_what_there_is_none_of_are_named_so_that_nobody_reads_the_opposite() {
    let pair = Pair::new().await;
    let mut case = protocol::fixture::case_json("f02").unwrap();
    case["functioning"] = serde_json::json!({ "hearing": "none", "aids": [] });
    let id = pair.origin.service.case_add(&worker(None), case).await.unwrap().id;
    let mut browser = Browser::signed_in(&pair.origin, "dara", &["supervisor"]).await;
    let page = browser.get(&format!("/c/{id}")).await;
    assert!(page.has("<dt>Difficulty hearing</dt><dd>none"), "{}", page.body);
    assert!(page.has("<dt>Aids</dt><dd>none"), "{}", page.body);
    browser.lang = "km";
    assert!(browser.get(&format!("/c/{id}")).await.has("<dt>ពិបាកស្តាប់ឮ</dt><dd>គ្មាន"));
}

#[tokio::test]
async fn every_invented_childs_record_is_shown_in_words() {
    let pair = Pair::new().await;
    let mut ids = Vec::new();
    for name in protocol::fixture::names() {
        let case = protocol::fixture::case_json(name).unwrap();
        ids.push((name, pair.origin.service.case_add(&worker(None), case).await.unwrap().id));
    }
    let mut browser = Browser::signed_in(&pair.origin, "dara", &["supervisor"]).await;
    for lang in ["en", "km"] {
        browser.lang = lang;
        for (name, id) in &ids {
            let page = browser.get(&format!("/c/{id}")).await;
            assert_eq!(page.status, StatusCode::OK, "{name}");
            // An agency's own number of a case may look like a day.
            let content = page.body.split_once("<main").unwrap().1.replace("CMO-2026-0", "");
            for value in content.split("<dd>").skip(1).map(|rest| rest.split("</dd>").next().unwrap()) {
                assert!(!value.contains('_') && !value.contains("2026-0"), "{name} in {lang}: {value}");
                assert!(lang == "en" || value != "unknown", "{name}: {value}");
            }
            assert!(page.body.len() <= 60 << 10, "{name}: {} bytes", page.body.len());
        }
    }
    let f03 = browser.get(&format!("/c/{}", ids[2].1)).await;
    assert!(f03.has("កុំទាក់ទង"), "an uncle who must not be called: {}", f03.body);
}

#[tokio::test]
async fn what_somebody_else_looks_after_says_that_it_is_not_theirs() {
    let pair = Pair::new().await;
    let id = pair.released().await;
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["social_worker"]).await;
    let page = browser.get(&format!("/r/{id}/case")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.has("not there, or not yours") && !page.has("Dara"), "{}", page.body);
}
