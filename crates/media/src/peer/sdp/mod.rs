//! What this server reads from offers itself, and what it changes in answers.
//!
//! str0m negotiates; but which track of LiveKit's a section belongs to is said in `a=msid`, which str0m neither shows nor lets one set on a section
//! that the other side offered.

mod answers;
mod offers;

pub(crate) use answers::{Sending, ask_for, complete_answer};
pub(crate) use offers::{Flow, MAX_SECTIONS, Section, sections};
