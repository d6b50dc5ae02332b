//! Reading many records.

use std::collections::{HashMap, hash_map::Entry as Slot};

use keys::Secret;

use super::{Owner, Record, Stamp, Vault, VaultError, record};
use crate::store::{Direction, Entry, Range};

/// Rows that are fetched at once by [`Vault::read_each`].
const PAGE: usize = 512;

/// A record and where it lies.
#[derive(Clone, Debug)]
pub struct Row<T> {
    /// Whose it is.
    pub owner: Owner,
    /// Its key.
    pub key: Vec<u8>,
    /// The record.
    pub value: T,
    /// Which writing of it was read.
    pub stamp: Stamp,
}

impl Vault {
    /// At most `limit` records of `owner` whose keys begin with `prefix`, from just after `after`, in order of keys
    /// or against it.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn scan<T: Record>(
        &self,
        owner: &Owner,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
        direction: Direction,
    ) -> Result<Vec<Row<T>>, VaultError> {
        let range = Range {
            prefix: record::row_key(T::TABLE, owner, prefix),
            after: after.map(|key| record::row_key(T::TABLE, owner, key)),
            limit,
            direction,
        };
        let entries = self.inner.store.scan(range).await?;
        self.decode_all(entries).await
    }

    /// At most `limit` records of the table, of all owners, in order of owner and key, from just after `after`.
    /// Records of owners that were erased are left out.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn scan_table<T: Record>(
        &self,
        after: Option<(&Owner, &[u8])>,
        limit: usize,
    ) -> Result<Vec<Row<T>>, VaultError> {
        let entries = self.table_page::<T>(after.map(|(owner, key)| record::row_key(T::TABLE, owner, key)), limit);
        let entries = entries.await?;
        self.decode_all(entries).await
    }

    /// All records of the table, page after page: for what is built in memory at start, such as the search index.
    ///
    /// # Errors
    /// [`VaultError`]; some records were given out then.
    pub async fn read_each<T: Record>(&self, mut each: impl FnMut(Row<T>)) -> Result<(), VaultError> {
        let mut after = None;
        loop {
            let page = self.table_page::<T>(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key.clone());
            self.decode_all(page).await?.into_iter().for_each(&mut each);
        }
    }

    /// As [`Vault::read_each`], for tables with few records.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn read_all<T: Record>(&self) -> Result<Vec<Row<T>>, VaultError> {
        let mut all = Vec::new();
        self.read_each(|row| all.push(row)).await?;
        Ok(all)
    }

    async fn table_page<T: Record>(&self, after: Option<Vec<u8>>, limit: usize) -> Result<Vec<Entry>, VaultError> {
        let range = Range { prefix: record::table_prefix(T::TABLE), after, limit, direction: Direction::Forward };
        Ok(self.inner.store.scan(range).await?)
    }

    /// Keys are unwrapped once per owner and forgotten with the page.
    async fn decode_all<T: Record>(&self, entries: Vec<Entry>) -> Result<Vec<Row<T>>, VaultError> {
        let mut keys: HashMap<Owner, Option<Secret<32>>> = HashMap::new();
        let mut rows = Vec::with_capacity(entries.len());
        for Entry { key: row_key, value } in entries {
            let damaged = VaultError::Damaged { table: T::TABLE.number() };
            let (owner, key) = record::split_row_key(&row_key).ok_or(damaged)?;
            let key = key.to_vec();
            if let Slot::Vacant(slot) = keys.entry(owner) {
                slot.insert(self.data_key(&owner).await?);
            }
            if let Some(Some(data_key)) = keys.get(&owner) {
                let (value, stamp) = record::decode(data_key, &self.inner.agency, row_key, &value)?;
                rows.push(Row { owner, key, value, stamp });
            }
        }
        Ok(rows)
    }
}
