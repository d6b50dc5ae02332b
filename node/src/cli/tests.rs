//! What the command line itself promises: help everywhere, nonsense refused with help.

use clap::{Command, CommandFactory as _};

use super::*;

fn every_command(command: &Command, visit: &mut impl FnMut(&Command)) {
    visit(command);
    command.get_subcommands().filter(|sub| sub.get_name() != "help").for_each(|sub| every_command(sub, visit));
}

#[test]
fn every_command_and_option_explains_itself_and_shows_an_example() {
    Cli::command().debug_assert();
    every_command(&Cli::command(), &mut |command| {
        let name = command.get_name();
        assert!(command.get_about().is_some(), "{name} says what it does");
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert!(after.contains("spean "), "{name} shows an example");
        assert!(after.lines().all(|line| line.chars().count() <= 120), "{name} fits a terminal");
        for arg in command.get_arguments().filter(|arg| !arg.is_global_set()) {
            assert!(arg.get_help().is_some(), "{name} explains {}", arg.get_id());
        }
    });
}

fn refused(args: &[&str]) -> String {
    let error = Cli::try_parse_from(std::iter::once("spean").chain(args.iter().copied())).expect_err("nonsense");
    assert_eq!(error.exit_code(), 2, "{args:?}");
    error.to_string()
}

#[test]
fn nonsense_on_each_command_is_refused_with_what_would_be_right() {
    for (args, says) in [
        (&["refr"][..], "similar"),
        (&["demo", "--twice"], "--twice"),
        (&["init"], "--name"),
        (&["init", "--name", "CMO", "--listen", "everywhere"], "--listen"),
        (&["serve", "now"], "now"),
        (&["status", "--loud"], "--loud"),
        (&["agency"], "card"),
        (&["agency", "card", "--png"], "--png"),
        (&["peer", "add"], "FILE"),
        (&["peer", "verify", "DT"], "--fingerprint"),
        (&["peer", "verify", "DT", "--fingerprint", "1", "--how", "by-dream"], "telephone"),
        (&["peer", "forget", "DT"], "forget"),
        (&["case", "add"], "FILE"),
        (&["case", "edit", "3fa9c1"], "FILE"),
        (&["case", "search"], "TERM"),
        (&["consent", "grant", "3fa9c1"], "--to"),
        (&["consent", "grant", "3fa9c1", "--to", "DT"], "--categories"),
        (&["consent", "grant", "3fa9c1", "c.json", "--witness", "Chan"], "--witness"),
        (&["consent", "withdraw"], "ID"),
        (&["refer", "3fa9c1"], "--to"),
        (&["accept"], "ID"),
        (&["decline", "3fa9c1"], "--reason"),
        (&["withdraw", "3fa9c1"], "--reason"),
        (&["return", "3fa9c1"], "--reason"),
        (&["note", "3fa9c1"], "TEXT"),
        (&["progress", "3fa9c1"], "--status"),
        (&["complete", "3fa9c1"], "--outcome"),
        (&["exchange", "show"], "ID"),
        (&["custody"], "CASE"),
        (&["audit", "show", "--after", "yesterday"], "--after"),
        (&["audit", "show", "--after", "3", "--last", "3"], "--last"),
        (&["completions", "tea"], "bash"),
        (&["inbox", "--by", ""], "1 to 60 characters"),
        (&["inbox", "--by", "a\u{7}b"], "control characters"),
    ] {
        let text = refused(args);
        assert!(text.contains(says), "{args:?} should mention {says}: {text}");
    }
}

#[test]
fn a_date_that_is_not_in_the_calendar_is_refused() {
    for date in ["2026-02-30", "30.11.2026", "tomorrow"] {
        refused(&["progress", "3fa9c1", "--status", "expected", "--date", date]);
    }
}

#[test]
fn options_of_every_command_may_stand_before_or_after_it() {
    for args in [["spean", "--dir", "a", "--json", "peer", "list"], ["spean", "peer", "list", "--json", "--dir", "a"]] {
        let cli = Cli::try_parse_from(args).expect("both orders");
        assert!(cli.context.out().is_json());
        assert_eq!(cli.context.dir_if_named(), Some(std::path::Path::new("a")));
    }
}

#[test]
fn without_a_folder_or_a_node_in_it_the_command_says_how_to_get_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().to_string_lossy().into_owned();
    let cli = Cli::try_parse_from(["spean", "--dir", &path, "inbox"]).expect("parses");
    let error = cli.command.run(&cli.context).expect_err("no node there");
    assert_eq!((error.code.as_str(), Exit::of(&error.code)), ("node/no-folder", Exit::NotNow));
    assert!(error.hint.expect("a hint").contains("spean init"));
}
