//! The network's fixed lists as the values that options take: checked, explained and completed by the shell.

use clap::builder::{PossibleValue, PossibleValuesParser};
use protocol::{
    category::Category,
    code::{
        AgencyKind, Arrival, Assent, ConsentForm, DeclineReason, Explained, GivenBy, Language, Onward, Outcome,
        ProgressStatus, Purpose, ReturnReason, Service, Support, Urgency, WithdrawReason,
    },
};

/// How fingerprint digits reached this office.
pub fn verified_how() -> PossibleValuesParser {
    PossibleValuesParser::new(["telephone", "in_person", "scan"])
}

/// A parser for each list, by the list's own table.
macro_rules! parsers {
    ($($(#[$doc:meta])* $name:ident: $list:ident;)+) => {
        $(
            $(#[$doc])*
            pub fn $name() -> PossibleValuesParser {
                PossibleValuesParser::new($list::ALL.iter().map(|code| PossibleValue::new(code.code()).help(code.label_en())))
            }
        )+
    };
}

parsers! {
    /// Kinds of agency.
    agency_kind: AgencyKind;
    /// When the child comes.
    arrival: Arrival;
    /// What the child said to a consent.
    assent: Assent;
    /// Categories of a case record.
    category: Category;
    /// In which form consent was given.
    consent_form: ConsentForm;
    /// Why an offer is declined.
    decline_reason: DeclineReason;
    /// Who gave a consent.
    given_by: GivenBy;
    /// Languages.
    language: Language;
    /// Whether data may be passed on.
    onward: Onward;
    /// How a referral ended.
    outcome: Outcome;
    /// How a service goes on.
    progress_status: ProgressStatus;
    /// What data may be used for.
    purpose: Purpose;
    /// Why a referral is given back.
    return_reason: ReturnReason;
    /// What is asked for.
    service: Service;
    /// What the child needs on arrival.
    support: Support;
    /// How soon.
    urgency: Urgency;
    /// Why a referral is taken back.
    withdraw_reason: WithdrawReason;
}

/// What was explained before consent; `all` stands for the whole list.
pub fn explained() -> PossibleValuesParser {
    let all = PossibleValue::new(ALL).help("everything in this list");
    let each = Explained::ALL.iter().map(|code| PossibleValue::new(code.code()).help(code.label_en()));
    PossibleValuesParser::new(std::iter::once(all).chain(each))
}

const ALL: &str = "all";

/// The codes, with `all` spelled out.
pub fn expand_explained(codes: &[String]) -> Vec<String> {
    if codes.iter().any(|code| code == ALL) {
        return Explained::ALL.iter().map(|code| code.code().to_owned()).collect();
    }
    codes.to_vec()
}
