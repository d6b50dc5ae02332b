//! People: invitations, lists, sessions.

use std::fmt;

use keys::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Invites a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InviteRequest {
    /// As the person is called, in any script: 1 to 60 characters.
    pub name: String,
    /// What they will type to sign in: 2 to 32 of `a`–`z`, digits, `.`, `-`, `_`.
    pub sign_in: String,
    /// Codes of roles: `social_worker`, `supervisor`, `key_administrator`, `auditor`.
    pub roles: Vec<String>,
}

/// An invitation, shown once: whoever has the token can enrol in the person's name.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Invitation {
    /// The person's id.
    pub person: String,
    /// As the person is called.
    pub name: String,
    /// What they sign in with.
    pub sign_in: String,
    /// Codes of their roles.
    pub roles: Vec<String>,
    /// Good once: 43 characters.
    pub token: String,
    /// It is good until just before.
    #[zeroize(skip)]
    pub ends: Timestamp,
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Invitation(hidden)")
    }
}

/// What the invited person sees before they enrol.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct InvitationView {
    /// As the person is called.
    pub name: String,
    /// What they sign in with.
    pub sign_in: String,
    /// Codes of their roles.
    pub roles: Vec<String>,
    /// The invitation is good until just before.
    #[zeroize(skip)]
    pub ends: Timestamp,
    /// What is typed into a telephone that can't scan: base32.
    pub secret: String,
    /// What the QR code holds: `otpauth://…`.
    pub uri: String,
}

impl fmt::Debug for InvitationView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationView(hidden)")
    }
}

/// By what a person signs in.
#[derive(Clone, Debug)]
pub struct MeansView {
    /// Whether they have a passphrase and codes.
    pub passphrase: bool,
    /// Whether they signed in so lately that they may change it.
    pub fresh: bool,
    /// Their passkeys, the oldest first.
    pub passkeys: Vec<PasskeyView>,
}

/// A passkey.
#[derive(Clone, Debug)]
pub struct PasskeyView {
    /// By which it can be removed; it opens nothing.
    pub id: String,
    /// What its person calls it.
    pub name: String,
    /// When it was added.
    pub made: Timestamp,
    /// When it last signed them in.
    pub used: Option<Timestamp>,
    /// When it last counted fewer uses than before: somebody may have a copy.
    pub doubted: Option<Timestamp>,
}

/// What a telephone must know to show codes.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct CodesView {
    /// What the person signs in with.
    pub sign_in: String,
    /// What is typed into a telephone that can't scan: base32.
    pub secret: String,
    /// What the QR code holds: `otpauth://…`.
    pub uri: String,
}

impl fmt::Debug for CodesView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodesView(hidden)")
    }
}

/// Gives a person other roles.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeRoles {
    /// All roles from now on, as codes.
    pub roles: Vec<String>,
}

/// A person of this agency.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PersonView {
    /// The person's id.
    pub id: String,
    /// As the person is called.
    pub name: String,
    /// What they sign in with.
    pub sign_in: String,
    /// Codes of their roles.
    pub roles: Vec<String>,
    /// `invited`, `invitation_over` or `enrolled`.
    pub state: String,
    /// When they enrolled; before that, when they were invited.
    pub since: Timestamp,
    /// Who invited them.
    pub invited_by: String,
    /// When they last signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_in: Option<Timestamp>,
    /// How many sessions they have.
    pub sessions: u64,
}

/// All people.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PersonList {
    /// By name.
    pub people: Vec<PersonView>,
}

/// A session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionView {
    /// By which it can be ended; it opens nothing.
    pub id: String,
    /// When it began.
    pub started: Timestamp,
    /// The last request.
    pub seen: Timestamp,
    /// When it ends at the latest.
    pub ends: Timestamp,
    /// The address that it began from.
    pub from: String,
    /// On a computer that others use too.
    pub shared_computer: bool,
    /// The one that asks.
    pub this: bool,
}

/// Sessions of one person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionList {
    /// The newest first.
    pub sessions: Vec<SessionView>,
}

/// Sessions were ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndedSessions {
    /// How many.
    pub ended: u64,
}

/// Something that waits for a second key administrator. Whoever confirms it by its id confirms all of this.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestView {
    /// 32 hexadecimal digits: a hash of all that is asked.
    pub id: String,
    /// `invite`, `roles`, `remove`, `recover` (a person), `verify` (an agency), `export` (the audit log),
    /// `revoke` (an own signing key).
    pub kind: String,
    /// Name of who asked.
    pub asked_by: String,
    /// Whoever looks asked it, and can't confirm it.
    pub own: bool,
    /// When it was asked.
    pub at: Timestamp,
    /// It can be confirmed until just before.
    pub ends: Timestamp,
    /// The person's name, or the agency's; of an export whoever is to have it; the key's id.
    pub name: String,
    /// What the person signs in with; empty for an agency.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sign_in: String,
    /// Codes of the person's roles today.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// Codes of the person's roles from then on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// The agency's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// The agency's digits, which the second person must hear too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// How the first person heard them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// Why a key is taken back, as every agency will read it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Of an export: from when,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// until just before when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What waits for a second person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestList {
    /// `on`; `alone`: there are not two key administrators; `off`: by the agency's settings.
    pub two_persons: String,
    /// Oldest first.
    pub requests: Vec<RequestView>,
}

/// Confirms a request.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRequest {
    /// To verify an agency: its digits, as the second person heard them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

/// A request was confirmed, and done.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmed {
    /// Somebody is invited, or let in anew.
    Invited(Invitation),
    /// Somebody has other roles.
    Roles(PersonView),
    /// Somebody is removed.
    Removed(PersonView),
    /// An agency is verified.
    Verified(super::PeerView),
    /// Who asked may fetch it.
    Export(super::ExportView),
    /// A signing key is taken back.
    Revoked(super::KeyChange),
}
