//! A persona's settings as far as the rules need them, and the limits that belong to no one persona.

use serde::{Deserialize, Serialize};

/// Copied into each conversation when it starts and whenever its owner changes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct Settings {
    pub in_call_users: bool,
    pub disable_video: bool,
    /// Several may share their screens at once.
    pub many_screens: bool,
    /// Not the owner's to choose: whether this server has a media server.
    pub media_available: bool,
    /// A workspace setting: monitors are shown to everybody, not to staff only.
    pub show_monitors: bool,
    /// Below this confidence the persona hands off, in percent.
    pub confidence_threshold: u8,
    /// Topics on which the persona always hands off.
    pub handoff_topics: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            in_call_users: true,
            disable_video: false,
            many_screens: false,
            media_available: true,
            show_monitors: false,
            confidence_threshold: 50,
            handoff_topics: Vec::new(),
        }
    }
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// How long a dropped connection holds its place (design §4.1).
pub const PLACE_HELD_MS: i64 = 60 * SECOND;
/// How long the last other human may be quiet before the persona answers again.
pub const IDLE_MS: i64 = 10 * MINUTE;
/// A knock that nobody answers.
pub const KNOCK_EXPIRES_MS: i64 = 30 * MINUTE;
/// After a declined knock the same person may not knock for this long.
pub const KNOCK_COOL_DOWN_MS: i64 = MINUTE;
/// At most so many knocks an hour per person and conversation.
pub const KNOCKS_AN_HOUR: usize = 3;
pub const KNOCK_WINDOW_MS: i64 = HOUR;
/// An admitted person who never joins.
pub const ADMISSION_EXPIRES_MS: i64 = HOUR;
/// A guest's invitation.
pub const INVITATION_EXPIRES_MS: i64 = 24 * HOUR;
/// A handoff nobody takes goes to the next in the chain after this long.
pub const HANDOFF_STEP_MS: i64 = 5 * MINUTE;
/// A persona turn whose worker is not heard of any more.
pub const TURN_AT_MOST_MS: i64 = 3 * MINUTE;
/// A conversation in which nobody has spoken ends.
pub const CONVERSATION_IDLE_MS: i64 = 24 * HOUR;
/// Open knocks at once per conversation; more are refused.
pub const MAX_OPEN_KNOCKS: usize = 50;
/// People inside at once.
pub const MAX_PARTICIPANTS: usize = 50;
