//! The network's fixed lists as the values that options take. For now any text: the service checks it.

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};

/// How fingerprint digits reached this office.
pub fn verified_how() -> PossibleValuesParser {
    PossibleValuesParser::new(["telephone", "in_person", "scan"])
}

macro_rules! parsers {
    ($($name:ident)+) => {
        $(
            pub fn $name() -> NonEmptyStringValueParser {
                NonEmptyStringValueParser::new()
            }
        )+
    };
}

parsers! {
    agency_kind arrival assent category consent_form decline_reason explained given_by language onward outcome
    progress_status purpose return_reason service support urgency withdraw_reason
}

/// `all` spelled out.
pub fn expand_explained(codes: &[String]) -> Vec<String> {
    codes.to_vec()
}
