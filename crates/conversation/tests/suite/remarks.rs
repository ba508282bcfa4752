//! What the persona may say again of what people told everybody.

use crate::support::*;
use trialogue_conversation::command::{Actor, Command, PostMessage};
use trialogue_conversation::ids::MessageId;
use trialogue_conversation::message::MessageAudience;
use trialogue_conversation::remarks::{only_the_visitor_reads, remarks};

fn told(world: &World) -> Vec<String> {
    remarks(&world.state)
        .into_iter()
        .map(|remark| format!("{}: {}", remark.speaker.name, remark.message.text))
        .collect()
}

#[test]
fn what_people_said_is_told_again_and_neither_the_visitors_nor_the_personas_words() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Is there a bike rack?");
    world.answers("Trains run every hour.");
    let dana = world.comes_in(DANA);
    world.says(dana, "There are stands for forty bikes.");
    world.leaves(dana);
    assert_eq!(told(&world), ["Dana: There are stands for forty bikes."]);
}

#[test]
fn a_whisper_and_what_was_taken_back_are_never_told_again() {
    let mut world = World::started();
    let dana = world.comes_in(DANA);
    for audience in [MessageAudience::Staff, MessageAudience::StaffAndPersona] {
        world.whispers(dana, "He is a difficult one.", audience);
    }
    let message_id = world.says(dana, "The price is 12 euros.");
    world.says(dana, "The price is 120 euros.");
    world.does(
        &Actor::Participant(dana),
        Command::RetractMessage { message_id },
    );
    assert_eq!(told(&world), ["Dana: The price is 120 euros."]);
}

#[test]
fn what_was_said_to_the_persona_is_not_told_again() {
    let mut world = World::started();
    let dana = world.comes_in(DANA);
    world.says(dana, "Michael, tell us about parking at the hall.");
    assert!(world.turn().is_some() && told(&world).is_empty());
    world.answers("There is no parking.");
    assert_eq!(told(&world), [""; 0]);
}

#[test]
fn what_somebody_inside_may_not_see_is_not_told_again_while_they_are_there() {
    let mut world = World::started();
    let dana = world.comes_in(DANA);
    world.says(dana, "Your discount is ten percent.");
    let gina = world.gina_comes_in();
    world.says(dana, "Lunch is at noon.");
    assert_eq!(told(&world), ["Dana: Lunch is at noon."]);
    assert!(!only_the_visitor_reads(&world.state));
    world.leaves(gina);
    world.leaves(dana);
    assert_eq!(told(&world).len(), 2);
    assert!(only_the_visitor_reads(&world.state));
}

#[test]
fn a_remark_belongs_to_the_message_it_replies_to_or_to_what_was_asked_before() {
    let mut world = World::started();
    let sam = world.sam();
    let handoff_id = world.handoff("Is there a bike rack?");
    let dana = world.comes_in(DANA);
    let asked = world.known_handoff(handoff_id).questions[0];
    let other = world.says(sam, "And is there a shower?");
    world.says(dana, "Yes, for forty bikes.");
    world.does(
        &Actor::Participant(dana),
        Command::PostMessage(PostMessage {
            text: "Two of them.".into(),
            reply_to: Some(other),
            ..PostMessage::default()
        }),
    );
    let remarks = remarks(&world.state);
    let ids = |messages: &[&trialogue_conversation::message::Message]| -> Vec<MessageId> {
        messages.iter().map(|message| message.id).collect()
    };
    assert_eq!(ids(&remarks[0].may_answer), [asked, other]);
    assert_eq!(remarks[0].replies_to, None);
    assert_eq!(remarks[1].replies_to.map(|message| message.id), Some(other));
}
