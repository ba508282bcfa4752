//! Design §4.5: calling a person in.

use crate::support::*;
use trialogue_conversation::Effect;
use trialogue_conversation::command::{Actor, Command, TurnOutcome};
use trialogue_conversation::event::Event;
use trialogue_conversation::handoff::{HandoffReason, HandoffResolution, HandoffState};
use trialogue_conversation::ids::{HandoffId, JoinRequestId, ParticipantId, UserId};
use trialogue_conversation::message::{Citation, MessageAudience};
use trialogue_conversation::permissions::Action;

fn mails(world: &World) -> Vec<UserId> {
    let mails = world.effects.iter().filter_map(|effect| match effect {
        Effect::MailHandoff { user_id, .. } => Some(*user_id),
        _ => None,
    });
    mails.collect()
}

fn withdrawals(world: &World) -> Vec<UserId> {
    let mails = world.effects.iter().filter_map(|effect| match effect {
        Effect::MailHandoffWithdrawn { user_id, .. } => Some(*user_id),
        _ => None,
    });
    mails.collect()
}

fn told(world: &mut World, handoff_id: HandoffId, user_id: UserId) {
    world.does(
        &Actor::System,
        Command::MarkHandoffNotified {
            handoff_id,
            user_id,
        },
    );
}

fn take(handoff_id: HandoffId) -> Command {
    Command::TakeHandoff { handoff_id }
}

/// The owner knocks by the link in their mail, is let in, joins.
fn by_owner_link(world: &mut World, user_id: UserId) -> ParticipantId {
    let sam = world.sam();
    let request_id = JoinRequestId(
        world
            .does(&outside(user_id), knock_by_owner_link(user_id))
            .0,
    );
    world.admits(sam, request_id);
    world.joins(&outside(user_id), request_id)
}

#[test]
fn each_reason_raises_a_handoff_and_the_persona_says_whom_it_asks() {
    let low = TurnOutcome::Answered {
        text: "Perhaps.".into(),
        citations: vec![],
        confidence: 30,
    };
    let cases = [
        (
            TurnOutcome::CannotAnswer { confidence: 5 },
            HandoffReason::CannotAnswer,
            "I can't answer that",
        ),
        // Something was found that is not sure enough.
        (
            TurnOutcome::CannotAnswer { confidence: 41 },
            HandoffReason::LowConfidence {
                confidence: 41,
                threshold: 50,
            },
            "I can't answer that",
        ),
        // The sources hold something sure, and the answerer says that it does not suffice.
        (
            TurnOutcome::CannotAnswer { confidence: 80 },
            HandoffReason::CannotAnswer,
            "I can't answer that",
        ),
        (
            low,
            HandoffReason::LowConfidence {
                confidence: 30,
                threshold: 50,
            },
            "I can't answer that",
        ),
        (
            TurnOutcome::AskedForPerson,
            HandoffReason::AskedForPerson,
            "I'm asking Dana to join us",
        ),
        (
            TurnOutcome::Topic {
                topic: "refunds".into(),
            },
            HandoffReason::Topic {
                topic: "refunds".into(),
            },
            "That is for Dana",
        ),
    ];
    for (outcome, reason, begins) in cases {
        let mut world = World::started();
        let sam = world.sam();
        let question = world.says(sam, "Can I get a refund?");
        world.finishes(outcome);
        let handoff = world.state.open_handoff().expect("raised");
        assert_eq!(
            (&handoff.reason, &handoff.questions),
            (&reason, &vec![question])
        );
        assert!(
            world.last_text().starts_with(begins),
            "{}",
            world.last_text()
        );
        assert!(world.last_text().contains("Dana"));
    }
}

#[test]
fn an_answer_below_the_threshold_is_never_published() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Can I get a refund?");
    world.finishes(TurnOutcome::Answered {
        text: "Perhaps so.".into(),
        citations: vec![],
        confidence: 49,
    });
    assert!(world.log.iter().all(|recorded| {
        !serde_json::to_string(recorded)
            .expect("serialises")
            .contains("Perhaps so.")
    }));
}

#[test]
fn an_answer_at_the_threshold_is_given() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "Can I get a refund?");
    world.finishes(TurnOutcome::Answered {
        text: "Yes, within a week.".into(),
        citations: vec![],
        confidence: 50,
    });
    assert_eq!(world.last_text(), "Yes, within a week.");
    assert!(world.state.open_handoff().is_none());
}

