//! What the screens say, in Khmer and English.
//!
//! Owns the choice of language, the Fluent files in `node/locales`, and how dates, ages, numbers, names and codes are
//! written. A text that needs a value of the moment takes it as a finished piece of text, so that digits are right
//! in each language. Khmer texts wait for review by a native speaker.

mod bundle;
mod codes;
#[cfg(test)]
mod tests;
mod when;

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentValue};

pub(super) use when::Moment;

/// A language of the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lang {
    /// Khmer.
    Km,
    /// English.
    En,
}

impl Lang {
    /// Both, in the order of the switch.
    pub(super) const ALL: [Self; 2] = [Self::Km, Self::En];

    /// As in `lang="…"`, cookies and paths.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Km => "km",
            Self::En => "en",
        }
    }

    /// How the language calls itself.
    pub(super) const fn own_name(self) -> &'static str {
        match self {
            Self::Km => "ខ្មែរ",
            Self::En => "English",
        }
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::Km => Self::En,
            Self::En => Self::Km,
        }
    }

    /// The language with this tag.
    pub(super) fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    /// The first of ours that the browser asks for, else Khmer: the offices are in Cambodia.
    pub(super) fn wanted_by(accept_language: &str) -> Self {
        let mut tags = accept_language.split(',').map(|part| part.split([';', '-']).next().unwrap_or_default().trim());
        tags.find_map(|tag| Self::of_tag(&tag.to_ascii_lowercase())).unwrap_or(Self::Km)
    }
}

/// The texts of one language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) lang: Lang,
}

impl Words {
    pub(super) const fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// The text of `key`.
    pub(super) fn t(self, key: &str) -> Cow<'static, str> {
        bundle::text(self.lang, key, None)
    }

    /// The text of `key` with one value in it.
    pub(super) fn t1(self, key: &str, name: &str, value: impl AsRef<str>) -> String {
        self.with(key, &[(name, value.as_ref())])
    }

    /// The text of `key` with two values in it.
    pub(super) fn t2(
        self,
        key: &str,
        (name, value): (&str, impl AsRef<str>),
        (other, more): (&str, impl AsRef<str>),
    ) -> String {
        self.with(key, &[(name, value.as_ref()), (other, more.as_ref())])
    }

    /// The text of `key` with values in it.
    pub(super) fn with(self, key: &str, values: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(*name, FluentValue::from((*value).to_owned()));
        }
        bundle::text(self.lang, key, Some(&args)).into_owned()
    }

    /// The text of `key` for so many things: `n` chooses the form, `count` is how the number is written.
    pub(super) fn counted(self, key: &str, n: u64) -> String {
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(n));
        args.set("count", FluentValue::from(self.number(n)));
        bundle::text(self.lang, key, Some(&args)).into_owned()
    }

    /// A text as the beginning of a line: codes' words begin small in English.
    pub(super) fn line(self, text: &str) -> String {
        let mut chars = text.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
    }

    /// A number in the digits of the language.
    pub(super) fn number(self, n: u64) -> String {
        self.digits(&n.to_string())
    }

    /// A text with its digits in those of the language. Not for references, telephones, codes and fingerprints: they
    /// are said and typed in 0 to 9 everywhere.
    pub(super) fn digits(self, text: &str) -> String {
        let khmer = |c: char| match c.to_digit(10) {
            Some(digit) if c.is_ascii_digit() => char::from_u32(0x17e0 + digit).unwrap_or(c),
            _ => c,
        };
        match self.lang {
            Lang::Km => text.chars().map(khmer).collect(),
            Lang::En => text.to_owned(),
        }
    }
}
