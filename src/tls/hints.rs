//! The names of the anchors, as the handshake tells them to clients.

use std::sync::OnceLock;

use rustls::DistinguishedName;

/// Names that were told once and those that came later. rustls borrows them from the verifier, so none may go while it lives: a
/// new set is put behind the old ones. It grows only when anchors change.
#[derive(Debug)]
pub struct Hints {
    names: Vec<DistinguishedName>,
    later: OnceLock<Box<Self>>,
}

impl Hints {
    /// Begins with those names.
    pub const fn of(names: Vec<DistinguishedName>) -> Self {
        Self { names, later: OnceLock::new() }
    }

    /// The names of now.
    pub fn latest(&self) -> &[DistinguishedName] {
        &self.last().names
    }

    /// Puts new names behind, unless they are those of now.
    pub fn add(&self, names: Vec<DistinguishedName>) {
        let last = self.last();
        if !last.names.iter().map(AsRef::as_ref).eq(names.iter().map(<DistinguishedName as AsRef<[u8]>>::as_ref)) {
            last.later.get_or_init(|| Box::new(Self::of(names)));
        }
    }

    fn last(&self) -> &Self {
        let mut one = self;
        while let Some(later) = one.later.get() {
            one = later;
        }
        one
    }
}
