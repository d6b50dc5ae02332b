//! One consent whole, and what must be looked at again.

use super::output::{Page, Show, fixed, shorten, when};
use crate::view::{ConsentView, DecidedView, ReviewLine, ReviewList};

/// The state, and whether it must be looked at again by now.
pub fn state(consent: &ConsentView) -> String {
    let overdue = consent.decided.as_ref().is_some_and(|decided| decided.overdue);
    if overdue { format!("{}, review overdue", consent.state) } else { consent.state.clone() }
}

impl Show for ConsentView {
    fn show(&self, page: &mut Page) {
        let what: Vec<String> = self.categories.iter().chain(&self.named_fields).cloned().collect();
        page.pairs(
            0,
            &[
                ("consent", self.id.clone()),
                ("case", self.case.clone()),
                ("state", state(self)),
                ("to", self.to.join(", ")),
                ("what", what.join(", ")),
                ("for", self.purposes.join(", ")),
                ("given by", self.given_by.replace('_', " ")),
                ("assent", self.assent.replace('_', " ")),
                ("recorded", when::moment(self.given_at)),
                ("until", when::day(self.until)),
            ],
        );
        if let Some(decided) = &self.decided {
            page.gap();
            decided.show(page);
        }
    }
}

impl Show for DecidedView {
    fn show(&self, page: &mut Page) {
        let review = self.review_on.as_deref().map(when::date).unwrap_or_default();
        let late = if self.overdue { " (overdue)" } else { "" };
        let looked = match (&self.reviewed_by, self.reviewed_at, &self.reviewed_words) {
            (Some(by), Some(at), Some(words)) => format!("{}, by {by}: {words}", when::moment(at)),
            _ => String::new(),
        };
        page.pairs(
            0,
            &[
                ("decided by", format!("{}, and {}", self.worker, self.supervisor)),
                ("reason", self.reason.clone()),
                ("why nobody consented", self.why_nobody.clone().unwrap_or_default()),
                ("child told", self.child_told.as_deref().unwrap_or_default().replace('_', " ")),
                ("look again", if review.is_empty() { review } else { format!("by {review}{late}") }),
                ("last looked at", looked),
            ],
        );
    }
}

impl Show for ReviewList {
    fn show(&self, page: &mut Page) {
        if self.reviews.is_empty() {
            page.say("Nothing must be looked at again.");
            return;
        }
        let ids: Vec<&str> = self.reviews.iter().map(|line| line.consent.as_str()).collect();
        let cases: Vec<&str> = self.reviews.iter().map(|line| line.case.as_str()).collect();
        let row = |((line, id), case): ((&ReviewLine, String), String)| {
            let state = if line.overdue { "overdue" } else { "due" };
            vec![id, case, when::date(&line.on), state.to_owned()]
        };
        let rows: Vec<Vec<String>> = self.reviews.iter().zip(shorten(&ids)).zip(shorten(&cases)).map(row).collect();
        page.table(&[fixed("CONSENT"), fixed("CASE"), fixed("BY"), fixed("STATE")], &rows);
    }
}
