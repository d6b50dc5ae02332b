//! Keys for comparing Khmer and Latin spellings: for search, matching and the leak guard, never for storing.
//!
//! NFC does not repair Khmer. [`key`] joins spellings that look alike; [`latin::key`] joins romanisations.

pub mod latin;

use unicode_normalization::UnicodeNormalization;

/// The coeng sign, which makes the next letter a subscript.
const COENG: char = '\u{17d2}';
/// ro, whose subscript is written last.
const RO: char = '\u{179a}';
/// Muusikatoan is stored as this sign: the two and U+17BB trade places above a vowel.
const TRIISAP: char = '\u{17ca}';

/// The comparing key of a text: equal for spellings of one Khmer word that look alike. Idempotent.
///
/// Latin and other text passes as NFC; Khmer and Thai digits become ASCII.
#[must_use]
pub fn key(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut key = once(text);
    // Most texts are their own keys.
    if key == text {
        return key;
    }
    // Joining two signs may put a third beside another rule; texts settle after one or two rounds.
    for _ in 0..8 {
        let again = once(&key);
        if again == key {
            break;
        }
        key = again;
    }
    key
}

fn once(text: &str) -> String {
    let letters = replaced(text);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        out.push(letters[at]);
        let base = is_base(letters[at]);
        at += 1;
        if base {
            let end = at + cluster_length(&letters[at..]);
            push_cluster(&mut out, &letters[at..end]);
            at = end;
        }
    }
    crate::record::normalise_digits(&out)
}

/// Whether `c` shows nothing: joiners, a soft hyphen, the two inherent vowels.
pub(crate) const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{17b4}' | '\u{17b5}')
}

/// Step 1: what is not seen goes; letters that no longer exist become those that replaced them.
fn replaced(text: &str) -> Vec<char> {
    let mut letters = Vec::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            _ if is_unseen(c) => {}
            '\u{17a3}' => letters.push('\u{17a2}'),
            '\u{17a4}' => letters.extend(['\u{17a2}', '\u{17b6}']),
            '\u{17b2}' => letters.push('\u{17b1}'),
            _ => letters.push(c),
        }
    }
    letters
}

/// Whether `c` begins a cluster.
fn is_base(c: char) -> bool {
    matches!(c, '\u{1780}'..='\u{17a2}' | '\u{17a5}'..='\u{17b3}')
}

/// How many letters after a base belong to its cluster: marks, and the letters after a coeng.
fn cluster_length(letters: &[char]) -> usize {
    let mut subscript = false;
    let belongs = |c: &&char| {
        let belongs = order(**c).is_some() || (subscript && is_base(**c));
        subscript = **c == COENG;
        belongs
    };
    letters.iter().take_while(belongs).count()
}

/// Where a mark stands in its cluster (step 2).
fn order(c: char) -> Option<u8> {
    match c {
        '\u{17cc}' => Some(0),
        COENG => Some(1),
        '\u{17c9}' | TRIISAP => Some(3),
        '\u{17b6}'..='\u{17c5}' => Some(4),
        '\u{17c6}' | '\u{17cb}' | '\u{17cd}'..='\u{17d1}' | '\u{17d3}' | '\u{17dd}' => Some(5),
        '\u{17c7}' | '\u{17c8}' => Some(6),
        _ => None,
    }
}

/// A mark, or a coeng with its letter.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Mark {
    first: char,
    subscript: Option<char>,
}

impl Mark {
    fn rank(self) -> u8 {
        match self.subscript {
            Some(RO) => 2,
            Some(_) => 1,
            None => order(self.first).unwrap_or(7),
        }
    }
}

/// Adds the marks of one cluster. Most have one at most, which has nothing to be sorted or joined with.
fn push_cluster(out: &mut String, letters: &[char]) {
    match letters {
        [] => {}
        [mark] => out.push(as_one_sign(*mark)),
        [COENG, letter] if is_base(*letter) => out.extend([COENG, as_one_subscript(*letter)]),
        _ => out.extend(cluster(letters)),
    }
}

