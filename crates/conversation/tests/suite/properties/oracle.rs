//! What must hold of a log, worked out from the log alone: an account of the rules that shares no code with the core.

use super::steps::Manner;
use std::collections::{BTreeMap, BTreeSet};
use trialogue_conversation::event::{Event, HandbackCause, Recorded};
use trialogue_conversation::ids::{
    HandoffId, JoinRequestId, MessageId, ParticipantId, Timestamp, TurnId,
};
use trialogue_conversation::message::{MessageAudience, Notice, Provenance};
use trialogue_conversation::participant::{Identity, PresenceMode, Role};

const IDLE_MS: i64 = 10 * 60 * 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    Here,
    Away,
    Gone,
}

#[derive(Clone, Debug)]
struct Human {
    role: Role,
    acts: bool,
    place: Where,
    active_at: Timestamp,
}

#[derive(Clone, Debug)]
struct Asked {
    asker: ParticipantId,
    questions: Vec<MessageId>,
    whispered: bool,
    /// Something happened that outdates it (design §4.4), whether or not the log says so.
    outdated: bool,
    /// The log says so.
    said_outdated: bool,
}

/// Reads a log from its first entry and panics at the first that breaks a promise.
#[derive(Default)]
pub(super) struct Oracle {
    seq: u64,
    humans: BTreeMap<ParticipantId, Human>,
    /// After an idle handback, until another speaks, joins or returns.
    others_idle: bool,
    turns: BTreeMap<TurnId, Asked>,
    /// Messages that may make the persona speak: addressed to it, or said when no other human was present.
    may_be_answered: BTreeSet<MessageId>,
    whispers_to_persona: BTreeSet<MessageId>,
    requested: BTreeSet<JoinRequestId>,
    decided: BTreeSet<JoinRequestId>,
    admitted: BTreeSet<JoinRequestId>,
    over: BTreeSet<JoinRequestId>,
    /// Of each participant, who they are outside.
    people: BTreeMap<ParticipantId, String>,
    removed: BTreeSet<String>,
    open_handoff: Option<HandoffId>,
    taken: bool,
    /// Raised and neither settled nor owed.
    pub(super) unsettled_handoffs: BTreeSet<HandoffId>,
    ended: bool,
}

impl Oracle {
    pub(super) fn reads(&mut self, recorded: &Recorded, manners: &[(MessageId, Manner)]) {
        self.seq += 1;
        assert_eq!(recorded.seq.0, self.seq, "seqs have no gaps");
        if self.ended {
            let settles = matches!(
                recorded.event,
                Event::HandoffTaken { .. }
                    | Event::HandoffOpened { .. }
                    | Event::HandoffNotified { .. }
                    | Event::HandoffResolved { .. }
                    | Event::FollowUpEmailGiven { .. }
                    | Event::KnowledgeKept { .. }
            );
            assert!(
                settles,
                "after the end only what is owed is settled: {:?}",
                recorded.event
            );
        }
        self.joining(recorded);
        self.presence(recorded);
        self.talking(recorded, manners);
        self.turning(recorded);
        self.calling(recorded);
        self.ended |= matches!(recorded.event, Event::ConversationEnded { .. });
    }

    /// One decision per knock, nobody joins without one, and nobody who was removed.
    fn joining(&mut self, recorded: &Recorded) {
        let seq = recorded.seq.0;
        match &recorded.event {
            Event::ParticipantJoined { identity, .. } => {
                let person = person(identity);
                assert!(
                    !self.removed.contains(&person),
                    "a removed person's link is dead"
                );
                self.people.insert(ParticipantId(seq), person);
            }
            Event::ParticipantRemoved { participant_id, .. } => {
                self.removed.insert(self.people[participant_id].clone());
            }
            _ => {}
        }
        match &recorded.event {
            Event::JoinRequested { .. } => {
                self.requested.insert(JoinRequestId(seq));
            }
            Event::JoinAdmitted { request_id, by, .. } => {
                self.decides(*request_id);
                self.admitted.insert(*request_id);
                if let Some(by) = by {
                    let host = &self.humans[by];
                    let may_admit = matches!(host.role, Role::Visitor | Role::Owner | Role::Agent);
                    assert!(
                        host.acts && may_admit && host.place != Where::Gone,
                        "hosts admit"
                    );
                }
            }
            Event::JoinDeclined { request_id, .. } => {
                self.decides(*request_id);
                assert!(self.over.insert(*request_id), "one end per knock");
            }
            Event::JoinWithdrawn { request_id }
            | Event::JoinExpired { request_id }
            | Event::JoinRevoked { request_id } => {
                assert!(self.requested.contains(request_id));
                assert!(self.over.insert(*request_id), "one end per knock");
            }
            Event::ParticipantJoined {
                request_id: Some(request_id),
                ..
            } => {
                assert!(
                    self.admitted.contains(request_id),
                    "nobody joins who was not admitted"
                );
                assert!(self.over.insert(*request_id), "one end per knock");
            }
            Event::ParticipantJoined {
                request_id: None,
                role,
                ..
            } => {
                let at_start = seq <= 3 && matches!(role, Role::Visitor | Role::Persona);
                assert!(
                    at_start || matches!(role, Role::Agent | Role::Supervisor),
                    "only staff of the queue come without a knock"
                );
            }
            _ => {}
        }
    }

