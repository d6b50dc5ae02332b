//! Fills nodes through the local interface, many requests at a time, as an import would.

use std::{
    ops::Range,
    rc::Rc,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    time::Instant,
};

use serde_json::{Value, json};
use tests::{agency::Agency, town::FOR_SHELTER};
use tokio::task::LocalSet;

use crate::{children, node::Node};

/// Requests in flight.
const AT_ONCE: usize = 64;
/// Children that offers are about.
const OFFERED: usize = 64;

/// Adds the children of these numbers; the bytes of what was entered.
pub async fn cases(node: &Node, numbers: Range<usize>) -> u64 {
    let begun = Instant::now();
    let (next, bytes) = (Rc::new(AtomicUsize::new(numbers.start)), Rc::new(AtomicU64::new(0)));
    let (count, end) = (numbers.len(), numbers.end);
    let workers = LocalSet::new();
    for _ in 0..AT_ONCE {
        let (next, bytes, mut socket) = (Rc::clone(&next), Rc::clone(&bytes), node.socket().await);
        workers.spawn_local(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= end {
                    break;
                }
                let record = children::record(number).to_string();
                bytes.fetch_add(record.len() as u64, Ordering::Relaxed);
                socket.raw("POST", "cases", record.as_bytes()).await;
            }
        });
    }
    workers.await;
    println!("{count} cases in {:.0} s", begun.elapsed().as_secs_f64());
    bytes.load(Ordering::Relaxed)
}

/// Children at `from`, each with a consent to tell all of `to`.
pub async fn to_offer(from: &Agency, node: &Node, to: &[&str]) -> Vec<String> {
    let mut socket = node.socket().await;
    let mut cases = Vec::new();
    for number in 0..OFFERED {
        let case = socket.post("cases", &children::record(number * 10 + 3)).await["id"].clone();
        let case = case.as_str().expect("an id").to_owned();
        let consent = json!({
            "to": to,
            "categories": FOR_SHELTER,
            "purposes": ["shelter"],
            "given_by": "best_interest",
            "assent": "given",
            "reason": "The child travels alone and needs a safe place; every step was talked over with the child.",
            "why_nobody": "No caregiver could be found yet.",
        });
        let _: Value = from.post(&format!("cases/{case}/consents"), consent).await;
        cases.push(case);
    }
    cases
}

/// Makes so many offers of these cases to `to`; their ids.
pub async fn offers(from: &Node, cases: &[String], to: &str, count: usize) -> Vec<String> {
    let begun = Instant::now();
    let next = Rc::new(AtomicUsize::new(0));
    let workers = LocalSet::new();
    let mut made = Vec::new();
    for _ in 0..AT_ONCE {
        let (next, mut socket, cases, to) = (Rc::clone(&next), from.socket().await, cases.to_vec(), to.to_owned());
        made.push(workers.spawn_local(async move {
            let mut ids = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return ids;
                }
                let answer = socket.post("referrals", &request(&cases[number % cases.len()], &to, number)).await;
                ids.push(answer["exchange"].as_str().expect("an id").to_owned());
            }
        }));
    }
    workers.await;
    let mut ids = Vec::new();
    for worker in made {
        ids.extend(worker.await.expect("a worker ends"));
    }
    println!("{count} offers made to {to} in {:.0} s", begun.elapsed().as_secs_f64());
    ids
}

fn request(case: &str, to: &str, number: usize) -> Value {
    let urgency = ["high", "medium", "low"][number % 3];
    json!({
        "case": case,
        "to": to,
        "services": ["shelter.transitional"],
        "urgency": urgency,
        "summary": "Boy travelling alone, sent back yesterday. Needs a safe bed tonight.",
        "purpose": "shelter",
        "arrival": "here_now",
        "reason": "read, and agreed to by the supervisor",
    })
}
