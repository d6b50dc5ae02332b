//! The invented children of the story, and what was agreed for each.

use protocol::fixture;
use serde_json::{Value, json};

use super::DemoError;
use crate::view::ReferRequest;

/// All that must be explained before anybody can agree.
const EXPLAINED: [&str; 11] = [
    "who_we_are",
    "what",
    "with_whom",
    "why",
    "how_long",
    "may_refuse_and_still_get_help",
    "how_to_withdraw",
    "limits_of_secrecy",
    "onward",
    "risks",
    "questions_answered",
];

/// A child's record, as `spean case add` takes it.
///
/// # Errors
/// [`DemoError::Stage`] if there is no such child.
pub fn record(id: &str) -> Result<Value, DemoError> {
    fixture::case_json(&id.to_lowercase()).ok_or(DemoError::Stage("an invented child"))
}

/// A best-interest decision: nobody who cares for the child could be asked, so two persons decide.
#[must_use]
pub fn best_interest(to: &str, categories: &[&str], purpose: &str) -> Value {
    json!({
        "to": [to],
        "categories": categories,
        "purposes": [purpose],
        "given_by": "best_interest",
        "assent": "given",
        "reason": "The child travels alone and needs a safe place; every step was talked over with the child.",
        "why_nobody": "No caregiver could be found yet.",
    })
}

/// A caregiver's consent, in writing.
#[must_use]
pub fn caregiver(to: &str, categories: &[&str], purpose: &str) -> Value {
    json!({
        "to": [to],
        "categories": categories,
        "purposes": [purpose],
        "given_by": "caregiver",
        "giver": "the aunt",
        "assent": "given",
        "form": "thumbprint",
        "witness": "Chan Thy",
        "language": "km",
        "explained": EXPLAINED,
    })
}

/// A referral with the few things that differ.
#[must_use]
pub fn referral(case: &str, to: &str, service: &str, urgency: &str, purpose: &str, summary: &str) -> ReferRequest {
    ReferRequest {
        case: case.into(),
        to: to.into(),
        services: vec![service.into()],
        urgency: urgency.into(),
        summary: summary.into(),
        purpose: purpose.into(),
        arrival: Some("here_now".into()),
        // The small-cell warning is passed over: so few children are in this story that each is rare.
        reason: Some("read, and agreed to by the supervisor".into()),
        ..ReferRequest::default()
    }
}

/// Names by which the children of the story could be recognised, in both scripts.
///
/// # Errors
/// [`DemoError::Stage`] if a fixture can't be read.
pub fn names(ids: &[&str]) -> Result<Vec<String>, DemoError> {
    let mut names = Vec::new();
    for id in ids {
        let record = record(id)?;
        let name = &record["identity"]["name"];
        for script in ["km", "latin"] {
            let part = |part: &str| name[script][part].as_str().map(str::to_owned);
            names.extend(part("given").filter(|text| text.len() >= 8));
            names.extend(part("family").zip(part("given")).map(|(family, given)| format!("{family} {given}")));
        }
    }
    Ok(names)
}
