//! Who is signed in, and the token that only their own pages hold.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, FromRequest, FromRequestParts, OriginalUri, Request, rejection::FormRejection},
    http::{Method, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Redirect, Response},
};
use keys::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    App, cookie, drafts,
    form_token::FormToken,
    guard::host,
    live,
    page::{Banner, Frame, Message, SOUND_COOKIE, language, page},
    words::{Moment, Words},
};
use crate::service::{
    Actor, Glance, Mark, ServiceError, Through, UseCase,
    people::{SessionId, SessionToken},
};

/// Whoever asks: their language, and how the node is.
pub(super) struct Visitor {
    pub(super) w: Words,
    pub(super) glance: Glance,
    pub(super) here: String,
    /// By which name and port the browser calls this node.
    pub(super) host: String,
}

/// A person who is signed in. A handler that takes one can't be reached by anybody else.
pub(super) struct Signed {
    pub(super) actor: Actor,
    pub(super) name: String,
    pub(super) rights: Vec<UseCase>,
    pub(super) to_confirm: u64,
    /// Drafts of theirs.
    pub(super) drafts: usize,
    forms: FormToken,
    /// What the forms of this one page carry.
    csrf: String,
    pub(super) waiting: u64,
    /// What is new comes after this.
    pub(super) mark: Mark,
    /// Whether this browser is to sound then.
    pub(super) sound: bool,
    /// Until when they see what the page is about, if it is not theirs and they opened it with a reason.
    pub(super) open_until: Option<Timestamp>,
    pub(super) visitor: Visitor,
}

/// A page of somebody who is signed in that waits for news. That does not count as use of the session.
pub(super) struct Waiter {
    pub(super) w: Words,
    pub(super) token: SessionToken,
    pub(super) session: SessionId,
}

impl Visitor {
    fn of(app: &App, parts: &Parts) -> Self {
        let host = host(&parts.uri, &parts.headers).unwrap_or_default();
        Self { w: Words::new(language(&parts.headers)), glance: app.service.glance(), here: here(parts), host }
    }

    pub(super) fn moment(&self) -> Moment {
        Moment::here(self.glance.now)
    }

    /// The frame of a page before signing in.
    pub(super) fn frame(&self, title: &str) -> Frame {
        let title = self.w.t(title).into_owned();
        let mut frame = Frame::bare(self.w, self.glance.agency.clone(), title, &self.here);
        frame.banners = self.banners();
        frame
    }

    /// What everybody must know of the node.
    fn banners(&self) -> Vec<Banner> {
        let (w, glance) = (self.w, &self.glance);
        let banner = |icon, title: String, text: String| Banner { kind: "wait", icon, title, text };
        let clock = glance.doubted_clock.map(|at| {
            let at = self.moment().moment(w, at);
            banner("clock", w.t1("banner-clock", "time", at), w.t("banner-clock-text").into_owned())
        });
        let full = || banner("warn", w.t("banner-full").into_owned(), w.t("banner-full-text").into_owned());
        let failing = || banner("stop", w.t("banner-failing").into_owned(), w.t("banner-failing-text").into_owned());
        let copied = || banner("stop", w.t("banner-copied").into_owned(), w.t("banner-copied-text").into_owned());
        let waits =
            || banner("clock", w.t("banner-recovering").into_owned(), w.t("banner-recovering-text").into_owned());
        let restored = if glance.copied { Some(copied()) } else { glance.recovering.then(waits) };
        let disk = if glance.failing { Some(failing()) } else { glance.full.then(full) };
        clock.into_iter().chain(restored).chain(disk).collect()
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self::of(app, parts))
    }
}

/// The page's path, for the language switch; of an answer to a form, the page that the form was on.
fn here(parts: &Parts) -> String {
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |uri| &uri.0);
    uri.path().to_owned()
}

impl FromRequestParts<App> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visitor = Visitor::of(app, parts);
        let token = cookie::read(&parts.headers, cookie::session(app.secure));
        let parsed = token.and_then(|token| token.parse::<SessionToken>().ok());
        let (Some(text), Some(token)) = (token, parsed) else { return Err(signed_out(app, &visitor, parts, false)) };
        match app.service.session(&token).await {
            Ok(actor) => Ok(Self::new(app, actor, (text, cookie::is_on(&parts.headers, SOUND_COOKIE)), visitor)),
            Err(_) => Err(signed_out(app, &visitor, parts, true)),
        }
    }
}

