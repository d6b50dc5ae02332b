//! What is new, on a page that is open: who is told, what, and until when.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use super::browser::Browser;
use crate::{
    service::{
        people::IDLE,
        testing::{Node, Pair, worker},
    },
    view::NoteRequest,
    web::{self, WebLimits, live::Times},
};

fn told(event: Option<(String, String)>) -> serde_json::Value {
    let (name, data) = event.expect("the stream ended");
    assert_eq!(name, "news", "{data}");
    serde_json::from_str(&data).unwrap()
}

/// Of the child and the exchange: none of it may be in an event.
fn identifies(data: &str, id: &str) -> bool {
    ["POPOK", "Dara", "ដារា", "some weeks", "CMO", "Damnok", "សុភា", &id[..6]].iter().any(|word| data.contains(word))
}

#[tokio::test]
async fn an_offer_that_comes_is_told_to_all_who_may_see_it_and_to_nobody_else() {
    let pair = Pair::new().await;
    let mut worker = Browser::signed_in(&pair.shelter, "worker", &["social_worker"]).await;
    let mut supervisor = Browser::signed_in(&pair.shelter, "supervisor", &["supervisor"]).await;
    let mut keys = Browser::signed_in(&pair.shelter, "keys", &["key_administrator"]).await;
    let mut auditor = Browser::signed_in(&pair.shelter, "auditor", &["auditor"]).await;
    let mut seeing =
        [worker.news_of("/inbox").await, supervisor.news_of("/inbox").await, supervisor.news_of("/board").await];
    let mut others = [keys.news_of("/peers").await, auditor.news_of("/audit").await, worker.news_of("/sent").await];
    // Whoever sees no case asks for news of them all the same.
    let pages =
        [keys.news("/news?since=0&on=board").await.unwrap(), auditor.news("/news?since=0&on=inbox").await.unwrap()];
    for stream in &mut seeing {
        let first = told(stream.told().await);
        assert_eq!((first["fresh"].as_u64(), first["counts"]["inbox"].as_str()), (Some(0), Some("")), "{first}");
        assert!(first["bar"] == "" && first["title"] == "" && first["foot"].as_str().unwrap().contains("Up to date"));
    }
    for stream in others.iter_mut().chain(&mut pages.into_iter().collect::<Vec<_>>()) {
        assert_eq!(told(stream.told().await)["fresh"], 0);
    }

    let id = pair.refer().await;
    pair.settle().await;
    for stream in &mut seeing {
        let event = stream.told().await;
        assert!(!identifies(&event.as_ref().unwrap().1, &id), "{event:?}");
        let news = told(event);
        assert_eq!((news["fresh"].as_u64(), news["counts"]["inbox"].as_str()), (Some(1), Some("1")), "{news}");
        assert!(news["bar"] == "1 new: show" && news["title"] == "(1) " && news["foot"] == "", "{news}");
    }
    let [keys, auditor, sent] = &mut others;
    keys.is_quiet().await;
    auditor.is_quiet().await;
    let of_sent = told(sent.told().await);
    assert_eq!((of_sent["fresh"].as_u64(), of_sent["counts"]["inbox"].as_str()), (Some(0), Some("1")), "{of_sent}");

    // A page that is made now knows it.
    let now = told(worker.news_of("/inbox").await.told().await);
    assert_eq!((now["fresh"].as_u64(), now["counts"]["inbox"].as_str()), (Some(0), Some("1")));
    worker.lang = "km";
    pair.refer().await;
    pair.settle().await;
    assert_eq!(told(worker.news_of("/inbox").await.told().await)["counts"]["inbox"], "២");
}

