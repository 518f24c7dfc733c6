//! How long unpacking takes.

use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// Processor time of this thread since a moment. What the disk takes and what others run meanwhile does not count:
/// content is judged, not the machine.
pub(super) struct Stopwatch(Duration);

impl Stopwatch {
    pub(super) fn start() -> Self {
        Self(now())
    }

    pub(super) fn elapsed(&self) -> Duration {
        now().saturating_sub(self.0)
    }
}

fn now() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}
