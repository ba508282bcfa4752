//! Data among participants.

use livekit_protocol::{DataPacket, UserPacket, data_packet, signal_request};

use super::world::{SECOND, World, all};

pub(super) fn message(text: &str, sequence: u32) -> DataPacket {
    let user = UserPacket {
        payload: text.into(),
        topic: Some("topic".into()),
        ..Default::default()
    };
    DataPacket {
        value: Some(data_packet::Value::User(user)),
        sequence,
        ..Default::default()
    }
}

pub(super) fn texts(world: &World, client: usize) -> Vec<String> {
    let payload = |packet: &DataPacket| match &packet.value {
        Some(data_packet::Value::User(user)) => String::from_utf8(user.payload.clone()).unwrap(),
        _ => String::new(),
    };
    world.clients[client].data.iter().map(payload).collect()
}

#[test]
fn data_reaches_those_it_is_for_in_order_and_once() {
    for v0 in [false, true] {
        let mut world = World::new();
        for name in ["a", "b", "c"] {
            if v0 {
                world.join_v0(name, all())
            } else {
                world.join(name, all())
            };
        }
        if v0 {
            // A v0 client opens its connection for publishing with the first thing it publishes.
            let offer = world.clients[0].offer();
            world.clients[0].say(signal_request::Message::Offer(offer));
        }
        world.run(2 * SECOND);
        for number in 1..=50 {
            world.clients[0].send_data("_reliable", &message(&number.to_string(), number));
            world.run(SECOND / 50);
        }
        // After a resume, clients repeat what may have been lost.
        world.clients[0].send_data("_reliable", &message("49", 49));
        let mut private = message("for b", 51);
        private.destination_identities = vec!["b".into()];
        world.clients[0].send_data("_reliable", &private);
        world.clients[0].send_data("_lossy", &message("lossy", 0));
        world.run(SECOND);
        let numbers: Vec<_> = (1..=50).map(|number| number.to_string()).collect();
        let (b, c) = (texts(&world, 1), texts(&world, 2));
        assert_eq!(b[..50], numbers[..]);
        assert!(
            b.contains(&"for b".to_owned()) && b.contains(&"lossy".to_owned()) && b.len() == 52
        );
        assert!(!c.contains(&"for b".to_owned()) && c.len() == 51);
        assert!(texts(&world, 0).is_empty(), "a sender hears itself");
        assert_eq!(world.clients[1].data[0].participant_identity, "a");
    }
}
