//! Consents of any content that fit the age of a generated child, and who asks when for what.

use std::collections::BTreeSet;

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use keys::{AgencyId, Digest, Timestamp};
use proptest::{collection::vec, option::of, prelude::*, sample::select, sample::subsequence};
use protocol::{
    category::Category,
    code::{AgencyKind, Explained, Purpose},
    consent::{Consent, NamedField, Recipient},
    record::CaseRecord,
};
use serde_json::{Value as Json, json};

pub(crate) const TODAY: Date = date(2026, 6, 1);

/// One of the few agencies of these tests.
pub(crate) fn agency(byte: u8) -> AgencyId {
    AgencyId::new(Digest([byte; 32]))
}

/// What somebody agreed to.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) categories: BTreeSet<Category>,
    pub(crate) named: BTreeSet<NamedField>,
    pub(crate) agencies: Vec<u8>,
    pub(crate) kinds: Vec<AgencyKind>,
    pub(crate) purposes: Vec<Purpose>,
    pub(crate) from: Date,
    pub(crate) until: Date,
    pub(crate) keep: Vec<Keep>,
    onward: bool,
    decided: bool,
}

/// Who must not be told, of what (none: of all).
#[derive(Clone, Debug)]
pub(crate) struct Keep {
    pub(crate) who: Who,
    pub(crate) categories: Option<Vec<Category>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Who {
    Agency(u8),
    Role(&'static str),
    /// The first of the family, if the case has one.
    Member,
}

/// Who asks for what, when.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) id: u8,
    pub(crate) kind: AgencyKind,
    pub(crate) purpose: Purpose,
    pub(crate) requested: BTreeSet<Category>,
    /// Days from today on, and the second of that day by the clock of Cambodia.
    pub(crate) at: (i64, u64),
}

impl Ask {
    pub(crate) fn recipient(&self) -> Recipient {
        Recipient { id: agency(self.id), kind: self.kind }
    }

    /// The day in Cambodia.
    pub(crate) fn day(&self) -> Date {
        TODAY.saturating_add(self.at.0.days())
    }

    pub(crate) fn now(&self) -> Timestamp {
        let midnight = jiff::tz::offset(7).to_timestamp(self.day().at(0, 0, 0, 0)).expect("a day");
        Timestamp(u64::try_from(midnight.as_second()).expect("after 1970") + self.at.1)
    }
}

pub(crate) fn any_ask() -> impl Strategy<Value = Ask> {
    let time = prop_oneof![3 => 0..40_i64, 1 => -400..500_i64];
    let parts = (0..4_u8, select(AgencyKind::ALL), any_purpose(), some_categories(), (time, 0..86_400_u64));
    parts.prop_map(|(id, kind, purpose, requested, at)| Ask { id, kind, purpose, requested, at })
}

/// A consent, and somebody who asks: mostly one to whom it was given, for what and while it was.
pub(crate) fn terms_and_ask() -> impl Strategy<Value = (Terms, Ask)> {
    (any_terms(), any_ask(), prop::bool::weighted(0.7)).prop_map(|(terms, mut ask, fits)| {
        if fits {
            (ask.purpose, ask.id) = (terms.purposes[0], terms.agencies[0]);
            ask.at.0 = i64::from((terms.from - TODAY).get_days());
        }
        (terms, ask)
    })
}

pub(crate) fn any_terms() -> impl Strategy<Value = Terms> {
    let kinds: Vec<_> = AgencyKind::ALL.iter().copied().filter(|kind| *kind != AgencyKind::Coordination).collect();
    let to = (subsequence(vec![0, 1, 2, 3], 1..=3), subsequence(kinds, 0..4));
    let purposes = vec(any_purpose(), 1..4);
    let from = prop_oneof![3 => -30..=0_i64, 1 => -300..200_i64];
    let time = (from, 0..364_i64);
    let flags = (prop::bool::weighted(0.3), prop::bool::weighted(0.3));
    let parts = (some_categories(), subsequence(NamedField::all(), 0..=8), to, purposes, time, keeps(), flags);
    parts.prop_map(|(categories, named, (agencies, kinds), purposes, (from, length), keep, (onward, decided))| {
        let from = TODAY.saturating_add(from.days());
        let until = from.saturating_add(length.days()).max(TODAY);
        let named = named.into_iter().filter(|field| categories.contains(&field.category())).collect();
        Terms { categories, named, agencies, kinds, purposes, from, until, keep, onward, decided }
    })
}

/// Care more often than others, so that asks and consents meet.
fn any_purpose() -> impl Strategy<Value = Purpose> {
    prop_oneof![Just(Purpose::Care), select(Purpose::ALL)]
}

fn some_categories() -> impl Strategy<Value = BTreeSet<Category>> {
    subsequence(Category::ALL, 1..=13).prop_map(|categories| categories.into_iter().collect())
}

fn keeps() -> impl Strategy<Value = Vec<Keep>> {
    let who = prop_oneof![
        (0..4_u8).prop_map(Who::Agency),
        select(vec!["father", "village chief"]).prop_map(Who::Role),
        Just(Who::Member)
    ];
    let keep = (who, of(subsequence(Category::ALL, 1..6)));
    let some = vec(keep.prop_map(|(who, categories)| Keep { who, categories }), 1..4);
    prop_oneof![Just(Vec::new()), some]
}

impl Terms {
    /// The consent for this child.
    pub(crate) fn consent(&self, record: &CaseRecord) -> Consent {
        let json = self.json(record);
        Consent::from_json(&json, record, TODAY).unwrap_or_else(|faults| panic!("not valid: {faults}\n{json:#}"))
    }

    fn json(&self, record: &CaseRecord) -> Json {
        let mut to: Vec<_> = self.agencies.iter().map(|byte| agency(*byte).to_string()).collect();
        to.extend(self.kinds.iter().map(|kind| format!("any:{kind}")));
        let members = record.to_json()["family"]["members"].as_array().is_some_and(|members| !members.is_empty());
        let mut json = json!({
            "to": to, "categories": self.categories, "fields": self.named, "purposes": self.purposes,
            "from": self.from.to_string(), "until": self.until.to_string(),
            "onward": if self.onward { "same_purpose" } else { "no" },
            "keep_uninformed": self.keep.iter().map(|keep| keep.json(members)).collect::<Vec<_>>(),
            "form": "written", "language": "km", "explained": Explained::ALL,
        });
        let adult = record.age_on(TODAY).is_none_or(|age| age.least >= 15);
        let decided = self.decided && !adult;
        json["given_by"] = if adult {
            "child"
        } else if decided {
            "best_interest"
        } else {
            "caregiver"
        }
        .into();
        json["assent"] = "given".into();
        if decided {
            json["reason"] = "nobody of the family is known".into();
            json["worker"] = "Dara".into();
            json["supervisor"] = "Sopheap".into();
        }
        json
    }
}

impl Keep {
    fn json(&self, members: bool) -> Json {
        let mut json = match self.who {
            Who::Agency(byte) => json!({"who": agency(byte).to_string()}),
            Who::Member if members => json!({"person": 0}),
            Who::Member => json!({"who": "uncle"}),
            Who::Role(role) => json!({"who": role}),
        };
        json["reason"] = "fear_of_harm".into();
        self.categories.iter().for_each(|categories| json["categories"] = json!(categories));
        json
    }

    /// Whether this agency must not have this category.
    pub(crate) fn denies(&self, id: u8, category: Category) -> bool {
        matches!(self.who, Who::Agency(byte) if byte == id)
            && self.categories.as_ref().is_none_or(|categories| categories.contains(&category))
    }
}
