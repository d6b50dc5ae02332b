//! What arrives while the node is locked: taken without any of its keys, sealed once more, opened after unlocking.
//!
//! [`Intake`] is the keyless half: it has the public half of the newest intake key, which stands in the clear in the
//! keyring file, and the store. The other half is the [`Vault`]'s: it reads what waits, and before an erasure destroys
//! the intake keys that go with it, seals anew what lies under them (`docs/protocol.md` 3.13).
//!
//! ```text
//! waiting   store key  0x03 || u64 number
//!           value      u8 format = 1 || key id[16] || encapsulation[1120] || ciphertext || tag[16]
//!           inside     sender's agency id[32] || envelope
//! pins      store key  0x04
//!           value      u8 format = 1 || n x ( agency id[32] || pin[32] )           in the clear
//! ```

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use keys::{
    AgencyId, Digest, Entropy,
    label::{self, Label},
    sealing::{self, ENC_BYTES, Kid, SealingPublic},
};
use zeroize::Zeroizing;

use super::{KeysAtRest, Vault, VaultError};
use crate::{
    store::{self, AnyStore, Batch, Direction, Expected, Health, Need, Range, ReadError},
    world::World,
};

const INTAKE: Label = Label::new("spean/intake");
const WAITING_ROWS: u8 = 0x03;
const PINS_ROW: &[u8] = &[0x04];
const FORMAT: u8 = 1;
const KID: usize = 16;
/// Format, key id and encapsulation: no two rows share it.
const HEAD: usize = 1 + KID + ENC_BYTES;
const ID: usize = 32;
/// Rows that are looked at together.
const PAGE: usize = 64;

/// How much a locked node takes: it can't tell a child's case from rubbish, nor a packet from its repetition.
#[derive(Clone, Copy, Debug)]
pub struct IntakeLimits {
    /// Envelopes of one peer since the node was locked.
    pub envelopes_per_peer: usize,
    /// Their bytes.
    pub bytes_per_peer: usize,
    /// Envelopes of all peers, those from before a restart too.
    pub envelopes: usize,
    /// Their bytes.
    pub bytes: usize,
}

impl Default for IntakeLimits {
    fn default() -> Self {
        Self { envelopes_per_peer: 1_024, bytes_per_peer: 64 << 20, envelopes: 8_192, bytes: 256 << 20 }
    }
}

/// Why an envelope was not kept. The sender has it still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// This peer sent too many already.
    OverQuota,
    /// Too much waits, or there is no room on the disk.
    NoRoom,
    /// The store gave an error; the text holds nothing of the envelope.
    Failed(String),
}

/// Keeps envelopes without being able to open them.
pub struct Intake {
    store: AnyStore,
    agency: AgencyId,
    to: SealingPublic,
    world: World,
    limits: IntakeLimits,
    used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
    next: u64,
    envelopes: usize,
    bytes: usize,
    peers: HashMap<AgencyId, (usize, usize)>,
}

