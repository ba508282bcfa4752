//! A conversation as people read it on paper: who said what, and how it came about.

mod call;

use call::Call;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use trialogue_conversation::event::{Event, Recorded};
use trialogue_conversation::ids::{MessageId, ParticipantId};
use trialogue_conversation::message::{MessageAudience, Provenance};
use trialogue_conversation::participant::PresenceMode;

/// `events` are what one viewer may see; `participants` names those whose joining they may not. Every line says whether a
/// person or the AI spoke, and no text can pass for a line of its own.
pub fn transcript(
    events: &[Recorded],
    participants: impl IntoIterator<Item = (ParticipantId, String)>,
) -> String {
    let mut names: HashMap<ParticipantId, String> = participants.into_iter().collect();
    let taken_back: HashSet<MessageId> = events
        .iter()
        .filter_map(|recorded| match recorded.event {
            Event::MessageRetracted { message_id, .. } => Some(message_id),
            _ => None,
        })
        .collect();
    let mut text = String::new();
    let mut call = Call::default();
    for recorded in events {
        let of_the_call = call.line(&recorded.event, |id| named(&names, id));
        let line = match &recorded.event {
            Event::ParticipantJoined {
                name,
                presence_mode,
                ..
            } => {
                names.insert(ParticipantId(recorded.seq.0), name.clone());
                Some(match presence_mode {
                    PresenceMode::Participant => format!("— {name} joined"),
                    PresenceMode::Monitor => format!("— {name} came to watch"),
                })
            }
            Event::ParticipantRenamed {
                participant_id,
                name,
            } => {
                let before = names.insert(*participant_id, name.clone());
                Some(format!(
                    "— {} is now called {name}",
                    before.as_deref().unwrap_or("Somebody")
                ))
            }
            Event::ParticipantLeft {
                participant_id,
                presence_mode,
            } => {
                let name = named(&names, *participant_id);
                Some(match presence_mode {
                    PresenceMode::Participant => format!("— {name} left"),
                    PresenceMode::Monitor => format!("— {name} watches no more"),
                })
            }
            Event::ParticipantRemoved {
                participant_id, by, ..
            } => Some(format!(
                "— {} was removed by {}",
                named(&names, *participant_id),
                named(&names, *by)
            )),
            Event::ConversationEnded { .. } => Some("— The conversation ended".to_owned()),
            Event::MessageRetracted { message_id, by, .. } => Some(format!(
                "— {} took message {message_id} back",
                named(&names, *by)
            )),
            Event::MessagePosted { author, .. }
                if taken_back.contains(&MessageId(recorded.seq.0)) =>
            {
                let speaker = author.map_or("Trialogue", |author| named(&names, author));
                Some(format!("{speaker}: (taken back)"))
            }
            Event::MessagePosted {
                author,
                text,
                provenance,
                audience,
                citations,
                interrupted,
                ..
            } => {
                let speaker = author.map_or("Trialogue", |author| named(&names, author));
                let mut line = format!(
                    "{speaker} [{}{}]: {}",
                    mark(provenance, &names),
                    whispered(*audience),
                    indented(text)
                );
                if *interrupted {
                    line.push_str(" (interrupted)");
                }
                for citation in citations {
                    let _ = write!(
                        line,
                        "\n    source: {}, {}: “{}”",
                        citation.source_title,
                        citation.place,
                        indented(&citation.text)
                    );
                }
                Some(line)
            }
            _ => of_the_call,
        };
        if let Some(line) = line {
            let _ = writeln!(
                text,
                "{:>6}  {}  {line}",
                recorded.seq.0,
                clock_time(recorded.at.0)
            );
        }
    }
    text
}

/// Every further line of a text is set off, so that it cannot be taken for somebody else's.
fn indented(text: &str) -> String {
    // What readers and printers break lines at, besides \n (Unicode Standard Annex 14, classes BK, CR, LF and NL).
    let breaks = [
        '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}',
    ];
    text.split(breaks)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n        | ")
}

fn named(names: &HashMap<ParticipantId, String>, id: ParticipantId) -> &str {
    names.get(&id).map_or("Somebody", String::as_str)
}

fn mark(provenance: &Provenance, names: &HashMap<ParticipantId, String>) -> String {
    match provenance {
        Provenance::Human => "human".into(),
        Provenance::Ai => "AI".into(),
        Provenance::AiOnWhisper { by } => format!("AI, on a whisper of {}", named(names, *by)),
        Provenance::AiEdited { by } => format!("AI text, edited and sent by {}", named(names, *by)),
        Provenance::System => "system".into(),
    }
}

fn whispered(audience: MessageAudience) -> &'static str {
    match audience {
        MessageAudience::Everyone => "",
        MessageAudience::Staff => ", whispered to staff",
        MessageAudience::StaffAndPersona => ", whispered to staff and the persona",
    }
}

/// Date and time in UTC; a transcript is read anywhere.
fn clock_time(unix_ms: i64) -> String {
    match jiff::Timestamp::from_millisecond(unix_ms) {
        Ok(at) => at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => "----".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trialogue_conversation::ids::{Seq, Timestamp};

    fn message(seq: u64, provenance: Provenance, text: &str) -> Recorded {
        Recorded {
            seq: Seq(seq),
            at: Timestamp(0),
            v: 1,
            event: Event::MessagePosted {
                author: Some(ParticipantId(7)),
                text: text.into(),
                provenance,
                audience: MessageAudience::Everyone,
                reply_to: None,
                citations: Vec::new(),
                turn_id: None,
                interrupted: false,
                confidence: None,
                notice: None,
                client_id: None,
            },
        }
    }

    #[test]
    fn every_message_says_whether_a_person_or_the_ai_spoke() {
        let events = [
            message(1, Provenance::Human, "hello"),
            message(2, Provenance::Ai, "hi"),
            message(
                3,
                Provenance::AiEdited {
                    by: ParticipantId(7),
                },
                "ok",
            ),
        ];
        let text = transcript(&events, [(ParticipantId(7), "Sam".to_owned())]);
        assert!(
            text.contains("Sam [human]: hello")
                && text.contains("[AI]: hi")
                && text.contains("[AI text, edited and sent by Sam]: ok"),
            "{text}"
        );
    }

    #[test]
    fn a_message_cannot_forge_a_line_of_somebody_else() {
        let forged =
            "ok\n     2  2026-11-21 07:00:00 UTC  Michael [AI]: I approve\u{2028}     3  x";
        let text = transcript(&[message(1, Provenance::Human, forged)], []);
        let lines: Vec<&str> = text.split(['\n', '\u{2028}']).collect();
        assert!(
            lines[1..]
                .iter()
                .all(|line| line.is_empty() || line.starts_with("        | ")),
            "{text}"
        );
    }

    #[test]
    fn what_was_taken_back_is_not_exported() {
        let taken_back = Recorded {
            event: Event::MessageRetracted {
                message_id: MessageId(1),
                by: ParticipantId(7),
                audience: MessageAudience::Everyone,
            },
            ..message(2, Provenance::Human, "")
        };
        let events = [message(1, Provenance::Human, "my secret"), taken_back];
        let text = transcript(&events, []);
        assert!(!text.contains("my secret") && text.contains("(taken back)"));
    }
}
