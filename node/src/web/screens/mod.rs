//! The pages, one file each.

mod answer;
mod assign;
mod audit;
mod board;
mod case_edit;
mod cases;
mod common;
mod glass;
pub(super) mod hide;
mod inbox;
mod join;
mod keys;
mod offer;
mod peers;
mod people;
mod released;
mod sent;
mod settings;
mod sign_in;
mod write;

use axum::Router;

pub(super) use common::switched;

use super::App;

/// All routes of an open node.
pub(super) fn routes() -> Router<App> {
    sign_in::routes()
        .merge(join::routes())
        .merge(inbox::routes())
        .merge(offer::routes())
        .merge(answer::routes())
        .merge(released::routes())
        .merge(write::routes())
        .merge(sent::routes())
        .merge(cases::routes())
        .merge(case_edit::routes())
        .merge(people::routes())
        .merge(peers::routes())
        .merge(keys::routes())
        .merge(audit::routes())
        .merge(glass::routes())
        .merge(assign::routes())
        .merge(board::routes())
        .merge(settings::routes())
        .merge(common::routes())
        .merge(super::assets::routes())
        .fallback(common::nothing_here)
}
