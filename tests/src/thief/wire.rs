//! Envelopes recorded on the wire, tried with every seed that is left.

use ciborium::Value;
use keys::{AgencyId, Digest, NetworkId, Secret, label, sealing::SealingKey};
use protocol::{
    ExchangeId,
    envelope::{Binding, Introduced, Outer, unpad},
    packet::PACKET,
};

use super::{Bunch, Rows};

/// The owner tag of an exchange's headers.
const SKELETON: u8 = 4;

/// All that may be the private half of a key that something was sealed to, and all packets that may have brought it.
#[derive(Default)]
pub struct Seeds {
    keys: Vec<SealingKey>,
    brought: Vec<(ExchangeId, Digest)>,
}

impl Seeds {
    /// Every sequence of 32 bytes in any record that opened, and every key of the bunch, whatever it is meant for.
    #[must_use]
    pub fn among(rows: &Rows, bunch: &Bunch) -> Self {
        let mut found: Vec<[u8; 32]> = bunch.keys().iter().map(|key| key.bytes).collect();
        let mut seeds = Self::default();
        for record in &rows.records {
            let Ok(value) = ciborium::from_reader::<Value, _>(record.plain.as_slice()) else { continue };
            thirty_two(&value, &mut found);
            seeds.learn(&record.owner, Some(&value));
        }
        found.sort_unstable();
        found.dedup();
        seeds.keys = found.into_iter().map(|seed| SealingKey::from_seed(Secret::new(Box::new(seed)))).collect();
        seeds
    }

    /// Every 32 bytes of a file that stand beside one another, whatever it is.
    #[must_use]
    pub fn within(file: &[u8]) -> Self {
        let keys = file.windows(32).map(|window| {
            let seed = Box::new(<[u8; 32]>::try_from(window).expect("32 bytes"));
            SealingKey::from_seed(Secret::new(seed))
        });
        Self { keys: keys.collect(), brought: Vec::new() }
    }

    /// Adds those of another.
    pub fn join(&mut self, other: Self) {
        let new = other.keys.into_iter().filter(|key| !self.keys.iter().any(|old| old.kid() == key.kid()));
        let new: Vec<_> = new.collect();
        self.keys.extend(new);
        self.brought.extend(other.brought);
        self.tidy();
    }

    /// Learns which packets brought keys from these rows, and no key.
    pub fn learn_headers(&mut self, rows: &Rows) {
        for record in &rows.records {
            self.learn(&record.owner, ciborium::from_reader::<Value, _>(record.plain.as_slice()).ok().as_ref());
        }
        self.tidy();
    }

    fn learn(&mut self, owner: &[u8], value: Option<&Value>) {
        if let (Some((&SKELETON, id)), Some(header)) = (owner.split_first(), value.and_then(header)) {
            let id = id.try_into().map(|id| ExchangeId::new(Digest(id))).expect("an id");
            self.brought.push((id, label::hash(PACKET, header)));
        }
    }

    fn tidy(&mut self) {
        self.brought.sort_by_key(|(exchange, by)| (*exchange.as_bytes(), by.0));
        self.brought.dedup();
    }

    /// The seeds themselves.
    pub fn bytes(&self) -> impl Iterator<Item = [u8; 32]> {
        self.keys.iter().map(|key| *key.seed().expose())
    }

    /// What stands in an envelope from `sender` to `recipient`, if one of them opens it in whatever exchange.
    #[must_use]
    pub fn open(&self, envelope: &[u8], network: NetworkId, [sender, recipient]: [AgencyId; 2]) -> Option<Vec<u8>> {
        let (outer, enc, ct) = Outer::parse(envelope).ok()?;
        let brought =
            self.brought.iter().map(|(exchange, by)| Some(Introduced { exchange: *exchange, sender, by: *by }));
        let bindings: Vec<_> = std::iter::once(None)
            .chain(brought)
            .map(|introduced| Binding { network, recipient, introduced }.info(outer.kid))
            .collect();
        // Which key it takes stands on the envelope: for one of another name, what it was made for makes no difference.
        let of = |key: &SealingKey| if key.kid() == outer.kid { bindings.len() } else { 1 };
        let mut tries = self.keys.iter().flat_map(|key| bindings[..of(key)].iter().map(move |info| (key, info)));
        let opened = tries.find_map(|(key, info)| key.open(enc, info, &outer.to_bytes(), ct).ok())?;
        unpad(&opened.plain).ok().map(<[u8]>::to_vec)
    }
}

fn thirty_two(value: &Value, found: &mut Vec<[u8; 32]>) {
    match value {
        Value::Bytes(bytes) => found.extend(<[u8; 32]>::try_from(bytes.as_slice())),
        Value::Array(items) => {
            let bytes: Option<Vec<u8>> =
                items.iter().map(|item| item.as_integer().and_then(|number| u8::try_from(number).ok())).collect();
            found.extend(bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()));
            items.iter().for_each(|item| thirty_two(item, found));
        }
        Value::Map(entries) => entries.iter().for_each(|(_, value)| thirty_two(value, found)),
        _ => {}
    }
}

/// The signed header that a record keeps.
fn header(value: &Value) -> Option<&Vec<u8>> {
    let entries = value.as_map()?;
    entries.iter().find(|(name, _)| name.as_text() == Some("header")).and_then(|(_, header)| header.as_bytes())
}
