//! Design §4.4: the persona takes the floor again. Leaving, dropping and idling are different, each announced.

use crate::support::*;
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::event::{Event, HandbackCause};
use trialogue_conversation::message::Notice;

fn handbacks(world: &World) -> Vec<HandbackCause> {
    let causes = world
        .log
        .iter()
        .filter_map(|recorded| match recorded.event {
            Event::HandedBack { cause, .. } => Some(cause),
            _ => None,
        });
    causes.collect()
}

fn stepped_back(world: &World) -> bool {
    world.view_of(world.sam()).floor.persona_stepped_back
}

#[test]
fn when_the_last_other_human_leaves_the_persona_answers_again() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    let cleo = world.comes_in(CLEO);
    world.leaves(cleo);
    assert!(handbacks(&world).is_empty() && stepped_back(&world));
    world.leaves(dana);
    assert_eq!(handbacks(&world), [HandbackCause::Left]);
    assert_eq!(world.last_text(), "Dana left. Michael answers again.");
    world.says(sam, "Who are the speakers?");
    assert!(world.turn().is_some());
}

#[test]
fn removing_the_last_other_human_hands_back() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    world.does(
        &Actor::Participant(sam),
        Command::Remove {
            participant_id: cleo,
        },
    );
    assert_eq!(handbacks(&world), [HandbackCause::Left]);
}

#[test]
fn a_dropped_connection_holds_its_place_for_a_minute_and_then_hands_back() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    world.disconnects(dana);
    world.wait(59 * SECOND);
    world.says(sam, "Who are the speakers?");
    assert_eq!(world.turn(), None, "the place is held");
    world.wait(SECOND);
    assert_eq!(handbacks(&world), [HandbackCause::Dropped]);
    assert_eq!(
        world.notices().last(),
        Some(&Notice::HandbackDropped {
            name: "Dana".into()
        })
    );
    world.says(sam, "Who are the speakers?");
    assert!(world.turn().is_some());
}

#[test]
fn coming_back_in_time_changes_nothing() {
    let mut world = World::started();
    let dana = world.comes_in(DANA);
    world.disconnects(dana);
    world.wait(59 * SECOND);
    world.connects(dana);
    world.wait(2 * MINUTE);
    assert!(handbacks(&world).is_empty());
    assert!(stepped_back(&world));
}

#[test]
fn coming_back_after_a_handback_the_persona_steps_back_again() {
    let mut world = World::started();
    let dana = world.comes_in(DANA);
    world.disconnects(dana);
    world.wait(2 * MINUTE);
    assert!(!stepped_back(&world));
    world.connects(dana);
    assert!(stepped_back(&world));
    assert_eq!(
        world.notices().last(),
        Some(&Notice::SteppedBack {
            name: "Dana".into()
        })
    );
}

#[test]
fn when_the_others_are_quiet_for_long_the_persona_answers_until_they_speak() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    world.comes_in(CLEO);
    world.wait(8 * MINUTE);
    world.says(dana, "one moment");
    world.wait(10 * MINUTE - 1);
    assert!(handbacks(&world).is_empty());
    world.wait(1);
    assert_eq!(handbacks(&world), [HandbackCause::Idle]);
    assert_eq!(
        world.last_text(),
        "Dana has been quiet for 10 minutes. Michael answers again until they speak."
    );
    world.says(sam, "Who are the speakers?");
    world.answers("Ada.");
    world.says(dana, "I am back");
    assert!(stepped_back(&world));
    world.says(sam, "Who else?");
    assert_eq!(world.turn(), None);
}

#[test]
fn idling_is_announced_once_and_leaving_after_it_is_no_second_handback() {
    let mut world = World::started();
    let dana = world.comes_in(DANA);
    world.wait(30 * MINUTE);
    world.leaves(dana);
    assert_eq!(handbacks(&world), [HandbackCause::Idle]);
}

#[test]
fn the_visitor_being_quiet_or_gone_hands_nothing_back() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    world.disconnects(sam);
    world.wait(5 * MINUTE);
    world.says(dana, "hello?");
    world.leaves(sam);
    assert!(handbacks(&world).is_empty());
}

#[test]
fn a_monitor_leaving_hands_nothing_back() {
    let mut world = World::started();
    world.comes_in(DANA);
    let sue = world.sue_monitors();
    world.leaves(sue);
    assert!(handbacks(&world).is_empty());
}

#[test]
fn the_persona_resumes_with_the_whole_conversation_at_hand() {
    let mut world = World::started();
    let dana = world.comes_in(DANA);
    world.says(dana, "I promise you a refund by Friday");
    world.leaves(dana);
    let sam = world.sam();
    world.says(sam, "What did Dana promise?");
    assert!(
        world
            .state
            .messages()
            .any(|message| message.text.contains("refund by Friday"))
    );
    assert!(world.turn().is_some());
}
