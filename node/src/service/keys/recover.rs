//! Recovery by guardians: when the main key or the kit is lost, or a thief has both, enough of them give the agency a new
//! main key (`docs/protocol.md` 3.3, `keys::guardian`).
//!
//! In two steps, with days between them: asked here, signed by each guardian elsewhere, finished here. Signing keys stay:
//! one that may be stolen is revoked afterwards with the new main key, and so with a cut.

use keys::{
    Secret, SigningKey,
    guardian::{GuardianSignature, RecoveryRequest, RequestError},
};

use super::{RecoveryRow, Seed, change::Change, root::next_commitment};
use crate::{
    service::{Actor, Service, ServiceError, access::UseCase},
    vault::Owner,
    view::{AskRecovery, FinishRecovery, KeyChange, RecoveryAsked},
};

impl Service {
    /// Makes a new main key that is not in force yet, and what the guardians are to sign so that it is. Asked again, what
    /// was asked before is forgotten.
    ///
    /// # Errors
    /// [`ServiceError::KeyState`]: the agency has no guardians; [`ServiceError::Field`]: no such guardian, no new kit;
    /// [`ServiceError::NeedsSecondPerson`].
    pub async fn recovery_ask(&self, actor: &Actor, ask: AskRecovery) -> Result<RecoveryAsked, ServiceError> {
        self.may(actor, UseCase::RootRecover).await?;
        self.not_for_one(actor, UseCase::RootRecover.code(), &[]).await?;
        let _one = self.changing_keys.lock().await;
        let asked = self.ask_guardians(actor, &ask).await;
        self.audited(actor, UseCase::RootRecover.code(), &[], asked).await
    }

    async fn ask_guardians(&self, actor: &Actor, ask: &AskRecovery) -> Result<RecoveryAsked, ServiceError> {
        self.show_unshown().await?;
        let me = self.me();
        let next = next_commitment(&ask.next, &me)?;
        let seed = Secret::random(&mut self.world.entropy());
        let key = SigningKey::from_seed(seed.duplicate()).ok_or(ServiceError::Internal("a fresh key can't be made"))?;
        let request = RecoveryRequest::new(&me, ask.first.into(), self.world.now(), key.public(), next);
        let request = request.map_err(refused)?;
        let asked = RecoveryAsked {
            request: request.to_text(),
            key: key.public().id().to_string(),
            needed: me.keys().recovery().m,
            guardians: me.keys().recovery().guardians.len() as u64,
            first: request.first() as u64,
        };
        let mut tx = self.vault.begin();
        tx.put(&Owner::Ledger, b"", &RecoveryRow { request: asked.request.clone(), root: Seed::of(&seed) });
        tx.audit(actor.event("key.recover-ask").object(key.public().id().0));
        tx.commit().await?;
        Ok(asked)
    }

    /// Puts the new main key into force, with the signatures of enough guardians. Peers must compare the digits again.
    ///
    /// # Errors
    /// [`ServiceError::KeyState`]: nothing was asked, or the keys were changed since; [`ServiceError::GuardianText`];
    /// [`ServiceError::TooFewGuardians`]; [`ServiceError::NeedsSecondPerson`].
    pub async fn recovery_finish(&self, actor: &Actor, request: FinishRecovery) -> Result<KeyChange, ServiceError> {
        self.may(actor, UseCase::RootRecover).await?;
        self.not_for_one(actor, UseCase::RootRecover.code(), &[]).await?;
        let _one = self.changing_keys.lock().await;
        let done = self.finish_recovery(actor, &request).await;
        self.audited(actor, UseCase::RootRecover.code(), &[], done).await
    }

    async fn finish_recovery(&self, actor: &Actor, given: &FinishRecovery) -> Result<KeyChange, ServiceError> {
        self.show_unshown().await?;
        let row = self.vault.read::<RecoveryRow>(&Owner::Ledger, b"").await?.map(|(row, _)| row);
        let row = row.ok_or(ServiceError::KeyState { why: "no recovery was asked for".into() })?;
        let me = self.me();
        let asked = RecoveryRequest::parse(&row.request, me.network());
        let asked = asked.map_err(|_| ServiceError::Internal("what was asked of the guardians can't be read"))?;
        let mut signatures = Vec::new();
        for (text, number) in given.signatures.iter().zip(1..) {
            let signature = GuardianSignature::parse(text);
            signatures.push(signature.map_err(|why| ServiceError::GuardianText { number, why: why.to_string() })?);
        }
        let record = asked.finish(&me, &signatures).map_err(refused)?;
        let (key, before) = (record.keys().root().id(), me.keys().root().id().to_string());
        let mut tx = self.vault.begin();
        tx.delete::<RecoveryRow>(&Owner::Ledger, b"");
        tx.audit(actor.event(UseCase::RootRecover.code()).object(key.0));
        let root = Some(row.root.secret());
        self.change_keys(Change { record, active: None, gone: Vec::new(), sealing: None, root, tx }).await?;
        Ok(KeyChange { key: key.to_string(), before: Some(before), ..KeyChange::of("recovered") })
    }
}

fn refused(error: RequestError) -> ServiceError {
    let why = error.to_string();
    match error {
        RequestError::NoGuardians | RequestError::Overtaken => ServiceError::KeyState { why },
        RequestError::NoSuchGuardian { .. } => ServiceError::Field { field: "first", why },
        RequestError::TooFew { .. } | RequestError::FirstMissing { .. } => ServiceError::TooFewGuardians { why },
        RequestError::NotAGuardian | RequestError::OtherRequest | RequestError::BadSignature { .. } => {
            ServiceError::GuardianSignature { why }
        }
        RequestError::Copy(_) | RequestError::Record(_) | RequestError::NoRecovery | RequestError::Publish(_) => {
            ServiceError::Internal("the recovery can't be put together")
        }
    }
}
