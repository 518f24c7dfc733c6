//! What a database has given up and not written over: free pages, and what stands in others between the rows.
//!
//! In:      a database in one file. Out: texts in bytes that no row holds, as far as they are text.
//! Not:     numbers, which are no text there.
//! Source:  `SQLite` file format: 1.5 (free pages), 1.6 (b-tree pages, blocks that are free), 1.7 (overflow), 1.8.
//! Promise: nothing is followed twice, and no length is believed further than its page.

use super::frames::Made;
use super::input::fill;
use super::{At, Fault};
use crate::read::Bytes;
use crate::text::{at, slice};
use std::collections::BTreeSet;
use std::io;
use std::ops::Range;

/// Fewer bytes hold no value.
const SHORTEST_BYTES: usize = 6;
/// Digits of a number that is looked at by itself.
const LONG_NUMBER: usize = 9;

/// Bytes of a database that no row holds, page by page.
pub(super) struct Unused {
    page_bytes: usize,
    /// Bytes of a page that are used; the rest is left to extensions.
    usable: usize,
    pages: u64,
    free: BTreeSet<u64>,
    /// Pages that say where others hang: every so many, if there are any.
    maps_every: Option<u64>,
    /// Texts stand in UTF-16, with this end first.
    wide: Option<fn([u8; 2]) -> u16>,
    page: u64,
    held: Vec<u8>,
    /// Pages of long rows that have been followed.
    followed: BTreeSet<u64>,
}

fn two(bytes: &[u8], from: usize) -> usize {
    usize::from(at(bytes, from)) << 8 | usize::from(at(bytes, from + 1))
}

fn four(bytes: &[u8], from: usize) -> u64 {
    (two(bytes, from) as u64) << 16 | two(bytes, from + 2) as u64
}

/// A number of up to nine bytes, and how many there are.
fn varint(bytes: &[u8], from: usize) -> (u64, usize) {
    let mut value = 0u64;
    for length in 1..=8 {
        let byte = at(bytes, from + length - 1);
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return (value, length);
        }
    }
    (value << 8 | u64::from(at(bytes, from + 8)), 9)
}

/// Looks through a database for what no row holds.
pub(super) fn of_sqlite(bytes: &dyn Bytes) -> Result<Unused, Fault> {
    let mut head = [0; 100];
    fill(bytes, &mut head, 0)?;
    let page_bytes = match two(&head, 16) {
        1 => 65_536,
        page_bytes @ 512.. => page_bytes,
        _ => usize::MAX,
    };
    // The format allows no less than 480 usable bytes.
    let usable = page_bytes.saturating_sub(usize::from(at(&head, 20))).max(480);
    let pages = if page_bytes == usize::MAX { 0 } else { bytes.size() / page_bytes as u64 };
    let mut unused = Unused {
        page_bytes,
        usable,
        pages,
        free: BTreeSet::new(),
        maps_every: (four(&head, 52) != 0).then_some(usable as u64 / 5 + 1),
        wide: match at(&head, 59) {
            2 => Some(u16::from_le_bytes),
            3 => Some(u16::from_be_bytes),
            _ => None,
        },
        page: 0,
        held: Vec::new(),
        followed: BTreeSet::new(),
    };
    // A list of pages, each with numbers of others: one that goes in circles ends where it has been.
    let mut trunk = four(&head, 32);
    while (2..=pages).contains(&trunk) && unused.free.insert(trunk) {
        unused.load(bytes, trunk)?;
        let page = &unused.held;
        let count = four(page, 4).min(page_bytes as u64 / 4 - 2) as usize;
        let leaves: Vec<u64> = (0..count).map(|i| four(page, 8 + 4 * i)).collect();
        trunk = four(page, 0);
        unused.free.extend(leaves.into_iter().filter(|number| (2..=pages).contains(number)));
    }
    Ok(unused)
}

impl Unused {
    fn load(&mut self, bytes: &dyn Bytes, page: u64) -> Result<(), Fault> {
        self.held.resize(self.page_bytes, 0);
        let filled = fill(bytes, &mut self.held, (page - 1) * self.page_bytes as u64)?;
        self.held.truncate(filled);
        Ok(())
    }

    /// Whether a page says where others hang.
    fn is_map(&self, page: u64) -> bool {
        self.maps_every.is_some_and(|every| page >= 2 && (page - 2).is_multiple_of(every))
    }

