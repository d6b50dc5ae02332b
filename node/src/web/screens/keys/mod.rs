//! The agency's own keys: what there is, the next signing key, the end of one, the recovery kit, what
//! opens the keyring.

mod kit;
mod list;
mod next;
mod revoke;
mod slots;

use crate::{
    service::UseCase,
    web::routes::{Needs, Routes},
};

const PATH: &str = "/keys";

pub(super) fn routes() -> Routes {
    Routes::new()
        .get(PATH, Needs::May(UseCase::KeyList), list::show)
        .get("/keys/slots", Needs::May(UseCase::KeyList), slots::show)
        .get("/keys/kit", Needs::May(UseCase::KeyList), kit::show)
        .post("/keys/kit", Needs::May(UseCase::KitDrill), kit::drill)
        .form("/keys/next", Needs::May(UseCase::KeyRotate), next::show, next::prepare)
        .post("/keys/next/use", Needs::May(UseCase::KeyRotate), next::activate)
        .form("/keys/{key}/revoke", Needs::May(UseCase::KeyRevoke), revoke::ask, revoke::revoke)
}

/// Digits of a key's id that people are shown: enough to tell two keys of one agency apart.
fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}
