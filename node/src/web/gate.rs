//! The screens of a node that can be locked: the pages of the open node, or the one page that unlocks it.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, Request, State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use serde::Deserialize;
use tower::ServiceExt as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{
    assets,
    page::{Fault, Frame, language, page},
    screens::{hide, switched},
    words::{Moment, Words},
};
use crate::view::{LockedView, Problem, UnlockedView};

/// A node between locked and open, as the screens see it.
pub trait Gate: Send + Sync + 'static {
    /// The pages of the open node; `None` while it is not open.
    fn screens(&self) -> Option<Router>;
    /// How the locked node is, and what time it is there.
    fn locked(&self) -> (LockedView, keys::Timestamp);
    /// Opens it, with the passphrase that was typed on the page.
    fn unlock(&self, passphrase: Zeroizing<Vec<u8>>) -> impl Future<Output = Result<UnlockedView, Problem>> + Send;
}

struct Locked<G> {
    gate: Arc<G>,
    secure: bool,
}

impl<G> Clone for Locked<G> {
    fn clone(&self) -> Self {
        Self { gate: Arc::clone(&self.gate), secure: self.secure }
    }
}

/// All pages of a node behind its gate.
pub fn gated<G: Gate>(gate: Arc<G>, secure: bool) -> Router {
    let locked = Router::new()
        .route("/unlock", get(ask::<G>).post(unlock::<G>))
        .route("/hide", get(hidden::<G>))
        .route("/lang/{tag}", get(switch::<G>))
        .merge(assets::routes())
        .fallback(|| async { Redirect::to("/unlock") })
        .with_state(Locked { gate: Arc::clone(&gate), secure });
    Router::new().fallback(move |request: Request| {
        let routes = gate.screens().unwrap_or_else(|| locked.clone());
        async move {
            match routes.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
    })
}

#[derive(Template)]
#[template(path = "unlock.html")]
struct Unlock {
    f: Frame,
    heading: &'static str,
    since: String,
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct Typed {
    #[serde(default)]
    passphrase: String,
}

async fn ask<G: Gate>(State(node): State<Locked<G>>, headers: HeaderMap) -> Response {
    unlock_page(&node, &headers, StatusCode::OK, Vec::new())
}

fn unlock_page<G: Gate>(node: &Locked<G>, headers: &HeaderMap, status: StatusCode, faults: Vec<Fault>) -> Response {
    let w = Words::new(language(headers));
    let (locked, now) = node.gate.locked();
    let mut f = Frame::bare(w, locked.name, w.t("unlock-title").into_owned(), "/unlock");
    f.faults = faults;
    let since = w.t1("unlock-since", "when", Moment::here(now).moment(w, locked.since));
    let heading = if locked.unattended { "unlock-heading-unattended" } else { "unlock-heading" };
    page(status, &Unlock { f, heading, since })
}

async fn unlock<G: Gate>(
    State(node): State<Locked<G>>,
    headers: HeaderMap,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(mut typed)) = form else { return Redirect::to("/unlock").into_response() };
    let passphrase = Zeroizing::new(std::mem::take(&mut typed.passphrase).into_bytes());
    let problem = match node.gate.unlock(passphrase).await {
        Ok(_) => return Redirect::to("/").into_response(),
        Err(problem) if problem.code == "node/not-locked" => return Redirect::to("/").into_response(),
        Err(problem) => problem,
    };
    let w = Words::new(language(&headers));
    let key = match problem.code.as_str() {
        "keyring/wrong-passphrase" | "keyring/no-passphrase" => "unlock-wrong",
        "keyring/too-soon" | "node/locked" => "unlock-too-soon",
        _ => "unlock-failed",
    };
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let fault = Fault { field: "passphrase", text: w.t(key).into_owned() };
    unlock_page(&node, &headers, status, vec![fault])
}

async fn hidden<G: Gate>(State(node): State<Locked<G>>, headers: HeaderMap) -> Response {
    let (_, now) = node.gate.locked();
    let mut response = hide::calendar(Words::new(language(&headers)), &Moment::here(now));
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static(r#""cache""#));
    response
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    to: String,
}

async fn switch<G: Gate>(
    State(node): State<Locked<G>>,
    Path(tag): Path<String>,
    Query(Back { to }): Query<Back>,
) -> Response {
    switched(node.secure, &tag, &to)
}
