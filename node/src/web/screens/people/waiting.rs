//! What waits for a second person: shown whole, then confirmed, refused or taken back.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};

use super::{invite::invited, list::Row, person::Nothing};
use crate::{
    service::ServiceError,
    view::{ConfirmRequest, Confirmed, RequestView},
    web::{
        App,
        page::{Fault, Frame, Pair, Tag, page},
        screens::peers::{Digits, Heard},
        session::{Posted, Signed},
        words::{Moment, Words},
    },
};

#[derive(Template)]
#[template(path = "waiting.html")]
struct Waiting {
    f: Frame,
    id: String,
    own: bool,
    heading: String,
    facts: Vec<Pair>,
    effect: String,
    /// Of an agency: its digits, to be heard once more.
    theirs: Option<Digits>,
}

/// The line of a list.
pub(super) fn row(w: Words, moment: &Moment, request: &RequestView) -> Row {
    let tag = |kind, icon, key: &str| Tag { kind, icon, word: w.t(key).into_owned() };
    Row {
        path: format!("/waiting/{}", request.id),
        title: heading(w, request),
        tag: if request.own {
            tag("news", "clock", "waits-for-another")
        } else {
            tag("wait", "clock", "waits-for-you")
        },
        about: w.t1("waits-asked-by", "name", &request.asked_by),
        when: moment.near_day(w, request.ends),
    }
}

fn heading(w: Words, request: &RequestView) -> String {
    let key = match request.kind.as_str() {
        "invite" => "waits-invite",
        "roles" => "waits-roles",
        "remove" => "waits-remove",
        "recover" => "waits-recover",
        "export" => "waits-export",
        "revoke" => return w.t1("waits-revoke", "name", request.name.get(..8).unwrap_or(&request.name)),
        _ => "waits-verify",
    };
    w.t1(key, "name", &request.name)
}

async fn find(app: &App, me: &Signed, id: &str) -> Result<RequestView, Response> {
    let list = app.service.requests(&me.actor).await.map_err(|error| me.refused(&error))?;
    let found = list.requests.into_iter().find(|request| request.id == id);
    found.ok_or_else(|| me.refused(&ServiceError::NotFound { what: "request" }))
}

pub(super) async fn show(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    let request = find(&app, &me, &id).await?;
    Ok(page(StatusCode::OK, &waiting_page(&me, &request, Vec::new())))
}

fn waiting_page(me: &Signed, request: &RequestView, faults: Vec<Fault>) -> Waiting {
    let (w, moment) = (me.w(), me.moment());
    let mut f = me.frame("waits-title", "people");
    f.here = format!("/waiting/{}", request.id);
    f.faults = faults;
    let effect = match request.kind.as_str() {
        "invite" => "waits-invite-effect",
        "roles" => "waits-roles-effect",
        "remove" => "waits-remove-effect",
        "recover" => "waits-recover-effect",
        "export" => "waits-export-effect",
        "revoke" => "waits-revoke-effect",
        _ => "waits-verify-effect",
    };
    Waiting {
        f,
        id: request.id.clone(),
        own: request.own,
        heading: heading(w, request),
        facts: facts(w, &moment, request),
        effect: w.t(effect).into_owned(),
        theirs: request.fingerprint.as_deref().map(Digits::of),
    }
}

/// All that is asked, in the words of the page.
fn facts(w: Words, moment: &Moment, request: &RequestView) -> Vec<Pair> {
    let codes = |codes: &[String]| w.codes("role", codes.iter().map(String::as_str));
    let lost: Vec<String> = request.before.iter().filter(|role| !request.after.contains(role)).cloned().collect();
    let gained: Vec<String> = request.after.iter().filter(|role| !request.before.contains(role)).cloned().collect();
    let time = |at: Option<keys::Timestamp>| at.map(|at| moment.moment(w, at)).unwrap_or_default();
    let rows = [
        ("waits-name", request.name.clone()),
        ("waits-why", request.why.clone()),
        ("export-from", time(request.since)),
        ("export-to", time(request.until)),
        ("sign-in-name", request.sign_in.clone()),
        ("waits-gains", codes(&gained)),
        ("waits-loses", codes(&lost)),
        ("waits-how", request.how.as_deref().map(|how| w.code("way", how)).unwrap_or_default()),
        ("waits-by", request.asked_by.clone()),
        ("waits-since", moment.moment(w, request.at)),
        ("waits-until", moment.moment(w, request.ends)),
    ];
    let filled = rows.into_iter().filter(|(_, value)| !value.is_empty());
    filled.map(|(key, value)| Pair { name: w.t(key).into_owned(), value }).collect()
}

pub(super) async fn confirm(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Posted { me, form: heard }: Posted<Heard>,
) -> Result<Response, Response> {
    let ask = ConfirmRequest { fingerprint: heard.whole() };
    let text = match app.service.confirm(&me.actor, &id, ask).await {
        Ok(Confirmed::Invited(invitation)) => return Ok(invited(&app, &me, &headers, &invitation)),
        Ok(Confirmed::Roles(_)) => return Ok(Redirect::to("/people?done=roles").into_response()),
        Ok(Confirmed::Revoked(_)) => return Ok(Redirect::to("/people?done=key_revoked").into_response()),
        Ok(Confirmed::Export(_)) => return Ok(Redirect::to("/people?done=exported").into_response()),
        Ok(Confirmed::Removed(_)) => return Ok(Redirect::to("/people?done=removed").into_response()),
        Ok(Confirmed::Verified(peer)) => {
            let id = peer.id.get(..20).unwrap_or(&peer.id);
            return Ok(Redirect::to(&format!("/peers/{id}?done=verified")).into_response());
        }
        Err(ServiceError::Field { field: "fingerprint", .. } | ServiceError::FingerprintMistyped { .. }) => {
            "compare-tick-all"
        }
        Err(error) => return Err(me.refused(&error)),
    };
    let request = find(&app, &me, &id).await?;
    let fault = Fault { field: "heard", text: me.w().t(text).into_owned() };
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &waiting_page(&me, &request, vec![fault])))
}

pub(super) async fn refuse(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    app.service.drop_request(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    Ok(Redirect::to("/people?done=refused").into_response())
}
