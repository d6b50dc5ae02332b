//! Erasure that is true: a thief with copies of the recipient's folder from before and after, and with every key that
//! is left afterwards, finds nothing of the child. The same thief with the keys of before finds it.

mod ends;
mod kills;
mod lapse;
mod power;
mod seized;
mod steps;
mod watched;

use std::path::Path;

use keys::AgencyId;
use node::view::{ConsentView, Referred};
use protocol::{ExchangeId, fixture};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::thief::{self, Bunch, Files, Found, Loot, Rows, Target, sweep};

use crate::{
    agency::{Agency, PASSPHRASE},
    town::{self, FOR_SHELTER},
};

/// The tag of an exchange's content among the owners of data keys.
const CONTENT: u8 = 3;

/// A child that was offered.
struct Child {
    case: String,
    consent: String,
    exchange: String,
    /// What only its records say.
    needles: Vec<String>,
}

impl Child {
    /// Enters the invented child at `from` and offers it to `to`.
    async fn offered(from: &Agency, to: &Agency, name: &str, summary: &str) -> Self {
        let record = fixture::case_json(name).expect("an invented child");
        let mut needles = vec![summary.to_owned()];
        texts(&record["identity"]["name"], &mut needles);
        let saved: node::view::CaseSaved = from.post("cases", record).await;
        let consent = json!({
            "to": [to.name],
            "categories": FOR_SHELTER,
            "purposes": ["shelter"],
            "given_by": "best_interest",
            "assent": "given",
            "reason": "The child travels alone and needs a safe place; every step was talked over with the child.",
            "why_nobody": "No caregiver could be found yet.",
        });
        let consent: ConsentView = from.post(&format!("cases/{}/consents", saved.id), consent).await;
        let mut request = town::request(&saved.id, to);
        request["summary"] = summary.into();
        let referred: Referred = from.post("referrals", request).await;
        Self { case: saved.id, consent: consent.id, exchange: referred.exchange, needles }
    }

    /// The owner of what the recipient has of it.
    fn content(&self) -> Vec<u8> {
        let id: ExchangeId = self.exchange.parse().expect("an id");
        [&[CONTENT], id.as_bytes().as_slice()].concat()
    }

    async fn act(&self, agency: &Agency, verb: &str, body: Value) {
        let _: Value = agency.post(&format!("exchanges/{}/{verb}", self.exchange), body).await;
    }
}

/// The texts of a JSON value that are long enough to mean something.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.len() > 4 => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(entries) => entries.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

/// A folder as it lay there at one moment, and what its keyring gives.
struct Taken {
    folder: TempDir,
    bunch: Bunch,
}

impl Taken {
    /// Of a folder whose node is not running: killed, or stopped.
    fn of(dir: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        thief::copy(dir, folder.path()).expect("copied");
        let bunch = Bunch::of_keyring(&folder.path().join("keyring"), PASSPHRASE);
        Self { folder, bunch }
    }

    fn files(&self) -> Files {
        Files::read(self.folder.path()).expect("readable")
    }

    /// The store's rows, opened with `bunch`.
    async fn rows(&self, bunch: &Bunch, agency: AgencyId) -> Rows {
        Loot::of(self.folder.path()).await.opened(bunch, agency)
    }
}

/// What the thief makes of the folder before and after the ends of `ended`.
struct Thief {
    agency: AgencyId,
    before: Taken,
    after: Taken,
    ended: Vec<Vec<u8>>,
    needles: Vec<String>,
}

impl Thief {
    fn new(agency: AgencyId, before: Taken, after: Taken, ended: &[&Child]) -> Self {
        let mut owners: Vec<_> = ended.iter().map(|child| child.content()).collect();
        owners.sort();
        let needles = ended.iter().flat_map(|child| child.needles.clone()).collect();
        Self { agency, before, after, ended: owners, needles }
    }

    /// With the keys of before: the child is there, at offsets and in rows. Gives its data keys.
    async fn control(&self) -> Vec<[u8; 32]> {
        let rows = self.before.rows(&self.before.bunch, self.agency).await;
        assert_eq!(rows.tellers(&self.needles), self.ended, "the children lie under their exchanges' content keys");
        let children: Vec<_> = self.ended.iter().map(|owner| rows.keys[owner]).collect();
        let mut lost = self.before.bunch.without(&self.after.bunch);
        children.iter().for_each(|key| lost.add("content key".into(), *key));
        let found = self.sweep(&[&self.before.files()], &lost, &children);
        assert!(found.wraps.len() >= children.len() && found.records.len() >= children.len(), "the control finds them");
        children
    }

    /// With all keys of after, and all that these open, in both copies.
    async fn finds_nothing(&self, children: &[[u8; 32]], survivor: Option<&Child>) {
        let mut bunch = self.after.bunch.clone();
        for taken in [&self.before, &self.after] {
            let rows = taken.rows(&self.after.bunch, self.agency).await;
            assert_eq!(rows.tellers(&self.needles), Vec::<Vec<u8>>::new());
            if let Some(survivor) = survivor {
                assert_eq!(rows.tellers(&survivor.needles), [survivor.content()], "what was not erased still opens");
            }
            rows.keys.values().for_each(|key| bunch.add("data key".into(), *key));
        }
        let found = self.sweep(&[&self.before.files(), &self.after.files()], &bunch, children);
        assert!(found.nothing(), "{:?} {:?}", found.wraps, found.records);
        assert!(found.others > 0 && found.windows > 20_000, "the sweep finds what is left to find");
    }

    fn sweep(&self, files: &[&Files], bunch: &Bunch, children: &[[u8; 32]]) -> Found {
        let begun = std::time::Instant::now();
        let found = sweep(files, bunch, &Target { keys: children, needles: &self.needles });
        eprintln!(
            "{} offsets x {} keys in {:.1?}: {} data keys, {} records of the child, {} of others",
            found.windows,
            bunch.keys().len(),
            begun.elapsed(),
            found.wraps.len(),
            found.records.len(),
            found.others
        );
        found
    }
}
