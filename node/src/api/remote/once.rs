//! Requests that are done once, however often they are sent (`Idempotency-Key`).

use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::IntoParams;

use super::{Node, door::Asker, read::Asking, refusal::Refusal};
use crate::{
    api::{ApiError, PREFIX},
    service::{
        ServiceError,
        tokens::{Begun, End, RepeatKey},
    },
    view::{ActDone, CaseSaved, ConsentView, Referred},
};

/// The header.
const KEY: &str = "idempotency-key";

/// The parameter, for the description.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "read by the description of the interface alone")]
pub(super) struct Key {
    /// Another request with the same key, path and body within a day is answered as the first one was, and does nothing.
    #[param(rename = "Idempotency-Key", pattern = "^[A-Za-z0-9_-]{1,64}$")]
    idempotency_key: Option<String>,
}

/// The key of a request, if it has one.
pub(super) struct Once(Option<RepeatKey>);

impl<S: Send + Sync> FromRequestParts<S> for Once {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let mut all = parts.headers.get_all(KEY).iter();
        let wrong = |what: &str| Refusal::from(ApiError::field("Idempotency-Key", what));
        match (all.next(), all.next()) {
            (None, _) => Ok(Self(None)),
            (Some(key), None) => {
                let key = key
                    .to_str()
                    .unwrap_or_default()
                    .parse()
                    .map_err(|why: crate::service::tokens::RepeatKeyError| wrong(&why.to_string()))?;
                Ok(Self(Some(key)))
            }
            (Some(_), Some(_)) => Err(wrong("stands there twice")),
        }
    }
}

/// What is answered when something was done.
pub(super) trait Done: Serialize + DeserializeOwned + Send {
    /// Where that is which came into being by it; none if nothing did.
    fn place(&self) -> Option<String>;
}

impl Done for CaseSaved {
    fn place(&self) -> Option<String> {
        Some(format!("{PREFIX}/cases/{}", self.id))
    }
}

impl Done for ConsentView {
    fn place(&self) -> Option<String> {
        Some(format!("{PREFIX}/cases/{}/consents", self.case))
    }
}

impl Done for Referred {
    fn place(&self) -> Option<String> {
        Some(format!("{PREFIX}/exchanges/{}", self.exchange))
    }
}

impl Done for ActDone {
    fn place(&self) -> Option<String> {
        None
    }
}

/// Does it, or answers as it was answered before.
pub(super) async fn once<T: Done>(
    node: &Node,
    asker: &Asker,
    Once(key): Once,
    Asking { method, path, body }: Asking,
    act: impl Future<Output = Result<T, ServiceError>>,
) -> Result<Response, Refusal> {
    let Some(key) = key else { return Ok(answer(&act.await?)) };
    let asked = [method.as_bytes(), path.as_bytes(), &body];
    let begun = match node.repeat_begin((&asker.actor, asker.token), key, &asked).await? {
        Begun::First(begun) => begun,
        Begun::Before(bytes) => {
            let before: T = serde_json::from_slice(&bytes).map_err(|_| ServiceError::RepeatNotKnown)?;
            return Ok(answer(&before));
        }
    };
    let done = act.await;
    let end = match &done {
        Ok(done) => serde_json::to_vec(done).map_or(End::NotKnown, End::Done),
        Err(error) => End::of(error),
    };
    if let Err(error) = node.repeat_end(begun, end).await {
        // It was done and is answered; whoever repeats it is told that nobody knows.
        tracing::warn!(code = error.code(), "an answer could not be kept for its idempotency key");
    }
    Ok(answer(&done?))
}

fn answer<T: Done>(done: &T) -> Response {
    let place = done.place().and_then(|place| HeaderValue::from_str(&place).ok());
    match place {
        Some(place) => (StatusCode::CREATED, [(header::LOCATION, place)], Json(done)).into_response(),
        None => Json(done).into_response(),
    }
}