/// Of the two register shifters that trade places, the one that is kept.
const fn as_one_sign(mark: char) -> char {
    if mark == '\u{17c9}' { TRIISAP } else { mark }
}

/// Subscript da and ta look alike.
const fn as_one_subscript(letter: char) -> char {
    if letter == '\u{178a}' { '\u{178f}' } else { letter }
}

/// The marks of one cluster in their order, look-alikes joined (steps 2 and 3).
fn cluster(letters: &[char]) -> impl Iterator<Item = char> {
    let mut marks = marks(letters);
    marks.sort_by_key(|mark| mark.rank());
    join_vowels(&mut marks);
    join_signs(&mut marks);
    marks.sort_by_key(|mark| mark.rank());
    marks.dedup();
    marks.into_iter().flat_map(|mark| [Some(mark.first), mark.subscript]).flatten()
}

fn marks(letters: &[char]) -> Vec<Mark> {
    let mut found = Vec::new();
    let mut letters = letters.iter().copied().peekable();
    while let Some(first) = letters.next() {
        let subscript = if first == COENG { letters.next_if(|c| is_base(*c)) } else { None };
        found.push(Mark { first, subscript: subscript.map(as_one_subscript) });
    }
    found
}

/// A vowel typed as two becomes the one that it looks like.
fn join_vowels(marks: &mut Vec<Mark>) {
    for (a, b, joined) in [('\u{17c1}', '\u{17b8}', '\u{17be}'), ('\u{17c1}', '\u{17b6}', '\u{17c4}')] {
        let place = |c: char| marks.iter().position(|mark| mark.first == c);
        if let (Some(first), Some(second)) = (place(a), place(b)) {
            marks[first.min(second)].first = joined;
            marks.remove(first.max(second));
        }
    }
}

/// The two register shifters, and U+17BB in their place beside a vowel above, become one sign.
fn join_signs(marks: &mut [Mark]) {
    let has = |c: char| marks.iter().any(|mark| mark.first == c);
    let above = "\u{17b7}\u{17b8}\u{17b9}\u{17ba}\u{17be}\u{17bf}\u{17d0}".chars().any(has)
        || (has('\u{17b6}') && has('\u{17c6}'));
    for mark in marks {
        mark.first = if mark.first == '\u{17bb}' && above { TRIISAP } else { as_one_sign(mark.first) };
    }
}

