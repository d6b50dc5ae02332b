//! From a typed term to the cases that are probably meant, best first.
//!
//! A common name fits thousands of cases, of which fifty are shown. So cases are looked at from the best on: the parts
//! that fit a word best first, within a part the case that changed last first; and no further than until nothing that
//! comes could be among the fifty. What is found is the same as if all had been looked at.

use std::collections::BTreeSet;

use protocol::CaseId;

use super::{
    Index,
    line::Line,
    parts::{CaseNo, PartNo, Parts, Score},
    spelling::Spelling,
};

/// The most cases that a search gives: more is not an answer, but a list.
pub(crate) const MAX_FOUND: usize = 50;
/// Words of a term beyond these are not looked at.
const MAX_WORDS: usize = 6;
/// A Khmer term typed without a space, which is two parts of one name.
const JOINED: Score = 95;

/// A word of the term, and where it is found.
struct Word<'a> {
    /// By number of the part; 0 where it is not found. A word looks up hundreds of cases, so this must cost nothing.
    scores: Vec<u8>,
    /// A part, and how another part of the same case begins: put together they are the word.
    joined: Vec<(PartNo, &'a str)>,
    /// The parts to look through, best first; the score is the most that their cases can have.
    sources: Vec<(Score, PartNo)>,
    /// How many cases they have together.
    size: usize,
}

impl<'a> Word<'a> {
    fn new(spelling: &'a Spelling, parts: &Parts) -> Self {
        let joined = joined(&spelling.key, parts);
        let mut sources: Vec<(Score, PartNo)> =
            parts.matches(spelling).into_iter().map(|(part, score)| (score, part)).collect();
        let mut scores = vec![0; parts.places()];
        for (score, part) in &sources {
            if let Some(place) = scores.get_mut(*part as usize) {
                *place = u8::try_from(*score).unwrap_or(u8::MAX);
            }
        }
        for (first, second) in &joined {
            sources.extend(rarer(parts, *first, second).into_iter().map(|part| (JOINED, part)));
        }
        sources.sort_unstable_by(|a, b| b.cmp(a));
        let size = sources.iter().map(|(_, part)| parts.cases(*part).len()).sum();
        Self { scores, joined, sources, size }
    }

    fn best(&self) -> Score {
        self.sources.first().map_or(0, |(score, _)| *score)
    }

    /// How well a case's best part fits; `None` if none does.
    fn score(&self, line: &Line, parts: &Parts) -> Option<Score> {
        let one = line.parts.iter().filter_map(|part| self.scores.get(*part as usize)).max().copied();
        let one = one.filter(|score| *score > 0).map(Score::from);
        if one >= Some(JOINED) || self.joined.is_empty() {
            return one;
        }
        let both = |(first, second): &(PartNo, &str)| {
            line.parts.contains(first) && line.parts.iter().any(|part| parts.begins(*part, second))
        };
        if self.joined.iter().any(both) { Some(JOINED) } else { one }
    }
}

/// The ways in which `key` is a part, and the beginning of another. Khmer needs no spaces.
fn joined<'a>(key: &'a str, parts: &Parts) -> Vec<(PartNo, &'a str)> {
    let splits = key.char_indices().skip(1).map(|(at, _)| key.split_at(at));
    splits.filter_map(|(first, second)| Some((parts.number(first)?, second))).collect()
}

/// Of a part and of those that begin with `second`, whichever have fewer cases: those with both are among them.
fn rarer(parts: &Parts, first: PartNo, second: &str) -> Vec<PartNo> {
    let most = parts.cases(first).len();
    let (mut others, mut count) = (Vec::new(), 0);
    for part in parts.beginning(second) {
        count += parts.cases(part).len();
        if count >= most {
            return vec![first];
        }
        others.push(part);
    }
    others
}

/// The fifty best of those that were looked at.
#[derive(Default)]
struct Best(BTreeSet<(Score, CaseNo)>);

