//! A device that keeps passkeys, as tests need one: P-256, no attestation, and it lies where it is told to.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Value, json};

/// The address of the tests' nodes.
pub(crate) const ORIGIN: &str = "http://localhost:7080";

/// One device with one passkey.
pub(crate) struct Device {
    pub(super) key: EcdsaKeyPair,
    pub(crate) credential: Vec<u8>,
    /// Whose the passkey is, as the device was told when it made it.
    pub(crate) user: Vec<u8>,
    /// The address of the page that it believes to be on.
    pub(crate) origin: String,
    /// The name that it signs for; else the one that it is asked for.
    pub(crate) name: Option<String>,
    /// How often it was used; it counts on by one for each answer.
    pub(crate) count: u32,
    /// Whether it saw its owner's face, finger or PIN.
    pub(crate) verified: bool,
}

impl Device {
    pub(crate) fn new(number: u8) -> Self {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        Self {
            key: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.as_ref(), &random).unwrap(),
            credential: vec![number; 32],
            user: Vec::new(),
            origin: ORIGIN.into(),
            name: None,
            count: 0,
            verified: true,
        }
    }

    /// Makes the passkey that it is asked for.
    pub(crate) fn create(&mut self, asked: &Value) -> String {
        let asked = &asked["publicKey"];
        assert_eq!(asked["authenticatorSelection"]["residentKey"], "required", "{asked}");
        assert_eq!(asked["authenticatorSelection"]["userVerification"], "required", "{asked}");
        self.user = decoded(&asked["user"]["id"]);
        let mut data = self.data(&asked["rp"]["id"], 0x40);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.credential.len()).unwrap().to_be_bytes());
        data.extend(&self.credential);
        data.extend(self.public_key());
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(data);
        let client = self.client_data("webauthn.create", &asked["challenge"]);
        let response = json!({ "attestationObject": text(&object), "clientDataJSON": text(&client), "transports": [] });
        self.answer(response)
    }

    /// Answers with its passkey.
    pub(crate) fn get(&mut self, asked: &Value) -> String {
        let asked = &asked["publicKey"];
        assert_eq!(asked["userVerification"], "required", "{asked}");
        assert_eq!(asked["allowCredentials"], json!([]), "nothing tells who has an account");
        let data = self.data(&asked["rpId"], 0);
        let client = self.client_data("webauthn.get", &asked["challenge"]);
        let signed = [&data[..], digest(&SHA256, &client).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let response = json!({
            "authenticatorData": text(&data),
            "clientDataJSON": text(&client),
            "signature": text(signature.as_ref()),
            "userHandle": text(&self.user),
        });
        self.answer(response)
    }

    fn answer(&self, response: Value) -> String {
        let id = text(&self.credential);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {} })
            .to_string()
    }

    fn data(&mut self, name: &Value, flags: u8) -> Vec<u8> {
        self.count += 1;
        let name = self.name.as_deref().unwrap_or(name.as_str().unwrap());
        let flags = flags | 1 | if self.verified { 4 } else { 0 };
        [digest(&SHA256, name.as_bytes()).as_ref(), &[flags], &self.count.to_be_bytes()].concat()
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    /// COSE: an elliptic curve key for ES256 on P-256.
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        [&b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"[..], x, b"\x22\x58\x20", y].concat()
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decoded(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
}
