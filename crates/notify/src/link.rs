use url::Url;

/// A link to this server, as put on a mail's button. Always `http` or `https`, and written so that it can stand in an attribute.
#[derive(Clone, PartialEq, Eq)]
pub struct Link(Url);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error("A mail's link must be a complete web address.")]
    Malformed,
    #[error("A mail's link must begin with http:// or https://.")]
    NotWeb,
    #[error("A mail's link is too long.")]
    TooLong,
}

/// RFC 5322 2.1.1 ends a line at 998 octets; a link within it survives mail servers that don't re-encode the text part.
const MAX_BYTES: usize = 900;

impl Link {
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let url = Url::parse(text).map_err(|_| LinkError::Malformed)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(LinkError::NotWeb);
        }
        if url.as_str().len() > MAX_BYTES {
            return Err(LinkError::TooLong);
        }
        Ok(Self(url))
    }

    /// The server's name and port, for the footer.
    pub(crate) fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.as_str())
    }
}

/// Only the server: the rest may be a token that lets somebody in, and doesn't belong in a log.
impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Link({}…)", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::{Link, LinkError};

    #[test]
    fn only_web_addresses_become_links() {
        assert_eq!(Link::parse("javascript:alert(1)"), Err(LinkError::NotWeb));
        assert_eq!(Link::parse("/g#token"), Err(LinkError::Malformed));
        assert_eq!(
            Link::parse(&format!("https://chat.example.org/{}", "a".repeat(900))),
            Err(LinkError::TooLong)
        );
        assert_eq!(
            Link::parse("https://chat.example.org/g#t0ken")
                .map(|link| link.to_string())
                .as_deref(),
            Ok("https://chat.example.org/g#t0ken")
        );
    }

    #[test]
    fn a_quote_or_line_break_cannot_leave_the_link() {
        let link = Link::parse("https://chat.example.org/\"><b>\r\nX: y z")
            .map(|link| link.to_string())
            .unwrap();
        assert!(!link.contains(['"', '<', '>', '\r', '\n', ' ']), "{link}");
    }
}
