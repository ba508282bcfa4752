//! Everything of this crate that reads bytes from the network, each behind one function that takes an input of a fuzzer's.
//!
//! Each function says what must hold whatever the bytes are, and panics where it does not. The fuzzer (`crates/media/fuzz`)
//! looks for inputs; the tests below run those that began it and those that once found something, with the stable compiler.

mod bytes;
mod demux;
mod descriptions;
mod join;
mod packets;
mod payload;
mod plain;
mod sdp;
mod seeds;
mod service;
mod signal;
mod stage;

use std::cell::Cell;
use std::collections::HashSet;
use std::panic::PanicHookInfo;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

thread_local! {
    /// How deep in what is allowed to panic.
    static CONTAINED: Cell<u32> = const { Cell::new(0) };
}

/// While it lives, a panic is not the end.
pub(crate) struct Contained;

impl Contained {
    pub(crate) fn begin() -> Self {
        CONTAINED.set(CONTAINED.get() + 1);
        Self
    }
}

impl Drop for Contained {
    fn drop(&mut self) {
        CONTAINED.set(CONTAINED.get().saturating_sub(1));
    }
}

/// Prepares the fuzzer: writes the seeds, and has panics that the server contains told once and not taken for a find.
pub fn prepare(target: &str) {
    plant(target);
    let find = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if CONTAINED.get() > 0 {
            tell_once(panic);
        } else {
            find(panic);
        }
    }));
}

fn tell_once(panic: &PanicHookInfo<'_>) {
    static TOLD: Mutex<Option<HashSet<String>>> = Mutex::new(None);
    let place = panic.location().map(ToString::to_string);
    let place = place.unwrap_or_default();
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    if told.get_or_insert_default().insert(place.clone()) {
        eprintln!(
            "CONTAINED at {place}: {}",
            panic.payload_as_str().unwrap_or_default()
        );
    }
}

/// Writes the seeds of a target into the folder that `FUZZ_SEEDS` names, if it does.
fn plant(target: &str) {
    if let Some(folder) = std::env::var_os("FUZZ_SEEDS") {
        for (number, seed) in seeds::seeds(target).iter().enumerate() {
            let path = Path::new(&folder).join(format!("seed-{number:03}"));
            std::fs::write(path, seed).expect("FUZZ_SEEDS names a folder that can be written to");
        }
    }
}

/// Signalling messages of a participant in a room with somebody else, in both versions of the protocol.
pub fn signal(input: &[u8]) {
    _ = signal::run(input);
}

/// Query string, access token and join request.
pub fn join(input: &[u8]) {
    _ = join::run(input);
}

/// Datagrams and TCP streams of strangers.
pub fn demux(input: &[u8]) {
    _ = demux::run(input);
}

/// RTP, RTCP, SCTP and STUN of a participant in a room with somebody else, deciphered.
pub fn packets(input: &[u8]) {
    _ = packets::run(input);
}

/// Payloads of all codecs, and the numbers with which they go on.
pub fn payload(input: &[u8]) {
    _ = payload::run(input);
}

/// Offers and answers, and what is changed in them.
pub fn sdp(input: &[u8]) {
    _ = sdp::run(input);
}

/// Calls of the room service.
pub fn service(input: &[u8]) {
    _ = service::run(input);
}