#[test]
fn the_owner_gets_one_mail_per_open_handoff_and_further_questions_join_it() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    for question in ["And for two tickets?", "And when?"] {
        assert_eq!(world.handoff(question), handoff_id);
    }
    assert_eq!(mails(&world), [DANA]);
    assert_eq!(world.known_handoff(handoff_id).questions.len(), 3);
    assert_eq!(world.last_text(), "I've added this to what I asked Dana.");
}

#[test]
fn the_mail_carries_a_join_link_only_while_in_call_users_are_on() {
    for in_call_users in [true, false] {
        let mut world = World::started();
        world.changes_settings(|settings| settings.in_call_users = in_call_users);
        world.handoff("Can I get a refund?");
        let with_link = world.effects.iter().find_map(|effect| match effect {
            Effect::MailHandoff { with_link, .. } => Some(*with_link),
            _ => None,
        });
        assert_eq!(with_link, Some(in_call_users));
    }
}

#[test]
fn the_visitor_sees_the_truth_told_opened_not_yet_joined() {
    let mut world = World::started();
    let sam = world.sam();
    let handoff_id = world.handoff("Can I get a refund?");
    assert_eq!(
        world.view_of(sam).handoff.expect("a card").state,
        HandoffState::Raised
    );
    told(&mut world, handoff_id, DANA);
    let told_at = world.now;
    world.now = world.now.plus_ms(MINUTE);
    world.does(&owner_in_dashboard(), Command::OpenHandoff { handoff_id });
    let opened_at = world.now;
    let card = world.view_of(sam).handoff.expect("a card");
    assert_eq!(card.state, HandoffState::Notified);
    assert_eq!(
        card.chain.len(),
        1,
        "who would be asked later is not the visitor's to see"
    );
    assert_eq!(
        (
            card.chain[0].name.as_str(),
            card.chain[0].told_at,
            card.chain[0].opened_at
        ),
        ("Dana", Some(told_at), Some(opened_at))
    );
    assert!(world.is_repeat(&owner_in_dashboard(), Command::OpenHandoff { handoff_id }));
    assert!(world.is_repeat(
        &Actor::System,
        Command::MarkHandoffNotified {
            handoff_id,
            user_id: DANA
        }
    ));
}

#[test]
fn if_nobody_takes_it_in_time_the_chain_goes_on_and_then_an_answer_is_owed() {
    let mut world = World::started();
    let sam = world.sam();
    let handoff_id = world.handoff("Can I get a refund?");
    told(&mut world, handoff_id, DANA);
    world.wait(5 * MINUTE);
    assert_eq!(mails(&world), [DANA, BEN]);
    assert!(world.known_handoff(handoff_id).chain[0].withdrawn);
    world.wait(5 * MINUTE);
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::FollowUp {
            owed_by: DANA,
            email: None
        }
    );
    assert_eq!(
        world.last_text(),
        "Nobody could come just now. Leave your e-mail address, and Dana will answer you there."
    );
    assert!(world.allows(sam, Action::GiveFollowUpEmail));
}

#[test]
fn the_answer_is_sent_to_the_address_that_the_visitor_leaves() {
    let mut world = World::started();
    let sam = world.sam();
    let handoff_id = world.handoff("Can I get a refund?");
    let give = |email: &str| Command::GiveFollowUpEmail {
        handoff_id,
        email: email.into(),
    };
    assert_eq!(
        world.refused(&Actor::Participant(sam), give("sam@example.org")),
        "follow_up_not_owed"
    );
    world.wait(10 * MINUTE);
    assert_eq!(
        world.refused(&Actor::Participant(sam), give("not an address")),
        "bad_email"
    );
    world.does(&Actor::Participant(sam), give(" Sam@Example.org"));
    assert!(world.is_repeat(&Actor::Participant(sam), give("sam@example.org")));
    world.does(&Actor::Participant(sam), give("sam@example.com"));
    world.does(&Actor::Participant(sam), give("sam@example.org"));
    let owed = Effect::MailFollowUpOwed {
        handoff_id,
        user_id: DANA,
    };
    let told: std::collections::HashSet<String> = world
        .effects
        .iter()
        .filter(|effect| **effect == owed)
        .map(Effect::key)
        .collect();
    assert_eq!(told.len(), 1, "whoever owes the answer is told once");
    let answer = Command::AnswerFollowUp {
        handoff_id,
        answer: "Within a week, yes.".into(),
        keep: true,
    };
    world.does(&owner_in_dashboard(), answer.clone());
    assert!(world.effects.contains(&Effect::MailFollowUp {
        handoff_id,
        email: "sam@example.org".into(),
        answer: "Within a week, yes.".into(),
        by: Some(DANA)
    }));
    assert!(world.is_repeat(&owner_in_dashboard(), answer));
    let kept = world.effects.iter().any(|effect| {
        matches!(effect, Effect::KeepKnowledge { question, answer, by: DANA, .. }
            if question == "Can I get a refund?" && answer == "Within a week, yes.")
    });
    assert!(kept, "kept as knowledge with one click");
}

