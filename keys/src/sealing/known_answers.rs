//! Answers known from elsewhere: RFC 9180, the X-Wing draft, and a second implementation (`hpke-rs` over libcrux).

use data_encoding::HEXLOWER;
use hpke::{Kem, OpModeR, Serializable, kem::X25519HkdfSha256};
use hpke_rs::{HpkePrivateKey, HpkePublicKey, Mode};
use hpke_rs_crypto::types::{AeadAlgorithm, KdfAlgorithm, KemAlgorithm};
use hpke_rs_libcrux::HpkeLibcrux;
use serde_json::Value;

use super::*;
use crate::testing::Seeded;

fn hex(vector: &Value, name: &str) -> Vec<u8> {
    let text = vector[name].as_str().unwrap_or_else(|| panic!("no {name}"));
    HEXLOWER.decode(text.as_bytes()).expect("hexadecimal")
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// Gives out prepared bytes.
struct Prepared(Vec<u8>);

impl Entropy for Prepared {
    fn fill(&mut self, destination: &mut [u8]) {
        let rest = self.0.split_off(destination.len());
        destination.copy_from_slice(&self.0);
        self.0 = rest;
    }
}

#[test]
fn the_key_schedule_and_cipher_give_the_answers_of_rfc_9180() {
    let vector = parse(include_str!("../../vectors/rfc9180.json"));
    let key = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&hex(&vector, "skRm")).expect("a key");
    let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&hex(&vector, "enc")).expect("an encapsulation");
    let mut context = setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &key,
        &enc,
        &hex(&vector, "info"),
    )
    .expect("sets up");
    let plain = context.open(&hex(&vector, "ct"), &hex(&vector, "aad")).expect("opens");
    assert_eq!(plain, hex(&vector, "pt"));
}

#[test]
fn the_kem_gives_the_answers_of_the_x_wing_draft() {
    let vectors = parse(include_str!("../../vectors/x-wing.json"));
    for vector in vectors.as_array().expect("a list") {
        let seed = Secret::from_slice(&hex(vector, "seed")).expect("32 bytes");
        let key = SealingKey::from_seed(seed);
        assert_eq!(key.public().as_bytes().as_slice(), hex(vector, "pk"));
        let entropy = &mut Prepared(hex(vector, "eseed"));
        let (shared, enc) =
            XWing::encap_with_rng(key.public().parsed(), None, &mut Rng(entropy)).expect("encapsulates");
        assert_eq!(enc.to_bytes().as_slice(), hex(vector, "ct"));
        assert_eq!(shared.0.as_slice(), hex(vector, "ss"));
        let again = XWing::decap(key.parsed(), None, &enc).expect("decapsulates");
        assert_eq!(again.0.as_slice(), hex(vector, "ss"));
    }
}

fn second_implementation() -> hpke_rs::Hpke<HpkeLibcrux> {
    hpke_rs::Hpke::new(
        Mode::Base,
        KemAlgorithm::XWingDraft06,
        KdfAlgorithm::HkdfSha256,
        AeadAlgorithm::ChaCha20Poly1305,
    )
}

#[test]
fn a_second_implementation_opens_what_we_seal_and_exports_the_same() {
    let key = SealingKey::from_seed(Secret::new(Box::new([7; 32])));
    let sealed = seal(key.public(), b"info", b"aad", b"plain", &mut Seeded::new(1)).expect("seals");
    let private = HpkePrivateKey::new(key.seed().expose().to_vec());
    let other = second_implementation();
    let mut context = other.setup_receiver(&sealed.enc, &private, b"info", None, None, None).expect("sets up");
    assert_eq!(context.open(b"aad", &sealed.ct).expect("opens"), b"plain");
    assert_eq!(context.export(ACK_EXPORT, 32).expect("exports"), sealed.exported.expose());
}

#[test]
fn we_open_what_a_second_implementation_seals_and_export_the_same() {
    let key = SealingKey::from_seed(Secret::new(Box::new([8; 32])));
    let public = HpkePublicKey::new(key.public().as_bytes().to_vec());
    let (enc, mut context) = second_implementation().setup_sender(&public, b"info", None, None, None).expect("sets up");
    let ct = context.seal(b"aad", b"plain").expect("seals");
    let opened = key.open(&enc, b"info", b"aad", &ct).expect("opens");
    assert_eq!(opened.plain.as_slice(), b"plain");
    assert_eq!(opened.exported.expose().as_slice(), context.export(ACK_EXPORT, 32).expect("exports"));
}

#[test]
fn whatever_is_changed_nothing_opens() {
    let key = SealingKey::from_seed(Secret::new(Box::new([7; 32])));
    let other = SealingKey::from_seed(Secret::new(Box::new([8; 32])));
    let sealed = seal(key.public(), b"info", b"aad", b"plain", &mut Seeded::new(1)).expect("seals");
    assert!(key.open(&sealed.enc, b"info", b"aad", &sealed.ct).is_ok());
    let flipped = |bytes: &[u8], at: usize| {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 1;
        bytes
    };
    let tries = [
        other.open(&sealed.enc, b"info", b"aad", &sealed.ct),
        key.open(&sealed.enc, b"Info", b"aad", &sealed.ct),
        key.open(&sealed.enc, b"info", b"Aad", &sealed.ct),
        key.open(&sealed.enc, b"info", b"aad", &flipped(&sealed.ct, 0)),
        key.open(&flipped(&sealed.enc, 0), b"info", b"aad", &sealed.ct), // the ML-KEM half
        key.open(&flipped(&sealed.enc, 1_100), b"info", b"aad", &sealed.ct), // the X25519 half
        key.open(&sealed.enc[1..], b"info", b"aad", &sealed.ct),
        key.open(&sealed.enc, b"info", b"aad", &sealed.ct[..TAG_BYTES - 1]),
        key.open(&sealed.enc, b"info", b"aad", b""),
    ];
    assert!(tries.iter().all(Result::is_err));
}
