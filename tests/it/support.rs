//! A whole gateway in a folder of its own, and clients with the certificates of its cast.

pub mod client;
pub mod decisions;
pub mod demo;
pub mod documents;
pub mod issuer;
pub mod line;
pub mod pki;
pub mod raw;
pub mod served;
pub mod toy_pki;

pub use client::{Answer, Client};
pub use demo::{Demo, shared};
pub use line::Line;
pub use raw::Raw;
pub use served::Served;
