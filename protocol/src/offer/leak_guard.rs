//! Finds in a free text what the case holds: names in both scripts, telephones, numbers, dates, places.
//!
//! Khmer names are words too (សុខ "Sok" begins "health"), so a part of one cluster alone never blocks. The
//! check tells where, never what; [`pieces`] shows it to whoever wrote it.

use std::{cell::OnceCell, collections::HashMap, ops::Range, sync::LazyLock};

use crate::{
    khmer::{self, latin},
    place,
    record::{CaseRecord, NameParts, PartialDate, normalise_digits},
};

/// A line that seems to identify the child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} seems to hold {kind}: remove it, or ask a supervisor to override")]
pub struct Leak {
    /// Counted from 1.
    pub line: usize,
    /// What kind of thing.
    pub kind: LeakKind,
}

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeakKind {
    /// A name of the child or of somebody in the case.
    Name,
    /// A telephone number or another long number.
    Telephone,
    /// A paper's or file's number.
    Number,
    /// A date that the case holds.
    Date,
    /// A place below the province, or an address.
    Place,
}

impl std::fmt::Display for LeakKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Name => "a name",
            Self::Telephone => "a telephone number",
            Self::Number => "the number of a paper",
            Self::Date => "a date of the case",
            Self::Place => "a place or address",
        })
    }
}

/// Digits in a row that are too many for anything but a telephone or a paper.
const LONG_NUMBER: usize = 8;

/// Kin words and forms of address, before which stands no name, and after which one does.
const ADDRESS_KM: &[&str] = &["ឈ្មោះ", "លោកស្រី", "លោក", "បង", "ប្អូន", "ពូ", "មីង", "អ៊ុំ", "តា", "យាយ", "ក្មួយ", "កូន", "នាង"];

/// Given names that are everyday words too.
const COMMON_KM: &[&str] = &["សុខ", "ចាន់", "មាស", "ស្រី"];

/// Checks a free text against the case that it is about.
///
/// # Errors
/// [`Leak`]: the first line that seems to identify the child, and by what kind of thing.
pub fn check(text: &str, record: &CaseRecord) -> Result<(), Leak> {
    let known = Known::of(record);
    for (i, line) in text.lines().enumerate() {
        if let Some(kind) = known.seen_in(line) {
            return Err(Leak { line: i + 1, kind });
        }
    }
    Ok(())
}

/// The pieces of `text` that [`check`] refuses, as byte ranges in order: for whoever wrote the text, to find and change
/// them. At least one if it refuses the text; none if not. They name the child: for no log, no error.
#[must_use]
pub fn pieces(text: &str, record: &CaseRecord) -> Vec<Range<usize>> {
    let known = Known::of(record);
    let mut found = Vec::new();
    let mut begins = 0;
    for line in text.split_inclusive('\n') {
        let (whole, mut from) = (line.trim_end_matches(['\r', '\n']), 0);
        while let Some(piece) = known.piece(whole, from) {
            from = piece.end;
            found.push(begins + piece.start..begins + piece.end);
        }
        begins += line.len();
    }
    found
}

/// Whether a word could end or begin before this byte: letters of one word, and the signs of a Khmer cluster, stay
/// together.
fn is_edge(line: &str, at: usize) -> bool {
    let (Some(before), Some(after)) = (line[..at].chars().next_back(), line[at..].chars().next()) else { return true };
    let khmer = |c: char| ('\u{1780}'..='\u{17ff}').contains(&c);
    let sign = |c: char| matches!(c, '\u{17b4}'..='\u{17d3}' | '\u{17dd}') || khmer::is_unseen(c);
    match (khmer(before) || khmer::is_unseen(before), khmer(after) || khmer::is_unseen(after)) {
        (false, false) => !(before.is_alphanumeric() && after.is_alphanumeric()),
        _ => before != '\u{17d2}' && !sign(after),
    }
}

