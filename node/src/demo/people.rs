//! Who works at the three agencies in a browser, and what the story leaves for them to do.

use std::net::{IpAddr, Ipv4Addr};

use zeroize::Zeroizing;

use super::{DemoError, children, stage::Agency, telephone::Telephone};
use crate::{
    service::people::{CodeSecret, Enrol, InviteToken, Passphrase, Role},
    view::{
        AssignRequest, AssignedView, CaseList, CaseSaved, ChangeTeam, ConsentView, ExchangeList, Invitation,
        InviteRequest, NameTeam, Referred, Side, TeamView,
    },
};

/// What all people of the story sign in with.
pub const WORDS: &str = "three rivers meet here";

/// A person of the story, and what they do.
pub struct Person {
    /// What they sign in with.
    pub sign_in: String,
    /// As they are called.
    pub name: String,
    roles: &'static [Role],
}

impl Person {
    /// What they do, in words.
    pub fn does(&self) -> String {
        self.roles.iter().map(|role| role.label_en()).collect::<Vec<_>>().join(", ")
    }
}

/// The tasks of an agency's people, in the order of its staff.
const TASKS: [&[Role]; 3] = [&[Role::SocialWorker], &[Role::Supervisor], &[Role::KeyAdministrator, Role::Auditor]];

/// Enrols the people of an agency whose node runs: all with the same words and the same telephone.
///
/// # Errors
/// [`DemoError`].
pub async fn enrol(agency: &Agency, telephone: &Telephone) -> Result<Vec<Person>, DemoError> {
    let mut people = Vec::new();
    for (name, roles) in agency.staff().zip(TASKS) {
        let given = name.rsplit(' ').next().unwrap_or(name);
        let person = Person { sign_in: given.to_lowercase(), name: name.to_owned(), roles };
        let token = invite(agency, &person).await?;
        let token: InviteToken = token.parse().map_err(|_| DemoError::Stage("an invitation"))?;
        let codes: CodeSecret = telephone.secret().parse().map_err(|_| DemoError::Stage("a telephone"))?;
        let passphrase = Passphrase::new(Zeroizing::new(WORDS.to_owned()));
        let code = Zeroizing::new(telephone.code_before());
        let ask = Enrol { codes, passphrase, code, from: IpAddr::V4(Ipv4Addr::LOCALHOST), shared_computer: false };
        let service = agency.use_cases().await?;
        let refused = |_| DemoError::Stage("an enrolment");
        // They are not signed in yet: whoever looks at the story does that.
        let session = service.enrol(&token, ask).await.map_err(refused)?;
        let actor = service.session(&session.token).await.map_err(refused)?;
        service.sign_out(&actor).await.map_err(refused)?;
        people.push(person);
    }
    Ok(people)
}

async fn invite(agency: &Agency, person: &Person) -> Result<String, DemoError> {
    let roles = person.roles.iter().map(|role| role.code().to_owned()).collect();
    let ask = InviteRequest { name: person.name.clone(), sign_in: person.sign_in.clone(), roles };
    let invitation: Invitation = agency.post("people", ask).await?;
    Ok(invitation.token.clone())
}

/// A newcomer's invitation: the path of its page.
///
/// # Errors
/// [`DemoError`].
pub async fn newcomer(agency: &Agency) -> Result<String, DemoError> {
    let newcomer = Person { sign_in: "newcomer".into(), name: "Mao Sophal".into(), roles: TASKS[0] };
    Ok(format!("join/{}", invite(agency, &newcomer).await?))
}

/// Gives the worker of an agency what the story has made there, and makes a team, as a supervisor would.
///
/// # Errors
/// [`DemoError`].
pub async fn hand_over(agency: &Agency, worker: &Person) -> Result<(), DemoError> {
    let to = || AssignRequest { to: vec![worker.sign_in.clone()], teams: Vec::new() };
    let cases: CaseList = agency.get("cases").await?;
    for case in cases.cases {
        let _: AssignedView = agency.post(&format!("cases/{}/assign", case.id), to()).await?;
    }
    let exchanges: ExchangeList = agency.get("exchanges").await?;
    let answered = |side: Side, state: &str| side == Side::Received && state != "offered";
    for exchange in exchanges.exchanges.into_iter().filter(|e| answered(e.side, &e.state) && !e.erased) {
        let _: AssignedView = agency.post(&format!("exchanges/{}/assign", exchange.id), to()).await?;
    }
    let team: TeamView = agency.post("teams", NameTeam { name: "Night team".into() }).await?;
    let people = ChangeTeam { join: vec![worker.sign_in.clone()], leave: Vec::new() };
    let _: TeamView = agency.post(&format!("teams/{}/members", team.id), people).await?;
    Ok(())
}

/// What waits when the story has been told: two offers at DT, one at the health centre, and a case at CMO that may be
/// referred to DT.
///
/// # Errors
/// [`DemoError`].
pub async fn leave_work(cmo: &Agency) -> Result<(), DemoError> {
    for Work { child, to, service, urgency, purpose, categories, summary } in WAITING {
        let saved: CaseSaved = cmo.post("cases", children::record(child)?).await?;
        let consent = children::best_interest(to, categories, purpose);
        let _: ConsentView = cmo.post(&format!("cases/{}/consents", saved.id), consent).await?;
        if let Some(summary) = summary {
            let ask = children::referral(&saved.id, to, service, urgency, purpose, summary);
            let _: Referred = cmo.post("referrals", ask).await?;
        }
    }
    Ok(())
}

/// A child, what was agreed to, and what is asked for.
struct Work {
    child: &'static str,
    to: &'static str,
    service: &'static str,
    urgency: &'static str,
    purpose: &'static str,
    categories: &'static [&'static str],
    /// What the offer says; `None`: nobody has asked yet.
    summary: Option<&'static str>,
}

const WAITING: [Work; 4] = [
    Work {
        child: "F07",
        to: "DT",
        service: "shelter.transitional",
        urgency: "high",
        purpose: "shelter",
        categories: &["identity", "family", "protection", "health", "care_arrangement"],
        summary: Some("Small girl, found sleeping at the market. Needs a bed, and somebody who stays with her."),
    },
    Work {
        child: "F01",
        to: "DT",
        service: "shelter.transitional",
        urgency: "critical",
        purpose: "shelter",
        categories: &["identity", "protection", "health", "care_arrangement"],
        summary: Some("Newborn without family. A carer stays with her until tomorrow morning."),
    },
    Work {
        child: "F10",
        to: "HC",
        service: "health.consultation",
        urgency: "medium",
        purpose: "health_treatment",
        categories: &["identity", "functioning", "health"],
        summary: Some("Girl with a fever since yesterday. Needs an interpreter."),
    },
    Work {
        child: "F09",
        to: "DT",
        service: "shelter.transitional",
        urgency: "medium",
        purpose: "shelter",
        categories: &["identity", "family", "protection", "health", "care_arrangement"],
        summary: None,
    },
];
