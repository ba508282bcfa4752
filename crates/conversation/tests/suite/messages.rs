//! Posting, retracting, and doing the same thing twice.

use crate::support::*;
use trialogue_conversation::command::{Actor, Command, PostMessage};
use trialogue_conversation::event::Event;
use trialogue_conversation::ids::{MessageId, ParticipantId};
use trialogue_conversation::message::{MAX_MESSAGE_CHARS, MessageAudience};

fn with_client_id(text: &str, client_id: &str) -> Command {
    Command::PostMessage(PostMessage {
        text: text.into(),
        client_id: Some(client_id.into()),
        ..PostMessage::default()
    })
}

fn reply(text: &str, to: MessageId, audience: MessageAudience) -> Command {
    Command::PostMessage(PostMessage {
        text: text.into(),
        reply_to: Some(to),
        audience,
        ..PostMessage::default()
    })
}

#[test]
fn a_repeat_of_a_message_is_answered_with_the_first() {
    let mut world = World::started();
    let sam = world.sam();
    let first = world.does(&Actor::Participant(sam), with_client_id("hello", "a"));
    let before = world.log.len();
    assert_eq!(
        world.does(&Actor::Participant(sam), with_client_id("hello", "a")),
        first
    );
    assert_eq!(world.log.len(), before);
    assert_ne!(
        world.does(&Actor::Participant(sam), with_client_id("hello", "b")),
        first
    );
}

#[test]
fn a_repeat_is_answered_even_when_it_would_be_refused_by_now() {
    let mut world = World::started();
    let sam = world.sam();
    let first = world.does(&Actor::Participant(sam), with_client_id("hello", "a"));
    world.does(&Actor::Participant(sam), Command::EndConversation);
    assert_eq!(
        world.does(&Actor::Participant(sam), with_client_id("hello", "a")),
        first
    );
    assert_eq!(
        world.refused(&Actor::Participant(sam), with_client_id("hello", "b")),
        "conversation_ended"
    );
}

#[test]
fn client_ids_are_each_participants_own() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    let first = world.does(&Actor::Participant(sam), with_client_id("hello", "a"));
    assert_ne!(
        world.does(&Actor::Participant(cleo), with_client_id("hello", "a")),
        first
    );
}

#[test]
fn client_ids_are_bounded_in_length_and_number() {
    let mut world = World::started();
    let sam = world.sam();
    for bad in ["", &"x".repeat(65)] {
        assert_eq!(
            world.refused(&Actor::Participant(sam), with_client_id("hello", bad)),
            "bad_client_id"
        );
    }
    let cleo = world.comes_in(CLEO);
    let first = world.does(&Actor::Participant(cleo), with_client_id("hello", "first"));
    for index in 0..63 {
        world.does(
            &Actor::Participant(cleo),
            with_client_id("hello", &index.to_string()),
        );
    }
    assert_eq!(
        world.does(&Actor::Participant(cleo), with_client_id("hello", "first")),
        first
    );
    world.does(
        &Actor::Participant(cleo),
        with_client_id("hello", "one more"),
    );
    assert_ne!(
        world.does(&Actor::Participant(cleo), with_client_id("hello", "first")),
        first,
        "forgotten by now"
    );
}

#[test]
fn what_does_not_fit_is_refused_never_cut() {
    let mut world = World::started();
    let sam = world.sam();
    assert_eq!(
        world.refused(&Actor::Participant(sam), post(" \n ")),
        "text_missing"
    );
    assert_eq!(
        world.refused(
            &Actor::Participant(sam),
            post(&"x".repeat(MAX_MESSAGE_CHARS + 1))
        ),
        "text_too_long"
    );
    let longest = "ü".repeat(MAX_MESSAGE_CHARS);
    world.says(sam, &longest);
    assert_eq!(world.last_text(), longest);
    let crowd = PostMessage {
        text: "hi".into(),
        mentions: vec![ParticipantId(1); 51],
        ..PostMessage::default()
    };
    assert_eq!(
        world.refused(&Actor::Participant(sam), Command::PostMessage(crowd)),
        "too_many_mentions"
    );
}

#[test]
fn only_those_inside_speak() {
    let mut world = World::started();
    let cleo = world.comes_in(CLEO);
    world.leaves(cleo);
    assert_eq!(
        world.refused(&Actor::Participant(cleo), post("hi")),
        "not_inside"
    );
    assert_eq!(
        world.refused(&Actor::Participant(ParticipantId(999)), post("hi")),
        "not_inside"
    );
    for actor in [outside(CLEO), owner_in_dashboard(), Actor::System] {
        assert_eq!(world.refused(&actor, post("hi")), "not_inside");
    }
}

