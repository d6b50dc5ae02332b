//! `spean consent`: who agreed to share what, with whom, for what, until when.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::{
    Context, codes, consent_show, input,
    node::segment,
    output::{Page, Show, fixed, flexible, short, shorten, when},
    problem,
};
use crate::view::{ConsentList, ConsentView, Problem, ReviewConsent, ReviewList, WithdrawConsent};

/// Records, lists and withdraws consents
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing leaves this office without a consent that covers it.

Examples:
  spean consent grant 3fa9c1 --to DT --categories identity,family --purpose shelter --until 2026-11-30 \\
      --given-by caregiver --assent given --form written --explained all --language km
  spean consent list 3fa9c1
  spean consent show 77aa01
  spean consent withdraw 77aa01")]
pub struct Consent {
    #[command(subcommand)]
    command: ConsentCommand,
}

#[derive(Debug, Subcommand)]
enum ConsentCommand {
    Grant(Box<Grant>),
    /// Lists the consents of a case, newest first
    #[command(after_help = "\
Example:
  spean consent list 3fa9c1")]
    List {
        /// The case: id or the beginning of it
        case: String,
    },
    /// Shows one consent; of what two persons decided also who, why, and when it must be looked at again
    #[command(after_help = "\
Example:
  spean consent show 77aa01")]
    Show {
        /// The consent: id or the beginning of it
        id: String,
    },
    /// Lists the decisions that must be looked at again: overdue, or within a week
    #[command(after_help = "\
A best-interest decision is looked at again after 30 days. If it still holds, `review` says so; else `withdraw` ends it.

Example:
  spean consent reviews")]
    Reviews,
    /// Says that a decision was looked at again, and still holds: for 30 more days
    #[command(after_help = "\
Example:
  spean consent review 77aa01 --reason \"the family has not been found yet\" --by Chan")]
    Review {
        /// The consent: id or the beginning of it
        id: String,
        /// Why it still holds, in 10 to 400 characters; stays at this agency
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Ends a consent: all who hold something under it are asked to erase it
    #[command(after_help = "\
No reason is asked of the child or of who gave it.

Example:
  spean consent withdraw 77aa01 --by Dara")]
    Withdraw {
        /// The consent: id or the beginning of it
        id: String,
    },
}

/// Records a consent, from options or from a JSON file
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("from").args(["to", "file"]).required(true)),
    after_help = "\
Who must agree depends on the child's age: under 12 the caregiver, with the child's spoken assent from 6; from 12 the
child's written assent as well; from 15 the young person. A best-interest decision needs --reason, --by and
--approved-by: two different persons. A thumbprint or spoken consent needs --witness.

Fields marked § are never covered by their category: name each, as in --fields health.hiv.
--keep-uninformed WHO=REASON, or WHO=REASON:categories, wins over every grant.

