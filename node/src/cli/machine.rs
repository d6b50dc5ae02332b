//! What this computer can afford.

use std::{fs, time::Instant};

use keys::keyring::KdfParams;

/// How costly one try of a new passphrase is to be here: half a second at least, in a quarter of the free memory.
pub fn passphrase_cost() -> KdfParams {
    KdfParams::calibrate(free_memory_kib() / 4, &mut |work| {
        let begin = Instant::now();
        work();
        begin.elapsed()
    })
}

/// Free memory in KiB; unknown counts as none.
fn free_memory_kib() -> u32 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
