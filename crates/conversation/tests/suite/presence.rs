//! Design §4.1: connections, held places, names.

use crate::support::*;
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::participant::Presence;

#[test]
fn a_dropped_connection_holds_its_place_for_sixty_seconds_then_shows_as_away() {
    let mut world = World::started();
    let cleo = world.comes_in(CLEO);
    world.disconnects(cleo);
    let since = world.now;
    assert_eq!(
        world.participant(cleo).presence,
        Presence::Dropped { since }
    );
    world.wait(MINUTE - 1);
    assert_eq!(
        world.participant(cleo).presence,
        Presence::Dropped { since }
    );
    world.wait(1);
    assert!(matches!(
        world.participant(cleo).presence,
        Presence::Away { .. }
    ));
    world.connects(cleo);
    assert_eq!(world.participant(cleo).presence, Presence::Here);
}

#[test]
fn a_guest_who_is_away_comes_back_without_a_knock() {
    let mut world = World::started();
    let gina = world.gina_comes_in();
    world.disconnects(gina);
    world.wait(HOUR);
    world.connects(gina);
    assert!(world.participant(gina).is_here());
}

#[test]
fn the_visitor_comes_back_to_their_own_conversation_even_after_leaving() {
    let mut world = World::started();
    let sam = world.sam();
    world.leaves(sam);
    assert_eq!(
        world.refused(&Actor::Participant(sam), post("hello?")),
        "not_inside"
    );
    world.connects(sam);
    world.says(sam, "back again");
}

#[test]
fn connections_are_reported_by_the_server_or_the_one_who_connects() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    let command = Command::Disconnected {
        participant_id: cleo,
    };
    assert_eq!(
        world.refused(&Actor::Participant(sam), command.clone()),
        "wrong_actor"
    );
    assert_eq!(
        world.refused(&outside(CLEO), command.clone()),
        "wrong_actor"
    );
    world.does(&Actor::Participant(cleo), command);
}

#[test]
fn connecting_twice_and_dropping_twice_are_one_each() {
    let mut world = World::started();
    let sam = world.sam();
    assert!(world.is_repeat(
        &Actor::System,
        Command::Connected {
            participant_id: sam
        }
    ));
    world.disconnects(sam);
    assert!(world.is_repeat(
        &Actor::System,
        Command::Disconnected {
            participant_id: sam
        }
    ));
}

#[test]
fn the_persona_has_no_connection() {
    let mut world = World::started();
    let participant_id = world.persona();
    assert_eq!(
        world.refused(&Actor::System, Command::Connected { participant_id }),
        "participant_gone"
    );
    assert!(world.is_repeat(&Actor::System, Command::Disconnected { participant_id }));
}

#[test]
fn visitors_and_guests_rename_themselves_users_do_not() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    let rename = |name: &str| Command::Rename { name: name.into() };
    world.does(&Actor::Participant(sam), rename("  Samira "));
    assert_eq!(world.participant(sam).name, "Samira");
    assert!(world.is_repeat(&Actor::Participant(sam), rename("Samira")));
    assert_eq!(
        world.refused(&Actor::Participant(cleo), rename("Boss")),
        "not_allowed"
    );
    assert_eq!(
        world.refused(&Actor::Participant(sam), rename(" ")),
        "name_missing"
    );
    assert_eq!(
        world.refused(&Actor::Participant(sam), rename(&"x".repeat(81))),
        "name_too_long"
    );
}

#[test]
fn a_clock_that_is_set_back_does_not_undo_what_was_due() {
    let mut world = World::started();
    let cleo = world.comes_in(CLEO);
    world.disconnects(cleo);
    world.wait(MINUTE);
    world.now = world.now.plus_ms(-HOUR);
    world.connects(cleo);
    assert!(world.participant(cleo).is_here());
    assert!(world.state.participants().all(|one| one.joined_at.0 > 0));
}
