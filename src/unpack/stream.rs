//! One packed stream: gzip, zstd, bzip2, xz, lz4. It has one member, which is all streams in the file joined, as their
//! own programs unpack them; what follows the last one is handed on as it is.

use super::budget::{Codec, Joined};
use super::input::Source;
use super::names;
use super::{Budget, Child, Children, Fault, Input, Kind};
use crate::problem::Reason;
use crate::text::slice;
use std::io::{self, Read};

/// Opens a packed stream.
pub(super) fn open(
    kind: Kind, input: Input<'_>, name: &str, budget: &Budget, children: &mut Children<'_>,
) -> Result<(), Fault> {
    let codec = match kind {
        Kind::Zstd => Codec::Zstd,
        Kind::Bzip2 => Codec::Bzip2,
        Kind::Xz => Codec::Xz,
        Kind::Lz4 => Codec::Lz4,
        Kind::Lzma => Codec::Lzma,
        _ => Codec::Gzip,
    };
    let feeds = matches!(input, Input::Stream(_));
    let mut source = Source::new(input.sequential());
    let consumed = source.consumed();
    let own_name = (codec == Codec::Gzip).then(|| source.peek(1 << 10).ok().and_then(written_name)).flatten();
    // What the head holds beside a name: a comment, fields of programs.
    let notes =
        if codec == Codec::Gzip { source.peek(HEAD_BYTES).map(head_notes).unwrap_or_default() } else { Vec::new() };
    let member = own_name.unwrap_or_else(|| without_ending(name));
    let joined = Joined::new(budget, codec, source);
    let mut stream = Checked { inner: if feeds { joined.feeding() } else { joined }, fault: None };
    budget.member()?;
    if children(Child::Member { name: &member, bytes: &mut stream }).is_break() {
        return Ok(());
    }
    // Whoever took the member may not have needed all of it.
    if stream.fault.is_none() {
        drain(&mut stream);
    }
    let (aside, is_whole) = stream.inner.aside();
    if !aside.is_empty() && children(Child::Raw { start: 0, bytes: &mut aside.as_slice() }).is_break() {
        return Ok(());
    }
    if let Some(fault) = stream.fault {
        return Err(fault);
    }
    if !is_whole {
        return Err(Fault::new(Reason::LimitMemory, "more bytes than are kept in frames that hold no data"));
    }
    if !notes.is_empty() && children(Child::Raw { start: 10, bytes: &mut notes.as_slice() }).is_break() {
        return Ok(());
    }
    let Some(mut rest) = stream.inner.rest() else { return Ok(()) };
    let start = consumed.get();
    match rest.peek(1) {
        Ok([]) => Ok(()),
        Ok(_) => {
            // A break ends the scan, and this was the last thing.
            let _ended = children(Child::Raw { start, bytes: &mut rest });
            Err(Fault::corrupt("bytes behind the packed ones"))
        }
        Err(error) => Err(Fault::of(&error)),
    }
}

/// Reads to the end of a stream, or to its fault.
fn drain(stream: &mut dyn Read) {
    let mut piece = vec![0; 64 << 10];
    while matches!(stream.read(&mut piece), Ok(1..)) {}
}

/// Remembers the fault of a stream.
struct Checked<R> {
    inner: R,
    fault: Option<Fault>,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buf).inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                self.fault = Some(Fault::of(error));
            }
        })
    }
}

/// The name that gzip keeps in its head (RFC 1952, 2.3): in Latin-1 by the letter, in anything in practice.
fn written_name(head: &[u8]) -> Option<String> {
    let flags = *head.get(3)?;
    if flags & 8 == 0 {
        return None;
    }
    let mut start = 10;
    if flags & 4 != 0 {
        let length = u16::from_le_bytes([*head.get(10)?, *head.get(11)?]);
        start = 12 + usize::from(length);
    }
    let rest = head.get(start..)?;
    let end = memchr::memchr(0, rest)?;
    (end > 0).then(|| names::decoded(slice(rest, 0, end)))
}

/// Bytes of a head of gzip that are looked at.
const HEAD_BYTES: usize = 64 << 10;

/// The fields of a head of gzip behind its first ten bytes, if there is more than a name in them.
fn head_notes(head: &[u8]) -> Vec<u8> {
    let flags = crate::text::at(head, 3);
    let mut end = 10;
    if flags & 4 != 0 {
        end += 2 + usize::from(u16::from_le_bytes([crate::text::at(head, 10), crate::text::at(head, 11)]));
    }
    for _ in 0..(flags >> 3 & 1) + (flags >> 4 & 1) {
        let rest = slice(head, end, head.len());
        end += memchr::memchr(0, rest).map_or(rest.len(), |zero| zero + 1);
    }
    if flags & 0x14 == 0 { Vec::new() } else { slice(head, 10, end).to_vec() }
}

/// The container's name without the ending that says how it is packed.
fn without_ending(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or_default();
    let Some((stem, ending)) = file.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) else {
        return file.to_owned();
    };
    match ending.to_ascii_lowercase().as_str() {
        "gz" | "zst" | "bz2" | "xz" | "lz4" | "lzma" => stem.to_owned(),
        "tgz" | "tzst" | "tbz2" | "txz" => format!("{stem}.tar"),
        _ => file.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_named() {
        assert_eq!(without_ending("in/access.log.1.gz"), "access.log.1");
        assert_eq!(without_ending("b.TGZ"), "b.tar");
        assert_eq!(without_ending(".gz"), ".gz");
        assert_eq!(without_ending("-"), "-");
        assert_eq!(written_name(b"\x1f\x8b\x08\x08\0\0\0\0\0\0a.log\0rest"), Some("a.log".to_owned()));
        assert_eq!(written_name(b"\x1f\x8b\x08\x0c\0\0\0\0\0\0\x02\0xya.log\0"), Some("a.log".to_owned()));
        assert_eq!(written_name(b"\x1f\x8b\x08\0\0\0\0\0\0\0"), None);
        assert_eq!(head_notes(b"\x1f\x8b\x08\x08\0\0\0\0\0\0a.log\0rest"), b"");
        assert_eq!(head_notes(b"\x1f\x8b\x08\x18\0\0\0\0\0\0a.log\0note\0rest"), b"a.log\0note\0");
        assert_eq!(head_notes(b"\x1f\x8b\x08\x04\0\0\0\0\0\0\x03\0abcrest"), b"\x03\0abc");
    }
}
