//! Telephone numbers in E.164, however they were typed.

use serde_json::{Map, Value as Json};

use super::{Fields, put, take_code, take_text};

/// A telephone number with its owner, and whether calling it is safe for the child.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    number: String,
    owner: Option<&'static str>,
    safe_to_call: Option<&'static str>,
}

/// Why a text is not a telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPhone {
    /// Something else than digits, spaces, dots, hyphens, brackets and a leading + or 00.
    #[error("not a telephone number: only digits, spaces, dots, hyphens, brackets and a leading + are allowed")]
    Form,
    /// Too many or too few digits for the country.
    #[error("not a telephone number: +855 takes 8 or 9 more digits, +66 takes 8 or 9, others 8 to 15 in all")]
    Length,
}

impl Phone {
    /// Of the parts that the table [`crate::category`] declares.
    pub(in crate::record) fn of_parts(mut parts: Fields) -> Result<Self, BadPhone> {
        let typed = take_text(&mut parts, "number").unwrap_or_default();
        Ok(Self {
            number: e164(&typed)?,
            owner: take_code(&mut parts, "owner"),
            safe_to_call: take_code(&mut parts, "safe_to_call"),
        })
    }

    pub(super) fn tree(&self) -> Json {
        let mut object = Map::new();
        put(&mut object, "number", Some(self.number.as_str()));
        put(&mut object, "owner", self.owner);
        put(&mut object, "safe_to_call", self.safe_to_call);
        object.into()
    }

    /// The number in E.164: `+`, country, digits.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Whose it is: a code of the table.
    #[must_use]
    pub const fn owner(&self) -> Option<&'static str> {
        self.owner
    }

    /// yes, no or unknown: whether calling it is safe for the child.
    #[must_use]
    pub const fn safe_to_call(&self) -> Option<&'static str> {
        self.safe_to_call
    }
}

/// Khmer (U+17E0) and Thai (U+0E50) digits as ASCII; everything else as it is.
#[must_use]
pub fn normalise_digits(text: &str) -> String {
    text.chars().map(ascii_digit).collect()
}

fn ascii_digit(c: char) -> char {
    let from = |zero: u32| char::from_digit(u32::from(c).wrapping_sub(zero), 10);
    match c {
        '\u{17e0}'..='\u{17e9}' => from(0x17e0).unwrap_or(c),
        '\u{0e50}'..='\u{0e59}' => from(0x0e50).unwrap_or(c),
        _ => c,
    }
}

/// The number in E.164. Without a country (a leading 0) it is a Cambodian one; Thai numbers take +66.
fn e164(typed: &str) -> Result<String, BadPhone> {
    let digits: String = normalise_digits(typed)
        .chars()
        .filter(|c| !c.is_whitespace() && !".-()/".contains(*c) && *c != '\u{200b}')
        .collect();
    let international = digits.strip_prefix('+').or_else(|| digits.strip_prefix("00"));
    let plain = international.unwrap_or(&digits);
    if plain.is_empty() || !plain.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BadPhone::Form);
    }
    let number = match (international, digits.strip_prefix('0')) {
        (Some(number), _) => number.to_owned(),
        (None, Some(national)) => format!("855{national}"),
        (None, None) => digits.clone(),
    };
    with_country(&number)
}

/// Drops one 0 after the country and counts the digits.
fn with_country(number: &str) -> Result<String, BadPhone> {
    for country in ["855", "66"] {
        if let Some(rest) = number.strip_prefix(country) {
            let rest = rest.strip_prefix('0').unwrap_or(rest);
            let fits = (8..=9).contains(&rest.len());
            return if fits { Ok(format!("+{country}{rest}")) } else { Err(BadPhone::Length) };
        }
    }
    if (8..=15).contains(&number.len()) && !number.starts_with('0') {
        Ok(format!("+{number}"))
    } else {
        Err(BadPhone::Length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_of_typing_a_number_give_one_number() {
        for typed in [
            "+85510000004",
            "+855 010 000 004",
            "00855-10-000-004",
            "010 000 004",
            "(010) 000.004",
            "០១០ ០០០ ០០៤",
            "๐๑๐๐๐๐๐๐๔",
            "85510000004",
        ] {
            assert_eq!(e164(typed).as_deref(), Ok("+85510000004"), "{typed}");
        }
        assert_eq!(e164("+66 0812345678").as_deref(), Ok("+66812345678"));
    }

    #[test]
    fn other_texts_are_refused() {
        assert_eq!(e164("ask the aunt"), Err(BadPhone::Form));
        assert_eq!(e164(""), Err(BadPhone::Form));
        assert_eq!(e164("+855 1234"), Err(BadPhone::Length));
        assert_eq!(e164("012"), Err(BadPhone::Length));
    }
}
