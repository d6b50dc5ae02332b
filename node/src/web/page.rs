//! What every page has around its content: language, places, banners, faults.

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::{
    assets,
    words::{Lang, Words},
};
use crate::service::UseCase;

/// The frame of a page; templates call it `f`.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// The texts.
    pub(super) w: Words,
    /// Of the screen, never of a child.
    pub(super) title: String,
    /// This agency's name.
    pub(super) agency: String,
    /// Who is signed in.
    pub(super) person: Option<String>,
    /// What that person may do.
    pub(super) rights: Vec<UseCase>,
    /// Which place of the menu the page belongs to.
    pub(super) place: &'static str,
    /// The page's own path, for the language switch.
    pub(super) here: String,
    /// Offers that wait for an answer.
    pub(super) waiting: u64,
    /// Decisions that wait for the person's word as the second.
    pub(super) to_confirm: u64,
    /// Where what was refused can be opened with a reason; empty where it can't.
    pub(super) open_with_reason: String,
    /// Above every title.
    pub(super) banners: Vec<Banner>,
    /// What was kept of the page's form, where something was.
    pub(super) kept: Option<Kept>,
    /// How many drafts the person has.
    pub(super) drafts: usize,
    /// What is wrong with a form that came back.
    pub(super) faults: Vec<Fault>,
    /// The same, where the fields are made from a table.
    pub(super) marks: Vec<Mark>,
    /// For the page's forms: another text on each page.
    pub(super) csrf: String,
    /// Where the page has its news from; empty for none.
    pub(super) news: String,
    /// Whether this browser is to sound when something new comes.
    pub(super) sound: bool,
    /// When it was made, in a sentence.
    pub(super) up_to_date: String,
}

/// A notice above the title.
#[derive(Clone, Debug)]
pub(super) struct Banner {
    /// `stop`, `wait`, `good` or `news`.
    pub(super) kind: &'static str,
    pub(super) icon: &'static str,
    pub(super) title: String,
    pub(super) text: String,
}

/// A draft that stands in the page's form.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: String,
    /// Since when, and until when.
    pub(super) text: String,
}

/// One fault of a form: the field's id, and what to do.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// Empty where it belongs to no field.
    pub(super) field: &'static str,
    pub(super) text: String,
}

/// One fault of a form that is made from a table.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// Empty where it belongs to no field.
    pub(super) id: String,
    pub(super) text: String,
}

/// A state: shape, word, colour.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    pub(super) kind: &'static str,
    pub(super) icon: &'static str,
    pub(super) word: String,
}

/// A name and what stands under it.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) value: String,
}

/// A place of the menu.
pub(super) struct Place {
    pub(super) key: &'static str,
    pub(super) path: &'static str,
    pub(super) icon: &'static str,
    pub(super) word: &'static str,
    /// `wide`: only where there is room; `narrow`: only where there is not.
    pub(super) class: &'static str,
    pub(super) waiting: u64,
}

impl Frame {
    /// A page for nobody in particular.
    pub(super) fn bare(w: Words, agency: String, title: String, here: &str) -> Self {
        Self {
            w,
            title,
            agency,
            person: None,
            rights: Vec::new(),
            place: "",
            here: here.to_owned(),
            waiting: 0,
            to_confirm: 0,
            open_with_reason: String::new(),
            banners: Vec::new(),
            kept: None,
            drafts: 0,
            faults: Vec::new(),
            marks: Vec::new(),
            csrf: String::new(),
            news: String::new(),
            sound: false,
            up_to_date: String::new(),
        }
    }

