//! The page of a guardian: a secret that, with those of others, gives the agency a new main key (`docs/protocol.md` 3.3).
//!
//! The node keeps only the guardians' public keys, in the agency's founding.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use keys::{AgencyId, Fingerprint, Secret, SigningKey, VerifyingKey, guardian, log::Recovery};
use zeroize::Zeroizing;

use super::paper;
use crate::world::World;

/// How many guardians an agency has, and how many of them are enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// How many must sign.
    pub needed: u8,
    /// How many there are.
    pub of: u8,
}

/// The guardians' secrets, while the agency is made.
pub(super) struct Guardians {
    needed: u8,
    seeds: Vec<Secret<32>>,
}

impl Guardians {
    pub(super) fn draw(quorum: Option<Quorum>, world: &World) -> Self {
        let Quorum { needed, of } = quorum.unwrap_or(Quorum { needed: 0, of: 0 });
        Self { needed, seeds: (0..of).map(|_| Secret::random(&mut world.entropy())).collect() }
    }

    /// What the founding says of them.
    pub(super) fn recovery(&self) -> Recovery {
        Recovery { m: self.needed.into(), guardians: self.seeds.iter().filter_map(public).collect() }
    }

    /// Each one's page, and where it goes: beside the kit, named after the folder.
    pub(super) fn pages(&self, of: &Whose<'_>, dir: &Path) -> Vec<(PathBuf, Zeroizing<String>)> {
        let numbered = self.seeds.iter().zip(1..);
        numbered.map(|(seed, number)| (page_path(dir, number), self.text(of, number, seed))).collect()
    }

    fn text(&self, of: &Whose<'_>, number: usize, seed: &Secret<32>) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::new());
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "GUARDIAN {number} of the agency {name}\n\
             \n\
             What it is: should {name} lose its keys, or a thief hold them, {needed} of its {all} guardians together\n\
             give it new ones. One page alone can do nothing, and none of them opens or reads anything.\n\
             \n\
             What to do: give it to guardian {number}, who prints it, puts it into an envelope, locks it away where no\n\
             other guardian's page lies, and deletes this file. Never photograph or mail it.\n\
             \n\
             When you are asked: telephone {name} on a number that you know, and compare the digits below. Then,\n\
             on a computer of your own:  spean key recover sign REQUEST --yes\n\
             \n\
             Agency       {agency}\n\
             Fingerprint  {fingerprint}\n\
             Network      {network}\n\
             \n\
             The secret (its checksum notices any one mistyped character; spaces do not matter):\n\
             \n",
            name = of.name,
            needed = self.needed,
            all = self.seeds.len(),
            agency = of.agency,
            fingerprint = Fingerprint::of(of.agency),
            network = of.network,
        );
        text.push_str(&paper::secret_lines(&guardian::groups(seed)));
        text
    }
}

/// Whose guardians they are.
pub(super) struct Whose<'a> {
    pub(super) name: &'a str,
    pub(super) network: &'a str,
    pub(super) agency: AgencyId,
}

fn public(seed: &Secret<32>) -> Option<VerifyingKey> {
    SigningKey::from_seed(seed.duplicate()).map(|key| key.public())
}

/// The file of the page of this guardian.
pub(super) fn page_path(dir: &Path, number: usize) -> PathBuf {
    let mut name = dir.file_name().map_or_else(|| "agency".into(), std::ffi::OsStr::to_owned);
    name.push(format!("-guardian-{number}.txt"));
    dir.with_file_name(name)
}
