//! Zip: the directory at the end and the headers of the members themselves, both walked, so that nothing hides from
//! one of them.
//!
//! Source: PKWARE APPNOTE 6.3.10. Members that the directory does not name, bytes that no member covers, and comments
//! are handed on too, and so are bytes of a member behind the end of its packed stream. Where the directory and a member's
//! own header differ, both are followed. Members over the same bytes are not unpacked twice.

use super::budget::Codec;
use super::input::{InMemory, Sequential, Source, fill};
use super::locked::{AES_METHOD, Lock};
use super::office::Office;
use super::stopwatch::Stopwatch;
use super::{Budget, Child, Children, Fault, Input, names};
use crate::problem::Reason;
use crate::read::Bytes;
use crate::text::slice;
use memchr::memmem;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::io::{self, Read};
use std::ops::{ControlFlow, Range};
use std::rc::Rc;

const END: &[u8] = b"PK\x05\x06";
const END_BYTES: u64 = 22;
const CENTRAL: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_BYTES: u64 = 30;
const DESCRIPTOR: &[u8] = b"PK\x07\x08";
/// How far before the end the directory's own record may stand: a comment has up to 65,535 bytes.
const TAIL_BYTES: u64 = 65_535 + END_BYTES;

fn two(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([crate::text::at(bytes, at), crate::text::at(bytes, at + 1)])
}

fn four(bytes: &[u8], at: usize) -> u32 {
    u32::from(two(bytes, at)) | u32::from(two(bytes, at + 2)) << 16
}

fn eight(bytes: &[u8], at: usize) -> u64 {
    u64::from(four(bytes, at)) | u64::from(four(bytes, at + 4)) << 32
}

/// A member, as the directory or its own header describes it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    flags: u16,
    method: u16,
    /// How it is encrypted.
    lock: Option<Lock>,
    crc: u32,
    packed: u64,
    size: u64,
    /// Offset of its own header.
    at: u64,
    /// Sizes are told behind the bytes.
    streamed: bool,
    /// Where its bytes stand, once that is known.
    range: Range<u64>,
}

/// Opens an archive.
pub(super) fn open(input: Input<'_>, budget: &Budget, children: &mut Children<'_>) -> Result<(), Fault> {
    match input {
        Input::Bytes(bytes) => Archive::new(bytes, budget).walk(children),
        Input::Stream(stream) => {
            let (held, fault) = match budget.hold(stream) {
                Ok(held) => (held, None),
                Err((fault, held)) => (held, Some(fault)),
            };
            let walked = Archive::new(&InMemory(held.bytes()), budget).walk(children);
            fault.map_or(walked, Err)
        }
    }
}

/// An archive that is being walked.
pub(super) struct Archive<'a> {
    bytes: &'a dyn Bytes,
    budget: &'a Budget,
    fault: Option<Fault>,
    /// Members that were read, and members that are encrypted.
    read: u64,
    encrypted: u64,
    /// Bytes that belong to no member.
    spare: Vec<Range<u64>>,
    /// Bytes of members behind the end of what they hold.
    tails: RefCell<Vec<Range<u64>>>,
    /// Where bytes of members begin that were handed on, and how they are packed.
    begun: BTreeSet<(u64, u16)>,
    /// The document that it is, and the parts that are its text.
    office: Option<Office>,
    parts: Vec<Entry>,
}

/// The directory at the end.
#[derive(Default)]
struct Directory {
    entries: Vec<Entry>,
    /// Where its own bytes stand, with the record at the end.
    range: Range<u64>,
    comments: Vec<Range<u64>>,
    /// Bytes that stand before the archive, by what the record at the end says; below zero, so many are missing in it.
    shift: i64,
}

impl<'a> Archive<'a> {
    pub(super) fn new(bytes: &'a dyn Bytes, budget: &'a Budget) -> Self {
        Self {
            bytes,
            budget,
            fault: None,
            read: 0,
            encrypted: 0,
            spare: Vec::new(),
            tails: RefCell::default(),
            begun: BTreeSet::new(),
            office: None,
            parts: Vec::new(),
        }
    }

