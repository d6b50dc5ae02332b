//! The parts of names, each distinct one kept once, with the cases it occurs in.
//!
//! Names repeat: 100,000 children share a few thousand family and given names. So a search looks through parts,
//! never through cases, and its cost grows with what it finds.

use std::collections::{BTreeMap, HashMap};

use super::{
    distance::{Shape, Typed},
    spelling::Spelling,
};

/// Number of a part.
pub(super) type PartNo = u32;
/// Number of a case.
pub(super) type CaseNo = u32;

/// How well a part fits, 1 to 100.
pub(super) type Score = u32;

const EXACT: Score = 100;
const PREFIX: Score = 85;
/// Less what the spellings differ in.
const SOUND: Score = 80;
const INSIDE: Score = 60;
const CLOSE: Score = 50;
/// What each typing mistake costs.
const MISTAKE: Score = 6;

struct Part {
    key: Box<str>,
    sound: Box<str>,
    shape: Shape,
    /// Ascending, so the ones that changed last stand at the end.
    cases: Vec<CaseNo>,
}

/// All parts of all names.
#[derive(Default)]
pub(super) struct Parts {
    /// A removed part leaves an empty place, which the next new one takes.
    places: Vec<Option<Part>>,
    free: Vec<PartNo>,
    by_key: BTreeMap<Box<str>, PartNo>,
    by_sound: HashMap<Box<str>, Vec<PartNo>>,
    by_trigram: HashMap<[char; 3], Vec<PartNo>>,
}

