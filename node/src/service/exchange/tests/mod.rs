//! Exchanges between two services, by what each promises when things cross, fail or are done twice.

mod at_hand;
mod clock;
mod copies;
mod ends;
mod need_to_know;
pub(crate) mod pair;
mod refusals;
mod releases;
mod wrong_clock;
