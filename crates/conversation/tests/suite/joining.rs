//! Design §4.1: knocking, deciding, joining.

use crate::support::*;
use trialogue_conversation::Effect;
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::event::Event;
use trialogue_conversation::ids::{JoinRequestId, VisitorId};
use trialogue_conversation::joining::{Door, HistoryGrant, JoinState};
use trialogue_conversation::participant::{Identity, Presence, Role};
use trialogue_conversation::permissions::Action;
use trialogue_conversation::view::WaitingState;
use uuid::Uuid;

fn decline(request_id: JoinRequestId) -> Command {
    Command::Decline {
        request_id,
        for_good: false,
    }
}

#[test]
fn the_conversation_url_works_only_for_users() {
    let mut world = World::started();
    let stranger = Actor::Outsider(Identity::Visitor {
        visitor_id: VisitorId(Uuid::from_u128(77)),
    });
    assert_eq!(world.refused(&stranger, knock_by_url(CLEO)), "wrong_door");
    let sam = world.sam();
    let invitation_id = world.invites(sam, GINA_EMAIL);
    assert_eq!(
        world.refused(&guest(invitation_id, GINA_EMAIL), knock_by_url(CLEO)),
        "wrong_door"
    );
    world.knocks(CLEO);
}

#[test]
fn a_users_knock_reaches_every_host_with_its_text_and_buttons() {
    let mut world = World::started();
    let dana = world.comes_in(DANA);
    let request_id = world.knocks(CLEO);
    for host in [world.sam(), dana] {
        let knocks = world.view_of(host).knocks;
        assert_eq!(knocks.len(), 1);
        assert_eq!(knocks[0].request_id, request_id);
        assert_eq!(
            knocks[0].text,
            "Cleo would like to join this conversation. You can allow them to join by clicking the button below."
        );
        assert_eq!(knocks[0].admit_label, "Let the user in");
    }
}

#[test]
fn a_guests_knock_names_the_invited_address() {
    let mut world = World::started();
    let sam = world.sam();
    let invitation_id = world.invites(sam, GINA_EMAIL);
    world.guest_knocks(invitation_id, GINA_EMAIL);
    let card = &world.view_of(sam).knocks[0];
    assert_eq!(
        card.text,
        "Your invited guest (gina@example.org) would like to join this conversation. You can allow them to join by clicking the button below."
    );
    assert_eq!(card.admit_label, "Let the guest in");
}

#[test]
fn a_knock_is_an_informed_choice() {
    let mut world = World::started();
    let sam = world.sam();
    world.knocks(DANA);
    let invitation_id = world.invites(sam, GINA_EMAIL);
    world.guest_knocks(invitation_id, GINA_EMAIL);
    let knocks = world.view_of(sam).knocks;
    assert_eq!(
        knocks[0].verified,
        "signed in to this workspace, owner of Michael"
    );
    assert_eq!(knocks[0].purpose, "to help");
    assert_eq!(knocks[0].asks_history, HistoryGrant::All);
    assert_eq!(
        knocks[1].verified,
        "opened the link mailed to gina@example.org"
    );
    assert_eq!(knocks[1].invited_by.as_deref(), Some("Sam"));
    assert_eq!(knocks[1].invitation_note.as_deref(), Some("please help"));
    assert_eq!(knocks[1].asks_history, HistoryGrant::FromJoin);
    world.knocks(CLEO);
    let less = world.view_of(sam).knocks;
    let less: Vec<bool> = less.iter().map(|knock| knock.may_grant_less).collect();
    assert_eq!(less, [false, false, true], "the owner reads all anyway");
}

#[test]
fn colleagues_and_guests_are_not_asked_to_decide_knocks() {
    let mut world = World::started();
    let cleo = world.comes_in(CLEO);
    let gina = world.gina_comes_in();
    let request_id = world.knocks(DANA);
    for not_a_host in [cleo, gina] {
        assert!(world.view_of(not_a_host).knocks.is_empty());
        let by = Actor::Participant(not_a_host);
        assert_eq!(
            world.refused(
                &by,
                Command::Admit {
                    request_id,
                    history: HistoryGrant::All
                }
            ),
            "not_allowed"
        );
        assert_eq!(world.refused(&by, decline(request_id)), "not_allowed");
    }
}

