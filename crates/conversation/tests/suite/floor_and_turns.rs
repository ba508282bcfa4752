//! Design §4.4: when the persona speaks, and what outdates a turn.

use crate::support::*;
use trialogue_conversation::Effect;
use trialogue_conversation::command::{Actor, Command, PostMessage, TurnOutcome};
use trialogue_conversation::event::{Event, OutdatedBy};
use trialogue_conversation::floor::Reason;
use trialogue_conversation::ids::{MessageId, Seq, TurnId};
use trialogue_conversation::message::{MessageAudience, Provenance};
use trialogue_conversation::permissions::Action;

fn outdatings(world: &World, since: Seq) -> Vec<(TurnId, OutdatedBy)> {
    let outdatings = world
        .events_since(since)
        .into_iter()
        .filter_map(|event| match event {
            Event::TurnOutdated { turn_id, by, .. } => Some((*turn_id, *by)),
            _ => None,
        });
    outdatings.collect()
}

fn decided(world: &World, message: MessageId) -> (bool, Reason) {
    let decided = world.log.iter().find_map(|recorded| match &recorded.event {
        Event::FloorDecided {
            message_id,
            speaks,
            reason,
            ..
        } if *message_id == message => Some((*speaks, reason.clone())),
        _ => None,
    });
    decided.expect("every message by a human to everybody is judged")
}

fn questions(world: &World) -> Vec<MessageId> {
    world
        .state
        .floor()
        .turn
        .as_ref()
        .map(|turn| turn.questions.clone())
        .unwrap_or_default()
}

#[test]
fn alone_with_the_visitor_the_persona_answers_every_message() {
    let mut world = World::started();
    let sam = world.sam();
    for text in ["When does it start?", "And where is it", "my phone is blue"] {
        let message = world.says(sam, text);
        assert!(decided(&world, message).0, "{text}");
        assert_eq!(questions(&world), [message]);
        world.answers("Like this.");
        let last = world.state.messages().next_back().expect("the answer");
        assert_eq!(
            (last.author, &last.provenance),
            (Some(world.persona()), &Provenance::Ai)
        );
        assert_eq!(last.reply_to, Some(message));
    }
}

#[test]
fn a_turn_is_an_effect_once() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "When does it start?");
    assert_eq!(
        world.effects,
        [Effect::RunTurn {
            turn_id: world.running_turn()
        }]
    );
    assert!(world.effects[0].is_wanted(&world.state));
    world.answers("At nine.");
    assert!(!world.effects[0].is_wanted(&world.state));
}

#[test]
fn an_acknowledgement_alone_gets_at_most_a_courtesy() {
    let mut world = World::started();
    let sam = world.sam();
    let message = world.says(sam, "thank you");
    assert!(matches!(
        decided(&world, message).1,
        Reason::AloneAcknowledgement { .. }
    ));
    assert!(
        world
            .state
            .floor()
            .turn
            .as_ref()
            .is_some_and(|turn| turn.courtesy)
    );
    world.finishes(TurnOutcome::Courtesy {
        text: "You're welcome.".into(),
    });
    assert_eq!(world.last_text(), "You're welcome.");
}

#[test]
fn with_another_human_present_the_persona_speaks_only_when_addressed() {
    let mut world = World::started();
    let sam = world.sam();
    world.comes_in(CLEO);
    for silent in [
        "Who are the speakers?",
        "I asked Michael yesterday",
        "Michael's slides are fine",
        "thank you",
    ] {
        let message = world.says(sam, silent);
        assert!(!decided(&world, message).0, "{silent}");
        assert_eq!(world.turn(), None);
    }
    let named = world.says(sam, "Hey Michael, who are the speakers?");
    assert!(decided(&world, named).0);
    world.answers("Ada and Alan.");
}

#[test]
fn a_mention_and_a_reply_address_the_persona() {
    let mut world = World::started();
    let (sam, persona) = (world.sam(), world.persona());
    world.comes_in(CLEO);
    let mention = PostMessage {
        text: "who speaks first?".into(),
        mentions: vec![persona],
        ..PostMessage::default()
    };
    let mention = MessageId(
        world
            .does(&Actor::Participant(sam), Command::PostMessage(mention))
            .0,
    );
    assert!(matches!(
        decided(&world, mention).1,
        Reason::AddressedByMention { .. }
    ));
    world.answers("Ada.");
    let answer = world.state.messages().next_back().expect("the answer").id;
    let reply = PostMessage {
        text: "and then?".into(),
        reply_to: Some(answer),
        ..PostMessage::default()
    };
    let reply = MessageId(
        world
            .does(&Actor::Participant(sam), Command::PostMessage(reply))
            .0,
    );
    assert!(matches!(
        decided(&world, reply).1,
        Reason::AddressedByReply { .. }
    ));
}

