//! Whole nodes fail under load and start again by themselves: no acknowledged offer, release, withdrawal, erasure or
//! receipt is missing, nothing is torn or done twice, and the audit log is whole.
//!
//! Two nodes are processes of their own, each in a folder on a disk of its own. Four people work with them; what they
//! were told is done is written down here, outside of both folders. In the middle of it one node fails, or both do:
//! by a power cut (the file system is shut down without its journal) or by SIGKILL, in some rounds once more while
//! they start.
//!
//! That these tests can fail is shown by a build that acknowledges before it syncs.
//!
//! `SPEAN_OUTAGES=200 cargo test -p tests --test faults outage -- --nocapture` makes 200 rounds of power cuts, and 50
//! of kills, instead of the usual few.

mod check;
mod diary;
mod town;
mod work;

use std::{
    collections::BTreeSet,
    fmt,
    io::Write as _,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use keys::Entropy as _;
use node::world::World;
use tests::program;

use self::{
    check::Views,
    diary::{Diary, Verb},
    town::{Loss, Outage, Sites, Who},
    work::Shift,
};

/// Rounds over all scenarios of one kind of outage.
const ROUNDS: usize = 24;
/// In which the loss must show of a node that acknowledges before it syncs.
const BROKEN_ROUNDS: usize = 12;
/// Rounds of one town; then a new one is founded, so that folders stay small.
const ROUNDS_OF_A_TOWN: usize = 10;

/// What happens in each round.
struct Scenario {
    name: &'static str,
    outage: Outage,
    plots: &'static [&'static [Verb]],
    /// Who fails, in turn.
    victims: &'static [&'static [Who]],
    /// Nobody fails in a round before a receipt for an erasure of that round is there.
    after_a_receipt: bool,
}

/// What was counted.
#[derive(Default)]
struct Tally {
    rounds: usize,
    acknowledged: usize,
    exchanges: usize,
    receipts: usize,
    erasures: usize,
    audited: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, acknowledged, exchanges, receipts, erasures, audited } = self;
        write!(
            f,
            "{rounds} rounds; {acknowledged} acts acknowledged to people, {receipts} exchanges to the other node, \
             {erasures} erasures: all there; {exchanges} exchanges agreed on; {audited} audit entries verified"
        )
    }
}

fn rounds() -> usize {
    tests::setting("SPEAN_OUTAGES").unwrap_or(ROUNDS)
}

/// A random time up to this many milliseconds.
fn moment(up_to: u64) -> Duration {
    let mut bytes = [0; 8];
    World::system().entropy().fill(&mut bytes);
    Duration::from_millis(u64::from_be_bytes(bytes) % up_to)
}

/// Not captured, so that the counts are seen.
fn say(line: &str) {
    let _unseen = writeln!(std::io::stderr(), "{line}");
}

impl Scenario {
    async fn play(&self, program: &Path, rounds: usize) -> Result<Option<Tally>, Loss> {
        let mut tally = Tally::default();
        while tally.rounds < rounds {
            let until = rounds.min(tally.rounds + ROUNDS_OF_A_TOWN);
            let Some(mut sites) = Sites::found(self.name, self.outage, program).await? else { return Ok(None) };
            let mut known = BTreeSet::new();
            while tally.rounds < until {
                let victims = self.victims[tally.rounds % self.victims.len()];
                self.round(&mut sites, victims, &mut known, &mut tally).await?;
            }
            check::audited_once(&sites).await?;
        }
        say(&format!("{}: {tally}", self.name));
        Ok(Some(tally))
    }

    async fn round(
        &self,
        sites: &mut Sites,
        victims: &[Who],
        known: &mut BTreeSet<String>,
        tally: &mut Tally,
    ) -> Result<(), Loss> {
        let diary = self.work_until_it_fails(sites, victims, known).await;
        let witness = witness(sites, victims, known).await?;
        if tally.rounds % 4 == 3 {
            sites.stumble(victims, moment(400)).await;
        }
        let epochs = sites.recover(victims).await?;
        for victim in victims {
            check::kept_word(sites, *victim, &diary).await?;
            if let Some(other) = &witness {
                tally.receipts += check::kept_receipts(sites, *victim, other).await?;
            }
        }
        if let (Some(other), Some(epochs)) = (&witness, &epochs) {
            let kept = check::kept_erasures(sites, other, epochs).await?;
            check::require(kept > 0 || !self.after_a_receipt, || {
                "no receipt came before the outage: it shows nothing".into()
            })?;
            tally.erasures += kept;
        }
        let [agreed, _] = check::agreed(sites, &diary, known).await?;
        for agency in [&sites.cmo.agency, &sites.dt.agency] {
            tally.audited += check::audit_is_whole(agency).await?;
        }
        sites.epochs = epochs.unwrap_or_else(|| std::mem::take(&mut sites.epochs));
        tally.rounds += 1;
        tally.acknowledged += diary.acts();
        tally.exchanges += agreed.len();
        known.extend(agreed.into_keys());
        Ok(())
    }

