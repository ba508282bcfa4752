#![no_main]

use trialogue_media::fuzzing;

libfuzzer_sys::fuzz_target!(init: fuzzing::prepare("service"), |input: &[u8]| fuzzing::service(input));
