//! How many files and connections the process may have open.

use tracing::{debug, warn};

/// Asks the system for as many as it grants. Many let a process open 1,024 until it asks for more, and each browser holds one or two.
pub fn raise_limit() {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => debug!(limit, "open files"),
        Err(error) => warn!(%error, "the limit of open files stays as it was"),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use rlimit::Resource;

    #[test]
    fn the_process_may_open_as_many_files_as_the_system_grants() {
        let (_, most) = Resource::NOFILE.get().unwrap();
        // One less does no harm to the tests beside this one.
        Resource::NOFILE.set(most - 1, most).unwrap();
        raise_limit();
        assert_eq!(Resource::NOFILE.get().unwrap(), (most, most));
    }
}
