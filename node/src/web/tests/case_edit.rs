//! A case is added and changed in the browser.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use protocol::fixture;

use super::browser::{Browser, Page};
use crate::service::testing::{Node, Pair, worker};

const NEW: [(&str, &str); 7] = [
    ("name.km.family", "ពពក"),
    ("name.km.given", "ដារា"),
    ("name.latin.family", "Popok"),
    ("name.latin.given", "Darah"),
    ("sex", "male"),
    ("birth.y", "2018"),
    ("languages.km", "on"),
];

fn form<'a>(csrf: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [("csrf", csrf)].into_iter().chain(NEW).chain(more.iter().copied()).collect()
}

/// Every box of the page's form, as a browser would send it.
pub(super) fn boxes(page: &Page) -> Vec<(String, String)> {
    let part = |tag: &str, name: &str| {
        let rest = tag.split_once(&format!(" {name}=\""))?.1;
        Some(
            rest.split('"')
                .next()?
                .replace("&#34;", "\"")
                .replace("&#38;", "&")
                .replace("&#39;", "'")
                .replace("&#60;", "<")
                .replace("&#62;", ">"),
        )
    };
    let main = page.body.split_once("<main").unwrap().1;
    let mut found = Vec::new();
    for tag in main.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        if tag.starts_with("input") {
            let Some(name) = part(tag, "name") else { continue };
            let box_of_its_own = tag.contains("type=\"checkbox\"");
            if !box_of_its_own || tag.ends_with(" checked") {
                found.push((name, if box_of_its_own { "on".into() } else { part(tag, "value").unwrap_or_default() }));
            }
        }
    }
    for select in main.split("<select").skip(1) {
        let name = part(select.split('>').next().unwrap(), "name").unwrap();
        let chosen = select.split("</select>").next().unwrap().split("<option").find(|one| one.contains(" selected"));
        found.push((name, chosen.and_then(|one| part(one, "value")).unwrap_or_default()));
    }
    for area in main.split("<textarea").skip(1) {
        let name = part(area.split('>').next().unwrap(), "name").unwrap();
        let text = area.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
        found.push((name, text.to_owned()));
    }
    found
}

pub(super) fn with<'a>(boxes: &'a [(String, String)], changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = boxes.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let kept = kept.filter(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    kept.chain(changed.iter().copied()).collect()
}

async fn origin() -> (Pair, Browser, String) {
    let pair = Pair::new().await;
    let mut browser = Browser::signed_in(&pair.origin, "dara", &["supervisor"]).await;
    let csrf = browser.csrf().await;
    (pair, browser, csrf)
}

#[tokio::test]
async fn a_child_who_may_be_here_already_is_shown_before_a_second_record_is_made() {
    let (pair, mut browser, csrf) = origin().await;
    let count = || async { pair.origin.service.case_list(&worker(None), None, 10).await.unwrap().cases.len() };
    let asked = browser.post("/cases/new", &form(&csrf, &[("birth_heard", "after the <rains>")])).await;
    assert!(
        asked.has("Is it one of these?") && asked.has("Popok Dara") && asked.has("another child"),
        "{}",
        asked.body
    );
    assert!(asked.links().contains(&format!("/c/{}", &pair.case[..20]).as_str()));
    assert_eq!(count().await, 1, "made before it was said that it is another child");
    // Back to the form: what was typed is kept.
    let typed = boxes(&asked);
    let back = browser.post("/cases/new", &with(&typed, &[("back", "yes")])).await;
    assert!(
        back.has("Who is the child?") && back.has("value=\"Darah\"") && back.has("value=\"after the &#60;rains&#62;\"")
    );
    let done = browser.post("/cases/new", &with(&typed, &[("another", "yes")])).await;
    assert!(done.has("Added.") && done.has("POPOK Darah") && done.path.starts_with("/c/"), "{}", done.body);
    assert_eq!(count().await, 2);
}

