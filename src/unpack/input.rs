//! Bytes of a container: counted, with a look ahead, from random access or from a stream.

use super::Input;
use super::fault::Fault;
use crate::read::{self, Bytes};
use crate::text::slice;
use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// Random access read from front to back.
pub(crate) struct Sequential<'b> {
    bytes: &'b dyn Bytes,
    at: u64,
    end: u64,
}

impl<'b> Sequential<'b> {
    /// The bytes `start..end`, as far as they are there.
    pub(crate) fn new(bytes: &'b dyn Bytes, start: u64, end: u64) -> Self {
        Self { bytes, at: start, end: end.min(bytes.size()) }
    }
}

impl Read for Sequential<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.end.saturating_sub(self.at);
        let wanted = usize::try_from(left).map_or(buf.len(), |left| left.min(buf.len()));
        let count = self.bytes.read_at(buf.get_mut(..wanted).unwrap_or_default(), self.at)?;
        if count == 0 && wanted > 0 {
            let (reason, detail) = (crate::problem::Reason::ChangedDuringScan, "it is shorter than it was when opened");
            return Err(Fault::new(reason, detail).into());
        }
        self.at += count as u64;
        Ok(count)
    }
}

impl<'i> Input<'i> {
    /// The bytes from front to back.
    pub(super) fn sequential(self) -> Box<dyn Read + 'i> {
        match self {
            Self::Bytes(bytes) => Box::new(Sequential::new(bytes, 0, bytes.size())),
            Self::Stream(stream) => Box::new(stream),
        }
    }
}

/// Bytes in memory, in any order.
pub(crate) struct InMemory<'h>(pub(crate) &'h [u8]);

impl Bytes for InMemory<'_> {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|start| self.0.get(start..)).unwrap_or(&[]);
        let count = rest.len().min(buf.len());
        if let (Some(target), Some(source)) = (buf.get_mut(..count), rest.get(..count)) {
            target.copy_from_slice(source);
        }
        Ok(count)
    }
}

/// Fills `buf` from random access; short where the content ends.
pub(super) fn fill(bytes: &dyn Bytes, buf: &mut [u8], offset: u64) -> Result<usize, Fault> {
    let mut filled = 0;
    while let Some(rest) = buf.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match bytes.read_at(rest, offset + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) => {
                let (reason, detail) = read::read_problem(&error);
                return Err(Fault { reason, detail: Some(detail) });
            }
        }
    }
    Ok(filled)
}

const BUFFER_BYTES: usize = 64 << 10;

/// A buffered reader that counts what was taken out of it, and can look ahead.
pub(crate) struct Source<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    consumed: Rc<Cell<u64>>,
    /// The last eight bytes taken.
    last: [u8; 8],
}

impl<R: Read> Source<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, buffer: vec![0; BUFFER_BYTES], start: 0, end: 0, consumed: Rc::default(), last: [0; 8] }
    }

    /// Bytes taken so far, also for whoever has given the source away.
    pub(crate) fn consumed(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.consumed)
    }

    /// The last eight bytes that were taken.
    pub(crate) fn last(&self) -> [u8; 8] {
        self.last
    }

    /// The next bytes, fewer only at the end. No more than the buffer holds.
    pub(crate) fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        let count = count.min(BUFFER_BYTES);
        if self.end - self.start < count {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            while self.end < count {
                match self.reader.read(self.buffer.get_mut(self.end..).unwrap_or_default()) {
                    Ok(0) => break,
                    Ok(read) => self.end += read,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(slice(&self.buffer, self.start, (self.start + count).min(self.end)))
    }

    /// Leaves out bytes; gives how many there were.
    pub(crate) fn skip(&mut self, mut count: u64) -> io::Result<u64> {
        let mut skipped = 0;
        while count > 0 {
            let here = self.fill_buf()?.len().min(usize::try_from(count).unwrap_or(usize::MAX));
            if here == 0 {
                break;
            }
            self.consume(here);
            count -= here as u64;
            skipped += here as u64;
        }
        Ok(skipped)
    }
}

impl<R: Read> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.peek(1)?;
        Ok(slice(&self.buffer, self.start, self.end))
    }

    fn consume(&mut self, amount: usize) {
        let amount = amount.min(self.end - self.start);
        let taken = slice(&self.buffer, self.start, self.start + amount);
        let new = slice(taken, amount.saturating_sub(8), amount);
        self.last.rotate_left(new.len());
        let kept = self.last.len() - new.len();
        if let Some(target) = self.last.get_mut(kept..) {
            target.copy_from_slice(new);
        }
        self.start += amount;
        self.consumed.set(self.consumed.get() + amount as u64);
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let here = self.fill_buf()?;
        let count = here.len().min(buf.len());
        if let (Some(target), Some(source)) = (buf.get_mut(..count), here.get(..count)) {
            target.copy_from_slice(source);
        }
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_counts_and_looks_ahead() {
        let mut source = Source::new(&b"0123456789abcdef"[..]);
        assert_eq!(source.peek(4).unwrap(), b"0123");
        assert_eq!(source.skip(3).unwrap(), 3);
        let mut buf = [0; 9];
        source.read_exact(&mut buf).unwrap();
        assert_eq!((&buf, source.consumed().get(), source.last()), (b"3456789ab", 12, *b"456789ab"));
        assert_eq!(source.skip(100).unwrap(), 4);
        assert_eq!(source.peek(1).unwrap(), b"");
        assert_eq!(source.last(), *b"89abcdef");
    }

    #[test]
    fn a_file_that_became_shorter_is_no_short_stream() {
        let bytes = InMemory(b"0123");
        let mut all = Vec::new();
        Sequential::new(&bytes, 1, 9).read_to_end(&mut all).unwrap();
        assert_eq!(all, b"123");
    }
}
