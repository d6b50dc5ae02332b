//! The worker's rounds: look what is due, start lanes, learn how they ended.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    sync::{Notify, watch},
    task::{self, JoinError, JoinHandle, JoinSet},
    time::{sleep_until, timeout},
};

use super::{
    BackOff, Failure, Outbox,
    lane::{self, Ended, Lane, LaneId, by_lane},
    schedule::Schedule,
};
use crate::{
    delivery::http::{PeerClient, Route},
    observe::safe,
};

/// If nothing wakes the worker, it looks at least so often: a lost wake must not lose a referral.
const LOOK_ANYWAY: Duration = Duration::from_secs(30);
/// While a long queue is sent, new and more urgent packets are looked for so often, and not at each packet's end.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Records that are fetched at one time, without a packet that waits for them.
const RECORDS_AT_ONCE: usize = 4;

/// How much the worker does at once, and how patient it is.
#[derive(Clone, Copy, Debug)]
pub struct WorkerLimits {
    /// Exchanges sent at one time.
    pub lanes_at_once: usize,
    /// Waits between tries.
    pub back_off: BackOff,
}

impl Default for WorkerLimits {
    fn default() -> Self {
        Self { lanes_at_once: 64, back_off: BackOff::default() }
    }
}

/// A running worker. Dropping it leaves it running: call [`WorkerHandle::stop`].
#[derive(Debug)]
pub struct WorkerHandle {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// Starts the worker. It looks at the outbox at once, and whenever `wake` is notified.
pub fn start<O: Outbox>(
    outbox: Arc<O>,
    client: Arc<PeerClient>,
    wake: Arc<Notify>,
    limits: WorkerLimits,
) -> WorkerHandle {
    let (stop, stopped) = watch::channel(false);
    let worker = Worker {
        outbox,
        client,
        lanes_at_once: limits.lanes_at_once,
        schedule: Schedule::new(limits.back_off),
        queue: VecDeque::new(),
        looked: None,
        stale: true,
        changes: 0,
        running: JoinSet::new(),
        fetching: JoinSet::new(),
        turns: HashMap::new(),
        busy: HashSet::new(),
    };
    WorkerHandle { stop, task: tokio::spawn(worker.run(wake, stopped)) }
}

impl WorkerHandle {
    /// Starts nothing more, lets what is on the wire end for at most `grace`, then drops it. Nothing is lost: what was
    /// not acknowledged is still in the outbox.
    pub async fn stop(self, grace: Duration) {
        // The worker is gone already if this fails.
        let _ = self.stop.send(true);
        let mut task = self.task;
        if timeout(grace, &mut task).await.is_err() {
            task.abort();
        }
    }
}

/// The worker's state, owned by its one task.
struct Worker<O: Outbox> {
    outbox: Arc<O>,
    client: Arc<PeerClient>,
    lanes_at_once: usize,
    schedule: Schedule,
    /// From the last look, not yet started.
    queue: VecDeque<Lane<O::Item>>,
    looked: Option<Instant>,
    /// Something may have changed since the last look.
    stale: bool,
    /// How often the outbox changed; tells a turn whether it may have seen an older state.
    changes: u64,
    running: JoinSet<(u32, Ended)>,
    fetching: JoinSet<()>,
    turns: HashMap<task::Id, (LaneId, u64)>,
    busy: HashSet<LaneId>,
}

impl<O: Outbox> Worker<O> {
    async fn run(mut self, wake: Arc<Notify>, mut stopped: watch::Receiver<bool>) {
        let outbox = Arc::clone(&self.outbox);
        loop {
            self.look_if_due().await;
            self.start_lanes();
            let next = self.next_look();
            tokio::select! {
                biased;
                _ = stopped.wait_for(|stop| *stop) => break,
                Some(turn) = self.running.join_next_with_id() => self.finished(turn),
                () = wake.notified() => self.changed(),
                Some(_) = self.fetching.join_next() => {}
                wanted = outbox.wanted(), if self.fetching.len() < RECORDS_AT_ONCE => self.fetch(wanted),
                () = sleep_until(next.into()) => self.stale = true,
            }
        }
        while self.running.join_next().await.is_some() {}
    }

    fn fetch(&mut self, wanted: (Route, u64)) {
        let (outbox, client) = (Arc::clone(&self.outbox), Arc::clone(&self.client));
        self.fetching.spawn(async move { lane::fetch_wanted(&*outbox, &client, wanted).await });
    }

    fn changed(&mut self) {
        self.changes = self.changes.wrapping_add(1);
        self.stale = true;
        self.schedule.wake();
    }

    async fn look_if_due(&mut self) {
        let now = Instant::now();
        let fresh = self.looked.is_some_and(|looked| now < looked + LOOK_AGAIN);
        if !self.stale || (fresh && !self.queue.is_empty()) {
            return;
        }
        // On failure the queue stays as it is, and `next_look` brings the worker back.
        let Ok(due) = self.outbox.due().await else {
            self.looked = Some(now);
            return;
        };
        self.schedule.keep_only(due.iter().map(|item| (item.peer, item.exchange)));
        // A lane under way is looked at again when its turn has ended.
        self.queue = by_lane(due.into_iter().filter(|item| !self.busy.contains(&(item.peer, item.exchange))));
        (self.looked, self.stale) = (Some(now), false);
    }

    fn start_lanes(&mut self) {
        let now = Instant::now();
        while self.running.len() < self.lanes_at_once {
            let Some(lane) = self.queue.pop_front() else { break };
            // What may not be tried yet is found again by a later look.
            if !self.busy.contains(&lane.id) && self.schedule.allows(&lane.id, now) {
                self.start(lane);
            }
        }
    }

    fn start(&mut self, lane: Lane<O::Item>) {
        let id = lane.id;
        let (outbox, client) = (Arc::clone(&self.outbox), Arc::clone(&self.client));
        let failures = self.schedule.failures(&id);
        let turn = self.running.spawn(async move { lane::run(&*outbox, &client, lane, failures).await });
        self.turns.insert(turn.id(), (id, self.changes));
        self.busy.insert(id);
    }

    fn finished(&mut self, turn: Result<(task::Id, (u32, Ended)), JoinError>) {
        let now = Instant::now();
        let id = match &turn {
            Ok((id, _)) => *id,
            Err(broken) => broken.id(),
        };
        let Some((lane, changes)) = self.turns.remove(&id) else { return };
        self.busy.remove(&lane);
        self.stale = true;
        if let Ok((_, (sent, ended))) = turn {
            log_end(&lane, &ended);
            self.schedule.ended(lane, sent, &ended, changes != self.changes, now);
        } else {
            tracing::error!(peer = %safe(&lane.0), "a delivery broke down; it is tried again");
            self.schedule.hold_back(lane, now);
        }
    }

    fn next_look(&self) -> Instant {
        let now = Instant::now();
        let anyway = now + LOOK_ANYWAY;
        let again = self.stale.then_some(now + LOOK_AGAIN);
        [self.schedule.next_try(now), again].into_iter().flatten().fold(anyway, Instant::min)
    }
}

fn log_end((peer, _): &LaneId, ended: &Ended) {
    let why = match ended {
        Ended::Through | Ended::Asleep => return,
        Ended::Outbox => "outbox",
        Ended::Failed(Failure::Call(error)) => error.code(),
        Ended::Failed(Failure::Held) => "held",
        Ended::Failed(Failure::NotAnAck) => "not-an-ack",
        Ended::Failed(Failure::Record) => "record",
    };
    tracing::info!(peer = %safe(peer), why, "not delivered; will be tried again");
}