Examples:
  spean consent grant 3fa9c1 --to DT --to any:health --categories identity,family,health \\
      --purpose shelter,health_treatment --until 2026-11-30 --given-by caregiver --assent given \\
      --form thumbprint --witness \"Chan Thy\" --explained all --language km
  spean consent grant 3fa9c1 --to DT --categories identity --purpose care --until 2026-09-01 --given-by child \\
      --form written --explained all --language km --keep-uninformed \"father=fear_of_harm\"
  spean consent grant 3fa9c1 consent.json"
)]
struct Grant {
    /// The case: id or the beginning of it
    case: String,
    /// The whole consent as JSON; `-` reads it from standard input
    file: Option<PathBuf>,
    /// With whom: name or id of an agency, or any:KIND; may be repeated
    #[arg(long, value_name = "PEER", requires_all = ["categories", "purposes", "given_by"])]
    to: Vec<String>,
    /// What: categories of the case
    #[arg(long, value_delimiter = ',', value_name = "LIST", value_parser = codes::category(), conflicts_with = "file")]
    categories: Vec<String>,
    /// Fields marked §, each by name
    #[arg(long, value_delimiter = ',', value_name = "LIST", conflicts_with = "file")]
    fields: Vec<String>,
    /// For what
    #[arg(long = "purpose", value_delimiter = ',', value_name = "LIST", value_parser = codes::purpose(), conflicts_with = "file")]
    purposes: Vec<String>,
    /// The last day it holds, as 2026-11-30; at most 12 months ahead. Without it, the shortest default of the purposes
    #[arg(long, value_name = "DATE", conflicts_with = "file")]
    until: Option<Date>,
    /// Who gave it
    #[arg(long, value_parser = codes::given_by(), conflicts_with = "file")]
    given_by: Option<String>,
    /// The name of who agreed; stays in this office
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    giver: Option<String>,
    /// What the child said
    #[arg(long, value_parser = codes::assent(), conflicts_with = "file")]
    assent: Option<String>,
    /// How it was given
    #[arg(long, value_parser = codes::consent_form(), conflicts_with = "file")]
    form: Option<String>,
    /// Who saw it given; stays in this office
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    witness: Option<String>,
    /// What was explained: `all`, or a list
    #[arg(long, value_delimiter = ',', value_name = "LIST", value_parser = codes::explained(), conflicts_with = "file")]
    explained: Vec<String>,
    /// The language it was explained in
    #[arg(long, value_parser = codes::language(), conflicts_with = "file")]
    language: Option<String>,
    /// Who interpreted; stays in this office
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    interpreter: Option<String>,
    /// Who must not be told, as WHO=REASON or WHO=REASON:categories; may be repeated
    #[arg(long, value_name = "WHO=REASON", conflicts_with = "file")]
    keep_uninformed: Vec<String>,
    /// Whether they may pass it on
    #[arg(long, value_parser = codes::onward(), conflicts_with = "file")]
    onward: Option<String>,
    /// With `--onward named`: to which agencies; may be repeated
    #[arg(long, value_name = "PEER", conflicts_with = "file")]
    onward_to: Vec<String>,
    /// With `--given-by law_or_danger`: whether the child was told
    #[arg(long, value_parser = ["yes", "no", "adds_danger"], conflicts_with = "file")]
    child_told: Option<String>,
    /// The reason of a best-interest decision, or the law or danger
    #[arg(long, value_name = "TEXT", conflicts_with = "file")]
    reason: Option<String>,
}

impl Consent {
    /// Does what was asked about consents.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        match self.command {
            ConsentCommand::Grant(grant) => grant.run(context),
            ConsentCommand::List { case } => {
                let path = format!("cases/{}/consents", segment(&case));
                context.out().answer(&context.get::<ConsentList>(&path)?)
            }
            ConsentCommand::Show { id } => {
                context.out().answer(&context.get::<ConsentView>(&format!("consents/{}", segment(&id)))?)
            }
            ConsentCommand::Reviews => context.out().answer(&context.get::<ReviewList>("reviews")?),
            ConsentCommand::Review { id, reason } => {
                let path = format!("consents/{}/review", segment(&id));
                let consent: ConsentView = context.post(&path, &ReviewConsent { words: reason })?;
                let again = consent.decided.as_ref().and_then(|decided| decided.review_on.clone()).unwrap_or_default();
                let text =
                    format!("Consent {} still holds. Look at it again by {}.", short(&consent.id), when::date(&again));
                context.out().told(&consent, &text)
            }
            ConsentCommand::Withdraw { id } => {
                let path = format!("consents/{}/withdraw", segment(&id));
                let consent: ConsentView = context.post(&path, &WithdrawConsent {})?;
                let text = format!(
                    "Consent {} is withdrawn. All who hold something under it are asked to erase it: \
                                    `spean custody {}` tells what became of it.",
                    short(&consent.id),
                    short(&consent.case)
                );
                context.out().told(&consent, &text)
            }
        }
    }
}

