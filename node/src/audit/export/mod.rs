//! A stretch of the log as a file, for somebody outside (`docs/protocol.md` 3.14).
//!
//! Lines of JSON: the first says whose log it is and carries what the agency signed, each further one is an entry with
//! its hash. What is signed names the last entry's hash, each entry names the hash of the one before: nothing of it can be
//! changed, left out or added. Reading needs the file alone; whose digits it must show, the reader knows.

mod read;
#[cfg(test)]
mod tests;

use keys::{Digest, Head, Timestamp, VerifiedAgency};
use serde::{Deserialize, Serialize};

pub use self::read::{Exported, Unsound, read_export};
use super::{Audit, AuditError, Entry, Numbered};

/// Entries that are read at once.
const PAGE: usize = 512;
/// In the first line.
const KIND: &str = "audit export";
/// Of the file.
const FORMAT: u8 = 1;

/// A stretch of the log without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The entry before the first; zeros if there is none.
    pub before: Head,
    /// The last entry.
    pub last: Head,
    /// The newest of the whole log.
    pub newest: Head,
}

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct First {
    spean: String,
    format: u8,
    network: String,
    agency: String,
    name: String,
    /// What was signed, in base64.
    signed: String,
    /// The agency's public record, in base64.
    record: String,
}

/// Every further line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    hash: Digest,
    entry: Entry,
}

impl Stretch {
    /// How many entries it has.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.last.seq.saturating_sub(self.before.seq)
    }
}

/// Where there is no entry.
const NOTHING: Head = Head { seq: 0, hash: Digest([0; 32]) };

const fn head_of(found: &Numbered) -> Head {
    Head { seq: found.entry.seq, hash: found.hash }
}

impl Audit {
    /// From the first entry made at `since` or later to the last one made before `until`, with all between, also where
    /// the clock was set back meanwhile. `None`: there is no such entry.
    ///
    /// # Errors
    /// [`AuditError`].
    pub async fn stretch(&self, since: Timestamp, until: Timestamp) -> Result<Option<Stretch>, AuditError> {
        let (mut newest, mut ends) = (NOTHING, None);
        loop {
            let found = self.read(Some(newest.seq).filter(|seq| *seq > 0), PAGE).await?;
            if found.is_empty() {
                return Ok(ends.map(|(before, last)| Stretch { before, last, newest }));
            }
            for numbered in found {
                let at = numbered.entry.at;
                let here = head_of(&numbered);
                if since <= at && at < until {
                    let (before, _) = ends.unwrap_or((newest, here));
                    ends = Some((before, here));
                }
                newest = here;
            }
        }
    }

    /// The lines of these entries, in a file's order.
    ///
    /// # Errors
    /// [`AuditError`]: also when they do not hang together.
    pub async fn lines(&self, stretch: &Stretch) -> Result<String, AuditError> {
        let (mut text, mut end) = (String::new(), stretch.before);
        while end.seq < stretch.last.seq {
            let broken = AuditError::Unreadable { seq: end.seq + 1 };
            let found = self.read(Some(end.seq).filter(|seq| *seq > 0), PAGE).await?;
            if found.is_empty() {
                return Err(broken);
            }
            for numbered in found.into_iter().take_while(|found| found.entry.seq <= stretch.last.seq) {
                let seq = numbered.entry.seq;
                if seq != end.seq + 1 || numbered.entry.prev != end.hash {
                    return Err(AuditError::Unreadable { seq });
                }
                end = head_of(&numbered);
                let line = Line { hash: numbered.hash, entry: numbered.entry };
                text.push_str(&serde_json::to_string(&line).map_err(|_| AuditError::Unreadable { seq })?);
                text.push('\n');
            }
        }
        if end == stretch.last { Ok(text) } else { Err(AuditError::Unreadable { seq: end.seq }) }
    }
}

/// The file: `lines` of the stretch that `signed` is about, behind the line that says whose they are.
#[must_use]
pub fn write_export(agency: &VerifiedAgency, network: &str, signed: &[u8], lines: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let first = First {
        spean: KIND.into(),
        format: FORMAT,
        network: network.into(),
        agency: agency.id().to_string(),
        name: agency.name().into(),
        signed: STANDARD.encode(signed),
        record: STANDARD.encode(agency.record().to_bytes()),
    };
    // Texts and a number only: nothing of it can't be written.
    format!("{}\n{lines}", serde_json::to_string(&first).unwrap_or_default())
}
