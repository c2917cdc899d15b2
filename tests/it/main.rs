//! The gateway from outside: one module per promise.

mod bad_input;
mod cast;
mod commands;
mod durability;
mod examples;
mod faults;
mod handshakes;
mod masks;
mod support;
