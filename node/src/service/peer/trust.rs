//! What a person here decides about a peer.

use std::sync::Arc;

use keys::{AgencyId, Digest, Fingerprint, FingerprintError, Head};
use subtle::ConstantTimeEq;

use crate::{
    service::{
        Actor, Peer, Service, ServiceError,
        access::UseCase,
        people::{
            Decided,
            second::{Hand, Wish},
        },
        rows::{PeerRow, Trust},
    },
    view::{PeerView, VerifyPeer},
};

/// Why an agency may be suspended, as codes.
pub const STOPPED: &[&str] = &["numbers_differ", "keys_stolen", "left_network", "misuse"];

/// How the digits may have come.
const WAYS: &[&str] = &["telephone", "in_person", "scan"];

impl Service {
    /// Compares the digits that the other agency read out with those of its card. From then on it gets referrals.
    ///
    /// # Errors
    /// [`ServiceError::FingerprintMistyped`], [`ServiceError::FingerprintDiffers`]: nothing changed.
    /// [`ServiceError::LinkKeyTaken`] if another agency has its transport key; [`ServiceError::NeedsSecondPerson`] to
    /// trust a suspended agency again, or if it takes two here ([`Service::ask_verify`]);
    /// [`ServiceError::PeerNotTrusted`] if it has closed.
    pub async fn peer_verify(&self, actor: &Actor, peer: &str, request: VerifyPeer) -> Result<PeerView, ServiceError> {
        self.may(actor, UseCase::PeerVerify).await?;
        let id = self.resolve_peer(peer)?;
        let how = way(request.how.as_deref())?;
        self.not_for_one(actor, "peer.verify", id.as_bytes()).await?;
        let result = self.verify_now(Hand::One(actor), id, (&request.fingerprint, how), None).await;
        self.audited(actor, "peer.verify", id.as_bytes(), result).await
    }

    /// Verifies an agency ([`Service::peer_verify`]), or, with the right digits, asks another key administrator to: also
    /// where one is enough, if the agency is suspended.
    ///
    /// # Errors
    /// As [`Service::peer_verify`]; [`ServiceError::Field`] for `request`: too many wait.
    pub async fn ask_verify(
        &self,
        actor: &Actor,
        peer: &str,
        request: VerifyPeer,
    ) -> Result<Decided<PeerView>, ServiceError> {
        self.may(actor, UseCase::PeerVerify).await?;
        let id = self.resolve_peer(peer)?;
        let known = self.peer(&id).ok_or(ServiceError::NotFound { what: "peer" })?;
        let suspended = known.row.trust == Trust::Suspended && matches!(actor, Actor::Person { .. });
        if !suspended && !self.takes_two(actor) {
            return self.peer_verify(actor, peer, request).await.map(Decided::Done);
        }
        let how = way(request.how.as_deref())?;
        let result = self.heard(&request.fingerprint, &known, true);
        self.audited(actor, "peer.verify", id.as_bytes(), result).await?;
        let (head, trust) = (known.agency.head(), known.row.trust);
        let wish = Wish::Verify { peer: Digest(*id.as_bytes()), head, trust, how: how.to_owned() };
        self.request(actor, wish).await.map(Decided::Waits)
    }

    /// The digits that came, and what else speaks against it.
    fn heard(&self, digits: &str, known: &Peer, two: bool) -> Result<(), ServiceError> {
        let heard: Fingerprint = digits.parse().map_err(mistyped)?;
        compared(&heard, known)?;
        may_verify(two, known)?;
        self.link_keys_free(&known.agency)
    }

    /// `bound`: head and trust on which two agreed.
    pub(in crate::service) async fn verify_now(
        &self,
        hand: Hand<'_>,
        id: AgencyId,
        (digits, how): (&str, &str),
        bound: Option<(Head, Trust)>,
    ) -> Result<PeerView, ServiceError> {
        let _lock = self.stripes.lock(id.as_bytes()[0]).await;
        let (row, stamp) = self.read_peer(&id).await?.ok_or(ServiceError::NotFound { what: "peer" })?;
        let known = self.peer(&id).ok_or(ServiceError::NotFound { what: "peer" })?;
        let _claims = self.link_keys.lock().await;
        let head = known.agency.head();
        if bound.is_some_and(|bound| bound != (head, row.trust)) {
            return Err(ServiceError::RequestChanged);
        }
        self.heard(digits, &Peer { agency: Arc::clone(&known.agency), row: Arc::new(row) }, hand.is_two())?;
        let decided = self.decided(hand.actor(), &known.agency, Trust::Verified);
        let row = PeerRow { by: hand.name(), how: Some(how.into()), verified_head: Some(head), ..decided };
        let mut tx = self.vault.begin();
        hand.settle(&mut tx);
        let event = hand.event("peer.verify").purpose(how);
        let saved = self.save_peer_with(tx, &known.agency, row, (Some(&stamp), event)).await?;
        Ok(self.peer_view(&saved))
    }

