//! What people told everybody, as the persona searches it: with whose words they are and how long ago they were said.

use trialogue_conversation::State;
use trialogue_conversation::ids::Timestamp;
use trialogue_conversation::participant::{Participant, Role};
use trialogue_conversation::remarks::remarks;
use trialogue_persona::Remark;

/// Before the id of a message of this conversation: what cites it is its place on the page.
pub(super) const MESSAGE: &str = "message-";
/// Before the id of a message of the conversation that this one continues.
pub(super) const EARLIER_MESSAGE: &str = "earlier-message-";

/// What may be told again, oldest first. Which remarks these are is the core's to say.
pub(super) fn told(state: &State, now: Timestamp, id_begins: &str) -> Vec<Remark> {
    remarks(state)
        .into_iter()
        .map(|remark| Remark {
            id: format!("{id_begins}{}", remark.message.id),
            speaker: name(remark.speaker),
            when: ago(now.0.saturating_sub(remark.message.at.0)),
            text: remark.message.text.clone(),
            replies_to: remark.replies_to.map(|message| message.text.clone()),
            may_answer: remark
                .may_answer
                .iter()
                .map(|message| message.text.clone())
                .collect(),
        })
        .collect()
}

/// A guest chose their name themselves: it must not pass for the owner's.
fn name(speaker: &Participant) -> String {
    match speaker.role {
        Role::Guest => format!("{} (guest)", speaker.name),
        _ => speaker.name.clone(),
    }
}

/// How long ago, in words that are true wherever the reader's clock stands.
fn ago(ms: i64) -> String {
    let minutes = ms / 60_000;
    let (count, unit) = match minutes {
        ..1 => return "just now".into(),
        1..60 => (minutes, "minute"),
        60..1_440 => (minutes / 60, "hour"),
        1_440.. => (minutes / 1_440, "day"),
    };
    if count == 1 {
        let article = if unit == "hour" { "an" } else { "a" };
        format!("{article} {unit} ago")
    } else {
        format!("{count} {unit}s ago")
    }
}

#[cfg(test)]
mod tests {
    use super::ago;

    #[test]
    fn time_passed_is_told_in_the_largest_unit_that_fits() {
        const MINUTE: i64 = 60_000;
        for (ms, words) in [
            (-5, "just now"),
            (59_999, "just now"),
            (MINUTE, "a minute ago"),
            (59 * MINUTE, "59 minutes ago"),
            (60 * MINUTE, "an hour ago"),
            (150 * MINUTE, "2 hours ago"),
            (47 * 60 * MINUTE, "a day ago"),
            (72 * 60 * MINUTE, "3 days ago"),
        ] {
            assert_eq!(ago(ms), words);
        }
    }
}
