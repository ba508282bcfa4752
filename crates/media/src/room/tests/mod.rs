//! What participants can rely on, tried with clients over an emulated network in virtual time.

mod client;
mod link;
mod screen;
mod world;

mod conversation;
mod cost;
mod data;
mod layers;
mod liars;
mod networks;
mod resuming;
mod tokens;
