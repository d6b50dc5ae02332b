//! Thousands of mutated envelopes over a real node's socket: each gets the same bytes for an answer, and leaves nothing.

use std::{collections::BTreeMap, fs, sync::Arc};

use node::delivery::tls::{TransportKey, client};
use reqwest::{Client, Response};
use serde_json::json;
use tests::{agency::Agency, chance::Chance, outer};
use tokio::task::JoinSet;

use crate::{
    hostile::Scene,
    puppet::{Letter, Packet, published},
};

/// Mutants of each sort.
const MUTANTS: usize = 1_500;
/// Requests under way at one time: the refusal waits for its tick.
const AT_ONCE: usize = 48;

/// All that a peer sees of an answer, but for the date.
type Seen = (u16, String, Vec<(String, Vec<u8>)>, Vec<u8>);

async fn seen(response: Response) -> Seen {
    let (status, version) = (response.status().as_u16(), format!("{:?}", response.version()));
    let headers = response.headers().iter().filter(|(name, _)| *name != "date");
    let headers = headers.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect();
    (status, version, headers, response.bytes().await.expect("a body").to_vec())
}

/// Posts as the agency's own node would.
fn caller(from: &Agency, to: &Agency) -> Client {
    let key = TransportKey::load(&from.folder().transport_key()).expect("its transport key");
    let tls = client(&key, to.record().transport_pins()).expect("a configuration");
    Client::builder().tls_backend_preconfigured(tls).http2_prior_knowledge().build().expect("a client")
}

/// As many requests as the test has mutants.
fn without_rate(agency: &Agency) {
    let path = agency.folder().config();
    let settings = fs::read_to_string(&path).expect("settings");
    let settings = settings.replace("requests_per_s = 50", "requests_per_s = 100000");
    fs::write(&path, settings.replace("requests_burst = 500", "requests_burst = 100000")).expect("written");
}

fn inner(packet: &Packet, signed: &[u8], to: &keys::sealing::SealingPublic, chance: &mut Chance) -> Letter {
    let mut bytes = signed.to_vec();
    for _ in 0..=chance.below(3) {
        let place = chance.below(bytes.len());
        bytes[place] ^= chance.flip();
    }
    bytes.truncate(bytes.len() - usize::from(chance.once_in(4)) * chance.below(bytes.len()));
    packet.letter_of(&bytes, to, None)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mutant_gets_one_and_the_same_answer_over_the_socket() {
    let scene = Scene::set_with(without_rate).await;
    let (record, cmo) = (scene.dt().record(), &scene.cmo);
    let to = published(&record);
    let packet = cmo.offer(&record).packet;
    let signed = packet.signed(&cmo.signing);
    let sound = packet.letter_of(&signed, &to, None).bytes;
    let others = [sound.clone(), cmo.offer(&record).packet.letter(&cmo.signing, &to, None).bytes];
    let (mut chance, mut answers) = (Chance::new(20_260_601), BTreeMap::<Seen, usize>::new());
    let client = Arc::new(caller(&scene.town.cmo, scene.dt()));
    let url = format!("https://{}/spean/1/envelopes", scene.dt().listen);
    let mut under_way = JoinSet::new();
    for number in 0..2 * MUTANTS {
        let bytes = match number % 2 {
            0 => outer::mutate(&sound, &others, &mut chance).1,
            _ => inner(&packet, &signed, &to, &mut chance).bytes,
        };
        if under_way.len() == AT_ONCE {
            let one = under_way.join_next().await.expect("some are under way").expect("no panic");
            *answers.entry(one).or_default() += 1;
        }
        let request = client.post(&url).header("content-type", "application/octet-stream").body(bytes);
        under_way.spawn(async move { seen(request.send().await.expect("an answer")).await });
    }
    for one in under_way.join_all().await {
        *answers.entry(one).or_default() += 1;
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    let ((status, _, headers, body), count) = answers.first_key_value().expect("one");
    assert_eq!((*status, body.len(), *count), (400, 0, 2 * MUTANTS));
    assert!(headers.iter().all(|(name, _)| name == "content-length"), "{headers:?}");
    assert_eq!(scene.state().await, json!([]));
    scene.goes_on(1).await;
    scene.close().await;
}
