//! Canaries: a text of its own in every field that holds one; none of a field that is not granted leaves.

use std::collections::BTreeSet;

use proptest::prelude::*;
use protocol::{
    category::field::Kind,
    code::{ConsentBasis, Purpose, Service, Urgency},
    consent::Scope,
    offer::{Triage, TriageDraft},
};
use serde_json::Value as Json;

use crate::{
    cases::{any_case, parsed},
    consents::{TODAY, any_ask, any_terms},
    tree::{Spot, walk},
};

/// Puts a canary into each text, telephone and hash of a case; says which stands where.
fn planted(case: &mut Json) -> Vec<(Spot, String)> {
    let mut canaries = Vec::new();
    walk(case, &mut |spot, kind, json| {
        let n = canaries.len();
        let canary = match (kind, &*json) {
            (Kind::Text(most), _) => {
                assert!(*most >= 10, "room for a canary");
                format!("zq{n:06}qz")
            }
            (Kind::Phone, Json::Object(_)) => format!("+85510{n:06}"),
            (Kind::Hash, _) => format!("{n:064}"),
            _ => return false,
        };
        match kind {
            Kind::Phone => json["number"] = canary.as_str().into(),
            _ => *json = canary.as_str().into(),
        }
        canaries.push((spot.clone(), canary));
        false
    });
    canaries
}

fn holds(bytes: &[u8], canary: &str) -> bool {
    bytes.windows(canary.len()).any(|window| window == canary.as_bytes())
}

proptest! {
    #[test]
    fn no_canary_of_a_field_that_is_not_granted_is_in_the_bytes_of_a_release(
        mut case in any_case(), terms in any_terms(), mut ask in any_ask(),
    ) {
        let canaries = planted(&mut case);
        let record = parsed(&case);
        let consent = terms.consent(&record);
        (ask.purpose, ask.id) = (terms.purposes[0], terms.agencies[0]);
        let now = consent.begins().plus(ask.at.1);
        let released = Scope::apply(&record, &consent, &ask.recipient(), ask.purpose, &ask.requested, now);
        let Ok(release) = released else { return Ok(()) };
        let bytes = release.to_bytes().expect("encodes");
        let named: BTreeSet<_> = terms.named.iter().map(ToString::to_string).collect();
        for (spot, canary) in canaries {
            let granted = terms.categories.contains(&spot.category)
                && ask.requested.contains(&spot.category)
                && spot.named.as_ref().is_none_or(|name| named.contains(name))
                && !terms.keep.iter().any(|keep| keep.denies(ask.id, spot.category));
            prop_assert_eq!(holds(&bytes, &canary), granted, "{:?}", spot);
        }
    }

    #[test]
    fn no_canary_of_a_case_is_in_the_bytes_of_its_offer(mut case in any_case()) {
        let canaries = planted(&mut case);
        let record = parsed(&case);
        let mut draft =
            TriageDraft::of_case(&record, TODAY, Purpose::Shelter, Urgency::High, ConsentBasis::Consent);
        draft.services = vec![Service::SafeHouse];
        draft.text = "needs a quiet bed, sleeps with a light on".into();
        let bytes = Triage::build(&draft, &record).expect("names nobody").to_bytes().expect("encodes");
        for (spot, canary) in canaries {
            prop_assert!(!holds(&bytes, &canary), "{:?}", spot);
        }
    }
}
