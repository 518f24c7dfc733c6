//! PDF: the text of each page in the order in which it is drawn, what stands in forms, notes and properties, and
//! attached files.
//!
//! In:      a document in memory, and passwords to try; the empty one is among them.
//! Out:     a text for each page (`page 3`), one for the properties, a member for each attached file.
//! Not:     no reading order across columns, no pictures: a page without usable text is told.
//! Promise: every loop over content is bounded, and drawings in drawings are followed to a depth.

mod font;
mod page;

use super::wire::{Out, Told};
use lopdf::{Dictionary, Document, Error, LoadOptions, Object, decode_text_string};
use std::io::{self, Write};

/// Most bytes of one stream.
const STREAM_BYTES: usize = 64 << 20;
/// Most pages.
const PAGES: usize = 20_000;
/// Most objects.
const OBJECTS: usize = 2_000_000;
/// Most notes and fields of a page.
const NOTES: usize = 5_000;

pub(super) fn read<W: Write>(bytes: &[u8], passwords: &[String], out: &mut Out<W>) -> io::Result<()> {
    let mut opened = None;
    for password in passwords {
        let password = (!password.is_empty()).then(|| password.clone());
        let options = LoadOptions { max_decompressed_size: Some(STREAM_BYTES), password, ..LoadOptions::default() };
        match Document::load_mem_with_options(bytes, options) {
            Ok(document) if document.trailer.has(b"Encrypt") && document.encryption_state.is_none() => {}
            Ok(document) => {
                opened = Some(document);
                break;
            }
            Err(Error::InvalidPassword | Error::Decryption(_)) => {}
            Err(_) => return out.told(Told::DamagedDocument),
        }
    }
    let Some(document) = opened else { return out.told(Told::Encrypted) };
    let (mut pages, mut unusable, mut damaged) = (0, false, false);
    let mut too_many = document.objects.len() > OBJECTS;
    for id in document.page_iter() {
        if pages == PAGES {
            too_many = true;
            break;
        }
        pages += 1;
        out.text()?;
        out.place(&format!("page {pages}"))?;
        let drawn = page::read(&document, id);
        out.words(&drawn.text)?;
        out.words("\n")?;
        if let Ok(page) = document.get_dictionary(id) {
            for text in notes(&document, page) {
                out.words(&text)?;
                out.words("\n")?;
            }
        }
        out.end()?;
        unusable |= drawn.is_unusable();
        damaged |= drawn.damaged;
    }
    properties(&document, out)?;
    attached(&document, out)?;
    if damaged || pages == 0 {
        out.told(Told::DamagedPage)?;
    }
    if too_many {
        out.told(Told::Objects)?;
    }
    if unusable {
        out.told(Told::NoUsableText)?;
    }
    Ok(())
}

/// What people wrote into notes and fields of a page, and where its links lead.
fn notes(document: &Document, page: &Dictionary) -> Vec<String> {
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
        let [contents, value, name, link] = values.map(|value| value.and_then(|value| decode_text_string(value).ok()));
        match (name, value) {
            (Some(name), Some(value)) => texts.push(format!("{name}: {value}")),
            (name, value) => texts.extend(name.into_iter().chain(value)),
        }
        texts.extend(contents.into_iter().chain(link));
    }
    texts
}

/// Author, title and whatever else stands in the dictionary of properties.
fn properties<W: Write>(document: &Document, out: &mut Out<W>) -> io::Result<()> {
    let Ok(info) = document.trailer.get_deref(b"Info", document).and_then(Object::as_dict) else { return Ok(()) };
    out.text()?;
    out.place("properties")?;
    for (key, value) in info.iter().take(100) {
        if let Ok((_, value)) = document.dereference(value)
            && let Ok(text) = decode_text_string(value)
        {
            out.words(&format!("{}: {text}\n", String::from_utf8_lossy(key)))?;
        }
    }
    out.end()
}

/// Files inside the document.
fn attached<W: Write>(document: &Document, out: &mut Out<W>) -> io::Result<()> {
    for (id, object) in &document.objects {
        let Ok(stream) = object.as_stream() else { continue };
        if !stream.dict.has_type(b"EmbeddedFile") {
            continue;
        }
        let name = format!("attached {}", id.0);
        match font::unpacked(stream, STREAM_BYTES) {
            Some(bytes) => {
                out.member(&name)?;
                out.bytes(&bytes)?;
                out.end()?;
            }
            None => out.closed(&name, Told::DamagedMember)?,
        }
    }
    Ok(())
}