#[test]
fn the_first_decision_wins_and_the_others_see_who_took_it() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    let request_id = world.knocks(CLEO);
    world.admits(dana, request_id);
    let late = decline(request_id);
    let refusal = world.tries(&Actor::Participant(sam), late).unwrap_err();
    assert_eq!(refusal.code(), "already_decided");
    assert_eq!(refusal.sentence(), "Dana decided this request already.");
    let by = world
        .shown_to(sam)
        .into_iter()
        .find_map(|event| match event {
            Event::JoinAdmitted {
                request_id: admitted,
                by,
                ..
            } if admitted == request_id => by,
            _ => None,
        });
    assert_eq!(by, Some(dana));
}

#[test]
fn the_same_host_deciding_twice_the_same_is_a_repeat() {
    let mut world = World::started();
    let sam = world.sam();
    let request_id = world.knocks(CLEO);
    world.admits(sam, request_id);
    assert!(world.is_repeat(
        &Actor::Participant(sam),
        Command::Admit {
            request_id,
            history: HistoryGrant::All
        }
    ));
}

#[test]
fn admitted_one_is_in_the_waiting_room_until_joining() {
    let mut world = World::started();
    let sam = world.sam();
    let request_id = world.knocks(CLEO);
    assert_eq!(
        world.refused(&outside(CLEO), Command::Join { request_id }),
        "not_admitted"
    );
    world.admits(sam, request_id);
    assert_eq!(
        world.waits(request_id),
        WaitingState::Admitted {
            history: HistoryGrant::All
        }
    );
    assert!(world.state.participant_of(&user(CLEO)).is_none());
    assert_eq!(world.view_of(sam).waiting[0].request_id, request_id);
    world.joins(&outside(CLEO), request_id);
    assert_eq!(world.waits(request_id), WaitingState::Joined);
    assert!(world.view_of(sam).waiting.is_empty());
}

#[test]
fn nobody_joins_by_somebody_elses_knock() {
    let mut world = World::started();
    let sam = world.sam();
    let request_id = world.knocks(CLEO);
    world.admits(sam, request_id);
    assert_eq!(
        world.refused(&outside(BEN), Command::Join { request_id }),
        "unknown_join_request"
    );
    assert_eq!(
        world.refused(&outside(BEN), Command::WithdrawKnock { request_id }),
        "unknown_join_request"
    );
}

#[test]
fn a_declined_person_reads_so_and_may_try_again_after_a_cool_down() {
    let mut world = World::started();
    let sam = world.sam();
    let request_id = world.knocks(CLEO);
    world.does(&Actor::Participant(sam), decline(request_id));
    let again_at = world.now.plus_ms(MINUTE);
    assert_eq!(
        world.waits(request_id),
        WaitingState::Declined {
            may_knock_again_at: Some(again_at)
        }
    );
    assert_eq!(
        world.refused(&outside(CLEO), knock_by_url(CLEO)),
        "cooling_down"
    );
    world.wait(MINUTE - 1);
    assert_eq!(
        world.refused(&outside(CLEO), knock_by_url(CLEO)),
        "cooling_down"
    );
    world.wait(1);
    world.knocks(CLEO);
}

#[test]
fn a_person_knocks_three_times_an_hour_at_most() {
    let mut world = World::started();
    let sam = world.sam();
    let first_at = world.now;
    let mut last = None;
    for _ in 0..3 {
        let request_id = world.knocks(CLEO);
        world.does(&Actor::Participant(sam), decline(request_id));
        world.wait(2 * MINUTE);
        last = Some(request_id);
    }
    assert_eq!(
        world.refused(&outside(CLEO), knock_by_url(CLEO)),
        "too_many_knocks"
    );
    let again_at = first_at.plus_ms(HOUR);
    let last = last.expect("three knocks");
    assert_eq!(
        world.waits(last),
        WaitingState::Declined {
            may_knock_again_at: Some(again_at)
        }
    );
    world.wait(again_at.0 - world.now.0 - 1);
    assert_eq!(
        world.refused(&outside(CLEO), knock_by_url(CLEO)),
        "too_many_knocks"
    );
    world.wait(1);
    world.knocks(CLEO);
}

#[test]
fn a_guest_is_one_person_by_address_however_it_is_written() {
    let mut world = World::started();
    let sam = world.sam();
    for _ in 0..3 {
        let invitation_id = world.invites(sam, "Gina@Example.org");
        let request_id = world.guest_knocks(invitation_id, " GINA@example.org");
        world.does(
            &Actor::Participant(sam),
            Command::Decline {
                request_id,
                for_good: true,
            },
        );
        world.wait(2 * MINUTE);
    }
    let invitation_id = world.invites(sam, GINA_EMAIL);
    assert_eq!(
        world.refused(
            &guest(invitation_id, GINA_EMAIL),
            knock_as_guest(invitation_id)
        ),
        "too_many_knocks"
    );
}

