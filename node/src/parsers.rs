//! Doors to parsers that lie deep inside, for the fuzz targets in `tests/fuzz` alone; nothing of the program comes here.
//!
//! Rows are fuzzed as what was decrypted: no mutation gets past the tag that guards them on disk.

use crate::{
    api, cli,
    service::{self, people},
    store, view,
};

/// Whether these are the decrypted bytes of a row of this table (`service::rows`).
#[must_use]
pub fn row(table: u8, plain: &[u8]) -> bool {
    service::is_row(table, plain)
}

/// Whether a value of the store can be put together again from this slot, if every further piece is `piece`.
#[must_use]
pub fn slot(slot: &[u8], piece: &[u8]) -> bool {
    store::is_slot(slot, piece)
}

/// Whether this is the body of one of the local interface's requests.
#[must_use]
pub fn request(number: u8, body: &[u8]) -> bool {
    match number {
        0 => api::is_body::<view::ReferRequest>(body),
        1 => api::is_body::<view::ReasonRequest>(body),
        2 => api::is_body::<view::NoteRequest>(body),
        3 => api::is_body::<view::ProgressRequest>(body),
        4 => api::is_body::<view::CompleteRequest>(body),
        5 => api::is_body::<view::SearchRequest>(body),
        6 => api::is_body::<view::AddPeer>(body),
        7 => api::is_body::<view::VerifyPeer>(body),
        8 => api::is_body::<view::WithdrawConsent>(body),
        _ => api::is_body::<serde_json::Value>(body),
    }
}

/// The JSON of a file that a person wrote, each name at most once in its object.
#[must_use]
pub fn file(text: &str) -> Option<serde_json::Value> {
    cli::parse_json(text).ok()
}

/// Whether this is the place in a list that a page begins after.
#[must_use]
pub fn cursor(text: &str) -> bool {
    service::is_cursor(text)
}

/// A passkey that a device's answer made.
pub struct Made(people::Made);

impl Made {
    /// Whether what would be kept of it reads back as the same.
    #[must_use]
    pub fn reads_back(&self) -> bool {
        self.0.reads_back()
    }
}

/// The passkey that a device made, if that is its answer; `answer` is told the challenge, as it stands in JSON.
#[must_use]
pub fn device_made(answer: &dyn Fn(&str) -> String) -> Option<Made> {
    people::device_made(answer).map(Made)
}

/// Whether this passkey signed the answer; none where it is no answer at all.
#[must_use]
pub fn device_known(passkey: &Made, answer: &dyn Fn(&str) -> String) -> Option<bool> {
    people::device_known(&passkey.0, answer)
}
