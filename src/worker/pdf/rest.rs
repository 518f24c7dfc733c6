//! What no page shows: strings of all objects, whatever they are for, and streams that are not known to hold no words.
//!
//! Bookmarks, properties, words behind pictures, scripts, forms, layers and whatever a program keeps for itself are strings
//! of objects or texts in streams. What carries words is not listed here, but what carries none.

use super::font::unpacked;
use super::{Given, STREAM_BYTES, Seen, address, page, words};
use crate::worker::wire::{Out, Told};
use lopdf::xref::XrefEntry;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use std::collections::HashSet;
use std::io::{self, Write};

/// Most bytes of strings of one document.
const TEXT_BYTES: usize = 32 << 20;
/// Fewest digits of a name that may be a value.
const DIGITS: usize = 6;

/// Where streams lie that hold fonts, colours and pictures.
const SILENT: &[&[u8]] = &[
    b"FontFile",
    b"FontFile2",
    b"FontFile3",
    b"ToUnicode",
    b"UseCMap",
    b"Encoding",
    b"CIDToGIDMap",
    b"CIDSet",
    b"CharProcs",
    b"DestOutputProfile",
    b"ColorSpace",
    b"CS",
    b"Thumb",
    b"JBIG2Globals",
    b"Function",
    b"TR",
    b"TR2",
    b"HT",
    b"BG",
    b"BG2",
    b"UCR",
    b"UCR2",
];
/// Filters of pictures.
const PICTURES: &[&[u8]] = &[b"DCTDecode", b"JPXDecode", b"CCITTFaxDecode", b"JBIG2Decode"];

/// What is still to be looked at: the key that it stands behind, and whether it is known to hold no words.
type Open<'d> = (&'d [u8], &'d Object, bool);

/// What a document says outside of its pages.
pub(super) struct Rest<'d> {
    document: &'d Document,
    /// Streams that hold no words, and files.
    silent: HashSet<ObjectId>,
    files: HashSet<ObjectId>,
    text: String,
}

