//! An agency's number: ten groups of four digits and two check digits, to be read aloud, heard and ticked.

use serde::Deserialize;

use crate::web::qr::qr;

/// Groups of a number, the check digits among them.
const GROUPS: usize = 11;

/// A number as a page shows it.
pub(in crate::web::screens) struct Digits {
    pub(in crate::web::screens) groups: Vec<Group>,
    /// Its picture, for who stands in the same room.
    pub(in crate::web::screens) qr: String,
}

/// Four digits, or the check.
pub(in crate::web::screens) struct Group {
    pub(in crate::web::screens) name: String,
    pub(in crate::web::screens) digits: String,
    pub(in crate::web::screens) check: bool,
}

impl Digits {
    /// `text`: as the service writes it, groups apart.
    pub(in crate::web::screens) fn of(text: &str) -> Self {
        let group = |(at, digits): (usize, &str)| Group {
            name: format!("g{at}"),
            digits: digits.to_owned(),
            check: at + 1 == GROUPS,
        };
        Self { groups: text.split_whitespace().enumerate().map(group).collect(), qr: qr(text) }
    }
}

/// The groups that were heard and ticked. Nobody ticks for another: a form begins with none.
#[derive(Default, Deserialize)]
pub(in crate::web::screens) struct Heard {
    g0: Option<String>,
    g1: Option<String>,
    g2: Option<String>,
    g3: Option<String>,
    g4: Option<String>,
    g5: Option<String>,
    g6: Option<String>,
    g7: Option<String>,
    g8: Option<String>,
    g9: Option<String>,
    g10: Option<String>,
    #[serde(default)]
    pub(in crate::web::screens) how: String,
}

impl Heard {
    /// The whole number, if every group was ticked.
    pub(in crate::web::screens) fn whole(&self) -> Option<String> {
        let Self { g0, g1, g2, g3, g4, g5, g6, g7, g8, g9, g10, how: _ } = self;
        let groups: [&Option<String>; GROUPS] = [g0, g1, g2, g3, g4, g5, g6, g7, g8, g9, g10];
        let heard: Option<Vec<&str>> = groups.into_iter().map(|group| group.as_deref()).collect();
        heard.map(|heard| heard.join(" "))
    }
}
