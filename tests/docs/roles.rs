//! The tables of use cases, routes and roles.

use std::fmt::Write;

use node::{
    service::{
        UseCase,
        people::{Role, Roles},
    },
    web::{Needs, routes},
};

/// A row for each use case, a column for each role.
pub fn table() -> String {
    let mut out = String::from("| | about children |");
    Role::ALL.iter().for_each(|role| write!(out, " {} |", role.label_en()).unwrap());
    out.push_str("\n| --- | --- | --- | --- | --- | --- |\n");
    for what in UseCase::ALL {
        let yes = |yes: bool| if yes { " yes |" } else { " |" };
        write!(out, "| {} |{}", what.what(), yes(what.is_about_children())).unwrap();
        Role::ALL.iter().for_each(|role| out.push_str(yes(what.allows(Roles::of(&[*role]), true))));
        out.push('\n');
    }
    out
}

/// A row for each route of the screens.
pub fn pages() -> String {
    let mut out = String::from("| route | who |\n| --- | --- |\n");
    for route in routes() {
        let who = match route.needs {
            Needs::Nothing => "anybody".to_owned(),
            Needs::Session => "whoever is signed in".to_owned(),
            Needs::May(what) => format!("who may: {}", what.what()),
        };
        writeln!(out, "| `{} {}` | {who} |", route.method, route.path).unwrap();
    }
    out
}
