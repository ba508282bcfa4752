//! The call: who may be seen and heard, and what each may do to the others.

use crate::support::*;
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::event::Event;
use trialogue_conversation::ids::{AskId, ParticipantId};
use trialogue_conversation::media::{
    InteractionMode, MediaGrant, MediaSource, ModeCause, Sources, may_check_media,
};
use trialogue_conversation::participant::{PresenceMode, Role};
use trialogue_conversation::permissions::Action;
use trialogue_conversation::settings::Settings;
use trialogue_conversation::{Effect, changes_view};

fn inside(id: ParticipantId) -> Actor {
    Actor::Participant(id)
}

fn set(on: &str) -> Command {
    Command::SetMedia(sources(on))
}

fn ask(participant_id: ParticipantId, source: MediaSource) -> Command {
    Command::AskToTurnOn {
        participant_id,
        source,
    }
}

fn choose(mode: InteractionMode) -> Command {
    Command::ChooseMode { mode }
}

fn own_camera_and_microphone() -> MediaGrant {
    MediaGrant {
        publish: sources("camera microphone"),
        subscribe: true,
        hidden: false,
    }
}

fn disable_video(world: &mut World) {
    world.changes_settings(|settings| settings.disable_video = true);
}

/// Sue, acting.
fn supervisor_comes_in(world: &mut World) -> ParticipantId {
    let command = Command::JoinAsStaff {
        name: "Sue".into(),
        role: Role::Supervisor,
        presence_mode: PresenceMode::Participant,
    };
    ParticipantId(world.does(&admin(SUE), command).0)
}

// Grants.

#[test]
fn everybody_who_acts_may_publish_camera_and_microphone_and_the_screen_once_it_is_theirs() {
    let mut world = World::started();
    let sam = world.sam();
    let (dana, cleo, gina) = (
        world.comes_in(DANA),
        world.comes_in(CLEO),
        world.gina_comes_in(),
    );
    for who in [sam, dana, cleo, gina] {
        assert_eq!(world.grant(who), Ok(own_camera_and_microphone()));
    }
    world.switches(cleo, "screen");
    assert!(world.grant(cleo).unwrap().publish.screen);
    assert!(!world.grant(dana).unwrap().publish.screen);
    world.switches(cleo, "");
    assert!(!world.grant(cleo).unwrap().publish.screen);
}

#[test]
fn a_monitor_is_hidden_and_only_watches() {
    let mut world = World::started();
    let sue = world.sue_monitors();
    let grant = MediaGrant {
        publish: Sources::NONE,
        subscribe: true,
        hidden: true,
    };
    assert_eq!(world.grant(sue), Ok(grant));
    assert_eq!(
        world.refused(&inside(sue), set("microphone")),
        "not_allowed"
    );
    assert_eq!(
        world.refused(&inside(sue), Command::RaiseHand),
        "not_allowed"
    );
    // Of a monitor the answer tells nothing.
    let (sam, nobody) = (world.sam(), ParticipantId(9_999));
    for command in [
        mute(sue, MediaSource::Camera),
        ask(sue, MediaSource::Camera),
    ] {
        assert_eq!(world.refused(&inside(sam), command), "unknown_participant");
    }
    assert_eq!(
        world.refused(&inside(sam), mute(nobody, MediaSource::Camera)),
        "unknown_participant"
    );
}

#[test]
fn nobody_holds_a_grant_before_joining_or_after_leaving_removal_and_the_end() {
    let mut world = World::started();
    let sam = world.sam();
    let knock = world.knocks(CLEO);
    assert_eq!(world.grant(ParticipantId(knock.0)), Err("not_inside"));
    world.admits(sam, knock);
    assert_eq!(world.grant(ParticipantId(knock.0)), Err("not_inside"));
    let cleo = world.joins(&outside(CLEO), knock);
    let gina = world.gina_comes_in();
    world.leaves(cleo);
    assert_eq!(world.grant(cleo), Err("not_inside"));
    let remove = Command::Remove {
        participant_id: gina,
    };
    world.does(&inside(sam), remove);
    assert_eq!(world.grant(gina), Err("not_inside"));
    world.does(&inside(sam), Command::EndConversation);
    assert_eq!(world.grant(sam), Err("conversation_ended"));
    assert_eq!(
        world.refused(&inside(sam), set("camera")),
        "conversation_ended"
    );
    assert_eq!(world.grant(world.persona()), Err("conversation_ended"));
}

