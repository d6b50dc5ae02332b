//! `spean audit export FILE` and `spean audit verify FILE`: the audit log for somebody outside.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use clap::Args;
use jiff::{civil::Date, tz::TimeZone};
use keys::{Fingerprint, Timestamp};

use super::{
    Context, input,
    output::{Page, Show, when},
    problem,
};
use crate::{
    run::{ExportFault, check_export},
    view::{CheckedExport, ExportFile, ExportRequest, Problem},
};

/// The longest file that is checked, in bytes.
const LIMIT: u64 = 128 << 20;

/// Writes a signed part of the audit log to a file, for somebody outside
#[derive(Debug, Args)]
#[command(after_help = "\
The file holds the entries of these days with all between, each with its hash, and what the agency signed of them.
Whoever gets it checks it with `spean audit verify FILE`, offline: a changed, removed or added entry is found. No child
stands in it; the names of staff do. That it was made stands in the audit log.

Days are whole, in the time zone of this computer. Without --since it begins with the first entry, without --until it
ends now. An existing file is not overwritten.

Examples:
  spean audit export june.jsonl --since 2026-06-01 --until 2026-06-30 --by Maly
  spean audit export whole.jsonl --by Maly")]
pub struct Export {
    /// The file to write
    file: PathBuf,
    /// The first day
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// The last day
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
}

impl Export {
    /// Asks the node for it, and writes the file.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        let ask = ExportRequest {
            since: self.since.map_or(Timestamp(0), begins),
            until: self.until.map_or(Timestamp(u64::MAX), |day| day.tomorrow().map_or(Timestamp(u64::MAX), begins)),
        };
        // Before anything is written down of it.
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.file);
        let opened = opened.map_err(|error| unwritable(&self.file, &error))?;
        match context.post::<_, ExportFile>("audit/export", &ask) {
            Ok(made) => {
                write(opened, &made.text).map_err(|error| unwritable(&self.file, &error))?;
                told(context, &self.file, made)
            }
            Err(problem) => {
                // It is empty, and was not there before.
                let _ = std::fs::remove_file(&self.file);
                Err(problem)
            }
        }
    }
}

/// The beginning of a day on this computer's wall.
fn begins(day: Date) -> Timestamp {
    let at = TimeZone::system().to_timestamp(day.at(0, 0, 0, 0)).map_or(0, jiff::Timestamp::as_second);
    Timestamp(u64::try_from(at).unwrap_or_default())
}

fn write(mut file: File, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn unwritable(file: &Path, error: &io::Error) -> Problem {
    problem("file/unwritable", format!("`{}` cannot be written: {error}", file.display()))
        .hint("give another name: an existing file is not overwritten")
}

fn told(context: &Context, file: &Path, made: ExportFile) -> Result<(), Problem> {
    let text = format!(
        "{} entries, {} to {}, are written to `{}` and signed. Tell whoever gets the file these digits by another way: {}",
        made.entries,
        made.first,
        made.last,
        file.display(),
        made.digits
    );
    // In JSON as well: the file has it.
    context.out().told(&ExportFile { text: String::new(), ..made }, &text)
}

/// Checks a file that an agency gave away, with nothing but the file.
pub fn verify(context: &Context, file: &Path, fingerprint: Option<&str>) -> Result<(), Problem> {
    let expected = fingerprint.map(str::parse::<Fingerprint>).transpose().map_err(|error| {
        problem("peer/fingerprint-mistyped", format!("these digits are mistyped: {error}"))
            .hint("ten groups of four digits, and two check digits")
    })?;
    let text = input::read_text(file, LIMIT)?;
    match check_export(&text, expected) {
        Ok(checked) => context.out().answer(&checked),
        Err(error @ ExportFault::OtherDigits(_)) => Err(problem("peer/fingerprint-differs", error.to_string())
            .hint("do not trust the file; ask the agency again, on a number that you already had")),
        Err(ExportFault::Unsound(why)) => Err(problem("audit/broken", format!("this export does not hold: {why}"))
            .hint("do not trust the file; keep it, and ask the agency to send it anew")),
    }
}

impl Show for CheckedExport {
    fn show(&self, page: &mut Page) {
        let count = self.entries.len();
        page.say(&format!("Nothing was changed or removed: {count} entries, {} to {}.", self.first, self.last));
        let until = when::moment(self.until);
        let since = if self.since.0 == 0 { "the first entry".to_owned() } else { when::moment(self.since) };
        page.pairs(
            2,
            &[
                ("signed by", self.name.clone()),
                ("digits", self.digits.clone()),
                ("signed", when::moment(self.signed_at)),
                ("from", since),
                ("until", until),
                ("newest then", format!("{}, {}", self.newest, self.newest_hash)),
            ],
        );
        page.say(if self.digits_given {
            "The digits are those that you gave."
        } else {
            "Compare the digits with those that the agency told you: whoever made the file chose the name."
        });
    }
}
