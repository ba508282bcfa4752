//! Design §4.6: from the start of a conversation to its end.

use crate::support::*;
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::event::{EndCause, Event};
use trialogue_conversation::ids::{ParticipantId, VisitorId};
use trialogue_conversation::message::Provenance;
use trialogue_conversation::participant::{Identity, PresenceMode, Role};
use trialogue_conversation::{State, comes_as, next_wake};
use uuid::Uuid;

#[test]
fn a_conversation_starts_with_the_persona_the_visitor_and_the_greeting() {
    let world = World::started();
    let kinds: Vec<&Event> = world.log.iter().map(|recorded| &recorded.event).collect();
    assert!(matches!(kinds[0], Event::ConversationStarted { .. }));
    assert!(matches!(
        kinds[1],
        Event::ParticipantJoined {
            role: Role::Persona,
            ..
        }
    ));
    assert!(matches!(
        kinds[2],
        Event::ParticipantJoined {
            role: Role::Visitor,
            ..
        }
    ));
    assert!(matches!(
        kinds[3],
        Event::MessagePosted {
            provenance: Provenance::Ai,
            ..
        }
    ));
    assert_eq!(kinds.len(), 4);
}

#[test]
fn without_a_greeting_the_persona_waits() {
    let mut world = World::empty();
    let Command::StartConversation {
        conversation_id,
        workspace_id,
        mut persona,
        visitor_id,
        visitor_name,
        settings,
        continues,
    } = start_command()
    else {
        unreachable!("start_command starts a conversation")
    };
    persona.greeting = "  ".into();
    let command = Command::StartConversation {
        conversation_id,
        workspace_id,
        persona,
        visitor_id,
        visitor_name,
        settings,
        continues,
    };
    world.does(&Actor::System, command);
    assert_eq!(world.log.len(), 3);
}

#[test]
fn starting_twice_is_a_repeat_and_starting_over_is_refused() {
    let mut world = World::empty();
    let visitor = Actor::Outsider(Identity::Visitor { visitor_id: SAM });
    world.does(&visitor, start_command());
    assert!(world.is_repeat(&visitor, start_command()));
    let other = Actor::Outsider(Identity::Visitor {
        visitor_id: VisitorId(Uuid::from_u128(9)),
    });
    assert_eq!(world.refused(&other, start_command()), "wrong_actor");
}

#[test]
fn nothing_happens_in_a_conversation_that_was_not_started() {
    let mut world = World::empty();
    assert_eq!(
        world.refused(&outside(DANA), knock_by_url(DANA)),
        "conversation_not_found"
    );
    assert_eq!(
        world.refused(&Actor::System, Command::Wake),
        "conversation_not_found"
    );
    assert_eq!(next_wake(&State::default()), None);
}

#[test]
fn the_visitor_or_the_one_in_charge_ends_it_and_nobody_else() {
    for (who, ends) in [
        ("sam", true),
        ("dana", true),
        ("ben", true),
        ("cleo", false),
        ("gina", false),
        ("sue", false),
    ] {
        let mut world = World::started();
        let dana = world.comes_in(DANA);
        let ben = ben_comes_in(&mut world);
        let cleo = world.comes_in(CLEO);
        let gina = world.gina_comes_in();
        let sue = world.sue_monitors();
        let id = match who {
            "sam" => world.sam(),
            "dana" => dana,
            "ben" => ben,
            "cleo" => cleo,
            "gina" => gina,
            _ => sue,
        };
        let outcome = world.tries(&Actor::Participant(id), Command::EndConversation);
        assert_eq!(outcome.is_ok(), ends, "{who}");
    }
}

/// Ben comes in as an agent: staff of the queue.
fn ben_comes_in(world: &mut World) -> ParticipantId {
    let join = Command::JoinAsStaff {
        name: "Ben".into(),
        role: Role::Agent,
        presence_mode: PresenceMode::Participant,
    };
    ParticipantId(world.does(&staff(BEN), join).0)
}