    fn decides(&mut self, request_id: JoinRequestId) {
        assert!(
            self.requested.contains(&request_id),
            "a knock comes before its decision"
        );
        assert!(
            !self.over.contains(&request_id),
            "what is over is not decided"
        );
        assert!(self.decided.insert(request_id), "one decision per knock");
    }

    fn presence(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        match &recorded.event {
            Event::ParticipantJoined {
                role,
                presence_mode,
                ..
            } if *role != Role::Persona => {
                let acts = *presence_mode == PresenceMode::Participant;
                let human = Human {
                    role: *role,
                    acts,
                    place: Where::Here,
                    active_at: at,
                };
                self.humans.insert(ParticipantId(recorded.seq.0), human);
                self.came(ParticipantId(recorded.seq.0), at);
            }
            Event::ParticipantReturned { participant_id, .. } => {
                let was_away = self.humans[participant_id].place == Where::Away;
                self.place(*participant_id, Where::Here);
                if was_away {
                    self.came(*participant_id, at);
                } else if let Some(human) = self.humans.get_mut(participant_id) {
                    human.active_at = at;
                }
            }
            Event::ParticipantWentAway { participant_id, .. } => {
                self.place(*participant_id, Where::Away)
            }
            Event::ParticipantLeft { participant_id, .. }
            | Event::ParticipantRemoved { participant_id, .. } => {
                self.place(*participant_id, Where::Gone);
                for turn in self.turns.values_mut() {
                    turn.outdated |= turn.asker == *participant_id;
                }
            }
            Event::HandedBack {
                cause: HandbackCause::Idle,
                ..
            } => {
                let latest = self
                    .others()
                    .map(|human| human.active_at)
                    .max()
                    .expect("somebody is idle");
                assert!(
                    at.0 - latest.0 >= IDLE_MS,
                    "nobody is called idle who is not"
                );
                self.others_idle = true;
            }
            Event::HandedBack { .. } => assert_eq!(
                self.others().count(),
                0,
                "handed back by the last other human"
            ),
            _ => {}
        }
    }

    /// Somebody is here who was not.
    fn came(&mut self, id: ParticipantId, at: Timestamp) {
        let Some(human) = self.humans.get_mut(&id) else {
            return;
        };
        human.active_at = at;
        if !human.acts || human.role == Role::Visitor {
            return;
        }
        let leads = matches!(human.role, Role::Owner | Role::Agent);
        self.others_idle = false;
        for turn in self.turns.values_mut() {
            turn.outdated |= leads;
        }
    }

    fn place(&mut self, id: ParticipantId, place: Where) {
        if let Some(human) = self.humans.get_mut(&id) {
            human.place = place;
        }
    }

    fn others(&self) -> impl Iterator<Item = &Human> {
        self.humans
            .values()
            .filter(|human| human.acts && human.role != Role::Visitor && human.place == Where::Here)
    }

    /// Whether somebody acts here besides this one, for whom the persona would have to be addressed.
    fn in_company(&self, speaker: ParticipantId) -> bool {
        let visitor_speaks = self
            .humans
            .get(&speaker)
            .is_some_and(|human| human.role == Role::Visitor);
        if visitor_speaks && self.others_idle {
            return false;
        }
        self.humans
            .iter()
            .any(|(id, human)| *id != speaker && human.acts && human.place == Where::Here)
    }

    fn talking(&mut self, recorded: &Recorded, manners: &[(MessageId, Manner)]) {
        let id = MessageId(recorded.seq.0);
        match &recorded.event {
            Event::MessagePosted {
                author: Some(author),
                provenance: Provenance::Human | Provenance::AiEdited { .. },
                audience,
                ..
            } => {
                let human = self
                    .humans
                    .get_mut(author)
                    .expect("people who are inside speak");
                assert!(
                    human.acts && human.place != Where::Gone,
                    "monitors and the gone do not speak"
                );
                if *audience == MessageAudience::StaffAndPersona {
                    self.whispers_to_persona.insert(id);
                }
                if *audience != MessageAudience::Everyone {
                    assert!(
                        !matches!(human.role, Role::Visitor | Role::Guest),
                        "staff whisper"
                    );
                    return;
                }
                human.active_at = recorded.at;
                if human.role != Role::Visitor {
                    self.others_idle = false;
                }
                for turn in self.turns.values_mut() {
                    turn.outdated |= turn.asker != *author;
                }
                let manner = manners
                    .iter()
                    .find(|(message, _)| *message == id)
                    .map_or(Manner::Plain, |(_, manner)| *manner);
                let addressed = matches!(
                    manner,
                    Manner::Named | Manner::Mentioned | Manner::RepliesToPersona
                );
                if addressed || !self.in_company(*author) {
                    self.may_be_answered.insert(id);
                }
            }
            Event::MessageRetracted { message_id, .. } => {
                for turn in self.turns.values_mut() {
                    turn.outdated |= turn.questions.contains(message_id);
                }
            }
            _ => {}
        }
    }

