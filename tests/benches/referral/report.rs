//! What is printed.

use std::time::Duration;

use crate::{limit::Limit, stage::Run};

/// All that was measured of the nodes.
pub struct Report {
    pub idle: u64,
    pub rss: [u64; 2],
    pub bytes: [f64; 2],
    pub runs: Vec<Run>,
}

impl Report {
    pub fn print(&self, limit: &Limit) {
        println!("\n at once   offers/s   p50 ms   p99 ms   CPU us/offer: sender recipient   driver   cores used");
        self.runs.iter().for_each(Run::print);
        println!("\n{limit}");
        println!("idle_rss_kib={}", self.idle);
        println!("sender_rss_kib={}\nrecipient_rss_kib={}", self.rss[0], self.rss[1]);
        println!("wire_bytes_there={:.0}\nwire_bytes_back={:.0}", self.bytes[0], self.bytes[1]);
        for run in &self.runs {
            let at = run.at_once;
            println!(
                "cpu_us_sender_{at}={:.0}\ncpu_us_recipient_{at}={:.0}",
                run.us(run.sender),
                run.us(run.recipient)
            );
            println!("cpu_us_driver_{at}={:.0}", run.us(run.driver));
            println!("p50_ms_{at}={:.2}\np99_ms_{at}={:.2}", run.percentile(50), run.percentile(99));
        }
        for run in &self.runs {
            println!("offers_per_s_{}={:.0}", run.at_once, run.per_second());
        }
        println!("bare_limit_per_s={:.0}\nlimit_per_s={:.0}", limit.bare_per_second(), limit.per_second());
        for run in &self.runs {
            println!("share_of_bare_limit_{}={:.2}", run.at_once, run.per_second() / limit.bare_per_second());
        }
        for run in &self.runs {
            println!("share_of_limit_{}={:.2}", run.at_once, run.per_second() / limit.per_second());
        }
    }
}

impl Run {
    fn per_second(&self) -> f64 {
        self.took.len() as f64 / self.seconds
    }

    /// Microseconds per offer.
    fn us(&self, cpu: Duration) -> f64 {
        cpu.as_secs_f64() * 1e6 / self.took.len() as f64
    }

    /// Milliseconds.
    fn percentile(&self, percent: usize) -> f64 {
        let place = (self.took.len() * percent / 100).min(self.took.len() - 1);
        self.took[place].as_secs_f64() * 1e3
    }

    fn print(&self) {
        let cores = (self.sender + self.recipient + self.driver).as_secs_f64() / self.seconds;
        println!(
            "{:8} {:10.0} {:8.2} {:8.2} {:22.0} {:9.0} {:8.0} {:12.2}",
            self.at_once,
            self.per_second(),
            self.percentile(50),
            self.percentile(99),
            self.us(self.sender),
            self.us(self.recipient),
            self.us(self.driver),
            cores,
        );
    }
}
