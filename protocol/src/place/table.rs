//! The place table: all provinces, and the districts and communes around Poipet.
//!
//! NCDD codes as in the data of the `pumi` gem (MIT). The list below the provinces is not complete: a code that
//! is not in it is valid all the same.

/// A place of the table.
#[derive(Clone, Copy)]
pub struct Gazetteer {
    /// 2, 4, 6 or 8 digits.
    pub code: &'static str,
    /// The name in Khmer script.
    pub km: &'static str,
    /// The name in Latin script; spellings vary.
    pub latin: &'static str,
}

/// All entries, the provinces first.
pub fn all() -> impl Iterator<Item = &'static Gazetteer> {
    PROVINCES.iter().chain(BELOW)
}

/// The entry with exactly this code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Gazetteer> {
    all().find(|place| place.code == code)
}

const fn place(code: &'static str, km: &'static str, latin: &'static str) -> Gazetteer {
    Gazetteer { code, km, latin }
}

/// The 25 provinces, 12 being the capital.
pub const PROVINCES: &[Gazetteer] = &[
    place("01", "បន្ទាយមានជ័យ", "Banteay Meanchey"),
    place("02", "បាត់ដំបង", "Battambang"),
    place("03", "កំពង់ចាម", "Kampong Cham"),
    place("04", "កំពង់ឆ្នាំង", "Kampong Chhnang"),
    place("05", "កំពង់ស្ពឺ", "Kampong Speu"),
    place("06", "កំពង់ធំ", "Kampong Thom"),
    place("07", "កំពត", "Kampot"),
    place("08", "កណ្តាល", "Kandal"),
    place("09", "កោះកុង", "Koh Kong"),
    place("10", "ក្រចេះ", "Kratie"),
    place("11", "មណ្ឌលគិរី", "Mondulkiri"),
    place("12", "ភ្នំពេញ", "Phnom Penh"),
    place("13", "ព្រះវិហារ", "Preah Vihear"),
    place("14", "ព្រៃវែង", "Prey Veng"),
    place("15", "ពោធិ៍សាត់", "Pursat"),
    place("16", "រតនគិរី", "Ratanakiri"),
    place("17", "សៀមរាប", "Siem Reap"),
    place("18", "ព្រះសីហនុ", "Preah Sihanouk"),
    place("19", "ស្ទឹងត្រែង", "Stung Treng"),
    place("20", "ស្វាយរៀង", "Svay Rieng"),
    place("21", "តាកែវ", "Takeo"),
    place("22", "ឧត្តរមានជ័យ", "Oddar Meanchey"),
    place("23", "កែប", "Kep"),
    place("24", "ប៉ៃលិន", "Pailin"),
    place("25", "ត្បូងឃ្មុំ", "Tboung Khmum"),
];

/// Districts and communes.
const BELOW: &[Gazetteer] = &[
    place("0102", "មង្គលបូរី", "Mongkol Borey"),
    place("0103", "ភ្នំស្រុក", "Phnum Srok"),
    place("0104", "ព្រះនេត្រព្រះ", "Preah Netr Preah"),
    place("0105", "អូរជ្រៅ", "Ou Chrov"),
    place("0106", "សិរីសោភ័ណ", "Serei Saophoan"),
    place("0107", "ថ្មពួក", "Thma Puok"),
    place("0108", "ស្វាយចេក", "Svay Chek"),
    place("0109", "ម៉ាឡៃ", "Malai"),
    place("0110", "ប៉ោយប៉ែត", "Poipet"),
    place("011001", "និមិត្ដ", "Nimitt"),
    place("011002", "ប៉ោយប៉ែត", "Poipet"),
    place("011003", "ផ្សារកណ្តាល", "Phsar Kandal"),
    place("011004", "អូរជ្រៅ", "Ou Chrov"),
    place("011005", "អូរឫស្សី", "Ou Reusey"),
    place("010501", "ចង្ហា", "Changha"),
    place("010502", "កូប", "Koub"),
    place("010503", "គុត្ដសត", "Kuttasat"),
    place("010505", "សំរោង", "Samraong"),
    place("010506", "សូភី", "Souphi"),
    place("010507", "សឹង្ហ", "Soengh"),
    place("010509", "អូរបីជាន់", "Ou Beichoan"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_25_provinces_and_every_other_place_lies_in_one() {
        assert_eq!(PROVINCES.len(), 25);
        assert!(BELOW.iter().all(|place| find(&place.code[..2]).is_some()));
        assert_eq!(find("011002").map(|place| place.latin), Some("Poipet"));
    }
}