#[test]
fn staff_of_the_queue_come_without_a_knock_and_hosts_see_them_arrive() {
    let mut world = World::started();
    let sam = world.sam();
    let ben = ben_comes_in(&mut world);
    assert!(
        world
            .shown_to(sam)
            .iter()
            .any(|event| matches!(event, Event::ParticipantJoined { name, .. } if name == "Ben"))
    );
    let again = Command::JoinAsStaff {
        name: "Ben".into(),
        role: Role::Agent,
        presence_mode: PresenceMode::Participant,
    };
    assert!(world.is_repeat(&staff(BEN), again.clone()));
    assert!(world.participant(ben).is_host());
    assert_eq!(world.refused(&staff(CLEO), again), "wrong_door");
    let as_owner = Command::JoinAsStaff {
        name: "X".into(),
        role: Role::Owner,
        presence_mode: PresenceMode::Participant,
    };
    assert_eq!(world.refused(&admin(SUE), as_owner), "wrong_door");
}

#[test]
fn backups_supervisors_and_admins_come_without_a_knock_and_nobody_else() {
    let world = World::started();
    for (actor, role) in [
        (staff(BEN), Some(Role::Agent)),
        (supervisor(CLEO), Some(Role::Supervisor)),
        (admin(SUE), Some(Role::Supervisor)),
        (staff(CLEO), None),
        (owner_in_dashboard(), None),
        (outside(CLEO), None),
        (Actor::System, None),
    ] {
        assert_eq!(comes_as(&world.state, &actor), role, "{actor:?}");
        for presence_mode in [PresenceMode::Monitor, PresenceMode::Participant] {
            let join = Command::JoinAsStaff {
                name: "Staff".into(),
                role: role.unwrap_or(Role::Supervisor),
                presence_mode,
            };
            let comes = World::started().tries(&actor, join).is_ok();
            assert_eq!(comes, role.is_some(), "{actor:?} as {presence_mode:?}");
        }
    }
}

#[test]
fn who_watched_steps_in_and_is_seen_from_then_on() {
    let mut world = World::started();
    let sam = world.sam();
    let sue = world.sue_monitors();
    let unseen = world.shown_to(sam).len();
    world.does(&Actor::Participant(sue), Command::StepIn);
    let shown = world.shown_to(sam);
    let [
        Event::ParticipantJoined {
            name,
            role: Role::Supervisor,
            presence_mode: PresenceMode::Participant,
            ..
        },
        Event::SteppedBack { .. },
    ] = &shown[unseen..]
    else {
        panic!("the visitor is told of the joining, and not that somebody had watched: {shown:?}")
    };
    assert_eq!(name, "Sue");
    let participants = world.view_of(sam).participants;
    assert!(participants.iter().all(|one| one.participant.id != sue));
    assert!(!world.participant(sue).is_inside());
    let sue = participants.last().expect("Sue").participant.id;
    world.says(sue, "I am here.");
    assert_eq!(
        world.refused(&Actor::Participant(sue), Command::StepIn),
        "not_allowed"
    );
}

#[test]
fn nobody_steps_in_while_in_call_users_are_off() {
    let mut world = World::started();
    let sue = world.sue_monitors();
    world.changes_settings(|settings| settings.in_call_users = false);
    assert_eq!(
        world.refused(&Actor::Participant(sue), Command::StepIn),
        "not_allowed"
    );
}

#[test]
fn an_owner_who_watches_as_an_admin_comes_in_as_the_owner_or_not_at_all() {
    let mut world = World::started();
    let command = Command::JoinAsStaff {
        name: "Dana".into(),
        role: Role::Supervisor,
        presence_mode: PresenceMode::Monitor,
    };
    let dana = ParticipantId(world.does(&admin(DANA), command).0);
    assert_eq!(
        world.refused(&Actor::Participant(dana), Command::StepIn),
        "not_allowed"
    );
    world.leaves(dana);
    assert_eq!(world.state.participants().count(), 3);
    let dana = world.comes_in(DANA);
    assert_eq!(world.participant(dana).role, Role::Owner);
}