/// How many clusters a Khmer text has.
#[must_use]
pub fn clusters(key: &str) -> usize {
    let mut subscript = false;
    let mut count = 0;
    for c in key.chars() {
        count += usize::from(is_base(c) && !subscript);
        subscript = c == COENG;
    }
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_that_look_alike_have_one_key() {
        for (a, b) in [
            ("សង្គ្រោះ", "សង្រ្គោះ"),
            ("អាសយដ្ឋាន", "ឣាសយដ្ឋាន"),
            ("ស៊ី", "សុី"),
            ("ប៊ុន", "ប៉ុន"),
            ("និមិត្ដ", "និមិត្ត"),
            ("\u{1780}\u{17c1}\u{17b8}", "\u{1780}\u{17be}"),
            ("\u{1780}\u{17b6}\u{17c1}", "\u{1780}\u{17c4}"),
            ("សុ\u{200b}ខា", "សុខា"),
            ("លេខ ១២", "លេខ 12"),
        ] {
            assert_eq!(key(a), key(b), "{a} {b}");
        }
        assert_ne!(key("សុខា"), key("សុភា"));
    }

    #[test]
    fn each_step_of_the_key_does_what_its_row_says() {
        for (row, typed, expected) in [
            ("what is not seen goes", "ក\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}\u{17b4}\u{17b5}ខ", "កខ"),
            ("17A3 is 17A2", "\u{17a3}", "\u{17a2}"),
            ("17A4 is 17A2 17B6", "\u{17a4}", "\u{17a2}\u{17b6}"),
            ("17B2 is 17B1", "\u{17b2}", "\u{17b1}"),
            ("robat first", "ក\u{17b6}\u{17cc}", "ក\u{17cc}\u{17b6}"),
            ("coeng ro last", "ក\u{17d2}\u{179a}\u{17d2}\u{1781}", "ក\u{17d2}\u{1781}\u{17d2}\u{179a}"),
            ("subscripts before shifters", "ក\u{17ca}\u{17d2}\u{1781}", "ក\u{17d2}\u{1781}\u{17ca}"),
            ("shifters before vowels", "ក\u{17b6}\u{17ca}", "ក\u{17ca}\u{17b6}"),
            ("vowels before signs", "ក\u{17cb}\u{17b6}", "ក\u{17b6}\u{17cb}"),
            ("signs before the last two", "ក\u{17c7}\u{17c6}", "ក\u{17c6}\u{17c7}"),
            ("17C1 17B8 is 17BE", "ក\u{17b8}\u{17c1}", "ក\u{17be}"),
            ("17C1 17B6 is 17C4", "ក\u{17c1}\u{17b6}", "ក\u{17c4}"),
            ("subscript da is ta", "ក\u{17d2}\u{178a}", "ក\u{17d2}\u{178f}"),
            ("17C9 is 17CA", "ក\u{17c9}", "ក\u{17ca}"),
            ("17BB above is 17CA", "ក\u{17bb}\u{17b7}", "ក\u{17ca}\u{17b7}"),
            ("17BB after above is 17CA", "ក\u{17d0}\u{17bb}", "ក\u{17ca}\u{17d0}"),
            ("17BB beside 17B6 17C6 is 17CA", "ក\u{17bb}\u{17b6}\u{17c6}", "ក\u{17ca}\u{17b6}\u{17c6}"),
            ("17BB alone stays", "ក\u{17bb}\u{17b6}", "ក\u{17bb}\u{17b6}"),
            ("repeated marks go", "ក\u{17c6}\u{17c6}", "ក\u{17c6}"),
            ("digits", "០១២៣៤៥៦៧៨៩๐๑๒๓๔๕๖๗๘๙", "01234567890123456789"),
        ] {
            assert_eq!(key(typed), expected, "{row}");
        }
    }

    #[test]
    fn clusters_are_counted_without_subscripts() {
        assert_eq!(clusters(&key("សុខ")), 2);
        assert_eq!(clusters(&key("ជា")), 1);
        assert_eq!(clusters(&key("ភ្លៀង")), 2);
    }

    proptest! {
        #[test]
        fn a_cluster_of_one_mark_is_as_one_of_many(text in "[\u{1780}-\u{17b3}](\u{17d2}?[\u{1780}-\u{17dd}])?") {
            let letters: Vec<char> = text.chars().skip(1).collect();
            let mut short = String::new();
            push_cluster(&mut short, &letters);
            prop_assert_eq!(short, cluster(&letters).collect::<String>());
        }

        #[test]
        fn the_key_is_idempotent(text in "[\u{1780}-\u{17dd}\u{17e0}-\u{17e9}\u{200b}\u{200d} a-z\u{e50}-\u{e59}]{0,24}") {
            let once = key(&text);
            prop_assert_eq!(key(&once), once);
        }

        #[test]
        fn the_key_of_crowded_clusters_is_idempotent(
            text in "([\u{1780}\u{178a}\u{179a}][\u{17b6}-\u{17dd}\u{17d2}\u{178a}\u{179a}\u{17c1}\u{17b8}\u{17bb}]{0,9}){1,3}"
        ) {
            let once = key(&text);
            prop_assert_eq!(key(&once), once);
        }

        #[test]
        fn any_text_has_a_key(text: String) {
            let _ = key(&text);
        }
    }
}
