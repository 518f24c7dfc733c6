//! What the operator named: paths, standard input, and lists of paths, one after the other.
//!
//! In:      roots (`-` is standard input) and lists (`--files-from`), each entry of a list a file or a directory.
//! Out:     their listing: first the roots in the order given, then the lists, entry by entry.
//! Promise: a root that does not exist is found by [`Roots::check`], before anything is read. Roots that overlap are
//!          walked once. A list is read lazily, may be endless, and what is wrong with an entry is a line in the ledger: one
//!          that is not there is `missing`.

use super::glob::Glob;
use super::walk::{Origin, Walk};
use super::{Item, Listed, Source, SourceError};
use crate::location::Location;
use crate::problem::Reason;
use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// Longest entry of a list, in bytes. No system takes longer paths.
const ENTRY_LIMIT_BYTES: usize = 64 << 10;

/// What stands between the entries of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Separator {
    /// A newline: one path a line. A carriage return before it is part of the line end, not of the name.
    #[default]
    Newline,
    /// A zero byte, as `find -print0` writes: any name can be listed.
    Nul,
}

impl Separator {
    fn byte(self) -> u8 {
        match self {
            Self::Newline => b'\n',
            Self::Nul => 0,
        }
    }
}

/// Roots and lists, chained.
pub struct Roots {
    paths: VecDeque<PathBuf>,
    lists: VecDeque<List>,
    walk: Walk,
}

struct List {
    name: PathBuf,
    reader: Box<dyn BufRead + Send>,
    separator: Separator,
    origin: Origin,
    entry_number: u64,
}

enum Entry {
    Path(PathBuf),
    Bad(Reason, String),
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

impl Roots {
    /// These roots, in this order. `-` is standard input; a file of that name is `./-`.
    pub fn new(paths: Vec<PathBuf>) -> Self {
        let named = paths.iter().filter(|path| !is_stdin(path)).cloned().collect();
        Self { paths: paths.into(), lists: VecDeque::new(), walk: Walk::new(Vec::new()).expect(named) }
    }

    /// Leaves out directories on other file systems than their root.
    #[must_use]
    pub fn one_file_system(mut self, only: bool) -> Self {
        self.walk = self.walk.one_file_system(only);
        self
    }

    /// Leaves out a folder of the program itself, by device and inode, whatever its name.
    #[must_use]
    pub fn own_folder(mut self, device: u64, inode: u64) -> Self {
        self.walk = self.walk.own_folder(device, inode);
        self
    }

    /// Leaves out what fits one of these patterns, roots included.
    #[must_use]
    pub fn exclude(mut self, globs: Vec<Glob>) -> Self {
        self.walk = self.walk.exclude(globs);
        self
    }

    /// Adds the list in a file; `-` is standard input. Inside a list `-` is a file of that name.
    ///
    /// # Errors
    /// When the list cannot be opened.
    #[expect(clippy::disallowed_methods, reason = "a list of paths is the operator's own, not content")]
    pub fn files_from(self, path: &Path, separator: Separator) -> Result<Self, SourceError> {
        if is_stdin(path) {
            return Ok(self.list(path, Box::new(BufReader::new(io::stdin())), separator));
        }
        // A directory opens and cannot be read: better said now than in the ledger.
        let opened = File::open(path).and_then(|file| {
            if file.metadata()?.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { Ok(file) }
        });
        match opened {
            Ok(file) => Ok(self.list(path, Box::new(BufReader::new(file)), separator)),
            Err(source) => Err(SourceError::List { path: path.to_owned(), source }),
        }
    }

    /// Adds a list that is open already; `name` stands in the ledger if it cannot be read to its end.
    #[must_use]
    pub fn list(mut self, name: &Path, reader: Box<dyn BufRead + Send>, separator: Separator) -> Self {
        let origin = Origin::List;
        self.lists.push_back(List { name: name.to_owned(), reader, separator, origin, entry_number: 0 });
        self
    }

