use super::*;
use crate::location::Location;
use crate::source::testing::{as_nobody, fifo, in_child, run_child};
use std::ffi::OsString;
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{FileExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::tempdir;

fn open(path: &Path) -> Result<Content, Problem> {
    Reader::new().open(&Item::file(path))
}

fn reason(path: &Path) -> Reason {
    match open(path) {
        Ok(_) => panic!("{} opened", path.display()),
        Err(problem) => {
            assert_eq!(problem.location, Location::file(path));
            problem.reason
        }
    }
}

fn bytes(content: Content) -> Box<dyn Bytes> {
    match content {
        Content::Bytes(bytes) => bytes,
        Content::Stream(_) => panic!("a stream"),
    }
}

fn readers() -> [(&'static str, Reader); 2] {
    let guard = MapGuard::install().unwrap();
    [("pread", Reader::new()), ("map", Reader::new().mode(Mode::Map, Some(guard)))]
}

/// Everything, in steps of `step` bytes, and the verdict.
fn read_all(bytes: &dyn Bytes, step: usize) -> (Vec<u8>, Option<(Reason, String)>) {
    let mut all = Vec::new();
    let mut buf = vec![0; step];
    loop {
        let count = bytes.read_at(&mut buf, all.len() as u64).unwrap();
        all.extend_from_slice(&buf[..count]);
        if count < step {
            break;
        }
    }
    let verdict = bytes.finish(all.len() as u64);
    (all, verdict)
}

#[test]
fn content_is_the_same_read_or_mapped_in_any_step() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("file");
    for size in [0, 1, 63, 64, 65, 4095, 4096, 4097, 100_000] {
        let content: Vec<u8> = (0..size).map(|index: u32| (index % 251) as u8).collect();
        fs::write(&path, &content).unwrap();
        for (name, reader) in readers() {
            let file = bytes(reader.open(&Item::file(&path)).unwrap());
            assert_eq!(file.size(), u64::from(size));
            assert_eq!(file.mapped().is_some(), name == "map" && size > 0);
            for step in [1, 7, 64, 4096, 1 << 20] {
                if step > 1 || size < 5000 {
                    assert_eq!(read_all(&*file, step), (content.clone(), None), "{name}, {size} bytes, step {step}");
                }
            }
            assert_eq!(file.read_at(&mut [0; 8], u64::from(size)).unwrap(), 0);
            assert_eq!(file.read_at(&mut [0; 8], u64::MAX).unwrap(), 0);
            assert_eq!(file.read_at(&mut [], 0).unwrap(), 0);
        }
    }
}

#[test]
fn a_folder_that_became_a_link_is_not_entered_beneath_a_root() {
    let dir = tempdir().unwrap();
    let (root, outside) = (dir.path().join("root"), dir.path().join("outside"));
    for folder in [root.join("a"), outside.clone()] {
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("x"), "text").unwrap();
    }
    let reader = Reader::new().beneath(&[root.clone(), dir.path().join("none"), outside.join("x")]);
    let open = |path: &Path| reader.open(&Item::file(path)).map(drop).map_err(|problem| problem.reason);
    assert_eq!(open(&root.join("a/x")), Ok(()));
    fs::rename(root.join("a"), root.join("b")).unwrap();
    symlink(&outside, root.join("a")).unwrap();
    assert!(super::tests::open(&root.join("a/x")).is_ok(), "by its name it would be opened");
    assert_eq!(open(&root.join("a/x")), Err(Reason::Link));
    assert_eq!(open(&root.join("a")), Err(Reason::Link));
    assert_eq!(open(&root.join("c/x")), Err(Reason::Vanished));
    assert_eq!(open(&outside.join("x")), Ok(()), "what lies below no root is opened by its name");
    fifo(&root.join("fifo"));
    assert_eq!(open(&root.join("fifo")), Err(Reason::SpecialFile), "and nothing waits");
}

