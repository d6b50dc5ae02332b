//! Referrals: making, seeing, answering.

use axum::{Json, extract::State, response::Response};

use super::{
    Node,
    door::Asker,
    once::{Key, Once, once},
    read::{Id, Page, Part, Sent},
    refusal::Refusal,
};
use crate::{
    api::body::Nothing,
    view::{
        ActDone, CompleteRequest, ExchangeList, ExchangeView, NoteRequest, Preview, ProgressRequest, ReasonRequest,
        ReferRequest, Referred,
    },
};

/// Declares lists of one shape: a page of exchanges.
macro_rules! lists {
    ($($(#[$doc:meta])* $path:literal $name:ident $ask:ident;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(get, path = $path, tag = "exchanges", params(Page), responses((status = 200, body = ExchangeList)))]
        pub(super) async fn $name(
            State(node): State<Node>,
            asker: Asker,
            part: Part,
        ) -> Result<Json<ExchangeList>, Refusal> {
            Ok(Json(node.$ask(&asker.actor, part.after.as_deref(), part.limit).await?))
        }
    )*};
}

lists! {
    /// What other agencies ask of this one: unanswered offers first, most urgent first.
    "/inbox" inbox inbox_page;
    /// What this agency asks of others: unanswered offers first, most urgent first.
    "/outbox" outbox outbox_page;
    /// All exchanges, newest first.
    "/exchanges" list exchange_page;
}

/// One exchange: the offer, and what was released, as far as the asker may see it.
#[utoipa::path(
    get, path = "/exchanges/{id}", tag = "exchanges", params(("id" = String, Path, description = "The exchange")),
    responses((status = 200, body = ExchangeView))
)]
pub(super) async fn show(State(node): State<Node>, asker: Asker, Id(id): Id) -> Result<Json<ExchangeView>, Refusal> {
    Ok(Json(node.exchange_show(&asker.actor, &id).await?))
}

/// What an offer would say and release. Nothing is sent or stored.
#[utoipa::path(post, path = "/referrals/preview", tag = "exchanges", responses((status = 200, body = Preview)))]
pub(super) async fn preview(
    State(node): State<Node>,
    asker: Asker,
    Sent { value, .. }: Sent<ReferRequest>,
) -> Result<Json<Preview>, Refusal> {
    Ok(Json(node.preview(&asker.actor, value).await?))
}

/// Makes an offer. It is on this node's disk and will be delivered.
#[utoipa::path(
    post, path = "/referrals", tag = "exchanges", params(Key),
    responses((status = 201, body = Referred, headers(("location" = String))))
)]
pub(super) async fn refer(
    State(node): State<Node>,
    asker: Asker,
    key: Once,
    Sent { value, asked }: Sent<ReferRequest>,
) -> Result<Response, Refusal> {
    once(&node, &asker, key, asked, node.refer(&asker.actor, value)).await
}

/// Takes an offered case on.
#[utoipa::path(
    post, path = "/exchanges/{id}/accept", tag = "exchanges",
    params(("id" = String, Path, description = "The exchange"), Key), request_body = Nothing,
    responses((status = 200, body = ActDone))
)]
pub(super) async fn accept(
    State(node): State<Node>,
    asker: Asker,
    Id(id): Id,
    key: Once,
    Sent { value: Nothing {}, asked }: Sent<Nothing>,
) -> Result<Response, Refusal> {
    once(&node, &asker, key, asked, node.accept(&asker.actor, &id)).await
}

/// Declares acts of one shape: an exchange, what is said, one call.
macro_rules! acts {
    ($($(#[$doc:meta])* $path:literal $name:ident($request:ty);)*) => {$(
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, tag = "exchanges",
            params(("id" = String, Path, description = "The exchange"), Key), request_body = $request,
            responses((status = 200, body = ActDone))
        )]
        pub(super) async fn $name(
            State(node): State<Node>,
            asker: Asker,
            Id(id): Id,
            key: Once,
            Sent { value, asked }: Sent<$request>,
        ) -> Result<Response, Refusal> {
            once(&node, &asker, key, asked, node.$name(&asker.actor, &id, value)).await
        }
    )*};
}

acts! {
    /// Does not take an offered case on.
    "/exchanges/{id}/decline" decline(ReasonRequest);
    /// Ends what this agency began: what the other one holds is erased there.
    "/exchanges/{id}/withdraw" withdraw(ReasonRequest);
    /// Gives an accepted case back.
    "/exchanges/{id}/return" give_back(ReasonRequest);
    /// Writes to the other agency.
    "/exchanges/{id}/note" note(NoteRequest);
    /// Tells how the service goes on.
    "/exchanges/{id}/progress" progress(ProgressRequest);
    /// Tells how the service ended.
    "/exchanges/{id}/complete" complete(CompleteRequest);
}
