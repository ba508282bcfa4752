#![no_main]

use trialogue_media::fuzzing;

libfuzzer_sys::fuzz_target!(init: fuzzing::prepare("demux"), |input: &[u8]| fuzzing::demux(input));
