//! Goes through a case or a release by the table, with a second opinion on what is §: written for these tests
//! alone, so that it shares no fault with the cut that it checks.

use protocol::category::{
    COMMON, Category, Named,
    field::{Field, Kind},
};
use serde_json::Value as Json;

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) category: Category,
    /// The § name, such as `health.hiv`, under which it stands.
    pub(crate) named: Option<String>,
}

/// Shows each value at each depth to `visit`; what it answers true to is taken out.
pub(crate) fn walk(tree: &mut Json, visit: &mut dyn FnMut(&Spot, &Kind, &mut Json) -> bool) {
    for (name, fields) in tree.as_object_mut().expect("an object") {
        let Ok(category) = name.parse::<Category>() else { continue };
        let table: Vec<_> = category.fields().iter().chain(COMMON).collect();
        record(&Spot { category, named: None }, &table, fields, visit);
    }
}

/// The § names in a tree.
pub(crate) fn named_in(tree: &Json) -> Vec<String> {
    let mut found = Vec::new();
    walk(&mut tree.clone(), &mut |spot, _, _| {
        found.extend(spot.named.clone());
        false
    });
    found
}

fn record(spot: &Spot, table: &[&Field], json: &mut Json, visit: &mut dyn FnMut(&Spot, &Kind, &mut Json) -> bool) {
    for field in table {
        let Some(value) = json.get_mut(field.name) else { continue };
        let mut spot = spot.clone();
        if field.named == Named::Field {
            spot.named = Some(format!("{}.{}", spot.category, field.name));
        }
        if visit(&spot, &field.kind, value) {
            json.as_object_mut().expect("an object").remove(field.name);
        } else {
            inside(&spot, &field.kind, value, visit);
        }
    }
}

fn inside(spot: &Spot, kind: &Kind, json: &mut Json, visit: &mut dyn FnMut(&Spot, &Kind, &mut Json) -> bool) {
    match (kind, json) {
        (Kind::Record(table), json @ Json::Object(_)) => {
            record(spot, &table.iter().collect::<Vec<_>>(), json, visit);
        }
        (Kind::List(item, _), Json::Array(items)) => items.retain_mut(|json| {
            let spot = item_spot(spot, item, json);
            let out = visit(&spot, item, json);
            if !out {
                inside(&spot, item, json, visit);
            }
            !out
        }),
        (Kind::Name, Json::Object(scripts)) => {
            for part in scripts.values_mut().filter_map(Json::as_object_mut).flat_map(|parts| parts.values_mut()) {
                visit(spot, &Kind::Text(60), part);
            }
        }
        (Kind::Place, Json::Object(parts)) => {
            parts.get_mut("detail").map(|detail| visit(spot, &Kind::Text(120), detail));
        }
        _ => {}
    }
}

/// An item with a § code is § as a whole.
fn item_spot(spot: &Spot, item: &Kind, json: &Json) -> Spot {
    let Kind::Record(table) = item else { return spot.clone() };
    let code = table.iter().find_map(|field| match field.named {
        Named::Codes(codes) => json[field.name].as_str().filter(|code| codes.contains(code)),
        _ => None,
    });
    let named = code.map(|code| format!("{}.{code}", spot.category)).or_else(|| spot.named.clone());
    Spot { category: spot.category, named }
}
