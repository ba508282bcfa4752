//! Who is shown what, checked by words that occur once.

use super::config;
use super::playing::{Story, is_outsider};
use super::steps::{MONITOR_NAME, story};
use crate::support::shown;
use proptest::prelude::*;
use trialogue_conversation::event::{Event, Recorded};
use trialogue_conversation::ids::{
    JoinRequestId, MessageId, ParticipantId, Seq, Timestamp, TurnId,
};
use trialogue_conversation::joining::HistoryGrant;
use trialogue_conversation::message::MessageAudience;
use trialogue_conversation::participant::{Identity, Role};
use trialogue_conversation::{
    Signal, State, Viewer, Visibility, signal_visible_to, view, visible_to, waiting_view,
};

/// Everything a viewer can be given, as text: events and the view.
fn given(state: &State, log: &[Recorded], viewer: &Viewer, now: Timestamp) -> String {
    let events = serde_json::to_string(&shown(log, viewer)).expect("serialises");
    let view = serde_json::to_string(&view(state, viewer, now)).expect("serialises");
    format!("{events}{view}")
}

/// Whether a word of this kind, numbered by the generator, is in the text.
fn has_word(text: &str, kind: &str) -> bool {
    text.match_indices(kind)
        .any(|(at, _)| text[at + kind.len()..].starts_with(|next: char| next.is_ascii_digit()))
}

fn is_whisper(log: &[Recorded], id: MessageId) -> bool {
    log.iter().any(|recorded| {
        let whispered = matches!(recorded.event, Event::MessagePosted { audience, .. } if audience != MessageAudience::Everyone);
        recorded.seq.0 == id.0 && whispered
    })
}

fn is_on_whisper(log: &[Recorded], id: TurnId) -> bool {
    log.iter().any(|recorded| {
        recorded.seq.0 == id.0
            && matches!(
                recorded.event,
                Event::TurnStarted {
                    on_whisper_of: Some(_),
                    ..
                }
            )
    })
}

/// What was said when, to whom, worked out from the log alone.
struct Said {
    seq: u64,
    text: String,
    whispered: bool,
}

fn said(log: &[Recorded]) -> Vec<Said> {
    let said = log.iter().filter_map(|recorded| match &recorded.event {
        Event::MessagePosted {
            text,
            audience,
            author: Some(_),
            ..
        } => Some(Said {
            seq: recorded.seq.0,
            text: text.clone(),
            whispered: *audience != MessageAudience::Everyone,
        }),
        _ => None,
    });
    // Only what the generator worded occurs once; the persona's own lines repeat.
    let kinds = ["word", "whisper", "answer", "used"];
    said.filter(|said| kinds.iter().any(|kind| has_word(&said.text, kind)))
        .collect()
}

