//! Many people at one office at once.

use std::time::Duration;

use tokio::{
    task::JoinSet,
    time::{Instant, interval_at},
};

use crate::{
    names::Dice,
    pages,
    report::Report,
    times::quantile,
    world::{Office, PEOPLE},
};

/// Each person opens a page so often.
const PACE: Duration = Duration::from_secs(5);

pub async fn measure(office: &Office, long: Duration, report: &mut Report) {
    let begun = Instant::now();
    let mut people = JoinSet::new();
    for (number, worker) in office.workers.iter().enumerate() {
        let (mut browser, offers, cases) = (worker.browser.again().await, office.offers.clone(), worker.cases.clone());
        let csrf = pages::csrf(&mut browser).await;
        people.spawn(async move {
            // Spread over the pace, as people are.
            let first =
                begun + PACE * 2 + PACE * u32::try_from(number).expect("a few") / u32::try_from(PEOPLE).expect("a few");
            let mut pace = interval_at(first, PACE);
            let mut times = Vec::new();
            for round in 0.. {
                let now = pace.tick().await;
                if now > begun + PACE * 2 + long {
                    break;
                }
                let kind = pages::KINDS[Dice::of(number * 1_000 + round).roll(pages::KINDS.len())];
                let has = (&*offers, &*cases);
                times.push(pages::open(&mut browser, kind, number + round, has, &csrf).await.took);
            }
            times
        });
    }
    let times: Vec<Duration> = people.join_all().await.into_iter().flatten().collect();
    report.figure("pages_of_200_people", times.len() as f64);
    report.figure("page_ms_p50_200_people", quantile(&times, 50));
    report.most("page_ms_p99_200_people", quantile(&times, 99), 250.0);
}
