//! Opens a path below a folder, so that nothing leads out of it, whoever changes names meanwhile.

use rustix::fs::{CWD, Mode, OFlags, openat};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};

/// A folder from which paths are opened. What becomes of its own name afterwards does not matter.
#[derive(Debug)]
pub struct Beneath {
    path: PathBuf,
    folder: OwnedFd,
}

impl Beneath {
    /// Opens a folder; links in its own path are followed.
    ///
    /// # Errors
    ///
    /// It is not there, is no folder, or may not be entered.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        #[cfg(target_os = "linux")]
        let flags = flags | OFlags::PATH;
        Ok(Self { path: path.to_owned(), folder: openat(CWD, path, flags, Mode::empty())? })
    }

    /// Whether a path names something below this folder.
    pub fn holds(&self, path: &Path) -> bool {
        self.inner(path).is_ok()
    }

    /// Opens a file below the folder for reading, named from there or with the folder's own path before it. Does not block
    /// on a pipe.
    ///
    /// # Errors
    ///
    /// The path is not one below the folder, a link is in the way, or what the system says.
    pub fn file(&self, path: &Path) -> io::Result<File> {
        self.with(path, libc::O_NONBLOCK | libc::O_NOCTTY)
    }

    /// As [`Self::file`], with flags of open(2).
    pub(super) fn with(&self, path: &Path, flags: i32) -> io::Result<File> {
        let path = self.inner(path)?;
        let flags =
            OFlags::from_bits_retain(flags.cast_unsigned()) | OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{ResolveFlags, openat2};
            let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
            match openat2(&self.folder, path, flags, Mode::empty(), resolve) {
                // Linux before 5.6: by hand.
                Err(rustix::io::Errno::NOSYS) => {}
                opened => return Ok(opened?.into()),
            }
        }
        self.step_by_step(path, flags)
    }

    /// Opens folder after folder without following a link.
    fn step_by_step(&self, path: &Path, flags: OFlags) -> io::Result<File> {
        let mut parts = path.components();
        let last = parts.next_back().ok_or(io::ErrorKind::NotFound)?;
        let mut inner: Option<OwnedFd> = None;
        for part in parts {
            let folder = inner.as_ref().unwrap_or(&self.folder);
            let through = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            inner = Some(openat(folder, part.as_os_str(), through, Mode::empty())?);
        }
        Ok(openat(inner.as_ref().unwrap_or(&self.folder), last.as_os_str(), flags, Mode::empty())?.into())
    }

    /// The path from the folder on.
    fn inner<'p>(&self, path: &'p Path) -> io::Result<&'p Path> {
        let inner = path.strip_prefix(&self.path).unwrap_or(path);
        let is_below =
            !inner.as_os_str().is_empty() && inner.components().all(|part| matches!(part, Component::Normal(_)));
        if is_below { Ok(inner) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Read as _;
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn nothing_leads_out_of_a_root() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("a/b")).expect("made");
        fs::write(root.join("a/b/file"), "inside").expect("written");
        fs::write(folder.path().join("secret"), "outside").expect("written");
        symlink("../secret", root.join("link")).expect("linked");
        symlink(folder.path(), root.join("a/up")).expect("linked");
        symlink("b", root.join("a/c")).expect("linked");
        let beneath = Beneath::open(&root).expect("a folder");
        let open = |path: &str| {
            let by_kernel = beneath.file(Path::new(path)).is_ok();
            let inner = beneath.inner(Path::new(path));
            let by_hand = inner.and_then(|path| beneath.step_by_step(path, OFlags::NOFOLLOW)).is_ok();
            assert_eq!(by_kernel, by_hand, "{path:?}");
            by_kernel
        };
        assert!(open("a/b/file") && open(root.join("a/b/file").to_str().expect("UTF-8")));
        for bad in [
            "",
            ".",
            "..",
            "../secret",
            "a/../../secret",
            "/etc/passwd",
            "link",
            "a/up/secret",
            "a/c/file",
            "a/b/../b/file",
            "//etc/passwd",
            "none",
            "\0",
        ] {
            assert!(!open(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_name_that_is_swapped_for_a_link_meanwhile_never_shows_what_is_outside() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("a")).expect("made");
        fs::write(root.join("a/x"), "inside").expect("written");
        fs::create_dir(folder.path().join("out")).expect("made");
        fs::write(folder.path().join("out/x"), "outside").expect("written");
        symlink("../out", folder.path().join("root/to-out")).expect("linked");
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    fs::rename(root.join("a"), root.join("b")).expect("renamed");
                    fs::rename(root.join("to-out"), root.join("a")).expect("renamed");
                    fs::rename(root.join("a"), root.join("to-out")).expect("renamed");
                    fs::rename(root.join("b"), root.join("a")).expect("renamed");
                }
            });
            let beneath = Beneath::open(&root).expect("a folder");
            for _ in 0..3000 {
                if let Ok(mut file) = beneath.file(Path::new("a/x")) {
                    let mut text = String::new();
                    file.read_to_string(&mut text).expect("read");
                    assert_eq!(text, "inside");
                }
            }
            done.store(true, Ordering::Relaxed);
        });
    }
}
