//! The follower beside a model of it: files of lines on a made-up file system, in which anything may happen to them.
//!
//! The real thing looks from time to time, by mark and offset, and keeps the lines that it has read. After each look it must
//! hold exactly the lines that stand in the files. `tests/slow` runs ten thousand sequences by `PROPTEST_CASES`.

use super::{Change, HEAD_BYTES, Mark, PrintKey, Why};
use crate::read::{Bytes, FileStamp};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::io;

const KEY: PrintKey = [7; 32];
/// Size of a block: what stands before the last border is read once.
const BLOCK: usize = 2048;

/// What may happen.
#[derive(Clone, Debug)]
enum Action {
    /// Lines are written; the last one may lack its end.
    Write { name: u8, lines: u8, partial: bool },
    /// The log gets another name, and a new file takes its place.
    RenameCreate { name: u8 },
    /// A copy is made, then the log is cut.
    CopyTruncate { name: u8 },
    /// The log is cut.
    Truncate { name: u8 },
    /// The log is cut and written to until it is longer than it was, perhaps with the same banner at its head.
    Regrow { name: u8, same_head: bool },
    /// Its first line is written over, and it grows.
    EditHead { name: u8 },
    /// Its bytes are replaced by others, as many.
    Rewrite { name: u8 },
    /// A rotated copy takes another form, as compression does: a new file with the same lines, the old one goes.
    Compress { name: u8 },
    /// It goes. The next new file may get its inode.
    Delete { name: u8 },
    /// Its mode is changed.
    Chmod { name: u8 },
    /// The clock of the file system ticks.
    Tick,
    /// The follower looks.
    Look,
    /// The follower is killed, and reads what it kept.
    Restart,
}

fn action() -> impl Strategy<Value = Action> {
    let name = || 0..3_u8;
    prop_oneof![
        8 => (name(), 1..40_u8, any::<bool>()).prop_map(|(name, lines, partial)| Action::Write { name, lines, partial }),
        2 => name().prop_map(|name| Action::RenameCreate { name }),
        2 => name().prop_map(|name| Action::CopyTruncate { name }),
        1 => name().prop_map(|name| Action::Truncate { name }),
        2 => (name(), any::<bool>()).prop_map(|(name, same_head)| Action::Regrow { name, same_head }),
        1 => name().prop_map(|name| Action::EditHead { name }),
        1 => name().prop_map(|name| Action::Rewrite { name }),
        1 => name().prop_map(|name| Action::Compress { name }),
        1 => name().prop_map(|name| Action::Delete { name }),
        1 => name().prop_map(|name| Action::Chmod { name }),
        3 => Just(Action::Tick),
        6 => Just(Action::Look),
        1 => Just(Action::Restart),
    ]
}

/// A file of the model.
#[derive(Clone, Debug)]
struct File {
    inode: u64,
    birth: i64,
    bytes: Vec<u8>,
    mode: u32,
    modified: i64,
    changed: i64,
}

impl Bytes for File {
    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = self.bytes.get(offset as usize..).unwrap_or_default();
        let count = rest.len().min(buf.len());
        buf[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn stamp(&self) -> Option<FileStamp> {
        Some(FileStamp {
            device: 1,
            inode: self.inode,
            birth: Some((self.birth, 0)),
            size: self.size(),
            modified: (self.modified, 0),
            changed: (self.changed, 0),
            access: (self.mode, 0, 0, 1),
            allocated_bytes: self.size(),
        })
    }
}

/// The file system, with a clock of whole seconds, so that much happens within one tick.
#[derive(Default)]
struct Model {
    files: BTreeMap<String, File>,
    free: Vec<u64>,
    inodes: u64,
    clock: i64,
    lines: u64,
    rotated: u64,
}

impl Model {
    fn create(&mut self, bytes: Vec<u8>) -> File {
        // An inode that is free again is taken first, as ext4 does.
        let inode = self.free.pop().unwrap_or_else(|| {
            self.inodes += 1;
            self.inodes
        });
        File { inode, birth: self.clock, bytes, mode: 0o644, modified: self.clock, changed: self.clock }
    }

    fn remove(&mut self, name: &str) -> Option<File> {
        let file = self.files.remove(name)?;
        self.free.push(file.inode);
        Some(file)
    }

