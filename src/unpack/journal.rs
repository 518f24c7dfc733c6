//! Journals of systemd: every field of every entry as a line `KEY=value`, each different one once, at the name of its key.
//!
//! Source: systemd's `JOURNAL_FILE_FORMAT`. The file is read from front to back as a list of objects; those of data are
//! the text. Which entry a field belongs to is not followed: a field that many entries share stands in the file once.

use super::budget::{Budget, Codec};
use super::frames::Made;
use super::input::Source;
use super::{At, Child, Children, Fault, Frames, Input};
use crate::problem::Reason;
use crate::text::encoding::{Encoding, encoding_of};
use crate::text::{at, slice};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

/// Bytes of the head that are looked at.
const HEAD_BYTES: usize = 144;
/// What every object begins with: its type, how it is packed, six bytes, its size.
const OBJECT_BYTES: u64 = 16;
/// The type of objects that hold a field.
const DATA: u8 = 1;
/// Where a field begins in its object, and in that of a compact file.
const FIELD_AT: u64 = 64;
const COMPACT_FIELD_AT: u64 = 72;
/// The mark of a compact file among those that a reader must know.
const COMPACT: u32 = 1 << 4;
/// All marks that are known.
const KNOWN: u32 = 0x1F;
/// Longest field, in bytes.
const FIELD_BYTES: u64 = 16 << 20;
/// Names of keys that are kept.
const KEYS: usize = 1_000;

/// Opens a journal.
pub(super) fn open(input: Input<'_>, budget: &Budget, children: &mut Children<'_>) -> Result<(), Fault> {
    let mut source = Source::new(input.sequential());
    let head = source.peek(HEAD_BYTES).map_err(|error| Fault::of(&error))?;
    if head.len() < HEAD_BYTES {
        return Err(Fault::corrupt("cut off"));
    }
    let marks = number(head, 12, 4) as u32;
    if marks & !KNOWN != 0 {
        return Err(Fault::new(Reason::Unsupported, "a newer form of journals"));
    }
    let (head_size, last) = (number(head, 88, 8), number(head, 136, 8));
    let field_at = if marks & COMPACT == 0 { FIELD_AT } else { COMPACT_FIELD_AT };
    source.skip(head_size).map_err(|error| Fault::of(&error))?;
    let mut journal = Journal { source, budget, last, field_at, keys: BTreeMap::new(), fault: None };
    // Whether the scan is to end makes no difference any more.
    let _ended = children(Child::Text(&mut Frames::new(None, |made: &mut Made| journal.next(made))));
    journal.fault.map_or(Ok(()), Err)
}

/// A number, its lowest byte first.
fn number(bytes: &[u8], from: usize, length: usize) -> u64 {
    (0..length).rev().fold(0, |sum, i| sum << 8 | u64::from(at(bytes, from + i)))
}

struct Journal<'b, R: Read> {
    source: Source<R>,
    budget: &'b Budget,
    /// Where the last object is said to begin.
    last: u64,
    field_at: u64,
    keys: BTreeMap<String, Arc<str>>,
    /// The first field that could not be read.
    fault: Option<Fault>,
}

