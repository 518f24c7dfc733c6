//! A rate that reading keeps to.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longest single wait: whoever wants to stop is not kept.
const LONGEST_WAIT: Duration = Duration::from_millis(200);

/// Bytes a second, shared by all that read.
#[derive(Debug)]
pub struct Pace {
    bytes_per_second: Option<u64>,
    /// The moment up to which what was read is paid for.
    paid_until: Mutex<Option<Instant>>,
}

impl Pace {
    /// At most so many bytes a second; `None` is no limit.
    pub fn new(bytes_per_second: Option<u64>) -> Self {
        Self { bytes_per_second: bytes_per_second.filter(|rate| *rate > 0), paid_until: Mutex::new(None) }
    }

    /// Waits for as long as so many bytes take.
    pub(super) fn took(&self, bytes: usize) {
        let Some(rate) = self.bytes_per_second else { return };
        let now = Instant::now();
        let cost = Duration::from_nanos((bytes as u64).saturating_mul(1_000_000_000) / rate);
        let wait = {
            let mut paid_until = self.paid_until.lock().unwrap_or_else(PoisonError::into_inner);
            // What was not used is not saved up.
            let from = paid_until.map_or(now, |until| until.max(now));
            *paid_until = Some(from + cost);
            (from + cost).duration_since(now)
        };
        std::thread::sleep(wait.min(LONGEST_WAIT));
    }
}
