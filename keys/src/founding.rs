//! Founding an agency: its first log and its first statements.
//!
//! Pure: where the secrets go is the caller's business (the keyring, the recovery kit file).

use minicbor::bytes::ByteArray;

use crate::{
    Common, Digest, Entropy, NetworkId, Secret, SigningKey, Timestamp,
    common::{FIRST_INCARNATION, PROTOCOL_VERSION},
    log::{
        ALG_ED25519, AddOpKey, Entry, EntryBody, GENESIS, Genesis, GenesisCommon, GenesisError, LOG, MAX_OP_KEY_LIFE,
        Recovery, agency_id, next_root_hash,
    },
    publish::{self, PublishError},
    random_bytes,
    record::{PublicRecord, RecordError},
    sealing::SealingKey,
    signed::Signed,
    statement::Policy,
};

/// What an agency says of itself when it is founded.
#[derive(Clone, Debug)]
pub struct FoundingRequest {
    /// The network; it can't be changed later.
    pub network: NetworkId,
    /// The name, as [`crate::log::check_name`] wants it; it can't be changed later.
    pub name: String,
    /// Two capital letters; it can't be changed later.
    pub country: String,
    /// The guardians; [`Recovery::default`] for none.
    pub recovery: Recovery,
    /// What it takes.
    pub policy: Policy,
    /// SHA-256 of the SPKI of each transport key, one to three.
    pub transport_pins: Vec<Digest>,
    /// `https://` addresses; may be empty.
    pub addresses: Vec<String>,
}

/// A new agency: what it shows, and the secrets to put under lock.
#[derive(Debug)]
pub struct Founding {
    /// Log and statements.
    pub record: PublicRecord,
    /// Seed of the root key. Needed a few times a year; may leave the node.
    pub root_seed: Secret<32>,
    /// Seed of the signing key.
    pub op_seed: Secret<32>,
    /// Seed of the next root key: for the recovery kit file only; nothing of it stays on the node.
    pub next_root_seed: Secret<32>,
    /// The first sealing key; its end stands in the record.
    pub sealing: SealingKey,
}

/// Founds an agency: genesis, one signing key for a year, and the four first statements.
///
/// # Errors
/// [`FoundingError`] if a part of the request is not as it must be.
pub fn found(request: FoundingRequest, now: Timestamp, entropy: &mut dyn Entropy) -> Result<Founding, FoundingError> {
    let (root, op) = (signing_key(entropy)?, signing_key(entropy)?);
    let next_root = signing_key(entropy)?;
    let network = request.network;
    let genesis = Genesis {
        common: GenesisCommon { v: PROTOCOL_VERSION, network, key: root.public().id(), ts: now },
        name: request.name,
        country: request.country,
        root_pk: root.public(),
        next_root_hash: next_root_hash(&next_root.public()),
        recovery: request.recovery,
        nonce: ByteArray::from(random_bytes::<32>(entropy)),
    };
    genesis.check(network)?;
    let genesis = Signed::sign(genesis, GENESIS, &[&root]);
    let entry = Signed::sign(first_entry(&genesis, &root, &op, now), LOG, &[&root]);
    let bare = PublicRecord::new(vec![genesis.to_bytes(), entry.to_bytes()], vec![]).verify(network)?;

    let sealing = SealingKey::generate(entropy);
    let record = publish::transport(&bare, &op, now, request.transport_pins)?;
    let record = publish::endpoints(&record, &op, now, request.addresses)?;
    let record = publish::policy(&record, &op, now, request.policy)?;
    let record = publish::sealing_statement(&record, &op, now, sealing.public())?;
    Ok(Founding {
        record: record.record().clone(),
        root_seed: root.seed().duplicate(),
        op_seed: op.seed().duplicate(),
        next_root_seed: next_root.seed().duplicate(),
        sealing,
    })
}

fn signing_key(entropy: &mut dyn Entropy) -> Result<SigningKey, FoundingError> {
    SigningKey::from_seed(Secret::random(entropy)).ok_or(FoundingError::Key)
}

/// The entry that gives the agency its first signing key.
fn first_entry(genesis: &Signed<Genesis>, root: &SigningKey, op: &SigningKey, now: Timestamp) -> Entry {
    let claimed = genesis.claimed();
    let common = Common {
        v: PROTOCOL_VERSION,
        network: claimed.common.network,
        agency: agency_id(genesis.payload()),
        key: root.public().id(),
        incarnation: FIRST_INCARNATION,
        ts: now,
    };
    let add = AddOpKey { alg: ALG_ED25519, key: op.public(), not_after: now.plus(MAX_OP_KEY_LIFE) };
    let body = EntryBody::AddOpKey(add);
    let kind = body.kind().to_owned();
    Entry { common, seq: 1, prev: genesis.hash(LOG), kind, critical: true, body: body.encode() }
}

/// Why no agency was founded. Nothing was written anywhere.
#[derive(Debug, thiserror::Error)]
pub enum FoundingError {
    /// Name, country or guardians.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// A statement.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The new record does not verify: a fault of this program.
    #[error("the new agency's record does not verify: {0}")]
    Record(#[from] RecordError),
    /// The library refused a fresh seed: a fault of this program.
    #[error("a fresh key could not be made")]
    Key,
}