#[test]
fn without_an_address_the_written_answer_waits_in_the_conversation() {
    let mut world = World::started();
    let sam = world.sam();
    let handoff_id = world.handoff("Can I get a refund?");
    let answer = Command::AnswerFollowUp {
        handoff_id,
        answer: "Within a week, yes.".into(),
        keep: false,
    };
    world.does(&owner_in_dashboard(), answer);
    assert!(
        !world
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::MailFollowUp { .. }))
    );
    assert!(
        serde_json::to_string(&world.shown_to(sam))
            .expect("serialises")
            .contains("Within a week, yes.")
    );
}

#[test]
fn the_first_claim_wins_and_the_other_notices_are_withdrawn() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    told(&mut world, handoff_id, DANA);
    world.wait(5 * MINUTE);
    told(&mut world, handoff_id, BEN);
    world.does(&staff(BEN), take(handoff_id));
    assert_eq!(withdrawals(&world), [DANA]);
    let refusal = world
        .tries(&owner_in_dashboard(), take(handoff_id))
        .unwrap_err();
    assert_eq!(
        (refusal.code(), refusal.sentence().as_str()),
        ("handoff_taken", "Ben took this handoff.")
    );
    assert!(world.is_repeat(&staff(BEN), take(handoff_id)));
}

#[test]
fn the_owner_may_still_take_it_after_it_went_on() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    world.wait(7 * MINUTE);
    world.does(&owner_in_dashboard(), take(handoff_id));
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::Taken { by: DANA }
    );
}

#[test]
fn strangers_of_the_workspace_take_nothing() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    assert_eq!(world.refused(&staff(CLEO), take(handoff_id)), "wrong_actor");
    let cleo = world.comes_in(CLEO);
    assert_eq!(
        world.refused(&Actor::Participant(cleo), take(handoff_id)),
        "not_allowed"
    );
    let sam = world.sam();
    assert_eq!(
        world.refused(&Actor::Participant(sam), take(handoff_id)),
        "not_allowed"
    );
}

#[test]
fn whoever_comes_by_the_owner_link_takes_it_and_gets_a_brief() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "When does it start?");
    let citation = Citation {
        source_id: "s".into(),
        source_title: "Programme".into(),
        place: "p. 1".into(),
        text: "at nine".into(),
    };
    world.finishes(TurnOutcome::Answered {
        text: "At nine.".into(),
        citations: vec![citation],
        confidence: 95,
    });
    let handoff_id = world.handoff("Can I get a refund?");
    let dana = by_owner_link(&mut world, DANA);
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::Taken { by: DANA }
    );
    assert_eq!(world.known_handoff(handoff_id).taken_by, Some(dana));
    let brief = world
        .view_of(dana)
        .handoff
        .and_then(|card| card.brief)
        .expect("staff get a brief");
    assert_eq!(brief.visitor, "Sam");
    assert_eq!(brief.asked, ["Can I get a refund?"]);
    assert_eq!(brief.open_question, "Can I get a refund?");
    assert_eq!(brief.tried, ["At nine."]);
    assert_eq!(brief.reason, "The sources do not hold an answer.");
    assert!(world.view_of(sam).handoff.expect("a card").brief.is_none());
}

#[test]
fn a_backup_who_comes_by_the_link_leads_as_an_agent() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    let ben = by_owner_link(&mut world, BEN);
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::Taken { by: BEN }
    );
    assert!(world.participant(ben).is_host());
}

#[test]
fn a_claim_without_coming_runs_out_and_goes_on() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    world.does(&owner_in_dashboard(), take(handoff_id));
    world.wait(5 * MINUTE);
    assert_eq!(mails(&world), [DANA, BEN]);
    assert!(!matches!(
        world.handoff_state(handoff_id),
        HandoffState::Taken { .. }
    ));
}

#[test]
fn a_claim_holds_while_its_taker_is_here() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    by_owner_link(&mut world, DANA);
    world.wait(HOUR);
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::Taken { by: DANA }
    );
}

