//! What an outsider is told of a file that was touched.

use std::sync::Arc;

use keys::{
    Common, FIRST_INCARNATION, NetworkId, PROTOCOL_VERSION, Policy, Secret, SigningKey,
    founding::{Founding, FoundingRequest, found},
    log::Recovery,
};
use protocol::audit_export::{AuditExport, ExportError};

use super::*;
use crate::{
    audit::{Chain, Event},
    store::{Batch, MemoryStore, Store as _},
    world::testing::{SeededEntropy, still},
};

const NOW: Timestamp = Timestamp(1_795_478_400);

fn founded(name: &str, seed: u64) -> Founding {
    let request = FoundingRequest {
        network: NetworkId::from_name("spean"),
        name: name.into(),
        country: "KH".into(),
        recovery: Recovery::default(),
        policy: Policy {
            suites: vec![1],
            min_version: 1,
            kind: "reception".into(),
            services: Vec::new(),
            categories: Vec::new(),
            max_packet: 1 << 20,
        },
        transport_pins: vec![keys::label::digest_of(&seed.to_be_bytes())],
        addresses: Vec::new(),
    };
    found(request, NOW, &mut SeededEntropy::new(seed)).unwrap()
}

/// An agency, and a log of `count` acts.
struct Office {
    agency: VerifiedAgency,
    key: SigningKey,
    audit: Audit,
}

impl Office {
    async fn new(name: &str, seed: u64, count: usize) -> Self {
        let founding = founded(name, seed);
        let agency = founding.record.verify(NetworkId::from_name("spean")).unwrap();
        let key = SigningKey::from_seed(founding.op_seed.duplicate()).unwrap();
        let secret = |byte: u64| Secret::new(Box::new([byte.to_le_bytes()[0]; 32]));
        let store = MemoryStore::new();
        let audit = Audit::new(Arc::new(store.clone()), secret(seed), secret(seed + 10), agency.id(), still(NOW.0));
        for number in 0..count {
            let event = Event::new("uid 1000", "case.open").by(Some("ចាន់ \"Thy\"")).object(number.to_be_bytes());
            let event = if number % 2 == 1 { event.refused("person/not-allowed") } else { event };
            let item = audit.chain().item(&event);
            store.commit(Batch::new().chain(Arc::clone(audit.chain()) as _, item)).await.unwrap();
        }
        Self { agency, key, audit }
    }

    fn common(&self) -> Common {
        Common {
            v: PROTOCOL_VERSION,
            network: self.agency.network(),
            agency: self.agency.id(),
            key: self.key.public().id(),
            incarnation: FIRST_INCARNATION,
            ts: NOW,
        }
    }

    fn says(&self, stretch: &Stretch) -> AuditExport {
        let Stretch { before, last, newest } = *stretch;
        AuditExport { common: self.common(), since: NOW, until: NOW.plus(1), before, last, newest }
    }

    /// The stretch after entry `before` up to entry `last`.
    async fn stretch(&self, before: usize, last: usize) -> Stretch {
        let all = self.audit.read(None, 1000).await.unwrap();
        let head = |seq: usize| if seq == 0 { NOTHING } else { head_of(&all[seq - 1]) };
        Stretch { before: head(before), last: head(last), newest: head(all.len()) }
    }

    async fn export(&self, before: usize, last: usize) -> String {
        let stretch = self.stretch(before, last).await;
        let lines = self.audit.lines(&stretch).await.unwrap();
        write_export(&self.agency, "spean", &self.says(&stretch).sign(&self.key), &lines)
    }
}

fn why(text: &str) -> String {
    read_export(text).err().unwrap_or_else(|| panic!("accepted:\n{text}")).to_string()
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

#[tokio::test]
async fn a_whole_stretch_reads_back_with_what_was_signed() {
    let office = Office::new("CMO", 1, 600).await;
    let whole = office.audit.stretch(NOW, NOW.plus(1)).await.unwrap().unwrap();
    assert_eq!((whole.before, whole.count(), whole.last), (NOTHING, 600, whole.newest));
    for (before, last) in [(0, 600), (0, 1), (599, 600), (10, 570)] {
        let read = read_export(&office.export(before, last).await).unwrap();
        let of_log = office.audit.read(None, 1000).await.unwrap();
        let expected: Vec<Entry> = of_log[before..last].iter().map(|found| found.entry.clone()).collect();
        assert_eq!(read.entries, expected);
        assert_eq!((read.agency.name(), read.signed.newest.seq), ("CMO", 600));
    }
    assert_eq!(office.audit.stretch(NOW.plus(1), NOW.plus(9)).await.unwrap(), None);
    assert_eq!(office.audit.stretch(Timestamp(0), NOW).await.unwrap(), None);
}

#[tokio::test]
async fn each_changed_byte_is_noticed() {
    let text = Office::new("CMO", 1, 4).await.export(1, 3).await;
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        if let Ok(changed) = String::from_utf8(bytes) {
            assert!(read_export(&changed).is_err(), "byte {at}");
        }
    }
    let changed = text.replacen("case.open", "case.list", 1);
    assert_eq!(why(&changed), "entry 2 was changed");
    // Also by somebody who makes the hashes anew.
    let parts = lines(&text);
    let mut line: Line = serde_json::from_str(parts[2].trim_end()).unwrap();
    line.entry.action = "case.list".into();
    line.hash = Chain::hash_of(&line.entry).unwrap();
    let last = format!("{}\n", serde_json::to_string(&line).unwrap());
    assert_eq!(why(&[parts[0], parts[1], &last].concat()), "these are not the entries that were signed");
}