/// Whether a page of a file is in the page cache; `None`: the file system does not tell.
#[cfg(target_os = "linux")]
fn is_cached(file: &File, offset: u64) -> Option<bool> {
    use rustix::io::{Errno, ReadWriteFlags, preadv2};
    match preadv2(file, &mut [io::IoSliceMut::new(&mut [0])], offset, ReadWriteFlags::NOWAIT) {
        Ok(_) => Some(true),
        Err(Errno::AGAIN) => Some(false),
        Err(_) => None,
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_page_cache_stays_as_it_was_when_reading_is_paced() {
    const SIZE: usize = 12 << 20;
    // Files in memory are always there: the folder must lie on a disk.
    let dir = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let path = dir.path().join("file");
    let file = File::create_new(&path).and_then(|mut file| file.write_all(&vec![7; SIZE]).map(|()| file)).unwrap();
    file.sync_all().unwrap();
    let file = File::open(&path).unwrap();
    let drop_all = || rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).unwrap();
    let middle = (SIZE / 2) as u64;
    drop_all();
    if is_cached(&file, middle) != Some(false) {
        return;
    }
    let read = |reader: &Reader| {
        let content = bytes(reader.open(&Item::file(&path)).unwrap());
        assert_eq!(read_all(&*content, 256 << 10).0.len(), SIZE);
    };
    let paced = Reader::new().pace(Arc::new(Pace::new(None, Some(2 << 20))));
    // Whoever asks whether a page is there brings some in: each is asked once.
    for offset in [0, middle, SIZE as u64 - 1] {
        drop_all();
        read(&Reader::new());
        assert_eq!(is_cached(&file, offset), Some(true), "reading brings {offset} in");
        drop_all();
        read(&paced);
        assert_eq!(is_cached(&file, offset), Some(false), "what was cold is cold again at {offset}");
        read(&Reader::new());
        read(&paced);
        assert_eq!(is_cached(&file, offset), Some(true), "what others had stays at {offset}");
    }
}

#[test]
fn meta_tells_mode_owner_and_time() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, "x").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let meta = bytes(open(&path).unwrap()).meta();
    let own = fs::metadata(&path).unwrap();
    assert_eq!((meta.mode, meta.owner_uid), (Some(0o640), Some(own.uid())));
    assert_eq!(meta.mtime, Some((own.mtime(), u32::try_from(own.mtime_nsec()).unwrap())));
}

#[test]
fn what_cannot_be_opened_ends_with_its_reason() {
    let dir = tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    fs::write(path("file"), "x").unwrap();
    fs::create_dir(path("directory")).unwrap();
    fifo(&path("fifo"));
    let _socket = UnixListener::bind(path("socket")).unwrap();
    symlink("file", path("link")).unwrap();
    symlink("itself", path("itself")).unwrap();
    assert_eq!(reason(&path("fifo")), Reason::SpecialFile);
    assert_eq!(reason(&path("socket")), Reason::SpecialFile);
    assert_eq!(reason(Path::new("/dev/null")), Reason::SpecialFile);
    assert_eq!(reason(&path("link")), Reason::Link);
    assert_eq!(reason(&path("itself")), Reason::Link);
    assert_eq!(reason(&path("gone")), Reason::Vanished);
    assert_eq!(reason(&path("file/x")), Reason::Vanished, "its directory has become a file");
    assert_eq!(reason(&path("directory")), Reason::ChangedDuringScan, "its files were not listed");
    assert_eq!(reason(&path(&"x".repeat(300))), Reason::IoError);
}

#[test]
fn a_link_named_as_a_root_is_followed_and_its_target_judged() {
    let dir = tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    fs::write(path("file"), "x").unwrap();
    symlink("file", path("link")).unwrap();
    fifo(&path("fifo"));
    symlink("fifo", path("to-fifo")).unwrap();
    let item = |name| Item { handle: Handle::LinkedPath, ..Item::file(path(name)) };
    assert_eq!(read_all(&*bytes(Reader::new().open(&item("link")).unwrap()), 8), (b"x".to_vec(), None));
    assert_eq!(Reader::new().open(&item("to-fifo")).err().unwrap().reason, Reason::SpecialFile);
}

