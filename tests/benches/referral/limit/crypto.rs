//! Signing, sealing, opening, encrypting at rest.

use keys::{
    Entropy, Secret, SigningKey,
    label::Label,
    sealing::{self, SealingKey},
};
use node::{cipher, world::World};

use super::{Part, cpu_us, rehearsal::Rehearsed};

/// Any label: it is hashed with what is signed.
const LABEL: Label = Label::new("spean/bench");
/// Of what HPKE binds beside the content.
const INFO: usize = 160;
/// Of an envelope before its encapsulation.
const AAD: usize = 23;
/// Of a packet's header with the exchange key that it brings, and of an acknowledgement.
const SIGNED: [usize; 2] = [1_700, 320];
/// Of a store key of a record, format, version and agency: what each record is bound to.
const PLACE: usize = 110;

fn bytes(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    World::system().entropy().fill(&mut bytes);
    bytes
}

pub fn parts(offer: &Rehearsed) -> Vec<Part> {
    let plain = bytes(offer.envelope - AAD - sealing::ENC_BYTES - sealing::TAG_BYTES);
    let (info, aad) = (bytes(INFO), bytes(AAD));
    let recipient = SealingKey::generate(&mut World::system().entropy());
    let sealed =
        sealing::seal(recipient.public(), &info, &aad, &plain, &mut World::system().entropy()).expect("a seal");
    let seal = cpu_us(|| {
        let (to, mut entropy) = (recipient.public(), World::system().entropy());
        let (info, aad, plain) = (&info, &aad, &plain);
        move || drop(sealing::seal(to, info, aad, plain, &mut entropy).expect("a seal"))
    });
    let open = cpu_us(|| || drop(recipient.open(&sealed.enc, &info, &aad, &sealed.ct).expect("it opens")));
    let [packet, ack] = SIGNED.map(signature);
    vec![
        Part { what: "sign the packet", times: 1.0, us: packet[0] },
        Part { what: "seal it (HPKE, X-Wing)", times: 1.0, us: seal },
        Part { what: "open it", times: 1.0, us: open },
        Part { what: "verify the packet", times: 1.0, us: packet[1] },
        Part { what: "sign the receipt", times: 1.0, us: ack[0] },
        Part { what: "verify the receipt", times: 1.0, us: ack[1] },
    ]
}

/// Signing and verifying so many bytes.
fn signature(length: usize) -> [f64; 2] {
    let key = SigningKey::from_seed(Secret::random(&mut World::system().entropy())).expect("a key");
    let text = bytes(length);
    let signature = key.sign(LABEL, &text);
    let sign = cpu_us(|| {
        || {
            std::hint::black_box(key.sign(LABEL, &text));
        }
    });
    let verify = cpu_us(|| || key.public().verify(LABEL, &text, &signature).expect("it fits"));
    [sign, verify]
}

/// Encrypting each record that the three commits write: each under a key of its own.
pub fn at_rest(offer: &Rehearsed) -> Part {
    let sizes: Vec<usize> = offer.records().map(|record| record.len()).collect();
    let times = sizes.len() as f64;
    let all = cpu_us(|| {
        let key = Secret::random(&mut World::system().entropy());
        let plain: Vec<Vec<u8>> = sizes.iter().map(|size| bytes(*size)).collect();
        let (place, mut entropy) = (bytes(PLACE), World::system().entropy());
        move || plain.iter().for_each(|plain| drop(cipher::seal(&key, &place, plain, &mut entropy)))
    });
    Part { what: "encrypt a record at rest", times, us: all / times }
}

/// Making the exchange key that every offer brings.
pub fn exchange_key() -> Part {
    let us = cpu_us(|| || drop(SealingKey::generate(&mut World::system().entropy())));
    Part { what: "make the exchange key", times: 1.0, us }
}
