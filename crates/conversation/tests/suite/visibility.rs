//! Who is shown what: cases beside the properties.

use crate::support::*;
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::event::Event;
use trialogue_conversation::message::MessageAudience;
use trialogue_conversation::participant::{Identity, Role};
use trialogue_conversation::view::WaitingState;
use trialogue_conversation::{Signal, Viewer, signal_visible_to, summary, view};

#[test]
fn a_whisper_is_shown_to_staff_alone() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    let cleo = world.comes_in(CLEO);
    let gina = world.gina_comes_in();
    let sue = world.sue_monitors();
    for audience in [MessageAudience::Staff, MessageAudience::StaffAndPersona] {
        world.whispers(dana, "between us", audience);
        for staff in [dana, cleo, sue] {
            assert_eq!(
                world.reads(staff).last().map(String::as_str),
                Some("between us")
            );
        }
        for outsider in [sam, gina] {
            assert!(!world.reads(outsider).contains(&"between us".to_owned()));
        }
    }
}

#[test]
fn monitors_are_shown_to_staff_and_by_a_setting_to_everybody() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    let sue = world.sue_monitors();
    let sees = |world: &World, who| {
        let listed = world
            .view_of(who)
            .participants
            .iter()
            .any(|one| one.participant.id == sue);
        let told = world
            .shown_to(who)
            .iter()
            .any(|event| matches!(event, Event::ParticipantJoined { name, .. } if name == "Sue"));
        assert_eq!(listed, told);
        listed
    };
    assert!(sees(&world, cleo) && !sees(&world, sam));
    world.changes_settings(|settings| settings.show_monitors = true);
    assert!(sees(&world, sam));
}

#[test]
fn what_a_monitor_does_is_as_hidden_as_the_monitor() {
    let mut world = World::started();
    let sam = world.sam();
    let before = world.shown_to(sam);
    let sue = world.sue_monitors();
    world.disconnects(sue);
    world.wait(2 * MINUTE);
    world.connects(sue);
    world.leaves(sue);
    assert_eq!(world.shown_to(sam), before);
}

#[test]
fn guests_and_visitors_read_no_guests_address() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    let gina = world.gina_comes_in();
    let address_in = |who| {
        let shown = world.view_of(who).participants.into_iter();
        shown
            .map(|one| one.participant.identity)
            .find_map(|identity| match identity {
                Identity::Guest { email, .. } => Some(email),
                _ => None,
            })
    };
    assert_eq!(address_in(cleo).as_deref(), Some(GINA_EMAIL));
    assert_eq!(address_in(sam).as_deref(), Some(""));
    assert_eq!(address_in(gina).as_deref(), Some(""));
}

#[test]
fn a_guest_does_not_hear_of_knocks_nor_of_those_who_left_before() {
    let mut world = World::started();
    let cleo = world.comes_in(CLEO);
    world.leaves(cleo);
    world.now = world.now.plus_ms(MINUTE);
    let gina = world.gina_comes_in();
    world.knocks(BEN);
    assert!(
        !world
            .view_of(gina)
            .participants
            .iter()
            .any(|one| one.participant.id == cleo)
    );
    assert!(
        !world
            .shown_to(gina)
            .iter()
            .any(|event| matches!(event, Event::JoinRequested { .. }))
    );
}

#[test]
fn staff_who_read_see_all_but_what_is_the_owners_alone() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Who are the speakers?");
    let turn_id = world.running_turn();
    let dana = world.comes_in(DANA);
    world.does(
        &Actor::System,
        Command::KeepDraft {
            turn_id,
            text: "secret draft".into(),
            citations: Vec::new(),
        },
    );
    world.whispers(dana, "between us", MessageAudience::Staff);
    let reader = Viewer::reader(Role::Supervisor);
    let events = serde_json::to_string(&shown(&world.log, &reader)).expect("serialises");
    assert!(events.contains("between us") && !events.contains("secret draft"));
    let view = view(&world.state, &reader, world.now).expect("started");
    assert_eq!(view.you.participant_id, None);
    assert!(view.drafts.is_empty() && view.knocks.is_empty());
    assert!(
        view.you
            .allowed
            .iter()
            .all(|action| action.code().starts_with("see_") || action.code() == "export")
    );
}

