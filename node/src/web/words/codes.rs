//! The network's codes in words. Each list has its texts in `codes.ftl`, as `list-code`; a test lets none be missing.

use super::{Lang, Words, bundle};

impl Words {
    /// The words for `code` of `list` (`service`, `urgency`, …). A code that this version does not know, as a newer
    /// node may send it, shows as itself without its marks.
    pub(in crate::web) fn code(self, list: &str, code: &str) -> String {
        let key = key(list, code);
        if bundle::has(self.lang, &key) { self.t(&key).into_owned() } else { code.replace(['_', '.'], " ") }
    }

    /// Several codes of one list, separated as the language does.
    pub(in crate::web) fn codes<'a>(self, list: &str, codes: impl IntoIterator<Item = &'a str>) -> String {
        let words: Vec<String> = codes.into_iter().map(|code| self.code(list, code)).collect();
        words.join(match self.lang {
            Lang::Km => " ",
            Lang::En => ", ",
        })
    }

    /// An age band: `12–14`, `១២–១៤`.
    pub(in crate::web) fn age_band(self, code: &str) -> String {
        if code.starts_with(|c: char| c.is_ascii_digit()) {
            return self.t1("age-years", "age", self.digits(&code.replace('-', "–")));
        }
        self.t("age-unknown").into_owned()
    }

    /// The name of a province, or that it is abroad or not known.
    pub(in crate::web) fn area(self, code: &str) -> String {
        match protocol::place::find(code) {
            Some(place) if self.lang == Lang::Km => place.km.to_owned(),
            Some(place) => place.latin.to_owned(),
            None => self.code("area", code),
        }
    }
}

/// The Fluent key of a code: points do not stand in keys.
pub(super) fn key(list: &str, code: &str) -> String {
    format!("{list}-{}", code.replace('.', "-"))
}

impl Words {
    /// The name of a place of Cambodia, if the network's table has it.
    pub(in crate::web) fn place(self, code: &str) -> Option<String> {
        let place = protocol::place::find(code)?;
        Some(if self.lang == Lang::Km { place.km.to_owned() } else { place.latin.to_owned() })
    }

    /// An age as case lists keep it: `born 2010-11-02`, `about 13 years (±1) on 2026-05-28`.
    pub(in crate::web) fn age_as_kept(self, kept: &str) -> String {
        if let Some(day) = kept.strip_prefix("born ") {
            return self.t1("record-born", "day", self.recorded_day(day));
        }
        let parsed = kept.strip_prefix("about ").and_then(|rest| {
            let (age, day) = rest.rsplit_once(" on ")?;
            let (n, unit) = age.split_once(' ')?;
            let off = unit.split_once(" (").map(|(_, off)| format!(" ({off}")).unwrap_or_default();
            Some((n, unit.starts_with("months"), off, day))
        });
        let Some((n, months, off, day)) = parsed else { return kept.to_owned() };
        let key = if months { "record-about-months" } else { "record-about-years" };
        self.with(key, &[("n", &self.digits(n)), ("off", &self.digits(&off)), ("day", &self.recorded_day(day))])
    }
}
