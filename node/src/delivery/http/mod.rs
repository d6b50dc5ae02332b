//! Calling a peer's port: one warm HTTP/2 connection per peer (`docs/protocol.md` 3.16).
//!
//! A fresh handshake costs more than a whole offer, so connections are kept. Knows nothing of when to try again: that is
//! the worker's.

mod failure;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::body::Bytes;
use keys::{AgencyId, Digest, KeyId};
use protocol::{cut::MAX_CUT_BYTES, heads::MAX_HEADS};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url, header};

pub use failure::DeliverError;

use super::tls::{self, TransportKey};

/// An acknowledgement is padded to 512 bytes and sealed; a peer that sends more sends something else.
pub const MAX_ACK: usize = 4096;
/// Of a public record: 4,096 log entries and the current statements.
pub const MAX_RECORD: usize = 8 << 20;
/// A peer's wait may not put off a referral for longer than the back-off itself would.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(15);

/// Where a peer is, as its statements say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The peer that is meant.
    pub peer: AgencyId,
    /// Its transport keys; no other key is taken for it.
    pub pins: Vec<Digest>,
    /// `https://host:port` each, tried in order.
    pub addresses: Vec<String>,
}

/// What a peer answered to an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// The sealed acknowledgement, not yet opened.
    Ack(Bytes),
    /// Kept by a locked node; try again.
    Held,
}

/// What is asked of a peer after a restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadsAsked {
    /// Drawn at random: the answer names it.
    pub nonce: Digest,
    /// What follows this exchange; none: from the first.
    pub after: Option<Digest>,
    /// The last entry of the own log: the peer fetches what it lacks.
    pub head: u64,
}

/// How long a call may take.
#[derive(Clone, Copy, Debug)]
pub struct CallLimits {
    /// For connection and handshake.
    pub connect: Duration,
    /// For the whole call.
    pub answer: Duration,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), answer: Duration::from_secs(30) }
    }
}

/// Calls peers. Shared by all who call.
#[derive(Debug)]
pub struct PeerClient {
    key: Arc<TransportKey>,
    limits: CallLimits,
    warm: Mutex<HashMap<AgencyId, Warm>>,
}

/// A peer's connection pool; it holds for these pins only.
#[derive(Debug)]
struct Warm {
    pins: Vec<Digest>,
    client: Client,
}

impl PeerClient {
    /// Calls with this transport key; connects when first called.
    #[must_use]
    pub fn new(key: Arc<TransportKey>, limits: CallLimits) -> Self {
        Self { key, limits, warm: Mutex::default() }
    }

    /// Sends one envelope; tries the addresses in order until one can be reached.
    ///
    /// # Errors
    /// Of the last address tried; the envelope may have arrived all the same, and is safe to send again.
    pub async fn deliver(&self, route: &Route, envelope: Bytes) -> Result<Delivered, DeliverError> {
        let prepare = |request: RequestBuilder| {
            request.header(header::CONTENT_TYPE, "application/octet-stream").body(envelope.clone())
        };
        let response = self.call(route, &Method::POST, "spean/1/envelopes", prepare).await?;
        match response.status() {
            StatusCode::OK => Ok(Delivered::Ack(body(response, MAX_ACK).await?)),
            StatusCode::ACCEPTED => Ok(Delivered::Held),
            _ => Err(refused(&response)),
        }
    }

    /// Fetches the peer's public record, at least what follows log entry `after`. Not yet verified.
    ///
    /// # Errors
    /// Of the last address tried.
    pub async fn fetch_record(&self, route: &Route, after: u64) -> Result<Bytes, DeliverError> {
        let path = format!("spean/1/log?after={after}");
        let response = self.call(route, &Method::GET, &path, |request| request).await?;
        match response.status() {
            StatusCode::OK => body(response, MAX_RECORD).await,
            _ => Err(refused(&response)),
        }
    }

