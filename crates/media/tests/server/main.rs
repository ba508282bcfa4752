//! The server through its sockets: who gets in, and who may steer.

mod door;
mod service;
mod support;
