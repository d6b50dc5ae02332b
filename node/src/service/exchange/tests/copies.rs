//! A peer that says there is another copy of this node, and shows it or not.

use protocol::{ack::AckResult, exchange::Refusal};

use super::pair::{Pair, because};
use crate::{
    service::{Outgoing, ServiceError, testing::worker},
    view::NoteRequest,
};

/// The shelter takes nothing that waits, and says this of it.
async fn says(pair: &Pair, why: Refusal) {
    let (origin, shelter) = (&pair.origin.service, &pair.shelter.service);
    let mut sealed = Vec::new();
    for (id, seq, _) in origin.outbox_due() {
        sealed.push((id, origin.outbox_seal(id, seq).await.unwrap()));
    }
    for (id, sealed) in sealed {
        let Outgoing::Ready { exported, position, .. } = sealed else { continue };
        let result = AckResult::Refused(Some(why));
        let ack = shelter.write_ack(origin.me().id(), id, position, result, None, &exported).unwrap();
        origin.outbox_done(&position, id, &exported, &ack).await.unwrap();
    }
}

/// The shelter is asked, and answers, until nothing more is asked.
async fn asks(pair: &Pair) {
    let (origin, shelter) = (&pair.origin.service, &pair.shelter.service);
    while let Some(ask) = origin.heads_wanted(shelter.me().id()) {
        let answer = shelter.heads_for(origin.me().id(), ask).await.unwrap();
        if !origin.heads_came(shelter.me().id(), ask, &answer).await.unwrap() {
            break;
        }
    }
}

async fn note(pair: &Pair, id: &str) -> Result<(), ServiceError> {
    let note = NoteRequest { text: "A sister was found.".into() };
    pair.origin.service.note(&worker(None), id, note).await.map(drop)
}

async fn troubles(pair: &Pair) -> Vec<String> {
    pair.origin.service.status(&worker(None)).await.unwrap().troubles.into_iter().map(|trouble| trouble.code).collect()
}

#[tokio::test]
async fn a_peers_bare_word_that_this_node_was_copied_stops_nothing_but_what_goes_to_it_until_it_is_asked() {
    for why in [Refusal::Forked, Refusal::OldIncarnation] {
        let mut pair = Pair::new().await;
        let (told, other) = (pair.released().await, pair.released().await);
        // Two, which are both under way when the first is refused.
        note(&pair, &told).await.unwrap();
        note(&pair, &told).await.unwrap();
        says(&pair, why).await;
        // Also over a restart nothing goes to it before it answered, and the node goes on.
        for _ in 0..2 {
            assert!(matches!(note(&pair, &other).await, Err(ServiceError::Recovering { .. })));
            assert!(troubles(&pair).await.contains(&"node/recovering".to_owned()));
            assert!(!pair.origin.service.is_recovering() && !pair.origin.service.is_copied());
            pair = pair.restarted().await;
        }
        asks(&pair).await;
        assert!(!troubles(&pair).await.iter().any(|code| code == "node/recovering" || code == "node/copied"));
        note(&pair, &other).await.unwrap();
        pair.settle().await;
        pair.shelter.service.give_back(&worker(None), &other, because("no_capacity")).await.unwrap();
        pair.settle().await;
        assert_eq!(pair.states(&other).await, ["returned", "returned"]);
        let heard: Vec<String> = pair.origin.service.outbox_due().iter().map(|(id, ..)| id.to_string()).collect();
        assert!(!heard.contains(&other), "nothing of it waits");
    }
}

#[tokio::test]
async fn a_packet_that_only_another_copy_can_have_made_stops_this_one_also_over_a_restart() {
    for in_its_place in [true, false] {
        let pair = Pair::new().await;
        let (one, other) = (pair.released().await, pair.released().await);
        let copy = pair.origin.copy();
        // The original goes on: with a note where the copy will write one too, or with an offer.
        if in_its_place {
            note(&pair, &one).await.unwrap();
        } else {
            pair.refer().await;
        }
        pair.settle().await;
        let Pair { origin, shelter, case, consent, first } = pair;
        let pair = Pair { origin: origin.put_back(copy).await, shelter, case, consent, first };
        note(&pair, if in_its_place { &one } else { &other }).await.unwrap();
        if in_its_place {
            pair.settle().await;
        } else {
            says(&pair, Refusal::Forked).await;
        }
        assert!(!pair.origin.service.is_copied());
        asks(&pair).await;
        let pair = pair.restarted().await;
        assert!(pair.origin.service.is_copied());
        assert!(matches!(note(&pair, &other).await, Err(ServiceError::Copied)));
        assert!(troubles(&pair).await.contains(&"node/copied".to_owned()));
    }
}
