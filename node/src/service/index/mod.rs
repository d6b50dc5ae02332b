//! All cases at a glance, in memory only: their order, their names in both scripts, how many are alike.
//!
//! Built at start from one small encrypted row per case and kept up with each change; nothing of it is ever on
//! disk, so that after an erasure nobody can test "was Sokha here?". [`Builder`] and then
//! [`Index::set`] are the only ways in: whoever else shares the store one day feeds it too. It knows no store, no keys
//! and no record.
//!
//! Size: about 350 bytes a case, a quarter of them the names themselves. Cost of a search: the distinct parts of names
//! that resemble the term, and as many of their cases as it takes to be sure of the fifty best.

mod distance;
mod line;
mod parts;
mod search;
mod spelling;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use keys::Timestamp;
use protocol::{CaseId, ConsentId};

use super::rows::CaseIndexRow;
use line::{Cell, Codes, Line};
use parts::{CaseNo, PartNo, Parts};
#[cfg(test)]
use search::MAX_FOUND;
use spelling::Spelling;

/// A place in the list of cases: its entry is shown, or was once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) updated: Timestamp,
    pub(crate) id: CaseId,
}

/// What offers say of a child's age, sex and area. `None` where it says nothing: then every case fits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alike<'a> {
    /// Every age band code that lies within the offer's band.
    pub(crate) bands: Option<&'a [&'a str]>,
    /// Sex code of the record.
    pub(crate) sex: Option<&'a str>,
    /// Province code.
    pub(crate) area: Option<&'a str>,
}

/// The index.
#[derive(Default)]
pub(crate) struct Index {
    /// By number. A case gets a new number with each change, so that of two the higher one changed last.
    lines: HashMap<CaseNo, Line>,
    next: CaseNo,
    by_id: BTreeMap<CaseId, CaseNo>,
    by_consent: BTreeMap<ConsentId, CaseNo>,
    recent: BTreeSet<(Timestamp, CaseId)>,
    parts: Parts,
    codes: Codes,
    /// When the cases of each cell were added, ascending.
    cells: HashMap<Cell, Vec<Timestamp>>,
}

impl Index {
    /// Adds the case, or replaces what is known of it.
    pub(crate) fn set(&mut self, id: CaseId, row: &CaseIndexRow) {
        let old = self.remove(&id);
        let line = Line::new(id, row, &mut self.codes);
        // A consent changes a case, but not its place among others.
        let no = old.filter(|(_, old)| old.updated == line.updated).map(|(no, _)| no);
        self.insert(no, line, |parts, word| Spelling::of(word).map(|spelling| parts.number_or_new(&spelling)));
    }

    /// `part_of` gives the part that a word is, making it where it is new.
    fn insert(
        &mut self,
        no: Option<CaseNo>,
        mut line: Line,
        mut part_of: impl FnMut(&mut Parts, &str) -> Option<PartNo>,
    ) {
        let no = no.unwrap_or_else(|| {
            // Enough for a thousand changes a second over seven weeks; each start begins anew.
            self.next = self.next.saturating_add(1);
            self.next
        });
        let words = line.names().flat_map(str::split_whitespace);
        let mut parts: Vec<PartNo> = words.filter_map(|word| part_of(&mut self.parts, word)).collect();
        parts.sort_unstable();
        parts.dedup();
        parts.iter().for_each(|part| self.parts.list(*part, no));
        line.parts = parts.into_boxed_slice();
        let added = self.cells.entry(line.cell).or_default();
        added.insert(added.partition_point(|at| *at <= line.created), line.created);
        self.recent.insert((line.updated, line.id));
        self.by_consent.extend(line.consents.iter().map(|consent| (*consent, no)));
        self.by_id.insert(line.id, no);
        self.lines.insert(no, line);
    }

    /// Forgets the case, without a trace of its names; its number and what was known of it.
    fn remove(&mut self, id: &CaseId) -> Option<(CaseNo, Line)> {
        let no = self.by_id.remove(id)?;
        let line = self.lines.remove(&no)?;
        for part in &line.parts {
            self.parts.remove(*part, no);
        }
        if let Some(added) = self.cells.get_mut(&line.cell)
            && let Ok(at) = added.binary_search(&line.created)
        {
            added.remove(at);
        }
        self.recent.remove(&(line.updated, *id));
        for consent in &line.consents {
            self.by_consent.remove(consent);
        }
        Some((no, line))
    }

    fn line(&self, no: CaseNo) -> Option<&Line> {
        self.lines.get(&no)
    }

    fn entry(&self, no: CaseNo) -> Option<(CaseId, CaseIndexRow)> {
        self.line(no).map(|line| (line.id, line.row(&self.codes)))
    }

