//! How long the core takes for one message: `cargo run --release -p trialogue-conversation --example message_speed`.
//!
//! A room of four (visitor, owner, two colleagues) talks without addressing the persona. Printed are microseconds per
//! message for deciding, for applying, and for asking `visible_to` for the four viewers; best of five rounds, since
//! everything that disturbs a measurement makes it longer.

use std::time::{Duration, Instant};
use trialogue_conversation::command::{Actor, Command, PostMessage};
use trialogue_conversation::event::{PersonaProfile, UserRef};
use trialogue_conversation::ids::{
    ConversationId, JoinRequestId, ParticipantId, PersonaId, Timestamp, UserId, VisitorId,
    WorkspaceId,
};
use trialogue_conversation::joining::{Door, HistoryGrant};
use trialogue_conversation::participant::{Identity, Role};
use trialogue_conversation::settings::Settings;
use trialogue_conversation::{Decision, State, Viewer, apply, decide, record, visible_to};
use uuid::Uuid;

const MESSAGES: u32 = 20_000;
const ROUNDS: usize = 5;

fn main() {
    let mut state = room_of_four();
    let speakers: Vec<ParticipantId> = state
        .inside()
        .filter(|one| one.role != Role::Persona)
        .map(|one| one.id)
        .collect();
    let viewers: Vec<Viewer> = speakers
        .iter()
        .filter_map(|id| Viewer::participant(&state, *id))
        .collect();
    let mut best = [Duration::MAX; 3];
    for round in 0..ROUNDS {
        let spent = talk(&mut state, &speakers, &viewers, round);
        for (best, spent) in best.iter_mut().zip(spent) {
            *best = (*best).min(spent);
        }
    }
    for (what, spent) in ["decide", "apply", "visible_to for 4"].iter().zip(best) {
        println!(
            "{what}: {:.2} µs per message",
            spent.as_secs_f64() * 1e6 / f64::from(MESSAGES)
        );
    }
}

fn talk(
    state: &mut State,
    speakers: &[ParticipantId],
    viewers: &[Viewer],
    round: usize,
) -> [Duration; 3] {
    let mut spent = [Duration::ZERO; 3];
    for (index, speaker) in (0..MESSAGES).zip(speakers.iter().cycle()) {
        let message = PostMessage {
            text: format!("I think we should look at the second slide again, number {index}"),
            client_id: Some(format!("{round}-{index}")),
            ..PostMessage::default()
        };
        let (actor, command) = (Actor::Participant(*speaker), Command::PostMessage(message));
        let started = Instant::now();
        let decision = decide(state, &actor, &command, Timestamp(2_000_000));
        spent[0] += started.elapsed();
        let Ok(Decision::Events(events)) = decision else {
            panic!("a message is not refused: {decision:?}")
        };
        let recorded = record(state.seq(), Timestamp(2_000_000), events);
        let started = Instant::now();
        for recorded in &recorded {
            apply(state, recorded);
        }
        spent[1] += started.elapsed();
        let started = Instant::now();
        for viewer in viewers {
            for recorded in &recorded {
                std::hint::black_box(visible_to(recorded, viewer));
            }
        }
        spent[2] += started.elapsed();
    }
    spent
}

fn room_of_four() -> State {
    let id = Uuid::from_u128;
    let owner = UserRef {
        user_id: UserId(id(2)),
        name: "Dana".into(),
    };
    let mut state = State::default();
    run(
        &mut state,
        Actor::System,
        Command::StartConversation {
            conversation_id: ConversationId(id(10)),
            workspace_id: WorkspaceId(id(11)),
            persona: PersonaProfile {
                persona_id: PersonaId(id(12)),
                name: "Michael".into(),
                call_names: vec!["Michael AI".into()],
                greeting: "Hello!".into(),
                owner,
                backups: Vec::new(),
                picture: None,
            },
            visitor_id: VisitorId(id(1)),
            visitor_name: "Sam".into(),
            settings: Settings::default(),
            continues: None,
        },
    );
    let visitor = state
        .visitor()
        .map(|visitor| visitor.id)
        .expect("just started");
    for (user, name) in [(2, "Dana"), (3, "Cleo"), (4, "Ben")] {
        let actor = Actor::Outsider(Identity::User {
            user_id: UserId(id(user)),
        });
        let knock = Command::Knock {
            name: name.into(),
            role: Role::Colleague,
            door: Door::ConversationUrl,
            purpose: String::new(),
            asks_history: HistoryGrant::All,
        };
        let request_id = JoinRequestId(run(&mut state, actor.clone(), knock));
        run(
            &mut state,
            Actor::Participant(visitor),
            Command::Admit {
                request_id,
                history: HistoryGrant::All,
            },
        );
        run(&mut state, actor, Command::Join { request_id });
    }
    state
}

/// The seq of the first event.
fn run(state: &mut State, actor: Actor, command: Command) -> u64 {
    let decision = decide(state, &actor, &command, Timestamp(1_000_000));
    let Ok(Decision::Events(events)) = decision else {
        panic!("the room is set up: {decision:?}")
    };
    let first = state.seq().0 + 1;
    for recorded in record(state.seq(), Timestamp(1_000_000), events) {
        apply(state, &recorded);
    }
    first
}
