//! Doors to parsers that lie deep inside, for the fuzz targets in `tests/fuzz` alone; nothing of the program comes here.
//!
//! Rows are fuzzed as what was decrypted: no mutation gets past the tag that guards them on disk.

use crate::{api, cli, service, store, view};

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