#[test]
fn names_of_any_bytes_open() {
    let dir = tempdir().unwrap();
    for name in [&b"\xEF\xF0\xE8\xEA\xE0\xE7.txt"[..], b"\xFF", b"a\nb", b"\x1b[2J"] {
        let path = dir.path().join(OsString::from_vec(name.to_vec()));
        fs::write(&path, name).unwrap();
        assert_eq!(read_all(&*bytes(open(&path).unwrap()), 64), (name.to_vec(), None));
    }
}

#[test]
fn own_outputs_are_known_by_what_they_are() {
    let dir = tempdir().unwrap();
    let (report, other) = (dir.path().join("report"), dir.path().join("other-name"));
    fs::write(&report, "x").unwrap();
    fs::hard_link(&report, &other).unwrap();
    let reader = Reader::new().own_output(FileId::of(&fs::metadata(&report).unwrap()));
    for path in [&report, &other] {
        assert_eq!(reader.open(&Item::file(path)).err().unwrap().reason, Reason::OwnOutput);
    }
    // An atomic report: written beside, then renamed.
    let renamed = dir.path().join("renamed");
    fs::rename(&report, &renamed).unwrap();
    fs::write(&report, "not ours").unwrap();
    assert_eq!(reader.open(&Item::file(&renamed)).err().unwrap().reason, Reason::OwnOutput);
    assert!(reader.open(&Item::file(&report)).is_ok());
}

#[test]
fn only_files_with_several_names_have_an_identity() {
    let dir = tempdir().unwrap();
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    fs::write(&one, "x").unwrap();
    assert_eq!(bytes(open(&one).unwrap()).identity(), None);
    fs::hard_link(&one, &two).unwrap();
    let identity = bytes(open(&one).unwrap()).identity();
    assert!(identity.is_some());
    assert_eq!(identity, bytes(open(&two).unwrap()).identity());
}

#[test]
fn permission_denied_is_said() {
    if !in_child() {
        let dir = tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let closed = dir.path().join("closed");
        fs::write(&closed, "x").unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
        // Not the child's own file: its access time cannot be kept, and it opens all the same.
        let open = dir.path().join("open");
        fs::write(&open, "x").unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o644)).unwrap();
        return run_child(module_path!(), "permission_denied_is_said", |command| {
            as_nobody(command).env("ELEK_TEST_TREE", dir.path());
        });
    }
    let tree = std::path::PathBuf::from(std::env::var_os("ELEK_TEST_TREE").unwrap());
    assert_eq!(reason(&tree.join("closed")), Reason::PermissionDenied);
    assert_eq!(read_all(&*bytes(open(&tree.join("open")).unwrap()), 8), (b"x".to_vec(), None));
}

#[test]
fn files_without_a_size_are_read_to_their_end() {
    let Content::Stream(mut stream) = open(Path::new("/proc/self/status")).unwrap() else {
        panic!("its size is 0 and it has content")
    };
    let mut text = String::new();
    stream.reader.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("Name:") && text.contains("Threads:"), "{text}");
    assert!(stream.meta.mode.is_some());
}

#[test]
fn files_whose_size_lies_are_streams() {
    // sysfs says 4096 for every file.
    let path = Path::new("/sys/kernel/mm/transparent_hugepage/enabled");
    if fs::metadata(path).is_ok_and(|meta| meta.len() == 4096) {
        let Content::Stream(mut stream) = open(path).unwrap() else { panic!("its size is not its size") };
        let mut text = String::new();
        stream.reader.read_to_string(&mut text).unwrap();
        assert!(text.contains("never"), "{text}");
    }
}

#[test]
fn an_empty_file_is_bytes_and_a_sparse_one_keeps_its_size() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("file");
    let file = File::create(&path).unwrap();
    assert_eq!(read_all(&*bytes(open(&path).unwrap()), 8), (Vec::new(), None));
    file.set_len(1 << 40).unwrap();
    let sparse = bytes(open(&path).unwrap());
    assert_eq!(sparse.size(), 1 << 40);
    let mut buf = [1; 16];
    assert_eq!(sparse.read_at(&mut buf, (1 << 40) - 10).unwrap(), 10);
    assert_eq!(buf[..10], [0; 10]);
}