#[tokio::test]
async fn a_colleagues_case_is_named_by_nothing_but_age_sex_and_whom_to_ask() {
    let pair = Pair::new().await;
    let mut browser = Browser::signed_in(&pair.origin, "maly", &["social_worker"]).await;
    let csrf = browser.csrf().await;
    let asked = browser.post("/cases/new", &form(&csrf, &[])).await;
    let there = asked.body.split_once("id=\"theirs\"").unwrap().1.split("</section>").next().unwrap();
    assert!(there.contains("A case of a colleague") && there.contains("born March 2018"), "{there}");
    assert!(!there.contains("Dara") && !there.contains("ដារា") && !there.contains("/c/"), "{there}");
}

#[tokio::test]
async fn another_childs_name_asks_nothing_and_the_worker_has_the_new_case() {
    let pair = Pair::new().await;
    let mut browser = Browser::signed_in(&pair.origin, "maly", &["social_worker"]).await;
    let csrf = browser.csrf().await;
    let form = [
        ("csrf", csrf.as_str()),
        ("name_unknown", "on"),
        ("other_names", "Nu\r\nNou"),
        ("sex", "female"),
        ("age_estimate.years", "៧"),
        ("age_estimate.as_of.y", "2026"),
        ("age_estimate.as_of.m", "5"),
        ("age_estimate.as_of.d", "30"),
        ("languages.none", "on"),
    ];
    let done = browser.post("/cases/new", &form).await;
    assert!(done.has("Added.") && done.has("Nu, Nou") && done.has("about 7 years"), "{}", done.body);
    assert!(browser.get("/cases").await.has("Nu"));
    assert_eq!(browser.get(&format!("/c/{}", pair.case)).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_is_missing_is_named_at_its_field_and_what_was_typed_is_kept() {
    let (_pair, mut browser, csrf) = origin().await;
    let wrong = [("csrf", csrf.as_str()), ("name.latin.given", "Sok\"ha"), ("birth.y", "2015"), ("birth.m", "13")];
    let page = browser.post("/cases/new", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("<title>Error: ") && page.has("autofocus") && page.has("value=\"Sok&#34;ha\""), "{}", page.body);
    for id in ["sex", "languages", "birth"] {
        assert!(page.has(&format!("href=\"#{id}\"")) && page.has(&format!("id=\"{id}\"")), "{id}: {}", page.body);
    }
    assert!(page.has("value=\"13\"") && page.has("Sex: fill this in."));
}

#[tokio::test]
async fn a_category_is_changed_by_itself_and_the_rest_of_the_case_stays() {
    let (pair, mut browser, _) = origin().await;
    let before = pair.origin.service.case_show(&worker(None), &pair.case).await.unwrap().record;
    let case = browser.get(&format!("/c/{}", pair.case)).await;
    let path = format!("/c/{}/edit/functioning", &pair.case[..20]);
    assert!(case.links().contains(&path.as_str()), "{}", case.body);
    let ask = browser.get(&path).await;
    let saved = browser.post(&path, &with(&boxes(&ask), &[("seeing", "a_lot")])).await;
    assert!(saved.has("Saved.") && saved.path == format!("/c/{}", &pair.case[..20]), "{}", saved.body);
    let mut expected = before;
    expected["functioning"]["seeing"] = "a_lot".into();
    assert_eq!(pair.origin.service.case_show(&worker(None), &pair.case).await.unwrap().record, expected);
}

#[tokio::test]
async fn entries_of_a_list_are_added_changed_and_removed_on_pages_of_their_own() {
    let (pair, mut browser, csrf) = origin().await;
    let case = pair.origin.service.case_add(&worker(None), fixture::case_json("f01").unwrap()).await.unwrap().id;
    let health = format!("/c/{}/edit/health", &case[..20]);
    let page = browser.get(&health).await;
    let first = format!("{health}/visits/0");
    assert!(page.links().contains(&first.as_str()), "{}", page.body);
    let record =
        || async { pair.origin.service.case_show(&worker(None), &case).await.unwrap().record["health"].clone() };
    let before = record().await;
    let ask = browser.get(&first).await;
    let empty = browser.post(&first, &with(&boxes(&ask), &[("visits.0.facility", "health centre")])).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.has("href=\"#visits.0.date\"") && empty.has("value=\"health centre\""), "{}", empty.body);
    let typed = boxes(&empty);
    let done = browser.post(&first, &with(&typed, &[("visits.0.date.y", "2026"), ("visits.0.date.m", "5")])).await;
    assert_eq!(done.path, health, "{}", done.body);
    assert!(done.has("May 2026 · health centre"), "{}", done.body);
    assert_eq!(record().await["visits"][0]["date"], "2026-05");
    let ask = browser.get(&first).await;
    browser.post(&first, &with(&boxes(&ask), &[("visits.0.facility", "hospital")])).await;
    assert_eq!(record().await["visits"][0]["facility"], "hospital");
    let ask = browser.get(&first).await;
    browser.post(&first, &with(&boxes(&ask), &[("remove", "yes")])).await;
    assert_eq!(record().await, before);
    // A number beyond the next, a list that is none, a category that is none.
    for nowhere in [format!("{health}/visits/7"), format!("{health}/hiv/0"), format!("/c/{}/edit/none", &case[..20])] {
        assert_eq!(browser.get(&nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
        assert_eq!(browser.post(&nowhere, &[("csrf", &csrf)]).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

#[tokio::test]
async fn a_part_that_nobody_wrote_yet_is_begun_with_its_first_entry_or_its_first_answers() {
    let (pair, mut browser, _) = origin().await;
    let case = format!("/c/{}", &pair.case[..20]);
    let missing = browser.get(&case).await;
    let (family, protection) = (format!("{case}/edit/family"), format!("{case}/edit/protection"));
    for path in [&family, &protection] {
        let main = missing.links();
        assert!(main.contains(&path.as_str()), "{path}: {main:?}");
    }
    let record = || async { pair.origin.service.case_show(&worker(None), &pair.case).await.unwrap().record };
    let mut new = record().await;
    for category in ["family", "protection", "care_arrangement"] {
        new.as_object_mut().unwrap().remove(category);
    }
    pair.origin.service.case_edit(&worker(None), &pair.case, new).await.unwrap();
    let first = format!("{family}/members/0");
    assert!(browser.get(&family).await.links().contains(&first.as_str()));
    let ask = boxes(&browser.get(&first).await);
    let member = [
        ("members.0.name.latin.given", "Mealea"),
        ("members.0.relationship", "mother"),
        ("members.0.may_contact", "no"),
        ("members.0.phones.0.number", "012 345 678"),
    ];
    browser.post(&first, &with(&ask, &member)).await;
    assert_eq!(record().await["family"]["members"][0]["phones"][0]["number"], "+85512345678");
    let ask = boxes(&browser.get(&protection).await);
    let answers = [("risk_level", "low"), ("safe_now", "safe"), ("concerns.none", "on")];
    assert!(browser.post(&protection, &with(&ask, &answers)).await.has("Saved."));
    assert_eq!(record().await["protection"]["concerns"], serde_json::json!([]));
    // A second number of the same person has its box beside the first.
    let ask = boxes(&browser.get(&first).await);
    browser.post(&first, &with(&ask, &[("members.0.phones.1.number", "098 765 432")])).await;
    assert_eq!(record().await["family"]["members"][0]["phones"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_somebody_else_saved_meanwhile_is_shown_and_not_overwritten() {
    let (pair, mut browser, _) = origin().await;
    let path = format!("/c/{}/edit/functioning", &pair.case[..20]);
    let first = boxes(&browser.get(&path).await);
    let second = boxes(&browser.get(&path).await);
    assert!(browser.post(&path, &with(&first, &[("hearing", "some")])).await.has("Saved."));
    let late = browser.post(&path, &with(&second, &[("seeing", "cannot")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.has("Somebody saved first.") && late.has("<option value=\"cannot\" selected>"), "{}", late.body);
    let record = || async { pair.origin.service.case_show(&worker(None), &pair.case).await.unwrap().record };
    assert_eq!(record().await["functioning"]["hearing"], "some");
    assert_ne!(record().await["functioning"]["seeing"], "cannot");
    // Seen, and meant all the same.
    assert!(browser.post(&path, &with(&boxes(&late), &[])).await.has("Saved."));
    assert_eq!(record().await["functioning"]["seeing"], "cannot");
    // Another category was changed: nothing stands against this one.
    let education = boxes(&browser.get(&path.replace("functioning", "education")).await);
    let functioning = boxes(&browser.get(&path).await);
    browser.post(&path, &with(&functioning, &[("seeing", "none")])).await;
    let saved =
        browser.post(&path.replace("functioning", "education"), &with(&education, &[("attending", "yes")])).await;
    assert!(saved.has("Saved."), "{}", saved.body);
}

#[tokio::test]
async fn whose_case_it_is_not_and_whose_form_is_forged_changes_nothing() {
    let pair = Pair::new().await;
    let mut other = Browser::signed_in(&pair.origin, "maly", &["social_worker"]).await;
    let csrf = other.csrf().await;
    let mut own = Browser::signed_in(&pair.origin, "dara", &["supervisor"]).await;
    let before = pair.origin.service.case_show(&worker(None), &pair.case).await.unwrap();
    let path = format!("/c/{}/edit/functioning", &pair.case[..20]);
    let entry = format!("/c/{}/edit/legal/documents/0", &pair.case[..20]);
    for path in [&path, &entry] {
        assert_eq!(other.get(path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(other.post(path, &[("csrf", &csrf), ("seeing", "none")]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(own.post(path, &[("seeing", "none")]).await.status, StatusCode::FORBIDDEN, "without a token");
        assert_eq!(
            own.post(path, &[("csrf", &csrf), ("seeing", "none")]).await.status,
            StatusCode::FORBIDDEN,
            "another's token"
        );
    }
    assert_eq!(own.post("/cases/new", &NEW).await.status, StatusCode::FORBIDDEN);
    let after = pair.origin.service.case_show(&worker(None), &pair.case).await.unwrap();
    assert_eq!((after.version, after.record), (before.version, before.record));
    let node = Node::new().await;
    let mut keys = Browser::signed_in(&node, "key", &["key_administrator"]).await;
    let csrf = keys.csrf().await;
    assert_eq!(keys.post("/cases/new", &form(&csrf, &[])).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn forms_are_small_in_both_languages_and_name_nobody_in_their_titles() {
    let pair = Pair::new().await;
    let service = Arc::clone(&pair.origin.service);
    let case = service.case_add(&worker(None), fixture::case_json("f01").unwrap()).await.unwrap().id;
    let mut browser = Browser::signed_in(&pair.origin, "dara", &["supervisor"]).await;
    for lang in ["en", "km"] {
        browser.lang = lang;
        let categories =
            protocol::category::Category::ALL.iter().map(|one| format!("/c/{}/edit/{}", &case[..20], one.code()));
        let paths = categories.chain(["/cases/new".into(), format!("/c/{}/edit/family/members/0", &case[..20])]);
        for path in paths {
            let page = browser.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            let title = page.body.split_once("<title>").unwrap().1.split("</title>").next().unwrap();
            assert!(!title.contains("Sokha") && page.body.matches("<h1").count() == 1, "{path}: {title}");
            assert!(page.body.matches("class=\"button first\"").count() == 1, "{path}");
            let request = browser.request(Method::GET, &path).header("accept-encoding", "gzip, br");
            let travels = browser.send(request.body(Body::empty()).unwrap()).await.bytes;
            assert!(travels <= 15 << 10, "{path} in {lang}: {travels} bytes");
        }
    }
}
