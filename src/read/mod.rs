//! Opens files and hands out their bytes. The only place that opens content.
//!
//! In:      an [`Item`] from a source.
//! Out:     [`Content`]: bytes with a size, in any order and from any thread, or a stream; or the [`Problem`] that
//!          stopped it.
//! Not:     knows no format, decodes nothing, decides nothing about what the bytes mean.
//! Promise: opening never blocks on a pipe or device, follows no link below a root, and does not touch access times
//!          where the system lets us. A file that shrank or was rewritten while it was read is told apart from one
//!          that only grew ([`Bytes::finish`]). No fault of the storage becomes a signal.
//!
//! Files are read with `pread`. They are mapped only for a program that holds a [`MapGuard`].

use crate::problem::{Problem, Reason};
use crate::sink::{ItemMeta, Stamp};
use crate::source::{Handle, Item, TOO_LONG};
use std::collections::HashSet;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

mod beneath;
mod claims;
mod file;
mod mmap;
mod pace;
mod stamp;
mod stream;

pub use beneath::Beneath;
pub use claims::Claims;
pub use mmap::MapGuard;
pub use pace::Pace;
pub use stamp::FileStamp;

use file::FileBytes;
use mmap::{FileSystem, Mapping};

/// How files are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Maps large files on local file systems if there is a [`MapGuard`], reads the others.
    Auto,
    /// Reads into buffers, always.
    #[default]
    Pread,
    /// Maps every file that is not empty, if there is a [`MapGuard`].
    Map,
}

/// From this size on, [`Mode::Auto`] maps.
const AUTO_MAP_BYTES: u64 = 64 << 20;

/// From this size on, the system is told that the file is read from front to back.
const SEQUENTIAL_BYTES: u64 = 1 << 20;

/// Attempts to open when descriptors have run out or another process must give way; each waits twice as long.
const OPEN_TRIES: u32 = 10;

/// A file, whatever its name: device and inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId {
    /// Device.
    pub device: u64,
    /// Inode on that device.
    pub inode: u64,
}

impl FileId {
    /// The file that this metadata belongs to.
    pub fn of(meta: &Metadata) -> Self {
        Self { device: meta.dev(), inode: meta.ino() }
    }
}

/// What an item holds.
pub enum Content {
    /// Bytes with a size.
    Bytes(Box<dyn Bytes>),
    /// Bytes that come once and whose end shows when it is there.
    Stream(Stream),
}

/// Random access to content. Shared by all threads that read one item.
pub trait Bytes: Send + Sync {
    /// Size in bytes when it was opened. What is appended later is not read.
    fn size(&self) -> u64;

    /// Owner, mode and time.
    fn meta(&self) -> ItemMeta {
        ItemMeta::default()
    }

    /// Fills `buf` from `offset` with as much as there is: short only where the content ends, early ends included.
    ///
    /// # Errors
    /// What the storage reported; [`read_problem`] turns it into a reason. Other ranges may still be readable.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize>;

    /// The whole content, if it is mapped. Bytes that are cut off while it is looked at read as zeros.
    fn mapped(&self) -> Option<&[u8]> {
        None
    }

    /// Which file this is, if it has more than one name. See [`Claims`].
    fn identity(&self) -> Option<FileId> {
        None
    }

    /// The file at the time of opening, if it is one.
    fn stamp(&self) -> Option<FileStamp> {
        None
    }

    /// To be asked once everything has been looked at: what was wrong with the bytes, if anything.
    /// `bytes_read` is how many of [`Bytes::size`] came.
    fn finish(&self, bytes_read: u64) -> Option<(Reason, String)> {
        (bytes_read < self.size())
            .then(|| (Reason::ChangedDuringScan, format!("only {bytes_read} of {} bytes were there", self.size())))
    }
}

/// Content that comes once.
pub struct Stream {
    /// The bytes, up to the end. Interrupted calls are repeated inside. An error means that more was there.
    pub reader: Box<dyn Read + Send>,
    /// Owner, mode and time.
    pub meta: ItemMeta,
}

/// Whether a database at this path has a write-ahead log beside it with something in it: rows that were committed and
/// are not in the database yet (`SQLite`, "Write-Ahead Logging").
pub fn has_log_beside(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(Path::new(&log)).is_ok_and(|log| log.len() > 0)
}

/// The reason and the words for an error that came while reading.
pub fn read_problem(error: &io::Error) -> (Reason, String) {
    let reason = match error.raw_os_error() {
        Some(libc::ESTALE) => Reason::VanishedMidway,
        _ => Reason::IoError,
    };
    (reason, error.to_string())
}

/// Opens items. Built once, shared by all threads.
#[derive(Default)]
pub struct Reader {
    mode: Mode,
    guard: Option<MapGuard>,
    own_outputs: HashSet<FileId>,
    held: Option<Arc<dyn Bytes>>,
    pace: Option<Arc<Pace>>,
    roots: Vec<Beneath>,
}

impl Reader {
    /// A reader that maps nothing and has no outputs to leave out.
    pub fn new() -> Self {
        Self::default()
    }