#[test]
fn a_monitor_neither_speaks_nor_whispers() {
    let mut world = World::started();
    let sue = world.sue_monitors();
    assert_eq!(
        world.refused(&Actor::Participant(sue), post("hi")),
        "not_allowed"
    );
    let whisper = PostMessage {
        text: "hi".into(),
        audience: MessageAudience::Staff,
        ..PostMessage::default()
    };
    assert_eq!(
        world.refused(&Actor::Participant(sue), Command::PostMessage(whisper)),
        "not_allowed"
    );
}

#[test]
fn visitors_and_guests_cannot_whisper() {
    let mut world = World::started();
    let sam = world.sam();
    let gina = world.gina_comes_in();
    for outsider in [sam, gina] {
        for audience in [MessageAudience::Staff, MessageAudience::StaffAndPersona] {
            let whisper = PostMessage {
                text: "hi".into(),
                audience,
                ..PostMessage::default()
            };
            assert_eq!(
                world.refused(&Actor::Participant(outsider), Command::PostMessage(whisper)),
                "not_allowed"
            );
        }
    }
}

#[test]
fn nobody_replies_to_what_they_were_not_shown() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    let old = world.says(sam, "before Gina came");
    let gina = world.gina_comes_in();
    let whisper = world.whispers(dana, "between us", MessageAudience::Staff);
    let everyone = MessageAudience::Everyone;
    assert_eq!(
        world.refused(&Actor::Participant(gina), reply("?", old, everyone)),
        "unknown_message"
    );
    assert_eq!(
        world.refused(&Actor::Participant(sam), reply("?", whisper, everyone)),
        "unknown_message"
    );
    assert_eq!(
        world.refused(
            &Actor::Participant(sam),
            reply("?", MessageId(9_999), everyone)
        ),
        "unknown_message"
    );
    assert_eq!(
        world.refused(&Actor::Participant(dana), reply("aloud", whisper, everyone)),
        "reply_to_whisper"
    );
    world.does(
        &Actor::Participant(dana),
        reply("quietly", whisper, MessageAudience::Staff),
    );
    world.does(
        &Actor::Participant(dana),
        reply("quietly", old, MessageAudience::Staff),
    );
}

#[test]
fn one_takes_back_ones_own_message_alone() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    let message_id = world.says(sam, "oops");
    let retract = Command::RetractMessage { message_id };
    assert_eq!(
        world.refused(&Actor::Participant(dana), retract.clone()),
        "not_your_message"
    );
    world.does(&Actor::Participant(sam), retract.clone());
    assert!(world.is_repeat(&Actor::Participant(sam), retract));
    assert_eq!(
        world.refused(
            &Actor::Participant(dana),
            reply("what?", message_id, MessageAudience::Everyone)
        ),
        "unknown_message"
    );
}

#[test]
fn that_a_whisper_exists_is_not_told_by_a_refusal() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    let whisper = world.whispers(dana, "between us", MessageAudience::Staff);
    let code = world.refused(
        &Actor::Participant(sam),
        Command::RetractMessage {
            message_id: whisper,
        },
    );
    assert_eq!(
        code,
        world.refused(
            &Actor::Participant(sam),
            Command::RetractMessage {
                message_id: MessageId(9_999)
            }
        )
    );
}

#[test]
fn a_retracted_whisper_is_retracted_in_secret() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    let cleo = world.comes_in(CLEO);
    let message_id = world.whispers(dana, "between us", MessageAudience::Staff);
    world.does(
        &Actor::Participant(dana),
        Command::RetractMessage { message_id },
    );
    let sees = |who| {
        world
            .shown_to(who)
            .iter()
            .any(|event| matches!(event, Event::MessageRetracted { .. }))
    };
    assert!(sees(cleo) && !sees(sam));
}

#[test]
fn messages_beyond_those_at_hand_cannot_be_replied_to_or_taken_back() {
    let mut world = World::started();
    let sam = world.sam();
    world.comes_in(CLEO);
    let old = world.says(sam, "long ago");
    for _ in 0..256 {
        world.says(sam, "and on");
    }
    assert_eq!(
        world.refused(
            &Actor::Participant(sam),
            Command::RetractMessage { message_id: old }
        ),
        "unknown_message"
    );
    assert_eq!(world.state.messages().count(), 256);
}
