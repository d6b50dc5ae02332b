//! The text form: base64 between two lines, with a checksum of its own, so that a bad copy is told from a bad card.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::MAX_CARD_BYTES;
use crate::{
    label::{self, Label},
    record::RecordError,
};

pub(super) const BEGIN: &str = "-----BEGIN SPEAN AGENCY CARD-----";
pub(super) const END: &str = "-----END SPEAN AGENCY CARD-----";
/// Against copying mistakes, not against people.
const CARD: Label = Label::new("spean/card");
const LINE: usize = 64;

pub(super) fn wrap(bytes: &[u8]) -> String {
    let mut text = format!("{BEGIN}\n");
    let encoded = STANDARD.encode(bytes);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        // ASCII, so any index is a character's.
        let (line, after) = rest.split_at(rest.len().min(LINE));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(&format!("={}\n{END}\n", checksum(bytes)));
    text
}

/// Eight hexadecimal digits.
fn checksum(bytes: &[u8]) -> String {
    label::hash(CARD, bytes).to_string().chars().take(8).collect()
}

pub(super) fn unwrap(text: &str) -> Result<Vec<u8>, CardError> {
    let mut lines = text.lines().map(|line| line.trim_start_matches(['>', ' ', '\t']).trim()).enumerate();
    lines.find(|(_, line)| *line == BEGIN).ok_or(CardError::NotACard)?;
    let mut encoded = String::new();
    let mut expected: Option<String> = None;
    for (number, line) in lines {
        match (line, expected.as_deref()) {
            (END, Some(expected)) => return decode(&encoded, expected),
            (END, None) => return Err(CardError::CutOff),
            ("", _) => {}
            (line, None) if line.starts_with('=') && line.len() == 9 => expected = Some(line[1..].to_lowercase()),
            (line, None) if line.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b)) => {
                encoded.push_str(line);
            }
            _ => return Err(CardError::Character { line: number + 1 }),
        }
    }
    Err(CardError::CutOff)
}

fn decode(encoded: &str, expected: &str) -> Result<Vec<u8>, CardError> {
    let bytes = STANDARD.decode(encoded).map_err(|_| CardError::Changed)?;
    if checksum(&bytes) == expected { Ok(bytes) } else { Err(CardError::Changed) }
}

/// Why a text is no card.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// No first line.
    #[error("this is not an agency's card: a card begins with `{BEGIN}`")]
    NotACard,
    /// No last line, or no checksum before it.
    #[error("the card was cut off: copy everything from `{BEGIN}` to `{END}`, with both lines")]
    CutOff,
    /// A character that can't be there.
    #[error("line {line} of the card has a character that does not belong there: copy the card again")]
    Character {
        /// Counted from 1, in the text as given.
        line: usize,
    },
    /// The checksum does not fit.
    #[error("the card was changed on the way (its checksum does not fit): copy it again, or send it as a file")]
    Changed,
    /// Longer than [`MAX_CARD_BYTES`].
    #[error("the card is {0} bytes long, more than {MAX_CARD_BYTES}")]
    TooLarge(usize),
    /// The copy is good, the content is not.
    #[error(transparent)]
    Record(#[from] RecordError),
}
