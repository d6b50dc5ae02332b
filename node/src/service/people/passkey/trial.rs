//! What any bytes would be as a device's answer: for the fuzz targets alone, by way of `parsers`.

use webauthn_rs::{
    Webauthn,
    prelude::{Passkey, PublicKeyCredential, RegisterPublicKeyCredential, Uuid},
};

use super::{
    Site,
    options::{to_create, to_get},
};

/// A passkey that an answer made.
pub struct Made(Passkey);

impl Made {
    /// Whether the row that would be kept of it says the same.
    #[must_use]
    pub fn reads_back(&self) -> bool {
        let written = serde_json::to_vec(&self.0).ok();
        let read = written.as_ref().and_then(|bytes| serde_json::from_slice::<Passkey>(bytes).ok());
        read.and_then(|passkey| serde_json::to_vec(&passkey).ok()) == written
    }
}

fn checks() -> Option<Webauthn> {
    Site::of(&[], 7080, false)?.checks("Spean")
}

/// A page asks for a new passkey; `answer` is told the challenge, as it stands in JSON.
pub(crate) fn device_made(answer: &dyn Fn(&str) -> String) -> Option<Made> {
    let checks = checks()?;
    let (asked, state) = checks.start_passkey_registration(Uuid::from_bytes([7; 16]), "dara", "Dara", None).ok()?;
    let options = to_create(&asked).ok()?;
    let answer = answer(options.pointer("/publicKey/challenge")?.as_str()?);
    let answer: RegisterPublicKeyCredential = serde_json::from_str(&answer).ok()?;
    checks.finish_passkey_registration(&answer, &state).ok().map(Made)
}

/// A page asks for any passkey; whether the answer is this one's.
pub(crate) fn device_known(passkey: &Made, answer: &dyn Fn(&str) -> String) -> Option<bool> {
    let checks = checks()?;
    let (asked, state) = checks.start_discoverable_authentication().ok()?;
    let options = to_get(&asked).ok()?;
    let answer = answer(options.pointer("/publicKey/challenge")?.as_str()?);
    let answer: PublicKeyCredential = serde_json::from_str(&answer).ok()?;
    let _ = (answer.get_user_unique_id(), answer.get_credential_id());
    Some(checks.finish_discoverable_authentication_v2(&answer, state, &passkey.0).is_ok())
}
