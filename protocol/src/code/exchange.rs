//! Codes of an exchange between two agencies: kinds, reasons, statuses, outcomes (`docs/protocol.md` 3.8).

use super::code_list;

code_list! {
    /// What an agency is; it decides what a recipient needs to know.
    AgencyKind, "agency kind" {
        Reception = "reception", "reception of arriving children";
        Shelter = "shelter", "shelter", "ជម្រក";
        Health = "health", "health", "សុខភាព";
        SocialOffice = "social_office", "state social affairs office";
        School = "school", "school", "ការសិក្សា";
        Legal = "legal", "legal aid, child police unit", "កិច្ចគាំពារផ្លូវច្បាប់";
        FamilySupport = "family_support", "family support and reintegration";
        Coordination = "coordination", "coordination: counts only, never a case";
    }
}

code_list! {
    /// Why a recipient says no.
    DeclineReason, "decline reason" {
        NoCapacity = "no_capacity", "no capacity", "ខ្វះធនធានគ្រប់គ្រាន់";
        NotEligible = "not_eligible", "not eligible for the service", "មិនត្រូវតាមលក្ខខណ្ឌសេវាកម្ម";
        ServiceNotOffered = "service_not_offered", "the service is not offered";
        OutsideArea = "outside_area", "outside the area", "នៅក្រៅតំបន់គោលដៅ";
        NotSafeHere = "not_safe_here", "not safe here";
        WrongAgency = "wrong_agency", "the wrong agency";
        NeedsMoreInformation = "needs_more_information", "needs more information";
        Lapsed = "lapsed", "time is over (by the clock)", "ផុតកំណត់";
        Other = "other", "other", "ផ្សេងៗ";
    }
}

code_list! {
    /// Why a sender takes its offer or its data back.
    WithdrawReason, "withdraw reason" {
        ConsentWithdrawn = "consent_withdrawn", "consent was withdrawn";
        ChildRefused = "child_refused", "the child refuses the service", "បដិសេធមិនទទួលយកសេវាកម្ម";
        PlacedElsewhere = "placed_elsewhere", "placed elsewhere";
        ChildGone = "child_gone", "the child is gone", "បាត់ខ្លួន";
        NotNeeded = "not_needed", "no longer needed";
        NoAnswer = "no_answer", "no answer";
        SentByMistake = "sent_by_mistake", "sent by mistake";
        Lapsed = "lapsed", "time is over (by the clock)", "ផុតកំណត់";
        Other = "other", "other", "ផ្សេងៗ";
    }
}

code_list! {
    /// Why a recipient ends after it accepted.
    ReturnReason, "return reason" {
        NoCapacity = "no_capacity", "no capacity after all", "ខ្វះធនធានគ្រប់គ្រាន់";
        ChildLeft = "child_left", "the child left";
        NotSafeHere = "not_safe_here", "not safe here";
        NeedsExceedUs = "needs_exceed_us", "the needs exceed what we can do";
        AcceptedByMistake = "accepted_by_mistake", "accepted by mistake";
        AgencyClosing = "agency_closing", "the agency is closing";
        Other = "other", "other", "ផ្សេងៗ";
    }
}

code_list! {
    /// What happened with the child since the release.
    ProgressStatus, "progress status" {
        Expected = "expected", "expected";
        Arrived = "arrived", "arrived";
        DidNotArrive = "did_not_arrive", "did not arrive";
        Appointment = "appointment", "appointment made";
        Assessed = "assessed", "assessed";
        WaitingList = "waiting_list", "on the waiting list";
        ServiceStarted = "service_started", "service started";
        OnHold = "on_hold", "on hold";
        FollowUpDone = "follow_up_done", "follow-up done";
        ConcernRaised = "concern_raised", "concern raised";
    }
}

impl ProgressStatus {
    /// Alarms both sides: the gap in which traffickers take children.
    #[must_use]
    pub const fn is_alarm(self) -> bool {
        matches!(self, Self::DidNotArrive)
    }

    /// Means nothing without a date.
    #[must_use]
    pub const fn needs_date(self) -> bool {
        matches!(self, Self::Expected)
    }
}

code_list! {
    /// How a completed exchange ended for the child.
    Outcome, "outcome" {
        Provided = "provided", "service provided", "បានផ្តល់សេវា";
        PartlyProvided = "partly_provided", "partly provided";
        Reunified = "reunified", "reunified with the family", "ការបង្រួបបង្រួមគ្រួសារ";
        Placed = "placed", "placed";
        ReferredOn = "referred_on", "referred on", "បញ្ជូនទៅកាន់អង្គការផ្សេង";
        NoLongerNeeded = "no_longer_needed", "no longer needed";
        Refused = "refused", "refused by the child or family";
        RanAway = "ran_away", "ran away", "រត់គេចខ្លួន";
        Missing = "missing", "missing", "បាត់ខ្លួន";
        MovedInCountry = "moved_in_country", "moved within the country";
        MovedAbroad = "moved_abroad", "moved abroad";
        Died = "died", "died", "ទទួលមរណភាព";
        NotProvided = "not_provided", "not provided";
    }
}
