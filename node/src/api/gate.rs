//! The local interface of a node that can be locked: its own routes while it is open, and hardly any while it is not.
//!
//! | path below [`PREFIX`] | locked | open |
//! | --- | --- | --- |
//! | `POST unlock` | opens the node | `node/not-locked` |
//! | `POST lock` | nothing to do | locks it |
//! | `GET status` | that it is locked, and what waits | the use case |
//! | all others | `node/locked` | the use cases |

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{Method, StatusCode},
    response::{IntoResponse as _, Response},
    routing::post,
};
use tower::ServiceExt as _;
use zeroize::Zeroizing;

use super::{ApiError, PREFIX, actor::By, body::Body, problem, use_cases::Answer};
use crate::{
    service::Actor,
    view::{LockedView, LockingView, UnlockRequest, UnlockedView},
};

/// A node between locked and open, as the local interface sees it.
pub trait Gate: Send + Sync + 'static {
    /// The routes of the open node; `None` while it is not open. A locked node has none to give.
    fn routes(&self) -> Option<Router>;
    /// The routes for programs; `None` while it is not open.
    fn programs(&self) -> Option<Router>;
    /// How the locked node is.
    fn locked(&self) -> LockedView;
    /// Opens it.
    fn unlock(
        &self,
        actor: &Actor,
        passphrase: Zeroizing<Vec<u8>>,
    ) -> impl Future<Output = Answer<UnlockedView>> + Send;
    /// Locks it. Answers before it is done, for what is answered then is gone with the rest.
    fn lock(&self, actor: &Actor) -> impl Future<Output = Answer<LockingView>> + Send;
}

/// The routes of a node behind its gate.
pub fn gated<G: Gate>(gate: Arc<G>) -> Router {
    Router::new()
        .route(&format!("{PREFIX}/unlock"), post(unlock::<G>))
        .route(&format!("{PREFIX}/lock"), post(lock::<G>))
        .method_not_allowed_fallback(problem::unknown_method)
        .fallback(pass::<G>)
        .with_state(gate)
}

async fn unlock<G: Gate>(
    State(gate): State<Arc<G>>,
    By(actor): By,
    Body(request): Body<UnlockRequest>,
) -> Result<Json<UnlockedView>, ApiError> {
    let passphrase = Zeroizing::new(request.passphrase.as_bytes().to_vec());
    drop(request);
    Ok(Json(gate.unlock(&actor, passphrase).await?))
}

async fn lock<G: Gate>(State(gate): State<Arc<G>>, By(actor): By) -> Result<Json<LockingView>, ApiError> {
    Ok(Json(gate.lock(&actor).await?))
}

async fn pass<G: Gate>(State(gate): State<Arc<G>>, request: Request) -> Response {
    match gate.routes() {
        Some(routes) => match routes.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        None if request.method() == Method::GET && request.uri().path() == format!("{PREFIX}/status") => {
            Json(gate.locked()).into_response()
        }
        None => locked().into_response(),
    }
}

pub(super) fn locked() -> ApiError {
    ApiError::of_request(
        "node/locked",
        StatusCode::SERVICE_UNAVAILABLE,
        "the node is locked: it keeps what other agencies send, and opens nothing",
    )
    .hint("an administrator unlocks it with `spean unlock`")
}
