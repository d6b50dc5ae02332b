//! Whole cases, made of the table of the fields: valid by construction, whatever the table says.

use proptest::{
    collection::vec,
    option::{of, weighted},
    prelude::*,
    sample::select,
};
use protocol::{
    category::{
        COMMON, Category, Named, Need,
        field::{Code, Field, Kind},
    },
    record::CaseRecord,
};
use serde_json::{Map, Value as Json, json};

/// What of a case is there.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// `family.members` is there, and other fields refer to it.
    members: bool,
    /// All thirteen categories are there.
    whole: bool,
}

/// A case file of any categories and fields, sometimes with references to family members.
pub(crate) fn any_case() -> impl Strategy<Value = Json> {
    any::<bool>().prop_flat_map(|members| case(Shape { members, whole: false }))
}

/// A case file with all thirteen categories.
pub(crate) fn whole_case() -> impl Strategy<Value = Json> {
    case(Shape { members: true, whole: true })
}

/// The case of a generated file.
pub(crate) fn parsed(case: &Json) -> CaseRecord {
    CaseRecord::from_json(case).unwrap_or_else(|faults| panic!("not valid by construction: {faults}\n{case:#}"))
}

fn case(shape: Shape) -> BoxedStrategy<Json> {
    let mut all = Just(Map::new()).boxed();
    for category in Category::ALL.iter().copied() {
        let table: Vec<_> = category.fields().iter().chain(COMMON).collect();
        let fields = record(shape, &table);
        let always = shape.whole || category == Category::Identity || (shape.members && category == Category::Family);
        let never = !shape.members && category == Category::Family;
        let some = match (always, never) {
            (true, _) => fields.prop_map(Some).boxed(),
            (_, true) => Just(None).boxed(),
            _ => weighted(0.7, fields).boxed(),
        };
        all = put(all, category.code(), some);
    }
    all.prop_map(|case| confirmed(case.into())).boxed()
}

/// Adds an entry if there is a value.
fn put(
    object: BoxedStrategy<Map<String, Json>>,
    name: &'static str,
    value: BoxedStrategy<Option<Json>>,
) -> BoxedStrategy<Map<String, Json>> {
    let pair = (object, value).prop_map(move |(mut object, value)| {
        object.extend(value.map(|value| (name.to_owned(), value)));
        object
    });
    pair.boxed()
}

/// The one rule that the table does not hold: two of three confirmed it before the search is verified.
fn confirmed(mut case: Json) -> Json {
    if case["tracing"]["status"] == "verified" {
        case["tracing"]["verified"] = json!({"by_child": "yes", "by_family": "no", "by_authority": "yes"});
    }
    if case["tracing"].is_null() {
        case.as_object_mut().expect("an object").remove("tracing");
    }
    case
}

