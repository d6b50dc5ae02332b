//! Who asks by a token, and how often.

use std::net::IpAddr;

use keys::Timestamp;

use super::{Held, OPENABLE, TokenId, TokenRow, locked};
use crate::service::{
    Actor, Service, ServiceError, Through,
    people::{AccessToken, Role, Roles},
    read, write,
};

/// Seconds for which an idle token saves requests up.
const SAVED: u32 = 10;

/// What a token may still ask, a token bucket.
#[derive(Clone, Copy)]
pub(super) struct Bucket {
    left: u32,
    at: Timestamp,
}

impl Bucket {
    const fn full(per_second: u32, now: Timestamp) -> Self {
        Self { left: per_second.saturating_mul(SAVED), at: now }
    }

    /// Takes one request out of it, if one is left.
    fn take(&mut self, per_second: u32, now: Timestamp) -> bool {
        let passed = u32::try_from(now.0.saturating_sub(self.at.0)).unwrap_or(u32::MAX);
        let filled = self.left.saturating_add(per_second.saturating_mul(passed));
        self.left = filled.min(per_second.saturating_mul(SAVED));
        self.at = now;
        let one = self.left > 0;
        self.left = self.left.saturating_sub(1);
        one
    }
}

impl Service {
    /// Who asks, by the token in `Authorization: Bearer` (RFC 6750 2.1), from this address. Roles are those of this moment.
    ///
    /// # Errors
    /// [`ServiceError::TokenNotGood`]: none, unknown, over, revoked, or its owner is gone; [`ServiceError::TooSoon`]:
    /// too many of these came from the address; [`ServiceError::TooOften`]: the token is good, and asks too often.
    pub async fn token(&self, text: Option<&str>, from: IpAddr) -> Result<(Actor, TokenId), ServiceError> {
        let now = self.world.now();
        // Nothing is told by how long this takes: 256 random bits are looked up by their hash.
        let token = text.and_then(|text| text.parse::<AccessToken>().ok());
        let held = token.and_then(|token| read(&self.tokens.held).get(&token.hash()).cloned());
        let known = held.filter(|held| now < held.row.ends).and_then(|held| Some((self.actor_of(&held)?, held)));
        let Some((actor, held)) = known else {
            if text.is_some() {
                // Whoever sends none at all guesses nothing.
                let tried = locked(&self.tokens.wrong).begin("token", from, now);
                tried.map_err(|seconds| ServiceError::TooSoon { seconds })?;
                tracing::warn!("a token that is not good was sent");
            }
            return Err(ServiceError::TokenNotGood);
        };
        let per_second = self.settings.requests_per_token;
        let may = locked(&self.tokens.buckets)
            .entry(held.id)
            .or_insert_with(|| Bucket::full(per_second, now))
            .take(per_second, now);
        if !may {
            return Err(ServiceError::TooOften { seconds: 1 });
        }
        self.note_use(&held, now).await;
        Ok((actor, held.id))
    }

    /// In whose name it asks; nobody's, if they are gone.
    fn actor_of(&self, held: &Held) -> Option<Actor> {
        let (id, token) = (held.owner, held.id);
        let roles = held.row.roles.and(OPENABLE);
        if let Some(row) = read(&self.tokens.programs).get(&id) {
            return Some(Actor::Program { id, name: row.name.clone(), roles, token });
        }
        let (name, own) = self.people.enrolled(id)?;
        // Whoever has keys and cases against the settings keeps the keys only, and a token must not part the two.
        let apart = own.join_keys_and_cases() && !self.settings.keys_and_cases_together;
        let own = if apart { own.iter().filter(|role| !role.sees_cases()).collect() } else { own };
        Some(Actor::Person { id, name, roles: roles.and(own), through: Through::Token(token) })
    }

    /// Once a day. A disk that takes nothing must not end the reading of what is there.
    async fn note_use(&self, held: &Held, now: Timestamp) {
        let day = Timestamp(now.0 - now.0 % Timestamp::DAY);
        if held.row.used == Some(day) {
            return;
        }
        let _changing = self.tokens.changing.lock().await;
        if !read(&self.tokens.held).contains_key(&held.row.hash) {
            return;
        }
        let row = TokenRow { used: Some(day), ..held.row.clone() };
        let mut tx = self.vault.begin();
        tx.put(&held.owner.owner(), held.id.as_bytes(), &row);
        if tx.commit().await.is_ok()
            && let Some(known) = write(&self.tokens.held).get_mut(&held.row.hash)
        {
            known.row = row;
        }
    }
}

/// What a token cannot open, in words.
pub(super) fn beyond(roles: Roles) -> Option<&'static str> {
    roles.has(Role::KeyAdministrator).then_some("no token looks after keys and people: that takes a person")
}
