//! The limit: what cryptography, transport and disk alone cost for one offer, and how many offers a second they allow.
//!
//! Each part is called as the nodes call it, on all cores at once (two threads on one core's halves cost more than one
//! alone), and costs the processor time that it used, whatever else the machine did meanwhile. How the parts are put
//! together is `cores / sum`. What a node does beside them (requests, checks, consent, encoding, lists) is not in it.

mod crypto;
mod disk;
mod link;
mod rehearsal;

use std::{fmt, num::NonZero, thread, time::Duration};

use crate::process::own_cpu;

/// How long each part is measured.
const LONG: Duration = Duration::from_millis(1500);

/// The parts of one offer.
pub struct Limit {
    parts: Vec<Part>,
    /// What is not in the limit but done for each offer, for the profile.
    beside: Vec<Part>,
}

/// Processor time of one part.
pub struct Part {
    pub what: &'static str,
    /// How often one offer needs it.
    pub times: f64,
    /// Microseconds of each.
    pub us: f64,
}

/// Measures all parts; the commits in stores that hold `history` offers already, as the nodes' stores do.
pub fn measure(history: u64) -> Limit {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let rehearsed = runtime.block_on(rehearsal::one_offer());
    let mut parts = crypto::parts(&rehearsed);
    parts.push(runtime.block_on(link::part(&rehearsed)));
    parts.push(crypto::at_rest(&rehearsed));
    parts.extend(runtime.block_on(disk::parts(&rehearsed, history)));
    Limit { parts, beside: vec![crypto::exchange_key()] }
}

impl Limit {
    fn sum(&self) -> f64 {
        self.parts.iter().map(Part::in_all).sum()
    }

    pub fn per_second(&self) -> f64 {
        cores() as f64 * 1e6 / self.sum()
    }
}

impl Part {
    fn in_all(&self) -> f64 {
        self.times * self.us
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the limit: CPU us of                        times     each   in all    share")?;
        let sum = self.sum();
        for part in &self.parts {
            let share = 100.0 * part.in_all() / sum;
            writeln!(f, "{:42} {:6.0} {:8.1} {:8.1} {share:7.0}%", part.what, part.times, part.us, part.in_all())?;
        }
        writeln!(f, "{:42} {:6} {:8} {sum:8.1}", "sum", "", "")?;
        for part in &self.beside {
            writeln!(f, "beside it: {:31} {:6.0} {:8.1} {:8.1}", part.what, part.times, part.us, part.in_all())?;
        }
        Ok(())
    }
}

pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Microseconds of processor time of one call, with all cores at work.
fn cpu_us<F: FnMut()>(make: impl Fn() -> F + Sync) -> f64 {
    let before = own_cpu();
    let calls: u64 = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores())
            .map(|_| {
                let make = &make;
                scope.spawn(move || {
                    let (mut call, begun, mut calls) = (make(), std::time::Instant::now(), 0);
                    while begun.elapsed() < LONG {
                        (0..16).for_each(|_| call());
                        calls += 16;
                    }
                    calls
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a measuring thread")).sum()
    });
    own_cpu().saturating_sub(before).as_secs_f64() * 1e6 / calls as f64
}
