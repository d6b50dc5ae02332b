//! Peers through the service: what makes one known, trusted, distrusted.

use keys::{Fingerprint, SigningKey, founding::Founding, publish};

use super::*;
use crate::{
    service::testing::{Node, TODAY, card, founded, verified, worker},
    view::{AddPeer, VerifyPeer},
};

fn shelter() -> Founding {
    founded("Damnok Toek", "shelter", "spean", 2)
}

fn op_key(founding: &Founding) -> SigningKey {
    SigningKey::from_seed(founding.op_seed.duplicate()).unwrap()
}

async fn add(node: &Node, agency: &VerifiedAgency) -> Result<crate::view::PeerView, ServiceError> {
    node.service.peer_add(&worker(None), AddPeer { card: card(agency) }).await
}

async fn verify(node: &Node, actor: &Actor, digits: String) -> Result<crate::view::PeerView, ServiceError> {
    let request = VerifyPeer { fingerprint: digits, how: Some("telephone".into()) };
    node.service.peer_verify(actor, "damnok toek", request).await
}

fn digits(agency: &VerifiedAgency) -> String {
    Fingerprint::of(agency.id()).to_string()
}

#[tokio::test]
async fn a_card_introduces_and_the_right_digits_verify_also_after_a_restart() {
    let (node, agency) = (Node::new().await, verified(&shelter()));
    let added = add(&node, &agency).await.unwrap();
    assert_eq!((added.trust.as_str(), added.same_name), ("introduced", false));
    let shown = verify(&node, &worker(None), digits(&agency)).await.unwrap();
    assert_eq!((shown.trust.as_str(), shown.by.as_str()), ("verified", "Dara (uid 1000)"));
    let node = node.restarted().await;
    let listed = node.service.peer_list(&worker(None)).await.unwrap().peers;
    assert_eq!(listed.iter().map(|peer| peer.trust.as_str()).collect::<Vec<_>>(), ["verified"]);
    assert_eq!(node.service.pins(), [(agency.transport_pins()[0], agency.id())]);
}

#[tokio::test]
async fn mistyped_digits_and_those_of_another_are_told_apart_and_change_nothing() {
    let (node, agency) = (Node::new().await, verified(&shelter()));
    add(&node, &agency).await.unwrap();
    let right = digits(&agency);
    let mistyped = verify(&node, &worker(None), right[5..].to_owned()).await.unwrap_err();
    assert!(matches!(mistyped, ServiceError::FingerprintMistyped { .. }));
    let other = digits(&node.service.me());
    assert!(matches!(verify(&node, &worker(None), other).await, Err(ServiceError::FingerprintDiffers)));
    assert_eq!(node.service.peer_show(&worker(None), "Damnok Toek").await.unwrap().trust, "introduced");
    let refused = ("peer.verify".to_owned(), "refused: peer/fingerprint-differs".to_owned());
    assert!(node.acts().await.contains(&refused));
}

#[tokio::test]
async fn the_own_card_another_networks_and_a_damaged_one_are_refused() {
    let node = Node::new().await;
    let own = node.service.me();
    assert!(matches!(add(&node, &own).await, Err(ServiceError::OwnCard)));
    let foreign = founded("DT", "shelter", "trial", 3);
    let foreign = foreign.record.verify(keys::NetworkId::from_name("trial")).unwrap();
    assert!(matches!(add(&node, &foreign).await, Err(ServiceError::OtherNetwork)));
    let cut = card(&verified(&shelter())).replace("END", "NED");
    let cut = node.service.peer_add(&worker(None), AddPeer { card: cut }).await;
    assert!(matches!(cut, Err(ServiceError::BadCard { .. })));
}

#[tokio::test]
async fn a_newer_record_is_taken_in_and_an_older_copy_changes_nothing() {
    let (node, founding) = (Node::new().await, shelter());
    let old = verified(&founding);
    add(&node, &old).await.unwrap();
    verify(&node, &worker(None), digits(&old)).await.unwrap();
    let moved = vec!["https://new.example:8443".to_owned()];
    let new = publish::endpoints(&old, &op_key(&founding), TODAY.plus(9), moved.clone()).unwrap();
    let bytes = new.record().to_bytes();
    node.service.peer_record_fetched(&Actor::Node, &old.id(), &bytes).await.unwrap();
    let shown = add(&node, &old).await.unwrap();
    assert_eq!((shown.addresses, shown.trust.as_str()), (moved, "verified"));
    let stale = node.service.peer_record_fetched(&Actor::Node, &old.id(), &old.record().to_bytes()).await;
    assert!(matches!(stale, Ok(false)));
    assert_eq!(node.service.peer_show(&worker(None), "damnok toek").await.unwrap().trust, "verified");
}

