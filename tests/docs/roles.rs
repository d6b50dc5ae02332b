//! The table of use cases and roles.

use std::fmt::Write;

use node::service::{
    UseCase,
    people::{Role, Roles},
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
