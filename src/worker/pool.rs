//! Starts workers, asks them, and ends them when they take too long, say nonsense or have done enough.

use super::wire::{self, Said};
use elek::problem::Reason;
use elek::unpack::{Answer, Fault, Helper, Kind, Piece};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_setfl};
use std::ffi::OsString;
use std::io::{self, ErrorKind, Read, Write as _};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The program itself, even if its file was replaced since it was started.
const PROGRAM: &str = "/proc/self/exe";
/// Bytes that a worker is given at once.
const GIVEN_BYTES: usize = 64 << 10;
/// Longest time for one item.
const LONGEST: Duration = Duration::from_hours(1);
/// Items after which a worker is replaced.
const ITEMS: u32 = 1_000;
/// Bytes of input after which a worker is replaced.
const BYTES: u64 = 256 << 20;
/// Waiting for a processor that is worth a look.
const QUEUED: Duration = Duration::from_millis(100);

/// How long a worker may take.
#[derive(Clone, Copy, Debug)]
struct Clocks {
    /// Without a byte taken or given.
    idle: Duration,
    /// For one item in all, and one second more for each 10 MiB; an hour at most.
    total: Duration,
}

/// Workers, as many as are asked at once.
#[derive(Debug)]
struct Pool {
    program: PathBuf,
    arguments: Vec<OsString>,
    clocks: Clocks,
    idle: Mutex<Vec<Worker>>,
}

/// The pool of this program.
pub(crate) fn pool() -> Arc<dyn Helper> {
    let clocks = Clocks { idle: Duration::from_secs(30), total: Duration::from_mins(1) };
    Arc::new(Pool::new(PROGRAM.into(), vec!["worker".into()], clocks))
}

/// What holds workers of this program back, in words.
///
/// # Errors
/// None can be started and fenced in here.
pub(crate) fn held_back() -> io::Result<String> {
    let worker = Command::new(PROGRAM).args(["worker", "--sandbox"]).env_clear().stdin(Stdio::null()).output()?;
    let words = String::from_utf8(worker.stdout).unwrap_or_default();
    if worker.status.success() { Ok(words) } else { Err(io::Error::other(format!("it ended with {}", worker.status))) }
}

impl Pool {
    fn new(program: PathBuf, arguments: Vec<OsString>, clocks: Clocks) -> Self {
        Self { program, arguments, clocks, idle: Mutex::default() }
    }

    fn worker(&self) -> Result<Worker, Fault> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(mut worker) = idle.pop() {
            if matches!(worker.child.try_wait(), Ok(None)) {
                return Ok(worker);
            }
        }
        drop(idle);
        let failed =
            |error: io::Error| Fault::new(Reason::WorkerCrashed, format!("it cannot be started: {}", error.kind()));
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Fault::new(Reason::WorkerCrashed, "it has no pipes"));
        };
        let worker = Worker { child, input, output, items: 0, bytes: 0, queued: Duration::ZERO };
        fcntl_setfl(&worker.input, OFlags::NONBLOCK).map_err(|error| failed(error.into()))?;
        fcntl_setfl(&worker.output, OFlags::NONBLOCK).map_err(|error| failed(error.into()))?;
        Ok(worker)
    }
}

