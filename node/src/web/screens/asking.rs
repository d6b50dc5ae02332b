//! A page of a form that has several: what other pages of it asked travels along unseen, and comes back.

use std::borrow::Cow;

use askama::Template;

use crate::web::{
    form::{self, Control, Typed},
    page::{Frame, Mark},
};

#[derive(Template)]
#[template(path = "asking.html")]
pub(super) struct Asking {
    pub(super) f: Frame,
    pub(super) back: String,
    pub(super) back_word: String,
    pub(super) heading: String,
    pub(super) lede: String,
    /// Which page of how many.
    pub(super) step: String,
    pub(super) action: String,
    /// What was typed elsewhere.
    pub(super) hidden: Vec<(String, String)>,
    pub(super) controls: Vec<Control>,
    pub(super) buttons: Vec<Button>,
}

/// A button that sends the form.
pub(super) struct Button {
    pub(super) first: bool,
    /// Empty: it says nothing by itself.
    pub(super) name: &'static str,
    pub(super) value: &'static str,
    pub(super) words: Cow<'static, str>,
}

impl Button {
    pub(super) fn first(name: &'static str, value: &'static str, words: impl Into<Cow<'static, str>>) -> Self {
        Self { first: true, name, value, words: words.into() }
    }

    pub(super) fn other(name: &'static str, value: &'static str, words: impl Into<Cow<'static, str>>) -> Self {
        Self { first: false, ..Self::first(name, value, words) }
    }
}

/// Boxes that say which page was sent, and nothing about the child.
const OF_PAGES: [&str; 8] = ["step", "back", "send", "ask", "seen", "draft", "out", "in"];

impl Asking {
    /// An empty page in this frame.
    pub(super) fn new(f: Frame) -> Self {
        let none = String::new;
        Self {
            f,
            back: none(),
            back_word: none(),
            heading: none(),
            lede: none(),
            step: none(),
            action: none(),
            hidden: Vec::new(),
            controls: Vec::new(),
            buttons: Vec::new(),
        }
    }

    /// With its questions, what is wrong with the answers, and what was answered elsewhere.
    pub(super) fn with(
        mut self,
        typed: &Typed,
        page: &[(&str, &str)],
        mut marks: Vec<Mark>,
        controls: impl Fn(&[Mark]) -> Vec<Control>,
    ) -> Self {
        form::settle(&mut marks, &controls(&[]));
        self.controls = controls(&marks);
        self.hidden = hidden(typed, &self.controls);
        self.hidden.extend(page.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.f.marks = marks;
        self
    }
}

/// All that was typed and is asked by none of these.
pub(super) fn hidden(typed: &Typed, controls: &[Control]) -> Vec<(String, String)> {
    let elsewhere = |name: &&String| !OF_PAGES.contains(&name.as_str()) && !asked(controls, name);
    let kept = typed.iter().filter(|(name, text)| elsewhere(name) && !text.is_empty());
    kept.map(|(name, text)| (name.clone(), text.clone())).collect()
}

fn asked(controls: &[Control], name: &str) -> bool {
    controls
        .iter()
        .any(|one| one.id == name || one.choices.iter().any(|choice| choice.value == name) || asked(&one.parts, name))
}
