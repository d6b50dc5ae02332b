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

/// A function that looks up what a person named.
pub struct Resolver {
    /// File and name.
    pub place: String,
    /// It asks whether the actor has it.
    pub asks: bool,
}

/// Functions of the service that are told who asks and look up a case, consent or exchange; but those of `need` itself, which
/// say who has it.
pub fn resolvers(file: &SourceFile) -> Vec<Resolver> {
    let module = file.module();
    let of_service = file.krate() == "node" && module.first().is_some_and(|part| part == "service");
    if !of_service || module.get(1).is_some_and(|part| part == "need") {
        return Vec::new();
    }
    let functions = file.code.split(" fn ").skip(1).filter(|text| {
        let arguments = text.split_once('{').map_or("", |(arguments, _)| arguments);
        arguments.contains("actor: &Actor")
    });
    let lookups = ["self.resolve_case(", "self.resolve_consent(", "self.resolve_exchange("];
    let resolver = |text: &str| {
        let asks = ["self.must_see_", "self.sees_"].iter().any(|ask| text.contains(ask));
        let name = text.split('(').next().unwrap_or_default();
        lookups
            .iter()
            .any(|lookup| text.contains(lookup))
            .then(|| Resolver { place: format!("{}: {name}", file.path.display()), asks })
    };
    functions.filter_map(resolver).collect()
}

#[test]
fn whoever_looks_up_and_does_not_ask_whose_it_is_is_found() {
    let asks = |body: &str| {
        let text = format!("impl S {{\n    async fn f(&self, actor: &Actor) -> R {{\n        {body}\n    }}\n}}");
        resolvers(&SourceFile::new("node/src/service/f.rs", &text)).iter().map(|found| found.asks).collect::<Vec<_>>()
    };
    assert_eq!(asks("let id = self.resolve_case(x)?; self.must_see_case(actor, &id, W).await?; y"), [true]);
    assert_eq!(asks("let id = self.resolve_exchange(x)?; y"), [false]);
    assert!(asks("y").is_empty());
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
