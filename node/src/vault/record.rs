//! Records: what a service stores, and the form in which it lies in the store.
//!
//! Store key: `0x10 || table || owner || key`. Value: `format || version || salt || ciphertext || tag`, with table,
//! key, format, version and agency as associated data, so that no row can stand in another's place.

use keys::{AgencyId, Entropy, Secret};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::{Owner, VaultError};
use crate::cipher;

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

pub(super) fn table_prefix(table: Table) -> Vec<u8> {
    vec![RECORDS, table.0]
}

pub(super) fn owner_prefix(table: Table, owner: &Owner) -> Vec<u8> {
    [table_prefix(table), owner.bytes()].concat()
}

pub(super) fn row_key(table: Table, owner: &Owner, key: &[u8]) -> Vec<u8> {
    [owner_prefix(table, owner), key.to_vec()].concat()
}

/// Owner and key in a store key from [`row_key`].
pub(super) fn split_row_key(row_key: &[u8]) -> Option<(Owner, &[u8])> {
    Owner::split_from(row_key.get(2..)?)
}

pub(super) fn to_plain<T: Record>(record: &T) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    // What it is moved out of while it grows is not wiped.
    let mut plain = Zeroizing::new(Vec::with_capacity(USUAL_RECORD));
    let mut serializer = minicbor_serde::Serializer::new(&mut *plain);
    serializer.serialize_unit_as_null(true);
    record.serialize(&mut serializer).map_err(|_| VaultError::Unwritable { table: T::TABLE.0 })?;
    Ok(plain)
}

pub(super) fn encode(
    data_key: &Secret<32>,
    agency: &AgencyId,
    row_key: &[u8],
    version: u8,
    plain: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, VaultError> {
    let sealed = cipher::seal(data_key, &place(agency, row_key, version), plain, entropy)
        .ok_or(VaultError::Unwritable { table: table_of(row_key) })?;
    Ok([&[FORMAT, version][..], &sealed].concat())
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
    let beginning = value.iter().copied().take(HEAD + cipher::SALT).collect();
    Ok((record.ok_or(VaultError::Damaged { table })?, Stamp { row_key, beginning }))
}

/// The row key begins with the table.
fn place(agency: &AgencyId, row_key: &[u8], version: u8) -> Vec<u8> {
    [row_key, &[FORMAT, version], agency.as_bytes()].concat()
}

fn table_of(row_key: &[u8]) -> u8 {
    row_key.get(1).copied().unwrap_or_default()
}