    /// The texts of one more page; gives whether there may be more.
    pub(super) fn next(&mut self, bytes: &dyn Bytes, made: &mut Made) -> io::Result<bool> {
        self.page += 1;
        if self.page > self.pages {
            return Ok(false);
        }
        if self.is_map(self.page) {
            return Ok(true);
        }
        self.load(bytes, self.page)?;
        let page = std::mem::take(&mut self.held);
        if self.free.contains(&self.page) {
            show("free pages", &page, self.wide, made);
        } else {
            for range in self.between_rows(&page) {
                show("deleted rows", slice(&page, range.start, range.end), self.wide, made);
            }
            for last in self.overflows(&page) {
                if let Some((page, start)) = self.overflow_end(bytes, last)? {
                    self.load(bytes, page)?;
                    show("deleted rows", slice(&self.held, start, self.usable), self.wide, made);
                }
            }
        }
        self.held = page;
        Ok(true)
    }

    /// Where the header of the page at hand begins, and its kind, if it is a page of a tree.
    fn tree(&self, page: &[u8]) -> Option<(usize, u8)> {
        let head = if self.page == 1 { 100 } else { 0 };
        let kind = at(page, head);
        matches!(kind, 2 | 5 | 10 | 13).then_some((head, kind))
    }

    /// Bytes of a page of a tree between its rows: what is not taken yet, and blocks that were given back.
    fn between_rows(&self, page: &[u8]) -> Vec<Range<usize>> {
        let Some((head, kind)) = self.tree(page) else { return Vec::new() };
        let begun = if two(page, head + 5) == 0 { 65_536 } else { two(page, head + 5) };
        let pointers = head + pointers_at(kind) + 2 * two(page, head + 3);
        let mut ranges: Vec<Range<usize>> =
            std::iter::once(pointers.min(self.usable)..begun.min(self.usable)).collect();
        let (mut block, mut last) = (two(page, head + 1), 0);
        // They stand in order.
        while block > last && block + 4 <= self.usable {
            ranges.push(block + 4..(block + two(page, block + 2).max(4)).min(self.usable));
            last = block;
            block = two(page, block);
        }
        ranges
    }

