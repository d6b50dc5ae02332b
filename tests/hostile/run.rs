//! Slices of mutants, each with chance of its own, shared out among threads: the outcome does not depend on how many.

use std::{
    collections::BTreeMap,
    fs,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use node::view::ExchangeList;

use crate::{
    actors::{Actor, Chance},
    count::Counts,
    home::{Contents, Home, size, staff},
    scene::{self, Scene},
};

/// Mutants of one slice.
pub const SLICE: usize = 500;

/// How much is done, and with which chance; both by environment.
#[derive(Clone, Copy)]
pub struct Plan {
    /// Mutants of each of the three sorts.
    pub count: usize,
    /// Where chance begins.
    pub seed: u64,
}

impl Plan {
    /// `SPEAN_MUTANTS` and `SPEAN_SEED`, or what is usual.
    pub fn read(usual: usize) -> Self {
        let count = tests::setting("SPEAN_MUTANTS").unwrap_or(usual);
        let plan = Self { count, seed: tests::setting("SPEAN_SEED").unwrap_or(20_260_601) };
        println!("{} mutants of each sort; SPEAN_SEED={} does the same again", plan.count, plan.seed);
        plan
    }
}

/// The two agencies that send, and both nodes.
pub struct Stage {
    pub peer: Actor,
    pub stranger: Actor,
    pub scenes: [Scene; 2],
}

impl Stage {
    /// Sets everything up; always the same.
    pub fn set() -> Self {
        let (peer, stranger) = (Actor::new("Hagar", "health", 11), Actor::new("Damnok Chas", "health", 12));
        let mut scenes = [scene::recipient(&peer, &stranger), scene::origin(&peer, &stranger)];
        scenes.iter_mut().for_each(Scene::put_back);
        Self { peer, stranger, scenes }
    }
}

/// Runs `slice` as often as `plan` says, on all cores; gives all counts together.
pub fn run(plan: Plan, sort: &str, slice: impl Fn(&mut Stage, &mut Chance, usize, &mut Counts) + Sync) -> Counts {
    let (begun, used) = (Instant::now(), processor_time());
    let slices = plan.count.div_ceil(SLICE);
    let (next, all) = (AtomicUsize::new(0), Mutex::new(Counts::default()));
    let threads = thread::available_parallelism().map_or(2, usize::from).min(slices);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut stage = Stage::set();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= slices {
                        break;
                    }
                    let mut chance = Chance::new(
                        plan.seed ^ u64::from(keys::label::digest_of(sort.as_bytes()).0[0]) ^ (number as u64) << 20,
                    );
                    let mut counts = Counts::default();
                    slice(&mut stage, &mut chance, SLICE.min(plan.count - number * SLICE), &mut counts);
                    all.lock().unwrap_or_else(PoisonError::into_inner).join(&counts);
                }
            });
        }
    });
    let counts = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (took, used) = (begun.elapsed().as_secs_f64(), processor_time() - used);
    println!("\n{sort}: {took:.0} s, {used:.0} s of the processor\n{}", counts.table());
    counts
}

/// Seconds of the processor that this process has used, to a hundredth.
fn processor_time() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the program's name in brackets: user and system time are the 12th and 13th field.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Resident memory of this process, in bytes.
pub fn resident() -> usize {
    let pages =
        fs::read_to_string("/proc/self/statm").ok().and_then(|text| text.split(' ').nth(1)?.parse::<usize>().ok());
    pages.unwrap_or_default() * 4_096
}

/// What the node's people see of each exchange: its state.
pub fn states(home: &Home) -> BTreeMap<String, String> {
    let list: ExchangeList = home.runtime.block_on(home.service.exchange_list(&staff(), None)).expect("lists");
    list.exchanges.into_iter().map(|line| (line.id, line.state)).collect()
}

/// Bytes that the store holds more than at the beginning.
pub fn grown(home: &Home, before: &Contents) -> usize {
    size(&home.contents()).saturating_sub(size(before))
}
