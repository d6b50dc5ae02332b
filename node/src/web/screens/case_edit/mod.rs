//! A case is added, and changed: by category, and within a category entry by entry. Each is saved by itself.
//!
//! * [`add`]: a new case, and first of all who may be the same child
//! * [`category`]: one category's form
//! * [`entry`]: one entry of a list
//! * [`asked`]: what these pages have in common

mod add;
mod asked;
mod category;
mod entry;

use crate::web::routes::Routes;

pub(super) fn routes() -> Routes {
    add::routes().merge(category::routes()).merge(entry::routes())
}