    /// Chooses how files are read. Without a guard nothing is mapped, whatever the mode says.
    #[must_use]
    pub fn mode(mut self, mode: Mode, guard: Option<MapGuard>) -> Self {
        self.mode = mode;
        self.guard = guard;
        self
    }

    /// Leaves out a file that this program is writing, by what it is, not by its name.
    #[must_use]
    pub fn own_output(mut self, id: FileId) -> Self {
        self.own_outputs.insert(id);
        self
    }

    /// Steps back behind other programs: reads no faster than this, and leaves in the page cache what others had there.
    #[must_use]
    pub fn pace(mut self, pace: Arc<Pace>) -> Self {
        self.pace = Some(pace);
        self
    }

    /// Opens what lies below these folders from there on: a folder on the way that became a link since it was listed is not
    /// followed. One that is no folder, or cannot be opened, changes nothing: what lies below it is opened by its name.
    #[must_use]
    pub fn beneath(mut self, roots: &[PathBuf]) -> Self {
        self.roots.extend(roots.iter().filter_map(|root| Beneath::open(root).ok()));
        self
    }

    /// Gives it the content of [`Handle::Held`].
    #[must_use]
    pub fn held(mut self, content: Arc<dyn Bytes>) -> Self {
        self.held = Some(content);
        self
    }

    /// Opens an item.
    ///
    /// # Errors
    /// The problem that the item ends with: `special_file`, `own_output`, `link`, `vanished`, `permission_denied`,
    /// `changed_during_scan` (a file that became a directory) or `io_error`.
    pub fn open(&self, item: &Item) -> Result<Content, Problem> {
        let opened = match item.handle {
            Handle::Path => self.open_path(item.location.path(), libc::O_NOFOLLOW),
            Handle::LinkedPath => self.open_path(item.location.path(), 0),
            Handle::Stdin => self.open_stdin(),
            Handle::Held => match &self.held {
                Some(content) => Ok(Content::Bytes(Box::new(Held(Arc::clone(content))))),
                None => Err(Fault::new(Reason::Vanished, "nothing is held")),
            },
        };
        opened.map_err(|Fault { reason, detail }| Problem { location: item.location.clone(), reason, detail })
    }

    fn open_path(&self, path: &Path, follow: i32) -> Result<Content, Fault> {
        let root = self.roots.iter().find(|root| follow != 0 && root.holds(path));
        let file = open_file(path, follow, root).map_err(|error| Fault::opening(&error))?;
        let meta = file.metadata().map_err(|error| Fault::opening(&error))?;
        self.refuse(&meta)?;
        // Files made by the kernel have content and no size, or a size and other content.
        if meta.blocks() == 0 {
            let file_system = if meta.len() == 0 { FileSystem::Unknown } else { mmap::file_system(&file) };
            if meta.len() == 0 || file_system == FileSystem::Kernel {
                return unsized_content(file, &meta, path);
            }
        }
        self.sized_content(file, &meta, path)
    }

    fn sized_content(&self, file: File, meta: &Metadata, path: &Path) -> Result<Content, Fault> {
        let size = meta.len();
        let mapping = match (&self.guard, self.mode) {
            (Some(guard), Mode::Map) if size > 0 => Mapping::new(guard, &file, size).ok(),
            (Some(guard), Mode::Auto) if size >= AUTO_MAP_BYTES && mmap::file_system(&file) == FileSystem::Local => {
                Mapping::new(guard, &file, size).ok()
            }
            _ => None,
        };
        // Before anything of it is read.
        let pace = self.pace.as_ref().map(|pace| {
            file::advise_modest(&file);
            (Arc::clone(pace), file::is_cold(&file, size))
        });
        if mapping.is_none() && pace.is_none() && size > SEQUENTIAL_BYTES {
            mmap::advise_sequential(&file);
        }
        let bytes = FileBytes::new(file, meta, Some(path), 0, mapping).map_err(|error| Fault::reading(&error))?;
        Ok(Content::Bytes(Box::new(match pace {
            Some((pace, is_cold)) => bytes.paced(pace, is_cold),
            None => bytes,
        })))
    }

    fn open_stdin(&self) -> Result<Content, Fault> {
        let file = stream::stdin_file().map_err(|error| Fault::opening(&error))?;
        let meta = file.metadata().map_err(|error| Fault::opening(&error))?;
        if !meta.is_file() {
            return Ok(Content::Stream(Stream { reader: stream::waiting(file), meta: ItemMeta::default() }));
        }
        self.refuse(&meta)?;
        // Whoever had this descriptor before may have read some of it.
        let base = stream::position(&file).map_err(|error| Fault::opening(&error))?;
        if meta.blocks() == 0 || base >= meta.len() {
            return Ok(Content::Stream(Stream { reader: stream::waiting(file), meta: item_meta(&meta) }));
        }
        let bytes = FileBytes::new(file, &meta, None, base, None).map_err(|error| Fault::reading(&error))?;
        Ok(Content::Bytes(Box::new(bytes)))
    }

