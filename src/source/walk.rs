//! Walks directory trees in the order of names.
//!
//! In:      starting points, and rules that leave things out.
//! Out:     files as items; links, special files, what a rule leaves out and what cannot be listed as ended.
//! Promise: entries of a directory come sorted by the bytes of their names, files and directories mixed, depth first,
//!          so the order depends on nothing but names. No file is looked at, only the types that the directory itself
//!          tells. Memory holds the names of the directories on the open path; the stack does not grow with depth.
//!
//! Links are not followed, with one exception: a *root* that is a link is followed once, as `find -H` and grep do,
//! because who names a link means what it leads to. A path from a list is not a root in this sense.
//!
//! A bind mount can put a directory inside itself. Such a directory ends as a second name of the one that is being
//! read.
//!
//! A root that is named twice, or lies below another one, is walked where it comes first and passed over afterwards, so
//! nothing is handed out twice, whatever the order of the roots. Entries of a list are not compared: it may be endless.

use super::glob::Glob;
use super::{Handle, Item, Listed, Source};
use crate::location::Location;
use crate::problem::Reason;
use std::collections::{HashMap, VecDeque};
use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Directories inside each other. Paths end far earlier on most systems; this bounds memory where they do not.
const DEPTH_LIMIT: usize = 4096;

/// Attempts to open a directory when the process or the system has no descriptor left; each waits twice as long.
const DESCRIPTOR_TRIES: u32 = 10;

/// Lists trees. Set the rules, then ask for [`Source::next`].
pub struct Walk {
    starts: VecDeque<Start>,
    frames: Vec<Frame>,
    exclude: Vec<Glob>,
    one_file_system: bool,
    /// Folders of the program itself.
    own: Vec<Folder>,
    /// Roots that have not been compared with each other yet.
    roots: Vec<PathBuf>,
    /// What was done with the roots, if there is more than one: by the folder that they lie in, and their name there.
    met: HashMap<Folder, HashMap<OsString, Met>>,
    depth_limit: usize,
    list: fn(&Path) -> io::Result<Listing>,
}

/// A directory, whatever its name: device and inode.
type Folder = (u64, u64);

/// A root by where it really lies. The root of all has no name.
struct Place {
    folder: Folder,
    name: OsString,
}

impl Place {
    /// Where a root lies once its links are followed, or `None` if that cannot be told.
    #[expect(
        clippy::disallowed_methods,
        reason = "roots are compared by where they lie; what is walked keeps its path"
    )]
    fn of(root: &Path) -> Option<Self> {
        let real = fs::canonicalize(root).ok()?;
        let meta = fs::metadata(real.parent().unwrap_or(&real)).ok()?;
        Some(Self { folder: (meta.dev(), meta.ino()), name: real.file_name().unwrap_or_default().to_owned() })
    }
}

/// What was done with a root so far. A rule may leave it out under one of its names, and not under another.
#[derive(Default)]
struct Met {
    walked: bool,
    excluded: bool,
}

/// Who named a starting point.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The operator: a link is followed.
    Root,
    /// A list of paths: a link is a link.
    List,
    /// What changed a moment ago: a link is a link, and what is gone by now is nobody's loss.
    Change,
}

struct Start {
    path: PathBuf,
    origin: Origin,
}

/// A directory whose entries are being handed out.
struct Frame {
    path: PathBuf,
    device: u64,
    inode: u64,
    names: Names,
    next: usize,
}

/// What a directory held, and the error that ended it early.
struct Listing {
    names: Names,
    error: Option<io::Error>,
}

/// Names of one directory, packed: directories of millions of files exist.
#[derive(Default)]
struct Names {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    start: usize,
    len: u32,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    File,
    Directory,
    Link,
    Special,
    /// The directory could not tell. Opening will.
    Unknown,
}

impl Kind {
    fn of(kind: FileType) -> Self {
        if kind.is_file() {
            Self::File
        } else if kind.is_dir() {
            Self::Directory
        } else if kind.is_symlink() {
            Self::Link
        } else if kind.is_fifo() || kind.is_socket() || kind.is_char_device() || kind.is_block_device() {
            Self::Special
        } else {
            Self::Unknown
        }
    }
}

