//! Drives a server from outside, by nothing but its documented API: as a process, over HTTP, over the live socket.
//! What benchmarks and whole-system tests share.

mod http;
mod process;
mod rooms;

pub use http::{Api, Credential};
pub use process::{Server, free_address, trialogue};
pub use rooms::{Cast, Seat, connect, seat_room, seat_visitor};
