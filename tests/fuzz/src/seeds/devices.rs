//! What devices say, in bytes: data about the passkey, in CBOR with a key of COSE.

use ciborium::{Value as Cbor, cbor, value::Integer};
use ring::digest::{SHA256, digest};

/// The id of the seeds' passkey.
pub const CREDENTIAL: [u8; 32] = [7; 32];

/// A point of P-256: its generator.
const X: [u8; 32] = *b"\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2\x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96";
const Y: [u8; 32] = *b"\x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16\x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5";

/// What each answer begins with: for which name, what was seen of the owner, how often.
fn data(flags: u8) -> Vec<u8> {
    [digest(&SHA256, b"localhost").as_ref(), &[flags | 0b101], &[0, 0, 0, 9]].concat()
}

fn key(pairs: Vec<(i64, Cbor)>) -> Cbor {
    let label = |(label, value)| (Cbor::Integer(Integer::from(label)), value);
    Cbor::Map(pairs.into_iter().map(label).collect())
}

fn number(value: i64) -> Cbor {
    Cbor::Integer(value.into())
}

fn written(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("CBOR");
    bytes
}

fn attestation(format: &str, statement: Cbor, key: &Cbor, extensions: Option<&Cbor>) -> Vec<u8> {
    let mut data = data(if extensions.is_some() { 0xc0 } else { 0x40 });
    data.extend([0; 16]);
    data.extend([0, 32]);
    data.extend(CREDENTIAL);
    data.extend(written(key));
    extensions.iter().for_each(|more| data.extend(written(more)));
    let all = cbor!({ "fmt" => format, "attStmt" => statement, "authData" => Cbor::Bytes(data) });
    written(&all.expect("CBOR"))
}

/// What a device says when it made a passkey; the first of them is taken.
pub fn attestations() -> Vec<Vec<u8>> {
    let bytes = |bytes: &[u8]| Cbor::Bytes(bytes.to_vec());
    let (two, three, alg) = (number(2), number(3), number(-7));
    let p256 = key(vec![(1, two), (3, alg.clone()), (-1, number(1)), (-2, bytes(&X)), (-3, bytes(&Y))]);
    let ed25519 = key(vec![(1, number(1)), (3, number(-8)), (-1, number(6)), (-2, bytes(&X))]);
    let rsa = key(vec![(1, three), (3, number(-257)), (-1, bytes(&[0xc5; 256])), (-2, bytes(&[1, 0, 1]))]);
    let none = || Cbor::Map(Vec::new());
    let text = |text: &str| Cbor::Text(text.into());
    let signed = |more: Vec<(Cbor, Cbor)>| {
        Cbor::Map([vec![(text("alg"), alg.clone()), (text("sig"), bytes(&[0x30; 70]))], more].concat())
    };
    let chain = (text("x5c"), Cbor::Array(vec![bytes(b"\x30\x03\x02\x01\x01")]));
    let protect = Cbor::Map(vec![(text("credProtect"), number(3))]);
    vec![
        attestation("none", none(), &p256, None),
        attestation("none", none(), &p256, Some(&protect)),
        attestation("none", none(), &ed25519, None),
        attestation("none", none(), &rsa, None),
        attestation("packed", signed(Vec::new()), &p256, None),
        attestation("packed", signed(vec![chain.clone()]), &p256, None),
        attestation("fido-u2f", signed(vec![chain.clone()]), &p256, None),
        attestation("apple", signed(vec![chain.clone()]), &p256, None),
        attestation("tpm", signed(vec![chain, (text("ver"), text("2.0"))]), &rsa, None),
    ]
}

/// What a device says when it signs; nobody signed these.
pub fn assertions() -> Vec<Vec<u8>> {
    let with = |data: Vec<u8>, signature: &[u8]| {
        let length = u8::try_from(data.len()).unwrap_or(u8::MAX);
        [&[length], &data[..], signature].concat()
    };
    let extended =
        [data(0x80), written(&Cbor::Map(vec![(Cbor::Text("uvm".into()), Cbor::Array(Vec::new()))]))].concat();
    vec![with(data(0), &[0x30; 70]), with(extended, &[0x30; 70]), with(data(0x40), b"\x30\x06\x02\x01\x01\x02\x01\x01")]
}
