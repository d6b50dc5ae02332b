//! An agency that shows two histories of its keys: ordinary referrals give it away, and whoever gets the proof can check
//! it alone.

use std::{fs, process::Command};

use keys::{Fingerprint, SigningKey, VerifiedAgency, keyring::Keyring, publish};
use node::{
    view::{EvidenceList, ExchangeView, PeerView, ProofView, RefreshView},
    world::World,
};
use protocol::code::AgencyKind;
use serde_json::json;

use crate::{
    agency::{Agency, PASSPHRASE},
    program,
    town::{Offered, introduce, offer},
};

/// The agency with one more signing key, which its root signed: what a thief of the root, or a dishonest agency, can do
/// twice.
fn one_more_key(agency: &Agency, seed: u8) -> VerifiedAgency {
    let keyring = Keyring::unlock(&agency.folder().keyring(), PASSPHRASE.as_bytes()).expect("its keyring");
    let root = SigningKey::from_seed(keyring.root_key().expect("not detached").seed().duplicate()).expect("a key");
    let key = SigningKey::from_seed(keys::Secret::new(Box::new([seed; 32]))).expect("a key");
    publish::add_op_key(&agency.record(), &root, World::system().now(), key.public()).expect("an entry")
}

/// From now on its node shows this record and works by it.
async fn show(agency: &mut Agency, record: &VerifiedAgency) {
    agency.stop().await;
    fs::write(agency.folder().public_record(), record.record().to_bytes()).expect("written");
    agency.start().await;
}

async fn arrived(there: &Agency, offered: &Offered) {
    there.until(&format!("exchanges/{}", offered.exchange), "the offer", |_: &ExchangeView| true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_with_two_histories_is_caught_by_ordinary_referrals_and_proved_to_a_third() {
    let place = tempfile::tempdir().expect("a folder");
    let make = |name, kind| Agency::make(place.path(), name, kind);
    let mut cmo = make("CMO", AgencyKind::Reception);
    let mut others = [make("DT", AgencyKind::Shelter), make("PKC", AgencyKind::Shelter)];
    let histories = [one_more_key(&cmo, 1), one_more_key(&cmo, 2)];
    show(&mut cmo, &histories[0]).await;
    for other in &mut others {
        other.start().await;
        introduce(other, &cmo).await;
        introduce(&cmo, other).await;
        let offered = offer(&cmo, other).await;
        arrived(other, &offered).await;
        let refreshed: RefreshView = other.post(&format!("peers/{}/refresh", cmo.id), json!({})).await;
        assert_eq!((refreshed.outcome.as_str(), refreshed.peer.trust.as_str()), ("up_to_date", "verified"));
    }
    // The other history: each peer that gets a referral learns of it.
    show(&mut cmo, &histories[1]).await;
    for other in &others {
        offer(&cmo, other).await;
        let suspended = |peer: &PeerView| peer.trust == "suspended" && peer.why.as_deref() == Some("fork");
        other.until(&format!("peers/{}", cmo.id), "the suspension", suspended).await;
        let kept: EvidenceList = other.get(&format!("peers/{}/evidence", cmo.id)).await;
        let [piece] = kept.evidence.as_slice() else { panic!("{} pieces", kept.evidence.len()) };
        assert_eq!((piece.kind.as_str(), piece.place, piece.settled), ("entries", histories[0].head().seq, false));
        // A third needs nothing but the file and one command.
        let file = place.path().join(format!("{}.proof", other.name));
        fs::write(&file, piece.proof.as_deref().expect("a proof")).expect("written");
        let network = ["--network", crate::agency::NETWORK];
        let mut check = Command::new(program::spean());
        let checked = check.args(["peer", "check"]).arg(&file).args(network).arg("--json").output().expect("runs");
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
        let proof: ProofView = serde_json::from_slice(&checked.stdout).expect("an answer");
        assert_eq!((proof.id, proof.fingerprint), (cmo.id.to_string(), Fingerprint::of(cmo.id).to_string()));
    }
    for agency in others.iter_mut().chain([&mut cmo]) {
        agency.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_learnt_from_the_first_packet_that_shows_it() {
    let place = tempfile::tempdir().expect("a folder");
    let mut cmo = Agency::make(place.path(), "CMO", AgencyKind::Reception);
    let mut dt = Agency::make(place.path(), "DT", AgencyKind::Shelter);
    cmo.start().await;
    dt.start().await;
    introduce(&dt, &cmo).await;
    introduce(&cmo, &dt).await;
    let longer = one_more_key(&cmo, 1);
    show(&mut cmo, &longer).await;
    let offered = offer(&cmo, &dt).await;
    arrived(&dt, &offered).await;
    let newest = |peer: &PeerView| peer.log_seq == longer.head().seq && peer.trust == "verified";
    dt.until(&format!("peers/{}", cmo.id), "the longer log", newest).await;
    cmo.stop().await;
    dt.stop().await;
}