#[test]
fn a_monitor_does_not_count_as_present() {
    let mut world = World::started();
    let sam = world.sam();
    world.sue_monitors();
    let message = world.says(sam, "Who are the speakers?");
    assert!(decided(&world, message).0);
}

#[test]
fn the_owner_joins_and_the_persona_says_one_line_and_is_silent() {
    let mut world = World::started();
    let sam = world.sam();
    let before = world.state.seq();
    let dana = world.comes_in(DANA);
    let lines: Vec<_> = world
        .events_since(before)
        .into_iter()
        .filter(|event| matches!(event, Event::MessagePosted { .. }))
        .collect();
    assert_eq!(lines.len(), 1);
    assert_eq!(
        world.last_text(),
        "Dana is here now, so I'll step back. Say “Michael” and I'll answer."
    );
    assert!(world.view_of(sam).floor.persona_stepped_back);
    let message = world.says(sam, "Who are the speakers?");
    let (speaks, reason) = decided(&world, message);
    assert!(!speaks);
    assert_eq!(
        reason.sentence(),
        "silent: Dana is present and nobody addressed me"
    );
    assert!(world.allows(dana, Action::SeeFloorReasons));
}

#[test]
fn a_present_human_of_the_same_name_means_the_bare_name_is_theirs() {
    let mut world = World::started();
    let (sam, persona) = (world.sam(), world.persona());
    let gina = world.gina_comes_in();
    world.does(
        &Actor::Participant(gina),
        Command::Rename {
            name: "Michael".into(),
        },
    );
    let bare = world.says(sam, "Michael, who are the speakers?");
    assert!(!decided(&world, bare).0);
    let full = world.says(sam, "Michael AI, who are the speakers?");
    assert!(decided(&world, full).0);
    world.answers("Ada.");
    assert_eq!(world.view_of(sam).floor.persona_answers_to, ["Michael AI"]);
    let mention = PostMessage {
        text: "and you?".into(),
        mentions: vec![persona],
        ..PostMessage::default()
    };
    let mention = MessageId(
        world
            .does(&Actor::Participant(sam), Command::PostMessage(mention))
            .0,
    );
    assert!(decided(&world, mention).0);
}

#[test]
fn a_namesake_of_the_visitor_still_counts_as_another_human() {
    let mut world = World::started();
    let sam = world.sam();
    let gina = world.gina_comes_in();
    world.does(
        &Actor::Participant(gina),
        Command::Rename { name: "Sam".into() },
    );
    let message = world.says(sam, "Who are the speakers?");
    assert!(!decided(&world, message).0);
}

#[test]
fn staff_alone_see_why_the_persona_spoke_or_not() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    let gina = world.gina_comes_in();
    world.says(sam, "Who are the speakers?");
    let sees = |who| {
        world
            .shown_to(who)
            .iter()
            .any(|event| matches!(event, Event::FloorDecided { .. }))
    };
    assert!(sees(cleo));
    assert!(!sees(sam) && !sees(gina));
}

#[test]
fn another_human_speaking_outdates_the_turn() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    world.says(sam, "Michael, who are the speakers?");
    let turn_id = world.begins_speaking();
    let before = world.state.seq();
    world.says(cleo, "Let me look that up");
    assert_eq!(
        outdatings(&world, before),
        [(turn_id, OutdatedBy::SomeoneElseSpoke)]
    );
    let outcome = TurnOutcome::Answered {
        text: "Ada".into(),
        citations: vec![],
        confidence: 90,
    };
    assert_eq!(
        world.refused(&Actor::System, Command::FinishTurn { turn_id, outcome }),
        "turn_outdated"
    );
    assert_eq!(
        world.refused(&Actor::System, Command::BeginSpeaking { turn_id }),
        "turn_outdated"
    );
}

#[test]
fn another_human_who_addresses_the_persona_is_answered_instead() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    world.says(sam, "Michael, who are the speakers?");
    let question = world.says(cleo, "Michael, where is the hall?");
    assert_eq!(questions(&world), [question]);
}

#[test]
fn the_askers_next_message_joins_the_turn_if_nothing_was_shown_yet() {
    let mut world = World::started();
    let sam = world.sam();
    let first = world.says(sam, "Who are the speakers?");
    let old = world.running_turn();
    let before = world.state.seq();
    let second = world.says(sam, "I mean on Friday");
    assert_eq!(outdatings(&world, before), [(old, OutdatedBy::AskerAdded)]);
    assert_eq!(questions(&world), [first, second]);
    assert_ne!(world.running_turn(), old);
}

