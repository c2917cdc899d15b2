//! A whole gateway in a folder of its own, and clients with the certificates of its cast.

pub mod client;
pub mod decisions;
pub mod demo;
pub mod documents;
pub mod raw;

pub use client::{Answer, Client};
pub use demo::{Demo, shared};
pub use raw::Raw;
