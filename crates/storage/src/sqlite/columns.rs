//! Between rows and our types.

use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type};
use std::fmt;
use trialogue_conversation::ids::Timestamp;

/// A column that holds one of an enum's words.
pub(super) fn word<T>(
    row: &Row<'_>,
    column: &str,
    from_word: fn(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let index = row.as_ref().column_index(column)?;
    let stored: String = row.get(index)?;
    from_word(&stored)
        .ok_or_else(|| unreadable(index, format!("unknown word {stored:?} in {column}")))
}

/// A column that holds a JSON list of strings.
pub(super) fn list(row: &Row<'_>, column: &str) -> rusqlite::Result<Vec<String>> {
    let index = row.as_ref().column_index(column)?;
    let stored: String = row.get(index)?;
    serde_json::from_str(&stored)
        .map_err(|error| unreadable(index, format!("no list in {column}: {error}")))
}

/// The same list as a column's value.
pub(super) fn list_text(items: &[String]) -> String {
    serde_json::Value::from(items).to_string()
}

pub(super) fn time(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp)
}

pub(super) fn optional_time(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp))
}

pub(super) fn unreadable(index: usize, detail: impl fmt::Display) -> rusqlite::Error {
    let cause = FromSqlError::Other(detail.to_string().into());
    rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(cause))
}

/// A limit as SQL takes it. No list is longer than this, whatever a caller asks for.
pub(super) fn at_most(limit: usize) -> i64 {
    const LONGEST: usize = 10_000;
    i64::try_from(limit.min(LONGEST)).expect("ten thousand fits")
}
