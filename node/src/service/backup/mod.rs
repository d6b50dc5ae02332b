//! Backups: made while everything goes on, with a list beside them of what was erased since (`docs/protocol.md` 3.13).
//!
//! * [`make`]: the file
//! * [`erased`]: the list, kept whole after each erasure, and what receipts say of it

mod erased;
mod make;

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use keys::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    vault::{Owner, Record, Table, Vault, VaultError},
    view::Trouble,
};

use super::{Service, ServiceError};

/// The newest backup, and until when any may be restored. No key; owner: the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct BackupRow {
    /// When making it began.
    made: Timestamp,
    /// The latest day of all that were made.
    until: Timestamp,
    /// Where it was written to, for the list beside it.
    file: String,
}

impl Record for BackupRow {
    const TABLE: Table = Table::new(80);
    const VERSION: u8 = 1;
}

/// What memory knows of backups.
pub(super) struct Backups {
    newest: Mutex<Option<BackupRow>>,
    /// One at a time.
    making: tokio::sync::Mutex<()>,
    /// How many erasures the list beside the newest one tells of, plus one; 0: not known.
    told: AtomicU64,
    /// The list could not be written.
    untold: AtomicBool,
}

impl Backups {
    /// As it lies on disk.
    pub(super) async fn read(vault: &Vault) -> Result<Self, VaultError> {
        let newest = vault.read::<BackupRow>(&Owner::Ledger, b"").await?.map(|(row, _)| row);
        Ok(Self {
            newest: Mutex::new(newest),
            making: tokio::sync::Mutex::default(),
            told: AtomicU64::new(0),
            untold: AtomicBool::new(false),
        })
    }

    fn newest(&self) -> Option<BackupRow> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Service {
    /// Until when a backup may hold what was there since `began`: for receipts.
    pub(super) fn backups_hold(&self, began: Timestamp) -> Option<Timestamp> {
        let newest = self.backups.newest()?;
        // What began after the newest was made is in none.
        (began <= newest.made && self.world.now() < newest.until).then_some(newest.until)
    }

    /// What a person should know of the backups.
    pub(super) fn backup_trouble(&self) -> Option<Trouble> {
        if !self.backups.untold.load(Ordering::Relaxed) {
            return None;
        }
        let text = "the list of what was erased could not be written beside the newest backup: connect the disk that it \
                    lies on, or make a new one with `spean backup`";
        Some(Trouble { code: "backup/list-behind".into(), text: text.into(), about: None })
    }

    async fn remember_backup(&self, row: BackupRow, event: crate::audit::Event) -> Result<(), ServiceError> {
        let mut tx = self.vault.begin();
        tx.put(&Owner::Ledger, b"", &row);
        tx.audit(event);
        tx.commit().await?;
        *self.backups.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(row);
        Ok(())
    }
}
