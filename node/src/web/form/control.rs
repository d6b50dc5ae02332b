//! Which boxes a field has, and what each says.

use askama::Template;
use protocol::category::field::{Code, Field, Kind, Need};
use serde_json::Value;

use super::{Typed, at, entry, place, under};
use crate::web::{
    page::{Frame, Mark},
    record,
    words::Words,
};

/// Texts longer than this have a box of several lines.
const ONE_LINE: usize = 100;
/// Countries that a place may lie in; others stand as they are.
const COUNTRIES: [&str; 5] = ["kh", "th", "vn", "la", "mm"];

/// How a control is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web) enum Look {
    /// One line of text.
    Line,
    /// Several lines.
    Area,
    /// One of a list.
    Select,
    /// Several of a list.
    Ticks,
    /// Yes, or nothing.
    Tick,
    /// Several controls under one heading.
    Group,
    /// Controls that stand in one line, as a day, a month and a year.
    Parts,
    /// Entries that have pages of their own.
    Entries,
}

/// A question, or several under one heading.
#[derive(Clone, Debug)]
pub(in crate::web) struct Control {
    pub(in crate::web) id: String,
    pub(in crate::web) label: String,
    pub(in crate::web) hint: String,
    /// What is wrong with it.
    pub(in crate::web) why: String,
    pub(in crate::web) needed: bool,
    pub(in crate::web) look: Look,
    pub(in crate::web) value: String,
    pub(in crate::web) most: usize,
    /// For the telephone's keyboard: `numeric`, `tel`, `decimal`, or none.
    pub(in crate::web) mode: &'static str,
    /// Whether the names of places are offered.
    pub(in crate::web) places: bool,
    /// In which script it is written, if that is known.
    pub(in crate::web) script: &'static str,
    pub(in crate::web) choices: Vec<Choice>,
    pub(in crate::web) parts: Vec<Control>,
    pub(in crate::web) entries: Vec<Item>,
    /// The page for one more entry.
    pub(in crate::web) more: String,
    /// What was typed, with what must be changed marked; empty where nothing was found.
    pub(in crate::web) pieces: Vec<Piece>,
}

/// A piece of a text that was refused.
#[derive(Clone, Debug)]
pub(in crate::web) struct Piece {
    pub(in crate::web) text: String,
    /// It must be changed.
    pub(in crate::web) found: bool,
}

/// One of a list.
#[derive(Clone, Debug)]
pub(in crate::web) struct Choice {
    /// Its value, or for ticks its path.
    pub(in crate::web) value: String,
    pub(in crate::web) words: String,
    pub(in crate::web) chosen: bool,
}

/// An entry with a page of its own.
#[derive(Clone, Debug)]
pub(in crate::web) struct Item {
    pub(in crate::web) path: String,
    pub(in crate::web) words: String,
}

/// What all controls of a form have in common.
pub(in crate::web) struct Form<'a> {
    pub(in crate::web) w: Words,
    pub(in crate::web) typed: &'a Typed,
    pub(in crate::web) marks: &'a [Mark],
    /// The family's members, by number.
    pub(in crate::web) members: Vec<String>,
    /// What is recorded of the category: entries there have pages of their own, below `path`.
    pub(in crate::web) there: Option<&'a Value>,
    /// Whether the category must have more than any list of its own: then it is saved before entries are added.
    pub(in crate::web) asks_more: bool,
    pub(in crate::web) path: String,
}

