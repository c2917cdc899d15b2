//! Command line.
pub mod demo;
