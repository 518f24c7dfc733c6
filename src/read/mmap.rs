//! Memory maps that cannot kill the program. All `unsafe` of `read` stands here.
//!
//! In:      an open regular file.
//! Out:     its bytes as one slice ([`Mapping`]).
//! Promise: a file that is cut, or a disk that fails, while its map is looked at does not end the program: the missing
//!          pages read as zeros and the mapping says that it has faulted. What is wrong with the file is for
//!          [`Bytes::finish`](super::Bytes::finish) to say.
//!
//! The kernel reports a missing page of a map by the signal SIGBUS, whose default is to kill the process. A handler
//! must therefore be installed before anything is mapped, and a handler belongs to the whole process: only a program
//! may do that, never a library by itself. Hence [`MapGuard`]: without one, nothing is mapped, and only
//! [`MapGuard::install`] makes one.
//!
//! Bytes of a map change under us when somebody writes to the file. Everything that reads such a slice must stand any
//! bytes at any time and must not look twice and trust the first look, just as it must for a file that changes between
//! two reads.

use memmap2::{Advice, Mmap, MmapOptions};
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

/// Maps at a time. Beyond it files are read instead.
const SLOT_COUNT: usize = 256;

/// After so many missing pages in one map, all pages behind are replaced at once: the file was cut.
const FAULTS_BEFORE_REST: u32 = 64;

/// A mapped range, as the signal handler sees it. The table is static because a handler has no other argument.
struct Slot {
    taken: AtomicBool,
    /// 0 while the slot is not in use.
    start: AtomicUsize,
    len: AtomicUsize,
    faults: AtomicU32,
}

static SLOTS: [Slot; SLOT_COUNT] = [const {
    Slot {
        taken: AtomicBool::new(false),
        start: AtomicUsize::new(0),
        len: AtomicUsize::new(0),
        faults: AtomicU32::new(0),
    }
}; SLOT_COUNT];

/// Page size in bytes, known once the handler is installed.
static PAGE_BYTES: AtomicUsize = AtomicUsize::new(0);

impl Slot {
    fn take(start: usize, len: usize) -> Option<&'static Self> {
        let free = |slot: &&Slot| !slot.taken.swap(true, Ordering::AcqRel);
        let slot = SLOTS.iter().find(free)?;
        slot.faults.store(0, Ordering::Relaxed);
        slot.len.store(len, Ordering::Relaxed);
        slot.start.store(start, Ordering::Release);
        Some(slot)
    }

    fn release(&self) {
        self.start.store(0, Ordering::Release);
        self.taken.store(false, Ordering::Release);
    }

    /// One past the range, if it holds this address.
    fn end_around(&self, address: usize) -> Option<usize> {
        let start = self.start.load(Ordering::Acquire);
        let end = start.checked_add(self.len.load(Ordering::Relaxed))?;
        (start != 0 && (start..end).contains(&address)).then_some(end)
    }
}

/// Proof that the handler stands. Whoever holds one may map files.
#[derive(Clone, Debug)]
pub struct MapGuard {
    _made_by_install: (),
}

impl MapGuard {
    /// Installs the signal handler for the whole process. For programs; a library or service leaves it alone.
    ///
    /// # Errors
    /// What the system said.
    #[expect(unsafe_code, reason = "asks for the page size and sets a signal handler")]
    pub fn install() -> io::Result<Self> {
        // SAFETY: `sysconf` has no conditions.
        let page_bytes = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        let page_bytes = usize::try_from(page_bytes).map_err(|_| io::Error::last_os_error())?;
        PAGE_BYTES.store(page_bytes, Ordering::Release);
        // SAFETY: `sigaction` is plain data for which zero is valid. The handler has the form that SA_SIGINFO asks for
        // and does only what is allowed in a handler: atomics, `mmap`, `sigaction`, `raise`.
        let result = unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = on_missing_page as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            libc::sigemptyset(&raw mut action.sa_mask);
            libc::sigaction(libc::SIGBUS, &raw const action, std::ptr::null_mut())
        };
        if result == 0 { Ok(Self { _made_by_install: () }) } else { Err(io::Error::last_os_error()) }
    }
}

/// A mapped file, known to the handler for as long as it lives.
pub(super) struct Mapping {
    map: Mmap,
    slot: &'static Slot,
}

impl Mapping {
    /// Maps the first `size` bytes of a regular file.
    #[expect(unsafe_code, reason = "maps a file that others may change")]
    pub(super) fn new(_guard: &MapGuard, file: &File, size: u64) -> io::Result<Self> {
        let len = usize::try_from(size).map_err(|_| io::ErrorKind::FileTooLarge)?;
        // SAFETY: the file may be changed by others. A page that goes missing is replaced by the handler, which stands
        // because a guard exists, and knows this range before the first byte is looked at. Bytes that change are stood
        // by every user, as the head of this module says.
        let map = unsafe { MmapOptions::new().len(len).map(file)? };
        let slot = Slot::take(map.as_ptr() as usize, len).ok_or(io::ErrorKind::ResourceBusy)?;
        // Advice may be refused; it is only advice.
        drop(map.advise(Advice::Sequential));
        Ok(Self { map, slot })
    }

