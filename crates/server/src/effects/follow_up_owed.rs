//! Mails the one who owes an answer in writing, once the visitor has left an address for it.

use super::handoff_mails::{mail_and_complete, reachable, visitor_name};
use super::worker::Outcome;
use crate::app::App;
use crate::mails::link;
use crate::problem::Problem;
use trialogue_conversation::ids::{ConversationId, HandoffId, UserId};
use trialogue_notify::{FollowUpOwed, Mail};
use trialogue_storage::LeasedEffect;

pub(super) async fn mail(
    app: &App,
    leased: &LeasedEffect,
    conversation_id: ConversationId,
    handoff_id: HandoffId,
    user_id: UserId,
) -> Result<Outcome, Problem> {
    let Some(user) = reachable(app, leased, user_id).await? else {
        return Ok(Outcome::GiveUp {
            error: "the one who owes the answer has no account any more".into(),
        });
    };
    let asked = app.rooms.ask(conversation_id, move |state| {
        let handoff = state.handoff(handoff_id)?;
        let said = handoff.questions.iter().filter_map(|id| state.said(*id));
        Some((
            state.about()?.persona.name.clone(),
            visitor_name(state),
            said.map(|message| message.text.clone()).collect(),
        ))
    });
    let Some((persona, visitor, questions)) = asked.await? else {
        return Ok(Outcome::Done);
    };
    let mail = Mail::FollowUpOwed(FollowUpOwed {
        persona,
        visitor,
        questions,
        dashboard: link(&app.link("/dashboard/handoffs"))?,
    });
    mail_and_complete(app, leased, &user.email, &mail).await
}
