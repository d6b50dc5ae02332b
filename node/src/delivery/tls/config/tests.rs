use std::net::SocketAddr;

use keys::AgencyId;
use rustls::{NamedGroup, ProtocolVersion, pki_types::ServerName};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::*;

/// What each end says of one connection: the server's view of the client, or that it refused.
struct Outcome {
    server: Result<(Digest, NamedGroup, ProtocolVersion), String>,
    client: Result<(), String>,
}

async fn connect(server: ServerConfig, client: ClientConfig) -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        let mut tls = TlsAcceptor::from(Arc::new(server)).accept(tcp).await.map_err(|e| e.to_string())?;
        tls.write_all(b"!").await.map_err(|e| e.to_string())?;
        let connection = tls.get_ref().1;
        let pin = super::super::pin_of(&connection.peer_certificates().unwrap()[0]).unwrap();
        let group = connection.negotiated_key_exchange_group().unwrap().name();
        Ok((pin, group, connection.protocol_version().unwrap()))
    });
    let name = ServerName::try_from("peer.example").unwrap();
    let tcp = TcpStream::connect(address).await.unwrap();
    let client = async {
        // In TLS 1.3 a client learns that its certificate was refused only when it reads.
        let mut tls = TlsConnector::from(Arc::new(client)).connect(name, tcp).await.map_err(|e| e.to_string())?;
        tls.read_u8().await.map(drop).map_err(|e| e.to_string())
    }
    .await;
    Outcome { server: serving.await.unwrap(), client }
}

struct Pair {
    server_key: TransportKey,
    client_key: TransportKey,
    peers: Arc<PeerPins>,
}

/// A server that knows the client.
fn pair() -> Pair {
    let client_key = TransportKey::generate().unwrap();
    let peers = Arc::new(PeerPins::new());
    peers.replace([(AgencyId::new(Digest([1; 32])), [client_key.pin()])]);
    Pair { server_key: TransportKey::generate().unwrap(), client_key, peers }
}

#[tokio::test]
async fn known_keys_meet_over_the_post_quantum_group() {
    let Pair { server_key, client_key, peers } = pair();
    let outcome = connect(server(&server_key, peers).unwrap(), client(&client_key, &[server_key.pin()]).unwrap()).await;
    let expected = (client_key.pin(), NamedGroup::X25519MLKEM768, ProtocolVersion::TLSv1_3);
    assert_eq!(outcome.server, Ok(expected));
    assert_eq!(outcome.client, Ok(()));
}

#[tokio::test]
async fn a_client_nobody_knows_is_refused_in_the_handshake() {
    let Pair { server_key, peers, .. } = pair();
    let stranger = TransportKey::generate().unwrap();
    let outcome = connect(server(&server_key, peers).unwrap(), client(&stranger, &[server_key.pin()]).unwrap()).await;
    assert!(outcome.server.is_err() && outcome.client.is_err());
}

#[tokio::test]
async fn a_client_removed_from_the_set_is_refused_without_a_restart() {
    let Pair { server_key, client_key, peers } = pair();
    let config = server(&server_key, Arc::clone(&peers)).unwrap();
    peers.replace(std::iter::empty::<(AgencyId, [Digest; 0])>());
    let outcome = connect(config, client(&client_key, &[server_key.pin()]).unwrap()).await;
    assert!(outcome.server.is_err() && outcome.client.is_err());
}

#[tokio::test]
async fn another_peer_cannot_answer_for_the_one_that_is_meant() {
    let Pair { client_key, peers, .. } = pair();
    let (meant, other) = (TransportKey::generate().unwrap(), TransportKey::generate().unwrap());
    let outcome = connect(server(&other, peers).unwrap(), client(&client_key, &[meant.pin()]).unwrap()).await;
    assert!(outcome.server.is_err() && outcome.client.is_err());
}