    /// For templates: the text of `key`.
    pub(super) fn t(&self, key: &str) -> std::borrow::Cow<'static, str> {
        self.w.t(key)
    }

    /// The window's title: neutral, and first of all whether something is wrong.
    pub(super) fn full_title(&self) -> String {
        let title = self.w.t1("window-title", "title", &self.title);
        if self.right() { title } else { self.w.t1("window-title-wrong", "title", title) }
    }

    /// Whether nothing is wrong with the page's form.
    pub(super) fn right(&self) -> bool {
        self.faults.is_empty() && self.marks.is_empty()
    }

    /// Where the bar of news leads: to the page itself, without what was done on it.
    pub(super) fn shows_news(&self) -> String {
        let parts: Vec<&str> = self.here.split('/').skip(1).take(2).collect();
        format!("/{}", parts.join("/"))
    }

    /// For templates: how many drafts the person has.
    pub(super) fn drafts_count(&self) -> u64 {
        u64::try_from(self.drafts).unwrap_or(u64::MAX)
    }

    /// An icon; a word stands beside it.
    pub(super) fn icon(&self, name: &str) -> String {
        let file = assets::path("icons.svg");
        format!(r#"<svg class="i" aria-hidden="true"><use href="{file}#{name}"/></svg>"#)
    }

    pub(super) fn asset(&self, name: &str) -> String {
        assets::path(name)
    }

    /// What is wrong with this field.
    pub(super) fn fault_at(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.text.as_str())
    }

    /// For templates: whether the person may do what has this code (`person.invite`).
    pub(super) fn may(&self, code: &str) -> bool {
        self.rights.iter().any(|right| right.code() == code)
    }

    /// The places of the menu: what is the person's own, then what is everybody's. A telephone shows four, and the rest
    /// under More.
    pub(super) fn places(&self) -> Vec<Place> {
        let own = self.own_places().into_iter().enumerate();
        let class = |at: usize| if at < ON_A_TELEPHONE { "" } else { "wide" };
        let of_all = [
            Place::new("help", "/help", "help", "place-help").only("wide"),
            Place::new("settings", "/settings", "settings", "place-settings").only("wide"),
            Place::new("more", "/more", "more", "place-more").only("narrow"),
        ];
        own.map(|(at, place)| place.only(class(at))).chain(of_all).collect()
    }

    /// What a telephone shows under More.
    pub(super) fn places_under_more(&self) -> Vec<Place> {
        self.places().into_iter().filter(|place| place.class == "wide").collect()
    }

    /// The places of the person's roles, the first of them first.
    pub(super) fn own_places(&self) -> Vec<Place> {
        let places = [
            (UseCase::BrokenGlass, Place::new("board", "/board", "board", "place-board")),
            (UseCase::Inbox, Place::new("inbox", "/inbox", "inbox", "place-inbox").with(self.waiting)),
            (UseCase::CaseList, Place::new("cases", "/cases", "cases", "place-cases")),
            (UseCase::Outbox, Place::new("sent", "/sent", "sent", "place-sent")),
            (UseCase::PeerAdd, Place::new("peers", "/peers", "peer", "place-peers")),
            (UseCase::KeyList, Place::new("keys", "/keys", "key", "place-keys")),
            (UseCase::PersonInvite, Place::new("people", "/people", "people", "place-people").with(self.to_confirm)),
            (UseCase::AuditRead, Place::new("audit", "/audit", "eye", "place-audit")),
        ];
        places.into_iter().filter(|(right, _)| self.rights.contains(right)).map(|(_, place)| place).collect()
    }
}

/// Places that stand at the foot of a telephone's page, beside More.
const ON_A_TELEPHONE: usize = 4;

impl Place {
    const fn new(key: &'static str, path: &'static str, icon: &'static str, word: &'static str) -> Self {
        Self { key, path, icon, word, class: "", waiting: 0 }
    }

    const fn with(self, waiting: u64) -> Self {
        Self { waiting, ..self }
    }

    const fn only(self, class: &'static str) -> Self {
        Self { class, ..self }
    }
}

/// The page as an answer; kept by nobody.
pub(super) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        // Only a formatter that fails could bring it about.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A page that says one thing.
#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct Message {
    pub(super) f: Frame,
    pub(super) heading: String,
    pub(super) text: String,
    pub(super) hint: String,
}

/// Where a cookie keeps the language.
pub(super) const LANG_COOKIE: &str = "lang";
/// Where a cookie keeps whether something new sounds.
pub(super) const SOUND_COOKIE: &str = "sound";

/// The language of a request: the person's choice, else what the browser asks for.
pub(super) fn language(headers: &axum::http::HeaderMap) -> Lang {
    let chosen = super::cookie::read(headers, LANG_COOKIE).and_then(Lang::of_tag);
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    chosen.unwrap_or_else(|| Lang::wanted_by(asked))
}
