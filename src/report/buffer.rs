//! A buffer of whole lines in front of a writer.

use crate::sink::{Flow, Stop};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

const FULL_BYTES: usize = 64 << 10;
const WAIT: Duration = Duration::from_millis(100);

/// Collects lines and writes them out whole: a reader of a pipe never sees half a record.
pub(super) struct Lines<W: Write> {
    /// The lines not written yet; sinks append to it.
    pub(super) text: Vec<u8>,
    writer: W,
    written: Instant,
}

impl<W: Write> Lines<W> {
    pub(super) fn new(writer: W) -> Self {
        Self { text: Vec::with_capacity(FULL_BYTES + (16 << 10)), writer, written: Instant::now() }
    }

    /// A line has ended.
    pub(super) fn line_end(&mut self) -> Flow {
        if self.text.len() < FULL_BYTES { ControlFlow::Continue(()) } else { flow(self.flush()) }
    }

    /// An item has ended: what waits longer than a blink is written out.
    pub(super) fn item_end(&mut self) -> Flow {
        if self.text.is_empty() || self.written.elapsed() < WAIT {
            ControlFlow::Continue(())
        } else {
            flow(self.flush())
        }
    }

    /// Writes everything out.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let written = self.writer.write_all(&self.text).and_then(|()| self.writer.flush());
        self.text.clear();
        self.written = Instant::now();
        written
    }
}

/// A closed pipe is a reader who has seen enough; anything else is an error.
pub(super) fn flow(written: io::Result<()>) -> Flow {
    match written {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(stop(error)),
    }
}

/// The reason to stop that a failed write is.
pub fn stop(error: io::Error) -> Stop {
    if error.kind() == io::ErrorKind::BrokenPipe { Stop::Closed } else { Stop::Output(error) }
}
