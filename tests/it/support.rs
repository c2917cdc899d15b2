//! A whole gateway in a folder of its own, and clients with the certificates of its cast.

pub mod client;
pub mod decisions;
pub mod demo;
pub mod documents;
pub mod pki;
pub mod served;

pub use client::{Answer, Client};
pub use demo::{Demo, shared};
pub use served::Served;