impl Names {
    fn push(&mut self, name: &[u8], kind: Kind) {
        let Ok(len) = u32::try_from(name.len()) else { return };
        self.entries.push(Entry { start: self.bytes.len(), len, kind });
        self.bytes.extend_from_slice(name);
    }

    fn name<'a>(bytes: &'a [u8], entry: &Entry) -> &'a [u8] {
        bytes.get(entry.start..entry.start.saturating_add(entry.len as usize)).unwrap_or_default()
    }

    fn sort(&mut self) {
        let bytes = &self.bytes;
        self.entries.sort_unstable_by(|a, b| Self::name(bytes, a).cmp(Self::name(bytes, b)));
    }

    fn get(&self, index: usize) -> Option<(&OsStr, Kind)> {
        let entry = self.entries.get(index)?;
        Some((OsStr::from_bytes(Self::name(&self.bytes, entry)), entry.kind))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that lists directories")]
fn list_directory(path: &Path) -> io::Result<Listing> {
    let mut tries = 0;
    let entries = loop {
        match fs::read_dir(path) {
            Err(error)
                if matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE)) && tries < DESCRIPTOR_TRIES =>
            {
                std::thread::sleep(Duration::from_millis(1 << tries));
                tries += 1;
            }
            other => break other?,
        }
    };
    let mut names = Names::default();
    let mut error = None;
    for entry in entries {
        match entry {
            Ok(entry) => {
                let kind = entry.file_type().map_or(Kind::Unknown, Kind::of);
                names.push(entry.file_name().as_bytes(), kind);
            }
            Err(failed) => {
                error = Some(failed);
                break;
            }
        }
    }
    names.sort();
    Ok(Listing { names, error })
}

fn ended(path: PathBuf, reason: Reason, detail: impl Into<Option<String>>) -> Listed {
    Listed::Ended { location: Location::file(path), reason, detail: detail.into() }
}

fn failed(path: PathBuf, error: &io::Error, gone: Reason) -> Listed {
    let reason = match error.raw_os_error() {
        Some(libc::ENOENT | libc::ENOTDIR | libc::ESTALE) => gone,
        Some(libc::EACCES | libc::EPERM) => Reason::PermissionDenied,
        _ => Reason::IoError,
    };
    let too_long = error.raw_os_error() == Some(libc::ENAMETOOLONG);
    ended(path, reason, if too_long { super::TOO_LONG.to_owned() } else { error.to_string() })
}

fn item(path: PathBuf, handle: Handle, size_hint: Option<u64>) -> Listed {
    Listed::Item(Item { location: Location::file(path), size_hint, handle })
}

impl Walk {
    /// A walk over these roots, in this order.
    pub fn new(roots: Vec<PathBuf>) -> Self {
        Self {
            starts: roots.iter().map(|path| Start { path: path.clone(), origin: Origin::Root }).collect(),
            frames: Vec::new(),
            exclude: Vec::new(),
            one_file_system: false,
            own: Vec::new(),
            roots,
            met: HashMap::new(),
            depth_limit: DEPTH_LIMIT,
            list: list_directory,
        }
    }

    /// Leaves out directories on other file systems than their root.
    #[must_use]
    pub fn one_file_system(mut self, only: bool) -> Self {
        self.one_file_system = only;
        self
    }

    /// Leaves out a folder of the program itself, by device and inode, whatever its name.
    #[must_use]
    pub fn own_folder(mut self, device: u64, inode: u64) -> Self {
        self.own.push((device, inode));
        self
    }

    /// Leaves out what fits one of these patterns, roots included. A directory that fits is not entered.
    #[must_use]
    pub fn exclude(mut self, globs: Vec<Glob>) -> Self {
        self.exclude.extend(globs);
        self
    }

    /// Says which roots will be started, so that those that overlap are told.
    #[must_use]
    pub(super) fn expect(mut self, roots: Vec<PathBuf>) -> Self {
        self.roots = roots;
        self
    }

    /// Adds a starting point after all others.
    pub(super) fn start(&mut self, path: PathBuf, origin: Origin) {
        self.starts.push_back(Start { path, origin });
    }

    fn excluded(&self, path: &Path, kind: Kind) -> bool {
        self.exclude.iter().any(|glob| glob.matches(path, kind == Kind::Directory))
    }

