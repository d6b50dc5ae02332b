//! Offering a case to another agency: planned, shown, sealed; what is shown is the very value that is sealed.

mod plan;
mod request;
mod seen;

use std::time::Duration;

use keys::{random_bytes, sealing::SealingKey};
use protocol::{
    CaseId, ExchangeId,
    exchange::{Exchange, Parties, Role},
    packet::{Body, Embedded, OfferBody},
};

use super::{incoming, work::may_not};
use crate::{
    service::{
        Actor, Service, ServiceError,
        access::UseCase,
        decision::Word,
        rows::{DraftRow, ExchangeRow},
        write,
    },
    view::{Delivery, Preview, ReferRequest, Referred},
};
use plan::Plan;

/// Seconds that an answer waits at most for the other node's receipt.
const MOST_WAIT: u8 = 60;

impl Service {
    /// What an offer would say, what would be released after acceptance, and what to think of first. Nothing is sent
    /// or stored but the audit entry.
    ///
    /// # Errors
    /// As [`Service::refer`], but reasons and second persons are only announced as warnings.
    pub async fn preview(&self, actor: &Actor, request: ReferRequest) -> Result<Preview, ServiceError> {
        self.may(actor, UseCase::Preview).await?;
        let case = self.resolve_case(&request.case)?;
        self.must_see_case(actor, &case, UseCase::Preview).await?;
        let plan = self.plan(case, &request).await;
        let plan = self.audited(actor, "offer.preview", case.as_bytes(), plan).await?;
        self.audit_read(actor, "offer.preview", case.as_bytes()).await?;
        let asked = self.asked_already(&plan);
        plan.preview(&asked)
    }

    /// What was looked at when a supervisor was asked, if it would still go out so.
    pub(in crate::service) async fn preview_as_seen(&self, case: CaseId, request: &ReferRequest) -> Option<Preview> {
        let plan = self.plan(case, request).await.ok()?;
        let asked = self.asked_already(&plan);
        plan.check_seen(request.seen.as_deref(), || asked.clone()).ok()?;
        plan.preview(&asked).ok()
    }

    /// Whether a supervisor can be asked to let it go.
    ///
    /// # Errors
    /// [`ServiceError::OfferChanged`], [`ServiceError::NeedsReason`]; [`ServiceError::Field`]: it takes nobody else.
    pub(in crate::service) async fn askable_referral(
        &self,
        case: CaseId,
        request: &ReferRequest,
    ) -> Result<(), ServiceError> {
        let plan = self.plan(case, request).await?;
        // What nobody looked at is not asked for either.
        plan.check_seen(Some(request.seen.as_deref().unwrap_or_default()), || self.asked_already(&plan))?;
        plan.check_allowed(true, request.reason.as_deref())?;
        if plan.approvals.is_empty() {
            return Err(ServiceError::Field { field: "to", why: "this takes no second person: send it".into() });
        }
        Ok(())
    }

    /// Sends what a supervisor let go.
    ///
    /// # Errors
    /// As [`Service::refer`].
    pub(in crate::service) async fn refer_by_two(
        &self,
        word: &Word<'_>,
        case: CaseId,
        request: &ReferRequest,
    ) -> Result<Referred, ServiceError> {
        self.plan_and_offer(word, case, request).await.map(|(_, referred)| referred)
    }

    /// Offers the case. When this returns, the offer is on disk and will be delivered; if the request asks to wait, it
    /// tells how far it came.
    ///
    /// # Errors
    /// [`ServiceError`]: which rule forbids it, or what is missing; [`ServiceError::OfferChanged`] if `seen` stands for
    /// something else than what would go out now. Nothing was sent or stored then.
    pub async fn refer(&self, actor: &Actor, request: ReferRequest) -> Result<Referred, ServiceError> {
        self.may(actor, UseCase::Refer).await?;
        let case = self.resolve_case(&request.case)?;
        self.must_see_case(actor, &case, UseCase::Refer).await?;
        let made = self.plan_and_offer(&Word::One(actor), case, &request).await;
        let (id, mut referred) = self.audited(actor, "offer.send", case.as_bytes(), made).await?;
        if let Some(seconds) = request.wait_s {
            referred.delivery = Some(self.delivered(id, seconds).await);
        }
        Ok(referred)
    }

    async fn plan_and_offer(
        &self,
        word: &Word<'_>,
        case: CaseId,
        request: &ReferRequest,
    ) -> Result<(ExchangeId, Referred), ServiceError> {
        // A consent withdrawn meanwhile must see this exchange, or stop it: it takes the same lock. Nobody knows the
        // exchange's own id yet. Whoever waits for the receipt waits without it.
        let _lock = self.stripes.lock(case.as_bytes()[0]).await;
        let plan = self.plan(case, request).await?;
        plan.check_seen(request.seen.as_deref(), || self.asked_already(&plan))?;
        self.offer(word, request, plan).await
    }

