//! Warns when a few coarse facts together still point at one child.

use crate::{
    code::{AgeBand, Language, Support},
    offer::{Area, Triage},
};

/// Fewer cases than this in one cell identify.
pub const SMALLEST_CELL: u64 = 5;

/// Why the summary may identify the child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmallCell {
    /// Fewer than [`SMALLEST_CELL`] own cases of the last 12 months share age band, sex and area.
    FewAlike,
    /// The area is not the sender's province, and something rare stands beside it.
    RareElsewhere,
}

/// What makes it safer, in the order in which to offer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Say `unknown` for the area.
    HideArea,
    /// Take the next wider age band.
    WidenAge,
    /// Say `not_stated` for the sex.
    HideSex,
    /// Leave the languages out.
    DropLanguages,
    /// Ask about support after acceptance.
    AskSupportLater,
}

/// The remedies, in the order in which to offer them.
pub const REMEDIES: [Remedy; 5] =
    [Remedy::HideArea, Remedy::WidenAge, Remedy::HideSex, Remedy::DropLanguages, Remedy::AskSupportLater];

impl SmallCell {
    /// The warning as a sentence. Going on needs a reason, which is audited.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::FewAlike => {
                "fewer than 5 of your cases of the last 12 months share this age band, sex and area: the offer may point \
                 at the child. Say unknown for the area, take a wider age band, or give a reason"
            }
            Self::RareElsewhere => {
                "the area is not your province and the offer says something rare (language, support, group, age): it may \
                 point at the child. Say unknown for the area, drop languages or support, or give a reason"
            }
        }
    }
}

/// The warnings for `triage` of an agency in `own_province`, of whose cases of the last 12 months `alike` share
/// age band, sex and area with it, this one counted.
#[must_use]
pub fn warnings(triage: &Triage, own_province: Option<&str>, alike: u64) -> Vec<SmallCell> {
    let mut found = Vec::new();
    if triage.area() != Area::Unknown && alike < SMALLEST_CELL {
        found.push(SmallCell::FewAlike);
    }
    let elsewhere = match triage.area() {
        Area::Province(code) => own_province != Some(code),
        Area::Abroad => true,
        Area::Unknown => false,
    };
    if elsewhere && is_rare(triage) {
        found.push(SmallCell::RareElsewhere);
    }
    found
}

fn is_rare(triage: &Triage) -> bool {
    let support = triage.support();
    !triage.languages().contains(&Language::Khmer)
        || support.contains(&Support::Wheelchair)
        || support.contains(&Support::SignLanguage)
        || triage.group_size() >= 3
        || matches!(triage.age_band(), AgeBand::Under3 | AgeBand::Adult)
}