    /// A line that no other is equal to, with a head that all share.
    fn line(&mut self) -> Vec<u8> {
        self.lines += 1;
        format!("2026-11-22 request {:06} served {}\n", self.lines, ".".repeat(300)).into_bytes()
    }

    fn write(&mut self, name: &str, lines: usize, partial: bool) {
        let mut bytes: Vec<u8> = (0..lines).flat_map(|_| self.line()).collect();
        if partial {
            bytes.truncate(bytes.len() - 9);
        }
        let mut file = self.files.remove(name).unwrap_or_else(|| self.create(Vec::new()));
        file.bytes.extend(bytes);
        (file.modified, file.changed) = (self.clock, self.clock);
        self.files.insert(name.to_owned(), file);
    }

    fn truncate(&mut self, name: &str) -> usize {
        let Some(file) = self.files.get_mut(name) else { return 0 };
        (file.modified, file.changed) = (self.clock, self.clock);
        std::mem::take(&mut file.bytes).len()
    }

    fn rotated_name(&mut self) -> String {
        self.rotated += 1;
        format!("rotated.{}", self.rotated)
    }

    fn act(&mut self, action: &Action) {
        let log = |name: &u8| format!("log{name}");
        match action {
            Action::Write { name, lines, partial } => self.write(&log(name), usize::from(*lines), *partial),
            Action::RenameCreate { name } => {
                if let Some(mut file) = self.files.remove(&log(name)) {
                    file.changed = self.clock;
                    let rotated = self.rotated_name();
                    self.files.insert(rotated, file);
                    let new = self.create(Vec::new());
                    self.files.insert(log(name), new);
                }
            }
            Action::CopyTruncate { name } => {
                if let Some(bytes) = self.files.get(&log(name)).map(|file| file.bytes.clone()) {
                    let (rotated, copy) = (self.rotated_name(), self.create(bytes));
                    self.files.insert(rotated, copy);
                    self.truncate(&log(name));
                }
            }
            Action::Truncate { name } => {
                self.truncate(&log(name));
            }
            Action::Regrow { name, same_head } => {
                let head = self.files.get(&log(name)).map(|file| file.bytes.clone()).unwrap_or_default();
                let size = self.truncate(&log(name));
                if let Some(file) = self.files.get_mut(&log(name)).filter(|_| *same_head) {
                    file.bytes.extend(head.iter().take(HEAD_BYTES as usize));
                }
                self.write(&log(name), size / 300 + 2, false);
            }
            Action::EditHead { name } => {
                if let Some(file) = self.files.get_mut(&log(name)).filter(|file| file.bytes.len() > 20) {
                    file.bytes[..20].copy_from_slice(b"2026-11-23 edited at");
                    self.write(&log(name), 1, false);
                }
            }
            Action::Rewrite { name } => {
                let size = self.truncate(&log(name));
                self.write(&log(name), size / 300 + 1, false);
                if let Some(file) = self.files.get_mut(&log(name)) {
                    file.bytes.truncate(size);
                }
            }
            Action::Compress { name } => {
                let rotated: Vec<String> = self.files.keys().filter(|name| name.starts_with('r')).cloned().collect();
                if let Some(old) = rotated.get(usize::from(*name)) {
                    let copy = self.files.get(old).map(|file| file.bytes.clone()).unwrap_or_default();
                    let (new_name, new) = (self.rotated_name(), self.create(copy));
                    self.files.insert(new_name, new);
                    self.remove(old);
                }
            }
            Action::Delete { name } => {
                self.remove(&log(name));
            }
            Action::Chmod { name } => {
                if let Some(file) = self.files.get_mut(&log(name)) {
                    file.mode ^= 0o044;
                    file.changed = self.clock;
                }
            }
            Action::Tick => self.clock += 1,
            Action::Look | Action::Restart => {}
        }
    }
}

/// What the follower keeps of one file.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Followed {
    name: String,
    mark: Mark,
    offset: u64,
    /// Lines by their offset.
    found: Vec<(u64, String)>,
}

type Book = HashMap<u64, Followed>;

fn lines(bytes: &[u8], from: u64) -> Vec<(u64, String)> {
    let mut at = from;
    let own = bytes.get(from as usize..).unwrap_or_default();
    own.split_inclusive(|byte| *byte == b'\n')
        .map(|line| {
            at += line.len() as u64;
            (at - line.len() as u64, String::from_utf8_lossy(line).into_owned())
        })
        .collect()
}

