//! PDF: the text of each page in the order in which it is drawn, what stands in forms, notes and properties, attached
//! files, whatever words no page shows, and what older states of the document said.
//!
//! In:      a document in memory, and passwords to try; the empty one is among them.
//! Out:     a text for each page (`page 3`), one for the properties, one for all strings beside them (`outside of pages`),
//!          one for each drawing and text that no page shows, a member for each attached file and for streams of which
//!          nobody knows what they hold; the same of older states (`older page 3`), as far as they said something else.
//! Not:     no reading order across columns, no pictures: a page without usable text is told.
//! Promise: every loop over content is bounded, and drawings in drawings are followed to a depth.

mod content;
mod font;
mod page;
mod rest;
mod words;

use super::wire::{Out, Told};
use font::Fonts;
use lopdf::{Dictionary, Document, Error, LoadOptions, Object, Stream};
use rest::Rest;
use std::collections::HashSet;
use std::hash::{BuildHasher as _, Hash as _, Hasher as _, RandomState};
use std::io::{self, Write};

/// Most bytes of one stream.
const STREAM_BYTES: usize = 64 << 20;
/// Most pages.
const PAGES: usize = 20_000;
/// Most objects.
const OBJECTS: usize = 2_000_000;
/// Most notes and fields of a page whose words are told with it.
const NOTES: usize = 5_000;
/// Most bytes of streams that no page shows, of all states.
const REST_BYTES: usize = 256 << 20;
/// Most older states that are read, and bytes of all of them.
const STATES: usize = 32;
const STATES_BYTES: usize = 256 << 20;
/// Most bytes of remarks between objects.
const REMARKS_BYTES: usize = 32 << 20;
/// The end of each state.
const END: &[u8] = b"%%EOF";

/// Strings and streams of one document that were handed on, by where they lie in memory; and its fonts.
#[derive(Default)]
struct Seen {
    addresses: HashSet<usize>,
    fonts: Fonts,
}

impl Seen {
    fn insert(&mut self, address: usize) -> bool {
        self.addresses.insert(address)
    }

    fn contains(&self, address: usize) -> bool {
        self.addresses.contains(&address)
    }
}

fn address<T>(thing: &T) -> usize {
    std::ptr::from_ref(thing).addr()
}

/// What was handed on, so that older states say only what is new; and what was not read.
struct Given {
    hashes: RandomState,
    texts: HashSet<u64>,
    gaps: Vec<Told>,
    /// Bytes of streams that there is still room for.
    stream_bytes: usize,
}

impl Given {
    fn new() -> Self {
        Self { hashes: RandomState::new(), texts: HashSet::new(), gaps: Vec::new(), stream_bytes: REST_BYTES }
    }

    /// Notes a gap where there is one.
    fn gap(&mut self, told: Told, is_one: bool) {
        if is_one && !self.gaps.contains(&told) {
            self.gaps.push(told);
        }
    }

    /// Whether a text has not been handed on before, whatever blanks it has.
    fn takes(&mut self, text: &str) -> bool {
        let mut hasher = self.hashes.build_hasher();
        text.split_whitespace().for_each(|word| word.hash(&mut hasher));
        self.texts.insert(hasher.finish())
    }

    fn takes_bytes(&mut self, bytes: &[u8]) -> bool {
        self.texts.insert(self.hashes.hash_one(bytes))
    }
}

/// What became of opening.
enum Opened {
    Document(Box<Document>),
    Closed,
    Damaged,
}

fn opened(bytes: &[u8], passwords: &[String]) -> Opened {
    for password in passwords {
        let password = (!password.is_empty()).then(|| password.clone());
        let options = LoadOptions { max_decompressed_size: Some(STREAM_BYTES), password, ..LoadOptions::default() };
        match Document::load_mem_with_options(bytes, options) {
            Ok(document) if document.trailer.has(b"Encrypt") && document.encryption_state.is_none() => {}
            Ok(document) => return Opened::Document(Box::new(document)),
            Err(Error::InvalidPassword | Error::Decryption(_)) => {}
            Err(_) => return Opened::Damaged,
        }
    }
    Opened::Closed
}

pub(super) fn read<W: Write>(bytes: &[u8], passwords: &[String], out: &mut Out<W>) -> io::Result<()> {
    let document = match opened(bytes, passwords) {
        Opened::Document(document) => document,
        Opened::Closed => return out.told(Told::Encrypted),
        Opened::Damaged => return out.told(Told::DamagedDocument),
    };
    let mut reading = Reading { given: Given::new() };
    let pages = reading.document(&document, "", out)?;
    let (states, is_linear) = (document.revision_count(), document.linearization.is_some());
    // One state at a time is held.
    drop(document);
    reading.older(bytes, passwords, states, is_linear, out)?;
    beside(bytes, &mut reading.given, out)?;
    reading.given.gap(Told::DamagedPage, pages == 0);
    for told in [Told::DamagedPage, Told::Objects, Told::State, Told::NoUsableText] {
        if reading.given.gaps.contains(&told) {
            out.told(told)?;
        }
    }
    Ok(())
}

