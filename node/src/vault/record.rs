//! Records: what a service stores, and the form in which it lies in the store.
//!
//! Store key: `0x10 || table || owner || key`. Value: `format || version || salt || ciphertext || tag`, with table,
//! key, format, version and agency as associated data, so that no row can stand in another's place.

use keys::{AgencyId, Entropy, Secret};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::{Owner, VaultError};
use crate::{cipher, store::Batch};

/// Store keys of records.
pub(super) const RECORDS: u8 = 0x10;
/// First byte of every record.
const FORMAT: u8 = 1;
/// Format and version.
const HEAD: usize = 2;
/// Most records are shorter, in bytes.
const USUAL_RECORD: usize = 8 << 10;

/// A kind of record. Numbers are never used again for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Table(u8);

impl Table {
    /// A table of the services: 1 to 199.
    ///
    /// # Panics
    /// For another number, when compiled as the constant that it is.
    #[must_use]
    pub const fn new(number: u8) -> Self {
        assert!(number >= 1 && number < 200);
        Self(number)
    }

    /// A table of the vault itself.
    pub(super) const fn own(number: u8) -> Self {
        assert!(number >= 200);
        Self(number)
    }

    pub(super) const fn number(self) -> u8 {
        self.0
    }
}

/// What can be stored: any serde type with a table and a version of its own.
pub trait Record: Serialize + DeserializeOwned + Send {
    /// Where it lies.
    const TABLE: Table;
    /// Version of its form, from 1; stored with each record.
    const VERSION: u8;

    /// Reads a record of an older version. The default knows none.
    fn upgrade(_version: u8, _plain: &[u8]) -> Option<Self> {
        None
    }
}

/// Says which writing of a record was read. Pass it to [`Transaction::expect`](super::Transaction::expect).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub(super) row_key: Vec<u8>,
    /// Format, version and salt: the salt is random, so no two writings begin alike.
    pub(super) beginning: Vec<u8>,
}

impl Stamp {
    /// Of the writing that lies, or will lie, under this key.
    fn of(row_key: Vec<u8>, value: &[u8]) -> Self {
        Self { row_key, beginning: value.iter().copied().take(HEAD + cipher::SALT).collect() }
    }

    /// Of what `batch` writes there; `None` if it does not.
    pub(super) fn in_batch(batch: &Batch, row_key: &[u8]) -> Option<Self> {
        let written = batch.writes().iter().rev().find(|write| write.key == row_key)?;
        written.value.as_ref().map(|value| Self::of(row_key.to_vec(), value))
    }
}

pub(super) fn table_prefix(table: Table) -> Vec<u8> {
    vec![RECORDS, table.0]
}

pub(super) fn row_key(table: Table, owner: &Owner, key: &[u8]) -> Vec<u8> {
    let (tag, id) = owner.parts();
    [&[RECORDS, table.0, tag], id, key].concat()
}

/// Owner and key in a store key from [`row_key`].
pub(super) fn split_row_key(row_key: &[u8]) -> Option<(Owner, &[u8])> {
    Owner::split_from(row_key.get(2..)?)
}

/// Where records are written before they are encrypted: wiped as a whole when it is dropped, so one serves for all records of
/// a transaction.
#[derive(Default)]
pub(super) struct Scratch(Zeroizing<Vec<u8>>);

impl Scratch {
    pub(super) fn plain<T: Record>(&mut self, record: &T) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.0.clear();
        // What it is moved out of while it grows is not wiped.
        self.0.reserve(USUAL_RECORD);
        let mut serializer = minicbor_serde::Serializer::new(&mut *self.0);
        serializer.serialize_unit_as_null(true);
        record.serialize(&mut serializer).map_err(|_| VaultError::Unwritable { table: T::TABLE.0 })?;
        Ok(Zeroizing::new(self.0.to_vec()))
    }
}

pub(super) fn encode(
    data_key: &Secret<32>,
    agency: &AgencyId,
    row_key: &[u8],
    version: u8,
    plain: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, VaultError> {
    cipher::seal_behind(&[FORMAT, version], data_key, &place(agency, row_key, version), plain, entropy)
        .ok_or(VaultError::Unwritable { table: table_of(row_key) })
}

fn from_plain<T: Record>(plain: &[u8]) -> Option<T> {
    minicbor_serde::from_slice(plain).ok()
}

/// Whether `plain` is a record of the present version; for the fuzz targets.
pub(crate) fn parses<T: Record>(plain: &[u8]) -> bool {
    from_plain::<T>(plain).is_some()
}

pub(super) fn decode<T: Record>(
    data_key: &Secret<32>,
    agency: &AgencyId,
    row_key: Vec<u8>,
    value: &[u8],
) -> Result<(T, Stamp), VaultError> {
    let table = T::TABLE.0;
    let damaged = VaultError::Damaged { table };
    let (head, sealed) = value.split_first_chunk::<HEAD>().ok_or(VaultError::Damaged { table })?;
    let [format, version] = *head;
    if format != FORMAT || version > T::VERSION {
        return Err(VaultError::Newer { table, format, version });
    }
    let plain = cipher::open(data_key, &place(agency, &row_key, version), sealed).ok_or(damaged)?;
    let record = if version == T::VERSION { from_plain(&plain) } else { T::upgrade(version, &plain) };
    Ok((record.ok_or(VaultError::Damaged { table })?, Stamp::of(row_key, value)))
}

/// The row key begins with the table.
fn place(agency: &AgencyId, row_key: &[u8], version: u8) -> Vec<u8> {
    [row_key, &[FORMAT, version], agency.as_bytes()].concat()
}

fn table_of(row_key: &[u8]) -> u8 {
    row_key.get(1).copied().unwrap_or_default()
}
