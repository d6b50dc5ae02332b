//! Connections of the test's own making: any key, any offer of TLS, and HTTP/2 frame by frame.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use rcgen::{CertificateParams, KeyPair, PKCS_ED25519};
use rustls::{
    ClientConfig, DigitallySignedStruct, Error, ServerConfig, SignatureScheme,
    client::{
        ResolvesClientCert, Resumption,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, SupportedKxGroup, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::TLS13,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::agency::Agency;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who somebody says he is: a certificate, and a key that may or may not be its own.
#[derive(Clone, Debug)]
pub struct Identity(Option<Arc<CertifiedKey>>);

impl Identity {
    /// With the agency's own transport key.
    pub fn of(agency: &Agency) -> Self {
        let pair = pair_of(agency);
        Self::made(&pair, &pair)
    }

    /// With a key that nobody knows.
    pub fn stranger() -> Self {
        let pair = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
        Self::made(&pair, &pair)
    }

    /// With the agency's certificate, and without its key.
    pub fn thief_of(agency: &Agency) -> Self {
        Self::made(&pair_of(agency), &KeyPair::generate_for(&PKCS_ED25519).expect("a key"))
    }

    /// Says nothing.
    pub const fn nobody() -> Self {
        Self(None)
    }

    fn made(shown: &KeyPair, held: &KeyPair) -> Self {
        let certificate = CertificateParams::default().self_signed(shown).expect("a certificate").der().clone();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(held.serialize_der()));
        let key = aws_lc_rs::default_provider().key_provider.load_private_key(key).expect("a key");
        Self(Some(Arc::new(CertifiedKey::new(vec![certificate], key))))
    }
}

fn pair_of(agency: &Agency) -> KeyPair {
    let text = fs::read_to_string(agency.folder().transport_key()).expect("its transport key");
    KeyPair::from_pkcs8_pem_and_sign_algo(&text, &PKCS_ED25519).expect("an Ed25519 key")
}

impl ResolvesClientCert for Identity {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.clone()
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}

impl ResolvesServerCert for Identity {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.clone()
    }
}

/// The only group between nodes.
pub static HYBRID: &dyn SupportedKxGroup = aws_lc_rs::kx_group::X25519MLKEM768;
/// What was enough before quantum computers.
pub static CLASSICAL: &dyn SupportedKxGroup = aws_lc_rs::kx_group::X25519;

fn provider(group: &'static dyn SupportedKxGroup) -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider { kx_groups: vec![group], ..aws_lc_rs::default_provider() })
}

/// Somebody who takes any server.
#[derive(Debug)]
struct Trusting;

impl ServerCertVerifier for Trusting {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
}

/// A client's offer; `alpn` empty for none.
pub fn offer(who: &Identity, group: &'static dyn SupportedKxGroup, alpn: &str) -> ClientConfig {
    let mut config = ClientConfig::builder_with_provider(provider(group))
        .with_protocol_versions(&[&TLS13])
        .expect("TLS 1.3")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trusting))
        .with_client_cert_resolver(Arc::new(who.clone()));
    config.alpn_protocols = (!alpn.is_empty()).then(|| alpn.as_bytes().to_vec()).into_iter().collect();
    config.resumption = Resumption::in_memory_sessions(4);
    config.enable_early_data = true;
    config
}

/// A server that asks nobody who he is.
pub fn open_to_all(who: &Identity, group: &'static dyn SupportedKxGroup, alpn: &str) -> ServerConfig {
    let mut config = ServerConfig::builder_with_provider(provider(group))
        .with_protocol_versions(&[&TLS13])
        .expect("TLS 1.3")
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(who.clone()));
    config.alpn_protocols = (!alpn.is_empty()).then(|| alpn.as_bytes().to_vec()).into_iter().collect();
    config
}

/// A connection from 127.0.0.`from`.
pub async fn tcp(to: SocketAddr, from: u8) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind((Ipv4Addr::new(127, 0, 0, from), 0).into())?;
    socket.connect(to).await
}

pub async fn tls(to: SocketAddr, from: u8, config: &Arc<ClientConfig>) -> io::Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from("spean").expect("a name");
    TlsConnector::from(Arc::clone(config)).connect(name, tcp(to, from).await?).await
}

/// How an HTTP/2 connection begins: the preface, and settings as they are.
pub const HELLO: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const CONTINUATION: u8 = 9;
/// Of HEADERS and DATA: nothing follows on this stream.
pub const END_STREAM: u8 = 1;
/// Of HEADERS: it is whole.
pub const END_HEADERS: u8 = 4;

pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a short frame").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A header block: method, path and further fields, none of them compressed.
pub fn fields(method: &str, path: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let mut block = vec![0x87];
    for (name, value) in [(":method", method), (":path", path), (":authority", "spean")].iter().chain(others) {
        block.push(0);
        string(&mut block, name);
        string(&mut block, value);
    }
    block
}

fn string(block: &mut Vec<u8>, text: &str) {
    match text.len() {
        short @ ..=126 => block.push(u8::try_from(short).expect("short")),
        long => {
            block.push(0x7f);
            let mut rest = long - 127;
            while rest >= 128 {
                block.push(u8::try_from(rest % 128).expect("seven bits") | 0x80);
                rest /= 128;
            }
            block.push(u8::try_from(rest).expect("seven bits"));
        }
    }
    block.extend_from_slice(text.as_bytes());
}

/// A frame that came.
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

pub async fn read_frame(stream: &mut TlsStream<TcpStream>) -> io::Result<Frame> {
    let mut head = [0; 9];
    stream.read_exact(&mut head).await?;
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    let mut payload = vec![0; usize::try_from(length).expect("a length")];
    stream.read_exact(&mut payload).await?;
    let number = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
    Ok(Frame { kind: head[3], flags: head[4], stream: number, payload })
}

/// The answer to a request on stream 1 of a fresh connection: its header block without the date, and the body's length.
/// `None`: the stream or the connection was ended instead.
pub async fn answer(stream: &mut TlsStream<TcpStream>, request: &[u8]) -> Option<(Vec<u8>, usize)> {
    // What is refused by a closed connection can't be written to its end.
    let _ = stream.write_all(&[HELLO, request].concat()).await;
    let _ = stream.flush().await;
    let (mut block, mut body): (Option<Vec<u8>>, usize) = (None, 0);
    let read = async {
        loop {
            let frame = read_frame(stream).await.ok()?;
            match (frame.kind, frame.stream) {
                (HEADERS, 1) => block = Some(without_date(&frame.payload)),
                (DATA, 1) => body += frame.payload.len(),
                (RST_STREAM, 1) | (GOAWAY, 0) if block.is_none() => return None,
                _ => {}
            }
            if frame.stream == 1 && matches!(frame.kind, HEADERS | DATA) && frame.flags & END_STREAM > 0 {
                return Some((block?, body));
            }
        }
    };
    timeout(PATIENCE, read).await.expect("an answer, or an end")
}

/// A date is `61`, a length, and that many bytes, in a connection's first answer.
fn without_date(block: &[u8]) -> Vec<u8> {
    let Some(at) = block.iter().position(|byte| *byte == 0x61) else { return block.to_vec() };
    let length = usize::from(block[at + 1] & 0x7f);
    [&block[..at], &block[at + 2 + length..]].concat()
}
