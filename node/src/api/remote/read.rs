//! What requests say: an id in the path, a page in the query, a body.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{StatusCode, request::Parts},
};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;

use super::refusal::Refusal;
use crate::api::{
    ApiError,
    body::{Asked, bytes_of, parse},
};

/// The most of one page.
const MOST: u8 = 100;
/// Of a page whose length is not said.
const USUAL: u8 = 50;

/// An id in the path, whole or a beginning that fits one thing only.
pub(super) struct Id(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        // Only what is not UTF-8 after decoding gets here.
        let Path(id) =
            path.map_err(|_| ApiError::of_request("id/malformed", StatusCode::UNPROCESSABLE_ENTITY, "this is no id"))?;
        Ok(Self(id))
    }
}

/// Which part of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// How many at most.
    #[serde(default = "usual")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: u8,
    /// `next` of the page before. It means nothing by itself.
    after: Option<String>,
}

const fn usual() -> u8 {
    USUAL
}

/// A page that was asked for, within its limits.
pub(super) struct Part {
    pub(super) limit: usize,
    pub(super) after: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Part {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Asked(Page { limit, after }) = Asked::from_request_parts(parts, state).await?;
        if !(1..=MOST).contains(&limit) {
            return Err(ApiError::field("limit", &format!("1 to {MOST}")).into());
        }
        Ok(Self { limit: limit.into(), after })
    }
}

/// A body, and the bytes that it was: those tell whether two requests are one.
pub(super) struct Sent<T> {
    pub(super) value: T,
    pub(super) asked: Asking,
}

/// All that a request asks.
pub(super) struct Asking {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: Bytes,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
        let body = bytes_of(request, state).await?;
        let value = parse(&body)?;
        Ok(Self { value, asked: Asking { method, path, body } })
    }
}
