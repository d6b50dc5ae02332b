//! What became of the mutants, and the closed list of what a node can answer.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{exchange::Refusal, packet::PacketKind};

/// Where every code of a refusal that nobody sees is written.
const SOURCES: [&str; 2] =
    [include_str!("../../protocol/src/open/error.rs"), include_str!("../../node/src/service/exchange/receive.rs")];

/// Every code that stands in the sources: a new one must occur as well.
pub fn all_codes() -> BTreeSet<String> {
    let silent = SOURCES.iter().flat_map(|source| source.split('"')).filter(|text| text.starts_with("open/"));
    let named = Refusal::ALL.map(named);
    silent.map(str::to_owned).chain(named).collect()
}

/// How a refusal that the sender is told is counted.
pub fn named(refusal: Refusal) -> String {
    format!("refused/{}", refusal.code())
}

/// How often each code answered a packet of each kind.
#[derive(Clone, Default)]
pub struct Counts {
    by_kind: BTreeMap<(String, &'static str), usize>,
    /// Codes that the node kept to itself while it told another.
    inside: BTreeSet<&'static str>,
}

impl Counts {
    /// One more.
    pub fn add(&mut self, code: impl Into<String>, kind: PacketKind) {
        *self.by_kind.entry((code.into(), kind.code())).or_default() += 1;
    }

    /// A code that stands behind one that was told.
    pub fn inside(&mut self, code: Option<&'static str>) {
        self.inside.extend(code);
    }

    /// Both together.
    pub fn join(&mut self, other: &Self) {
        for (key, count) in &other.by_kind {
            *self.by_kind.entry(key.clone()).or_default() += count;
        }
        self.inside.extend(&other.inside);
    }

    /// The codes that occurred.
    pub fn codes(&self) -> BTreeSet<String> {
        let inside = self.inside.iter().map(|code| (*code).to_owned());
        self.by_kind.keys().map(|(code, _)| code.clone()).chain(inside).collect()
    }

    /// A table: a line for each code, a column for each kind of packet.
    pub fn table(&self) -> String {
        let mut table = format!("{:<28}{:>8}", "", "all");
        PacketKind::ALL.iter().for_each(|kind| table += &format!("{:>9}", kind.code()));
        for code in self.codes() {
            let count = |kind: &PacketKind| self.by_kind.get(&(code.clone(), kind.code())).copied().unwrap_or_default();
            let all: usize = PacketKind::ALL.iter().map(count).sum();
            table += &format!("\n{code:<28}{all:>8}");
            PacketKind::ALL.iter().for_each(|kind| table += &format!("{:>9}", count(kind)));
        }
        table
    }
}
