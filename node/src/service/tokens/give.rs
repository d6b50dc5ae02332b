//! Making, listing and revoking tokens.

use keys::Timestamp;

use super::{Held, OPENABLE, ProgramRow, RepeatRow, TokenId, TokenRow, ask::beyond, locked};
use crate::{
    service::{
        Actor, PersonName, Service, ServiceError,
        access::UseCase,
        people::{AccessToken, PersonId, Roles},
        read, write,
    },
    vault::Transaction,
    view::{CreateToken, NewToken, TokenList, TokenView},
};

/// Days for which a token is good at most: who looks at it once a year notices one that nobody needs.
const MOST_DAYS: u16 = 366;
/// Tokens of one person or program: enough to replace each before it ends.
const MOST: usize = 20;
/// Programs of one agency.
const MOST_PROGRAMS: usize = 200;

/// Whose a token will be.
struct Owner {
    id: PersonId,
    /// A program that is not known yet.
    program: Option<ProgramRow>,
}

impl Service {
    /// Makes a token, which is shown in the answer and never again.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`]; [`ServiceError::NotFound`] for the person; [`ServiceError::Field`]: a role that the
    /// person does not have, or that looks after keys; more than 366 days; too many tokens; [`ServiceError::Store`].
    pub async fn token_create(&self, actor: &Actor, ask: CreateToken) -> Result<NewToken, ServiceError> {
        self.may(actor, UseCase::TokenCreate).await?;
        let name: PersonName = ask.name.parse().map_err(|why| field("name", why))?;
        if !(1..=MOST_DAYS).contains(&ask.days) {
            return Err(field("days", format!("1 to {MOST_DAYS} days")));
        }
        let roles = Roles::try_from(ask.roles.clone()).map_err(|why| field("roles", why))?;
        if roles.is_empty() {
            return Err(field("roles", "at least one role"));
        }
        let _changing = self.tokens.changing.lock().await;
        let owner = self.owner_of(&ask, roles);
        let owner = self.audited(actor, "token.create", b"", owner).await?;
        self.make(actor, owner, (name, roles), ask.days).await
    }

    /// Who will own it, if they may have these roles.
    fn owner_of(&self, ask: &CreateToken, roles: Roles) -> Result<Owner, ServiceError> {
        if let Some(why) = beyond(roles) {
            return Err(field("roles", why));
        }
        match (&ask.user, &ask.program) {
            (Some(who), None) => {
                let (id, own) = self.people.named(who)?;
                if self.people.enrolled(id).is_none() {
                    return Err(field("user", "somebody who has enrolled"));
                }
                if roles.and(own) != roles {
                    return Err(field("roles", "a person's token has roles of the person only"));
                }
                Ok(Owner { id, program: None })
            }
            (None, Some(name)) => match self.tokens.program(name) {
                Some((id, _)) => Ok(Owner { id, program: None }),
                None if read(&self.tokens.programs).len() >= MOST_PROGRAMS => {
                    Err(field("program", format!("no more than {MOST_PROGRAMS} programs")))
                }
                None => {
                    let name = name.parse().map_err(|why| field("program", why))?;
                    let id = PersonId::random(&mut self.world.entropy());
                    Ok(Owner { id, program: Some(ProgramRow { name, since: self.world.now() }) })
                }
            },
            _ => Err(field("user", "either a `user` or a `program`")),
        }
    }

    /// The caller holds `changing`, and has judged it.
    async fn make(
        &self,
        actor: &Actor,
        owner: Owner,
        (name, roles): (PersonName, Roles),
        days: u16,
    ) -> Result<NewToken, ServiceError> {
        let now = self.world.now();
        let (over, good): (Vec<Held>, Vec<Held>) =
            self.tokens_of(owner.id).into_iter().partition(|t| now >= t.row.ends);
        if good.len() >= MOST {
            return Err(field("name", format!("no more than {MOST} tokens of one owner: revoke one")));
        }
        let (token, id) = {
            let mut entropy = self.world.entropy();
            (AccessToken::random(&mut entropy), TokenId::random(&mut entropy))
        };
        let ends = now.plus(u64::from(days) * Timestamp::DAY);
        let row = TokenRow { hash: token.hash(), name, roles, since: now, ends, by: actor.audit_name(), used: None };
        let mut tx = self.vault.begin();
        if let Some(program) = &owner.program {
            tx.create_key(&owner.id.owner());
            tx.put(&owner.id.owner(), b"", program);
        }
        tx.put(&owner.id.owner(), id.as_bytes(), &row);
        over.iter().for_each(|held| self.delete(&mut tx, held));
        let purpose = format!("{} {}", owner.id.short(), roles.codes().join(" "));
        tx.audit(actor.event("token.create").object(id.as_bytes()).purpose(purpose));
        tx.commit().await?;
        if let Some(program) = owner.program {
            write(&self.tokens.programs).insert(owner.id, program);
        }
        let gone: Vec<TokenId> = over.iter().map(|held| held.id).collect();
        let held = Held { id, owner: owner.id, row };
        {
            let mut all = write(&self.tokens.held);
            all.retain(|_, held| !gone.contains(&held.id));
            all.insert(held.row.hash, held.clone());
        }
        self.tokens.let_go(&gone);
        let TokenView { id, name, owner, roles, ends, .. } = self.token_view(&held);
        Ok(NewToken { id, name, owner, roles, token: token.expose().to_string(), ends })
    }

