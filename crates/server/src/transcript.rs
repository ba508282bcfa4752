//! A conversation as people read it on paper: who said what, and how it came about.

use std::collections::HashMap;
use std::fmt::Write;
use trialogue_conversation::event::{Event, Recorded};
use trialogue_conversation::ids::ParticipantId;
use trialogue_conversation::message::{MessageAudience, Provenance};

/// `events` are what one viewer may see. Every line says whether a person or the AI spoke.
pub fn transcript(events: &[Recorded]) -> String {
    let mut names: HashMap<ParticipantId, String> = HashMap::new();
    let mut text = String::new();
    for recorded in events {
        let line = match &recorded.event {
            Event::ParticipantJoined { name, .. } => {
                names.insert(ParticipantId(recorded.seq.0), name.clone());
                Some(format!("— {name} joined"))
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
            Event::ParticipantLeft { participant_id, .. } => {
                Some(format!("— {} left", named(&names, *participant_id)))
            }
            Event::ParticipantRemoved { participant_id, .. } => {
                Some(format!("— {} was removed", named(&names, *participant_id)))
            }
            Event::ConversationEnded { .. } => Some("— The conversation ended".to_owned()),
            Event::MessageRetracted { message_id, by, .. } => Some(format!(
                "— {} took message {message_id} back",
                named(&names, *by)
            )),
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
                    "{speaker} [{}{}]: {text}",
                    mark(provenance, &names),
                    whispered(*audience)
                );
                if *interrupted {
                    line.push_str(" (interrupted)");
                }
                for citation in citations {
                    let _ = write!(
                        line,
                        "\n    source: {}, {}: “{}”",
                        citation.source_title, citation.place, citation.text
                    );
                }
                Some(line)
            }
            _ => None,
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

    #[test]
    fn every_message_says_whether_a_person_or_the_ai_spoke() {
        let message = |seq, provenance, text: &str| Recorded {
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
        };
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
        let text = transcript(&events);
        assert!(
            text.contains("[human]: hello")
                && text.contains("[AI]: hi")
                && text.contains("[AI text, edited and sent by Somebody]: ok"),
            "{text}"
        );
    }
}