/// What the case holds, as keys.
#[derive(Default)]
struct Known {
    khmer: Vec<Parts>,
    latin: Vec<Parts>,
    /// Latin parts of two letters or more.
    spellings: Vec<Spelling>,
    phones: Vec<String>,
    numbers: Vec<String>,
    dates: Vec<PartialDate>,
    places: Vec<String>,
}

/// A name as keys.
#[derive(Default)]
struct Parts {
    family: Option<String>,
    given: Option<String>,
}

impl Known {
    fn of(record: &CaseRecord) -> Self {
        let mut known = Self::default();
        for name in record.person_names() {
            known.khmer.extend(name.km().map(|parts| Parts::of(parts, khmer_key)));
            known.latin.extend(name.latin().map(|parts| Parts::of(parts, latin::key)));
            let parts = name.latin().into_iter().flat_map(|parts| [parts.family(), parts.given()]);
            known.spellings.extend(parts.flatten().flat_map(spellings));
        }
        for other in record.other_names() {
            if other.chars().any(|c| ('\u{1780}'..='\u{17ff}').contains(&c)) {
                known.khmer.push(Parts { family: None, given: Some(khmer_key(other)) });
            } else {
                known.spellings.extend(spellings(other));
            }
        }
        known.phones = record.phones().iter().map(|phone| digits(phone.number())).collect();
        known.numbers = record.numbers().iter().map(|number| compact(number)).filter(|n| n.len() >= 4).collect();
        known.dates = record.dates().into_iter().filter(|date| date.day().is_some()).collect();
        known.places = places(record);
        known
    }

    /// The first piece of a line from this byte on: as short as it can be and still be found.
    fn piece(&self, line: &str, from: usize) -> Option<Range<usize>> {
        let rest = line.get(from..).filter(|rest| self.seen_in(rest).is_some())?;
        let edges: Vec<usize> = rest.char_indices().map(|(at, _)| at).filter(|at| is_edge(rest, *at)).collect();
        let end = edges.iter().copied().chain([rest.len()]).find(|end| self.seen_in(&rest[..*end]).is_some())?;
        let start =
            edges.iter().copied().rev().find(|start| *start < end && self.seen_in(&rest[*start..end]).is_some())?;
        Some(from + start..from + end)
    }

    /// What stands in the line, as it is or as it looks. Signs that nobody sees may part a name or number, and may also
    /// stand between two words.
    fn seen_in(&self, line: &str) -> Option<LeakKind> {
        let hidden = || {
            let seen = line.contains(khmer::is_unseen).then(|| line.replace(khmer::is_unseen, ""));
            seen.and_then(|seen| self.found_in(&seen))
        };
        self.found_in(line).or_else(hidden)
    }

    fn found_in(&self, line: &str) -> Option<LeakKind> {
        let key = khmer::key(line);
        if self.has_khmer_name(&without_spaces(&key)) || self.has_latin_name(line) {
            return Some(LeakKind::Name);
        }
        let digits = normalise_digits(line);
        if self.has_date(&digits) {
            return Some(LeakKind::Date);
        }
        let line_compact = if self.numbers.is_empty() { String::new() } else { compact(line) };
        if self.numbers.iter().any(|number| line_compact.contains(number.as_str())) {
            return Some(LeakKind::Number);
        }
        if self.has_telephone(&digits) {
            return Some(LeakKind::Telephone);
        }
        let folded = without_spaces(&key.to_lowercase());
        self.places.iter().any(|place| folded.contains(place.as_str())).then_some(LeakKind::Place)
    }

    /// Family and given name side by side, a given name of two or more clusters, any part after a kin word. The line as a
    /// Khmer key.
    fn has_khmer_name(&self, line: &str) -> bool {
        self.khmer.iter().any(|parts| {
            let long_given = parts
                .given
                .iter()
                .any(|given| khmer::clusters(given) >= 2 && !is_common(given) && line.contains(given));
            let addressed = parts.each().any(|part| after_an_address(line, part));
            long_given || addressed || parts.side_by_side().is_some_and(|[a, b]| line.contains(&a) || line.contains(&b))
        })
    }