#[tokio::test]
async fn two_contradicting_records_suspend_the_peer_until_two_persons_trust_it_again() {
    let (node, founding) = (Node::new().await, shelter());
    let base = verified(&founding);
    let say =
        |address: &str| publish::endpoints(&base, &op_key(&founding), TODAY.plus(9), vec![address.to_owned()]).unwrap();
    add(&node, &say("https://one.example:8443")).await.unwrap();
    verify(&node, &worker(None), digits(&base)).await.unwrap();
    let twice = add(&node, &say("https://two.example:8443")).await;
    assert!(matches!(twice, Err(ServiceError::CardContradicts)));
    let shown = node.service.peer_show(&worker(None), "damnok toek").await.unwrap();
    assert_eq!((shown.trust.as_str(), shown.addresses[0].as_str()), ("suspended", "https://one.example:8443"));
    let kept = node.service.peer_evidence(&worker(None), "damnok toek").await.unwrap().evidence;
    let proof = kept[0].proof.as_deref().unwrap();
    let fork = keys::ForkProof::parse(proof).unwrap().verify(base.network()).unwrap();
    assert_eq!(
        (kept.len(), kept[0].kind.as_str(), kept[0].settled, fork.agency()),
        (1, "statements", false, base.id())
    );
    let again = add(&node, &say("https://two.example:8443")).await;
    assert!(matches!(again, Err(ServiceError::CardContradicts)));
    assert_eq!(node.service.peer_evidence(&worker(None), "damnok toek").await.unwrap().evidence.len(), 1);
    let alone = verify(&node, &worker(None), digits(&base)).await;
    assert!(matches!(alone, Err(ServiceError::NeedsSecondPerson { .. })));
    let together = verify(&node, &worker(Some("Sophea")), digits(&base)).await.unwrap();
    assert_eq!(together.trust, "verified");
}

#[tokio::test]
async fn a_verified_agency_that_calls_itself_another_kind_must_be_verified_again() {
    let (node, founding) = (Node::new().await, shelter());
    let old = verified(&founding);
    add(&node, &old).await.unwrap();
    verify(&node, &worker(None), digits(&old)).await.unwrap();
    let policy = keys::Policy { kind: "health".into(), ..old.policy().unwrap().clone() };
    let new = publish::policy(&old, &op_key(&founding), TODAY.plus(9), policy).unwrap();
    assert_eq!(add(&node, &new).await.unwrap().trust, "introduced");
}

#[tokio::test]
async fn a_name_that_another_agency_has_is_flagged_and_ambiguous() {
    let node = Node::new().await;
    add(&node, &verified(&shelter())).await.unwrap();
    let twin = verified(&founded("damnok toek", "shelter", "spean", 4));
    assert!(add(&node, &twin).await.unwrap().same_name);
    let which = node.service.peer_show(&worker(None), "Damnok Toek").await.unwrap_err();
    assert!(matches!(which, ServiceError::Ambiguous { what: "peer", count: 2 }));
    let id = twin.id().to_string();
    assert_eq!(node.service.peer_show(&worker(None), &id[..20]).await.unwrap().id, id);
    let mistyped = node.service.peer_show(&worker(None), &id.replacen('q', "p", 1)).await.unwrap_err();
    assert!(matches!(mistyped, ServiceError::MalformedId { .. } | ServiceError::NotFound { .. }));
}

#[tokio::test]
async fn a_suspended_peer_keeps_its_pins() {
    let (node, agency) = (Node::new().await, verified(&shelter()));
    add(&node, &agency).await.unwrap();
    assert_eq!(node.service.peer_suspend(&worker(None), "damnok toek").await.unwrap().trust, "suspended");
    assert_eq!(node.service.pins().len(), 1);
}

/// An agency that lists another's transport key; of equal seeds equal keys come, so it must not be `shelter` itself.
fn thief_of(victim: &VerifiedAgency) -> VerifiedAgency {
    let founding = founded("Thief", "shelter", "spean", 9);
    publish::transport(&verified(&founding), &op_key(&founding), TODAY.plus(9), victim.transport_pins().to_vec())
        .unwrap()
}

#[tokio::test]
async fn a_transport_key_stays_with_the_first_that_listed_it_whether_a_card_or_a_fetched_record_claims_it() {
    let (node, victim) = (Node::new().await, verified(&shelter()));
    add(&node, &victim).await.unwrap();
    let thief = thief_of(&victim);
    let taken = |result: &Result<_, ServiceError>| matches!(result, Err(ServiceError::LinkKeyTaken { name }) if name == "Damnok Toek");
    assert!(taken(&add(&node, &thief).await.map(drop)));
    // Known with a key of its own first, then claiming the other's.
    add(&node, &verified(&founded("Thief", "shelter", "spean", 9))).await.unwrap();
    assert!(taken(&add(&node, &thief).await.map(drop)));
    let fetched = node.service.peer_record_fetched(&Actor::Node, &thief.id(), &thief.record().to_bytes()).await;
    assert!(taken(&fetched.map(drop)));
    let owners: Vec<_> =
        node.service.pins().into_iter().filter(|(pin, _)| victim.transport_pins().contains(pin)).collect();
    assert_eq!(owners, [(victim.transport_pins()[0], victim.id())]);
    assert!(node.acts().await.contains(&("peer.update".to_owned(), "refused: peer/link-key-taken".to_owned())));
}

#[tokio::test]
async fn nobody_may_claim_this_agencys_own_transport_key() {
    let node = Node::new().await;
    let thief = thief_of(&node.service.me());
    assert!(matches!(add(&node, &thief).await, Err(ServiceError::LinkKeyTaken { .. })));
}

#[tokio::test]
async fn once_the_one_that_copied_a_transport_key_is_suspended_its_owner_has_it() {
    let (node, victim) = (Node::new().await, verified(&shelter()));
    let thief = thief_of(&victim);
    add(&node, &thief).await.unwrap();
    assert!(matches!(add(&node, &victim).await, Err(ServiceError::LinkKeyTaken { .. })));
    node.service.peer_suspend(&worker(None), "thief").await.unwrap();
    add(&node, &victim).await.unwrap();
    assert_eq!(node.service.pins(), [(victim.transport_pins()[0], victim.id())]);
    let request = VerifyPeer { fingerprint: digits(&thief), how: Some("telephone".into()) };
    let again = node.service.peer_verify(&worker(Some("Sophea")), "thief", request).await;
    assert!(matches!(again, Err(ServiceError::LinkKeyTaken { .. })));
}