impl Intake {
    /// Goes on where `store` stands; `to` is the newest intake key of the keyring.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn open(
        store: AnyStore,
        agency: AgencyId,
        to: SealingPublic,
        world: World,
        limits: IntakeLimits,
    ) -> Result<Self, ReadError> {
        let mut used = Used::default();
        let mut after = None;
        loop {
            let page = store.scan(waiting(after, PAGE)).await?;
            let Some(last) = page.last() else { break };
            used.next = number_of(&last.key).map_or(u64::MAX, |last| last.saturating_add(1));
            used.envelopes += page.len();
            used.bytes += page.iter().map(|row| row.value.len()).sum::<usize>();
            after = Some(last.key.clone());
        }
        Ok(Self { store, agency, to, world, limits, used: Mutex::new(used) })
    }

    /// Seals one envelope to the intake key and returns when it is on disk. Run it to its end: a dropped call keeps
    /// its place in the quota until the node is unlocked.
    ///
    /// # Errors
    /// [`NotKept`].
    pub async fn keep(&self, from: AgencyId, envelope: &[u8]) -> Result<(), NotKept> {
        let number = self.take_place(from, envelope.len())?;
        let kept = self.write(number, from, envelope).await;
        if kept.is_err() {
            self.give_back(from, envelope.len());
        }
        kept
    }

    /// How many envelopes wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.used().envelopes
    }

    /// What the store says of its disk.
    #[must_use]
    pub fn health(&self) -> Health {
        self.store.health()
    }

    async fn write(&self, number: u64, from: AgencyId, envelope: &[u8]) -> Result<(), NotKept> {
        let row = row(number);
        let inside = Zeroizing::new([from.as_bytes().as_slice(), envelope].concat());
        let value = seal(&self.to, &self.agency, &row, &inside, &mut self.world.entropy());
        let value = value.ok_or_else(|| NotKept::Failed("sealing failed".into()))?;
        // New work: below the free-space mark the room is for withdrawals and erasures after unlocking.
        let batch = Batch::new().need(Need::NewWork).check(&row, Expected::Absent).put(&row, value);
        self.store.commit(batch).await.map_err(|error| match error {
            store::CommitError::Full => NotKept::NoRoom,
            error => NotKept::Failed(error.to_string()),
        })
    }

    fn take_place(&self, from: AgencyId, bytes: usize) -> Result<u64, NotKept> {
        let mut used = self.used();
        let (envelopes, so_far) = used.peers.get(&from).copied().unwrap_or_default();
        if envelopes >= self.limits.envelopes_per_peer || so_far + bytes > self.limits.bytes_per_peer {
            return Err(NotKept::OverQuota);
        }
        if used.envelopes >= self.limits.envelopes || used.bytes + bytes > self.limits.bytes {
            return Err(NotKept::NoRoom);
        }
        used.peers.insert(from, (envelopes + 1, so_far + bytes));
        used.envelopes += 1;
        used.bytes += bytes;
        let number = used.next;
        used.next = number.saturating_add(1);
        Ok(number)
    }

    fn give_back(&self, from: AgencyId, bytes: usize) {
        let mut used = self.used();
        used.envelopes = used.envelopes.saturating_sub(1);
        used.bytes = used.bytes.saturating_sub(bytes);
        if let Some((envelopes, so_far)) = used.peers.get_mut(&from) {
            *envelopes = envelopes.saturating_sub(1);
            *so_far = so_far.saturating_sub(bytes);
        }
    }

    fn used(&self) -> std::sync::MutexGuard<'_, Used> {
        // Only numbers are changed under it, and nothing of that panics half-way.
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The peers' transport keys as they were when they last changed: a locked node knows its peers by them.
///
/// # Errors
/// [`ReadError`].
pub async fn pins_in(store: &AnyStore) -> Result<Vec<(Digest, AgencyId)>, ReadError> {
    let Some(value) = store.get(PINS_ROW).await? else { return Ok(Vec::new()) };
    let pins = value.strip_prefix(&[FORMAT]).ok_or(ReadError::Damaged)?;
    let (pairs, []) = pins.as_chunks::<{ 2 * ID }>() else { return Err(ReadError::Damaged) };
    let digest = |bytes: &[u8]| bytes.try_into().map(Digest).map_err(|_| ReadError::Damaged);
    pairs.iter().map(|pair| Ok((digest(&pair[ID..])?, AgencyId::new(digest(&pair[..ID])?)))).collect()
}

/// Something that arrived while the node was locked.
pub struct Arrival {
    /// Its place in the order of arrival.
    pub number: u64,
    /// Who sent it, and the envelope; `None` if no intake key opens it: then it can only be dropped.
    pub inside: Option<(AgencyId, Zeroizing<Vec<u8>>)>,
}

