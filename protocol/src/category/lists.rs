//! Lists of codes that several categories use.

use super::field::{Code, codes};

pub const SEX: &[Code] = codes!["female" = "ស្រី", "male" = "ប្រុស", "other", "unknown"];

pub const NATIONALITY: &[Code] =
    codes!["kh" = "ខ្មែរ", "th" = "ថៃ", "vn" = "វៀតណាម", "la" = "ឡាវ", "mm" = "មីយ៉ាន់ម៉ា", "stateless", "other", "unknown",];

pub const ETHNICITY: &[Code] =
    codes!["khmer", "khmer_islam", "vietnamese", "lao", "thai", "chinese", "indigenous", "other"];

pub const LANGUAGES: &[Code] = codes![
    "km" = "ខ្មែរ",
    "th" = "ថៃ",
    "vi" = "វៀតណាម",
    "lo" = "ឡាវ",
    "my" = "ភូមា",
    "zh" = "ចិន",
    "cjm",
    "en" = "អង់គ្លេស",
    "sgn",
    "other",
    "none",
];

pub const RELATIONSHIP: &[Code] = codes![
    "mother" = "ម្ដាយ",
    "father" = "ឪពុក",
    "older_brother" = "បងប្រុស",
    "older_sister" = "បងស្រី",
    "younger_sibling" = "ប្អូន",
    "grandmother" = "ជីដូន",
    "grandfather" = "ជីតា",
    "uncle" = "ពូ",
    "aunt" = "មីង",
    "parents_elder" = "អ៊ុំ",
    "step_parent",
    "cousin",
    "spouse",
    "own_child",
    "relative" = "សាច់ញាតិ",
    "guardian" = "អាណាព្យាបាល",
    "foster_carer",
    "neighbour" = "អ្នកជិតខាង",
    "friend" = "មិត្តភ័ក្ត",
    "employer",
    "broker",
    "unrelated",
    "unknown",
];

pub const CONCERN: &[Code] = codes![
    "neglect" = "ការមិនអើពើ",
    "physical_violence" = "អំពើហិង្សាផ្លូវកាយ",
    "emotional_violence" = "អំពើហិង្សាផ្លូវចិត្ត",
    "sexual_violence" = "អំពើហិង្សាផ្លូវភេទ",
    "sexual_exploitation" = "ការកេងប្រវ័ញ្ចផ្លូវភេទ",
    "online_exploitation",
    "trafficking" = "ការជួញដូរ",
    "kidnapping" = "ការចាប់ពង្រត់",
    "child_marriage" = "ការរៀបអាពាហ៍ពិពាហ៍កុមារ",
    "child_labour" = "ពលកម្មកុមារ",
    "worst_labour" = "ទម្រង់ធ្ងន់ធ្ងរបំផុតនៃពលកម្មកុមារ",
    "begging",
    "street_life",
    "substance_use" = "ការញៀន",
    "abandoned" = "បោះបង់ចោល",
    "separated" = "បានបែកចេញ",
    "unaccompanied" = "គ្មានមនុស្សពេញវ័យនៅជាមួយ",
    "orphaned" = "កំព្រា",
    "conflict_with_law" = "មានទំនាស់នឹងច្បាប់",
    "witness" = "សាក្សីនៃអំពើហិង្សា",
    "stigma" = "រងការរើសអើង",
    "migration" = "ប៉ះពាល់ដោយចំណាកស្រុក",
    "deported",
    "statelessness",
    "disability" = "ពិការភាព",
    "serious_illness",
    "child_mother",
    "other" = "ផ្សេងៗ",
];

pub const SEPARATION_REASON: &[Code] = codes![
    "caregiver_died",
    "caregiver_ill",
    "caregiver_detained",
    "child_detained",
    "deported_apart",
    "left_behind",
    "sent_to_work",
    "entrusted",
    "abandoned",
    "fled_abuse",
    "taken",
    "lost",
    "divorce_remarriage",
    "poverty",
    "school",
    "disaster",
    "conflict",
    "other",
    "unknown",
];

pub const CARE_KIND: &[Code] = codes![
    "parents",
    "step_parent",
    "kin" = "ថែទាំតាមរយៈគ្រួសារសាច់ញាតិ",
    "adult_sibling",
    "foster_short",
    "foster_long",
    "transit_centre",
    "residential" = "មណ្ឌលថែទាំកុមារ",
    "hospital" = "មន្ទីរពេទ្យ",
    "independent",
    "child_headed",
    "employer",
    "unrelated_adult",
    "street",
    "detention",
    "none",
    "other",
];

pub const LEVEL: &[Code] = codes![
    "none",
    "kindergarten",
    "grade_1" = "ថ្នាក់ទី ១",
    "grade_2" = "ថ្នាក់ទី ២",
    "grade_3" = "ថ្នាក់ទី ៣",
    "grade_4" = "ថ្នាក់ទី ៤",
    "grade_5" = "ថ្នាក់ទី ៥",
    "grade_6" = "ថ្នាក់ទី ៦",
    "grade_7" = "ថ្នាក់ទី ៧",
    "grade_8" = "ថ្នាក់ទី ៨",
    "grade_9" = "ថ្នាក់ទី ៩",
    "grade_10" = "ថ្នាក់ទី ១០",
    "grade_11" = "ថ្នាក់ទី ១១",
    "grade_12" = "ថ្នាក់ទី ១២",
    "non_formal",
    "vocational",
    "university",
    "unknown",
];

pub const DOCUMENT: &[Code] = codes![
    "birth_certificate" = "សំបុត្រកំណើត",
    "family_book" = "សៀវភៅគ្រួសារ",
    "residence_book" = "សៀវភៅស្នាក់នៅ",
    "national_id" = "អត្តសញ្ញាណប័ណ្ណ",
    "passport" = "លិខិតឆ្លងដែន",
    "travel_document" = "លិខិតធ្វើដំណើរបណ្តោះអាសន្ន",
    "border_pass",
    "equity_card" = "ប័ណ្ណសមធម៌",
    "th_birth_certificate",
    "th_13_digit",
    "th_work_permit",
    "th_deport_paper",
    "vaccine_card",
    "school_record",
    "other",
];

pub const SOURCE: &[Code] = codes!["child", "caregiver", "document", "observation", "agency"];

pub const ABILITY: &[Code] = codes!["none", "some", "a_lot", "cannot", "not_assessed"];

/// A wish that need not be settled.
pub const WISH: &[Code] = codes!["yes", "no", "undecided"];
