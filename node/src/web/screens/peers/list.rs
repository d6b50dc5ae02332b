//! All known agencies, and one of them.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};

use super::{
    Digits, banner, comparable,
    evidence::{self, Piece},
    path_of, trust,
};
use crate::{
    service::UseCase,
    view::PeerView,
    web::{
        App,
        page::{Banner, Frame, Pair, Tag, page},
        screens::people::Done,
        session::Signed,
    },
};

#[derive(Template)]
#[template(path = "peers.html")]
struct PeersPage {
    f: Frame,
    peers: Vec<Row>,
}

struct Row {
    path: String,
    title: String,
    tag: Tag,
    about: String,
    when: String,
}

#[derive(Template)]
#[template(path = "peer.html")]
struct Peer {
    f: Frame,
    path: String,
    name: String,
    tag: Tag,
    facts: Vec<Pair>,
    digits: Digits,
    evidence: Vec<Piece>,
    /// Whether the page leads to comparing numbers, and to stopping.
    compare: bool,
    stop: bool,
}

pub(super) async fn all(State(app): State<App>, me: Signed) -> Result<Response, Response> {
    let list = app.service.peer_list(&me.actor).await.map_err(|error| me.refused(&error))?;
    let (w, moment) = (me.w(), me.moment());
    let row = |peer: &PeerView| Row {
        path: path_of(peer),
        title: peer.name.clone(),
        tag: trust(w, peer),
        about: w.line(&w.code("kind", &peer.kind)),
        when: moment.near_day(w, peer.since),
    };
    let peers = list.peers.iter().map(row).collect();
    Ok(page(StatusCode::OK, &PeersPage { f: me.frame("place-peers", "peers"), peers }))
}

pub(super) async fn one(
    State(app): State<App>,
    me: Signed,
    Path(id): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Response> {
    let peer = app.service.peer_show(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let w = me.w();
    let mut f = me.frame("peer-title", "peers");
    f.here = path_of(&peer);
    f.banners.extend(banner(w, &done, &peer.name));
    if peer.same_name {
        let (title, text) = (w.t("peer-same-name").into_owned(), w.t("peer-same-name-text").into_owned());
        f.banners.push(Banner { kind: "stop", icon: "warn", title, text });
    }
    let keys = me.may(UseCase::PeerVerify);
    let template = Peer {
        path: path_of(&peer),
        evidence: evidence::pieces(&app, &me, &id, &path_of(&peer)).await?,
        name: peer.name.clone(),
        tag: trust(w, &peer),
        facts: facts(&me, &peer),
        digits: Digits::of(&peer.fingerprint),
        compare: keys && comparable(&peer),
        stop: keys && matches!(peer.trust.as_str(), "introduced" | "verified"),
        f,
    };
    Ok(page(StatusCode::OK, &template))
}

fn facts(me: &Signed, peer: &PeerView) -> Vec<Pair> {
    let (w, moment) = (me.w(), me.moment());
    let rows = [
        ("peer-kind", w.line(&w.code("kind", &peer.kind))),
        ("peer-services", w.line(&w.codes("service", peer.services.iter().map(String::as_str)))),
        ("peer-since", moment.moment(w, peer.since)),
        ("peer-by", peer.by.clone()),
        ("peer-why", peer.why.as_deref().map(|why| w.code("stopped", why)).unwrap_or_default()),
        ("peer-addresses", peer.addresses.join(" ")),
    ];
    let filled = rows.into_iter().filter(|(_, value)| !value.is_empty());
    filled.map(|(key, value)| Pair { name: w.t(key).into_owned(), value }).collect()
}
