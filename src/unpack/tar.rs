//! Tar: ustar, GNU and PAX, one archive after another. Reads forwards only.
//!
//! Source: POSIX.1-2008 `pax`, GNU tar manual "Basic Tar Format".
//! Zero blocks end nothing: what stands behind them is read as well. Bytes that are neither a header nor a member are
//! handed on as a member of their own, so that nothing hides between two archives. Of sparse files the bytes that are
//! there are handed on, without the holes. Where links lead to and names of empty folders are text of the archive.

use super::input::Source;
use super::kind::{is_tar, octal};
use super::{At, Child, Children, Fault, Frames, Input, Made, names};
use crate::problem::Reason;
use crate::text::{at, slice};
use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

const BLOCK: usize = 512;
/// Longest name or PAX record that is kept.
const NOTE_BYTES: u64 = 1 << 20;

/// What the headers before a member say of it.
#[derive(Default)]
struct Notes {
    name: Option<String>,
    link: Option<String>,
    size: Option<u64>,
}

/// Opens an archive.
pub(super) fn open(input: Input<'_>, children: &mut Children<'_>) -> Result<(), Fault> {
    let mut archive = Archive {
        source: Source::new(input.sequential()),
        fault: None,
        links: Vec::new(),
        folders: Vec::new(),
        held: 0,
    };
    let walked = archive.walk(children).map(|flow| {
        if flow.is_continue() {
            // A break ends the scan, and this was the last thing.
            let _ended = archive.texts(children);
        }
    });
    match (walked.map_err(|error| Fault::of(&error)), archive.fault) {
        (Err(fault), _) | (Ok(()), Some(fault)) => Err(fault),
        (Ok(()), None) => Ok(()),
    }
}

struct Archive<'i> {
    source: Source<Box<dyn Read + 'i>>,
    /// The first thing that was not as it should be.
    fault: Option<Fault>,
    /// Links, and where they lead to; and how many bytes that are.
    links: Vec<(String, String)>,
    /// Names of folders in which nothing has been seen.
    folders: Vec<String>,
    held: u64,
}