    fn note(&mut self, reason: Reason, words: &str) {
        self.fault.get_or_insert_with(|| Fault::new(reason, words));
    }

    fn walk(mut self, children: &mut Children<'_>) -> Result<(), Fault> {
        let mut directory = match self.directory() {
            Ok(directory) => directory,
            Err(fault) => {
                self.fault.get_or_insert(fault);
                Directory { range: self.bytes.size()..self.bytes.size(), ..Directory::default() }
            }
        };
        let first = directory.entries.iter().find(|entry| entry.name == "mimetype" && entry.method == 0);
        let own = first.and_then(|entry| self.local(entry.at).ok()?.and_then(|(_, start)| self.at(start, 80).ok()));
        self.office = Office::of(directory.entries.iter().map(|entry| entry.name.as_str()), own.as_deref());
        self.place(&mut directory)?;
        let mut known = BTreeSet::new();
        if !directory.entries.iter().all(|entry| known.insert(entry.name.as_str())) {
            self.note(Reason::AmbiguousContainer, "two members of one name");
        }
        let mut position = 0;
        for entry in &directory.entries {
            if entry.at > position && self.gap(position..entry.at, children)? {
                return Ok(());
            }
            let Some((ended, end)) = self.listed(entry, position, children)? else { return Ok(()) };
            position = position.max(end);
            if ended {
                return Ok(());
            }
        }
        if position < directory.range.start && self.gap(position..directory.range.start, children)? {
            return Ok(());
        }
        if directory.range.end < self.bytes.size() {
            let tail = directory.range.end..self.bytes.size();
            self.note(Reason::AmbiguousContainer, "bytes behind the end");
            if self.gap(tail, children)? {
                return Ok(());
            }
        }
        if let Some(office) = self.office {
            let parts = std::mem::take(&mut self.parts);
            match office.open(&self, &parts, children) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return Ok(()),
                Err(fault) => drop(self.fault.get_or_insert(fault)),
            }
        }
        let mut tails = self.tails.take();
        if !tails.is_empty() {
            self.note(Reason::AmbiguousContainer, "bytes behind the end of what a member holds");
        }
        self.spare.append(&mut tails);
        self.spare.append(&mut directory.comments);
        for range in std::mem::take(&mut self.spare) {
            let mut bytes = Sequential::new(self.bytes, range.start, range.end);
            if children(Child::Raw { start: range.start, bytes: &mut bytes }).is_break() {
                return Ok(());
            }
        }
        match (self.fault, self.encrypted) {
            (Some(fault), _) => Err(fault),
            (None, 0) => Ok(()),
            (None, _) if self.read == 0 => Err(Fault { reason: Reason::Encrypted, detail: None }),
            (None, count) => Err(Fault::new(Reason::EncryptedPart, format!("{count} encrypted members"))),
        }
    }

    /// Brings the members of the directory into the order of their headers. What was put into an archive later than its
    /// directory moves some headers and not others; a member without a header is none, and bounds no other.
    fn place(&mut self, directory: &mut Directory) -> Result<(), Fault> {
        let (shift, mut damaged) = (directory.shift, None);
        let mut placed = Vec::with_capacity(directory.entries.len());
        for mut entry in std::mem::take(&mut directory.entries) {
            let is_header = |at: u64| Ok::<_, Fault>(self.at(at, LOCAL.len())? == LOCAL);
            if !is_header(entry.at)? {
                let before = entry.at.saturating_add_signed(shift.saturating_neg());
                damaged.get_or_insert(if shift != 0 && is_header(before)? {
                    entry.at = before;
                    (Reason::AmbiguousContainer, "members are not where the directory says")
                } else {
                    (Reason::Corrupt, "a member has no header where the directory says")
                });
                if entry.at != before {
                    continue;
                }
            }
            placed.push(entry);
        }
        if let Some((reason, words)) = damaged {
            self.note(reason, words);
        }
        placed.sort_by_key(|entry| entry.at);
        directory.entries = placed;
        Ok(())
    }

    fn at(&self, offset: u64, count: usize) -> Result<Vec<u8>, Fault> {
        let mut bytes = vec![0; count];
        let filled = fill(self.bytes, &mut bytes, offset)?;
        bytes.truncate(filled);
        Ok(bytes)
    }

    /// Reads the directory.
    fn directory(&mut self) -> Result<Directory, Fault> {
        let size = self.bytes.size();
        let tail_at = size.saturating_sub(TAIL_BYTES);
        let tail = self.at(tail_at, (size - tail_at) as usize)?;
        let fits = |i: &usize| {
            let comment = usize::from(two(&tail, i + 20));
            i + END_BYTES as usize + comment <= tail.len()
        };
        let ends: Vec<usize> = memmem::rfind_iter(&tail, END).filter(fits).take(8).collect();
        // The last one whose comment reaches the end of the file, else the last one.
        let exact = |i: &&usize| **i + END_BYTES as usize + usize::from(two(&tail, **i + 20)) == tail.len();
        let Some(end) = ends.iter().find(exact).or(ends.first()).copied() else {
            return Err(Fault::corrupt("no directory at the end"));
        };
        let record = slice(&tail, end, end + END_BYTES as usize);
        let (mut count, mut length, mut offset) =
            (u64::from(two(record, 10)), u64::from(four(record, 12)), u64::from(four(record, 16)));
        let comment = u64::from(two(record, 20));
        let end_at = tail_at + end as u64;
        let mut directory_end = end_at;
        let locator = self.at(end_at.saturating_sub(20), 20)?;
        if locator.starts_with(b"PK\x06\x07") && (count == 0xFFFF || length == 0xFFFF_FFFF || offset == 0xFFFF_FFFF) {
            let record_at = eight(&locator, 8);
            let record = self.at(record_at, 56)?;
            if !record.starts_with(b"PK\x06\x06") {
                return Err(Fault::corrupt("no Zip64 record where it should be"));
            }
            (count, length, offset) = (eight(&record, 32), eight(&record, 40), eight(&record, 48));
            directory_end = record_at;
        }
        let Some(start) = directory_end.checked_sub(length) else {
            return Err(Fault::corrupt("the directory is longer than the file"));
        };
        // Something may stand before the archive: then all its offsets are off by that.
        let shift = i64::try_from(i128::from(start) - i128::from(offset)).unwrap_or(i64::MIN);
        if shift < 0 {
            // A piece is missing. Before the directory: members behind the gap are as far from where it says, those before
            // it are there. In the directory: where it begins is not known.
            let fault = Fault::corrupt("the directory is not where it should be");
            if !self.at(start, CENTRAL.len())?.starts_with(CENTRAL) {
                return Err(fault);
            }
            self.fault.get_or_insert(fault);
        }
        let mut directory = Directory { range: start..end_at + END_BYTES + comment, shift, ..Directory::default() };
        if comment > 0 {
            directory.comments.push(end_at + END_BYTES..end_at + END_BYTES + comment);
        }
        let mut source = Source::new(Sequential::new(self.bytes, start, directory_end));
        let mut names_bytes = 0;
        loop {
            let position = start + source.consumed().get();
            let head = source.peek(46).map_err(|error| Fault::of(&error))?;
            if head.is_empty() {
                break;
            }
            if head.len() < 46 || !head.starts_with(CENTRAL) {
                self.note(Reason::Corrupt, "the directory is damaged");
                break;
            }
            let head: Vec<u8> = head.to_vec();
            let lengths = [28, 30, 32].map(|at| usize::from(two(&head, at)));
            let whole = 46 + lengths.iter().sum::<usize>();
            // Three fields of at most 64 KiB each.
            let mut record = vec![0; whole];
            if source.read_exact(&mut record).is_err() {
                self.note(Reason::Corrupt, "the directory is damaged");
                break;
            }
            let [name_length, extra_length, comment_length] = lengths;
            names_bytes += name_length;
            if names_bytes as u64 > NAMES_BYTES {
                self.note(Reason::LimitMemory, "names that are too long");
                break;
            }
            let name = slice(&record, 46, 46 + name_length);
            let extra = slice(&record, 46 + name_length, 46 + name_length + extra_length);
            let mut entry = Entry {
                name: member_name(name, two(&head, 8), extra),
                flags: two(&head, 8),
                method: two(&head, 10),
                lock: None,
                crc: four(&head, 16),
                packed: u64::from(four(&head, 20)),
                size: u64::from(four(&head, 24)),
                at: u64::from(four(&head, 42)),
                streamed: false,
                range: 0..0,
            };
            widen(&mut entry, extra, true);
            lock(&mut entry, extra, two(&head, 12));
            // What would stand before the file stands where it says.
            entry.at = entry.at.checked_add_signed(shift).unwrap_or(entry.at);
            if comment_length > 0 {
                let from = position + (46 + name_length + extra_length) as u64;
                directory.comments.push(from..from + comment_length as u64);
            }
            directory.entries.push(entry);
        }
        if count != directory.entries.len() as u64 && count & 0xFFFF != directory.entries.len() as u64 & 0xFFFF {
            self.note(Reason::AmbiguousContainer, "the directory has another number of members than it says");
        }
        Ok(directory)
    }

    /// The header of a member at an offset, and where its bytes begin.
    fn local(&self, offset: u64) -> Result<Option<(Entry, u64)>, Fault> {
        let head = self.at(offset, LOCAL_BYTES as usize)?;
        if head.len() < LOCAL_BYTES as usize || !head.starts_with(LOCAL) {
            return Ok(None);
        }
        let (name_length, extra_length) = (usize::from(two(&head, 26)), usize::from(two(&head, 28)));
        let rest = self.at(offset + LOCAL_BYTES, name_length + extra_length)?;
        let extra = slice(&rest, name_length, rest.len());
        let flags = two(&head, 6);
        let mut entry = Entry {
            name: member_name(slice(&rest, 0, name_length), flags, extra),
            flags,
            method: two(&head, 8),
            lock: None,
            crc: four(&head, 14),
            packed: u64::from(four(&head, 18)),
            size: u64::from(four(&head, 22)),
            at: offset,
            streamed: flags & 8 != 0,
            range: 0..0,
        };
        widen(&mut entry, extra, false);
        lock(&mut entry, extra, two(&head, 10));
        Ok(Some((entry, offset + LOCAL_BYTES + (name_length + extra_length) as u64)))
    }

    /// Hands on a member of the directory. Gives whether the scan is to end, and where the member's bytes end; `None`
    /// if no more is to be handed on.
    fn listed(
        &mut self, entry: &Entry, position: u64, children: &mut Children<'_>,
    ) -> Result<Option<(bool, u64)>, Fault> {
        let Some((own, start)) = self.local(entry.at)? else {
            self.note(Reason::Corrupt, "a member has no header where the directory says");
            return Ok(Some((false, position)));
        };
        if entry.at < position {
            self.note(Reason::AmbiguousContainer, "members lie over each other");
        }
        let sizes_differ = !own.streamed && (own.packed, own.size) != (entry.packed, entry.size);
        if own.name != entry.name || own.method != entry.method || sizes_differ {
            self.note(Reason::AmbiguousContainer, "a member and the directory say different things");
        }
        let end = start.saturating_add(entry.packed);
        if end > self.bytes.size() {
            self.note(Reason::Corrupt, "a member is cut off");
        }
        let after = end.min(self.bytes.size());
        let mut ended = self.member(entry, start..after, true, children);
        // Readers that follow the member's own header get something else.
        let own_end = start.saturating_add(own.packed);
        if !ended
            && !own.streamed
            && (own.method, own.packed) != (entry.method, entry.packed)
            && own_end <= self.bytes.size()
        {
            self.begun.remove(&(start, own.method));
            ended = self.member(&own, start..own_end, true, children);
        }
        Ok(Some((ended, if own.streamed { self.behind_descriptor(after)? } else { after })))
    }

    /// Where the record of sizes behind a member's bytes ends, if it stands there.
    fn behind_descriptor(&self, at: u64) -> Result<u64, Fault> {
        let bytes = self.at(at, 28)?;
        let signed = if bytes.starts_with(DESCRIPTOR) { 4 } else { 0 };
        let next = |length: u64| {
            let rest = slice(&bytes, length as usize, length as usize + 4);
            rest.is_empty() || rest == LOCAL || rest == CENTRAL || rest == b"PK\x06\x06"
        };
        Ok([12, 20]
            .into_iter()
            .map(|length| signed + length)
            .find(|length| next(*length))
            .map_or(at + if signed > 0 { 16 } else { 0 }, |length| at + length))
    }

    /// Hands on one member's bytes; gives whether the scan is to end.
    fn member(&mut self, entry: &Entry, range: Range<u64>, is_listed: bool, children: &mut Children<'_>) -> bool {
        let name = entry.name.as_str();
        if name.ends_with('/') && entry.size == 0 {
            return false;
        }
        if !self.begun.insert((range.start, entry.method)) {
            return false;
        }
        let entry = Entry { range, streamed: entry.streamed && !is_listed, ..entry.clone() };
        if entry.flags & 1 != 0 && !self.opens(&entry) {
            self.encrypted += 1;
            let fault = Fault { reason: Reason::Encrypted, detail: None };
            return children(Child::Closed { name, fault }).is_break();
        }
        if is_listed && self.office.is_some() && Office::reads(name) {
            self.read += 1;
            self.parts.push(entry);
            return false;
        }
        let opened = match self.reader(&entry) {
            Ok(mut bytes) => Ok(children(Child::Member { name, bytes: &mut bytes })),
            Err(error) => Err(error),
        };
        match opened {
            Ok(flow) => {
                self.read += 1;
                flow.is_break()
            }
            Err(error) => children(Child::Closed { name, fault: Fault::of(&error) }).is_break(),
        }
    }

    /// Whether a password opens an encrypted member, and its content is what was encrypted. The old way of encryption
    /// lets one wrong password in 256 pass: there, the check sum of the content decides.
    fn opens(&mut self, entry: &Entry) -> bool {
        let Some(lock) = entry.lock else { return false };
        let budget = self.budget;
        for (place, password) in budget.passwords() {
            let is_whole = match lock {
                Lock::Aes { .. } => self.behind(entry, lock, password).map(|bytes| bytes.map(is_read)),
                Lock::Traditional { .. } => self.unlocked(entry, lock, password).map(|bytes| bytes.map(is_read)),
            };
            let Ok(Some(is_whole)) = is_whole else { continue };
            if matches!(lock, Lock::Aes { .. }) && !is_whole {
                self.note(Reason::Corrupt, "an encrypted member is damaged");
            }
            if is_whole || matches!(lock, Lock::Aes { .. }) {
                budget.opened_with(place);
                return true;
            }
        }
        false
    }

    /// The bytes of a member whose place is known.
    pub(super) fn reader<'r>(&'r self, entry: &Entry) -> io::Result<Box<dyn Read + 'r>> {
        let Some(lock) = entry.lock else {
            let packed = Sequential::new(self.bytes, entry.range.start, entry.range.end);
            return self.unpacked(entry, Box::new(packed));
        };
        // The one that opened it stands first.
        let (_, password) = self.budget.passwords().next().unwrap_or_default();
        let closed = || Fault { reason: Reason::Encrypted, detail: None };
        self.unlocked(entry, lock, password)?.ok_or_else(|| closed().into())
    }

    /// The content of a member behind a lock, still packed; `None` if the password does not fit.
    fn behind<'r>(&'r self, entry: &Entry, lock: Lock, password: &str) -> io::Result<Option<Box<dyn Read + 'r>>> {
        let packed = Sequential::new(self.bytes, entry.range.start, entry.range.end);
        let start = Stopwatch::start();
        let opened = lock.open(password, Box::new(packed), entry.range.end - entry.range.start)?;
        self.budget.unpacked(0, start.elapsed())?;
        Ok(opened)
    }

    /// The bytes of a member behind a lock.
    fn unlocked<'r>(&'r self, entry: &Entry, lock: Lock, password: &str) -> io::Result<Option<Box<dyn Read + 'r>>> {
        self.behind(entry, lock, password)?.map(|packed| self.unpacked(entry, packed)).transpose()
    }

    fn unpacked<'r>(&'r self, entry: &Entry, packed: Box<dyn Read + 'r>) -> io::Result<Box<dyn Read + 'r>> {
        let inner: Box<dyn Read + 'r> = match packing(entry.method) {
            Some(Packing::Stored) => packed,
            Some(Packing::Packed(codec)) => {
                let source = Source::new(packed);
                let consumed = source.consumed();
                let inner = self.budget.decoder(codec, source)?;
                // LZMA here ends by count, and a lock has bytes of its own.
                if entry.streamed || entry.lock.is_some() || codec == Codec::ZipLzma {
                    inner
                } else {
                    Box::new(Tailed { inner, consumed, range: Some(entry.range.clone()), tails: &self.tails })
                }
            }
            None => return Err(Fault::new(Reason::Unsupported, format!("method {} of zip", entry.method)).into()),
        };
        // AES proves the content by itself, and mostly leaves the sum out.
        let expected =
            (!entry.streamed && !matches!(entry.lock, Some(Lock::Aes { .. }))).then_some((entry.size, entry.crc));
        Ok(Box::new(Checked { inner, expected, crc: flate2::Crc::new(), length: 0, ended: false }))
    }

    /// What the file may cost.
    pub(super) fn budget(&self) -> &'a Budget {
        self.budget
    }

    /// Memory that a part may take.
    pub(super) fn memory_bytes(&self) -> usize {
        self.budget.memory_bytes()
    }

    /// Bytes between members: members that the directory does not name, and what is left. Gives whether the scan is
    /// to end.
    fn gap(&mut self, gap: Range<u64>, children: &mut Children<'_>) -> Result<bool, Fault> {
        let mut position = gap.start;
        while let Some(at) = self.find(LOCAL, position..gap.end)? {
            let Some((entry, start)) = self.local(at)?.filter(|(entry, start)| is_likely(entry, *start, gap.end))
            else {
                self.leave(position..at + 4);
                position = at + 4;
                continue;
            };
            self.leave(position..at);
            self.note(Reason::AmbiguousContainer, "a member that the directory does not name");
            let told = start.saturating_add(entry.packed);
            let end = if entry.streamed && entry.packed == 0 || told > gap.end {
                // Its size is told behind it: it ends where the next one begins.
                self.find(LOCAL, start..gap.end)?.unwrap_or(gap.end)
            } else if told < gap.end && self.at(told, 2)? != b"PK" {
                // Nothing begins where it is said to end: the next one may have begun before.
                self.find(LOCAL, start..told + LOCAL.len() as u64 - 1)?.map_or(told, |next| next.min(told))
            } else {
                told
            };
            if self.member(&entry, start..end, false, children) {
                return Ok(true);
            }
            position = end.max(at + 4);
        }
        self.leave(position..gap.end);
        Ok(false)
    }

    /// Remembers bytes that belong to no member.
    fn leave(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        match self.spare.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.spare.push(range),
        }
    }

    /// Looks for a mark.
    fn find(&self, mark: &[u8], range: Range<u64>) -> Result<Option<u64>, Fault> {
        const PIECE_BYTES: u64 = 64 << 10;
        let mut at = range.start;
        while at < range.end {
            let until = (at + PIECE_BYTES + mark.len() as u64).min(range.end);
            let piece = self.at(at, (until - at) as usize)?;
            if let Some(i) = memmem::find(&piece, mark) {
                return Ok(Some(at + i as u64));
            }
            at += PIECE_BYTES;
        }
        Ok(None)
    }
}

