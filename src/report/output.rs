//! Where a report goes: standard output, or a file that is there whole or not at all.

#![expect(clippy::disallowed_methods, reason = "outputs are our own, never content")]

use super::escape;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A file by device and inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId {
    /// Device.
    pub device: u64,
    /// Inode.
    pub inode: u64,
}

impl FileId {
    fn of(metadata: &fs::Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }
}

/// Where a path leads, to tell whether two paths name the same file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A regular file.
    File(FileId),
    /// A name that nothing has yet.
    Free(PathBuf),
}

impl Place {
    /// `None`: a standard stream, or nothing that a file could take the place of.
    pub fn of(path: &Path) -> Option<Self> {
        if path.as_os_str() == "-" {
            return None;
        }
        if let Ok(metadata) = fs::metadata(path) {
            return metadata.is_file().then(|| Self::File(FileId::of(&metadata)));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(Self::Free(fs::canonicalize(folder).ok()?.join(path.file_name()?)))
    }
}

/// The regular files that the standard streams write to, so that a scan does not read its own answer.
pub fn standard_streams() -> Vec<FileId> {
    fn id(stream: impl AsFd) -> Option<FileId> {
        let file = File::from(stream.as_fd().try_clone_to_owned().ok()?);
        let metadata = file.metadata().ok()?;
        metadata.is_file().then(|| FileId::of(&metadata))
    }
    [id(io::stdout()), id(io::stderr())].into_iter().flatten().collect()
}

/// The destination of a report.
#[derive(Debug)]
pub enum Output {
    /// Standard output.
    Stdout,
    /// A pipe or device named by path: written as it comes.
    Direct(File, PathBuf),
    /// A regular file, put in place by [`Output::commit`].
    Atomic(AtomicFile),
}

impl Output {
    /// Opens a destination; `None` and `-` are standard output. Nothing that exists is touched before [`Output::commit`].
    ///
    /// # Errors
    ///
    /// The path is a directory, or its folder cannot be written to.
    pub fn open(path: Option<&Path>) -> io::Result<Self> {
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
            return Ok(Self::Stdout);
        };
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
            // A rename would put a file in place of the device.
            Ok(metadata) if !metadata.is_file() => {
                OpenOptions::new().write(true).open(path).map(|file| Self::Direct(file, path.to_owned()))
            }
            // Through a link the file behind it is replaced, not the link.
            Ok(_) => AtomicFile::new(fs::canonicalize(path)?).map(Self::Atomic),
            Err(error) if error.kind() == io::ErrorKind::NotFound => AtomicFile::new(path.to_owned()).map(Self::Atomic),
            Err(error) => Err(error),
        }
    }

    /// Whether this is standard output.
    pub fn is_stdout(&self) -> bool {
        matches!(self, Self::Stdout)
    }

    /// The files that a scan must not read because this report is written to them.
    pub fn files(&self) -> Vec<FileId> {
        match self {
            Self::Atomic(file) => file.files(),
            Self::Direct(..) | Self::Stdout => Vec::new(),
        }
    }

    /// Whether anything was written that [`Output::commit`] would put in place.
    pub fn is_written(&self) -> bool {
        match self {
            Self::Stdout | Self::Direct(..) => true,
            Self::Atomic(file) => file.file.metadata().is_ok_and(|metadata| metadata.len() > 0),
        }
    }

    /// Waits until what was written is on the disk; nothing is put in place yet.
    ///
    /// # Errors
    ///
    /// The disk is full or broken.
    pub fn sync(&self) -> io::Result<()> {
        match self {
            Self::Stdout | Self::Direct(..) => Ok(()),
            Self::Atomic(file) => file.file.sync_all().map_err(|error| naming(&file.destination, &error)),
        }
    }

    /// Puts the finished report in place. An output that is dropped without this leaves no trace.
    ///
    /// # Errors
    ///
    /// The file could not be written or renamed; an earlier file of this name is still whole.
    pub fn commit(self) -> io::Result<()> {
        match self {
            Self::Stdout => Ok(()),
            Self::Direct(mut file, path) => file.flush().map_err(|error| naming(&path, &error)),
            Self::Atomic(file) => {
                let path = file.destination.clone();
                file.commit().map_err(|error| naming(&path, &error))
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            // Reports come in whole lines and large pieces; the line buffer of the standard library would only split them.
            Self::Stdout => io::stdout().lock().write(bytes),
            Self::Direct(file, path) => file.write(bytes).map_err(|error| naming(path, &error)),
            Self::Atomic(file) => file.file.write(bytes).map_err(|error| naming(&file.destination, &error)),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout => io::stdout().lock().flush(),
            Self::Direct(..) | Self::Atomic(_) => Ok(()),
        }
    }
}

