use lettre::Address;

/// An e-mail address that is safe to put into a header and an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress(Address);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("This is not an e-mail address.")]
    Malformed,
    #[error("This e-mail address is too long.")]
    TooLong,
}

/// RFC 5321 4.5.3.1.3: a path holds 256 octets, two of them the angle brackets.
const MAX_BYTES: usize = 254;

impl EmailAddress {
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.len() > MAX_BYTES {
            return Err(AddressError::TooLong);
        }
        // lettre refuses most of these too; said here so that no change there can open a header.
        // Quoted local parts may hold nearly anything by the RFC; nobody's mailbox needs it and headers are safer without.
        if text.chars().any(|c| {
            c.is_control() || c.is_whitespace() || matches!(c, '"' | '<' | '>' | ',' | ';' | '\\')
        }) {
            return Err(AddressError::Malformed);
        }
        text.parse().map(Self).map_err(|_| AddressError::Malformed)
    }

    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    pub(crate) fn address(&self) -> &Address {
        &self.0
    }
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{AddressError, EmailAddress};

    #[test]
    fn ordinary_addresses_are_taken() {
        for text in [
            "dana@example.org",
            " dana@example.org ",
            "d.r+x@mail.example.co.uk",
            "dana@localhost",
            "dana@bücher.example",
        ] {
            assert!(EmailAddress::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_could_end_a_header_is_refused() {
        for text in [
            "",
            "dana",
            "@example.org",
            "dana@example.org\r\nBcc: all@example.org",
            "\"dana\r\nBcc: x\"@example.org",
            "dana@example.org,eve@example.org",
            "dana@example.org> RCPT TO:<eve@example.org",
            "Dana <dana@example.org>",
        ] {
            assert_eq!(
                EmailAddress::parse(text),
                Err(AddressError::Malformed),
                "{text}"
            );
        }
        assert_eq!(
            EmailAddress::parse(&format!("{}@example.org", "a".repeat(250))),
            Err(AddressError::TooLong)
        );
    }
}
