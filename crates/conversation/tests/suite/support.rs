//! A conversation with named people, a clock that tests move, and verbs that read like the story.

use trialogue_conversation::command::{Actor, Command, PostMessage, TurnOutcome};
use trialogue_conversation::event::{Event, PersonaProfile, Recorded, UserRef};
use trialogue_conversation::handoff::{Handoff, HandoffState};
use trialogue_conversation::ids::{
    AskId, ConversationId, HandoffId, InvitationId, JoinRequestId, MessageId, ParticipantId,
    PersonaId, Seq, Timestamp, TurnId, UserId, VisitorId, WorkspaceId,
};
use trialogue_conversation::joining::{Door, HistoryGrant};
use trialogue_conversation::media::{MediaGrant, MediaSource, Sources, media_grant};
use trialogue_conversation::message::{MessageAudience, Notice};
use trialogue_conversation::participant::{Identity, Participant, PresenceMode, Role};
use trialogue_conversation::permissions::Action;
use trialogue_conversation::settings::Settings;
use trialogue_conversation::view::{View, WaitingState};
use trialogue_conversation::{
    Decision, Effect, Refusal, State, Viewer, Visibility, apply, decide, effects, next_wake,
    record, view, visible_to, waiting_view,
};
use uuid::Uuid;

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;

pub(crate) const SAM: VisitorId = VisitorId(Uuid::from_u128(1));
pub(crate) const DANA: UserId = UserId(Uuid::from_u128(2));
pub(crate) const CLEO: UserId = UserId(Uuid::from_u128(3));
pub(crate) const BEN: UserId = UserId(Uuid::from_u128(4));
pub(crate) const SUE: UserId = UserId(Uuid::from_u128(5));
pub(crate) const GINA_EMAIL: &str = "gina@example.org";

pub(crate) fn user(user_id: UserId) -> Identity {
    Identity::User { user_id }
}

pub(crate) fn outside(user_id: UserId) -> Actor {
    Actor::Outsider(user(user_id))
}

pub(crate) fn guest(invitation_id: InvitationId, email: &str) -> Actor {
    Actor::Outsider(Identity::Guest {
        invitation_id,
        email: email.into(),
    })
}

pub(crate) fn owner_in_dashboard() -> Actor {
    Actor::Staff {
        user_id: DANA,
        is_owner: true,
        is_admin: false,
        is_supervisor: false,
    }
}

pub(crate) fn staff(user_id: UserId) -> Actor {
    Actor::Staff {
        user_id,
        is_owner: false,
        is_admin: false,
        is_supervisor: false,
    }
}

pub(crate) fn admin(user_id: UserId) -> Actor {
    Actor::Staff {
        user_id,
        is_owner: false,
        is_admin: true,
        is_supervisor: false,
    }
}

pub(crate) fn supervisor(user_id: UserId) -> Actor {
    Actor::Staff {
        user_id,
        is_owner: false,
        is_admin: false,
        is_supervisor: true,
    }
}

pub(crate) fn name_of(user_id: UserId) -> &'static str {
    match user_id {
        DANA => "Dana",
        CLEO => "Cleo",
        BEN => "Ben",
        _ => "Sue",
    }
}

/// The persona “Michael”, Dana's.
pub(crate) fn michael() -> PersonaProfile {
    PersonaProfile {
        persona_id: PersonaId(Uuid::from_u128(100)),
        name: "Michael".into(),
        call_names: vec!["Michael AI".into()],
        greeting: "Hello, I am Michael's clone.".into(),
        owner: UserRef {
            user_id: DANA,
            name: "Dana".into(),
        },
        backups: vec![UserRef {
            user_id: BEN,
            name: "Ben".into(),
        }],
        picture: None,
    }
}

pub(crate) fn start_command() -> Command {
    Command::StartConversation {
        conversation_id: ConversationId(Uuid::from_u128(1000)),
        workspace_id: WorkspaceId(Uuid::from_u128(1001)),
        persona: michael(),
        visitor_id: SAM,
        visitor_name: "Sam".into(),
        settings: Settings::default(),
        continues: None,
    }
}

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) log: Vec<Recorded>,
    pub(crate) state: State,
    pub(crate) now: Timestamp,
    pub(crate) effects: Vec<Effect>,
}

impl World {
    pub(crate) fn empty() -> Self {
        Self {
            log: Vec::new(),
            state: State::default(),
            now: Timestamp(1_750_000_000_000),
            effects: Vec::new(),
        }
    }

    /// Sam and Michael, after the greeting.
    pub(crate) fn started() -> Self {
        Self::started_with(Settings::default())
    }

