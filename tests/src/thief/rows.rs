//! The store's rows, opened with a bunch of keys.

use std::{collections::BTreeMap, path::Path};

use keys::AgencyId;
use memchr::memmem;
use node::store::{Entry, Range, SledStore, SpaceLimits, Store};

use super::{Bunch, copy, rest};

/// Rows of wrapped keys, and of records.
const KEYS: u8 = 1;
const RECORDS: u8 = 0x10;
/// Before a wrapped key's salt: format, key id, epoch. Before a record's: format, version.
const KEY_HEAD: usize = 21;
const RECORD_HEAD: usize = 2;
/// The owner whose records lie under the ledger key.
const LEDGER: &[u8] = &[0];
const LIMITS: SpaceLimits = SpaceLimits { mark: 0, ballast: 1 << 20, floor: 0 };

/// A record that opened.
pub struct Record {
    /// Whose it is: tag and id.
    pub owner: Vec<u8>,
    /// In which table.
    pub table: u8,
    /// Its key there.
    pub key: Vec<u8>,
    /// What it says, in CBOR.
    pub plain: Vec<u8>,
}

impl Record {
    /// Whether one of the texts stands in it.
    #[must_use]
    pub fn tells(&self, needles: &[String]) -> bool {
        needles.iter().any(|needle| memmem::find(&self.plain, needle.as_bytes()).is_some())
    }
}

/// What of a store opened.
pub struct Rows {
    /// Data keys by owner.
    pub keys: BTreeMap<Vec<u8>, [u8; 32]>,
    /// Records under these keys and the ledger's.
    pub records: Vec<Record>,
    /// How many wrapped keys there are, opened or not.
    pub wrapped: usize,
}

/// All rows of a store, as they lie there.
pub struct Loot(Vec<Entry>);

impl Loot {
    /// Reads the store of `folder`, from a copy: opening it would change it.
    ///
    /// # Panics
    /// If the store does not open.
    pub async fn of(folder: &Path) -> Self {
        let place = tempfile::tempdir().expect("a folder");
        copy(&folder.join("store"), &place.path().join("store")).expect("copied");
        Self(entries(place.path()).await)
    }

    /// Opens what these keys open. Each wrapped key is tried with each key of the bunch.
    #[must_use]
    pub fn opened(&self, bunch: &Bunch, agency: AgencyId) -> Rows {
        let entries = &self.0;
        let mut rows = Rows { keys: BTreeMap::new(), records: Vec::new(), wrapped: 0 };
        for Entry { key, value } in entries.iter().filter(|entry| entry.key.first() == Some(&KEYS)) {
            rows.wrapped += 1;
            let place = [key, value.get(..KEY_HEAD).unwrap_or_default(), agency.as_bytes()].concat();
            let sealed = value.get(KEY_HEAD..).unwrap_or_default();
            let opened = bunch.keys().iter().find_map(|k| rest::open(&k.bytes, &place, sealed));
            if let Some(opened) = opened.and_then(|plain| plain.try_into().ok()) {
                rows.keys.insert(key[2..].to_vec(), opened);
            }
        }
        let ledger = bunch.ledger();
        for Entry { key, value } in entries.iter().filter(|entry| entry.key.first() == Some(&RECORDS)) {
            let Some(owner) = key.get(2..).and_then(owner_of) else { continue };
            let with = if owner == LEDGER { ledger } else { rows.keys.get(owner).copied() };
            let head = value.get(..RECORD_HEAD).unwrap_or_default();
            let place = [key, head, agency.as_bytes()].concat();
            let sealed = value.get(RECORD_HEAD..).unwrap_or_default();
            if let Some(plain) = with.and_then(|with| rest::open(&with, &place, sealed)) {
                let (owner, table) = (owner.to_vec(), key[1]);
                rows.records.push(Record { key: key[2 + owner.len()..].to_vec(), owner, table, plain });
            }
        }
        rows
    }
}

impl Rows {
    /// Whether there is a record of this table with this key.
    #[must_use]
    pub fn has(&self, table: u8, key: &[u8]) -> bool {
        self.records.iter().any(|record| record.table == table && record.key == key)
    }

    /// The owners under whose keys one of the texts is told.
    #[must_use]
    pub fn tellers(&self, needles: &[String]) -> Vec<Vec<u8>> {
        let mut owners: Vec<_> =
            self.records.iter().filter(|record| record.tells(needles)).map(|record| record.owner.clone()).collect();
        owners.sort();
        owners.dedup();
        owners
    }
}

async fn entries(folder: &Path) -> Vec<Entry> {
    let store = SledStore::open_with(folder, LIMITS).expect("the store opens");
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let range = Range { after: after.take(), limit: 512, ..Range::default() };
        let page = store.scan(range).await.expect("the store reads");
        let Some(last) = page.last() else { return all };
        after = Some(last.key.clone());
        all.extend(page);
    }
}

/// Tag and id at the beginning.
fn owner_of(bytes: &[u8]) -> Option<&[u8]> {
    let length = match bytes.first()? {
        0 => 1,
        1 | 2 => 17,
        _ => 33,
    };
    bytes.get(..length)
}
