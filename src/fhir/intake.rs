//! What the gates let through: the resource as a tree, its documents staged at the host.

use crate::record::submission::StagedContent;

/// A resource that passed the gates.
#[derive(Debug)]
pub struct Intake {
    /// The resource; where content was staged a placeholder stands.
    pub tree: serde_json::Value,
    /// The staged contents.
    pub staged: Vec<Staged>,
}

/// One staged content.
#[derive(Debug)]
pub struct Staged {
    /// Where it stood, such as `Bundle.entry[2].resource.data`.
    pub at: String,
    /// What it is.
    pub content: StagedContent,
}