fn trigrams(key: &str) -> Vec<[char; 3]> {
    let chars: Vec<char> = key.chars().collect();
    let mut found: Vec<_> = chars.windows(3).map(|w| [w[0], w[1], w[2]]).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn drop_from<K: std::hash::Hash + Eq>(map: &mut HashMap<K, Vec<PartNo>>, key: &K, no: PartNo) {
    if let Some(list) = map.get_mut(key) {
        list.retain(|other| *other != no);
        if list.is_empty() {
            map.remove(key);
        }
    }
}

impl Parts {
    /// The number of the part that is spelt so, a new one if there is none. [`list`](Self::list) a case with it at once.
    pub(super) fn number_or_new(&mut self, spelling: &Spelling) -> PartNo {
        self.number(&spelling.key).unwrap_or_else(|| self.add_part(spelling))
    }

    /// The case has a name with this part.
    pub(super) fn list(&mut self, no: PartNo, case: CaseNo) {
        if let Some(Some(part)) = self.places.get_mut(no as usize)
            && let Err(at) = part.cases.binary_search(&case)
        {
            part.cases.insert(at, case);
        }
    }

    fn add_part(&mut self, spelling: &Spelling) -> PartNo {
        let part = Part {
            key: spelling.key.clone(),
            sound: spelling.sound.clone(),
            shape: Shape::of(&spelling.key),
            cases: Vec::with_capacity(1),
        };
        let no = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            PartNo::try_from(self.places.len() - 1).unwrap_or(PartNo::MAX)
        });
        for trigram in trigrams(&part.key) {
            self.by_trigram.entry(trigram).or_default().push(no);
        }
        if !part.sound.is_empty() {
            self.by_sound.entry(part.sound.clone()).or_default().push(no);
        }
        self.by_key.insert(part.key.clone(), no);
        if let Some(place) = self.places.get_mut(no as usize) {
            *place = Some(part);
        }
        no
    }

    /// The case has no name with this part any more. A part of no case is forgotten at once: after an erasure
    /// nothing may tell that such a name was here.
    pub(super) fn remove(&mut self, no: PartNo, case: CaseNo) {
        let Some(place) = self.places.get_mut(no as usize) else { return };
        let Some(part) = place.as_mut() else { return };
        if let Ok(at) = part.cases.binary_search(&case) {
            part.cases.remove(at);
        }
        if part.cases.is_empty() {
            let key = std::mem::take(&mut part.key);
            let sound = std::mem::take(&mut part.sound);
            *place = None;
            self.free.push(no);
            self.by_key.remove(&key);
            drop_from(&mut self.by_sound, &sound, no);
            trigrams(&key).iter().for_each(|trigram| drop_from(&mut self.by_trigram, trigram, no));
        }
    }

    fn part(&self, no: PartNo) -> Option<&Part> {
        self.places.get(no as usize)?.as_ref()
    }

    /// No part's number is as high.
    pub(super) fn places(&self) -> usize {
        self.places.len()
    }

    /// The part that is spelt so.
    pub(super) fn number(&self, key: &str) -> Option<PartNo> {
        self.by_key.get(key).copied()
    }

    /// The cases with a part, ascending.
    pub(super) fn cases(&self, no: PartNo) -> &[CaseNo] {
        self.part(no).map_or(&[], |part| &part.cases)
    }

    /// Whether a part is spelt so at its beginning.
    pub(super) fn begins(&self, no: PartNo, key: &str) -> bool {
        self.part(no).is_some_and(|part| part.key.starts_with(key))
    }

    /// Parts that begin with `key`.
    pub(super) fn beginning<'a>(&'a self, key: &'a str) -> impl Iterator<Item = PartNo> + 'a {
        let from = self.by_key.range::<str, _>((std::ops::Bound::Included(key), std::ops::Bound::Unbounded));
        from.take_while(move |(found, _)| found.starts_with(key)).map(|(_, no)| *no)
    }

    /// Parts that are, begin with, hold, sound or are nearly spelt like `spelling`, each with its best score.
    pub(super) fn matches(&self, spelling: &Spelling) -> HashMap<PartNo, Score> {
        let mut best: HashMap<PartNo, Score> = HashMap::new();
        let mut note = |no: PartNo, score: Score| {
            let entry = best.entry(no).or_default();
            *entry = score.max(*entry);
        };
        let whole = self.number(&spelling.key);
        for no in self.beginning(&spelling.key) {
            note(no, if whole == Some(no) { EXACT } else { PREFIX });
        }
        let mut typed = Typed::new(&spelling.key);
        for no in self.by_sound.get(&spelling.sound).into_iter().flatten() {
            let apart = self.part(*no).and_then(|part| typed.distance(&part.key, part.shape, 4)).unwrap_or(4);
            note(*no, SOUND - MISTAKE * Score::try_from(apart).unwrap_or(4));
        }
        for (no, score) in self.similar(spelling, &mut typed) {
            note(no, score);
        }
        best
    }

    /// Parts that share trigrams: all of them if the text stands inside, some if it is nearly spelt so.
    fn similar(&self, spelling: &Spelling, typed: &mut Typed) -> Vec<(PartNo, Score)> {
        let wanted = trigrams(&spelling.key);
        let mut shared: HashMap<PartNo, usize> = HashMap::new();
        for no in wanted.iter().filter_map(|trigram| self.by_trigram.get(trigram)).flatten() {
            *shared.entry(*no).or_default() += 1;
        }
        let most = spelling.mistakes();
        let scored = shared.into_iter().filter_map(|(no, count)| {
            let part = self.part(no)?;
            if count == wanted.len() && part.key.contains(&*spelling.key) {
                return Some((no, INSIDE));
            }
            let apart = typed.distance(&part.key, part.shape, most)?;
            Some((no, CLOSE - MISTAKE * Score::try_from(apart).unwrap_or_default()))
        });
        scored.collect()
    }

    /// How many distinct parts there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        debug_assert_eq!(self.by_key.len(), self.places.iter().flatten().count());
        self.by_key.len()
    }

    /// Whether nothing at all is held, in any table.
    #[cfg(test)]
    pub(super) fn is_blank(&self) -> bool {
        let listed = self.by_key.len() + self.by_sound.len() + self.by_trigram.len();
        listed == 0 && self.places.iter().all(Option::is_none)
    }
}
