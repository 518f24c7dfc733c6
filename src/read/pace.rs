//! A rate that reading keeps to, and a lower one beside others who read from the same disks.
//!
//! How others are told: what the disks delivered (`/sys/dev/block/*/stat`, Documentation/block/stat.rst) beyond what this
//! process asked them for (`read_bytes` of `/proc/self/io`, proc(5)). Not noticed: others who write only, and disks that
//! the system has no number of its own for (btrfs, overlays, networks). What a helper process reads counts as others'.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Longest single wait: whoever wants to stop is not kept.
const LONGEST_WAIT: Duration = Duration::from_millis(200);
/// How often the disks are looked at.
const LOOK: Duration = Duration::from_millis(20);
/// What others read at least to be noticed, in bytes a second.
const OTHERS_BYTES: u64 = 1 << 20;
/// How long they are taken to go on.
const HOLD: Duration = Duration::from_secs(1);
/// After so long without others, what was counted is forgotten: own reads of disks that are not looked at weigh no more.
const FORGET: Duration = Duration::from_mins(1);
/// Most that is asked for at once beside others: they wait for one such piece.
pub(super) const BESIDE_BYTES: usize = 128 << 10;
/// What a read costs at least, however little it brings.
const LEAST_BYTES: usize = 64 << 10;

/// Bytes a second, shared by all that read.
#[derive(Debug)]
pub struct Pace {
    bytes_per_second: Option<u64>,
    /// The same where others read from the same disks.
    beside: Option<u64>,
    /// The moments up to which what was read is paid for.
    paid_until: Mutex<Option<Instant>>,
    paid_beside: Mutex<Option<Instant>>,
    others: Mutex<Others>,
}

impl Pace {
    /// At most so many bytes a second, and so many from disks while others read from them; `None` is no limit.
    pub fn new(bytes_per_second: Option<u64>, beside: Option<u64>) -> Self {
        Self {
            bytes_per_second: bytes_per_second.filter(|rate| *rate > 0),
            beside: beside.filter(|rate| *rate > 0),
            paid_until: Mutex::default(),
            paid_beside: Mutex::default(),
            others: Mutex::default(),
        }
    }

    /// Waits for as long as so many bytes take.
    pub(super) fn took(&self, bytes: usize) {
        if let Some(rate) = self.bytes_per_second {
            wait(&self.paid_until, rate, bytes);
        }
    }

    /// Reads beside others, and waits if a disk was asked: what is in the page cache costs them nothing.
    pub(super) fn beside(&self, read: impl FnOnce() -> io::Result<usize>) -> io::Result<usize> {
        let before = own_bytes();
        let bytes = read()?;
        if let Some(rate) = self.beside.filter(|_| own_bytes() > before) {
            wait(&self.paid_beside, rate, bytes.max(LEAST_BYTES));
        }
        Ok(bytes)
    }