#[test]
fn an_invitations_knock_can_be_declined_once_and_for_all() {
    let mut world = World::started();
    let sam = world.sam();
    let invitation_id = world.invites(sam, GINA_EMAIL);
    let request_id = world.guest_knocks(invitation_id, GINA_EMAIL);
    world.does(
        &Actor::Participant(sam),
        Command::Decline {
            request_id,
            for_good: true,
        },
    );
    assert_eq!(
        world.waits(request_id),
        WaitingState::Declined {
            may_knock_again_at: None
        }
    );
    world.wait(2 * HOUR);
    assert_eq!(
        world.refused(
            &guest(invitation_id, GINA_EMAIL),
            knock_as_guest(invitation_id)
        ),
        "invitation_revoked"
    );
}

#[test]
fn only_an_invitations_knock_can_be_declined_for_good() {
    let mut world = World::started();
    let sam = world.sam();
    let request_id = world.knocks(CLEO);
    let for_good = Command::Decline {
        request_id,
        for_good: true,
    };
    assert_eq!(
        world.refused(&Actor::Participant(sam), for_good),
        "no_invitation_to_end"
    );
}

#[test]
fn with_nobody_to_answer_the_knock_waits_says_so_and_gives_notice() {
    let mut world = World::started();
    let sam = world.sam();
    world.disconnects(sam);
    let request_id = world.knocks(CLEO);
    assert_eq!(world.waits(request_id), WaitingState::NobodyThere);
    assert!(
        world
            .effects
            .contains(&Effect::NotifyKnockWaiting { request_id })
    );
    world.connects(sam);
    assert_eq!(world.waits(request_id), WaitingState::Asked);
    assert_eq!(world.view_of(sam).knocks[0].request_id, request_id);
}

#[test]
fn many_who_wait_with_nobody_there_are_one_notice_until_a_host_was_there() {
    let mut world = World::started();
    let sam = world.sam();
    let invitation_id = world.invites(sam, GINA_EMAIL);
    let notices = |world: &World| {
        let notices = world
            .effects
            .iter()
            .filter(|effect| matches!(effect, Effect::NotifyKnockWaiting { .. }));
        notices.count()
    };
    world.disconnects(sam);
    world.knocks(CLEO);
    world.wait(MINUTE);
    world.guest_knocks(invitation_id, GINA_EMAIL);
    assert_eq!(notices(&world), 1);
    world.wait(1);
    world.connects(sam);
    world.disconnects(sam);
    world.knocks(BEN);
    assert_eq!(notices(&world), 2);
}

#[test]
fn a_knock_that_a_host_can_answer_causes_no_notice() {
    let mut world = World::started();
    world.knocks(CLEO);
    assert!(world.effects.is_empty());
}

#[test]
fn hosts_arriving_later_find_the_knock() {
    let mut world = World::started();
    let request_id = world.knocks(CLEO);
    let dana = world.comes_in(DANA);
    assert_eq!(world.view_of(dana).knocks[0].request_id, request_id);
    world.admits(dana, request_id);
}

#[test]
fn an_unanswered_knock_expires() {
    let mut world = World::started();
    let sam = world.sam();
    let request_id = world.knocks(CLEO);
    world.wait(30 * MINUTE - 1);
    assert_eq!(world.waits(request_id), WaitingState::Asked);
    world.wait(1);
    assert_eq!(world.waits(request_id), WaitingState::Expired);
    assert!(world.view_of(sam).knocks.is_empty());
    let late = Command::Admit {
        request_id,
        history: HistoryGrant::All,
    };
    assert_eq!(
        world.refused(&Actor::Participant(sam), late),
        "join_request_over"
    );
}

#[test]
fn an_overdue_knock_is_over_even_before_the_timer_came() {
    let mut world = World::started();
    let sam = world.sam();
    let request_id = world.knocks(CLEO);
    world.now = world.now.plus_ms(HOUR);
    assert_eq!(world.waits(request_id), WaitingState::Expired);
    let late = Command::Admit {
        request_id,
        history: HistoryGrant::All,
    };
    assert_eq!(
        world.refused(&Actor::Participant(sam), late),
        "join_request_over"
    );
    assert_ne!(world.knocks(CLEO), request_id);
}

