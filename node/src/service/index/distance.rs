//! How many typing mistakes lie between two spellings.

/// Compares one spelling with many, without asking for memory each time.
pub(super) struct Typed {
    chars: Vec<char>,
    kinds: u64,
    other: Vec<char>,
    rows: [Vec<usize>; 3],
}

/// What can be told of a spelling at a glance: its length and which characters occur in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    length: u16,
    /// One bit for each character, some share one.
    kinds: u64,
}

impl Shape {
    pub(super) fn of(text: &str) -> Self {
        let length = u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
        Self { length, kinds: text.chars().fold(0, |kinds, c| kinds | 1_u64 << (u32::from(c) % 64)) }
    }
}

impl Typed {
    pub(super) fn new(text: &str) -> Self {
        Self {
            chars: text.chars().collect(),
            kinds: Shape::of(text).kinds,
            other: Vec::new(),
            rows: [const { Vec::new() }; 3],
        }
    }

    /// Insertions, removals, changes of a character and swaps of neighbours that turn one into the other (optimal
    /// string alignment), or `None` if they are more than `most`. `shape` is that of `text`.
    pub(super) fn distance(&mut self, text: &str, shape: Shape, most: usize) -> Option<usize> {
        // A mistake changes the length by one at most, and at most two of the kinds.
        let far = self.chars.len().abs_diff(usize::from(shape.length)) > most;
        if far || (self.kinds ^ shape.kinds).count_ones() as usize > 2 * most {
            return None;
        }
        self.other.clear();
        self.other.extend(text.chars());
        self.aligned(most)
    }

    fn aligned(&mut self, most: usize) -> Option<usize> {
        let Self { chars: a, other: b, rows: [before, last, current], .. } = self;
        last.clear();
        last.extend(0..=b.len());
        for row in 1..=a.len() {
            current.clear();
            current.push(row);
            for column in 1..=b.len() {
                let same = a[row - 1] == b[column - 1];
                let change = last[column - 1] + usize::from(!same);
                let mut least = change.min(last[column] + 1).min(current[column - 1] + 1);
                let swapped = row > 1 && column > 1 && a[row - 1] == b[column - 2] && a[row - 2] == b[column - 1];
                if swapped {
                    least = least.min(before[column - 2] + 1);
                }
                current.push(least);
            }
            std::mem::swap(before, last);
            std::mem::swap(last, current);
            if last.iter().min().is_some_and(|least| *least > most) {
                return None;
            }
        }
        last.last().copied().filter(|found| *found <= most)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
        Typed::new(a).distance(b, Shape::of(b), most)
    }

    #[test]
    fn each_kind_of_mistake_counts_once() {
        for (other, expected) in
            [("sokha", 0), ("sokkha", 1), ("soka", 1), ("sokhe", 1), ("skoha", 1), ("sokkhaa", 2), ("sreyna", 4)]
        {
            assert_eq!(distance("sokha", other, 9), Some(expected), "{other}");
        }
    }

    #[test]
    fn more_than_the_bound_is_none() {
        assert_eq!(distance("sokha", "sreyna", 2), None);
        assert_eq!(distance("", "abc", 2), None);
        assert_eq!(distance("", "", 0), Some(0));
    }

    proptest! {
        #[test]
        fn a_bound_changes_nothing_but_what_is_beyond_it(a in "[a-d]{0,9}", b in "[a-dខគ]{0,9}", most in 0_usize..4) {
            let whole = distance(&a, &b, 99).unwrap();
            prop_assert_eq!(distance(&a, &b, most), Some(whole).filter(|found| *found <= most));
        }
    }
}