impl Vault {
    /// The first envelope that waits behind number `after`.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn next_arrival(&self, after: Option<u64>) -> Result<Option<Arrival>, VaultError> {
        let found = self.inner.store.scan(waiting(after.map(|number| row(number).to_vec()), 1)).await?;
        let Some(entry) = found.into_iter().next() else { return Ok(None) };
        let number = number_of(&entry.key).ok_or(VaultError::Damaged { table: 0 })?;
        let opened = open(&*self.inner.keys, &self.inner.agency, &entry.key, &entry.value);
        let inside = opened.and_then(|plain| {
            let (from, envelope) = plain.split_first_chunk::<ID>()?;
            Some((AgencyId::new(Digest(*from)), Zeroizing::new(envelope.to_vec())))
        });
        Ok(Some(Arrival { number, inside }))
    }

    /// Forgets an arrival, after what it brought about is on disk.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn arrival_done(&self, number: u64) -> Result<(), VaultError> {
        Ok(self.inner.store.commit(Batch::new().delete(&row(number))).await?)
    }

    /// Writes down by which transport keys peers are known, for when the node is locked.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn keep_pins(&self, pins: &[(Digest, AgencyId)]) -> Result<(), VaultError> {
        if pins_in(&self.inner.store).await.is_ok_and(|known| known == pins) {
            return Ok(());
        }
        let pairs = pins.iter().flat_map(|(pin, agency)| [*agency.as_bytes(), pin.0].concat());
        let value: Vec<u8> = std::iter::once(FORMAT).chain(pairs).collect();
        Ok(self.inner.store.commit(Batch::new().put(PINS_ROW, value)).await?)
    }

    /// Seals anew what waits under older intake keys: the change of an erasure key that comes next destroys them.
    /// What none of them opens stays as it is, and is lost to everybody.
    pub(super) async fn reseal_arrivals(&self) -> Result<(), VaultError> {
        let inner = &self.inner;
        let newest = inner.keys.intake_public();
        let mut after = None;
        loop {
            let page = inner.store.scan(waiting(after.take(), PAGE)).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key.clone());
            for entry in page.iter().filter(|entry| kid_of(&entry.value) != Some(newest.kid())) {
                let Some(plain) = open(&*inner.keys, &inner.agency, &entry.key, &entry.value) else { continue };
                let entropy = &mut inner.world.entropy();
                let sealed = seal(&newest, &inner.agency, &entry.key, &plain, entropy);
                let sealed = sealed.ok_or_else(|| VaultError::NotConfirmed("sealing failed".into()))?;
                let same = Expected::Beginning(entry.value.iter().copied().take(HEAD).collect());
                match inner.store.commit(Batch::new().check(&entry.key, same).put(&entry.key, sealed)).await {
                    // It was taken in meanwhile.
                    Ok(()) | Err(store::CommitError::Conflict { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }
}

fn row(number: u64) -> [u8; 9] {
    let mut row = [WAITING_ROWS; 9];
    row[1..].copy_from_slice(&number.to_be_bytes());
    row
}

fn number_of(row: &[u8]) -> Option<u64> {
    row.strip_prefix(&[WAITING_ROWS])?.try_into().ok().map(u64::from_be_bytes)
}

fn waiting(after: Option<Vec<u8>>, limit: usize) -> Range {
    Range { prefix: vec![WAITING_ROWS], after, limit, direction: Direction::Forward }
}

fn kid_of(value: &[u8]) -> Option<Kid> {
    value.get(1..=KID)?.try_into().ok().map(Kid)
}

fn seal(
    to: &SealingPublic,
    agency: &AgencyId,
    row: &[u8],
    inside: &[u8],
    entropy: &mut dyn Entropy,
) -> Option<Vec<u8>> {
    let sealed = sealing::seal(to, &label::pae(INTAKE, agency.as_bytes()), row, inside, entropy).ok()?;
    Some([&[FORMAT][..], &to.kid().0, &sealed.enc, &sealed.ct].concat())
}

fn open(keys: &dyn KeysAtRest, agency: &AgencyId, row: &[u8], value: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (head, ct) = value.split_at_checked(HEAD)?;
    if head.first() != Some(&FORMAT) {
        return None;
    }
    let enc = head.get(1 + KID..)?;
    keys.open_intake(kid_of(head)?, enc, &label::pae(INTAKE, agency.as_bytes()), row, ct)
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Intake({} wait)", self.waiting())
    }
}

#[cfg(test)]
mod tests;
