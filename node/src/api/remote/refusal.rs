//! Refusals, with the headers that clients act on.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::{api::ApiError, service::ServiceError};

/// Why a request is not done.
pub(super) enum Refusal {
    /// The service said so.
    Service(ServiceError),
    /// The request can't be read.
    Request(ApiError),
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Request(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let error = match self {
            Self::Request(error) => return error.into_response(),
            Self::Service(error) => error,
        };
        let header = match &error {
            // RFC 9110 11.6.1, RFC 6750 3.
            ServiceError::TokenNotGood => Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            ServiceError::TooOften { seconds } | ServiceError::TooSoon { seconds } => {
                Some((header::RETRY_AFTER, HeaderValue::from(*seconds)))
            }
            _ => None,
        };
        let mut response = ApiError::from(error.problem()).into_response();
        response.headers_mut().extend(header);
        response
    }
}
