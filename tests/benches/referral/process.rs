//! What the system says of a process.

use std::{fs, time::Duration};

/// Of `USER_HZ`, which is 100 on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// Processor time that the process has used, user and system together.
pub fn cpu(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("a running process");
    // The name in parentheses may hold blanks; what follows it does not.
    let after = stat.rsplit_once(')').expect("a name").1;
    let field = |n: usize| after.split_whitespace().nth(n).and_then(|f| f.parse::<u32>().ok()).expect("a number");
    TICK * (field(11) + field(12))
}

/// Of this process.
pub fn own_cpu() -> Duration {
    cpu(std::process::id())
}

/// Resident memory in KiB.
pub fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("a running process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
