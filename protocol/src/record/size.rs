//! How large a case may be.

use serde_json::Value as Json;

use super::{CaseRecord, RecordErrors, value::Form};

/// The most bytes that an encoded case may have (`docs/protocol.md` 3.7): a release must fit a packet's body.
pub const MAX_RECORD: usize = 192 * 1024;

/// The most values, lists and names together: what [`keys::cbor::MAX_ITEMS`] leaves beside a release's frame.
const MAX_ITEMS: usize = 3_800;

/// How the one fault of a case that is too large begins.
pub(super) const TOO_LARGE: &str = "this category is the largest of a case that is too large";

/// Checks both limits.
///
/// # Errors
/// Names the largest category.
pub(super) fn check(record: &CaseRecord) -> Result<(), RecordErrors> {
    let tree = record.tree(Form::Wire);
    let bytes = tree.to_string().len();
    // JSON of the same tree is never smaller than its CBOR by more than the heads of texts and lists.
    let fits = bytes <= MAX_RECORD / 2 || record.to_bytes().is_ok_and(|bytes| bytes.len() <= MAX_RECORD);
    if fits && items(&tree) <= MAX_ITEMS {
        return Ok(());
    }
    let largest = tree.as_object().and_then(|tree| tree.iter().max_by_key(|(_, part)| part.to_string().len()));
    let name = largest.map_or("", |(name, _)| name.as_str());
    let problem = format!("{TOO_LARGE}: at most {} KiB and {MAX_ITEMS} values in all", MAX_RECORD / 1024);
    Err(RecordErrors::single(name, problem))
}

/// Counts as the CBOR validator does: each value, list, object and name.
fn items(json: &Json) -> usize {
    match json {
        Json::Array(values) => 1 + values.iter().map(items).sum::<usize>(),
        Json::Object(entries) => 1 + entries.values().map(|value| 1 + items(value)).sum::<usize>(),
        _ => 1,
    }
}
