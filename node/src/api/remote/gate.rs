//! The interface of a node that can be locked: its routes while it is open, one refusal while it is not; and what every
//! request passes.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;

use crate::api::{ApiError, Gate, MAX_BODY, gate::locked, problem::broken, server::to_the_end};

/// Nothing takes longer: a referral waits for the other node's receipt for a minute at most.
const LONGEST: Duration = Duration::from_secs(75);

/// The routes below `/api/v1` of a node behind its gate.
pub fn gated<G: Gate>(gate: Arc<G>) -> Router {
    Router::new()
        .fallback(pass::<G>)
        .with_state(gate)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn(to_the_end))
        .layer(CatchPanicLayer::custom(broken))
        .layer(middleware::from_fn(in_time))
}

async fn pass<G: Gate>(State(gate): State<Arc<G>>, request: Request) -> Response {
    match gate.programs() {
        Some(routes) => match routes.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        None => locked().into_response(),
    }
}

/// What was begun goes on all the same; who asked must look.
async fn in_time(request: Request, next: Next) -> Response {
    tokio::time::timeout(LONGEST, next.run(request)).await.unwrap_or_else(|_| {
        let title = "this takes too long: whether it was done is not known";
        ApiError::of_request("node/no-answer", StatusCode::SERVICE_UNAVAILABLE, title).into_response()
    })
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use zeroize::Zeroizing;

    use super::*;
    use crate::{
        api::Answer,
        service::Actor,
        view::{LockedView, LockingView, UnlockedView},
    };

    /// Open, with these routes, or locked.
    struct Half(Option<Router>);

    impl Gate for Half {
        fn routes(&self) -> Option<Router> {
            None
        }

        fn programs(&self) -> Option<Router> {
            self.0.clone()
        }

        fn locked(&self) -> LockedView {
            unreachable!("programs learn that it is locked, and no more")
        }

        async fn unlock(&self, _: &Actor, _: Zeroizing<Vec<u8>>) -> Answer<UnlockedView> {
            unreachable!("no program unlocks")
        }

        async fn lock(&self, _: &Actor) -> Answer<LockingView> {
            unreachable!("no program locks")
        }
    }

    async fn faulty() {
        panic!("Sokha")
    }

    async fn ask(routes: Option<Router>, path: &str) -> (u16, String) {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let answer = gated(Arc::new(Half(routes))).oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 16).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_locked_node_says_so_and_a_fault_of_its_own_says_no_more() {
        let (status, body) = ask(None, "/inbox").await;
        assert!(status == 503 && body.contains("node/locked"), "{status} {body}");
        let routes = Router::new().route("/inbox", get(faulty));
        let (status, body) = ask(Some(routes), "/inbox").await;
        assert!(status == 500 && body.contains("internal") && !body.contains("Sokha"), "{status} {body}");
    }
}