impl<R: Read> Journal<'_, R> {
    /// One more object. What keeps the rest from being read is remembered: nothing follows it.
    fn next(&mut self, made: &mut Made) -> io::Result<bool> {
        self.object(made).or_else(|error| {
            self.fault.get_or_insert_with(|| Fault::of(&error));
            Ok(false)
        })
    }

    fn object(&mut self, made: &mut Made) -> io::Result<bool> {
        let start = self.source.consumed().get();
        let head = self.source.peek(OBJECT_BYTES as usize)?;
        let (kind, packed, size) = (at(head, 0), at(head, 1), number(head, 8, 8));
        if kind == 0 || size < OBJECT_BYTES {
            // Room that is not used yet.
            if start <= self.last {
                return Err(Fault::corrupt("an object is missing").into());
            }
            return Ok(false);
        }
        let Some(mut rest) = size.checked_next_multiple_of(8) else {
            return Err(Fault::corrupt("an object without an end").into());
        };
        if kind == DATA && size > self.field_at {
            self.source.skip(self.field_at)?;
            rest -= self.field_at;
            let length = size - self.field_at;
            let mut field = Vec::new();
            let taken = (&mut self.source).take(length.min(FIELD_BYTES)).read_to_end(&mut field)?;
            rest -= taken as u64;
            match self.unpacked(packed, field) {
                Ok(field) => self.line(&field, made),
                Err(fault) => _ = self.fault.get_or_insert(fault),
            }
            if length > FIELD_BYTES {
                self.fault.get_or_insert_with(|| Fault::new(Reason::LimitMemory, "a field that is too long"));
            }
        }
        if self.source.skip(rest)? < rest {
            return Err(Fault::corrupt("cut off").into());
        }
        Ok(true)
    }

    fn unpacked(&self, how: u8, field: Vec<u8>) -> Result<Vec<u8>, Fault> {
        let codec = match how {
            0 => return Ok(field),
            1 => Codec::Xz,
            2 => return self.budget.lz4_block(slice(&field, 8, field.len()), number(&field, 0, 8).min(FIELD_BYTES)),
            4 => Codec::Zstd,
            _ => return Err(Fault::corrupt("packed in no known way")),
        };
        let mut all = Vec::new();
        let unpacked = self.budget.decoder(codec, Source::new(field.as_slice()));
        let read = unpacked.and_then(|reader| reader.take(FIELD_BYTES).read_to_end(&mut all));
        match read {
            Ok(0) => Err(Fault::corrupt("damaged")),
            Ok(_) => Ok(all),
            Err(error) => Err(Fault::of(&error)),
        }
    }

    fn line(&mut self, field: &[u8], made: &mut Made) {
        let mut text = String::new();
        match encoding_of(field, Encoding::Utf8) {
            Encoding::Utf8 | Encoding::Damaged => text.push_str(&String::from_utf8_lossy(field)),
            encoding => encoding.decode(field, &mut text),
        }
        let key = text.split_once('=').map_or("", |(key, _)| key);
        if !key.is_empty() && key.len() <= 64 {
            let known = self.keys.get(key).map(Arc::clone);
            let place = known.unwrap_or_else(|| {
                let place: Arc<str> = key.into();
                if self.keys.len() < KEYS {
                    self.keys.insert(key.to_owned(), Arc::clone(&place));
                }
                place
            });
            made.place(At::Part(place));
        }
        made.push(&text);
        made.push("\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Unpack;

    /// An object with a field in it.
    fn object(kind: u8, packed: u8, field: &[u8]) -> Vec<u8> {
        let mut object = vec![kind, packed, 0, 0, 0, 0, 0, 0];
        object.extend((FIELD_AT + field.len() as u64).to_le_bytes());
        object.extend([7; 48]);
        object.extend(field);
        object.resize(object.len().next_multiple_of(8), 0);
        object
    }

    fn journal(objects: &[Vec<u8>]) -> Vec<u8> {
        let mut head = vec![0; 208];
        head[..8].copy_from_slice(b"LPKSHHRH");
        head[88..96].copy_from_slice(&208u64.to_le_bytes());
        let last = 208 + objects.iter().rev().skip(1).map(Vec::len).sum::<usize>() as u64;
        head[136..144].copy_from_slice(&last.to_le_bytes());
        [head, objects.concat(), vec![0; 4096]].concat()
    }

    fn read(bytes: &[u8]) -> (String, Option<Reason>) {
        let (budget, mut text) = (Budget::new(Unpack::default(), None), String::new());
        let opened = open(Input::Stream(&mut { bytes }), &budget, &mut |child| {
            let Child::Text(own) = child else { panic!("text only") };
            own.read_to_string(&mut text).unwrap();
            std::ops::ControlFlow::Continue(())
        });
        (text, opened.err().map(|fault| fault.reason))
    }

    #[test]
    fn fields_are_lines_however_they_are_packed() {
        let long = b"MESSAGE=long long long long long long";
        let block = [&(long.len() as u64).to_le_bytes()[..], &lz4_flex::block::compress(long)].concat();
        let objects = [
            object(1, 0, b"MESSAGE=one"),
            object(2, 0, b"MESSAGE"),
            object(1, 4, &zstd::encode_all(&b"CLIENT=two"[..], 3).unwrap()),
            object(1, 2, &block),
            object(1, 0, b""),
            object(3, 0, b""),
        ];
        let bytes = journal(&objects);
        let expected = "MESSAGE=one\nCLIENT=two\nMESSAGE=long long long long long long\n";
        assert_eq!(read(&bytes), (expected.to_owned(), None));
        for end in 8..bytes.len() - 4096 {
            assert_eq!(read(&bytes[..end]).1, Some(Reason::Corrupt), "{end}");
        }
    }

    #[test]
    fn what_cannot_be_unpacked_is_told_and_the_rest_is_read() {
        let objects = [object(1, 4, b"nonsense"), object(1, 8, b"x"), object(1, 0, b"MESSAGE=one")];
        assert_eq!(read(&journal(&objects)), ("MESSAGE=one\n".to_owned(), Some(Reason::Corrupt)));
        let mut newer = journal(&objects);
        newer[13] = 1;
        assert_eq!(read(&newer).1, Some(Reason::Unsupported));
        let mut endless = journal(&objects);
        endless[216..224].fill(0xFF);
        assert_eq!(read(&endless).1, Some(Reason::Corrupt));
    }
}
