//! Progress on standard error: bytes, items, findings, rate.

use elek::engine::Progress;
use elek::lang::{Lang, Noun};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Nothing is shown of a scan that is over sooner.
const SILENCE: Duration = Duration::from_millis(400);
const STEP: Duration = Duration::from_millis(100);

/// Ends the thread of the line, also when the work panics.
struct Done<'a>(&'a AtomicBool, thread::Thread);
impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
        self.1.unpark();
    }
}

/// Runs `work` with a line of progress on standard error, and removes the line afterwards.
pub(crate) fn during<T>(shown: bool, lang: Lang, progress: &Progress, work: impl FnOnce() -> T) -> T {
    if !shown {
        return work();
    }
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let line = scope.spawn(|| show(lang, progress, &done));
        let _done = Done(&done, line.thread().clone());
        work()
    })
}

fn show(lang: Lang, progress: &Progress, done: &AtomicBool) {
    let started = Instant::now();
    while started.elapsed() < SILENCE {
        if done.load(Ordering::Acquire) {
            return;
        }
        thread::park_timeout(SILENCE.saturating_sub(started.elapsed()));
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    while !done.load(Ordering::Acquire) {
        let bytes = progress.bytes.load(Ordering::Relaxed);
        let items = progress.items.load(Ordering::Relaxed) + progress.unchanged.load(Ordering::Relaxed);
        let findings = progress.findings.load(Ordering::Relaxed);
        let milliseconds = started.elapsed().as_millis().max(1);
        let rate = u64::try_from(u128::from(bytes) * 1000 / milliseconds).unwrap_or(u64::MAX);
        let parts = [
            lang.bytes(bytes),
            lang.counted(items, Noun::Item),
            lang.counted(findings, Noun::Finding),
            format!("{}/{}", lang.bytes(rate), lang.text(elek::lang::Message::Seconds)),
        ];
        bar.set_message(parts.join(" · "));
        bar.tick();
        thread::park_timeout(STEP);
    }
    bar.finish_and_clear();
}
