//! The main key of the kit takes over: what a thief of the whole keyring did to the key log is void everywhere.

use keys::{SigningKey, kit, log::next_root_hash, publish};

use super::*;
use crate::{service::rows::Trust, view::RotateRootKey};

fn next_kit() -> SigningKey {
    SigningKey::from_seed(keys::Secret::new(Box::new([77; 32]))).unwrap()
}

async fn rotate(node: &Node, secret: String) -> Result<KeyChange, ServiceError> {
    let next = next_root_hash(&next_kit().public()).to_string();
    node.service.root_rotate(&worker(None), RotateRootKey { secret, next }).await
}

#[tokio::test]
async fn with_the_kit_a_stolen_main_key_is_worth_nothing_and_trust_stays() {
    let pair = Pair::new().await;
    let (origin, there) = (&pair.origin.service, &pair.shelter.service);
    let (me, old_root) = (origin.me(), origin.held.root().unwrap());
    let paper = kit::groups(&pair.origin.next_root_seed()).join(" ");

    // The thief has the main key: a signing key of their own is taken in by who hears of it first.
    let thief = SigningKey::from_seed(keys::Secret::new(Box::new([66; 32]))).unwrap();
    let stolen = publish::add_op_key(&me, &old_root, origin.world.now(), thief.public()).unwrap();
    let node = crate::service::Actor::Node;
    assert!(there.peer_record_fetched(&node, &me.id(), &stolen.record().to_bytes()).await.unwrap());
    assert!(there.peer(&me.id()).unwrap().agency.keys().op_key(thief.public().id()).is_some());

    let other = kit::groups(&keys::Secret::new(Box::new([9; 32]))).join(" ");
    assert!(matches!(rotate(&pair.origin, other).await, Err(ServiceError::OtherKit)));
    assert!(matches!(rotate(&pair.origin, "spnkit1".into()).await, Err(ServiceError::KitMistyped)));
    let done = rotate(&pair.origin, paper.clone()).await.unwrap();
    assert_eq!(done.before, Some(old_root.public().id().to_string()));
    assert!(matches!(rotate(&pair.origin, paper).await, Err(ServiceError::OtherKit)), "a kit is good once");
    assert!(origin.kit(&worker(None)).await.unwrap().due, "the next one was not proved yet");

    learn(there, origin, false).await;
    let known = there.peer(&me.id()).unwrap();
    assert!(known.agency.keys().op_key(thief.public().id()).is_none(), "void");
    assert_eq!((known.row.trust, known.agency.head()), (Trust::Verified, origin.me().head()));
    let again = there.peer_record_fetched(&node, &me.id(), &stolen.record().to_bytes()).await;
    assert!(matches!(again, Err(ServiceError::CardVoid)));
    // What only the main key may do is done by the new one.
    origin.key_prepare(&worker(None)).await.unwrap();
    learn(there, origin, false).await;
    assert_eq!(there.peer(&me.id()).unwrap().agency.keys().root().id(), origin.held.root().unwrap().public().id());
}

#[tokio::test]
async fn a_main_key_that_was_decided_on_is_in_the_keyring_before_it_is_shown() {
    let node = Node::new().await;
    let paper = kit::groups(&node.next_root_seed()).join(" ");
    let before = node.service.me().head();
    node.signing().fail_after(Some(0));
    assert!(rotate(&node, paper).await.is_err());
    assert_eq!(node.service.me().head(), before, "nothing is shown");
    node.signing().fail_after(None);
    node.service.resume_change().await.unwrap();
    let (shown, held) = (node.service.me().keys().root(), node.service.held.root().unwrap().public());
    assert_eq!((shown, node.service.me().head().seq), (held, before.seq + 1));
}
