use std::time::Duration;

use super::*;

/// VP8, first packet of a picture: extended descriptor with a 15-bit picture id and TL0PICIDX.
fn vp8(keyframe: bool, picture: u16, tl0: u8) -> Vec<u8> {
    let [high, low] = picture.to_be_bytes();
    vec![
        0x90,
        0xe0,
        0x80 | high,
        low,
        tl0,
        0x20,
        u8::from(!keyframe),
        1,
        2,
    ]
}

struct Stream {
    layer: Layer,
    seq: u64,
    time: u32,
    picture: u16,
    start: Instant,
    at: Duration,
}

impl Stream {
    fn picture(&mut self, forwarder: &mut Forwarder, keyframe: bool) -> Option<Outgoing> {
        self.seq += 1;
        self.picture += 1;
        self.time = self.time.wrapping_add(3_000);
        self.at += Duration::from_micros(33_333);
        let bytes = vp8(keyframe, self.picture, self.picture as u8);
        forwarder.forward(&Incoming {
            layer: self.layer,
            seq: self.seq,
            time: self.time,
            clock: None,
            arrived: self.start + self.at,
            payload: Payload::read(CodecKind::Vp8, &bytes),
            number: None,
        })
    }
}

fn streams() -> (Stream, Stream) {
    let start = Instant::now();
    let low = Stream {
        layer: 0,
        seq: 70_000,
        time: 5,
        picture: 100,
        start,
        at: Duration::ZERO,
    };
    let high = Stream {
        layer: 2,
        seq: 3,
        time: u32::MAX - 100,
        picture: 20_000,
        start,
        at: Duration::ZERO,
    };
    (low, high)
}

#[test]
fn nothing_goes_on_before_a_keyframe() {
    let (mut low, _) = streams();
    let mut forwarder = Forwarder::new(90_000);
    assert_eq!(
        low.picture(&mut forwarder, true),
        None,
        "no layer is wanted yet"
    );
    forwarder.set_target(Some(0));
    assert_eq!(forwarder.wanted_keyframe(), Some(0));
    assert_eq!(low.picture(&mut forwarder, false), None);
    assert!(low.picture(&mut forwarder, true).is_some());
    assert_eq!(forwarder.wanted_keyframe(), None);
}

#[test]
fn the_first_sequence_number_is_small() {
    // The receiver assumes a rollover counter of zero.
    let (mut low, _) = streams();
    let mut forwarder = Forwarder::new(90_000);
    forwarder.set_target(Some(0));
    assert!(low.picture(&mut forwarder, true).unwrap().seq < 1 << 15);
}

#[test]
fn a_change_of_layers_leaves_no_seam() {
    let (mut low, mut high) = streams();
    let mut forwarder = Forwarder::new(90_000);
    forwarder.set_target(Some(0));
    let mut before = low.picture(&mut forwarder, true).unwrap();
    high.picture(&mut forwarder, true);
    forwarder.set_target(Some(2));
    assert_eq!(forwarder.wanted_keyframe(), Some(2));
    for step in 0..6 {
        let keyframe = step == 3;
        // Both layers arrive all the time; exactly one of them goes on.
        let passed = [
            low.picture(&mut forwarder, false),
            high.picture(&mut forwarder, keyframe),
        ];
        let passed: Vec<_> = passed.into_iter().flatten().collect();
        let expected = if keyframe { 2 } else { 1 };
        assert_eq!(passed.len(), expected);
        for now in passed {
            assert_eq!(now.seq, before.seq + 1);
            let (was, is) = (before.picture.unwrap(), now.picture.unwrap());
            assert_eq!(is.0, was.0 + 1);
            assert_eq!(is.1.unwrap(), was.1.unwrap().wrapping_add(1));
            let step = now.time.wrapping_sub(before.time);
            assert!((1..=3_001).contains(&step), "time went on by {step}");
            before = now;
        }
    }
    assert_eq!(forwarder.current(), Some(2));
}