impl Grant {
    fn run(self, context: &Context) -> Result<(), Problem> {
        let path = format!("cases/{}/consents", segment(&self.case));
        let value = match &self.file {
            Some(file) => input::read_json(file, input::CONSENT_LIMIT)?,
            None => self.into_json()?,
        };
        let consent: ConsentView = context.post(&path, &value)?;
        let text = format!(
            "Consent {} is recorded: {} may get {}, for {}, until {}.",
            short(&consent.id),
            consent.to.join(", "),
            consent.categories.iter().chain(&consent.named_fields).cloned().collect::<Vec<_>>().join(", "),
            consent.purposes.join(", "),
            when::day(consent.until),
        );
        context.out().told(&consent, &text)
    }

    /// The consent in the JSON form of the protocol crate.
    fn into_json(self) -> Result<Value, Problem> {
        let mut fields = Map::new();
        fields.insert("to".into(), json!(self.to));
        fields.insert("categories".into(), json!(self.categories));
        fields.insert("purposes".into(), json!(self.purposes));
        let texts = [
            ("until", self.until.map(|date| date.to_string())),
            ("given_by", self.given_by),
            ("giver", self.giver),
            ("assent", self.assent),
            ("form", self.form),
            ("witness", self.witness),
            ("language", self.language),
            ("interpreter", self.interpreter),
            ("onward", self.onward),
            ("child_told", self.child_told),
            ("reason", self.reason),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                fields.insert(name.into(), Value::String(text));
            }
        }
        let lists = [
            ("fields", self.fields),
            ("explained", codes::expand_explained(&self.explained)),
            ("onward_to", self.onward_to),
        ];
        for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
            fields.insert(name.into(), json!(list));
        }
        if !self.keep_uninformed.is_empty() {
            let entries: Result<Vec<Value>, Problem> =
                self.keep_uninformed.iter().map(|text| uninformed(text)).collect();
            fields.insert("keep_uninformed".into(), Value::Array(entries?));
        }
        Ok(Value::Object(fields))
    }
}

/// `WHO=REASON` or `WHO=REASON:identity,health`.
fn uninformed(text: &str) -> Result<Value, Problem> {
    let wrong = || {
        problem("input/text", "`--keep-uninformed` is not of the form WHO=REASON or WHO=REASON:categories")
            .hint("for example: --keep-uninformed \"father=fear_of_harm:health,protection\"")
    };
    let (who, rest) = text.split_once('=').ok_or_else(wrong)?;
    let (reason, categories) = rest.split_once(':').map_or((rest, None), |(reason, list)| (reason, Some(list)));
    if who.trim().is_empty() || reason.trim().is_empty() {
        return Err(wrong());
    }
    let mut entry = json!({ "who": who.trim(), "reason": reason.trim() });
    if let Some(list) = categories {
        entry["categories"] = json!(list.split(',').map(str::trim).collect::<Vec<_>>());
    }
    Ok(entry)
}

impl Show for ConsentList {
    fn show(&self, page: &mut Page) {
        if self.consents.is_empty() {
            page.say("No consent yet. Nothing can be sent.");
            return;
        }
        let ids: Vec<&str> = self.consents.iter().map(|consent| consent.id.as_str()).collect();
        let rows: Vec<Vec<String>> = self
            .consents
            .iter()
            .zip(shorten(&ids))
            .map(|(consent, id)| {
                vec![
                    id,
                    consent_show::state(consent),
                    consent.to.join(", "),
                    consent.categories.iter().chain(&consent.named_fields).cloned().collect::<Vec<_>>().join(", "),
                    consent.purposes.join(", "),
                    when::day(consent.until),
                ]
            })
            .collect();
        let columns = [fixed("ID"), fixed("STATE"), flexible("TO"), flexible("WHAT"), flexible("FOR"), fixed("UNTIL")];
        page.table(&columns, &rows);
    }
}
