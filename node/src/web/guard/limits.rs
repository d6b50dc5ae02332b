//! How large a form, how long an answer; and that what was begun is done as a whole.

use std::{any::Any, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

/// The most bytes of a form. The longest field, a note, has 2,000 characters: 18,000 bytes of Khmer as forms send it.
const MAX_FORM: usize = 64 << 10;
/// Nothing takes longer: also reading a form from a slow line ends then.
const LONGEST: Duration = Duration::from_secs(30);

pub(super) fn around(routes: Router) -> Router {
    routes
        .layer(middleware::from_fn(to_the_end))
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(CatchPanicLayer::custom(broken))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST))
}

/// Runs each request on a task of its own: who closes the page does not stop what was begun.
async fn to_the_end(request: Request, next: Next) -> Response {
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(stopped) => broken(Box::new(stopped)),
        },
    }
}

/// A bug; its message is shown to nobody.
fn broken(_: Box<dyn Any + Send>) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, "The node met a fault of its own. Please tell whoever looks after it.")
        .into_response()
}