#[test]
fn a_pause_leaves_no_hole_in_the_numbers_but_in_time() {
    let (mut low, _) = streams();
    let mut forwarder = Forwarder::new(90_000);
    forwarder.set_target(Some(0));
    let before = low.picture(&mut forwarder, true).unwrap();
    forwarder.set_target(None);
    for _ in 0..300 {
        assert_eq!(low.picture(&mut forwarder, false), None);
    }
    forwarder.set_target(Some(0));
    let after = low.picture(&mut forwarder, true).unwrap();
    assert_eq!(after.seq, before.seq + 1);
    let ticks = after.time.wrapping_sub(before.time);
    assert!((301 * 2_990..=301 * 3_010).contains(&ticks), "{ticks}");
}

#[test]
fn pictures_of_av1_are_counted_on_across_a_seam() {
    let mut forwarder = Forwarder::new(90_000);
    let arrived = Instant::now();
    let mut seq = 0;
    let mut pass = |forwarder: &mut Forwarder, keyframe: bool, number: u16| {
        seq += 1;
        let bytes = [0x10 | u8::from(keyframe) << 3, 1];
        let incoming = Incoming {
            layer: 0,
            seq,
            time: seq as u32 * 3_000,
            clock: None,
            arrived,
            payload: Payload::read(CodecKind::Av1, &bytes),
            number: Some(number),
        };
        let outgoing = forwarder.forward(&incoming);
        outgoing.map(|outgoing| outgoing.number.unwrap())
    };
    forwarder.set_target(Some(0));
    assert_eq!(pass(&mut forwarder, true, 65_534), Some(65_534));
    assert_eq!(pass(&mut forwarder, false, 65_535), Some(65_535));
    assert_eq!(pass(&mut forwarder, false, 1), Some(1));
    // Late, as packets are.
    assert_eq!(pass(&mut forwarder, false, 0), Some(0));
    forwarder.interrupt();
    assert_eq!(pass(&mut forwarder, false, 2), None);
    // The publisher began to count anew; the subscriber must not notice.
    assert_eq!(pass(&mut forwarder, true, 40_000), Some(2));
    assert_eq!(pass(&mut forwarder, false, 40_001), Some(3));
}

#[test]
fn a_late_packet_from_before_the_splice_stays_behind() {
    let (mut low, _) = streams();
    let mut forwarder = Forwarder::new(90_000);
    forwarder.set_target(Some(0));
    low.picture(&mut forwarder, true).unwrap();
    low.seq -= 5;
    assert_eq!(low.picture(&mut forwarder, false), None);
}

#[test]
fn a_packet_from_before_the_first_one_confuses_nothing() {
    let (mut low, _) = streams();
    low.seq = u64::MAX - 1;
    let mut forwarder = Forwarder::new(90_000);
    forwarder.set_target(Some(0));
    assert_eq!(low.picture(&mut forwarder, true), None);
    low.seq = 0;
    let first = low.picture(&mut forwarder, true).unwrap();
    low.seq = u64::MAX - 1;
    assert_eq!(low.picture(&mut forwarder, true), None);
    low.seq = 1;
    let second = low.picture(&mut forwarder, false).unwrap();
    assert_eq!(second.seq, first.seq + 1);
}

#[test]
fn a_lost_packet_leaves_its_number_free_for_its_repeat() {
    let (mut low, _) = streams();
    let mut forwarder = Forwarder::new(90_000);
    forwarder.set_target(Some(0));
    let first = low.picture(&mut forwarder, true).unwrap();
    low.seq += 1;
    let third = low.picture(&mut forwarder, false).unwrap();
    assert_eq!(third.seq, first.seq + 2);
    low.seq -= 2;
    let second = low.picture(&mut forwarder, false).unwrap();
    assert_eq!(second.seq, first.seq + 1);
}