    /// Rows of the page that go on elsewhere: the first page, and how many bytes are there.
    fn overflows(&self, page: &[u8]) -> Vec<(u64, u64)> {
        let Some((head, kind)) = self.tree(page).filter(|(_, kind)| *kind != 5) else { return Vec::new() };
        let usable = self.usable as u64;
        let least = (usable.saturating_sub(12)) * 32 / 255 - 23;
        let most = if kind == 13 { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
        let cells = (0..two(page, head + 3)).map(|i| two(page, head + pointers_at(kind) + 2 * i));
        cells
            .filter_map(|cell| {
                let mut start = cell + if kind == 2 { 4 } else { 0 };
                let (bytes, length) = varint(page, start);
                start += length;
                if kind == 13 {
                    start += varint(page, start).1;
                }
                if bytes <= most {
                    return None;
                }
                let fits = least + (bytes - least) % (usable - 4);
                let here = if fits <= most { fits } else { least };
                Some((four(page, start + here as usize), bytes - here))
            })
            .collect()
    }

    /// Where a row ends that goes on from page to page, if its bytes end within one.
    fn overflow_end(
        &mut self, bytes: &dyn Bytes, (mut page, mut left): (u64, u64),
    ) -> io::Result<Option<(u64, usize)>> {
        let room = self.usable as u64 - 4;
        while (2..=self.pages).contains(&page) && self.followed.insert(page) {
            if left <= room {
                return Ok((left < room).then_some((page, 4 + left as usize)));
            }
            let mut next = [0; 4];
            fill(bytes, &mut next, (page - 1) * self.page_bytes as u64)?;
            (page, left) = (four(&next, 0), left - room);
        }
        Ok(None)
    }
}

/// Where the places of cells stand in the header of a page.
fn pointers_at(kind: u8) -> usize {
    if kind >= 10 { 8 } else { 12 }
}

/// Puts what bytes read as text: lengths and numbers between texts are no letters. A number that touches the text of the
/// next column stands once more by itself.
fn show(place: &'static str, bytes: &[u8], wide: Option<fn([u8; 2]) -> u16>, made: &mut Made) {
    if bytes.iter().all(|byte| *byte == 0) {
        return;
    }
    let texts = match wide {
        None => vec![String::from_utf8_lossy(bytes).into_owned()],
        // Where a text begins is not known.
        Some(unit) => [0, 1]
            .map(|start| {
                let units = slice(bytes, start, bytes.len()).as_chunks::<2>().0.iter().map(|pair| unit(*pair));
                char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
            })
            .into(),
    };
    made.place(At::Part(place.into()));
    for text in texts {
        for line in text.split(|c: char| c.is_control()).filter(|line| line.len() >= SHORTEST_BYTES) {
            made.push(line);
            made.push("\n");
            for number in glued(line) {
                made.push(number);
                made.push("\n");
            }
        }
    }
}

/// Long numbers that letters stand next to.
fn glued(line: &str) -> impl Iterator<Item = &str> {
    let runs = line.split(|c: char| !c.is_alphanumeric());
    runs.flat_map(|run| run.split(|c: char| !c.is_ascii_digit()).filter(move |number| number.len() < run.len()))
        .filter(|number| number.len() >= LONG_NUMBER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unpack::{Frames, InMemory};
    use std::io::Read as _;

    /// A database of pages of 512 bytes, the first of them its head.
    fn database(encoding: u8, pages: &[Vec<u8>]) -> Vec<u8> {
        let mut first = vec![0; 512];
        first[..16].copy_from_slice(b"SQLite format 3\0");
        first[16..18].copy_from_slice(&512u16.to_be_bytes());
        (first[59], first[100], first[105], first[106]) = (encoding, 13, 2, 0);
        [vec![first], pages.to_vec()].concat().concat()
    }

    fn read(database: &[u8]) -> Vec<String> {
        let bytes = InMemory(database);
        let mut unused = of_sqlite(&bytes).unwrap();
        let mut frames = Frames::new(None, |made: &mut Made| unused.next(&bytes, made));
        let mut text = String::new();
        frames.read_to_string(&mut text).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    fn leaf(content: usize, free: usize) -> Vec<u8> {
        let mut page = vec![0; 512];
        page[0] = 13;
        page[1..3].copy_from_slice(&(free as u16).to_be_bytes());
        page[5..7].copy_from_slice(&(content as u16).to_be_bytes());
        page
    }

    #[test]
    fn bytes_between_rows_are_read() {
        let mut page = leaf(300, 400);
        page[100..106].copy_from_slice("абв".as_bytes());
        page[310..320].copy_from_slice(b"row itself");
        page[402..404].copy_from_slice(&40u16.to_be_bytes());
        page[410..430].copy_from_slice(b"900101300017Ivan\0abc");
        assert_eq!(read(&database(1, &[page])), ["абв", "900101300017Ivan", "900101300017"]);
        let wide: Vec<u8> = "\u{1}Жанна".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for start in [100, 101] {
            let mut page = leaf(300, 0);
            page[start..start + wide.len()].copy_from_slice(&wide);
            assert!(read(&database(3, &[page])).contains(&"Жанна".to_owned()));
        }
    }

    #[test]
    fn pages_and_ends_of_long_rows_are_read() {
        let mut page = leaf(400, 0);
        page[3..5].copy_from_slice(&1u16.to_be_bytes());
        page[8..10].copy_from_slice(&400u16.to_be_bytes());
        // Of 489 bytes 39 stand here, and 450 on the other page.
        page[400..403].copy_from_slice(&[0x83, 0x69, 1]);
        page[442..446].copy_from_slice(&3u32.to_be_bytes());
        let mut over = [vec![0; 4], vec![b'x'; 450]].concat();
        over.extend_from_slice(b"\0left over\0");
        over.resize(512, 0);
        assert_eq!(read(&database(1, &[page, over])), ["left over"]);
        let mut base = database(1, &[vec![0; 512], vec![0; 512]]);
        base[32..36].copy_from_slice(&2u32.to_be_bytes());
        base[512 + 4..512 + 12].copy_from_slice(&[0, 0, 0, 1, 0, 0, 0, 3]);
        // A list in a circle.
        base[512..516].copy_from_slice(&2u32.to_be_bytes());
        base[1100..1110].copy_from_slice(b"given back");
        assert_eq!(read(&base), ["given back"]);
    }

    #[test]
    fn any_bytes_end() {
        for seed in 0..200u32 {
            let noise = |i: u32| (i.wrapping_mul(2_654_435_761).wrapping_add(seed * 40_503) >> 11) as u8;
            let mut base: Vec<u8> = (0..5_120).map(noise).collect();
            base[16..18].copy_from_slice(&512u16.to_be_bytes());
            base[20] = noise(seed);
            for page in 1..10 {
                base[page * 512] = [2, 5, 10, 13][page % 4];
            }
            read(&base);
        }
    }
}