impl<'d> Rest<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self { document, silent: HashSet::new(), files: HashSet::new(), text: String::new() }
    }

    /// Hands on what has not been `given`, and what was not `seen` on a page.
    pub(super) fn read<W: Write>(
        &mut self, older: &str, seen: &mut Seen, given: &mut Given, out: &mut Out<W>,
    ) -> io::Result<()> {
        let document = self.document;
        let mut open = Vec::new();
        self.entries(&document.trailer, false, &mut open, seen, given);
        self.strings(open, seen, given);
        for object in document.objects.values() {
            self.strings(vec![(b"", object, false)], seen, given);
        }
        if !self.text.is_empty() {
            out.text()?;
            out.place(&format!("{older}outside of pages"))?;
            out.words(&std::mem::take(&mut self.text))?;
            out.end()?;
        }
        for (id, object) in &document.objects {
            if let Ok(stream) = object.as_stream()
                && !seen.contains(address(stream))
                && !self.silent.contains(id)
            {
                self.stream(*id, stream, older, seen, given, out)?;
            }
        }
        Ok(())
    }

    /// Strings in what is `open`, last first, and in what lies in that, in order.
    fn strings(&mut self, mut open: Vec<Open<'d>>, seen: &mut Seen, given: &mut Given) {
        while let Some((key, object, is_silent)) = open.pop() {
            match object {
                Object::String(string, _) if !seen.contains(address(object)) => {
                    self.line(key, &words::said(string), given);
                }
                Object::Name(name) if is_telling(name) && !is_silent => self.line(key, &words::said(name), given),
                Object::Array(array) => {
                    // Profiles and tables of colours stand behind the name of their kind.
                    let kind = array.first().and_then(|kind| kind.as_name().ok());
                    let is_silent = is_silent || matches!(kind, Some(b"ICCBased" | b"Indexed"));
                    open.extend(array.iter().rev().map(|object| (key, object, is_silent)));
                }
                Object::Dictionary(dictionary) => self.entries(dictionary, is_silent, &mut open, seen, given),
                Object::Stream(stream) if !stream.dict.has_type(b"XRef") => {
                    self.entries(&stream.dict, is_silent, &mut open, seen, given);
                }
                Object::Reference(id) => {
                    if is_silent {
                        self.silent.insert(*id);
                    }
                    given.gap(Told::DamagedPage, self.is_lost(*id));
                }
                _ => {}
            }
        }
    }

    fn entries(
        &mut self, dictionary: &'d Dictionary, is_silent: bool, open: &mut Vec<Open<'d>>, seen: &mut Seen,
        given: &mut Given,
    ) {
        // A field with its name before it, so that the name is evidence.
        let [name, value] = [b"T", b"V"].map(|key| dictionary.get_deref(key, self.document).ok());
        if let (Some(Object::String(name, _)), Some(own @ Object::String(value, _))) = (name, value)
            && seen.insert(address(own))
        {
            let name = words::said(name);
            self.line(name.as_bytes(), &words::said(value), given);
        }
        for (key, object) in dictionary.iter().rev() {
            if is_telling(key) && !is_silent {
                self.line(b"", &words::said(key), given);
            }
            match key.as_slice() {
                // Numbers that tell states of the file apart, and names of glyphs.
                b"ID" if object.as_array().is_ok() => continue,
                b"Differences" => continue,
                b"EF" => {
                    let files = dictionary.get_deref(b"EF", self.document).and_then(Object::as_dict);
                    let ids =
                        files.iter().flat_map(|files| files.iter()).filter_map(|(_, file)| file.as_reference().ok());
                    self.files.extend(ids);
                }
                _ => {}
            }
            open.push((key, object, is_silent || SILENT.contains(&key.as_slice())));
        }
        // Lists of glyphs lie in objects of their own, too.
        if let Ok(Object::Dictionary(glyphs)) = dictionary.get_deref(b"CharProcs", self.document) {
            self.silent.extend(glyphs.iter().filter_map(|(_, glyph)| glyph.as_reference().ok()));
        }
    }

    fn line(&mut self, key: &[u8], said: &str, given: &mut Given) {
        if said.trim().is_empty() {
            return;
        }
        if self.text.len() + said.len() > TEXT_BYTES {
            given.gap(Told::Objects, true);
            return;
        }
        let key = String::from_utf8_lossy(key);
        let line = if key.is_empty() { said.to_owned() } else { format!("{key}: {said}") };
        if given.takes(&line) {
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    /// Whether a reference leads to an object that the document has and that could not be read.
    fn is_lost(&self, id: ObjectId) -> bool {
        !self.document.objects.contains_key(&id)
            && match self.document.reference_table.get(id.0) {
                Some(XrefEntry::Normal { generation, .. }) => *generation == id.1,
                Some(XrefEntry::Compressed { .. }) => id.1 == 0,
                _ => false,
            }
    }

    fn stream<W: Write>(
        &mut self, id: ObjectId, stream: &'d Stream, older: &str, seen: &mut Seen, given: &mut Given, out: &mut Out<W>,
    ) -> io::Result<()> {
        let is_file = stream.dict.has_type(b"EmbeddedFile") || self.files.contains(&id);
        if !is_file && shows_no_words(stream) {
            return Ok(());
        }
        let is_drawing = stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Form")
            || stream.dict.has(b"PatternType");
        if is_drawing && !is_file {
            let drawn = page::form(self.document, stream, seen);
            given.gap(Told::DamagedPage, drawn.damaged);
            given.gap(Told::NoUsableText, drawn.is_unusable());
            let text = drawn.all();
            if !text.trim().is_empty() && given.takes(&text) {
                out.text()?;
                out.place(&format!("{older}drawing {}", id.0))?;
                out.words(&text)?;
                out.words("\n")?;
                out.end()?;
            }
            return Ok(());
        }
        let name = if is_file { format!("{older}attached {}", id.0) } else { format!("{older}stream {}", id.0) };
        let Some(bytes) = unpacked(stream, STREAM_BYTES.min(given.stream_bytes)) else {
            given.gap(Told::Objects, given.stream_bytes < STREAM_BYTES);
            return out.closed(&name, Told::DamagedMember);
        };
        given.stream_bytes -= bytes.len();
        if !given.takes_bytes(&bytes) || bytes.trim_ascii().is_empty() {
            return Ok(());
        }
        match words::text(&bytes) {
            Some(text) if !is_file => {
                out.text()?;
                out.place(&name)?;
                out.words(&text)?;
                out.words("\n")?;
                out.end()
            }
            _ if !is_file && is_font_or_profile(&bytes) => Ok(()),
            _ => {
                out.member(&name)?;
                out.bytes(&bytes)?;
                out.end()
            }
        }
    }
}

/// Whether a stream says itself that it holds none: pictures, shades, tables of the file.
fn shows_no_words(stream: &Stream) -> bool {
    let dictionary = &stream.dict;
    let named = |key: &[u8], names: &[&[u8]]| {
        dictionary.get(key).and_then(Object::as_name).is_ok_and(|own| names.contains(&own))
    };
    let is_picture = || stream.filters().is_ok_and(|filters| filters.iter().any(|filter| PICTURES.contains(filter)));
    named(b"Type", &[b"XRef", b"ObjStm", b"CMap", b"Halftone"])
        || named(b"Subtype", &[b"Image", b"Type1C", b"CIDFontType0C", b"OpenType"])
        || [&b"ShadingType"[..], b"FunctionType", b"HalftoneType", b"Length1"].iter().any(|key| dictionary.has(key))
        || is_picture()
}

/// Fonts and profiles of colours that nothing refers to.
fn is_font_or_profile(bytes: &[u8]) -> bool {
    let fonts: [&[u8]; 6] = [b"OTTO", b"true", b"ttcf", b"\0\x01\0\0", b"\x01\0\x04", b"%!PS-AdobeFont"];
    fonts.iter().any(|mark| bytes.starts_with(mark)) || bytes.get(36..40) == Some(b"acsp")
}

/// Whether a name may be a value, and no word of the format.
fn is_telling(name: &[u8]) -> bool {
    name.len() >= DIGITS
        && (name.iter().any(|byte| matches!(byte, b'@' | b' ') || !byte.is_ascii())
            || name.iter().filter(|byte| byte.is_ascii_digit()).count() >= DIGITS)
}