    fn refuse(&self, meta: &Metadata) -> Result<(), Fault> {
        if meta.is_dir() {
            return Err(Fault::new(Reason::ChangedDuringScan, "it was listed as a file and is a directory"));
        }
        if !meta.is_file() {
            let kind = meta.file_type();
            let word = if kind.is_fifo() {
                "a named pipe"
            } else if kind.is_socket() {
                "a socket"
            } else {
                "a device"
            };
            return Err(Fault::new(Reason::SpecialFile, word));
        }
        if self.own_outputs.contains(&FileId::of(meta)) {
            return Err(Fault { reason: Reason::OwnOutput, detail: None });
        }
        Ok(())
    }
}

/// Content that others read too.
struct Held(Arc<dyn Bytes>);

impl Bytes for Held {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn meta(&self) -> ItemMeta {
        self.0.meta()
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(buf, offset)
    }

    fn finish(&self, bytes_read: u64) -> Option<(Reason, String)> {
        self.0.finish(bytes_read)
    }
}

/// Why an item could not be opened; its place is added by the caller.
struct Fault {
    reason: Reason,
    detail: Option<String>,
}

impl Fault {
    fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: Some(detail.into()) }
    }

    fn opening(error: &io::Error) -> Self {
        let reason = match error.raw_os_error() {
            // `EXDEV`: it would lead out of its root.
            Some(libc::ELOOP | libc::EXDEV) => Reason::Link,
            Some(libc::ENOENT | libc::ENOTDIR | libc::ESTALE) => Reason::Vanished,
            Some(libc::EACCES | libc::EPERM) => Reason::PermissionDenied,
            // A socket, or a device without a driver.
            Some(libc::ENXIO | libc::ENODEV) => Reason::SpecialFile,
            Some(libc::ENAMETOOLONG) => return Self::new(Reason::IoError, TOO_LONG),
            _ => Reason::IoError,
        };
        Self::new(reason, error.to_string())
    }

    fn reading(error: &io::Error) -> Self {
        let (reason, detail) = read_problem(error);
        Self::new(reason, detail)
    }
}

fn item_meta(meta: &Metadata) -> ItemMeta {
    let nanoseconds = u32::try_from(meta.mtime_nsec()).unwrap_or(0);
    ItemMeta {
        mode: Some(meta.mode() & 0o7777),
        owner_uid: Some(meta.uid()),
        mtime: Some((meta.mtime(), nanoseconds)),
        stamp: Some(Stamp::of(meta)),
    }
}

#[cfg(target_os = "linux")]
const NO_ATIME: i32 = libc::O_NOATIME;
#[cfg(not(target_os = "linux"))]
const NO_ATIME: i32 = 0;

/// Opens without blocking and without leaving a trace, and waits a little where waiting can help.
#[expect(clippy::disallowed_methods, reason = "the one place that opens content")]
fn open_file(path: &Path, follow: i32, root: Option<&Beneath>) -> io::Result<File> {
    let open = |extra: i32| {
        let flags = libc::O_NONBLOCK | libc::O_NOCTTY | follow | extra;
        match root {
            Some(root) => root.with(path, flags),
            // std adds O_CLOEXEC, and repeats the call if a signal interrupts it.
            None => OpenOptions::new().read(true).custom_flags(flags).open(path),
        }
    };
    let mut extra = NO_ATIME;
    let mut tries = 0;
    loop {
        let error = match open(extra) {
            Ok(file) => return Ok(file),
            Err(error) => error,
        };
        match error.raw_os_error() {
            // Only the owner may keep access times as they are.
            Some(libc::EPERM) if extra != 0 => extra = 0,
            Some(libc::EINTR) => {}
            // No descriptor left, or a lease (Samba, NFS) that its holder was just asked to give back, or names on the way
            // that were changed meanwhile.
            Some(libc::EMFILE | libc::ENFILE | libc::EAGAIN) if tries < OPEN_TRIES => {
                std::thread::sleep(Duration::from_millis(1 << tries));
                tries += 1;
            }
            _ => return Err(error),
        }
    }
}

/// Content of a file that says it is empty, or whose size means nothing.
fn unsized_content(mut file: File, meta: &Metadata, path: &Path) -> Result<Content, Fault> {
    let first = stream::first_bytes(&mut file).map_err(|error| Fault::reading(&error))?;
    if first.is_empty() {
        let empty = FileBytes::new(file, meta, Some(path), meta.len(), None).map_err(|error| Fault::reading(&error))?;
        return Ok(Content::Bytes(Box::new(empty)));
    }
    let now = file.metadata().map_err(|error| Fault::opening(&error))?;
    if meta.len() == 0 && now.len() > 0 {
        // It was empty and is being written: an ordinary file after all.
        let bytes = FileBytes::new(file, &now, Some(path), 0, None).map_err(|error| Fault::reading(&error))?;
        return Ok(Content::Bytes(Box::new(bytes)));
    }
    let reader = stream::without_size(first, file);
    Ok(Content::Stream(Stream { reader, meta: item_meta(meta) }))
}

#[cfg(test)]
mod tests;
