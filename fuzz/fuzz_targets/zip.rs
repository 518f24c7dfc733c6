#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| elek_fuzz::zip(data));