/// A document that is being read, state by state.
struct Reading {
    given: Given,
}

impl Reading {
    /// One state, the last one or an older one; gives how many pages it has.
    fn document<W: Write>(&mut self, document: &Document, older: &str, out: &mut Out<W>) -> io::Result<usize> {
        self.given.gap(Told::Objects, document.objects.len() > OBJECTS);
        let (mut pages, mut seen) = (HashSet::new(), Seen::default());
        for (number, id) in (1..).zip(document.page_iter()) {
            // A page that is shown twice is read once.
            if pages.contains(&id) {
                continue;
            }
            if pages.len() == PAGES {
                self.given.gap(Told::Objects, true);
                break;
            }
            pages.insert(id);
            self.page(document, id, &format!("{older}page {number}"), older.is_empty(), &mut seen, out)?;
        }
        for (id, object) in &document.objects {
            if pages.len() < PAGES && object.as_dict().is_ok_and(|own| own.has_type(b"Page")) && pages.insert(*id) {
                self.page(document, *id, &format!("{older}page outside of the pages"), false, &mut seen, out)?;
            }
        }
        if older.is_empty() {
            self.properties(document, &mut seen, out)?;
        }
        Rest::new(document).read(older, &mut seen, &mut self.given, out)?;
        Ok(pages.len())
    }

    /// A page with its notes; where it is not told in any case, only if it says something new.
    fn page<W: Write>(
        &mut self, document: &Document, id: lopdf::ObjectId, place: &str, in_any_case: bool, seen: &mut Seen,
        out: &mut Out<W>,
    ) -> io::Result<()> {
        let drawn = page::read(document, id, seen);
        self.given.gap(Told::NoUsableText, drawn.is_unusable());
        self.given.gap(Told::DamagedPage, drawn.damaged);
        let mut text = drawn.all();
        text.push('\n');
        if let Ok(page) = document.get_dictionary(id) {
            for note in self.notes(document, page, seen) {
                text.push_str(&note);
                text.push('\n');
            }
        }
        if self.given.takes(&text) || in_any_case {
            out.text()?;
            out.place(place)?;
            out.words(&text)?;
            out.end()?;
        }
        Ok(())
    }

    /// What people wrote into notes and fields of a page, where its links lead, and what notes look like, if that is
    /// something else.
    fn notes(&mut self, document: &Document, page: &Dictionary, seen: &mut Seen) -> Vec<String> {
        let mut texts = Vec::new();
        let Ok(notes) = page.get_deref(b"Annots", document).and_then(Object::as_array) else { return texts };
        for note in notes.iter().take(NOTES) {
            let Ok(note) = document.dereference(note).and_then(|(_, object)| object.as_dict()) else { continue };
            let action = note.get_deref(b"A", document).and_then(Object::as_dict);
            let values = [
                note.get_deref(b"Contents", document).ok(),
                note.get_deref(b"V", document).ok(),
                note.get_deref(b"T", document).ok(),
                action.ok().and_then(|action| action.get_deref(b"URI", document).ok()),
            ];
            // A field with its name before it, so that the name is evidence.
            let [contents, value, name, link] = values.map(|value| {
                let string = value.and_then(|value| Some((address(value), value.as_str().ok()?)));
                string.map(|(address, string)| {
                    seen.insert(address);
                    words::said(string)
                })
            });
            let first = texts.len();
            match (name, value) {
                (Some(name), Some(value)) => {
                    self.given.takes(&value);
                    texts.push(format!("{name}: {value}"));
                }
                (name, value) => texts.extend(name.into_iter().chain(value)),
            }
            texts.extend(contents.into_iter().chain(link));
            texts.iter().skip(first).for_each(|text| {
                self.given.takes(text);
            });
            for stream in looks(document, note) {
                if seen.contains(address(stream)) {
                    continue;
                }
                let drawn = page::form(document, stream, seen);
                self.given.gap(Told::DamagedPage, drawn.damaged);
                self.given.gap(Told::NoUsableText, drawn.is_unusable());
                let text = drawn.all();
                if !text.trim().is_empty() && self.given.takes(&text) {
                    texts.push(text);
                }
            }
        }
        texts
    }