    pub(crate) fn started_with(with: Settings) -> Self {
        let mut world = Self::empty();
        let Command::StartConversation {
            conversation_id,
            workspace_id,
            persona,
            visitor_id,
            visitor_name,
            continues,
            ..
        } = start_command()
        else {
            unreachable!("start_command starts a conversation")
        };
        let command = Command::StartConversation {
            conversation_id,
            workspace_id,
            persona,
            visitor_id,
            visitor_name,
            settings: with,
            continues,
        };
        world.does(&Actor::System, command);
        world
    }

    /// Decides and applies. The seq is of the first event, or of the earlier one that it repeats.
    pub(crate) fn tries(&mut self, actor: &Actor, command: Command) -> Result<Seq, Refusal> {
        match decide(&self.state, actor, &command, self.now)? {
            Decision::Already { seq, .. } => Ok(seq),
            Decision::Events(events) => {
                assert!(
                    !events.is_empty(),
                    "{command:?} decided nothing and did not say so"
                );
                let first = Seq(self.state.seq().0 + 1);
                for recorded in record(self.state.seq(), self.now, events) {
                    apply(&mut self.state, &recorded);
                    self.effects.extend(effects(&self.state, &recorded));
                    self.log.push(recorded);
                }
                Ok(first)
            }
        }
    }

    #[track_caller]
    pub(crate) fn does(&mut self, actor: &Actor, command: Command) -> Seq {
        match self.tries(actor, command.clone()) {
            Ok(seq) => seq,
            Err(refusal) => panic!("{actor:?} was refused {command:?}: {refusal}"),
        }
    }

