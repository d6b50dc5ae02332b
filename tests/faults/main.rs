//! What happens to a node's store when the machine under it fails.

mod full_disk;
mod power_cut;
mod small_disk;
