#![no_main]

use trialogue_media::fuzzing;

libfuzzer_sys::fuzz_target!(init: fuzzing::prepare("packets"), |input: &[u8]| fuzzing::packets(input));
