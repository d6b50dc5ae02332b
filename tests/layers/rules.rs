//! Which part may import which: the table of `docs/architecture.md` 2, as code.

use crate::{paths, source::SourceFile};

/// What no file of `keys` and `protocol` names: runtime, clock, chance, files, network.
const PURE: &[&str] = &[
    "tokio",
    "std::time::SystemTime",
    "std::time::Instant",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "getrandom",
    "rand",
    "ring::rand::SystemRandom",
    "rand_core::OsRng",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "rustls",
    "reqwest",
    "axum",
    "sled",
    "node",
];

/// A part of a crate and what it must not name.
struct Rule {
    /// Crate and beginning of the module's path.
    part: (&'static str, &'static [&'static str]),
    never: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule { part: ("keys", &[]), never: PURE },
    Rule { part: ("keys", &[]), never: &["protocol"] },
    Rule { part: ("protocol", &[]), never: PURE },
    Rule { part: ("node", &["store"]), never: &["keys", "protocol"] },
    Rule {
        part: ("node", &["service"]),
        never: &["axum", "axum_server", "clap", "reqwest", "rustls", "tower", "sled"],
    },
    Rule { part: ("node", &["vault"]), never: &["axum", "clap", "reqwest", "rustls", "sled"] },
    Rule { part: ("node", &["audit"]), never: &["axum", "clap", "reqwest", "rustls", "sled"] },
    Rule { part: ("node", &["outbox"]), never: &["axum", "clap", "reqwest", "rustls", "sled"] },
    Rule { part: ("node", &["api"]), never: &["clap", "sled"] },
    Rule { part: ("node", &["web"]), never: &["clap", "sled", "reqwest"] },
    Rule { part: ("node", &["delivery"]), never: &["clap", "sled"] },
    Rule { part: ("node", &["cli"]), never: &["axum", "sled"] },
];

/// The parts of `node` and what each may import of the others. Not named here: the frame (`lib`, `main`, `run`,
/// `founding`, `demo`), which puts the parts together and may name each.
const MAY: &[(&str, &[&str])] = &[
    ("world", &[]),
    ("view", &[]),
    ("cipher", &[]),
    ("backup", &[]),
    ("config", &["world", "view"]),
    ("observe", &["config", "world"]),
    ("store", &[]),
    ("audit", &["store", "world", "cipher"]),
    ("vault", &["store", "world", "audit", "cipher"]),
    ("outbox", &["store", "world", "audit", "vault"]),
    ("service", &["vault", "audit", "outbox", "world", "view", "config", "observe", "backup"]),
    ("delivery", &["service", "outbox", "world", "view", "config", "observe"]),
    ("api", &["service", "world", "view", "config", "observe"]),
    ("web", &["service", "view", "config", "observe"]),
    ("cli", &["service", "world", "view", "config", "observe", "run", "founding", "demo"]),
];

/// The command line asks the running node through this one file of `api`, and knows nothing else of it.
const ASKING: &[&str] = &["crate", "api", "client"];

/// The one part of `keys` that does input and output.
fn is_the_keyring(file: &SourceFile) -> bool {
    file.krate() == "keys" && file.module().first().is_some_and(|part| part == "keyring")
}

/// What this file imports and must not.
pub fn faults(file: &SourceFile) -> Vec<String> {
    let mut faults: Vec<String> = paths::of(file)
        .iter()
        .filter(|path| forbidden(file, path) || climbs(file, path))
        .map(|path| format!("{} names {}", file.path.display(), path.join("::")))
        .collect();
    faults.dedup();
    faults
}

fn forbidden(file: &SourceFile, path: &[String]) -> bool {
    let applies = |rule: &&Rule| {
        let (krate, part) = rule.part;
        file.krate() == krate
            && part.iter().zip(file.module()).all(|(a, b)| *a == b)
            && file.module().len() >= part.len()
    };
    let hit = |name: &&&str| {
        name.split("::")
            .zip(path.iter().map(Some).chain(std::iter::repeat(None)))
            .all(|(a, b)| b.is_some_and(|b| b == a))
    };
    let allowed = |name: &&str| *name == "std::fs" && is_the_keyring(file);
    RULES.iter().filter(applies).flat_map(|rule| rule.never).any(|name| hit(&name) && !allowed(name))
}

/// Names a part of `node` that lies above or beside its own.
fn climbs(file: &SourceFile, path: &[String]) -> bool {
    let (Some(own), Some(other)) = (file.module().first().cloned(), path.get(1)) else { return false };
    if file.krate() != "node" || path.first().is_none_or(|first| first != "crate") || *other == own {
        return false;
    }
    if own == "cli" && path.iter().zip(ASKING).all(|(a, b)| a == b) && path.len() >= ASKING.len() {
        return false;
    }
    MAY.iter().find(|(part, _)| *part == own).is_some_and(|(_, may)| !may.contains(&other.as_str()))
}

#[test]
fn a_wrong_arrow_is_found() {
    let wrong = [
        ("keys/src/sign.rs", "use protocol::packet;"),
        ("keys/src/time.rs", "fn now() { let _ = std::time::SystemTime::now(); }"),
        ("keys/src/log/mod.rs", "use std::{fs, io};"),
        ("protocol/src/exchange/mod.rs", "use tokio::sync::mpsc;"),
        ("node/src/store/sled/mod.rs", "use keys::Digest;"),
        ("node/src/service/offer.rs", "use crate::delivery::Worker;"),
        ("node/src/service/offer.rs", "use super::super::api::Problem;"),
        ("node/src/service/offer.rs", "use axum::Json;"),
        ("node/src/api/cases.rs", "use crate::{service::case, vault::Vault};"),
        ("node/src/web/session.rs", "use crate::vault::Vault;"),
        ("node/src/web/gate.rs", "use crate::api::Gate;"),
        ("node/src/cli/serve.rs", "fn f() { crate::delivery::go(); }"),
        ("node/src/cli/serve.rs", "use crate::api::Api;"),
    ];
    for (path, code) in wrong {
        assert_eq!(faults(&SourceFile::new(path, code)).len(), 1, "{path}: {code}");
    }
}

#[test]
fn a_right_arrow_passes() {
    let right = [
        ("keys/src/keyring/file.rs", "use std::fs::File;"),
        ("protocol/src/packet/build.rs", "use keys::{AgencyId, label}; use std::time::Duration;"),
        ("node/src/vault/erase.rs", "use crate::{audit::Event, store::Batch, world::World};"),
        (
            "node/src/api/cases.rs",
            "use crate::service::case; use axum::Json; #[cfg(test)] mod tests { use crate::vault; }",
        ),
        ("node/src/cli/node.rs", "use crate::api::client::{self, Method};"),
        ("node/src/run.rs", "use crate::{api, delivery, store, vault};"),
    ];
    for (path, code) in right {
        assert_eq!(faults(&SourceFile::new(path, code)), Vec::<String>::new(), "{path}: {code}");
    }
}
