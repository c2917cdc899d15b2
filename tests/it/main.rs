//! The gateway from outside: one module per promise.

mod architecture;
mod bad_input;
mod cast;
mod commands;
mod conformance;
mod durability;
mod examples;
mod faults;
mod handshakes;
mod masks;
mod support;
