//! Questions that stand in no table of a case, as consents and referrals ask them.

use super::{Choice, Control, Form, Typed, at, control::Look, under};
use crate::web::{page::Mark, words::Words};

impl<'a> Form<'a> {
    /// A form about no category.
    pub(in crate::web) const fn plain(w: Words, typed: &'a Typed, marks: &'a [Mark]) -> Self {
        Self { w, typed, marks, members: Vec::new(), there: None, asks_more: false, path: String::new() }
    }

    /// A text; `label` is a text's key. Longer ones have a box of several lines.
    pub(in crate::web) fn text(&self, id: &str, label: &str, most: usize) -> Control {
        let label = self.w.t(label).into_owned();
        if most > 100 { Control { most, ..self.bare(id, label, Look::Area) } } else { self.line(id, label, most, "") }
    }

    /// One of a list.
    pub(in crate::web) fn one_of(&self, id: &str, label: &str, of: Vec<(String, String)>) -> Control {
        self.choose(id, self.w.t(label).into_owned(), of)
    }

    /// Several of a list; each box is named by the list and the value.
    pub(in crate::web) fn several(&self, id: &str, label: &str, of: Vec<(String, String)>) -> Control {
        let choice = |(value, words): (String, String)| {
            let value = under(id, &value);
            Choice { chosen: at(self.typed, &value) == "on", value, words }
        };
        let control = self.bare(id, self.w.t(label).into_owned(), Look::Ticks);
        Control { choices: of.into_iter().map(choice).collect(), ..control }
    }

    /// Several questions under one heading.
    pub(in crate::web) fn group(&self, id: &str, label: &str, parts: Vec<Control>) -> Control {
        Control { parts, ..self.bare(id, self.w.t(label).into_owned(), Look::Group) }
    }
}

impl Control {
    /// With a line of help.
    pub(in crate::web) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Must be answered.
    pub(in crate::web) const fn needed(mut self) -> Self {
        self.needed = true;
        self
    }
}

/// What was ticked in a list.
pub(in crate::web) fn ticked(typed: &Typed, id: &str) -> Vec<String> {
    let of_list = |(name, text): (&String, &String)| {
        let value = name.strip_prefix(id)?.strip_prefix('.')?;
        (text == "on" && !value.is_empty()).then(|| value.to_owned())
    };
    typed.iter().filter_map(of_list).collect()
}

/// What was typed there, if anything was. Browsers send line breaks as two characters.
pub(in crate::web) fn said(typed: &Typed, id: &str) -> Option<String> {
    let text = at(typed, id);
    (!text.is_empty()).then(|| text.replace("\r\n", "\n"))
}
