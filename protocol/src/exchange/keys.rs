//! Bookkeeping of exchange keys: which seeds live, which key to seal to (`docs/protocol.md` 3.6).
//!
//! Names and public halves only; the seeds lie in the node's vault under the same [`Kid`].

use keys::{
    Digest,
    sealing::{KeyFault, Kid, SealingPublic},
};
use serde::{Deserialize, Serialize};

use super::base64_text;
use crate::limits::MAX_LIVE_SEEDS;

/// The public half of an exchange key, as a header brought it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeKey {
    kid: Kid,
    #[serde(with = "base64_text")]
    public: Vec<u8>,
}

impl ExchangeKey {
    /// The key's short name.
    #[must_use]
    pub const fn kid(&self) -> Kid {
        self.kid
    }

    /// The parsed key, to seal to.
    ///
    /// # Errors
    /// [`KeyFault`] if what was stored is damaged.
    pub fn public(&self) -> Result<SealingPublic, KeyFault> {
        SealingPublic::parse(&self.public)
    }

    /// A key for the state machine's own tests: a name without a key.
    #[cfg(test)]
    pub(super) const fn named(kid: Kid) -> Self {
        Self { kid, public: Vec::new() }
    }
}

impl From<&SealingPublic> for ExchangeKey {
    fn from(public: &SealingPublic) -> Self {
        Self { kid: public.kid(), public: public.as_bytes().to_vec() }
    }
}

impl std::fmt::Debug for ExchangeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ExchangeKey({})", self.kid)
    }
}

/// A key of the other side, and the packet that brought it: sealing binds both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerKey {
    /// The key to seal to.
    pub key: ExchangeKey,
    /// Hash of the packet whose header brought it.
    pub introduced: Digest,
}

/// A key of ours whose seed lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveSeed {
    /// Under which name the vault holds the seed.
    pub kid: Kid,
    /// Hash of our packet whose header introduced it.
    pub introduced: Digest,
    /// Whether a packet sealed to it was applied, so that a newer one may be offered.
    used: bool,
}

/// Both sides' keys of one exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Keys {
    /// Ours, oldest first; at most [`MAX_LIVE_SEEDS`].
    own: Vec<LiveSeed>,
    /// The other side's newest that we applied.
    peer: Option<PeerKey>,
    /// The other side's, brought by a `Rekey` that waits for a person.
    waiting: Option<PeerKey>,
}

impl Keys {
    /// After our seeds were lost: the other side's key alone.
    pub(super) const fn of_peer(peer: Option<PeerKey>) -> Self {
        Self { own: Vec::new(), peer, waiting: None }
    }

    pub(super) fn live(&self) -> &[LiveSeed] {
        &self.own
    }

    pub(super) const fn peer(&self) -> Option<&PeerKey> {
        self.peer.as_ref()
    }

    pub(super) const fn waiting(&self) -> Option<&PeerKey> {
        self.waiting.as_ref()
    }

    /// Whether a fresh key may be offered: there is none, or the newest was used and the older is gone.
    pub(super) fn may_offer(&self) -> bool {
        self.own.last().is_none_or(|newest| newest.used && self.own.len() < MAX_LIVE_SEEDS)
    }

    /// Notes that our packet `introduced` offered a key.
    pub(super) fn offered(&mut self, kid: Kid, introduced: Digest) {
        self.own.push(LiveSeed { kid, introduced, used: false });
    }

    /// Notes that a packet sealed to our key was applied in order: the older seeds end. Returns them.
    pub(super) fn used(&mut self, kid: Kid) -> Vec<Kid> {
        let Some(index) = self.own.iter().position(|seed| seed.kid == kid) else { return Vec::new() };
        let older = self.own.drain(..index).map(|seed| seed.kid).collect();
        if let Some(seed) = self.own.first_mut() {
            seed.used = true;
        }
        older
    }

    /// Ends all our seeds. Returns them.
    pub(super) fn end_all(&mut self) -> Vec<Kid> {
        self.own.drain(..).map(|seed| seed.kid).collect()
    }

    /// From now on packets are sealed to this key.
    pub(super) fn adopt(&mut self, key: PeerKey) {
        self.waiting = None;
        self.peer = Some(key);
    }

    /// Keeps this key aside until a person agreed.
    pub(super) fn set_aside(&mut self, key: PeerKey) {
        self.waiting = Some(key);
    }

    /// A person agreed to the key set aside. Whether there was one.
    pub(super) fn confirm(&mut self) -> bool {
        match self.waiting.take() {
            Some(key) => {
                self.peer = Some(key);
                true
            }
            None => false,
        }
    }
}
