//! PDF, page by page, through `pdf-extract`.
//!
//! PDF is the one format here whose readers are known to panic, or to run on for minutes, on odd files. So it is read on a thread of
//! its own, with a roomy stack for nested objects, where a panic is an error message and where waiting has an end. A thread cannot be
//! killed: one that runs on is left behind, and after a few of these no further PDF is read until the process restarts, so that
//! hostile files can't take every core.

use super::text::join_lines;
use super::{Document, MAX_TEXT, ReadError, Section};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);
const STACK_BYTES: usize = 64 * 1024 * 1024;
const MAX_ABANDONED: usize = 2;
static RUNNING: AtomicUsize = AtomicUsize::new(0);

pub(super) fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    if RUNNING.load(Ordering::Relaxed) >= MAX_ABANDONED {
        return Err(ReadError::PdfTooSlow);
    }
    let bytes = bytes.to_vec();
    let (sender, receiver) = mpsc::sync_channel(1);
    RUNNING.fetch_add(1, Ordering::Relaxed);
    let spawned = std::thread::Builder::new()
        .name("pdf".into())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            let pages =
                std::panic::catch_unwind(|| pdf_extract::extract_text_from_mem_by_pages(&bytes));
            RUNNING.fetch_sub(1, Ordering::Relaxed);
            let result = match pages {
                Ok(Ok(pages)) => Ok(pages),
                Ok(Err(error)) if is_locked(&error) => Err(ReadError::PdfLocked),
                Ok(Err(_)) | Err(_) => Err(ReadError::PdfUnreadable),
            };
            // Nobody listens any more once the reader gave up waiting.
            let _ = sender.send(result);
        });
    if spawned.is_err() {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
        return Err(ReadError::PdfUnreadable);
    }
    let pages = receiver
        .recv_timeout(PATIENCE)
        .map_err(|_| ReadError::PdfTooSlow)??;
    let mut size = 0;
    let sections: Vec<Section> = (1..)
        .zip(&pages)
        .map(|(page, text)| Section {
            headings: Vec::new(),
            page: Some(page),
            text: join_lines(text),
        })
        .take_while(|section| {
            size += section.text.len();
            size <= MAX_TEXT
        })
        .collect();
    if sections.iter().all(|section| section.text.is_empty()) {
        return Err(ReadError::NoTextInPdf);
    }
    Ok(Document {
        title: None,
        sections,
        pairs: Vec::new(),
    })
}

fn is_locked(error: &pdf_extract::OutputError) -> bool {
    let words = error.to_string().to_ascii_lowercase();
    words.contains("encrypt") || words.contains("password")
}
