//! Releases that must wait, and for what.

use keys::Timestamp;
use protocol::{code::Explained, fixture};
use serde_json::json;

use super::pair::{Pair, because, verify};
use crate::service::testing::worker;

#[tokio::test]
async fn a_release_that_waits_in_the_outbox_does_not_go_to_a_peer_suspended_since() {
    let pair = Pair::new().await;
    let id = pair.refer().await;
    pair.settle().await;
    pair.shelter.service.accept(&worker(None), &id).await.unwrap();
    super::pair::deliver(&pair.shelter.service, &pair.origin.service).await;
    let dt = pair.shelter.service.me().id().to_string();
    pair.origin.service.peer_suspend(&worker(None), &dt).await.unwrap();
    pair.settle().await;
    assert_eq!(pair.states(&id).await, ["released", "accepted"]);
    verify(&pair.origin.service, &pair.shelter.service).await;
    pair.settle().await;
    assert_eq!(pair.states(&id).await, ["released", "released"]);
}

#[tokio::test]
async fn a_note_that_waits_does_not_keep_a_withdrawal_from_a_suspended_peer() {
    let pair = Pair::new().await;
    let id = pair.released().await;
    let note = crate::view::NoteRequest { text: "the aunt may visit".into() };
    pair.origin.service.note(&worker(None), &id, note).await.unwrap();
    let dt = pair.shelter.service.me().id().to_string();
    pair.origin.service.peer_suspend(&worker(None), &dt).await.unwrap();
    pair.settle().await;
    assert_eq!(pair.origin.service.outbox_due().len(), 1);
    pair.origin.service.withdraw(&worker(None), &id, because("consent_withdrawn")).await.unwrap();
    pair.settle().await;
    assert_eq!(
        (pair.states(&id).await, pair.custody().await),
        (["withdrawn", "withdrawn"].map(str::to_owned), "erased".into())
    );
}

#[tokio::test]
async fn an_accepted_case_is_released_under_the_consent_that_renews_an_ended_one_and_under_no_more() {
    let mut pair = Pair::new().await;
    let short = pair.grant("2026-06-02", &["identity"]).await;
    pair.consent.clone_from(&short);
    let id = pair.refer().await;
    pair.settle().await;
    for node in [&pair.origin, &pair.shelter] {
        node.pass(2 * Timestamp::DAY);
    }
    pair.shelter.service.accept(&worker(None), &id).await.unwrap();
    pair.origin.service.consent_withdraw(&worker(None), &pair.first).await.unwrap();
    pair.settle().await;
    assert_eq!(pair.states(&id).await, ["accepted", "accepted"]);
    let renewed = pair.grant("2026-11-30", &["identity", "health"]).await;
    pair.settle().await;
    assert_eq!(pair.states(&id).await, ["released", "released"]);
    let shown = pair.shelter.service.exchange_show(&worker(None), &id).await.unwrap();
    let categories: Vec<String> = shown.released.unwrap().as_object().unwrap().keys().cloned().collect();
    assert_eq!(categories, ["identity"]);
    let custody = pair.origin.service.custody(&worker(None), &pair.case).await.unwrap();
    assert_eq!(custody.lines[0].consent, renewed);
    // Nothing is left that a change of the case would make anew.
    let edited = pair.origin.service.case_edit(&worker(None), &pair.case, fixture::case_json("f02").unwrap()).await;
    assert_eq!(edited.unwrap().remade_releases, 0);
    pair.origin.service.consent_withdraw(&worker(None), &renewed).await.unwrap();
    pair.settle().await;
    assert_eq!(pair.custody().await, "erased");
}

impl Pair {
    async fn grant(&self, until: &str, categories: &[&str]) -> String {
        let consent = json!({
            "to": ["damnok toek"], "categories": categories, "purposes": ["care"], "until": until,
            "given_by": "caregiver", "assent": "given", "form": "thumbprint", "witness": "Chan Thy", "language": "km",
            "explained": Explained::ALL,
        });
        self.origin.service.consent_grant(&worker(None), &self.case, consent).await.unwrap().id
    }
}

#[tokio::test]
async fn who_waits_for_a_receipt_keeps_nobody_from_withdrawing_the_consent() {
    let pair = Pair::new().await;
    let service = &pair.origin.service;
    let request = crate::view::ReferRequest { wait_s: Some(60), ..pair.request() };
    let (clerk, other) = (worker(Some("Sophea")), worker(None));
    let refer = service.refer(&clerk, request);
    let withdraw = async {
        while service.outbox_due().is_empty() {
            tokio::task::yield_now().await;
        }
        service.consent_withdraw(&other, &pair.consent).await.unwrap();
    };
    tokio::select! {
        referred = refer => panic!("nobody delivers it: {referred:?}"),
        withdrawn = tokio::time::timeout(std::time::Duration::from_secs(20), withdraw) => withdrawn.unwrap(),
    }
    let exchanges = service.exchange_list(&worker(None), None).await.unwrap().exchanges;
    assert_eq!(exchanges.iter().map(|one| one.state.as_str()).collect::<Vec<_>>(), ["withdrawn"]);
}
