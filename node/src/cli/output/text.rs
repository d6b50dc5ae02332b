//! Widths, wrapping and cleaning of text for a terminal; Khmer included.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that `text` takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` with everything a terminal could take for a command made visible.
///
/// Names and notes come from other agencies: an escape sequence in them could repaint the screen, and a
/// direction mark could make one name look like another. Line ends stay.
pub fn clean(text: &str) -> String {
    let dangerous = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
    };
    text.chars().map(|c| if dangerous(c) { '\u{FFFD}' } else { c }).collect()
}

/// Lines of at most `columns`; breaks at spaces and at zero-width spaces. A word that alone is too long is broken if
/// its script writes no spaces; an id, a path or an address is left whole, to be copied.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(8);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for (word, gap) in words(paragraph) {
            if !line.is_empty() && width(&line) + width(word.trim_end()) > columns {
                lines.push(line.trim_end().to_owned());
                line.clear();
            }
            let mut pieces = split_long(word, columns).into_iter();
            line.push_str(&pieces.next().unwrap_or_default());
            for piece in pieces {
                lines.push(std::mem::replace(&mut line, piece));
            }
            line.push_str(gap);
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Words, each with the gap that follows it.
fn words(paragraph: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = paragraph;
    while !rest.is_empty() {
        let is_gap = |c: char| c == ' ' || c == '\u{200B}';
        let word_end = rest.find(is_gap).unwrap_or(rest.len());
        let (word, after) = rest.split_at(word_end);
        let gap_end = after.find(|c| !is_gap(c)).unwrap_or(after.len());
        let (gap, next) = after.split_at(gap_end);
        found.push((word, gap));
        rest = next;
    }
    found
}

/// A word in pieces of at most `columns`; never inside a Khmer cluster.
fn split_long(word: &str, columns: usize) -> Vec<String> {
    if word.is_ascii() {
        return vec![word.to_owned()];
    }
    let mut pieces = vec![String::new()];
    let mut taken = 0;
    for cluster in clusters(word) {
        let wide = width(cluster);
        if taken + wide > columns && taken > 0 {
            pieces.push(String::new());
            taken = 0;
        }
        taken += wide;
        if let Some(last) = pieces.last_mut() {
            last.push_str(cluster);
        }
    }
    pieces
}

/// What must stay together: a character and the marks on it; in Khmer also a subscript consonant after its sign.
fn clusters(word: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let mut previous = ' ';
    for (at, c) in word.char_indices() {
        let joins = c.width().unwrap_or(0) == 0 || previous == '\u{17D2}' || ('\u{17B4}'..='\u{17D3}').contains(&c);
        if at == 0 || !joins {
            starts.push(at);
        }
        previous = c;
    }
    let ends = starts.iter().skip(1).copied().chain(std::iter::once(word.len()));
    starts.iter().zip(ends).filter_map(|(start, end)| word.get(*start..end)).collect()
}

/// `text` followed by as many spaces as bring it to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_terminal_is_given_no_commands_from_strangers() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202E}c\nd"), "a\u{FFFD}[2Jb\u{FFFD}c\nd");
    }

    #[test]
    fn khmer_breaks_between_clusters_never_inside_one() {
        let name = "បុប្ផាចន្ទ្រាលក្ខិណា";
        let lines = wrap(name, 8);
        assert!(lines.len() > 1);
        assert_eq!(lines.concat(), name);
        for line in lines {
            let first = line.chars().next().expect("no empty line");
            assert!(('\u{1780}'..='\u{17B3}').contains(&first), "{line}");
            assert!(!line.ends_with('\u{17D2}'), "{line}");
        }
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(wrap("a\n\nb", 20), ["a", "", "b"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked_and_no_letter_is_lost(text in "[a-zក-អ ា-៌]{0,60}", columns in 8_usize..40) {
            let lines = wrap(&text, columns);
            let squeeze = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(squeeze(&lines.concat()), squeeze(&text));
            for line in lines {
                prop_assert!(width(&line) <= columns || clusters(&line).len() == 1 || line.is_ascii(), "{:?}", line);
            }
        }
    }
}
