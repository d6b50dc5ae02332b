//! `spean key rotate root`: the main key of the recovery kit takes over.

use std::path::{Path, PathBuf};

use keys::{NetworkId, PublicRecord, Secret, SigningKey, log::next_root_hash};

use super::{Context, exit::Exit, init, kit, problem};
use crate::{
    config::{Config, Folder},
    founding,
    view::{KeyChange, Problem, RotateRootKey},
    world::World,
};

/// What the command line says of it.
pub struct RotateRoot<'a> {
    /// Where the next kit is written.
    pub kit: &'a Path,
    /// Where the secret of the present kit is read, if not at the terminal.
    pub secret_file: Option<PathBuf>,
}

impl RotateRoot<'_> {
    /// The next kit is on disk before the present one is used; this process alone knows its secret.
    pub fn run(self, context: &Context) -> Result<(), Problem> {
        // Asked first: nothing is written for nobody.
        let secret = kit::secret(self.secret_file.as_deref())?;
        let next = NextKit::write(context, self.kit)?;
        let request = RotateRootKey { secret: secret.as_str().to_owned(), next: next.commitment.clone() };
        let done: Result<KeyChange, Problem> = context.post("keys/root", &request);
        context.out().answer(&next.settle(done)?)
    }
}

/// The page of the next kit, written before it is committed to.
pub(super) struct NextKit<'a> {
    path: &'a Path,
    /// What commits to its key; nothing secret.
    pub(super) commitment: String,
}

impl<'a> NextKit<'a> {
    /// Draws its secret and writes the page.
    pub(super) fn write(context: &Context, path: &'a Path) -> Result<Self, Problem> {
        let folder = Folder::new(context.node_dir()?);
        let damaged = |why: String| problem("node/own-record", format!("the own public record can't be read: {why}"));
        let config = Config::load(&folder.config()).map_err(|error| problem("node/settings", error.to_string()))?;
        let bytes = std::fs::read(folder.public_record()).map_err(|error| damaged(error.to_string()))?;
        let network = config.network.as_str();
        let agency = PublicRecord::from_bytes(&bytes)
            .and_then(|record| record.verify(NetworkId::from_name(network)))
            .map_err(|error| damaged(error.to_string()))?;
        let seed = Secret::random(&mut World::system().entropy());
        let key = SigningKey::from_seed(seed.duplicate());
        let key = key.ok_or_else(|| problem("internal", "a fresh key could not be made"))?;
        founding::write_kit(path, &agency, network, &seed).map_err(|error| init::refused(&error))?;
        Ok(Self { path, commitment: next_root_hash(&key.public()).to_string() })
    }

    /// Removes the page if the node surely does not count on it: whoever printed it would trust a page that opens nothing.
    /// Where that is not sure it stays, because there may be no other way to the next main key.
    pub(super) fn settle<T>(self, done: Result<T, Problem>) -> Result<T, Problem> {
        done.map_err(|problem| match Exit::of(&problem.code) {
            Exit::Input | Exit::Refused | Exit::NotFound => {
                let _ = std::fs::remove_file(self.path);
                problem
            }
            _ => {
                let kept = self.path.display();
                problem.hint(format!("the node may have done it: `{kept}` stays; prove it with `spean key kit drill`"))
            }
        })
    }
}
