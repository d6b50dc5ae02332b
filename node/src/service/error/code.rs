//! The code and the HTTP status of each error.

use super::ServiceError;

/// Codes that only people meet who sign in: the command line's are `cli::CODES`.
pub const SCREEN_CODES: &[&str] = &[
    "person/not-allowed",
    "person/not-assigned",
    "person/sign-in-failed",
    "person/too-soon",
    "person/session-ended",
    "person/invitation-over",
    "person/sign-in-again",
    "person/last-means",
    "request/own",
    "request/changed",
    "offer/changed",
    "token/not-good",
    "token/too-often",
    "repeat/otherwise",
    "repeat/not-known",
    "repeat/too-many",
];

impl ServiceError {
    /// Stable name: key of the translated text, `type` of the JSON problem (RFC 9457), label of the metric.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CaseInvalid { .. } => "case/invalid",
            Self::CaseTooLarge { .. } => "case/too-large",
            Self::ConsentInvalid { .. } => "consent/invalid",
            Self::ConsentNone { .. } => "consent/none",
            Self::ConsentDoesNotCover { .. } => "consent/does-not-cover",
            Self::ConsentEnded { .. } => "consent/ended",
            Self::Field { .. } => "input/field",
            Self::NotFound { .. } => "id/not-found",
            Self::Ambiguous { .. } => "id/ambiguous",
            Self::MalformedId { .. } => "id/malformed",
            Self::BadCard { .. } => "peer/bad-card",
            Self::OwnCard => "peer/own-card",
            Self::OtherNetwork => "peer/other-network",
            Self::CardContradicts => "peer/card-contradicts",
            Self::KitMistyped => "key/kit-mistyped",
            Self::OtherKit => "key/other-kit",
            Self::GuardianText { .. } | Self::GuardianSignature { .. } => "key/guardian-signature",
            Self::TooFewGuardians { .. } => "key/too-few-guardians",
            Self::CardVoid => "peer/card-void",
            Self::LinkKeyTaken { .. } => "peer/link-key-taken",
            Self::FingerprintMistyped { .. } => "peer/fingerprint-mistyped",
            Self::FingerprintDiffers => "peer/fingerprint-differs",
            Self::PeerNotVerified { .. } => "peer/not-verified",
            Self::PeerNotTrusted { .. } => "peer/not-trusted",
            Self::NoSealingKey { .. } => "peer/no-sealing-key",
            Self::ServiceNotOffered { .. } => "peer/service-not-offered",
            Self::IdentifyingText { .. } => "offer/identifying-text",
            Self::NeedsReason { .. } => "offer/needs-reason",
            Self::NeedsSecondPerson { .. } => "actor/second-person",
            Self::TooManyOpen { .. } => "offer/too-many-open",
            Self::OfferChanged => "offer/changed",
            Self::WrongState { .. } => "exchange/wrong-state",
            Self::NotYours { .. } => "exchange/not-yours",
            Self::NotAllowed { .. } => "person/not-allowed",
            Self::NotAssigned => "person/not-assigned",
            Self::SignInFailed => "person/sign-in-failed",
            Self::TooSoon { .. } => "person/too-soon",
            Self::SessionEnded => "person/session-ended",
            Self::InvitationOver => "person/invitation-over",
            Self::NotFresh => "person/sign-in-again",
            Self::LastMeans => "person/last-means",
            Self::RolesApart => "person/roles-apart",
            Self::NameTaken => "person/name-taken",
            Self::NotEnrolled => "person/not-enrolled",
            Self::OwnRequest => "request/own",
            Self::RequestChanged => "request/changed",
            Self::TokenNotGood => "token/not-good",
            Self::TooOften { .. } => "token/too-often",
            Self::RepeatedOtherwise => "repeat/otherwise",
            Self::RepeatNotKnown => "repeat/not-known",
            Self::TooManyRepeats => "repeat/too-many",
            Self::KeyState { .. } => "key/wrong-state",
            Self::KeyNotKnown { .. } => "key/not-known-yet",
            Self::Unwritable { .. } => "file/unwritable",
            Self::Recovering { .. } => "node/recovering",
            Self::Copied => "node/copied",
            Self::DiskFull => "node/disk-full",
            Self::Store(_) => "node/store-failed",
            // Locks keep changes of one thing apart: met all the same, it is a fault of the program.
            Self::Busy | Self::Internal(_) => "internal",
        }
    }

    /// HTTP status of the problem.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignInFailed | Self::SessionEnded | Self::TokenNotGood => 401,
            Self::NotFound { .. } | Self::InvitationOver => 404,
            Self::TooSoon { .. } | Self::TooOften { .. } | Self::TooManyRepeats => 429,
            Self::CaseInvalid { .. }
            | Self::CaseTooLarge { .. }
            | Self::ConsentInvalid { .. }
            | Self::Field { .. }
            | Self::Ambiguous { .. }
            | Self::MalformedId { .. }
            | Self::BadCard { .. }
            | Self::KitMistyped
            | Self::GuardianText { .. }
            | Self::GuardianSignature { .. }
            | Self::RepeatedOtherwise
            | Self::Unwritable { .. }
            | Self::FingerprintMistyped { .. } => 422,
            Self::ConsentNone { .. }
            | Self::ConsentDoesNotCover { .. }
            | Self::ConsentEnded { .. }
            | Self::PeerNotVerified { .. }
            | Self::PeerNotTrusted { .. }
            | Self::IdentifyingText { .. }
            | Self::NeedsReason { .. }
            | Self::NeedsSecondPerson { .. }
            | Self::NotYours { .. }
            | Self::NotAllowed { .. }
            | Self::NotAssigned
            | Self::OwnRequest
            | Self::NotFresh
            | Self::RolesApart => 403,
            Self::OwnCard
            | Self::OtherNetwork
            | Self::CardContradicts
            | Self::CardVoid
            | Self::OtherKit
            | Self::TooFewGuardians { .. }
            | Self::LinkKeyTaken { .. }
            | Self::FingerprintDiffers
            | Self::NoSealingKey { .. }
            | Self::ServiceNotOffered { .. }
            | Self::TooManyOpen { .. }
            | Self::OfferChanged
            | Self::WrongState { .. }
            | Self::KeyState { .. }
            | Self::KeyNotKnown { .. }
            | Self::NameTaken
            | Self::LastMeans
            | Self::NotEnrolled
            | Self::RequestChanged
            | Self::RepeatNotKnown
            | Self::Recovering { .. }
            | Self::Copied
            | Self::Busy => 409,
            Self::DiskFull | Self::Store(_) => 503,
            Self::Internal(_) => 500,
        }
    }
}
