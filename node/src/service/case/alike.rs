//! Who may be the same child: asked before a second record is made.

use std::collections::BTreeSet;

use protocol::{
    CaseId,
    record::{CaseRecord, NameParts},
};
use serde_json::Value;

use super::{day_of, save::parsed};
use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, read, rows::CaseIndexRow},
    view::{AlikeCase, AlikeCases},
};

/// More than these nobody compares.
const SHOWN: usize = 5;

impl Service {
    /// Cases of this agency that may be about the child of `case`, which is not stored: with a name like one of its
    /// names, in either script, and no other sex. At most five. Of a case that is not the asker's own no name is told,
    /// only age and sex, and whom to ask.
    ///
    /// # Errors
    /// [`ServiceError::CaseInvalid`] names every faulty place of the case, as adding it would; [`ServiceError::Store`]
    /// if the audit entry could not be written.
    pub async fn case_alike(&self, actor: &Actor, case: &Value) -> Result<AlikeCases, ServiceError> {
        self.may(actor, UseCase::CaseSearch).await?;
        let (record, _) = parsed(case, day_of(self.world.now()))?;
        self.audit_read(actor, "case.search", &[]).await?;
        let mut seen = BTreeSet::new();
        let mut found: Vec<(CaseId, CaseIndexRow)> = Vec::new();
        for name in names(&record) {
            let alike = read(&self.index).alike(&name);
            found.extend(alike.into_iter().filter(|(id, row)| fits(&record, &row.sex) && seen.insert(*id)).take(SHOWN));
        }
        found.truncate(SHOWN);
        let own: Vec<bool> = found.iter().map(|(id, _)| self.sees_case(actor, id)).collect();
        let cases = self.summaries(found).into_iter().zip(own);
        let shown = |(mut case, yours): (crate::view::CaseSummary, bool)| {
            if !yours {
                (case.id, case.name_km, case.name_latin) = (String::new(), None, None);
            }
            AlikeCase { case, yours }
        };
        Ok(AlikeCases { cases: cases.map(shown).collect() })
    }
}

/// Both scripts, then what else the child is called.
fn names(record: &CaseRecord) -> Vec<String> {
    let name = record.name();
    let scripts = [name.and_then(|name| name.km()), name.and_then(|name| name.latin())];
    let scripts = scripts.into_iter().flatten().map(NameParts::display);
    scripts.chain(record.other_names().map(str::to_owned)).filter(|name| !name.trim().is_empty()).collect()
}

/// Whether the sexes do not speak against it.
fn fits(record: &CaseRecord, other: &str) -> bool {
    let told = |sex: &str| matches!(sex, "female" | "male");
    !told(record.sex()) || !told(other) || record.sex() == other
}
