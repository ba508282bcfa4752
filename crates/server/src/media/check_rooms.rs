//! Rooms in which somebody tries their connection alone.

use crate::sign_in::tokens::new_token;

const PREFIX: &str = "check:";
/// A check takes seconds. Whoever stays longer uses the room for something else.
pub(super) const LASTS_AT_MOST_S: i64 = 120;

/// A name that nobody can guess.
pub(super) fn new_name() -> Result<String, getrandom::Error> {
    Ok(format!("{PREFIX}{}", new_token()?))
}

pub(super) fn is_name(room: &str) -> bool {
    room.starts_with(PREFIX)
}
