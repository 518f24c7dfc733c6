//! Room for what is found, where many objects are judged at the same time.
//!
//! In:      one [`Crowd`] of a process, a [`Share`] in it for each object.
//! Promise: some thousands of findings are for every object; with more, it waits until no other has as many. So much memory
//!          is needed as one large object and many small ones need, whatever is asked at once. An object waits at most once
//!          and holds nothing by then that another one waits for.
//! Not:     while some wait they keep their turns in the service, so that requests with few findings may be refused meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Findings that every object may have beside others.
pub(super) const EACH: usize = 1 << 14;
/// How long nobody looks whether the service ends.
const LOOK: Duration = Duration::from_millis(100);

/// What all objects of a process share.
#[derive(Debug, Default)]
pub struct Crowd {
    taken: Mutex<bool>,
    left: Condvar,
}

impl Crowd {
    /// The share of one object, for as long as it is judged.
    pub fn share(&self) -> Share<'_> {
        Share { crowd: self, is_wide: AtomicBool::new(false) }
    }
}

/// The share of one object.
#[derive(Debug)]
pub struct Share<'c> {
    crowd: &'c Crowd,
    is_wide: AtomicBool,
}

impl Share<'_> {
    /// Waits for the room that one object at a time has, and keeps it; `false` if it was stopped before.
    pub(super) fn widen(&self, stop: &AtomicBool) -> bool {
        if self.is_wide.load(Ordering::Relaxed) {
            return true;
        }
        let mut taken = self.crowd.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while *taken {
            if stop.load(Ordering::Relaxed) {
                return false;
            }
            let waited = self.crowd.left.wait_timeout(taken, LOOK);
            taken = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *taken = true;
        self.is_wide.store(true, Ordering::Relaxed);
        true
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        if self.is_wide.load(Ordering::Relaxed) {
            *self.crowd.taken.lock().unwrap_or_else(PoisonError::into_inner) = false;
            self.crowd.left.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Crowd;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    #[test]
    fn one_at_a_time_has_many() {
        let (crowd, stop, inside) = (Crowd::default(), AtomicBool::new(false), AtomicUsize::new(0));
        let judge = || {
            let share = crowd.share();
            assert!(share.widen(&stop) && share.widen(&stop), "what it has it need not wait for");
            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "nobody else has it");
            std::thread::yield_now();
            inside.fetch_sub(1, Ordering::SeqCst);
        };
        std::thread::scope(|threads| {
            for _ in 0..8 {
                threads.spawn(|| (0..50).for_each(|_| judge()));
            }
        });
        let held = crowd.share();
        assert!(held.widen(&stop));
        stop.store(true, Ordering::Relaxed);
        assert!(!crowd.share().widen(&stop), "who is told to end waits no longer");
    }
}
