//! Free text with a limit, and parts that a body carries as exact bytes.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Free text of 1 to `MAX` characters, without control characters but line ends. Never printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Text<const MAX: usize>(String);

/// Why a text can't be sent. The text is not repeated: it may name a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but blanks.
    #[error("the text is empty: leave it out or write something")]
    Empty,
    /// Too many characters.
    #[error("the text has {length} characters, {max} at most are allowed: shorten it")]
    TooLong {
        /// Characters it has.
        length: usize,
        /// Characters it may have.
        max: usize,
    },
    /// A control character.
    #[error("the text holds a control character at character {0}: remove it")]
    Control(usize),
}

impl<const MAX: usize> Text<MAX> {
    /// Parses a text. Blanks at both ends are refused nowhere and kept.
    ///
    /// # Errors
    /// [`TextError`], with the limit or the place.
    pub fn parse(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        let length = text.chars().count();
        if text.trim().is_empty() {
            return Err(TextError::Empty);
        }
        if length > MAX {
            return Err(TextError::TooLong { length, max: MAX });
        }
        match text.chars().position(|c| c.is_control() && c != '\n') {
            Some(place) => Err(TextError::Control(place + 1)),
            None => Ok(Self(text)),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} characters, hidden)", self.0.chars().count())
    }
}

impl<const MAX: usize> Serialize for Text<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// A part of a body that another module parses (triage, release, signed statement), as one byte string: its
/// exact bytes stay what was signed and committed to. Never printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Embedded(pub Vec<u8>);

impl fmt::Debug for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Embedded({} bytes, hidden)", self.0.len())
    }
}

impl Serialize for Embedded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Embedded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl de::Visitor<'_> for Bytes {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a byte string")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }

            fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
                Ok(bytes)
            }
        }
        deserializer.deserialize_byte_buf(Bytes).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_of_a_text_has_its_name_and_limits_count_characters() {
        assert_eq!(Text::<3>::parse("កុម").map(|t| t.as_str().to_owned()), Ok("កុម".to_owned()));
        assert_eq!(Text::<3>::parse("four"), Err(TextError::TooLong { length: 4, max: 3 }));
        assert_eq!(Text::<3>::parse(" \n"), Err(TextError::Empty));
        assert_eq!(Text::<9>::parse("a\u{7}"), Err(TextError::Control(2)));
        assert!(Text::<9>::parse("a\nb").is_ok());
    }

    #[test]
    fn neither_text_nor_parts_are_printed() {
        let text = Text::<20>::parse("ដារ៉ា").expect("short");
        assert!(!format!("{text:?}").contains("ដារ៉ា"));
        assert_eq!(format!("{:?}", Embedded(b"abc".to_vec())), "Embedded(3 bytes, hidden)");
    }
}
