//! What is asked of a referral, and the request that the answers make.

use protocol::{
    category::Category,
    code::{Arrival, Purpose, Service, Support, Urgency},
};

use crate::{
    view::{ConsentView, PeerView, ReferRequest},
    web::{
        form::{Control, Form, Typed, said, ticked},
        page::Mark,
        record,
        words::Words,
    },
};

/// Who is asked about what.
pub(super) struct About<'a> {
    pub(super) peer: &'a PeerView,
    pub(super) consents: &'a [ConsentView],
    pub(super) record: &'a serde_json::Value,
    /// The words may say who the child is: a supervisor can be asked to allow them.
    pub(super) words: bool,
}

impl About<'_> {
    /// Categories in which something is written, and whether some consent in force has them.
    fn categories(&self) -> impl Iterator<Item = (Category, bool)> {
        let granted = |code: &str| {
            let active = self.consents.iter().filter(|one| one.state == "active");
            active.flat_map(|one| &one.categories).any(|category| category == code)
        };
        let there = Category::ALL.iter().filter(|one| self.record.get(one.code()).is_some());
        there.map(move |one| (*one, granted(one.code())))
    }

    /// The services that this agency says it offers, alone or by their type.
    fn services(&self) -> impl Iterator<Item = Service> {
        let offers = |code: &str| self.peer.services.iter().any(|offered| offered == code);
        let all = Service::ALL.iter().copied();
        all.filter(move |service| offers(service.code()) || offers(service.service_type().code()))
    }
}

/// Services beside the first.
const MORE: [&str; 2] = ["also.0", "also.1"];

/// The boxes of the page. Services are chosen from lists: a page of 76 ticks helps nobody.
pub(super) fn controls(form: &Form<'_>, about: &About<'_>) -> Vec<Control> {
    let w = form.w;
    let line = |list: &str, code: &str| (code.to_owned(), w.line(&w.code(list, code)));
    let held = |(one, _): (Category, bool)| {
        let (name, holds) = (w.line(&w.code("category", one.code())), w.code("holds", one.code()));
        (one.code().to_owned(), w.t2("category-with", ("name", name), ("holds", holds)))
    };
    let kept: Vec<Category> = about.categories().filter(|(_, granted)| !granted).map(|(one, _)| one).collect();
    let kept = w.codes("category", kept.iter().map(|one| one.code()));
    let hint = if kept.is_empty() { String::new() } else { w.t1("refer-kept", "categories", kept) };
    let purposes = Purpose::ALL.iter().filter(|one| **one != Purpose::Statistics);
    let group = (2..=6_u8).map(|n| (n.to_string(), w.counted("offer-siblings", n.into())));
    let services = || about.services().map(|one| line("service", one.code())).collect();
    let more = MORE.map(|id| form.one_of(id, "refer-service-more", services()));
    let mut controls = vec![form.one_of("service", "refer-service", services()).needed()];
    controls.extend(more);
    controls.extend([
        form.one_of("urgency", "offer-urgency", Urgency::ALL.iter().map(|one| line("urgency", one.code())).collect())
            .needed(),
        form.one_of("purpose", "consent-for", purposes.map(|one| line("purpose", one.code())).collect()).needed(),
        form.several(
            "categories",
            "refer-what",
            about.categories().filter(|(_, granted)| *granted).map(held).collect(),
        )
        .needed()
        .hint(hint),
        summary(form, about),
        form.one_of("arrival", "refer-arrival", Arrival::ALL.iter().map(|one| line("arrival", one.code())).collect()),
        form.several("support", "refer-support", Support::ALL.iter().map(|one| line("support", one.code())).collect()),
        form.one_of("group", "offer-group", group.collect()),
        form.several("hide", "offer-area", vec![("area".into(), w.t("refer-hide-area").into_owned())]),
    ]);
    if about.words {
        let allow = vec![("words".into(), w.t("refer-allow-words").into_owned())];
        controls.push(form.several("allow", "refer-allow", allow).hint(w.t("refer-allow-hint")));
    }
    controls
}

/// Whether a supervisor is to be asked to allow the words.
pub(super) fn allows_words(typed: &Typed) -> bool {
    !ticked(typed, "allow").is_empty()
}

/// The one free text; if it was refused, with what points at the child marked below.
fn summary(form: &Form<'_>, about: &About<'_>) -> Control {
    let control = form.text("summary", "refer-summary", 280).needed().hint(form.w.t("refer-summary-hint"));
    let text = said(form.typed, "summary").filter(|_| !control.why.is_empty()).unwrap_or_default();
    let pieces = super::fault::told(&text, about.record);
    if pieces.iter().any(|piece| piece.found) { Control { pieces, ..control } } else { control }
}

/// What was answered, without a reason and without a mark: as it is looked at.
pub(super) fn request(case: &str, peer: &PeerView, typed: &Typed) -> ReferRequest {
    let text = |id: &str| said(typed, id).unwrap_or_default();
    ReferRequest {
        case: case.to_owned(),
        to: peer.id.clone(),
        services: services(typed),
        urgency: text("urgency"),
        // The summary is one line; a box of several is only easier to write in.
        summary: text("summary").split_whitespace().collect::<Vec<_>>().join(" "),
        purpose: text("purpose"),
        categories: Some(ticked(typed, "categories")),
        without: super::less::fields(typed),
        arrival: said(typed, "arrival"),
        support: ticked(typed, "support"),
        // A number that is none is refused as one that is too large.
        group: said(typed, "group").map(|group| group.parse().unwrap_or(u8::MAX)),
        hide_area: !ticked(typed, "hide").is_empty(),
        ..ReferRequest::default()
    }
}

/// The first and those beside it, each once.
fn services(typed: &Typed) -> Vec<String> {
    let mut services = vec![said(typed, "service").unwrap_or_default()];
    for more in MORE.iter().filter_map(|id| said(typed, id)) {
        if !services.contains(&more) {
            services.push(more);
        }
    }
    services
}

/// What is missing, all at once.
pub(super) fn missing(w: Words, typed: &Typed) -> Vec<Mark> {
    let empty = |id: &&str| if *id == "categories" { ticked(typed, id).is_empty() } else { said(typed, id).is_none() };
    let asked = ["service", "urgency", "purpose", "categories", "summary"].into_iter().filter(empty);
    asked.map(|id| Mark { id: id.to_owned(), text: w.t(super::fault::wrong(id)).into_owned() }).collect()
}

/// The child's name stands nowhere before the other agency accepts; here it says which case is open.
pub(super) fn named(record: &serde_json::Value) -> String {
    let (km, latin) = record::name(record);
    [km, latin].into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" · ")
}
