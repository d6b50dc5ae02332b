//! Functions of the service that are told who asks, and whether they begin by asking what the actor may.

use crate::source::SourceFile;

/// A public function with an actor.
pub struct UseCase {
    /// File and name.
    pub place: String,
    /// Its first statement asks the table of `service/access`.
    pub asks: bool,
}

/// Those of one file, none outside of the service.
pub fn use_cases(file: &SourceFile) -> Vec<UseCase> {
    if file.krate() != "node" || file.module().first().is_none_or(|part| part != "service") {
        return Vec::new();
    }
    let functions = file.code.split("    pub async fn ").skip(1).chain(file.code.split("    pub fn ").skip(1));
    functions.filter_map(|text| use_case(file, text)).collect()
}

/// `text` begins with the function's name.
fn use_case(file: &SourceFile, text: &str) -> Option<UseCase> {
    let (name, rest) = text.split_once('(')?;
    let (arguments, body) = rest.split_once('{')?;
    if !arguments.contains("actor: &Actor") {
        return None;
    }
    let first = body.trim_start();
    // What is shown in part to some asks without refusing.
    let asks = ["self.may(actor, UseCase::", "self.allows(actor, UseCase::"].iter().any(|ask| first.starts_with(ask));
    Some(UseCase { place: format!("{}: {name}", file.path.display()), asks })
}

#[test]
fn whoever_asks_late_or_not_at_all_is_found() {
    let asked = |body: &str| {
        let text =
            format!("impl S {{\n    pub async fn f(&self, _actor: &Actor, x: u8) -> R {{\n        {body}\n    }}\n}}");
        use_cases(&SourceFile::new("node/src/service/f.rs", &text)).iter().map(|found| found.asks).collect::<Vec<_>>()
    };
    assert_eq!(asked("self.may(actor, UseCase::F).await?; x"), [true]);
    assert_eq!(asked("self.allows(actor, UseCase::F).then(|| x)"), [true]);
    assert_eq!(asked("let y = x; self.may(actor, UseCase::F).await?; y"), [false]);
    assert_eq!(asked("// self.may(actor, UseCase::F).await?;\n x"), [false]);
}
