//! The checks: what is read from files, from recorded bodies, and from copies of a disk; not what a node believes.

use std::{fs, io, path::Path, sync::Arc};

use keys::keyring::Keyring;
use protocol::ExchangeId;
use serde_json::Value;

use super::{
    DemoError, children,
    search::{Needle, in_folder},
    stage::{Agency, PASSPHRASE},
    tap::Recording,
    tell::Teller,
};
use crate::{
    config::Folder,
    service,
    store::{AnyStore, SledStore},
    vault::{SharedKeyring, Vault},
    view::ExchangeView,
    world::World,
};

/// The children whose names crossed the wire, encrypted.
const SENT: [&str; 5] = ["F02", "F04", "F05", "F06", "F08"];

/// The offer in one line.
pub fn outline(triage: &Value) -> String {
    let text = |field: &str| triage[field].as_str().unwrap_or("-").to_owned();
    format!("{}, {}, {}: “{}”", text("age_band"), text("sex"), text("urgency"), text("text"))
}

/// The categories of a released record.
pub fn categories(record: &Value) -> Vec<String> {
    let names = record.as_object().into_iter().flatten().map(|(name, _)| name.clone());
    names.filter(|name| name != "handling").collect()
}

/// The child's name in both scripts.
pub fn name(record: &Value) -> String {
    let name = &record["identity"]["name"];
    let part = |script: &str, part: &str| name[script][part].as_str().unwrap_or("").to_owned();
    format!("{} {} ({} {})", part("km", "family"), part("km", "given"), part("latin", "family"), part("latin", "given"))
}

/// The receipt in words.
pub fn receipt(view: &ExchangeView) -> String {
    view.receipt.as_ref().map_or_else(
        || "no receipt yet".into(),
        |receipt| format!("{} signed that it erased everything ({})", receipt.by, receipt.method),
    )
}

/// Whether no text of the child's record that could point to somebody stands in the offer.
///
/// # Errors
/// [`DemoError::Stage`].
pub fn identifies_nobody(triage: &Value, child: &str) -> Result<bool, DemoError> {
    let said = triage.to_string();
    let record = children::record(child)?;
    let mut telling = children::names(&[child])?;
    for category in ["identity", "contact_location", "family"] {
        texts(&record[category], &mut telling);
    }
    telling.retain(|text| text.chars().count() > 3 && !text.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
    Ok(!triage.is_null() && !telling.iter().any(|text| said.contains(text.as_str())))
}

/// Whether neither address, phone nor directions of the child's record stand in what was released.
///
/// # Errors
/// [`DemoError::Stage`].
pub fn lacks_addresses(released: &Value, child: &str) -> Result<bool, DemoError> {
    let said = released.to_string();
    let record = children::record(child)?;
    let mut addresses = Vec::new();
    texts(&record["contact_location"], &mut addresses);
    // Codes and days say nothing of a place.
    let tells = |text: &String| {
        let code = text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        let day = text.chars().all(|c| c.is_ascii_digit() || c == '-');
        text.chars().count() > 6 && !code && !day
    };
    addresses.retain(tells);
    Ok(released["contact_location"].is_null() && !addresses.iter().any(|text| said.contains(text.as_str())))
}

/// All texts of a record, help left out.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(entries) => {
            entries.iter().filter(|(name, _)| !name.starts_with('_')).for_each(|(_, value)| texts(value, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Control: whether a recorded body, opened with the recipient's own key, holds the boy's name.
///
/// # Errors
/// [`DemoError`].
pub async fn opened_again(recording: &Recording, recipient: &Agency) -> Result<bool, DemoError> {
    let service = recipient.use_cases().await?;
    let needle = Needle::new("សុខា");
    for passed in recording.all().iter().filter(|passed| passed.to == recipient.id && passed.from != recipient.id) {
        if let Some(plain) = service.open_recorded(&passed.request).await
            && needle.is_in(&plain)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Searches everything that crossed the wire, and everything that lies on the three disks.
///
/// # Errors
/// [`DemoError::Io`].
pub fn search(recording: &Recording, agencies: &[&Agency], teller: &mut Teller) -> Result<(), DemoError> {
    teller.step("All that crossed the wire, and all that lies on disk, is searched for the children's names");
    let needles: Vec<Needle> = children::names(&SENT)?.iter().map(|name| Needle::new(name)).collect();
    let passed = recording.all();
    let bytes: usize = passed.iter().map(|passed| passed.request.len() + passed.response.len()).sum();
    teller.say(format!(
        "{} HTTP bodies, {bytes} bytes; {} names, each in eight encodings",
        passed.len(),
        needles.len()
    ));
    let on_wire = passed.iter().any(|p| needles.iter().any(|n| n.is_in(&p.request) || n.is_in(&p.response)));
    teller.check("no name crossed the wire in the clear", !on_wire && !passed.is_empty());
    for agency in agencies {
        let found = in_folder(&agency.dir, &needles)?;
        teller.check(&format!("no name lies in the clear in {}'s folder", agency.name), found.is_empty());
    }
    let control = children::record("F04")?.to_string();
    teller.check(
        "control: in an unencrypted copy, the same search finds them",
        needles.iter().any(|n| n.is_in(control.as_bytes())),
    );
    Ok(())
}

/// A copy of an agency's disk, taken while its node stood still, and the exchange that was on it.
pub struct Before {
    copy: tempfile::TempDir,
    exchange: ExchangeId,
}

impl Before {
    /// Stops the node, copies its folder, starts it again.
    ///
    /// # Errors
    /// [`DemoError`].
    pub async fn keep(agency: &mut Agency, exchange: &str) -> Result<Self, DemoError> {
        let exchange = exchange.parse().map_err(|_| DemoError::Stage("an exchange's id"))?;
        agency.stop().await;
        let copy = tempfile::tempdir()?;
        copy_folder(&agency.dir, copy.path())?;
        agency.start().await?;
        Ok(Self { copy, exchange })
    }

    /// Whether the copy opens the offer with the keyring of then, and whether it opens nothing with that of now.
    ///
    /// # Errors
    /// [`DemoError`].
    pub async fn compare(self, agency: &mut Agency) -> Result<(bool, bool), DemoError> {
        agency.stop().await;
        let now = tempfile::tempdir()?;
        copy_folder(self.copy.path(), now.path())?;
        fs::copy(Folder::new(&agency.dir).keyring(), Folder::new(now.path()).keyring())?;
        agency.start().await?;
        let then_opens = opens(self.copy.path(), agency, self.exchange).await;
        let now_opens = opens(now.path(), agency, self.exchange).await;
        Ok((then_opens, !now_opens))
    }
}

/// Whether what this folder holds of the exchange can be read with the keyring that lies beside it.
async fn opens(folder: &Path, agency: &Agency, exchange: ExchangeId) -> bool {
    let open = async {
        let keyring = Keyring::unlock(&Folder::new(folder).keyring(), PASSPHRASE.as_bytes()).ok()?;
        let store: AnyStore = Arc::new(SledStore::open(folder).ok()?);
        let keys = Arc::new(SharedKeyring::new(keyring));
        let vault = Vault::open(store, keys, agency.id, World::system()).await.ok()?;
        service::holds_content(&vault, exchange).await.ok()
    };
    open.await.unwrap_or(false)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else if kind.is_file() && entry.file_name() != "ballast" {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