impl Best {
    /// Whether a case with at most this score could be among them.
    fn takes(&self, score: Score, case: CaseNo) -> bool {
        self.0.len() < MAX_FOUND || self.0.first().is_some_and(|worst| *worst < (score, case))
    }

    fn add(&mut self, score: Score, case: CaseNo) {
        self.0.insert((score, case));
        if self.0.len() > MAX_FOUND {
            self.0.pop_first();
        }
    }

    fn in_order(self) -> Vec<CaseNo> {
        self.0.into_iter().rev().map(|(_, case)| case).collect()
    }
}

fn first_words(term: &str) -> Vec<Spelling> {
    let mut spellings = Spelling::all(term);
    spellings.truncate(MAX_WORDS);
    spellings
}

impl Index {
    /// Numbers of the cases that fit best, at most [`MAX_FOUND`]. A case in which every word is found comes before
    /// one that lacks some; among equals the one that changed last comes first.
    pub(super) fn ranked(&self, term: &str, among: Option<&BTreeSet<CaseId>>) -> Vec<CaseNo> {
        let spellings = first_words(term);
        let words = self.words(&spellings);
        for enough in (1..=words.len()).rev() {
            let best = self.with(&words, enough, among);
            if !best.0.is_empty() {
                return best.in_order();
            }
        }
        Vec::new()
    }

    /// As [`Index::ranked`], of all cases, but only those in which every word is found.
    pub(super) fn with_all(&self, term: &str) -> Vec<CaseNo> {
        let spellings = first_words(term);
        let words = self.words(&spellings);
        if words.is_empty() { Vec::new() } else { self.with(&words, words.len(), None).in_order() }
    }

    /// The words, the rarest first.
    fn words<'a>(&self, spellings: &'a [Spelling]) -> Vec<Word<'a>> {
        let mut words: Vec<Word<'a>> = spellings.iter().map(|spelling| Word::new(spelling, &self.parts)).collect();
        words.sort_by_key(|word| word.size);
        words
    }

    /// The best of the cases with `enough` of the words; none has more. Each of them has one of the rarest words, if
    /// these are so many that it can't lack all.
    fn with(&self, words: &[Word<'_>], enough: usize, among: Option<&BTreeSet<CaseId>>) -> Best {
        let mut best = Best::default();
        let rarest = words.len() - enough + 1;
        for (at, word) in words.iter().enumerate().take(rarest) {
            let mut others: Vec<Score> =
                words.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, word)| word.best()).collect();
            others.sort_unstable_by(|a, b| b.cmp(a));
            let most_of_others: Score = others.iter().take(enough - 1).sum();
            for (score, part) in &word.sources {
                let most = score + most_of_others;
                for case in self.parts.cases(*part).iter().rev() {
                    if !best.takes(most, *case) {
                        break;
                    }
                    let seen = |line: &Line| among.is_none_or(|among| among.contains(&line.id));
                    if self.line(*case).is_some_and(seen) {
                        self.look_at(*case, words, enough, &mut best);
                    }
                }
            }
        }
        best
    }

    fn look_at(&self, case: CaseNo, words: &[Word<'_>], enough: usize, best: &mut Best) {
        let (count, total) = self.fit(case, words);
        if count >= enough {
            best.add(total, case);
        }
    }

    /// How many of the words a case has, and the sum of their scores.
    fn fit(&self, case: CaseNo, words: &[Word<'_>]) -> (usize, Score) {
        let line = self.line(case);
        let scores = words.iter().filter_map(|word| word.score(line?, &self.parts));
        scores.fold((0, 0), |(count, total), score| (count + 1, total + score))
    }

    #[cfg(test)]
    pub(super) fn looked_at(&self, case: CaseNo, spellings: &[Spelling]) -> (usize, Score) {
        let words: Vec<Word<'_>> = spellings.iter().map(|spelling| Word::new(spelling, &self.parts)).collect();
        self.fit(case, &words)
    }
}