/// What happens to a file while it is read, and what is said about it.
#[test]
fn changes_are_told_from_growth() {
    type Change = fn(&Path, &File);
    let rows: &[(&str, Change, Option<Reason>)] = &[
        ("nothing", |_, _| {}, None),
        ("appended", |_, file| (&*file).write_all(b"more").unwrap(), None),
        (
            "appended, then renamed",
            |path, mut file| {
                file.write_all(b"more").unwrap();
                fs::rename(path, path.with_extension("1")).unwrap();
            },
            None,
        ),
        ("renamed", |path, _| fs::rename(path, path.with_extension("1")).unwrap(), None),
        (
            "renamed, and a new one in its place",
            |path, _| {
                fs::rename(path, path.with_extension("1")).unwrap();
                fs::write(path, "new").unwrap();
            },
            None,
        ),
        ("deleted", |path, _| fs::remove_file(path).unwrap(), None),
        ("another mode", |path, _| fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap(), None),
        ("another name", |path, _| fs::hard_link(path, path.with_extension("2")).unwrap(), None),
        ("cut", |_, file| file.set_len(5000).unwrap(), Some(Reason::ChangedDuringScan)),
        ("emptied", |_, file| file.set_len(0).unwrap(), Some(Reason::ChangedDuringScan)),
        (
            "cut by a byte",
            |_, file| file.set_len(file.metadata().unwrap().len() - 1).unwrap(),
            Some(Reason::ChangedDuringScan),
        ),
        ("rewritten", |_, file| file.write_all_at(b"other", 70).unwrap(), Some(Reason::ChangedDuringScan)),
        (
            "rewritten, time set back",
            |_, file| {
                let time = file.metadata().unwrap().modified().unwrap();
                file.write_all_at(b"other", 70).unwrap();
                file.set_modified(time).unwrap();
            },
            Some(Reason::ChangedDuringScan),
        ),
        (
            "cut and filled up beyond its size",
            |_, file| {
                file.set_len(0).unwrap();
                file.write_all_at(&vec![b'y'; 40 << 20], 0).unwrap();
            },
            Some(Reason::ChangedDuringScan),
        ),
        (
            "cut in the middle and filled up beyond its size",
            |_, file| {
                let size = file.metadata().unwrap().len();
                file.set_len(size / 2).unwrap();
                file.write_all_at(&vec![b'y'; size as usize], size / 2).unwrap();
            },
            Some(Reason::ChangedDuringScan),
        ),
        (
            "rewritten, then renamed",
            |path, file| {
                file.write_all_at(b"other", 70).unwrap();
                fs::rename(path, path.with_extension("1")).unwrap();
            },
            Some(Reason::ChangedDuringScan),
        ),
        (
            "cut in the middle and stretched, its end put back",
            |_, file| {
                let size = file.metadata().unwrap().len();
                file.set_len(5000).unwrap();
                file.set_len(size + 1).unwrap();
                file.write_all_at(&[b'x'; 64], size - 64).unwrap();
            },
            Some(Reason::ChangedDuringScan),
        ),
        (
            "cut and stretched",
            |_, file| {
                let size = file.metadata().unwrap().len();
                file.set_len(0).unwrap();
                file.set_len(size + 1).unwrap();
            },
            Some(Reason::ChangedDuringScan),
        ),
    ];
    for size in [20_000, 9 << 20] {
        for (mode, reader) in readers() {
            for (name, change, expected) in rows {
                let dir = tempdir().unwrap();
                let path = dir.path().join("file");
                fs::write(&path, vec![b'x'; size]).unwrap();
                let file = bytes(reader.open(&Item::file(&path)).unwrap());
                let mut first = vec![0; size];
                assert_eq!(file.read_at(&mut first, 0).unwrap(), size);
                // Old kernels count change times in steps of some milliseconds.
                std::thread::sleep(Duration::from_millis(8));
                let mut writer = fs::OpenOptions::new().write(true).open(&path).unwrap();
                writer.seek(SeekFrom::End(0)).unwrap();
                change(&path, &writer);
                let verdict = file.finish(size as u64);
                assert_eq!(
                    verdict.as_ref().map(|(reason, _)| *reason),
                    *expected,
                    "{name}, {mode}, {size}: {verdict:?}"
                );
            }
        }
    }
}

