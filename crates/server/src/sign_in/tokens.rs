//! Bearer secrets: made from the operating system's randomness, given out once, kept only as a hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A fresh secret of 256 bits, URL-safe.
pub fn new_token() -> Result<String, getrandom::Error> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is kept of a token. The token has 256 bits of entropy, so a plain hash cannot be guessed back.
pub fn hash_token(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Characters of a token in base64.
const TOKEN_CHARS: usize = 43;

/// The text with every token in it replaced by an ellipsis.
pub fn hide_tokens(text: &str) -> String {
    let in_token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut hidden = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c| !in_token(c)) {
        let word = piece.trim_end_matches(|c| !in_token(c));
        if word.len() == TOKEN_CHARS {
            hidden.push('…');
            hidden.push_str(&piece[word.len()..]);
        } else {
            hidden.push_str(piece);
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_their_hashes_too() {
        let (a, b) = (new_token().unwrap(), new_token().unwrap());
        assert_eq!(a.len(), 43);
        assert_ne!(a, b);
        assert_ne!(hash_token(&a), hash_token(&b));
    }

    #[test]
    fn a_hidden_token_leaves_the_rest_of_the_text() {
        let token = new_token().unwrap();
        let mail = format!(
            "Join: <a href=\"https://x.example/g#{token}\">https://x.example/g#{token}</a> ünd\n{token}"
        );
        assert_eq!(
            hide_tokens(&mail),
            "Join: <a href=\"https://x.example/g#…\">https://x.example/g#…</a> ünd\n…"
        );
        assert_eq!(hide_tokens("no secret here"), "no secret here");
    }
}