#[test]
fn the_askers_next_message_waits_its_turn_once_words_are_shown() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Who are the speakers?");
    let first_turn = world.begins_speaking();
    let second = world.says(sam, "And where is the hall?");
    let third = world.says(sam, "And when?");
    assert_eq!(world.running_turn(), first_turn);
    assert_eq!(world.view_of(sam).floor.waiting, [second, third]);
    world.answers("Ada and Alan.");
    assert_eq!(
        questions(&world),
        [second, third],
        "what waited is answered together"
    );
    assert!(world.view_of(sam).floor.waiting.is_empty());
}

#[test]
fn what_is_not_for_the_persona_does_not_disturb_its_answer_to_the_same_asker() {
    let mut world = World::started();
    let sam = world.sam();
    world.comes_in(CLEO);
    world.says(sam, "Michael, who are the speakers?");
    let turn_id = world.running_turn();
    world.says(sam, "Cleo, could you write them down?");
    assert_eq!(world.turn(), Some(turn_id));
    world.answers("Ada and Alan.");
}

#[test]
fn the_owner_joining_outdates_the_turn_and_keeps_a_draft_for_them_alone() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Who are the speakers?");
    let turn_id = world.begins_speaking();
    let before = world.state.seq();
    let dana = world.comes_in(DANA);
    assert_eq!(
        outdatings(&world, before),
        [(turn_id, OutdatedBy::OwnerJoined)]
    );
    let keep = Command::KeepDraft {
        turn_id,
        text: "Ada and Alan.".into(),
        citations: Vec::new(),
    };
    world.does(&Actor::System, keep.clone());
    assert!(world.is_repeat(&Actor::System, keep));
    assert_eq!(world.view_of(dana).drafts[0].text, "Ada and Alan.");
    let cleo = world.comes_in(CLEO);
    for other in [sam, cleo] {
        assert!(world.view_of(other).drafts.is_empty());
        assert!(
            !serde_json::to_string(&world.shown_to(other))
                .expect("serialises")
                .contains("Ada and Alan.")
        );
    }
}

#[test]
fn a_draft_that_is_used_is_marked_as_ai_text_edited_by_a_person() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Who are the speakers?");
    let turn_id = world.running_turn();
    let dana = world.comes_in(DANA);
    let keep = Command::KeepDraft {
        turn_id,
        text: "Ada and Alan.".into(),
        citations: Vec::new(),
    };
    world.does(&Actor::System, keep);
    let used = |text: &str| PostMessage {
        text: text.into(),
        from_draft: Some(turn_id),
        ..PostMessage::default()
    };
    assert_eq!(
        world.refused(&Actor::Participant(sam), Command::PostMessage(used("x"))),
        "unknown_draft"
    );
    world.does(
        &Actor::Participant(dana),
        Command::PostMessage(used("Ada, Alan and Grace.")),
    );
    let posted = world
        .log
        .iter()
        .rev()
        .find_map(|recorded| match &recorded.event {
            Event::MessagePosted { provenance, .. } => Some(provenance.clone()),
            _ => None,
        });
    assert_eq!(posted, Some(Provenance::AiEdited { by: dana }));
    assert!(world.view_of(dana).drafts.is_empty());
    assert_eq!(
        world.refused(
            &Actor::Participant(dana),
            Command::PostMessage(used("again"))
        ),
        "unknown_draft"
    );
}

#[test]
fn no_draft_is_kept_of_a_turn_that_somebody_else_outdated() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    world.says(sam, "Michael, who are the speakers?");
    let turn_id = world.running_turn();
    world.says(cleo, "I know");
    let keep = Command::KeepDraft {
        turn_id,
        text: "Ada".into(),
        citations: Vec::new(),
    };
    assert_eq!(world.refused(&Actor::System, keep), "no_draft_due");
}

#[test]
fn told_to_stop_by_name_it_stops() {
    let mut world = World::started();
    let sam = world.sam();
    world.comes_in(CLEO);
    world.says(sam, "Michael, who are the speakers?");
    let turn_id = world.begins_speaking();
    let before = world.state.seq();
    let message = world.says(sam, "Michael, stop");
    assert_eq!(
        outdatings(&world, before),
        [(turn_id, OutdatedBy::ToldToStop)]
    );
    assert!(!decided(&world, message).0);
    assert_eq!(world.turn(), None);
}

