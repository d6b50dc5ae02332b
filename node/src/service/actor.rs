//! Who asks.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use super::{
    people::{PersonId, Roles, SessionId},
    tokens::TokenId,
};

/// Who asks for something, and by what right. No service function can be called without one.
///
/// The operator of the node's socket is known by the operating system's user id, and names people with `--by` and
/// `--approved-by`; a person by a session or a token, a program by a token. What each may do is decided in [`access`](super::access).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody with access to the node's socket.
    Operator {
        /// The operating system's user, by `SO_PEERCRED`.
        uid: u32,
        /// The person, by their own word.
        by: Option<PersonName>,
        /// The second person, where two are asked for.
        approved_by: Option<PersonName>,
    },
    /// Somebody who signed in.
    Person {
        /// Who.
        id: PersonId,
        /// As they are called.
        name: PersonName,
        /// What they may do, at this moment.
        roles: Roles,
        /// How they came in.
        through: Through,
    },
    /// A program of the agency's own, which holds a token.
    Program {
        /// Which; nobody else, person or program, has this id.
        id: PersonId,
        /// As it is called.
        name: PersonName,
        /// What its token lets it do.
        roles: Roles,
        /// By which token.
        token: TokenId,
    },
    /// The node itself: timers, automatic release, erasure.
    Node,
}

/// How a person came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// Signed in with both factors, in a browser.
    Session(SessionId),
    /// With a token, which stands for less than the person.
    Token(TokenId),
}

/// The name of a member of staff: 1 to 60 characters, no control characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

/// Not the name of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to 60 characters and no control characters")]
pub struct PersonNameError;

impl std::str::FromStr for PersonName {
    type Err = PersonNameError;

    fn from_str(text: &str) -> Result<Self, PersonNameError> {
        let text = text.trim();
        let length = text.chars().count();
        let shown = text.chars().any(|c| !unseen(c));
        if (1..=60).contains(&length) && shown && !text.chars().any(|c| c.is_control() || turns_text(c)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PersonNameError)
        }
    }
}

impl TryFrom<String> for PersonName {
    type Error = PersonNameError;

    fn try_from(text: String) -> Result<Self, PersonNameError> {
        text.parse()
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}

impl PersonName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a reader would take both names for one: capitals, spaces, points and what can't be seen do not tell
    /// two persons apart.
    pub(super) fn same_person(&self, other: &Self) -> bool {
        let read = |name: &Self| {
            let plain = name.0.nfkd().filter(|c| !unseen(*c) && !c.is_ascii_punctuation());
            plain.flat_map(char::to_lowercase).collect::<String>()
        };
        read(self) == read(other)
    }
}

/// White space, and characters that leave no mark: soft hyphen, joiners, zero-width spaces (usual in Khmer),
/// fillers, variation selectors, tags.
fn unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Characters that make a name read otherwise than it is written.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl Actor {
    /// How the audit log names the actor.
    #[must_use]
    pub fn audit_name(&self) -> String {
        match self {
            Self::Operator { uid, by: Some(name), .. } => format!("{} (uid {uid})", name.as_str()),
            Self::Operator { uid, by: None, .. } => format!("uid {uid}"),
            Self::Person { id, name, .. } => format!("{} (person {})", name.as_str(), id.short()),
            Self::Program { id, name, .. } => format!("{} (program {})", name.as_str(), id.short()),
            Self::Node => "node".into(),
        }
    }

    /// Who it is, if it is a person who signed in or holds a token.
    #[must_use]
    pub const fn person(&self) -> Option<PersonId> {
        match self {
            Self::Person { id, .. } => Some(*id),
            Self::Operator { .. } | Self::Program { .. } | Self::Node => None,
        }
    }

    /// The second person, if one was named.
    #[must_use]
    pub fn approved_by(&self) -> Option<&PersonName> {
        match self {
            Self::Operator { approved_by, .. } => approved_by.as_ref(),
            Self::Person { .. } | Self::Program { .. } | Self::Node => None,
        }
    }

    /// A second person who is not the first: what the two-person rule asks for.
    #[must_use]
    pub fn second_person(&self) -> Option<&PersonName> {
        match self {
            Self::Operator { by: Some(by), approved_by: Some(second), .. } if !by.same_person(second) => Some(second),
            Self::Operator { .. } | Self::Person { .. } | Self::Program { .. } | Self::Node => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operator(by: Option<&str>, approved_by: Option<&str>) -> Actor {
        let name = |text: &str| text.parse().expect("a name");
        Actor::Operator { uid: 7, by: by.map(name), approved_by: approved_by.map(name) }
    }

    #[test]
    fn nobody_is_their_own_second_person() {
        assert!(operator(Some("Dara"), Some("Dara")).second_person().is_none());
        assert!(operator(None, Some("Dara")).second_person().is_none());
        assert!(operator(Some("Dara"), Some("Sophea")).second_person().is_some());
    }

    #[test]
    fn a_name_written_otherwise_is_no_second_person() {
        for same in ["dara sok", "Dara  Sok", "Dara\u{200b} Sok", "DaraSok.", "Ｄara Sok", "Dara\u{a0}Sok"] {
            assert!(operator(Some("Dara Sok"), Some(same)).second_person().is_none(), "{same:?}");
        }
        assert!(operator(Some("សុខ ដារា"), Some("សុខ\u{200b}ដារា")).second_person().is_none());
        assert!(operator(Some("សុខ ដារា"), Some("សុខ ដារ៉ា")).second_person().is_some());
        assert!("\u{200b}\u{2060}".parse::<PersonName>().is_err() && "Da\u{202e}ra".parse::<PersonName>().is_err());
    }

    #[test]
    fn names_are_bounded_and_hold_no_control_characters() {
        assert!("".parse::<PersonName>().is_err());
        assert!("a\nb".parse::<PersonName>().is_err());
        assert!("ស".repeat(61).parse::<PersonName>().is_err());
        assert_eq!(" សុខ ដារា ".parse::<PersonName>().map(|n| n.as_str().to_owned()), Ok("សុខ ដារា".into()));
    }
}
