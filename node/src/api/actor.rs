//! Who asks, from the socket: the operating system's word for the user, the person's own for the names.

use axum::{
    extract::{FromRequestParts, connect_info::ConnectInfo},
    http::{HeaderMap, StatusCode, request::Parts},
};

use super::{problem::ApiError, server::Caller};
use crate::service::{Actor, PersonName};

/// The header of `--by`, in UTF-8.
pub(super) const BY: &str = "spean-by";
/// The header of `--approved-by`, in UTF-8.
pub(super) const APPROVED_BY: &str = "spean-approved-by";

/// A handler's first argument: parsed, not judged. What the actor may do is the service's question.
pub(super) struct By(pub(super) Actor);

impl<S: Send + Sync> FromRequestParts<S> for By {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let ConnectInfo(caller) = parts.extensions.get::<ConnectInfo<Caller>>().copied().ok_or_else(nobody)?;
        let uid = caller.uid.ok_or_else(nobody)?;
        let (by, approved_by) = (name(&parts.headers, BY)?, name(&parts.headers, APPROVED_BY)?);
        Ok(Self(Actor::Operator { uid, by, approved_by }))
    }
}

/// The system did not say who is at the other end: then it is nobody's request.
fn nobody() -> ApiError {
    ApiError::of_request("internal", StatusCode::FORBIDDEN, "the operating system does not say who asks")
}

fn name(headers: &HeaderMap, header: &'static str) -> Result<Option<PersonName>, ApiError> {
    let Some(value) = headers.get(header) else { return Ok(None) };
    let option = header.trim_start_matches("spean-");
    let text = std::str::from_utf8(value.as_bytes()).map_err(|_| ApiError::field(option, "not in UTF-8"))?;
    text.parse().map(Some).map_err(|error: crate::service::PersonNameError| ApiError::field(option, &error.to_string()))
}
