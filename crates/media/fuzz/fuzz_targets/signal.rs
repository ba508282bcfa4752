#![no_main]

use trialogue_media::fuzzing;

libfuzzer_sys::fuzz_target!(init: fuzzing::prepare("signal"), |input: &[u8]| fuzzing::signal(input));
