//! The cut against a second opinion: what must be released, and nothing else.

use std::collections::BTreeSet;

use proptest::{prelude::*, sample::Index};
use protocol::{
    category::Category,
    code::{AgencyKind, Purpose},
    consent::{NamedField, NotCovered, Release, Scope, ScopeError},
    record::CaseRecord,
};
use serde_json::Value as Json;

use crate::{
    cases::{any_case, parsed},
    consents::{Ask, Terms, any_ask, any_terms, terms_and_ask},
    statements::statement,
    tree::{named_in, walk},
};

/// Whether time, purpose, recipient or a wish to be kept from it forbid everything.
fn forbidden(terms: &Terms, ask: &Ask) -> bool {
    let day = ask.day();
    let asked = terms.agencies.contains(&ask.id) || terms.kinds.contains(&ask.kind);
    day < terms.from
        || day > terms.until
        || ask.purpose == Purpose::Statistics
        || !terms.purposes.contains(&ask.purpose)
        || ask.kind == AgencyKind::Coordination
        || !asked
        || Category::ALL.iter().all(|category| terms.keep.iter().any(|keep| keep.denies(ask.id, *category)))
}

/// What of the case may go: cut out of its JSON.
fn expected(record: &CaseRecord, terms: &Terms, ask: &Ask) -> Json {
    let mut tree = record.to_json();
    let named: BTreeSet<_> = terms.named.iter().map(NamedField::to_string).collect();
    let granted = |category: &Category| {
        terms.categories.contains(category)
            && ask.requested.contains(category)
            && !terms.keep.iter().any(|keep| keep.denies(ask.id, *category))
    };
    tree.as_object_mut().expect("an object").retain(|name, _| name.parse().is_ok_and(|category| granted(&category)));
    walk(&mut tree, &mut |spot, _, _| spot.named.as_ref().is_some_and(|name| !named.contains(name)));
    tree
}

/// The release without its instructions.
fn data(release: &Release) -> Json {
    let mut tree = release.to_json();
    tree.as_object_mut().expect("an object").remove("handling");
    tree
}

fn without(terms: &Terms, category: Category) -> Terms {
    let mut less = terms.clone();
    less.categories.remove(&category);
    less.named.retain(|field| field.category() != category);
    if less.categories.is_empty() {
        less.categories.extend(Category::ALL.iter().find(|other| **other != category));
    }
    less
}

proptest! {
    #[test]
    fn no_field_outside_of_the_consent_is_ever_released(case in any_case(), (terms, ask) in terms_and_ask()) {
        let record = parsed(&case);
        let consent = terms.consent(&record);
        let result = Scope::apply(&record, &consent, &ask.recipient(), ask.purpose, &ask.requested, ask.now());
        let expected = expected(&record, &terms, &ask);
        match result {
            Ok(release) => {
                prop_assert!(!forbidden(&terms, &ask));
                prop_assert_eq!(data(&release), expected);
                let named: BTreeSet<_> = release.named_fields().iter().map(NamedField::to_string).collect();
                prop_assert_eq!(named, named_in(&data(&release)).into_iter().collect::<BTreeSet<_>>());
                prop_assert!(Release::from_bytes(&release.to_bytes().expect("encodes")).expect("decodes") == release);
            }
            Err(ScopeError::Nothing) => prop_assert_eq!(expected, serde_json::json!({})),
            Err(ScopeError::Ended) => prop_assert!(ask.now() > consent.ends()),
            Err(_) => prop_assert!(forbidden(&terms, &ask)),
        }
    }

    #[test]
    fn a_release_fits_its_own_statement_and_none_with_less(
        case in any_case(), terms in any_terms(), mut ask in any_ask(), which: Index,
    ) {
        let record = parsed(&case);
        let consent = terms.consent(&record);
        (ask.purpose, ask.id, ask.kind) = (terms.purposes[0], terms.agencies[0], AgencyKind::School);
        let now = consent.begins().plus(1);
        let released = Scope::apply(&record, &consent, &ask.recipient(), ask.purpose, &ask.requested, now);
        let Ok(release) = released else { return Ok(()) };
        prop_assert_eq!(release.check_covered_by(&statement(&consent)), Ok(()));

        let categories: Vec<_> = release.categories().collect();
        let category = *which.get(&categories);
        let less = without(&terms, category).consent(&record);
        prop_assert_eq!(release.check_covered_by(&statement(&less)), Err(NotCovered::Category(category)));
        for field in release.named_fields() {
            let mut less = terms.clone();
            less.named.remove(&field);
            let less = statement(&less.consent(&record));
            prop_assert_eq!(release.check_covered_by(&less), Err(NotCovered::Field(field)));
        }
    }
}
