//! What a transcript tells of the call: who switched what on and off, how it began, and how it ended.

use std::collections::{HashMap, HashSet};
use trialogue_conversation::event::Event;
use trialogue_conversation::ids::ParticipantId;
use trialogue_conversation::media::{InteractionMode, MediaSource, ModeCause, Sources};

/// The call as far as it was read: an event tells what is on, a line tells what changed.
#[derive(Default)]
pub(super) struct Call {
    on: HashMap<ParticipantId, Sources>,
    joined: HashSet<ParticipantId>,
    /// It has begun: whoever joins does not begin it.
    runs: bool,
    disabled: bool,
}

impl Call {
    /// The line of an event, in the order of the log; none where it changes nothing that is told.
    pub(super) fn line<'a>(
        &mut self,
        event: &Event,
        named: impl Fn(ParticipantId) -> &'a str,
    ) -> Option<String> {
        match event {
            Event::ConversationStarted { settings, .. } => {
                self.disabled = settings.disable_video;
                None
            }
            Event::SettingsChanged { settings } => {
                let was = std::mem::replace(&mut self.disabled, settings.disable_video);
                match (was, settings.disable_video) {
                    (false, true) => Some("— The owner disabled video".to_owned()),
                    (true, false) => Some("— The owner allowed video again".to_owned()),
                    (true, true) | (false, false) => None,
                }
            }
            Event::CallJoined { participant_id } => {
                let is_new = self.joined.insert(*participant_id);
                is_new.then(|| format!("— {} joined the call", named(*participant_id)))
            }
            Event::CallLeft { participant_id } => {
                self.gone(*participant_id);
                Some(format!("— {} left the call", named(*participant_id)))
            }
            Event::MediaSet {
                participant_id,
                camera,
                microphone,
                screen,
            } => {
                let now = Sources {
                    camera: *camera,
                    microphone: *microphone,
                    screen: *screen,
                };
                let before = self.on.insert(*participant_id, now).unwrap_or_default();
                let mut changes = changes(before, now);
                if now.any() && self.joined.insert(*participant_id) && self.runs {
                    changes.insert(0, "joined the call".to_owned());
                }
                (!changes.is_empty())
                    .then(|| format!("— {} {}", named(*participant_id), changes.join(" and ")))
            }
            Event::ParticipantMuted {
                participant_id,
                source,
                by,
            } => {
                if let Some(on) = self.on.get_mut(participant_id) {
                    *on = on.without(*source);
                }
                let (by, whose) = (named(*by), named(*participant_id));
                Some(match source {
                    MediaSource::Camera => format!("— {by} switched {whose}'s camera off"),
                    MediaSource::Microphone => format!("— {by} switched {whose}'s microphone off"),
                    MediaSource::Screen => format!("— {by} stopped {whose}'s screen sharing"),
                })
            }
            Event::ModeChosen { mode, by, cause } => {
                self.runs = *mode != InteractionMode::Chat;
                if !self.runs {
                    self.on.clear();
                    self.joined.clear();
                }
                Some(match (cause, mode) {
                    (ModeCause::VideoDisabled, _) => "— The call ended".to_owned(),
                    (ModeCause::SwitchedOn, _) => format!("— {} began a call", named((*by)?)),
                    (ModeCause::Chosen, InteractionMode::Chat) => {
                        format!("— {} ended the call", named((*by)?))
                    }
                    (ModeCause::Chosen, InteractionMode::Video) => {
                        format!("— {} chose Video", named((*by)?))
                    }
                    (ModeCause::Chosen, InteractionMode::VideoAndText) => {
                        format!("— {} chose Video + Text", named((*by)?))
                    }
                })
            }
            // Whoever is gone has nothing on; that they went is told already.
            Event::ParticipantLeft { participant_id, .. }
            | Event::ParticipantRemoved { participant_id, .. }
            | Event::ParticipantWentAway { participant_id, .. } => {
                self.gone(*participant_id);
                None
            }
            _ => None,
        }
    }

    fn gone(&mut self, participant_id: ParticipantId) {
        self.on.remove(&participant_id);
        self.joined.remove(&participant_id);
    }
}

