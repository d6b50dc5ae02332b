//! How the story is told, and what was checked on the way.

use std::fmt::Display;

/// Writes the story to standard output and counts what held.
#[derive(Debug, Default)]
pub struct Teller {
    step: usize,
    held: usize,
    failed: Vec<String>,
}

impl Teller {
    /// A new part of the story.
    pub fn step(&mut self, title: &str) {
        self.step += 1;
        println!("\n{:>2}  {title}", self.step);
    }

    /// A line of the story.
    pub fn say(&self, line: impl Display) {
        println!("    {line}");
    }

    /// What somebody sees.
    pub fn sees(&self, who: &str, what: impl Display) {
        println!("    {who} sees: {what}");
    }

    /// What somebody can't see.
    pub fn hidden(&self, who: &str, what: impl Display) {
        println!("    {who} can't see: {what}");
    }

    /// A check of what is really there.
    pub fn check(&mut self, promise: &str, holds: bool) {
        if holds {
            self.held += 1;
            println!("    [ok] {promise}");
        } else {
            self.failed.push(promise.to_owned());
            println!("    [NOT SO] {promise}");
        }
    }

    /// The end of the story. Whether every check held.
    pub fn end(&self) -> bool {
        println!();
        if self.failed.is_empty() {
            println!("All {} checks held.", self.held);
        } else {
            println!("{} checks held, {} did not:", self.held, self.failed.len());
            self.failed.iter().for_each(|promise| println!("  - {promise}"));
        }
        self.failed.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_check_that_does_not_hold_ends_the_story_badly() {
        let mut teller = Teller::default();
        teller.step("a story");
        teller.check("this holds", true);
        assert!(teller.end());
        teller.check("this does not", false);
        teller.check("this holds", true);
        assert!(!teller.end());
    }
}
