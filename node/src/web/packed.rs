//! What travels compressed, and what never does.
//!
//! The length of a compressed page tells an onlooker how much of what a stranger wrote on it equals a secret beside it
//! (BREACH). So nothing is compressed but what is marked here: the program's own files, the record, and long pages about
//! one child. Their forms hold another text of the session's value each time (`form_token`), which no guess beside it
//! comes near. Never marked: pages that hold a secret which stays (an invitation, what a telephone is to know), and those
//! before signing in. Khmer takes three bytes a letter, and a whole record of it comes over a slow line in a fifth of the time.

use askama::Template;
use axum::{
    Router,
    body::HttpBody,
    http::{self, StatusCode},
    response::Response,
};
use tower_http::compression::{CompressionLayer, Predicate};

use super::page::page;

/// On an answer that may travel compressed.
#[derive(Clone, Copy)]
struct MayPack;

/// Marks a file of the program.
pub(super) fn file(mut response: Response) -> Response {
    response.extensions_mut().insert(MayPack);
    response
}

/// Makes a long page, as [`page`] does, and marks it.
pub(super) fn long_page(status: StatusCode, template: &impl Template) -> Response {
    file(page(status, template))
}

/// Compresses what is marked, for browsers that say they take it.
pub(super) fn around(routes: Router) -> Router {
    routes.layer(CompressionLayer::new().gzip(true).compress_when(Marked))
}

#[derive(Clone, Copy)]
struct Marked;

impl Predicate for Marked {
    fn should_compress<B: HttpBody>(&self, response: &http::Response<B>) -> bool {
        response.extensions().get::<MayPack>().is_some()
    }
}
