//! The law as pure functions: one file per article, one function per provision, and [`Law::decide`], the only maker of a [`Permit`].

mod decision;
mod finding;
mod law;
mod provision;
mod scope;

pub use decision::{Permit, Refusal, rules};
pub use finding::{Duty, Finding, Ground};
pub use law::Law;
pub use provision::{Force, Governs, Provision, Rule};
pub use scope::Scope;
