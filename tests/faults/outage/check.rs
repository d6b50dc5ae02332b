//! What must hold after an outage: nothing acknowledged is missing, nothing is torn, both sides agree in the end.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use node::{
    api::client::Method,
    view::{AuditPage, AuditReport, CaseView, ConsentList, Delivery, ExchangeList, ExchangeView, Side, StatusView},
};
use serde::de::DeserializeOwned;
use tests::agency::Agency;

use super::{
    diary::{Diary, Told},
    town::{Loss, Sites, Who},
};

/// How long both sides may take to agree again.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often is looked for a receipt.
const LOOK: Duration = Duration::from_millis(40);

/// What one node says of the exchanges of a round.
pub type Views = BTreeMap<String, ExchangeView>;

pub async fn read<T: DeserializeOwned>(agency: &Agency, path: &str) -> Result<T, Loss> {
    let answer = agency.ask(Method::Get, path, None).await;
    answer.map_err(|problem| Loss(format!("{} {path}: {problem:?}", agency.name)))
}

/// Which exchanges there are, beside those of earlier rounds.
pub async fn listed(agency: &Agency, known: &BTreeSet<String>) -> Result<BTreeSet<String>, Loss> {
    let (mut found, mut path) = (BTreeSet::new(), Some("exchanges".to_owned()));
    while let Some(page) = path {
        let list: ExchangeList = read(agency, &page).await?;
        let ids = list.exchanges.into_iter().map(|line| line.id);
        found.extend(ids.filter(|id| !known.contains(id)));
        path = list.next.map(|after| format!("exchanges?after={after}"));
    }
    Ok(found)
}

pub async fn views(agency: &Agency, ids: &BTreeSet<String>) -> Result<Views, Loss> {
    let mut views = Views::new();
    for id in ids {
        views.insert(id.clone(), read(agency, &format!("exchanges/{id}")).await?);
    }
    Ok(views)
}

/// What was done by `side`, by name.
fn done_by(view: &ExchangeView, side: Side) -> Vec<&str> {
    view.events.iter().filter(|event| event.by == side).map(|event| event.kind.as_str()).collect()
}

pub fn require(holds: bool, what: impl FnOnce() -> String) -> Result<(), Loss> {
    if holds { Ok(()) } else { Err(Loss(what())) }
}

/// What `victim` told people is there as soon as it runs again, with nobody's help.
pub async fn kept_word(sites: &Sites, victim: Who, diary: &Diary) -> Result<(), Loss> {
    let agency = &sites.of(victim).agency;
    if victim == Who::Cmo {
        for case in &diary.cases {
            let _: CaseView = read(agency, &format!("cases/{case}")).await?;
        }
        for (case, consent) in &diary.consents {
            let list: ConsentList = read(agency, &format!("cases/{case}/consents")).await?;
            require(list.consents.iter().any(|found| found.id == *consent), || format!("consent {consent} is lost"))?;
        }
    }
    for (id, told) in &diary.exchanges {
        let acts: Vec<_> = told.done.iter().filter(|verb| verb.by() == victim).collect();
        if victim == Who::Dt && acts.is_empty() {
            continue;
        }
        let view: ExchangeView = read(agency, &format!("exchanges/{id}")).await?;
        for act in acts {
            let found = view.events.iter().filter(|event| event.kind == act.name()).count();
            require(found == 1, || format!("{}: {} in {id} stands there {found} times", agency.name, act.name()))?;
        }
    }
    Ok(())
}

/// What `victim` acknowledged to the other node, which was not hit, is there as soon as it runs again. How many
/// exchanges the other node holds it for.
pub async fn kept_receipts(sites: &Sites, victim: Who, other: &Views) -> Result<usize, Loss> {
    let agency = &sites.of(victim).agency;
    let by_other = if victim == Who::Dt { Side::Sent } else { Side::Received };
    let mut held = 0;
    for (id, theirs) in other.iter().filter(|(_, view)| view.summary.delivery == Delivery::Delivered) {
        let view: ExchangeView = read(agency, &format!("exchanges/{id}")).await?;
        let (sent, kept) = (done_by(theirs, by_other), done_by(&view, by_other));
        // Since then the other node may have sent more.
        require(kept.starts_with(&sent), || format!("{} acknowledged {sent:?} in {id} and has {kept:?}", agency.name))?;
        let received = view.summary.state == "released" && sent.contains(&"release");
        require(!received || view.released.is_some(), || format!("{} has lost the release of {id}", agency.name))?;
        held += 1;
    }
    Ok(held)
}

