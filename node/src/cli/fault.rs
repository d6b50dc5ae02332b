//! A fault of the program itself, told like any other error: what a panic would print may quote what was at hand.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{Arc, Mutex, PoisonError},
};

use super::problem;
use crate::view::Problem;

/// Runs a command; a panic in it becomes the problem `internal`, which names the place and nothing else.
pub(super) fn guarded(command: impl FnOnce() -> Result<(), Problem>) -> Result<(), Problem> {
    let place = Arc::new(Mutex::new(String::from("an unknown place")));
    let noted = Arc::clone(&place);
    // `serve` and the demo set their own, which writes to the log.
    panic::set_hook(Box::new(move |panic| {
        if let Some(at) = panic.location() {
            *noted.lock().unwrap_or_else(PoisonError::into_inner) = format!("{}:{}", at.file(), at.line());
        }
    }));
    // Nothing of the command is used after it: what it left half changed is gone with it.
    panic::catch_unwind(AssertUnwindSafe(command)).unwrap_or_else(|_| {
        let place = place.lock().unwrap_or_else(PoisonError::into_inner);
        Err(problem("internal", format!("the program met a fault of its own, at {place}"))
            .hint("look whether the act was done before you repeat it, and please report the place"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_that_names_the_place_and_not_the_message() {
        let problem = guarded(|| panic!("Sokha")).unwrap_err();
        let _ = panic::take_hook();
        assert_eq!(problem.code, "internal");
        assert!(problem.title.contains("fault.rs:") && !problem.title.contains("Sokha"), "{}", problem.title);
    }
}
