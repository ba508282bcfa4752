//! Design §4.1: invitations by e-mail.

use crate::support::*;
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::event::Event;
use trialogue_conversation::ids::{InvitationId, ParticipantId};
use trialogue_conversation::joining::{HistoryGrant, InvitationState};
use trialogue_conversation::view::WaitingState;
use trialogue_conversation::{Effect, Viewer};

fn invite(email: &str) -> Command {
    Command::InviteGuest {
        email: email.into(),
        note: String::new(),
    }
}

fn state_of(world: &World, id: InvitationId) -> InvitationState {
    world
        .state
        .invitation(id)
        .expect("a known invitation")
        .state
}

#[test]
fn an_invitation_is_mailed_once_however_often_it_is_sent() {
    let mut world = World::started();
    let sam = world.sam();
    let invitation_id = world.invites(sam, GINA_EMAIL);
    assert!(world.is_repeat(&Actor::Participant(sam), invite(" GINA@example.org ")));
    assert_eq!(
        world.effects,
        [Effect::MailGuestInvitation { invitation_id }]
    );
}

#[test]
fn a_guests_invitation_is_bound_to_its_address() {
    let mut world = World::started();
    let sam = world.sam();
    let invitation_id = world.invites(sam, GINA_EMAIL);
    assert_eq!(
        world.refused(
            &guest(invitation_id, "eve@example.org"),
            knock_as_guest(invitation_id)
        ),
        "wrong_door"
    );
    let other = InvitationId(9_999);
    assert_eq!(
        world.refused(&guest(other, GINA_EMAIL), knock_as_guest(other)),
        "unknown_invitation"
    );
    assert_eq!(
        world.refused(&guest(invitation_id, GINA_EMAIL), knock_as_guest(other)),
        "wrong_door"
    );
}

#[test]
fn an_invitation_expires_after_a_day() {
    let mut world = World::started();
    let sam = world.sam();
    let invitation_id = world.invites(sam, GINA_EMAIL);
    world.wait(12 * HOUR);
    world.says(sam, "anybody there?");
    world.wait(12 * HOUR);
    assert_eq!(state_of(&world, invitation_id), InvitationState::Expired);
    assert_eq!(
        world.refused(
            &guest(invitation_id, GINA_EMAIL),
            knock_as_guest(invitation_id)
        ),
        "invitation_expired"
    );
}

#[test]
fn an_overdue_invitation_is_over_even_before_the_timer_came() {
    let mut world = World::started();
    let sam = world.sam();
    let invitation_id = world.invites(sam, GINA_EMAIL);
    world.now = world.now.plus_ms(24 * HOUR);
    assert_eq!(
        world.refused(
            &guest(invitation_id, GINA_EMAIL),
            knock_as_guest(invitation_id)
        ),
        "invitation_expired"
    );
}

#[test]
fn a_guest_who_knocked_in_time_may_still_join_when_the_day_is_over() {
    let mut world = World::started();
    let sam = world.sam();
    let invitation_id = world.invites(sam, GINA_EMAIL);
    world.wait(24 * HOUR - 10 * MINUTE - 1);
    world.says(sam, "soon");
    world.wait(1);
    let request_id = world.guest_knocks(invitation_id, GINA_EMAIL);
    world.wait(15 * MINUTE);
    assert_eq!(state_of(&world, invitation_id), InvitationState::Expired);
    world.does(
        &Actor::Participant(sam),
        Command::Admit {
            request_id,
            history: HistoryGrant::FromJoin,
        },
    );
    world.joins(&guest(invitation_id, GINA_EMAIL), request_id);
    assert_eq!(state_of(&world, invitation_id), InvitationState::Accepted);
}

#[test]
fn revoking_an_invitation_ends_the_knock_and_the_admission_it_gave() {
    for admitted in [false, true] {
        let mut world = World::started();
        let sam = world.sam();
        let invitation_id = world.invites(sam, GINA_EMAIL);
        let request_id = world.guest_knocks(invitation_id, GINA_EMAIL);
        if admitted {
            world.admits(sam, request_id);
        }
        world.does(
            &Actor::Participant(sam),
            Command::RevokeInvitation { invitation_id },
        );
        assert_eq!(world.waits(request_id), WaitingState::Revoked);
        assert_eq!(
            world.refused(
                &guest(invitation_id, GINA_EMAIL),
                Command::Join { request_id }
            ),
            "join_request_over"
        );
        assert_eq!(
            world.refused(
                &guest(invitation_id, GINA_EMAIL),
                knock_as_guest(invitation_id)
            ),
            "invitation_revoked"
        );
        assert!(world.is_repeat(
            &Actor::Participant(sam),
            Command::RevokeInvitation { invitation_id }
        ));
    }
}

#[test]
fn a_guest_whose_invitation_was_revoked_stays_while_here_and_does_not_come_back() {
    let mut world = World::started();
    let sam = world.sam();
    let gina = world.gina_comes_in();
    let invitation_id = world.view_of(sam).invitations[0].invitation_id;
    world.does(
        &Actor::Participant(sam),
        Command::RevokeInvitation { invitation_id },
    );
    world.says(gina, "still here");
    world.disconnects(gina);
    assert!(is_out(&world, gina));
}

