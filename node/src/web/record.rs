//! A case or a release as a page shows it: category by category, field by field, in the words of the language.
//!
//! The network's own tables say what a field is: a code has words, a day is said in words, a name stands in both scripts.
//! Whatever the tables do not know is shown as it is.

use protocol::category::{
    COMMON, Category,
    field::{Field, Kind},
};
use serde_json::{Map, Value};

use super::words::Words;

/// One category.
pub(super) struct Section {
    /// For the heading's id.
    pub(super) code: &'static str,
    pub(super) icon: &'static str,
    pub(super) title: String,
    pub(super) rows: Vec<Row>,
    /// Where it is changed; empty where it is not.
    pub(super) change: String,
    /// Whether it can be left out of what is sent.
    pub(super) out: bool,
}

/// One field: one item, or a list of them.
pub(super) struct Row {
    /// The field.
    pub(super) code: String,
    /// What names it where it can be left out of what is sent; empty where it can't.
    pub(super) out: String,
    pub(super) name: String,
    pub(super) items: Vec<Vec<Part>>,
}

/// A value, with its name where several stand together.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) value: String,
    /// Somebody who must not be called.
    pub(super) stop: bool,
}

/// The categories of `record`, in the network's order.
pub(super) fn sections(w: Words, record: &Value) -> Vec<Section> {
    let present = |category: &Category| Some((*category, record.get(category.code())?.as_object()?));
    Category::ALL.iter().filter_map(present).map(|(category, fields)| section(w, category, fields)).collect()
}

/// An entry of a list in a line: what is known of it first.
pub(super) fn brief(w: Words, kind: &Kind, value: &Value) -> String {
    let (Kind::Record(table), Value::Object(fields)) = (kind, value) else { return said(w, "", Some(kind), value) };
    let known = table.iter().filter_map(|field| Some((field, fields.get(field.name)?)));
    let words: Vec<String> =
        known.take(3).map(|(field, value)| said(w, field.name, Some(&field.kind), value)).collect();
    words.join(" · ")
}

/// The categories that are not in `record`.
pub(super) fn missing(w: Words, record: &Value) -> Vec<String> {
    let absent = Category::ALL.iter().filter(|category| record.get(category.code()).is_none());
    absent.map(|category| w.line(&w.code("category", category.code()))).collect()
}

/// Whom the origin asks not to tell.
pub(super) fn not_to_be_told(release: &Value) -> Vec<String> {
    let entries = release.get("handling").and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.get("keep_uninformed")?.as_str()?.to_owned())).collect()
}

