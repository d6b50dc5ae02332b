//! Whether what is about to be sealed is what somebody looked at.
//!
//! Between a look and a click the case may have been changed, a consent recorded or ended, a child grown a year older.
//! A person who reads one text and sends another has agreed to nothing. Nor is one click on a slow link that came twice
//! agreement to two offers: what the agency is asked already is part of what was looked at.

use keys::label::{self, Label};
use protocol::ExchangeId;

use super::plan::Plan;
use crate::service::ServiceError;

/// Hash of all that an offer discloses, now and later.
const PREVIEW: Label = Label::new("spean/node/preview");

impl Plan {
    /// Stands for what the other agency would see, now and after acceptance, for who it is, for the consent, and for what
    /// it is `asked` about the child already.
    ///
    /// # Errors
    /// None in practice: both parts are small enough to be encoded.
    pub(super) fn mark(&self, asked: &[ExchangeId]) -> Result<String, ServiceError> {
        let unwritable = |_| ServiceError::Internal("an offer can't be encoded");
        let triage = self.triage.to_bytes().map_err(unwritable)?;
        let release = self.release.to_bytes().map_err(unwritable)?;
        let mut all = Vec::with_capacity(triage.len() + release.len() + 128);
        let open: Vec<u8> = asked.iter().flat_map(|id| *id.as_bytes()).collect();
        for part in [self.recipient.id.to_string().as_bytes(), self.consent_id.as_bytes(), &triage, &release, &open] {
            // Each length first: no two offers run together to the same bytes.
            all.extend(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            all.extend(part);
        }
        Ok(data_encoding::HEXLOWER.encode(&label::hash(PREVIEW, &all).0))
    }

    /// Whether this is what was seen; whoever says nothing of it looked at nothing, as the command line may.
    ///
    /// # Errors
    /// [`ServiceError::OfferChanged`].
    pub(super) fn check_seen(
        &self,
        seen: Option<&str>,
        asked: impl FnOnce() -> Vec<ExchangeId>,
    ) -> Result<(), ServiceError> {
        match seen {
            Some(seen) if seen != self.mark(&asked())? => Err(ServiceError::OfferChanged),
            Some(_) | None => Ok(()),
        }
    }
}