    /// The code of the refusal.
    #[track_caller]
    pub(crate) fn refused(&mut self, actor: &Actor, command: Command) -> &'static str {
        match self.tries(actor, command.clone()) {
            Ok(seq) => panic!("{actor:?} was let do {command:?} (seq {})", seq.0),
            Err(refusal) => {
                assert!(
                    refusal.sentence().ends_with('.'),
                    "a sentence for people: {}",
                    refusal.sentence()
                );
                refusal.code()
            }
        }
    }

    /// Whether this is a repeat that leads to nothing new.
    #[track_caller]
    pub(crate) fn is_repeat(&mut self, actor: &Actor, command: Command) -> bool {
        let before = self.state.seq();
        self.does(actor, command);
        self.state.seq() == before
    }

    /// Lets time pass, with everything that falls due on the way.
    pub(crate) fn wait(&mut self, ms: i64) {
        let until = self.now.plus_ms(ms);
        while let Some(at) = next_wake(&self.state).filter(|at| *at <= until) {
            self.now = self.now.max(at);
            let before = self.state.seq();
            self.does(&Actor::System, Command::Wake);
            assert!(self.state.seq() > before, "what is due does not stay due");
        }
        self.now = until;
    }

    pub(crate) fn sam(&self) -> ParticipantId {
        self.state
            .visitor()
            .expect("the conversation is started")
            .id
    }

    pub(crate) fn persona(&self) -> ParticipantId {
        self.state
            .persona()
            .expect("the conversation is started")
            .id
    }

    pub(crate) fn participant(&self, id: ParticipantId) -> &Participant {
        self.state.participant(id).expect("a known participant")
    }

    // Talking.

    #[track_caller]
    pub(crate) fn says(&mut self, who: ParticipantId, text: &str) -> MessageId {
        self.now = self.now.plus_ms(1);
        MessageId(self.does(&Actor::Participant(who), post(text)).0)
    }

    #[track_caller]
    pub(crate) fn whispers(
        &mut self,
        who: ParticipantId,
        text: &str,
        audience: MessageAudience,
    ) -> MessageId {
        let message = PostMessage {
            text: text.into(),
            audience,
            ..PostMessage::default()
        };
        MessageId(
            self.does(&Actor::Participant(who), Command::PostMessage(message))
                .0,
        )
    }

    pub(crate) fn turn(&self) -> Option<TurnId> {
        self.state.floor().turn.as_ref().map(|turn| turn.id)
    }

    #[track_caller]
    pub(crate) fn running_turn(&self) -> TurnId {
        self.turn().expect("the persona has a turn")
    }

    #[track_caller]
    pub(crate) fn begins_speaking(&mut self) -> TurnId {
        let turn_id = self.running_turn();
        self.does(&Actor::System, Command::BeginSpeaking { turn_id });
        turn_id
    }

    /// The running turn is answered.
    #[track_caller]
    pub(crate) fn answers(&mut self, text: &str) {
        let outcome = TurnOutcome::Answered {
            text: text.into(),
            citations: Vec::new(),
            confidence: 90,
        };
        self.finishes(outcome);
    }

    #[track_caller]
    pub(crate) fn finishes(&mut self, outcome: TurnOutcome) {
        let turn_id = self.running_turn();
        self.does(&Actor::System, Command::FinishTurn { turn_id, outcome });
    }

    /// Sam asks, and Michael does not know.
    #[track_caller]
    pub(crate) fn handoff(&mut self, question: &str) -> HandoffId {
        let sam = self.sam();
        self.says(sam, question);
        self.finishes(TurnOutcome::CannotAnswer { confidence: 10 });
        self.state.open_handoff().expect("a handoff was raised").id
    }

    pub(crate) fn handoff_state(&self, id: HandoffId) -> &HandoffState {
        &self.known_handoff(id).state
    }

    pub(crate) fn known_handoff(&self, id: HandoffId) -> &Handoff {
        self.state.handoff(id).expect("a known handoff")
    }

    // Joining.

    #[track_caller]
    pub(crate) fn knocks(&mut self, user_id: UserId) -> JoinRequestId {
        JoinRequestId(self.does(&outside(user_id), knock_by_url(user_id)).0)
    }

    #[track_caller]
    pub(crate) fn admits(&mut self, host: ParticipantId, request_id: JoinRequestId) {
        self.does(
            &Actor::Participant(host),
            Command::Admit {
                request_id,
                history: HistoryGrant::All,
            },
        );
    }

    #[track_caller]
    pub(crate) fn joins(&mut self, actor: &Actor, request_id: JoinRequestId) -> ParticipantId {
        self.does(actor, Command::Join { request_id });
        let Actor::Outsider(identity) = actor else {
            panic!("{actor:?} joins from outside")
        };
        self.state.participant_of(identity).expect("joined").id
    }

    /// Knocks at Sam's door, is let in, joins.
    #[track_caller]
    pub(crate) fn comes_in(&mut self, user_id: UserId) -> ParticipantId {
        let sam = self.sam();
        let request_id = self.knocks(user_id);
        self.admits(sam, request_id);
        self.joins(&outside(user_id), request_id)
    }

    #[track_caller]
    pub(crate) fn invites(&mut self, who: ParticipantId, email: &str) -> InvitationId {
        let note = "please help".to_owned();
        InvitationId(
            self.does(
                &Actor::Participant(who),
                Command::InviteGuest {
                    email: email.into(),
                    note,
                },
            )
            .0,
        )
    }

    #[track_caller]
    pub(crate) fn guest_knocks(
        &mut self,
        invitation_id: InvitationId,
        email: &str,
    ) -> JoinRequestId {
        JoinRequestId(
            self.does(&guest(invitation_id, email), knock_as_guest(invitation_id))
                .0,
        )
    }

    /// Gina is invited by Sam, knocks, is let in without the history, joins.
    #[track_caller]
    pub(crate) fn gina_comes_in(&mut self) -> ParticipantId {
        let sam = self.sam();
        let invitation_id = self.invites(sam, GINA_EMAIL);
        let request_id = self.guest_knocks(invitation_id, GINA_EMAIL);
        self.does(
            &Actor::Participant(sam),
            Command::Admit {
                request_id,
                history: HistoryGrant::FromJoin,
            },
        );
        self.joins(&guest(invitation_id, GINA_EMAIL), request_id)
    }

    #[track_caller]
    pub(crate) fn sue_monitors(&mut self) -> ParticipantId {
        let command = Command::JoinAsStaff {
            name: "Sue".into(),
            role: Role::Supervisor,
            presence_mode: PresenceMode::Monitor,
        };
        ParticipantId(self.does(&admin(SUE), command).0)
    }

    // In the call.

    /// Switches on what is named, and everything else off.
    #[track_caller]
    pub(crate) fn switches(&mut self, who: ParticipantId, on: &str) -> Seq {
        self.does(&Actor::Participant(who), Command::SetMedia(sources(on)))
    }

    #[track_caller]
    pub(crate) fn mutes(&mut self, by: ParticipantId, who: ParticipantId, source: MediaSource) {
        self.does(&Actor::Participant(by), mute(who, source));
    }

    #[track_caller]
    pub(crate) fn asks_to_turn_on(
        &mut self,
        by: ParticipantId,
        participant_id: ParticipantId,
        source: MediaSource,
    ) -> AskId {
        let command = Command::AskToTurnOn {
            participant_id,
            source,
        };
        AskId(self.does(&Actor::Participant(by), command).0)
    }

    pub(crate) fn on(&self, who: ParticipantId) -> Sources {
        self.participant(who).media
    }

    pub(crate) fn grant(&self, who: ParticipantId) -> Result<MediaGrant, &'static str> {
        media_grant(&self.state, who).map_err(|refusal| refusal.code())
    }

    pub(crate) fn connects(&mut self, participant_id: ParticipantId) {
        self.does(&Actor::System, Command::Connected { participant_id });
    }

    pub(crate) fn disconnects(&mut self, participant_id: ParticipantId) {
        self.does(&Actor::System, Command::Disconnected { participant_id });
    }

    pub(crate) fn leaves(&mut self, participant_id: ParticipantId) {
        self.does(&Actor::Participant(participant_id), Command::Leave);
    }

    pub(crate) fn changes_settings(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.state.settings().expect("started").clone();
        change(&mut settings);
        self.does(&Actor::System, Command::ChangeSettings { settings });
    }

    // Looking.

    #[track_caller]
    pub(crate) fn viewer(&self, id: ParticipantId) -> Viewer {
        Viewer::participant(&self.state, id).expect("somebody who may look")
    }

    #[track_caller]
    pub(crate) fn view_of(&self, id: ParticipantId) -> View {
        view(&self.state, &self.viewer(id), self.now).expect("started")
    }

    #[track_caller]
    pub(crate) fn waits(&self, request_id: JoinRequestId) -> WaitingState {
        waiting_view(&self.state, request_id, self.now)
            .expect("a known knock")
            .state
    }

    #[track_caller]
    pub(crate) fn allows(&self, id: ParticipantId, action: Action) -> bool {
        self.view_of(id).you.allowed.contains(&action)
    }

    /// What this participant is shown of the whole log.
    pub(crate) fn shown_to(&self, id: ParticipantId) -> Vec<Event> {
        shown(&self.log, &self.viewer(id))
    }

    /// The texts of messages that this participant is shown.
    pub(crate) fn reads(&self, id: ParticipantId) -> Vec<String> {
        let texts = self
            .shown_to(id)
            .into_iter()
            .filter_map(|event| match event {
                Event::MessagePosted { text, .. } => Some(text),
                _ => None,
            });
        texts.collect()
    }

    pub(crate) fn notices(&self) -> Vec<Notice> {
        let notices = self
            .log
            .iter()
            .filter_map(|recorded| match &recorded.event {
                Event::MessagePosted { notice, .. } => notice.clone(),
                _ => None,
            });
        notices.collect()
    }

    pub(crate) fn last_text(&self) -> String {
        self.state
            .messages()
            .next_back()
            .expect("a message")
            .text
            .clone()
    }

    pub(crate) fn events_since(&self, seq: Seq) -> Vec<&Event> {
        self.log
            .iter()
            .filter(|recorded| recorded.seq > seq)
            .map(|recorded| &recorded.event)
            .collect()
    }
}

