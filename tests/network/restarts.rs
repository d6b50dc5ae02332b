//! Stopping and starting any node at any step of a referral changes nothing of its outcome.
//!
//! Each story is told once undisturbed, and then again with a disturbance at every step; what both agencies hold
//! and wrote into their audit logs at the end must be the same.

use std::collections::{BTreeMap, BTreeSet};

use node::view::{AuditPage, CustodyView, ExchangeView};
use serde_json::{Value, json};

use crate::{
    agency::Agency,
    town::{self, Offered, Town, introduce},
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    Cmo,
    Dt,
}

/// What happens to the nodes at each step.
#[derive(Clone, Copy, Debug)]
enum Disturbance {
    Nothing,
    /// The agency that acted is stopped and started while its packet is under way.
    TheOneWhoActed,
    /// The other one is, while the packet comes.
    TheOther,
    /// The other one is down while the first acts; the first is stopped and started, then the other comes up.
    OtherWasDown,
    /// Both are at once, while the packet is under way.
    Both,
    /// Each in turn, while nothing is under way.
    EachAtRest,
}

const ALL: [Disturbance; 5] = [
    Disturbance::TheOneWhoActed,
    Disturbance::TheOther,
    Disturbance::OtherWasDown,
    Disturbance::Both,
    Disturbance::EachAtRest,
];

/// One act of a person, and where the exchange then stands at both sides.
struct Step {
    who: Who,
    act: Act,
    state: &'static str,
    erased: bool,
}

enum Act {
    Offer,
    OnExchange(&'static str, Value),
    WithdrawConsent,
}

const fn step(who: Who, act: Act, state: &'static str) -> Step {
    Step { who, act, state, erased: false }
}

const fn end(who: Who, act: Act, state: &'static str) -> Step {
    Step { who, act, state, erased: true }
}

fn accepted() -> Vec<Step> {
    vec![step(Who::Cmo, Act::Offer, "offered"), step(Who::Dt, Act::OnExchange("accept", json!({})), "released")]
}

fn completed() -> Vec<Step> {
    let arrived = json!({ "status": "arrived", "date": "2026-06-01", "text": "Ate well, and slept." });
    let mut steps = accepted();
    steps.extend([
        step(Who::Cmo, Act::OnExchange("note", json!({ "text": "He is afraid of dogs." })), "released"),
        step(Who::Dt, Act::OnExchange("progress", arrived), "released"),
        step(Who::Dt, Act::OnExchange("note", json!({ "text": "He speaks of a big clock." })), "released"),
        step(Who::Dt, Act::OnExchange("complete", json!({ "outcome": "reunified" })), "completed"),
    ]);
    steps
}

fn declined() -> Vec<Step> {
    let reason = json!({ "reason": "no_capacity" });
    vec![step(Who::Cmo, Act::Offer, "offered"), end(Who::Dt, Act::OnExchange("decline", reason), "declined")]
}

fn returned() -> Vec<Step> {
    let mut steps = accepted();
    steps.push(end(Who::Dt, Act::OnExchange("return", json!({ "reason": "needs_exceed_us" })), "returned"));
    steps
}

fn withdrawn() -> Vec<Step> {
    let mut steps = accepted();
    steps.push(end(Who::Cmo, Act::WithdrawConsent, "withdrawn"));
    steps
}

fn withdrawn_before_an_answer() -> Vec<Step> {
    let reason = json!({ "reason": "placed_elsewhere" });
    vec![step(Who::Cmo, Act::Offer, "offered"), end(Who::Cmo, Act::OnExchange("withdraw", reason), "withdrawn")]
}

/// What is there at the end, by name, without times and random ids.
type Outcome = BTreeMap<String, Value>;

fn differences(expected: &Outcome, found: &Outcome) -> Vec<String> {
    let names: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    let differing = names.into_iter().filter(|name| expected.get(*name) != found.get(*name));
    differing.map(|name| format!("{name}: {:?}, undisturbed {:?}", found.get(name), expected.get(name))).collect()
}

/// A town in which stories are told.
struct Stage(Town);

impl Stage {
    const fn of(&mut self, who: Who) -> &mut Agency {
        match who {
            Who::Cmo => &mut self.0.cmo,
            Who::Dt => &mut self.0.dt,
        }
    }

    async fn act(&mut self, step: &Step, offered: &mut Option<Offered>) {
        let Some(exchange) = offered.as_ref() else {
            *offered = Some(town::offer(&self.0.cmo, &self.0.dt).await);
            return;
        };
        let (path, body) = match &step.act {
            Act::Offer => panic!("an offer comes first"),
            Act::OnExchange(verb, body) => (format!("exchanges/{}/{verb}", exchange.exchange), body.clone()),
            Act::WithdrawConsent => (format!("consents/{}/withdraw", exchange.consent), json!({})),
        };
        let _: Value = self.of(step.who).post(&path, body).await;
    }

