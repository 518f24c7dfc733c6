//! Compound files: old Office documents (doc, xls, ppt), messages of Outlook (msg), and whatever else lies in one.
//!
//! Source: [MS-CFB]; each kind of content names its own. A storage is told by the streams in it, so that documents in
//! documents are read like the outer one. Streams that no reader knows are members of the file, unless a document that
//! was read owns them: those hold layout and pictures, and a picture is told.

mod book;
mod locked;
mod macros;
mod message;
mod properties;
mod slides;
mod word;

use super::cells::{NAME_CHARS, decoded, shortened};
use super::wire::{Out, Told};
use cfb::CompoundFile;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read as _, Write};

/// Most streams of one file.
const STREAMS: usize = 50_000;
/// Beginnings of pictures.
const PICTURES: [&[u8]; 3] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1"];

pub(super) fn read<W: Write>(bytes: Vec<u8>, passwords: &[String], out: &mut Out<W>) -> io::Result<()> {
    let Ok(file) = CompoundFile::open(Cursor::new(bytes)) else { return out.told(Told::DamagedDocument) };
    let mut storages: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut count = 0;
    for entry in file.walk() {
        if !entry.is_stream() {
            continue;
        }
        count += 1;
        if count > STREAMS {
            out.told(Told::Memory)?;
            break;
        }
        let path = entry.path().to_string_lossy().into_owned();
        let (storage, name) = path.rsplit_once('/').unwrap_or(("", &path));
        storages.entry(storage.to_owned()).or_default().push(name.to_owned());
    }
    let mut streams = Streams { file, damaged: false };
    if count == 0 {
        out.told(Told::DamagedDocument)?;
    }
    // A document owns the storages inside its own.
    let mut owned = None::<String>;
    let mut pictures = false;
    for (storage, names) in &storages {
        let within = owned.as_ref().is_some_and(|owner| storage.starts_with(owner.as_str()));
        let known = open(&mut streams, storage, names, passwords, out)?;
        if known && !within {
            owned = Some(format!("{storage}/"));
        }
        for name in names {
            let path = format!("{storage}/{name}");
            if properties::is(name) {
                properties::read(&streams.bytes(&path), &label(storage, "properties"), out)?;
            } else if let Some((name, bytes)) = attached(name, || streams.bytes(&path)) {
                member(&label(storage, &name), &bytes, out)?;
            } else if storage.ends_with("/VBA") || storage == "VBA" {
                macros::read(&streams.bytes(&path), &label(storage, name), out)?;
            } else if known || within {
                pictures |= !pictures && has_picture(&streams.bytes(&path));
            } else {
                member(&label(storage, name), &streams.bytes(&path), out)?;
            }
        }
    }
    if streams.damaged {
        out.told(Told::DamagedDocument)?;
    }
    if pictures {
        out.told(Told::Picture)?;
    }
    Ok(())
}

