//! Renewed tokens.

use livekit_protocol::{UpdateParticipantRequest, signal_response};

use super::world::{SECOND, World, all};
use crate::token::{Claims, VideoGrants, verify};

/// What the first token says that the first client was given anew, which is good at this Unix time.
fn renewed(world: &World, unix: i64) -> Claims {
    let mut inbox = world.clients[0].inbox.iter();
    let token = inbox.find_map(|message| match message {
        signal_response::Message::RefreshToken(token) => Some(token),
        _ => None,
    });
    verify(token.expect("no new token"), "key", "secret", unix).unwrap()
}

#[test]
fn tokens_are_renewed_with_what_one_may_do_now() {
    let mut world = World::new();
    world.join(
        "a",
        VideoGrants {
            room: "room".into(),
            room_join: true,
            room_admin: true,
            ..Default::default()
        },
    );
    world.run(SECOND);
    let mut permission = world.room.participant("a").unwrap().permission.unwrap();
    permission.can_publish = false;
    world
        .room
        .update_participant(
            world.now,
            UpdateParticipantRequest {
                identity: "a".into(),
                permission: Some(permission),
                ..Default::default()
            },
        )
        .unwrap();
    world.run(310 * SECOND);
    let claims = renewed(&world, 1_800_000_310);
    assert_eq!(
        (claims.sub.as_str(), claims.video.room.as_str()),
        ("a", "room")
    );
    assert_eq!(claims.video.can_publish, Some(false));
    assert!(
        !claims.video.room_admin,
        "what one may do to others is not renewed"
    );
}

#[test]
fn tokens_are_renewed_by_the_wall_clock_after_it_was_set() {
    for day in [-86_400, 86_400] {
        let mut world = World::new();
        world.join("a", all());
        world.run(SECOND);
        let unix = 1_800_000_001 + day;
        world.clock.set(world.now, unix * 1_000);
        world.run(300 * SECOND);
        assert_eq!(renewed(&world, unix + 300).sub, "a");
    }
}
