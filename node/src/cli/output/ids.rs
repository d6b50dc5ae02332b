//! Ids shortened for people.

/// The least characters of an id that are shown, not counting the prefix of agency ids.
const LEAST: usize = 6;
const AGENCY_PREFIX: &str = "agency1";

/// One id alone: its beginning, long enough that a clash is unlikely.
pub fn short(id: &str) -> &str {
    prefix(id, LEAST + 2)
}

/// Each id cut to the same length: the shortest, of at least six characters, at which all stay different.
pub fn shorten(ids: &[&str]) -> Vec<String> {
    let mut length = LEAST;
    while !all_different(ids, length) {
        length += 1;
    }
    ids.iter().map(|id| prefix(id, length).to_owned()).collect()
}

/// Whether cutting to `length` keeps apart what is different.
fn all_different(ids: &[&str], length: usize) -> bool {
    let mut seen: Vec<(&str, &str)> = ids.iter().map(|id| (prefix(id, length), *id)).collect();
    seen.sort_unstable();
    seen.windows(2).all(|pair| matches!(pair, [a, b] if a.0 != b.0 || a.1 == b.1))
}

fn prefix(id: &str, length: usize) -> &str {
    let skip = if id.starts_with(AGENCY_PREFIX) { AGENCY_PREFIX.len() } else { 0 };
    id.char_indices().nth(skip + length).map_or(id, |(end, _)| id.get(..end).unwrap_or(id))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_keep_six_characters_and_more_only_where_needed() {
        assert_eq!(shorten(&["00112233", "99887766"]), ["001122", "998877"]);
        assert_eq!(shorten(&["00112233", "00112244"]), ["0011223", "0011224"]);
        assert_eq!(shorten(&["agency1qqqqqqqqqq"]), ["agency1qqqqqq"]);
        assert_eq!(shorten(&["ab", "ab"]), ["ab", "ab"]);
    }

    proptest! {
        #[test]
        fn short_ids_are_as_different_as_the_ids(ids in prop::collection::vec("[0-9a-f]{1,12}", 0..8)) {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let short = shorten(&ids);
            for (a, short_a) in ids.iter().zip(&short) {
                for (b, short_b) in ids.iter().zip(&short) {
                    prop_assert_eq!(a == b, short_a == short_b);
                }
            }
        }
    }
}
