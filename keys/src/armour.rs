//! The text form of what people hand on: base64 between two lines, with a checksum of its own, so that a bad copy is
//! told from bad content.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::label::{self, Label};

const LINE: usize = 64;

/// One kind of text.
pub(crate) struct Armour {
    /// First line.
    pub(crate) begin: &'static str,
    /// Last line.
    pub(crate) end: &'static str,
    /// Of the checksum: against copying mistakes, not against people.
    pub(crate) label: Label,
}

/// Why a text can't be taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArmourError {
    /// No first line.
    NotFound,
    /// No last line, or no checksum before it.
    CutOff,
    /// A character that can't be there, in this line, counted from 1.
    Character(usize),
    /// The checksum does not fit.
    Changed,
}

impl Armour {
    /// The text of these bytes; it ends with a line break.
    pub(crate) fn wrap(&self, bytes: &[u8]) -> String {
        let mut text = format!("{}\n", self.begin);
        let encoded = STANDARD.encode(bytes);
        let mut rest = encoded.as_str();
        while !rest.is_empty() {
            // ASCII, so any index is a character's.
            let (line, after) = rest.split_at(rest.len().min(LINE));
            text.push_str(line);
            text.push('\n');
            rest = after;
        }
        text.push_str(&format!("={}\n{}\n", self.checksum(bytes), self.end));
        text
    }

    /// Eight hexadecimal digits.
    fn checksum(&self, bytes: &[u8]) -> String {
        label::hash(self.label, bytes).to_string().chars().take(8).collect()
    }

    /// The bytes of the first such text in `text`.
    pub(crate) fn unwrap(&self, text: &str) -> Result<Vec<u8>, ArmourError> {
        let mut lines = text.lines().map(|line| line.trim_start_matches(['>', ' ', '\t']).trim()).enumerate();
        lines.find(|(_, line)| *line == self.begin).ok_or(ArmourError::NotFound)?;
        let mut encoded = String::new();
        let mut expected: Option<String> = None;
        for (number, line) in lines {
            match (line, expected.as_deref()) {
                (line, Some(expected)) if line == self.end => return self.decode(&encoded, expected),
                (line, None) if line == self.end => return Err(ArmourError::CutOff),
                ("", _) => {}
                (line, None) if line.starts_with('=') && line.len() == 9 => expected = Some(line[1..].to_lowercase()),
                (line, None) if line.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b)) => {
                    encoded.push_str(line);
                }
                _ => return Err(ArmourError::Character(number + 1)),
            }
        }
        Err(ArmourError::CutOff)
    }

    fn decode(&self, encoded: &str, expected: &str) -> Result<Vec<u8>, ArmourError> {
        let bytes = STANDARD.decode(encoded).map_err(|_| ArmourError::Changed)?;
        if self.checksum(&bytes) == expected { Ok(bytes) } else { Err(ArmourError::Changed) }
    }
}