    /// Stops everything with this peer but withdrawals, erasures and receipts.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::Ambiguous`], [`ServiceError::MalformedId`].
    pub async fn peer_suspend(&self, actor: &Actor, peer: &str) -> Result<PeerView, ServiceError> {
        self.may(actor, UseCase::PeerSuspend).await?;
        self.stop(actor, peer, None).await
    }

    /// As [`Service::peer_suspend`], with a reason for those who look later: one of [`STOPPED`].
    ///
    /// # Errors
    /// As [`Service::peer_suspend`]; [`ServiceError::Field`] for `reason`.
    pub async fn suspend_for(&self, actor: &Actor, peer: &str, reason: &str) -> Result<PeerView, ServiceError> {
        self.may(actor, UseCase::PeerSuspend).await?;
        let wrong = || ServiceError::Field { field: "reason", why: format!("one of {}", STOPPED.join(", ")) };
        let reason = STOPPED.iter().find(|code| **code == reason).ok_or_else(wrong)?;
        self.stop(actor, peer, Some(reason)).await
    }

    async fn stop(&self, actor: &Actor, peer: &str, reason: Option<&str>) -> Result<PeerView, ServiceError> {
        let id = self.resolve_peer(peer)?;
        let _lock = self.stripes.lock(id.as_bytes()[0]).await;
        let (row, stamp) = self.read_peer(&id).await?.ok_or(ServiceError::NotFound { what: "peer" })?;
        let known = self.peer(&id).ok_or(ServiceError::NotFound { what: "peer" })?;
        let saved = match row.trust {
            Trust::Suspended | Trust::Retired => Peer { agency: Arc::clone(&known.agency), row: Arc::new(row) },
            Trust::Introduced | Trust::Verified => {
                let decided = self.decided(actor, &known.agency, Trust::Suspended);
                let row = PeerRow { how: reason.map(str::to_owned), ..decided };
                let event = actor.event("peer.suspend");
                let event = match reason {
                    Some(reason) => event.purpose(reason),
                    None => event,
                };
                self.save_peer(&known.agency, row, Some(&stamp), event).await?
            }
        };
        Ok(self.peer_view(&saved))
    }
}

fn way(how: Option<&str>) -> Result<&'static str, ServiceError> {
    let typed = how.unwrap_or("telephone");
    let found = WAYS.iter().find(|way| **way == typed).copied();
    found.ok_or_else(|| ServiceError::Field { field: "how", why: format!("one of {}", WAYS.join(", ")) })
}

fn mistyped(error: FingerprintError) -> ServiceError {
    ServiceError::FingerprintMistyped { why: error.to_string() }
}

/// In constant time: whoever forges a card must not learn from the clock how many digits agree.
fn compared(heard: &Fingerprint, known: &Peer) -> Result<(), ServiceError> {
    let expected = Fingerprint::of(known.agency.id()).to_string();
    let same: bool = heard.to_string().as_bytes().ct_eq(expected.as_bytes()).into();
    if same { Ok(()) } else { Err(ServiceError::FingerprintDiffers) }
}

fn may_verify(two: bool, known: &Peer) -> Result<(), ServiceError> {
    match known.row.trust {
        Trust::Introduced | Trust::Verified => Ok(()),
        Trust::Suspended if two => Ok(()),
        Trust::Suspended => {
            Err(ServiceError::NeedsSecondPerson { why: "to trust a suspended agency again takes two".into() })
        }
        Trust::Retired => {
            Err(ServiceError::PeerNotTrusted { name: known.agency.name().to_owned(), trust: known.row.trust.code() })
        }
    }
}
