//! The recovery kit: whether the paper was proved to be right, and the drill that proves it.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::web::screens::people::Done;
use crate::{
    service::ServiceError,
    view::{KitDrill, KitView},
    web::{
        App,
        page::{Banner, Fault, Frame, Tag, page},
        session::{Posted, Signed},
    },
};

const PATH: &str = "/keys/kit";

#[derive(Template)]
#[template(path = "kit.html")]
struct KitPage {
    f: Frame,
    tag: Tag,
    proven: String,
}

/// Not written back into the page, wherever it comes from.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Typed {
    #[serde(default)]
    secret: String,
}

pub(super) async fn show(
    State(app): State<App>,
    me: Signed,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Response> {
    let mut template = shown(&app, &me).await?;
    if done == "proven" {
        let (title, text) = (me.w().t("kit-done").into_owned(), me.w().t("kit-done-text").into_owned());
        template.f.banners.push(Banner { kind: "good", icon: "done", title, text });
    }
    Ok(page(StatusCode::OK, &template))
}

async fn shown(app: &App, me: &Signed) -> Result<KitPage, Response> {
    let kit = app.service.kit(&me.actor).await.map_err(|error| me.refused(&error))?;
    let proven = kit.proven.map_or_else(|| me.w().t("kit-never").into_owned(), |at| me.moment().moment(me.w(), at));
    Ok(KitPage { f: me.frame("kit-title", "keys"), tag: tag(me, &kit), proven })
}

fn tag(me: &Signed, kit: &KitView) -> Tag {
    let (kind, icon, word) = match (kit.due, kit.proven) {
        (false, _) => ("good", "done", "kit-proven"),
        (true, Some(_)) => ("wait", "clock", "kit-again"),
        (true, None) => ("wait", "clock", "kit-not-yet"),
    };
    Tag { kind, icon, word: me.w().t(word).into_owned() }
}

pub(super) async fn drill(
    State(app): State<App>,
    Posted { me, form: mut typed }: Posted<Typed>,
) -> Result<Response, Response> {
    let request = KitDrill { secret: std::mem::take(&mut typed.secret) };
    let why = match app.service.kit_drill(&me.actor, request).await {
        Ok(_) => return Ok(Redirect::to(&format!("{PATH}?done=proven")).into_response()),
        Err(ServiceError::KitMistyped) => "kit-mistyped",
        Err(ServiceError::OtherKit) => "kit-other",
        Err(error) => return Err(me.refused(&error)),
    };
    let mut template = shown(&app, &me).await?;
    template.f.faults.push(Fault { field: "secret", text: me.w().t(why).into_owned() });
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &template))
}
