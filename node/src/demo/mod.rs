//! `spean demo`: three agencies on one machine, one story, and checks of what is really there.
//!
//! Nothing is played: keys, stores, links and receipts are those of three real nodes. Between the nodes stand taps
//! that record every HTTP body; the checks read those, and the files on disk.

mod children;
mod error;
mod evidence;
mod people;
mod search;
mod stage;
mod story;
mod tap;
mod telephone;
mod tell;

use std::path::{Path, PathBuf};

pub use error::DemoError;

use tell::Teller;

/// How the demo is played.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where the three folders go and stay; without it, in a folder that is removed at the end.
    pub dir: Option<PathBuf>,
    /// Ends after the story.
    pub once: bool,
}

/// Plays the story. Whether every check held.
///
/// # Errors
/// [`DemoError`] if the story broke off.
pub async fn play(options: Options) -> Result<bool, DemoError> {
    if let Some(dir) = &options.dir {
        std::fs::create_dir_all(dir)?;
        return on_stage(dir, options.once).await;
    }
    let stage = tempfile::Builder::new().prefix("spean-demo-").tempdir()?;
    on_stage(stage.path(), options.once).await
}

async fn on_stage(stage: &Path, once: bool) -> Result<bool, DemoError> {
    let mut teller = Teller::default();
    let mut cast = story::Cast::assemble(stage, &mut teller).await?;
    let told = story::tell(&mut cast, &mut teller).await;
    if let Err(error) = told {
        cast.leave().await;
        return Err(error);
    }
    let held = teller.end();
    if !once {
        cast.stay(stage).await?;
    }
    cast.leave().await;
    Ok(held)
}