#[test]
fn a_dropped_connection_keeps_the_grant_while_its_place_is_held_and_no_longer() {
    let mut world = World::started();
    let cleo = world.comes_in(CLEO);
    world.switches(cleo, "camera");
    world.disconnects(cleo);
    assert!(world.grant(cleo).is_ok() && world.on(cleo).camera);
    world.wait(MINUTE);
    assert_eq!(world.grant(cleo), Err("away"));
    assert!(!world.on(cleo).any());
    assert_eq!(world.refused(&inside(cleo), set("camera")), "away");
    world.connects(cleo);
    assert!(world.grant(cleo).is_ok() && !world.on(cleo).any());
}

#[test]
fn a_revoked_invitation_ends_the_guests_media_at_once() {
    let mut world = World::started();
    let sam = world.sam();
    let gina = world.gina_comes_in();
    world.switches(gina, "camera microphone");
    let invitation_id = world.participant(gina).invitation_id().unwrap();
    world.effects.clear();
    world.does(&inside(sam), Command::RevokeInvitation { invitation_id });
    assert_eq!(world.grant(gina), Err("invitation_revoked"));
    assert!(!world.on(gina).any());
    assert!(matches!(
        world.effects.as_slice(),
        [Effect::SyncMedia { .. }]
    ));
    assert_eq!(
        world.refused(&inside(gina), set("microphone")),
        "invitation_revoked"
    );
    world.says(gina, "I see. Goodbye!");
}

// Disable video.

#[test]
fn disabling_video_switches_everything_off_and_says_why() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    world.switches(sam, "camera microphone");
    world.switches(dana, "camera screen");
    world.asks_to_turn_on(sam, dana, MediaSource::Microphone);
    world.effects.clear();
    let before = world.state.seq();
    disable_video(&mut world);
    for who in [sam, dana] {
        assert!(!world.on(who).any());
        assert_eq!(world.grant(who), Err("video_disabled"));
        let view = world.view_of(who);
        assert!(!view.video.available && view.asks.is_empty());
        assert_eq!(
            view.video.why_not.as_deref(),
            Some("Video is disabled by the owner.")
        );
        assert_eq!(view.mode, InteractionMode::Chat);
        for action in [
            Action::WatchMedia,
            Action::PublishMedia,
            Action::ShareScreen,
            Action::MuteOthers,
            Action::AskToTurnOn,
            Action::ChooseMode,
        ] {
            assert!(!world.allows(who, action), "{action:?}");
        }
    }
    assert!(matches!(
        world.events_since(before).as_slice(),
        [
            Event::SettingsChanged { .. },
            Event::ModeChosen {
                mode: InteractionMode::Chat,
                by: None,
                cause: ModeCause::VideoDisabled
            }
        ]
    ));
    assert!(
        world
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::SyncMedia { .. }))
    );
    for command in [
        set("microphone"),
        ask(dana, MediaSource::Camera),
        choose(InteractionMode::Video),
    ] {
        assert_eq!(world.refused(&inside(sam), command), "video_disabled");
    }
}

#[test]
fn a_text_only_session_of_several_people_goes_on_without_video() {
    let mut world = World::started_with(Settings {
        disable_video: true,
        ..Settings::default()
    });
    let sam = world.sam();
    let (dana, gina) = (world.comes_in(DANA), world.gina_comes_in());
    world.says(gina, "hello");
    world.does(&inside(gina), Command::RaiseHand);
    world.says(dana, "go ahead");
    assert_eq!(world.grant(sam), Err("video_disabled"));
}

#[test]
fn enabling_video_again_switches_nothing_on() {
    let mut world = World::started();
    let sam = world.sam();
    world.switches(sam, "camera");
    disable_video(&mut world);
    world.changes_settings(|settings| settings.disable_video = false);
    assert!(!world.on(sam).any());
    assert_eq!(world.grant(sam), Ok(own_camera_and_microphone()));
}

#[test]
fn without_a_media_server_the_page_says_so() {
    let mut world = World::started_with(Settings {
        media_available: false,
        ..Settings::default()
    });
    let sam = world.sam();
    assert_eq!(world.grant(sam), Err("media_unavailable"));
    assert_eq!(
        world.refused(&inside(sam), set("camera")),
        "media_unavailable"
    );
    assert_eq!(
        world.view_of(sam).video.why_not.as_deref(),
        Some("This server has no video.")
    );
}

// Switching.