pub(crate) fn shown(log: &[Recorded], viewer: &Viewer) -> Vec<Event> {
    let visible = log
        .iter()
        .filter_map(|recorded| match visible_to(recorded, viewer) {
            Visibility::Whole => Some(recorded.event.clone()),
            Visibility::Redacted(event) => Some(event),
            Visibility::Hidden => None,
        });
    visible.collect()
}

/// “camera microphone screen”, or some of them.
pub(crate) fn sources(on: &str) -> Sources {
    Sources {
        camera: on.contains("camera"),
        microphone: on.contains("microphone"),
        screen: on.contains("screen"),
    }
}

pub(crate) fn mute(participant_id: ParticipantId, source: MediaSource) -> Command {
    Command::MuteParticipant {
        participant_id,
        source,
    }
}

pub(crate) fn post(text: &str) -> Command {
    Command::PostMessage(PostMessage {
        text: text.into(),
        ..PostMessage::default()
    })
}

pub(crate) fn knock_by_url(user_id: UserId) -> Command {
    knock(user_id, Door::ConversationUrl, Role::Colleague)
}

pub(crate) fn knock_by_owner_link(user_id: UserId) -> Command {
    knock(user_id, Door::OwnerLink, Role::Agent)
}

fn knock(user_id: UserId, door: Door, role: Role) -> Command {
    Command::Knock {
        name: name_of(user_id).into(),
        role,
        door,
        purpose: "to help".into(),
        asks_history: HistoryGrant::All,
    }
}

pub(crate) fn knock_as_guest(invitation_id: InvitationId) -> Command {
    Command::Knock {
        name: "Gina".into(),
        role: Role::Guest,
        door: Door::GuestInvitation { invitation_id },
        purpose: String::new(),
        asks_history: HistoryGrant::FromJoin,
    }
}
