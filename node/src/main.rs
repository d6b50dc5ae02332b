//! `spean`, the program.

use std::process::ExitCode;

/// Serves many threads faster than the system's, and gives back more of what a start took.
#[cfg(target_arch = "x86_64")]
#[global_allocator]
static MEMORY: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    node::cli::main(std::env::args_os())
}
