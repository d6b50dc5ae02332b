//! Why the service did not do what was asked: one code, one sentence, one hint each.

mod code;
mod hint;

pub use code::SCREEN_CODES;

use crate::view::{Fault, Problem};

/// A refusal or failure of a use case. Unless a variant says otherwise, nothing was changed, sent or stored.
///
/// Texts hold ids, codes and counts, never personal data: errors are logged.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Fields of the input are wrong.
    #[error("{} wrong: {}", plural(.faults.len(), "place in the case is", "places in the case are"), first(.faults))]
    CaseInvalid {
        /// Each place and what is allowed there.
        faults: Vec<Fault>,
    },
    /// The encoded case is over its limit.
    #[error("the case is too large: {bytes} bytes of at most {limit}; its largest category is `{largest}`")]
    CaseTooLarge {
        /// Encoded size.
        bytes: usize,
        /// The limit.
        limit: usize,
        /// The category to shorten first.
        largest: String,
    },
    /// The consent breaks a rule of consent practice.
    #[error("{} wrong: {}", plural(.faults.len(), "place in the consent is", "places in the consent are"), first(.faults))]
    ConsentInvalid {
        /// Each place and which rule it breaks.
        faults: Vec<Fault>,
    },
    /// No consent of the case covers the request.
    #[error("no consent of this case covers it: {why}")]
    ConsentNone {
        /// What is missing.
        why: String,
    },
    /// The named consent does not cover the request.
    #[error("the consent does not cover it: {why}")]
    ConsentDoesNotCover {
        /// What is missing.
        why: String,
    },
    /// The consent has ended.
    #[error("the consent ended: {why}")]
    ConsentEnded {
        /// By time or by withdrawal.
        why: &'static str,
    },
    /// A field of a request is not acceptable.
    #[error("`{field}`: {why}")]
    Field {
        /// Name of the field.
        field: &'static str,
        /// What is allowed there.
        why: String,
    },
    /// Nothing has this id.
    #[error("no {what} {}", known_by(.what))]
    NotFound {
        /// `case`, `exchange`, `peer`, `consent`.
        what: &'static str,
    },
    /// Several things begin with this id.
    #[error("{count} {what}s begin with this id: type more of it")]
    Ambiguous {
        /// `case`, `exchange`, `peer`, `consent`.
        what: &'static str,
        /// How many.
        count: usize,
    },
    /// The text is no id.
    #[error("this is no {what} id: {why}")]
    MalformedId {
        /// `case`, `exchange`, `peer`, `consent`.
        what: &'static str,
        /// What an id looks like.
        why: String,
    },
    /// The card can't be read or its signatures do not hold.
    #[error("this card can't be used: {why}")]
    BadCard {
        /// What is wrong with it.
        why: String,
    },
    /// It is this agency's own card.
    #[error("this is this agency's own card")]
    OwnCard,
    /// The card belongs to another network.
    #[error("this card belongs to another network than this node's")]
    OtherNetwork,
    /// The peer is known with another, not newer key log.
    #[error("this agency is known already, with a key log that this card contradicts")]
    CardContradicts,
    /// What was typed is no secret of any recovery kit.
    #[error("this is not the secret of a recovery kit, or a character was mistyped")]
    KitMistyped,
    /// It is the secret of another agency's kit, or of one that was used or replaced.
    #[error("this is the secret of another recovery kit than the one that is good now")]
    OtherKit,
    /// What should be a guardian's signature is none, or a bad copy.
    #[error("signature {number} can't be read: {why}")]
    GuardianText {
        /// Which, of those given, from 1.
        number: usize,
        /// Why.
        why: String,
    },
    /// A signature is not a guardian's under what was asked.
    #[error("{why}")]
    GuardianSignature {
        /// Which, and why.
        why: String,
    },
    /// More guardians must sign, or another one.
    #[error("{why}")]
    TooFewGuardians {
        /// Who.
        why: String,
    },
    /// It shows entries of the key log that the agency's root replaced since.
    #[error("this card shows a part of the agency's key log that it has replaced since")]
    CardVoid,
    /// Another known agency has the same transport key: this one copied it, or that one did.
    #[error("the transport key of this agency is that of {name} already")]
    LinkKeyTaken {
        /// The other agency's name.
        name: String,
    },
    /// The digits are mistyped.
    #[error("these digits are mistyped: {why}")]
    FingerprintMistyped {
        /// Which rule they break.
        why: String,
    },
    /// The digits are of another agency.
    #[error("the digits are not those of this agency's card: this may be a forged card")]
    FingerprintDiffers,
    /// Only verified peers get referrals.
    #[error("{name} is not verified")]
    PeerNotVerified {
        /// The agency's name.
        name: String,
    },
    /// The peer is suspended or retired.
    #[error("{name} is {trust}")]
    PeerNotTrusted {
        /// The agency's name.
        name: String,
        /// `suspended` or `retired`.
        trust: &'static str,
    },
    /// No valid sealing key of the peer is known.
    #[error("no valid sealing key of {name} is known")]
    NoSealingKey {
        /// The agency's name.
        name: String,
    },
    /// The peer's policy does not list the service.
    #[error("{name} does not offer `{service}`")]
    ServiceNotOffered {
        /// The agency's name.
        name: String,
        /// The service code.
        service: String,
    },
    /// The summary names the child, or may.
    #[error("`{field}`, line {line}: it seems to hold {what}")]
    IdentifyingText {
        /// Field of the request.
        field: &'static str,
        /// Line in it, from 1.
        line: usize,
        /// Which kind of thing: a name, a telephone number, a date, an address.
        what: String,
    },
    /// Going on needs a reason.
    #[error("a reason is needed: {why}")]
    NeedsReason {
        /// What the reason is for.
        why: String,
    },
    /// Going on needs a second person.
    #[error("a second person is needed: {why}")]
    NeedsSecondPerson {
        /// What for.
        why: String,
    },
    /// Too many offers to this peer wait for an answer.
    #[error("{open} offers to this agency wait for an answer: no more than {limit} may")]
    TooManyOpen {
        /// How many.
        open: usize,
        /// The limit.
        limit: usize,
    },
    /// What would be sent is not what was looked at.
    #[error("what would be sent has changed since it was looked at")]
    OfferChanged,
    /// The exchange's state does not allow this.
    #[error("the exchange is {state}: `{act}` is not possible now")]
    WrongState {
        /// What was asked.
        act: &'static str,
        /// The state.
        state: String,
    },
    /// Only the other side may do this.
    #[error("`{act}` is for the agency that {side} the offer")]
    NotYours {
        /// What was asked.
        act: &'static str,
        /// `made` or `received`.
        side: &'static str,
    },
    /// None of the person's roles covers it.
    #[error("this is not for your roles: ask {ask}")]
    NotAllowed {
        /// Whom to ask.
        ask: &'static str,
    },
    /// The case or exchange is somebody else's.
    #[error("this is not assigned to you")]
    NotAssigned,
    /// Name, passphrase or code is wrong, or nobody has the name; which, is never said.
    #[error("name, passphrase or code is wrong")]
    SignInFailed,
    /// Too many tries; nothing was tried.
    #[error("wait {seconds} seconds, then try again")]
    TooSoon {
        /// How long.
        seconds: u64,
    },
    /// Nobody is signed in with this session (any more).
    #[error("you are signed out")]
    SessionEnded,
    /// No invitation has this token (any more).
    #[error("this invitation was used already, is older than a day, or was never made")]
    InvitationOver,
    /// Their session began too long ago to change by what they sign in.
    #[error("sign in again first: this is for the first ten minutes")]
    NotFresh,
    /// Nothing else would let the person in.
    #[error("without it you could not sign in any more: add another passkey or a passphrase first")]
    LastMeans,
    /// Keys and cases would come into one hand.
    #[error("one person can't look after keys and work with cases at this agency")]
    RolesApart,
    /// Somebody has this sign-in name.
    #[error("somebody has this sign-in name already")]
    NameTaken,
    /// They are invited, and have nothing yet that could be lost.
    #[error("this person is invited and has not enrolled")]
    NotEnrolled,
    /// Who asked for something can't also confirm it.
    #[error("you asked for this yourself: another key administrator confirms it")]
    OwnRequest,
    /// What a request rests on has changed since.
    #[error("what this is about has changed since it was asked")]
    RequestChanged,
    /// No token, or one that is unknown, over or revoked; which, is not said.
    #[error("no token that is good was sent")]
    TokenNotGood,
    /// The token asks more often than it may.
    #[error("this token asked too often: wait {seconds} seconds")]
    TooOften {
        /// How long.
        seconds: u64,
    },
    /// The idempotency key was used for something else.
    #[error("another request came with this idempotency key")]
    RepeatedOtherwise,
    /// The request with this idempotency key goes on, or its end is not known.
    #[error("whether the first request with this idempotency key was done is not known, or not yet")]
    RepeatNotKnown,
    /// Too many idempotency keys of one day.
    #[error("this token used up its idempotency keys of a day")]
    TooManyRepeats,
    /// The own keys are not as the act needs them.
    #[error("{why}")]
    KeyState {
        /// What is in the way, and what to do.
        why: String,
    },
    /// Not every verified peer was seen to know the new key.
    #[error("not seen to know the new key yet: {}", peers.join(", "))]
    KeyNotKnown {
        /// Their names.
        peers: Vec<String>,
    },
    /// This node was restored from a backup, or this peer says that another copy of it is at work; and the peer has not told
    /// yet what it had got.
    #[error("nothing new goes to {peer} before its node told what it had got from this agency's node")]
    Recovering {
        /// Its name.
        peer: String,
    },
    /// Another copy of this node is, or was, at work.
    #[error("this node has stopped: another agency saw another copy of it at work")]
    Copied,
    /// A file could not be written.
    #[error("`{file}` cannot be written: {why}")]
    Unwritable {
        /// Its path, as it was given.
        file: String,
        /// What the system says.
        why: String,
    },
    /// The disk is nearly full.
    #[error("the disk is full, or nearly so")]
    DiskFull,
    /// The store did not confirm the change; it may or may not be there.
    #[error("the disk did not confirm the change")]
    Store(#[source] crate::vault::VaultError),
    /// Somebody else changed the same thing just now, several times in a row.
    #[error("the same thing was being changed at the same moment")]
    Busy,
    /// A rule that the program itself should have kept.
    #[error("internal error: {0}")]
    Internal(&'static str),
}

/// By what a person names a thing.
fn known_by(what: &str) -> &'static str {
    match what {
        "person" => "has this sign-in name or id",
        "team" => "has this name or id",
        _ => "begins with this id",
    }
}

impl ServiceError {
    /// The error as the local interface shows it.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let faults = match self {
            Self::CaseInvalid { faults } | Self::ConsentInvalid { faults } => faults.clone(),
            _ => Vec::new(),
        };
        Problem {
            code: self.code().into(),
            status: self.status(),
            title: self.to_string(),
            hint: self.hint().map(str::to_owned),
            faults,
        }
    }
}

fn plural(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

fn first(faults: &[Fault]) -> String {
    faults.first().map(|fault| format!("`{}` {}", fault.path, fault.what)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_explains_every_code_of_the_screens() {
        let document = include_str!("../../../../docs/errors.md");
        let (_, part) = document.split_once("## Codes that people meet who sign in").unwrap();
        let rows = part.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        assert!(rows.eq(SCREEN_CODES.iter().copied()), "docs/errors.md and SCREEN_CODES differ");
    }
}
