//! Who may be seen and heard, in every story.

use super::config;
use super::playing::Story;
use super::steps::story_of_a_call;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use trialogue_conversation::command::Actor;
use trialogue_conversation::event::{Event, Recorded};
use trialogue_conversation::ids::{AskId, InvitationId, ParticipantId};
use trialogue_conversation::media::{InteractionMode, MediaSource, Sources, media_grant};
use trialogue_conversation::participant::{Identity, Participant, Presence, PresenceMode, Role};
use trialogue_conversation::{Effect, State, effects};

fn switched_on(state: &State) -> BTreeMap<ParticipantId, Sources> {
    state
        .participants()
        .map(|participant| (participant.id, participant.media))
        .collect()
}

fn is_there(participant: &Participant) -> bool {
    matches!(
        participant.presence,
        Presence::Here | Presence::Dropped { .. }
    )
}

/// Whom an event of the call is about, and who caused it.
fn people_of(event: &Event) -> Vec<ParticipantId> {
    match event {
        Event::CallJoined { participant_id }
        | Event::CallLeft { participant_id }
        | Event::MediaSet { participant_id, .. } => vec![*participant_id],
        Event::ParticipantMuted {
            participant_id, by, ..
        }
        | Event::TurnOnAsked {
            participant_id, by, ..
        }
        | Event::HandRaised { participant_id, by }
        | Event::HandLowered { participant_id, by } => vec![*participant_id, *by],
        Event::ModeChosen { by, .. } => by.iter().copied().collect(),
        _ => Vec::new(),
    }
}

/// The account of one log that shares no code with the core: what is on, and who may ask for the one screen.
#[derive(Default)]
struct Call {
    modes: BTreeMap<ParticipantId, PresenceMode>,
    guests: BTreeMap<InvitationId, ParticipantId>,
    on: BTreeMap<ParticipantId, Sources>,
    joined: BTreeSet<ParticipantId>,
    asks: BTreeMap<AskId, ParticipantId>,
    disabled: bool,
    many_screens: bool,
    mode: InteractionMode,
}

