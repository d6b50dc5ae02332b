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

pub(super) use origin::{Names, host};

use super::packed;

/// Puts the guards around all routes. `programs` have limits of their own and send no form: whose page a request is
/// from does not count there, for no browser adds a token to it.
pub(super) fn around(routes: Router, programs: Option<(&str, Router)>, names: Arc<Names>, secure: bool) -> Router {
    let routes = packed::around(limits::around(routes)).layer(middleware::from_fn(origin::from_here));
    let routes = match programs {
        Some((path, programs)) => Router::new().nest(path, programs).fallback_service(routes),
        None => routes,
    };
    routes
        .layer(middleware::from_fn_with_state(names, origin::by_name))
        .layer(middleware::from_fn_with_state(secure, headers::set))
}
