//! The use cases: one function each, the same for command line, API and screens.
//!
//! Every function's first argument is the [`Actor`]. Functions check, build one batch (state, packet, outbox,
//! custody, audit) and return only after it is on disk. What memory holds beside the vault (names, lists, peers'
//! keys) is built at start by [`Service::open`] and follows each commit.

mod access;
mod actor;
mod audit_view;
mod audited;
mod backup;
mod case;
mod clock;
mod consent;
mod decision;
mod draft;
mod error;
mod exchange;
mod glance;
mod hands;
mod index;
mod keys;
mod kit;
mod need;
mod news;
mod open;
mod peer;
pub mod people;
mod presence;
mod recovery;
mod resolve;
mod rows;
mod sealing;
mod status;
mod stripes;
#[cfg(test)]
pub(crate) mod testing;
pub mod tokens;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use ::keys::{AgencyId, SigningKey, VerifiedAgency, sealing::SealingKey};
use tokio::sync::Notify;

pub use self::keys::SigningKeys;
pub use access::UseCase;
pub use actor::{Actor, PersonName, PersonNameError, Through};
pub use audit_view::AuditFilter;
pub(crate) use audit_view::entry_view;
pub(crate) use case::is_cursor;
pub use draft::{DraftOf, DraftText, Writing};
pub use error::{SCREEN_CODES, ServiceError};
pub(crate) use exchange::holds_content;
pub use exchange::{Inbound, LOST_BY_RESTORE, Outgoing, REVOKED_KEY, Settlement};
pub use glance::Glance;
pub use need::Whose;
pub use news::{About, Fresh, Mark};
pub use open::{OpenError, Opening};
pub use peer::{Fetched, STOPPED, told};
pub use recovery::{HeadsQuestion, begin_recovery};
pub use rows::Trust;
pub(crate) use rows::is_row;
pub use sealing::keep_first_key;

use crate::{vault::Vault, world::World};
use exchange::{Board, Pending, Quotas};
use hands::Hands;
use index::Index;
use stripes::Stripes;

/// Another agency, verified and parsed once, kept in memory.
#[derive(Clone)]
pub struct Peer {
    /// Its log and statements.
    pub agency: Arc<VerifiedAgency>,
    /// What is stored about it.
    pub row: Arc<rows::PeerRow>,
}

/// What the administrator can set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of the network.
    pub network: String,
    /// Where the node listens for peers.
    pub listen: String,
    /// The address that peers are told.
    pub public: String,
    /// Unanswered offers to one peer.
    pub open_offers_per_peer: usize,
    /// Packets of one peer that are kept in a day, from 1; ends and receipts: as many again.
    pub packets_per_day_per_peer: u64,
    /// For how many days a backup may be restored.
    pub backups_kept_days: u64,
    /// Whether one person may look after keys and work with cases.
    pub keys_and_cases_together: bool,
    /// Requests of one token, a second.
    pub requests_per_token: u32,
    /// Whether what two key administrators can decide together, none of them decides alone.
    pub two_persons: bool,
    /// After how long without anybody the node locks itself, if it does.
    pub locks_when_idle: Option<std::time::Duration>,
    /// For which address passkeys are; none where they can't work.
    pub passkeys: Option<people::Site>,
}

/// All use cases of one node, over its open vault.
pub struct Service {
    vault: Vault,
    world: World,
    settings: Settings,
    /// The signing keys in the keyring.
    held: Arc<dyn SigningKeys>,
    /// The one that signs; none while another is put into its place.
    signing: RwLock<Option<Arc<SigningKey>>>,
    /// Held while the own keys or the own record change; taken before a stripe.
    changing_keys: tokio::sync::Mutex<()>,
    /// How far peers know this agency's keys.
    seen: keys::Seen,
    /// What stands of the packets by peers' revoked keys.
    known: keys::Known,
    /// Held while that is looked through.
    flagging: tokio::sync::Mutex<()>,
    /// Where the own public record is kept for all to read.
    public_file: std::path::PathBuf,
    /// When it was opened.
    started: ::keys::Timestamp,
    /// This agency's own log and statements.
    me: RwLock<Arc<VerifiedAgency>>,
    peers: RwLock<BTreeMap<AgencyId, Peer>>,
    /// Names and places of all cases: in memory only.
    index: RwLock<Index>,
    board: RwLock<Board>,
    news: news::News,
    pending: RwLock<Pending>,
    recent: RwLock<exchange::Recent>,
    stripes: Stripes,
    hands: Hands,
    people: people::People,
    presence: presence::Presence,
    tokens: tokens::Tokens,
    decisions: decision::Decisions,
    reviews: RwLock<consent::Reviews>,
    drafts: draft::Drafts,
    need: RwLock<need::Need>,
    /// This agency with a sealing key that is under lock already and could not be published yet.
    unshown: RwLock<Option<VerifiedAgency>>,
    quotas: Quotas,
    /// Held from the check that a transport key is free until its peer is saved; taken after a stripe.
    link_keys: tokio::sync::Mutex<()>,
    /// Parsed private sealing keys by key id: parsing one costs as much as using it.
    sealing: RwLock<HashMap<::keys::sealing::Kid, Arc<SealingKey>>>,
    /// Which exchange a live seed belongs to, by key id.
    seeds: RwLock<HashMap<::keys::sealing::Kid, protocol::ExchangeId>>,
    /// Up to where old answers were looked for; from the beginning again after the last.
    answers_looked_at: RwLock<Option<Vec<u8>>>,
    witnesses: clock::Witnesses,
    backups: backup::Backups,
    recovery: recovery::Recovery,
    /// Held while an export is made: it takes memory.
    exporting: tokio::sync::Mutex<()>,
    lookout: peer::Lookout,
    outbox_wake: Arc<Notify>,
    erasure_wake: Arc<Notify>,
    peers_changed: Arc<Notify>,
}

impl Service {
    /// This agency.
    #[must_use]
    pub fn me(&self) -> Arc<VerifiedAgency> {
        Arc::clone(&read(&self.me))
    }

    /// Rings when a packet was put into the outbox.
    #[must_use]
    pub fn outbox_wake(&self) -> Arc<Notify> {
        Arc::clone(&self.outbox_wake)
    }

    /// Rings when an erasure is owed.
    #[must_use]
    pub fn erasure_wake(&self) -> Arc<Notify> {
        Arc::clone(&self.erasure_wake)
    }

    /// Rings when the set of peers or their transport keys changed.
    #[must_use]
    pub fn peers_changed(&self) -> Arc<Notify> {
        Arc::clone(&self.peers_changed)
    }

    /// The peer, if it is known.
    fn peer(&self, id: &AgencyId) -> Option<Peer> {
        read(&self.peers).get(id).cloned()
    }

    /// The peer's name, or the beginning of its id.
    fn peer_name(&self, id: &AgencyId) -> String {
        self.peer(id).map_or_else(|| id.short(), |peer| peer.agency.name().to_owned())
    }

    fn board(&self) -> RwLockReadGuard<'_, Board> {
        read(&self.board)
    }

    fn pending(&self) -> RwLockReadGuard<'_, Pending> {
        read(&self.pending)
    }
}

/// A lock's content also after a panic elsewhere: every change under our locks is one insertion, never half-done.
fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// As [`read`], for writing.
fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
