//! Recorded logs replay to the state they gave when they were recorded, whatever has changed since.
//!
//! A log in tests/fixtures is never edited. After a change of `EVENT_VERSION` a new one is recorded beside the old ones
//! (`RECORD_FIXTURES=v2 cargo test -p trialogue-conversation fixtures`). `UPDATE_STATES=1` writes the states anew, for
//! when the state itself gained a field: read the difference before committing it.

use crate::support::*;
use std::fs;
use std::path::{Path, PathBuf};
use trialogue_conversation::command::{Actor, Command, TurnOutcome};
use trialogue_conversation::ids::{AskId, JoinRequestId};
use trialogue_conversation::media::{InteractionMode, MediaSource};
use trialogue_conversation::message::{Citation, MessageAudience};
use trialogue_conversation::{State, StoredError, read_stored};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

#[test]
fn recorded_logs_replay_to_their_recorded_states() {
    if let Some(version) = std::env::var_os("RECORD_FIXTURES") {
        record_stories(&version.to_string_lossy());
    }
    let mut logs: Vec<PathBuf> = fs::read_dir(folder())
        .expect("tests/fixtures is there")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "jsonl")
        })
        .collect();
    logs.sort();
    assert!(logs.len() >= 2, "recorded logs are there");
    for path in logs {
        let log: Vec<_> = fs::read_to_string(&path)
            .expect("a readable log")
            .lines()
            .map(|line| read_stored(line).expect("every stored entry can be read"))
            .collect();
        let state = State::replay(&log);
        let shown = serde_json::to_string_pretty(&state).expect("serialises") + "\n";
        let state_path = path.with_extension("state.json");
        if std::env::var_os("UPDATE_STATES").is_some() {
            fs::write(&state_path, &shown).expect("a writable folder");
        }
        let recorded = fs::read_to_string(&state_path).expect("a state for every log");
        assert!(
            recorded == shown,
            "{} replays to another state than it did",
            path.display()
        );
    }
}

/// The issue's first paragraph: a question answered, one handed off, the owner comes and leads, a colleague and a guest join.
fn the_story() -> World {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "When does the conference start?");
    world.begins_speaking();
    let citation = Citation {
        source_id: "programme".into(),
        source_title: "Programme".into(),
        place: "p. 1".into(),
        text: "starts at nine".into(),
    };
    let answer = "It starts at nine.".to_owned();
    world.finishes(TurnOutcome::Answered {
        text: answer,
        citations: vec![citation],
        confidence: 92,
    });
    let handoff_id = world.handoff("Can I bring my dog?");
    world.does(
        &Actor::System,
        Command::MarkHandoffNotified {
            handoff_id,
            user_id: DANA,
        },
    );
    world.does(&owner_in_dashboard(), Command::OpenHandoff { handoff_id });
    world.now = world.now.plus_ms(MINUTE);
    let request_id = JoinRequestId(world.does(&outside(DANA), knock_by_owner_link(DANA)).0);
    world.admits(sam, request_id);
    let dana = world.joins(&outside(DANA), request_id);
    world.says(dana, "Dogs are welcome.");
    world.says(sam, "Great, thank you!");
    world.comes_in(CLEO);
    let gina = world.gina_comes_in();
    world.sue_monitors();
    world.whispers(dana, "mention the dinner", MessageAudience::StaffAndPersona);
    world.finishes(TurnOutcome::OnWhisper {
        text: "There is a dinner at eight.".into(),
    });
    let message_id = world.says(gina, "wrong window");
    world.does(
        &Actor::Participant(gina),
        Command::RetractMessage { message_id },
    );
    world.says(sam, "Michael, who gives the first talk?");
    world.begins_speaking();
    world.answers("Ada does.");
    world.does(
        &Actor::Participant(dana),
        Command::ResolveHandoff {
            handoff_id,
            dismiss: None,
        },
    );
    let keep = Command::KeepKnowledge {
        question: "Can I bring my dog?".into(),
        answer: "Dogs are welcome.".into(),
    };
    world.does(&Actor::Participant(dana), keep);
    world.leaves(dana);
    world
}