impl Call {
    fn reads(&mut self, recorded: &Recorded) {
        let id = ParticipantId(recorded.seq.0);
        for person in people_of(&recorded.event) {
            assert_eq!(
                self.modes.get(&person),
                Some(&PresenceMode::Participant),
                "of monitors nothing is told: {:?}",
                recorded.event
            );
        }
        match &recorded.event {
            Event::ParticipantJoined {
                identity,
                presence_mode,
                role,
                ..
            } if *role != Role::Persona => {
                self.modes.insert(id, *presence_mode);
                if let Identity::Guest { invitation_id, .. } = identity {
                    self.guests.insert(*invitation_id, id);
                }
            }
            Event::InvitationRevoked { invitation_id } => {
                if let Some(guest) = self.guests.get(invitation_id) {
                    self.on.remove(guest);
                    self.joined.remove(guest);
                    self.asks.retain(|_, asked| asked != guest);
                }
            }
            Event::ParticipantLeft { participant_id, .. }
            | Event::ParticipantRemoved { participant_id, .. }
            | Event::ParticipantWentAway { participant_id, .. } => {
                self.on.remove(participant_id);
                self.joined.remove(participant_id);
                self.asks.retain(|_, asked| asked != participant_id);
            }
            Event::ConversationEnded { .. } => {
                self.on.clear();
                self.joined.clear();
            }
            Event::SettingsChanged { settings } => {
                self.disabled = settings.disable_video;
                self.many_screens = settings.many_screens;
                if self.disabled {
                    self.on.clear();
                    self.joined.clear();
                    self.asks.clear();
                }
            }
            Event::CallJoined { participant_id } => {
                assert!(
                    !self.disabled && self.mode != InteractionMode::Chat,
                    "there is a call to join"
                );
                assert!(self.joined.insert(*participant_id), "joined once");
            }
            Event::CallLeft { participant_id } => {
                assert!(
                    self.joined.remove(participant_id),
                    "left by one who was in it"
                );
                self.on.remove(participant_id);
                self.asks.retain(|_, asked| asked != participant_id);
            }
            Event::MediaSet {
                participant_id,
                camera,
                microphone,
                screen,
            } => {
                let before = self.on.get(participant_id).copied().unwrap_or_default();
                let now = Sources {
                    camera: *camera,
                    microphone: *microphone,
                    screen: *screen,
                };
                assert_ne!(before, now, "what is so is not said again");
                assert!(
                    !(self.disabled && now.exceed(before)),
                    "nothing is switched on while video is disabled"
                );
                self.on.insert(*participant_id, now);
                if now.any() {
                    self.joined.insert(*participant_id);
                }
                let screens = self.on.values().filter(|on| on.screen).count();
                let takes_the_screen = now.screen && !before.screen;
                if takes_the_screen && !self.many_screens {
                    assert_eq!(screens, 1, "one screen at a time");
                }
            }
            Event::ParticipantMuted {
                participant_id,
                source,
                by,
            } => {
                assert_ne!(participant_id, by);
                let on = self.on.get_mut(participant_id).expect("something was on");
                assert!(on.has(*source), "what is off is not switched off");
                *on = on.without(*source);
            }
            Event::TurnOnAsked {
                participant_id, by, ..
            } => {
                assert_ne!(participant_id, by);
                assert!(!self.disabled);
                self.asks.insert(AskId(recorded.seq.0), *participant_id);
            }
            Event::TurnOnAnswered { asked, .. } => {
                assert!(self.asks.remove(asked).is_some(), "answered once");
            }
            Event::ModeChosen { mode, .. } => {
                assert_ne!(self.mode, *mode);
                assert!(!self.disabled || *mode == InteractionMode::Chat);
                self.mode = *mode;
                if *mode == InteractionMode::Chat {
                    self.on.clear();
                    self.joined.clear();
                    self.asks.clear();
                }
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn grants_are_for_those_who_are_inside_connected_and_act(steps in story_of_a_call(200)) {
        let mut story = Story::in_company();
        for step in &steps {
            story.does(step);
            let state = &story.world.state;
            let without_video = !state.is_open() || state.settings().is_none_or(|settings| settings.disable_video);
            for participant in state.participants() {
                let grant = media_grant(state, participant.id);
                if !participant.is_inside() || !is_there(participant) || without_video || participant.role == Role::Persona {
                    prop_assert!(grant.is_err(), "{:?} {:?} holds a grant", participant.role, participant.presence);
                    prop_assert!(!participant.media.any(), "{:?} has something on", participant.role);
                }
                let Ok(grant) = grant else { continue };
                let acts = participant.presence_mode == PresenceMode::Participant;
                prop_assert_eq!(grant.hidden, !acts, "monitors are hidden, and nobody else");
                prop_assert!(acts || !grant.publish.any(), "a monitor publishes");
                prop_assert!(acts || !participant.media.any());
                prop_assert_eq!(grant.publish.screen, participant.media.screen, "the screen is published by who holds it");
            }
            // Neither those who knock nor those who wait.
            for recorded in &story.world.log {
                if let Event::JoinRequested { .. } = recorded.event {
                    prop_assert!(media_grant(state, ParticipantId(recorded.seq.0)).is_err());
                }
            }
        }
    }

    #[test]
    fn nobody_switches_anything_on_for_another(steps in story_of_a_call(200)) {
        let mut story = Story::in_company();
        for step in &steps {
            let before = switched_on(&story.world.state);
            story.does(step);
            for (id, now) in switched_on(&story.world.state) {
                let was = before.get(&id).copied().unwrap_or_default();
                if now.exceed(was) {
                    prop_assert_eq!(&story.acted, &Some(Actor::Participant(id)), "{:?} to {:?}", was, now);
                }
            }
        }
    }

    #[test]
    fn the_call_is_what_the_log_says(steps in story_of_a_call(200)) {
        let mut story = Story::in_company();
        let mut call = Call::default();
        let mut read = 0;
        for step in &steps {
            story.does(step);
            for recorded in &story.world.log[read..] {
                call.reads(recorded);
            }
            read = story.world.log.len();
            let state = &story.world.state;
            prop_assert_eq!(state.mode(), call.mode);
            for participant in state.participants() {
                let said = call.on.get(&participant.id).copied().unwrap_or_default();
                // A revoked invitation ends a guest's media without a word of its own.
                prop_assert!(participant.media == said || participant.role == Role::Guest, "{:?} is not {:?}", participant.media, said);
                prop_assert!(!participant.media.exceed(said));
                prop_assert_eq!(participant.in_call, call.joined.contains(&participant.id), "{:?}", participant.role);
                prop_assert!(participant.in_call || !participant.media.any(), "who sends something is in the call");
            }
            if state.mode() == InteractionMode::Chat {
                prop_assert!(state.participants().all(|one| !one.media.any() && !one.in_call), "in a chat nothing is on");
            }
            let asked: BTreeSet<(ParticipantId, MediaSource)> = state.asks().iter().map(|ask| (ask.participant_id, ask.source)).collect();
            prop_assert_eq!(asked.len(), state.asks().len(), "one request for each person and source");
            prop_assert!(state.asks().iter().all(|ask| call.asks.contains_key(&ask.id)), "a request outlived its call");
        }
    }

    /// The media server is told whenever a grant or what is on changed, so that no token outlives its permission for long.
    #[test]
    fn whatever_takes_something_away_has_the_media_server_told(steps in story_of_a_call(200)) {
        let mut story = Story::in_company();
        let mut state = story.world.state.clone();
        let mut read = story.world.log.len();
        for step in &steps {
            story.does(step);
            for recorded in &story.world.log[read..] {
                let before = state.clone();
                trialogue_conversation::apply(&mut state, recorded);
                let told = effects(&state, recorded).iter().any(|effect| matches!(effect, Effect::SyncMedia { .. }));
                for participant in before.participants() {
                    let was = media_grant(&before, participant.id).ok();
                    let is = media_grant(&state, participant.id).ok();
                    let media = state.participant(participant.id).map(|one| one.media).unwrap_or_default();
                    let lost = was.is_some() && is.is_none() || participant.media.exceed(media);
                    prop_assert!(!lost || told, "nobody tells the media server of {:?}", recorded.event);
                }
            }
            read = story.world.log.len();
        }
    }
}