/// Most bytes of names in one directory.
const NAMES_BYTES: u64 = 64 << 20;

/// Whether a header met between members is one, not four bytes that look like its mark.
fn is_likely(entry: &Entry, start: u64, end: u64) -> bool {
    start <= end && !entry.name.is_empty() && packing(entry.method).is_some()
}

/// How a member is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Stored,
    Packed(Codec),
}

/// How a member is packed, if it is in a way that is read.
fn packing(method: u16) -> Option<Packing> {
    Some(Packing::Packed(match method {
        0 => return Some(Packing::Stored),
        8 => Codec::Deflate,
        9 => Codec::Deflate64,
        12 => Codec::Bzip2,
        14 => Codec::ZipLzma,
        20 | 93 => Codec::Zstd,
        95 => Codec::Xz,
        _ => return None,
    }))
}

/// Fields of an extra record: identifier and bytes.
fn extras(mut extra: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        if extra.len() < 4 {
            return None;
        }
        let length = usize::from(two(extra, 2));
        let field = (two(extra, 0), slice(extra, 4, 4 + length));
        extra = slice(extra, 4 + length, extra.len());
        Some(field)
    })
}

/// The name: its bytes, or the name in UTF-8 that Info-ZIP keeps beside them (extra field 0x7075).
fn member_name(name: &[u8], flags: u16, extra: &[u8]) -> String {
    let unicode = extras(extra).find(|(id, field)| *id == 0x7075 && field.len() > 5);
    if let Some(text) = unicode.and_then(|(_, field)| std::str::from_utf8(slice(field, 5, field.len())).ok())
        && flags & 0x800 == 0
    {
        return text.to_owned();
    }
    names::decoded(name)
}