#[tokio::test]
async fn what_becomes_of_an_offer_is_told_to_who_has_it_and_others_learn_only_that_it_is_gone() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    pair.settle().await;
    let mut has = Browser::signed_in(&pair.shelter, "has", &["social_worker"]).await;
    let mut not = Browser::signed_in(&pair.shelter, "not", &["social_worker"]).await;
    let path = format!("/r/{id}");
    let mut listens = [not.news_of("/inbox").await, not.news_of(&path).await];
    for stream in &mut listens {
        told(stream.told().await);
    }
    let csrf = has.csrf().await;
    has.post(&format!("{path}/accept"), &[("csrf", &csrf)]).await;
    let bars = ["The list has changed: show", "This has changed: show"];
    for (stream, bar) in listens.iter_mut().zip(bars) {
        let news = told(stream.told().await);
        assert_eq!((news["bar"].as_str(), news["counts"]["inbox"].as_str()), (Some(bar), Some("")), "{news}");
    }

    let mut listens = [has.news_of(&path).await, has.news_of("/inbox").await];
    let mut not = [not.news_of("/inbox").await, not.news(&format!("/news?since=0&on={id}")).await.unwrap()];
    for stream in listens.iter_mut().chain(&mut not) {
        told(stream.told().await);
    }
    pair.settle().await;
    pair.origin.service.note(&worker(None), &id, NoteRequest { text: "x".into() }).await.unwrap();
    pair.settle().await;
    for (stream, bar) in listens.iter_mut().zip(["This has changed: show", "The list has changed: show"]) {
        assert_eq!(told(stream.told().await)["bar"], bar);
    }
    for stream in &mut not {
        stream.is_quiet().await;
    }
}

#[tokio::test]
async fn many_changes_become_few_events_no_two_of_which_come_within_the_pause() {
    const OFFERS: u64 = 12;
    let pair = Pair::new().await;
    let pause = Duration::from_millis(400);
    let times = Times { pause, beat: Duration::from_secs(20) };
    let browser = Browser::told_at(&pair.shelter.service, 9, times);
    let mut stream = browser.enrolled(&pair.shelter, "worker", &["social_worker"]).await.news_of("/inbox").await;
    let offers = async {
        for _ in 0..OFFERS {
            pair.refer().await;
            pair.settle().await;
        }
    };
    let listening = async {
        let mut events = Vec::new();
        loop {
            let fresh = told(stream.told().await)["fresh"].as_u64().unwrap();
            events.push(Instant::now());
            if fresh == OFFERS {
                return events;
            }
        }
    };
    let begun = Instant::now();
    let (events, ()) = tokio::join!(listening, offers);
    // Nothing is lost of what came in between, and it took no more events than there were pauses.
    let pauses = begun.elapsed().as_millis() / pause.as_millis();
    assert!(events.len() >= 2 && events.len() as u128 <= pauses + 2, "{} events, {pauses} pauses", events.len());
    for two in events.windows(2) {
        assert!(two[1] - two[0] > pause * 3 / 4, "{:?}", two[1] - two[0]);
    }
}

#[tokio::test]
async fn a_request_to_a_second_administrator_is_told_to_who_confirms() {
    let node = Node::new().await;
    let mut asks = Browser::signed_in(&node, "asks", &["key_administrator"]).await;
    let mut confirms = Browser::signed_in(&node, "confirms", &["key_administrator"]).await;
    let mut stream = confirms.news_of("/people").await;
    told(stream.told().await);
    let csrf = asks.csrf().await;
    let form = [("csrf", csrf.as_str()), ("name", "Kong Kosal"), ("sign_in", "kosal"), ("auditor", "on")];
    asks.post("/people/invite", &form).await;
    let news = told(stream.told().await);
    assert_eq!((news["counts"]["people"].as_str(), news["title"].as_str()), (Some("1"), Some("(1) ")), "{news}");
}

#[tokio::test]
async fn a_stream_ends_at_once_with_its_session_and_keeps_no_session_alive() {
    let node = Node::new().await;
    let staff = worker(None);
    let mut leaves = Browser::signed_in(&node, "leaves", &["social_worker"]).await;
    let mut stays = Browser::signed_in(&node, "stays", &["social_worker"]).await;
    let mut removed = Browser::signed_in(&node, "removed", &["social_worker"]).await;
    let mut streams = [leaves.news_of("/inbox").await, removed.news_of("/inbox").await, stays.news_of("/inbox").await];
    for stream in &mut streams {
        told(stream.told().await);
    }
    let [of_leaves, of_removed, of_stays] = &mut streams;
    let csrf = leaves.csrf().await;
    leaves.post("/sign-out", &[("csrf", &csrf)]).await;
    assert_eq!(of_leaves.told().await.unwrap().0, "over");
    assert_eq!(of_leaves.told().await, None);
    let people = node.service.people(&staff).await.unwrap();
    let who = people.iter().find(|found| found.sign_in == "removed").unwrap();
    node.service.remove_person(&staff, &who.id).await.unwrap();
    assert_eq!(of_removed.told().await.unwrap().0, "over");
    of_stays.is_quiet().await;

    // Asked again and again, as by a page that lies open: the session ends as if nobody had asked, and nobody is here.
    stays.get("/inbox").await;
    assert_eq!(node.service.unattended(), Duration::ZERO);
    for _ in 0..2 {
        node.pass(IDLE / 2 - 1);
        told(stays.news("/news?since=0&on=inbox").await.unwrap().told().await);
    }
    assert_eq!(node.service.unattended().as_secs(), 2 * (IDLE / 2 - 1));
    node.pass(2);
    assert_eq!(of_stays.told().await.unwrap().0, "over");
    assert_eq!(stays.news("/news").await.err(), Some(StatusCode::SEE_OTHER));
}