#[test]
fn what_is_still_on_begins_no_call_that_has_just_ended() {
    let mut world = World::started();
    let sam = world.sam();
    world.switches(sam, "camera microphone");
    let keep = |on: &str| Command::KeepMedia(sources(on));
    world.does(&inside(sam), keep("camera"));
    let own = |world: &World| {
        let shown = world.view_of(sam).participants.into_iter();
        let mut people = shown.map(|one| one.participant);
        people.find(|one| one.id == sam).unwrap().media
    };
    assert_eq!(own(&world), sources("camera"));
    world.does(&inside(sam), choose(InteractionMode::Chat));
    let before = world.state.seq();
    world.does(&inside(sam), keep("camera"));
    assert_eq!(world.state.mode(), InteractionMode::Chat);
    assert_eq!(own(&world), Sources::NONE);
    assert!(world.events_since(before).is_empty());
}

#[test]
fn switching_something_on_makes_a_chat_a_call_for_everybody() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    assert_eq!(world.state.mode(), InteractionMode::Chat);
    let before = world.state.seq();
    world.switches(dana, "camera");
    assert!(matches!(
        world.events_since(before).as_slice(),
        [
            Event::MediaSet { camera: true, microphone: false, screen: false, .. },
            Event::ModeChosen { mode: InteractionMode::VideoAndText, by: Some(by), cause: ModeCause::SwitchedOn }
        ] if *by == dana
    ));
    assert_eq!(world.view_of(sam).mode, InteractionMode::VideoAndText);
    let shown = world.view_of(sam);
    let dana_shown = shown
        .participants
        .iter()
        .find(|one| one.participant.id == dana);
    assert_eq!(dana_shown.unwrap().participant.media, sources("camera"));
    world.switches(dana, "");
    assert_eq!(
        world.state.mode(),
        InteractionMode::VideoAndText,
        "a pause does not end the call"
    );
}

#[test]
fn who_comes_with_nothing_on_is_in_the_call_until_they_leave_it() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    assert!(
        world.is_repeat(&inside(dana), Command::JoinCall),
        "a chat has no call to join"
    );
    world.switches(sam, "camera");
    assert!(world.participant(sam).in_call && !world.participant(dana).in_call);
    world.does(&inside(dana), Command::JoinCall);
    assert!(world.participant(dana).in_call);
    assert!(world.is_repeat(&inside(dana), Command::JoinCall));
    world.switches(dana, "microphone screen");
    world.asks_to_turn_on(sam, dana, MediaSource::Camera);
    world.effects.clear();
    world.does(&inside(dana), Command::LeaveCall);
    assert!(world.state.asks().is_empty(), "who left is asked nothing");
    assert!(!world.participant(dana).in_call && !world.on(dana).any());
    assert!(matches!(
        world.effects.as_slice(),
        [Effect::SyncMedia { .. }]
    ));
    assert!(world.is_repeat(&inside(dana), Command::LeaveCall));
    world.switches(dana, "microphone");
    world.switches(dana, "");
    assert!(world.participant(dana).in_call, "a pause is no leaving");
    world.does(&inside(sam), choose(InteractionMode::Chat));
    assert!(world.state.participants().all(|one| !one.in_call));
}

#[test]
fn who_may_not_be_seen_joins_no_call() {
    let mut world = World::started();
    let sam = world.sam();
    let gina = world.gina_comes_in();
    let sue = world.sue_monitors();
    world.switches(sam, "camera");
    assert_eq!(
        world.refused(&inside(sue), Command::JoinCall),
        "not_allowed"
    );
    assert!(world.is_repeat(&inside(sue), Command::LeaveCall));
    world.does(&inside(gina), Command::JoinCall);
    let invitation_id = world.participant(gina).invitation_id().unwrap();
    world.does(&inside(sam), Command::RevokeInvitation { invitation_id });
    assert!(!world.participant(gina).in_call);
    assert_eq!(
        world.refused(&inside(gina), Command::JoinCall),
        "invitation_revoked"
    );
    disable_video(&mut world);
    assert!(!world.participant(sam).in_call);
}

#[test]
fn a_chosen_video_mode_stays_as_it_was_chosen() {
    let mut world = World::started();
    let sam = world.sam();
    world.does(&inside(sam), choose(InteractionMode::Video));
    world.switches(sam, "camera microphone");
    assert_eq!(world.state.mode(), InteractionMode::Video);
}