impl Form<'_> {
    /// The controls of these fields.
    pub(in crate::web) fn controls(&self, table: &[&'static Field], path: &str) -> Vec<Control> {
        // Fields of the agency's own are added once the category is there.
        let asked = table.iter().filter(|field| self.there.is_some() || field.name != "extra");
        asked.filter(|field| !matches!(field.kind, Kind::Hash)).map(|field| self.field(field, path)).collect()
    }

    fn field(&self, field: &'static Field, path: &str) -> Control {
        let id = under(path, field.name);
        let mut control = match entry(&field.kind) {
            Some((kind, most)) if path.is_empty() => self.entries(field, kind, most),
            _ => self.kind(field.name, &field.kind, &id),
        };
        control.needed = field.need == Need::Required;
        if super::may_be_unknown(&field.kind) && (control.needed || at(self.typed, &under(&id, "unknown")) == "on") {
            control.parts.push(self.tick(&under(&id, "unknown"), "form-unknown"));
        }
        control
    }

    /// The controls of one value.
    pub(in crate::web) fn kind(&self, name: &str, kind: &'static Kind, id: &str) -> Control {
        let label = self.w.line(&self.w.code("field", name));
        match kind {
            Kind::Text(most) if *most <= ONE_LINE => self.line(id, label, *most, ""),
            Kind::Text(most) => Control { most: *most, ..self.bare(id, label, Look::Area) },
            Kind::Date | Kind::DueDate | Kind::Hour => self.day(id, label, matches!(kind, Kind::Hour)),
            Kind::Age => self.age(id, label),
            Kind::Place => self.place(id, label),
            Kind::Phone => self.phone(id, label),
            Kind::Name => self.name(id, label),
            Kind::Person => self.person(id, label),
            Kind::YesNo => self.select(id, label, "value", protocol::category::YES_NO),
            Kind::Enum(codes) => self.select(id, label, list_of(name), codes),
            Kind::Bool => self.bare(id, label, Look::Tick),
            Kind::Int { .. } => self.line(id, label, 9, "numeric"),
            Kind::Tenths { .. } => self.line(id, label, 6, "decimal"),
            Kind::Record(table) => {
                let parts = self.controls(&table.iter().collect::<Vec<_>>(), id);
                Control { parts, ..self.bare(id, label, Look::Group) }
            }
            Kind::List(inner, most) => self.list(name, inner, *most, id, label),
            Kind::Hash => self.bare(id, label, Look::Group),
        }
    }

    fn list(&self, name: &str, inner: &'static Kind, most: usize, id: &str, label: String) -> Control {
        match inner {
            Kind::Enum(codes) => {
                let tick = |code: &Code| {
                    let value = under(id, code.code);
                    let words = self.w.line(&self.w.code(list_of(name), code.code));
                    Choice { chosen: at(self.typed, &value) == "on", value, words }
                };
                let choices = codes.iter().map(tick).chain(self.none(id, codes)).collect();
                Control { choices, ..self.bare(id, label, Look::Ticks) }
            }
            Kind::Text(each) => {
                let hint = self.w.t("form-one-a-line").into_owned();
                Control { hint, most: each * most, ..self.bare(id, label, Look::Area) }
            }
            _ => {
                let there = (0..most).take_while(|n| {
                    let entry = format!("{id}.{n}.");
                    self.typed.range(entry.clone()..).next().is_some_and(|(key, _)| key.starts_with(&entry))
                });
                let shown = (there.count() + 1).min(most);
                let parts = (0..shown).map(|n| self.kind(name, inner, &under(id, &n.to_string()))).collect();
                Control { parts, ..self.bare(id, label, Look::Group) }
            }
        }
    }

    /// Asked, and there is none: for lists that have no such code.
    fn none(&self, id: &str, codes: &[Code]) -> Option<Choice> {
        let value = under(id, "none");
        let words = self.w.t("form-none").into_owned();
        (!codes.iter().any(|code| code.code == "none")).then(|| Choice {
            chosen: at(self.typed, &value) == "on",
            value,
            words,
        })
    }

    /// A list whose entries have pages of their own; the first one is asked here.
    fn entries(&self, field: &'static Field, kind: &'static Kind, most: usize) -> Control {
        let label = self.w.line(&self.w.code("field", field.name));
        let there = self.there.and_then(|there| there.get(field.name)).and_then(Value::as_array);
        let path = format!("{}/{}", self.path, field.name);
        let item = |(number, value): (usize, &Value)| Item {
            path: format!("{path}/{number}"),
            words: record::brief(self.w, kind, value),
        };
        let entries: Vec<Item> = there.into_iter().flatten().enumerate().map(item).collect();
        let control = self.bare(field.name, label, Look::Entries);
        if field.need == Need::Required && entries.is_empty() {
            let first = self.kind(field.name, kind, &under(field.name, "0"));
            let none = self.tick(&under(field.name, "none"), "form-none");
            return Control { look: Look::Group, parts: first.parts.into_iter().chain([none]).collect(), ..control };
        }
        let none = entries.is_empty() && field.name != "extra";
        let none = none.then(|| self.tick(&under(field.name, "none"), "form-none"));
        let first = self.there.is_none() && self.asks_more;
        let more = if entries.len() < most && !first { format!("{path}/{}", entries.len()) } else { String::new() };
        let hint = if first { self.w.t("form-save-first").into_owned() } else { String::new() };
        Control { entries, more, hint, parts: none.into_iter().collect(), ..control }
    }

    pub(super) fn bare(&self, id: &str, label: String, look: Look) -> Control {
        let why = self.marks.iter().find(|mark| mark.id == id).map(|mark| mark.text.clone()).unwrap_or_default();
        Control {
            id: id.to_owned(),
            label,
            hint: String::new(),
            why,
            needed: false,
            look,
            value: self.typed.get(id).cloned().unwrap_or_default(),
            most: 0,
            mode: "",
            places: false,
            script: "",
            choices: Vec::new(),
            parts: Vec::new(),
            entries: Vec::new(),
            more: String::new(),
            pieces: Vec::new(),
        }
    }

    pub(super) fn line(&self, id: &str, label: String, most: usize, mode: &'static str) -> Control {
        Control { most, mode, ..self.bare(id, label, Look::Line) }
    }

    fn part(&self, id: &str, name: &str, key: &str, most: usize, mode: &'static str) -> Control {
        self.line(&under(id, name), self.w.t(key).into_owned(), most, mode)
    }

    fn tick(&self, id: &str, key: &str) -> Control {
        self.bare(id, self.w.t(key).into_owned(), Look::Tick)
    }

    fn select(&self, id: &str, label: String, list: &str, codes: &[Code]) -> Control {
        let words = |code: &Code| (code.code.to_owned(), self.w.line(&self.w.code(list, code.code)));
        self.choose(id, label, codes.iter().map(words).collect())
    }

    pub(super) fn choose(&self, id: &str, label: String, of: Vec<(String, String)>) -> Control {
        let control = self.bare(id, label, Look::Select);
        let chosen = at(self.typed, id);
        let choice = |(value, words): (String, String)| Choice { chosen: value == chosen, value, words };
        Control { choices: of.into_iter().map(choice).collect(), ..control }
    }

    fn day(&self, id: &str, label: String, hour: bool) -> Control {
        let mut parts = vec![
            self.part(id, "d", "form-day", 2, "numeric"),
            self.part(id, "m", "form-month", 2, "numeric"),
            self.part(id, "y", "form-year", 4, "numeric"),
        ];
        if hour {
            parts.push(self.part(id, "h", "form-hour", 2, "numeric"));
        }
        Control { parts, ..self.bare(id, label, Look::Parts) }
    }

    fn age(&self, id: &str, label: String) -> Control {
        let numbers = vec![
            self.part(id, "years", "form-years", 2, "numeric"),
            self.part(id, "months", "form-months", 2, "numeric"),
            self.part(id, "plus_minus", "form-plus-minus", 1, "numeric"),
        ];
        let numbers = Control { parts: numbers, ..self.bare("", String::new(), Look::Parts) };
        let day = self.day(&under(id, "as_of"), self.w.line(&self.w.code("field", "as_of")), false);
        Control { parts: vec![numbers, day], ..self.bare(id, label, Look::Group) }
    }

    fn place(&self, id: &str, label: String) -> Control {
        let name = Control { places: true, ..self.part(id, "name", "form-place", 120, "") };
        let detail = self.part(id, "detail", "form-detail", 120, "");
        let country = under(id, "country");
        let kept = at(self.typed, &country);
        let other = Some(kept).filter(|kept| !kept.is_empty() && !COUNTRIES.contains(kept));
        let words = |code: &str| (code.to_owned(), self.w.line(&self.w.code("country", code)));
        let countries = COUNTRIES.into_iter().chain(other).map(words).collect();
        let country = self.choose(&country, self.w.line(&self.w.code("field", "country")), countries);
        Control { parts: vec![name, detail, country], ..self.bare(id, label, Look::Group) }
    }

    fn phone(&self, id: &str, label: String) -> Control {
        let number = self.part(id, "number", "form-number", 40, "tel");
        let part = |name: &str, codes: &[Code]| {
            self.select(&under(id, name), self.w.line(&self.w.code("field", name)), "value", codes)
        };
        let parts = vec![
            number,
            part("owner", protocol::category::PHONE_OWNER),
            part("safe_to_call", protocol::category::YES_NO),
        ];
        Control { parts, ..self.bare(id, label, Look::Group) }
    }

    fn name(&self, id: &str, label: String) -> Control {
        let script = |script: &'static str, key: &str| {
            // "latin" is the name of the box, and of no language.
            let lang = if script == "km" { script } else { "" };
            let part =
                |part: &str, key: &str| Control { script: lang, ..self.part(&under(id, script), part, key, 60, "") };
            let parts = vec![part("family", "form-family"), part("given", "form-given")];
            Control { parts, ..self.bare(&under(id, script), self.w.t(key).into_owned(), Look::Parts) }
        };
        let parts = vec![script("km", "form-khmer"), script("latin", "form-latin")];
        Control { parts, ..self.bare(id, label, Look::Group) }
    }

    fn person(&self, id: &str, label: String) -> Control {
        let members = self.members.iter().enumerate().map(|(number, name)| (number.to_string(), name.clone()));
        self.choose(id, label, members.collect())
    }
}

fn list_of(name: &str) -> &'static str {
    if name == "languages" { "language" } else { "value" }
}

/// A control as HTML, with the controls in it.
#[derive(Template)]
#[template(path = "control.html")]
struct Shown<'a> {
    f: &'a Frame,
    c: &'a Control,
}

impl Control {
    /// As HTML.
    pub(in crate::web) fn html(&self, f: &Frame) -> String {
        // Only a formatter that fails could bring an error about.
        Shown { f, c: self }.render().unwrap_or_default()
    }

    /// Whether it has this look; for templates.
    fn is(&self, look: &str) -> bool {
        look == match self.look {
            Look::Line => "line",
            Look::Area => "area",
            Look::Select => "select",
            Look::Ticks => "ticks",
            Look::Tick => "tick",
            Look::Group => "group",
            Look::Parts => "parts",
            Look::Entries => "entries",
        }
    }
}

/// The names of places that boxes offer, if one of these does.
pub(in crate::web) fn offered(w: Words, controls: &[Control]) -> Vec<String> {
    fn any(controls: &[Control]) -> bool {
        controls.iter().any(|control| control.places || any(&control.parts))
    }
    if any(controls) { place::names(w.lang) } else { Vec::new() }
}
