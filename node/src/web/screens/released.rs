//! What was released to this agency: the child, category by category, and what did not come.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};

use super::inbox::{child, look, path_of};
use crate::{
    service::UseCase,
    view::Side,
    web::{
        App,
        packed::long_page,
        page::{Frame, Tag},
        record::{self, Section},
        routes::{Needs, Routes},
        session::Signed,
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().get("/r/{id}/case", Needs::May(UseCase::ExchangeShow), show)
}

#[derive(Template)]
#[template(path = "released.html")]
struct Released {
    f: Frame,
    path: String,
    reference: String,
    tag: Tag,
    km: String,
    latin: String,
    about: String,
    not_told: Vec<String>,
    sections: Vec<Section>,
    missing: Vec<String>,
    ask: String,
    /// Whether it still goes on, and this agency has it in its care.
    goes_on: bool,
    printed: String,
}

async fn show(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    let view = app.service.exchange_show(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let (w, one) = (me.w(), &view.summary);
    // Not here yet, or erased: the referral's own page says which.
    let Some(release) = view.released.as_ref() else { return Ok(Redirect::to(&path_of(&one.id)).into_response()) };
    let mut f = me.frame("case-title", "inbox");
    f.title = w.t1("case-title", "reference", &one.reference);
    let (kind, icon) = look(&one.state);
    let goes_on = one.state == "released" && one.side == Side::Received;
    let word = if goes_on { w.t("tag-in-your-care").into_owned() } else { w.code("state", &one.state) };
    let (km, latin) = record::name(release);
    let now = me.moment().moment(w, me.visitor.glance.now);
    let template = Released {
        f,
        path: path_of(&one.id),
        reference: one.reference.clone(),
        tag: Tag { kind, icon, word },
        km,
        latin,
        about: child(w, one),
        not_told: record::not_to_be_told(release),
        sections: record::sections(w, release),
        missing: record::missing(w, release),
        ask: w.t1("case-ask-for-more", "peer", &one.peer),
        goes_on,
        printed: w.with("printed", &[("reference", &one.reference), ("when", &now), ("person", &me.name)]),
    };
    Ok(long_page(StatusCode::OK, &template))
}