impl Helper for Pool {
    fn ask(
        &self, kind: Kind, bytes: &mut dyn Read, size: u64, passwords: &[&str],
    ) -> Result<Box<dyn Answer + '_>, Fault> {
        let Some(kind) = wire::of_kind(kind) else { return Err(Fault { reason: Reason::Unsupported, detail: None }) };
        let worker = self.worker()?;
        let allowed = (self.clocks.total + Duration::from_secs(size / (10 << 20))).min(LONGEST);
        let mut call = Call {
            pool: self,
            worker: Some(worker),
            read: Vec::new(),
            at: 0,
            took: Duration::ZERO,
            allowed,
            failed: None,
        };
        let mut head = vec![kind];
        head.extend_from_slice(&size.to_le_bytes());
        let passwords = wire::passwords(passwords);
        head.extend_from_slice(&(passwords.len() as u32).to_le_bytes());
        head.extend_from_slice(&passwords);
        call.give(&head)?;
        let (mut piece, mut left) = (vec![0; GIVEN_BYTES], size);
        while left > 0 {
            let wanted = usize::try_from(left).map_or(GIVEN_BYTES, |left| left.min(GIVEN_BYTES));
            match bytes.read(piece.get_mut(..wanted).unwrap_or_default()) {
                Ok(0) => return Err(Fault::new(Reason::ChangedDuringScan, "it is shorter than it was when opened")),
                Ok(count) => {
                    call.give(piece.get(..count).unwrap_or_default())?;
                    left -= count as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Fault::of(&error)),
            }
        }
        if let Some(worker) = &mut call.worker {
            worker.items += 1;
            worker.bytes += size;
        }
        Ok(Box::new(call))
    }
}

/// A process, and the pipes to it. Dropped, it is ended.
#[derive(Debug)]
struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    items: u32,
    bytes: u64,
    /// How long it had waited for a processor when that was looked at last.
    queued: Duration,
}

impl Worker {
    /// How long it has waited for a processor since this was asked last (`schedstat`, Documentation/scheduler/sched-stats.rst).
    #[expect(clippy::disallowed_methods, reason = "a count of the system, not content")]
    fn queued(&mut self) -> Duration {
        let counts = std::fs::read_to_string(format!("/proc/{}/schedstat", self.child.id())).unwrap_or_default();
        let nanoseconds = counts.split_ascii_whitespace().nth(1).and_then(|count| count.parse().ok());
        let queued = Duration::from_nanos(nanoseconds.unwrap_or_default());
        let more = queued.saturating_sub(self.queued);
        self.queued += more;
        more
    }

    /// Ends the process; gives how it had ended.
    fn end(&mut self) -> String {
        // It may have ended by itself already.
        self.child.kill().ok();
        match self.child.wait() {
            Ok(status) => match (status.signal(), status.code()) {
                (Some(signal), _) => format!("ended by signal {signal}"),
                (None, Some(code)) => format!("ended with {code}"),
                (None, None) => "ended".to_owned(),
            },
            Err(_) => "ended".to_owned(),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

/// One question. Dropped before its end, its worker is ended.
struct Call<'p> {
    pool: &'p Pool,
    worker: Option<Worker>,
    read: Vec<u8>,
    at: usize,
    took: Duration,
    allowed: Duration,
    failed: Option<Fault>,
}

impl Call<'_> {
    fn fail(&mut self, fault: Fault) -> Fault {
        self.worker = None;
        self.failed.get_or_insert(fault).clone()
    }

    /// The pipe is closed: says how the process ended.
    fn crashed(&mut self) -> Fault {
        // Its end of the pipe closes a moment before it has ended: it is given that moment.
        let ended = self.worker.as_mut().map_or_else(String::new, |worker| {
            for _ in 0..50 {
                if !matches!(worker.child.try_wait(), Ok(None)) {
                    break;
                }
                std::thread::sleep(Duration::from_millis(2));
            }
            worker.end()
        });
        self.fail(Fault::new(Reason::WorkerCrashed, ended))
    }

    fn nonsense(&mut self) -> Fault {
        self.fail(Fault::new(Reason::WorkerCrashed, "it said nonsense"))
    }

    /// Waits until one of the pipes can be used.
    fn wait(&mut self, for_input: bool) -> Result<(), Fault> {
        let idle = self.pool.clocks.idle;
        let Some(worker) = &mut self.worker else { return Err(self.failed()) };
        let (start, mut queued) = (Instant::now(), Duration::ZERO);
        let ready = loop {
            let allowed = idle.min(self.allowed.saturating_sub(self.took)) + queued;
            let left = allowed.saturating_sub(start.elapsed());
            if left.is_zero() {
                // Where others have the processors, time is no sign of a worker that hangs.
                let more = worker.queued();
                if more < QUEUED {
                    break false;
                }
                queued += more;
                continue;
            }
            let mut pipe = if for_input {
                [PollFd::new(&worker.input, PollFlags::OUT)]
            } else {
                [PollFd::from_borrowed_fd(worker.output.as_fd(), PollFlags::IN)]
            };
            let limit = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: i64::from(left.subsec_nanos()) };
            match poll(&mut pipe, Some(&limit)) {
                Ok(count) if count > 0 => break true,
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => break false,
            }
        };
        let waited = start.elapsed();
        if waited >= QUEUED {
            queued += worker.queued();
        }
        self.took += waited.saturating_sub(queued);
        if ready {
            return Ok(());
        }
        Err(self.fail(Fault::new(Reason::WorkerTimeout, "it was ended")))
    }

