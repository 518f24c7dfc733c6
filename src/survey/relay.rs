//! A scan that becomes a report over what lies where while it runs: the lines it would write are read at once.

use super::intake::{self, Listener};
use crate::finding::Finding;
use crate::problem::Problem;
use crate::report::jsonl::Jsonl;
use crate::report::{Head, Report, Setup, Summary};
use crate::sink::{Flow, ItemRecord, Sink, Wants};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

type Shared<L> = Arc<Mutex<Option<L>>>;

/// What is done with the listener when everything was told.
type Finish<'a, L> = Box<dyn FnOnce(L) -> io::Result<()> + Send + 'a>;

/// Takes whole lines, and tells a listener of them.
struct Lines<L> {
    listener: Shared<L>,
}

impl<L: Listener> Write for Lines<L> {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        let mut held = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listener) = held.as_mut() {
            for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                intake::tell(line, listener)?;
            }
        }
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A report of a scan that a listener makes.
pub struct Relay<'a, L: Listener> {
    lines: Jsonl<'a, Lines<L>>,
    listener: Shared<L>,
    finish: Option<Finish<'a, L>>,
}

impl<'a, L: Listener + Send> Relay<'a, L> {
    /// A report by `listener`; `finish` writes it when everything was told.
    pub fn new(setup: Setup<'a>, listener: L, finish: impl FnOnce(L) -> io::Result<()> + Send + 'a) -> Self {
        let listener = Arc::new(Mutex::new(Some(listener)));
        let lines = Jsonl::new(Lines { listener: Arc::clone(&listener) }, setup);
        Self { lines, listener, finish: Some(Box::new(finish)) }
    }
}

impl<L: Listener + Send> Report for Relay<'_, L> {
    fn begin(&mut self, head: &Head) -> io::Result<()> {
        self.lines.begin(head)
    }

    fn finish(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        self.lines.finish(summary)?;
        let listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner).take();
        listener.zip(self.finish.take()).map_or(Ok(()), |(listener, finish)| finish(listener))
    }
}

impl<L: Listener + Send> Sink for Relay<'_, L> {
    fn wants(&self) -> Wants {
        self.lines.wants()
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Flow {
        self.lines.finding(finding)
    }

    fn problem(&mut self, problem: &Problem) -> Flow {
        self.lines.problem(problem)
    }

    fn item(&mut self, item: &ItemRecord<'_>) -> Flow {
        self.lines.item(item)
    }
}