#[test]
fn who_left_is_shown_nothing_but_the_visitor_may_read_their_conversation() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    world.leaves(cleo);
    world.leaves(sam);
    assert!(Viewer::participant(&world.state, cleo).is_none());
    assert!(Viewer::participant(&world.state, sam).is_some());
    assert!(Viewer::participant(&world.state, world.persona()).is_none());
}

#[test]
fn typing_is_shown_but_a_monitors_to_staff_alone() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    let sue = world.sue_monitors();
    let typing = |participant_id| Signal::Typing {
        participant_id,
        on: true,
    };
    let shown = |who, participant_id| {
        signal_visible_to(&world.state, &typing(participant_id), &world.viewer(who))
    };
    assert!(shown(sam, cleo) && shown(cleo, sue) && !shown(sam, sue));
}

#[test]
fn words_are_streamed_only_once_the_turn_speaks() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Who are the speakers?");
    let turn_id = world.running_turn();
    let text = Signal::TurnText {
        turn_id,
        text: "Ada".into(),
    };
    let seen = |world: &World, signal: &Signal| {
        signal_visible_to(&world.state, signal, &world.viewer(sam))
    };
    assert!(seen(&world, &Signal::TurnThinking { turn_id }) && !seen(&world, &text));
    world.begins_speaking();
    assert!(seen(&world, &text));
    world.does(&Actor::Participant(sam), Command::StopPersona);
    assert!(!seen(&world, &text) && !seen(&world, &Signal::TurnThinking { turn_id }));
}

#[test]
fn a_summary_previews_no_whisper_and_lists_no_monitor() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    world.sue_monitors();
    world.says(sam, "hello everybody");
    world.whispers(dana, "between us", MessageAudience::Staff);
    let summary = summary(&world.state).expect("started");
    assert_eq!(
        summary.last_message.map(|message| message.text).as_deref(),
        Some("hello everybody")
    );
    let names: Vec<&str> = summary.here.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Sam", "Dana"]);
}

#[test]
fn a_summary_says_when_somebody_waits_for_a_person() {
    let mut world = World::started();
    assert!(!summary(&world.state).expect("started").needs_attention);
    let request_id = world.knocks(CLEO);
    let knocking = summary(&world.state).expect("started");
    assert_eq!((knocking.knocks, knocking.needs_attention), (1, true));
    assert_eq!(world.waits(request_id), WaitingState::Asked);
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    assert!(summary(&world.state).expect("started").needs_attention);
    world.does(&owner_in_dashboard(), Command::TakeHandoff { handoff_id });
    assert!(!summary(&world.state).expect("started").needs_attention);
}

#[test]
fn a_guest_is_shown_their_own_joining_first() {
    let mut world = World::started();
    let gina = world.gina_comes_in();
    let first = world.shown_to(gina).into_iter().next();
    assert!(matches!(first, Some(Event::ParticipantJoined { name, .. }) if name == "Gina"));
}

#[test]
fn staff_read_changed_settings_and_profiles_whole_and_visitors_without_what_is_the_workspaces() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    let settings_of = |events: Vec<Event>| {
        events.into_iter().rev().find_map(|event| match event {
            Event::SettingsChanged { settings } => Some(settings),
            _ => None,
        })
    };
    let backups_of = |events: Vec<Event>| {
        let persona = events.into_iter().rev().find_map(|event| match event {
            Event::PersonaChanged { persona } => Some(persona),
            _ => None,
        });
        persona.map(|persona| persona.backups.len())
    };
    world.changes_settings(|settings| settings.confidence_threshold = 73);
    let mut persona = michael();
    persona.name = "Orion".into();
    world.does(&owner_in_dashboard(), Command::ChangePersona { persona });
    let threshold =
        |who| settings_of(world.shown_to(who)).map(|settings| settings.confidence_threshold);
    assert_eq!((threshold(cleo), threshold(sam)), (Some(73), Some(50)));
    assert_eq!(
        (
            backups_of(world.shown_to(cleo)),
            backups_of(world.shown_to(sam))
        ),
        (Some(1), Some(0))
    );
    let started = |who| match &world.shown_to(who)[0] {
        Event::ConversationStarted { persona, .. } => persona.backups.len(),
        other => panic!("{other:?} is not a start"),
    };
    assert_eq!((started(cleo), started(sam)), (1, 0));
    assert_eq!(world.view_of(sam).persona.backups.len(), 0);
    assert_eq!(world.view_of(cleo).persona.backups.len(), 1);
}