#[test]
fn fewer_bytes_than_the_size_are_never_silent() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, "0123456789").unwrap();
    for (_, reader) in readers() {
        let file = bytes(reader.open(&Item::file(&path)).unwrap());
        assert_eq!(file.finish(10), None);
        assert_eq!(file.finish(9), Some((Reason::IoError, "only 9 of 10 bytes were read".to_owned())));
    }
}

#[test]
fn a_file_that_was_short_for_a_while_is_changed() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, vec![b'x'; 10_000]).unwrap();
    let writer = fs::OpenOptions::new().write(true).open(&path).unwrap();
    for (mode, reader) in readers() {
        writer.write_all_at(&vec![b'x'; 10_000], 0).unwrap();
        let file = bytes(reader.open(&Item::file(&path)).unwrap());
        writer.set_len(100).unwrap();
        let mut buf = vec![b'x'; 10_000];
        let count = file.read_at(&mut buf, 0).unwrap();
        assert_eq!(count, if mode == "map" { 10_000 } else { 100 });
        writer.write_all_at(&vec![b'x'; 20_000], 0).unwrap();
        assert_eq!(file.finish(10_000).unwrap().0, Reason::ChangedDuringScan, "{mode}");
        writer.set_len(10_000).unwrap();
    }
}

/// Says stop when it goes out of scope.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The storm: a file is cut, stretched and filled with new bytes again and again while it is read. No signal, and
/// silence only where all bytes that were handed out stood in the file when it was opened.
#[test]
fn truncation_storm() {
    // Above the size from which ends are kept when a file is opened. Whenever the file has exactly this size, all its
    // bytes are equal, and different from those of all other times.
    const SIZE: usize = 5 << 20;
    let dir = tempdir().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, vec![1; SIZE]).unwrap();
    let stop = AtomicBool::new(false);
    let mut changed = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let writer = fs::OpenOptions::new().write(true).open(&path).unwrap();
            let mut seed = 1_u64;
            for generation in (1..=250).cycle().skip(1) {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                writer.set_len((seed >> 33) % SIZE as u64).unwrap();
                let longer = if seed >> 63 == 0 { 4096 } else { 0 };
                if longer > 0 {
                    writer.set_len((SIZE + longer) as u64).unwrap();
                    std::thread::sleep(Duration::from_micros(seed >> 54));
                }
                writer.write_all_at(&vec![generation; SIZE + longer], 0).unwrap();
                writer.set_len(SIZE as u64).unwrap();
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                // Longer than the steps in which old kernels count times.
                std::thread::sleep(Duration::from_millis(12));
            }
        });
        // Also when an assertion fails, or the scope would wait for ever.
        let _stop = Stop(&stop);
        for (mode, reader) in readers() {
            for round in 0..40 {
                let file = bytes(reader.open(&Item::file(&path)).unwrap());
                let (all, verdict) = read_all(&*file, if round % 2 == 0 { 4 << 20 } else { 64 << 10 });
                match verdict {
                    Some((Reason::ChangedDuringScan, _)) => changed += 1,
                    Some(other) => panic!("{mode}: {other:?}"),
                    None => {
                        assert_eq!(all.len() as u64, file.size(), "{mode}: bytes are missing");
                        let whole = all.len() != SIZE || all.iter().all(|byte| *byte == all[0]);
                        assert!(whole, "{mode}: silent about bytes of different times");
                    }
                }
            }
        }
    });
    assert!(changed > 0, "the storm never struck");
}