    fn failed(&self) -> Fault {
        self.failed.clone().unwrap_or_else(|| Fault::new(Reason::WorkerCrashed, "it has ended"))
    }

    fn give(&mut self, mut bytes: &[u8]) -> Result<(), Fault> {
        while !bytes.is_empty() {
            let Some(worker) = &mut self.worker else { return Err(self.failed()) };
            match worker.input.write(bytes) {
                Ok(count) => bytes = bytes.get(count..).unwrap_or(&[]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait(true)?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(self.crashed()),
            }
        }
        Ok(())
    }

    /// The next bytes, once there are so many.
    fn take(&mut self, count: usize) -> Result<Vec<u8>, Fault> {
        while self.read.len() - self.at < count {
            if self.at > 0 {
                self.read.drain(..self.at);
                self.at = 0;
            }
            let Some(worker) = &mut self.worker else { return Err(self.failed()) };
            let mut piece = vec![0; 64 << 10];
            match worker.output.read(&mut piece) {
                Ok(0) => return Err(self.crashed()),
                Ok(count) => self.read.extend_from_slice(piece.get(..count).unwrap_or(&[])),
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait(false)?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(self.crashed()),
            }
        }
        let taken = self.read.get(self.at..self.at + count).unwrap_or(&[]).to_vec();
        self.at += count;
        Ok(taken)
    }
}

impl Answer for Call<'_> {
    fn next(&mut self) -> Result<Option<Piece>, Fault> {
        if self.worker.is_none() {
            return self.failed.clone().map_or(Ok(None), Err);
        }
        match wire::said(|count| self.take(count))? {
            Said::Piece(piece) => Ok(Some(piece)),
            Said::Done if self.at == self.read.len() => {
                let worker = self.worker.take();
                let reused = worker.filter(|worker| worker.items < ITEMS && worker.bytes < BYTES);
                self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).extend(reused);
                Ok(None)
            }
            Said::Done | Said::Nonsense => Err(self.nonsense()),
        }
    }

    fn took(&self) -> Duration {
        self.took
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_setaffinity};

    /// Two that never rest on one processor: each waits for the other.
    #[test]
    fn what_a_worker_waits_for_a_processor_is_told() {
        let pool = Pool::new(
            "/bin/sh".into(),
            ["-c", "while :; do :; done"].map(Into::into).to_vec(),
            Clocks { idle: Duration::ZERO, total: Duration::ZERO },
        );
        let (mut one, other) = (pool.worker().expect("started"), pool.worker().expect("started"));
        let all = sched_getaffinity(None).expect("told");
        let mut first = CpuSet::new();
        first.set((0..CpuSet::MAX_CPU).find(|cpu| all.is_set(*cpu)).expect("there is one"));
        for worker in [&one, &other] {
            sched_setaffinity(Some(Pid::from_child(&worker.child)), &first).expect("set");
        }
        let until = Instant::now() + Duration::from_mins(1);
        let mut queued = Duration::ZERO;
        while queued < QUEUED {
            assert!(Instant::now() < until, "{queued:?}");
            std::thread::sleep(Duration::from_millis(50));
            queued += one.queued();
        }
        let mut gone = pool.worker().expect("started");
        gone.end();
        assert_eq!(gone.queued(), Duration::ZERO);
    }

    /// What somebody else in the place of a worker makes of a job.
    fn asked(script: &str) -> (Vec<Piece>, Option<Reason>, Duration) {
        let clocks = Clocks { idle: Duration::from_millis(300), total: Duration::from_millis(600) };
        let pool = Pool::new("/bin/sh".into(), vec!["-c".into(), script.into()], clocks);
        let start = Instant::now();
        let mut pieces = Vec::new();
        let reason = match pool.ask(Kind::Sqlite, &mut io::repeat(b'x'), 1 << 20, &[]) {
            Err(fault) => Some(fault.reason),
            Ok(mut answer) => loop {
                match answer.next() {
                    Ok(Some(piece)) => pieces.push(piece),
                    Ok(None) => break None,
                    Err(fault) => {
                        assert_eq!(answer.next(), Err(fault.clone()), "the same again");
                        break Some(fault.reason);
                    }
                }
            },
        };
        (pieces, reason, start.elapsed())
    }

    const TAKE: &str = "/usr/bin/head -c 1048589 >/dev/null; ";

    #[test]
    fn a_worker_that_ends_is_a_crash_and_what_it_said_stays() {
        let (pieces, reason, _) = asked(&format!("{TAKE} printf 't\\0\\0\\0\\0w\\003\\0\\0\\0abc'; kill -9 $$"));
        assert_eq!((pieces.len(), reason), (2, Some(Reason::WorkerCrashed)));
        assert_eq!(asked("exit 3").1, Some(Reason::WorkerCrashed));
        assert_eq!(asked(&format!("{TAKE} exit 0")).1, Some(Reason::WorkerCrashed));
    }

    #[test]
    fn a_worker_that_hangs_is_ended() {
        for script in ["exec /bin/sleep 60", &format!("{TAKE} exec /bin/sleep 60")] {
            let (_, reason, took) = asked(script);
            assert_eq!(reason, Some(Reason::WorkerTimeout));
            assert!(took < Duration::from_secs(10), "{took:?}");
        }
    }

    #[test]
    fn a_worker_that_talks_for_ever_is_ended() {
        let (_, reason, took) = asked(&format!("{TAKE} while :; do printf 't\\0\\0\\0\\0'; /bin/sleep 0.1; done"));
        assert_eq!(reason, Some(Reason::WorkerTimeout));
        assert!(took < Duration::from_secs(10), "{took:?}");
    }

    #[test]
    fn nonsense_is_a_crash() {
        for said in ["?\\0\\0\\0\\0", "w\\0\\0\\0\\377", "w\\001\\0\\0\\0\\377", ".\\0\\0\\0\\0."] {
            let (_, reason, _) = asked(&format!("{TAKE} printf '{said}'; /bin/sleep 0.05"));
            assert_eq!(reason, Some(Reason::WorkerCrashed), "{said}");
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_told() {
        let clocks = Clocks { idle: Duration::from_secs(1), total: Duration::from_secs(1) };
        let pool = Pool::new("/nowhere/elek".into(), Vec::new(), clocks);
        assert_eq!(
            pool.ask(Kind::SevenZip, &mut io::empty(), 0, &[]).err().map(|fault| fault.reason),
            Some(Reason::WorkerCrashed)
        );
    }

    #[test]
    fn a_worker_works_again_and_one_that_died_meanwhile_is_replaced() {
        let clocks = Clocks { idle: Duration::from_secs(5), total: Duration::from_secs(5) };
        let echo = "while /usr/bin/head -c 14 >/dev/null; do printf '.\\0\\0\\0\\0'; done";
        let pool = Pool::new("/bin/sh".into(), vec!["-c".into(), echo.into()], clocks);
        let ask = || assert_eq!(pool.ask(Kind::SevenZip, &mut io::repeat(b'x'), 1, &[]).unwrap().next(), Ok(None));
        let process = || pool.idle.lock().unwrap().first().map(|worker| worker.child.id());
        ask();
        let first = process();
        ask();
        assert_eq!(process(), first);
        pool.idle.lock().unwrap()[0].end();
        ask();
        assert!(process().is_some() && process() != first);
    }
}
