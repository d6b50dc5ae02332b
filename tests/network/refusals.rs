//! Whatever is refused before a signature is verified, is refused by the same bytes.

use std::sync::Arc;

use crate::{
    town::{Town, introduce},
    wire::{DATA, END_HEADERS, END_STREAM, HEADERS, HYBRID, Identity, answer, fields, frame, offer, tls},
};

const PATH: &str = "/spean/1/envelopes";
const OCTETS: (&str, &str) = ("content-type", "application/octet-stream");

fn request(method: &str, path: &str, others: &[(&str, &str)], body: &[&[u8]]) -> Vec<u8> {
    let end = if body.is_empty() { END_STREAM } else { 0 };
    let mut bytes = frame(HEADERS, END_HEADERS | end, 1, &fields(method, path, others));
    for (at, part) in body.iter().enumerate() {
        bytes.extend(frame(DATA, u8::from(at + 1 == body.len()), 1, part));
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn all_refusals_of_a_node_are_one_answer_byte_for_byte_but_the_date() {
    let mut town = Town::found();
    town.dt.spawn().await;
    introduce(&town.dt, &town.cmo).await;
    let config = Arc::new(offer(&Identity::of(&town.cmo), HYBRID, "h2"));
    let garbage = [b'S'; 1500];
    let like_one: Vec<u8> = b"SPN1".iter().copied().chain([1; 1400]).collect();
    // What comes to an end after fewer bytes than it said is no HTTP/2: this one is refused before it ends.
    let large = fields("POST", PATH, &[OCTETS, ("content-length", "1048577")]);
    let large = [frame(HEADERS, END_HEADERS, 1, &large), frame(DATA, 0, 1, &garbage)].concat();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("no envelope", request("POST", PATH, &[OCTETS], &[&garbage])),
        ("something like one", request("POST", PATH, &[OCTETS], &[&like_one])),
        ("nothing", request("POST", PATH, &[OCTETS], &[b""])),
        ("nothing at all", request("POST", PATH, &[OCTETS], &[])),
        ("another type", request("POST", PATH, &[("content-type", "text/plain")], &[&garbage])),
        ("no type", request("POST", PATH, &[], &[&garbage])),
        ("another method", request("PUT", PATH, &[OCTETS], &[&garbage])),
        ("an unknown path", request("GET", "/", &[], &[])),
        ("a path that this version does not have", request("POST", "/spean/2/envelopes", &[OCTETS], &[&garbage])),
        ("a parameter that is no number", request("GET", "/spean/1/log?after=x", &[], &[])),
        ("a parameter that is not known", request("GET", "/spean/1/log?before=1", &[], &[])),
        ("too large by its own word", large),
        ("a method that the record does not have", request("POST", "/spean/1/log", &[OCTETS], &[&garbage])),
    ];
    let mut answers = Vec::new();
    for (what, bytes) in &cases {
        let mut stream = tls(town.dt.listen, 1, &config).await.expect("a handshake");
        let (block, body) = answer(&mut stream, bytes).await.unwrap_or_else(|| panic!("{what}: no answer"));
        assert_eq!((block[0], body), (0x8c, 0), "{what}: status 400, empty");
        answers.push(block);
    }
    assert!(answers.iter().all(|block| *block == answers[0]), "{answers:x?}");
    town.close().await;
}

/// HTTP/2 itself forbids these: the stream or the connection ends, with a code of HTTP/2's own.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_http_2_is_never_answered_as_a_request() {
    let mut town = Town::found();
    town.dt.spawn().await;
    introduce(&town.dt, &town.cmo).await;
    let config = Arc::new(offer(&Identity::of(&town.cmo), HYBRID, "h2"));
    let long = "x".repeat(9_000);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("longer than said", request("POST", PATH, &[OCTETS, ("content-length", "5")], &[&[7; 1500]])),
        ("shorter than said", request("POST", PATH, &[OCTETS, ("content-length", "5000")], &[&[7; 1500]])),
        ("a length that is none", request("POST", PATH, &[OCTETS, ("content-length", "-1")], &[&[7; 1500]])),
        ("headers without end", request("POST", PATH, &[OCTETS, ("x", &long)], &[&[7; 1500]])),
        ("data before headers", frame(DATA, 0, 1, b"x")),
        ("a frame on an even stream", frame(HEADERS, END_HEADERS, 2, &fields("GET", "/", &[]))),
    ];
    for (what, bytes) in &cases {
        let mut stream = tls(town.dt.listen, 1, &config).await.expect("a handshake");
        let answer = answer(&mut stream, bytes).await;
        // 400 as every other refusal, or HTTP/2's end, or its 431 for long headers: never an acknowledgement.
        assert!(answer.is_none_or(|(block, body)| block[0] != 0x88 && body == 0), "{what}");
    }
    town.close().await;
}
