//! What a device is asked, and reading its answer.

use serde_json::{Value, json};
use webauthn_rs::{
    Webauthn,
    prelude::{CreationChallengeResponse, Passkey, PasskeyRegistration, RequestChallengeResponse, Uuid},
};

use crate::service::{
    PersonName, Service, ServiceError,
    people::{PersonId, SignInName, secrets::CeremonyToken},
};

/// What the page hands to the device, and by what the browser is known when the answer comes.
pub struct Asked {
    /// For a cookie of this browser.
    pub token: CeremonyToken,
    /// The options of `WebAuthn`, as JSON: `{"publicKey": …}`.
    pub options: Value,
}

/// The device finds the passkey by itself, and shows it when the person asks for it, not while they type.
pub(super) fn to_get(asked: &RequestChallengeResponse) -> Result<Value, ServiceError> {
    let options = serde_json::to_value(&asked.public_key).map_err(|_| UNWRITABLE)?;
    Ok(json!({ "publicKey": options }))
}

/// A passkey that the device finds by itself: without that there would have to be a name to type.
pub(super) fn to_create(asked: &CreationChallengeResponse) -> Result<Value, ServiceError> {
    let mut options = serde_json::to_value(&asked.public_key).map_err(|_| UNWRITABLE)?;
    let selection = options.get_mut("authenticatorSelection").and_then(Value::as_object_mut).ok_or(UNWRITABLE)?;
    selection.insert("residentKey".into(), json!("required"));
    selection.insert("requireResidentKey".into(), json!(true));
    Ok(json!({ "publicKey": options }))
}

const UNWRITABLE: ServiceError = ServiceError::Internal("what a device is asked can't be written");

/// Asks for a new passkey of this person; devices that hold one of `known` already say so.
pub(super) fn registration(
    checks: &Webauthn,
    (id, name, sign_in): (PersonId, &PersonName, &SignInName),
    known: Vec<Passkey>,
) -> Result<(Value, PasskeyRegistration), ServiceError> {
    let known = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
    let id = Uuid::from_bytes(*id.as_bytes());
    let asked = checks.start_passkey_registration(id, sign_in.as_str(), name.as_str(), Some(known));
    let (asked, state) = asked.map_err(|_| ServiceError::Internal("no passkey can be asked for"))?;
    Ok((to_create(&asked)?, state))
}

impl Service {
    /// The new passkey, if that is what the device answered.
    ///
    /// # Errors
    /// [`ServiceError::Field`] for `passkey`, whatever is wrong; [`ServiceError::NotFound`] as [`Service::passkey_site`].
    pub(super) async fn registered(&self, state: PasskeyRegistration, answer: &str) -> Result<Passkey, ServiceError> {
        let checks = self.people.passkeys.checks()?;
        let answer = serde_json::from_str(answer).map_err(|_| not_taken())?;
        let checked = self.hands.run(move || checks.finish_passkey_registration(&answer, &state)).await?;
        checked.map_err(|_| not_taken())
    }
}

/// The device's answer is none to what it was asked.
pub(super) fn not_taken() -> ServiceError {
    let why = "the device did not make a passkey for this page, or it took longer than five minutes";
    ServiceError::Field { field: "passkey", why: why.into() }
}
