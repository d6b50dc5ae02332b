//! From a typed term to the cases that are probably meant, best first.

use std::{cmp::Reverse, collections::HashMap};

use super::{
    Index,
    parts::{CaseNo, Score},
    spelling::Spelling,
};

/// The most cases that a search gives: more is not an answer, but a list.
pub(crate) const MAX_FOUND: usize = 50;
/// Words of a term beyond these are not looked at.
const MAX_WORDS: usize = 6;
/// A Khmer term typed without a space, which is two parts of one name.
const JOINED: Score = 95;

/// Cases with the score of their best part.
type Scores = HashMap<CaseNo, Score>;

impl Index {
    /// Numbers of the cases that fit best, at most [`MAX_FOUND`]. A case in which every word is found comes before
    /// one that lacks some; among equals the one that changed last comes first.
    pub(super) fn ranked(&self, term: &str) -> Vec<CaseNo> {
        let mut words = Spelling::all(term);
        words.truncate(MAX_WORDS);
        let mut total: HashMap<CaseNo, (usize, Score)> = HashMap::new();
        for word in &words {
            for (case, score) in self.scores(word) {
                let entry = total.entry(case).or_default();
                *entry = (entry.0 + 1, entry.1 + score);
            }
        }
        let most = total.values().map(|(words, _)| *words).max().unwrap_or_default();
        let mut found: Vec<_> = total
            .into_iter()
            .filter(|(_, (words, _))| *words == most)
            .filter_map(|(case, (_, score))| Some((Reverse(score), Reverse(self.line(case)?.updated), case)))
            .collect();
        if found.len() > MAX_FOUND {
            found.select_nth_unstable(MAX_FOUND);
            found.truncate(MAX_FOUND);
        }
        found.sort_unstable();
        found.into_iter().map(|(.., case)| case).collect()
    }

    fn scores(&self, word: &Spelling) -> Scores {
        let mut scores = Scores::new();
        let mut note = |case: CaseNo, score: Score| {
            let entry = scores.entry(case).or_default();
            *entry = score.max(*entry);
        };
        for (cases, score) in self.parts.matches(word) {
            cases.iter().for_each(|case| note(*case, score));
        }
        self.joined(&word.key).into_iter().for_each(|case| note(case, JOINED));
        scores
    }

    /// Cases whose name has two parts that, put together in this order, begin with `key`. Khmer needs no spaces.
    fn joined(&self, key: &str) -> Vec<CaseNo> {
        let mut found = Vec::new();
        for (at, _) in key.char_indices().skip(1) {
            let (first, second) = key.split_at(at);
            let cases = self.parts.cases(first);
            if !cases.is_empty() {
                let both = |case: &CaseNo| cases.binary_search(case).is_ok();
                found.extend(self.parts.cases_beginning(second).filter(both));
            }
        }
        found
    }
}