    /// The bytes; missing ones read as zeros.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.map
    }

    /// Whether a page was missing when it was looked at.
    pub(super) fn has_faulted(&self) -> bool {
        self.slot.faults.load(Ordering::Acquire) > 0
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // Before the range is unmapped and can become somebody else's.
        self.slot.release();
    }
}

/// SIGBUS: replaces the missing page of a map of ours by zeros and lets the program go on; anything else dies as it
/// would have without us.
#[expect(unsafe_code, reason = "a signal handler")]
extern "C" fn on_missing_page(signal: libc::c_int, info: *mut libc::siginfo_t, _context: *mut libc::c_void) {
    // SAFETY: with SA_SIGINFO the kernel hands over a valid `info`. The address means something only if a memory access
    // caused the signal (the code is above 0), and is used only then.
    let (code, address) = unsafe { ((*info).si_code, (*info).si_addr() as usize) };
    let page_bytes = PAGE_BYTES.load(Ordering::Acquire);
    for slot in SLOTS.iter().filter(|_| code > 0) {
        let Some(end) = slot.end_around(address) else { continue };
        let faults = slot.faults.fetch_add(1, Ordering::AcqRel);
        let page = address & !(page_bytes - 1);
        let len = if faults < FAULTS_BEFORE_REST { page_bytes } else { end - page };
        // SAFETY: the pages lie in a live mapping of ours: it cannot be dropped while a thread looks at its bytes, and
        // this thread does. `mmap` is one system call; `errno` is put back for the code that was interrupted.
        let patched = unsafe {
            let errno = *errno_place();
            let place = libc::mmap(
                page as *mut libc::c_void,
                len,
                libc::PROT_READ,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED,
                -1,
                0,
            );
            *errno_place() = errno;
            place != libc::MAP_FAILED
        };
        if patched {
            return;
        }
    }
    // SAFETY: both calls are allowed in a handler. The signal is blocked now and kills when the handler returns.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = libc::SIG_DFL;
        libc::sigaction(signal, &raw const action, std::ptr::null_mut());
        libc::raise(signal);
    }
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "errno is not reachable for writing in any other way")]
fn errno_place() -> *mut libc::c_int {
    // SAFETY: no conditions; the place belongs to this thread.
    unsafe { libc::__errno_location() }
}

#[cfg(target_os = "macos")]
#[expect(unsafe_code, reason = "errno is not reachable for writing in any other way")]
fn errno_place() -> *mut libc::c_int {
    // SAFETY: no conditions; the place belongs to this thread.
    unsafe { libc::__error() }
}

/// What kind of file system a file lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileSystem {
    /// On a disk or in the memory of this machine: fit for maps.
    Local,
    /// Made up by the kernel: sizes mean nothing.
    Kernel,
    /// A network, a process, or not known.
    Unknown,
}

/// Where this file lies.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "std does not tell the type of a file system")]
pub(super) fn file_system(file: &File) -> FileSystem {
    // statfs(2). Listed are the types we know; whatever is new is not mapped.
    const LOCAL: [i128; 10] = [
        0xEF53,      // ext2, ext3, ext4
        0x5846_5342, // xfs
        0x9123_683E, // btrfs
        0x0102_1994, // tmpfs
        0x794C_7630, // overlayfs
        0x2FC1_2FC1, // zfs
        0xF2F5_2010, // f2fs
        0xCA45_1A4E, // bcachefs
        0x7371_7368, // squashfs
        0xE0F5_E1E2, // erofs
    ];
    const KERNEL: [i128; 10] = [
        0x9FA0,      // proc
        0x6265_6572, // sysfs
        0x6462_6720, // debugfs
        0x7472_6163, // tracefs
        0x0027_E0EB, // cgroup
        0x6367_7270, // cgroup2
        0x7363_6673, // securityfs
        0x6265_6570, // configfs
        0x6165_676C, // pstore
        0xCAFE_4A11, // bpf
    ];
    // SAFETY: `statfs` is plain data for which zero is valid; the descriptor is open and the place is ours.
    let kind = unsafe {
        let mut found: libc::statfs = std::mem::zeroed();
        (libc::fstatfs(file.as_raw_fd(), &raw mut found) == 0).then_some(found.f_type)
    };
    // Types are 32 bits, whatever the sign and width of the field.
    match kind.map(|kind| i128::from(kind) & 0xFFFF_FFFF) {
        Some(kind) if LOCAL.contains(&kind) => FileSystem::Local,
        Some(kind) if KERNEL.contains(&kind) => FileSystem::Kernel,
        _ => FileSystem::Unknown,
    }
}