#[test]
fn the_stop_button_stops_it_and_what_waited() {
    let mut world = World::started();
    let sam = world.sam();
    assert!(!world.allows(sam, Action::StopPersona));
    world.says(sam, "Who are the speakers?");
    world.begins_speaking();
    world.says(sam, "And where?");
    assert!(world.allows(sam, Action::StopPersona));
    let before = world.state.seq();
    world.does(&Actor::Participant(sam), Command::StopPersona);
    assert_eq!(outdatings(&world, before).len(), 1);
    assert_eq!(world.turn(), None);
    assert!(world.state.floor().waiting.is_empty());
    assert!(world.is_repeat(&Actor::Participant(sam), Command::StopPersona));
}

#[test]
fn a_question_taken_back_outdates_its_turn() {
    let mut world = World::started();
    let sam = world.sam();
    let question = world.says(sam, "Who are the speakers?");
    let turn_id = world.running_turn();
    let before = world.state.seq();
    world.does(
        &Actor::Participant(sam),
        Command::RetractMessage {
            message_id: question,
        },
    );
    assert_eq!(
        outdatings(&world, before),
        [(turn_id, OutdatedBy::QuestionRetracted)]
    );
    assert_eq!(world.turn(), None);
}

#[test]
fn taking_back_one_of_two_questions_leaves_the_other() {
    let mut world = World::started();
    let sam = world.sam();
    let first = world.says(sam, "Who are the speakers?");
    let second = world.says(sam, "And where?");
    world.does(
        &Actor::Participant(sam),
        Command::RetractMessage { message_id: first },
    );
    assert_eq!(questions(&world), [second]);
}

#[test]
fn a_waiting_question_taken_back_is_not_answered() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Who are the speakers?");
    world.begins_speaking();
    let waiting = world.says(sam, "And where?");
    world.does(
        &Actor::Participant(sam),
        Command::RetractMessage {
            message_id: waiting,
        },
    );
    world.answers("Ada.");
    assert_eq!(world.turn(), None);
}

#[test]
fn the_asker_leaving_drops_the_turn() {
    let mut world = World::started();
    let cleo = world.comes_in(CLEO);
    world.says(cleo, "Michael, who are the speakers?");
    let turn_id = world.running_turn();
    let before = world.state.seq();
    world.leaves(cleo);
    assert_eq!(
        outdatings(&world, before),
        [(turn_id, OutdatedBy::AskerGone)]
    );
}

#[test]
fn questions_that_wait_are_bounded_and_a_refused_one_is_said_so() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Who are the speakers?");
    world.begins_speaking();
    for _ in 0..20 {
        world.says(sam, "And where?");
    }
    assert_eq!(
        world.refused(&Actor::Participant(sam), post("And when?")),
        "too_many_questions_waiting"
    );
    world.answers("Ada.");
    world.says(sam, "And when?");
}

#[test]
fn a_whisper_makes_the_persona_speak_and_staff_see_on_whose_word() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    world.whispers(
        dana,
        "tell them about the dinner",
        MessageAudience::StaffAndPersona,
    );
    assert_eq!(
        world
            .state
            .floor()
            .turn
            .as_ref()
            .and_then(|turn| turn.on_whisper_of),
        Some(dana)
    );
    world.finishes(TurnOutcome::OnWhisper {
        text: "There is a dinner at eight.".into(),
    });
    let provenance = |who| {
        world
            .shown_to(who)
            .into_iter()
            .rev()
            .find_map(|event| match event {
                Event::MessagePosted { provenance, .. } => Some(provenance),
                _ => None,
            })
    };
    assert_eq!(provenance(dana), Some(Provenance::AiOnWhisper { by: dana }));
    assert_eq!(
        provenance(sam),
        Some(Provenance::Ai),
        "AI all the same, and the whisper stays a whisper"
    );
}

#[test]
fn a_whisper_among_staff_alone_does_not_reach_the_persona() {
    let mut world = World::started();
    let dana = world.comes_in(DANA);
    world.whispers(dana, "Michael, say something", MessageAudience::Staff);
    assert_eq!(world.turn(), None);
}

