//! The recovery kit: the next root key's seed on paper.
//!
//! The node keeps only the hash of that key. Whoever steals the node can't take the agency over without the kit, and
//! whoever finds the kit can't without the node's root key (`docs/protocol.md` 3.3).

use std::fmt::Write as _;

use keys::{AgencyId, Fingerprint, Secret, kit};
use zeroize::Zeroizing;

use super::paper;

/// What stands on a kit beside the secret.
#[derive(Debug)]
pub(super) struct Kit<'a> {
    pub(super) name: &'a str,
    pub(super) network: &'a str,
    pub(super) agency: AgencyId,
    pub(super) next_root_seed: &'a Secret<32>,
}

impl Kit<'_> {
    /// The secret as it is printed, read and typed.
    pub(super) fn groups(&self) -> Zeroizing<Vec<String>> {
        kit::groups(self.next_root_seed)
    }

    /// The page to print.
    pub(super) fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::new());
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "RECOVERY KIT of the agency {name}\n\
             \n\
             What it is: one half of what is needed to give this agency new keys, should its computer be lost,\n\
             stolen or broken into. The other half is on the computer, or in its backup. This page alone opens\n\
             nothing and reads nothing.\n\
             \n\
             What to do: print it, put it into an envelope, lock it away in another place than the computer, and\n\
             delete this file. Tell a second person where it lies. Never photograph or mail it.\n\
             \n\
             Agency       {agency}\n\
             Fingerprint  {fingerprint}\n\
             Network      {network}\n\
             \n\
             The secret (its checksum notices any one mistyped character; spaces do not matter):\n\
             \n",
            name = self.name,
            agency = self.agency,
            fingerprint = Fingerprint::of(self.agency),
            network = self.network,
        );
        text.push_str(&paper::secret_lines(&self.groups()));
        text
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn seed() -> Secret<32> {
        Secret::new(Box::new([0x5a; 32]))
    }

    #[test]
    fn the_page_fits_a_printer_and_explains_itself() {
        let agency = AgencyId::new(keys::Digest([7; 32]));
        let kit = Kit { name: "CMO", network: "spean", agency, next_root_seed: &seed() };
        let text = kit.text();
        assert!(text.lines().all(|line| line.chars().count() <= 100));
        assert!(text.contains("delete this file") && text.contains(&agency.to_string()));
        let secret = text.split(":\n\n").last().expect("the secret stands last");
        assert_eq!(kit::read(secret).expect("reads").expose(), seed().expose());
    }

    #[test]
    fn a_kit_is_never_overwritten_and_only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("kit.txt");
        let kit = Kit {
            name: "CMO",
            network: "spean",
            agency: AgencyId::new(keys::Digest([7; 32])),
            next_root_seed: &seed(),
        };
        paper::write(&path, &kit.text()).expect("written");
        assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        assert_eq!(paper::write(&path, &kit.text()).expect_err("there already").kind(), io::ErrorKind::AlreadyExists);
    }
}