/// A file of its folder, mode 0600, that has no name until it is complete; where the file system cannot do that, it has a
/// temporary one.
#[derive(Debug)]
pub struct AtomicFile {
    file: File,
    /// The name that it will have for a moment when it replaces another file.
    temporary: PathBuf,
    destination: PathBuf,
    /// Whether it has the temporary name now.
    named: bool,
}

impl AtomicFile {
    fn new(destination: PathBuf) -> io::Result<Self> {
        let name = destination.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
        let mut random = [0_u8; 8];
        File::open("/dev/urandom")?.read_exact(&mut random)?;
        let mut temporary_name = std::ffi::OsString::from(".");
        temporary_name.push(name);
        temporary_name.push(format!(".{:016x}.partial", u64::from_ne_bytes(random)));
        let temporary = destination.with_file_name(temporary_name);
        let mut options = OpenOptions::new();
        options.write(true).mode(0o600);
        #[cfg(target_os = "linux")]
        {
            let nameless = options
                .clone()
                .custom_flags(rustix::fs::OFlags::TMPFILE.bits().cast_signed())
                .open(folder_of(&destination));
            if let Some(file) = nameless.ok().filter(|file| place_of(file).exists()) {
                return Ok(Self { file, temporary, destination, named: false });
            }
        }
        let file = options.create_new(true).open(&temporary)?;
        Ok(Self { file, temporary, destination, named: true })
    }

    fn files(&self) -> Vec<FileId> {
        [self.file.metadata(), fs::metadata(&self.destination)]
            .into_iter()
            .flatten()
            .map(|metadata| FileId::of(&metadata))
            .collect()
    }

    fn commit(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        if !self.named {
            let (from, to) = (place_of(&self.file), &self.temporary);
            rustix::fs::linkat(rustix::fs::CWD, from, rustix::fs::CWD, to, rustix::fs::AtFlags::SYMLINK_FOLLOW)?;
            self.named = true;
        }
        fs::rename(&self.temporary, &self.destination)?;
        self.named = false;
        File::open(folder_of(&self.destination))?.sync_all()
    }
}

/// An error of its kind that says which file it is about.
fn naming(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("`{}`: {error}", escape::path(path)))
}

/// The folder that a file lies in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Where an open file can be found as long as it is open.
fn place_of(file: &File) -> PathBuf {
    format!("/proc/self/fd/{}", file.as_raw_fd()).into()
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if self.named {
            // Nothing more can be done about a folder that lets nothing be removed.
            fs::remove_file(&self.temporary).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Output;
    use std::fs;
    use std::io::Write;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_report_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.jsonl");
        fs::write(&path, "before").expect("written");

        let mut output = Output::open(Some(&path)).expect("opened");
        output.write_all(b"half").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("there"), "before");
        assert_eq!(output.files().len(), 2);
        // A file that has no name yet is not left behind by a program that is killed either.
        assert!(names(folder.path()).iter().all(|name| name == "report.jsonl" || cfg!(not(target_os = "linux"))));
        drop(output);
        assert_eq!(names(folder.path()), ["report.jsonl"]);
        assert_eq!(fs::read_to_string(&path).expect("there"), "before");

        let mut output = Output::open(Some(&path)).expect("opened");
        output.write_all(b"whole").expect("written");
        output.commit().expect("committed");
        assert_eq!(names(folder.path()), ["report.jsonl"]);
        assert_eq!(fs::read_to_string(&path).expect("there"), "whole");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn links_devices_and_directories() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("target");
        let link = folder.path().join("link");
        fs::write(&target, "before").expect("written");
        symlink(&target, &link).expect("linked");
        let mut output = Output::open(Some(&link)).expect("opened");
        output.write_all(b"after").expect("written");
        output.commit().expect("committed");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_to_string(&target).expect("there"), "after");

        assert!(matches!(Output::open(Some(Path::new("/dev/null"))), Ok(Output::Direct(..))));
        assert!(matches!(Output::open(Some(Path::new("-"))), Ok(Output::Stdout)));
        assert!(Output::open(Some(folder.path())).is_err());
        assert!(Output::open(Some(&folder.path().join("absent/report"))).is_err());
    }
}
