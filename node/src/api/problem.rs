//! Errors as answers (RFC 9457).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::view::{Fault, Problem};

/// The media type of a problem.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// What a handler fails with; made of the service's error, or of a fault of the request itself.
#[derive(Debug)]
pub struct ApiError(Problem);

impl ApiError {
    /// A problem of the request itself.
    pub(super) fn of_request(code: &str, status: StatusCode, title: impl Into<String>) -> Self {
        let title = title.into();
        Self(Problem { code: code.into(), status: status.as_u16(), title, hint: None, faults: Vec::new() })
    }

    pub(super) fn hint(mut self, hint: &str) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(super) fn fault(mut self, path: &str, what: &str) -> Self {
        self.0.faults.push(Fault { path: path.into(), what: what.into() });
        self
    }

    /// One field of the request is wrong.
    pub(super) fn field(path: &str, what: &str) -> Self {
        Self::of_request("input/field", StatusCode::UNPROCESSABLE_ENTITY, format!("`{path}`: {what}")).fault(path, what)
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        (status, [(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))], body).into_response()
    }
}

/// Nothing here has this path.
pub(super) async fn unknown_path() -> ApiError {
    ApiError::of_request("node/unknown-path", StatusCode::NOT_FOUND, "this node has nothing at this path")
        .hint("is the running node of another version than `spean`? restart it")
}

/// The path takes another method.
pub(super) async fn unknown_method() -> ApiError {
    ApiError::of_request("node/unknown-path", StatusCode::METHOD_NOT_ALLOWED, "this path takes another method")
        .hint("is the running node of another version than `spean`? restart it")
}

/// A handler panicked: a bug; its message is shown to nobody.
pub(super) fn broken(_: Box<dyn std::any::Any + Send>) -> Response {
    ApiError::of_request("internal", StatusCode::INTERNAL_SERVER_ERROR, "the node met a fault of its own")
        .hint("the log of the node names the place; please report it")
        .into_response()
}
