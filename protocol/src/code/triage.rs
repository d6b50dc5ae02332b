//! Codes of an offer's triage summary (`docs/protocol.md`, offer body).

use super::code_list;

/// Seconds of an hour and a day.
const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

code_list! {
    /// How soon an answer and help are needed.
    Urgency, "urgency" {
        Critical = "critical", "critical: life or safety now, or inside the 72 h window";
        High = "high", "high: serious harm likely";
        Medium = "medium", "medium: harm possible, protected for now";
        Low = "low", "low: planned need";
    }
}

impl Urgency {
    /// By when the recipient should answer, in seconds from the offer (default).
    #[must_use]
    pub const fn answer_within(self) -> u64 {
        match self {
            Self::Critical => HOUR,
            Self::High => 4 * HOUR,
            Self::Medium => DAY,
            Self::Low => 3 * DAY,
        }
    }

    /// By when first contact or service is due, in seconds from the offer (default); "the same day" is 12 hours.
    #[must_use]
    pub const fn contact_within(self) -> u64 {
        match self {
            Self::Critical => 12 * HOUR,
            Self::High => DAY,
            Self::Medium => 3 * DAY,
            Self::Low => 7 * DAY,
        }
    }

    /// When the sender's node withdraws an unanswered offer, in seconds from the offer (default).
    #[must_use]
    pub const fn lapses_after(self) -> u64 {
        match self {
            Self::Critical => DAY,
            Self::High => 2 * DAY,
            Self::Medium => 7 * DAY,
            Self::Low => 14 * DAY,
        }
    }
}

code_list! {
    /// The child's age in years, coarsely; the last three are the wider ones for estimates or caution.
    AgeBand, "age band" {
        Under3 = "0-2", "0 to 2 years";
        From3 = "3-5", "3 to 5 years";
        From6 = "6-11", "6 to 11 years";
        From12 = "12-14", "12 to 14 years";
        From15 = "15-17", "15 to 17 years";
        Adult = "18+", "18 years or more";
        Under12 = "0-11", "0 to 11 years";
        Teen = "12-17", "12 to 17 years";
        Unknown = "unknown", "not known, or not said";
    }
}

impl AgeBand {
    /// The narrowest band that holds every age from `least` to `most` years.
    #[must_use]
    pub fn for_range(least: u8, most: u8) -> Self {
        let bands = [
            Self::Under3,
            Self::From3,
            Self::From6,
            Self::From12,
            Self::From15,
            Self::Adult,
            Self::Under12,
            Self::Teen,
        ];
        let holds = |band: &&Self| band.years().is_some_and(|(from, to)| from <= least && most <= to);
        bands.iter().find(holds).copied().unwrap_or(Self::Unknown)
    }

    /// First and last full year of the band; none for unknown.
    #[must_use]
    pub const fn years(self) -> Option<(u8, u8)> {
        match self {
            Self::Under3 => Some((0, 2)),
            Self::From3 => Some((3, 5)),
            Self::From6 => Some((6, 11)),
            Self::From12 => Some((12, 14)),
            Self::From15 => Some((15, 17)),
            Self::Adult => Some((18, u8::MAX)),
            Self::Under12 => Some((0, 11)),
            Self::Teen => Some((12, 17)),
            Self::Unknown => None,
        }
    }

    /// The next wider band, for caution.
    #[must_use]
    pub const fn wider(self) -> Self {
        match self {
            Self::Under3 | Self::From3 | Self::From6 => Self::Under12,
            Self::From12 | Self::From15 => Self::Teen,
            Self::Adult | Self::Under12 | Self::Teen | Self::Unknown => Self::Unknown,
        }
    }
}

code_list! {
    /// The child's sex as an offer says it.
    TriageSex, "sex" {
        Female = "female", "female", "ស្រី";
        Male = "male", "male", "ប្រុស";
        NotStated = "not_stated", "not stated";
    }
}

code_list! {
    /// A language that the child speaks.
    Language, "language" {
        Khmer = "km", "Khmer", "ខ្មែរ";
        Thai = "th", "Thai", "ថៃ";
        Vietnamese = "vi", "Vietnamese", "វៀតណាម";
        Lao = "lo", "Lao", "ឡាវ";
        Burmese = "my", "Burmese", "ភូមា";
        Chinese = "zh", "Chinese", "ចិន";
        Cham = "cjm", "Cham";
        English = "en", "English", "អង់គ្លេស";
        Signs = "sgn", "signs";
        Other = "other", "another language";
        None = "none", "does not speak";
    }
}

code_list! {
    /// When the child would come.
    Arrival, "arrival" {
        HereNow = "here_now", "here now";
        Within24h = "within_24h", "within 24 hours";
        Within3d = "within_3d", "within 3 days";
        WithinWeek = "within_week", "within a week";
        NotMoving = "not_moving", "not moving";
    }
}

code_list! {
    /// What the child needs in order to be received.
    Support, "support" {
        Wheelchair = "wheelchair", "wheelchair access";
        SignLanguage = "sign_language", "sign language";
        Interpreter = "interpreter", "interpreter", "ការបកប្រែ";
        FemaleStaff = "female_staff", "female staff";
        MaleStaff = "male_staff", "male staff";
        InfantCare = "infant_care", "infant care";
        QuietRoom = "quiet_room", "a quiet room";
        Isolation = "isolation", "isolation";
        Escort = "escort", "an escort";
        MedicinesOnTime = "medicines_on_time", "medicines on time";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_across_a_border_takes_a_wider_band() {
        assert_eq!(AgeBand::for_range(13, 13), AgeBand::From12);
        assert_eq!(AgeBand::for_range(12, 14), AgeBand::From12);
        assert_eq!(AgeBand::for_range(13, 15), AgeBand::Teen);
        assert_eq!(AgeBand::for_range(4, 7), AgeBand::Under12);
        assert_eq!(AgeBand::for_range(11, 12), AgeBand::Unknown);
        assert_eq!(AgeBand::for_range(17, 18), AgeBand::Unknown);
        assert_eq!(AgeBand::for_range(18, 25), AgeBand::Adult);
    }
}
