//! The one place where events become bytes for a viewer. It asks [`visible_to`] and nothing else; what several viewers
//! may see alike is put together once.

use super::subscriber::{Outgoing, Subscriber};
use crate::live::frames::ServerFrame;
use axum::extract::ws::Utf8Bytes;
use std::collections::HashMap;
use std::sync::Arc;
use trialogue_conversation::event::Recorded;
use trialogue_conversation::ids::Timestamp;
use trialogue_conversation::{AudienceKey, Signal, State, Viewer, Visibility, view, visible_to};

/// An event with the bytes it is stored as; the same bytes go to everybody who may see all of it.
pub(super) struct Durable {
    pub recorded: Recorded,
    pub json: Arc<str>,
}

/// What of `recorded` this viewer may see.
pub fn seen_by(recorded: &Recorded, viewer: &Viewer) -> Option<Recorded> {
    match visible_to(recorded, viewer) {
        Visibility::Whole => Some(recorded.clone()),
        Visibility::Redacted(event) => Some(Recorded { event, ..*recorded }),
        Visibility::Hidden => None,
    }
}

/// Sends durable events to everybody who is inside, and `with_view` the state as they may see it afterwards. Returns the
/// ids of connections to forget.
pub(super) fn deliver_events(
    state: &State,
    events: &[Durable],
    subscribers: &[Subscriber],
    with_view: bool,
    now: Timestamp,
) -> Vec<u64> {
    let mut by_audience: HashMap<AudienceKey, Option<Utf8Bytes>> = HashMap::new();
    let mut gone = Vec::new();
    for subscriber in subscribers {
        let Some(viewer) = &subscriber.viewer else {
            continue;
        };
        let stays = || Viewer::participant(state, viewer.participant_id?);
        let frame = if let Some(viewer) = with_view.then(stays).flatten() {
            // The view says what this one viewer may do, so it is made for each of them.
            Some(events_frame(
                &visible_json(events, &viewer),
                view(state, &viewer, now).as_ref(),
            ))
        } else {
            by_audience
                .entry(viewer.audience_key())
                .or_insert_with(|| {
                    let visible = visible_json(events, viewer);
                    (!visible.is_empty()).then(|| events_frame(&visible, None))
                })
                .clone()
        };
        if let Some(frame) = frame
            && !subscriber.send(Outgoing::Frame(frame))
        {
            gone.push(subscriber.id);
        }
    }
    gone
}

/// The visible events as JSON, comma-separated; empty when there is none.
fn visible_json(events: &[Durable], viewer: &Viewer) -> String {
    let mut visible =
        String::with_capacity(events.iter().map(|durable| durable.json.len() + 1).sum());
    for durable in events {
        match visible_to(&durable.recorded, viewer) {
            Visibility::Whole => push_separated(&mut visible, &durable.json),
            Visibility::Redacted(event) => {
                push_separated(
                    &mut visible,
                    &to_json(&Recorded {
                        event,
                        ..durable.recorded
                    }),
                );
            }
            Visibility::Hidden => {}
        }
    }
    visible
}

fn push_separated(list: &mut String, item: &str) {
    if !list.is_empty() {
        list.push(',');
    }
    list.push_str(item);
}

/// Puts an `events` frame together; `view` is left out when only the timeline grew.
fn events_frame(events_json: &str, view: Option<&trialogue_conversation::view::View>) -> Utf8Bytes {
    let mut frame = String::with_capacity(events_json.len() + 32);
    frame.push_str(r#"{"type":"events","events":["#);
    frame.push_str(events_json);
    frame.push(']');
    if let Some(view) = view {
        frame.push_str(r#","view":"#);
        frame.push_str(&to_json(view));
    }
    frame.push('}');
    frame.into()
}

/// A whole frame as text.
pub fn frame(frame: &ServerFrame) -> Utf8Bytes {
    to_json(frame).into()
}

pub(super) fn signal_frame(signal: &Signal) -> Utf8Bytes {
    frame(&ServerFrame::Signal {
        signal: signal.clone(),
    })
}

/// Our own types serialise: their map keys are strings and nothing in them fails.
pub(super) fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plain data with string keys always serialises")
}
