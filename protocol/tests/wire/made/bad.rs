//! Envelopes that must be refused, each with the reason.

use data_encoding::BASE64;
use keys::{
    Digest, cbor,
    log::{EntryBody, RevokeKey},
    publish,
    sealing::SealingKey,
};
use protocol::{
    envelope::pad,
    exchange::ExchangeId,
    packet::{Attachment, Header},
};
use serde_json::{Value, json};

use super::{
    Agency, NOW, Seeded, agency, hex,
    raw::{
        K_COMMIT, NONCE, NOWHERE, class_0, class_1, commitment, header, inner, inner_parts, offer_body, seal,
        seal_plain, signed,
    },
};

struct Made {
    from: Agency,
    to: Agency,
    stranger: Agency,
    /// A key that `to` gave to `from` in another exchange.
    exchange_key: SealingKey,
    cases: Vec<(&'static str, &'static str, Vec<u8>)>,
}

fn other_exchange(from: &Agency, to: &Agency) -> ExchangeId {
    ExchangeId::of(from.id(), to.id(), &[9; 32])
}

/// All of them. The reader is `to`; it holds its sealing key and one exchange key.
pub(crate) fn bad() -> Value {
    let mut made = Made {
        from: agency("CMO ប៉ោយប៉ែត", "reception", 1),
        to: agency("មណ្ឌលសុខភាព", "health", 2),
        stranger: agency("ផ្ទះសុវត្ថិភាព", "shelter", 3),
        exchange_key: SealingKey::generate(&mut Seeded::new(51)),
        cases: Vec::new(),
    };
    made.outer();
    made.sealing();
    made.packet();
    made.header_bytes();
    made.identity();
    made.addressing();
    made.content();
    made.unsupported();
    let revoke = RevokeKey { key: made.from.op.public().id(), reason: "stolen".into(), cut: Digest([4; 32]) };
    let revoked = publish::append(&made.from.verified, &[&made.from.root], NOW, &EntryBody::RevokeKey(revoke));
    let cases = made
        .cases
        .iter()
        .map(|(name, reason, envelope)| json!({ "name": name, "reason": reason, "envelope": BASE64.encode(envelope) }));
    json!({
        "reader": {
            "agency": made.to.id().to_string(),
            "sealing_seed": hex(made.to.sealing.seed().expose()),
            "exchange_key_seed": hex(made.exchange_key.seed().expose()),
            "exchange_key_exchange": other_exchange(&made.from, &made.to).to_string(),
            "exchange_key_introduced": hex([6; 32]),
        },
        "sender": hex(made.from.verified.record().to_bytes()),
        "sender_after_revocation": hex(revoked.expect("revokes").record().to_bytes()),
        "good": BASE64.encode(&made.good()),
        "bad": cases.collect::<Vec<_>>(),
    })
}

impl Made {
    fn add(&mut self, name: &'static str, reason: &'static str, envelope: Vec<u8>) {
        self.cases.push((name, reason, envelope));
    }

    fn sealed(&self, inner: &[u8]) -> Vec<u8> {
        seal(inner, &class_0(&self.to), self.to.sealing.public())
    }

    /// A good offer, with its header changed before it is signed.
    fn changed(&self, change: impl FnOnce(&mut Header)) -> Vec<u8> {
        let body = offer_body(&NONCE);
        let mut header = header(&self.from, &self.to, &body);
        change(&mut header);
        self.sealed(&signed(&header, &body, &self.from.op))
    }

    fn good(&self) -> Vec<u8> {
        self.changed(|_| {})
    }

    fn outer(&mut self) {
        let good = self.good();
        let with = |at: usize, byte: u8| {
            let mut bytes = good.clone();
            bytes[at] = byte;
            bytes
        };
        self.add("empty", "open/length", Vec::new());
        self.add("one byte short", "open/length", good[..good.len() - 1].to_vec());
        self.add("another magic", "open/magic", with(3, b'2'));
        self.add("another format", "open/format", with(4, 2));
        self.add("another suite outside", "open/outer-suite", with(6, 2));
        self.add("a key nobody holds", "open/unknown-key", with(7, good[7] ^ 1));
        self.add("encapsulation changed", "open/sealing", with(30, good[30] ^ 1));
        self.add("ciphertext changed", "open/sealing", with(2_000, good[2_000] ^ 1));
        self.add("tag changed", "open/sealing", with(good.len() - 1, good[good.len() - 1] ^ 1));
        self.add("a byte appended", "open/sealing", [good.as_slice(), &[0]].concat());
    }

