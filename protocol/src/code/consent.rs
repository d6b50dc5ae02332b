//! Codes of consent: who agreed, how, to what (`docs/protocol.md` 3.9).

use super::code_list;

code_list! {
    /// Why data is shared; a consent lists its purposes, a release has exactly one.
    Purpose, "purpose" {
        Care = "care", "care", "ការថែទាំ";
        HealthTreatment = "health_treatment", "health treatment", "ការព្យាបាល";
        Tracing = "tracing", "family tracing", "ការស្វែងរកគ្រួសារ";
        Shelter = "shelter", "shelter", "ជម្រក";
        Reintegration = "reintegration", "reintegration", "សមាហរណកម្ម";
        Legal = "legal", "legal protection", "កិច្ចគាំពារផ្លូវច្បាប់";
        Statistics = "statistics", "statistics without identity", "ស្ថិតិ";
    }
}

impl Purpose {
    /// The longest time, in months, that any consent may last.
    pub const MAX_MONTHS: i32 = 12;

    /// How long a consent for this purpose lasts when nobody says otherwise, in months.
    #[must_use]
    pub const fn default_months(self) -> i32 {
        match self {
            Self::HealthTreatment => 3,
            Self::Tracing | Self::Shelter | Self::Legal => 6,
            Self::Care | Self::Reintegration | Self::Statistics => 12,
        }
    }
}

code_list! {
    /// Who gave a consent, or what stands in its place.
    GivenBy, "giver of consent" {
        Child = "child", "the child or young person";
        Caregiver = "caregiver", "a parent or caregiver";
        BestInterest = "best_interest", "a best-interest decision";
        LawOrDanger = "law_or_danger", "the law, or danger to life: not a consent";
    }
}

impl GivenBy {
    /// What the other agency is told of it.
    #[must_use]
    pub const fn basis(self) -> ConsentBasis {
        match self {
            Self::Child | Self::Caregiver => ConsentBasis::Consent,
            Self::BestInterest => ConsentBasis::BestInterest,
            Self::LawOrDanger => ConsentBasis::LawOrDanger,
        }
    }
}

code_list! {
    /// The basis of a disclosure, as told to the other agency: not who agreed, and not why.
    ConsentBasis, "basis" {
        Consent = "consent", "consent";
        BestInterest = "best_interest", "best-interest decision";
        LawOrDanger = "law_or_danger", "law, or danger to life";
    }
}

code_list! {
    /// What the child said.
    Assent, "assent" {
        Given = "given", "the child agrees";
        Refused = "refused", "the child refuses";
        TooYoung = "too_young", "too young to be asked";
        NotAble = "not_able", "not able to be asked";
    }
}

code_list! {
    /// In which form the agreement was given.
    ConsentForm, "form of consent" {
        Written = "written", "written";
        Thumbprint = "thumbprint", "thumbprint, with a witness";
        Spoken = "spoken", "spoken, with a witness";
        VoiceRecording = "voice_recording", "voice recording";
    }
}

impl ConsentForm {
    /// A thumbprint and a spoken word need a second person who was there.
    #[must_use]
    pub const fn needs_witness(self) -> bool {
        matches!(self, Self::Thumbprint | Self::Spoken)
    }
}

code_list! {
    /// What must have been explained before a consent counts: all of it.
    Explained, "explanation" {
        WhoWeAre = "who_we_are", "who we are";
        What = "what", "what is shared";
        WithWhom = "with_whom", "with whom";
        Why = "why", "why";
        HowLong = "how_long", "for how long";
        MayRefuse = "may_refuse_and_still_get_help", "that one may refuse and still get help";
        HowToWithdraw = "how_to_withdraw", "how to withdraw";
        LimitsOfSecrecy = "limits_of_secrecy", "the limits of secrecy";
        Onward = "onward", "whether it may be passed on";
        Risks = "risks", "the risks";
        QuestionsAnswered = "questions_answered", "questions were answered";
    }
}

code_list! {
    /// Whether the recipient may refer the case on.
    Onward, "onward rule" {
        No = "no", "not at all";
        SamePurpose = "same_purpose", "for the same purpose";
        Named = "named", "to the named agencies only";
    }
}

code_list! {
    /// Why somebody is not to be told.
    KeepReason, "reason to keep somebody uninformed" {
        FearOfHarm = "fear_of_harm", "fear of harm";
        Shame = "shame", "shame";
        Wish = "wish", "the child's wish";
        Legal = "legal", "legal reason";
        Other = "other", "other";
    }
}
