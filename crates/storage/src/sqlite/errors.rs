//! From the driver's errors to ours, and what the writer needs to know of a job's.

use crate::error::{
    AppendError, CreateUserError, Error, PasswordError, SetupError, UpdatePersonaError,
    UpdateUserError,
};
use rusqlite::ErrorCode;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as Sql;
        match &error {
            Sql::SqliteFailure(failure, _) if failure.code == ErrorCode::DiskFull => Self::Full,
            Sql::FromSqlConversionFailure(..)
            | Sql::IntegralValueOutOfRange(..)
            | Sql::InvalidColumnType(..)
            | Sql::Utf8Error(..) => Self::Row(error.to_string()),
            // An id beyond the 63 bits that a column holds.
            Sql::ToSqlConversionFailure(..) => Self::Call(error.to_string()),
            _ => Self::Driver(error.to_string()),
        }
    }
}

/// A job's error: a refusal of its own, or the store's.
pub(super) trait JobError: From<Error> + Send + 'static {
    fn as_storage(&self) -> Option<&Error>;
}

impl JobError for Error {
    fn as_storage(&self) -> Option<&Error> {
        Some(self)
    }
}

impl JobError for AppendError {
    fn as_storage(&self) -> Option<&Error> {
        match self {
            Self::Full => Some(&Error::Full),
            Self::Storage(error) => Some(error),
            Self::Conflict { .. } | Self::LeaseLost => None,
        }
    }
}

impl From<rusqlite::Error> for AppendError {
    fn from(error: rusqlite::Error) -> Self {
        Error::from(error).into()
    }
}

macro_rules! job_errors {
    ($($name:ident),*) => {$(
        impl JobError for $name {
            fn as_storage(&self) -> Option<&Error> {
                match self {
                    Self::Storage(error) => Some(error),
                    _ => None,
                }
            }
        }

        impl From<rusqlite::Error> for $name {
            fn from(error: rusqlite::Error) -> Self {
                Self::Storage(error.into())
            }
        }
    )*};
}

job_errors!(
    SetupError,
    CreateUserError,
    UpdateUserError,
    PasswordError,
    UpdatePersonaError
);

/// Checks that a statement changed exactly one row.
pub(super) fn exactly_one(changed: usize) -> Result<(), Error> {
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::Count {
            expected: 1,
            changed,
        })
    }
}
