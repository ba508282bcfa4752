//! Which layers are made and forwarded, for whom.

use livekit_protocol::{TrackSource, UpdateTrackSettings, signal_request, signal_response};

use super::world::{SECOND, two};

#[test]
fn subscribers_get_the_layer_that_fits_what_they_show() {
    let mut world = two(false, false);
    let camera = world.clients[0].publications[1].sid.clone().unwrap();
    let mut show = |width, height, disabled| {
        let settings = UpdateTrackSettings {
            track_sids: vec![camera.clone()],
            width,
            height,
            disabled,
            ..Default::default()
        };
        world.clients[1].say(signal_request::Message::TrackSetting(settings));
        world.run(3 * SECOND);
        let [a, b] = &world.clients[..] else { panic!() };
        let received = b.of(a, TrackSource::Camera);
        assert_eq!(received.missing(), 0, "a change of layers left a hole");
        (
            received.layer(),
            world.now - received.last.unwrap() < SECOND / 5,
        )
    };
    assert_eq!(show(300, 170, false), (Some(0), true));
    assert_eq!(show(640, 360, false), (Some(1), true));
    assert_eq!(show(640, 360, true), (Some(1), false));
    assert_eq!(show(1_920, 1_080, false), (Some(2), true));
}

#[test]
fn publishers_are_told_which_layers_nobody_wants() {
    let mut world = two(false, false);
    let camera = world.clients[0].publications[1].sid.clone().unwrap();
    let settings = UpdateTrackSettings {
        track_sids: vec![camera],
        width: 320,
        height: 180,
        ..Default::default()
    };
    world.clients[1].say(signal_request::Message::TrackSetting(settings));
    world.run(5 * SECOND);
    let told = world.clients[0]
        .inbox
        .iter()
        .rev()
        .find_map(|message| match message {
            signal_response::Message::SubscribedQualityUpdate(update) => {
                Some(update.subscribed_codecs[0].clone())
            }
            _ => None,
        });
    let enabled: Vec<_> = told
        .unwrap()
        .qualities
        .iter()
        .map(|quality| quality.enabled)
        .collect();
    assert_eq!(enabled, [true, false, false]);
}
