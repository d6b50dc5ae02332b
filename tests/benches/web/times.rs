//! What a page costs with few and with many cases.

use std::time::Duration;

use crate::{pages, report::Report, world::World};

/// How often each page of each office is opened.
const ROUNDS: usize = 100;

pub async fn measure(world: &World, report: &mut Report) {
    let offices = [&world.small, &world.large];
    let mut browsers = [offices[0].supervisor.again().await, offices[1].supervisor.again().await];
    let csrf = [pages::csrf(&mut browsers[0]).await, pages::csrf(&mut browsers[1]).await];
    let mut all = [Vec::new(), Vec::new()];
    for kind in pages::KINDS {
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..ROUNDS {
            for (at, browser) in browsers.iter_mut().enumerate() {
                let has = (&*offices[at].offers, &*offices[at].cases);
                times[at].push(pages::open(browser, kind, round, has, &csrf[at]).await.took);
            }
        }
        let [few, many] = times.each_ref().map(|times| (quantile(times, 50), quantile(times, 99)));
        println!("  {kind}: {:.2} ms ({:.2}) with few, {:.2} ms ({:.2}) with many", few.0, few.1, many.0, many.1);
        all.iter_mut().zip(times).for_each(|(all, times)| all.extend(times));
    }
    let [few, many] = all.each_ref().map(|times| quantile(times, 99));
    report.most("page_ratio_p99", many / few, 1.5);
    report.most("page_ms_p99_1000", few, 10.0);
    report.most("page_ms_p99_10000", many, 10.0);
}

/// Of these times the one that so many of a hundred keep, in milliseconds.
pub fn quantile(times: &[Duration], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[(times.len() * percent).div_ceil(100).clamp(1, times.len()) - 1].as_secs_f64() * 1e3
}