#[test]
fn a_taker_who_leaves_without_a_word_gives_it_up_and_the_next_is_asked_at_once() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    let dana = by_owner_link(&mut world, DANA);
    world.leaves(dana);
    assert_eq!(mails(&world), [DANA, BEN]);
    let ben = by_owner_link(&mut world, BEN);
    world.leaves(ben);
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::FollowUp {
            owed_by: DANA,
            email: None
        }
    );
}

#[test]
fn a_taker_who_spoke_and_leaves_has_answered_it() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    let dana = by_owner_link(&mut world, DANA);
    world.says(dana, "Yes, within a week.");
    world.leaves(dana);
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::Resolved {
            how: HandoffResolution::AnsweredLive
        }
    );
}

#[test]
fn a_whisper_is_not_an_answer() {
    for audience in [MessageAudience::Staff, MessageAudience::StaffAndPersona] {
        let mut world = World::started();
        let handoff_id = world.handoff("Can I get a refund?");
        let dana = by_owner_link(&mut world, DANA);
        world.whispers(dana, "what do I say?", audience);
        world.leaves(dana);
        assert!(!matches!(
            world.handoff_state(handoff_id),
            HandoffState::Resolved { .. }
        ));
    }
}

#[test]
fn a_taker_whose_connection_does_not_come_back_gives_it_up() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    let dana = by_owner_link(&mut world, DANA);
    world.disconnects(dana);
    world.wait(MINUTE);
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::Taken { by: DANA }
    );
    world.wait(5 * MINUTE);
    assert_eq!(mails(&world), [DANA, BEN]);
}

#[test]
fn the_taker_settles_it() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    let resolve = |dismiss: Option<&str>| Command::ResolveHandoff {
        handoff_id,
        dismiss: dismiss.map(str::to_owned),
    };
    assert_eq!(
        world.refused(&owner_in_dashboard(), resolve(None)),
        "handoff_not_taken"
    );
    let dana = by_owner_link(&mut world, DANA);
    world.does(&Actor::Participant(dana), resolve(None));
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::Resolved {
            how: HandoffResolution::AnsweredLive
        }
    );
    assert!(world.is_repeat(&Actor::Participant(dana), resolve(None)));
    assert_eq!(
        world.refused(&Actor::Participant(dana), resolve(Some("a joke"))),
        "handoff_settled"
    );
}

#[test]
fn staff_may_dismiss_it_and_the_visitor_does_not_read_why() {
    let mut world = World::started();
    let sam = world.sam();
    let handoff_id = world.handoff("Buy my watches");
    world.does(
        &owner_in_dashboard(),
        Command::ResolveHandoff {
            handoff_id,
            dismiss: Some("a peddler".into()),
        },
    );
    let shown =
        serde_json::to_string(&(world.shown_to(sam), world.view_of(sam))).expect("serialises");
    assert!(!shown.contains("peddler"));
    assert!(shown.contains("dismissed"));
}

#[test]
fn the_visitor_can_cancel_and_nobody_else() {
    let mut world = World::started();
    let sam = world.sam();
    let gina = world.gina_comes_in();
    let handoff_id = {
        world.says(sam, "Michael, can I get a refund?");
        world.finishes(TurnOutcome::CannotAnswer { confidence: 0 });
        world.state.open_handoff().expect("raised").id
    };
    told(&mut world, handoff_id, DANA);
    let cancel = Command::CancelHandoff { handoff_id };
    assert_eq!(
        world.refused(&Actor::Participant(gina), cancel.clone()),
        "not_allowed"
    );
    world.does(&Actor::Participant(sam), cancel);
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::Resolved {
            how: HandoffResolution::CancelledByVisitor
        }
    );
    assert_eq!(withdrawals(&world), [DANA]);
    let mail = Effect::MailHandoff {
        handoff_id,
        user_id: DANA,
        with_link: true,
        seq: trialogue_conversation::ids::Seq(handoff_id.0),
    };
    assert!(
        !mail.is_wanted(&world.state),
        "no mail for what was settled meanwhile"
    );
}

#[test]
fn after_one_is_settled_the_next_question_raises_a_new_one() {
    let mut world = World::started();
    let sam = world.sam();
    let first = world.handoff("Can I get a refund?");
    world.does(
        &Actor::Participant(sam),
        Command::CancelHandoff { handoff_id: first },
    );
    let second = world.handoff("And a voucher?");
    assert_ne!(first, second);
    assert_eq!(mails(&world), [DANA, DANA]);
}

