//! Where requests from outside go: to the intake of a locked node, to the use cases of an open one, or nowhere while
//! it changes from one to the other. The listeners stay open over all changes.

use std::{path::Path, pin::Pin, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use axum::{Router, body::Bytes};
use keys::{AgencyId, KeyId};

use crate::{
    delivery::inbound::{Answer, HeadsAsked, Inbox},
    observe::safe,
    vault::{Intake, NotKept},
};

/// When a peer may try again: while the node opens, when there is no room, when it has sent enough.
const SOON: Duration = Duration::from_secs(2);
const NO_ROOM: Duration = Duration::from_secs(30);
const ENOUGH: Duration = Duration::from_mins(5);
/// How often is looked whether a request that came before a change has ended.
const LOOK: Duration = Duration::from_millis(5);

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An [`Inbox`] of whatever type.
pub(super) trait Receive: Send + Sync {
    fn receive(&self, from: AgencyId, envelope: Bytes) -> Boxed<'_, Answer>;
    fn public_record(&self, to: AgencyId, after: u64) -> Boxed<'_, Option<Bytes>>;
    fn cut(&self, to: AgencyId, key: KeyId) -> Boxed<'_, Option<Bytes>>;
    fn heads(&self, to: AgencyId, ask: HeadsAsked) -> Boxed<'_, Option<Bytes>>;
}

impl<I: Inbox> Receive for I {
    fn receive(&self, from: AgencyId, envelope: Bytes) -> Boxed<'_, Answer> {
        Box::pin(Inbox::receive(self, from, envelope))
    }

    fn public_record(&self, to: AgencyId, after: u64) -> Boxed<'_, Option<Bytes>> {
        Box::pin(Inbox::public_record(self, to, after))
    }

    fn cut(&self, to: AgencyId, key: KeyId) -> Boxed<'_, Option<Bytes>> {
        Box::pin(Inbox::cut(self, to, key))
    }

    fn heads(&self, to: AgencyId, ask: HeadsAsked) -> Boxed<'_, Option<Bytes>> {
        Box::pin(Inbox::heads(self, to, ask))
    }
}

/// Where a request goes.
pub(super) enum Doorway {
    /// Kept, not opened.
    Locked(Arc<Intake>),
    /// Nowhere: try again soon.
    Shut,
    /// To the use cases.
    Open { inbox: Arc<dyn Receive>, routes: Router, screens: Router, programs: Router },
}

/// The doorway of the moment.
pub(super) struct Doors {
    now: ArcSwap<Doorway>,
    public_file: Box<Path>,
}

impl Doors {
    pub(super) fn new(public_file: &Path) -> Self {
        Self { now: ArcSwap::from_pointee(Doorway::Shut), public_file: public_file.into() }
    }

    /// From the next request on.
    pub(super) fn lead_to(&self, doorway: Doorway) {
        self.now.store(Arc::new(doorway));
    }

    /// Shuts the doors and returns when every request that came before has ended.
    pub(super) async fn shut(&self) {
        let before = self.now.swap(Arc::new(Doorway::Shut));
        while Arc::strong_count(&before) > 1 {
            tokio::time::sleep(LOOK).await;
        }
    }

    pub(super) fn routes(&self) -> Option<Router> {
        match &**self.now.load() {
            Doorway::Open { routes, .. } => Some(routes.clone()),
            Doorway::Locked(_) | Doorway::Shut => None,
        }
    }

    pub(super) fn screens(&self) -> Option<Router> {
        match &**self.now.load() {
            Doorway::Open { screens, .. } => Some(screens.clone()),
            Doorway::Locked(_) | Doorway::Shut => None,
        }
    }

    pub(super) fn programs(&self) -> Option<Router> {
        match &**self.now.load() {
            Doorway::Open { programs, .. } => Some(programs.clone()),
            Doorway::Locked(_) | Doorway::Shut => None,
        }
    }

    /// The intake, while the node is locked.
    pub(super) fn intake(&self) -> Option<Arc<Intake>> {
        match &**self.now.load() {
            Doorway::Locked(intake) => Some(Arc::clone(intake)),
            Doorway::Open { .. } | Doorway::Shut => None,
        }
    }
}

impl Inbox for Doors {
    async fn receive(&self, from: AgencyId, envelope: Bytes) -> Answer {
        let now = self.now.load_full();
        match &*now {
            Doorway::Open { inbox, .. } => inbox.receive(from, envelope).await,
            Doorway::Shut => Answer::NoRoom { retry_after: SOON },
            Doorway::Locked(_) => {
                // On a task of its own: a peer that hangs up does not stop what was begun. It holds the doorway, so
                // that the node is not opened before it has ended.
                let kept = tokio::spawn(async move {
                    let Doorway::Locked(intake) = &*now else { return Err(NotKept::NoRoom) };
                    intake.keep(from, &envelope).await
                });
                held(from, kept.await.unwrap_or(Err(NotKept::NoRoom)))
            }
        }
    }

    async fn public_record(&self, to: AgencyId, after: u64) -> Option<Bytes> {
        let now = self.now.load_full();
        match &*now {
            Doorway::Open { inbox, .. } => inbox.public_record(to, after).await,
            // It lies there for all to read.
            Doorway::Locked(_) | Doorway::Shut => tokio::fs::read(&self.public_file).await.ok().map(Bytes::from),
        }
    }

    async fn cut(&self, to: AgencyId, key: KeyId) -> Option<Bytes> {
        let now = self.now.load_full();
        match &*now {
            Doorway::Open { inbox, .. } => inbox.cut(to, key).await,
            // It lies under a key of the keyring.
            Doorway::Locked(_) | Doorway::Shut => None,
        }
    }

    async fn heads(&self, to: AgencyId, ask: HeadsAsked) -> Option<Bytes> {
        let now = self.now.load_full();
        match &*now {
            Doorway::Open { inbox, .. } => inbox.heads(to, ask).await,
            Doorway::Locked(_) | Doorway::Shut => None,
        }
    }
}

fn held(from: AgencyId, kept: Result<(), NotKept>) -> Answer {
    let code = match &kept {
        Ok(()) => return Answer::Held,
        Err(NotKept::OverQuota) => "quota",
        Err(NotKept::NoRoom) => "no-room",
        Err(NotKept::Failed(_)) => "store",
    };
    tracing::warn!(peer = %safe(&from), code, "an envelope was not kept");
    match kept {
        Err(NotKept::OverQuota) => Answer::OverQuota { retry_after: ENOUGH },
        _ => Answer::NoRoom { retry_after: NO_ROOM },
    }
}