/// Reads a storage as the document that it is; gives whether it is one.
fn open<W: Write>(
    streams: &mut Streams, storage: &str, names: &[String], passwords: &[String], out: &mut Out<W>,
) -> io::Result<bool> {
    let has = |name: &str| names.iter().any(|own| own == name);
    let place = |name: &str| label(storage, name);
    let mut bytes = |name: &str| streams.bytes(&format!("{storage}/{name}"));
    if has("EncryptedPackage") && has("EncryptionInfo") {
        match locked::opened(&bytes("EncryptionInfo"), &bytes("EncryptedPackage"), passwords) {
            Some(document) => member(&place("EncryptedPackage"), &document, out)?,
            None => out.told(Told::Encrypted)?,
        }
    } else if has("EncryptedPackage") || has("EncryptedSummary") {
        out.told(Told::Encrypted)?;
    } else if has("WordDocument") {
        let table = if word::uses_second_table(&bytes("WordDocument")) { "1Table" } else { "0Table" };
        word::read(&bytes("WordDocument"), &bytes(table), &place("document"), out)?;
    } else if has("Workbook") {
        book::read(&bytes("Workbook"), out)?;
    } else if has("Book") {
        book::read(&bytes("Book"), out)?;
    } else if has("PowerPoint Document") {
        slides::read(&bytes("PowerPoint Document"), &place("slides"), out)?;
    } else if has("__properties_version1.0") {
        message::read(names, &mut bytes, &place("message"), out)?;
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// The name of a thing, behind the storage that it lies in.
fn label(storage: &str, name: &str) -> String {
    let storage = storage.trim_matches('/');
    let readable = |text: &str| -> String { text.chars().filter(|c| !c.is_control()).collect() };
    let name = shortened(&readable(name), NAME_CHARS);
    if storage.is_empty() { name } else { format!("{}/{name}", shortened(&readable(storage), NAME_CHARS)) }
}

fn member<W: Write>(name: &str, bytes: &[u8], out: &mut Out<W>) -> io::Result<()> {
    out.member(name)?;
    out.bytes(bytes)?;
    out.end()
}

fn has_picture(bytes: &[u8]) -> bool {
    PICTURES.iter().any(|mark| memchr::memmem::find(bytes, mark).is_some())
}

/// A file that was put into a document: its name and bytes ([MS-OLEDS] 2.3.6 for packages).
fn attached(name: &str, bytes: impl FnOnce() -> Vec<u8>) -> Option<(String, Vec<u8>)> {
    if matches!(name, "Package" | "CONTENTS") {
        return Some((name.to_owned(), bytes()));
    }
    if name != "\u{1}Ole10Native" {
        return None;
    }
    let all = bytes();
    Some(native(&all).map_or_else(|| ("Ole10Native".to_owned(), all.clone()), |(name, own)| (name, own.to_vec())))
}

/// A size, a type, a name, a path, eight bytes, a path with its length, a size and the file.
fn native(all: &[u8]) -> Option<(String, &[u8])> {
    let rest = all.get(6..)?;
    let name = rest.iter().position(|byte| *byte == 0)?;
    let path = rest.get(name + 1..)?;
    let after = path.get(path.iter().position(|byte| *byte == 0)? + 1..)?;
    let length = four(after, 4)? as usize;
    let after = after.get(8usize.checked_add(length)?..)?;
    let size = four(after, 0)? as usize;
    Some((decoded(rest.get(..name)?), after.get(4..4usize.checked_add(size)?)?))
}

/// Streams of a file, by path.
struct Streams {
    file: CompoundFile<Cursor<Vec<u8>>>,
    damaged: bool,
}

impl Streams {
    /// The bytes of a stream, as far as they can be read.
    fn bytes(&mut self, path: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let size = self.file.entry(path).map_or(0, |entry| entry.len());
        let read = self.file.open_stream(path).and_then(|stream| stream.take(size).read_to_end(&mut bytes));
        self.damaged |= !matches!(read, Ok(count) if count as u64 == size);
        bytes
    }
}

fn two(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk::<2>().map(|two| u16::from_le_bytes(*two))
}

fn four(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().map(|four| u32::from_le_bytes(*four))
}

/// Text in UTF-16, little end first.
fn wide(bytes: &[u8]) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Shortest run of letters among other bytes.
const RUN_CHARS: usize = 5;

/// Runs of letters among other bytes: in eight bits, Cyrillic ones where those `are_cyrillic`, then in UTF-16.
fn runs(bytes: &[u8], are_cyrillic: bool) -> Vec<String> {
    let is_letter = |byte: &u8| match byte {
        b' '..=b'~' => true,
        // Letters of windows-1251.
        0xA1..=0xA3 | 0xA5 | 0xA8 | 0xAA | 0xAF | 0xB2..=0xB4 | 0xB8..=0xBA | 0xBC.. => are_cyrillic,
        _ => false,
    };
    let plain = bytes.split(|byte| !is_letter(byte)).filter(|run| run.len() >= RUN_CHARS);
    let mut runs: Vec<String> = plain.map(decoded).collect();
    runs.append(&mut wide_runs(bytes));
    runs
}

/// Runs of Latin and Cyrillic letters in UTF-16 among other bytes.
fn wide_runs(bytes: &[u8]) -> Vec<String> {
    let mut runs = Vec::new();
    for first in 0..2 {
        let mut run = String::new();
        let units = bytes.get(first..).unwrap_or_default().as_chunks::<2>().0;
        for unit in units.iter().chain([&[0, 0]]) {
            let code = u16::from_le_bytes(*unit);
            if matches!(code, 0x20..0x7F | 0xA0..0x180 | 0x400..0x530 | 0x2010..0x2040 | 0x2116) {
                run.extend(char::from_u32(u32::from(code)));
                continue;
            }
            if run.chars().nth(RUN_CHARS - 1).is_some() {
                runs.push(run.clone());
            }
            run.clear();
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_have_names_and_files() {
        let package =
            [b"\x30\0\0\0\x02\0a.txt\0C:\\a.txt\0\0\0\x03\0\x03\0\0\0x\0y\x04\0\0\0file".as_slice(), b"rest"].concat();
        assert_eq!(native(&package), Some(("a.txt".to_owned(), b"file".as_slice())));
        for end in 0..package.len() - 4 {
            assert_eq!(native(&package[..end]), None, "{end}");
        }
    }
}
