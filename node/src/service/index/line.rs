//! What the index keeps of one case, packed: an agency may have 100,000.

use std::collections::HashMap;

use keys::Timestamp;
use protocol::{CaseId, ConsentId};

use super::parts::PartNo;
use crate::service::rows::CaseIndexRow;

/// Separates the packed texts. Names hold no control characters (`docs/protocol.md`, text fields).
const UNIT: char = '\u{1f}';

/// Short codes that many cases share, each kept once.
#[derive(Default)]
pub(super) struct Codes {
    numbers: HashMap<Box<str>, u16>,
    texts: Vec<Box<str>>,
}

impl Codes {
    pub(super) fn number(&mut self, code: &str) -> u16 {
        if let Some(number) = self.numbers.get(code) {
            return *number;
        }
        // Codes come of fixed lists of at most a few dozen; should they ever be more, the rest share the last.
        let number = u16::try_from(self.texts.len()).unwrap_or(u16::MAX);
        self.texts.push(code.into());
        self.numbers.insert(code.into(), number);
        number
    }

    pub(super) fn text(&self, number: u16) -> &str {
        self.texts.get(usize::from(number)).map_or("", |text| text)
    }
}

/// Age band, sex and area, as numbers of [`Codes`]: what the small-cell warning counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Cell {
    pub(super) band: u16,
    pub(super) sex: u16,
    pub(super) area: u16,
}

/// One case.
pub(super) struct Line {
    pub(super) id: CaseId,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) cell: Cell,
    pub(super) consents: Box<[ConsentId]>,
    /// The distinct parts of its names; filled by the index.
    pub(super) parts: Box<[PartNo]>,
    /// Khmer name, Latin name, age, other names.
    texts: Box<str>,
}

impl Line {
    pub(super) fn new(id: CaseId, row: &CaseIndexRow, codes: &mut Codes) -> Self {
        let km = row.name_km.as_deref().unwrap_or_default();
        let latin = row.name_latin.as_deref().unwrap_or_default();
        let mut texts = [km, latin, &row.age].join(&UNIT.to_string());
        for name in &row.other_names {
            texts.push(UNIT);
            texts.push_str(name);
        }
        let cell =
            Cell { band: codes.number(&row.age_band), sex: codes.number(&row.sex), area: codes.number(&row.area) };
        Self {
            id,
            created: row.created,
            updated: row.updated,
            cell,
            consents: row.consents.clone().into_boxed_slice(),
            parts: Box::default(),
            texts: texts.into_boxed_str(),
        }
    }

    pub(super) fn row(&self, codes: &Codes) -> CaseIndexRow {
        let mut texts = self.texts.split(UNIT);
        let mut next = || texts.next().unwrap_or_default().to_owned();
        let (km, latin, age) = (next(), next(), next());
        CaseIndexRow {
            name_km: (!km.is_empty()).then_some(km),
            name_latin: (!latin.is_empty()).then_some(latin),
            other_names: texts.map(str::to_owned).collect(),
            sex: codes.text(self.cell.sex).to_owned(),
            age,
            age_band: codes.text(self.cell.band).to_owned(),
            area: codes.text(self.cell.area).to_owned(),
            created: self.created,
            updated: self.updated,
            consents: self.consents.to_vec(),
        }
    }

    /// Every name of the child, in each script.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let texts = self.texts.split(UNIT).enumerate();
        texts.filter(|(at, text)| *at != 2 && !text.is_empty()).map(|(_, text)| text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_row_comes_out_as_it_went_in() {
        let row = CaseIndexRow {
            name_km: Some("ទន្លេ សុខា".into()),
            name_latin: None,
            other_names: vec!["Tonley Sokkha".into(), "Kha".into()],
            sex: "male".into(),
            age: "13 ±1".into(),
            age_band: "12-14".into(),
            area: "14".into(),
            created: Timestamp(7),
            updated: Timestamp(9),
            consents: vec![ConsentId::new([3; 16])],
        };
        let mut codes = Codes::default();
        let line = Line::new(CaseId::new([1; 16]), &row, &mut codes);
        assert_eq!(format!("{:?}", line.row(&codes)), format!("{row:?}"));
        assert_eq!(line.names().collect::<Vec<_>>(), ["ទន្លេ សុខា", "Tonley Sokkha", "Kha"]);
    }
}
