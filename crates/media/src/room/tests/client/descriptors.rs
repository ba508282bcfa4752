//! AV1's dependency descriptors, as the client under test writes and reads them.

use str0m::rtp::{Extension, ExtensionSerializer, ExtensionValues};

const DESCRIPTOR: &str =
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

/// A dependency descriptor, as the client under test writes it: beginning or not, the number of the picture, on keyframes the layers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Descriptor(pub Vec<u8>);

/// The extension for str0m.
pub(super) fn extension() -> Extension {
    Extension::with_serializer(DESCRIPTOR, Descriptors)
}

#[derive(Debug)]
struct Descriptors;

impl ExtensionSerializer for Descriptors {
    fn write_to(&self, buffer: &mut [u8], values: &ExtensionValues) -> usize {
        let Some(Descriptor(bytes)) = values.user_values.get() else {
            return 0;
        };
        buffer[..bytes.len()].copy_from_slice(bytes);
        bytes.len()
    }

    fn parse_value(&self, bytes: &[u8], values: &mut ExtensionValues) -> bool {
        values.user_values.set(Descriptor(bytes.to_vec()));
        true
    }

    fn is_video(&self) -> bool {
        true
    }

    fn is_audio(&self) -> bool {
        false
    }

    fn requires_two_byte_form(&self, values: &ExtensionValues) -> bool {
        let value = values.user_values.get::<Descriptor>();
        value.is_some_and(|value| value.0.len() > 16)
    }
}
