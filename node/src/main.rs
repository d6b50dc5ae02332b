//! spean
fn main() {}
