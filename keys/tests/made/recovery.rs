//! What guardians are asked, what they sign, and what comes of it.

use keys::{
    Digest, NetworkId, Secret, SigningKey, VerifiedAgency,
    guardian::{self, GuardianSignature, RecoveryRequest, RequestError},
    log::{Entry, EntryBody, LOG, next_root_hash},
};
use minicbor::Encoder;
use serde_json::{Value, json};

use super::{NETWORK, NOW, hex, history::guarded, key};

fn request(first: usize) -> RecoveryRequest {
    let next = next_root_hash(&key(51).public());
    RecoveryRequest::new(&guarded(), first, NOW, key(50).public(), next).expect("there are guardians")
}

/// A signature by hand.
fn signature(entry: Digest, says: &SigningKey, signs: &SigningKey, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let written = Encoder::new(&mut out).map(2).and_then(|e| {
        e.u8(0)?.bytes(&entry.0)?.u8(1)?.array(2)?.bytes(&says.public().id().0)?.bytes(&signs.sign(LOG, payload).0)?;
        Ok(())
    });
    written.expect("a vector takes all");
    out
}

/// A request by hand: the agency as it is, and another entry.
fn with(agency: &VerifiedAgency, change: impl Fn(&mut Entry)) -> Vec<u8> {
    let good = request(1).to_bytes();
    let mut entry: Entry = keys::cbor::decode(&payload(&good)).expect("an entry");
    change(&mut entry);
    wire(&agency.record().to_bytes(), &keys::cbor::encode(&entry))
}

fn wire(record: &[u8], entry: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let written = Encoder::new(&mut out).map(2).and_then(|e| {
        e.u8(0)?.bytes(record)?.u8(1)?.bytes(entry)?;
        Ok(())
    });
    written.expect("a vector takes all");
    out
}

/// The bytes that guardians sign.
fn payload(request: &[u8]) -> Vec<u8> {
    let mut decoder = minicbor::Decoder::new(request);
    let read = decoder.map().and_then(|_| {
        decoder.u8()?;
        decoder.bytes()?;
        decoder.u8()?;
        decoder.bytes()
    });
    read.expect("a request").to_vec()
}

fn outcome(request: &[u8], signatures: &[Vec<u8>]) -> Result<VerifiedAgency, RequestError> {
    let request = RecoveryRequest::from_bytes(request, NetworkId::from_name(NETWORK))?;
    let signatures = signatures.iter().map(|bytes| GuardianSignature::from_bytes(bytes)).collect::<Result<Vec<_>, _>>();
    request.finish(request.agency(), &signatures?)
}

/// Its name, the request, and the signatures.
type Bad = (&'static str, Vec<u8>, Vec<Vec<u8>>);

fn bad() -> Vec<Bad> {
    let (agency, good) = (guarded(), request(1));
    let signed = |of: &RecoveryRequest, by: u8| of.sign(&key(by)).expect("a guardian").to_bytes();
    let [one, two, three] = [40, 41, 42].map(|by| signed(&good, by));
    let (bytes, entry) = (good.to_bytes(), payload(&good.to_bytes()));
    let hash = keys::label::hash(LOG, &entry);
    let rotate = EntryBody::RotateRoot(keys::log::RotateRoot {
        new_root: key(2).public(),
        next_root_hash: next_root_hash(&key(3).public()),
    });
    vec![
        ("nobody signed", bytes.clone(), vec![]),
        ("one guardian of two", bytes.clone(), vec![one.clone()]),
        ("one guardian twice", bytes.clone(), vec![one.clone(), one.clone()]),
        ("the guardian that the entry names is not among them", bytes.clone(), vec![two.clone(), three.clone()]),
        ("a signature under another request", bytes.clone(), vec![one.clone(), signed(&request(2), 41)]),
        ("a signature by the root", bytes.clone(), vec![one.clone(), signature(hash, &key(1), &key(1), &entry)]),
        (
            "a signature by the root, said to be a guardian's",
            bytes.clone(),
            vec![one.clone(), signature(hash, &key(41), &key(1), &entry)],
        ),
        ("something after a signature", bytes.clone(), vec![one.clone(), [&two[..], &[0]].concat()]),
        ("something after the request", [&bytes[..], &[0]].concat(), vec![one.clone(), two.clone()]),
        (
            "another kind of entry",
            with(&agency, |e| (e.kind, e.body) = ("rotate_root".into(), rotate.encode())),
            vec![],
        ),
        ("a seq left out", with(&agency, |entry| entry.seq += 1), vec![]),
        ("wrong hash of the entry before", with(&agency, |entry| entry.prev = Digest([0; 32])), vec![]),
        ("led by the root", with(&agency, |entry| entry.common.key = key(1).public().id()), vec![]),
        ("not critical", with(&agency, |entry| entry.critical = false), vec![]),
    ]
}

pub(crate) fn recovery() -> Value {
    let good = request(1);
    let [one, three] = [40, 42].map(|by| good.sign(&key(by)).expect("a guardian"));
    let after = good.finish(&guarded(), &[three.clone(), one.clone()]).expect("two of three");
    let bad = bad().into_iter().map(|(name, request, signatures)| {
        let refused = outcome(&request, &signatures).expect_err(name).to_string();
        let signatures: Vec<String> = signatures.iter().map(|bytes| hex(bytes)).collect();
        json!({ "name": name, "request": hex(&request), "signatures": signatures, "reason": refused })
    });
    json!({
        "page": { "seed": hex(&[40; 32]), "text": guardian::groups(&Secret::new(Box::new([40; 32]))).join(" ") },
        "kit": { "seed": hex(&[2; 32]), "text": keys::kit::groups(&Secret::new(Box::new([2; 32]))).join(" ") },
        "good": {
            "request": hex(&good.to_bytes()),
            "signatures": [hex(&three.to_bytes()), hex(&one.to_bytes())],
            "record": hex(&after.record().to_bytes()),
        },
        "bad": bad.collect::<Vec<_>>(),
    })
}
