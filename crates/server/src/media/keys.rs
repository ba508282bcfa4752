//! The key that access tokens are signed with.

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fs;
use std::io::Write;
use std::path::Path;

/// The name of the built-in media server's key.
const BUILT_IN: &str = "trialogue";
/// Random bytes of its secret: as many as HMAC-SHA256 makes use of (RFC 2104 §3).
const SECRET_BYTES: usize = 32;

pub(super) struct Keys {
    key: String,
    secret: String,
}

impl Keys {
    pub(super) fn given(key: &str, secret: &str) -> Self {
        Self {
            key: key.to_owned(),
            secret: secret.to_owned(),
        }
    }

    /// Made once and kept beside the database, so that calls go on after a restart.
    pub(super) fn kept_in(data_dir: &Path) -> anyhow::Result<Self> {
        let path = data_dir.join("media.key");
        let kept = match fs::read_to_string(&path) {
            Ok(kept) => kept,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(&path)?,
            Err(error) => {
                return Err(error).with_context(|| format!("{} cannot be read", path.display()));
            }
        };
        let secret = kept.trim();
        anyhow::ensure!(
            URL_SAFE_NO_PAD
                .decode(secret)
                .is_ok_and(|bytes| bytes.len() >= SECRET_BYTES),
            "{} holds no key; delete it to have one made",
            path.display()
        );
        Ok(Self::given(BUILT_IN, secret))
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret
    }
}

fn make(path: &Path) -> anyhow::Result<String> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    let secret = URL_SAFE_NO_PAD.encode(bytes);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let made = options
        .open(path)
        .and_then(|mut file| file.write_all(secret.as_bytes()));
    match made {
        Ok(()) => Ok(secret),
        // Another node on the same folder was faster.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be written", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let made = Keys::kept_in(folder.path()).unwrap();
        let read = Keys::kept_in(folder.path()).unwrap();
        assert_eq!(made.secret(), read.secret());
        assert!(made.secret().len() >= 43);
        let other = tempfile::tempdir().unwrap();
        assert_ne!(Keys::kept_in(other.path()).unwrap().secret(), made.secret());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join("media.key"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_spoilt_key_is_an_error_and_not_a_weak_key() {
        let folder = tempfile::tempdir().unwrap();
        for spoilt in ["", "secret", "%%%%"] {
            fs::write(folder.path().join("media.key"), spoilt).unwrap();
            assert!(Keys::kept_in(folder.path()).is_err(), "{spoilt:?}");
        }
    }
}
