//! What is asked, one page each: language, agency, passphrase, whether roles meet.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::header, response::Response};
use keys::log::{check_country, check_name};
use protocol::code::AgencyKind;
use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{
    Agency, SetUp,
    answers::Step,
    ask::{Owner, Posted, not_yet, on, status},
};
use crate::web::{
    cookie,
    page::{Fault, Frame, LANG_COOKIE, page},
    words::Lang,
};

#[derive(Template)]
#[template(path = "setup_language.html")]
struct LanguagePage {
    f: Frame,
    step: String,
    all: [Lang; 2],
}

#[derive(Deserialize)]
pub(super) struct Spoken {
    #[serde(default)]
    lang: String,
}

pub(super) async fn language(State(set_up): State<Arc<SetUp>>, owner: Owner) -> Response {
    language_page(&set_up, &owner, Vec::new())
}

fn language_page(set_up: &SetUp, owner: &Owner, faults: Vec<Fault>) -> Response {
    let status = status(&faults);
    let f = owner.frame(set_up, Step::Language, Step::Language.path(), faults);
    page(status, &LanguagePage { f, step: owner.of(Step::Language), all: Lang::ALL })
}

pub(super) async fn speak(State(set_up): State<Arc<SetUp>>, Posted { owner, form }: Posted<Spoken>) -> Response {
    let Some(lang) = Lang::of_tag(&form.lang) else {
        return language_page(&set_up, &owner, vec![owner.fault("lang-km", "setup-language-wrong")]);
    };
    set_up.inside().answers.spoken = true;
    let mut response = on(&set_up);
    if let Some(cookie) = cookie::choice(false, LANG_COOKIE, lang.tag()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

#[derive(Template)]
#[template(path = "setup_agency.html")]
struct AgencyPage {
    f: Frame,
    step: String,
    back: &'static str,
    kinds: Vec<(&'static str, String)>,
    typed: Named,
    /// Keys and kit are drawn: another name makes them void.
    drawn: bool,
}

#[derive(Default, Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    name: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    network: String,
    #[serde(default)]
    public: String,
}

impl Named {
    fn first() -> Self {
        Self { country: "KH".into(), network: "spean".into(), ..Self::default() }
    }

    fn of(agency: &Agency) -> Self {
        Self {
            name: agency.name.clone(),
            kind: agency.kind.code().to_owned(),
            country: agency.country.clone(),
            network: agency.network.as_str().to_owned(),
            public: agency.public.as_ref().map(|url| url.as_str().to_owned()).unwrap_or_default(),
        }
    }

    /// The agency, or what is wrong, in the page's order.
    fn read(&self, owner: &Owner) -> Result<Agency, Vec<Fault>> {
        let (name, country) = (self.name.trim(), self.country.trim().to_ascii_uppercase());
        let (kind, network) = (self.kind.parse::<AgencyKind>(), self.network.trim().parse());
        let public = Some(self.public.trim()).filter(|public| !public.is_empty()).map(str::parse).transpose();
        let wrong = [
            (check_name(name).is_err(), "name", "setup-agency-name-wrong"),
            (kind.is_err(), "kind", "setup-kind-wrong"),
            (check_country(&country).is_err(), "country", "setup-country-wrong"),
            (network.is_err(), "network", "setup-network-wrong"),
            (public.is_err(), "public", "setup-public-wrong"),
        ];
        match (kind, network, public) {
            (Ok(kind), Ok(network), Ok(public)) if !wrong.iter().any(|(wrong, ..)| *wrong) => {
                Ok(Agency { name: name.to_owned(), kind, country, network, public })
            }
            _ => Err(wrong.into_iter().filter(|(wrong, ..)| *wrong).map(|(_, id, key)| owner.fault(id, key)).collect()),
        }
    }
}

pub(super) async fn agency(State(set_up): State<Arc<SetUp>>, owner: Owner) -> Result<Response, Response> {
    not_yet(&set_up, Step::Agency)?;
    let typed = set_up.inside().answers.agency.as_ref().map_or_else(Named::first, Named::of);
    Ok(agency_page(&set_up, &owner, typed, Vec::new()))
}

fn agency_page(set_up: &SetUp, owner: &Owner, typed: Named, faults: Vec<Fault>) -> Response {
    let w = owner.w;
    let kinds = AgencyKind::ALL.iter().map(|kind| (kind.code(), w.line(&w.code("kind", kind.code())))).collect();
    let drawn = set_up.inside().answers.drawn.is_some();
    let status = status(&faults);
    let f = owner.frame(set_up, Step::Agency, Step::Agency.path(), faults);
    let template =
        AgencyPage { f, step: owner.of(Step::Agency), back: Step::Agency.before().path(), kinds, typed, drawn };
    page(status, &template)
}

pub(super) async fn name(
    State(set_up): State<Arc<SetUp>>,
    Posted { owner, form }: Posted<Named>,
) -> Result<Response, Response> {
    not_yet(&set_up, Step::Agency)?;
    Ok(match form.read(&owner) {
        Ok(agency) => {
            set_up.inside().answers.name(agency);
            on(&set_up)
        }
        Err(faults) => agency_page(&set_up, &owner, form, faults),
    })
}

#[derive(Template)]
#[template(path = "setup_passphrase.html")]
struct PassphrasePage {
    f: Frame,
    step: String,
    back: &'static str,
    /// One was chosen already; typing another replaces it.
    chosen: bool,
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Protected {
    #[serde(default)]
    passphrase: String,
    #[serde(default)]
    again: String,
}

pub(super) async fn passphrase(State(set_up): State<Arc<SetUp>>, owner: Owner) -> Result<Response, Response> {
    not_yet(&set_up, Step::Passphrase)?;
    Ok(passphrase_page(&set_up, &owner, Vec::new()))
}

/// What was typed is never sent back.
fn passphrase_page(set_up: &SetUp, owner: &Owner, faults: Vec<Fault>) -> Response {
    let chosen = set_up.inside().answers.passphrase.is_some();
    let (status, step) = (status(&faults), Step::Passphrase);
    let f = owner.frame(set_up, step, step.path(), faults);
    page(status, &PassphrasePage { f, step: owner.of(step), back: step.before().path(), chosen })
}

pub(super) async fn protect(
    State(set_up): State<Arc<SetUp>>,
    Posted { owner, form: mut typed }: Posted<Protected>,
) -> Result<Response, Response> {
    not_yet(&set_up, Step::Passphrase)?;
    let fault = if !set_up.founder.takes(&typed.passphrase) {
        Some(owner.fault("passphrase", "setup-passphrase-weak"))
    } else if typed.passphrase != typed.again {
        Some(owner.fault("again", "join-again-differs"))
    } else {
        None
    };
    if let Some(fault) = fault {
        return Ok(passphrase_page(&set_up, &owner, vec![fault]));
    }
    set_up.inside().answers.passphrase = Some(Zeroizing::new(std::mem::take(&mut typed.passphrase)));
    Ok(on(&set_up))
}

#[derive(Template)]
#[template(path = "setup_people.html")]
struct PeoplePage {
    f: Frame,
    step: String,
    back: &'static str,
    together: bool,
}

#[derive(Deserialize)]
pub(super) struct Decided {
    #[serde(default)]
    roles: String,
}

pub(super) async fn people(State(set_up): State<Arc<SetUp>>, owner: Owner) -> Result<Response, Response> {
    not_yet(&set_up, Step::People)?;
    Ok(people_page(&set_up, &owner, Vec::new()))
}

fn people_page(set_up: &SetUp, owner: &Owner, faults: Vec<Fault>) -> Response {
    // Apart, unless they say otherwise.
    let together = set_up.inside().answers.together.unwrap_or(false);
    let (status, step) = (status(&faults), Step::People);
    let f = owner.frame(set_up, step, step.path(), faults);
    page(status, &PeoplePage { f, step: owner.of(step), back: step.before().path(), together })
}

pub(super) async fn decide(
    State(set_up): State<Arc<SetUp>>,
    Posted { owner, form }: Posted<Decided>,
) -> Result<Response, Response> {
    not_yet(&set_up, Step::People)?;
    let together = match form.roles.as_str() {
        "apart" => false,
        "together" => true,
        _ => return Ok(people_page(&set_up, &owner, vec![owner.fault("apart", "setup-people-wrong")])),
    };
    set_up.inside().answers.together = Some(together);
    Ok(on(&set_up))
}
