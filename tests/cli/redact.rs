//! What differs from run to run, made equal: ids, times, addresses, digits.

use regex::Regex;

const MONTHS: &str = "January|February|March|April|May|June|July|August|September|October|November|December";
const SHORT_MONTHS: &str = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec";

/// Replaces, in this order, what a pattern finds by a word in braces.
pub struct Redactor {
    rules: Vec<(Regex, &'static str)>,
    hex: Regex,
    literal: Vec<(String, String)>,
}

impl Redactor {
    /// `literal`: texts of this run and what stands for them, such as the stage's folder.
    pub fn new(literal: Vec<(String, String)>) -> Self {
        let rule = |pattern: &str, word| (Regex::new(pattern).expect("a pattern"), word);
        let rules = vec![
            // An invitation's code; before what might be found inside of it.
            rule(r#"(^|[\s"/])[A-Za-z0-9_-]{43}($|[\s"])"#, "$1{code}$2"),
            rule(&format!(r"\d{{1,2}}\s+({MONTHS})\s+\d{{4}}\s+\d\d:\d\d"), "{time}"),
            rule(&format!(r"\d{{1,2}}\s+({MONTHS})\s+\d{{4}}"), "{day}"),
            rule(&format!(r"\d{{1,2}}\s+({SHORT_MONTHS})\s+\d\d:\d\d"), "{time}"),
            rule(r"20\d\d-\d\d-\d\dT[0-9:.]+Z", "{time}"),
            rule(r"\b1[78]\d{8}\b", "0"),
            rule(r"(\d{4}\s+){10}\d{2}", "{digits}"),
            rule(r"agency1[a-z0-9]{6,}", "{agency}"),
            rule(r"\b\d{3} \d{3}\b", "{reference}"),
            rule(r"\b\d+ MiB", "{n} MiB"),
            rule(r#""review_on": "[0-9-]+""#, r#""review_on": "{day}""#),
            rule(r#""free_bytes": \d+"#, r#""free_bytes": 0"#),
            rule(r"\(uid \d+\)|\buid \d+", "{uid}"),
            rule(r"process \d+", "process {n}"),
            rule(r"localhost:\d+", "localhost:{port}"),
            rule(r"tried in \d+ s", "tried in {n} s"),
            rule(r"spnkit1[a-z0-9 ]+", "{secret}"),
        ];
        Self { rules, hex: Regex::new(r"\b[0-9a-f]{6,64}\b").expect("a pattern"), literal }
    }

    /// The text with all of them replaced.
    pub fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (from, to) in &self.literal {
            text = text.replace(from, to);
        }
        for (pattern, word) in &self.rules {
            text = pattern.replace_all(&text, *word).into_owned();
        }
        // Also where no digit is in it: an id in some hundreds is like that, and none of our words is.
        self.hex.replace_all(&text, "{id}").into_owned()
    }
}

/// Texts are the same if they differ only in how lines are filled and columns are spaced: both follow lengths of
/// what was replaced.
pub fn same(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

#[test]
fn what_changes_from_run_to_run_is_replaced_and_nothing_else() {
    let redactor = Redactor::new(vec![("/tmp/x1".into(), "{dir}".into())]);
    assert_eq!(
        redactor
            .redact("reference 482 719, exchange 3fa9c1b2, lapses on 24 November\n2026 07:41, added in /tmp/x1/cmo"),
        "reference {reference}, exchange {id}, lapses on {time}, added in {dir}/cmo"
    );
    assert_eq!(redactor.redact("ebcaba, 12 years, aged"), "{id}, 12 years, aged");
}