    /// Whether others read from the disks that this process reads from; `device` is the one at hand.
    pub(super) fn gives_way(&self, device: u64) -> bool {
        if self.beside.is_none() {
            return false;
        }
        let (now, mut others) = (Instant::now(), lock(&self.others));
        if others.is_due(now, device) {
            let delivered: Option<u64> =
                others.devices.values().filter_map(|path| delivered_bytes(path)).reduce(|a, b| a + b);
            if let (Some(delivered), Some(own)) = (delivered, own_bytes()) {
                others.saw(now, delivered, own);
            }
        }
        others.until.is_some_and(|until| now < until)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait(paid: &Mutex<Option<Instant>>, rate: u64, bytes: usize) {
    let now = Instant::now();
    let cost = Duration::from_nanos((bytes as u64).saturating_mul(1_000_000_000) / rate);
    let wait = {
        let mut paid_until = lock(paid);
        // What was not used is not saved up.
        let from = paid_until.map_or(now, |until| until.max(now));
        *paid_until = Some(from + cost);
        (from + cost).duration_since(now)
    };
    std::thread::sleep(wait.min(LONGEST_WAIT));
}

/// What is known of others.
#[derive(Debug, Default)]
struct Others {
    /// Disks that were read from, by number, and where the system counts what they deliver.
    devices: BTreeMap<u64, String>,
    looked: Option<Instant>,
    /// The most that the disks had delivered beyond what this process had asked for, and when. It asks before they
    /// deliver, so that only others bring more.
    beyond: Option<(u64, Instant)>,
    /// Until when others are taken to read.
    until: Option<Instant>,
}

impl Others {
    /// Whether it is time to look; a disk that was not known begins a new count.
    fn is_due(&mut self, now: Instant, device: u64) -> bool {
        if let Entry::Vacant(place) = self.devices.entry(device) {
            place.insert(counter(device));
            (self.looked, self.beyond) = (None, None);
        }
        self.looked.is_none_or(|looked| now.duration_since(looked) >= LOOK)
    }

    /// Takes two counts of bytes, both from a beginning of their own.
    fn saw(&mut self, now: Instant, delivered: u64, own: u64) {
        let looked = self.looked.replace(now).unwrap_or(now);
        let beyond = delivered.saturating_sub(own);
        let Some((most, since)) = self.beyond else {
            self.beyond = Some((beyond, now));
            return;
        };
        let more = beyond.saturating_sub(most);
        if more > 0 || now.duration_since(since) > FORGET {
            self.beyond = Some((beyond, now));
        }
        let elapsed = now.duration_since(looked).as_millis().max(1);
        if u128::from(more) * 1000 / elapsed >= u128::from(OTHERS_BYTES) {
            self.until = Some(now + HOLD);
        }
    }
}

/// The file with what a disk or a part of one has delivered.
fn counter(device: u64) -> String {
    #[cfg(target_os = "linux")]
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    #[cfg(not(target_os = "linux"))]
    let (major, minor) = (device, 0);
    format!("/sys/dev/block/{major}:{minor}/stat")
}

#[expect(clippy::disallowed_methods, reason = "a count of the system, not content")]
fn delivered_bytes(path: &str) -> Option<u64> {
    const SECTOR_BYTES: u64 = 512;
    let sectors = std::fs::read_to_string(path).ok()?.split_ascii_whitespace().nth(2)?.parse::<u64>().ok()?;
    Some(sectors * SECTOR_BYTES)
}

#[expect(clippy::disallowed_methods, reason = "a count of the system, not content")]
fn own_bytes() -> Option<u64> {
    let counts = std::fs::read_to_string("/proc/self/io").ok()?;
    counts.lines().find_map(|line| line.strip_prefix("read_bytes: "))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_told_from_own_reading() {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut others = Others::default();
        assert!(others.is_due(at(0), 7));
        others.saw(at(0), 10 << 30, 0);
        assert!(!others.is_due(at(10), 7));
        // Own reading, of which some is on its way.
        for (milliseconds, own, on_the_way) in [(50, 40, 4), (100, 80, 0), (150, 120, 4), (200, 121, 0)] {
            others.saw(at(milliseconds), (10 << 30) + ((own - on_the_way) << 20), own << 20);
            assert_eq!(others.until, None, "{milliseconds}");
        }
        // Others beside it.
        others.saw(at(250), (10 << 30) + (160 << 20) + (64 << 10), 160 << 20);
        assert_eq!(others.until, Some(at(250) + HOLD));
        // A little now and then is nobody.
        let mut others = Others::default();
        for second in 0..10 {
            others.saw(at(second * 1000), (10 << 30) + second * (100 << 10), 0);
        }
        assert_eq!(others.until, None);
        // Another disk begins a new count.
        assert!(others.is_due(at(9001), 8));
        others.saw(at(9001), 90 << 30, 0);
        assert_eq!(others.until, None);
    }

    #[test]
    fn without_a_rate_nobody_is_looked_for() {
        let pace = Pace::new(None, None);
        assert!(!pace.gives_way(0));
        assert!(lock(&pace.others).devices.is_empty());
    }
}
