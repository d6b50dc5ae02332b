//! What people do to an exchange after the offer: answer, go on, end.

use jiff::{civil::Date, tz::TimeZone};
use keys::Timestamp;
use protocol::{
    ExchangeId,
    code::{DeclineReason, Outcome, ProgressStatus, ReturnReason, WithdrawReason},
    exchange::Role,
    packet::{
        AcceptBody, Body, CompleteBody, DeclineBody, NoteBody, PacketKind, ProgressBody, ReturnBody, Text, WithdrawBody,
    },
};

use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, need::Holder},
    view::{ActDone, AssignRequest, CompleteRequest, NoteRequest, ProgressRequest, ReasonRequest},
};

/// Who is to have what somebody answers, if they say so.
type Keepers = Option<Vec<Holder>>;

impl Service {
    /// Takes an offered case on. The other agency's node then releases what was consented to, by itself.
    ///
    /// # Errors
    /// [`ServiceError::WrongState`] if it is not offered any more; [`ServiceError::NotYours`] at the origin.
    pub async fn accept(&self, actor: &Actor, id: &str) -> Result<ActDone, ServiceError> {
        self.may(actor, UseCase::Accept).await?;
        self.act(actor, id, "exchange.accept", || Ok(Body::Accept(AcceptBody::default()))).await
    }

    /// As [`Service::accept`], and says who looks after the child: a colleague, or a team of theirs.
    ///
    /// # Errors
    /// As [`Service::accept`]; [`ServiceError::NotFound`], [`ServiceError::Ambiguous`] for a person or team;
    /// [`ServiceError::Field`]: a person has no role with cases, or they are not in the team.
    pub async fn accept_for(&self, actor: &Actor, id: &str, who: AssignRequest) -> Result<ActDone, ServiceError> {
        self.may(actor, UseCase::Accept).await?;
        let body = || Ok((Body::Accept(AcceptBody::default()), self.keepers_named(actor, &who)?));
        self.act_for(actor, id, "exchange.accept", body).await
    }

    /// Does not take it on. What the offer said is erased here, and a receipt goes to the other agency.
    ///
    /// # Errors
    /// As [`Service::accept`]; [`ServiceError::Field`].
    pub async fn decline(&self, actor: &Actor, id: &str, request: ReasonRequest) -> Result<ActDone, ServiceError> {
        self.may(actor, UseCase::Decline).await?;
        let body = || {
            let reason: DeclineReason = code("reason", &request.reason)?;
            // Codes that only the clock gives are not for people.
            if reason == DeclineReason::Lapsed {
                return Err(by_the_clock());
            }
            Ok(Body::Decline(DeclineBody { reason, text: text("text", request.text.as_deref())? }))
        };
        self.act(actor, id, "exchange.decline", body).await
    }

    /// Ends an exchange that this agency began, in any state. The other agency erases and sends a receipt.
    ///
    /// # Errors
    /// As [`Service::accept`], at the recipient; [`ServiceError::Field`].
    pub async fn withdraw(&self, actor: &Actor, id: &str, request: ReasonRequest) -> Result<ActDone, ServiceError> {
        self.may(actor, UseCase::Withdraw).await?;
        let body = || {
            let reason: WithdrawReason = code("reason", &request.reason)?;
            if reason == WithdrawReason::Lapsed {
                return Err(by_the_clock());
            }
            if request.text.is_some() {
                let why = "a withdrawal carries a reason code and no text".into();
                return Err(ServiceError::Field { field: "text", why });
            }
            Ok(Body::Withdraw(WithdrawBody { reason }))
        };
        self.act(actor, id, "exchange.withdraw", body).await
    }

    /// Gives a case back after it was accepted. What was released is erased here, and a receipt goes out.
    ///
    /// # Errors
    /// As [`Service::accept`]; [`ServiceError::Field`].
    pub async fn give_back(&self, actor: &Actor, id: &str, request: ReasonRequest) -> Result<ActDone, ServiceError> {
        self.may(actor, UseCase::GiveBack).await?;
        let body = || {
            let reason: ReturnReason = code("reason", &request.reason)?;
            Ok(Body::Return(ReturnBody { reason, text: text("text", request.text.as_deref())? }))
        };
        self.act(actor, id, "exchange.return", body).await
    }

