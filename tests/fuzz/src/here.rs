//! What the node reads of its own machine: settings, local requests, rows of the store, the audit log.

use keys::cbor;
use node::{
    audit::{Entry, read_export},
    config::Config,
    parsers,
};

use crate::{actors::CMO, seeds};

/// `config.toml`.
pub fn config(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Config::parse(text) {
        Ok(config) => drop((config.public_url(), config.socket_in("/".as_ref()))),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Bodies of the local interface, of the request that the first byte says; and files of JSON.
pub fn requests(data: &[u8]) {
    let Some((number, body)) = data.split_first() else { return };
    let _ = parsers::request(number % 10, body);
    if let Some(json) = std::str::from_utf8(body).ok().and_then(parsers::file) {
        assert_eq!(serde_json::from_slice(body).ok(), Some(json), "a strict reading says something else");
    }
}

/// Decrypted rows of the store, of the table that the first byte says.
pub fn rows(data: &[u8]) {
    if let Some((table, plain)) = data.split_first() {
        let _ = parsers::row(table % 20, plain);
    }
}

/// A value of the store, whole or in pieces.
pub fn slots(data: &[u8]) {
    let (slot, piece) = data.split_at(data.len().min(8_013));
    let _ = parsers::slot(slot, piece);
}

/// An entry of the audit log.
pub fn audit(data: &[u8]) {
    if let Ok(entry) = cbor::decode_body::<Entry>(data) {
        assert_eq!(cbor::encode_body(&entry).as_deref(), Ok(data), "a second encoding of an entry was read");
    }
}

/// Lines after the first of an export whose head CMO signed; and anything as a whole export.
pub fn audit_export(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let whole = seeds::signed_export(text);
    for text in [text, whole.as_str()] {
        match read_export(text) {
            Ok(found) => assert_eq!(found.agency.id(), CMO.id(), "another agency's was read"),
            Err(why) => assert!(!why.to_string().is_empty()),
        }
    }
}
