//! What the file system says of a file besides its bytes.

use super::FileId;
use serde::{Deserialize, Serialize};
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::time::UNIX_EPOCH;

/// A file at one moment: which one it is, how long, and when it changed. Times are seconds since 1970 and nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStamp {
    /// Device.
    pub device: u64,
    /// Inode on that device.
    pub inode: u64,
    /// When the file was made, if the file system keeps that: an inode may be given to another file.
    pub birth: Option<(i64, i64)>,
    /// Size in bytes.
    pub size: u64,
    /// When its bytes were changed last, as anybody may set it.
    pub modified: (i64, i64),
    /// When anything of it was changed last, as the system keeps it.
    pub changed: (i64, i64),
    /// Mode, owner, group and number of names: their change moves the time of change too.
    pub access: (u32, u32, u32, u64),
    /// Bytes that it takes on the disk.
    pub allocated_bytes: u64,
}

impl FileStamp {
    /// The stamp in this metadata.
    pub fn of(meta: &Metadata) -> Self {
        let since_1970 = |time: std::time::SystemTime| time.duration_since(UNIX_EPOCH).ok();
        let birth = meta.created().ok().and_then(since_1970);
        Self {
            device: meta.dev(),
            inode: meta.ino(),
            birth: birth.map(|time| (time.as_secs().cast_signed(), i64::from(time.subsec_nanos()))),
            size: meta.len(),
            modified: (meta.mtime(), meta.mtime_nsec()),
            changed: (meta.ctime(), meta.ctime_nsec()),
            access: (meta.mode(), meta.uid(), meta.gid(), meta.nlink()),
            allocated_bytes: meta.blocks().saturating_mul(512),
        }
    }

    /// The file, whatever its name.
    pub fn id(&self) -> FileId {
        FileId { device: self.device, inode: self.inode }
    }

    /// Device, inode and time of birth.
    pub fn identity(&self) -> (u64, u64, Option<(i64, i64)>) {
        (self.device, self.inode, self.birth)
    }

    /// How many names it has.
    pub fn links(&self) -> u64 {
        self.access.3
    }
}
