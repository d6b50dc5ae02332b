//! What people have half written, as they see it themselves.

use std::collections::BTreeMap;

use keys::Timestamp;

/// A draft.
#[derive(Clone, Debug)]
pub struct DraftLine {
    /// 32 hexadecimal digits.
    pub id: String,
    /// `refer`, `consent`, `note`, `progress`, `complete`.
    pub kind: String,
    /// The case, of a referral or consent.
    pub case: Option<String>,
    /// The exchange, of the others,
    pub exchange: Option<String>,
    /// and its spoken reference.
    pub reference: Option<String>,
    /// The agency to which a case would be referred,
    pub peer: Option<String>,
    /// by name.
    pub peer_name: Option<String>,
    /// When it was kept last.
    pub at: Timestamp,
    /// It is kept until just before.
    pub ends: Timestamp,
}

/// One's own drafts.
#[derive(Clone, Debug)]
pub struct DraftList {
    /// The newest first.
    pub drafts: Vec<DraftLine>,
}

/// A draft, whole. Not printed: it is about a child.
#[derive(Clone)]
pub struct DraftView {
    /// The line of the list.
    pub line: DraftLine,
    /// Boxes by name, and what stands in them.
    pub typed: BTreeMap<String, String>,
}
