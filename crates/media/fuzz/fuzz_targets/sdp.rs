#![no_main]

use trialogue_media::fuzzing;

libfuzzer_sys::fuzz_target!(init: fuzzing::prepare("sdp"), |input: &[u8]| fuzzing::sdp(input));
