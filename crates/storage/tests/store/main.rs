//! What every store must do, told against the trait; a further database runs the same stories.
//! Each test gets a fresh store.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod appends;
mod effects;
mod full_disk;
mod group_commit;
mod knowledge;
mod lists;
mod people;
mod properties;
mod scope;
mod support;
