//! What is kept of an agency that said two things, in plain words, and the proof to take along.

use axum::{
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;

use crate::{
    service::ServiceError,
    view::EvidenceView,
    web::{App, session::Signed},
};

/// One piece on the peer's page.
pub(super) struct Piece {
    pub(super) what: String,
    pub(super) heard: String,
    pub(super) settled: bool,
    /// Where the proof is, if there is one.
    pub(super) proof: Option<String>,
}

/// The pieces, newest first, for the peer at `path`.
pub(super) async fn pieces(app: &App, me: &Signed, id: &str, path: &str) -> Result<Vec<Piece>, Response> {
    let found = app.service.peer_evidence(&me.actor, id).await.map_err(|error| me.refused(&error))?;
    let piece = |(n, piece): (usize, &EvidenceView)| {
        let (w, place) = (me.w(), me.w().number(piece.place));
        Piece {
            what: match piece.kind.as_str() {
                "entries" => w.t1("peer-evidence-entries", "place", place),
                "statements" => w.t1("peer-evidence-statements", "place", place),
                _ => w.t1("peer-evidence-void", "place", place),
            },
            heard: w.t1("peer-evidence-heard", "when", me.moment().moment(w, piece.heard)),
            settled: piece.settled && piece.proof.is_some(),
            proof: piece.proof.as_ref().map(|_| format!("{path}/proof?n={n}")),
        }
    };
    Ok(found.evidence.iter().enumerate().map(piece).collect())
}

/// Which of the pieces, counted from 0, newest first.
#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    n: usize,
}

/// The proof as a file. It names nobody but the agency.
pub(super) async fn proof(
    State(app): State<App>,
    me: Signed,
    Path(id): Path<String>,
    Query(Which { n }): Query<Which>,
) -> Result<Response, Response> {
    let found = app.service.peer_evidence(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let Some(proof) = found.evidence.into_iter().nth(n).and_then(|piece| piece.proof) else {
        return Err(me.refused(&ServiceError::NotFound { what: "proof" }));
    };
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"spean-fork.proof\""),
    ];
    Ok((headers, proof).into_response())
}
