//! Sharing less: from what they will see, single categories and fields are taken out again, and put back.

use protocol::{category::Category, consent::HeldBack};

use crate::web::{
    form::{Typed, ticked},
    page::Pair,
    record::Section,
    words::Words,
};

/// What is left out, as boxes of the form: `without.health.medicines`, `out-of.health`.
const FIELDS: &str = "without";
const CATEGORIES: &str = "out-of";

/// Takes out, or puts back, what a button of the page says; whether one did.
pub(super) fn pressed(typed: &mut Typed) -> bool {
    let (out, back) = (typed.remove("out"), typed.remove("in"));
    if let Some(out) = &out {
        if out.parse::<Category>().is_ok() {
            typed.remove(&format!("categories.{out}"));
            typed.insert(format!("{CATEGORIES}.{out}"), "on".into());
        } else if out.parse::<HeldBack>().is_ok() {
            typed.insert(format!("{FIELDS}.{out}"), "on".into());
        }
    }
    if let Some(back) = &back {
        if typed.remove(&format!("{CATEGORIES}.{back}")).is_some() {
            typed.insert(format!("categories.{back}"), "on".into());
        }
        typed.remove(&format!("{FIELDS}.{back}"));
    }
    out.is_some() || back.is_some()
}

/// The fields that are held back.
pub(super) fn fields(typed: &Typed) -> Vec<String> {
    ticked(typed, FIELDS)
}

/// A category that is ticked again on the form is left out no more.
pub(super) fn settle(typed: &mut Typed) {
    for code in ticked(typed, CATEGORIES) {
        if typed.contains_key(&format!("categories.{code}")) {
            typed.remove(&format!("{CATEGORIES}.{code}"));
        }
    }
}

/// What was left out, each with what puts it back.
pub(super) fn left_out(w: Words, typed: &Typed) -> Vec<Pair> {
    let title = |code: &str| w.line(&w.code("category", code));
    let categories = ticked(typed, CATEGORIES).into_iter().map(|code| Pair { name: title(&code), value: code });
    let fields = fields(typed).into_iter().filter_map(|name| {
        let field: HeldBack = name.parse().ok()?;
        // A field of what is left out whole is told with that.
        typed.contains_key(&format!("categories.{}", field.category())).then(|| Pair {
            name: format!("{}: {}", title(field.category().code()), w.code("field", field.name())),
            value: name,
        })
    });
    categories.chain(fields).collect()
}

/// Says of each category and field whether it can be left out. One category must stay.
pub(super) fn offer(sections: &mut [Section]) {
    let several = sections.len() > 1;
    for section in sections {
        section.out = several;
        let Ok(category) = section.code.parse::<Category>() else { continue };
        for row in &mut section.rows {
            row.out = HeldBack::of(category, &row.code).map(|field| field.to_string()).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(boxes: &[&str]) -> Typed {
        boxes.iter().map(|name| ((*name).to_owned(), "on".to_owned())).collect()
    }

    fn with(mut typed: Typed, name: &str, value: &str) -> Typed {
        typed.insert(name.into(), value.into());
        typed
    }

    #[test]
    fn what_is_taken_out_comes_back_by_its_button_and_nothing_else_is_touched() {
        let start = typed(&["categories.health", "categories.identity"]);
        let mut one = with(start.clone(), "out", "health");
        assert!(pressed(&mut one));
        assert_eq!(one, typed(&["categories.identity", "out-of.health"]));
        let mut back = with(one, "in", "health");
        assert!(pressed(&mut back));
        assert_eq!(back, start);
        let mut field = with(start.clone(), "out", "health.medicines");
        pressed(&mut field);
        assert_eq!(fields(&field), ["health.medicines"]);
        let mut back = with(field, "in", "health.medicines");
        pressed(&mut back);
        assert_eq!(back, start);
        for wrong in ["identity.sex", "nonsense", "health.nonsense", ""] {
            let mut none = with(start.clone(), "out", wrong);
            assert!(pressed(&mut none));
            assert_eq!(none, start, "{wrong}");
        }
        let mut neither = start.clone();
        assert!(!pressed(&mut neither));
    }
}