/// An object with the required fields, one of each group, and some of the others; § fields often.
fn record(shape: Shape, table: &[&'static Field]) -> BoxedStrategy<Json> {
    let usable = |field: &&&'static Field| shape.members || !matches!(field.kind, Kind::Person);
    let mut groups: Vec<(&str, Vec<&'static Field>)> = Vec::new();
    let mut all = Just(Map::new()).boxed();
    for field in table.iter().filter(usable) {
        match field.need {
            Need::OneOf(group) => match groups.iter_mut().find(|(name, _)| *name == group) {
                Some((_, fields)) => fields.push(field),
                None => groups.push((group, vec![field])),
            },
            Need::Required => all = put(all, field.name, required(shape, field).prop_map(Some).boxed()),
            Need::Optional => all = put(all, field.name, optional(shape, field)),
        }
    }
    for (_, fields) in groups {
        let one = (0..fields.len()).prop_flat_map(move |i| {
            let field = fields[i];
            let value =
                if matches!(field.kind, Kind::Bool) { Just(true.into()).boxed() } else { value(shape, &field.kind) };
            value.prop_map(move |value| (field.name, value))
        });
        all = (all, one)
            .prop_map(|(mut object, (name, value))| {
                object.insert(name.to_owned(), value);
                object
            })
            .boxed();
    }
    all.prop_map(Json::from).boxed()
}

/// § codes often.
fn required(shape: Shape, field: &'static Field) -> BoxedStrategy<Json> {
    match field.named {
        Named::Codes(codes) => prop_oneof![select(codes).prop_map(Json::from), value(shape, &field.kind)].boxed(),
        _ => value(shape, &field.kind),
    }
}

fn optional(shape: Shape, field: &'static Field) -> BoxedStrategy<Option<Json>> {
    if field.name == "members" {
        let Kind::List(item, _) = field.kind else { panic!("family.members is a list") };
        let least = usize::from(shape.members);
        return vec(value(shape, item), least..3).prop_map(|members| Some(members.into())).boxed();
    }
    let own_unknown = matches!(field.kind, Kind::Text(_) | Kind::YesNo | Kind::Enum(_) | Kind::Bool | Kind::Hash);
    let value = value(shape, &field.kind);
    let value = if own_unknown { value } else { prop_oneof![9 => value, 1 => Just("unknown".into())].boxed() };
    weighted(if field.named == Named::No { 0.5 } else { 0.8 }, value).boxed()
}

/// Any value of a kind.
fn value(shape: Shape, kind: &'static Kind) -> BoxedStrategy<Json> {
    match kind {
        Kind::Text(most) => text(*most),
        Kind::Date | Kind::DueDate => date().prop_map(Json::from).boxed(),
        Kind::Hour => (day(), 0..24).prop_map(|(day, hour)| format!("{day}T{hour:02}").into()).boxed(),
        Kind::Age => age(),
        Kind::Place => place(),
        Kind::Phone => phone(),
        Kind::Name => name(),
        Kind::Person => Just(0.into()).boxed(),
        Kind::YesNo => select(vec!["yes", "no", "unknown"]).prop_map(Json::from).boxed(),
        Kind::Bool => any::<bool>().prop_map(Json::from).boxed(),
        Kind::Enum(codes) => code(codes),
        Kind::List(item, most) => vec(value(shape, item), 0..=2.min(*most)).prop_map(Json::from).boxed(),
        Kind::Record(table) => record(shape, &table.iter().collect::<Vec<_>>()),
        Kind::Int { min, max } => (*min..=*max).prop_map(Json::from).boxed(),
        Kind::Tenths { min, max } => (*min..=*max).prop_map(tenths).boxed(),
        Kind::Hash => "[0-9a-f]{64}".prop_map(Json::from).boxed(),
    }
}

fn code(codes: &'static [Code]) -> BoxedStrategy<Json> {
    select(codes.iter().map(|code| code.code).collect::<Vec<_>>()).prop_map(Json::from).boxed()
}

/// Short, of both scripts and of anything else that may stand in a text; at most what its limit allows after NFC.
fn text(most: usize) -> BoxedStrategy<Json> {
    let pattern = format!("\\PC{{0,{}}}", most.min(30) / 3);
    let anything = proptest::string::string_regex(&pattern).expect("a pattern");
    let words = select(vec!["", "fever", "ឈឺ ១២", "សុខា", "e\u{301}te\u{301}", "Poipet", "\u{200b}ក\u{17d2}រ"]);
    prop_oneof![words.prop_map(Json::from), anything.prop_map(Json::from)].boxed()
}

fn day() -> impl Strategy<Value = String> {
    (1990..=2026, 1..=12, 1..=28).prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"))
}

fn date() -> impl Strategy<Value = String> {
    (day(), select(vec![4, 7, 10])).prop_map(|(day, length)| day[..length].to_owned())
}

fn age() -> BoxedStrategy<Json> {
    let amount = prop_oneof![(0..=25_u8).prop_map(|n| ("years", n)), (0..=35_u8).prop_map(|n| ("months", n))];
    let parts = (amount, date(), of(0..=3_u8)).prop_map(|((unit, amount), as_of, off)| {
        let mut age = json!({"as_of": as_of});
        age[unit] = amount.into();
        off.into_iter().for_each(|off| age["plus_minus"] = off.into());
        age
    });
    parts.boxed()
}

fn place() -> BoxedStrategy<Json> {
    let codes = select(vec!["01", "25", "0110", "011002", "01100203", "1405"]);
    let here = (codes.clone(), of(text(120))).prop_map(|(code, detail)| match detail {
        Some(detail) => json!({"country": "kh", "code": code, "detail": detail}),
        None => json!({"code": code}),
    });
    let abroad = text(120).prop_map(|detail| json!({"country": "TH", "detail": detail}));
    prop_oneof![here, abroad, codes.prop_map(Json::from), Just(json!({}))].boxed()
}

fn phone() -> BoxedStrategy<Json> {
    let number = select(vec!["+855 10 000 0", "00855-10-000-0", "០១០ ០០០ ០", "+66 81 234 5"]);
    let owner = select(vec!["self", "family", "worker"]);
    let parts = (number, 0..100, of(owner)).prop_map(|(number, n, owner)| {
        let mut phone = json!({"number": format!("{number}{n:02}"), "safe_to_call": "no"});
        owner.into_iter().for_each(|owner| phone["owner"] = owner.into());
        phone
    });
    prop_oneof![4 => parts, 1 => (0..100).prop_map(|n| json!(format!("010 000 0{n:02}")))].boxed()
}

fn name() -> BoxedStrategy<Json> {
    let km = select(vec!["ទន្លេ", "សុខា", "ជា", "ភ្លៀង"]);
    let latin = select(vec!["Tonle", "Sokha", "Chea", "Fon"]);
    let km = (of(km.clone()), km).prop_map(|(family, given)| match family {
        Some(family) => json!({"family": family, "given": given}),
        None => json!({"given": given}),
    });
    let both = (km.clone(), latin.clone()).prop_map(|(km, latin)| json!({"km": km, "latin": {"family": latin}}));
    prop_oneof![both, km.prop_map(|km| json!({"km": km})), latin.prop_map(|latin| json!({"latin": {"given": latin}}))]
        .boxed()
}

fn tenths(n: i64) -> Json {
    serde_json::from_str(&format!("{}.{}", n / 10, n % 10)).expect("a number")
}