    /// The persona speaks when it may, and nothing of an outdated turn appears.
    fn turning(&mut self, recorded: &Recorded) {
        match &recorded.event {
            Event::TurnStarted {
                asker,
                questions,
                on_whisper_of,
                ..
            } => {
                assert!(!questions.is_empty(), "a turn answers something");
                for question in questions {
                    let may = self.may_be_answered.contains(question)
                        || self.whispers_to_persona.contains(question);
                    assert!(
                        may,
                        "the persona is about to answer what was not addressed to it: {question}"
                    );
                }
                let whispered = on_whisper_of.is_some();
                let asked = Asked {
                    asker: *asker,
                    questions: questions.clone(),
                    whispered,
                    outdated: false,
                    said_outdated: false,
                };
                let running = self
                    .turns
                    .values()
                    .filter(|turn| !turn.said_outdated)
                    .count();
                assert_eq!(running, 0, "one floor, one turn");
                self.turns.insert(TurnId(recorded.seq.0), asked);
            }
            Event::TurnOutdated { turn_id, .. } => {
                let turn = self.turns.get_mut(turn_id).expect("a running turn");
                assert!(!turn.said_outdated, "outdated once");
                turn.said_outdated = true;
            }
            Event::TurnSpeaking { turn_id, .. } => self.may_appear(*turn_id),
            Event::TurnFinished { turn_id, .. } => {
                self.may_appear(*turn_id);
                self.turns.remove(turn_id);
            }
            Event::MessagePosted {
                provenance: Provenance::Ai | Provenance::AiOnWhisper { .. },
                turn_id,
                notice,
                audience,
                ..
            } => {
                match turn_id {
                    Some(turn_id) => {
                        self.may_appear(*turn_id);
                        let by_whisper = matches!(
                            recorded.event,
                            Event::MessagePosted {
                                provenance: Provenance::AiOnWhisper { .. },
                                ..
                            }
                        );
                        assert_eq!(
                            by_whisper, self.turns[turn_id].whispered,
                            "provenance is true"
                        );
                    }
                    // Of its own accord it greets and steps back, no more.
                    None => {
                        let greets = recorded.seq.0 == 4;
                        assert!(
                            greets || matches!(notice, Some(Notice::SteppedBack { .. })),
                            "{:?}",
                            recorded.event
                        );
                    }
                }
                assert_eq!(*audience, MessageAudience::Everyone);
            }
            _ => {}
        }
    }

    fn may_appear(&self, turn_id: TurnId) {
        let turn = self
            .turns
            .get(&turn_id)
            .expect("a turn that was started and is not finished");
        assert!(!turn.said_outdated, "nothing of an outdated turn appears");
        assert!(!turn.outdated, "what outdates a turn is said in the log");
    }

    /// One open handoff, one lease.
    fn calling(&mut self, recorded: &Recorded) {
        match &recorded.event {
            Event::HandoffRaised { .. } => {
                assert_eq!(self.open_handoff, None, "one open handoff at a time");
                self.open_handoff = Some(HandoffId(recorded.seq.0));
                self.taken = false;
                self.unsettled_handoffs.insert(HandoffId(recorded.seq.0));
            }
            Event::HandoffTaken { handoff_id, .. } => {
                assert_eq!(self.open_handoff, Some(*handoff_id));
                assert!(!self.taken, "the first claim wins");
                self.taken = true;
                self.unsettled_handoffs.insert(*handoff_id);
            }
            Event::HandoffReleased { handoff_id, .. } => {
                assert_eq!(self.open_handoff, Some(*handoff_id));
                assert!(self.taken, "only what was taken is released");
                self.taken = false;
            }
            Event::HandoffExpired { handoff_id, .. } => {
                assert_eq!(self.open_handoff, Some(*handoff_id));
                self.taken = false;
                self.unsettled_handoffs.remove(handoff_id);
            }
            Event::HandoffResolved { handoff_id, .. } => {
                assert_eq!(self.open_handoff, Some(*handoff_id), "settled once");
                self.open_handoff = None;
                self.unsettled_handoffs.remove(handoff_id);
            }
            _ => {}
        }
    }
}

fn person(identity: &Identity) -> String {
    match identity {
        Identity::Guest { email, .. } => email.to_lowercase(),
        other => format!("{other:?}"),
    }
}
