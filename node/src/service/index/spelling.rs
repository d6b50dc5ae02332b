//! The keys under which a word of a name is found, in either script.

use protocol::khmer::{self, latin};

/// A word as the index compares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spelling {
    /// Khmer: the key of `docs/protocol.md` (names). Other scripts: lower case, letters and digits only. Never empty.
    pub(super) key: Box<str>,
    /// Latin: the sound key, which joins the usual spellings of one name. Empty for other scripts.
    pub(super) sound: Box<str>,
}

impl Spelling {
    /// `None` if nothing in the word can be compared.
    pub(super) fn of(word: &str) -> Option<Self> {
        let is_khmer = word.chars().any(|c| matches!(c, '\u{1780}'..='\u{17ff}'));
        let spelt = if is_khmer { khmer::key(word) } else { word.to_lowercase() };
        // Marks stand in Khmer and Thai words between the letters; they are no letters of their own.
        let kept = |c: &char| c.is_alphanumeric() || matches!(c, '\u{1780}'..='\u{17dd}' | '\u{0e00}'..='\u{0e7f}');
        let key: String = spelt.chars().filter(kept).collect();
        let latin = key.chars().any(|c| c.is_ascii_alphabetic());
        let sound = if latin { latin::key(&key) } else { String::new() };
        (!key.is_empty()).then(|| Self { key: key.into(), sound: sound.into() })
    }

    /// The words of a name.
    pub(super) fn all(name: &str) -> Vec<Self> {
        name.split_whitespace().filter_map(Self::of).collect()
    }

    /// How many typing mistakes a word of this length may hold and still be meant.
    pub(super) fn mistakes(&self) -> usize {
        match self.key.chars().count() {
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_its_words_in_either_script() {
        let keys = |name: &str| Spelling::all(name).iter().map(|s| s.key.to_string()).collect::<Vec<_>>();
        assert_eq!(keys("Tonle  SOKHA"), ["tonle", "sokha"]);
        assert_eq!(keys("ទន្លេ សុខា").len(), 2);
        assert_eq!(keys("ฝน"), ["ฝน"]);
        assert!(keys(" - ! ").is_empty());
    }

    #[test]
    fn usual_spellings_of_one_name_share_a_sound() {
        let sound = |word: &str| Spelling::of(word).expect("a word").sound;
        assert_eq!(sound("Sokha"), sound("Sokkha"));
        assert_eq!(sound("Vichet"), sound("Vicheth"));
        assert_ne!(sound("Dara"), sound("Sophea"));
    }
}
