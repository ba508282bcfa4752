//! AV1's dependency descriptor: the header extension that says what each picture needs to be decoded.
//!
//! Browsers send AV1 in layers and, since Chromium 152, decode none that comes without it. str0m does not know it, so it is carried as bytes; all that is
//! read of it is the number of the picture (AV1 RTP specification, appendix A.8.2, the mandatory fields).

use std::ops::Range;
use std::sync::Arc;

use str0m::rtp::{Extension, ExtensionSerializer, ExtensionValues};

/// The name under which it is negotiated.
pub(crate) const URI: &str =
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

/// Its number in offers of this server's: none that str0m or a browser gives to another by itself. Clients that offer choose their own.
pub(super) const ID: u8 = 12;

/// Where the number of the picture stands.
const NUMBER: Range<usize> = 1..3;

/// The longest value that a header extension of one byte can have (RFC 8285); the description of the layers, on keyframes, is longer.
const LONGEST_SHORT: usize = 16;

/// The descriptor of one packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependencies(Vec<u8>);

impl Dependencies {
    /// That which came with a packet.
    pub(crate) fn of(values: &ExtensionValues) -> Option<Arc<Self>> {
        values.user_values.get_arc()
    }

    /// The number of the picture that the packet is of.
    pub(crate) fn number(&self) -> u16 {
        u16::from_be_bytes([self.0[NUMBER.start], self.0[NUMBER.start + 1]])
    }

    /// The same for a picture of another number. Pictures say which others they need by how far back these are.
    pub(crate) fn numbered(self: Arc<Self>, number: u16) -> Arc<Self> {
        if self.number() == number {
            return self;
        }
        let mut bytes = self.0.clone();
        bytes[NUMBER].copy_from_slice(&number.to_be_bytes());
        Arc::new(Self(bytes))
    }
}

/// The extension as str0m is to negotiate and carry it.
pub(super) fn extension() -> Extension {
    Extension::with_serializer(URI, Carrier)
}

#[derive(Debug)]
struct Carrier;

impl ExtensionSerializer for Carrier {
    fn write_to(&self, buffer: &mut [u8], values: &ExtensionValues) -> usize {
        let Some(value) = values.user_values.get::<Dependencies>() else {
            return 0;
        };
        let Some(room) = buffer.get_mut(..value.0.len()) else {
            return 0;
        };
        room.copy_from_slice(&value.0);
        room.len()
    }

    fn parse_value(&self, bytes: &[u8], values: &mut ExtensionValues) -> bool {
        let is_whole = bytes.len() >= NUMBER.end;
        if is_whole {
            values.user_values.set(Dependencies(bytes.to_vec()));
        }
        is_whole
    }

    fn is_video(&self) -> bool {
        true
    }

    fn is_audio(&self) -> bool {
        false
    }

    fn requires_two_byte_form(&self, values: &ExtensionValues) -> bool {
        let value = values.user_values.get::<Dependencies>();
        value.is_some_and(|value| value.0.len() > LONGEST_SHORT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<Arc<Dependencies>> {
        let mut values = ExtensionValues::default();
        Carrier.parse_value(bytes, &mut values);
        Dependencies::of(&values)
    }

    #[test]
    fn a_descriptor_is_written_as_it_was_read_but_for_its_number() {
        for length in [3, 16, 17, 255] {
            let bytes: Vec<u8> = (0..length).map(|at| at as u8 ^ 0x80).collect();
            let descriptor = read(&bytes).unwrap();
            assert_eq!(descriptor.number(), 0x8182);
            let mut values = ExtensionValues::default();
            values.user_values.set_arc(descriptor.numbered(0x0203));
            let mut buffer = [0; 300];
            assert_eq!(Carrier.write_to(&mut buffer, &values), length);
            assert_eq!(buffer[..4], [0x80, 2, 3, if length > 3 { 0x83 } else { 0 }]);
            assert_eq!(buffer[3..length], bytes[3..]);
            assert_eq!(Carrier.requires_two_byte_form(&values), length > 16);
        }
    }

    #[test]
    fn what_is_too_short_for_a_number_is_no_descriptor() {
        for length in 0..3 {
            assert_eq!(read(&vec![7; length]), None);
        }
    }
}
