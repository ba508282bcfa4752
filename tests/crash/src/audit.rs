//! What is on the disk in the end, against what every client was told.

use crate::member::Member;
use anyhow::Context;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Counted for the report.
#[derive(Debug, Default)]
pub struct Tally {
    pub conversations: u64,
    pub events: u64,
    pub messages: u64,
    pub acknowledged: u64,
    pub resent: u64,
    pub started_afresh: u64,
    pub effects_done: u64,
    pub attempts_more_than_one: u64,
    pub turns: u64,
    pub invitations: u64,
    pub mails: u64,
}

/// Effects that nobody has done yet.
pub fn unfinished_effects(database: &Path) -> anyhow::Result<u64> {
    let connection = open(database)?;
    let waiting = "SELECT count(*) FROM effects WHERE state IN ('waiting', 'leased')";
    Ok(connection
        .query_row(waiting, [], |row| row.get::<_, i64>(0))?
        .cast_unsigned())
}

/// Checks everything. Faults come back as sentences.
pub fn audit(database: &Path, members: &[Member]) -> anyhow::Result<(Tally, Vec<String>)> {
    let connection = open(database)?;
    let mut tally = Tally::default();
    let mut faults: Vec<String> = members
        .iter()
        .flat_map(|member| member.faults.clone())
        .collect();
    let mut by_conversation: BTreeMap<&str, Vec<&Member>> = BTreeMap::new();
    for member in members {
        by_conversation
            .entry(&member.seat.conversation_id)
            .or_default()
            .push(member);
    }
    for (conversation_id, members) in by_conversation {
        let log = read_log(&connection, conversation_id, &mut faults)?;
        tally.conversations += 1;
        tally.events += log.len() as u64;
        let messages = check_messages(conversation_id, &log, &mut tally, &mut faults);
        tally.turns += check_turns(conversation_id, &log, &mut faults);
        for member in members {
            check_member(member, &log, &messages, &mut tally, &mut faults);
        }
    }
    check_effects(&connection, &mut tally, &mut faults)?;
    Ok((tally, faults))
}

type Log = BTreeMap<u64, Value>;

fn open(database: &Path) -> anyhow::Result<Connection> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}

/// The whole log; its seqs run from 1 without a gap up to what the summary row says.
fn read_log(
    connection: &Connection,
    conversation_id: &str,
    faults: &mut Vec<String>,
) -> anyhow::Result<Log> {
    let id: Vec<u8> = uuid_bytes(conversation_id)?;
    let mut select = connection
        .prepare("SELECT seq, json FROM events WHERE conversation_id = ?1 ORDER BY seq")?;
    let mut rows = select.query([&id])?;
    let mut log = Log::new();
    while let Some(row) = rows.next()? {
        let (seq, json): (i64, String) = (row.get(0)?, row.get(1)?);
        log.insert(seq.cast_unsigned(), serde_json::from_str(&json)?);
    }
    let last: i64 = connection.query_row(
        "SELECT last_seq FROM conversations WHERE id = ?1",
        [&id],
        |row| row.get(0),
    )?;
    if !log.keys().copied().eq(1..=last.cast_unsigned()) {
        faults.push(format!(
            "{conversation_id}: the seqs of {} events do not run from 1 to {last}",
            log.len()
        ));
    }
    Ok(log)
}

/// No client's message is there twice. Returns the seq of each by its client id.
fn check_messages(
    conversation_id: &str,
    log: &Log,
    tally: &mut Tally,
    faults: &mut Vec<String>,
) -> BTreeMap<String, u64> {
    let mut messages = BTreeMap::new();
    for (seq, recorded) in log {
        let event = &recorded["event"];
        if event["type"] != "message_posted" {
            continue;
        }
        tally.messages += 1;
        if let Some(id) = event["client_id"].as_str()
            && let Some(before) = messages.insert(id.to_owned(), *seq)
        {
            faults.push(format!(
                "{conversation_id}: message {id} is there twice, as {before} and {seq}"
            ));
        }
    }
    messages
}