impl FromRequestParts<App> for Waiter {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visitor = Visitor::of(app, parts);
        let token = cookie::read(&parts.headers, cookie::session(app.secure));
        let token = token.and_then(|token| token.parse::<SessionToken>().ok());
        let actor = token.as_ref().and_then(|token| app.service.session_as_it_is(token).ok());
        match (token, actor) {
            (Some(token), Some((Actor::Person { through: Through::Session(session), .. }, _))) => {
                Ok(Self { w: visitor.w, token, session })
            }
            _ => Err(signed_out(app, &visitor, parts, false)),
        }
    }
}

/// To the sign-in page, and from there back to where the person was going.
fn signed_out(app: &App, visitor: &Visitor, parts: &Parts, had_session: bool) -> Response {
    let mut response = if matches!(parts.method, Method::GET | Method::HEAD) {
        Redirect::to("/").into_response()
    } else {
        let w = visitor.w;
        let message = Message {
            f: visitor.frame("signed-out"),
            heading: w.t("signed-out").into_owned(),
            text: w.t("signed-out-text").into_owned(),
            hint: String::new(),
        };
        page(StatusCode::UNAUTHORIZED, &message)
    };
    if had_session && let Some(cookie) = cookie::end(app.secure) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

impl Signed {
    fn new(app: &App, actor: Actor, (token, sound): (&str, bool), visitor: Visitor) -> Self {
        let name = match &actor {
            Actor::Person { name, .. } => name.as_str().to_owned(),
            Actor::Operator { .. } | Actor::Program { .. } | Actor::Node => String::new(),
        };
        let (service, forms) = (&app.service, FormToken::of(token));
        Self {
            // Before anything is read: what comes while the page is made is new.
            mark: service.news_mark(),
            sound,
            csrf: forms.under(&service.pad()),
            forms,
            open_until: match about(&visitor.here) {
                Some(("c", id)) => service.case_open_until(&actor, id),
                Some((_, id)) => service.exchange_open_until(&actor, id),
                None => None,
            },
            waiting: service.waiting_for(&actor).unwrap_or_default(),
            to_confirm: service.waiting_to_confirm(&actor).unwrap_or_default(),
            drafts: service.drafts_of(&actor),
            rights: service.rights_of(&actor).unwrap_or_default(),
            actor,
            name,
            visitor,
        }
    }

    pub(super) const fn w(&self) -> Words {
        self.visitor.w
    }

    pub(super) fn moment(&self) -> Moment {
        self.visitor.moment()
    }

    /// The frame of a page of theirs. `title` is a text's key.
    pub(super) fn frame(&self, title: &str, place: &'static str) -> Frame {
        let mut frame = self.visitor.frame(title);
        frame.person = Some(self.name.clone());
        frame.rights.clone_from(&self.rights);
        frame.to_confirm = self.to_confirm;
        frame.drafts = self.drafts;
        frame.place = place;
        frame.waiting = self.waiting;
        frame.news = live::path(self.mark, &self.visitor.here);
        frame.sound = self.sound;
        let (w, now) = (self.w(), self.visitor.glance.now);
        frame.up_to_date = w.t1("inbox-up-to-date", "hour", self.moment().hour(w, now));
        frame.csrf.clone_from(&self.csrf);
        frame.banners.extend(self.open_for());
        frame
    }

    /// How long they still see what is not theirs.
    fn open_for(&self) -> Option<Banner> {
        let w = self.w();
        let left = self.moment().left(w, self.open_until?)?;
        let title = w.t1("glass-left", "left", left);
        Some(Banner { kind: "wait", icon: "eye", title, text: w.t("glass-left-text").into_owned() })
    }

    /// What the service refused or could not do, as a page. What is somebody else's leads to the page that opens it in
    /// an emergency.
    pub(super) fn refused(&self, error: &ServiceError) -> Response {
        let mut frame = self.frame("error-title", "");
        if matches!(error, ServiceError::NotAssigned) && self.rights.contains(&UseCase::BreakGlass) {
            frame.open_with_reason = to_open(&self.visitor.here);
        }
        refused(frame, error)
    }

    pub(super) fn may(&self, what: UseCase) -> bool {
        self.rights.contains(&what)
    }

    /// For a form that shows nothing of the service's: who may not send it does not get it either.
    pub(super) fn must(&self, what: UseCase) -> Result<(), Response> {
        if self.may(what) { Ok(()) } else { Err(self.refused(&ServiceError::NotAllowed { ask: what.ask() })) }
    }
}

/// The page that opens a case or exchange with a reason, from a page of it; of any other, none.
fn to_open(here: &str) -> String {
    about(here).map(|(list, id)| format!("/{list}/{id}/open")).unwrap_or_default()
}

/// The case (`c`) or exchange (`r`) that a page is about.
fn about(here: &str) -> Option<(&str, &str)> {
    let mut parts = here.split('/').skip(1);
    match (parts.next(), parts.next()) {
        (Some(list @ ("c" | "r")), Some(id)) if !id.is_empty() => Some((list, id)),
        _ => None,
    }
}

/// What the service refused or could not do: what happened, what is safe, what to do. Never its own words, which are
/// for administrators.
pub(super) fn refused(f: Frame, error: &ServiceError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let key = error_key(error.code());
    let (heading, text) = (f.w.t(key), f.w.t(&format!("{key}-text")));
    let message =
        Message { heading: heading.into_owned(), text: text.into_owned(), hint: error.code().replace('/', " / "), f };
    // The code is for whoever is asked for help; nothing can be read from it.
    let message = Message { hint: message.f.w.t1("error-code", "code", message.hint), ..message };
    page(status, &message)
}

fn error_key(code: &str) -> &'static str {
    match code {
        "id/not-found" | "id/ambiguous" | "id/malformed" | "exchange/not-yours" | "person/not-assigned" => {
            "error-not-there"
        }
        "person/not-allowed" => "error-not-for-you",
        "actor/second-person" => "error-second-person",
        "person/sign-in-again" => "error-sign-in-again",
        "person/last-means" => "error-last-means",
        "request/own" => "error-own-request",
        "request/changed" => "error-request-changed",
        "exchange/wrong-state" => "error-changed",
        "node/disk-full" => "error-full",
        "node/store-failed" => "error-store",
        _ => "error-other",
    }
}

