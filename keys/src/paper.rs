//! A secret as people print, read and type it: bech32m (BIP 350), whose checksum notices a mistyped character, in groups
//! of four.

use bech32::{Bech32m, Hrp, primitives::decode::CheckedHrpstring};
use zeroize::Zeroizing;

use crate::Secret;

/// Characters of a group.
const GROUP: usize = 4;

/// The secret as it is printed, a group each.
pub(crate) fn groups(prefix: Hrp, seed: &Secret<32>) -> Zeroizing<Vec<String>> {
    // 32 bytes always fit bech32m.
    let secret = Zeroizing::new(bech32::encode::<Bech32m>(prefix, seed.expose()).unwrap_or_default());
    let group = |at: usize| secret.get(at..secret.len().min(at + GROUP)).unwrap_or_default().to_owned();
    Zeroizing::new((0..secret.len()).step_by(GROUP).map(group).collect())
}

/// Reads the secret as a person types it: spaces, line breaks and capital letters do not matter.
pub(crate) fn read(prefix: Hrp, typed: &str) -> Option<Secret<32>> {
    let compact: Zeroizing<String> =
        Zeroizing::new(typed.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect());
    let parsed = CheckedHrpstring::new::<Bech32m>(&compact).ok()?;
    if parsed.hrp() != prefix {
        return None;
    }
    let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(parsed.byte_iter().collect());
    Secret::from_slice(&bytes)
}
