//! The fixed lists of the network as enums: purposes, services, reasons, outcomes (`docs/protocol.md`, code tables).
//!
//! A code is stored and sent: it is never changed, only added to. Khmer labels come from public sources;
//! a code without one waits for a Khmer speaker. This module knows codes and their figures, no rules.

mod consent;
mod exchange;
mod service;
mod triage;

pub use consent::{Assent, ConsentBasis, ConsentForm, Explained, GivenBy, KeepReason, Onward, Purpose};
pub use exchange::{AgencyKind, DeclineReason, Outcome, ProgressStatus, ReturnReason, WithdrawReason};
pub use service::{Service, ServiceType};
pub use triage::{AgeBand, Arrival, Language, Support, TriageSex, Urgency};

/// A text is not among the codes of its list. It is not repeated here: a mistaken field may hold personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a known {what}: allowed are {allowed}")]
pub struct UnknownCode {
    /// Which list.
    pub what: &'static str,
    /// All codes of it, separated by commas.
    pub allowed: String,
}

/// Declares a list of codes as an enum with labels, text form and serde form.
macro_rules! code_list {
    ($(#[$doc:meta])* $name:ident, $what:literal {
        $($variant:ident = $code:literal, $english:literal $(, $khmer:literal)?;)+
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $english] $variant,)+
        }

        impl $name {
            /// Every code, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The codes with their Khmer labels, as a list for a field's table.
            pub const CODES: &'static [$crate::category::Code] = &[
                $($crate::category::Code { code: $code, label_km: $crate::code::optional!($($khmer)?) },)+
            ];

            /// The code as stored and sent.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The English label.
            #[must_use]
            pub const fn label_en(self) -> &'static str {
                match self {
                    $(Self::$variant => $english,)+
                }
            }

            /// The Khmer label, where a source has one.
            #[must_use]
            pub const fn label_km(self) -> Option<&'static str> {
                match self {
                    $(Self::$variant => $crate::code::optional!($($khmer)?),)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::code::UnknownCode;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().find(|code| code.code() == text);
                found.copied().ok_or_else(|| $crate::code::UnknownCode {
                    what: $what,
                    allowed: Self::ALL.iter().map(|code| code.code()).collect::<Vec<_>>().join(", "),
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// `Some` of a literal, or `None`.
macro_rules! optional {
    () => {
        None
    };
    ($text:literal) => {
        Some($text)
    };
}

pub(crate) use {code_list, optional};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_parses_to_itself_and_others_are_refused_without_repeating_them() {
        for purpose in Purpose::ALL {
            assert_eq!(purpose.code().parse(), Ok(*purpose));
        }
        let error = "Sokha".parse::<Purpose>().expect_err("no such purpose");
        assert!(error.to_string().contains("health_treatment") && !error.to_string().contains("Sokha"));
    }

    #[test]
    fn codes_of_a_list_are_unique_and_lower_case() {
        let mut codes: Vec<_> = Service::ALL.iter().map(|service| service.code()).collect();
        assert!(codes.iter().all(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b"._0123456789".contains(&b))));
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }
}
