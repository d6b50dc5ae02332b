//! What the devices of people answer who sign in with passkeys, and of everybody who says they have one.

use std::sync::LazyLock;

use data_encoding::BASE64URL_NOPAD;
use node::parsers::{self, Made};
use serde_json::{Value, json};

use crate::seeds;

/// The address of the page.
const ORIGIN: &str = "http://localhost:7080";

/// An answer to this challenge, right but for what the device itself says.
fn answer(kind: &str, challenge: &str, mut says: Value) -> String {
    let client = json!({ "type": kind, "challenge": challenge, "origin": ORIGIN, "crossOrigin": false }).to_string();
    says["clientDataJSON"] = text(client.as_bytes());
    let id = text(&seeds::CREDENTIAL);
    json!({ "id": id, "rawId": id, "type": "public-key", "response": says, "clientExtensionResults": {} }).to_string()
}

fn text(bytes: &[u8]) -> Value {
    json!(BASE64URL_NOPAD.encode(bytes))
}

fn made_of(attestation: &[u8]) -> Option<Made> {
    parsers::device_made(&|challenge| {
        answer("webauthn.create", challenge, json!({ "attestationObject": text(attestation), "transports": [] }))
    })
}

/// What a device says that it made; and any text in place of the whole answer.
pub fn made(data: &[u8]) {
    if let Some(made) = made_of(data) {
        assert!(made.reads_back(), "a passkey is kept otherwise than it came");
    }
    if let Ok(whole) = std::str::from_utf8(data) {
        assert!(parsers::device_made(&|_| whole.to_owned()).is_none(), "an answer to no challenge was taken");
    }
}

/// What somebody says who has not this passkey: as many bytes of its data as the first says, then the signature.
pub fn known(data: &[u8]) {
    static PASSKEY: LazyLock<Made> = LazyLock::new(|| {
        let made = seeds::attestations().first().and_then(|seed| made_of(seed));
        made.expect("the first seed makes a passkey")
    });
    let Some((length, rest)) = data.split_first() else { return };
    let (data, signature) = rest.split_at(rest.len().min(usize::from(*length)));
    let says =
        || json!({ "authenticatorData": text(data), "signature": text(signature), "userHandle": text(&[7; 16]) });
    let entered = parsers::device_known(&PASSKEY, &|challenge| answer("webauthn.get", challenge, says()));
    assert_ne!(entered, Some(true), "nobody signed this challenge");
}
