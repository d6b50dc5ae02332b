//! Start: what memory holds is built from the vault.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, RwLock},
};

use keys::{
    AgencyId, NetworkId, PublicRecord, Secret, VerifiedAgency,
    sealing::{Kid, SealingKey},
};
use protocol::ExchangeId;
use tokio::sync::Notify;

use super::{
    Peer, Service, Settings, SigningKeys, clock,
    decision::Decisions,
    exchange::{Board, Line, Pending, Quotas},
    hands::Hands,
    index::{Builder, Index},
    keys::{read_known, read_seen},
    need::Need,
    news::News,
    people::People,
    rows::{BudgetRow, CaseIndexRow, DueRow, ExchangeRow, FactsRow, PeerRow, SealingRow, SeedRow},
    stripes::Stripes,
    tokens::Tokens,
};
use crate::{
    vault::{EraseError, Owner, Row, Vault, VaultError},
    world::World,
};

/// What a service is opened with.
pub struct Opening {
    /// The open vault.
    pub vault: Vault,
    /// The agency's signing keys, in the unlocked keyring.
    pub held: Arc<dyn SigningKeys>,
    /// This agency's own log and statements, verified.
    pub me: VerifiedAgency,
    /// Where the own public record is kept for all to read.
    pub public_file: PathBuf,
    /// What the administrator set.
    pub settings: Settings,
}

