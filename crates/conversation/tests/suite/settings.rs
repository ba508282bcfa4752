//! Design §4.3: a persona's settings, live.

use crate::support::*;
use trialogue_conversation::changes_view;
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::event::Event;
use trialogue_conversation::joining::{HistoryGrant, InvitationState};
use trialogue_conversation::participant::{PresenceMode, Role};
use trialogue_conversation::permissions::Action;
use trialogue_conversation::settings::Settings;
use trialogue_conversation::view::WaitingState;

#[test]
fn in_call_users_are_on_by_default() {
    assert!(Settings::default().in_call_users);
    assert!(!Settings::default().disable_video);
}

#[test]
fn with_in_call_users_off_nobody_is_offered_or_let_invite_or_copy_the_url() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    for who in [sam, dana] {
        assert!(
            world.allows(who, Action::CopyConversationUrl)
                && world.allows(who, Action::AddGuestByEmail)
        );
    }
    world.changes_settings(|settings| settings.in_call_users = false);
    for who in [sam, dana] {
        for action in [
            Action::CopyConversationUrl,
            Action::AddGuestByEmail,
            Action::DecideKnock,
        ] {
            assert!(!world.allows(who, action));
        }
        let invite = Command::InviteGuest {
            email: GINA_EMAIL.into(),
            note: String::new(),
        };
        assert_eq!(
            world.refused(&Actor::Participant(who), invite),
            "in_call_users_off"
        );
    }
}

#[test]
fn with_in_call_users_off_nobody_comes_in_by_any_door() {
    let mut world = World::started();
    let sam = world.sam();
    world.changes_settings(|settings| settings.in_call_users = false);
    assert_eq!(
        world.refused(&outside(CLEO), knock_by_url(CLEO)),
        "in_call_users_off"
    );
    assert_eq!(
        world.refused(&outside(DANA), knock_by_owner_link(DANA)),
        "in_call_users_off"
    );
    let as_agent = Command::JoinAsStaff {
        name: "Ben".into(),
        role: Role::Agent,
        presence_mode: PresenceMode::Participant,
    };
    assert_eq!(world.refused(&staff(BEN), as_agent), "in_call_users_off");
    world.disconnects(sam);
    assert_eq!(
        world.refused(&outside(DANA), knock_by_url(DANA)),
        "in_call_users_off",
        "not even alone"
    );
}

#[test]
fn switching_it_off_closes_open_invitations_knocks_and_waiting_rooms() {
    let mut world = World::started();
    let sam = world.sam();
    let invitation_id = world.invites(sam, GINA_EMAIL);
    let guest_knock = world.guest_knocks(invitation_id, GINA_EMAIL);
    let admitted = world.knocks(CLEO);
    world.admits(sam, admitted);
    let knock = world.knocks(BEN);
    world.changes_settings(|settings| settings.in_call_users = false);
    for request_id in [guest_knock, admitted, knock] {
        assert_eq!(world.waits(request_id), WaitingState::Revoked);
    }
    assert_eq!(
        world.state.invitation(invitation_id).map(|one| one.state),
        Some(InvitationState::Revoked)
    );
    assert_eq!(
        world.refused(
            &outside(CLEO),
            Command::Join {
                request_id: admitted
            }
        ),
        "join_request_over"
    );
    let admit = Command::Admit {
        request_id: knock,
        history: HistoryGrant::All,
    };
    assert_eq!(
        world.refused(&Actor::Participant(sam), admit),
        "not_allowed"
    );
}

#[test]
fn those_inside_stay_and_come_back_after_a_dropped_connection() {
    let mut world = World::started();
    let dana = world.comes_in(DANA);
    let gina = world.gina_comes_in();
    world.changes_settings(|settings| settings.in_call_users = false);
    for who in [dana, gina] {
        world.says(who, "still here");
        world.disconnects(who);
        world.wait(5 * MINUTE);
        world.connects(who);
    }
}

#[test]
fn what_was_closed_stays_closed_when_it_is_switched_on_again() {
    let mut world = World::started();
    let request_id = world.knocks(CLEO);
    world.changes_settings(|settings| settings.in_call_users = false);
    world.changes_settings(|settings| settings.in_call_users = true);
    assert_eq!(world.waits(request_id), WaitingState::Revoked);
    world.knocks(CLEO);
}

#[test]
fn a_change_reaches_every_open_page_with_the_event() {
    let mut world = World::started();
    let sam = world.sam();
    world.changes_settings(|settings| settings.disable_video = true);
    let last = world.log.last().expect("an event");
    assert!(changes_view(&last.event));
    assert!(world.view_of(sam).settings.disable_video);
    assert!(
        matches!(&world.shown_to(sam).pop(), Some(Event::SettingsChanged { settings }) if settings.disable_video)
    );
}

#[test]
fn only_the_owner_admins_and_the_server_change_settings_and_persona() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    let changed = Settings {
        disable_video: true,
        ..Settings::default()
    };
    let change = Command::ChangeSettings { settings: changed };
    for actor in [
        Actor::Participant(sam),
        Actor::Participant(dana),
        staff(CLEO),
        outside(DANA),
    ] {
        assert_eq!(world.refused(&actor, change.clone()), "wrong_actor");
        assert_eq!(
            world.refused(&actor, Command::ChangePersona { persona: michael() }),
            "wrong_actor"
        );
    }
    world.does(&owner_in_dashboard(), change.clone());
    assert!(world.is_repeat(&admin(SUE), change));
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let mut world = World::started();
    let odd = Settings {
        confidence_threshold: 101,
        ..Settings::default()
    };
    assert_eq!(
        world.refused(&Actor::System, Command::ChangeSettings { settings: odd }),
        "bad_threshold"
    );
    let many = Settings {
        handoff_topics: vec!["t".into(); 51],
        ..Settings::default()
    };
    assert_eq!(
        world.refused(&Actor::System, Command::ChangeSettings { settings: many }),
        "too_many_names"
    );
    let mut persona = michael();
    persona.call_names = vec!["n".into(); 21];
    assert_eq!(
        world.refused(&Actor::System, Command::ChangePersona { persona }),
        "too_many_names"
    );
}

#[test]
fn thresholds_and_topics_are_not_shown_to_visitors() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    world.changes_settings(|settings| {
        settings.confidence_threshold = 73;
        settings.handoff_topics = vec!["lawsuits".into()];
    });
    let given = |who| {
        serde_json::to_string(&(world.shown_to(who), world.view_of(who))).expect("serialises")
    };
    assert!(!given(sam).contains("lawsuits") && !given(sam).contains("73"));
    assert!(given(dana).contains("lawsuits"));
}

#[test]
fn a_renamed_persona_bears_its_new_name_at_once() {
    let mut world = World::started();
    let sam = world.sam();
    let mut persona = michael();
    persona.name = "Orion".into();
    world.does(&Actor::System, Command::ChangePersona { persona });
    let view = world.view_of(sam);
    assert_eq!(view.persona.name, "Orion");
    assert!(
        view.participants
            .iter()
            .map(|one| &one.participant)
            .any(|one| one.role == Role::Persona && one.name == "Orion")
    );
}
