//! A packet: what one agency says to another within an exchange (`docs/protocol.md` 3.7).
//!
//! ```text
//! Inner = { 0: header bytes, 1: signature, 2: k_commit, 3: body bytes }
//! signature   = Ed25519 over PAE("spean/packet", header bytes)
//! body_commit = HMAC-SHA256(k_commit, PAE("spean/body/" kind, body bytes))      in the header
//! packet hash = SHA-256(PAE("spean/packet", header bytes))
//! ```
//! Owns headers, bodies, and the exact bytes of both. Knows nothing of encryption and of states.

mod body;
mod build;
mod header;
mod inner;
mod kind;
mod text;

pub use body::{
    AcceptBody, Body, BodyError, CompleteBody, DeclineBody, ErasedBody, NoteBody, OfferBody, ProgressBody, RekeyBody,
    ReleaseBody, ReturnBody, WithdrawBody, commit_label,
};
pub use build::{BuildError, PacketDraft, build};
pub use header::{Attachment, Header, ONWARD_NONE, REFERRAL};
pub use inner::{Inner, InnerError, OtherVersion};
pub use kind::{Class, PacketKind};
pub use text::{Embedded, Text, TextError};

use keys::label::Label;

/// Signature and hash of a header.
pub const PACKET: Label = Label::new("spean/packet");