#[test]
fn mapping_needs_a_guard_and_in_auto_mode_a_large_file() {
    let dir = tempdir().unwrap();
    let (small, large) = (dir.path().join("small"), dir.path().join("large"));
    fs::write(&small, "x").unwrap();
    let file = File::create(&large).unwrap();
    file.set_len(AUTO_MAP_BYTES).unwrap();
    file.write_all_at(b"x", 0).unwrap();
    let mapped = |mode, guard, path: &Path| {
        bytes(Reader::new().mode(mode, guard).open(&Item::file(path)).unwrap()).mapped().is_some()
    };
    let guard = || Some(MapGuard::install().unwrap());
    assert!(!mapped(Mode::Map, None, &large) && !mapped(Mode::Auto, None, &large));
    assert!(!mapped(Mode::Pread, guard(), &large));
    assert!(mapped(Mode::Map, guard(), &small));
    assert!(!mapped(Mode::Auto, guard(), &small));
    let local = mmap::file_system(&file) == FileSystem::Local;
    assert_eq!(mapped(Mode::Auto, guard(), &large), local);
}

#[test]
fn running_out_of_descriptors_is_waited_out_for_a_while() {
    if !in_child() {
        return run_child(module_path!(), "running_out_of_descriptors_is_waited_out_for_a_while", |command| {
            // The limit is set by a shell, because std cannot.
            let program = command.get_program().to_owned();
            let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
            let environment: Vec<_> = command.get_envs().map(|(k, v)| (k.to_owned(), v.unwrap().to_owned())).collect();
            *command = std::process::Command::new("sh");
            command.args(["-c", "ulimit -n 40; exec \"$0\" \"$@\""]).arg(program).args(arguments).envs(environment);
        });
    }
    let dir = tempdir().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, "x").unwrap();
    let hoard: Vec<File> = std::iter::from_fn(|| File::open(&path).ok()).collect();
    assert!((20..40).contains(&hoard.len()));
    let start = std::time::Instant::now();
    let problem = open(&path).err().expect("no descriptor is left");
    assert_eq!((problem.reason, problem.location), (Reason::IoError, Location::file(&path)));
    assert!(start.elapsed() < Duration::from_secs(10), "bounded");
    let release = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        drop(hoard);
    });
    assert!(open(&path).is_ok(), "somebody gave one back");
    release.join().unwrap();
}

fn with_stdin(test: &str, stdin: Stdio) {
    run_child(module_path!(), test, |command| {
        command.stdin(stdin);
    });
}

#[test]
fn standard_input_from_a_pipe_is_a_stream() {
    if !in_child() {
        let mut echo = std::process::Command::new("echo").arg("hello").stdout(Stdio::piped()).spawn().unwrap();
        with_stdin("standard_input_from_a_pipe_is_a_stream", echo.stdout.take().unwrap().into());
        echo.wait().unwrap();
        return;
    }
    let Content::Stream(mut stream) = Reader::new().open(&Item::stdin()).unwrap() else { panic!("a pipe has no size") };
    let mut text = String::new();
    stream.reader.read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello\n");
}

#[test]
fn standard_input_from_a_file_is_bytes_from_where_it_stands() {
    if !in_child() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"skipped content").unwrap();
        file.seek(SeekFrom::Start(8)).unwrap();
        with_stdin("standard_input_from_a_file_is_bytes_from_where_it_stands", file.into());
        return;
    }
    let file = bytes(Reader::new().open(&Item::stdin()).unwrap());
    assert_eq!(file.size(), 7);
    assert_eq!(read_all(&*file, 4), (b"content".to_vec(), None));
    let own = FileId::of(&stream::stdin_file().unwrap().metadata().unwrap());
    assert_eq!(Reader::new().own_output(own).open(&Item::stdin()).err().unwrap().reason, Reason::OwnOutput);
}

#[test]
fn standard_input_that_is_closed_or_kernel_made_is_an_honest_stream() {
    if !in_child() {
        let name = "standard_input_that_is_closed_or_kernel_made_is_an_honest_stream";
        with_stdin(name, Stdio::null());
        with_stdin(name, File::open("/proc/self/status").unwrap().into());
        return;
    }
    let Content::Stream(mut stream) = Reader::new().open(&Item::stdin()).unwrap() else { panic!("no size to trust") };
    let mut text = String::new();
    stream.reader.read_to_string(&mut text).unwrap();
    assert!(text.is_empty() || text.starts_with("Name:"), "{text}");
}
