//! Who asks, by the token.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, StatusCode, header, request::Parts},
};

use super::{Node, refusal::Refusal};
use crate::{
    api::ApiError,
    service::{Actor, tokens::TokenId},
};

/// Whoever holds a good token. A handler that takes one can't be reached by anybody else.
pub(super) struct Asker {
    pub(super) actor: Actor,
    pub(super) token: TokenId,
}

impl FromRequestParts<Node> for Asker {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Refusal> {
        let from = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()).ok_or_else(|| {
            let title = "the operating system does not say where this comes from";
            ApiError::of_request("internal", StatusCode::FORBIDDEN, title)
        })?;
        let (actor, token) = node.token(bearer(&parts.headers), from).await?;
        Ok(Self { actor, token })
    }
}

/// The credentials of RFC 6750 2.1. Neither a form nor the address may hold a token (2.2, 2.3): both are written down by
/// programs in between.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (all.next(), all.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    // The name of a scheme has no case (RFC 9110 11.1).
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start_matches(' '))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn one_bearer_token_counts_and_nothing_else() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("authorization", HeaderValue::from_static(value));
            }
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(of(&["Bearer abc"]).as_deref(), Some("abc"));
        assert_eq!(of(&["bearer  abc"]).as_deref(), Some("abc"));
        for wrong in [&[][..], &["Basic abc"], &["Bearer"], &["Bearer abc", "Bearer abc"]] {
            assert_eq!(of(wrong), None, "{wrong:?}");
        }
    }
}