#[test]
fn going_back_to_chat_ends_the_call_and_is_for_hosts() {
    let mut world = World::started();
    let sam = world.sam();
    let (cleo, gina) = (world.comes_in(CLEO), world.gina_comes_in());
    world.switches(gina, "camera microphone");
    for who in [cleo, gina] {
        assert!(!world.allows(who, Action::ChooseMode));
        assert_eq!(
            world.refused(&inside(who), choose(InteractionMode::Chat)),
            "not_allowed"
        );
    }
    world.effects.clear();
    world.does(&inside(sam), choose(InteractionMode::Chat));
    assert!(!world.on(gina).any(), "nobody is heard in a chat");
    assert!(matches!(
        world.effects.as_slice(),
        [Effect::SyncMedia { .. }]
    ));
    assert!(world.is_repeat(&inside(sam), choose(InteractionMode::Chat)));
}

#[test]
fn saying_again_what_is_on_changes_nothing() {
    let mut world = World::started();
    let sam = world.sam();
    world.switches(sam, "camera");
    assert!(world.is_repeat(&inside(sam), set("camera")));
    world.does(&inside(sam), Command::EndConversation);
    assert!(world.is_repeat(&inside(sam), set("")), "it is off already");
}

#[test]
fn nobody_outside_and_no_user_in_the_dashboard_switches_anything() {
    let mut world = World::started();
    for actor in [outside(CLEO), owner_in_dashboard(), Actor::System] {
        for command in [
            set("camera"),
            Command::RaiseHand,
            choose(InteractionMode::Video),
        ] {
            assert_eq!(world.refused(&actor, command), "not_inside");
        }
    }
}

// Trying devices before the call.

#[test]
fn who_is_inside_or_was_let_in_may_try_their_devices() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = user(CLEO);
    let tried = |world: &World| {
        may_check_media(&world.state, &cleo, world.now).map_err(|refusal| refusal.code())
    };
    assert_eq!(tried(&world), Err("not_inside"));
    let request_id = world.knocks(CLEO);
    assert_eq!(tried(&world), Err("not_inside"), "a knock opens nothing");
    world.admits(sam, request_id);
    assert_eq!(tried(&world), Ok(()));
    let expires_at = world.state.request(request_id).unwrap().expires_at;
    assert_eq!(
        may_check_media(&world.state, &cleo, expires_at).map_err(|refusal| refusal.code()),
        Err("not_inside"),
        "an admission does not last for ever"
    );
    let cleo_id = world.joins(&outside(CLEO), request_id);
    assert_eq!(tried(&world), Ok(()));
    world.changes_settings(|settings| settings.disable_video = true);
    assert_eq!(tried(&world), Err("video_disabled"));
    world.changes_settings(|settings| settings.disable_video = false);
    world.leaves(cleo_id);
    assert_eq!(tried(&world), Err("not_inside"));
}

// Screens.

#[test]
fn one_screen_at_a_time_is_shared_unless_the_owner_allows_more() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    world.switches(dana, "screen");
    assert!(!world.allows(sam, Action::ShareScreen) && world.allows(dana, Action::ShareScreen));
    assert_eq!(world.refused(&inside(sam), set("screen")), "screen_taken");
    world.switches(sam, "camera");
    world.changes_settings(|settings| settings.many_screens = true);
    world.switches(sam, "camera screen");
    world.changes_settings(|settings| settings.many_screens = false);
    assert!(
        world.on(sam).screen && world.on(dana).screen,
        "what is shared already goes on"
    );
    world.switches(sam, "");
    assert_eq!(world.refused(&inside(sam), set("screen")), "screen_taken");
}

#[test]
fn the_screen_is_free_again_when_its_holder_leaves_drops_out_or_is_stopped() {
    let mut world = World::started();
    let sam = world.sam();
    let (dana, cleo) = (world.comes_in(DANA), world.comes_in(CLEO));
    world.switches(cleo, "screen");
    world.mutes(sam, cleo, MediaSource::Screen);
    world.switches(cleo, "screen");
    world.disconnects(cleo);
    assert_eq!(world.refused(&inside(dana), set("screen")), "screen_taken");
    world.wait(MINUTE);
    world.switches(dana, "screen");
    world.leaves(dana);
    world.switches(sam, "screen");
}

// Muting.

