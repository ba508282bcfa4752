//! The crate as its users see it: what the mails say, and sending them through a real SMTP server.

mod rendering;
mod samples;
mod smtp;
mod smtp_server;
