#![no_main]

use trialogue_media::fuzzing;

libfuzzer_sys::fuzz_target!(init: fuzzing::prepare("payload"), |input: &[u8]| fuzzing::payload(input));
