//! After a restore: nothing new goes to a peer before its node told what it had got since the backup; then this agency's
//! log says that it was restored, and each open exchange gets a fresh key (`docs/protocol.md` 3.13).
//!
//! What one peer does not answer keeps nothing from the others, once the log says it.
//!
//! * [`ask`]: what is asked and what is made of the answer
//! * [`copied`]: another copy of this node is at work

mod ask;
mod copied;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use keys::{AgencyId, Digest, Timestamp, random_bytes};
use protocol::ExchangeId;
use serde::{Deserialize, Serialize};

pub(super) use ask::Own;

use super::{
    Actor, Service, ServiceError,
    rows::{PeerRow, Trust},
};
use crate::{
    vault::{CommitError, Owner, Record, Row, Table, Transaction, Vault, VaultError},
    view::Trouble,
    world::World,
};

/// For so long all peers are waited for before the log is added to, in seconds; then only for the first.
const FOR_ALL: u64 = 600;

/// Exchanges that one peer can have had with this agency: some twenty for each child of a programme of 5,000.
const MOST_TOLD: usize = 100_000;

/// That the node was restored. No key; owner: the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RecoveryRow {
    /// When the backup was made.
    backup: Timestamp,
    /// When it was put back.
    since: Timestamp,
    /// The log says so.
    told: bool,
}

/// A peer that has not told everything yet. Key: the peer; owner: the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct WaitRow {
    wait: Wait,
}

/// What a peer is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Wait {
    /// All that it remembers: nothing new goes to it before.
    Memory,
    /// A question that shows it that this node was restored; it told what it remembers.
    Notice,
    /// What another copy of this node sent: it says that there is one. Nothing new goes to it before.
    Proof,
}

/// That another copy of this node is at work. No key; owner: the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct CopiedRow {
    /// Who saw it.
    by: AgencyId,
    /// When.
    at: Timestamp,
}

/// Binds a row's type to its table.
macro_rules! record {
    ($name:ty, $table:literal) => {
        impl Record for $name {
            const TABLE: Table = Table::new($table);
            const VERSION: u8 = 1;
        }
    };
}
record!(RecoveryRow, 81);
record!(WaitRow, 82);
record!(CopiedRow, 83);

/// What is asked of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadsQuestion {
    /// Drawn at random.
    pub nonce: Digest,
    /// What follows this exchange; none: from the first.
    pub after: Option<ExchangeId>,
    /// The last entry of the asker's log.
    pub head: u64,
}

/// How far one peer has told.
#[derive(Clone, Copy)]
struct Asking {
    wait: Wait,
    nonce: Digest,
    after: Option<ExchangeId>,
    /// Exchanges that it told of.
    told: usize,
}

/// What memory knows of a recovery.
pub(super) struct Recovery {
    state: Mutex<State>,
    /// One step at a time.
    going: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    row: Option<RecoveryRow>,
    waiting: BTreeMap<AgencyId, Asking>,
    copied: Option<CopiedRow>,
}

impl State {
    fn told(&self) -> bool {
        self.row.is_none_or(|row| row.told)
    }

    fn waiting_for(&self, wait: Wait) -> impl Iterator<Item = AgencyId> {
        self.waiting.iter().filter(move |(_, asking)| asking.wait == wait).map(|(id, _)| *id)
    }
}

impl Asking {
    fn new(world: &World, wait: Wait) -> Self {
        Self { wait, nonce: Digest(random_bytes(&mut world.entropy())), after: None, told: 0 }
    }

    /// A page was told, up to `last`. Whether there may be more: who tells of more than [`MOST_TOLD`] invents, and each
    /// exchange takes room here.
    fn goes_on(&mut self, last: ExchangeId, exchanges: usize) -> bool {
        self.after = Some(last);
        self.told = self.told.saturating_add(exchanges);
        self.told < MOST_TOLD
    }
}

