//! From the settings of `config.toml` to what each part takes.

use std::path::Path;

use crate::{
    config::Config,
    delivery::{
        http::CallLimits,
        inbound::{PeerPortLimits, Rate},
        worker::{BackOff, WorkerLimits},
    },
    store::SpaceLimits,
    web::WebLimits,
};

pub(super) fn peer_port(config: &Config) -> PeerPortLimits {
    let port = &config.peer_port;
    PeerPortLimits {
        handshake_timeout: port.handshake_timeout_s.seconds(),
        header_timeout: port.handshake_timeout_s.seconds(),
        body_timeout: port.body_timeout_s.seconds(),
        handshakes_at_once: port.handshakes_at_once.to_usize(),
        connections_per_peer: port.connections_per_peer.to_usize(),
        envelopes_at_once: port.envelopes_at_once.to_usize(),
        rate: Rate { per_second: port.requests_per_s.to_u32(), burst: port.requests_burst.to_u32() },
        ..PeerPortLimits::default()
    }
}

/// Where the screens are served; none if they are not.
pub(super) fn screens(config: &Config, folder: &Path) -> Option<WebLimits> {
    let web = &config.web;
    web.open.then(|| WebLimits {
        address: web.address,
        tls: web.tls_files(folder),
        names: web.names.clone(),
        connections: web.connections_at_once.to_usize(),
    })
}

pub(super) fn calls(config: &Config) -> CallLimits {
    let delivery = &config.delivery;
    CallLimits { connect: delivery.connect_timeout_s.seconds(), answer: delivery.answer_timeout_s.seconds() }
}

pub(super) fn worker(config: &Config) -> WorkerLimits {
    let delivery = &config.delivery;
    let first = delivery.first_retry_s.seconds();
    let longest = delivery.longest_retry_s.seconds().max(first);
    WorkerLimits { lanes_at_once: delivery.exchanges_at_once.to_usize(), back_off: BackOff { first, longest } }
}

pub(super) fn space(config: &Config) -> SpaceLimits {
    let disk = &config.disk;
    SpaceLimits {
        mark: disk.free_space_mark_mib.mebibytes(),
        ballast: disk.ballast_mib.mebibytes(),
        ..SpaceLimits::default()
    }
}
