//! The four requests, and the uniform refusal.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    body::{Body, Bytes, to_bytes},
    extract::{Path, Query, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use keys::{AgencyId, Digest, KeyId};
use serde::Deserialize;
use tokio::time::{Instant, sleep_until, timeout};

use super::{Answer, HeadsAsked, Inbox, MAX_ENVELOPE, REFUSAL_TICK, accept::PeerKey, budget::Budgets, share::Shares};
use crate::delivery::tls::PeerPins;

/// What a peer is told to wait when this node as a whole is busy.
const BUSY: Duration = Duration::from_secs(2);

pub(super) struct Port<I> {
    pub(super) inbox: Arc<I>,
    pub(super) pins: Arc<PeerPins>,
    pub(super) budgets: Arc<Budgets>,
    pub(super) envelopes: Arc<Shares>,
    pub(super) body_timeout: Duration,
}

pub(super) fn router<I: Inbox>(port: Arc<Port<I>>) -> Router {
    Router::new()
        // `any`, since a router that knows the methods would name them in a header of its refusal.
        .route("/spean/1/envelopes", any(envelopes::<I>))
        .route("/spean/1/log", any(log::<I>))
        .route("/spean/1/cut/{key}", any(cut::<I>))
        .route("/spean/1/heads", any(heads::<I>))
        .fallback(|| async { refusal(Instant::now()).await })
        .with_state(port)
}

/// `POST /spean/1/envelopes`: one envelope, answered when it is safe on disk.
async fn envelopes<I: Inbox>(
    State(port): State<Arc<Port<I>>>,
    Extension(PeerKey(pin)): Extension<PeerKey>,
    request: Request,
) -> Response {
    let came = Instant::now();
    let peer = match port.admit(&pin) {
        Ok(peer) => peer,
        Err(NotAdmitted::Unknown) => return refusal(came).await,
        Err(NotAdmitted::TooFast(wait)) => return later(StatusCode::TOO_MANY_REQUESTS, wait),
    };
    if request.method() != Method::POST {
        return refusal(came).await;
    }
    // The permit covers the work too: it bounds what all peers together can make this node hold in memory.
    let Some(_room) = port.envelopes.room(peer).await else {
        return later(StatusCode::SERVICE_UNAVAILABLE, BUSY);
    };
    let Some(envelope) = read_envelope(request, port.body_timeout).await else {
        return refusal(came).await;
    };
    match port.inbox.receive(peer, envelope).await {
        Answer::Ack(bytes) => octets(bytes),
        Answer::Held => StatusCode::ACCEPTED.into_response(),
        Answer::Refused => refusal(came).await,
        Answer::OverQuota { retry_after } => later(StatusCode::TOO_MANY_REQUESTS, retry_after),
        Answer::NoRoom { retry_after } => later(StatusCode::SERVICE_UNAVAILABLE, retry_after),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogQuery {
    /// The last entry that the caller has; none: 0, and everything is given.
    #[serde(default)]
    after: u64,
}

/// `GET /spean/1/log?after=N`: this agency's own public record.
async fn log<I: Inbox>(
    State(port): State<Arc<Port<I>>>,
    Extension(PeerKey(pin)): Extension<PeerKey>,
    method: Method,
    query: Result<Query<LogQuery>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let came = Instant::now();
    let peer = match port.admit(&pin) {
        Ok(peer) => peer,
        Err(NotAdmitted::Unknown) => return refusal(came).await,
        Err(NotAdmitted::TooFast(wait)) => return later(StatusCode::TOO_MANY_REQUESTS, wait),
    };
    let (Method::GET, Ok(Query(LogQuery { after }))) = (method, query) else {
        return refusal(came).await;
    };
    match port.inbox.public_record(peer, after).await {
        Some(record) => octets(record),
        None => later(StatusCode::SERVICE_UNAVAILABLE, BUSY),
    }
}

/// `GET /spean/1/cut/KEY`: what the caller is given of the cut of a revoked key of this agency.
async fn cut<I: Inbox>(
    State(port): State<Arc<Port<I>>>,
    Extension(PeerKey(pin)): Extension<PeerKey>,
    method: Method,
    Path(key): Path<String>,
) -> Response {
    let came = Instant::now();
    let peer = match port.admit(&pin) {
        Ok(peer) => peer,
        Err(NotAdmitted::Unknown) => return refusal(came).await,
        Err(NotAdmitted::TooFast(wait)) => return later(StatusCode::TOO_MANY_REQUESTS, wait),
    };
    let key = data_encoding::HEXLOWER.decode(key.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    let (Method::GET, Some(key)) = (method, key) else { return refusal(came).await };
    match port.inbox.cut(peer, KeyId(key)).await {
        Some(answer) => octets(answer),
        None => refusal(came).await,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadsQuery {
    /// 64 digits of 0-9 and a-f.
    nonce: String,
    /// The last exchange that the caller got; none: from the first.
    after: Option<String>,
    /// The last entry of the caller's own log.
    head: u64,
}

fn digest(text: &str) -> Option<Digest> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok().map(Digest)
}

/// `GET /spean/1/heads?nonce=…&after=…&head=N`: what the caller and this agency sent to each other, as headers.
async fn heads<I: Inbox>(
    State(port): State<Arc<Port<I>>>,
    Extension(PeerKey(pin)): Extension<PeerKey>,
    method: Method,
    query: Result<Query<HeadsQuery>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let came = Instant::now();
    let peer = match port.admit(&pin) {
        Ok(peer) => peer,
        Err(NotAdmitted::Unknown) => return refusal(came).await,
        Err(NotAdmitted::TooFast(wait)) => return later(StatusCode::TOO_MANY_REQUESTS, wait),
    };
    let (Method::GET, Ok(Query(HeadsQuery { nonce, after, head }))) = (method, query) else {
        return refusal(came).await;
    };
    let after = after.as_deref().map(digest);
    let (Some(nonce), false) = (digest(&nonce), after == Some(None)) else { return refusal(came).await };
    // As for an envelope: an answer takes memory.
    let Some(_room) = port.envelopes.room(peer).await else {
        return later(StatusCode::SERVICE_UNAVAILABLE, BUSY);
    };
    match port.inbox.heads(peer, HeadsAsked { nonce, after: after.flatten(), head }).await {
        Some(answer) => octets(answer),
        None => later(StatusCode::SERVICE_UNAVAILABLE, BUSY),
    }
}

enum NotAdmitted {
    Unknown,
    TooFast(Duration),
}

impl<I> Port<I> {
    fn admit(&self, pin: &keys::Digest) -> Result<AgencyId, NotAdmitted> {
        let peer = self.pins.owner(pin).ok_or(NotAdmitted::Unknown)?;
        self.budgets.request(peer, std::time::Instant::now()).map_err(NotAdmitted::TooFast)?;
        Ok(peer)
    }
}

/// The body, if its announced length, its real length, its type and its pace are right.
async fn read_envelope(request: Request, limit: Duration) -> Option<Bytes> {
    let headers = request.headers();
    if headers.get(header::CONTENT_TYPE)?.as_bytes() != b"application/octet-stream" {
        return None;
    }
    if let Some(length) = headers.get(header::CONTENT_LENGTH) {
        let length: usize = length.to_str().ok()?.parse().ok()?;
        if length > MAX_ENVELOPE {
            return None;
        }
    }
    let body = timeout(limit, to_bytes(request.into_body(), MAX_ENVELOPE)).await.ok()?.ok()?;
    if body.is_empty() { None } else { Some(body) }
}

fn octets(bytes: Bytes) -> Response {
    let octets = HeaderValue::from_static("application/octet-stream");
    ([(header::CONTENT_TYPE, octets)], Body::from(bytes)).into_response()
}

/// Whole seconds, at least one.
fn later(status: StatusCode, wait: Duration) -> Response {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    (status, [(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)))]).into_response()
}

/// The one refusal: 400, empty, at the next tick after the request came.
async fn refusal(came: Instant) -> Response {
    let took = came.elapsed();
    let ticks = u32::try_from(took.as_nanos() / REFUSAL_TICK.as_nanos()).unwrap_or(u32::MAX - 1) + 1;
    sleep_until(came + REFUSAL_TICK * ticks).await;
    StatusCode::BAD_REQUEST.into_response()
}
