//! The introduction card: what one agency hands another, as text to send or as a QR code to scan.
//!
//! A card proves nothing by itself; people compare the fingerprint. Knows nothing of where it goes.

mod qr;

pub use qr::{QrError, QrPayload};

use crate::{
    armour::{Armour, ArmourError},
    label::Label,
    record::{PublicRecord, RecordError},
};

const BEGIN: &str = "-----BEGIN SPEAN AGENCY CARD-----";
const END: &str = "-----END SPEAN AGENCY CARD-----";
const CARD: Armour = Armour { begin: BEGIN, end: END, label: Label::new("spean/card") };

/// The longest card that is read, in bytes of text; a record in base64 with its line ends.
pub const MAX_CARD_BYTES: usize = 6 * 1024 * 1024;

/// An agency's public record as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    record: PublicRecord,
}

impl Card {
    /// The card of this record.
    #[must_use]
    pub const fn new(record: PublicRecord) -> Self {
        Self { record }
    }

    /// What stands on the card, unverified.
    #[must_use]
    pub const fn record(&self) -> &PublicRecord {
        &self.record
    }

    /// The armoured text; it ends with a line break.
    #[must_use]
    pub fn to_text(&self) -> String {
        CARD.wrap(&self.record.to_bytes())
    }

    /// Reads the first card in `text`; what stands before and after it (a letter, a mail's header) does not matter.
    ///
    /// # Errors
    /// [`CardError`], which says whether it is no card, was cut off, or has a typing mistake.
    pub fn parse(text: &str) -> Result<Self, CardError> {
        if text.len() > MAX_CARD_BYTES {
            return Err(CardError::TooLarge(text.len()));
        }
        Ok(Self { record: PublicRecord::from_bytes(&CARD.unwrap(text)?)? })
    }
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

impl From<ArmourError> for CardError {
    fn from(error: ArmourError) -> Self {
        match error {
            ArmourError::NotFound => Self::NotACard,
            ArmourError::CutOff => Self::CutOff,
            ArmourError::Character(line) => Self::Character { line },
            ArmourError::Changed => Self::Changed,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn card() -> Card {
        Card::new(PublicRecord::new(vec![vec![1; 300]], vec![vec![2; 100]]))
    }

    #[test]
    fn a_card_reads_back_from_a_mail_with_other_line_ends_and_quoting() {
        let text = card().to_text();
        assert_eq!(Card::parse(&text), Ok(card()));
        let quoted = text.lines().map(|line| format!("> {line}\r\n")).collect::<Vec<_>>().concat();
        assert_eq!(Card::parse(&format!("Dear colleague,\r\n{quoted}\r\nregards")), Ok(card()));
    }

    #[test]
    fn each_fault_has_its_name() {
        let text = card().to_text();
        assert_eq!(Card::parse("hello"), Err(CardError::NotACard));
        assert_eq!(Card::parse(&text[..text.len() / 2]), Err(CardError::CutOff));
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.len() > 5);
        let missing = [&lines[..2], &lines[3..]].concat().join("\n");
        assert_eq!(Card::parse(&missing), Err(CardError::Changed));
        let bad = text.replacen(lines[2], &format!("*{}", &lines[2][1..]), 1);
        assert_eq!(Card::parse(&bad), Err(CardError::Character { line: 3 }));
        let no_checksum = [&lines[..lines.len() - 2], &lines[lines.len() - 1..]].concat().join("\n");
        assert_eq!(Card::parse(&no_checksum), Err(CardError::CutOff));
        assert_eq!(Card::parse(&"x".repeat(MAX_CARD_BYTES + 1)), Err(CardError::TooLarge(MAX_CARD_BYTES + 1)));
    }

    #[test]
    fn any_one_changed_character_is_noticed() {
        let text = card().to_text();
        let lines: Vec<&str> = text.lines().collect();
        let swap = |c: char| if c == 'A' { "B" } else { "A" };
        for at in 0..lines[1].len() {
            let mut line = lines[1].to_owned();
            line.replace_range(at..=at, swap(char::from(line.as_bytes()[at])));
            assert!(Card::parse(&text.replacen(lines[1], &line, 1)).is_err());
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text: String, inside: String) {
            let _ = Card::parse(&text);
            let _ = Card::parse(&format!("{BEGIN}\n{inside}\n{END}"));
            let _ = text.parse::<QrPayload>();
            let _ = format!("SPN1:{inside}").parse::<QrPayload>();
        }
    }
}
