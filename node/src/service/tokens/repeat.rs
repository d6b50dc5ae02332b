//! Idempotency keys: a program that got no answer asks again with the same key, and the thing is done once.
//!
//! That a request began lies on disk before it is done, its answer after. In between a power cut leaves a beginning
//! without an end: the program is then told that nobody knows, for a second case of the same child is worse than a
//! question. Kept for a day, under the key of the token's owner. A refusal is not kept: nothing was done.

use std::str::FromStr;

use keys::{Digest, Timestamp, label, label::Label};

use super::{RepeatRow, TokenId, locked};
use crate::service::{Actor, Service, ServiceError, people::PersonId};

/// What a request asks, and what its key is called.
const REPEAT: Label = Label::new("spean/node/repeat");
/// Seconds for which an answer is kept.
const KEPT: u64 = Timestamp::DAY;
/// Keys of one token within that time.
const MOST: usize = 1_000;
/// The most characters of a key; a UUID has 36.
const LONGEST: usize = 64;
/// Old ones that one request clears away.
const SWEPT: usize = 100;

/// A key as a program chose it: its hash, for it may say something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepeatKey([u8; 16]);

/// Not an idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("1 to 64 letters, digits, `-` and `_`: a UUID, for example")]
pub struct RepeatKeyError;

impl FromStr for RepeatKey {
    type Err = RepeatKeyError;

    fn from_str(text: &str) -> Result<Self, RepeatKeyError> {
        let fits = (1..=LONGEST).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let hash = label::hash(REPEAT, text.as_bytes());
        hash.0.first_chunk().filter(|_| fits).copied().map(Self).ok_or(RepeatKeyError)
    }
}

/// Whether a request is to be done.
pub enum Begun {
    /// It is the first with this key: do it, then call [`Service::repeat_end`].
    First(Beginning),
    /// It was done: this was the answer.
    Before(Vec<u8>),
}

/// A request that has begun.
#[must_use]
pub struct Beginning {
    owner: PersonId,
    token: TokenId,
    key: RepeatKey,
    asked: Digest,
    at: Timestamp,
}

impl Service {
    /// Begins a request that must be done once. `asked` is all that it says: method, path, body.
    ///
    /// # Errors
    /// [`ServiceError::RepeatedOtherwise`], [`ServiceError::RepeatNotKnown`], [`ServiceError::TooManyRepeats`];
    /// [`ServiceError::Store`], [`ServiceError::DiskFull`]: nothing was begun.
    pub async fn repeat_begin(
        &self,
        (actor, token): (&Actor, TokenId),
        key: RepeatKey,
        asked: &[&[u8]],
    ) -> Result<Begun, ServiceError> {
        let (Actor::Person { id: owner, .. } | Actor::Program { id: owner, .. }) = actor else {
            return Err(ServiceError::Internal("only who has a token repeats"));
        };
        let owner = *owner;
        let parts: Vec<u8> = asked.iter().flat_map(|part| label::hash(REPEAT, part).0).collect();
        let (asked, now) = (label::hash(REPEAT, &parts), self.world.now());
        let _changing = self.tokens.changing.lock().await;
        let place = self::key(token, &key.0);
        if let Some((row, _)) = self.vault.read::<RepeatRow>(&owner.owner(), &place).await?
            && now.0.saturating_sub(row.at.0) < KEPT
        {
            return match row.answer {
                _ if row.asked != asked => Err(ServiceError::RepeatedOtherwise),
                Some(answer) => Ok(Begun::Before(answer)),
                None => Err(ServiceError::RepeatNotKnown),
            };
        }
        let mut tx = self.vault.begin();
        let old = self.old_repeats(token, now)?;
        for (token, name) in &old {
            tx.delete::<RepeatRow>(&owner.owner(), &self::key(*token, name));
        }
        tx.put(&owner.owner(), &place, &RepeatRow { at: now, asked, answer: None });
        tx.commit().await?;
        let mut repeats = locked(&self.tokens.repeats);
        repeats.retain(|repeat, _| !old.contains(repeat));
        repeats.insert((token, key.0), now);
        Ok(Begun::First(Beginning { owner, token, key, asked, at: now }))
    }

    /// The token's keys that are older than a day, some of them.
    fn old_repeats(&self, token: TokenId, now: Timestamp) -> Result<Vec<(TokenId, [u8; 16])>, ServiceError> {
        let repeats = locked(&self.tokens.repeats);
        let (first, last) = ((token, [0; 16]), (token, [255; 16]));
        let own = || repeats.range(first..=last);
        let is_old = |at: &Timestamp| now.0.saturating_sub(at.0) >= KEPT;
        if own().filter(|(_, at)| !is_old(at)).count() >= MOST {
            return Err(ServiceError::TooManyRepeats);
        }
        Ok(own().filter(|(_, at)| is_old(at)).map(|(repeat, _)| *repeat).take(SWEPT).collect())
    }

    /// Keeps the answer of what was done; of what was refused, nothing. If `answer` is none, it is not known whether it
    /// was done.
    ///
    /// # Errors
    /// [`ServiceError::Store`]: it was done, and whoever repeats it is told that this is not known.
    pub async fn repeat_end(&self, begun: Beginning, end: End) -> Result<(), ServiceError> {
        let Beginning { owner, token, key, asked, at } = begun;
        let _changing = self.tokens.changing.lock().await;
        // Revoked meanwhile: nobody repeats it, and its owner's key may be gone.
        if !locked(&self.tokens.repeats).contains_key(&(token, key.0)) {
            return Ok(());
        }
        let place = self::key(token, &key.0);
        let mut tx = self.vault.begin();
        match &end {
            End::Done(answer) => {
                tx.put(&owner.owner(), &place, &RepeatRow { at, asked, answer: Some(answer.clone()) });
            }
            End::Refused => tx.delete::<RepeatRow>(&owner.owner(), &place),
            End::NotKnown => return Ok(()),
        }
        tx.commit().await?;
        if matches!(end, End::Refused) {
            locked(&self.tokens.repeats).remove(&(token, key.0));
        }
        Ok(())
    }
}

/// How a request ended.
pub enum End {
    /// Done, and answered so.
    Done(Vec<u8>),
    /// Nothing was done.
    Refused,
    /// It may have been done.
    NotKnown,
}

impl End {
    /// Of what the service said.
    #[must_use]
    pub const fn of(error: &ServiceError) -> Self {
        match error {
            ServiceError::Store(_) | ServiceError::Internal(_) => Self::NotKnown,
            _ => Self::Refused,
        }
    }
}

/// Where the row lies.
pub(super) fn key(token: TokenId, name: &[u8; 16]) -> Vec<u8> {
    [token.as_bytes().as_slice(), name].concat()
}

/// The other way round.
pub(super) fn split(key: &[u8]) -> Option<(TokenId, [u8; 16])> {
    let (token, name) = key.split_at_checked(8)?;
    Some((TokenId::of_key(token)?, name.try_into().ok()?))
}
