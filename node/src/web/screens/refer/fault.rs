//! What the service refused, in words and at the box: never a bare code, and what was typed stays.

use crate::{
    service::ServiceError,
    web::{page::Mark, words::Words},
};

/// The fault of a form, if it is one; else the page of errors says it.
pub(super) fn mark(w: Words, peer: &str, error: &ServiceError) -> Option<Mark> {
    let at = |id: &str, text: String| Some(Mark { id: id.to_owned(), text });
    match error {
        ServiceError::Field { field, .. } => at(field, w.t(wrong(field)).into_owned()),
        ServiceError::IdentifyingText { line, what, .. } => {
            let line = w.number(u64::try_from(*line).unwrap_or(1));
            at("summary", w.t2("refer-names", ("line", line), ("what", w.t(leak(what)))))
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

/// The kind of thing that the guard found; the word itself is not repeated.
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