#[tokio::test]
async fn a_copied_certificate_without_its_key_is_refused_by_both_ends() {
    use rustls::{
        client::ResolvesClientCert,
        server::{ClientHello, ResolvesServerCert},
        sign::CertifiedKey,
    };
    #[derive(Debug)]
    struct Thief(Arc<CertifiedKey>);
    impl ResolvesClientCert for Thief {
        fn resolve(&self, _: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<CertifiedKey>> {
            Some(Arc::clone(&self.0))
        }
        fn has_certs(&self) -> bool {
            true
        }
    }
    impl ResolvesServerCert for Thief {
        fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
            Some(Arc::clone(&self.0))
        }
    }
    let copy_of = |victim: &TransportKey| {
        let own = TransportKey::generate().unwrap();
        let key = provider().key_provider.load_private_key(own.private()).unwrap();
        Arc::new(Thief(Arc::new(CertifiedKey::new(vec![victim.certificate()], key))))
    };
    let Pair { server_key, client_key, peers } = pair();

    let mut thief = client(&client_key, &[server_key.pin()]).unwrap();
    thief.client_auth_cert_resolver = copy_of(&client_key);
    let outcome = connect(server(&server_key, Arc::clone(&peers)).unwrap(), thief).await;
    assert!(outcome.server.is_err() && outcome.client.is_err());

    let mut thief = server(&server_key, peers).unwrap();
    thief.cert_resolver = copy_of(&server_key);
    let outcome = connect(thief, client(&client_key, &[server_key.pin()]).unwrap()).await;
    assert!(outcome.client.is_err());
}

#[tokio::test]
async fn a_client_without_a_certificate_is_refused() {
    #[derive(Debug)]
    struct Nothing;
    impl rustls::client::ResolvesClientCert for Nothing {
        fn resolve(&self, _: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<rustls::sign::CertifiedKey>> {
            None
        }
        fn has_certs(&self) -> bool {
            false
        }
    }
    let Pair { server_key, client_key, peers } = pair();
    let mut bare = client(&client_key, &[server_key.pin()]).unwrap();
    bare.client_auth_cert_resolver = Arc::new(Nothing);
    let outcome = connect(server(&server_key, peers).unwrap(), bare).await;
    assert!(outcome.server.is_err() && outcome.client.is_err());
}

#[tokio::test]
async fn a_classical_key_exchange_is_refused() {
    let Pair { server_key, client_key, peers } = pair();
    let classical =
        Arc::new(CryptoProvider { kx_groups: vec![aws_lc_rs::kx_group::X25519], ..aws_lc_rs::default_provider() });
    let algorithms = classical.signature_verification_algorithms;
    let verifier = Arc::new(Pinned { allow: Allow::Only(vec![server_key.pin()]), algorithms });
    let mut old = ClientConfig::builder_with_provider(classical)
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_client_auth_cert(vec![client_key.certificate()], client_key.private())
        .unwrap();
    old.alpn_protocols = vec![ALPN.to_vec()];
    let outcome = connect(server(&server_key, peers).unwrap(), old).await;
    assert!(outcome.server.is_err() && outcome.client.is_err());
}

/// rustls is built without TLS 1.2, so an old client is played by the bytes of its first message.
#[tokio::test]
async fn tls_1_2_is_refused() {
    let Pair { server_key, peers, .. } = pair();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut tcp = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    tcp.write_all(&tls12_client_hello()).await.unwrap();
    let (accepted, _) = listener.accept().await.unwrap();
    let config = Arc::new(server(&server_key, peers).unwrap());
    let error = TlsAcceptor::from(config).accept(accepted).await.unwrap_err().to_string();
    assert!(error.contains("incompatible"), "{error}");
    let mut alert = [0; 7];
    tcp.read_exact(&mut alert).await.unwrap();
    assert_eq!((alert[0], alert[6]), (21, 70), "a fatal protocol_version alert");
}

/// A well-formed TLS 1.2 hello: ECDHE-ECDSA, secp256r1, Ed25519 signatures, no `supported_versions`.
fn tls12_client_hello() -> Vec<u8> {
    let mut hello = vec![3, 3];
    hello.extend([7; 32]);
    hello.push(0); // session id
    hello.extend([0, 2, 0xc0, 0x2c, 1, 0]); // one cipher suite, no compression
    let extensions = [
        0, 10, 0, 4, 0, 2, 0, 23, // supported_groups: secp256r1
        0, 13, 0, 4, 0, 2, 8, 7, // signature_algorithms: ed25519
        0, 23, 0, 0, // extended_master_secret
    ];
    hello.extend([0, u8::try_from(extensions.len()).unwrap()]);
    hello.extend(extensions);
    let length = u8::try_from(hello.len()).unwrap();
    let mut record = vec![22, 3, 1, 0, length + 4, 1, 0, 0, length];
    record.extend(hello);
    record
}