    async fn tell(&mut self, story: &[Step], disturbance: Disturbance) -> Outcome {
        let before = [audited(&self.0.cmo).await, audited(&self.0.dt).await];
        let mut offered = None;
        for step in story {
            let other = if step.who == Who::Cmo { Who::Dt } else { Who::Cmo };
            match disturbance {
                Disturbance::Nothing | Disturbance::EachAtRest => self.act(step, &mut offered).await,
                Disturbance::TheOneWhoActed => {
                    self.act(step, &mut offered).await;
                    self.of(step.who).restart().await;
                }
                Disturbance::TheOther => {
                    self.act(step, &mut offered).await;
                    self.of(other).restart().await;
                }
                Disturbance::Both => {
                    self.act(step, &mut offered).await;
                    let process = self.of(other).is_process();
                    self.of(step.who).stop().await;
                    self.of(other).stop().await;
                    self.of(step.who).start_as(process).await;
                    self.of(other).start_as(process).await;
                }
                Disturbance::OtherWasDown => {
                    let process = self.of(other).is_process();
                    self.of(other).stop().await;
                    self.act(step, &mut offered).await;
                    self.of(step.who).restart().await;
                    self.of(other).start_as(process).await;
                }
            }
            let exchange = &offered.as_ref().expect("an offer").exchange;
            self.0.settled(exchange, step.state, step.erased).await;
            if matches!(disturbance, Disturbance::EachAtRest) {
                self.0.cmo.restart().await;
                self.0.dt.restart().await;
                self.0.settled(exchange, step.state, step.erased).await;
            }
        }
        self.outcome(&offered.expect("an offer"), before).await
    }

    async fn outcome(&self, offered: &Offered, before: [BTreeMap<String, usize>; 2]) -> Outcome {
        let custody: CustodyView = self.0.cmo.get(&format!("cases/{}/custody", offered.case)).await;
        let line = |line: &node::view::CustodyLine| {
            json!([line.peer, line.holds, line.state, line.erased_at.is_some(), line.method])
        };
        let mut outcome = Outcome::from([("custody".to_owned(), custody.lines.iter().map(line).collect())]);
        for (agency, before) in [&self.0.cmo, &self.0.dt].into_iter().zip(before) {
            for (what, count) in audited(agency).await {
                let count = count - before.get(&what).copied().unwrap_or_default();
                if count > 0 {
                    outcome.insert(format!("{} audited {what}", agency.name), count.into());
                }
            }
            outcome.extend(seen_by(agency, offered).await);
        }
        outcome
    }
}

async fn seen_by(agency: &Agency, offered: &Offered) -> Vec<(String, Value)> {
    let view: ExchangeView = agency.get(&format!("exchanges/{}", offered.exchange)).await;
    let events = view.events.iter().map(|event| json!([event.by, event.kind, event.code, event.text, event.date]));
    let seen = [
        ("state", json!(view.summary.state)),
        ("delivery", json!(view.summary.delivery)),
        ("erased", json!(view.summary.erased)),
        ("late", json!(view.summary.late)),
        ("triage", json!(view.triage)),
        ("released", json!(view.released)),
        ("events", events.collect()),
        ("receipt", json!(view.receipt.map(|receipt| json!([receipt.by, receipt.method])))),
        ("alarms", json!(view.alarms)),
    ];
    seen.map(|(what, value)| (format!("{} {what}", agency.name), value)).into()
}

/// How often each act stands in the audit log: also which packets were sent, and which were taken. Reading is left out,
/// what a node does for itself when it starts, and erasure rounds, of which one carries out all that is owed.
async fn audited(agency: &Agency) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let mut after = 0;
    loop {
        let page: AuditPage = agency.get(&format!("audit?after={after}")).await;
        for entry in page.entries {
            let about = entry.action.split('.').next().unwrap_or_default();
            let reads = [".show", ".list", ".read", ".open"].iter().any(|read| entry.action.ends_with(read));
            if !reads && !["audit", "node", "status", "erasure"].contains(&about) {
                *counts.entry(format!("{} {}", entry.action, entry.outcome)).or_default() += 1;
            }
        }
        match page.next {
            Some(next) => after = next,
            None => return counts,
        }
    }
}

async fn same_with_restarts(story: Vec<Step>) {
    let mut town = Stage(Town::open().await);
    let undisturbed = town.tell(&story, Disturbance::Nothing).await;
    for disturbance in ALL {
        let disturbed = town.tell(&story, disturbance).await;
        let differences = differences(&undisturbed, &disturbed);
        assert!(differences.is_empty(), "{disturbance:?}: {differences:#?}");
    }
    town.0.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completed_referral_survives_a_restart_of_any_node_at_any_step() {
    same_with_restarts(completed()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decline_survives_a_restart_of_any_node_at_any_step() {
    same_with_restarts(declined()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_survives_a_restart_of_any_node_at_any_step() {
    same_with_restarts(returned()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_consent_survives_a_restart_of_any_node_at_any_step() {
    same_with_restarts(withdrawn()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_before_the_answer_survives_a_restart_of_any_node_at_any_step() {
    same_with_restarts(withdrawn_before_an_answer()).await;
}

/// As above, with nodes that are killed in the middle of whatever they do.
async fn same_when_killed(story: Vec<Step>) {
    let mut town = Town::found();
    town.cmo.spawn().await;
    town.dt.spawn().await;
    introduce(&town.cmo, &town.dt).await;
    introduce(&town.dt, &town.cmo).await;
    let mut town = Stage(town);
    let undisturbed = town.tell(&story, Disturbance::Nothing).await;
    for disturbance in ALL {
        let disturbed = town.tell(&story, disturbance).await;
        let differences = differences(&undisturbed, &disturbed);
        assert!(differences.is_empty(), "{disturbance:?}: {differences:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completed_referral_survives_a_kill_of_any_node_at_any_step() {
    same_when_killed(completed()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decline_and_its_receipt_survive_a_kill_of_any_node_at_any_step() {
    same_when_killed(declined()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_and_its_receipt_survive_a_kill_of_any_node_at_any_step() {
    same_when_killed(returned()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_before_the_answer_survives_a_kill_of_any_node_at_any_step() {
    same_when_killed(withdrawn_before_an_answer()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_and_its_receipt_survive_a_kill_of_any_node_at_any_step() {
    same_when_killed(withdrawn()).await;
}