    /// How many cases there are.
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// At most `limit` cases, the one that changed last first, from just after `after`.
    pub(crate) fn page(&self, after: Option<Cursor>, limit: usize) -> Vec<(CaseId, CaseIndexRow)> {
        let end =
            after.map_or(std::ops::Bound::Unbounded, |cursor| std::ops::Bound::Excluded((cursor.updated, cursor.id)));
        let newest = self.recent.range((std::ops::Bound::Unbounded, end)).rev().take(limit);
        newest.filter_map(|(_, id)| self.entry(*self.by_id.get(id)?)).collect()
    }

    /// As [`Index::page`], of these cases only. Looks at each of them.
    pub(crate) fn page_of(
        &self,
        cases: &BTreeSet<CaseId>,
        after: Option<Cursor>,
        limit: usize,
    ) -> Vec<(CaseId, CaseIndexRow)> {
        let place = |id: &CaseId| self.by_id.get(id).and_then(|no| self.line(*no)).map(|line| (line.updated, *id));
        let mut places: Vec<(Timestamp, CaseId)> = cases.iter().filter_map(place).collect();
        places.retain(|place| after.is_none_or(|after| *place < (after.updated, after.id)));
        places.sort_unstable();
        places.iter().rev().take(limit).filter_map(|(_, id)| self.entry(*self.by_id.get(id)?)).collect()
    }

    /// At most `MAX_FOUND` cases with a name like `term`, in either script, best first; of `among`, if it is given.
    pub(crate) fn search(&self, term: &str, among: Option<&BTreeSet<CaseId>>) -> Vec<(CaseId, CaseIndexRow)> {
        self.ranked(term, among).into_iter().filter_map(|no| self.entry(no)).collect()
    }

    /// The cases in which every word of a name is found, in either script, best first; at most `MAX_FOUND`.
    pub(crate) fn alike(&self, name: &str) -> Vec<(CaseId, CaseIndexRow)> {
        self.with_all(name).into_iter().filter_map(|no| self.entry(no)).collect()
    }

    /// How many cases added at `since` or later fit what an offer says.
    pub(crate) fn count(&self, alike: &Alike<'_>, since: Timestamp) -> usize {
        let fits = |wanted: Option<&str>, code: u16| wanted.is_none_or(|wanted| wanted == self.codes.text(code));
        let cells = self.cells.iter().filter(|(cell, _)| {
            let band = alike.bands.is_none_or(|bands| bands.contains(&self.codes.text(cell.band)));
            band && fits(alike.sex, cell.sex) && fits(alike.area, cell.area)
        });
        cells.map(|(_, added)| added.len() - added.partition_point(|at| *at < since)).sum()
    }

    /// The case of a consent.
    pub(crate) fn case_of(&self, consent: &ConsentId) -> Option<CaseId> {
        self.by_consent.get(consent).and_then(|no| self.line(*no)).map(|line| line.id)
    }

    /// The ids of a case's consents, in the order they were recorded.
    pub(crate) fn consents(&self, case: &CaseId) -> Vec<ConsentId> {
        let line = self.by_id.get(case).and_then(|no| self.line(*no));
        line.map_or_else(Vec::new, |line| line.consents.to_vec())
    }

    /// Cases from `first` to `last`: those whose id begins in a certain way.
    pub(crate) fn cases_between(&self, first: CaseId, last: CaseId) -> impl Iterator<Item = CaseId> {
        self.by_id.range(first..=last).map(|(id, _)| *id)
    }

    /// Consents from `first` to `last`.
    pub(crate) fn consents_between(&self, first: ConsentId, last: ConsentId) -> impl Iterator<Item = ConsentId> {
        self.by_consent.range(first..=last).map(|(id, _)| *id)
    }
}

/// Takes all cases at start, packed at once, and gives them their order when the last has come.
#[derive(Default)]
pub(crate) struct Builder {
    index: Index,
    lines: Vec<Line>,
}

impl Builder {
    pub(crate) fn add(&mut self, id: CaseId, row: &CaseIndexRow) {
        self.lines.push(Line::new(id, row, &mut self.index.codes));
    }

    pub(crate) fn build(self) -> Index {
        let Self { mut index, mut lines } = self;
        lines.sort_unstable_by_key(|line| (line.updated, line.id));
        index.lines.reserve(lines.len());
        // Names repeat, and telling how one is spelt costs more than all else here.
        let mut known: HashMap<Box<str>, Option<PartNo>> = HashMap::new();
        let mut part_of = |parts: &mut Parts, word: &str| {
            if let Some(part) = known.get(word) {
                return *part;
            }
            let part = Spelling::of(word).map(|spelling| parts.number_or_new(&spelling));
            known.insert(word.into(), part);
            part
        };
        lines.into_iter().for_each(|line| index.insert(None, line, &mut part_of));
        index
    }
}

#[cfg(test)]
mod tests;