/// From which seq on somebody was granted to see, worked out from the log alone.
fn granted_from(log: &[Recorded], id: ParticipantId) -> u64 {
    let joined = log
        .iter()
        .find(|recorded| recorded.seq.0 == id.0)
        .expect("joined");
    let Event::ParticipantJoined {
        request_id, role, ..
    } = &joined.event
    else {
        panic!("not a joining")
    };
    let shared = log.iter().any(|recorded| matches!(recorded.event, Event::HistoryShared { participant_id, .. } if participant_id == id));
    let granted = log.iter().any(|recorded| {
        matches!(recorded.event, Event::JoinAdmitted { request_id: admitted, history: HistoryGrant::All, .. } if Some(admitted) == *request_id)
    });
    let staff_of_the_queue = request_id.is_none();
    if shared || granted || staff_of_the_queue || matches!(role, Role::Owner | Role::Agent) {
        1
    } else {
        id.0
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nobody_who_was_not_admitted_is_ever_shown_content(steps in story(150)) {
        let mut story = Story::begin();
        for step in &steps {
            story.does(step);
            let world = &story.world;
            // Outside: nothing but the persona's name and picture and the state of one's own knock.
            for recorded in &world.log {
                let Event::JoinRequested { .. } = recorded.event else { continue };
                let request_id = JoinRequestId(recorded.seq.0);
                let Some(waiting) = waiting_view(&world.state, request_id, world.now) else { continue };
                let text = serde_json::to_string(&waiting).expect("serialises");
                for marker in ["word", "whisper", "answer", "draft", "Sam", "User", MONITOR_NAME, "example.org"] {
                    prop_assert!(!text.contains(marker), "{} in {}", marker, text);
                }
            }
            // Gone: nothing at all, but for the visitor, whose conversation it is.
            for participant in world.state.participants() {
                let looks = Viewer::participant(&world.state, participant.id);
                let may_look = participant.role == Role::Visitor || (participant.is_inside() && participant.role != Role::Persona);
                prop_assert_eq!(looks.is_some(), may_look);
            }
        }
        let world = &story.world;
        let said = said(&world.log);
        for participant in world.state.inside().filter(|one| one.is_human()) {
            let viewer = Viewer::participant(&world.state, participant.id).expect("inside");
            let given = given(&world.state, &world.log, &viewer, world.now);
            let from = granted_from(&world.log, participant.id);
            for said in &said {
                let granted = said.seq >= from && !(said.whispered && is_outsider(&participant.identity));
                let read = given.contains(&said.text);
                prop_assert!(granted || !read, "{:?} of seq {} reads {:?}", participant.role, participant.id, said.text);
            }
        }
    }

    #[test]
    fn what_somebody_may_see_is_shown_to_them(steps in story(150)) {
        let mut story = Story::begin();
        for step in &steps {
            story.does(step);
        }
        let world = &story.world;
        for participant in world.state.inside().filter(|one| one.is_human()) {
            let viewer = Viewer::participant(&world.state, participant.id).expect("inside");
            let from = granted_from(&world.log, participant.id);
            prop_assert!(viewer.sees_from <= Seq(from));
            let events = serde_json::to_string(&shown(&world.log, &viewer)).expect("serialises");
            for said in said(&world.log) {
                let granted = said.seq >= from && !(said.whispered && is_outsider(&participant.identity));
                prop_assert!(!granted || events.contains(&said.text), "{:?} misses {:?}", participant.role, said.text);
            }
        }
    }

    #[test]
    fn whispers_and_monitors_never_reach_visitors_and_guests(steps in story(200)) {
        let mut story = Story::begin();
        for step in &steps {
            story.does(step);
            let world = &story.world;
            let monitors_shown = world.state.settings().is_some_and(|settings| settings.show_monitors);
            for participant in world.state.participants().filter(|one| is_outsider(&one.identity)) {
                let Some(viewer) = Viewer::participant(&world.state, participant.id) else { continue };
                let view = view(&world.state, &viewer, world.now).expect("started");
                let asked_by_whisper = view.floor.turn.as_ref().is_some_and(|turn| is_on_whisper(&world.log, turn.turn_id));
                prop_assert!(!asked_by_whisper, "a view tells of a turn on a whisper");
                let waits = view.floor.waiting.iter().any(|waiting| is_whisper(&world.log, *waiting));
                prop_assert!(!waits, "a view tells of a whisper that waits");
                let view = serde_json::to_string(&view).expect("serialises");
                prop_assert!(!view.contains("whisper"), "a view tells of a whisper: {}", view);
                prop_assert!(monitors_shown || !view.contains(MONITOR_NAME), "a view tells of a monitor");
            }
        }
        let world = &story.world;
        let monitors_shown = world.state.settings().is_some_and(|settings| settings.show_monitors);
        let whispered: Vec<u64> = said(&world.log).iter().filter(|said| said.whispered).map(|said| said.seq).collect();
        for participant in world.state.participants().filter(|one| is_outsider(&one.identity)) {
            let Some(viewer) = Viewer::participant(&world.state, participant.id) else { continue };
            for event in shown(&world.log, &viewer) {
                let json = serde_json::to_value(&event).expect("serialises");
                let text = json.to_string();
                prop_assert!(!has_word(&text, "whisper") && !text.contains("ai_on_whisper"), "{}", text);
                prop_assert!(!text.contains("\"whispered\":true"), "{}", text);
                prop_assert!(monitors_shown || !text.contains(MONITOR_NAME), "{}", text);
                for key in ["message_id", "reply_to"] {
                    let named = json[key].as_u64();
                    prop_assert!(named.is_none_or(|seq| !whispered.contains(&seq)), "{} names a whisper", text);
                }
                prop_assert!(json["confidence"].is_null(), "{}", text);
            }
        }
    }

    #[test]
    fn addresses_and_what_is_the_owners_alone_stay_where_they_belong(steps in story(200)) {
        let mut story = Story::begin();
        for step in &steps {
            story.does(step);
        }
        let world = &story.world;
        for participant in world.state.inside().filter(|one| one.is_human()) {
            let viewer = Viewer::participant(&world.state, participant.id).expect("inside");
            let given = given(&world.state, &world.log, &viewer, world.now);
            if participant.role != Role::Owner {
                prop_assert!(!has_word(&given, "draft"), "a draft is shown to {:?}", participant.role);
            }
            if matches!(participant.identity, Identity::Guest { .. }) {
                prop_assert!(!given.contains("example.org"), "a guest is shown an address: {}", given);
            }
            if is_outsider(&participant.identity) {
                prop_assert!(!given.contains("dismissedwhy") && !given.contains("low_confidence"));
            }
        }
    }

    #[test]
    fn viewers_of_one_audience_are_shown_the_same(steps in story(150)) {
        let mut story = Story::begin();
        for step in &steps {
            story.does(step);
        }
        let world = &story.world;
        let viewers: Vec<Viewer> = world.state.participants().filter_map(|one| Viewer::participant(&world.state, one.id))
            .chain([Viewer::reader(Role::Owner), Viewer::reader(Role::Supervisor)]).collect();
        for one in &viewers {
            for other in viewers.iter().filter(|other| other.audience_key() == one.audience_key()) {
                for recorded in &world.log {
                    prop_assert_eq!(visible_to(recorded, one), visible_to(recorded, other));
                }
            }
        }
    }

    #[test]
    fn words_of_a_turn_are_relayed_only_while_it_may_speak(steps in story(150)) {
        let mut story = Story::begin();
        for step in &steps {
            let before = story.does(step);
            let world = &story.world;
            let Some(visitor) = Viewer::participant(&world.state, world.sam()) else { continue };
            for recorded in &world.log[before..] {
                let Event::TurnOutdated { turn_id, .. } = recorded.event else { continue };
                let signal = Signal::TurnText { turn_id, text: "x".into() };
                prop_assert!(!signal_visible_to(&world.state, &signal, &visitor), "words of an outdated turn");
            }
            if let Some(turn) = &world.state.floor().turn {
                let signal = Signal::TurnText { turn_id: turn.id, text: "x".into() };
                let may = turn.speaking && turn.on_whisper_of.is_none();
                prop_assert_eq!(signal_visible_to(&world.state, &signal, &visitor), may);
            }
        }
    }
}

#[test]
fn a_hidden_event_is_hidden_not_emptied() {
    let mut world = crate::support::World::started();
    let dana = world.comes_in(crate::support::DANA);
    world.whispers(dana, "between us", MessageAudience::Staff);
    let viewer = world.viewer(world.sam());
    let last = world.log.last().expect("the whisper");
    assert_eq!(visible_to(last, &viewer), Visibility::Hidden);
}
