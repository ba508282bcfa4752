//! Takes an input apart. Whatever its bytes are, they mean something, so that no input is wasted on being refused.

/// The rest of an input.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    /// The next byte; none at the end.
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn short(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes([self.byte()?, self.byte()?]))
    }

    /// So many bytes, or as many as are left.
    pub(super) fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// A piece that says how long it is, in two bytes.
    pub(super) fn frame(&mut self) -> Option<&'a [u8]> {
        let length = self.short()?;
        Some(self.take(length.into()))
    }

    pub(super) fn text(&mut self, length: usize) -> String {
        String::from_utf8_lossy(self.take(length)).into_owned()
    }
}

/// Puts inputs together; the reverse of [`Bytes`].
#[derive(Debug, Clone, Default)]
pub(super) struct Script(pub Vec<u8>);

impl Script {
    pub(super) fn byte(mut self, byte: u8) -> Self {
        self.0.push(byte);
        self
    }

    pub(super) fn short(mut self, short: u16) -> Self {
        self.0.extend(short.to_be_bytes());
        self
    }

    pub(super) fn frame(mut self, bytes: &[u8]) -> Self {
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        self.0.extend(length.to_be_bytes());
        self.0.extend(&bytes[..length.into()]);
        self
    }

    pub(super) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }
}
