//! The server's promises, over real sockets, a real port and a real store. One binary, so that it links once.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

mod answerer;
mod api_shape;
mod export;
mod failing_store;
mod isolation;
mod knowledge;
mod lanes;
mod limits;
mod media;
mod monitors;
mod nodes;
mod one_go;
mod real_model;
mod remarks;
mod restart;
mod resume;
mod settings;
mod sign_in;
mod slow_readers;
mod stewarding;
mod story;
mod support;
mod visibility;