/// A form of one of the person's own pages.
pub(super) struct Posted<T> {
    pub(super) me: Signed,
    pub(super) form: T,
}

/// The same with its token, as it is sent.
#[derive(Deserialize)]
pub(super) struct WithToken<T> {
    #[serde(default)]
    pub(super) csrf: String,
    #[serde(flatten)]
    pub(super) form: T,
}

impl<T: DeserializeOwned + Send + 'static> FromRequest<App> for Posted<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let me = match Signed::from_request_parts(&mut parts, app).await {
            Ok(me) => me,
            Err(out) => {
                let visitor = Visitor::of(app, &parts);
                return Err(drafts::after_the_end(app, visitor, Request::from_parts(parts, body), out).await);
            }
        };
        let request = Request::from_parts(parts, body);
        let parsed: Result<axum::Form<WithToken<T>>, FormRejection> = axum::Form::from_request(request, app).await;
        let Ok(axum::Form(sent)) = parsed else {
            return Err(me.plain(StatusCode::BAD_REQUEST, "error-form"));
        };
        if me.forms.is(&sent.csrf) {
            Ok(Self { me, form: sent.form })
        } else {
            Err(me.plain(StatusCode::FORBIDDEN, "error-form"))
        }
    }
}

impl Signed {
    fn plain(&self, status: StatusCode, key: &str) -> Response {
        let w = self.w();
        let message = Message {
            f: self.frame("error-title", ""),
            heading: w.t(key).into_owned(),
            text: w.t(&format!("{key}-text")).into_owned(),
            hint: String::new(),
        };
        page(status, &message)
    }
}

/// The address at the other end.
pub(super) struct From(pub(super) std::net::IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for From {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let known = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        known.map(|info| Self(info.0.ip())).ok_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}
