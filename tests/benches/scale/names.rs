//! Invented names in both scripts. Family names are plain words (cloud, rain, river); given names are put together of
//! syllables, so that some are frequent and many are rare, as real ones are.

/// A name in Khmer and in Latin script, family and given.
pub struct Name {
    pub km: [String; 2],
    pub latin: [String; 2],
}

const FAMILY: [(&str, &str); 26] = [
    ("ពពក", "Popok"),
    ("ភ្លៀង", "Phlieng"),
    ("ទន្លេ", "Tonle"),
    ("ផ្កាយ", "Phkay"),
    ("សូរិយា", "Soriya"),
    ("មេឃ", "Mekh"),
    ("ភ្នំ", "Phnom"),
    ("សមុទ្រ", "Samot"),
    ("ព្រៃ", "Prey"),
    ("ដី", "Dey"),
    ("ខ្យល់", "Khyol"),
    ("ទឹក", "Toek"),
    ("ថ្ម", "Thma"),
    ("ស្លឹក", "Sloek"),
    ("ឈូក", "Chhouk"),
    ("ខ្សាច់", "Khsach"),
    ("កោះ", "Koh"),
    ("បឹង", "Boeng"),
    ("ស្ទឹង", "Stoeng"),
    ("វាល", "Veal"),
    ("ចំការ", "Chamkar"),
    ("ដូង", "Doung"),
    ("ឫស្សី", "Russey"),
    ("ត្នោត", "Thnot"),
    ("រលក", "Rolok"),
    ("អន្លង់", "Anlong"),
];

const FIRST: [(&str, &str); 14] = [
    ("សុ", "so"),
    ("ស្រី", "srey"),
    ("វិ", "vi"),
    ("ដា", "da"),
    ("ចាន់", "chan"),
    ("រ៉ា", "ra"),
    ("សំ", "sam"),
    ("បុ", "bo"),
    ("ម៉ា", "ma"),
    ("ពិ", "pi"),
    ("និ", "ni"),
    ("លី", "ly"),
    ("គឹម", "kim"),
    ("ធា", "thea"),
];

const SECOND: [(&str, &str); 20] = [
    ("ខា", "kha"),
    ("ភា", "phea"),
    ("ណា", "na"),
    ("ចិត្រ", "chet"),
    ("បុល", "bol"),
    ("មុំ", "mom"),
    ("រី", "ry"),
    ("ធី", "thy"),
    ("លក្ខ", "leak"),
    ("វណ្ណ", "vann"),
    ("ពេជ្រ", "pich"),
    ("រតន៍", "roth"),
    ("សី", "sey"),
    ("ដា", "da"),
    ("នីន", "nin"),
    ("ហេង", "heng"),
    ("ញ៉ា", "nha"),
    ("ទូច", "touch"),
    ("គន្ធ", "kun"),
    ("យុត", "yuth"),
];

/// Numbers that look random and are the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn of(number: usize) -> Self {
        Self(number as u64 ^ 0x5bea_2026)
    }

    /// Below `sides` (splitmix64).
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).expect("below the sides")
    }

    /// Below `sides`, small numbers more often.
    fn low(&mut self, sides: usize) -> usize {
        self.roll(sides).min(self.roll(sides))
    }
}

/// The name of a child. Six in ten have a given name of two syllables, the others of three.
pub fn name(dice: &mut Dice) -> Name {
    let family = FAMILY[dice.low(FAMILY.len())];
    let mut given = vec![FIRST[dice.low(FIRST.len())], SECOND[dice.low(SECOND.len())]];
    if dice.roll(10) >= 6 {
        given.push(SECOND[dice.roll(SECOND.len())]);
    }
    let latin: String = given.iter().map(|(_, latin)| *latin).collect();
    let capital = latin[..1].to_uppercase() + &latin[1..];
    Name { km: [family.0.to_owned(), given.iter().map(|(km, _)| *km).collect()], latin: [family.1.to_owned(), capital] }
}
