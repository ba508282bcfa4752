#![no_main]

use trialogue_media::fuzzing;

libfuzzer_sys::fuzz_target!(init: fuzzing::prepare("join"), |input: &[u8]| fuzzing::join(input));
