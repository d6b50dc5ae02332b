//! Consents are asked, recorded, listed and ended in the browser; who holds what; one referral is taken back.

use axum::http::StatusCode;
use protocol::code::Explained;

use super::{
    browser::Browser,
    case_edit::{boxes, with},
};
use crate::{
    service::testing::{Pair, worker},
    view::{AssignRequest, ReasonRequest},
};

async fn origin() -> (Pair, Browser, String, String) {
    let pair = Pair::new().await;
    let mut browser = Browser::signed_in(&pair.origin, "dara", &["supervisor"]).await;
    let csrf = browser.csrf().await;
    let case = format!("/c/{}", &pair.case[..20]);
    (pair, browser, csrf, case)
}

fn agreed(csrf: &str) -> Vec<(String, String)> {
    let typed = [
        ("csrf", csrf),
        ("step", "agreed"),
        ("to.any:shelter", "on"),
        ("categories.identity", "on"),
        ("categories.health", "on"),
        ("fields.health.hiv", "on"),
        ("purposes.shelter", "on"),
        ("onward", "no"),
        ("until.d", "៣០"),
        ("until.m", "11"),
        ("until.y", "2026"),
        ("keep_uninformed.0.who", "the <uncle>"),
        ("keep_uninformed.0.reason", "fear_of_harm"),
    ];
    typed.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn given() -> Vec<(String, String)> {
    let explained = Explained::ALL.iter().map(|part| (format!("explained.{}", part.code()), "on".to_owned()));
    let typed = [("given_by", "caregiver"), ("giver", "the aunt"), ("assent", "given"), ("form", "thumbprint")];
    let typed = typed.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let more = [("witness".to_owned(), "Chan Thy".to_owned()), ("language".to_owned(), "km".to_owned())];
    typed.chain(more).chain(explained).collect()
}

#[tokio::test]
async fn a_consent_is_recorded_over_two_pages_and_listed_with_what_it_covers() {
    let (pair, mut browser, csrf, case) = origin().await;
    let page = browser.get(&format!("{case}/consent")).await;
    assert!(page.has("Damnok Toek") && page.has("In force") && page.has("Identity, Health"), "{}", page.body);
    let asked = browser.get(&format!("{case}/consent/ask")).await;
    assert!(
        asked.has("You may say no. We help you all the same.") && asked.has("We are CMO Poipet."),
        "{}",
        asked.body
    );
    let new = format!("{case}/consent/new");
    let first = browser.get(&new).await;
    assert!(
        first.has("Step 1 of 2") && first.has("name=\"to.any:shelter\"") && !first.has(" checked"),
        "{}",
        first.body
    );
    assert!(!first.has("any:coordination") && !first.has("purposes.statistics"));
    let typed = agreed(&csrf);
    let second = browser.post(&new, &with(&typed, &[])).await;
    assert!(second.has("Read this back to them: any agency of the kind: shelter may get Identity"), "{}", second.body);
    assert!(second.has("for shelter.") && second.has("value=\"the &#60;uncle&#62;\""), "{}", second.body);
    // Back again: nothing typed is lost.
    let back = browser.post(&new, &with(&boxes(&second), &[("back", "yes")])).await;
    assert!(back.has("name=\"fields.health.hiv\" checked") && back.has("value=\"៣០\""), "{}", back.body);
    let whole: Vec<_> =
        boxes(&second).into_iter().filter(|(name, _)| !given().iter().any(|(n, _)| n == name)).chain(given()).collect();
    let done = browser.post(&new, &with(&whole, &[])).await;
    assert!(done.has("Recorded.") && done.path.ends_with("/consent"), "{}", done.body);
    for text in ["any agency of the kind: shelter", "Health: HIV", "30 November 2026"] {
        assert!(done.has(text), "{text}: {}", done.body);
    }
    let list = pair.origin.service.consent_list(&worker(None), &pair.case).await.unwrap().consents;
    assert_eq!(list.len(), 2);
    assert!(list.iter().any(|one| one.named_fields == ["health.hiv"]));
}

#[tokio::test]
async fn what_a_consent_lacks_is_named_on_the_page_that_asks_it() {
    let (pair, mut browser, csrf, case) = origin().await;
    let new = format!("{case}/consent/new");
    let empty = browser.post(&new, &[("csrf", &csrf)]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.has("href=\"#to\"") && empty.has("href=\"#categories\"") && empty.has("href=\"#purposes\""));
    assert!(empty.has("<title>Error: "), "{}", empty.body);
    // On the second page: all that is missing there.
    let typed = agreed(&csrf);
    let page = browser
        .post(&new, &with(&typed, &[("step", "given"), ("given_by", "caregiver"), ("giver", "aunt \"Mom\"")]))
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for id in ["assent", "form", "language", "explained"] {
        assert!(page.has(&format!("href=\"#{id}\"")), "{id}: {}", page.body);
    }
    assert!(
        page.has("value=\"aunt &#34;Mom&#34;\"") && page.has("name=\"to.any:shelter\" value=\"on\""),
        "{}",
        page.body
    );
    // A fault of the first page leads back to it, with what was typed on the second.
    let whole: Vec<_> = typed.into_iter().chain(given()).collect();
    for wrong in [("until.y", "2031"), ("keep_uninformed.1.reason", "shame"), ("until.d", "99")] {
        let page = browser.post(&new, &with(&whole, &[("step", "given"), wrong])).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let id = wrong.0.split('.').next().unwrap();
        assert!(page.has("Step 1 of 2") && page.has(&format!("href=\"#{id}")), "{id}: {}", page.body);
        assert!(page.has("name=\"witness\" value=\"Chan Thy\""), "{}", page.body);
    }
    // Where nobody agrees a supervisor decides with who asks, and nobody with themselves.
    let nobody = [
        ("step", "given"),
        ("given_by", "best_interest"),
        ("reason", "no <caregiver> is known"),
        ("why_nobody", "nobody can be reached"),
    ];
    let page = browser.post(&new, &with(&whole, &nobody[..2])).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.has("href=\"#reason\""), "{}", page.body);
    let page = browser.post(&new, &with(&whole, &nobody)).await;
    assert!(page.has("It waits for your supervisor."), "{}", page.body);
    let list = browser.get("/decisions").await;
    let path = list.links().into_iter().find(|link| link.starts_with("/decisions/")).unwrap().to_owned();
    let own = browser.get(&path).await;
    assert!(own.has("You asked for this.") && !own.has(&format!("{path}/yes")), "{}", own.body);
    let refused = browser.post(&format!("{path}/yes"), &[("csrf", &csrf)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let consents = async || pair.origin.service.consent_list(&worker(None), &pair.case).await.unwrap().consents.len();
    assert_eq!(consents().await, 1);
    let mut chief = Browser::signed_in(&pair.origin, "sophea", &["supervisor"]).await;
    let page = chief.get(&path).await;
    assert!(
        page.has("no &#60;caregiver&#62; is known") && page.has("any agency of the kind: shelter"),
        "{}",
        page.body
    );
    let csrf = chief.csrf().await;
    let done = chief.post(&format!("{path}/yes"), &[("csrf", &csrf)]).await;
    assert!(done.has("Recorded.") && done.has("Nothing waits."), "{}", done.body);
    assert_eq!(consents().await, 2);
}

#[tokio::test]
async fn a_consent_that_ends_says_first_who_holds_what_and_takes_all_of_it_back() {
    let (pair, mut browser, csrf, case) = origin().await;
    let id = pair.released().await;
    let page = browser.get(&format!("{case}/custody")).await;
    assert!(page.has("1 other agency holds something today.") && page.has("Holds now") && page.has("Identity"));
    assert!(!page.has("Popok") && !page.has("ដារា"), "{}", page.body);
    let end = format!("{case}/consent/{}/end", &pair.consent[..20]);
    let asked = browser.get(&end).await;
    assert!(
        asked.has("End this consent?") && asked.has("The first summary, which names nobody, Identity"),
        "{}",
        asked.body
    );
    assert_eq!(browser.get(&format!("{case}/consent/{}/end", "0".repeat(20))).await.status, StatusCode::NOT_FOUND);
    let done = browser.post(&end, &[("csrf", &csrf)]).await;
    assert!(done.has("Ended.") && !done.has("In force"), "{}", done.body);
    let page = browser.get(&format!("{case}/custody")).await;
    assert!(page.has("Damnok Toek has not confirmed erasing.") && page.has("Erasure not confirmed"), "{}", page.body);
    pair.settle().await;
    let page = browser.get(&format!("{case}/custody")).await;
    assert!(page.has("All others sent a receipt") && page.has("by their signed receipt"), "{}", page.body);
    assert_eq!(pair.states(&id).await, ["withdrawn", "withdrawn"]);
}

#[tokio::test]
async fn one_referral_is_taken_back_with_a_reason_and_what_was_sent_says_how_far_it_came() {
    let (pair, mut browser, ..) = origin().await;
    let id = pair.refer().await;
    let story = format!("/r/{}", &id[..20]);
    let page = browser.get(&story).await;
    assert!(page.has("Safe here. It goes by itself") && page.links().contains(&format!("{story}/withdraw").as_str()));
    assert!(!browser.get("/sent").await.has("call them"));
    // The session is over by then.
    pair.origin.pass(2 * 3_600);
    let mut browser = Browser::signed_in(&pair.origin, "visal", &["supervisor"]).await;
    let csrf = browser.csrf().await;
    assert!(browser.get("/sent").await.has("call them, give the reference"));
    pair.settle().await;
    assert!(browser.get(&story).await.has("Their computer has it, and signed for it."));
    let withdraw = format!("{story}/withdraw");
    let asked = browser.get(&withdraw).await;
    assert!(
        asked.has("Why do you take this back?") && !asked.has("value=\"lapsed\"") && !asked.has("Popok"),
        "{}",
        asked.body
    );
    let wrong = browser.post(&withdraw, &[("csrf", &csrf)]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.has("href=\"#reason\""));
    let lapsed = browser.post(&withdraw, &[("csrf", &csrf), ("reason", "lapsed")]).await;
    assert_eq!(lapsed.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = browser.post(&withdraw, &[("csrf", &csrf), ("reason", "placed_elsewhere")]).await;
    assert!(done.has("Taken back.") && done.path == story && !done.has("/withdraw\""), "{}", done.body);
    assert_eq!(browser.get(&withdraw).await.path, story);
    pair.settle().await;
    assert_eq!(pair.states(&id).await, ["withdrawn", "withdrawn"]);
}

#[tokio::test]
async fn only_the_sender_takes_back_and_only_those_whose_case_it_is_see_its_consents() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    pair.settle().await;
    let mut shelter = Browser::signed_in(&pair.shelter, "visal", &["supervisor"]).await;
    assert_eq!(shelter.get(&format!("/r/{id}/withdraw")).await.path, format!("/r/{}", &id[..20]));
    let csrf = shelter.csrf().await;
    let refused = shelter.post(&format!("/r/{id}/withdraw"), &[("csrf", &csrf), ("reason", "other")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let paths =
        ["consent", "consent/ask", "consent/new", "custody"].map(|page| format!("/c/{}/{page}", &pair.case[..20]));
    for role in ["key_administrator", "auditor", "social_worker"] {
        let mut other = Browser::signed_in(&pair.origin, role, &[role]).await;
        for path in &paths {
            let page = other.get(path).await;
            assert!(page.status == StatusCode::FORBIDDEN && !page.has("Damnok"), "{role} {path}: {}", page.body);
        }
        let csrf = other.csrf().await;
        let end = format!("/c/{}/consent/{}/end", &pair.case[..20], &pair.consent[..20]);
        for (path, form) in
            [(paths[2].clone(), with(&agreed(&csrf), &[("step", "given")])), (end, vec![("csrf", csrf.as_str())])]
        {
            assert_eq!(other.post(&path, &form).await.status, StatusCode::FORBIDDEN, "{role} {path}");
        }
        assert_eq!(other.get(&format!("/r/{id}/withdraw")).await.status, StatusCode::FORBIDDEN, "{role}");
    }
    // Without the token of one's own pages nothing is ended.
    let mut own = Browser::signed_in(&pair.origin, "dara", &["supervisor"]).await;
    let end = format!("/c/{}/consent/{}/end", &pair.case[..20], &pair.consent[..20]);
    assert_eq!(own.post(&end, &[("csrf", "x")]).await.status, StatusCode::FORBIDDEN);
    assert!(own.get(&format!("/c/{}/consent", pair.case)).await.has("In force"));
    let request = ReasonRequest { reason: "other".into(), text: None };
    pair.origin.service.withdraw(&worker(None), &id, request).await.unwrap();
}

#[tokio::test]
async fn these_pages_stay_small_in_both_languages() {
    let (pair, mut browser, csrf, case) = origin().await;
    let id = pair.released().await;
    let typed = agreed(&csrf);
    for lang in ["en", "km"] {
        browser.lang = lang;
        let end = format!("{case}/consent/{}/end", &pair.consent[..20]);
        let paths = ["consent", "consent/ask", "consent/new", "custody"].map(|page| format!("{case}/{page}"));
        for path in paths.into_iter().chain([end, format!("/r/{id}"), format!("/r/{id}/withdraw"), "/sent".into()]) {
            let page = browser.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.body.len() <= 15 << 10, "{path} in {lang}: {} bytes", page.body.len());
        }
        let second = browser.post(&format!("{case}/consent/new"), &with(&typed, &[])).await;
        assert!(second.body.len() <= 15 << 10, "{lang}: {} bytes", second.body.len());
    }
}

#[tokio::test]
async fn a_decision_shows_who_and_why_and_a_supervisor_looks_at_it_again() {
    let (pair, mut browser, _, case) = origin().await;
    let decided = serde_json::json!({
        "to": ["any:shelter"], "categories": ["identity"], "purposes": ["care"], "until": "2026-11-30",
        "given_by": "best_interest", "assent": "given", "reason": "nobody of the <family> is known",
        "why_nobody": "no caregiver is known",
    });
    pair.origin.service.consent_grant(&worker(Some("Sophea")), &pair.case, decided).await.unwrap();
    let page = browser.get(&format!("{case}/consent")).await;
    for text in ["Dara, and Sophea", "nobody of the &#60;family&#62; is known", "no caregiver is known", "1 July 2026"]
    {
        assert!(page.has(text), "{text}: {}", page.body);
    }
    assert!(!page.has("Review overdue") && browser.get("/board").await.has("Nothing waits."));
    pair.origin.pass(31 * 24 * 60 * 60);
    let mut browser = Browser::signed_in(&pair.origin, "visal", &["supervisor"]).await;
    let csrf = browser.csrf().await;
    let board = browser.get("/board").await;
    assert!(board.has("Review overdue"), "{}", board.body);
    let path = board.links().into_iter().find(|link| link.ends_with("/review")).unwrap().to_owned();
    let ask = browser.get(&path).await;
    assert!(ask.has("Does this decision still hold?") && ask.has("nobody of the &#60;family&#62;"), "{}", ask.body);
    let short = browser.post(&path, &[("csrf", &csrf), ("words", "short")]).await;
    assert!(short.status == StatusCode::UNPROCESSABLE_ENTITY && short.has(">short</textarea>"), "{}", short.body);
    let done = browser.post(&path, &[("csrf", &csrf), ("words", "no family has been found")]).await;
    assert!(done.has("It still holds.") && done.has("1 August 2026"), "{}", done.body);
    let mut of_worker = Browser::signed_in(&pair.origin, "maly", &["social_worker"]).await;
    let to = AssignRequest { to: vec!["maly".into()], teams: Vec::new() };
    pair.origin.service.case_assign(&worker(None), &pair.case, to).await.unwrap();
    assert!(of_worker.get(&format!("{case}/consent")).await.has("no family has been found"));
    assert_eq!(of_worker.get(&path).await.status, StatusCode::FORBIDDEN);
}
