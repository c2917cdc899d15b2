//! The law as pure functions: one file per article, one function per provision, and [`Law::decide`], the only maker of a [`Permit`].
//!
//! Each rule finds for itself; a single prohibition refuses, silence refuses, limits intersect, duties add up. The order of the
//! rules never matters, and exceptions live inside the rule that they limit. What only storage can name (a document to change, a
//! consent to end, a trace) is put to the [`Permit`], which judges it by provisions of the same kind.
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

mod capacity;
mod change;
mod column;
mod decision;
mod filing;
mod finding;
mod hypothesis;
mod kind;
mod law;
mod likeness;
mod matrix;
mod permit;
mod provision;
mod scope;
mod standing;

mod d1110_3_1;
mod d1110_3_2;
mod d1110_3_3;
mod i12;
mod l1110_12;
mod l1111_14;
mod l1111_17;
mod l1111_19;
mod l1470_2;
mod l1470_5;
mod r1111_36;
mod r1111_42;
mod r1111_43;
mod r1111_44;
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
mod r1111_8_6;

pub use column::Column;
pub use decision::{Refusal, rules};
pub use finding::{Duty, Finding, Ground};
pub use l1111_17::masked_in_emergency;
pub use law::{Law, LawError};
pub use matrix::{Matrix, MatrixError};
pub use permit::Permit;
pub use provision::{Force, Governs, Provision, Rule};
pub use r1111_44::ApprovedSoftware;
pub use scope::Scope;

#[cfg(test)]
mod second_reading;
#[cfg(test)]
mod tests;
