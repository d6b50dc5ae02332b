//! `spean case`: the agency's own cases.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use protocol::record::case_template;

use super::{
    Context, input,
    node::segment,
    output::{self, Page, Show, fixed, flexible, in_order, short, shorten, show_record, when},
};
use crate::view::{CaseList, CaseSaved, CaseSummary, CaseView, Problem, SearchRequest};

/// Adds, edits, shows and finds this agency's cases
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  spean case template > case.json     a filled-in example, every field explained
  spean case add case.json --by Dara
  spean case list
  spean case show 3fa9c1
  spean case search Sokha")]
pub struct Case {
    #[command(subcommand)]
    command: CaseCommand,
}

#[derive(Debug, Subcommand)]
enum CaseCommand {
    /// Prints a filled-in example of a case as JSON, every field explained; needs no node
    #[command(after_help = "\
Names that begin with `_` explain the field beside them and are ignored when the file is added. The child in it is
invented.

Example:
  spean case template > case.json")]
    Template,
    /// Adds a case
    #[command(after_help = "\
Examples:
  spean case add case.json --by Dara
  spean case add - < case.json")]
    Add {
        /// The case as JSON; `-` reads it from standard input
        file: PathBuf,
    },
    /// Replaces what is recorded of a case
    #[command(after_help = "\
Offers that wait for an answer will release the edited case; what was released already does not change.

Examples:
  spean case show 3fa9c1 --json > case.json
  spean case edit 3fa9c1 case.json --by Dara")]
    Edit {
        /// The case: id or the beginning of it
        id: String,
        /// The whole case as JSON; `-` reads it from standard input
        file: PathBuf,
    },
    /// Lists the cases, newest change first
    #[command(after_help = "\
Examples:
  spean case list
  spean case list --json")]
    List,
    /// Shows a case; this is recorded in the audit log
    #[command(after_help = "\
Examples:
  spean case show 3fa9c1 --by Dara
  spean case show 3fa9c1 --json")]
    Show {
        /// The case: id or the beginning of it
        id: String,
    },
    /// Finds cases by a name, in either script, whole or in part
    #[command(after_help = "\
Spelling may differ: Tonley Sokkha finds Tonle Sokha, ទន្លេ finds both.

Examples:
  spean case search Sokha
  spean case search \"ទន្លេ សុខា\"")]
    Search {
        /// What to look for
        #[arg(required = true, value_name = "TERM")]
        term: Vec<String>,
    },
}

impl Case {
    /// Does what was asked about cases.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        match self.command {
            CaseCommand::Template => output::value(&in_order(&case_template())),
            CaseCommand::Add { file } => {
                let record = input::read_json(&file, input::CASE_LIMIT)?;
                let saved: CaseSaved = context.post("cases", &record)?;
                context.out().told(&saved, &format!("Case {} is added.", short(&saved.id)))
            }
            CaseCommand::Edit { id, file } => edit(context, &id, &file),
            CaseCommand::List => context.out().answer(&all_cases(context)?),
            CaseCommand::Show { id } => {
                context.out().answer(&context.get::<CaseView>(&format!("cases/{}", segment(&id)))?)
            }
            CaseCommand::Search { term } => {
                let found: CaseList = context.post("cases/search", &SearchRequest { term: term.join(" ") })?;
                context.out().answer(&found)
            }
        }
    }
}

fn edit(context: &Context, id: &str, file: &std::path::Path) -> Result<(), Problem> {
    let record = record_of(input::read_json(file, input::CASE_LIMIT)?);
    let saved: CaseSaved = context.put(&format!("cases/{}", segment(id)), &record)?;
    let remade = match saved.remade_releases {
        0 => String::new(),
        1 => " One open offer will release the edited case.".to_owned(),
        n => format!(" {n} open offers will release the edited case."),
    };
    context.out().told(&saved, &format!("Case {} is changed (version {}).{remade}", short(&saved.id), saved.version))
}

/// The record inside the output of `case show --json`, or the value itself: what was shown can be edited and given back.
fn record_of(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(mut fields) if fields.contains_key("record") && fields.contains_key("version") => {
            fields.remove("record").unwrap_or_default()
        }
        other => other,
    }
}

/// Every page of the list.
fn all_cases(context: &Context) -> Result<CaseList, Problem> {
    let mut all: CaseList = context.get("cases")?;
    while let Some(after) = all.next.take() {
        let more: CaseList = context.get(&format!("cases?after={}", segment(&after)))?;
        all.cases.extend(more.cases);
        all.next = more.next.filter(|next| *next != after);
    }
    Ok(all)
}

impl Show for CaseList {
    fn show(&self, page: &mut Page) {
        if self.cases.is_empty() {
            page.say("No case found. Try the other script, or add a case: spean case add FILE.json");
            return;
        }
        let ids: Vec<&str> = self.cases.iter().map(|case| case.id.as_str()).collect();
        let rows: Vec<Vec<String>> = self.cases.iter().zip(shorten(&ids)).map(|(case, id)| row(case, id)).collect();
        page.table(
            &[
                fixed("ID"),
                flexible("NAME"),
                flexible("LATIN"),
                fixed("SEX"),
                flexible("AGE"),
                fixed("OPEN"),
                fixed("CHANGED"),
            ],
            &rows,
        );
    }
}

fn row(case: &CaseSummary, id: String) -> Vec<String> {
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "–".into());
    vec![
        id,
        name(&case.name_km),
        name(&case.name_latin),
        case.sex.clone(),
        case.age.clone(),
        case.open_exchanges.to_string(),
        when::brief(case.updated),
    ]
}

impl Show for CaseView {
    fn show(&self, page: &mut Page) {
        page.pairs(
            0,
            &[
                ("case", self.id.clone()),
                ("added", when::moment(self.created)),
                ("changed", format!("{} (version {})", when::moment(self.updated), self.version)),
            ],
        );
        page.gap();
        show_record(page, &self.record);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_show_prints_as_json_can_be_given_back_to_edit() {
        let record = json!({"identity": {}});
        assert_eq!(record_of(json!({"id": "00", "version": 2, "record": record})), record);
        assert_eq!(record_of(record.clone()), record);
    }
}
