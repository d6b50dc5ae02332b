//! Reading such a file: whole or not at all, and what is wrong with it in words.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use keys::{Head, NetworkId, PublicRecord, RecordError, VerifiedAgency};
use protocol::audit_export::{AuditExport, ExportError};
use serde::{Serialize, de::DeserializeOwned};

use super::{FORMAT, First, KIND, Line};
use crate::audit::{Chain, Entry};

/// An export that holds.
#[derive(Debug)]
pub struct Exported {
    /// Whose log it is, if these are its digits.
    pub agency: VerifiedAgency,
    /// What it signed.
    pub signed: AuditExport,
    /// The entries, oldest first.
    pub entries: Vec<Entry>,
}

/// Why a file is no export that holds.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// Something else.
    #[error("this is not an export of an audit log")]
    NotAnExport,
    /// Of a later version.
    #[error("this export has format {0}, this program reads format {FORMAT}: it needs a newer version")]
    Newer(u8),
    /// The first line was changed.
    #[error("the first line was changed: it is not as the program writes it")]
    First,
    /// The agency's own record.
    #[error("the agency's public record in the file does not hold: {0}")]
    Record(RecordError),
    /// The first line and the record differ.
    #[error("the first line names another agency than the public record in it")]
    OtherAgency,
    /// The signature, or what it is about.
    #[error("it is not signed by {agency}: {why}")]
    NotSigned {
        /// The agency whose log it is said to be.
        agency: String,
        /// What does not fit.
        why: ExportError,
    },
    /// A line that is no entry, or not written so.
    #[error("line {0} was changed or damaged")]
    Line(usize),
    /// An entry that does not give its hash.
    #[error("entry {0} was changed")]
    Changed(u64),
    /// An entry that does not carry the hash of the one before.
    #[error("entry {0} does not follow from the entry before it")]
    Link(u64),
    /// An entry that is not there.
    #[error("entry {0} is missing")]
    MissingOne(u64),
    /// Entries that are not there.
    #[error("entries {from} to {to} are missing")]
    Missing {
        /// The first of them,
        from: u64,
        /// and the last.
        to: u64,
    },
    /// An entry where another belongs.
    #[error("entry {0} stands in a wrong place")]
    Place(u64),
    /// The file ends too early.
    #[error("the end is missing: the file ends with entry {here}, signed is entry {signed}")]
    Cut {
        /// The last that is there; the one before the first, if none is.
        here: u64,
        /// The last that was signed.
        signed: u64,
    },
    /// Something stands behind the last entry that was signed.
    #[error("behind the last entry that was signed, {0}, stands something more")]
    Beyond(u64),
    /// All hangs together, and is something else than what was signed.
    #[error("these are not the entries that were signed")]
    OtherEntries,
}

/// Reads an export, and checks all of it. It needs nothing but the file.
///
/// # Errors
/// [`Unsound`], with the first thing that is wrong.
pub fn read_export(text: &str) -> Result<Exported, Unsound> {
    let (first, lines) = text.split_once('\n').ok_or(Unsound::NotAnExport)?;
    let (agency, signed) = opening(first)?;
    let whose = || agency.name().to_owned();
    let signed = AuditExport::verify(&signed, &agency).map_err(|why| Unsound::NotSigned { agency: whose(), why })?;
    let entries = entries(lines, &signed)?;
    Ok(Exported { agency, signed, entries })
}

/// A line, if it is written in the one way in which the program writes it.
fn exactly<T: DeserializeOwned + Serialize>(line: &str) -> Option<T> {
    let value: T = serde_json::from_str(line).ok()?;
    (serde_json::to_string(&value).ok()? == line).then_some(value)
}

fn opening(line: &str) -> Result<(VerifiedAgency, Vec<u8>), Unsound> {
    #[derive(serde::Deserialize)]
    struct Begin {
        spean: String,
        format: u8,
    }
    let begin: Begin = serde_json::from_str(line).map_err(|_| Unsound::NotAnExport)?;
    match begin.format {
        _ if begin.spean != KIND => return Err(Unsound::NotAnExport),
        FORMAT => {}
        newer => return Err(Unsound::Newer(newer)),
    }
    let first: First = exactly(line).ok_or(Unsound::First)?;
    let (record, signed) = (STANDARD.decode(&first.record), STANDARD.decode(&first.signed));
    let (Ok(record), Ok(signed)) = (record, signed) else { return Err(Unsound::First) };
    let record = PublicRecord::from_bytes(&record).map_err(Unsound::Record)?;
    let agency = record.verify(NetworkId::from_name(&first.network)).map_err(Unsound::Record)?;
    if agency.id().to_string() != first.agency || agency.name() != first.name {
        return Err(Unsound::OtherAgency);
    }
    Ok((agency, signed))
}

fn entries(lines: &str, signed: &AuditExport) -> Result<Vec<Entry>, Unsound> {
    let (mut end, mut entries) = (signed.before, Vec::new());
    for (number, line) in (2..).zip(lines.split_inclusive('\n')) {
        if end.seq == signed.last.seq {
            return Err(Unsound::Beyond(end.seq));
        }
        let line = line.strip_suffix('\n').ok_or(Unsound::Cut { here: end.seq, signed: signed.last.seq })?;
        let Line { hash, entry } = exactly(line).ok_or(Unsound::Line(number))?;
        if Chain::hash_of(&entry) != Some(hash) {
            return Err(Unsound::Changed(entry.seq));
        }
        let expected = end.seq.saturating_add(1);
        if entry.seq > expected {
            let to = entry.seq - 1;
            let one = to == expected;
            return Err(if one { Unsound::MissingOne(to) } else { Unsound::Missing { from: expected, to } });
        }
        if entry.seq < expected {
            return Err(Unsound::Place(entry.seq));
        }
        if entry.prev != end.hash {
            return Err(Unsound::Link(entry.seq));
        }
        end = Head { seq: entry.seq, hash };
        entries.push(entry);
    }
    if end.seq < signed.last.seq {
        return Err(Unsound::Cut { here: end.seq, signed: signed.last.seq });
    }
    if end.hash == signed.last.hash { Ok(entries) } else { Err(Unsound::OtherEntries) }
}
