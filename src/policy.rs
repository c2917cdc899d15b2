//! The law as pure functions: one file per article, one function per provision, and [`Law::decide`], the only maker of a [`Permit`].
//!
//! Each rule finds for itself; a single prohibition refuses, silence refuses, limits intersect, duties add up. The order of the
//! rules never matters, and exceptions live inside the rule that they limit.
//!
//! Everyone may look at a permit:
//! ```
//! use dmp_gateway::policy::{Duty, Permit};
//!
//! fn duties(permit: &Permit) -> &[Duty] {
//!     permit.duties()
//! }
//! ```
//! Nobody else can make one:
//! ```compile_fail,E0451
//! use dmp_gateway::policy::Permit;
//!
//! fn forge(permit: Permit) -> Permit {
//!     Permit { duties: Vec::new(), ..permit }
//! }
//! ```

mod column;
mod decision;
mod finding;
mod kind;
mod law;
mod matrix;
mod provision;
mod scope;
mod standing;

mod l1111_14;
mod l1111_17;
mod r1111_36;
mod r1111_42;
mod r1111_43;
mod r1111_45;
mod r1111_46;
mod r1111_47;
mod r1111_49;
mod r1111_50;
mod r1111_51;
mod r1111_52;
mod r1111_53;
mod r1111_54;
mod r1111_8_1;

pub use column::Column;
pub use decision::{Permit, Refusal, rules};
pub use finding::{Duty, Finding, Ground};
pub use law::{Law, LawError};
pub use matrix::{Matrix, MatrixError};
pub use provision::{Force, Governs, Provision, Rule};
pub use scope::Scope;

#[cfg(test)]
mod second_reading;
#[cfg(test)]
mod tests;