#[test]
fn an_admission_that_is_not_used_expires() {
    let mut world = World::started();
    let sam = world.sam();
    let request_id = world.knocks(CLEO);
    world.admits(sam, request_id);
    world.wait(HOUR);
    assert_eq!(world.waits(request_id), WaitingState::Expired);
    assert_eq!(
        world.refused(&outside(CLEO), Command::Join { request_id }),
        "join_request_over"
    );
}

#[test]
fn a_withdrawn_knock_cannot_be_admitted() {
    let mut world = World::started();
    let sam = world.sam();
    let request_id = world.knocks(CLEO);
    world.does(&outside(CLEO), Command::WithdrawKnock { request_id });
    assert_eq!(world.waits(request_id), WaitingState::Withdrawn);
    assert!(world.is_repeat(&outside(CLEO), Command::WithdrawKnock { request_id }));
    let late = Command::Admit {
        request_id,
        history: HistoryGrant::All,
    };
    assert_eq!(
        world.refused(&Actor::Participant(sam), late),
        "join_request_over"
    );
}

#[test]
fn knocking_again_while_waiting_is_the_same_knock() {
    let mut world = World::started();
    let sam = world.sam();
    let request_id = world.knocks(CLEO);
    assert_eq!(world.knocks(CLEO), request_id);
    world.admits(sam, request_id);
    assert_eq!(world.knocks(CLEO), request_id);
    assert_eq!(world.view_of(sam).knocks.len(), 0);
}

#[test]
fn several_tabs_are_one_participant() {
    let mut world = World::started();
    let cleo = world.comes_in(CLEO);
    assert!(world.is_repeat(&outside(CLEO), knock_by_url(CLEO)));
    assert!(world.is_repeat(
        &Actor::System,
        Command::Connected {
            participant_id: cleo
        }
    ));
    assert_eq!(
        world
            .state
            .inside()
            .filter(|one| one.identity == user(CLEO))
            .count(),
        1
    );
}

#[test]
fn the_owner_link_knocks_like_anybody_else() {
    let mut world = World::started();
    let sam = world.sam();
    let request_id = JoinRequestId(world.does(&outside(DANA), knock_by_owner_link(DANA)).0);
    assert_eq!(world.waits(request_id), WaitingState::Asked);
    world.admits(sam, request_id);
    let dana = world.joins(&outside(DANA), request_id);
    assert_eq!(world.participant(dana).role, Role::Owner);
}

#[test]
fn the_owner_is_told_by_who_they_are_not_by_what_they_ask_for() {
    let mut world = World::started();
    let claims_owner = Command::Knock {
        name: "X".into(),
        role: Role::Owner,
        door: Door::ConversationUrl,
        purpose: String::new(),
        asks_history: HistoryGrant::All,
    };
    world.does(&outside(CLEO), claims_owner);
    let sam = world.sam();
    assert_eq!(world.view_of(sam).knocks[0].role, Role::Colleague);
}

#[test]
fn while_no_host_is_connected_the_verified_owner_enters_and_the_visitor_is_told_on_return() {
    let mut world = World::started();
    let sam = world.sam();
    world.disconnects(sam);
    world.does(&outside(DANA), knock_by_url(DANA));
    let dana = world.state.participant_of(&user(DANA)).expect("entered");
    assert_eq!(dana.role, Role::Owner);
    assert!(dana.is_here());
    world.connects(sam);
    assert_eq!(world.last_text(), "Dana joined while you were away.");
    let told = world.log.len();
    world.disconnects(sam);
    world.connects(sam);
    assert!(
        world.log[told..]
            .iter()
            .all(|recorded| !matches!(recorded.event, Event::MessagePosted { .. })),
        "told once"
    );
}

#[test]
fn nobody_but_the_owner_enters_without_a_host() {
    let mut world = World::started();
    let sam = world.sam();
    world.disconnects(sam);
    world.does(&outside(BEN), knock_by_owner_link(BEN));
    world.does(&outside(CLEO), knock_by_url(CLEO));
    assert!(world.state.participant_of(&user(BEN)).is_none());
    assert!(world.state.participant_of(&user(CLEO)).is_none());
}

#[test]
fn the_owner_who_waits_enters_when_the_last_host_is_gone() {
    let mut world = World::started();
    let sam = world.sam();
    let request_id = world.knocks(DANA);
    world.disconnects(sam);
    world.does(&outside(DANA), knock_by_url(DANA));
    assert_eq!(world.waits(request_id), WaitingState::Joined);
}

