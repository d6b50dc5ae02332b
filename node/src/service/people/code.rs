//! The second factor: six digits that a telephone shows, others every 30 seconds (TOTP, RFC 6238).

use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use keys::{Entropy, Timestamp, random_bytes};
use serde::{Deserialize, Serialize};
use totp_rs::{Algorithm, Builder, Totp};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Seconds that a code stands for.
const STEP: u64 = 30;
/// So many codes before and after the present one are taken: telephones' clocks are off, and typing takes time.
const SKEW: u16 = 1;

/// What a telephone and this node share. Never printed.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct CodeSecret([u8; 20]);

/// Not such a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no telephone's secret: it has 32 characters")]
pub struct CodeSecretError;

impl FromStr for CodeSecret {
    type Err = CodeSecretError;

    /// From base32, as it is shown.
    fn from_str(text: &str) -> Result<Self, CodeSecretError> {
        let bytes = BASE32_NOPAD.decode(text.as_bytes()).map(Zeroizing::new).map_err(|_| CodeSecretError)?;
        bytes.as_slice().try_into().map(Self).map_err(|_| CodeSecretError)
    }
}

impl CodeSecret {
    /// A new one: 160 bits, as RFC 4226 recommends.
    pub(super) fn random(entropy: &mut dyn Entropy) -> Self {
        Self(random_bytes(entropy))
    }

    /// The step whose code this is, if it is a code of about now.
    pub(super) fn step_of(&self, code: &str, now: Timestamp) -> Option<u64> {
        let digits: Zeroizing<String> = Zeroizing::new(code.chars().filter(|c| !c.is_whitespace()).take(7).collect());
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        self.totp("", "").check(&digits, now.0)
    }

    /// The secret to be typed into a telephone, and the address that its QR code holds.
    pub(super) fn shown(&self, agency: &str, account: &str) -> Option<(Zeroizing<String>, Zeroizing<String>)> {
        let totp = self.totp(agency, account);
        Some((Zeroizing::new(totp.secret().to_base32()), Zeroizing::new(totp.to_url().ok()?)))
    }

    fn totp(&self, agency: &str, account: &str) -> Totp {
        // The colon divides issuer and account in the address.
        let issuer = agency.replace(':', " ");
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(SKEW)
            .with_step_duration(STEP)
            .with_secret(self.0)
            .with_issuer(Some(issuer))
            .with_account_name(account)
            .build_noncompliant()
    }

    /// The code at a time, as the telephone shows it.
    #[cfg(test)]
    pub(super) fn code_at(&self, time: Timestamp) -> String {
        self.totp("", "").generate(time.0).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1, its last six digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = CodeSecret(*b"12345678901234567890");
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(secret.step_of(code, Timestamp(time)), Some(time / 30));
            assert_eq!(secret.code_at(Timestamp(time)), code);
        }
    }

    #[test]
    fn a_code_counts_for_its_step_and_one_beside_it() {
        let secret = CodeSecret(*b"12345678901234567890");
        let at = |time| secret.step_of("081804", Timestamp(time));
        let step = 1_111_111_109 / 30;
        assert_eq!([at(step * 30 - 30), at(step * 30 + 59)], [Some(step); 2]);
        assert_eq!([at(step * 30 - 31), at(step * 30 + 60)], [None; 2]);
        for wrong in ["", "08180", "0818044", "08180x", "٠٨١٨٠٤", "08 18 05"] {
            assert_eq!(secret.step_of(wrong, Timestamp(1_111_111_109)), None, "{wrong}");
        }
        assert_eq!(secret.step_of("081 804", Timestamp(1_111_111_109)), Some(step), "spaces do not matter");
    }

    #[test]
    fn the_address_for_the_telephone_names_agency_and_account() {
        let (secret, address) = CodeSecret(*b"12345678901234567890").shown("CMO: Poipet", "dara").unwrap();
        assert_eq!(secret.as_str(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(address.starts_with("otpauth://totp/CMO%20%20Poipet:dara?"), "{}", *address);
        assert_eq!(secret.parse::<CodeSecret>().unwrap().0, *b"12345678901234567890");
        for wrong in ["", "GEZDGNBV", &secret[1..], &format!("{}A", *secret), "gezdgnbvgy3tqojqgezdgnbvgy3tqojq"] {
            assert!(wrong.parse::<CodeSecret>().is_err(), "{wrong}");
        }
    }
}
