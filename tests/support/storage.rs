//! Storage that does as it is told: reads that come short, fail, or end early, on the real path from file to finding.
//!
//! The program reads with `pread64` and `read` of the C library. A test program that has functions of these names is
//! linked against its own, so one file can be made to behave badly without a special file system and without a seam in
//! the code under test. All other files are read as ever.

#![expect(unsafe_code, reason = "stands in for two functions of the C library")]

use libc::{c_int, c_void, off64_t, size_t, ssize_t};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A call for bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    /// From 1.
    pub(crate) number: u64,
    pub(crate) offset: u64,
}

/// How a file behaves.
pub(crate) struct Behaviour {
    /// How many bytes a call may give at most, or the number of the error that it ends with.
    pub(crate) answer: Box<dyn FnMut(Call) -> Result<usize, i32> + Send>,
    /// An empty file gives these bytes: content without a size, which comes once, like standard input.
    pub(crate) stream: Option<Vec<u8>>,
}

struct Plan {
    file: (u64, u64),
    behaviour: Behaviour,
    calls: u64,
    stream_at: usize,
}

static ACTIVE: AtomicBool = AtomicBool::new(false);
static PLAN: Mutex<Option<Plan>> = Mutex::new(None);
static TURN: Mutex<()> = Mutex::new(());

fn plan() -> MutexGuard<'static, Option<Plan>> {
    PLAN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets a file behave as told while `act` runs. One at a time.
pub(crate) fn behaving<R>(path: &Path, behaviour: Behaviour, act: impl FnOnce() -> R) -> R {
    struct Reset;
    impl Drop for Reset {
        fn drop(&mut self) {
            ACTIVE.store(false, Ordering::SeqCst);
            *plan() = None;
        }
    }
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let meta = fs::metadata(path).expect("the file is there");
    *plan() = Some(Plan { file: (meta.dev(), meta.ino()), behaviour, calls: 0, stream_at: 0 });
    let _reset = Reset;
    ACTIVE.store(true, Ordering::SeqCst);
    act()
}

impl Plan {
    fn answer(&mut self, bytes: usize, offset: u64) -> Result<usize, i32> {
        self.calls += 1;
        (self.behaviour.answer)(Call { number: self.calls, offset }).map(|given| given.min(bytes))
    }
}

fn is_planned(fd: c_int, plan: &Plan) -> bool {
    // SAFETY: `stat` is plain data for which zero is valid, and `fstat` writes to it alone.
    let stat = unsafe {
        let mut stat: libc::stat64 = std::mem::zeroed();
        if libc::fstat64(fd, &raw mut stat) != 0 {
            return false;
        }
        stat
    };
    (stat.st_dev, stat.st_ino) == plan.file
}

fn failed(number: i32) -> ssize_t {
    // SAFETY: the place of this thread's error number is always valid.
    unsafe { *libc::__errno_location() = number };
    -1
}

/// # Safety
/// As for `pread(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn pread64(fd: c_int, buf: *mut c_void, count: size_t, offset: off64_t) -> ssize_t {
    let mut allowed = count;
    if ACTIVE.load(Ordering::SeqCst)
        && let Some(plan) = plan().as_mut().filter(|plan| is_planned(fd, plan))
    {
        match plan.answer(count, offset.unsigned_abs()) {
            Ok(given) => allowed = given,
            Err(number) => return failed(number),
        }
    }
    // SAFETY: the caller's promise, for no more bytes than it gave.
    unsafe { libc::syscall(libc::SYS_pread64, fd, buf, allowed, offset) as ssize_t }
}

/// # Safety
/// As for `read(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn read(fd: c_int, buf: *mut c_void, count: size_t) -> ssize_t {
    if ACTIVE.load(Ordering::SeqCst)
        && let Some(plan) = plan().as_mut().filter(|plan| plan.behaviour.stream.is_some() && is_planned(fd, plan))
    {
        let at = plan.stream_at;
        let given = match plan.answer(count, at as u64) {
            Ok(given) => given,
            Err(number) => return failed(number),
        };
        let rest = plan.behaviour.stream.as_deref().and_then(|bytes| bytes.get(at..)).unwrap_or_default();
        let given = given.min(rest.len());
        // SAFETY: the caller's buffer has room for `count` bytes, and `given` is no more.
        unsafe { std::ptr::copy_nonoverlapping(rest.as_ptr(), buf.cast::<u8>(), given) };
        plan.stream_at += given;
        return given.cast_signed();
    }
    // SAFETY: the caller's promise.
    unsafe { libc::syscall(libc::SYS_read, fd, buf, count) as ssize_t }
}
