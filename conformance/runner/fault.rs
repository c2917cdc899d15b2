//! What keeps cases from being run at all: a file, a certificate, an argument.

/// Something without which nothing can be run; the text says what to mend.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Fault(String);

impl Fault {
    /// A fault of that place, with what is wrong there.
    pub fn at(place: impl std::fmt::Display, wrong: impl std::fmt::Display) -> Self {
        Self(format!("{place}: {wrong}"))
    }
}
