//! What was typed into a long form is not lost: kept when asked, at each step, and when it comes after the session ended.

use axum::{
    extract::{FromRequest as _, Request},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};

use super::{
    App, cookie,
    form::Typed,
    form_token::FormToken,
    page::{Kept, Message, page},
    session::{Signed, Visitor, WithToken},
};
use crate::service::{DraftOf, ServiceError, Writing, people::SessionToken};

/// Boxes that say which page was sent, and nothing that was written.
const OF_PAGES: [&str; 9] = ["csrf", "step", "back", "send", "ask", "seen", "draft", "out", "in"];

/// The button that keeps what was typed and leaves.
pub(super) const BUTTON: &str = "draft";

/// The form of this address, if it is a long one.
pub(super) fn of(path: &str) -> Option<DraftOf<'_>> {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let what = |word: &str| match word {
        "note" => Some(Writing::Note),
        "progress" => Some(Writing::Progress),
        "complete" => Some(Writing::Complete),
        _ => None,
    };
    match parts.as_slice() {
        ["c", case, "refer", peer] => Some(DraftOf::Refer { case, peer }),
        ["c", case, "consent", "new"] => Some(DraftOf::Consent { case }),
        ["r", exchange, word] => what(word).map(|what| DraftOf::Write { exchange, what }),
        _ => None,
    }
}

fn written(typed: &Typed) -> Typed {
    let kept = typed.iter().filter(|(name, _)| !OF_PAGES.contains(&name.as_str()));
    kept.map(|(name, text)| (name.clone(), text.clone())).collect()
}

/// What the person kept of this page's form, to be filled in, and what the page says of it.
pub(super) async fn open(app: &App, me: &Signed) -> Result<(Typed, Option<Kept>), Response> {
    let Some(of) = of(&me.visitor.here) else { return Ok((Typed::new(), None)) };
    let found = app.service.draft_open(&me.actor, of).await.map_err(|error| me.refused(&error))?;
    let Some(draft) = found else { return Ok((Typed::new(), None)) };
    let (w, moment) = (me.w(), me.moment());
    let line = draft.line;
    let text = w.t2("draft-there", ("when", moment.moment(w, line.at)), ("until", moment.day(w, line.ends)));
    Ok((draft.typed, Some(Kept { id: line.id, text })))
}

/// Keeps what was typed, and leads to the list of drafts.
pub(super) async fn keep(app: &App, me: &Signed, typed: &Typed) -> Response {
    let Some(of) = of(&me.visitor.here) else { return Redirect::to("/drafts").into_response() };
    match app.service.draft_keep(&me.actor, of, written(typed)).await {
        Ok(()) => Redirect::to("/drafts?done=kept").into_response(),
        Err(error) => me.refused(&error),
    }
}

/// Keeps what was typed on the way to the next page. If that fails, the pages still carry it.
pub(super) async fn keep_meanwhile(app: &App, me: &Signed, typed: &Typed) {
    let Some(of) = of(&me.visitor.here) else { return };
    if let Err(error) = app.service.draft_keep(&me.actor, of, written(typed)).await {
        tracing::warn!(code = error.code(), "what was typed could not be kept as a draft");
    }
}

/// The form was sent: its draft goes. If that fails, it ends by time.
pub(super) async fn sent(app: &App, me: &Signed) {
    let Some(of) = of(&me.visitor.here) else { return };
    match app.service.draft_sent(&me.actor, of).await {
        // The exchange may have ended with what was sent.
        Ok(()) | Err(ServiceError::NotFound { .. } | ServiceError::NotAssigned) => {}
        Err(error) => tracing::warn!(code = error.code(), "a draft could not be dropped"),
    }
}

/// A form that came after its session ended by time: what was typed is kept for who typed it, if they may still. `out` is
/// the answer to all that comes so.
pub(super) async fn after_the_end(app: &App, visitor: Visitor, request: Request, out: Response) -> Response {
    let token = cookie::read(request.headers(), cookie::session(app.secure)).map(str::to_owned);
    let (Some(of), Some(text)) = (of(&visitor.here), token) else { return out };
    let Ok(token) = text.parse::<SessionToken>() else { return out };
    let Ok(axum::Form(sent)) = axum::Form::<WithToken<Typed>>::from_request(request, app).await else { return out };
    // Only the session's own pages: nobody else can have something kept in its name.
    if !FormToken::of(&text).is(&sent.csrf) {
        return out;
    }
    if app.service.draft_of_ended(&token, of, written(&sent.form)).await.is_err() {
        return out;
    }
    let w = visitor.w;
    let message = Message {
        f: visitor.frame("signed-out"),
        heading: w.t("signed-out-kept").into_owned(),
        text: w.t("signed-out-kept-text").into_owned(),
        hint: String::new(),
    };
    let mut response = page(StatusCode::UNAUTHORIZED, &message);
    // With the end of the cookie.
    response
        .headers_mut()
        .extend(out.headers().iter().filter(|(name, _)| *name == "set-cookie").map(|(n, v)| (n.clone(), v.clone())));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_forms_are_known_by_their_address() {
        assert_eq!(of("/c/ab/refer/cd"), Some(DraftOf::Refer { case: "ab", peer: "cd" }));
        assert_eq!(of("/c/ab/consent/new"), Some(DraftOf::Consent { case: "ab" }));
        assert_eq!(of("/r/ab/note"), Some(DraftOf::Write { exchange: "ab", what: Writing::Note }));
        for other in
            ["/", "/c/ab", "/c/ab/refer", "/c/ab/consent/cd/end", "/r/ab/accept", "/sign-in", "/c/ab/edit/health"]
        {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