#[test]
fn hosts_the_owner_and_supervisors_mute_others_and_stop_their_camera() {
    let mut world = World::started();
    let sam = world.sam();
    let (dana, cleo, gina) = (
        world.comes_in(DANA),
        world.comes_in(CLEO),
        world.gina_comes_in(),
    );
    let sue = supervisor_comes_in(&mut world);
    for by in [sam, dana, sue] {
        world.switches(cleo, "camera microphone");
        assert!(world.allows(by, Action::MuteOthers));
        world.mutes(by, cleo, MediaSource::Microphone);
        assert_eq!(world.on(cleo), sources("camera"));
        world.mutes(by, cleo, MediaSource::Camera);
        assert!(!world.on(cleo).any());
    }
    world.switches(sam, "microphone");
    for by in [cleo, gina] {
        assert!(!world.allows(by, Action::MuteOthers));
        assert_eq!(
            world.refused(&inside(by), mute(sam, MediaSource::Microphone)),
            "not_allowed"
        );
    }
}

#[test]
fn who_was_muted_unmutes_themselves() {
    let mut world = World::started();
    let sam = world.sam();
    let gina = world.gina_comes_in();
    world.switches(gina, "microphone");
    world.mutes(sam, gina, MediaSource::Microphone);
    assert!(world.is_repeat(&inside(sam), mute(gina, MediaSource::Microphone)));
    world.switches(gina, "microphone");
    assert!(world.on(gina).microphone);
}

#[test]
fn muting_is_for_others_and_the_own_switch_for_oneself() {
    let mut world = World::started();
    let sam = world.sam();
    world.switches(sam, "microphone");
    assert_eq!(
        world.refused(&inside(sam), mute(sam, MediaSource::Microphone)),
        "own_media"
    );
    assert!(!world.allows(sam, Action::MuteOthers));
}

// Asking.

#[test]
fn who_is_asked_sees_the_request_and_switches_on_by_themselves() {
    let mut world = World::started();
    let sam = world.sam();
    let (dana, gina) = (world.comes_in(DANA), world.gina_comes_in());
    let asked = world.asks_to_turn_on(dana, gina, MediaSource::Microphone);
    let card = world.view_of(gina).asks.remove(0);
    assert_eq!(
        (card.asked, card.source, card.by),
        (asked, MediaSource::Microphone, dana)
    );
    assert_eq!(card.text, "Dana asks you to switch your microphone on.");
    assert!(world.view_of(sam).asks.is_empty() && world.view_of(dana).asks.is_empty());
    let accept = Command::AnswerTurnOn {
        asked,
        accept: true,
    };
    for by in [sam, dana] {
        assert_eq!(world.refused(&inside(by), accept.clone()), "unknown_ask");
    }
    world.does(&inside(gina), accept.clone());
    assert!(!world.on(gina).any(), "an answer switches nothing on");
    assert!(world.view_of(gina).asks.is_empty());
    assert_eq!(world.refused(&inside(gina), accept), "unknown_ask");
    world.switches(gina, "microphone");
}

#[test]
fn asking_again_while_it_is_open_is_one_request() {
    let mut world = World::started();
    let sam = world.sam();
    let (dana, gina) = (world.comes_in(DANA), world.gina_comes_in());
    world.asks_to_turn_on(dana, gina, MediaSource::Camera);
    assert!(world.is_repeat(&inside(sam), ask(gina, MediaSource::Camera)));
    world.asks_to_turn_on(sam, gina, MediaSource::Microphone);
    assert_eq!(world.view_of(gina).asks.len(), 2);
    world.switches(gina, "camera");
    assert_eq!(world.view_of(gina).asks.len(), 1, "done is answered");
    assert!(world.is_repeat(&inside(sam), ask(gina, MediaSource::Camera)));
}

#[test]
fn a_request_ends_when_either_is_gone() {
    let mut world = World::started();
    let sam = world.sam();
    let (dana, gina) = (world.comes_in(DANA), world.gina_comes_in());
    let by_dana = world.asks_to_turn_on(dana, gina, MediaSource::Camera);
    world.leaves(dana);
    assert!(world.view_of(gina).asks.is_empty());
    let decline = Command::AnswerTurnOn {
        asked: by_dana,
        accept: false,
    };
    assert_eq!(world.refused(&inside(gina), decline), "unknown_ask");
    let asked: AskId = world.asks_to_turn_on(sam, gina, MediaSource::Camera);
    world.leaves(gina);
    assert!(world.state.asks().iter().all(|ask| ask.id != asked));
    assert_eq!(
        world.refused(&inside(sam), ask(gina, MediaSource::Camera)),
        "participant_gone"
    );
}