    /// What became of the newest packet, once it was answered or the time is over.
    async fn delivered(&self, id: ExchangeId, seconds: u8) -> Delivery {
        let watch = write(&self.pending).watch(id);
        // An error says that nothing waits any more, as much as an answer does.
        let answered = tokio::time::timeout(Duration::from_secs(seconds.min(MOST_WAIT).into()), watch).await;
        if answered.is_err() {
            write(&self.pending).forget_gone(id);
        }
        self.pending().delivery(id)
    }

    async fn offer(
        &self,
        word: &Word<'_>,
        request: &ReferRequest,
        plan: Plan,
    ) -> Result<(ExchangeId, Referred), ServiceError> {
        plan.check_allowed(word.two().is_some(), request.reason.as_deref())?;
        self.may_say(plan.recipient.id)?;
        self.check_room(&plan)?;
        let now = self.world.now();
        let peer = plan.recipient.id;
        let nonce: [u8; 32] = random_bytes(&mut self.world.entropy());
        let id = ExchangeId::of(self.me().id(), peer, &nonce);
        let mut entropy = self.world.entropy();
        let key = self.hands.run(move || SealingKey::generate(&mut entropy)).await?;
        let unwritable = |_| ServiceError::Internal("an offer can't be encoded");
        let body = Body::Offer(OfferBody {
            nonce: Embedded(nonce.to_vec()),
            triage: Embedded(plan.triage.to_bytes().map_err(unwritable)?),
        });
        let lapses = now.plus(plan.urgency.lapses_after());
        let mut draft = self.draft(peer, id, body.clone(), now, plan.purpose);
        draft.expires = Some(lapses);
        draft.reply_key = Some(key.public().clone());
        let inner = self.build(draft)?;
        let parties = Parties { id, origin: self.me().id(), recipient: peer, role: Role::Origin };
        let kind = body.kind();
        let (exchange, effects) = Exchange::offered(parties, &inner.step(), now).map_err(|why| may_not(kind, why))?;
        let mut work = self.work_on_new(plan.row(exchange, now), incoming::facts(&plan.triage), now);
        work.keep_facts();
        let content = work.content();
        let release = plan.release.to_bytes().map_err(unwritable)?;
        let requested = plan.requested.iter().map(|category| category.code().to_owned()).collect();
        work.tx.put(&content, b"", &DraftRow { release, requested, held_back: request.without.clone() });
        self.keep_offer(&mut work, inner, &key);
        self.perform(&mut work, effects, Some(&body)).await?;
        work.tx.new_work();
        word.settle(&mut work.tx);
        let event = word.event("offer.send").object(plan.case.as_bytes()).purpose(plan.purpose.code());
        match request.reason.as_deref() {
            Some(reason) => work.tx.audit_with_detail(event, &content, reason),
            None => work.tx.audit(event),
        }
        self.finish(work).await?;
        let referred = Referred {
            exchange: id.to_string(),
            reference: id.reference(),
            peer: self.peer_name(&peer),
            lapses,
            would_follow: plan.release.categories().map(|category| category.code().to_owned()).collect(),
            warnings: plan.warnings,
            delivery: None,
        };
        Ok((id, referred))
    }

    /// How many offers may wait at one peer.
    fn check_room(&self, plan: &Plan) -> Result<(), ServiceError> {
        let (open, limit) = (self.board().unanswered_by(plan.recipient.id), self.settings.open_offers_per_peer);
        if open >= limit { Err(ServiceError::TooManyOpen { open, limit }) } else { Ok(()) }
    }
}

impl Plan {
    /// As a person looks at it.
    fn preview(self, asked: &[ExchangeId]) -> Result<Preview, ServiceError> {
        let mut warnings = self.warnings.clone();
        warnings.extend(self.needs.iter().map(|need| format!("asks for a reason: {need}")));
        warnings.extend(self.approvals.iter().map(|need| format!("asks for a second person: {need}")));
        Ok(Preview {
            triage: self.triage.to_json(),
            release: self.release.to_json(),
            warnings,
            consent: self.consent_id.to_string(),
            mark: self.mark(asked)?,
            asks: self.asks,
        })
    }

    fn row(&self, exchange: Exchange, now: keys::Timestamp) -> ExchangeRow {
        ExchangeRow {
            lapses: exchange.expires(),
            exchange,
            case: Some(self.case),
            consent: Some(self.consent_id),
            purpose: self.purpose,
            offered: now,
            answer_by: now.plus(self.urgency.answer_within()),
            since: now,
            expected: None,
            end_code: None,
            alarms: Vec::new(),
            release_blocked: None,
            erasing: false,
            erased: None,
            parted: false,
        }
    }
}
