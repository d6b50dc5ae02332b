//! What a person here decides about a peer.

use std::sync::Arc;

use keys::{Fingerprint, FingerprintError};
use subtle::ConstantTimeEq;

use crate::{
    service::{
        Actor, Peer, Service, ServiceError,
        access::UseCase,
        rows::{PeerRow, Trust},
    },
    view::{PeerView, VerifyPeer},
};

/// How the digits may have come.
const WAYS: &[&str] = &["telephone", "in_person", "scan"];

impl Service {
    /// Compares the digits that the other agency read out with those of its card. From then on it gets referrals.
    ///
    /// # Errors
    /// [`ServiceError::FingerprintMistyped`], [`ServiceError::FingerprintDiffers`]: nothing changed.
    /// [`ServiceError::LinkKeyTaken`] if another agency has its transport key; [`ServiceError::NeedsSecondPerson`] to trust a suspended agency again; [`ServiceError::PeerNotTrusted`] if it
    /// has closed.
    pub async fn peer_verify(&self, actor: &Actor, peer: &str, request: VerifyPeer) -> Result<PeerView, ServiceError> {
        self.may(actor, UseCase::PeerVerify).await?;
        let id = self.resolve_peer(peer)?;
        let how = way(request.how.as_deref())?;
        let heard: Fingerprint = request.fingerprint.parse().map_err(mistyped)?;
        let _lock = self.stripes.lock(id.as_bytes()[0]).await;
        let (row, stamp) = self.read_peer(&id).await?.ok_or(ServiceError::NotFound { what: "peer" })?;
        let known = self.peer(&id).ok_or(ServiceError::NotFound { what: "peer" })?;
        let _claims = self.link_keys.lock().await;
        let result = compared(&heard, &known)
            .and_then(|()| may_verify(actor, &known, row.trust))
            .and_then(|()| self.link_keys_free(&known.agency));
        self.audited(actor, "peer.verify", id.as_bytes(), result).await?;
        let verified_head = Some(known.agency.head());
        let decided = self.decided(actor, &known.agency, Trust::Verified);
        let row = PeerRow { how: Some(how.into()), verified_head, ..decided };
        let saved = self.save_peer(&known.agency, row, Some(&stamp), actor.event("peer.verify").purpose(how)).await?;
        Ok(self.peer_view(&saved))
    }

    /// Stops everything with this peer but withdrawals, erasures and receipts.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::Ambiguous`], [`ServiceError::MalformedId`].
    pub async fn peer_suspend(&self, actor: &Actor, peer: &str) -> Result<PeerView, ServiceError> {
        self.may(actor, UseCase::PeerSuspend).await?;
        let id = self.resolve_peer(peer)?;
        let _lock = self.stripes.lock(id.as_bytes()[0]).await;
        let (row, stamp) = self.read_peer(&id).await?.ok_or(ServiceError::NotFound { what: "peer" })?;
        let known = self.peer(&id).ok_or(ServiceError::NotFound { what: "peer" })?;
        let saved = match row.trust {
            Trust::Suspended | Trust::Retired => Peer { agency: Arc::clone(&known.agency), row },
            Trust::Introduced | Trust::Verified => {
                let row = self.decided(actor, &known.agency, Trust::Suspended);
                self.save_peer(&known.agency, row, Some(&stamp), actor.event("peer.suspend")).await?
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

fn may_verify(actor: &Actor, known: &Peer, trust: Trust) -> Result<(), ServiceError> {
    match trust {
        Trust::Introduced | Trust::Verified => Ok(()),
        Trust::Suspended if actor.second_person().is_some() => Ok(()),
        Trust::Suspended => {
            Err(ServiceError::NeedsSecondPerson { why: "to trust a suspended agency again takes two".into() })
        }
        Trust::Retired => {
            Err(ServiceError::PeerNotTrusted { name: known.agency.name().to_owned(), trust: trust.code() })
        }
    }
}
