//! The pages, one file each.

mod answer;
mod asking;
mod assign;
mod audit;
mod board;
mod case_edit;
mod cases;
mod common;
mod consent;
mod custody;
mod decisions;
mod drafts;
mod export;
mod glass;
pub(super) mod hide;
mod inbox;
mod join;
mod keys;
mod offer;
mod peers;
mod people;
mod refer;
mod released;
mod sent;
mod settings;
mod sign_in;
mod teams;
mod tokens;
mod withdraw;
mod write;

pub(super) use common::switched;

use axum::Router;

use super::{
    App,
    routes::{Needs, Routes},
};

/// The routes, and what answers where there is none.
pub(super) fn all(routes: Routes) -> Router<App> {
    routes.router().fallback(common::nothing_here).method_not_allowed_fallback(common::not_so)
}

/// All routes of an open node.
pub(super) fn routes() -> Routes {
    sign_in::routes()
        .merge(join::routes())
        .merge(inbox::routes())
        .merge(offer::routes())
        .merge(answer::routes())
        .merge(released::routes())
        .merge(write::routes())
        .merge(withdraw::routes())
        .merge(sent::routes())
        .merge(cases::routes())
        .merge(case_edit::routes())
        .merge(consent::routes())
        .merge(custody::routes())
        .merge(decisions::routes())
        .merge(drafts::routes())
        .merge(refer::routes())
        .merge(people::routes())
        .merge(peers::routes())
        .merge(keys::routes())
        .merge(audit::routes())
        .merge(export::routes())
        .merge(glass::routes())
        .merge(assign::routes())
        .merge(board::routes())
        .merge(teams::routes())
        .merge(tokens::routes())
        .merge(settings::routes())
        .merge(common::routes())
        .merge(super::live::routes())
        .get("/a/{mark}/{name}", Needs::Nothing, super::assets::file)
}
