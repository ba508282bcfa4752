//! Passwords: argon2id with the crate's defaults (OWASP's minimum: 19 MiB, 2 passes, 1 lane).

use crate::problem::Problem;
use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

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

/// Hashes and compares passwords, a few at a time: each takes tens of milliseconds and 19 MiB by design. So a flood of
/// sign-ins takes neither all memory nor all cores, nor the threads that read the store.
#[derive(Clone, Debug)]
pub struct Passwords {
    places: Arc<Semaphore>,
    /// How long a sign-in waits for a place.
    patience: Duration,
}

#[derive(Debug, thiserror::Error)]
pub enum HashError {
    #[error("too many passwords are being checked")]
    Busy,
    #[error("a password could not be hashed: {0}")]
    Failed(String),
}

impl From<HashError> for Problem {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::unavailable(
                "sign_in_busy",
                "Very many people sign in just now. Please try again in a moment.",
            ),
            error @ HashError::Failed(_) => Self::internal(error),
        }
    }
}

impl Passwords {
    /// Half of the cores hash at most, so that conversations keep the other half.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self::with_places((cores / 2).max(1), Duration::from_secs(10))
    }

    fn with_places(places: usize, patience: Duration) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places)),
            patience,
        }
    }

    pub async fn hash(&self, password: String) -> Result<String, HashError> {
        self.off_the_async_threads(move || {
            let mut salt = [0u8; 16];
            getrandom::fill(&mut salt).map_err(|error| format!("no randomness: {error}"))?;
            let salt = SaltString::encode_b64(&salt).map_err(|error| format!("salt: {error}"))?;
            let hash = Argon2::default()
                .hash_password(password.as_bytes(), &salt)
                .map_err(|error| format!("hash: {error}"))?;
            Ok(hash.to_string())
        })
        .await?
        .map_err(HashError::Failed)
    }

    /// Compares in constant time. Without a stored hash it works just as long, so that timing does not tell who has an account.
    pub async fn verify(
        &self,
        password: String,
        stored: Option<String>,
    ) -> Result<bool, HashError> {
        // A hash of nothing anybody can type: its salt and digest are all zeros.
        const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        if password.len() > MAX_PASSWORD_BYTES {
            return Ok(false);
        }
        self.off_the_async_threads(move || {
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
    }

    async fn off_the_async_threads<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let waiting = Arc::clone(&self.places).acquire_owned();
        let Ok(Ok(place)) = timeout(self.patience, waiting).await else {
            return Err(HashError::Busy);
        };
        tokio::task::spawn_blocking(move || {
            let done = work();
            // Kept until here even if the one who asked has gone away: the work goes on without them.
            drop(place);
            done
        })
        .await
        .map_err(|error| HashError::Failed(error.to_string()))
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_verifies() {
        let passwords = Passwords::new();
        let hash = passwords
            .hash("correct horse battery".into())
            .await
            .unwrap();
        for (typed, stored, expected) in [
            ("correct horse battery", Some(hash.clone()), true),
            ("correct horse batterz", Some(hash), false),
            ("anything at all", None, false),
        ] {
            let verified = passwords.verify(typed.into(), stored).await.unwrap();
            assert_eq!(verified, expected, "{typed}");
        }
    }

    #[tokio::test]
    async fn no_more_is_hashed_at_a_time_than_there_are_places() {
        let passwords = Passwords::with_places(1, Duration::ZERO);
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        let (start, started) = tokio::sync::oneshot::channel();
        let first = tokio::spawn({
            let passwords = passwords.clone();
            async move {
                let work = move || {
                    start.send(()).unwrap();
                    finished.recv().unwrap();
                };
                passwords.off_the_async_threads(work).await
            }
        });
        started.await.unwrap();
        // The one who asked goes away, and their place is still taken.
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        let refused = passwords.verify("anything at all".into(), None).await;
        assert!(matches!(refused, Err(HashError::Busy)), "{refused:?}");
        assert_eq!(Problem::from(refused.unwrap_err()).code, "sign_in_busy");

        finish.send(()).unwrap();
        let patient = Passwords {
            patience: Duration::from_secs(60),
            ..passwords
        };
        patient.off_the_async_threads(|| ()).await.unwrap();
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