/// Returns when CMO holds a receipt for the erasure of an exchange that is not among those known, or can't be asked.
pub async fn first_receipt(cmo: &Agency, known: &BTreeSet<String>) {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let Ok(ids) = listed(cmo, known).await else { return };
        let Ok(views) = views(cmo, &ids).await else { return };
        if views.values().any(|view| view.receipt.is_some()) {
            return;
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Erasures that DT signed a receipt for, which CMO has, stay done. `epochs` are its keyring's before it started, of
/// which each such erasure raised one. How many.
pub async fn kept_erasures(sites: &Sites, other: &Views, epochs: &[u32]) -> Result<usize, Loss> {
    let erased: Vec<_> = other.iter().filter(|(_, view)| view.receipt.is_some()).map(|(id, _)| id).collect();
    for id in &erased {
        let shard = usize::from(u8::from_str_radix(&id[..2], 16).expect("an id"));
        let (before, now) = (sites.epochs[shard], epochs[shard]);
        require(now > before, || format!("{id} is erased, says its receipt, and the key of its shard is not"))?;
        let view: ExchangeView = read(&sites.dt.agency, &format!("exchanges/{id}")).await?;
        let gone = view.summary.erased && view.triage.is_none() && view.released.is_none();
        require(gone, || format!("{id} is erased, says its receipt, and there it is"))?;
    }
    Ok(erased.len())
}

/// Both sides agree, by and by: each offer reached DT, each end its other side, each debt of erasure is paid.
pub async fn agreed(sites: &Sites, diary: &Diary, known: &BTreeSet<String>) -> Result<[Views; 2], Loss> {
    let begun = Instant::now();
    loop {
        match agree(sites, diary, known).await {
            Err(_) if begun.elapsed() < PATIENCE => tokio::time::sleep(Duration::from_millis(300)).await,
            Ok(views) => return Ok(views),
            Err(loss) => return Err(Loss(format!("{}\n{}{}", loss.0, log(&sites.cmo.agency), log(&sites.dt.agency)))),
        }
    }
}

/// The last lines of a node's log.
fn log(agency: &Agency) -> String {
    let log = agency.log();
    let lines: Vec<&str> = log.lines().collect();
    let newest = lines[lines.len().saturating_sub(20)..].iter();
    newest.map(|line| format!("{}: {line}", agency.name)).collect::<Vec<_>>().join("\n")
}

async fn agree(sites: &Sites, diary: &Diary, known: &BTreeSet<String>) -> Result<[Views; 2], Loss> {
    let (cmo, dt) = (&sites.cmo.agency, &sites.dt.agency);
    for agency in [cmo, dt] {
        let status: StatusView = read(agency, "status").await?;
        require(status.waiting_to_send == 0, || format!("{} waits to send: {status:?}", agency.name))?;
    }
    let ids = [listed(cmo, known).await?, listed(dt, known).await?];
    require(ids[0] == ids[1], || format!("CMO alone has {:?}, DT alone {:?}", &ids[0] - &ids[1], &ids[1] - &ids[0]))?;
    let lost: Vec<_> = diary.exchanges.keys().filter(|id| !ids[0].contains(*id)).collect();
    require(lost.is_empty(), || format!("offers are lost: {lost:?}"))?;
    let both = [views(cmo, &ids[0]).await?, views(dt, &ids[1]).await?];
    for (id, view) in &both[0] {
        let told = diary.exchanges.get(id).cloned().unwrap_or_default();
        same(id, &told, view, &both[1][id])?;
    }
    Ok(both)
}

/// One exchange, as both sides see it.
fn same(id: &str, told: &Told, cmo: &ExchangeView, dt: &ExchangeView) -> Result<(), Loss> {
    let (state, erased) = (cmo.summary.state.as_str(), cmo.summary.erased);
    let agree = (state, erased) == (dt.summary.state.as_str(), dt.summary.erased);
    require(agree, || format!("{id}: {:?} at CMO, {:?} at DT", cmo.summary, dt.summary))?;
    require(told.ends().contains(&state), || format!("{id} is {state} after {told:?}"))?;
    for side in [Side::Sent, Side::Received] {
        let mut kinds = [done_by(cmo, side), done_by(dt, side)];
        require(kinds[0] == kinds[1], || format!("{id}: events {:?} at CMO, {:?} at DT", kinds[0], kinds[1]))?;
        kinds[0].sort_unstable();
        require(kinds[0].windows(2).all(|pair| pair[0] != pair[1]), || format!("{id}: twice: {:?}", kinds[0]))?;
    }
    for verb in &told.done {
        let found = cmo.events.iter().any(|event| event.kind == verb.name());
        require(found, || format!("{id}: {} is lost", verb.name()))?;
    }
    let owes = ["declined", "returned", "withdrawn"].contains(&state);
    require(erased == owes, || format!("{id} is {state}, erased: {erased}"))?;
    require(owes == cmo.receipt.is_some(), || format!("{id} is {state}, receipt: {:?}", cmo.receipt))?;
    let held = ["released", "completed"].contains(&state);
    require(held == dt.released.is_some(), || format!("{id} is {state}, released: {}", dt.released.is_some()))?;
    require(!erased || dt.triage.is_none(), || format!("{id} is erased and still there"))
}

/// The audit log is whole. How many entries.
pub async fn audit_is_whole(agency: &Agency) -> Result<u64, Loss> {
    let report: AuditReport = read(agency, "audit/verify").await?;
    require(report.fault.is_none(), || format!("{}: audit: {:?}", agency.name, report.fault))?;
    Ok(report.entries)
}

/// Each packet stands once in the audit log of who made it and once of who took it: nothing took effect twice.
pub async fn audited_once(sites: &Sites) -> Result<(), Loss> {
    let cmo = audited(&sites.cmo.agency).await?;
    let dt = audited(&sites.dt.agency).await?;
    let count = |log: &BTreeMap<String, usize>, action: &str| log.get(action).copied().unwrap_or_default();
    for (sent, received) in [("offer.send", "offer.received"), ("release.send", "release.received")] {
        let (sent, received) = (count(&cmo, sent), count(&dt, received));
        require(sent == received, || format!("{sent} sent, {received} received"))?;
    }
    let (signed, received) = (count(&dt, "receipt.sign"), count(&cmo, "receipt.received"));
    require(signed == received, || format!("{signed} receipts signed, {received} received"))
}

async fn audited(agency: &Agency) -> Result<BTreeMap<String, usize>, Loss> {
    let mut counts = BTreeMap::new();
    let mut after = 0;
    loop {
        let page: AuditPage = read(agency, &format!("audit?after={after}")).await?;
        for entry in page.entries.iter().filter(|entry| entry.outcome == "done") {
            *counts.entry(entry.action.clone()).or_default() += 1;
        }
        match page.next {
            Some(next) => after = next,
            None => return Ok(counts),
        }
    }
}
