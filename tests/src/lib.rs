//! What the tests of more than one crate or more than one node share.

mod not_run;

pub use not_run::not_run;
