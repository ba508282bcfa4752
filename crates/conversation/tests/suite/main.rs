//! The promises of the core, as scenarios, tables and properties. One binary, so that it links once.

mod fixtures;
mod floor_and_turns;
mod handback;
mod handoff;
mod inviting;
mod joining;
mod life;
mod media;
mod messages;
mod permissions;
mod presence;
mod properties;
mod remarks;
mod settings;
mod support;
mod visibility;