    /// All tokens, by owner and name.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::Store`].
    pub async fn token_list(&self, actor: &Actor) -> Result<TokenList, ServiceError> {
        self.may(actor, UseCase::TokenList).await?;
        self.audit_read(actor, "token.list", &[]).await?;
        let held: Vec<Held> = read(&self.tokens.held).values().cloned().collect();
        Ok(self.listed(&held))
    }

    pub(super) fn listed(&self, held: &[Held]) -> TokenList {
        let mut tokens: Vec<TokenView> = held.iter().map(|held| self.token_view(held)).collect();
        tokens.sort_by_cached_key(|token| {
            (token.owner.to_lowercase(), token.name.to_lowercase(), token.since, token.id.clone())
        });
        TokenList { tokens }
    }

    /// Revokes a token: from the next request on it opens nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]: none has this id; [`ServiceError::Ambiguous`];
    /// [`ServiceError::Store`]: then it opens nothing until the node starts again, and is to be revoked once more.
    pub async fn token_revoke(&self, actor: &Actor, id: &str) -> Result<TokenView, ServiceError> {
        self.may(actor, UseCase::TokenRevoke).await?;
        let _changing = self.tokens.changing.lock().await;
        let held = self.tokens.resolve(id, |_| true)?;
        self.revoke(actor, &held).await
    }

    /// The caller holds `changing`, and has judged it.
    pub(super) async fn revoke(&self, actor: &Actor, held: &Held) -> Result<TokenView, ServiceError> {
        let mut tx = self.vault.begin();
        self.delete(&mut tx, held);
        tx.audit(actor.event("token.revoke").object(held.id.as_bytes()).purpose(held.owner.short()));
        // First in memory: a disk that takes nothing must not keep a lost token open.
        write(&self.tokens.held).remove(&held.row.hash);
        let committed = tx.commit().await;
        self.tokens.let_go(&[held.id]);
        committed?;
        Ok(self.token_view(held))
    }

    pub(super) fn tokens_of(&self, owner: PersonId) -> Vec<Held> {
        read(&self.tokens.held).values().filter(|held| held.owner == owner).cloned().collect()
    }

    /// Takes all tokens of a person away with what the caller commits, who holds [`super::Tokens::turn`] until the
    /// tokens are forgotten.
    pub(in crate::service) fn delete_tokens_of(&self, tx: &mut Transaction, owner: PersonId) {
        self.tokens_of(owner).iter().for_each(|held| self.delete(tx, held));
    }

    /// The token and what it asked before.
    fn delete(&self, tx: &mut Transaction, held: &Held) {
        let owner = held.owner.owner();
        tx.delete::<TokenRow>(&owner, held.id.as_bytes());
        for (token, name) in locked(&self.tokens.repeats).keys().filter(|(token, _)| *token == held.id) {
            tx.delete::<RepeatRow>(&owner, &super::repeat::key(*token, name));
        }
    }

    fn token_view(&self, held: &Held) -> TokenView {
        let program = self.tokens.name_of_program(held.owner);
        let is_program = program.is_some();
        TokenView {
            id: held.id.to_string(),
            name: held.row.name.as_str().to_owned(),
            owner: program.or_else(|| self.people.name_of(held.owner)).unwrap_or_default(),
            program: is_program,
            roles: held.row.roles.and(OPENABLE).codes(),
            since: held.row.since,
            ends: held.row.ends,
            by: held.row.by.clone(),
            used: held.row.used,
            over: self.world.now() >= held.row.ends,
        }
    }
}

fn field(field: &'static str, why: impl ToString) -> ServiceError {
    ServiceError::Field { field, why: why.to_string() }
}