    /// Writes to the other agency's people, once the case was released.
    ///
    /// # Errors
    /// [`ServiceError::WrongState`]; [`ServiceError::Field`].
    pub async fn note(&self, actor: &Actor, id: &str, request: NoteRequest) -> Result<ActDone, ServiceError> {
        self.may(actor, UseCase::Note).await?;
        let body = || {
            let text = Text::parse(request.text.as_str()).map_err(|error| field("text", &error))?;
            Ok(Body::Note(NoteBody { text }))
        };
        self.act(actor, id, "exchange.note", body).await
    }

    /// Tells the other agency how it goes.
    ///
    /// # Errors
    /// As [`Service::accept`]; [`ServiceError::Field`].
    pub async fn progress(&self, actor: &Actor, id: &str, request: ProgressRequest) -> Result<ActDone, ServiceError> {
        self.may(actor, UseCase::Progress).await?;
        let body = || {
            let status: ProgressStatus = code("status", &request.status)?;
            let date = request.date.as_deref().map(day).transpose()?;
            if status == ProgressStatus::Expected && date.is_none() {
                let why = "`expected` needs the day: add it as 2026-06-01".into();
                return Err(ServiceError::Field { field: "date", why });
            }
            if let Some(day) = date.filter(|_| status == ProgressStatus::Expected) {
                soon(day, self.world.now())?;
            }
            Ok(Body::Progress(ProgressBody { status, date, text: text("text", request.text.as_deref())? }))
        };
        self.act(actor, id, "exchange.progress", body).await
    }

    /// Says how it ended. The recipient keeps what it received, for as long as its rules say.
    ///
    /// # Errors
    /// As [`Service::accept`]; [`ServiceError::Field`].
    pub async fn complete(&self, actor: &Actor, id: &str, request: CompleteRequest) -> Result<ActDone, ServiceError> {
        self.may(actor, UseCase::Complete).await?;
        let body = || {
            let outcome: Outcome = code("outcome", &request.outcome)?;
            Ok(Body::Complete(CompleteBody { outcome, text: text("text", request.text.as_deref())? }))
        };
        self.act(actor, id, "exchange.complete", body).await
    }

    async fn act(
        &self,
        actor: &Actor,
        id: &str,
        action: &'static str,
        body: impl FnOnce() -> Result<Body, ServiceError>,
    ) -> Result<ActDone, ServiceError> {
        self.act_for(actor, id, action, || Ok((body()?, None))).await
    }

    async fn act_for(
        &self,
        actor: &Actor,
        id: &str,
        action: &'static str,
        what: impl FnOnce() -> Result<(Body, Keepers), ServiceError>,
    ) -> Result<ActDone, ServiceError> {
        let id = self.resolve_exchange(id)?;
        self.must_see_exchange(actor, id, action).await?;
        let done = match what() {
            Ok((body, keepers)) => self.send(actor, id, action, (body, keepers)).await,
            Err(error) => Err(error),
        };
        self.audited(actor, action, id.as_bytes(), done).await
    }

    /// Says `body` in the exchange, durably, with an audit entry in the same commit.
    pub(in crate::service) async fn send(
        &self,
        actor: &Actor,
        id: ExchangeId,
        action: &'static str,
        (body, keepers): (Body, Keepers),
    ) -> Result<ActDone, ServiceError> {
        let _lock = self.stripes.lock(id.as_bytes()[0]).await;
        let mut work = self.work_on(id).await?;
        belongs_to(work.role(), body.kind())?;
        work.row.end_code = end_code(&body).or(work.row.end_code.take());
        if let Body::Progress(ProgressBody { status, date, .. }) = &body {
            work.row.expected = expected(*status, *date, work.row.expected);
        }
        work.row.since = work.now;
        self.say(&mut work, body).await?;
        work.tx.audit(actor.event(action).object(id.as_bytes()).purpose(work.row.purpose.code()));
        let state = work.row.exchange.state().code().to_owned();
        let end = work.role();
        let taken = self.answers(&mut work.tx, actor, (id, end), keepers);
        self.finish(work).await?;
        self.taken_on(taken);
        Ok(ActDone { exchange: id.to_string(), state })
    }
}

