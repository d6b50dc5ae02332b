//! Agencies that know one another, and the acts of a referral between them.

use keys::Fingerprint;
use node::view::{CaseSaved, ConsentView, ExchangeView, PeerView, Referred, StatusView};
use protocol::{code::AgencyKind, fixture};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::agency::Agency;

/// What DT is to know of a boy who needs a bed.
pub const FOR_SHELTER: [&str; 6] =
    ["identity", "functioning", "family", "protection", "mental_health", "care_arrangement"];

/// CMO refers, DT receives.
pub struct Town {
    /// Refers.
    pub cmo: Agency,
    /// Receives.
    pub dt: Agency,
    /// Holds both folders.
    pub place: TempDir,
}

/// A case at CMO with a consent to tell DT, and the offer made from it.
pub struct Offered {
    /// The case's id.
    pub case: String,
    /// The consent's id.
    pub consent: String,
    /// The exchange's id.
    pub exchange: String,
}

impl Town {
    /// Two agencies; no node runs.
    pub fn found() -> Self {
        Self::found_as([AgencyKind::Reception, AgencyKind::Shelter])
    }

    /// Two agencies of these kinds; no node runs.
    pub fn found_as([cmo, dt]: [AgencyKind; 2]) -> Self {
        let place = tempfile::tempdir().expect("a folder");
        let cmo = Agency::make(place.path(), "CMO", cmo);
        let dt = Agency::make(place.path(), "DT", dt);
        Self { cmo, dt, place }
    }

    /// Two agencies whose nodes run here and which have verified each other.
    pub async fn open() -> Self {
        let mut town = Self::found();
        town.cmo.start().await;
        town.dt.start().await;
        introduce(&town.cmo, &town.dt).await;
        introduce(&town.dt, &town.cmo).await;
        town
    }

    /// Stops both nodes.
    pub async fn close(mut self) {
        self.cmo.stop().await;
        self.dt.stop().await;
    }

    /// Both sides see the exchange in this state, erased or not, and nothing is under way.
    pub async fn settled(&self, exchange: &str, state: &str, erased: bool) {
        let path = format!("exchanges/{exchange}");
        for agency in [&self.cmo, &self.dt] {
            let there = |view: &ExchangeView| view.summary.state == state && view.summary.erased == erased;
            agency.until(&path, state, there).await;
        }
        for agency in [&self.cmo, &self.dt] {
            agency.until("status", "an empty outbox", |status: &StatusView| status.waiting_to_send == 0).await;
        }
    }
}

/// `here` learns of `there` by its card and compares the digits.
pub async fn introduce(here: &Agency, there: &Agency) {
    let card = there.record().record().clone();
    let text = keys::Card::new(card).to_text();
    let _: PeerView = here.post("peers", json!({ "card": text })).await;
    let digits = Fingerprint::of(there.id).to_string();
    let verify = json!({ "fingerprint": digits, "how": "telephone" });
    let peer: PeerView = here.post(&format!("peers/{}/verify", there.id), verify).await;
    assert_eq!(peer.trust, "verified");
}

/// Enters a child at `from`, with a consent to tell `to`.
pub async fn child(from: &Agency, to: &Agency) -> (String, String) {
    let record = fixture::case_json("f04").expect("an invented child");
    let saved: CaseSaved = from.post("cases", record).await;
    let consent: ConsentView = from.post(&format!("cases/{}/consents", saved.id), consent(to)).await;
    (saved.id, consent.id)
}

/// A consent to tell `to` what a shelter needs.
pub fn consent(to: &Agency) -> Value {
    json!({
        "to": [to.name],
        "categories": FOR_SHELTER,
        "purposes": ["shelter"],
        "given_by": "best_interest",
        "assent": "given",
        "reason": "The child travels alone and needs a safe place; every step was talked over with the child.",
        "why_nobody": "No caregiver could be found yet.",
    })
}

/// The request that offers this case to `to`.
pub fn request(case: &str, to: &Agency) -> Value {
    json!({
        "case": case,
        "to": to.name,
        "services": ["shelter.transitional"],
        "urgency": "high",
        "summary": "Boy travelling alone, sent back yesterday. Needs a safe bed tonight.",
        "purpose": "shelter",
        "arrival": "here_now",
        "reason": "read, and agreed to by the supervisor",
    })
}

/// Enters a child at `from` and offers it to `to`.
pub async fn offer(from: &Agency, to: &Agency) -> Offered {
    let (case, consent) = child(from, to).await;
    let referred: Referred = from.post("referrals", request(&case, to)).await;
    Offered { case, consent, exchange: referred.exchange }
}
