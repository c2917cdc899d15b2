use std::{fs, path::PathBuf};

use serde_json::Value;

use super::*;

mod examples;
mod loading;
mod mutants;
mod naive;
mod rules;

/// The packages, where they are.
pub(super) fn packages() -> Option<Vec<PathBuf>> {
    let folder = shared("packages");
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("the compiled packages are not here: nothing was tried with them");
        return None;
    };
    let all = entries.map(|entry| entry.unwrap().path());
    Some(all.filter(|path| path.extension().is_some_and(|end| end == "tgz")).collect())
}

/// The library with all packages.
pub(super) fn installed() -> Option<&'static Library> {
    static LIBRARY: std::sync::LazyLock<Option<Library>> =
        std::sync::LazyLock::new(|| Some(Library::load(&packages()?, OWN).unwrap()));
    LIBRARY.as_ref()
}

pub(super) fn shared(below: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(below)
}

pub(super) fn example(name: &str) -> Value {
    let path = shared("examples").join(name);
    serde_json::from_slice(&fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).unwrap()
}