#[test]
fn a_whisper_never_outdates_a_turn_but_waits() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    world.says(sam, "Michael, who are the speakers?");
    let turn_id = world.begins_speaking();
    world.whispers(
        dana,
        "and tell them about the dinner",
        MessageAudience::StaffAndPersona,
    );
    assert_eq!(world.turn(), Some(turn_id));
    assert!(
        world.view_of(sam).floor.waiting.is_empty(),
        "the visitor does not see that a whisper waits"
    );
    assert_eq!(world.view_of(dana).floor.waiting.len(), 1);
    world.answers("Ada.");
    assert_eq!(
        world
            .state
            .floor()
            .turn
            .as_ref()
            .and_then(|turn| turn.on_whisper_of),
        Some(dana)
    );
    assert!(world.view_of(sam).floor.turn.is_none());
    assert!(world.view_of(dana).floor.turn.is_some());
}

#[test]
fn a_whispered_turn_leaves_no_trace_for_the_visitor_unless_it_speaks() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    let before = world.shown_to(sam);
    world.whispers(
        dana,
        "what is our margin?",
        MessageAudience::StaffAndPersona,
    );
    world.begins_speaking();
    world.finishes(TurnOutcome::CannotAnswer { confidence: 0 });
    assert_eq!(world.shown_to(sam), before);
    assert_eq!(
        world.reads(dana).last().map(String::as_str),
        Some("Michael has nothing to say on this.")
    );
    assert!(world.state.open_handoff().is_none());
}

#[test]
fn words_on_a_whisper_need_a_whisper() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "hello there, who speaks?");
    let turn_id = world.running_turn();
    let outcome = TurnOutcome::OnWhisper { text: "x".into() };
    assert_eq!(
        world.refused(&Actor::System, Command::FinishTurn { turn_id, outcome }),
        "turn_not_whispered"
    );
}

#[test]
fn only_the_server_speaks_for_the_persona() {
    let mut world = World::started();
    let (sam, persona) = (world.sam(), world.persona());
    world.says(sam, "who speaks?");
    let turn_id = world.running_turn();
    for actor in [
        Actor::Participant(sam),
        Actor::Participant(persona),
        owner_in_dashboard(),
    ] {
        assert_eq!(
            world.refused(&actor, Command::BeginSpeaking { turn_id }),
            "wrong_actor"
        );
        assert_eq!(
            world.refused(
                &actor,
                Command::FinishTurn {
                    turn_id,
                    outcome: TurnOutcome::Failed
                }
            ),
            "wrong_actor"
        );
    }
    assert_eq!(
        world.refused(&Actor::Participant(persona), post("hello")),
        "not_allowed"
    );
}

#[test]
fn a_failed_turn_is_told_and_the_next_question_is_answered() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Who are the speakers?");
    world.begins_speaking();
    let waiting = world.says(sam, "And where?");
    world.finishes(TurnOutcome::Failed);
    assert_eq!(
        world.last_text(),
        "Michael could not make an answer just now. Please ask again."
    );
    assert_eq!(questions(&world), [waiting]);
}

#[test]
fn a_turn_whose_worker_is_not_heard_of_ends_by_itself() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Who are the speakers?");
    world.wait(3 * MINUTE - 1);
    assert!(world.turn().is_some());
    world.wait(1);
    assert_eq!(world.turn(), None);
    assert_eq!(
        world.last_text(),
        "Michael could not make an answer just now. Please ask again."
    );
}

#[test]
fn a_finished_turn_finishes_once() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Who are the speakers?");
    let turn_id = world.begins_speaking();
    assert!(world.is_repeat(&Actor::System, Command::BeginSpeaking { turn_id }));
    world.answers("Ada.");
    let outcome = TurnOutcome::Answered {
        text: "Ada.".into(),
        citations: vec![],
        confidence: 90,
    };
    assert_eq!(
        world.refused(&Actor::System, Command::FinishTurn { turn_id, outcome }),
        "turn_outdated"
    );
}

#[test]
fn a_turn_is_made_against_the_floors_version_of_its_start() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Who are the speakers?");
    let at_start = world.state.floor().version;
    assert_eq!(
        world
            .state
            .floor()
            .turn
            .as_ref()
            .map(|turn| turn.floor_version),
        Some(at_start)
    );
    world.says(sam, "And where?");
    assert!(world.state.floor().version > at_start);
}

#[test]
fn a_renamed_persona_hears_its_new_name_and_no_longer_the_old_one() {
    let mut world = World::started();
    let sam = world.sam();
    world.comes_in(CLEO);
    let mut persona = michael();
    persona.name = "Orion".into();
    persona.call_names = vec!["Orion AI".into()];
    world.does(&owner_in_dashboard(), Command::ChangePersona { persona });
    let old = world.says(sam, "Michael, who are the speakers?");
    assert!(!decided(&world, old).0);
    let new = world.says(sam, "Orion, who are the speakers?");
    assert!(decided(&world, new).0);
}
