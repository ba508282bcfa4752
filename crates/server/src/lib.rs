//! The server of Trialogue: HTTP API, live socket, sign-in, rooms, effects, and the command line around them.

#![expect(
    clippy::result_large_err,
    reason = "a refusal is made once a request and handed straight to its answer; boxing it would only cost an allocation"
)]

pub mod admin;
pub mod api;
pub mod app;
pub mod clock;
pub mod config;
pub mod dashboard_changes;
pub mod demo;
pub mod effects;
pub mod eval;
pub mod knowledge;
pub mod live;
pub mod mails;
pub mod media;
pub mod open_files;
pub mod persona_profile;
pub mod problem;
pub mod rate_limit;
pub mod rooms;
pub mod serve;
pub mod sign_in;
pub mod transcript;
pub mod web;
