//! What the service refused, in words and at the box: never a bare code, and what was typed stays.

use protocol::{offer::leak_guard, record::CaseRecord};

use super::send::Open;
use crate::{
    service::ServiceError,
    web::{
        form::{Piece, Typed, said},
        page::Mark,
        words::Words,
    },
};

/// The fault of a form, if it is one; else the page of errors says it.
pub(super) fn mark(w: Words, open: &Open, typed: &Typed, error: &ServiceError) -> Option<Mark> {
    let peer = &open.peer.name;
    let at = |id: &str, text: String| Some(Mark { id: id.to_owned(), text });
    match error {
        ServiceError::Field { field, .. } => at(field, w.t(wrong(field)).into_owned()),
        ServiceError::IdentifyingText { what, .. } => {
            let text = said(typed, "summary").unwrap_or_default();
            let found = told(&text, &open.case.record).into_iter().filter(|part| part.found);
            let words: Vec<String> = found.map(|part| format!("“{}”", part.text)).collect();
            at("summary", w.t2("refer-names", ("words", words.join(", ")), ("what", w.t(leak(what)))))
        }
        ServiceError::ConsentNone { .. }
        | ServiceError::ConsentDoesNotCover { .. }
        | ServiceError::ConsentEnded { .. } => at("categories", w.t1("refer-no-consent", "peer", peer)),
        ServiceError::PeerNotVerified { .. } | ServiceError::PeerNotTrusted { .. } => {
            at("", w.t1("refer-not-verified", "peer", peer))
        }
        ServiceError::ServiceNotOffered { .. } => at("service", w.t1("refer-not-offered", "peer", peer)),
        ServiceError::NoSealingKey { .. } => at("", w.t1("refer-no-key", "peer", peer)),
        ServiceError::TooManyOpen { .. } => at("", w.t1("refer-too-many", "peer", peer)),
        ServiceError::NeedsSecondPerson { .. } => at("", w.t("refer-second").into_owned()),
        _ => None,
    }
}

/// The text of a box that is empty or wrong.
pub(super) fn wrong(field: &str) -> &'static str {
    match field {
        "service" => "refer-wrong-service",
        "urgency" => "refer-wrong-urgency",
        "purpose" => "refer-wrong-purpose",
        "categories" => "refer-wrong-categories",
        "summary" => "refer-wrong-summary",
        "support" => "refer-wrong-support",
        _ => "refer-wrong-other",
    }
}

/// The text in pieces, with what points at the child: only for whoever wrote it and has the case open. The service's
/// own refusal names the kind of thing and never the word, for it goes to logs.
pub(super) fn told(text: &str, record: &serde_json::Value) -> Vec<Piece> {
    let Ok(record) = CaseRecord::from_json(record) else { return Vec::new() };
    let mut parts = Vec::new();
    let mut from = 0;
    let piece = |text: &str, found| Piece { text: text.to_owned(), found };
    for found in leak_guard::pieces(text, &record) {
        parts.extend(text.get(from..found.start).map(|before| piece(before, false)));
        parts.extend(text.get(found.clone()).map(|name| piece(name, true)));
        from = found.end;
    }
    parts.extend(text.get(from..).map(|after| piece(after, false)));
    parts
}

/// The kind of thing that the guard found.
fn leak(what: &str) -> &'static str {
    match what {
        "a name" => "leak-name",
        "a telephone number" => "leak-telephone",
        "the number of a paper" => "leak-number",
        "a date of the case" => "leak-date",
        "a place or address" => "leak-place",
        _ => "leak-other",
    }
}
