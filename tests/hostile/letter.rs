//! A packet in parts, each of which can be changed before it is signed and sealed.

use std::sync::Arc;

use keys::{
    AgencyId, Digest, Secret, SigningKey, cbor, label,
    sealing::{self, SealingPublic},
};
use protocol::{
    envelope::{Binding, Introduced, Outer, pad},
    packet::{Header, PACKET, PacketKind, commit_label},
};

use crate::actors::{Chance, network};

/// What is signed and what is sealed with it.
#[derive(Clone)]
pub struct Parts {
    pub header: Header,
    pub k_commit: [u8; 32],
    pub body: Vec<u8>,
}

/// To which key, and with which binding: that of the sound packet, whatever the header says.
#[derive(Clone)]
pub struct SealTo {
    pub key: Arc<SealingPublic>,
    pub recipient: AgencyId,
    pub introduced: Option<Introduced>,
}

/// An envelope, and what reads the answer to it.
pub struct Letter {
    pub bytes: Vec<u8>,
    pub exported: Secret<32>,
}

impl Parts {
    /// Names the packet.
    pub fn hash(&self) -> Digest {
        label::hash(PACKET, &cbor::encode(&self.header))
    }

    /// The header commits to the body as it is now, as one of this kind.
    pub fn commit(&mut self, kind: PacketKind) {
        self.header.body_commit = label::mac(&self.k_commit, commit_label(kind), &self.body);
    }

    /// What is sealed, signed by `key`.
    pub fn signed(&self, key: &SigningKey) -> Vec<u8> {
        self.signed_as(&cbor::encode(&self.header), key)
    }

    /// With these bytes for a header.
    pub fn signed_as(&self, header: &[u8], key: &SigningKey) -> Vec<u8> {
        self.inner(header, &key.sign(PACKET, header).0)
    }

    /// With any signature.
    pub fn inner(&self, header: &[u8], signature: &[u8; 64]) -> Vec<u8> {
        let mut bytes = vec![0xa4];
        let parts: [&[u8]; 4] = [header, signature, &self.k_commit, &self.body];
        for (number, part) in (0..).zip(parts) {
            bytes.push(number);
            byte_string(&mut bytes, part);
        }
        bytes
    }
}

impl SealTo {
    /// Seals this packet with good padding.
    pub fn seal(&self, inner: &[u8], chance: &mut Chance) -> Letter {
        self.seal_plain(&pad(inner).expect("short enough"), chance)
    }

    /// Seals any plaintext.
    pub fn seal_plain(&self, plain: &[u8], chance: &mut Chance) -> Letter {
        let binding = Binding { network: network(), recipient: self.recipient, introduced: self.introduced };
        let kid = self.key.kid();
        let outer = Outer { suite: sealing::SUITE, kid }.to_bytes();
        let sealed = sealing::seal(&self.key, &binding.info(kid), &outer, plain, chance).expect("seals");
        Letter { bytes: [outer.as_slice(), &sealed.enc, &sealed.ct].concat(), exported: sealed.exported }
    }
}

/// Head and content of a CBOR byte string, in the shortest form.
fn byte_string(out: &mut Vec<u8>, content: &[u8]) {
    let length = u32::try_from(content.len()).expect("below 4 GiB").to_be_bytes();
    match (content.len(), length) {
        (0..=23, [_, _, _, low]) => out.push(0x40 | low),
        (24..=0xff, [_, _, _, low]) => out.extend([0x58, low]),
        (0x100..=0xffff, [_, _, high, low]) => out.extend([0x59, high, low]),
        (_, all) => {
            out.push(0x5a);
            out.extend(all);
        }
    }
    out.extend_from_slice(content);
}
