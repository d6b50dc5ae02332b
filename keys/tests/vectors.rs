//! The frozen vectors in `keys/vectors`: other implementations are written against them, so changed bytes are a
//! changed protocol. `SPEAN_WRITE_VECTORS=1 cargo test -p keys --test vectors` writes them anew.

#![expect(clippy::expect_used, clippy::panic, reason = "a test file, all of it")]

mod made;

use std::{fs, path::PathBuf};

use data_encoding::HEXLOWER;
use keys::{
    Entropy, Fingerprint, NetworkId, PublicRecord, RecordError, Secret,
    sealing::{self, SealingKey, SealingPublic},
};
use serde_json::Value;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name)
}

fn read(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(file(name)).expect("is there")).expect("JSON")
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap_or_else(|| panic!("no text {name} in {vector}"))
}

fn hex(vector: &Value, name: &str) -> Vec<u8> {
    HEXLOWER.decode(text(vector, name).as_bytes()).expect("hexadecimal")
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
fn the_frozen_vectors_are_what_this_code_makes() {
    let all = [
        ("agency.json", made::agency()),
        ("history.json", made::history()),
        ("recovery.json", made::recovery()),
        ("sealing.json", made::sealing()),
    ];
    for (name, made) in all {
        if std::env::var_os("SPEAN_WRITE_VECTORS").is_some() {
            let pretty = serde_json::to_string_pretty(&made).expect("JSON");
            fs::write(file(name), pretty + "\n").expect("writes");
        }
        assert_eq!(read(name), made, "{name}");
    }
}

#[test]
fn the_good_record_has_the_id_fingerprint_and_head_that_stand_beside_it() {
    let vectors = read("agency.json");
    let good = &vectors["good"];
    let network = NetworkId::from_name(text(good, "network"));
    assert_eq!(network.0.to_string(), text(good, "network_id"));
    let agency = PublicRecord::from_bytes(&hex(good, "record")).and_then(|record| record.verify(network));
    let agency = agency.expect("verifies");
    assert_eq!(agency.id().to_string(), text(good, "agency_id"));
    assert_eq!(Fingerprint::of(agency.id()).to_string(), text(good, "fingerprint"));
    assert_eq!(agency.head().hash.to_string(), text(good, "head_hash"));
    assert_eq!(Some(agency.head().seq), good["head_seq"].as_u64());
    let listed = |name: &str| good[name].as_array().expect("a list").iter().map(|v| hex(v, "signed")).collect();
    let (log, statements): (Vec<_>, Vec<_>) = (listed("log"), listed("statements"));
    assert_eq!((agency.record().log(), agency.record().statements()), (&log[..], &statements[..]));
}

#[test]
fn each_bad_record_is_refused_for_the_reason_that_stands_beside_it() {
    let vectors = read("agency.json");
    let bad = vectors["bad"].as_array().expect("a list");
    assert!(bad.len() >= 12);
    for vector in bad {
        let network = NetworkId::from_name("spean");
        let refused: Result<_, RecordError> =
            PublicRecord::from_bytes(&hex(vector, "record")).and_then(|record| record.verify(network));
        let reason = refused.expect_err(text(vector, "name")).to_string();
        assert_eq!(reason, text(vector, "reason"), "{}", text(vector, "name"));
    }
}

#[test]
fn sealing_and_opening_give_the_frozen_bytes() {
    for vector in read("sealing.json").as_array().expect("a list") {
        let public = SealingPublic::parse(&hex(vector, "pk")).expect("a key");
        assert_eq!(public.kid().to_string(), text(vector, "kid"));
        let (info, aad, plain) = (hex(vector, "info"), hex(vector, "aad"), hex(vector, "plain"));
        let entropy = &mut Prepared(hex(vector, "entropy"));
        let sealed = sealing::seal(&public, &info, &aad, &plain, entropy).expect("seals");
        assert_eq!((sealed.enc.to_vec(), &sealed.ct), (hex(vector, "enc"), &hex(vector, "ct")));
        assert_eq!(sealed.exported.expose().as_slice(), hex(vector, "exported"));
        if vector["seed"].is_string() {
            let key = SealingKey::from_seed(Secret::from_slice(&hex(vector, "seed")).expect("32 bytes"));
            let opened = key.open(&sealed.enc, &info, &aad, &sealed.ct).expect("opens");
            assert_eq!((&*opened.plain, opened.exported.expose()), (&plain, sealed.exported.expose()));
        }
    }
}