#[test]
fn a_guest_who_dropped_or_is_away_goes_with_the_invitation() {
    for gone_for in [0, 2 * MINUTE] {
        let mut world = World::started();
        let sam = world.sam();
        let gina = world.gina_comes_in();
        world.disconnects(gina);
        world.wait(gone_for);
        let invitation_id = world.view_of(sam).invitations[0].invitation_id;
        world.does(
            &Actor::Participant(sam),
            Command::RevokeInvitation { invitation_id },
        );
        assert!(is_out(&world, gina), "gone for {gone_for} ms");
        let handed_back = world
            .log
            .iter()
            .filter(|recorded| matches!(recorded.event, Event::HandedBack { .. }));
        assert_eq!(handed_back.count(), 1, "gone for {gone_for} ms");
    }
}

/// Neither reads nor writes nor comes back.
fn is_out(world: &World, id: ParticipantId) -> bool {
    let mut world = world.clone();
    assert_eq!(
        world.refused(&Actor::Participant(id), post("and me?")),
        "not_inside"
    );
    let back = Command::Connected { participant_id: id };
    assert_eq!(world.refused(&Actor::System, back), "participant_gone");
    Viewer::participant(&world.state, id).is_none()
}

#[test]
fn who_is_not_a_host_revokes_only_their_own_invitations() {
    let mut world = World::started();
    let sam = world.sam();
    let cleo = world.comes_in(CLEO);
    let sams = world.invites(sam, GINA_EMAIL);
    let cleos = world.invites(cleo, "other@example.org");
    assert_eq!(
        world.refused(
            &Actor::Participant(cleo),
            Command::RevokeInvitation {
                invitation_id: sams
            }
        ),
        "not_allowed"
    );
    world.does(
        &Actor::Participant(cleo),
        Command::RevokeInvitation {
            invitation_id: cleos,
        },
    );
    world.does(
        &Actor::Participant(sam),
        Command::RevokeInvitation {
            invitation_id: sams,
        },
    );
}

#[test]
fn the_invited_person_can_turn_it_down() {
    let mut world = World::started();
    let sam = world.sam();
    let invitation_id = world.invites(sam, GINA_EMAIL);
    let request_id = world.guest_knocks(invitation_id, GINA_EMAIL);
    let reject = Command::RejectInvitation { invitation_id };
    assert_eq!(
        world.refused(&guest(invitation_id, "eve@example.org"), reject.clone()),
        "unknown_invitation"
    );
    world.does(&guest(invitation_id, GINA_EMAIL), reject);
    assert_eq!(state_of(&world, invitation_id), InvitationState::Rejected);
    assert_eq!(world.waits(request_id), WaitingState::Withdrawn);
    assert_eq!(
        world.refused(
            &guest(invitation_id, GINA_EMAIL),
            knock_as_guest(invitation_id)
        ),
        "invitation_rejected"
    );
}

#[test]
fn guests_invite_nobody() {
    let mut world = World::started();
    let gina = world.gina_comes_in();
    assert_eq!(
        world.refused(&Actor::Participant(gina), invite("friend@example.org")),
        "not_allowed"
    );
}

#[test]
fn a_guest_who_is_inside_is_not_invited_again() {
    let mut world = World::started();
    let sam = world.sam();
    world.gina_comes_in();
    assert_eq!(
        world.refused(&Actor::Participant(sam), invite(GINA_EMAIL)),
        "guest_already_inside"
    );
}

#[test]
fn open_invitations_are_bounded() {
    let mut world = World::started();
    let sam = world.sam();
    for index in 0..20 {
        world.invites(sam, &format!("guest{index}@example.org"));
    }
    assert_eq!(
        world.refused(&Actor::Participant(sam), invite("one.more@example.org")),
        "too_many_invitations"
    );
}

#[test]
fn invitations_an_hour_are_bounded() {
    let mut world = World::started();
    let sam = world.sam();
    for index in 0..30 {
        let invitation_id = world.invites(sam, &format!("guest{index}@example.org"));
        world.does(
            &Actor::Participant(sam),
            Command::RevokeInvitation { invitation_id },
        );
    }
    let one_more = invite("one.more@example.org");
    assert_eq!(
        world.refused(&Actor::Participant(sam), one_more.clone()),
        "too_many_invitations_an_hour"
    );
    world.wait(HOUR);
    world.does(&Actor::Participant(sam), one_more);
}

#[test]
fn the_visitor_does_not_read_addresses_that_others_invited() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    world.invites(dana, "private@example.org");
    assert!(
        !serde_json::to_string(&world.shown_to(sam))
            .expect("serialises")
            .contains("private@")
    );
    assert!(
        !serde_json::to_string(&world.view_of(sam))
            .expect("serialises")
            .contains("private@")
    );
    assert!(
        serde_json::to_string(&world.view_of(dana))
            .expect("serialises")
            .contains("private@")
    );
}

#[test]
fn staff_and_the_inviter_read_the_invited_address_in_the_log() {
    let mut world = World::started();
    let sam = world.sam();
    let dana = world.comes_in(DANA);
    let cleo = world.comes_in(CLEO);
    world.invites(dana, "by.dana@example.org");
    world.invites(sam, "by.sam@example.org");
    let invited = |who| -> Vec<String> {
        let emails = world
            .shown_to(who)
            .into_iter()
            .filter_map(|event| match event {
                Event::InvitationSent { email, .. } => Some(email),
                _ => None,
            });
        emails.collect()
    };
    assert_eq!(invited(cleo), ["by.dana@example.org", "by.sam@example.org"]);
    assert_eq!(invited(sam), ["", "by.sam@example.org"]);
}