fn changes(before: Sources, now: Sources) -> Vec<String> {
    let mut changes = Vec::new();
    for (on, word) in [(true, "on"), (false, "off")] {
        let turned = |source| now.has(source) == on && before.has(source) != on;
        let devices = match (turned(MediaSource::Camera), turned(MediaSource::Microphone)) {
            (true, true) => "camera and microphone",
            (true, false) => "camera",
            (false, true) => "microphone",
            (false, false) => continue,
        };
        changes.push(format!("switched {devices} {word}"));
    }
    match (before.screen, now.screen) {
        (false, true) => changes.push("began to share the screen".to_owned()),
        (true, false) => changes.push("stopped sharing the screen".to_owned()),
        (true, true) | (false, false) => {}
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAM: ParticipantId = ParticipantId(3);
    const DANA: ParticipantId = ParticipantId(9);

    fn told(events: &[Event]) -> Vec<String> {
        let mut call = Call::default();
        let named = |id| if id == SAM { "Sam" } else { "Dana" };
        let lines = events.iter().filter_map(|event| call.line(event, named));
        lines.collect()
    }

    fn set(participant_id: ParticipantId, camera: bool, microphone: bool, screen: bool) -> Event {
        Event::MediaSet {
            participant_id,
            camera,
            microphone,
            screen,
        }
    }

    fn chosen(mode: InteractionMode, cause: ModeCause) -> Event {
        let by = (cause != ModeCause::VideoDisabled).then_some(SAM);
        Event::ModeChosen { mode, by, cause }
    }

    #[test]
    fn a_call_is_told_by_what_changes() {
        let lines = told(&[
            set(SAM, true, true, false),
            chosen(InteractionMode::VideoAndText, ModeCause::SwitchedOn),
            set(SAM, false, true, true),
            Event::ParticipantMuted {
                participant_id: SAM,
                source: MediaSource::Microphone,
                by: DANA,
            },
            set(SAM, false, true, false),
            set(SAM, false, true, false),
            chosen(InteractionMode::Chat, ModeCause::Chosen),
            set(SAM, true, false, false),
        ]);
        assert_eq!(
            lines,
            [
                "— Sam switched camera and microphone on",
                "— Sam began a call",
                "— Sam switched camera off and began to share the screen",
                "— Dana switched Sam's microphone off",
                "— Sam switched microphone on and stopped sharing the screen",
                "— Sam ended the call",
                "— Sam switched camera on",
            ]
        );
    }

    #[test]
    fn who_comes_with_nothing_on_and_who_leaves_is_told() {
        let lines = told(&[
            set(SAM, true, false, false),
            chosen(InteractionMode::VideoAndText, ModeCause::SwitchedOn),
            Event::CallJoined {
                participant_id: DANA,
            },
            set(DANA, false, true, false),
            Event::CallLeft {
                participant_id: DANA,
            },
            set(DANA, false, true, false),
        ]);
        assert_eq!(
            lines[2..],
            [
                "— Dana joined the call",
                "— Dana switched microphone on",
                "— Dana left the call",
                "— Dana joined the call and switched microphone on",
            ]
        );
    }

    #[test]
    fn that_the_owner_disabled_video_is_told_once() {
        let disabled = |disable_video| Event::SettingsChanged {
            settings: trialogue_conversation::settings::Settings {
                disable_video,
                ..Default::default()
            },
        };
        let lines = told(&[
            set(SAM, true, false, false),
            disabled(true),
            chosen(InteractionMode::Chat, ModeCause::VideoDisabled),
            disabled(true),
            disabled(false),
        ]);
        assert_eq!(
            lines,
            [
                "— Sam switched camera on",
                "— The owner disabled video",
                "— The call ended",
                "— The owner allowed video again",
            ]
        );
    }
}
