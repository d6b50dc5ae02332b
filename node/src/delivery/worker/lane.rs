//! One exchange's waiting packets, sent one after the other.

use std::collections::{HashMap, VecDeque};

use keys::{AgencyId, Digest};

use super::{Due, Failure, Outbox, OutboxError, Sealed, Settled};
use crate::{
    delivery::http::{Delivered, PeerClient, Route},
    observe::safe,
};

/// Fetching a record once must be enough; a peer whose record never suffices must not be asked in a circle.
const FETCHES_PER_ITEM: u32 = 1;

/// Names a lane: exchanges of different peers never share one, whatever ids they claim.
pub(super) type LaneId = (AgencyId, Digest);

/// What waits in one exchange, in order.
pub(super) struct Lane<I> {
    pub(super) id: LaneId,
    pub(super) items: VecDeque<Due<I>>,
}

/// How a lane's turn ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// All of it was acknowledged.
    Through,
    /// What is next waits for an event.
    Asleep,
    /// An item failed; what follows waits behind it.
    Failed(Failure),
    /// The outbox itself failed.
    Outbox,
}

/// Sends the lane's items until one fails; how many were acknowledged, and why it ended.
pub(super) async fn run<O: Outbox>(
    outbox: &O,
    client: &PeerClient,
    lane: Lane<O::Item>,
    failures_before: u32,
) -> (u32, Ended) {
    let mut sent = 0;
    for due in lane.items {
        match send(outbox, client, &due).await {
            Ok(Step::Next) => sent += 1,
            Ok(Step::Wait) => return (sent, Ended::Asleep),
            Ok(Step::Failed(why)) => {
                let in_a_row = if sent == 0 { failures_before.saturating_add(1) } else { 1 };
                outbox.failed(&due, &why, in_a_row).await;
                return (sent, Ended::Failed(why));
            }
            Err(OutboxError) => return (sent, Ended::Outbox),
        }
    }
    (sent, Ended::Through)
}

/// Groups by exchange; keeps the order of exchanges and, inside each, of items.
pub(super) fn by_lane<I>(due: impl IntoIterator<Item = Due<I>>) -> VecDeque<Lane<I>> {
    let mut places: HashMap<LaneId, usize> = HashMap::new();
    let mut lanes: VecDeque<Lane<I>> = VecDeque::new();
    for item in due {
        let id = (item.peer, item.exchange);
        let place = *places.entry(id).or_insert(lanes.len());
        match lanes.get_mut(place) {
            Some(lane) => lane.items.push_back(item),
            None => lanes.push_back(Lane { id, items: VecDeque::from([item]) }),
        }
    }
    lanes
}

enum Step {
    Next,
    Wait,
    Failed(Failure),
}

async fn send<O: Outbox>(outbox: &O, client: &PeerClient, due: &Due<O::Item>) -> Result<Step, OutboxError> {
    let mut fetched = 0;
    loop {
        match outbox.seal(due).await? {
            Sealed::Ready { envelope, route, token } => {
                return match client.deliver(&route, envelope).await {
                    Ok(Delivered::Ack(ack)) => Ok(settle(outbox.done(due, token, ack).await?)),
                    Ok(Delivered::Held) => Ok(Step::Failed(Failure::Held)),
                    Err(error) => Ok(Step::Failed(error.into())),
                };
            }
            Sealed::NeedsRecord { route, after } if fetched < FETCHES_PER_ITEM => {
                fetched += 1;
                if let Err(why) = fetch(outbox, client, &route, after).await? {
                    return Ok(Step::Failed(why));
                }
            }
            Sealed::NeedsRecord { .. } => return Ok(Step::Failed(Failure::Record)),
            Sealed::NotNow => return Ok(Step::Wait),
            Sealed::Gone => return Ok(Step::Next),
        }
    }
}

fn settle(settled: Settled) -> Step {
    match settled {
        Settled::Ended => Step::Next,
        Settled::Held => Step::Failed(Failure::Held),
        Settled::NotAnAck => Step::Failed(Failure::NotAnAck),
    }
}

async fn fetch<O: Outbox>(
    outbox: &O,
    client: &PeerClient,
    route: &Route,
    after: u64,
) -> Result<Result<(), Failure>, OutboxError> {
    match client.fetch_record(route, after).await {
        Ok(record) => {
            let good = outbox.learned(route.peer, record).await?;
            // In the same breath: until they are here, what a revoked key signed can't be told apart.
            for key in outbox.cuts_wanted(route.peer) {
                match client.fetch_cut(route, key).await {
                    Ok(answer) => outbox.cut_came(route.peer, key, answer).await?,
                    Err(_) => {
                        tracing::info!(peer = %safe(&route.peer), "what a peer says of a revoked key did not come");
                    }
                }
            }
            // After a restore: page after page, each kept before the next is asked for.
            while let Some(ask) = outbox.heads_wanted(route.peer) {
                let Ok(answer) = client.fetch_heads(route, &ask).await else {
                    tracing::info!(peer = %safe(&route.peer), "what a peer remembers of this node did not come");
                    break;
                };
                if !outbox.heads_came(route.peer, ask, answer).await? {
                    break;
                }
            }
            Ok(if good { Ok(()) } else { Err(Failure::Record) })
        }
        Err(error) => Ok(Err(error.into())),
    }
}

/// Fetches a record that no packet waits for.
pub(super) async fn fetch_wanted<O: Outbox>(outbox: &O, client: &PeerClient, (route, after): (Route, u64)) {
    match fetch(outbox, client, &route, after).await {
        Ok(Ok(()) | Err(Failure::Record)) => {}
        Ok(Err(_)) | Err(OutboxError) => outbox.not_fetched(route.peer),
    }
}