    /// Fetches what the peer gives to this agency of the cut of a signing key that it revoked. Not yet verified.
    ///
    /// # Errors
    /// Of the last address tried.
    pub async fn fetch_cut(&self, route: &Route, key: KeyId) -> Result<Bytes, DeliverError> {
        let path = format!("spean/1/cut/{key}");
        let response = self.call(route, &Method::GET, &path, |request| request).await?;
        match response.status() {
            StatusCode::OK => body(response, MAX_CUT_BYTES).await,
            _ => Err(refused(&response)),
        }
    }

    /// Asks what the peer and this agency sent to each other. Not yet verified.
    ///
    /// # Errors
    /// Of the last address tried.
    pub async fn fetch_heads(&self, route: &Route, ask: &HeadsAsked) -> Result<Bytes, DeliverError> {
        let after = ask.after.map(|after| format!("&after={after}")).unwrap_or_default();
        let path = format!("spean/1/heads?nonce={}{after}&head={}", ask.nonce, ask.head);
        let response = self.call(route, &Method::GET, &path, |request| request).await?;
        match response.status() {
            StatusCode::OK => body(response, MAX_HEADS).await,
            _ => Err(refused(&response)),
        }
    }

    async fn call(
        &self,
        route: &Route,
        method: &Method,
        path: &str,
        prepare: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, DeliverError> {
        let client = self.client(route)?;
        let mut last = DeliverError::NoAddress;
        for address in &route.addresses {
            let url = match join(address, path) {
                Ok(url) => url,
                Err(error) => {
                    last = error;
                    continue;
                }
            };
            match prepare(client.request(method.clone(), url)).send().await {
                Ok(response) => return Ok(response),
                Err(error) => last = DeliverError::from_call(&error),
            }
        }
        Err(last)
    }

    /// The warm connection's client; a new one when the peer's pins have changed.
    fn client(&self, route: &Route) -> Result<Client, DeliverError> {
        let mut warm = self.warm.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = warm.get(&route.peer).filter(|known| known.pins == route.pins) {
            return Ok(known.client.clone());
        }
        let tls = tls::client(&self.key, &route.pins).map_err(|_| DeliverError::Setup)?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(true)
            .http2_prior_knowledge()
            .http2_keep_alive_interval(Duration::from_secs(30))
            .http2_keep_alive_timeout(Duration::from_secs(10))
            .http2_keep_alive_while_idle(true)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(None)
            .connect_timeout(self.limits.connect)
            .timeout(self.limits.answer)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()
            .map_err(|_| DeliverError::Setup)?;
        warm.insert(route.peer, Warm { pins: route.pins.clone(), client: client.clone() });
        Ok(client)
    }
}

/// An address is `https://host:port`, with or without a path below which the interface lies.
fn join(address: &str, path: &str) -> Result<Url, DeliverError> {
    let bad = || DeliverError::BadAddress;
    let base = Url::parse(&format!("{}/", address.trim_end_matches('/'))).map_err(|_| bad())?;
    let plain = base.query().is_none() && base.fragment().is_none() && base.username().is_empty();
    if base.scheme() != "https" || base.host().is_none() || !plain || base.password().is_some() {
        return Err(bad());
    }
    base.join(path).map_err(|_| bad())
}

/// The body, of which no more than `limit` bytes are ever held.
async fn body(mut response: Response, limit: usize) -> Result<Bytes, DeliverError> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(DeliverError::TooLong);
    }
    let mut all = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| DeliverError::from_call(&error))? {
        if all.len() + chunk.len() > limit {
            return Err(DeliverError::TooLong);
        }
        all.extend_from_slice(&chunk);
    }
    Ok(all.into())
}

fn refused(response: &Response) -> DeliverError {
    let asked = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let retry_after = Duration::from_secs(asked.unwrap_or(1)).min(MAX_RETRY_AFTER);
    match response.status() {
        StatusCode::BAD_REQUEST => DeliverError::Refused,
        StatusCode::TOO_MANY_REQUESTS => DeliverError::Busy { retry_after },
        StatusCode::SERVICE_UNAVAILABLE => DeliverError::NoRoom { retry_after },
        other => DeliverError::Unexpected(other.as_u16()),
    }
}
