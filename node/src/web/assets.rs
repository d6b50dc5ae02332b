//! Stylesheet, scripts, icons and the plain favicon: in the program, kept by browsers for a year under a name that changes
//! with what is in them.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};

use super::packed;

/// Name, media type, content.
const FILES: [(&str, &str, &str); 5] = [
    ("spean.css", "text/css; charset=utf-8", include_str!("../../static/spean.css")),
    ("live.js", "text/javascript; charset=utf-8", include_str!("../../static/live.js")),
    ("icons.svg", "image/svg+xml", include_str!("../../static/icons.svg")),
    ("passkey.js", "text/javascript; charset=utf-8", include_str!("../../static/passkey.js")),
    ("favicon.svg", "image/svg+xml", include_str!("../../static/favicon.svg")),
];

static MARKS: LazyLock<[String; FILES.len()]> = LazyLock::new(|| {
    FILES.map(|(_, _, content)| {
        let digest = ring::digest::digest(&ring::digest::SHA256, content.as_bytes());
        data_encoding::HEXLOWER.encode(&digest.as_ref()[..4])
    })
});

/// The path of a file of [`FILES`].
pub(super) fn path(name: &str) -> String {
    let mark = FILES.iter().position(|(file, ..)| *file == name).map_or("", |at| MARKS[at].as_str());
    format!("/a/{mark}/{name}")
}

pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/a/{mark}/{name}", get(file))
}

/// Any mark gives the file: a page that was made by an older program still finds it.
pub(super) async fn file(Path((_, name)): Path<(String, String)>) -> Response {
    let Some((_, kind, content)) = FILES.iter().find(|(file, ..)| *file == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    packed::file((headers, *content).into_response())
}