impl Recovery {
    /// As it lies on disk.
    pub(super) async fn read(vault: &Vault) -> Result<Self, VaultError> {
        let row = vault.read::<RecoveryRow>(&Owner::Ledger, b"").await?.map(|(row, _)| row);
        let copied = vault.read::<CopiedRow>(&Owner::Ledger, b"").await?.map(|(row, _)| row);
        let mut waiting = BTreeMap::new();
        for Row { key, value, .. } in vault.read_all::<WaitRow>().await? {
            if let Ok(id) = <[u8; 32]>::try_from(key.as_slice()) {
                waiting.insert(AgencyId::new(Digest(id)), Asking::new(vault.world(), value.wait));
            }
        }
        Ok(Self { state: Mutex::new(State { row, waiting, copied }), going: tokio::sync::Mutex::default() })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notes, in a vault that nobody uses yet, that it was put back to an older state: from the next start on the node asks
/// its peers first.
///
/// # Errors
/// [`CommitError`].
pub async fn begin_recovery(vault: &Vault, actor: &Actor, backup: Timestamp) -> Result<(), CommitError> {
    let mut tx = vault.begin();
    for Row { key, value, .. } in vault.read_all::<PeerRow>().await? {
        if value.trust != Trust::Retired {
            tx.put(&Owner::Ledger, &key, &WaitRow { wait: Wait::Memory });
        }
    }
    let row = RecoveryRow { backup, since: vault.world().now(), told: false };
    tx.put(&Owner::Ledger, b"", &row);
    tx.delete::<CopiedRow>(&Owner::Ledger, b"");
    tx.audit(actor.event("node.restore"));
    tx.commit().await
}

impl Service {
    /// Whether something new may go to the peer.
    ///
    /// # Errors
    /// [`ServiceError::Recovering`], [`ServiceError::Copied`].
    pub(super) fn may_say(&self, peer: AgencyId) -> Result<(), ServiceError> {
        let state = self.recovery.lock();
        if state.copied.is_some() {
            return Err(ServiceError::Copied);
        }
        let heard = state.waiting.get(&peer).is_none_or(|asking| asking.wait == Wait::Notice);
        let may = heard && state.told();
        drop(state);
        if may { Ok(()) } else { Err(ServiceError::Recovering { peer: self.peer_name(&peer) }) }
    }

    /// Whether the own record may not be added to: what others know of it is not known here.
    pub(super) fn own_record_waits(&self) -> bool {
        let state = self.recovery.lock();
        state.copied.is_some() || !state.told()
    }

    /// Whether it was restored, and some peers have not told yet what they had got.
    pub(super) fn is_recovering(&self) -> bool {
        let state = self.recovery.lock();
        !state.told() || state.waiting_for(Wait::Memory).next().is_some()
    }

    /// Whether it has stopped, for another copy of it is at work.
    pub(super) fn is_copied(&self) -> bool {
        self.recovery.lock().copied.is_some()
    }

    /// What a person should know.
    pub(super) fn recovery_troubles(&self) -> Vec<Trouble> {
        let state = self.recovery.lock();
        let (row, copied) = (state.row, state.copied);
        let silent: Vec<AgencyId> = state.waiting_for(Wait::Memory).collect();
        let doubting: Vec<AgencyId> = state.waiting_for(Wait::Proof).collect();
        drop(state);
        let trouble = |code: &str, text: String| Trouble { code: code.into(), text, about: None };
        let mut troubles = Vec::new();
        if let Some(copied) = copied {
            let text = format!(
                "{}'s node saw another copy of this node at work, so this one sends nothing any more. Find the other and stop \
                 it. If this is the one to keep: stop it, run `spean restore --here`, start it again",
                self.peer_name(&copied.by)
            );
            troubles.push(trouble("node/copied", text));
        }
        let names = |ids: &[AgencyId]| ids.iter().map(|id| self.peer_name(id)).collect::<Vec<_>>().join(", ");
        if !doubting.is_empty() {
            let text = format!(
                "another agency's node says that a second copy of this node is at work, and has not shown what that one \
                 sent: nothing new goes to it before it answers. It is: {}",
                names(&doubting)
            );
            troubles.push(trouble("node/recovering", text));
        }
        let Some(row) = row else { return troubles };
        if !silent.is_empty() || !row.told {
            let silent = if silent.is_empty() { "none".to_owned() } else { names(&silent) };
            let text = format!(
                "this node was restored from a backup: nothing new goes to an agency before its node told what it had got \
                 since. Not heard from: {silent}"
            );
            troubles.push(trouble("node/recovering", text));
        }
        if !row.told && self.held.root().is_none() {
            let text = "this node was restored from a backup, and only the main key can tell: `spean key root attach`";
            troubles.push(trouble("node/recovering", text.into()));
        }
        troubles
    }

    /// Goes on with a recovery as far as it can go now. Called by time, and when a peer told something.
    ///
    /// # Errors
    /// [`ServiceError`]: it goes on at the next call.
    pub(super) async fn recover(&self) -> Result<(), ServiceError> {
        let _one = self.recovery.going.lock().await;
        let Some(row) = self.recovery.lock().row else { return Ok(()) };
        if !row.told {
            if !self.may_tell(row) {
                return Ok(());
            }
            let told = RecoveryRow { told: true, ..row };
            let note = |tx: &mut Transaction| {
                tx.put(&Owner::Ledger, b"", &told);
                tx.audit(Actor::Node.event("agency.incarnation"));
            };
            if !self.next_incarnation(note).await? {
                return Ok(());
            }
            self.recovery.lock().row = Some(told);
            tracing::info!("this node goes on after a restore: its key log says so");
        }
        let (heard, over): (Vec<AgencyId>, bool) = {
            let state = self.recovery.lock();
            let heard: Vec<AgencyId> = state.waiting_for(Wait::Notice).collect();
            let over = heard.is_empty() && state.waiting_for(Wait::Memory).next().is_none();
            (heard, over)
        };
        if over {
            return self.end_recovery().await;
        }
        for peer in heard {
            self.rekey(peer).await?;
            self.outbox_wake.notify_one();
            // Once more: by the question it learns that there is something to fetch.
            self.ask_again(peer);
        }
        Ok(())
    }

    /// All peers told, or long enough was waited for those that did not.
    fn may_tell(&self, row: RecoveryRow) -> bool {
        let state = self.recovery.lock();
        let over = self.world.now() >= row.since.plus(FOR_ALL);
        let mut heard = state.waiting.values().map(|asking| asking.wait == Wait::Notice);
        if over { state.waiting.is_empty() || heard.any(|heard| heard) } else { heard.all(|heard| heard) }
    }

    async fn end_recovery(&self) -> Result<(), ServiceError> {
        let mut tx = self.vault.begin();
        tx.delete::<RecoveryRow>(&Owner::Ledger, b"");
        tx.audit(Actor::Node.event("node.recovered"));
        tx.commit().await?;
        self.recovery.lock().row = None;
        self.erasure_wake.notify_one();
        self.outbox_wake.notify_one();
        tracing::info!("all peers told what they had got: the recovery is over");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::testing::still;

    #[test]
    fn a_peer_that_tells_of_exchanges_without_end_is_stopped() {
        let mut asking = Asking::new(&still(1), Wait::Memory);
        let last = ExchangeId::new(Digest([1; 32]));
        let pages = (1..=MOST_TOLD).take_while(|_| asking.goes_on(last, 1_000)).count();
        assert_eq!((pages, asking.after), (MOST_TOLD / 1_000 - 1, Some(last)));
    }
}
