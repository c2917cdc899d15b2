//! The project's own sources, as the tests of its shape read them.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One Rust file.
#[derive(Debug)]
pub struct Source {
    /// The path from the root of the project, with `/`.
    pub path: String,
    /// The text as it stands.
    pub text: String,
    /// The text without comments and without what stands in quotation marks.
    pub code: String,
}

impl Source {
    /// A source of that text.
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), code: code_of(text) }
    }

    /// Whether it holds tests only.
    pub fn is_test(&self) -> bool {
        !self.path.starts_with("src/") || self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// The path as the compiler names modules: `["record", "identity"]` for `src/record/identity.rs`.
    pub fn module(&self) -> Vec<&str> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        path.split('/').filter(|name| !matches!(*name, "lib" | "main")).collect()
    }
}

/// The root of the project.
pub fn root() -> PathBuf {
    PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned()))
}

/// All Rust files below a folder of the project, in the order of their paths; none where there is no such folder.
pub fn below(folder: &str) -> Vec<Source> {
    let root = root();
    let mut paths = Vec::new();
    gather(&root.join(folder), &mut paths);
    paths.sort();
    paths.iter().map(|path| read(&root, path)).collect()
}

fn gather(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            gather(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

fn read(root: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap();
    let path = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
    Source::new(&path, &text)
}

/// Leaves out comments and the insides of string and character literals.
fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skipped = comment(rest).or_else(|| raw_string(rest, &code)).or_else(|| quoted(rest));
        match skipped {
            Some(length) => {
                code.push(' ');
                rest = &rest[length..];
            }
            None => {
                code.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    code
}

/// The length of the comment that begins here.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if !text.starts_with("/*") {
        return None;
    }
    let mut depth = 0_usize;
    for (at, _) in text.char_indices() {
        if text[at..].starts_with("/*") {
            depth += 1;
        } else if text[..at].ends_with("*/") {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    Some(text.len())
}

/// The length of the raw string that begins here; `before` tells whether its `r` is the end of a name.
fn raw_string(text: &str, before: &str) -> Option<usize> {
    if before.ends_with(|last: char| last.is_alphanumeric() && last != 'b' || last == '_') {
        return None;
    }
    let marks = text.strip_prefix('r')?;
    let hashes = marks.len() - marks.trim_start_matches('#').len();
    let inside = marks[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end).unwrap_or(inside.len());
    Some((1 + hashes + 1 + length + end.len()).min(text.len()))
}

/// The length of the string or character literal that begins here; a lifetime is none.
fn quoted(text: &str) -> Option<usize> {
    let mark = text.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
    if mark == '\'' && !text[1..].starts_with('\\') && text.chars().nth(2) != Some('\'') {
        return None;
    }
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if letter == mark && !escaped {
            return Some(at + letter.len_utf8());
        }
        escaped = letter == '\\' && !escaped;
    }
    Some(text.len())
}

#[test]
fn comments_and_literals_are_no_code() {
    let text = concat!(
        "let a = \"crate::x // \\\" y\"; // crate::y\n/* crate::z /* deep */ still */ let b: &'a u8 = 'c';\n",
        "let d = r#\"crate::w \" \"#; let e = '\\''; crate::v();"
    );
    let code = code_of(text);
    for gone in ["crate::x", "crate::y", "crate::z", "still", "crate::w"] {
        assert!(!code.contains(gone), "{gone} is still in {code}");
    }
    for kept in ["let b: &'a u8 =", "let d =", "let e =", "crate::v();"] {
        assert!(code.contains(kept), "{kept} is not in {code}");
    }
}