    async fn work_until_it_fails(&self, sites: &Sites, victims: &[Who], known: &BTreeSet<String>) -> Diary {
        let (diary, over) = (Mutex::new(Diary::default()), AtomicBool::new(false));
        let (cmo, dt) = (&sites.cmo.agency, &sites.dt.agency);
        let shift = Shift { cmo, dt, plots: self.plots, diary: &diary, over: &over };
        let outage = async {
            if self.after_a_receipt {
                check::first_receipt(cmo, known).await;
            }
            tokio::time::sleep(Duration::from_millis(200) + moment(1500)).await;
            sites.strike(victims, moment(100)).await;
            over.store(true, Ordering::Release);
        };
        tokio::join!(shift.work(), outage);
        let diary = diary.into_inner().unwrap_or_else(PoisonError::into_inner);
        let strange: Vec<_> = diary.errors.iter().filter(|code| !work::is_of_an_outage(code)).collect();
        assert!(strange.is_empty(), "{}: {strange:?}", self.name);
        diary
    }
}

/// What the node says that was not hit, if there is one.
async fn witness(sites: &Sites, victims: &[Who], known: &BTreeSet<String>) -> Result<Option<Views>, Loss> {
    let Some(who) = [Who::Cmo, Who::Dt].into_iter().find(|who| !victims.contains(who)) else { return Ok(None) };
    let agency = &sites.of(who).agency;
    let ids = check::listed(agency, known).await?;
    Ok(Some(check::views(agency, &ids).await?))
}

const OFFER: &[Verb] = &[];
const ALL_PLOTS: &[&[Verb]] = &[
    &[Verb::Accept],
    &[Verb::Withdraw],
    &[Verb::Accept, Verb::Return],
    &[Verb::Accept, Verb::Note, Verb::Complete],
    &[Verb::Decline],
    &[Verb::Accept, Verb::Withdraw],
    OFFER,
];
const ERASING: &[&[Verb]] =
    &[&[Verb::Decline], &[Verb::Withdraw], &[Verb::Accept, Verb::Return], &[Verb::Accept, Verb::Withdraw]];
const EACH: &[&[Who]] = &[&[Who::Dt], &[Who::Cmo], &[Who::Cmo, Who::Dt]];

async fn holds(scenario: Scenario) {
    if let Err(loss) = scenario.play(program::spean(), rounds().div_ceil(4)).await {
        panic!("{}: {}", scenario.name, loss.0);
    }
}

/// Of a scenario in which no round waits for anything.
const fn scenario(
    name: &'static str,
    outage: Outage,
    plots: &'static [&'static [Verb]],
    victims: &'static [&'static [Who]],
) -> Scenario {
    Scenario { name, outage, plots, victims, after_a_receipt: false }
}

#[tokio::test]
async fn a_node_that_offers_loses_no_acknowledged_offer_in_a_power_cut() {
    holds(scenario("power cuts, offering", Outage::PowerCut, &[OFFER], &[&[Who::Cmo]])).await;
}

#[tokio::test]
async fn a_node_that_receives_loses_nothing_it_gave_a_receipt_for_in_a_power_cut() {
    holds(scenario("power cuts, receiving", Outage::PowerCut, &[OFFER, &[Verb::Accept]], &[&[Who::Dt]])).await;
}

#[tokio::test]
async fn releases_withdrawals_and_returns_survive_power_cuts_of_either_node_and_of_both() {
    holds(scenario("power cuts, releasing and ending", Outage::PowerCut, ALL_PLOTS, EACH)).await;
}

#[tokio::test]
async fn a_node_that_erases_goes_on_after_a_power_cut_and_signed_no_receipt_too_early() {
    // Its word that it erased must be there when it goes, else the round shows nothing.
    let erasing = scenario("power cuts, erasing", Outage::PowerCut, ERASING, &[&[Who::Dt]]);
    holds(Scenario { after_a_receipt: true, ..erasing }).await;
}

/// The harness notices a node that acknowledges before it syncs.
#[tokio::test]
async fn a_node_that_acknowledges_before_it_syncs_is_caught() {
    let name = "power cuts under a node that acknowledges before it syncs";
    let scenario = scenario(name, Outage::PowerCut, &[OFFER], &[&[Who::Cmo]]);
    let Some(forgetful) = program::forgetful() else { return tests::not_run(name, "needs a debug build") };
    match scenario.play(forgetful, BROKEN_ROUNDS).await {
        Err(loss) => say(&format!("{name}: caught: {}", loss.0.lines().next().unwrap_or_default())),
        Ok(tally) => assert!(tally.is_none(), "{BROKEN_ROUNDS} power cuts showed no loss"),
    }
}

#[tokio::test]
async fn everything_acknowledged_survives_kills_of_either_node_and_of_both() {
    holds(scenario("kills, everything", Outage::Kill, ALL_PLOTS, EACH)).await;
}
