//! The program, and the writer of `power_cut`, in a build that acknowledges before it syncs: to see that the tests of
//! power cuts notice. Only the feature `break-ack-before-sync` makes it.

use std::{path::Path, process::ExitCode};

use tests::store_writer;

fn main() -> ExitCode {
    let Some(folder) = std::env::var_os(store_writer::FOLDER) else {
        return node::cli::main(std::env::args_os());
    };
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(store_writer::write(Path::new(&folder))),
        Err(_) => return ExitCode::FAILURE,
    }
    ExitCode::SUCCESS
}
