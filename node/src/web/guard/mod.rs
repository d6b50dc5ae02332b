//! What every request and answer of the screens passes before and after a handler.
//!
//! * [`origin`]: whose page sent it: this node's own, or a stranger's
//! * [`headers`]: what browsers are told to do with the answer
//! * [`limits`]: how long, how large, and to the end

mod headers;
mod limits;
mod origin;

use std::sync::Arc;

use axum::{Router, middleware};

pub(super) use origin::Names;

use super::packed;

/// Puts the guards around all routes.
pub(super) fn around(routes: Router, names: Arc<Names>, secure: bool) -> Router {
    let routes = packed::around(limits::around(routes));
    routes
        .layer(middleware::from_fn_with_state(names, origin::check))
        .layer(middleware::from_fn_with_state(secure, headers::set))
}
