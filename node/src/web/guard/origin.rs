//! Whose page sent the request.
//!
//! Browsers say it (Fetch Metadata, `Origin`), and a page can't make them lie. A form of another site is refused
//! before it is read, signed in or not; the form's own token (`session`) is the second lock. The `Host` must be one of
//! ours: else a stranger's name that suddenly points at this computer would make this node's pages that stranger's own.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

/// By which names browsers may call this node.
#[derive(Debug)]
pub(in crate::web) struct Names(pub(in crate::web) Vec<String>);

impl Names {
    /// Whether `host`, with or without a port, is one of them, an address, or localhost.
    fn has(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        };
        name.parse::<IpAddr>().is_ok()
            || name.eq_ignore_ascii_case("localhost")
            || self.0.iter().any(|own| own.eq_ignore_ascii_case(name))
    }
}

/// The node goes by the name that the request gives it.
pub(super) async fn by_name(State(names): State<Arc<Names>>, request: Request, next: Next) -> Response {
    let host = host(request.uri(), request.headers()).unwrap_or_default();
    if !names.has(&host) {
        return (StatusCode::MISDIRECTED_REQUEST, "This node does not go by this name.").into_response();
    }
    next.run(request).await
}

/// The request is from a page of this node.
pub(super) async fn from_here(request: Request, next: Next) -> Response {
    let host = host(request.uri(), request.headers()).unwrap_or_default();
    if !comes_from_here(request.method(), request.headers(), &host) {
        return (StatusCode::FORBIDDEN, "This came from a page of another site.").into_response();
    }
    next.run(request).await
}

/// Of HTTP/2 the authority, of HTTP/1 the header.
pub(in crate::web) fn host(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let of_uri = uri.authority().map(|authority| authority.as_str().to_owned());
    of_uri.or_else(|| text(headers, "host").map(str::to_owned))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn comes_from_here(method: &Method, headers: &HeaderMap, host: &str) -> bool {
    let site = text(headers, "sec-fetch-site");
    if matches!(*method, Method::GET | Method::HEAD) {
        // A link in a letter may lead here; a stranger's page may not load parts of ours.
        return matches!(site, None | Some("same-origin" | "none"))
            || text(headers, "sec-fetch-mode") == Some("navigate");
    }
    if let Some(site) = site {
        return site == "same-origin";
    }
    // Browsers of before 2023 say only this.
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    let origin = origin.and_then(|origin| origin.split_once("://"));
    origin.is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
}
