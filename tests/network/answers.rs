//! A peer that keeps every answer it got sends the same envelopes again after a power cut, and gets the same answers.

use std::{collections::BTreeMap, time::Duration};

use keys::VerifiedAgency;
use node::{delivery::http::Delivered, view::ExchangeView};
use protocol::code::AgencyKind;
use tests::loop_disk::{LoopDisk, cut_power};

use crate::{
    agency::Agency,
    puppet::{Letter, Puppet, published},
    town::introduce,
};

const ROUNDS: u64 = 3;
/// Offers of one round: more than are answered before the power is cut.
const OFFERS: usize = 4000;

/// Sends offers, some at a time, until none is answered any more; keeps each answer.
async fn send_until_it_is_dark(puppet: &Puppet, dt: &Agency, record: &VerifiedAgency) -> Vec<(Letter, Vec<u8>)> {
    let mut answered = Vec::new();
    for _ in 0..OFFERS {
        let offer = || puppet.offer(record).packet.letter(&puppet.signing, &published(record), None);
        let letters = [offer(), offer(), offer()];
        let (a, b, c) = {
            let [a, b, c] = letters.each_ref().map(|letter| puppet.post_to(record, dt.listen, &letter.bytes));
            tokio::join!(a, b, c)
        };
        for (letter, answer) in letters.into_iter().zip([a, b, c]) {
            match answer {
                Ok(Delivered::Ack(bytes)) => answered.push((letter, bytes.to_vec())),
                Ok(_) | Err(_) => return answered,
            }
        }
    }
    answered
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_power_cut_the_same_envelope_gets_the_same_answer() {
    let Some(mut disk) = LoopDisk::mount("the same answers after a power cut") else { return };
    let place = tempfile::tempdir().expect("a folder");
    let cmo = Agency::make(place.path(), "CMO", AgencyKind::Reception);
    let mut dt = Agency::make(&disk.path(), "DT", AgencyKind::Shelter).aside(place.path());
    dt.set(&["unanswered_offers_per_peer = 100000", "requests_per_s = 10000", "free_space_mark_mib = 64"]);
    dt.spawn().await;
    introduce(&dt, &cmo).await;
    let puppet = Puppet::of(&cmo);
    let record = dt.record();
    let mut all = BTreeMap::new();
    for round in 0..ROUNDS {
        let dark = async {
            tokio::time::sleep(Duration::from_millis(700 + 310 * round)).await;
            let path = disk.path();
            let cut = tokio::task::spawn_blocking(move || cut_power(&[path])).await.expect("ends");
            assert!(cut, "the file system can be shut down");
        };
        let (answered, ()) = tokio::join!(send_until_it_is_dark(&puppet, &dt, &record), dark);
        assert!(answered.len() > 3, "{} answers in round {round}", answered.len());
        all.extend(answered.into_iter().map(|(letter, answer)| (letter.exchange, (letter, answer))));
        dt.stop().await;
        disk.mount_again();
        dt.spawn().await;
        for (exchange, (letter, answer)) in &all {
            let again = puppet.post(&dt, &letter.bytes).await;
            assert!(matches!(&again, Ok(Delivered::Ack(bytes)) if bytes[..] == answer[..]), "{exchange}: {again:?}");
            let view: ExchangeView = dt.get(&format!("exchanges/{exchange}")).await;
            assert_eq!(view.events.len(), 1, "{exchange}");
        }
    }
    dt.stop().await;
}