/// Every persona turn came to exactly one end, and said at most one thing.
fn check_turns(conversation_id: &str, log: &Log, faults: &mut Vec<String>) -> u64 {
    let of_type = |name: &'static str| {
        log.iter()
            .filter(move |(_, recorded)| recorded["event"]["type"] == name)
    };
    let mut turns = 0;
    for (turn, _) in of_type("turn_started") {
        turns += 1;
        let ends = |name| {
            of_type(name)
                .filter(|(_, end)| end["event"]["turn_id"].as_u64() == Some(*turn))
                .count()
        };
        let (finished, outdated, said) = (
            ends("turn_finished"),
            ends("turn_outdated"),
            ends("message_posted"),
        );
        if finished + outdated != 1 || said > 1 {
            faults.push(format!(
                "{conversation_id}: turn {turn} finished {finished} times, was outdated {outdated} times, spoke {said} times"
            ));
        }
    }
    turns
}

fn check_member(
    member: &Member,
    log: &Log,
    messages: &BTreeMap<String, u64>,
    tally: &mut Tally,
    faults: &mut Vec<String>,
) {
    let name = &member.name;
    tally.acknowledged += member.acknowledged.len() as u64;
    tally.resent += member.resent;
    tally.started_afresh += member.started_afresh;
    for (id, seq) in &member.acknowledged {
        match messages.get(id) {
            Some(stored) if stored == seq => {}
            Some(stored) => faults.push(format!(
                "{id} was acknowledged as {seq} and is stored as {stored}"
            )),
            None => faults.push(format!("{id} was acknowledged as {seq} and is not there")),
        }
    }
    tally.invitations += member.invited.len() as u64;
    for seq in &member.invited {
        if log
            .get(seq)
            .is_none_or(|recorded| recorded["event"]["type"] != "invitation_sent")
        {
            faults.push(format!(
                "{name} invited somebody as {seq}, and that is not there"
            ));
        }
    }
    if let Some(id) = member.unacknowledged.keys().next() {
        faults.push(format!(
            "{name} was never told what became of {id}, though it asked again and again"
        ));
    }
    for (seq, seen) in &member.seen {
        // Others may be shown less of an event, never anything else.
        let stored = log
            .get(seq)
            .map(|recorded| (&recorded["event"]["type"], &recorded["event"]["text"]));
        if stored != Some((&seen["event"]["type"], &seen["event"]["text"])) {
            faults.push(format!(
                "{name} was sent seq {seq}, which the log does not hold: {seen}"
            ));
        }
    }
    if member.started_afresh == 0 {
        let seen: BTreeSet<u64> = member.seen.keys().copied().collect();
        let missed = messages.values().filter(|seq| !seen.contains(seq)).count();
        if missed > 0 {
            faults.push(format!("{name} was never sent {missed} messages"));
        }
    }
}

/// Every effect is done, none was given up, and no key gave two mails.
fn check_effects(
    connection: &Connection,
    tally: &mut Tally,
    faults: &mut Vec<String>,
) -> anyhow::Result<()> {
    let mut select = connection.prepare("SELECT key, state, attempt, error FROM effects")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (key, state, attempt): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let error: Option<String> = row.get(3)?;
        tally.effects_done += u64::from(state == "done");
        tally.attempts_more_than_one += u64::from(attempt > 1);
        if state != "done" {
            faults.push(format!(
                "effect {key} is {state} after {attempt} attempts: {}",
                error.unwrap_or_default()
            ));
        }
    }
    tally.mails = connection
        .query_row("SELECT count(*) FROM mails", [], |row| row.get::<_, i64>(0))?
        .cast_unsigned();
    let wanted: i64 = connection.query_row(
        "SELECT count(*) FROM effects WHERE key LIKE '%mail_guest_invitation:%'",
        [],
        |row| row.get(0),
    )?;
    let made: i64 = connection.query_row(
        "SELECT count(*) FROM mails WHERE key LIKE '%mail_guest_invitation:%'",
        [],
        |row| row.get(0),
    )?;
    if wanted != made {
        faults.push(format!("{wanted} invitations led to {made} mails"));
    }
    Ok(())
}