/// Sizes and places that need more than 32 bits (extra field 1).
fn widen(entry: &mut Entry, extra: &[u8], has_offset: bool) {
    let Some((_, field)) = extras(extra).find(|(id, _)| *id == 1) else { return };
    let mut at = 0;
    let mut wide = |value: &mut u64, applies: bool| {
        if applies && *value == 0xFFFF_FFFF && at + 8 <= field.len() {
            *value = eight(field, at);
            at += 8;
        }
    };
    wide(&mut entry.size, true);
    wide(&mut entry.packed, true);
    wide(&mut entry.at, has_offset);
}

/// Whether a stream ends well.
fn is_read(mut bytes: Box<dyn Read + '_>) -> bool {
    io::copy(&mut bytes, &mut io::sink()).is_ok()
}

/// How a member is encrypted; then its method is the one behind that.
fn lock(entry: &mut Entry, extra: &[u8], time: u16) {
    if entry.flags & 1 == 0 {
        return;
    }
    if entry.method == AES_METHOD {
        let aes = extras(extra).find(|(id, _)| *id == 0x9901).and_then(|(_, field)| Lock::of_aes(field));
        if let Some((lock, method)) = aes {
            (entry.lock, entry.method) = (Some(lock), method);
        }
    } else {
        let check = if entry.flags & 8 == 0 { entry.crc >> 24 } else { u32::from(time >> 8) };
        entry.lock = Some(Lock::Traditional { check: check as u8 });
    }
}