#[test]
fn who_is_away_or_oneself_is_not_asked() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    assert_eq!(
        world.refused(&inside(sam), ask(sam, MediaSource::Camera)),
        "own_media"
    );
    let persona = world.persona();
    assert_eq!(
        world.refused(&inside(sam), ask(persona, MediaSource::Camera)),
        "unknown_participant"
    );
    world.disconnects(cleo);
    world.wait(MINUTE);
    assert!(!world.allows(sam, Action::AskToTurnOn));
    assert_eq!(
        world.refused(&inside(sam), ask(cleo, MediaSource::Camera)),
        "cannot_be_asked"
    );
}

#[test]
fn nobody_is_asked_for_a_screen_while_another_is_shared() {
    let mut world = World::started();
    let sam = world.sam();
    let (dana, cleo) = (world.comes_in(DANA), world.comes_in(CLEO));
    world.switches(dana, "screen");
    assert_eq!(
        world.refused(&inside(sam), ask(cleo, MediaSource::Screen)),
        "cannot_be_asked"
    );
    world.asks_to_turn_on(sam, cleo, MediaSource::Camera);
    world.switches(dana, "");
    world.asks_to_turn_on(sam, cleo, MediaSource::Screen);
}

// Hands.

#[test]
fn a_raised_hand_is_seen_by_all_and_lowered_by_its_owner_or_a_host() {
    let mut world = World::started();
    let sam = world.sam();
    assert_eq!(
        world.refused(&inside(sam), Command::RaiseHand),
        "not_allowed",
        "nobody is here to see it"
    );
    let (cleo, gina) = (world.comes_in(CLEO), world.gina_comes_in());
    world.does(&inside(gina), Command::RaiseHand);
    assert!(world.is_repeat(&inside(gina), Command::RaiseHand));
    let raised_at = Some(world.now);
    let seen = world.view_of(cleo);
    let of_gina = seen
        .participants
        .iter()
        .find(|one| one.participant.id == gina);
    assert_eq!(of_gina.unwrap().participant.hand_raised_at, raised_at);
    let lower = |participant_id| Command::LowerHand { participant_id };
    assert_eq!(
        world.refused(&inside(cleo), lower(Some(gina))),
        "not_allowed"
    );
    world.does(&inside(sam), lower(Some(gina)));
    assert!(world.is_repeat(&inside(gina), lower(None)));
    world.does(&inside(gina), Command::RaiseHand);
    world.does(&inside(gina), lower(None));
    assert_eq!(world.participant(gina).hand_raised_at, None);
}

#[test]
fn who_goes_takes_the_hand_down() {
    let mut world = World::started();
    let cleo = world.comes_in(CLEO);
    world.does(&inside(cleo), Command::RaiseHand);
    world.disconnects(cleo);
    assert!(world.participant(cleo).hand_raised_at.is_some());
    world.wait(MINUTE);
    assert_eq!(world.participant(cleo).hand_raised_at, None);
}

// What the others hear of it.

#[test]
fn every_change_of_the_call_comes_with_a_new_view() {
    let mut world = World::started();
    let sam = world.sam();
    let gina = world.gina_comes_in();
    let before = world.state.seq();
    world.switches(gina, "camera microphone");
    world.does(&inside(gina), Command::RaiseHand);
    world.mutes(sam, gina, MediaSource::Camera);
    world.asks_to_turn_on(sam, gina, MediaSource::Camera);
    let happened = world.events_since(before);
    assert_eq!(happened.len(), 5);
    assert!(happened.into_iter().all(changes_view));
}

#[test]
fn a_guest_is_not_told_of_the_call_before_their_joining() {
    let mut world = World::started();
    let sam = world.sam();
    world.switches(sam, "camera microphone");
    let gina = world.gina_comes_in();
    assert!(
        world
            .shown_to(gina)
            .iter()
            .all(|event| !matches!(event, Event::MediaSet { .. } | Event::ModeChosen { .. }))
    );
    assert_eq!(
        world.view_of(gina).mode,
        InteractionMode::VideoAndText,
        "how it is now they see"
    );
}

#[test]
fn the_waiting_room_offers_camera_and_microphone_unless_video_is_disabled() {
    let mut world = World::started();
    let request_id = world.knocks(CLEO);
    let offers = |world: &World| {
        trialogue_conversation::waiting_view(&world.state, request_id, world.now)
            .expect("a knock")
            .video
    };
    assert!(offers(&world));
    disable_video(&mut world);
    assert!(!offers(&world));
}
