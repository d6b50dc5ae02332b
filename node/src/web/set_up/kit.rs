//! The recovery kit: shown to be printed, and what proves that it was.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{
    Drawn, Kit, SetUp,
    answers::Step,
    ask::{Owner, Posted, not_yet, on, status},
    same,
};
use crate::web::{
    page::{Banner, Fault, Frame, page},
    qr::qr,
};

/// So many of the last groups are typed from paper.
const TYPED: usize = 3;
const CHECK: &str = "/set-up/kit/check";

#[derive(Template)]
#[template(path = "setup_kit.html")]
struct KitPage {
    f: Frame,
    step: String,
    back: &'static str,
    check: &'static str,
    network: String,
    kit: Kit,
    qr: String,
}

#[derive(Template)]
#[template(path = "setup_kit_check.html")]
struct CheckPage {
    f: Frame,
    step: String,
    back: &'static str,
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Typed {
    #[serde(default)]
    last: String,
}

/// The keys are drawn when the kit is first looked at: only then is known what stands on it.
pub(super) async fn show(State(set_up): State<Arc<SetUp>>, owner: Owner) -> Result<Response, Response> {
    not_yet(&set_up, Step::Kit)?;
    let drawn = drawn(&set_up, &owner).await?;
    let kit = drawn.kit();
    let (void, network) = {
        let inside = set_up.inside();
        let network = inside.answers.agency.as_ref().map(|agency| agency.network.as_str().to_owned());
        (inside.answers.void, network.unwrap_or_default())
    };
    let mut f = owner.frame(&set_up, Step::Kit, Step::Kit.path(), Vec::new());
    if void {
        let (title, text) = (f.w.t("setup-kit-void").into_owned(), f.w.t("setup-kit-void-text").into_owned());
        f.banners.push(Banner { kind: "wait", icon: "warn", title, text });
    }
    let qr = qr(&Zeroizing::new(kit.groups.concat()));
    let (step, back) = (owner.of(Step::Kit), Step::Kit.before().path());
    Ok(page(StatusCode::OK, &KitPage { f, step, back, check: CHECK, network, kit, qr }))
}

/// Draws the keys, once for each agency that was named.
async fn drawn(set_up: &SetUp, owner: &Owner) -> Result<Arc<dyn Drawn>, Response> {
    let _making = set_up.making.lock().await;
    let agency = {
        let inside = set_up.inside();
        if let Some(drawn) = &inside.answers.drawn {
            return Ok(Arc::clone(drawn));
        }
        inside.answers.agency.clone()
    };
    let Some(agency) = agency else { return Err(on(set_up)) };
    let drawn = set_up.founder.draw(&agency).await.map_err(|problem| {
        tracing::warn!("no keys could be drawn for a new agency");
        owner.message(StatusCode::SERVICE_UNAVAILABLE, "setup-failed", &problem.code)
    })?;
    let mut inside = set_up.inside();
    if inside.answers.agency.as_ref() != Some(&agency) {
        // Named otherwise meanwhile, in another window.
        drop(inside);
        return Err(Redirect::to(Step::Kit.path()).into_response());
    }
    inside.answers.drawn = Some(Arc::clone(&drawn));
    Ok(drawn)
}

pub(super) async fn ask(State(set_up): State<Arc<SetUp>>, owner: Owner) -> Result<Response, Response> {
    not_yet(&set_up, Step::Kit)?;
    Ok(check_page(&set_up, &owner, Vec::new()))
}

/// Shows nothing of the kit: what is typed here comes from the paper.
fn check_page(set_up: &SetUp, owner: &Owner, faults: Vec<Fault>) -> Response {
    let status = status(&faults);
    let f = owner.frame(set_up, Step::Kit, CHECK, faults);
    page(status, &CheckPage { f, step: owner.of(Step::Kit), back: Step::Kit.path() })
}

pub(super) async fn check(
    State(set_up): State<Arc<SetUp>>,
    Posted { owner, form }: Posted<Typed>,
) -> Result<Response, Response> {
    not_yet(&set_up, Step::Kit)?;
    let drawn = set_up.inside().answers.drawn.clone();
    let Some(drawn) = drawn else { return Ok(Redirect::to(Step::Kit.path()).into_response()) };
    let kit = drawn.kit();
    let before = kit.groups.len().saturating_sub(TYPED);
    let last: Zeroizing<String> = Zeroizing::new(kit.groups.iter().skip(before).map(String::as_str).collect());
    let letters = form.last.chars().filter(|c| !c.is_whitespace());
    let typed: Zeroizing<String> = Zeroizing::new(letters.flat_map(char::to_lowercase).collect());
    if !same(&typed, &last) {
        return Ok(check_page(&set_up, &owner, vec![owner.fault("last", "setup-kit-wrong")]));
    }
    let mut inside = set_up.inside();
    // Of the same keys: another window may have named another agency meanwhile.
    inside.answers.proven = inside.answers.drawn.as_ref().is_some_and(|now| Arc::ptr_eq(now, &drawn));
    drop(inside);
    Ok(on(&set_up))
}