    /// Family and given name side by side; a part as it is written, with a capital; a part in another spelling
    /// with a capital inside a sentence (at its beginning, "Male" is no Mealea).
    fn has_latin_name(&self, line: &str) -> bool {
        let words = words(line);
        let keys: Vec<String> = words.iter().map(|word| latin::key(word.text)).collect();
        let pair = |i: usize, parts: &Parts| match (&parts.family, &parts.given, keys.get(i + 1)) {
            (Some(family), Some(given), Some(next)) => {
                (keys[i] == *family && next == given) || (keys[i] == *given && next == family)
            }
            _ => false,
        };
        let named = |i: usize| {
            if !words[i].text.starts_with(char::is_uppercase) {
                return false;
            }
            let word = words[i].text.to_lowercase();
            self.spellings.iter().any(|spelling| {
                let alike = || spelling.key() == keys[i] && distance(&spelling.word, &word) <= MAX_DISTANCE;
                spelling.word == word || (!words[i].begins_sentence && alike())
            })
        };
        (0..words.len()).any(|i| named(i) || self.latin.iter().any(|parts| pair(i, parts)))
    }

    /// A date of the case, in a line whose digits are ASCII.
    fn has_date(&self, line: &str) -> bool {
        let numbers: Vec<i32> = line.split(|c: char| !c.is_ascii_digit()).filter_map(|run| run.parse().ok()).collect();
        // The least that says a date is a day and a year.
        numbers.len() >= 2 && self.dates.iter().any(|date| has_date(line, &numbers, *date))
    }

    /// A long number or one of the case's, in a line whose digits are ASCII.
    fn has_telephone(&self, line: &str) -> bool {
        let runs = digit_runs(line);
        let known = |run: &String| {
            let tail = |phone: &String| phone.get(phone.len().saturating_sub(7)..).map(str::to_owned);
            self.phones.iter().filter_map(tail).any(|tail| run.contains(&tail))
        };
        runs.iter().any(|run| run.len() >= LONG_NUMBER || known(run))
    }
}

impl Parts {
    fn of(parts: &NameParts, key: impl Fn(&str) -> String) -> Self {
        let key = |part: Option<&str>| part.map(&key).filter(|key| !key.is_empty());
        Self { family: key(parts.family()), given: key(parts.given()) }
    }

    fn each(&self) -> impl Iterator<Item = &String> {
        self.family.iter().chain(&self.given)
    }

    /// Both orders.
    fn side_by_side(&self) -> Option<[String; 2]> {
        let (family, given) = (self.family.as_ref()?, self.given.as_ref()?);
        Some([format!("{family}{given}"), format!("{given}{family}")])
    }
}

/// A word of a line.
struct Word<'a> {
    text: &'a str,
    begins_sentence: bool,
}

fn words(line: &str) -> Vec<Word<'_>> {
    let sentences = line.split(['.', '!', '?', ':', ';', '។']);
    let words = sentences.flat_map(|sentence| {
        let words = sentence.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.enumerate().map(|(i, text)| Word { text, begins_sentence: i == 0 })
    });
    words.collect()
}

/// A word of a name part.
struct Spelling {
    /// As it is written, in lower case.
    word: String,
    /// Made when it is first compared, not for every word of the text.
    key: OnceCell<String>,
}

impl Spelling {
    fn key(&self) -> &str {
        self.key.get_or_init(|| latin::key(&self.word))
    }
}

/// The words of a name part.
fn spellings(part: &str) -> impl Iterator<Item = Spelling> {
    let words = part.split_whitespace().filter(|word| word.chars().count() >= 2);
    words.map(|word| Spelling { word: word.to_lowercase(), key: OnceCell::new() })
}

/// How many letters another spelling may differ by: the key alone takes "There" for Dara.
const MAX_DISTANCE: usize = 2;

/// Letters to put in, take out or change to get from one word to the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

