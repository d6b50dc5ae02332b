//! Fuzz targets: one for each parser that reads what a stranger, a person or the disk gives.
//!
//! * [`Target`]: a name, what is tried, and the bytes to begin with
//! * [`actors`]: two agencies with fixed keys, so that targets can sign what they are given and reach what stands
//!   behind a signature
//! * [`seeds`]: where to begin, from the repository's own vectors and fixtures
//!
//! A target fails by panicking, or by using more time or memory than `run` allows. Beside that it holds the promise of
//! its parser: what is read encodes to the same bytes again. `tests/replay.rs` runs every target over its seeds without
//! the driver, so that a target that is wrong is noticed by any test run.

// A target stops at the first thing that its parser promised not to do.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]

mod actors;
mod contents;
mod devices;
mod here;
mod identity;
mod packets;
mod seeds;
mod texts;

/// One parser, or a few that read the same bytes.
pub struct Target {
    /// Stable; also the name of its folder of found inputs.
    pub name: &'static str,
    /// The longest input, in bytes.
    pub longest: usize,
    /// Tries one input.
    pub run: fn(&[u8]),
    /// Inputs that parse, or nearly.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

const fn target(name: &'static str, longest: usize, run: fn(&[u8]), seeds: fn() -> Vec<Vec<u8>>) -> Target {
    Target { name, longest, run, seeds }
}

/// All of them.
pub const TARGETS: &[Target] = &[
    target("cbor", 4_096, identity::cbor, seeds::cbor),
    target("record", 16_384, identity::record, seeds::records),
    target("log", 4_096, identity::log_entry, seeds::log),
    target("statement", 4_096, identity::statement, seeds::statements),
    target("fork", 8_192, identity::fork, seeds::forks),
    target("cut", 4_096, identity::cut, seeds::cuts),
    target("recovery", 8_192, identity::recovery, seeds::recoveries),
    target("sealing-key", 2_048, identity::sealing_key, seeds::sealing_keys),
    target("keyring", 512, identity::keyring, seeds::keyring_patches),
    target("envelope", 8_192, packets::envelope, seeds::envelopes),
    target("plaintext", 8_192, packets::plaintext, seeds::plaintexts),
    target("packet", 4_096, packets::packet, seeds::inners),
    target("header", 4_096, packets::header, seeds::headers),
    target("body", 4_096, packets::body, seeds::bodies),
    target("ack", 512, packets::ack, seeds::acks),
    target("receipt", 4_096, packets::receipt, seeds::receipts),
    target("consent-statement", 4_096, contents::consent_statement, seeds::consent_statements),
    target("release", 16_384, contents::release, seeds::releases),
    target("triage", 4_096, contents::triage, seeds::triages),
    target("case-bytes", 16_384, contents::case_bytes, seeds::case_bytes),
    target("case-json", 16_384, contents::case_json, seeds::case_json),
    target("consent-json", 4_096, contents::consent_json, seeds::consent_json),
    target("texts", 2_048, texts::texts, seeds::texts),
    target("armour", 16_384, texts::armour, seeds::armour),
    target("config", 4_096, here::config, seeds::configs),
    target("requests", 4_096, here::requests, seeds::requests),
    target("rows", 8_192, here::rows, seeds::rows),
    target("slots", 16_384, here::slots, seeds::slots),
    target("device-made", 2_048, devices::made, seeds::attestations),
    target("device-known", 1_024, devices::known, seeds::assertions),
    target("audit", 2_048, here::audit, seeds::audit),
    target("audit-export", 16_384, here::audit_export, seeds::audit_exports),
];

/// The target of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