/// Refuses what only the other side may do, before the state machine would say that it is not the time.
fn belongs_to(role: Role, kind: PacketKind) -> Result<(), ServiceError> {
    let only = match kind {
        PacketKind::Withdraw | PacketKind::Release | PacketKind::Offer => Some(Role::Origin),
        PacketKind::Accept
        | PacketKind::Decline
        | PacketKind::Progress
        | PacketKind::Return
        | PacketKind::Complete
        | PacketKind::Erased => Some(Role::Recipient),
        PacketKind::Note | PacketKind::Rekey => None,
    };
    match only {
        Some(side) if side != role => Err(ServiceError::NotYours {
            act: kind.code(),
            side: match side {
                Role::Origin => "made",
                Role::Recipient => "received",
            },
        }),
        Some(_) | None => Ok(()),
    }
}

/// The code of an end, which outlives its text.
pub(super) fn end_code(body: &Body) -> Option<String> {
    match body {
        Body::Withdraw(body) => Some(body.reason.code().into()),
        Body::Decline(body) => Some(body.reason.code().into()),
        Body::Return(body) => Some(body.reason.code().into()),
        Body::Complete(body) => Some(body.outcome.code().into()),
        Body::Offer(_)
        | Body::Accept(_)
        | Body::Release(_)
        | Body::Note(_)
        | Body::Progress(_)
        | Body::Rekey(_)
        | Body::Erased(_) => None,
    }
}

/// By when the child is expected, after a progress.
pub(super) fn expected(status: ProgressStatus, date: Option<Date>, before: Option<Timestamp>) -> Option<Timestamp> {
    match status {
        ProgressStatus::Expected => date.and_then(end_of_day),
        ProgressStatus::Arrived | ProgressStatus::DidNotArrive => None,
        ProgressStatus::Appointment
        | ProgressStatus::Assessed
        | ProgressStatus::WaitingList
        | ProgressStatus::ServiceStarted
        | ProgressStatus::OnHold
        | ProgressStatus::FollowUpDone
        | ProgressStatus::ConcernRaised => before,
    }
}

/// Refuses a day on which nobody would ever be missed. Yesterday may still be today elsewhere.
fn soon(day: Date, now: Timestamp) -> Result<(), ServiceError> {
    let within = end_of_day(day).is_some_and(|end| end.plus(Timestamp::DAY) >= now && end <= now.plus(FURTHEST));
    let why = || "the child is expected today, or within the year: write that day as 2026-06-01".into();
    if within { Ok(()) } else { Err(ServiceError::Field { field: "date", why: why() }) }
}

/// How far ahead a child may be expected, in seconds.
const FURTHEST: u64 = 367 * Timestamp::DAY;

/// The end of the day in UTC: at Poipet seven in the next morning.
fn end_of_day(day: Date) -> Option<Timestamp> {
    let midnight = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?.as_second();
    u64::try_from(midnight).ok().map(|seconds| Timestamp(seconds).plus(Timestamp::DAY))
}

fn by_the_clock() -> ServiceError {
    ServiceError::Field { field: "reason", why: "`lapsed` is given by the node when time is over".into() }
}

/// Parses a code; the error lists those allowed.
pub(in crate::service) fn code<T: std::str::FromStr<Err = protocol::code::UnknownCode>>(
    name: &'static str,
    value: &str,
) -> Result<T, ServiceError> {
    value.parse().map_err(|error| field(name, &error))
}

pub(in crate::service) fn field(name: &'static str, error: &dyn std::fmt::Display) -> ServiceError {
    ServiceError::Field { field: name, why: error.to_string() }
}

fn text<const MAX: usize>(name: &'static str, value: Option<&str>) -> Result<Option<Text<MAX>>, ServiceError> {
    value.map(|value| Text::parse(value).map_err(|error| field(name, &error))).transpose()
}

fn day(value: &str) -> Result<Date, ServiceError> {
    value.parse().map_err(|_| ServiceError::Field { field: "date", why: "a day is written as 2026-06-01".into() })
}