/// Khmer has no spaces between words: they are taken out before comparing.
fn khmer_key(text: &str) -> String {
    without_spaces(&khmer::key(text))
}

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Whether `part` stands in the line right after a kin word or form of address.
fn after_an_address(line: &str, part: &str) -> bool {
    static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| ADDRESS_KM.iter().map(|word| khmer_key(word)).collect());
    line.contains(part) && WORDS.iter().any(|word| line.contains(&format!("{word}{part}")))
}

/// Given names that are everyday words: they count only beside the family name or after a kin word.
fn is_common(given: &str) -> bool {
    static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| COMMON_KM.iter().map(|word| khmer_key(word)).collect());
    WORDS.iter().any(|word| word == given)
}

/// Letters and digits only, lower case.
fn compact(text: &str) -> String {
    normalise_digits(text).to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Runs of digits, separators between digits taken out.
fn digit_runs(line: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut goes_on = false;
    for c in line.chars() {
        if c.is_ascii_digit() {
            match runs.last_mut().filter(|_| goes_on) {
                Some(run) => run.push(c),
                None => runs.push(c.into()),
            }
            goes_on = true;
        } else if !(c.is_whitespace() || ".-()/+_·‐‑‒–—".contains(c) || khmer::is_unseen(c)) {
            goes_on = false;
        }
    }
    runs
}

/// The date, as numbers of the line in either order or with the month as a word.
fn has_date(line: &str, numbers: &[i32], date: PartialDate) -> bool {
    let (Some(month), Some(day)) = (date.month(), date.day()) else { return false };
    let (year, month, day) = (i32::from(date.year()), i32::from(month), i32::from(day));
    let same_year = |n: i32| n == year || n == year + 543 || n == year + 544 || n == year % 100;
    numbers
        .windows(3)
        .any(|n| (same_year(n[0]) && n[1] == month && n[2] == day) || (n[0] == day && n[1] == month && same_year(n[2])))
        || (numbers.windows(2).any(|n| n[0] == day && same_year(n[1])) && names_month(line, month))
}

const MONTHS: [(&str, &str); 12] = [
    ("មករា", "jan"),
    ("កុម្ភៈ", "feb"),
    ("មីនា", "mar"),
    ("មេសា", "apr"),
    ("ឧសភា", "may"),
    ("មិថុនា", "jun"),
    ("កក្កដា", "jul"),
    ("សីហា", "aug"),
    ("កញ្ញា", "sep"),
    ("តុលា", "oct"),
    ("វិច្ឆិកា", "nov"),
    ("ធ្នូ", "dec"),
];

fn names_month(line: &str, month: i32) -> bool {
    let index = usize::try_from(month - 1).unwrap_or(0);
    let names = |(km, en): &(&str, &str)| khmer_key(line).contains(&khmer_key(km)) || line.to_lowercase().contains(en);
    MONTHS.get(index).is_some_and(names)
}

fn place_key(text: &str) -> String {
    without_spaces(&khmer::key(text).to_lowercase())
}

/// The keys of a place's names, if the place table has it: made once, for they are the same for every case.
fn names_of_place(code: &str) -> Option<&'static [String; 2]> {
    static KEYS: LazyLock<HashMap<&str, [String; 2]>> =
        LazyLock::new(|| place::all().map(|entry| (entry.code, [entry.km, entry.latin].map(place_key))).collect());
    KEYS.get(code)
}

/// Codes and names of the case's places below their province, and their details.
fn places(record: &CaseRecord) -> Vec<String> {
    let mut found = Vec::new();
    for place in record.places() {
        let code = place.code().unwrap_or_default();
        for length in [4, 6, 8] {
            let Some(part) = code.get(..length) else { continue };
            if length >= 6 {
                found.push(part.to_owned());
            }
            found.extend(names_of_place(part).into_iter().flatten().cloned());
        }
        found.extend(place.detail().map(place_key).filter(|detail| detail.chars().count() >= 4));
    }
    found
}