    /// Author, title and whatever else stands in the dictionary of properties.
    fn properties<W: Write>(&mut self, document: &Document, seen: &mut Seen, out: &mut Out<W>) -> io::Result<()> {
        let Ok(info) = document.trailer.get_deref(b"Info", document).and_then(Object::as_dict) else { return Ok(()) };
        out.text()?;
        out.place("properties")?;
        for (key, value) in info.iter().take(100) {
            if let Ok((_, value)) = document.dereference(value)
                && let Ok(string) = value.as_str()
            {
                seen.insert(address(value));
                let line = format!("{}: {}\n", String::from_utf8_lossy(key), words::said(string));
                self.given.takes(&line);
                out.words(&line)?;
            }
        }
        out.end()
    }

    /// Older states: a document that is changed keeps what it was, and has the change behind its end.
    fn older<W: Write>(
        &mut self, bytes: &[u8], passwords: &[String], states: usize, is_linear: bool, out: &mut Out<W>,
    ) -> io::Result<()> {
        let mut ends: Vec<usize> = memchr::memmem::find_iter(bytes, END).map(|at| at + END.len()).collect();
        ends.pop();
        // Of a file that is written to be shown from its beginning, the first end is none.
        if is_linear && !ends.is_empty() {
            ends.remove(0);
        }
        let (mut read, mut left) = (0, STATES_BYTES);
        for end in ends.iter().rev() {
            if read == STATES || left < *end {
                self.given.gap(Told::State, true);
                break;
            }
            left -= end;
            let state = bytes.get(..*end).unwrap_or_default();
            if let Opened::Document(document) = opened(state, passwords) {
                read += 1;
                self.document(&document, "older ", out)?;
            }
        }
        self.given.gap(Told::State, read + 1 < states);
        Ok(())
    }
}

/// The drawings that show a note.
fn looks<'d>(document: &'d Document, note: &'d Dictionary) -> Vec<&'d Stream> {
    let Ok(looks) = note.get_deref(b"AP", document).and_then(Object::as_dict) else { return Vec::new() };
    let mut streams = Vec::new();
    for (_, look) in looks {
        match document.dereference(look) {
            Ok((_, Object::Stream(stream))) => streams.push(stream),
            Ok((_, Object::Dictionary(states))) => {
                let states = states.iter().filter_map(|(_, state)| document.dereference(state).ok());
                streams.extend(states.filter_map(|(_, state)| state.as_stream().ok()));
            }
            _ => {}
        }
    }
    streams
}

/// What stands in the file and belongs to no object: remarks between them, and whatever follows the end.
fn beside<W: Write>(bytes: &[u8], given: &mut Given, out: &mut Out<W>) -> io::Result<()> {
    let ends = memchr::memmem::Finder::new(b"endobj");
    let (mut remarks, mut rest) = (String::new(), bytes);
    while let Some(at) = ends.find(rest) {
        rest = rest.get(at + 6..).unwrap_or_default().trim_ascii_start();
        // The next object ends behind its remarks, whatever they say.
        while rest.starts_with(b"%") && !rest.starts_with(END) {
            let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            let has_room = remarks.len() + end <= REMARKS_BYTES;
            given.gap(Told::Objects, !has_room);
            if has_room {
                remarks.push_str(&words::said(rest.get(1..end).unwrap_or_default()));
                remarks.push('\n');
            }
            rest = rest.get(end..).unwrap_or_default().trim_ascii_start();
        }
    }
    if !remarks.is_empty() {
        out.text()?;
        out.place("remarks")?;
        out.words(&remarks)?;
        out.end()?;
    }
    let end = memchr::memmem::rfind(bytes, END).map_or(bytes.len(), |at| at + END.len());
    let behind = bytes.get(end..).unwrap_or_default();
    if behind.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()) {
        out.member("behind the end")?;
        out.bytes(behind)?;
        out.end()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Remarks behind the end of an object, and what was not read of them.
    fn remarks(bytes: &[u8]) -> (usize, Vec<Told>) {
        let (mut sent, mut given) = (Vec::new(), Given::new());
        beside(bytes, &mut given, &mut Out::new(&mut sent)).unwrap();
        (sent.len(), given.gaps)
    }

    #[test]
    fn remarks_are_read_once_and_not_without_end() {
        let one = remarks(b"endobj %a\n%%EOF").0;
        let (many, gaps) = remarks(&[b"endobj %a\n".as_slice(), &b"%endobj\n".repeat(100_000)].concat());
        assert_eq!((many < one + 800_100, gaps), (true, vec![]));
        let long = [b"endobj\n%".as_slice(), &b"a".repeat(REMARKS_BYTES), b"\n%a\n"].concat();
        assert_eq!(remarks(&long), (one, vec![Told::Objects]));
    }
}
