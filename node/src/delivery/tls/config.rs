//! The two rustls configurations of the peer link.

use std::sync::Arc;

use keys::Digest;
use rustls::{
    ClientConfig, Error, ServerConfig,
    client::Resumption,
    crypto::{CryptoProvider, aws_lc_rs},
    server::NoServerSessionStorage,
    version::TLS13,
};

use super::{
    key::TransportKey,
    pins::{MAX_PINS_PER_PEER, PeerPins},
    verify::{Allow, Pinned},
};

/// The only protocol above TLS.
const ALPN: &[u8] = b"h2";

/// aws-lc-rs, cut down to the one post-quantum group: what is recorded today must not open in twenty years.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider { kx_groups: vec![aws_lc_rs::kx_group::X25519MLKEM768], ..aws_lc_rs::default_provider() })
}

/// The listening end: any of `peers`, looked up live, in the handshake.
///
/// # Errors
/// If rustls refuses the key; not seen with a [`TransportKey`].
pub fn server(key: &TransportKey, peers: Arc<PeerPins>) -> Result<ServerConfig, Error> {
    let provider = provider();
    let algorithms = provider.signature_verification_algorithms;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .with_client_cert_verifier(Arc::new(Pinned { allow: Allow::AnyPeer(peers), algorithms }))
        .with_single_cert(vec![key.certificate()], key.private())?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    // A resumed session would skip the verifier: a peer removed a minute ago would still get in.
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.max_early_data_size = 0;
    Ok(config)
}

/// The calling end, for one peer: only its pins (at most [`MAX_PINS_PER_PEER`]) are taken.
///
/// # Errors
/// If rustls refuses the key; not seen with a [`TransportKey`].
pub fn client(key: &TransportKey, pins: &[Digest]) -> Result<ClientConfig, Error> {
    let provider = provider();
    let algorithms = provider.signature_verification_algorithms;
    let meant = pins.iter().copied().take(MAX_PINS_PER_PEER).collect();
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Pinned { allow: Allow::Only(meant), algorithms }))
        .with_client_auth_cert(vec![key.certificate()], key.private())?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = Resumption::disabled();
    config.enable_early_data = false;
    // No server name on the wire: an onlooker would read there which agency is called.
    config.enable_sni = false;
    Ok(config)
}

#[cfg(test)]
mod tests;
