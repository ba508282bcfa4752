//! Passwords: argon2id with the crate's defaults (OWASP's minimum: 19 MiB, 2 passes, 1 lane).

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};

/// Shortest password accepted, in characters (NIST SP 800-63B asks for at least 8).
pub const MIN_PASSWORD_CHARS: usize = 10;
/// Longest, so that hashing cannot be made expensive from outside.
pub const MAX_PASSWORD_BYTES: usize = 256;

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PasswordRefusal {
    #[error("A password needs at least {MIN_PASSWORD_CHARS} characters.")]
    TooShort,
    #[error("A password may have at most {MAX_PASSWORD_BYTES} bytes.")]
    TooLong,
}

pub fn check_new_password(password: &str) -> Result<(), PasswordRefusal> {
    if password.len() > MAX_PASSWORD_BYTES {
        return Err(PasswordRefusal::TooLong);
    }
    if password.chars().count() < MIN_PASSWORD_CHARS {
        return Err(PasswordRefusal::TooShort);
    }
    Ok(())
}

/// Hashes off the async threads: it takes tens of milliseconds by design.
pub async fn hash_password(password: String) -> anyhow::Result<String> {
    tokio::task::spawn_blocking(move || {
        let mut salt = [0u8; 16];
        getrandom::fill(&mut salt).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        let salt =
            SaltString::encode_b64(&salt).map_err(|error| anyhow::anyhow!("salt: {error}"))?;
        let hash = Argon2::default()
            .hash_password(password.as_bytes(), &salt)
            .map_err(|error| anyhow::anyhow!("hash: {error}"))?;
        Ok(hash.to_string())
    })
    .await?
}

/// Compares in constant time. Without a stored hash it works just as long, so that timing does not tell who has an account.
pub async fn verify_password(password: String, stored: Option<String>) -> bool {
    // A hash of nothing anybody can type: its salt and digest are all zeros.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    if password.len() > MAX_PASSWORD_BYTES {
        return false;
    }
    tokio::task::spawn_blocking(move || {
        let known = stored.is_some();
        let hash = stored.unwrap_or_else(|| NOBODY.to_owned());
        let matches = PasswordHash::new(&hash).is_ok_and(|parsed| {
            Argon2::default()
                .verify_password(password.as_bytes(), &parsed)
                .is_ok()
        });
        matches && known
    })
    .await
    .unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_verifies() {
        let hash = hash_password("correct horse battery".into()).await.unwrap();
        assert!(verify_password("correct horse battery".into(), Some(hash.clone())).await);
        assert!(!verify_password("correct horse batterz".into(), Some(hash)).await);
        assert!(!verify_password("anything at all".into(), None).await);
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert_eq!(check_new_password("short"), Err(PasswordRefusal::TooShort));
        assert_eq!(
            check_new_password(&"x".repeat(300)),
            Err(PasswordRefusal::TooLong)
        );
        assert_eq!(check_new_password("long enough!"), Ok(()));
    }
}