/// A call: a camera, a request, a screen, a hand, somebody muted, somebody removed, and video disabled in the end.
fn face_to_face() -> World {
    let mut world = World::started();
    let sam = world.sam();
    let inside = Actor::Participant;
    let mode = InteractionMode::Video;
    world.does(&inside(sam), Command::ChooseMode { mode });
    world.switches(sam, "camera microphone");
    let dana = world.comes_in(DANA);
    let gina = world.gina_comes_in();
    world.switches(dana, "camera microphone screen");
    let ask = Command::AskToTurnOn {
        participant_id: gina,
        source: MediaSource::Microphone,
    };
    let asked = AskId(world.does(&inside(dana), ask).0);
    let accept = true;
    world.does(&inside(gina), Command::AnswerTurnOn { asked, accept });
    world.switches(gina, "microphone");
    world.does(&inside(gina), Command::RaiseHand);
    let lower = Command::LowerHand {
        participant_id: Some(gina),
    };
    world.does(&inside(sam), lower);
    world.mutes(sam, gina, MediaSource::Microphone);
    world.switches(dana, "camera microphone");
    let remove = Command::Remove {
        participant_id: gina,
    };
    world.does(&inside(sam), remove);
    world.changes_settings(|settings| settings.disable_video = true);
    world
}

/// Nobody comes: knocks expire, the chain runs out, the conversation ends, and an answer is sent all the same.
fn nobody_came() -> World {
    let mut world = World::started();
    let sam = world.sam();
    world.invites(sam, GINA_EMAIL);
    world.knocks(CLEO);
    let handoff_id = world.handoff("Can I get a refund?");
    world.handoff("And for two?");
    world.disconnects(sam);
    world.wait(2 * HOUR);
    world.connects(sam);
    world.does(
        &Actor::Participant(sam),
        Command::GiveFollowUpEmail {
            handoff_id,
            email: "sam@example.org".into(),
        },
    );
    world.changes_settings(|settings| settings.in_call_users = false);
    world.wait(30 * HOUR);
    let answer = Command::AnswerFollowUp {
        handoff_id,
        answer: "Within a week.".into(),
        keep: true,
    };
    world.does(&owner_in_dashboard(), answer);
    world
}

fn record_stories(version: &str) {
    let stories = [
        ("the-story", the_story()),
        ("nobody-came", nobody_came()),
        ("face-to-face", face_to_face()),
    ];
    for (name, world) in stories {
        let lines: Vec<String> = world
            .log
            .iter()
            .map(|recorded| serde_json::to_string(recorded).expect("serialises"))
            .collect();
        let path = folder().join(format!("{version}-{name}.jsonl"));
        // What is recorded never changes.
        if path.exists() {
            continue;
        }
        fs::write(path, lines.join("\n") + "\n").expect("a writable folder");
    }
}

#[test]
fn the_stories_end_as_they_are_told() {
    assert!(the_story().state.open_handoff().is_none());
    let ended = nobody_came();
    assert!(!ended.state.is_open() && ended.state.open_handoff().is_none());
}

#[test]
fn an_entry_of_a_newer_version_is_not_guessed_at() {
    let world = World::started();
    let mut entry = serde_json::to_value(&world.log[0]).expect("serialises");
    entry["v"] = 9_999.into();
    assert!(matches!(
        read_stored(&entry.to_string()),
        Err(StoredError::TooNew(9_999))
    ));
}

#[test]
fn what_is_not_an_event_is_an_error_not_a_panic() {
    for broken in [
        "",
        "{}",
        "null",
        r#"{"v":1}"#,
        r#"{"seq":1,"at":0,"v":1,"event":{"type":"nothing_like_it"}}"#,
        r#"{"v":0}"#,
    ] {
        assert!(
            matches!(read_stored(broken), Err(StoredError::Malformed(_))),
            "{broken}"
        );
    }
}