#[test]
fn while_a_host_is_connected_the_owner_knocks() {
    let mut world = World::started();
    world.knocks(DANA);
    assert!(world.state.participant_of(&user(DANA)).is_none());
}

#[test]
fn a_host_who_drops_and_returns_needs_no_knock() {
    let mut world = World::started();
    let dana = world.comes_in(DANA);
    world.disconnects(dana);
    world.wait(10 * MINUTE);
    assert!(matches!(
        world.participant(dana).presence,
        Presence::Away { .. }
    ));
    world.connects(dana);
    assert!(world.participant(dana).is_here());
}

#[test]
fn who_left_knocks_again() {
    let mut world = World::started();
    let cleo = world.comes_in(CLEO);
    world.leaves(cleo);
    assert_eq!(
        world.refused(
            &Actor::System,
            Command::Connected {
                participant_id: cleo
            }
        ),
        "participant_gone"
    );
    let request_id = world.knocks(CLEO);
    assert_eq!(world.waits(request_id), WaitingState::Asked);
}

#[test]
fn a_guest_rejoins_by_the_same_invitation_even_after_its_day() {
    let mut world = World::started();
    let sam = world.sam();
    let gina = world.gina_comes_in();
    let invitation_id = world.view_of(sam).invitations[0].invitation_id;
    world.leaves(gina);
    world.wait(20 * HOUR);
    world.says(sam, "still here");
    world.wait(10 * HOUR);
    let request_id = world.guest_knocks(invitation_id, GINA_EMAIL);
    assert_eq!(world.waits(request_id), WaitingState::Asked);
    world.admits(sam, request_id);
    world.joins(&guest(invitation_id, GINA_EMAIL), request_id);
}

#[test]
fn a_removed_persons_link_is_dead() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    world.does(
        &Actor::Participant(sam),
        Command::Remove {
            participant_id: cleo,
        },
    );
    assert_eq!(
        world.refused(
            &Actor::System,
            Command::Connected {
                participant_id: cleo
            }
        ),
        "participant_gone"
    );
    assert_eq!(
        world.refused(&Actor::Participant(cleo), post("hello?")),
        "not_inside"
    );
    assert_eq!(world.refused(&outside(CLEO), knock_by_url(CLEO)), "removed");
    assert!(trialogue_conversation::Viewer::participant(&world.state, cleo).is_none());
}

#[test]
fn removing_a_guest_ends_every_invitation_to_that_address() {
    let mut world = World::started();
    let sam = world.sam();
    let gina = world.gina_comes_in();
    let invitation_id = world.view_of(sam).invitations[0].invitation_id;
    world.does(
        &Actor::Participant(sam),
        Command::Remove {
            participant_id: gina,
        },
    );
    assert_eq!(
        world.refused(
            &guest(invitation_id, GINA_EMAIL),
            knock_as_guest(invitation_id)
        ),
        "removed"
    );
    let again = Command::InviteGuest {
        email: GINA_EMAIL.into(),
        note: String::new(),
    };
    assert_eq!(
        world.refused(&Actor::Participant(sam), again),
        "guest_removed"
    );
}

#[test]
fn neither_the_visitor_nor_the_persona_can_be_removed() {
    let mut world = World::started();
    let (sam, persona) = (world.sam(), world.persona());
    let dana = world.comes_in(DANA);
    world.comes_in(CLEO);
    for participant_id in [sam, persona, dana] {
        let code = world.refused(
            &Actor::Participant(dana),
            Command::Remove { participant_id },
        );
        assert_eq!(code, "cannot_be_removed");
    }
}

#[test]
fn users_see_all_of_the_history_and_a_guest_from_their_own_join_on() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "before anybody came");
    let cleo = world.comes_in(CLEO);
    let gina = world.gina_comes_in();
    world.says(sam, "now all are here");
    assert!(
        world
            .reads(cleo)
            .contains(&"before anybody came".to_owned())
    );
    assert!(
        !world
            .reads(gina)
            .contains(&"before anybody came".to_owned())
    );
    assert!(world.reads(gina).contains(&"now all are here".to_owned()));
}

#[test]
fn the_host_can_grant_less_history_than_was_asked() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "before");
    let request_id = world.knocks(CLEO);
    world.does(
        &Actor::Participant(sam),
        Command::Admit {
            request_id,
            history: HistoryGrant::FromJoin,
        },
    );
    assert_eq!(
        world.waits(request_id),
        WaitingState::Admitted {
            history: HistoryGrant::FromJoin
        }
    );
    let cleo = world.joins(&outside(CLEO), request_id);
    assert!(!world.reads(cleo).contains(&"before".to_owned()));
}

