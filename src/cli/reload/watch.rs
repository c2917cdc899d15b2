//! Which files changed. They are looked at now and then: that needs no help of the system, and works on every file system.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use super::Part;
use crate::config::Config;

/// What the files of each part looked like.
#[derive(Debug, Clone)]
pub struct Watches(BTreeMap<Part, Watch>);

impl Watches {
    /// Begins with the files as they are.
    pub fn begin(config: &Config) -> Self {
        Self(Part::ALL.into_iter().map(|part| (part, Watch::begin(looks(part, config)))).collect())
    }

    /// The parts whose files changed and have stood still since the last time this was asked: a file that is being written is
    /// not read.
    pub fn due(&mut self, config: &Config) -> BTreeSet<Part> {
        let watches = self.0.iter_mut();
        watches.filter_map(|(part, watch)| watch.is_due(looks(*part, config)).then_some(*part)).collect()
    }

    /// The files of a part are read now, good or bad: they are due again when they change again.
    pub fn take(&mut self, part: Part, config: &Config) {
        self.0.insert(part, Watch::begin(looks(part, config)));
    }
}

/// What the files of one part looked like.
#[derive(Debug, Clone)]
struct Watch {
    taken: Vec<Look>,
    last: Vec<Look>,
}

impl Watch {
    fn begin(looks: Vec<Look>) -> Self {
        Self { taken: looks.clone(), last: looks }
    }

    fn is_due(&mut self, looks: Vec<Look>) -> bool {
        let stands_still = looks == self.last;
        self.last = looks;
        stands_still && self.last != self.taken
    }
}

/// What a file looks like; a file that is not there has no form. Any change of content, name or mode changes its `ctime`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    path: PathBuf,
    form: Option<(u64, u64, i64, i64)>,
}

fn looks(part: Part, config: &Config) -> Vec<Look> {
    part.files(config).into_iter().map(|path| Look { form: form_of(&path), path }).collect()
}

fn form_of(path: &Path) -> Option<(u64, u64, i64, i64)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.ino(), metadata.size(), metadata.ctime(), metadata.ctime_nsec()))
}