/// Remembers what stands behind the end of a packed stream and still belongs to its member.
struct Tailed<'r> {
    inner: Box<dyn Read + 'r>,
    consumed: Rc<Cell<u64>>,
    /// The bytes of the member, until its end was seen.
    range: Option<Range<u64>>,
    tails: &'r RefCell<Vec<Range<u64>>>,
}

impl Read for Tailed<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        if count == 0
            && !buf.is_empty()
            && let Some(range) = self.range.take()
            && range.start + self.consumed.get() < range.end
        {
            self.tails.borrow_mut().push(range.start + self.consumed.get()..range.end);
        }
        Ok(count)
    }
}

/// Checks length and sum of a member when it ends.
struct Checked<R> {
    inner: R,
    expected: Option<(u64, u32)>,
    crc: flate2::Crc,
    length: u64,
    ended: bool,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.ended || buf.is_empty() {
            return Ok(0);
        }
        let wanted = match self.expected {
            // One byte more than there should be tells a lie.
            Some((size, _)) => usize::try_from(size.saturating_sub(self.length).saturating_add(1))
                .map_or(buf.len(), |left| left.min(buf.len())),
            None => buf.len(),
        };
        let count = self.inner.read(buf.get_mut(..wanted).unwrap_or_default())?;
        self.crc.update(buf.get(..count).unwrap_or_default());
        self.length += count as u64;
        if count == 0 {
            self.ended = true;
            if self.expected.is_some_and(|expected| expected != (self.length, self.crc.sum())) {
                return Err(Fault::corrupt("another length or check sum than the archive says").into());
            }
        }
        if self.expected.is_some_and(|(size, _)| self.length > size) {
            // All of it is read all the same: without the lie there is nothing to check.
            self.expected = Some((u64::MAX, 0));
        }
        Ok(count)
    }
}
