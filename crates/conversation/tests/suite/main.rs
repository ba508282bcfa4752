//! The promises of the core, as scenarios, tables and properties. One binary, so that it links once.

mod floor_and_turns;
mod handback;
mod handoff;
mod inviting;
mod joining;
mod properties;
mod support;