/// The child's name in Khmer and in Latin letters, as far as they are there.
pub(super) fn name(record: &Value) -> (String, String) {
    let script = |key: &str| {
        let parts = record.pointer(&format!("/identity/name/{key}"))?;
        let part = |key: &str| parts.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let family =
            part("family").map(|family| if key == "latin" { family.to_uppercase() } else { family.to_owned() });
        let parts: Vec<String> = family.into_iter().chain(part("given").map(str::to_owned)).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    (script("km").unwrap_or_default(), script("latin").unwrap_or_default())
}

/// The family's members as one chooses among them: name and relationship.
pub(super) fn members(w: Words, record: &Value) -> Vec<String> {
    let members = record.pointer("/family/members").and_then(Value::as_array).into_iter().flatten();
    let one = |member: &Value| {
        let part = |name: &str, kind: &Kind| member.get(name).map(|value| said(w, name, Some(kind), value));
        let parts = [part("name", &Kind::Name), part("relationship", &Kind::Enum(&[]))];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    members.map(one).collect()
}

fn section(w: Words, category: Category, fields: &Map<String, Value>) -> Section {
    let table = || category.fields().iter().chain(COMMON);
    let known = table().filter_map(|field| Some((field.name, Some(field), fields.get(field.name)?)));
    let strange = fields.iter().filter(|(name, _)| !table().any(|field| field.name == *name));
    let all = known.chain(strange.map(|(name, value)| (name.as_str(), None, value)));
    let icon = match category {
        Category::Identity => "person",
        Category::Protection | Category::Legal => "shield",
        Category::Health | Category::MentalHealth => "heart",
        _ => "paper",
    };
    Section {
        code: category.code(),
        icon,
        title: w.line(&w.code("category", category.code())),
        rows: all.map(|(name, field, value)| row(w, name, field.map(|f| &f.kind), value)).collect(),
        change: String::new(),
        out: false,
    }
}

fn row(w: Words, name: &str, kind: Option<&Kind>, value: &Value) -> Row {
    let items = match (kind, value) {
        // Somebody asked, and there is none: not the same as nobody having asked.
        (_, Value::Array(values)) if values.is_empty() => {
            vec![vec![Part { name: String::new(), value: w.code("value", "none"), stop: false }]]
        }
        (Some(Kind::List(inner, _)), Value::Array(values)) if plain(inner) => {
            let words: Vec<String> = values.iter().map(|value| said(w, name, Some(inner), value)).collect();
            vec![vec![Part { name: String::new(), value: words.join(", "), stop: false }]]
        }
        (Some(Kind::List(inner, _)), Value::Array(values)) => {
            values.iter().map(|value| parts(w, name, Some(inner), value)).collect()
        }
        (None, Value::Array(values)) => values.iter().map(|value| parts(w, name, None, value)).collect(),
        _ => vec![parts(w, name, kind, value)],
    };
    Row { code: name.to_owned(), out: String::new(), name: w.code("field", name), items }
}

/// Whether a value of it is one word.
const fn plain(kind: &Kind) -> bool {
    !matches!(kind, Kind::Record(_) | Kind::Phone | Kind::Place | Kind::Name | Kind::Age)
}

fn parts(w: Words, name: &str, kind: Option<&Kind>, value: &Value) -> Vec<Part> {
    let (Some(Kind::Record(table)), Value::Object(fields)) = (kind, value) else {
        return vec![Part { name: String::new(), value: said(w, name, kind, value), stop: false }];
    };
    let known = table.iter().filter_map(|field| Some((field, fields.get(field.name)?)));
    known
        .map(|(field, value)| Part {
            name: w.code("field", field.name),
            value: said(w, field.name, Some(&field.kind), value),
            stop: field.name == "may_contact" && value == "no",
        })
        .collect()
}

/// A value in one line.
fn said(w: Words, name: &str, kind: Option<&Kind>, value: &Value) -> String {
    match (kind, value) {
        (Some(Kind::List(inner, _)), Value::Array(values)) => {
            values.iter().map(|value| said(w, name, Some(inner), value)).collect::<Vec<_>>().join(", ")
        }
        (Some(Kind::Enum(_)), Value::String(code)) if name == "languages" => w.code("language", code),
        // Somebody asked, and it is not known: an answer that each field may have, also a list of allergies.
        (Some(_), Value::String(word)) if word == "unknown" => w.code("value", word),
        (Some(Kind::Enum(_) | Kind::YesNo), Value::String(code)) => w.code("value", code),
        (Some(Kind::Date | Kind::DueDate | Kind::Hour), Value::String(day)) => hour(w, day),
        (Some(Kind::Person), Value::Number(n)) => w.t1("record-person", "n", w.digits(&n.to_string())),
        (Some(kind), Value::Object(fields)) => composed(w, kind, fields),
        (None, Value::Object(fields)) => {
            fields.values().map(|value| said(w, name, None, value)).collect::<Vec<_>>().join(" ")
        }
        (_, Value::String(text)) => text.clone(),
        (_, Value::Bool(true)) => w.code("value", "yes"),
        (_, Value::Bool(false)) => w.code("value", "no"),
        (_, Value::Null) => w.code("value", "unknown"),
        (_, Value::Number(n)) => w.digits(&n.to_string()),
        (_, Value::Array(values)) => {
            values.iter().map(|value| said(w, name, None, value)).collect::<Vec<_>>().join(", ")
        }
    }
}

fn hour(w: Words, text: &str) -> String {
    match text.split_once('T') {
        Some((day, hour)) => {
            w.t2("when-moment", ("day", w.recorded_day(day)), ("hour", w.digits(&format!("{hour}:00"))))
        }
        None => w.recorded_day(text),
    }
}

fn composed(w: Words, kind: &Kind, fields: &Map<String, Value>) -> String {
    let text = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default();
    let some = |parts: Vec<String>| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    match kind {
        Kind::Name => {
            let name = Value::Object([("name".to_owned(), Value::Object(fields.clone()))].into_iter().collect());
            let record = Value::Object([("identity".to_owned(), name)].into_iter().collect());
            let (km, latin) = self::name(&record);
            some(vec![km, latin]).join(" · ")
        }
        Kind::Age => age(w, fields),
        Kind::Place => {
            let known = (1..=4).rev().filter_map(|level| text("code").get(..2 * level));
            let mut names: Vec<String> = known.filter_map(|code| w.place(code)).collect();
            names.dedup();
            let abroad =
                if matches!(text("country"), "" | "kh") { String::new() } else { text("country").to_uppercase() };
            some([vec![text("detail").to_owned()], names, vec![abroad]].concat()).join(", ")
        }
        Kind::Phone => {
            let code = |key: &str| if text(key).is_empty() { String::new() } else { w.code("value", text(key)) };
            let safe = code("safe_to_call");
            let safe = if safe.is_empty() { safe } else { format!("{}: {safe}", w.code("field", "safe_to_call")) };
            some(vec![text("number").to_owned(), code("owner"), safe]).join(" · ")
        }
        Kind::Record(table) => {
            let known = table.iter().filter_map(|field| Some((field, fields.get(field.name)?)));
            let one = |(field, value): (&Field, &Value)| {
                format!("{}: {}", w.code("field", field.name), said(w, field.name, Some(&field.kind), value))
            };
            known.map(one).collect::<Vec<_>>().join(" · ")
        }
        // A date of which only a part is known.
        _ => w.recorded_day(text("value")),
    }
}

fn age(w: Words, fields: &Map<String, Value>) -> String {
    let number = |key: &str| fields.get(key).and_then(Value::as_u64);
    let day = w.recorded_day(fields.get("as_of").and_then(Value::as_str).unwrap_or_default());
    let (key, n) = match (number("years"), number("months")) {
        (Some(years), _) => ("record-about-years", years),
        (None, months) => ("record-about-months", months.unwrap_or_default()),
    };
    let off = number("plus_minus").filter(|off| *off > 0);
    let off = off.map(|off| format!(" (±{})", w.number(off))).unwrap_or_default();
    w.with(key, &[("n", &w.number(n)), ("off", &off), ("day", &day)])
}
