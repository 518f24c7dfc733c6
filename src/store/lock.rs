//! The folder of a store: one program at a time, on a local disk, for its owner's eyes.

#![expect(clippy::disallowed_methods, reason = "the state is our own, never content")]

use super::StoreError;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

const LOCK: &str = "lock";
/// How long the lock is waited for: what a killed program had just started holds it until it is somebody else.
const WAIT: Duration = Duration::from_secs(1);
const AGAIN: Duration = Duration::from_millis(10);

/// Magic numbers of file systems where locks or shared memory cannot be relied on (`statfs(2)`): NFS, SMB, CIFS, SMB2,
/// AFS, Coda, Ceph.
const REMOTE: [u64; 7] = [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x5346_414F, 0x7375_7245, 0x00C3_6400];

/// A kernel lock: it goes with the program, however that ends.
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock of a folder, which is made when missing.
    pub(super) fn take(folder: &Path) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Folder { folder: folder.to_owned(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        let path = folder.join(LOCK);
        let options = || {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false).mode(0o600);
            options
        };
        let mut file = options().open(&path).map_err(failed)?;
        let system = rustix::fs::fstatfs(&file).map_err(|error| failed(error.into()))?;
        if REMOTE.contains(&(system.f_type as u64 & 0xFFFF_FFFF)) {
            return Err(StoreError::Remote { folder: folder.to_owned() });
        }
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if began.elapsed() < WAIT => sleep(AGAIN),
                Err(TryLockError::WouldBlock) => {
                    let mut text = String::new();
                    let process = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
                    return Err(StoreError::Locked { folder: folder.to_owned(), process });
                }
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        // Who holds it is told to people alone: what fails here is no reason to stop.
        file.set_len(0).and_then(|()| file.write_all(std::process::id().to_string().as_bytes())).ok();
        // The database takes its mode from this, and its log from the database.
        options().open(folder.join(super::DATABASE)).map_err(failed)?;
        Ok(Self { file })
    }
}

impl Lock {
    /// Lets the folder go.
    pub(super) fn release(&self) {
        // What fails here holds until the program is gone, as it would have.
        self.file.unlock().ok();
    }
}

/// Whether a program holds the lock of a folder; `true` if that cannot be told.
pub(super) fn is_held(folder: &Path) -> bool {
    match File::open(folder.join(LOCK)) {
        // What is taken to see that it is free goes with the file at once; several may look at the same time, and who wants to
        // have the folder meanwhile tries again for a second ([`Lock::take`]).
        Ok(file) => file.try_lock_shared().is_err(),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

/// Whether there is something of this name.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Leaves a mark.
pub(super) fn mark(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?.sync_all()
}

/// Moves a damaged database and its log into a folder of their own. The mark goes when everything else is in place.
pub(super) fn move_aside(folder: &Path, database: &str, mark: &str, now_ms: i64) -> io::Result<PathBuf> {
    let mut number = now_ms;
    let aside = loop {
        let aside = folder.join(format!("damaged-{number}"));
        match DirBuilder::new().mode(0o700).create(&aside) {
            Ok(()) => break aside,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    };
    // The log first: a log without its database is never taken for the log of a new one.
    for end in ["-wal", "-shm", ""] {
        let name = format!("{database}{end}");
        match fs::rename(folder.join(&name), aside.join(&name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    File::open(&aside)?.sync_all()?;
    match fs::remove_file(folder.join(mark)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(folder.join(database))?;
    File::open(folder)?.sync_all()?;
    Ok(aside)
}