#[test]
fn nobody_is_called_while_the_owner_is_here() {
    let mut world = World::started();
    let sam = world.sam();
    world.comes_in(DANA);
    world.says(sam, "Michael, can I get a refund?");
    world.finishes(TurnOutcome::CannotAnswer { confidence: 0 });
    assert!(world.state.open_handoff().is_none());
    assert_eq!(
        world.last_text(),
        "I can't answer that from what I know. Dana is here and can."
    );
}

#[test]
fn a_handoff_outlives_the_conversation_as_a_follow_up() {
    let mut world = World::started();
    let sam = world.sam();
    let handoff_id = world.handoff("Can I get a refund?");
    world.does(&Actor::Participant(sam), Command::EndConversation);
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::FollowUp {
            owed_by: DANA,
            email: None
        }
    );
    assert_eq!(
        world.last_text(),
        "Your question stays open. Leave your e-mail address, and Dana will answer you there."
    );
    let give = Command::GiveFollowUpEmail {
        handoff_id,
        email: "sam@example.org".into(),
    };
    world.does(&Actor::Participant(sam), give);
    let answer = Command::AnswerFollowUp {
        handoff_id,
        answer: "Yes.".into(),
        keep: false,
    };
    world.does(&owner_in_dashboard(), answer);
    assert!(
        world
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::MailFollowUp { .. }))
    );
}

#[test]
fn after_the_end_it_is_answered_in_writing_and_taken_by_nobody() {
    let mut world = World::started();
    let sam = world.sam();
    let handoff_id = world.handoff("Can I get a refund?");
    let dana = by_owner_link(&mut world, DANA);
    world.does(&Actor::Participant(sam), Command::EndConversation);
    assert!(!world.allows(dana, Action::TakeHandoff));
    assert!(world.allows(dana, Action::AnswerFollowUp));
    let actors = [
        Actor::Participant(dana),
        owner_in_dashboard(),
        staff(BEN),
        admin(SUE),
    ];
    for actor in actors {
        assert_eq!(
            world.refused(&actor, take(handoff_id)),
            "handoff_in_writing"
        );
    }
    assert!(matches!(
        world.handoff_state(handoff_id),
        HandoffState::FollowUp { owed_by: DANA, .. }
    ));
}

#[test]
fn a_question_that_was_taken_back_is_not_kept_with_the_answer() {
    let mut world = World::started();
    let sam = world.sam();
    let handoff_id = world.handoff("Can I get a refund?");
    world.handoff("My number is 0170 555, call me?");
    let Some(secret) = world.known_handoff(handoff_id).questions.last().copied() else {
        panic!("two questions");
    };
    world.does(
        &Actor::Participant(sam),
        Command::RetractMessage { message_id: secret },
    );
    world.does(
        &owner_in_dashboard(),
        Command::AnswerFollowUp {
            handoff_id,
            answer: "Within a week.".into(),
            keep: true,
        },
    );
    let kept = world.effects.iter().find_map(|effect| match effect {
        Effect::KeepKnowledge { question, .. } => Some(question.as_str()),
        _ => None,
    });
    assert_eq!(kept, Some("Can I get a refund?"));
}

#[test]
fn who_was_told_that_it_is_taken_is_not_told_again_when_it_is_settled() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    told(&mut world, handoff_id, DANA);
    world.wait(5 * MINUTE);
    told(&mut world, handoff_id, BEN);
    world.does(&owner_in_dashboard(), take(handoff_id));
    assert_eq!(withdrawals(&world), [BEN]);
    world.does(
        &owner_in_dashboard(),
        Command::ResolveHandoff {
            handoff_id,
            dismiss: None,
        },
    );
    assert_eq!(withdrawals(&world), [BEN]);
}

#[test]
fn who_did_not_settle_what_they_took_is_told_that_another_did() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    told(&mut world, handoff_id, DANA);
    world.wait(5 * MINUTE);
    told(&mut world, handoff_id, BEN);
    world.does(&staff(BEN), take(handoff_id));
    assert_eq!(withdrawals(&world), [DANA]);
    world.does(
        &owner_in_dashboard(),
        Command::AnswerFollowUp {
            handoff_id,
            answer: "Within a week.".into(),
            keep: false,
        },
    );
    assert_eq!(withdrawals(&world), [DANA, BEN]);
}

