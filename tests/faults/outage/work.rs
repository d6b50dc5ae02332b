//! People at work in both agencies until the lights go out.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use node::{
    api::client::Method,
    view::{CaseSaved, ConsentView, ExchangeView, Referred},
};
use protocol::fixture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tests::{
    agency::Agency,
    town::{consent, request},
};

use super::{
    diary::{Diary, Verb},
    town::Who,
};

/// How often somebody looks whether the other side has answered.
const LOOK: std::time::Duration = std::time::Duration::from_millis(60);

/// One round's work.
pub struct Shift<'a> {
    pub cmo: &'a Agency,
    pub dt: &'a Agency,
    /// What becomes of each child, in turn.
    pub plots: &'a [&'a [Verb]],
    pub diary: &'a Mutex<Diary>,
    /// Set when the lights are out.
    pub over: &'a AtomicBool,
}

impl Shift<'_> {
    /// Four people, until it is over or a node is gone.
    pub async fn work(&self) {
        tokio::join!(self.person(0), self.person(1), self.person(2), self.person(3));
    }

    async fn person(&self, number: usize) {
        for plot in self.plots.iter().cycle().skip(number) {
            if self.story(plot).await.is_none() {
                return;
            }
        }
    }

    async fn story(&self, plot: &[Verb]) -> Option<()> {
        let record = fixture::case_json("f04").expect("an invented child");
        let case: CaseSaved = self.act(self.cmo, "cases", record).await?;
        self.diary().cases.push(case.id.clone());
        let path = format!("cases/{}/consents", case.id);
        let consent: ConsentView = self.act(self.cmo, &path, consent(self.dt)).await?;
        self.diary().consents.push((case.id.clone(), consent.id));
        let referred: Referred = self.act(self.cmo, "referrals", request(&case.id, self.dt)).await?;
        let exchange = referred.exchange;
        self.diary().exchanges.entry(exchange.clone()).or_default();
        for verb in plot {
            self.wait_for_turn(&exchange, *verb).await?;
            self.diary().exchanges.entry(exchange.clone()).or_default().asked.push(*verb);
            let path = format!("exchanges/{exchange}/{}", verb.name());
            let _: Value = self.act(self.of(verb.by()), &path, verb.body()).await?;
            self.diary().exchanges.entry(exchange.clone()).or_default().done.push(*verb);
        }
        Some(())
    }

    async fn wait_for_turn(&self, exchange: &str, verb: Verb) -> Option<()> {
        if verb.after().is_empty() {
            return Some(());
        }
        let path = format!("exchanges/{exchange}");
        loop {
            let view: Result<ExchangeView, _> = self.of(verb.by()).ask(Method::Get, &path, None).await;
            match view {
                Ok(view) if view.summary.state == verb.after() => return Some(()),
                Err(problem) if problem.code != "id/not-found" => return self.failed(problem.code),
                Ok(_) | Err(_) => {}
            }
            if self.over.load(Ordering::Acquire) {
                return None;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn act<T: DeserializeOwned>(&self, agency: &Agency, path: &str, body: Value) -> Option<T> {
        if self.over.load(Ordering::Acquire) {
            return None;
        }
        match agency.ask(Method::Post, path, Some(&body)).await {
            Ok(done) => Some(done),
            Err(problem) => self.failed(problem.code),
        }
    }

    fn failed<T>(&self, code: String) -> Option<T> {
        self.diary().errors.push(code);
        None
    }

    const fn of(&self, who: Who) -> &Agency {
        match who {
            Who::Cmo => self.cmo,
            Who::Dt => self.dt,
        }
    }

    fn diary(&self) -> MutexGuard<'_, Diary> {
        self.diary.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an error is one that a node without power, or without its process, may give.
pub fn is_of_an_outage(code: &str) -> bool {
    ["node/no-answer", "node/not-running", "node/store-failed"].contains(&code)
}