    /// Adds paths that changed a moment ago: what is gone by now is `vanished`, and no gap.
    #[must_use]
    pub fn changes(mut self, paths: &[PathBuf]) -> Self {
        let names: Vec<&[u8]> = paths.iter().map(|path| path.as_os_str().as_bytes()).collect();
        let (name, reader) = (PathBuf::from("changes"), Box::new(io::Cursor::new(names.join(&0))));
        let (separator, origin) = (Separator::Nul, Origin::Change);
        self.lists.push_back(List { name, reader, separator, origin, entry_number: 0 });
        self
    }

    /// Looks whether every root exists. What exists and may not be read is no error here: it ends in the ledger.
    ///
    /// # Errors
    /// When a root does not exist, nothing is named at all, or standard input is named twice.
    pub fn check(&self) -> Result<(), SourceError> {
        let stdins = self.paths.iter().chain(self.lists.iter().map(|list| &list.name)).filter(|path| is_stdin(path));
        if stdins.count() > 1 {
            return Err(SourceError::StdinTwice);
        }
        if self.paths.is_empty() && self.lists.is_empty() {
            return Err(SourceError::Nothing);
        }
        for path in self.paths.iter().filter(|path| !is_stdin(path)) {
            match fs::metadata(path) {
                Err(source) if source.kind() != io::ErrorKind::PermissionDenied => {
                    return Err(SourceError::Missing { path: path.clone(), source });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Source for Roots {
    fn next(&mut self) -> Option<Listed> {
        loop {
            if let Some(listed) = self.walk.next() {
                return Some(listed);
            }
            if let Some(path) = self.paths.pop_front() {
                if is_stdin(&path) {
                    return Some(Listed::Item(Item::stdin()));
                }
                self.walk.start(path, Origin::Root);
                continue;
            }
            let list = self.lists.front_mut()?;
            match list.next_entry() {
                Ok(Some(Entry::Path(path))) => self.walk.start(path, list.origin),
                Ok(Some(Entry::Bad(reason, detail))) => {
                    let location = Location::file(list.name.clone());
                    return Some(Listed::Ended { location, reason, detail: Some(detail) });
                }
                Ok(None) => {
                    self.lists.pop_front();
                }
                Err(error) => {
                    let location = Location::file(list.name.clone());
                    let detail = format!("the list ended after entry {}: {error}", list.entry_number);
                    self.lists.pop_front();
                    return Some(Listed::Ended { location, reason: Reason::IoError, detail: Some(detail) });
                }
            }
        }
    }
}

impl List {
    /// The next entry that is not empty. An entry that is no path is cut short, so memory stays bounded.
    fn next_entry(&mut self) -> io::Result<Option<Entry>> {
        let separator = self.separator.byte();
        let mut entry = Vec::new();
        let mut too_long = false;
        loop {
            let available = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            let at_end = available.is_empty();
            let end = memchr::memchr(separator, available);
            let part = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
            too_long |= entry.len() + part.len() > ENTRY_LIMIT_BYTES;
            if !too_long {
                entry.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_none() && !at_end {
                continue;
            }
            if self.separator == Separator::Newline && entry.last() == Some(&b'\r') {
                entry.pop();
            }
            if too_long || !entry.is_empty() {
                self.entry_number += 1;
                return Ok(Some(self.judge(entry, too_long)));
            }
            if at_end {
                return Ok(None);
            }
        }
    }

    fn judge(&self, entry: Vec<u8>, too_long: bool) -> Entry {
        let number = self.entry_number;
        if too_long {
            return Entry::Bad(Reason::IoError, format!("entry {number} is longer than any path"));
        }
        if entry.contains(&0) {
            return Entry::Bad(Reason::IoError, format!("entry {number} holds a zero byte; is `-0` missing?"));
        }
        Entry::Path(PathBuf::from(OsString::from_vec(entry)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::lines;
    use super::*;
    use std::io::{Cursor, Read};
    use tempfile::tempdir;

    fn list(text: impl Into<Vec<u8>>, separator: Separator) -> Roots {
        Roots::new(Vec::new()).list(Path::new("list"), Box::new(Cursor::new(text.into())), separator)
    }

    #[test]
    fn a_list_from_windows_names_the_same_files() {
        let dir = tempdir().unwrap();
        fs::write(dir.path().join("a"), "a").unwrap();
        let path = dir.path().join("a").display().to_string();
        assert_eq!(lines(list(format!("{path}\r\n\r\n"), Separator::Newline), dir.path()), ["a"]);
        assert_eq!(lines(list(format!("{path}\r"), Separator::Nul), dir.path()), ["a\r: missing"]);
    }

    #[test]
    fn roots_then_lists_and_stdin_where_it_stands() {
        let dir = tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::create_dir(path("d")).unwrap();
        for name in ["a", "b", "d/1", "d/2"] {
            fs::write(path(name), name).unwrap();
        }
        let text = format!("{}\n\n{}\n{}", path("d").display(), path("gone").display(), path("a").display());
        let roots = Roots::new(vec![path("b"), PathBuf::from("-"), path("a")]).list(
            Path::new("list"),
            Box::new(Cursor::new(text.into_bytes())),
            Separator::Newline,
        );
        roots.check().unwrap();
        assert_eq!(lines(roots, dir.path()), ["b", "-", "a", "d/1", "d/2", "gone: missing", "a"]);
    }

    #[test]
    fn a_missing_entry_says_what_the_system_said() {
        let mut roots = list("/none/x\n", Separator::Newline);
        let Some(Listed::Ended { reason, detail, .. }) = roots.next() else { panic!("nothing is there") };
        assert_eq!(reason, Reason::Missing);
        assert!(detail.unwrap().contains("No such file"));
        let changes = Roots::new(Vec::new()).changes(&["/none/x".into(), "/none/y".into()]);
        assert_eq!(lines(changes, Path::new("/none")), ["x: vanished", "y: vanished"], "nobody asked for these");
    }

    #[test]
    fn names_with_newlines_need_zero_bytes_between_them() {
        let dir = tempdir().unwrap();
        let odd = dir.path().join(OsString::from_vec(b"a\n\xFF".to_vec()));
        fs::write(&odd, "x").unwrap();
        let mut text = odd.clone().into_os_string().into_vec();
        text.push(0);
        let mut roots = list(text.clone(), Separator::Nul);
        assert!(matches!(roots.next(), Some(Listed::Item(item)) if item.location.path() == odd));
        assert_eq!(roots.next(), None);
        let got = lines(list(text, Separator::Newline), dir.path());
        assert_eq!(got, ["a: missing", "list: io_error"], "read as lines it is wrong, and is said to be");
    }

    #[test]
    fn an_entry_without_end_does_not_fill_memory() {
        let endless = io::repeat(b'x').take(10 << 20).chain(&b"\n/none\n"[..]);
        let roots =
            Roots::new(Vec::new()).list(Path::new("list"), Box::new(BufReader::new(endless)), Separator::Newline);
        assert_eq!(lines(roots, Path::new("/")), ["list: io_error", "none: missing"]);
    }

    #[test]
    fn a_list_that_breaks_off_is_not_taken_for_a_whole_one() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::from_raw_os_error(libc::EIO))
            }
        }
        let reader = Box::new(BufReader::new(b"/none\n/cut".chain(Broken)));
        let roots = Roots::new(Vec::new()).list(Path::new("list"), reader, Separator::Newline);
        assert_eq!(lines(roots, Path::new("/")), ["none: missing", "list: io_error"]);
    }

    #[test]
    fn mistakes_are_found_before_anything_is_read() {
        let dir = tempdir().unwrap();
        let missing = Roots::new(vec![dir.path().to_owned(), dir.path().join("none")]).check().unwrap_err();
        assert_eq!(missing.to_string(), format!("cannot find `{}`", dir.path().join("none").display()));
        std::os::unix::fs::symlink("nowhere", dir.path().join("dangling")).unwrap();
        assert!(matches!(Roots::new(vec![dir.path().join("dangling")]).check(), Err(SourceError::Missing { .. })));
        assert!(matches!(Roots::new(Vec::new()).check(), Err(SourceError::Nothing)));
        let twice = Roots::new(vec!["-".into()]).files_from(Path::new("-"), Separator::Newline).unwrap();
        assert!(matches!(twice.check(), Err(SourceError::StdinTwice)));
        for bad in [dir.path().to_owned(), dir.path().join("none")] {
            assert!(matches!(Roots::new(Vec::new()).files_from(&bad, Separator::Nul), Err(SourceError::List { .. })));
        }
    }
}