#[test]
fn settling_it_again_in_the_same_way_is_a_repeat() {
    let mut world = World::started();
    let sam = world.sam();
    let first = world.handoff("Can I get a refund?");
    let cancel = Command::CancelHandoff { handoff_id: first };
    world.does(&Actor::Participant(sam), cancel.clone());
    assert!(world.is_repeat(&Actor::Participant(sam), cancel));

    let second = world.handoff("And a voucher?");
    let answer = |answer: &str| Command::AnswerFollowUp {
        handoff_id: second,
        answer: answer.into(),
        keep: true,
    };
    world.does(&owner_in_dashboard(), answer("Yes."));
    assert!(world.is_repeat(&owner_in_dashboard(), answer("Yes.")));
    assert_eq!(
        world.refused(&owner_in_dashboard(), answer("No.")),
        "handoff_settled"
    );
    assert_eq!(
        world.refused(
            &Actor::Participant(sam),
            Command::CancelHandoff { handoff_id: second }
        ),
        "handoff_settled"
    );
}

#[test]
fn at_the_end_what_the_taker_answered_counts_as_answered() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    let dana = by_owner_link(&mut world, DANA);
    world.says(dana, "Yes, within a week.");
    world.does(&Actor::Participant(dana), Command::EndConversation);
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::Resolved {
            how: HandoffResolution::AnsweredLive
        }
    );
}

#[test]
fn an_address_once_left_is_not_asked_for_again() {
    let mut world = World::started();
    let sam = world.sam();
    let handoff_id = world.handoff("Can I get a refund?");
    world.wait(10 * MINUTE);
    world.does(
        &Actor::Participant(sam),
        Command::GiveFollowUpEmail {
            handoff_id,
            email: "sam@example.org".into(),
        },
    );
    let dana = by_owner_link(&mut world, DANA);
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::Taken { by: DANA }
    );
    world.leaves(dana);
    let email = Some("sam@example.org".to_owned());
    while !matches!(
        world.handoff_state(handoff_id),
        HandoffState::FollowUp { .. }
    ) {
        world.wait(5 * MINUTE);
    }
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::FollowUp {
            owed_by: DANA,
            email
        }
    );
    assert_eq!(
        world.last_text(),
        "Nobody could come just now. Dana will answer you by e-mail."
    );
}

#[test]
fn questions_of_a_handoff_are_bounded() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    for index in 0..60 {
        world.handoff(&format!("and for {index}?"));
    }
    assert_eq!(world.known_handoff(handoff_id).questions.len(), 50);
}

#[test]
fn an_owners_answer_is_kept_with_one_click_by_the_owner_alone() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    let ben = by_owner_link(&mut world, BEN);
    let keep = Command::KeepKnowledge {
        question: " Refund? ".into(),
        answer: "Within a week.".into(),
    };
    for other in [sam, ben] {
        assert_eq!(
            world.refused(&Actor::Participant(other), keep.clone()),
            "not_allowed"
        );
    }
    world.does(&Actor::Participant(dana), keep);
    assert!(world.effects.iter().any(|effect| {
        matches!(effect, Effect::KeepKnowledge { question, by: DANA, .. } if question == "Refund?")
    }));
    let seen = world
        .shown_to(sam)
        .iter()
        .any(|event| matches!(event, Event::KnowledgeKept { .. }));
    assert!(!seen);
}

#[test]
fn confidence_and_listed_topics_are_not_the_visitors_to_see() {
    let mut world = World::started();
    let sam = world.sam();
    let dana_sees = |world: &World| {
        serde_json::to_string(&shown(
            &world.log,
            &trialogue_conversation::Viewer::reader(
                trialogue_conversation::participant::Role::Owner,
            ),
        ))
        .expect("serialises")
    };
    world.says(sam, "Can I get a refund?");
    world.finishes(TurnOutcome::Topic {
        topic: "lawsuits".into(),
    });
    let sam_sees =
        serde_json::to_string(&(world.shown_to(sam), world.view_of(sam))).expect("serialises");
    assert!(!sam_sees.contains("lawsuits"));
    assert!(dana_sees(&world).contains("lawsuits"));
}

#[test]
fn what_somebody_else_took_is_not_offered() {
    let mut world = World::started();
    let handoff_id = world.handoff("Can I get a refund?");
    let ben = by_owner_link(&mut world, BEN);
    let dana = world.comes_in(DANA);
    assert_eq!(
        world.handoff_state(handoff_id),
        &HandoffState::Taken { by: BEN }
    );
    assert!(world.allows(ben, Action::TakeHandoff));
    assert!(!world.allows(dana, Action::TakeHandoff));
    assert!(world.allows(dana, Action::ResolveHandoff));
}