fn uuid_bytes(text: &str) -> anyhow::Result<Vec<u8>> {
    let digits: String = text.chars().filter(|&character| character != '-').collect();
    let pairs = (0..digits.len()).step_by(2);
    let bytes: Option<Vec<u8>> = pairs
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect();
    bytes
        .filter(|bytes| bytes.len() == 16)
        .with_context(|| format!("{text} is not a UUID"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::member::Pace;
    use serde_json::json;
    use std::time::Duration;
    use trialogue_driver::{Credential, Seat};

    const CONVERSATION: &str = "00000000-0000-0000-0000-000000000001";

    /// The tables that the audit reads, with one sound conversation in them.
    fn disk() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trialogue.db");
        let database = Connection::open(&path).unwrap();
        database
            .execute_batch(
                "CREATE TABLE conversations (id BLOB, last_seq INTEGER);
                 CREATE TABLE events (conversation_id BLOB, seq INTEGER, json TEXT);
                 CREATE TABLE effects (key TEXT, state TEXT, attempt INTEGER, error TEXT);
                 CREATE TABLE mails (key TEXT);
                 INSERT INTO conversations VALUES (x'00000000000000000000000000000001', 4);
                 INSERT INTO effects VALUES ('c/mail_guest_invitation:9', 'done', 2, NULL);
                 INSERT INTO mails VALUES ('c/mail_guest_invitation:9');",
            )
            .unwrap();
        let events = [
            json!({ "type": "message_posted", "text": "one", "client_id": "a-1" }),
            json!({ "type": "message_posted", "text": "two", "client_id": "a-2" }),
            json!({ "type": "turn_started" }),
            json!({ "type": "turn_finished", "turn_id": 3 }),
        ];
        for (seq, event) in (1..).zip(events) {
            let recorded = json!({ "seq": seq, "event": event }).to_string();
            let values = (seq, recorded);
            database
                .execute(
                    "INSERT INTO events VALUES (x'00000000000000000000000000000001', ?1, ?2)",
                    values,
                )
                .unwrap();
        }
        (folder, path)
    }

    fn member() -> Member {
        let seat = Seat {
            conversation_id: CONVERSATION.to_owned(),
            who: Credential::Nobody,
        };
        let pace = Pace {
            every: Duration::ZERO,
            window: 1,
            text: "",
        };
        let mut member = Member::new(seat, "a".to_owned(), pace, false);
        member.acknowledged.insert("a-1".to_owned(), 1);
        for (seq, text) in [(1, "one"), (2, "two")] {
            member.seen.insert(
                seq,
                json!({ "seq": seq, "event": { "type": "message_posted", "text": text } }),
            );
        }
        member
    }

    /// How many faults there are after this was done to the disk, and this to what a client was told.
    fn faults(sql: &str, change: impl FnOnce(&mut Member)) -> usize {
        let (_folder, path) = disk();
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let mut member = member();
        change(&mut member);
        audit(&path, &[member]).unwrap().1.len()
    }

    #[test]
    fn a_sound_disk_has_no_fault() {
        assert_eq!(faults("", |_| {}), 0);
    }

    #[test]
    fn whatever_is_missing_or_double_on_the_disk_is_a_fault() {
        for sql in [
            "DELETE FROM events WHERE seq = 2",
            "DELETE FROM events WHERE seq = 4",
            "UPDATE conversations SET last_seq = 5",
            "UPDATE events SET json = replace(json, 'a-2', 'a-1') WHERE seq = 2",
            "UPDATE events SET json = replace(json, 'turn_finished', 'turn_speaking') WHERE seq = 4",
            "UPDATE events SET json = replace(json, 'two', 'three') WHERE seq = 2",
            "UPDATE effects SET state = 'leased'",
            "UPDATE effects SET state = 'given_up'",
            "DELETE FROM mails",
        ] {
            assert!(faults(sql, |_| {}) > 0, "{sql}");
        }
    }

    #[test]
    fn whatever_a_client_was_told_wrongly_or_not_at_all_is_a_fault() {
        let seen = |member: &mut Member, seq: u64| {
            member.seen.insert(
                seq,
                json!({ "seq": seq, "event": { "type": "message_posted", "text": "x" } }),
            );
        };
        assert!(
            faults("", |member| _ =
                member.acknowledged.insert("a-1".to_owned(), 2))
                > 0,
            "as another seq"
        );
        assert!(
            faults("", |member| _ =
                member.acknowledged.insert("a-9".to_owned(), 9))
                > 0,
            "not there"
        );
        assert!(
            faults("", |member| _ = member
                .unacknowledged
                .insert("a-9".to_owned(), String::new()))
                > 0,
            "no answer"
        );
        assert!(
            faults("", |member| seen(member, 9)) > 0,
            "shown what is not in the log"
        );
        assert!(
            faults("", |member| _ = member.seen.remove(&2)) > 0,
            "never shown"
        );
        assert!(
            faults("", |member| member.invited.push(1)) > 0,
            "an invitation that is not there"
        );
    }
}