    /// Looks where the roots lie, once; a single one overlaps with nothing.
    fn compare_roots(&mut self) {
        let roots = std::mem::take(&mut self.roots);
        if roots.len() < 2 {
            return;
        }
        for Place { folder, name } in roots.iter().filter_map(|root| Place::of(root)) {
            self.met.entry(folder).or_default().insert(name, Met::default());
        }
    }

    /// The place of an entry of a folder, if that is one of several roots.
    fn place(&self, folder: Folder, path: &Path) -> Option<Place> {
        let name = path.file_name()?;
        self.met.get(&folder)?.contains_key(name).then(|| Place { folder, name: name.to_owned() })
    }

    /// Whether this has not been done with a root yet. Whatever is no root is always new.
    fn is_new(&mut self, place: Option<&Place>, what: fn(&mut Met) -> &mut bool) -> bool {
        let met = place.and_then(|place| self.met.get_mut(&place.folder)?.get_mut(&place.name));
        met.is_none_or(|met| !std::mem::replace(what(met), true))
    }

    fn begin(&mut self, start: Start) -> Option<Listed> {
        let Start { path, origin } = start;
        let place = if origin == Origin::Root && !self.met.is_empty() { Place::of(&path) } else { None };
        let found = match origin {
            Origin::Root => fs::metadata(&path),
            Origin::List | Origin::Change => fs::symlink_metadata(&path),
        };
        let meta = match found {
            Ok(meta) => meta,
            Err(error) => {
                let gone = if origin == Origin::Change { Reason::Vanished } else { Reason::Missing };
                return Some(failed(path, &error, gone));
            }
        };
        let kind = Kind::of(meta.file_type());
        if self.excluded(&path, kind) {
            return self.is_new(place.as_ref(), |met| &mut met.excluded).then(|| ended(path, Reason::Excluded, None));
        }
        if kind != Kind::Directory && !self.is_new(place.as_ref(), |met| &mut met.walked) {
            return None;
        }
        match kind {
            Kind::Directory => self.enter(path, &meta, place.as_ref()),
            Kind::File | Kind::Unknown => {
                let linked = origin == Origin::Root && fs::symlink_metadata(&path).is_ok_and(|own| own.is_symlink());
                let handle = if linked { Handle::LinkedPath } else { Handle::Path };
                Some(item(path, handle, Some(meta.len())))
            }
            Kind::Link | Kind::Special => Some(leaf(path, kind)),
        }
    }

    fn visit(&mut self, folder: Folder, path: PathBuf, kind: Kind) -> Option<Listed> {
        let place = if self.met.is_empty() { None } else { self.place(folder, &path) };
        if self.excluded(&path, kind) {
            return self.is_new(place.as_ref(), |met| &mut met.excluded).then(|| ended(path, Reason::Excluded, None));
        }
        if kind != Kind::Directory {
            return self.is_new(place.as_ref(), |met| &mut met.walked).then(|| leaf(path, kind));
        }
        match fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_dir() => self.enter(path, &meta, place.as_ref()),
            // Replaced since it was listed.
            Ok(meta) => Some(leaf(path, Kind::of(meta.file_type()))),
            Err(error) => Some(failed(path, &error, Reason::Vanished)),
        }
    }

    fn enter(&mut self, path: PathBuf, meta: &Metadata, place: Option<&Place>) -> Option<Listed> {
        let (device, inode) = (meta.dev(), meta.ino());
        if self.one_file_system && self.frames.first().is_some_and(|root| root.device != device) {
            return Some(ended(path, Reason::OtherFileSystem, None));
        }
        if self.frames.iter().any(|frame| (frame.device, frame.inode) == (device, inode)) {
            return Some(ended(path, Reason::DuplicateInode, "the directory contains itself".to_owned()));
        }
        // Behind the rules of the root it is met from: one that ends there may be walked as a root itself.
        if !self.is_new(place, |met| &mut met.walked) {
            return None;
        }
        if self.own.contains(&(device, inode)) {
            return Some(ended(path, Reason::OwnOutput, None));
        }
        if self.frames.len() >= self.depth_limit {
            let detail = format!("more than {} directories inside each other", self.depth_limit);
            return Some(ended(path, Reason::IoError, detail));
        }
        match (self.list)(&path) {
            Err(error) => Some(failed(path, &error, Reason::Vanished)),
            Ok(Listing { names, error }) => {
                // What was listed before an error is read; that something is missing has a line of its own.
                let line = error.map(|error| ended(path.clone(), Reason::IoError, error.to_string()));
                self.frames.push(Frame { path, device, inode, names, next: 0 });
                line
            }
        }
    }
}

