//! A case comes back the same from both of its forms, and a case that is too large names what to shorten.

use proptest::{prelude::*, sample::select};
use protocol::{category::Category, record::CaseRecord};
use serde_json::{Value as Json, json};

use crate::cases::{any_case, parsed, whole_case};

/// So many of an agency's own fields, each as long as it may be.
fn extras(count: usize) -> Json {
    (0..count).map(|_| json!({"key": "k", "label": "ក".repeat(60), "text": "ក".repeat(300)})).collect()
}

proptest! {
    #[test]
    fn a_case_comes_back_the_same_from_both_forms(case in prop_oneof![any_case(), whole_case()]) {
        let record = parsed(&case);
        let bytes = record.to_bytes().expect("encodes");
        let decoded = CaseRecord::from_bytes(&bytes).expect("decodes");
        prop_assert!(decoded == record);
        let again = parsed(&decoded.to_json());
        prop_assert!(again == record);
        prop_assert_eq!(again.to_bytes().expect("encodes"), bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_case_that_is_too_large_is_refused_by_its_largest_category(
        mut case in whole_case(), largest in select(Category::ALL),
    ) {
        for category in Category::ALL {
            case[category.code()]["extra"] = extras(if *category == largest { 20 } else { 15 });
        }
        let errors = CaseRecord::from_json(&case).expect_err("is too large");
        prop_assert_eq!(errors.too_large(), Some(largest.code()));
    }
}
