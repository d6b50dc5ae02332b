//! What people say in an exchange that goes on: a note, how it goes, how it ended.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use protocol::code::{Outcome, ProgressStatus};
use serde::Deserialize;

use super::{
    answer::to,
    inbox::{child, path_of},
};
use crate::{
    service::{ServiceError, UseCase},
    view::{ActDone, CompleteRequest, ExchangeView, NoteRequest, ProgressRequest, Side},
    web::{
        App, drafts, form,
        page::{Fault, Frame, Pair, page},
        routes::{Needs, Routes},
        session::{Posted, Signed},
        words::Words,
    },
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .form("/r/{id}/note", Needs::May(UseCase::Note), ask_note, note)
        .form("/r/{id}/progress", Needs::May(UseCase::Progress), ask_progress, progress)
        .form("/r/{id}/complete", Needs::May(UseCase::Complete), ask_complete, complete)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Note,
    Progress,
    Complete,
}

#[derive(Template)]
#[template(path = "write.html")]
struct Write {
    f: Frame,
    path: String,
    action: String,
    reference: String,
    about: String,
    heading: String,
    lede: String,
    choices: Vec<Pair>,
    with_day: bool,
    text_label: String,
    button: String,
    most: u16,
    form: Typed,
}

#[derive(Clone, Default, Deserialize)]
struct Typed {
    /// Present when it is to be kept and not sent.
    #[serde(default)]
    draft: Option<String>,
    #[serde(default)]
    choice: String,
    #[serde(default)]
    date: String,
    #[serde(default)]
    text: String,
}

impl Typed {
    /// From a draft's boxes, and
    fn of(boxes: &form::Typed) -> Self {
        let text = |name: &str| boxes.get(name).cloned().unwrap_or_default();
        Self { draft: None, choice: text("choice"), date: text("date"), text: text("text") }
    }

    /// to them.
    fn boxes(&self) -> form::Typed {
        let boxes = [("choice", &self.choice), ("date", &self.date), ("text", &self.text)];
        boxes.into_iter().map(|(name, text)| (name.to_owned(), text.clone())).collect()
    }
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Progress => "progress",
            Self::Complete => "complete",
        }
    }

    fn choices(self, w: Words) -> Vec<Pair> {
        let pair = |list: &str, code: &str| Pair { name: w.line(&w.code(list, code)), value: code.to_owned() };
        match self {
            Self::Note => Vec::new(),
            Self::Progress => ProgressStatus::ALL.iter().map(|status| pair("progress", status.code())).collect(),
            Self::Complete => Outcome::ALL.iter().map(|outcome| pair("outcome", outcome.code())).collect(),
        }
    }

    /// Whether this side of the exchange may do it now.
    fn possible(self, view: &ExchangeView) -> bool {
        view.summary.state == "released" && (self == Self::Note || view.summary.side == Side::Received)
    }
}

macro_rules! handlers {
    ($($ask:ident, $send:ident: $kind:ident;)*) => {$(
        async fn $ask(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
            asked(&app, &me, &id, Kind::$kind).await
        }

        async fn $send(
            State(app): State<App>,
            Path(id): Path<String>,
            Posted { me, form }: Posted<Typed>,
        ) -> Result<Response, Response> {
            sent(&app, &me, &id, Kind::$kind, form).await
        }
    )*};
}

handlers! {
    ask_note, note: Note;
    ask_progress, progress: Progress;
    ask_complete, complete: Complete;
}

async fn asked(app: &App, me: &Signed, id: &str, kind: Kind) -> Result<Response, Response> {
    let view = app.service.exchange_show(&me.actor, id).await.map_err(|error| me.refused(&error))?;
    if !kind.possible(&view) {
        return Err(to(&view.summary.id, ""));
    }
    let (typed, kept) = drafts::open(app, me).await?;
    let mut asked = write_page(me, &view, kind, Typed::of(&typed), Vec::new());
    asked.f.kept = kept;
    Ok(page(StatusCode::OK, &asked))
}

fn write_page(me: &Signed, view: &ExchangeView, kind: Kind, form: Typed, faults: Vec<Fault>) -> Write {
    let (w, one, word) = (me.w(), &view.summary, kind.word());
    let mut f = me.frame("referral-title", "inbox");
    let title = w.t1("referral-title", "reference", &one.reference);
    f.title = w.t2("step-title", ("step", w.t(&format!("{word}-heading"))), ("title", title));
    f.faults = faults;
    let path = path_of(&one.id);
    Write {
        action: format!("{path}/{word}"),
        path,
        reference: one.reference.clone(),
        about: w.t2("about-from", ("child", child(w, one)), ("peer", &one.peer)),
        heading: w.t(&format!("{word}-heading")).into_owned(),
        lede: w.t1(&format!("{word}-lede"), "peer", &one.peer),
        choices: kind.choices(w),
        with_day: kind == Kind::Progress,
        text_label: w.t(&format!("{word}-text")).into_owned(),
        button: w.t1(&format!("{word}-send"), "peer", &one.peer),
        most: if kind == Kind::Note { 2_000 } else { 300 },
        form,
        f,
    }
}

async fn sent(app: &App, me: &Signed, id: &str, kind: Kind, form: Typed) -> Result<Response, Response> {
    if form.draft.is_some() {
        return Ok(drafts::keep(app, me, &form.boxes()).await);
    }
    let field = match act(app, me, id, kind, &form).await {
        Ok(done) => {
            drafts::sent(app, me).await;
            return Ok(to(&done.exchange, kind.word()));
        }
        Err(ServiceError::Field { field: "status" | "outcome", .. }) => "choice",
        Err(ServiceError::Field { field: "date", .. }) => "date",
        Err(ServiceError::Field { .. }) => "text",
        Err(error) => return Err(me.refused(&error)),
    };
    let view = app.service.exchange_show(&me.actor, id).await.map_err(|error| me.refused(&error))?;
    let key = match field {
        "choice" => "write-choose",
        "date" => "write-day",
        _ if form.text.trim().is_empty() => "write-empty",
        _ => "write-long",
    };
    let fault = Fault { field, text: me.w().t(key).into_owned() };
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &write_page(me, &view, kind, form, vec![fault])))
}

async fn act(app: &App, me: &Signed, id: &str, kind: Kind, form: &Typed) -> Result<ActDone, ServiceError> {
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let (actor, service) = (&me.actor, &app.service);
    match kind {
        // Browsers send line breaks as two characters.
        Kind::Note => service.note(actor, id, NoteRequest { text: form.text.trim().replace("\r\n", "\n") }).await,
        Kind::Progress => {
            let (status, date, text) = (form.choice.clone(), some(&form.date), some(&form.text));
            service.progress(actor, id, ProgressRequest { status, date, text }).await
        }
        Kind::Complete => {
            let (outcome, text) = (form.choice.clone(), some(&form.text));
            service.complete(actor, id, CompleteRequest { outcome, text }).await
        }
    }
}