impl Archive<'_> {
    fn walk(&mut self, children: &mut Children<'_>) -> io::Result<ControlFlow<()>> {
        let mut notes = Notes::default();
        let mut common = Notes::default();
        loop {
            let block = self.source.peek(BLOCK)?;
            if block.is_empty() {
                return Ok(ControlFlow::Continue(()));
            }
            if block.iter().all(|byte| *byte == 0) {
                let zeros = block.len() as u64;
                self.source.skip(zeros)?;
                continue;
            }
            if !is_tar(block) {
                if self.between(children)? {
                    return Ok(ControlFlow::Break(()));
                }
                continue;
            }
            let mut header = [0; BLOCK];
            header.copy_from_slice(block);
            self.source.skip(BLOCK as u64)?;
            let size = number(slice(&header, 124, 136));
            match at(&header, 156) {
                b'L' => notes.name = Some(names::decoded(until_zero(&self.note(size)?))),
                b'K' => notes.link = Some(names::decoded(until_zero(&self.note(size)?))),
                b'x' | b'g' => {
                    let records = self.note(size)?;
                    let is_known = read_pax(&records, if at(&header, 156) == b'x' { &mut notes } else { &mut common });
                    if !is_known && self.aside("header", &records, children) {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                kind => {
                    let name = notes.name.take().or_else(|| common.name.clone()).unwrap_or_else(|| own_name(&header));
                    let link = notes.link.take().or_else(|| common.link.clone());
                    let noted = notes.size.take().or(common.size);
                    if noted.is_some_and(|noted| size != 0 && noted != size) {
                        self.note_fault(Reason::AmbiguousContainer, "two sizes of one member");
                    }
                    if matches!(kind, b'1' | b'2') {
                        let target = link.unwrap_or_else(|| names::decoded(until_zero(slice(&header, 157, 257))));
                        if self.link(&name, target, children) {
                            return Ok(ControlFlow::Break(()));
                        }
                    }
                    if self.member(kind, &name, noted.unwrap_or(size), &header, children)? {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
        }
    }

    /// Remembers where a link leads to; gives whether the scan is to end.
    fn link(&mut self, name: &str, target: String, children: &mut Children<'_>) -> bool {
        self.held += (name.len() + target.len()) as u64;
        self.links.push((name.to_owned(), target));
        self.held > NOTE_BYTES && self.texts(children).is_break()
    }

    /// Hands on where links lead to, and names of empty folders.
    fn texts(&mut self, children: &mut Children<'_>) -> ControlFlow<()> {
        self.held = 0;
        let links = std::mem::take(&mut self.links).into_iter().map(|(name, target)| (format!("link {name}"), target));
        let folders = std::mem::take(&mut self.folders).into_iter().map(|name| ("folder".to_owned(), name));
        let mut notes = links.chain(folders).peekable();
        if notes.peek().is_none() {
            return ControlFlow::Continue(());
        }
        let mut frames = Frames::new(None, |made: &mut Made| {
            if let Some((place, text)) = notes.next() {
                made.place(At::Part(place.into()));
                made.push(&text.replace('\n', " "));
                made.push("\n");
            }
            Ok(notes.peek().is_some())
        });
        children(Child::Text(&mut frames))
    }

    fn note_fault(&mut self, reason: Reason, words: &str) {
        self.fault.get_or_insert_with(|| Fault::new(reason, words));
    }

    /// The bytes of a header that describes the next one.
    fn note(&mut self, size: u64) -> io::Result<Vec<u8>> {
        let mut kept = Vec::new();
        (&mut self.source).take(size.min(NOTE_BYTES)).read_to_end(&mut kept)?;
        if size > NOTE_BYTES {
            self.note_fault(Reason::LimitMemory, "a name or note that is too long");
        }
        self.source.skip((size - kept.len() as u64).saturating_add(padding(size)))?;
        Ok(kept)
    }

    /// Hands on one member; gives whether the scan is to end.
    fn member(
        &mut self, kind: u8, name: &str, size: u64, header: &[u8], children: &mut Children<'_>,
    ) -> io::Result<bool> {
        let closed = match kind {
            b'1' | b'2' => Some(Reason::Link),
            b'3' | b'4' | b'6' => Some(Reason::SpecialFile),
            _ => None,
        };
        if let Some(reason) = closed {
            if size > 0 {
                // Some programs take the bytes for the link's, others for the next header.
                self.note_fault(Reason::AmbiguousContainer, "a link with a size");
            }
            return Ok(children(Child::Closed { name, fault: Fault { reason, detail: None } }).is_break());
        }
        // What lies in a folder shows its name.
        while self.folders.last().is_some_and(|folder| name.starts_with(folder.as_str())) {
            self.folders.pop();
        }
        if kind == b'5' && size == 0 {
            self.held += name.len() as u64;
            self.folders.push(name.to_owned());
            return Ok(self.held > NOTE_BYTES && self.texts(children).is_break());
        }
        if kind == b'S' {
            // More of the map of a sparse file stands in blocks of its own.
            let mut goes_on = at(header, 482) != 0;
            while goes_on {
                goes_on = at(self.source.peek(BLOCK)?, 504) != 0;
                self.source.skip(BLOCK as u64)?;
            }
        }
        let mut bytes = Exactly { source: &mut self.source, left: size };
        let ended = children(Child::Member { name, bytes: &mut bytes }).is_break();
        let left = bytes.left;
        if ended {
            return Ok(true);
        }
        if self.source.skip(left)? < left {
            return Err(Fault::corrupt("cut off within a member").into());
        }
        let padding = padding(size) as usize;
        let slack = self.source.peek(padding)?.to_vec();
        if slack.len() < padding {
            self.note_fault(Reason::Corrupt, "cut off behind a member");
        }
        self.source.consume(slack.len());
        // Up to the next block there is nothing, or what somebody put there.
        let start = slack.iter().position(|byte| *byte != 0).unwrap_or(slack.len());
        let end = slack.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        Ok(end > 0 && self.aside("slack", slice(&slack, start, end), children))
    }

    /// Hands on bytes that no reader gives anybody; gives whether the scan is to end.
    fn aside(&self, what: &str, mut bytes: &[u8], children: &mut Children<'_>) -> bool {
        let name = format!("{what} before {}", self.source.consumed().get());
        children(Child::Member { name: &name, bytes: &mut bytes }).is_break()
    }

    /// Hands on bytes that belong to no member; gives whether the scan is to end.
    fn between(&mut self, children: &mut Children<'_>) -> io::Result<bool> {
        self.note_fault(Reason::Corrupt, "bytes that are no header where a header should be");
        let name = format!("bytes at {}", self.source.consumed().get());
        let mut bytes = Between { source: &mut self.source, here: 0 };
        let ended = children(Child::Member { name: &name, bytes: &mut bytes }).is_break();
        if !ended {
            let mut piece = vec![0; 64 << 10];
            while bytes.read(&mut piece)? > 0 {}
        }
        Ok(ended)
    }
}

fn padding(size: u64) -> u64 {
    size.next_multiple_of(BLOCK as u64).saturating_sub(size)
}

/// A number in octal, or in base 256 if its first bit is set (GNU).
fn number(field: &[u8]) -> u64 {
    if at(field, 0) & 0x80 == 0 {
        return octal(field).unwrap_or(0);
    }
    let digits = slice(field, field.len().saturating_sub(8), field.len());
    digits.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

fn until_zero(bytes: &[u8]) -> &[u8] {
    slice(bytes, 0, memchr::memchr(0, bytes).unwrap_or(bytes.len()))
}

/// The name in the header itself, with the folder that ustar keeps apart.
fn own_name(header: &[u8]) -> String {
    let name = names::decoded(until_zero(slice(header, 0, 100)));
    let prefix = until_zero(slice(header, 345, 500));
    if slice(header, 257, 263) == b"ustar\0" && !prefix.is_empty() {
        return format!("{}/{name}", names::decoded(prefix));
    }
    name
}

/// Records of a PAX header: `length key=value\n`. Gives whether they say nothing but what readers look for: names, sizes
/// and times are no content; owners, comments and attributes are.
fn read_pax(mut records: &[u8], notes: &mut Notes) -> bool {
    let mut is_known = true;
    while let Some(space) = memchr::memchr(b' ', slice(records, 0, 24)) {
        let length = std::str::from_utf8(slice(records, 0, space)).ok().and_then(|text| text.parse::<usize>().ok());
        let Some(length) = length.filter(|length| *length > space && *length <= records.len()) else { return false };
        let record = slice(records, space + 1, length).trim_ascii_end();
        if let Some(end) = memchr::memchr(b'=', record) {
            let value = slice(record, end + 1, record.len());
            match slice(record, 0, end) {
                b"path" | b"GNU.sparse.name" => notes.name = Some(names::decoded(value)),
                b"linkpath" => notes.link = Some(names::decoded(value)),
                b"size" => notes.size = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok()),
                b"mtime"
                | b"atime"
                | b"ctime"
                | b"uid"
                | b"gid"
                | b"charset"
                | b"hdrcharset"
                | b"LIBARCHIVE.creationtime"
                | b"SCHILY.dev"
                | b"SCHILY.ino"
                | b"SCHILY.nlink"
                | b"SCHILY.realsize"
                | b"SCHILY.filetype" => {}
                key => is_known &= key.starts_with(b"GNU.sparse."),
            }
        }
        records = slice(records, length, records.len());
    }
    is_known
}

/// The bytes of one member; an end before the last of them is damage.
struct Exactly<'s, R> {
    source: &'s mut Source<R>,
    left: u64,
}

impl<R: Read> Read for Exactly<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).map_or(buf.len(), |left| left.min(buf.len()));
        if wanted == 0 {
            return Ok(0);
        }
        let count = self.source.read(buf.get_mut(..wanted).unwrap_or_default())?;
        if count == 0 {
            return Err(Fault::corrupt("cut off within a member").into());
        }
        self.left -= count as u64;
        Ok(count)
    }
}