/// Why the service could not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The vault can't be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// An erasure that was begun could not be finished.
    #[error("an erasure that was begun could not be finished: {0}")]
    Erasure(#[from] EraseError),
    /// The system gave no threads for cryptography.
    #[error("the system gives no threads: {0}")]
    Threads(#[from] std::io::Error),
    /// What is stored does not fit together.
    #[error("a stored {0} can't be read: restore the folder from its backup")]
    Damaged(&'static str),
    /// A change of keys that was begun could not be finished.
    #[error("a change of the signing keys that was begun could not be finished: {0}")]
    Keys(String),
}

impl Service {
    /// Opens all use cases over a vault: finishes erasures that were begun, then reads names, lists and keys.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(opening: Opening) -> Result<Arc<Self>, OpenError> {
        let Opening { vault, held, me, public_file, settings } = opening;
        // Before anything is judged or written by the time.
        clock::resume(&vault).await?;
        vault.resume_erasures().await?;
        let world: World = vault.world().clone();
        let (board, seeds) = (read_board(&vault).await?, read_seeds(&vault).await?);
        let (people, tokens) =
            (People::read(&vault, (settings.passkeys.as_ref(), me.name())).await?, Tokens::read(&vault).await?);
        let need = Need::read(&vault, &people, &tokens).await?;
        let peers = read_peers(&vault, me.network()).await?;
        let service = Self {
            started: world.now(),
            presence: super::presence::Presence::now(world.running()),
            known: read_known(&vault, me.id(), &peers).await?,
            seen: read_seen(&vault).await?,
            peers: RwLock::new(peers),
            index: RwLock::new(read_index(&vault).await?),
            board: RwLock::new(board),
            pending: RwLock::new(read_pending(&vault).await?),
            recent: RwLock::default(),
            sealing: RwLock::new(read_sealing(&vault).await?),
            seeds: RwLock::new(seeds),
            news: News::new(),
            quotas: Quotas::new(settings.packets_per_day_per_peer, read_budgets(&vault).await?),
            stripes: Stripes::default(),
            answers_looked_at: RwLock::new(None),
            witnesses: clock::Witnesses::default(),
            recovery: super::recovery::Recovery::read(&vault).await?,
            backups: super::backup::Backups::read(&vault).await?,
            exporting: tokio::sync::Mutex::default(),
            lookout: super::peer::Lookout::default(),
            hands: Hands::new()?,
            people,
            tokens,
            decisions: Decisions::read(&vault).await?,
            drafts: super::draft::Drafts::read(&vault).await?,
            reviews: RwLock::new(super::consent::Reviews::read(&vault).await?),
            need: RwLock::new(need),
            unshown: RwLock::new(None),
            me: RwLock::new(Arc::new(me)),
            outbox_wake: Arc::new(Notify::new()),
            erasure_wake: Arc::new(Notify::new()),
            peers_changed: Arc::new(Notify::new()),
            link_keys: tokio::sync::Mutex::default(),
            changing_keys: tokio::sync::Mutex::default(),
            flagging: tokio::sync::Mutex::default(),
            held,
            signing: RwLock::new(None),
            vault,
            world,
            settings,
            public_file,
        };
        // What was owed or waited when the node stopped is taken up at once.
        service.resume_change().await.map_err(|error| OpenError::Keys(error.to_string()))?;
        service.erasure_wake.notify_one();
        service.outbox_wake.notify_one();
        Ok(Arc::new(service))
    }
}

async fn read_peers(vault: &Vault, network: NetworkId) -> Result<BTreeMap<AgencyId, Peer>, OpenError> {
    let mut peers = BTreeMap::new();
    for Row { value: row, .. } in vault.read_all::<PeerRow>().await? {
        let record = PublicRecord::from_bytes(&row.record).map_err(|_| OpenError::Damaged("peer"))?;
        let agency = record.verify(network).map_err(|_| OpenError::Damaged("peer"))?;
        peers.insert(agency.id(), Peer { agency: Arc::new(agency), row: Arc::new(row) });
    }
    Ok(peers)
}

async fn read_budgets(vault: &Vault) -> Result<Vec<(AgencyId, BudgetRow)>, OpenError> {
    let mut budgets = Vec::new();
    for Row { key, value, .. } in vault.read_all::<BudgetRow>().await? {
        let id = <[u8; 32]>::try_from(key.as_slice()).map_err(|_| OpenError::Damaged("peer's budget"))?;
        budgets.push((AgencyId::new(keys::Digest(id)), value));
    }
    Ok(budgets)
}

async fn read_index(vault: &Vault) -> Result<Index, OpenError> {
    let mut builder = Builder::default();
    let add = |row: Row<CaseIndexRow>| {
        if let Owner::Case(id) = row.owner {
            builder.add(protocol::CaseId::new(id), &row.value);
        }
    };
    vault.read_each(add).await?;
    Ok(builder.build())
}

async fn read_board(vault: &Vault) -> Result<Board, OpenError> {
    let mut facts: HashMap<ExchangeId, FactsRow> = HashMap::new();
    let note = |row: Row<FactsRow>| {
        if let Owner::Content(id) = row.owner {
            facts.insert(ExchangeId::new(keys::Digest(id)), row.value);
        }
    };
    vault.read_each(note).await?;
    let mut board = Board::default();
    let add = |Row { value: row, .. }: Row<ExchangeRow>| {
        let id = row.exchange.parties().id;
        board.set(id, Line::new(&row, facts.remove(&id).unwrap_or_default()));
    };
    vault.read_each(add).await?;
    Ok(board)
}

async fn read_pending(vault: &Vault) -> Result<Pending, OpenError> {
    let mut pending = Pending::default();
    for Row { key, value, .. } in vault.read_all::<DueRow>().await? {
        let (exchange, seq) = super::exchange::split_key(&key).ok_or(OpenError::Damaged("outbox entry"))?;
        pending.add(exchange, seq, value);
    }
    Ok(pending)
}

async fn read_sealing(vault: &Vault) -> Result<HashMap<Kid, Arc<SealingKey>>, OpenError> {
    let rows = vault.read_all::<SealingRow>().await?;
    let parse = |row: Row<SealingRow>| SealingKey::from_seed(Secret::new(Box::new(row.value.seed)));
    Ok(rows.into_iter().map(parse).map(|key| (key.kid(), Arc::new(key))).collect())
}

/// Which exchange each seed belongs to; the seeds themselves are read and parsed when they are needed.
async fn read_seeds(vault: &Vault) -> Result<HashMap<Kid, ExchangeId>, OpenError> {
    let mut seeds = HashMap::new();
    for Row { owner, key, .. } in vault.read_all::<SeedRow>().await? {
        let kid = <[u8; 16]>::try_from(key.as_slice()).map_err(|_| OpenError::Damaged("exchange key"))?;
        if let Owner::Parting(id) | Owner::Skeleton(id) = owner {
            seeds.insert(Kid(kid), ExchangeId::new(keys::Digest(id)));
        }
    }
    Ok(seeds)
}
