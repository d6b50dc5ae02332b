//! The source files as text: found, and cleaned of comments, string contents and test modules.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The label that tests inside the files use.
const TEST_LABEL: &str = "spean/test";

/// One file of Rust.
pub struct SourceFile {
    /// From the root of the repository.
    pub path: PathBuf,
    raw: String,
    test: bool,
    /// Without comments, what stands in quotation marks, and test modules.
    pub code: String,
}

impl SourceFile {
    /// A file from a text, as the tests of this crate make them.
    pub fn new(path: &str, raw: &str) -> Self {
        let code = without_tests(&blank(raw));
        Self { path: path.into(), raw: raw.into(), test: false, code }
    }

    /// The crate's folder: `keys`, `protocol`, `node`, `tests`.
    pub fn krate(&self) -> &str {
        self.path.iter().next().and_then(|part| part.to_str()).unwrap_or_default()
    }

    /// The module's path inside its crate: `["store", "sled"]` for `node/src/store/sled/mod.rs`.
    pub fn module(&self) -> Vec<String> {
        let mut parts: Vec<String> =
            self.path.with_extension("").iter().skip(2).map(|p| p.to_string_lossy().into_owned()).collect();
        if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
            parts.pop();
        }
        parts
    }

    /// A file that only a test build contains: one declared under `#[cfg(test)]`, or inside such a one.
    pub const fn is_test(&self) -> bool {
        self.test
    }

    /// The modules in files of their own that are declared here for tests only.
    fn test_modules(&self) -> Vec<(String, Vec<String>)> {
        let declared = |after: &str| {
            let (visibility, name) = after.split_once("mod ")?;
            let private = matches!(visibility.trim(), "" | "pub(crate)" | "pub(super)");
            let name = name.split(';').next().filter(|_| private)?.trim().to_owned();
            name.chars().all(|c| c.is_alphanumeric() || c == '_').then_some(name)
        };
        self.raw
            .split("#[cfg(test)]")
            .skip(1)
            .filter_map(declared)
            .map(|name| (self.krate().to_owned(), [self.module(), vec![name]].concat()))
            .collect()
    }

    /// Length in lines, with comments and tests.
    pub fn lines(&self) -> usize {
        self.raw.lines().count()
    }

    /// It begins with a module comment.
    pub fn begins_with_its_promise(&self) -> bool {
        self.raw.trim_start().starts_with("//!") || self.raw.starts_with("#!")
    }

    /// The domain labels declared here, each with this file's name.
    pub fn labels(&self) -> Vec<(String, String)> {
        self.raw
            .match_indices("Label::new(\"")
            .filter_map(|(at, opening)| self.raw[at + opening.len()..].split('"').next())
            .filter(|label| *label != TEST_LABEL)
            .map(|label| (label.to_owned(), self.path.display().to_string()))
            .collect()
    }
}

/// The files of the program: the three crates without those that only tests contain.
pub fn program() -> Vec<SourceFile> {
    let mut files = read(&["keys/src", "protocol/src", "node/src"]);
    files.retain(|file| !file.is_test());
    files
}

/// Every Rust file of the repository.
pub fn everything() -> Vec<SourceFile> {
    read(&["keys", "protocol", "node", "tests"])
}

fn read(folders: &[&str]) -> Vec<SourceFile> {
    // At run time: a moved or copied checkout then reads its own files.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&here).join("..");
    let mut found = Vec::new();
    for folder in folders {
        collect(&root, Path::new(folder), &mut found);
    }
    found.sort_by(|a: &SourceFile, b| a.path.cmp(&b.path));
    let for_tests: Vec<_> = found.iter().flat_map(SourceFile::test_modules).collect();
    for file in &mut found {
        file.test = for_tests.iter().any(|(krate, module)| file.krate() == krate && file.module().starts_with(module));
    }
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(root.join(folder)).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let entry = entry.unwrap();
        let path = folder.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            if entry.file_name() != "target" {
                collect(root, &path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(SourceFile::new(&path.to_string_lossy(), &fs::read_to_string(root.join(&path)).unwrap()));
        }
    }
}

/// Spaces instead of comments and of what stands in quotation marks. Lines stay where they are.
fn blank(raw: &str) -> String {
    let chars: Vec<char> = raw.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut out = String::with_capacity(raw.len());
    let mut i = 0;
    while i < chars.len() {
        let end = match (at(i), at(i + 1)) {
            ('/', '/') => (i..chars.len()).find(|&j| at(j) == '\n').unwrap_or(chars.len()),
            ('/', '*') => {
                (i + 2..chars.len()).find(|&j| at(j) == '*' && at(j + 1) == '/').map_or(chars.len(), |j| j + 2)
            }
            ('r', '"' | '#') if !out.ends_with(|c: char| c.is_alphanumeric() || c == '_') => end_of_raw(&chars, i),
            ('"', _) => end_of_quoted(&chars, i, '"'),
            // A character, not a lifetime.
            ('\'', '\\') => end_of_quoted(&chars, i, '\''),
            ('\'', _) if at(i + 2) == '\'' => i + 3,
            _ => i,
        };
        if end == i {
            out.push(at(i));
            i += 1;
        } else {
            out.extend(chars[i..end].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
            i = end;
        }
    }
    out
}

/// Just after the closing mark of the text that opens at `from`.
fn end_of_quoted(chars: &[char], from: usize, mark: char) -> usize {
    let mut i = from + 1;
    while i < chars.len() && chars[i] != mark {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

/// Just after the raw text that begins at `from`; `from` itself where there is none, as in `r#type`.
fn end_of_raw(chars: &[char], from: usize) -> usize {
    let hashes = chars[from + 1..].iter().take_while(|&&c| c == '#').count();
    let open = from + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return from;
    }
    let closes =
        |i: usize| chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|&&c| c == '#').count() == hashes;
    (open + 1..chars.len()).find(|&i| closes(i)).map_or(chars.len(), |i| i + 1 + hashes)
}

/// The code without items under `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut rest = code;
    let mut out = String::new();
    while let Some(at) = rest.find(MARK) {
        out.push_str(&rest[..at]);
        rest = &rest[at + MARK.len()..];
        rest = &rest[end_of_item(rest)..];
    }
    out + rest
}

/// Just after the first `;` or the brace that closes the first `{`, whichever comes first.
fn end_of_item(code: &str) -> usize {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            ';' if depth == 0 => return at + 1,
            '{' => depth += 1,
            '}' if depth == 1 => return at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

#[test]
fn comments_texts_and_tests_are_not_code() {
    let raw = "use a::b; // c::d\n/* e::f */ const T: &str = \"g::h\"; const R: &str = r#\"i::j\"#;\nconst Q: char = '\"';\n\
               fn f<'a>(x: &'a str) {}\n#[cfg(test)]\nmod tests { use k::l; fn g() {} }\nuse m::n;";
    let code = SourceFile::new("node/src/x.rs", raw).code;
    for kept in ["a::b", "fn f<'a>(x: &'a str)", "m::n"] {
        assert!(code.contains(kept), "{kept} is missing in {code}");
    }
    for left_out in ["c::d", "e::f", "g::h", "i::j", "k::l"] {
        assert!(!code.contains(left_out), "{left_out} is still in {code}");
    }
}
