//! First run, without what makes agencies: who may answer, in which order, and what is shown to whom.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use zeroize::Zeroizing;

use super::browser::{Browser, Page};
use crate::{
    view::Problem,
    web::{Agency, Boxed, Drawn, Founder, Front, Kit, Last, NotMade, SetUp, set_up},
    world::testing::SeededEntropy,
};

const WORDS: &str = "five lotus ponds at dawn";
const AGENCY: [(&str, &str); 5] =
    [("name", "Chnok Poipet"), ("kind", "reception"), ("country", "kh"), ("network", "spean"), ("public", "")];

/// What was made, and how often keys were drawn.
#[derive(Clone, Default)]
struct Made {
    drawn: Arc<AtomicUsize>,
    last: Arc<Mutex<Vec<Last>>>,
    fails: Arc<Mutex<Option<NotMade>>>,
}

/// Keys that say which they are.
struct Keys(usize, Made);

impl Founder for Made {
    fn takes(&self, passphrase: &str) -> bool {
        passphrase.len() >= 12
    }

    fn draw(&self, _: &Agency) -> Boxed<'_, Result<Arc<dyn Drawn>, Problem>> {
        let keys = Keys(self.drawn.fetch_add(1, Ordering::SeqCst) + 1, self.clone());
        Box::pin(async move { Ok(Arc::new(keys) as Arc<dyn Drawn>) })
    }
}

impl Drawn for Keys {
    fn kit(&self) -> Kit {
        let groups = vec!["spnk".into(), "it1q".into(), format!("kit{}", self.0), "wxyz".into(), "q".into()];
        Kit { agency: "agency1x".into(), fingerprint: "0000".into(), groups: Zeroizing::new(groups) }
    }

    fn make(&self, last: Last) -> Boxed<'_, Result<String, NotMade>> {
        Box::pin(async move {
            if let Some(fails) = self.1.fails.lock().unwrap().take() {
                return Err(fails);
            }
            self.1.last.lock().unwrap().push(last);
            Ok("/join/token".to_owned())
        })
    }
}

/// A set-up, its link, and a browser that has not used it.
fn begun() -> (Made, Arc<SetUp>, Browser) {
    let made = Made::default();
    let state = Arc::new(SetUp::new(made.clone(), &mut SeededEntropy::new(7)));
    let browser = Browser::of(set_up(Arc::clone(&state), Front::default()));
    (made, state, browser)
}

async fn entered() -> (Made, Arc<SetUp>, Browser) {
    let (made, state, mut browser) = begun();
    let page = browser.get(&state.link()).await;
    assert_eq!((page.status, page.path.as_str()), (StatusCode::OK, "/set-up/language"));
    (made, state, browser)
}

/// Sends the form of a page of one's own.
async fn send(browser: &mut Browser, path: &str, form: &[(&str, &str)]) -> Page {
    let csrf = browser.get(path).await.after("name=\"csrf\"", "value").to_owned();
    browser.post(path, &[form, &[("csrf", &csrf)]].concat()).await
}

