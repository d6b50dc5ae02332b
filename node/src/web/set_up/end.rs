//! The last step: who the first administrator is. Sent, it makes the agency.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::{
    Agency, Drawn, Last, NotMade, SetUp,
    answers::{Answers, Step},
    ask::{Owner, Posted, not_yet, on, status},
    door::made,
};
use crate::{
    service::{
        PersonName,
        people::{Role, SignInName},
    },
    view::InviteRequest,
    web::page::{Fault, Frame, Pair, page},
};

#[derive(Template)]
#[template(path = "setup_end.html")]
struct EndPage {
    f: Frame,
    step: String,
    back: &'static str,
    facts: Vec<Pair>,
    typed: Typed,
    together: bool,
}

#[derive(Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    sign_in: String,
    /// The administrator works with cases too; asked where one person may.
    also: Option<String>,
}

/// All that was answered.
struct Whole {
    agency: Agency,
    drawn: Arc<dyn Drawn>,
    passphrase: zeroize::Zeroizing<String>,
    together: bool,
}

impl Whole {
    fn of(answers: &Answers) -> Option<Self> {
        if answers.next() < Step::End {
            return None;
        }
        Some(Self {
            agency: answers.agency.clone()?,
            drawn: Arc::clone(answers.drawn.as_ref()?),
            passphrase: answers.passphrase.clone()?,
            together: answers.together?,
        })
    }
}

pub(super) async fn ask(State(set_up): State<Arc<SetUp>>, owner: Owner) -> Result<Response, Response> {
    not_yet(&set_up, Step::End)?;
    Ok(end_page(&set_up, &owner, Typed::default(), Vec::new()))
}

fn end_page(set_up: &SetUp, owner: &Owner, typed: Typed, faults: Vec<Fault>) -> Response {
    let whole = Whole::of(&set_up.inside().answers);
    let Some(whole) = whole else { return on(set_up) };
    let (w, status, step) = (owner.w, status(&faults), Step::End);
    let fact = |key: &str, value: String| Pair { name: w.t(key).into_owned(), value };
    let people = if whole.together { "setup-people-together" } else { "setup-people-apart" };
    let facts = vec![
        fact("setup-agency-name", whole.agency.name),
        fact("setup-kind", w.line(&w.code("kind", whole.agency.kind.code()))),
        fact("setup-country", whole.agency.country),
        fact("setup-network", whole.agency.network.as_str().to_owned()),
        fact("setup-people", w.t(people).into_owned()),
    ];
    let f = owner.frame(set_up, step, step.path(), faults);
    let template = EndPage { f, step: owner.of(step), back: Step::Kit.path(), facts, typed, together: whole.together };
    page(status, &template)
}

/// Sent twice, it makes one agency.
pub(super) async fn make(
    State(set_up): State<Arc<SetUp>>,
    Posted { owner, form }: Posted<Typed>,
) -> Result<Response, Response> {
    let _making = set_up.making.lock().await;
    if let Some(response) = made(&set_up) {
        return Ok(response);
    }
    not_yet(&set_up, Step::End)?;
    let whole = Whole::of(&set_up.inside().answers);
    let Some(Whole { drawn, passphrase, together, .. }) = whole else { return Ok(on(&set_up)) };
    let administrator = match administrator(&owner, &form, together) {
        Ok(administrator) => administrator,
        Err(faults) => return Ok(end_page(&set_up, &owner, form, faults)),
    };
    let result = drawn.make(Last { passphrase, together, administrator }).await;
    Ok(match result {
        Ok(path) => {
            // Also wipes the passphrase and the kit's secret.
            let mut inside = set_up.inside();
            inside.answers = Answers::default();
            inside.made = Some(path);
            drop(inside);
            made(&set_up).unwrap_or_else(|| Redirect::to("/").into_response())
        }
        Err(NotMade::Nothing(problem)) => {
            let key = if problem.code == "node/disk-full" { "setup-disk-full" } else { "setup-not-made" };
            let fault = Fault { field: "", text: owner.w.t1(key, "code", problem.code.replace('/', " / ")) };
            end_page(&set_up, &owner, form, vec![fault])
        }
        Err(NotMade::Node(problem)) => {
            set_up.inside().answers = Answers::default();
            owner.message(StatusCode::SERVICE_UNAVAILABLE, "setup-not-started", &problem.code)
        }
    })
}

/// Who is invited first, by the same rules as everybody.
fn administrator(owner: &Owner, typed: &Typed, together: bool) -> Result<InviteRequest, Vec<Fault>> {
    let mut faults = Vec::new();
    if typed.name.parse::<PersonName>().is_err() {
        faults.push(owner.fault("name", "invite-name-wrong"));
    }
    if typed.sign_in.parse::<SignInName>().is_err() {
        faults.push(owner.fault("sign_in", "invite-sign-in-wrong"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut roles = vec![Role::KeyAdministrator];
    if together && typed.also.is_some() {
        roles.extend([Role::Supervisor, Role::SocialWorker]);
    }
    let roles = roles.into_iter().map(|role| role.code().to_owned()).collect();
    Ok(InviteRequest { name: typed.name.clone(), sign_in: typed.sign_in.clone(), roles })
}
