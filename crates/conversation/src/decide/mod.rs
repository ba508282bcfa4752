//! May this actor do this now, and what follows? Each file holds what belongs to one matter.

mod access;
mod deciding;
mod ending;
mod entering;
mod handoffs;
mod hands;
mod inviting;
mod joining;
mod knocking;
mod leaving;
mod media;
mod messages;
mod presence;
mod settings;
mod staff;
mod starting;
mod turn_on;
mod turns;
mod wake;

use crate::command::{Actor, Command};
use crate::event::Event;
use crate::ids::{ParticipantId, Seq, Timestamp};
use crate::refusal::{AccessRefusal, Refusal};
use crate::state::State;
use deciding::Deciding;

pub(crate) use knocking::{may_knock_again_at, sees_at_most};
pub use staff::comes_as;

/// What a command leads to when it is not refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// To be appended to the log together, at the state's next seq.
    Events(Vec<Event>),
    /// The same was done before; nothing further happens.
    Already {
        /// The event it led to then, or the state's last seq where no single event stands for it.
        seq: Seq,
        /// Set when the actor is inside already.
        participant_id: Option<ParticipantId>,
    },
}

/// Decides a command against a state. Pure: the same arguments give the same answer.
pub fn decide(
    state: &State,
    actor: &Actor,
    command: &Command,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    // A clock that was set back does not undo what was due.
    let now = now.max(state.last_at);
    if let Command::StartConversation {
        conversation_id,
        workspace_id,
        persona,
        visitor_id,
        visitor_name,
        settings,
        continues,
    } = command
    {
        let start = starting::Start {
            conversation_id: *conversation_id,
            workspace_id: *workspace_id,
            persona,
            visitor_id: *visitor_id,
            visitor_name,
            settings,
            continues: *continues,
        };
        return starting::start(state, actor, &start, now);
    }
    let about = state.about().ok_or(AccessRefusal::NotStarted)?;
    let d = Deciding::new(state, about, now);
    match command {
        Command::StartConversation { .. } => Err(AccessRefusal::AlreadyStarted.into()),
        Command::ChangeSettings { settings } => settings::change_settings(d, actor, settings),
        Command::ChangePersona { persona } => settings::change_persona(d, actor, persona),
        Command::EndConversation => ending::end_conversation(d, actor),

        Command::Knock {
            name,
            role,
            door,
            purpose,
            asks_history,
        } => knocking::knock(
            d,
            actor,
            &knocking::Knock {
                name,
                role: *role,
                door,
                purpose,
                asks_history: *asks_history,
            },
        ),
        Command::Admit {
            request_id,
            history,
        } => joining::admit(d, actor, *request_id, *history),
        Command::Decline {
            request_id,
            for_good,
        } => joining::decline(d, actor, *request_id, *for_good),
        Command::WithdrawKnock { request_id } => joining::withdraw(d, actor, *request_id),
        Command::Join { request_id } => joining::join(d, actor, *request_id),
        Command::JoinAsStaff {
            name,
            role,
            presence_mode,
        } => staff::join_as_staff(d, actor, name, *role, *presence_mode),
        Command::StepIn => staff::step_in(d, actor),

        Command::InviteGuest { email, note } => inviting::invite_guest(d, actor, email, note),
        Command::RevokeInvitation { invitation_id } => inviting::revoke(d, actor, *invitation_id),
        Command::RejectInvitation { invitation_id } => inviting::reject(d, actor, *invitation_id),

        Command::Connected { participant_id } => presence::connected(d, actor, *participant_id),
        Command::Disconnected { participant_id } => {
            presence::disconnected(d, actor, *participant_id)
        }
        Command::Leave => leaving::leave(d, actor),
        Command::Remove { participant_id } => leaving::remove(d, actor, *participant_id),
        Command::Rename { name } => presence::rename(d, actor, name),
        Command::ShareHistory { participant_id } => {
            joining::share_history(d, actor, *participant_id)
        }

        Command::JoinCall => media::join_call(d, actor),
        Command::LeaveCall => media::leave_call(d, actor),
        Command::SetMedia(wanted) => media::set_media(d, actor, *wanted),
        Command::KeepMedia(still_on) => media::keep_media(d, actor, *still_on),
        Command::MuteParticipant {
            participant_id,
            source,
        } => media::mute(d, actor, *participant_id, *source),
        Command::ChooseMode { mode } => media::choose_mode(d, actor, *mode),
        Command::AskToTurnOn {
            participant_id,
            source,
        } => turn_on::ask(d, actor, *participant_id, *source),
        Command::AnswerTurnOn { asked, accept } => turn_on::answer(d, actor, *asked, *accept),
        Command::RaiseHand => hands::raise(d, actor),
        Command::LowerHand { participant_id } => hands::lower(d, actor, *participant_id),

        Command::PostMessage(message) => messages::post(d, actor, message),
        Command::RetractMessage { message_id } => messages::retract(d, actor, *message_id),
        Command::StopPersona => turns::stop(d, actor),
        Command::BeginSpeaking { turn_id } => turns::begin_speaking(d, actor, *turn_id),
        Command::FinishTurn { turn_id, outcome } => turns::finish(d, actor, *turn_id, outcome),
        Command::KeepDraft {
            turn_id,
            text,
            citations,
        } => turns::keep_draft(d, actor, *turn_id, text, citations),

        Command::MarkHandoffNotified {
            handoff_id,
            user_id,
        } => handoffs::mark_notified(d, actor, *handoff_id, *user_id),
        Command::OpenHandoff { handoff_id } => handoffs::open(d, actor, *handoff_id),
        Command::TakeHandoff { handoff_id } => handoffs::take(d, actor, *handoff_id),
        Command::CancelHandoff { handoff_id } => handoffs::cancel(d, actor, *handoff_id),
        Command::GiveFollowUpEmail { handoff_id, email } => {
            handoffs::give_email(d, actor, *handoff_id, email)
        }
        Command::AnswerFollowUp {
            handoff_id,
            answer,
            keep,
        } => handoffs::answer(d, actor, *handoff_id, answer, *keep),
        Command::ResolveHandoff {
            handoff_id,
            dismiss,
        } => handoffs::resolve(d, actor, *handoff_id, dismiss.as_deref()),
        Command::KeepKnowledge { question, answer } => {
            handoffs::keep_knowledge(d, actor, question, answer)
        }

        Command::Wake => wake::wake(d, actor),
    }
}
