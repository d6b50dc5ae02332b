//! Tokens for programs.

use std::fmt;

use keys::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Makes a token: of a `user` or a `program`, one of the two.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    /// Whose: sign-in name, id or the beginning of the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Whose: a program's name, of 1 to 60 characters. One that is not known yet begins to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// What it is for: 1 to 60 characters.
    pub name: String,
    /// Codes of roles.
    pub roles: Vec<String>,
    /// How long it is good: 1 to 366.
    pub days: u16,
}

/// A token, shown once: whoever has it may do what it opens.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct NewToken {
    /// For lists; opens nothing.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// Whose it is, by name.
    pub owner: String,
    /// Codes of roles.
    pub roles: Vec<String>,
    /// What the program sends: 43 characters.
    pub token: String,
    /// It is good until just before.
    #[zeroize(skip)]
    pub ends: Timestamp,
}

impl fmt::Debug for NewToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewToken(hidden)")
    }
}

/// A token in a list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenView {
    /// For lists; opens nothing.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// Whose it is, by name.
    pub owner: String,
    /// Whether the owner is a program.
    pub program: bool,
    /// Codes of roles.
    pub roles: Vec<String>,
    /// When it was made.
    pub since: Timestamp,
    /// It is good until just before.
    pub ends: Timestamp,
    /// Who made it.
    pub by: String,
    /// Beginning of the day (UTC) on which it was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Timestamp>,
    /// It is good no more.
    pub over: bool,
}

/// Tokens.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenList {
    /// By owner and name.
    pub tokens: Vec<TokenView>,
}