#[test]
fn the_owner_sees_all_whatever_is_granted() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "before");
    let request_id = world.knocks(DANA);
    world.does(
        &Actor::Participant(sam),
        Command::Admit {
            request_id,
            history: HistoryGrant::FromJoin,
        },
    );
    let dana = world.joins(&outside(DANA), request_id);
    assert!(world.reads(dana).contains(&"before".to_owned()));
}

#[test]
fn a_host_shares_the_rest_of_the_history_with_a_guest() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "before");
    let gina = world.gina_comes_in();
    assert!(world.allows(sam, Action::ShareHistory));
    let share = Command::ShareHistory {
        participant_id: gina,
    };
    assert_eq!(
        world.refused(&Actor::Participant(gina), share.clone()),
        "not_allowed"
    );
    world.does(&Actor::Participant(sam), share.clone());
    assert!(world.reads(gina).contains(&"before".to_owned()));
    assert!(world.is_repeat(&Actor::Participant(sam), share));
    assert!(!world.allows(sam, Action::ShareHistory));
}

#[test]
fn before_being_admitted_one_sees_the_personas_name_and_picture_alone() {
    let mut world = World::started();
    let sam = world.sam();
    world.says(sam, "a secret");
    let request_id = world.knocks(CLEO);
    let waiting =
        trialogue_conversation::waiting_view(&world.state, request_id, world.now).expect("a knock");
    let shown = serde_json::to_value(&waiting).expect("serialises");
    let mut keys: Vec<&str> = shown
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "asks_history",
            "expires_at",
            "persona_name",
            "persona_picture",
            "request_id",
            "state",
            "video"
        ]
    );
    let text = shown.to_string();
    assert!(text.contains("Michael") && !text.contains("Sam") && !text.contains("secret"));
}

#[test]
fn a_flood_of_fresh_identities_is_bounded() {
    let mut world = World::started();
    let mut refused = None;
    for fresh in 0..200_u128 {
        let user_id = trialogue_conversation::ids::UserId(Uuid::from_u128(10_000 + fresh));
        if let Err(refusal) = world.tries(&outside(user_id), knock_by_url(user_id)) {
            refused = Some((fresh, refusal.code()));
            break;
        }
    }
    assert_eq!(refused, Some((50, "knocks_flooded")));
    let sam = world.sam();
    assert_eq!(world.view_of(sam).knocks.len(), 50);
}

#[test]
fn decided_floods_are_bounded_by_the_hour() {
    let mut world = World::started();
    let sam = world.sam();
    let mut let_knock = 0;
    for fresh in 0..200_u128 {
        let user_id = trialogue_conversation::ids::UserId(Uuid::from_u128(10_000 + fresh));
        let Ok(seq) = world.tries(&outside(user_id), knock_by_url(user_id)) else {
            break;
        };
        world.does(&Actor::Participant(sam), decline(JoinRequestId(seq.0)));
        let_knock += 1;
    }
    assert_eq!(let_knock, 150);
}

#[test]
fn after_the_end_nobody_knocks_and_those_outside_read_so() {
    let mut world = World::started();
    let sam = world.sam();
    let request_id = world.knocks(CLEO);
    world.does(&Actor::Participant(sam), Command::EndConversation);
    assert_eq!(world.waits(request_id), WaitingState::ConversationEnded);
    assert_eq!(
        world.refused(&outside(BEN), knock_by_url(BEN)),
        "conversation_ended"
    );
    let late = Command::Admit {
        request_id,
        history: HistoryGrant::All,
    };
    assert_eq!(
        world.refused(&Actor::Participant(sam), late),
        "conversation_ended"
    );
}

#[test]
fn a_full_conversation_admits_nobody() {
    let mut world = World::started();
    let sam = world.sam();
    for fresh in 0..48_u128 {
        let user_id = trialogue_conversation::ids::UserId(Uuid::from_u128(20_000 + fresh));
        world.comes_in(user_id);
    }
    let request_id = world.knocks(CLEO);
    let admit = Command::Admit {
        request_id,
        history: HistoryGrant::All,
    };
    assert_eq!(
        world.refused(&Actor::Participant(sam), admit),
        "conversation_full"
    );
    assert_eq!(
        world.state.request(request_id).map(|request| request.state),
        Some(JoinState::Requested)
    );
}
