//! Conversations at hand: one task per conversation that somebody uses now. It holds the state, decides, appends what
//! follows to the log, and delivers only what is durable. Whatever waits while an append is under way goes into the
//! next one together, so a busy conversation needs few syncs.

mod delivery;
mod inbox;
mod input;
mod registry;
mod room;
mod subscriber;
mod turn_watch;

pub use delivery::{frame, seen_by};
pub use inbox::HandoffSummary;
pub use input::{Done, NotDone};
pub use registry::{RoomGone, Rooms, RoomsContext};
pub use room::read_event;
pub use subscriber::{Outgoing, Subscription, Watcher};