/// Bytes up to the next header, block by block.
struct Between<'s, R> {
    source: &'s mut Source<R>,
    /// Bytes of the block at hand that are left.
    here: usize,
}

impl<R: Read> Read for Between<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.here == 0 {
            let block = self.source.peek(BLOCK)?;
            if is_tar(block) {
                return Ok(0);
            }
            self.here = block.len();
        }
        let wanted = self.here.min(buf.len());
        let count = self.source.fill_buf()?.len().min(wanted);
        let count = self.source.read(buf.get_mut(..count).unwrap_or_default())?;
        self.here -= count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, kind: u8, size: usize) -> Vec<u8> {
        let mut header = vec![0u8; BLOCK];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
        header[156] = kind;
        header[257..263].copy_from_slice(b"ustar\0");
        let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum::<u64>() + 8 * 32;
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        header
    }

    fn entry(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = [&header(name, kind, content.len()), content].concat();
        bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
        bytes
    }

    /// Names and contents, and how it ended.
    fn read(archive: &[u8]) -> (Vec<(String, String)>, Option<Reason>) {
        let mut found = Vec::new();
        let ended = open(Input::Stream(&mut &archive[..]), &mut |child| {
            match child {
                Child::Member { name, bytes } => {
                    let mut text = Vec::new();
                    let told = bytes.read_to_end(&mut text).err().map(|error| Fault::of(&error).reason.name());
                    found.push((name.to_owned(), String::from_utf8_lossy(&text).into_owned() + told.unwrap_or("")));
                }
                Child::Closed { name, fault } => found.push((name.to_owned(), fault.reason.name().to_owned())),
                Child::Text(text) => {
                    let mut targets = String::new();
                    text.read_to_string(&mut targets).unwrap();
                    let places = text.places().iter().map(|(_, at)| at.to_string()).collect::<Vec<_>>();
                    found.push((places.join(", "), targets));
                }
                Child::Raw { .. } => panic!("tar has no bytes of its own"),
            }
            ControlFlow::Continue(())
        });
        (found, ended.err().map(|fault| fault.reason))
    }

    fn is(archive: &[u8], members: &[(&str, &str)], reason: Option<Reason>) {
        let (found, told) = read(archive);
        let found: Vec<(&str, &str)> = found.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!((found.as_slice(), told), (members, reason));
    }

    #[test]
    fn members_and_their_names() {
        let long = "очень/".repeat(40) + "имя.txt";
        let pax = format!("{} path=имя.txt\n", 2 + " path=имя.txt\n".len());
        let archive = [
            entry("a.txt", b'0', b"one"),
            entry("folder/", b'5', b""),
            entry("././@LongLink", b'L', format!("{long}\0").as_bytes()),
            entry("short", b'0', &[b'x'; 600]),
            entry("pax", b'x', pax.as_bytes()),
            entry("ignored", 0, b"two"),
            entry("link", b'2', b""),
            vec![0; 1024],
        ]
        .concat();
        is(
            &archive,
            &[
                ("a.txt", "one"),
                (&long, &"x".repeat(600)),
                ("имя.txt", "two"),
                ("link", "link"),
                ("link link, folder", "\nfolder/\n"),
            ],
            None,
        );
    }

    #[test]
    fn owners_and_attributes_are_text() {
        for (key, told) in [("uname=хозяин", true), ("SCHILY.xattr.user.note=слово", true), ("SCHILY.dev=5", false)]
        {
            // The length counts itself.
            let record = format!(" {key}\n");
            let record = format!("{}{record}", record.len() + 2);
            let archive = [entry("pax", b'x', record.as_bytes()), entry("a", b'0', b"one"), vec![0; 1024]].concat();
            let (found, _) = read(&archive);
            assert_eq!(found.iter().any(|(_, text)| text.contains(key)), told, "{key}: {found:?}");
        }
    }

    #[test]
    fn where_links_lead_to_is_text() {
        let mut short = header("a", b'2', 0);
        short[157..160].copy_from_slice(b"b/c");
        let sum: u64 = short.iter().map(|byte| u64::from(*byte)).sum::<u64>()
            - short[148..156].iter().map(|byte| u64::from(*byte)).sum::<u64>()
            + 8 * 32;
        short[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let long = "d/".repeat(300);
        let pax = format!("{} linkpath=дом\n", 2 + " linkpath=дом\n".len());
        let archive = [
            short,
            entry("././@LongLink", b'K', format!("{long}\0").as_bytes()),
            entry("e", b'1', b""),
            entry("pax", b'x', pax.as_bytes()),
            entry("f", b'2', b""),
        ]
        .concat();
        let targets = format!("b/c\n{long}\nдом\n");
        is(&archive, &[("a", "link"), ("e", "link"), ("f", "link"), ("link a, link e, link f", &targets)], None);
    }

    #[test]
    fn archives_behind_archives_are_read() {
        let archive = [entry("a", b'0', b"one"), vec![0; 10_240], entry("b", b'0', b"two"), vec![0; 1024]].concat();
        is(&archive, &[("a", "one"), ("b", "two")], None);
    }

    #[test]
    fn bytes_between_members_are_handed_on() {
        let mut odd = b"hidden".to_vec();
        odd.resize(512, b' ');
        let text = String::from_utf8(odd.clone()).unwrap();
        let archive = [entry("a", b'0', b"one"), odd, entry("b", b'0', b"two")].concat();
        is(&archive, &[("a", "one"), ("bytes at 1024", &text), ("b", "two")], Some(Reason::Corrupt));
        let archive = [entry("a", b'0', b"one"), vec![0; 1024], b"tail".to_vec()].concat();
        is(&archive, &[("a", "one"), ("bytes at 2048", "tail")], Some(Reason::Corrupt));
    }

    #[test]
    fn what_is_cut_off_is_told() {
        let archive = entry("a", b'0', &[b'x'; 600]);
        for end in [513, 600, 1111] {
            let (found, reason) = read(&archive[..end]);
            assert_eq!(reason, Some(Reason::Corrupt), "{end}");
            assert!(found[0].1.ends_with("xcorrupt"), "{end} {found:?}");
        }
        // Without the blocks that end it, as many programs write it.
        is(&archive, &[("a", &"x".repeat(600))], None);
    }

    #[test]
    fn two_sizes_are_ambiguous() {
        let pax = entry("pax", b'x', b"10 size=1\n");
        let archive = [pax, entry("a", b'0', b"one")].concat();
        assert_eq!(read(&archive).1, Some(Reason::AmbiguousContainer));
    }
}
