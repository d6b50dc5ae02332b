//! Comparing numbers with another agency: ours to be read aloud, theirs to be heard and ticked, side by side.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};

use super::{Digits, Heard, comparable, path_of};
use crate::{
    service::{ServiceError, UseCase, people::Decided},
    view::{PeerView, VerifyPeer},
    web::{
        App,
        page::{Fault, Frame, Pair, page},
        session::{Posted, Signed},
    },
};

/// How the other agency's number may have come.
const WAYS: [&str; 2] = ["telephone", "in_person"];

#[derive(Template)]
#[template(path = "compare.html")]
struct Compare {
    f: Frame,
    path: String,
    name: String,
    ours: Digits,
    theirs: Digits,
    ways: Vec<Pair>,
    chosen: String,
    /// Another must compare too.
    two: bool,
}

async fn find(app: &App, me: &Signed, id: &str) -> Result<PeerView, Response> {
    me.must(UseCase::PeerVerify)?;
    let peer = app.service.peer_show(&me.actor, id).await.map_err(|error| me.refused(&error))?;
    if comparable(&peer) { Ok(peer) } else { Err(Redirect::to(&path_of(&peer)).into_response()) }
}

pub(super) async fn ask(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    let peer = find(&app, &me, &id).await?;
    compare_page(&app, &me, &peer, String::new(), Vec::new()).await
}

async fn compare_page(
    app: &App,
    me: &Signed,
    peer: &PeerView,
    chosen: String,
    faults: Vec<Fault>,
) -> Result<Response, Response> {
    let ours = app.service.agency_fingerprint(&me.actor, None).await.map_err(|error| me.refused(&error))?;
    let list = app.service.requests(&me.actor).await.map_err(|error| me.refused(&error))?;
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let w = me.w();
    let mut f = me.frame("compare-title", "peers");
    f.here = format!("{}/compare", path_of(peer));
    f.faults = faults;
    let template = Compare {
        f,
        path: path_of(peer),
        name: peer.name.clone(),
        ours: Digits::of(&ours.digits),
        theirs: Digits::of(&peer.fingerprint),
        ways: WAYS.iter().map(|way| Pair { name: w.line(&w.code("way", way)), value: (*way).to_owned() }).collect(),
        chosen,
        two: list.two_persons == "on" || peer.trust == "suspended",
    };
    Ok(page(status, &template))
}

pub(super) async fn same(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: heard }: Posted<Heard>,
) -> Result<Response, Response> {
    let peer = find(&app, &me, &id).await?;
    let path = path_of(&peer);
    let known_way = WAYS.contains(&heard.how.as_str());
    let (field, key) = match heard.whole().filter(|_| known_way) {
        None if known_way => ("heard", "compare-tick-all"),
        None => ("how", "compare-how-missing"),
        Some(fingerprint) => {
            let ask = VerifyPeer { fingerprint, how: Some(heard.how.clone()) };
            match app.service.ask_verify(&me.actor, &peer.id, ask).await {
                Ok(Decided::Done(_)) => return Ok(Redirect::to(&format!("{path}?done=verified")).into_response()),
                Ok(Decided::Waits(_)) => return Ok(Redirect::to(&format!("{path}?done=asked")).into_response()),
                Err(ServiceError::FingerprintMistyped { .. } | ServiceError::FingerprintDiffers) => {
                    ("heard", "compare-tick-all")
                }
                Err(error) => return Err(me.refused(&error)),
            }
        }
    };
    let faults = vec![Fault { field, text: me.w().t(key).into_owned() }];
    compare_page(&app, &me, &peer, heard.how, faults).await
}

/// Somebody may stand between: the agency is stopped at once, and the page says whom to call.
pub(super) async fn differs(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: _ }: Posted<Heard>,
) -> Result<Response, Response> {
    let stopped = app.service.suspend_for(&me.actor, &id, "numbers_differ").await;
    let peer = stopped.map_err(|error| me.refused(&error))?;
    Ok(Redirect::to(&format!("{}?done=differs", path_of(&peer))).into_response())
}
