//! A case is offered to another agency: to whom, what and why, then exactly what they will see, and only then it goes.
//!
//! * [`who`]: verified agencies
//! * [`questions`]: what is asked, and the request that the answers make
//! * [`fault`]: what the service refused, at its box
//! * [`send`]: the pages in their order
//! * [`check`]: the very values that are sealed, with their mark
//! * [`less`]: taking something out of them again

pub(in crate::web::screens) mod check;
mod fault;
mod less;
mod questions;
mod send;
mod who;

use crate::web::routes::Routes;

pub(super) fn routes() -> Routes {
    who::routes().merge(send::routes())
}

/// The ids in paths: a beginning is enough to be the only one.
fn short(id: &str) -> &str {
    id.get(..20).unwrap_or(id)
}
