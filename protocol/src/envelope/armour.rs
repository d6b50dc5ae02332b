//! Envelopes as text, for files on a stick: base64 lines between two marks. On the wire they are binary.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::limits::MAX_ARMOUR;

const BEGIN: &str = "-----BEGIN SPEAN ENVELOPE-----";
const END: &str = "-----END SPEAN ENVELOPE-----";
/// Characters per line.
const LINE: usize = 64;

/// Why a text is not a file of envelopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArmourError {
    /// Too long.
    #[error("the file is longer than {MAX_ARMOUR} bytes")]
    TooLong,
    /// No first or last line.
    #[error("the file has no envelope: the line `{BEGIN}` or its last line is missing; was it cut off?")]
    Marks,
    /// Something between the marks that is not base64.
    #[error("line {0} of the file is damaged: copy it again")]
    Damaged(usize),
}

/// The text form of one envelope.
#[must_use]
pub fn to_armour(envelope: &[u8]) -> String {
    let encoded = STANDARD.encode(envelope);
    let mut out = String::with_capacity(encoded.len() + encoded.len() / LINE + 80);
    out.push_str(BEGIN);
    out.push('\n');
    let mut rest = encoded.as_str();
    while let Some((line, tail)) = rest.split_at_checked(LINE) {
        out.push_str(line);
        out.push('\n');
        rest = tail;
    }
    if !rest.is_empty() {
        out.push_str(rest);
        out.push('\n');
    }
    out.push_str(END);
    out.push('\n');
    out
}

/// All envelopes of a file, in order. Text before, between and after them is skipped; line ends may be those
/// of any system.
///
/// # Errors
/// [`ArmourError`], with the line.
pub fn from_armour(text: &str) -> Result<Vec<Vec<u8>>, ArmourError> {
    if text.len() > MAX_ARMOUR {
        return Err(ArmourError::TooLong);
    }
    let mut envelopes = Vec::new();
    let mut open: Option<Vec<u8>> = None;
    for (index, line) in text.lines().map(str::trim).enumerate() {
        match (&mut open, line) {
            (None, BEGIN) => open = Some(Vec::new()),
            (None, _) => {}
            (Some(_), BEGIN) => return Err(ArmourError::Damaged(index + 1)),
            (Some(bytes), END) => {
                envelopes.push(std::mem::take(bytes));
                open = None;
            }
            // Every line but the last holds whole groups of four, so lines decode one by one.
            (Some(bytes), _) => {
                bytes.extend(STANDARD.decode(line).map_err(|_| ArmourError::Damaged(index + 1))?);
            }
        }
    }
    if open.is_some() || envelopes.is_empty() { Err(ArmourError::Marks) } else { Ok(envelopes) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_fault_of_a_file_has_its_name() {
        let text = to_armour(&[7; 100]);
        assert_eq!(from_armour("hello"), Err(ArmourError::Marks));
        assert_eq!(from_armour(text.trim_end().trim_end_matches(END)), Err(ArmourError::Marks));
        assert_eq!(from_armour(&text.replacen('B', "*", 2)), Err(ArmourError::Marks));
        let damaged = text.replacen("Bwc", "B!c", 1);
        assert_eq!(from_armour(&damaged), Err(ArmourError::Damaged(2)));
        assert_eq!(from_armour(&"x".repeat(MAX_ARMOUR + 1)), Err(ArmourError::TooLong));
    }

    #[test]
    fn several_envelopes_in_one_file_and_other_line_ends_are_read() {
        let file = format!("From the health post\n{}\n{}", to_armour(&[1; 70]), to_armour(&[2; 3]));
        let read = from_armour(&file.replace('\n', "\r\n"));
        assert_eq!(read, Ok(vec![vec![1; 70], vec![2; 3]]));
    }

    proptest! {
        #[test]
        fn every_envelope_comes_back(bytes: Vec<u8>) {
            prop_assert_eq!(from_armour(&to_armour(&bytes)), Ok(vec![bytes]));
        }

        #[test]
        fn arbitrary_text_never_panics(text: String) {
            let _ = from_armour(&text);
        }
    }
}
