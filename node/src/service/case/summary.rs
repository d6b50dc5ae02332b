//! What the index is told of a record.

use jiff::civil::Date;
use protocol::{
    ConsentId,
    code::AgeBand,
    record::{Birth, CaseRecord, NameParts},
};

use crate::service::rows::{CaseIndexRow, CaseRow};

/// Of a case as it is written on `today`.
pub(super) fn summarise(record: &CaseRecord, row: &CaseRow, consents: Vec<ConsentId>, today: Date) -> CaseIndexRow {
    let name = record.name();
    CaseIndexRow {
        name_km: name.and_then(|name| name.km()).map(NameParts::display),
        name_latin: name.and_then(|name| name.latin()).map(NameParts::display),
        other_names: record.other_names().map(str::to_owned).collect(),
        sex: record.sex().to_owned(),
        age: age(record),
        age_band: band(record, today).code().to_owned(),
        area: area(record).to_owned(),
        created: row.created,
        updated: row.updated,
        consents,
    }
}

/// As a person would say it: a birth stays true when the child grows older, so does an age with its day.
fn age(record: &CaseRecord) -> String {
    match record.birth() {
        Some(Birth::On(date)) => format!("born {date}"),
        Some(Birth::Estimated(_)) => estimate(record).unwrap_or_default(),
        None => String::new(),
    }
}

fn estimate(record: &CaseRecord) -> Option<String> {
    let record = record.to_json();
    let parts = record.pointer("/identity/age_estimate")?;
    let number = |name: &str| parts.get(name).and_then(serde_json::Value::as_u64);
    let as_of = parts.get("as_of")?.as_str()?;
    let age = match (number("years"), number("months")) {
        (Some(years), _) => format!("about {years} years"),
        (None, Some(months)) => format!("about {months} months"),
        (None, None) => return None,
    };
    let off = number("plus_minus").filter(|off| *off > 0).map_or_else(String::new, |off| format!(" (±{off})"));
    Some(format!("{age}{off} on {as_of}"))
}

fn band(record: &CaseRecord, today: Date) -> AgeBand {
    record.age_on(today).map_or(AgeBand::Unknown, |age| AgeBand::for_range(age.least, age.most))
}

/// As an offer says it: a province, `abroad` or `unknown`.
fn area(record: &CaseRecord) -> &str {
    let abroad = record.current_place().is_some_and(|place| place.country() != "kh");
    match record.province_code() {
        _ if abroad => "abroad",
        Some(province) => province,
        None => "unknown",
    }
}