#[tokio::test]
async fn streams_are_few_for_one_session_and_bounded_for_all() {
    let node = Node::new().await;
    let node_of_few = Browser::waiting_among(&node.service, 6);
    let one = node_of_few.clone().enrolled(&node, "one", &["social_worker"]).await;
    let two = node_of_few.enrolled(&node, "two", &["social_worker"]).await;
    let mut streams = Vec::new();
    for _ in 0..5 {
        streams.push(one.news("/news").await.unwrap());
    }
    for stream in &mut streams {
        told(stream.told().await);
    }
    assert_eq!(streams[0].told().await.unwrap().0, "elsewhere", "the oldest page of five");
    assert_eq!(streams[0].told().await, None);
    for stream in &mut streams[1..] {
        stream.is_quiet().await;
    }
    let others = [two.news("/news").await, two.news("/news").await, two.news("/news").await];
    assert_eq!(others.iter().filter(|stream| stream.is_ok()).count(), 2, "six in all");
    assert_eq!(others[2].as_ref().err(), Some(&StatusCode::SERVICE_UNAVAILABLE));
    drop((streams, others));
    assert!(two.news("/news").await.is_ok(), "places are given back");
}

#[tokio::test]
async fn many_changes_are_one_event() {
    let pair = Pair::new().await;
    let mut browser = Browser::signed_in(&pair.shelter, "sophea", &["social_worker"]).await;
    let mut stream = browser.news_of("/inbox").await;
    told(stream.told().await);
    for _ in 0..12 {
        pair.refer().await;
    }
    pair.settle().await;
    let mut events = 1;
    while told(stream.told().await)["fresh"] != 12 {
        events += 1;
    }
    assert!(events < 12, "{events} events for 12 offers");
}

#[tokio::test]
async fn a_listener_that_stops_does_not_wait_for_its_streams() {
    let node = Node::new().await;
    let browser = Browser::signed_in(&node, "sophea", &["social_worker"]).await;
    let limits = WebLimits { address: "127.0.0.1:0".parse().unwrap(), tls: None, names: Vec::new(), connections: 8 };
    let screens = web::serve(&limits, |secure| web::router(Arc::clone(&node.service), secure, 8), None).unwrap();
    let mut stream =
        TcpStream::connect(screens.url().trim_start_matches("http://").trim_end_matches('/')).await.unwrap();
    let request = browser.request(Method::GET, "/news").body(Body::empty()).unwrap();
    let cookie = request.headers()["cookie"].to_str().unwrap();
    let text =
        format!("GET /news HTTP/1.1\r\nhost: 127.0.0.1\r\nsec-fetch-site: same-origin\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    while !String::from_utf8_lossy(&heard).contains("event: news") {
        assert!(tokio::io::AsyncReadExt::read_buf(&mut stream, &mut heard).await.unwrap() > 0);
    }
    let stopped = tokio::time::timeout(Duration::from_secs(5), screens.stop(Duration::from_mins(1)));
    stopped.await.expect("it waited for a stream");
}

#[tokio::test]
async fn the_sound_is_off_until_it_is_asked_for_and_then_of_this_browser() {
    let node = Node::new().await;
    let mut browser = Browser::signed_in(&node, "sophea", &["social_worker"]).await;
    let csrf = browser.csrf().await;
    assert!(!browser.get("/inbox").await.has("data-sound"));
    let page = browser.post("/settings/sound", &[("csrf", &csrf), ("sound", "on")]).await;
    assert!(page.has("name=\"sound\" value=\"on\" checked") && browser.get("/inbox").await.has("data-sound"));
    browser.post("/settings/sound", &[("csrf", &csrf)]).await;
    assert!(!browser.get("/inbox").await.has("data-sound"));
}