/// Everything before the kit.
async fn asked(browser: &mut Browser) {
    for (path, form) in [
        ("/set-up/language", &[("lang", "en")][..]),
        ("/set-up/agency", &AGENCY),
        ("/set-up/passphrase", &[("passphrase", WORDS), ("again", WORDS)]),
        ("/set-up/people", &[("roles", "apart")]),
    ] {
        let page = send(browser, path, form).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn the_link_lets_one_browser_in_once_and_is_gone_from_its_address() {
    let (_, state, mut browser) = begun();
    let mut other = browser.clone();
    for path in ["/", "/set-up/language", "/set-up/kit", "/set-up/end", "/begin/AAAA", "/inbox"] {
        let page = other.get(path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(page.has("Open the link that the program printed"), "{path}");
    }
    // Who only asks what is there uses nothing up.
    let head = other.request(Method::HEAD, &state.link()).body(Body::empty()).unwrap();
    assert_eq!(other.send(head).await.status, StatusCode::FORBIDDEN);
    let first = browser.send(browser.request(Method::GET, &state.link()).body(Body::empty()).unwrap()).await;
    assert_eq!(
        (first.status, &first.headers["location"]),
        (StatusCode::SEE_OTHER, &"/set-up/language".parse().unwrap())
    );
    let cookie = first.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");
    assert!(!state.link().contains(cookie.split(['=', ';']).nth(1).unwrap()), "the link is not the cookie");
    asked(&mut browser).await;
    for path in [&*state.link(), "/", "/set-up/agency", "/set-up/kit", "/set-up/kit/check", "/set-up/end"] {
        let page = other.get(path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(page.has("goes on in another browser") && !page.has("Poipet") && !page.has("kit1"), "{path}");
        let page = other.post(path, &AGENCY).await;
        assert!(!page.status.is_success() && !page.has("Poipet"), "{path}: {}", page.status);
    }
    // For the browser itself it leads on.
    assert_eq!(browser.get(&state.link()).await.path, "/set-up/kit");
}

#[tokio::test]
async fn a_form_of_another_page_changes_nothing() {
    let (made, _, mut browser) = entered().await;
    asked(&mut browser).await;
    browser.get("/set-up/kit").await;
    for path in ["/set-up/language", "/set-up/agency", "/set-up/passphrase", "/set-up/people", "/set-up/kit/check"] {
        for csrf in ["", "AAAA"] {
            let forged = [&AGENCY[1..], &[("name", "Forged"), ("roles", "together"), ("csrf", csrf)]].concat();
            assert_eq!(browser.post(path, &forged).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        let elsewhere = browser.form(path, &AGENCY, "cross-site");
        assert_eq!(browser.send(elsewhere).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(browser.get("/set-up/agency").await.has("Chnok Poipet"));
    assert_eq!(made.drawn.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn no_step_is_left_out() {
    let (made, _, mut browser) = entered().await;
    let csrf = browser.get("/set-up/language").await.after("name=\"csrf\"", "value").to_owned();
    for path in ["/", "/set-up/agency", "/set-up/passphrase", "/set-up/people", "/set-up/kit", "/set-up/end"] {
        assert_eq!(browser.get(path).await.path, "/set-up/language", "{path}");
    }
    let end = [("name", "Chan Sophea"), ("sign_in", "sophea"), ("csrf", &csrf)];
    assert_eq!(browser.post("/set-up/end", &end).await.path, "/set-up/language");
    asked(&mut browser).await;
    assert_eq!(browser.get("/set-up/end").await.path, "/set-up/kit");
    assert_eq!(browser.post("/set-up/end", &end).await.path, "/set-up/kit", "the kit was not proven");
    assert!(made.last.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_box_and_a_passphrase_is_never_sent_back() {
    let (_, _, mut browser) = entered().await;
    send(&mut browser, "/set-up/language", &[("lang", "en")]).await;
    let wrong = [("name", " "), ("kind", "bank"), ("country", "Cambodia"), ("network", "My Net"), ("public", "ftp:x")];
    let page = send(&mut browser, "/set-up/agency", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("<title>Error: "));
    for id in ["name", "kind", "country", "network", "public"] {
        assert!(page.has(&format!("<a href=\"#{id}\">")), "{id}");
    }
    assert!(page.has("value=\"My Net\""), "what was typed is kept");
    send(&mut browser, "/set-up/agency", &AGENCY).await;
    for (passphrase, again, says) in
        [("short", "short", "too easy"), ("five lotus ponds", "five lotus pond", "passphrases differ")]
    {
        let page = send(&mut browser, "/set-up/passphrase", &[("passphrase", passphrase), ("again", again)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.has(says) && !page.has(&format!("\"{passphrase}\"")), "{}", page.body);
    }
    let page = send(&mut browser, "/set-up/passphrase", &[("passphrase", WORDS), ("again", WORDS)]).await;
    assert_eq!(page.path, "/set-up/people");
    assert!(!browser.get("/set-up/passphrase").await.has(WORDS));
}

#[tokio::test]
async fn the_kit_is_proven_from_paper_and_another_agency_gets_another() {
    let (made, _, mut browser) = entered().await;
    asked(&mut browser).await;
    let kit = browser.get("/set-up/kit").await;
    assert!(kit.has(">kit1<") && kit.has(">wxyz<"));
    assert!(browser.get("/set-up/kit").await.has(">kit1<"), "shown again, it is the same");
    for last in ["", "wxyzq", "kit2 wxyz q", "it1q kit1 wxyz q"] {
        let page = send(&mut browser, "/set-up/kit/check", &[("last", last)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{last}");
        assert!(!page.has("kit1") || last.contains("kit1"), "{last}: the page shows what is asked");
        assert!(!page.has("value=\"kit"), "{last}");
    }
    assert_eq!(send(&mut browser, "/set-up/kit/check", &[("last", " KIT1 wxyzq")]).await.path, "/set-up/end");
    // The same once more changes nothing, another name all.
    assert_eq!(send(&mut browser, "/set-up/agency", &AGENCY).await.path, "/set-up/end");
    let other = [&AGENCY[1..], &[("name", "Another")]].concat();
    let page = send(&mut browser, "/set-up/agency", &other).await;
    assert_eq!(page.path, "/set-up/kit");
    assert!(page.has(">kit2<") && page.has("of no use any more"));
    assert_eq!(browser.get("/set-up/end").await.path, "/set-up/kit");
    assert_eq!(send(&mut browser, "/set-up/kit/check", &[("last", "kit1wxyzq")]).await.path, "/set-up/kit/check");
    assert_eq!(send(&mut browser, "/set-up/kit/check", &[("last", "kit2wxyzq")]).await.path, "/set-up/end");
    assert_eq!(made.drawn.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn the_last_step_makes_one_agency_of_what_was_answered() {
    let (made, _, mut browser) = entered().await;
    asked(&mut browser).await;
    send(&mut browser, "/set-up/people", &[("roles", "together")]).await;
    browser.get("/set-up/kit").await;
    send(&mut browser, "/set-up/kit/check", &[("last", "kit1wxyzq")]).await;
    let page = send(&mut browser, "/set-up/end", &[("name", ""), ("sign_in", "!!")]).await;
    assert!(page.has("<a href=\"#name\">") && page.has("<a href=\"#sign_in\">"));
    let problem =
        |code: &str| Problem { code: code.into(), status: 503, title: "x".into(), hint: None, faults: Vec::new() };
    let form = [("name", "Chan Sophea"), ("sign_in", "sophea"), ("also", "yes")];
    *made.fails.lock().unwrap() = Some(NotMade::Nothing(problem("node/disk-full")));
    let page = send(&mut browser, "/set-up/end", &form).await;
    assert!(page.has("Make room, then try again") && page.has("value=\"Chan Sophea\""), "{}", page.body);
    let csrf = page.after("name=\"csrf\"", "value").to_owned();
    let form = [&form[..], &[("csrf", &csrf)]].concat();
    for _ in 0..2 {
        // Pressed twice: the second goes out before the first is answered.
        let mut pressed = browser.clone();
        let page = pressed.send(pressed.form("/set-up/end", &form, "same-origin")).await;
        assert_eq!(page.headers["location"], "/join/token");
        assert!(page.headers["set-cookie"].to_str().unwrap().starts_with("setup=; Max-Age=0"));
    }
    let last = made.last.lock().unwrap();
    assert_eq!(last.len(), 1);
    assert_eq!((last[0].passphrase.as_str(), last[0].together), (WORDS, true));
    assert_eq!(last[0].administrator.roles, ["key_administrator", "supervisor", "social_worker"]);
}

#[tokio::test]
async fn an_agency_that_does_not_start_is_not_said_to_be_lost() {
    let (made, _, mut browser) = entered().await;
    asked(&mut browser).await;
    browser.get("/set-up/kit").await;
    send(&mut browser, "/set-up/kit/check", &[("last", "kit1wxyzq")]).await;
    let code = "node/port-in-use".into();
    let problem = Problem { code, status: 503, title: "x".into(), hint: None, faults: Vec::new() };
    *made.fails.lock().unwrap() = Some(NotMade::Node(problem));
    let page = send(&mut browser, "/set-up/end", &[("name", "Chan Sophea"), ("sign_in", "sophea")]).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.has("Nothing is lost") && page.has("node / port-in-use"));
}

#[tokio::test]
async fn what_was_typed_is_forgotten_when_nobody_goes_on() {
    let (_, state, mut browser) = entered().await;
    asked(&mut browser).await;
    state.idle(Duration::from_millis(50)).await;
    let page = browser.get("/set-up/agency").await;
    assert_eq!(page.path, "/set-up/language");
    assert!(!page.has("Poipet"));
}

#[tokio::test]
async fn the_language_changes_on_the_way_and_hiding_shows_a_calendar() {
    let (_, _, mut browser) = entered().await;
    let page = send(&mut browser, "/set-up/language", &[("lang", "km")]).await;
    assert!(page.has("<html lang=\"km\">") && page.has("ស្ថាប័នរបស់អ្នក"));
    let page = browser.get("/lang/en?to=/set-up/agency").await;
    assert!(page.has("<html lang=\"en\">") && page.path == "/set-up/agency");
    let page = browser.get("/hide").await;
    assert!(page.has("class=\"month\"") && !page.has("Spean"));
}
