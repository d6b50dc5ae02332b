//! The command lines that the pages show are understood by the program, and none of its commands is left out.

use clap::{Command, CommandFactory, Parser};
use node::cli::{CODES, Cli};

/// Pages with command lines to be typed.
const PAGES: [&str; 3] = ["README.md", "docs/architecture.md", "SECURITY.md"];

#[test]
fn every_command_line_of_the_pages_is_understood() {
    let mut seen = 0;
    for page in PAGES {
        for line in command_lines(&crate::read(page)) {
            let words = words(&line);
            seen += 1;
            if let Err(error) = Cli::try_parse_from(&words) {
                panic!("{page}: `{line}` is not understood:\n{error}");
            }
        }
    }
    assert!(seen > 20, "only {seen} command lines found");
}

#[test]
fn the_table_of_commands_is_complete() {
    let page = crate::read("README.md");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `spean ")).collect();
    let missing: Vec<String> =
        leaves(&Cli::command(), "").into_iter().filter(|command| !rows.iter().any(|row| names(row, command))).collect();
    assert!(missing.is_empty(), "commands without a row in README's table: {missing:?}");
}

#[test]
fn the_page_of_errors_lists_the_codes_of_the_program() {
    let page = crate::read("docs/errors.md");
    let missing: Vec<_> = CODES.iter().filter(|(code, _)| !page.contains(&format!("`{code}`"))).collect();
    assert!(missing.is_empty(), "codes that docs/errors.md does not explain: {missing:?}");
}

/// `case add`, `serve` …: each command that does something.
fn leaves(command: &Command, before: &str) -> Vec<String> {
    let mut found = Vec::new();
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help" && !sub.is_hide_set()) {
        let name = format!("{before}{}", sub.get_name());
        if sub.has_subcommands() { found.extend(leaves(sub, &format!("{name} "))) } else { found.push(name) }
    }
    found
}

/// Whether a row names a command: in full first, then by its last word alone, as in `` `spean case add` · `list` ``.
fn names(row: &str, command: &str) -> bool {
    let pieces: Vec<Vec<&str>> = row
        .split('`')
        .skip(1)
        .step_by(2)
        .map(|piece| piece.trim_start_matches("spean ").split(' ').collect())
        .collect();
    let words: Vec<&str> = command.split(' ').collect();
    let in_full = pieces.iter().any(|piece| piece.starts_with(&words));
    let by_last = pieces.first().and_then(|first| first.first()) == words.first()
        && pieces.iter().skip(1).any(|piece| piece.first() == words.last());
    in_full || by_last
}

/// The lines of code blocks that call the program, continued lines joined.
fn command_lines(page: &str) -> Vec<String> {
    let blocks = page.split("```").skip(1).step_by(2);
    let joined: Vec<String> = blocks.map(|block| block.replace("\\\n", " ")).collect();
    let lines = joined.iter().flat_map(|block| block.lines()).map(str::trim);
    lines.filter(|line| line.starts_with("spean ")).map(str::to_owned).collect()
}

/// The words of a line as a shell sees them, up to a pipe or redirection; `$(…)` stands for a date.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut open) = (Vec::new(), String::new(), None, 0);
    for c in line.chars() {
        match (c, quoted) {
            ('(', _) if word.ends_with('$') => {
                word.pop();
                word.push_str("2026-11-30");
                open += 1;
            }
            (')', _) if open > 0 => open -= 1,
            _ if open > 0 => {}
            (c, Some(mark)) if c == mark => quoted = None,
            ('"' | '\'', None) => quoted = Some(c),
            (' ', None) => {
                words.push(std::mem::take(&mut word));
            }
            ('|' | '>' | '<' | '#', None) => break,
            (c, _) => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn lines_are_split_as_a_shell_does() {
    let line = r#"spean note ID "two words" --until "$(date -d '+5 months' +%F)" > file"#;
    assert_eq!(words(line), ["spean", "note", "ID", "two words", "--until", "2026-11-30"]);
    assert!(names("| `spean case add FILE` · `list` | x |", "case list"));
    assert!(!names("| `spean case add FILE` · `list` | x |", "peer list"));
}
