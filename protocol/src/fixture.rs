//! The ten invented children: for tests, and for the demo that is shipped. Nobody real is meant; their family
//! names are plain words (cloud, rain, river, star, sun), their telephones are never dialled.

use serde_json::Value as Json;

/// Names of the fixtures, with their case files.
const FILES: [(&str, &str); 10] = [
    ("f01", include_str!("../fixtures/f01.json")),
    ("f02", include_str!("../fixtures/f02.json")),
    ("f03", include_str!("../fixtures/f03.json")),
    ("f04", include_str!("../fixtures/f04.json")),
    ("f05", include_str!("../fixtures/f05.json")),
    ("f06", include_str!("../fixtures/f06.json")),
    ("f07", include_str!("../fixtures/f07.json")),
    ("f08", include_str!("../fixtures/f08.json")),
    ("f09", include_str!("../fixtures/f09.json")),
    ("f10", include_str!("../fixtures/f10.json")),
];

/// The case file of a fixture, from `f01` to `f10`; none for other names.
#[must_use]
pub fn case_json(name: &str) -> Option<Json> {
    let (_, text) = FILES.iter().find(|(file, _)| *file == name)?;
    serde_json::from_str(text).ok()
}

/// The names of all fixtures.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::record::CaseRecord;

    #[test]
    fn all_ten_children_are_valid_cases_of_their_day() {
        for name in names() {
            let json = case_json(name).unwrap_or_else(|| panic!("{name} is JSON"));
            let record = CaseRecord::entered(&json, date(2026, 6, 1)).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(!record.display_name().is_empty(), "{name}");
            assert!(CaseRecord::from_bytes(&record.to_bytes().unwrap()).unwrap() == record, "{name}");
        }
        assert!(case_json("f11").is_none());
    }
}