/// Where the border of the last whole block stands: at the next line.
fn border(bytes: &[u8]) -> u64 {
    let fixed = bytes.len().saturating_sub(BLOCK / 2) / BLOCK * BLOCK;
    let moved = bytes.iter().skip(fixed).position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if fixed == 0 { 0 } else { (fixed + moved) as u64 }
}

fn look(model: &Model, book: &mut Book) {
    let looked_ns = i128::from(model.clock) * 1_000_000_000 + 1_000;
    book.retain(|inode, _| model.files.values().any(|file| file.inode == *inode));
    for (name, file) in &model.files {
        let known = book.get(&file.inode);
        let change = known.map(|known| known.mark.compare(&KEY, file, known.name != *name).expect("memory reads"));
        let (from, mut found) = match (change, known) {
            (Some(Change::Same), Some(known)) => {
                let followed = Followed { name: name.clone(), ..known.clone() };
                book.insert(file.inode, followed);
                continue;
            }
            (Some(Change::Grew), Some(known)) => {
                let kept = known.found.iter().filter(|(start, _)| *start < known.offset).cloned().collect();
                (known.offset, kept)
            }
            _ => (0, Vec::new()),
        };
        found.extend(lines(&file.bytes, from));
        let mark = Mark::of(&KEY, file, looked_ns).expect("memory reads").expect("a file");
        book.insert(file.inode, Followed { name: name.clone(), mark, offset: border(&file.bytes), found });
    }
}

fn follows(actions: &[Action]) {
    let mut model = Model { clock: 1_000, ..Model::default() };
    let mut book = Book::new();
    for (step, action) in actions.iter().chain([&Action::Look]).enumerate() {
        model.act(action);
        match action {
            Action::Look => {
                look(&model, &mut book);
                let known: BTreeMap<&str, &Vec<(u64, String)>> =
                    book.values().map(|followed| (followed.name.as_str(), &followed.found)).collect();
                for (name, file) in &model.files {
                    let read = known.get(name.as_str()).expect("every file is looked at");
                    assert_eq!(**read, lines(&file.bytes, 0), "{name} after step {step}");
                }
                assert_eq!(known.len(), model.files.len(), "what is gone is forgotten");
            }
            Action::Restart => {
                let kept = serde_json::to_vec(&book).expect("it can be kept");
                book = serde_json::from_slice(&kept).expect("it can be read");
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_known_is_what_stands_there(actions in prop::collection::vec(action(), 1..60)) {
        follows(&actions);
    }
}

#[test]
fn a_log_that_was_cut_and_filled_beyond_its_old_size_in_one_tick_is_read_anew() {
    let write = Action::Write { name: 0, lines: 39, partial: false };
    follows(&[write, Action::Tick, Action::Look, Action::Regrow { name: 0, same_head: false }, Action::Look]);
}

#[test]
fn the_reason_is_told() {
    let mut model = Model { clock: 1_000, ..Model::default() };
    model.write("log0", 39, false);
    let file = model.files["log0"].clone();
    let mark = Mark::of(&KEY, &file, 2_000_000_000_000).expect("memory reads").expect("a file");
    let why = |change: &dyn Fn(&mut File)| {
        let mut now = file.clone();
        change(&mut now);
        mark.compare(&KEY, &now, false).expect("memory reads")
    };
    assert_eq!(why(&|_| {}), Change::Same);
    assert_eq!(why(&|now| (now.mode, now.changed) = (0o600, 1_001)), Change::Same, "who may read it");
    assert_eq!(why(&|now| now.bytes.extend(b"more")), Change::Grew);
    assert_eq!(why(&|now| now.birth += 1), Change::Anew(Why::Reused));
    assert_eq!(why(&|now| now.bytes.truncate(5_000)), Change::Anew(Why::Shrunk));
    assert_eq!(why(&|now| (now.modified, now.changed) = (1_001, 1_001)), Change::Anew(Why::Rewritten));
    assert_eq!(why(&|now| now.changed = 1_001), Change::Anew(Why::Rewritten), "and its time set back");
    let write = |now: &mut File, at: usize| {
        now.bytes.extend(b"more");
        now.bytes[at] = b'#';
    };
    assert_eq!(why(&|now| write(now, 0)), Change::Anew(Why::HeadDiffers));
    assert_eq!(why(&|now| write(now, file.bytes.len() - 1)), Change::Anew(Why::TailDiffers));
}