fn leaf(path: PathBuf, kind: Kind) -> Listed {
    match kind {
        Kind::Link => ended(path, Reason::Link, None),
        Kind::Special => ended(path, Reason::SpecialFile, None),
        Kind::File | Kind::Unknown | Kind::Directory => item(path, Handle::Path, None),
    }
}

impl Source for Walk {
    fn next(&mut self) -> Option<Listed> {
        if !self.roots.is_empty() {
            self.compare_roots();
        }
        loop {
            let listed = if let Some(frame) = self.frames.last_mut() {
                let Some((name, kind)) = frame.names.get(frame.next) else {
                    self.frames.pop();
                    continue;
                };
                let path = frame.path.join(name);
                frame.next += 1;
                let folder = (frame.device, frame.inode);
                self.visit(folder, path, kind)
            } else {
                let start = self.starts.pop_front()?;
                self.begin(start)
            };
            if listed.is_some() {
                return listed;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{as_nobody, fifo, in_child, lines, run_child};
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;
    use tempfile::tempdir;

    fn walk(root: &Path) -> Walk {
        Walk::new(vec![root.to_owned()])
    }

    fn tree(root: &Path, files: &[&str]) {
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
    }

    #[test]
    fn order_is_by_bytes_of_names_depth_first_files_and_directories_mixed() {
        let dir = tempdir().unwrap();
        tree(dir.path(), &["b/z", "b/a", "a", "b.txt", "B", "c/d/e/f", "c/d.x", ".git/config", ".env", "я", "ё"]);
        fs::create_dir(dir.path().join("empty")).unwrap();
        fs::write(dir.path().join(".gitignore"), "*").unwrap();
        let expected =
            [".env", ".git/config", ".gitignore", "B", "a", "b/a", "b/z", "b.txt", "c/d/e/f", "c/d.x", "я", "ё"];
        assert_eq!(lines(walk(dir.path()), dir.path()), expected.map(str::to_owned));
    }

    #[test]
    fn roots_come_in_the_order_given_and_paths_as_given() {
        let dir = tempdir().unwrap();
        tree(dir.path(), &["b/1", "a/2", "c"]);
        let roots = ["b/", "c", "a"].map(|name| dir.path().join(name));
        assert_eq!(lines(Walk::new(roots.to_vec()), dir.path()), ["b/1", "c", "a/2"]);
        let mut one = Walk::new(vec![dir.path().join("c")]);
        let Some(Listed::Item(item)) = one.next() else { panic!("a file is an item") };
        assert_eq!((item.size_hint, item.handle), (Some(1), Handle::Path));
        assert_eq!(one.next(), None);
    }

    #[test]
    fn names_that_are_not_utf8_or_hold_newlines_are_walked() {
        let dir = tempdir().unwrap();
        let names: [&[u8]; 4] = [b"\x1b[31m", b"a\nb", b"\xEF\xF0\xE8\xEA\xE0\xE7", b"\xFF"];
        for name in names {
            fs::create_dir(dir.path().join(OsStr::from_bytes(name))).unwrap();
            fs::write(dir.path().join(OsStr::from_bytes(name)).join(OsStr::from_bytes(name)), "x").unwrap();
        }
        let mut source = walk(dir.path());
        for name in names {
            let Some(Listed::Item(item)) = source.next() else { panic!("every name is an item") };
            assert_eq!(item.location.path().file_name().unwrap().as_bytes(), name);
            assert_eq!(fs::read(item.location.path()).unwrap(), b"x");
        }
        assert_eq!(source.next(), None);
    }

    #[test]
    fn links_and_special_files_end_without_being_opened() {
        let dir = tempdir().unwrap();
        tree(dir.path(), &["file"]);
        fifo(&dir.path().join("fifo"));
        let _socket = UnixListener::bind(dir.path().join("socket")).unwrap();
        symlink("file", dir.path().join("link")).unwrap();
        symlink("..", dir.path().join("loop")).unwrap();
        symlink("nowhere", dir.path().join("dangling")).unwrap();
        let expected =
            ["dangling: link", "fifo: special_file", "file", "link: link", "loop: link", "socket: special_file"];
        assert_eq!(lines(walk(dir.path()), dir.path()), expected);
        let device = lines(walk(Path::new("/dev/null")), Path::new("/dev"));
        assert_eq!(device, ["null: special_file"]);
    }

    #[test]
    fn a_root_that_is_a_link_is_followed_once() {
        let dir = tempdir().unwrap();
        tree(dir.path(), &["real/file"]);
        symlink("real", dir.path().join("to-directory")).unwrap();
        symlink("file", dir.path().join("real/inner")).unwrap();
        symlink("real/file", dir.path().join("to-file")).unwrap();
        let got = lines(walk(&dir.path().join("to-directory")), dir.path());
        assert_eq!(got, ["to-directory/file", "to-directory/inner: link"]);
        let Some(Listed::Item(item)) = walk(&dir.path().join("to-file")).next() else { panic!("followed") };
        assert_eq!((item.handle, item.size_hint), (Handle::LinkedPath, Some(9)));
        let mut listed = Walk::new(Vec::new());
        listed.start(dir.path().join("to-file"), Origin::List);
        assert_eq!(lines(listed, dir.path()), ["to-file: link"], "a list names links as they are");
    }

    #[test]
    fn an_excluded_directory_is_one_line_and_is_not_entered() {
        let dir = tempdir().unwrap();
        tree(dir.path(), &["cache/1", "cache/2", "a/cache", "a/b.log", "c.log", "d"]);
        let globs = ["cache/", "*.log"].map(|glob| Glob::new(glob).unwrap());
        let got = lines(walk(dir.path()).exclude(globs.to_vec()), dir.path());
        assert_eq!(got, ["a/b.log: excluded", "a/cache", "c.log: excluded", "cache: excluded", "d"]);
        let root = Walk::new(vec![dir.path().join("c.log")]).exclude(globs.to_vec());
        assert_eq!(lines(root, dir.path()), ["c.log: excluded"]);
    }

    #[test]
    fn one_file_system_leaves_out_directories_on_another_device() {
        // `/` holds `/proc`, which is another file system everywhere this runs.
        let except_proc = Glob::new("/[!p]*").unwrap();
        let globs = vec![except_proc, Glob::new("/p[!r]*").unwrap()];
        let mut source = walk(Path::new("/")).one_file_system(true).exclude(globs);
        let all: Vec<_> = std::iter::from_fn(|| source.next()).collect();
        let expected = ended(PathBuf::from("/proc"), Reason::OtherFileSystem, None);
        assert!(all.contains(&expected), "{all:?}");
        assert!(all.len() < 200, "nothing was entered");
    }

    #[test]
    fn a_directory_that_vanishes_or_fails_midway_ends_with_its_own_line() {
        let dir = tempdir().unwrap();
        tree(dir.path(), &["a/x", "b/x", "c/x", "d"]);
        let mut source = walk(dir.path());
        source.list = |path| match path.file_name().map(OsStrExt::as_bytes) {
            Some(b"a") => Err(io::Error::from_raw_os_error(libc::ENOENT)),
            Some(b"b") => Err(io::Error::from_raw_os_error(libc::EIO)),
            Some(b"c") => {
                list_directory(path).map(|all| Listing { error: Some(io::Error::from_raw_os_error(libc::EIO)), ..all })
            }
            _ => list_directory(path),
        };
        assert_eq!(lines(source, dir.path()), ["a: vanished", "b: io_error", "c: io_error", "c/x", "d"]);

        let mut source = walk(dir.path());
        assert!(matches!(source.next(), Some(Listed::Item(_))), "a/x, and the root is listed");
        fs::remove_dir_all(dir.path().join("b")).unwrap();
        fs::remove_dir_all(dir.path().join("c")).unwrap();
        fs::write(dir.path().join("c"), "a file now").unwrap();
        assert_eq!(lines(source, dir.path()), ["b: vanished", "c", "d"]);
    }

    #[test]
    fn depth_is_bounded_and_deep_trees_do_not_use_the_stack() {
        let dir = tempdir().unwrap();
        let deep = "d/".repeat(1500);
        tree(dir.path(), &[&format!("{deep}x")]);
        assert_eq!(lines(walk(dir.path()), dir.path()), [format!("{deep}x")]);
        let mut shallow = walk(dir.path());
        shallow.depth_limit = 3;
        assert_eq!(lines(shallow, dir.path()), ["d/d/d: io_error"]);
    }

    #[test]
    fn a_directory_inside_itself_is_not_entered_again() {
        let dir = tempdir().unwrap();
        tree(dir.path(), &["a/x"]);
        // What a bind mount of the root over `a/loop` looks like: another name, the same device and inode.
        let mut source = walk(dir.path());
        assert!(matches!(source.next(), Some(Listed::Item(_))));
        let meta = fs::metadata(dir.path()).unwrap();
        let Some(Listed::Ended { reason, .. }) = source.enter(dir.path().join("a/loop"), &meta, None) else {
            panic!("entered")
        };
        assert_eq!(reason, Reason::DuplicateInode);
    }

    #[test]
    fn an_unreadable_directory_is_permission_denied() {
        if !in_child() {
            let dir = tempdir().unwrap();
            tree(dir.path(), &["closed/x", "no-search/sub/x", "open/x"]);
            let mode = |name: &str, mode| {
                fs::set_permissions(dir.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
            };
            mode("", 0o755);
            mode("closed", 0o000);
            mode("no-search", 0o444);
            run_child(module_path!(), "an_unreadable_directory_is_permission_denied", |command| {
                as_nobody(command).env("ELEK_TEST_TREE", dir.path());
            });
            mode("closed", 0o755);
            mode("no-search", 0o755);
            return;
        }
        let root = PathBuf::from(std::env::var_os("ELEK_TEST_TREE").unwrap());
        let got = lines(walk(&root), &root);
        assert_eq!(got, ["closed: permission_denied", "no-search/sub: permission_denied", "open/x"]);
    }

    #[test]
    fn roots_that_overlap_are_walked_once_in_any_order() {
        let dir = tempdir().unwrap();
        tree(dir.path(), &["a/x", "a/b/y", "a/b/c/z", "a/n/m/w", "other/a"]);
        fifo(&dir.path().join("a/pipe"));
        symlink("a/b", dir.path().join("to-b")).unwrap();
        symlink("x", dir.path().join("a/to-x")).unwrap();
        let path = |name: &str| dir.path().join(name);
        let all = ["a", "a", "a/", "a/b", "a/b/../b", "a/b/c/z", "a/x", "a/to-x", "a/pipe", "to-b"].map(path);
        let names = |roots: &[PathBuf], globs: &[&str]| {
            let globs = globs.iter().map(|glob| Glob::new(glob).unwrap()).collect();
            let mut source = Walk::new(roots.to_vec()).exclude(globs);
            let mut met: Vec<_> = std::iter::from_fn(|| source.next())
                .map(|listed| match listed {
                    Listed::Item(item) => (fs::canonicalize(item.location.path()).unwrap(), None),
                    Listed::Ended { location, reason, .. } => (location.path().components().collect(), Some(reason)),
                    Listed::Known(_) => panic!("nothing is known"),
                })
                .collect();
            met.sort();
            met
        };
        let alone = names(&[path("a")], &[]);
        assert_eq!(alone.len(), 6);
        for turn in 0..all.len() {
            let mut roots = all.to_vec();
            roots.rotate_left(turn);
            assert_eq!(names(&roots, &[]), alone, "{roots:?}");
            roots.reverse();
            assert_eq!(names(&roots, &[]), alone, "{roots:?}");
        }
        // What a rule leaves out of one root is still read as a root of its own, and each is told once.
        let pair = [path("a"), path("a/n/m"), path("a/x")];
        let rules = ["n/", "x"];
        let expected = ["a/n/m/w", "a/n", "a/x", "a/b/y", "a/b/c/z", "a/pipe", "a/to-x"];
        for roots in [pair.to_vec(), pair.iter().rev().cloned().collect()] {
            let met: Vec<_> = names(&roots, &rules).into_iter().map(|(path, _)| path).collect();
            let mut expected: Vec<_> = expected.map(path).to_vec();
            expected.sort();
            assert_eq!(met, expected);
        }
    }

    #[test]
    fn a_root_that_is_gone_ends_as_missing() {
        let dir = tempdir().unwrap();
        assert_eq!(lines(walk(&dir.path().join("none")), dir.path()), ["none: missing"]);
    }
}
