//! The recovery kit: what is known of it, and a try of its secret.

use std::fmt;

use keys::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A try whether a secret is that of the kit. Wiped from memory when dropped, and never shown.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct KitDrill {
    /// As it was typed from the paper.
    pub secret: String,
}

impl fmt::Debug for KitDrill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KitDrill(hidden)")
    }
}

/// What the node knows of the kit that is good now. Nothing secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KitView {
    /// When somebody last proved that it is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proven: Option<Timestamp>,
    /// Who that was, as the audit log names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Whether it is time to prove it: never done, or more than a year ago.
    pub due: bool,
}