/// Where this file lies: not known here.
#[cfg(not(target_os = "linux"))]
pub(super) fn file_system(_file: &File) -> FileSystem {
    FileSystem::Unknown
}

/// Tells the system that the file will be read from front to back. It may ignore that.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "std has no such call")]
pub(super) fn advise_sequential(file: &File) {
    // SAFETY: the descriptor is open; the call touches no memory of ours.
    unsafe {
        libc::posix_fadvise(file.as_raw_fd(), 0, 0, libc::POSIX_FADV_SEQUENTIAL);
    }
}

/// Tells the system that the file will be read from front to back: there is no such call here.
#[cfg(not(target_os = "linux"))]
pub(super) fn advise_sequential(_file: &File) {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::testing::{in_child, run_child, start_child};
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    fn file_of(size: usize) -> File {
        use std::io::Write;
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![b'x'; size]).unwrap();
        file
    }

    #[test]
    fn a_cut_file_reads_as_zeros_and_says_so() {
        let guard = MapGuard::install().unwrap();
        let pages = 200;
        let file = file_of(pages * 4096);
        let mapping = Mapping::new(&guard, &file, pages as u64 * 4096).unwrap();
        assert!(mapping.bytes().iter().all(|byte| *byte == b'x') && !mapping.has_faulted());
        file.set_len(4096 + 10).unwrap();
        let (kept, gone) = mapping.bytes().split_at(4096 + 10);
        assert!(kept.iter().all(|byte| *byte == b'x') && gone.iter().all(|byte| *byte == 0));
        assert!(mapping.has_faulted());
        let faults = mapping.slot.faults.load(Ordering::Relaxed);
        assert!(faults <= FAULTS_BEFORE_REST + 1, "the rest is replaced at once, not page by page: {faults}");
    }

    #[test]
    fn two_threads_may_fault_on_the_same_pages() {
        let guard = MapGuard::install().unwrap();
        let file = file_of(1 << 20);
        let mapping = Mapping::new(&guard, &file, 1 << 20).unwrap();
        file.set_len(0).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert!(mapping.bytes().iter().all(|byte| *byte == 0)));
            }
        });
        assert!(mapping.has_faulted());
    }

    #[test]
    fn ranges_are_given_back_and_a_full_table_refuses() {
        if !in_child() {
            // The table belongs to the process, so this must not disturb other tests.
            return run_child(module_path!(), "ranges_are_given_back_and_a_full_table_refuses", |_| {});
        }
        let guard = MapGuard::install().unwrap();
        let file = file_of(4096);
        for _ in 0..3 {
            let all: Vec<_> = (0..SLOT_COUNT).map(|_| Mapping::new(&guard, &file, 4096).unwrap()).collect();
            assert!(Mapping::new(&guard, &file, 4096).is_err());
            drop(all);
        }
        assert!(SLOTS.iter().all(|slot| slot.start.load(Ordering::Relaxed) == 0));
    }

    #[test]
    fn a_signal_that_is_not_ours_kills_as_before() {
        if !in_child() {
            let output = start_child(module_path!(), "a_signal_that_is_not_ours_kills_as_before", |_| {});
            assert_eq!(output.status.signal(), Some(libc::SIGBUS), "{}", output.status);
            return;
        }
        let guard = MapGuard::install().unwrap();
        let _mapping = Mapping::new(&guard, &file_of(4096), 4096).unwrap();
        let me = std::process::id().to_string();
        drop(Command::new("kill").args(["-BUS", &me]).status());
        std::thread::sleep(std::time::Duration::from_secs(5));
        unreachable!("the signal was swallowed");
    }

    #[test]
    fn a_fault_in_a_map_that_is_not_ours_kills_as_before() {
        if !in_child() {
            let output = start_child(module_path!(), "a_fault_in_a_map_that_is_not_ours_kills_as_before", |_| {});
            assert_eq!(output.status.signal(), Some(libc::SIGBUS), "{}", output.status);
            return;
        }
        let guard = MapGuard::install().unwrap();
        let file = file_of(8192);
        let mapping = Mapping::new(&guard, &file, 8192).unwrap();
        mapping.slot.release();
        file.set_len(0).unwrap();
        unreachable!("{} was read", mapping.bytes()[4096]);
    }

    #[test]
    fn kernel_files_are_told_from_local_ones() {
        assert_eq!(file_system(&File::open("/proc/self/status").unwrap()), FileSystem::Kernel);
        let here = file_system(&file_of(1));
        assert_ne!(here, FileSystem::Kernel);
    }
}
