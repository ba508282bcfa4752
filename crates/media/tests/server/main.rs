//! The server through its sockets: who gets in, and who may steer.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

mod door;
mod service;
mod support;
mod ways;