#[test]
fn a_dismissal_and_its_reason_are_read_by_staff_as_written() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    world.says(sam, "Michael, buy my watches?");
    world.finishes(trialogue_conversation::command::TurnOutcome::CannotAnswer { confidence: 0 });
    let handoff_id = world.state.open_handoff().expect("raised").id;
    let dismiss = Some("a peddler".to_owned());
    world.does(
        &owner_in_dashboard(),
        Command::ResolveHandoff {
            handoff_id,
            dismiss,
        },
    );
    let given = |who| {
        serde_json::to_string(&(world.shown_to(who), world.view_of(who))).expect("serialises")
    };
    assert_eq!(
        given(cleo).matches("a peddler").count(),
        2,
        "in the log and on the card"
    );
    assert_eq!(given(sam).matches("a peddler").count(), 0);
}

#[test]
fn a_guests_address_in_the_log_is_for_staff() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    world.gina_comes_in();
    let joined = |who| {
        world
            .shown_to(who)
            .into_iter()
            .find_map(|event| match event {
                Event::ParticipantJoined {
                    identity: Identity::Guest { email, .. },
                    ..
                } => Some(email),
                _ => None,
            })
    };
    assert_eq!(joined(cleo).as_deref(), Some(GINA_EMAIL));
    assert_eq!(joined(sam).as_deref(), Some(""));
}

#[test]
fn that_a_draft_is_kept_is_for_staff_to_know() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Who are the speakers?");
    let dana = world.comes_in(DANA);
    let kept = |who| {
        world
            .shown_to(who)
            .into_iter()
            .find_map(|event| match event {
                Event::TurnOutdated { kept_as_draft, .. } => Some(kept_as_draft),
                _ => None,
            })
    };
    assert_eq!((kept(dana), kept(sam)), (Some(true), Some(false)));
}

#[test]
fn a_guest_does_not_hear_that_something_said_before_was_taken_back() {
    let mut world = World::started();
    let sam = world.sam();
    let message_id = world.says(sam, "before Gina came");
    let gina = world.gina_comes_in();
    world.does(
        &Actor::Participant(sam),
        Command::RetractMessage { message_id },
    );
    let hears = |who| {
        world
            .shown_to(who)
            .iter()
            .any(|event| matches!(event, Event::MessageRetracted { .. }))
    };
    assert!(hears(sam) && !hears(gina));
}

#[test]
fn the_visitors_address_for_an_answer_is_not_for_guests() {
    let mut world = World::started();
    let sam = world.sam();
    let gina = world.gina_comes_in();
    world.says(sam, "Michael, can I get a refund?");
    world.finishes(trialogue_conversation::command::TurnOutcome::CannotAnswer { confidence: 0 });
    let handoff_id = world.state.open_handoff().expect("raised").id;
    world.wait(10 * MINUTE);
    let give = Command::GiveFollowUpEmail {
        handoff_id,
        email: "sam@example.org".into(),
    };
    world.does(&Actor::Participant(sam), give);
    let given = |who| {
        serde_json::to_string(&(world.shown_to(who), world.view_of(who))).expect("serialises")
    };
    assert_eq!(
        given(sam).matches("sam@example.org").count(),
        2,
        "in the log and on the card"
    );
    assert_eq!(given(gina).matches("sam@example.org").count(), 0);
}

#[test]
fn what_is_kept_as_knowledge_does_not_quote_a_question_from_before_to_a_late_colleague() {
    let mut world = World::started();
    let sam = world.sam();
    let handoff_id = world.handoff("a question from before");
    let request_id = world.knocks(CLEO);
    let history = trialogue_conversation::joining::HistoryGrant::FromJoin;
    world.does(
        &Actor::Participant(sam),
        Command::Admit {
            request_id,
            history,
        },
    );
    let late = world.joins(&outside(CLEO), request_id);
    let answer = Command::AnswerFollowUp {
        handoff_id,
        answer: "Yes.".into(),
        keep: true,
    };
    world.does(&owner_in_dashboard(), answer);
    let given =
        serde_json::to_string(&(world.shown_to(late), world.view_of(late))).expect("serialises");
    assert!(!given.contains("a question from before"));
    assert!(
        shown(&world.log, &Viewer::reader(Role::Owner))
            .iter()
            .any(|event| matches!(event, Event::KnowledgeKept { .. }))
    );
}