#[tokio::test]
async fn a_removed_moved_or_added_entry_and_a_cut_end_are_named() {
    let text = Office::new("CMO", 1, 6).await.export(0, 6).await;
    let parts = lines(&text);
    let of = |picked: &[usize]| picked.iter().map(|at| parts[*at]).collect::<String>();
    let told = [
        (vec![0, 1, 2, 4, 5, 6], "entry 3 is missing"),
        (vec![0, 1, 5, 6], "entries 2 to 4 are missing"),
        (vec![0, 2, 3, 4, 5, 6], "entry 1 is missing"),
        (vec![0, 1, 2, 2, 3, 4, 5, 6], "entry 2 stands in a wrong place"),
        (vec![0, 1, 3, 2, 4, 5, 6], "entry 2 is missing"),
        (vec![0, 1, 2, 3], "the end is missing: the file ends with entry 3, signed is entry 6"),
        (vec![0], "the end is missing: the file ends with entry 0, signed is entry 6"),
        (vec![0, 1, 2, 3, 4, 5, 6, 6], "behind the last entry that was signed, 6, stands something more"),
        (vec![1, 2, 3], "this is not an export of an audit log"),
    ];
    for (picked, expected) in told {
        assert_eq!(why(&of(&picked)), expected, "{picked:?}");
    }
    let within = &text[..text.len() - 20];
    assert_eq!(why(within), "the end is missing: the file ends with entry 5, signed is entry 6");
    assert_eq!(why("{}\n"), "this is not an export of an audit log");
    assert_eq!(
        why(&text.replacen("\"format\":1", "\"format\":2", 1)).split(',').next(),
        Some("this export has format 2")
    );
}

#[tokio::test]
async fn another_agencys_signature_does_not_count() {
    let (office, other) = (Office::new("CMO", 1, 3).await, Office::new("DT", 2, 3).await);
    let stretch = office.stretch(0, 3).await;
    let entries = office.audit.lines(&stretch).await.unwrap();
    let with = |signed: &[u8]| write_export(&office.agency, "spean", signed, &entries);
    // By their key in our name, in theirs, and ours for another log.
    let by = |agency: &str, why: ExportError| Unsound::NotSigned { agency: agency.into(), why };
    let in_our_name = with(&office.says(&stretch).sign(&other.key));
    assert_eq!(read_export(&in_our_name).unwrap_err(), by("CMO", ExportError::Other));
    let in_theirs = with(&other.says(&stretch).sign(&other.key));
    assert_eq!(read_export(&in_theirs).unwrap_err(), by("CMO", ExportError::Other));
    let key =
        AuditExport { common: Common { key: other.key.public().id(), ..office.common() }, ..office.says(&stretch) };
    assert!(why(&with(&key.sign(&other.key))).starts_with("it is not signed by CMO: the agency has no signing key"));
    let of_other = office.says(&other.stretch(0, 3).await).sign(&office.key);
    assert_eq!(read_export(&with(&of_other)).unwrap_err(), Unsound::OtherEntries);
    // Their name on our log.
    let renamed = with(&office.says(&stretch).sign(&office.key)).replacen("\"name\":\"CMO\"", "\"name\":\"DT\"", 1);
    assert_eq!(read_export(&renamed).unwrap_err(), Unsound::OtherAgency);
}

#[tokio::test]
async fn a_stretch_that_no_log_has_is_not_read_even_if_signed() {
    let office = Office::new("CMO", 1, 3).await;
    let good = office.stretch(1, 2).await;
    let entries = office.audit.lines(&good).await.unwrap();
    for stretch in [Stretch { last: good.before, ..good }, Stretch { newest: good.before, ..good }] {
        let text = write_export(&office.agency, "spean", &office.says(&stretch).sign(&office.key), &entries);
        let expected = Unsound::NotSigned { agency: "CMO".into(), why: ExportError::Stretch };
        assert_eq!(read_export(&text).unwrap_err(), expected);
    }
}
