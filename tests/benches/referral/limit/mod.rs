//! The limit: what cryptography, transport and disk alone cost for one offer, and how many offers a second they allow.
//!
//! Each part is called as the nodes call it, on all cores at once (two threads on one core's halves cost more than one
//! alone), and costs the processor time that it used, whatever else the machine did meanwhile. How the parts are put
//! together is `cores / sum`. What a node does beside them (requests, checks, consent, encoding, lists) is not in it.

mod crypto;
mod disk;
mod link;
mod packet;
mod rehearsal;

use std::{fmt, num::NonZero, thread, time::Duration};

use crate::process::own_cpu;

/// How long each part is measured.
const LONG: Duration = Duration::from_millis(1500);

/// The parts of one offer.
pub struct Limit {
    /// What the protocol does with packet and receipt.
    protocol: Vec<Part>,
    /// The same without what it encodes, decodes and compares: the bare signatures and HPKE.
    bare: Vec<Part>,
    /// Transport, encryption at rest, disk.
    others: Vec<Part>,
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
    let (protocol, bare) = (packet::parts(&rehearsed), crypto::parts(&rehearsed));
    let mut others = vec![runtime.block_on(link::part(&rehearsed)), crypto::at_rest(&rehearsed)];
    others.extend(runtime.block_on(disk::parts(&rehearsed, history)));
    Limit { protocol, bare, others, beside: vec![crypto::exchange_key()] }
}

impl Limit {
    /// What several measurements say together; they have the same parts.
    ///
    /// # Panics
    /// If there is none.
    pub fn mean(limits: Vec<Self>) -> Self {
        let count = limits.len() as f64;
        let add = |mut sum: Self, other: Self| {
            sum.all().zip(other.into_parts()).for_each(|(sum, other)| sum.us += other.us);
            sum
        };
        let mut mean = limits.into_iter().reduce(add).expect("a measurement");
        mean.all().for_each(|part| part.us /= count);
        mean
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Part> {
        let bare_and_others = self.bare.iter_mut().chain(&mut self.others).chain(&mut self.beside);
        self.protocol.iter_mut().chain(bare_and_others)
    }

    fn into_parts(self) -> impl Iterator<Item = Part> {
        self.protocol.into_iter().chain(self.bare).chain(self.others).chain(self.beside)
    }

    /// Offers per second, if there were nothing but its parts to do.
    pub fn per_second(&self) -> f64 {
        self.with(&self.protocol)
    }

    /// As [`Limit::per_second`], with bare cryptography for the protocol's own functions.
    pub fn bare_per_second(&self) -> f64 {
        self.with(&self.bare)
    }

    fn with(&self, first: &[Part]) -> f64 {
        cores() as f64 * 1e6 / first.iter().chain(&self.others).map(Part::in_all).sum::<f64>()
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
        let parts = || self.protocol.iter().chain(&self.others);
        let sum: f64 = parts().map(Part::in_all).sum();
        for part in parts() {
            let share = 100.0 * part.in_all() / sum;
            writeln!(f, "{:42} {:6.0} {:8.1} {:8.1} {share:7.0}%", part.what, part.times, part.us, part.in_all())?;
        }
        writeln!(f, "{:42} {:6} {:8} {sum:8.1}", "sum", "", "")?;
        for part in &self.bare {
            writeln!(f, "in it, bare: {:29} {:6.0} {:8.1} {:8.1}", part.what, part.times, part.us, part.in_all())?;
        }
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
