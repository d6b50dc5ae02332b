//! How many typing mistakes lie between two spellings.

/// Insertions, removals, changes of a character and swaps of neighbours that turn `a` into `b` (optimal string
/// alignment), or `None` if they are more than `most`.
pub(super) fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for row in 1..=a.len() {
        let mut current = vec![row];
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
        before = std::mem::replace(&mut last, current);
        if last.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
    }
    last.last().copied().filter(|found| *found <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
