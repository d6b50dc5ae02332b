//! Passkeys (`WebAuthn` level 3): a key pair that the person's telephone or computer keeps and uses only after it has seen
//! their face, finger or PIN. It takes the place of passphrase and code.
//!
//! The device finds the person by itself, so nobody types a name and nothing tells an outsider who has an account. What
//! it signs holds the address of the page: another site gets nothing that opens this node. `webauthn-rs` checks all of
//! it; here is who may ask, what is kept, and for how long.
//!
//! * [`site`]: for which address passkeys are
//! * [`ceremonies`]: what was asked of a device and waits for its answer
//! * [`rows`]: what is kept
//! * [`options`]: what a device is asked
//! * [`add`], [`sign_in`], [`own`]: the use cases
//! * [`trial`]: a door for fuzzing

mod add;
mod ceremonies;
mod options;
mod own;
mod rows;
mod sign_in;
mod site;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod trial;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use webauthn_rs::Webauthn;

use self::ceremonies::Ceremonies;
pub(in crate::service) use self::rows::{PasskeyId, PasskeyRow};
pub(crate) use self::trial::{Made, device_known, device_made};
pub use self::{
    add::NewPasskey,
    options::Asked,
    rows::{PasskeyName, PasskeyNameError},
    sign_in::PasskeySignIn,
    site::Site,
};
use super::PersonId;
use crate::{
    service::{Service, ServiceError},
    vault::{Direction, Row},
};

/// Passkeys of one person: a telephone, a computer, a key on the key ring, and those before them.
const MOST: usize = 8;
/// Seconds for which an answer is waited for: what the standard recommends, for people who look for their telephone.
pub const ANSWER_WITHIN: u64 = 5 * 60;

/// What this node needs for passkeys.
pub(super) struct Passkeys {
    /// None where they can't work: what would be asked for has no name.
    there: Option<There>,
    ceremonies: Mutex<Ceremonies>,
}

/// The address, and what checks for it.
struct There {
    site: Site,
    checks: Arc<Webauthn>,
}

impl Passkeys {
    /// For the people of `agency`, at this address.
    pub(super) fn new(site: Option<&Site>, agency: &str) -> Self {
        let there = site.and_then(|site| Some(There { checks: Arc::new(site.checks(agency)?), site: site.clone() }));
        Self { there, ceremonies: Mutex::default() }
    }

    /// # Errors
    /// [`ServiceError::NotFound`]: there is no address for passkeys.
    fn checks(&self) -> Result<Arc<Webauthn>, ServiceError> {
        let there = self.there.as_ref().ok_or(ServiceError::NotFound { what: "passkey" })?;
        Ok(Arc::clone(&there.checks))
    }

    /// The person was removed or is let in anew: no device's answer is waited for.
    pub(super) fn forget(&self, person: PersonId) {
        self.ceremonies().forget(person);
    }

    fn ceremonies(&self) -> MutexGuard<'_, Ceremonies> {
        self.ceremonies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service {
    /// For which address passkeys are; `None`: this node goes by no name that they could be for.
    #[must_use]
    pub fn passkey_site(&self) -> Option<&Site> {
        self.people.passkeys.there.as_ref().map(|there| &there.site)
    }

    /// All of one person, the oldest first.
    pub(in crate::service) async fn passkeys_of(&self, id: PersonId) -> Result<Vec<Row<PasskeyRow>>, ServiceError> {
        let mut rows = self.vault.scan::<PasskeyRow>(&id.owner(), b"", None, 2 * MOST, Direction::Forward).await?;
        rows.sort_by_key(|row| row.value.made);
        Ok(rows)
    }
}
