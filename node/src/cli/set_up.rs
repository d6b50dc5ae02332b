//! `spean web open` where there is no agency yet: a browser makes one, and its node runs.

use serde::Serialize;

use super::{
    Context, init,
    output::{Page, Show},
    problem, serve,
};
use crate::{
    config::Folder,
    founding::check_folder,
    run::{self, End, SettingUp},
    view::Problem,
};

/// Where the set-up begins.
#[derive(Serialize)]
struct Begun {
    folder: String,
    link: String,
}

/// Serves the set-up, and then the node.
pub(super) fn run(context: &Context, ask: SettingUp) -> Result<(), Problem> {
    check_folder(&ask.dir).map_err(|error| init::refused(&error))?;
    let (folder, out) = (Folder::new(&ask.dir), context.out());
    let shown = folder.path().display().to_string();
    let told = |link: &str| {
        let begun = Begun { folder: shown.clone(), link: link.to_owned() };
        if let Err(problem) = out.answer(&begun) {
            out.error(&problem);
        }
    };
    let end = run::set_up(&ask, told, serve::ready(&folder));
    match end {
        Ok(End::Ran) => {
            eprintln!("Start it again: spean --dir {shown} serve");
            Ok(())
        }
        Ok(End::NothingMade) => {
            eprintln!("Nothing was made.");
            Ok(())
        }
        Ok(End::Idle) => Err(problem("node/no-folder", "nobody went on for half an hour: nothing was made")
            .hint("type the command again; it prints a new link")),
        Err(error) if folder.config().exists() => {
            let hint = format!("mend that, then type: spean --dir {shown} serve (the agency is made; nothing is lost)");
            Err(error.problem().hint(hint))
        }
        Err(error) => Err(error.problem().hint("name other ports with `--listen` and `--address`; nothing was made")),
    }
}

impl Show for Begun {
    fn show(&self, page: &mut Page) {
        page.say(&format!("There is no agency in `{}` yet. To make it, open this on this computer:", self.folder))
            .gap();
        page.verbatim(&format!("  {}", self.link)).gap();
        page.say("The link works once, in one browser. Nothing is made before the last step. Ctrl-C stops.");
    }
}
