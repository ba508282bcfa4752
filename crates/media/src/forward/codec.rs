//! What a forwarder must know of a packet's payload: whether a decoder can start with it, and its picture numbers.

use str0m::format::{Codec, detect_av1_keyframe, detect_h264_keyframe, detect_vp9_keyframe};
use str0m::rtp::{Vp8Descriptor, Vp8Patch};

/// Codecs by how their payloads are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodecKind {
    Vp8,
    Vp9,
    H264,
    Av1,
    /// Audio, where every packet is a start.
    Other,
}

impl From<Codec> for CodecKind {
    fn from(codec: Codec) -> Self {
        match codec {
            Codec::Vp8 => Self::Vp8,
            Codec::Vp9 => Self::Vp9,
            Codec::H264 => Self::H264,
            Codec::Av1 => Self::Av1,
            _ => Self::Other,
        }
    }
}

/// The payload of a packet, looked at once for all subscribers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Payload<'a> {
    bytes: &'a [u8],
    vp8: Option<Vp8Descriptor>,
    starts_stream: bool,
}

impl<'a> Payload<'a> {
    pub(crate) fn read(codec: CodecKind, bytes: &'a [u8]) -> Self {
        let vp8 = if codec == CodecKind::Vp8 {
            Vp8Descriptor::parse(bytes).ok()
        } else {
            None
        };
        let starts_stream = !bytes.is_empty()
            && match codec {
                CodecKind::Vp8 => vp8.is_some_and(|descriptor| descriptor.starts_keyframe(bytes)),
                CodecKind::Vp9 => detect_vp9_keyframe(bytes),
                CodecKind::H264 => detect_h264_keyframe(bytes),
                CodecKind::Av1 => detect_av1_keyframe(bytes),
                CodecKind::Other => true,
            };
        Self {
            bytes,
            vp8,
            starts_stream,
        }
    }

    /// Whether a decoder can start with this packet.
    pub(crate) fn starts_stream(&self) -> bool {
        self.starts_stream
    }

    /// Whether there is nothing in it: browsers probe the network with such packets.
    pub(crate) fn is_padding(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The change to the payload that gives it these picture numbers.
    pub(crate) fn patch(&self, (picture_id, tl0): (u16, Option<u8>)) -> Option<Vp8Patch> {
        let mut patch = self.vp8?.patch().picture_id(picture_id);
        if let Some(tl0) = tl0 {
            patch = patch.tl0_pic_idx(tl0);
        }
        patch.build().ok()
    }
}

/// Picture ids and TL0PICIDX of VP8 in the joined stream. Decoders count both and take a jump for a loss.
#[derive(Debug, Default)]
pub(crate) struct Pictures {
    id_offset: u16,
    tl0_offset: u8,
    last: Option<(u16, u8)>,
}

/// Picture ids have 15 bits; in their short form 7, but no browser uses that.
const PICTURE_ID_MASK: u16 = 0x7fff;

impl Pictures {
    /// From this packet on, another source goes on where the last one ended.
    pub(crate) fn splice(&mut self, payload: &Payload<'_>) {
        let Some((last_id, last_tl0)) = self.last else {
            return;
        };
        let Some(descriptor) = payload.vp8 else {
            return;
        };
        if let Some(id) = descriptor.picture_id() {
            self.id_offset = last_id.wrapping_add(1).wrapping_sub(id) & PICTURE_ID_MASK;
        }
        if let Some(tl0) = descriptor.tl0_pic_idx() {
            self.tl0_offset = last_tl0.wrapping_add(1).wrapping_sub(tl0);
        }
    }

    /// The picture numbers of a packet in the joined stream.
    pub(crate) fn map(&mut self, payload: &Payload<'_>) -> Option<(u16, Option<u8>)> {
        let descriptor = payload.vp8?;
        let id = descriptor.picture_id()?.wrapping_add(self.id_offset) & PICTURE_ID_MASK;
        let tl0 = descriptor
            .tl0_pic_idx()
            .map(|tl0| tl0.wrapping_add(self.tl0_offset));
        let is_newer = self
            .last
            .is_none_or(|(last, _)| (id.wrapping_sub(last) & PICTURE_ID_MASK) < 0x4000);
        if is_newer {
            let last_tl0 = self.last.map_or(0, |(_, tl0)| tl0);
            self.last = Some((id, tl0.unwrap_or(last_tl0)));
        }
        Some((id, tl0))
    }
}

/// Numbers of AV1's pictures in the joined stream, as its dependency descriptors have them. A keyframe whose number lies behind that of the last one would be
/// taken for an old one, and nothing after it decoded.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    offset: u16,
    last: Option<u16>,
}

impl Numbers {
    /// From this packet on, another source goes on where the last one ended.
    pub(crate) fn splice(&mut self, number: Option<u16>) {
        if let (Some(last), Some(number)) = (self.last, number) {
            self.offset = last.wrapping_add(1).wrapping_sub(number);
        }
    }

    /// The number of a picture in the joined stream.
    pub(crate) fn map(&mut self, number: Option<u16>) -> Option<u16> {
        let number = number?.wrapping_add(self.offset);
        if self
            .last
            .is_none_or(|last| number.wrapping_sub(last) < 0x8000)
        {
            self.last = Some(number);
        }
        Some(number)
    }
}