#[test]
fn the_owner_and_admins_end_it_from_the_dashboard() {
    for (actor, ends) in [
        (owner_in_dashboard(), true),
        (admin(SUE), true),
        (staff(CLEO), false),
    ] {
        let mut world = World::started();
        assert_eq!(world.tries(&actor, Command::EndConversation).is_ok(), ends);
    }
}

#[test]
fn it_ends_when_nobody_has_spoken_for_a_day() {
    let mut world = World::started();
    let sam = world.sam();
    world.wait(20 * HOUR);
    world.says(sam, "one more thing");
    world.answers("Yes?");
    world.wait(24 * HOUR - 2);
    assert!(world.state.is_open());
    world.wait(2);
    assert_eq!(
        world.state.ended().map(|ended| ended.cause),
        Some(EndCause::NobodySpoke)
    );
    assert_eq!(next_wake(&world.state), None);
}

#[test]
fn what_the_persona_says_does_not_keep_it_open() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "hello");
    let spoke_at = world.now;
    world.wait(2 * MINUTE);
    world.answers("Hello.");
    world.wait(24 * HOUR);
    assert_eq!(
        world.state.ended().map(|ended| ended.at),
        Some(spoke_at.plus_ms(24 * HOUR))
    );
}

#[test]
fn after_the_end_nothing_is_said_any_more() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "who speaks?");
    let turn_id = world.running_turn();
    world.does(&Actor::Participant(sam), Command::EndConversation);
    assert_eq!(
        world.refused(&Actor::Participant(sam), post("hello?")),
        "conversation_ended"
    );
    assert_eq!(
        world.refused(&Actor::System, Command::BeginSpeaking { turn_id }),
        "turn_outdated"
    );
    assert!(world.is_repeat(&Actor::Participant(sam), Command::EndConversation));
    assert!(world.is_repeat(&Actor::Participant(sam), Command::Leave));
    assert!(!world.reads(sam).is_empty(), "it can still be read");
}

#[test]
fn waking_when_nothing_is_due_does_nothing() {
    let mut world = World::started();
    assert!(world.is_repeat(&Actor::System, Command::Wake));
    let sam = world.sam();
    assert_eq!(
        world.refused(&Actor::Participant(sam), Command::Wake),
        "wrong_actor"
    );
}

#[test]
fn who_knocked_and_then_comes_as_staff_leaves_no_knock_behind() {
    let mut world = World::started();
    let sam = world.sam();
    world.knocks(BEN);
    ben_comes_in(&mut world);
    assert!(world.view_of(sam).knocks.is_empty());
}

#[test]
fn ending_or_removing_again_is_a_repeat_for_whoever_did_it() {
    let mut world = World::started();
    let sam = world.sam();
    let ben = world.comes_in(BEN);
    let dana = world.comes_in(DANA);
    let remove = Command::Remove {
        participant_id: ben,
    };
    world.does(&Actor::Participant(sam), remove.clone());
    assert!(world.is_repeat(&Actor::Participant(sam), remove.clone()));
    assert!(
        world.is_repeat(&Actor::Participant(dana), remove),
        "what they want is so"
    );
    world.does(&Actor::Participant(sam), Command::EndConversation);
    assert!(world.is_repeat(&Actor::Participant(sam), Command::EndConversation));
    assert_eq!(
        world.refused(&Actor::Participant(dana), Command::EndConversation),
        "conversation_ended"
    );
}

#[test]
fn the_owner_ends_it_from_the_dashboard_once() {
    let mut world = World::started();
    world.does(&owner_in_dashboard(), Command::EndConversation);
    assert!(!world.state.is_open());
    assert!(world.is_repeat(&owner_in_dashboard(), Command::EndConversation));
}
