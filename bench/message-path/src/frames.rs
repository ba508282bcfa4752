//! Reading a server's frames at the least cost, since the generator shares the machine with the server.

use memchr::memmem;

/// What a frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Holds events.
    Events,
    Ack,
    Refused,
    Other,
}

/// How many words, so that texts differ as people's do.
const SENTENCES: [&str; 8] = [
    "Could you tell me when the second session begins, and whether the slides are shared?",
    "I think the room was changed this morning; the sign at the entrance says so.",
    "Thanks. That is what I had understood from the programme as well.",
    "Who is going to look after the people who arrive late?",
    "We had the same question last year and it took until noon to sort out.",
    "Let me check the list again and come back to you in a minute.",
    "There are twelve seats left on the left side, close to the window.",
    "If it rains we move everything to the hall on the first floor.",
];

const MARK: &str = r#""text":"m"#;
const SEQ: &str = r#""seq":"#;

/// The text of message `number` of a room.
pub fn text(number: u32) -> String {
    format!(
        "m{number}; {}",
        SENTENCES[number as usize % SENTENCES.len()]
    )
}

pub fn kind(frame: &str) -> Kind {
    if frame.starts_with(r#"{"type":"events""#) || frame.starts_with(r#"{"seq":"#) {
        Kind::Events
    } else if frame.starts_with(r#"{"type":"ack""#) {
        Kind::Ack
    } else if frame.starts_with(r#"{"type":"refused""#) {
        Kind::Refused
    } else {
        Kind::Other
    }
}

/// The messages in a frame of events: each one's number and seq, in order.
pub fn messages(frame: &str) -> impl Iterator<Item = (u32, u64)> + '_ {
    let mut seqs = memmem::find_iter(frame.as_bytes(), SEQ).peekable();
    std::iter::from_fn(move || {
        loop {
            let start = seqs.next()?;
            let event = &frame[start + SEQ.len()..seqs.peek().copied().unwrap_or(frame.len())];
            if let Some(mark) = memmem::find(event.as_bytes(), MARK.as_bytes()) {
                return Some((
                    leading_number(&event[mark + MARK.len()..])?,
                    leading_number(event)?,
                ));
            }
        }
    })
}

fn leading_number<T: std::str::FromStr>(text: &str) -> Option<T> {
    let end = text
        .bytes()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_found_among_other_events() {
        let frame = r#"{"type":"events","events":[{"seq":7,"event":{"type":"message_posted","text":"m3; Hello"}},{"seq":8,"event":{"type":"floor_decided"}},{"seq":9,"event":{"text":"m4; Hi"}}]}"#;
        assert_eq!(kind(frame), Kind::Events);
        assert_eq!(messages(frame).collect::<Vec<_>>(), [(3, 7), (4, 9)]);
        assert_eq!(
            messages(r#"{"seq":1,"id":"x","text":"m0; Hello"}"#).collect::<Vec<_>>(),
            [(0, 1)]
        );
    }

    #[test]
    fn other_frames_are_told_apart() {
        assert_eq!(kind(r#"{"type":"ack","id":"1","seq":4}"#), Kind::Ack);
        assert_eq!(kind(r#"{"type":"refused","id":"1"}"#), Kind::Refused);
        assert_eq!(kind(r#"{"type":"signal"}"#), Kind::Other);
    }
}