    fn sealing(&mut self) {
        let body = offer_body(&NONCE);
        let inner = signed(&header(&self.from, &self.to, &body), &body, &self.from.op);
        let key = self.to.sealing.public().clone();
        let exchange = other_exchange(&self.from, &self.to);
        let as_class_1 = seal(&inner, &class_1(&self.from, &self.to, exchange), &key);
        let for_stranger = seal(&inner, &class_0(&self.stranger), &key);
        let plain = pad(&inner).expect("short");
        let padded = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut plain = plain.to_vec();
            change(&mut plain);
            seal_plain(&plain, &class_0(&self.to), &key)
        };
        let not_zero = padded(&|plain| *plain.last_mut().expect("4 KiB") = 1);
        let size = padded(&|plain| plain.resize(8_192, 0));
        let length = padded(&|plain| plain[0] = 0xff);
        self.add("class 1 binding to a sealing key", "open/sealing", as_class_1);
        self.add("sealed for another agency", "open/sealing", for_stranger);
        self.add("padding not zero", "open/padding-not-zero", not_zero);
        self.add("padded too far", "open/padding-size", size);
        self.add("length beyond the end", "open/padding-length", length);
    }

    fn packet(&mut self) {
        let body = offer_body(&NONCE);
        let head = cbor::encode(&header(&self.from, &self.to, &body));
        let good = inner(&head, &body, &self.from.op);
        let signature = [0; 64];
        let start = |bytes: &[u8]| [bytes, &good[1..]].concat();
        let trailing = self.sealed(&[good.as_slice(), &[0]].concat());
        let unknown = self.sealed(&[start(&[0xa5]).as_slice(), &[4, 0]].concat());
        let indefinite = self.sealed(&[start(&[0xbf]).as_slice(), &[0xff]].concat());
        let tagged = self.sealed(&start(&[0xc1, 0xa4]));
        let duplicate = self.sealed(&[start(&[0xa5]).as_slice(), &[3, 0x40]].concat());
        let short_key = self.sealed(&inner_parts(&head, &signature, &K_COMMIT[1..], &body));
        let no_body = self.sealed(&[&[0xa3], &good[1..good.len() - body.len() - 3]].concat());
        let nothing = self.sealed(&[]);
        let long = self.sealed(&inner_parts(&vec![0; 16 * 1024 + 1], &signature, &K_COMMIT, &body));
        self.add("a byte after the packet", "open/packet", trailing);
        self.add("an unknown key in the packet", "open/packet", unknown);
        self.add("a map of indefinite length", "open/packet", indefinite);
        self.add("a tag", "open/packet", tagged);
        self.add("a key twice", "open/packet", duplicate);
        self.add("a commitment key of 31 bytes", "open/packet", short_key);
        self.add("a packet without body", "open/packet", no_body);
        self.add("nothing inside", "open/packet", nothing);
        self.add("header too long", "open/header-too-long", long);
    }

    /// Faults in the bytes of the header, which is signed as it is.
    fn header_bytes(&mut self) {
        let body = offer_body(&NONCE);
        let good = cbor::encode(&header(&self.from, &self.to, &body));
        let with = |bytes: &[u8]| self.sealed(&inner(bytes, &body, &self.from.op));
        let entries = good[0] & 0x1f;
        assert_eq!(good[0] >> 5, 5, "a map");
        let count = |more: u8| [&[0xa0 | (entries + more)], &good[1..]].concat();
        assert!(entries < 22, "one more entry keeps the short form");
        let unknown = with(&[count(1).as_slice(), &[0x18, 30, 0]].concat());
        let float = with(&[count(1).as_slice(), &[0x18, 30, 0xf9, 0, 0]].concat());
        let unsorted = with(&[count(1).as_slice(), &[2, 0]].concat());
        let trailing = with(&[good.as_slice(), &[0]].concat());
        let cut = with(&good[..good.len() - 1]);
        let long_head = with(&[&[0xb8, entries], &good[1..]].concat());
        self.add("an unknown key in the header", "open/header", unknown);
        self.add("a float in the header", "open/header", float);
        self.add("header keys out of order", "open/header", unsorted);
        self.add("a byte after the header", "open/header", trailing);
        self.add("a header cut off", "open/header", cut);
        self.add("a count not in shortest form", "open/header", long_head);
    }

    fn identity(&mut self) {
        let body = offer_body(&NONCE);
        let head = cbor::encode(&header(&self.from, &self.to, &body));
        let mut signature = self.from.op.sign(protocol::packet::PACKET, &head).0;
        signature[0] ^= 1;
        let flipped = self.sealed(&inner_parts(&head, &signature, &K_COMMIT, &body));
        let by_stranger = self.sealed(&inner(&head, &body, &self.stranger.op));
        let (stranger_id, stranger_key) = (self.stranger.id(), self.stranger.op.public().id());
        let other_sender = self.changed(|header| header.common.agency = stranger_id);
        let unknown_key = self.changed(|header| header.common.key = stranger_key);
        self.add("signature changed", "open/signature", flipped);
        self.add("signed by another agency's key", "open/signature", by_stranger);
        self.add("another agency's name", "open/other-sender", other_sender);
        self.add("a signing key not in the log", "open/unknown-signing-key", unknown_key);
        self.add("a signing key that was revoked", "open/revoked-signing-key", self.good());
    }

    fn addressing(&mut self) {
        let stranger = self.stranger.id();
        let forwarded = self.changed(|header| header.recipient = stranger);
        let class_in_header = self.changed(|header| header.class = 1);
        let unknown_class = self.changed(|header| header.class = 7);
        let accept = self.changed(|header| header.packet_type = 3);
        let network = self.changed(|header| header.common.network = keys::NetworkId::from_name("trial"));
        let future = self.changed(|header| header.common.incarnation = 2);
        let zero = self.changed(|header| header.common.incarnation = 0);
        let version = self.changed(|header| header.common.v = 2);
        let suite = self.changed(|header| header.suite = 2);
        let body = b"\xa0";
        let mut other = header(&self.from, &self.to, body);
        (other.class, other.packet_type, other.seen, other.expires) = (1, 5, Some(NOWHERE), None);
        let made_for = class_1(&self.from, &self.to, other_exchange(&self.from, &self.to));
        let crossed = seal(&signed(&other, body, &self.from.op), &made_for, self.exchange_key.public());
        self.add("forwarded by its recipient", "open/not-for-me", forwarded);
        self.add("class 1 under a sealing key", "open/class", class_in_header);
        self.add("an unknown class", "open/class", unknown_class);
        self.add("an acceptance under a sealing key", "open/class", accept);
        self.add("another network", "open/network", network);
        self.add("an incarnation not in the log", "open/incarnation", future);
        self.add("incarnation zero", "open/incarnation", zero);
        self.add("another version", "open/version", version);
        self.add("another suite inside", "open/suite", suite);
        self.add("a key of another exchange", "open/key-of-other-exchange", crossed);
    }

    fn content(&mut self) {
        let body = offer_body(&NONCE);
        let head = cbor::encode(&header(&self.from, &self.to, &body));
        let swapped = self.sealed(&inner(&head, &offer_body(&[1; 32]), &self.from.op));
        let with_body = |body: &[u8]| self.sealed(&signed(&header(&self.from, &self.to, body), body, &self.from.op));
        let nonce = with_body(&offer_body(&[9; 32]));
        let short = with_body(&offer_body(&NONCE[1..]));
        let empty = with_body(b"\xa0");
        let unknown = with_body(&[&[0xa3], &body[1..], b"\x66zzzzzz\x00"].concat());
        self.add("another body than was signed", "open/commitment", swapped);
        self.add("an exchange of another nonce", "open/exchange-id", nonce);
        self.add("a nonce of 31 bytes", "open/offer", short);
        self.add("an offer without triage", "open/offer", empty);
        self.add("an unknown name in the body", "open/offer", unknown);
    }

    /// Verified, and then refused by name.
    fn unsupported(&mut self) {
        let attachment = Attachment { id: [1; 16], length: 65_536, hash: Digest([2; 32]) };
        let transfer = self.changed(|header| header.exchange_kind = "transfer".into());
        let onward = self.changed(|header| header.onward = "ask".into());
        let provenance = self.changed(|header| header.provenance = vec![Digest([3; 32])]);
        let attachments = self.changed(|header| header.attachments = vec![attachment]);
        let crit = self.changed(|header| header.crit = vec![30]);
        let purpose = self.changed(|header| header.purpose = "curiosity".into());
        let no_key = self.changed(|header| header.reply_key = None);
        let mut later = header(&self.from, &self.to, b"\xa0");
        (later.packet_type, later.body_commit) = (12, commitment("spean/body/offer", b"\xa0"));
        let later = self.sealed(&signed(&later, b"\xa0", &self.from.op));
        self.add("a transfer", "refused/transfer", transfer);
        self.add("onward sharing", "refused/onward", onward);
        self.add("foreign content", "refused/provenance", provenance);
        self.add("an attachment", "refused/attachments", attachments);
        self.add("a critical extension", "refused/critical", crit);
        self.add("a purpose not on the list", "refused/purpose", purpose);
        self.add("an offer without exchange key", "refused/no-key", no_key);
        self.add("a later type of packet", "refused/unknown-exchange", later);
    }
}
