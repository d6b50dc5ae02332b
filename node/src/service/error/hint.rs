//! What to do about each error.

use super::ServiceError;

impl ServiceError {
    /// What to do about it, where that is not said by the sentence itself.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::CaseInvalid { .. } => "`spean case template` shows every field and what it takes",
            Self::CaseTooLarge { .. } => "shorten the longest texts and lists of that category",
            Self::ConsentInvalid { .. } => "`spean consent grant --help` explains who may consent, how, for how long",
            Self::ConsentNone { .. } | Self::ConsentDoesNotCover { .. } | Self::ConsentEnded { .. } => {
                "ask for consent and record it with `spean consent grant`, or share less"
            }
            Self::NotFound { what } | Self::Ambiguous { what, .. } | Self::MalformedId { what, .. } => ids_of(what),
            Self::BadCard { .. } => "ask the other agency to send its card again (`spean agency card`)",
            Self::OwnCard => "import the other agency's card here, and send it this one",
            Self::OtherNetwork => "both agencies must have been made with the same `--network`",
            Self::CardContradicts => "telephone the other agency; do not send anything to it before that is cleared up",
            Self::KitMistyped => "compare it with the paper group by group; spaces and line breaks do not matter",
            Self::OtherKit => {
                "look for the newest kit: it names the agency, and each use or replacement makes the one before worthless"
            }
            Self::GuardianText { .. } => "send the file as the guardian's computer wrote it",
            Self::GuardianSignature { .. } => "have that guardian sign the newest request: `spean key recover sign`",
            Self::TooFewGuardians { .. } => "ask more of them to sign the same request; those that signed count",
            Self::CardVoid => "an old copy, or somebody uses stolen keys: ask the agency where its new card is",
            Self::LinkKeyTaken { .. } => {
                "no two agencies have one key: telephone both; `spean peer suspend` the one that copied it"
            }
            Self::FingerprintMistyped { .. } => "have the digits read out again, group by group",
            Self::FingerprintDiffers => {
                "do not send anything; telephone the agency on a number that you know from elsewhere"
            }
            Self::PeerNotVerified { .. } => {
                "compare the digits by telephone, then `spean peer verify` (see `spean agency fingerprint`)"
            }
            Self::PeerNotTrusted { .. } => "ask your key administrator",
            Self::NoSealingKey { .. } => {
                "its node must be reachable once, or import a fresh card with `spean peer add`"
            }
            Self::ServiceNotOffered { .. } => "`spean peer show` lists what it offers",
            Self::IdentifyingText { .. } => "say what is needed without naming anybody: it is read before acceptance",
            Self::NeedsReason { .. } => "follow the advice, or add `--reason`",
            Self::NeedsSecondPerson { .. } => "add `--by` and `--approved-by` with two different names",
            Self::TooManyOpen { .. } => "withdraw offers that are no longer needed, or wait for answers",
            Self::WrongState { .. } => "`spean exchange show` tells what happened and what is possible",
            Self::NotAssigned => "ask your supervisor to assign it to you; in an emergency, open it with a reason",
            Self::SignInFailed => {
                "look at the telephone for a new code; after a lost telephone ask your key administrator"
            }
            Self::SessionEnded => "sign in again; what was saved is kept",
            Self::InvitationOver => "ask your key administrator for a new invitation",
            Self::RolesApart => "give the roles to two people, or set `keys_and_cases_together` in `config.toml`",
            Self::OfferChanged => "look at it again, then send",
            Self::TokenNotGood => "send `Authorization: Bearer TOKEN`; `spean token create` makes a new one",
            Self::RepeatedOtherwise => "a new request takes a new key",
            Self::RepeatNotKnown => "look whether it was done before you ask again with another key",
            Self::RequestChanged => "look at it as it is now, and ask again",
            Self::NotEnrolled => "invite them anew: then the earlier code is void",
            Self::NameTaken => "choose another; `spean user list` shows whose it is",
            Self::KeyNotKnown { .. } => {
                "wait for a packet of each, at most 7 days, or add `--force --reason` if it can't wait"
            }
            Self::Recovering { .. } => {
                "wait until its node can be reached; `spean status` says whose answer is missing"
            }
            Self::Copied => "`spean status` says what to do; docs/keys.md explains it",
            Self::Unwritable { .. } => "name a file on a disk with room, in a folder that the node may write to",
            Self::DiskFull => "make room on the disk; reading, withdrawing and erasing go on",
            Self::Store(_) => "look whether it is there before you try again",
            Self::Busy => "try again",
            Self::Field { .. }
            | Self::NotYours { .. }
            | Self::NotAllowed { .. }
            | Self::OwnRequest
            | Self::NotFresh
            | Self::LastMeans
            | Self::TooSoon { .. }
            | Self::TooOften { .. }
            | Self::TooManyRepeats
            | Self::KeyState { .. }
            | Self::Internal(_) => return None,
        })
    }
}

/// Where the ids of such things stand.
fn ids_of(what: &str) -> &'static str {
    match what {
        "person" => "`spean user list` shows sign-in names and ids",
        "team" => "`spean team list` shows names and ids",
        "token" => "`spean token list` shows the ids",
        "request" => "it was confirmed, taken back, or is older than two days: `spean user requests` shows what waits",
        "key" => "`spean key list` shows the ids",
        _ => "`spean case list`, `spean exchange list`, `spean peer list` show the ids",
    }
}
