//! DEFLATE and gzip that give what they unpacked before they met damage, and what other programs get behind it.
//!
//! The decoder of flate2 forgets the bytes of the read that failed, up to all of a small stream, and ends at a copy from
//! before the beginning, which others (unzip, 7-Zip) take for zeros and go on. So where it fails within the first bytes of
//! a stream, those are read once more by a decoder that goes on, and the damage is told at the end.

use super::fault::Fault;
use super::input::Source;
use crate::text::{at, slice};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};
use std::io::{self, BufRead, Read};

/// Bytes of the head of a gzip member, and of what stands behind its content.
const HEAD_BYTES: usize = 10;
const END_BYTES: usize = 8;
/// Longest fields of a head (RFC 1952, 2.3.1): a name or comment has no length of its own.
const FIELD_BYTES: u64 = 64 << 10;

/// Packed bytes of a stream that are kept, so that it can be read once more.
const KEPT_BYTES: usize = 1 << 20;
/// How far back DEFLATE copies from (RFC 1951, 2).
const WINDOW_BYTES: usize = 32 << 10;

/// A raw stream of DEFLATE.
#[expect(clippy::disallowed_types, reason = "made by the budget, inside a meter")]
pub(super) struct Inflate<R: BufRead> {
    inner: flate2::bufread::DeflateDecoder<Kept<R>>,
    given: u64,
    broken: Option<io::Error>,
    over: Option<Box<Over>>,
}

#[expect(clippy::disallowed_types, reason = "made by the budget, inside a meter")]
impl<R: BufRead> Inflate<R> {
    pub(super) fn new(source: R) -> Self {
        let kept = Kept { source, bytes: Vec::new(), all: true };
        Self { inner: flate2::bufread::DeflateDecoder::new(kept), given: 0, broken: None, over: None }
    }
}

impl<R: BufRead> Read for Inflate<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if let Some(over) = &mut self.over {
            return over.read(&mut self.inner.get_mut().source, buf);
        }
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        match self.inner.read(buf) {
            Ok(count) => {
                self.given += count as u64;
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidInput && self.inner.get_ref().all => {
                let kept = self.inner.get_mut();
                let over = self.over.insert(Box::new(Over::new(std::mem::take(&mut kept.bytes), self.given, error)));
                over.read(&mut kept.source, buf)
            }
            Err(error) => {
                let before = self.inner.total_out().saturating_sub(self.given) as usize;
                if before == 0 || before > buf.len() {
                    return Err(error);
                }
                self.given += before as u64;
                self.broken = Some(error);
                Ok(before)
            }
        }
    }
}

/// Packed bytes, the first of which are kept.
struct Kept<R> {
    source: R,
    bytes: Vec<u8>,
    /// Whether they are all that were taken.
    all: bool,
}

impl<R: BufRead> Read for Kept<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let here = self.fill_buf()?;
        let count = here.len().min(buf.len());
        slice(here, 0, count).iter().zip(buf.iter_mut()).for_each(|(from, to)| *to = *from);
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Kept<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.source.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        if self.all && count > 0 {
            self.all = self.bytes.len() + count <= KEPT_BYTES;
            match self.source.fill_buf() {
                // What was looked at is at hand still.
                Ok(here) if self.all => self.bytes.extend_from_slice(slice(here, 0, count)),
                _ => {
                    self.all = false;
                    self.bytes = Vec::new();
                }
            }
        }
        self.source.consume(count);
    }
}

/// A stream that is read once more, over its damage.
struct Over {
    state: DecompressorOxide,
    kept: Vec<u8>,
    at: usize,
    window: Vec<u8>,
    /// Unpacked bytes that are still to be given.
    ready: std::ops::Range<usize>,
    /// Unpacked bytes that were given before.
    skip: u64,
    ended: bool,
    /// The damage, which is told at the end.
    error: Option<io::Error>,
}

impl Over {
    fn new(kept: Vec<u8>, given: u64, error: io::Error) -> Self {
        let (state, window) = (DecompressorOxide::new(), vec![0; WINDOW_BYTES]);
        Self { state, kept, at: 0, window, ready: 0..0, skip: given, ended: false, error: Some(error) }
    }

    fn read(&mut self, source: &mut impl BufRead, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let passed = self.skip.min(self.ready.len() as u64);
            self.skip -= passed;
            self.ready.start += passed as usize;
            let count = self.ready.len().min(buf.len());
            if count > 0 || buf.is_empty() {
                let from = slice(&self.window, self.ready.start, self.ready.start + count);
                from.iter().zip(buf.iter_mut()).for_each(|(from, to)| *to = *from);
                self.ready.start += count;
                return Ok(count);
            }
            if self.ended {
                return self.error.take().map_or(Ok(0), Err);
            }
            self.step(source)?;
        }
    }

    /// Unpacks up to the end of the window.
    fn step(&mut self, source: &mut impl BufRead) -> io::Result<()> {
        let is_kept = self.at < self.kept.len();
        let input = if is_kept { slice(&self.kept, self.at, self.kept.len()) } else { source.fill_buf()? };
        let flags = if input.is_empty() { 0 } else { TINFL_FLAG_HAS_MORE_INPUT };
        let start = self.ready.end % WINDOW_BYTES;
        let (status, taken, made) = decompress(&mut self.state, input, &mut self.window, start, flags);
        if is_kept {
            self.at += taken;
        } else {
            source.consume(taken);
        }
        self.ready = start..start + made;
        let goes_on = matches!(status, TINFLStatus::HasMoreOutput | TINFLStatus::NeedsMoreInput);
        self.ended = !goes_on || taken == 0 && made == 0;
        Ok(())
    }
}

/// One member of gzip (RFC 1952), its length and check sum compared.
pub(super) struct Gzip<R: Read> {
    inner: Inflate<Source<R>>,
    crc: flate2::Crc,
    ended: bool,
}

impl<R: Read> Gzip<R> {
    /// Reads the head.
    pub(super) fn new(mut source: Source<R>) -> io::Result<Self> {
        let head = source.peek(HEAD_BYTES + 2)?;
        let (flags, extra) = (at(head, 3), usize::from(at(head, 10)) | usize::from(at(head, 11)) << 8);
        if head.len() < HEAD_BYTES {
            return Err(Fault::corrupt("cut off").into());
        }
        if flags & 0xE0 != 0 {
            return Err(Fault::corrupt("damaged").into());
        }
        source.skip(HEAD_BYTES as u64)?;
        if flags & 4 != 0 {
            source.skip(2 + extra as u64)?;
        }
        for _ in 0..(flags >> 3 & 1) + (flags >> 4 & 1) {
            let mut left = FIELD_BYTES;
            loop {
                let here = source.fill_buf()?;
                let end = memchr::memchr(0, here).map_or(here.len(), |end| end + 1);
                let is_end = at(here, end.wrapping_sub(1)) == 0;
                if here.is_empty() || left < end as u64 {
                    return Err(Fault::corrupt("a head that does not end").into());
                }
                source.consume(end);
                left -= end as u64;
                if is_end {
                    break;
                }
            }
        }
        if flags & 2 != 0 {
            source.skip(2)?;
        }
        Ok(Self { inner: Inflate::new(source), crc: flate2::Crc::new(), ended: false })
    }

    /// What follows the member.
    pub(super) fn into_inner(self) -> Source<R> {
        self.inner.inner.into_inner().source
    }
}

impl<R: Read> Read for Gzip<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.crc.update(slice(buf, 0, count));
        if count == 0 && !buf.is_empty() && !self.ended {
            self.ended = true;
            let source = &mut self.inner.inner.get_mut().source;
            let end = source.peek(END_BYTES)?;
            if end.len() < END_BYTES {
                return Err(Fault::corrupt("cut off").into());
            }
            let (sum, length) = (self.crc.sum().to_le_bytes(), self.crc.amount().to_le_bytes());
            if slice(end, 0, 4) != sum || slice(end, 4, 8) != length {
                return Err(Fault::corrupt("another length or check sum than it says").into());
            }
            source.consume(END_BYTES);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn packed(name: Option<&str>, content: &[u8]) -> Vec<u8> {
        let mut head = flate2::GzBuilder::new();
        if let Some(name) = name {
            head = head.filename(name).comment("a").extra(vec![7; 300]);
        }
        let mut encoder = head.write(Vec::new(), flate2::Compression::best());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> (Vec<u8>, bool) {
        let mut all = Vec::new();
        let read = Gzip::new(Source::new(bytes)).and_then(|mut gzip| gzip.read_to_end(&mut all));
        (all, read.is_ok())
    }

    /// A copy from before the beginning is zeros, and what stands behind it is given; the damage is told all the same.
    #[test]
    fn damage_that_others_read_over_is_read_over() {
        // One block of fixed codes (RFC 1951, 3.2.6): `a`, three bytes from two back, `b`, the end.
        let codes = [(1, 1), (1, 2), (0x91, 8), (1, 7), (1, 5), (0x92, 8), (0, 7)];
        let (mut bits, mut count) = (0u64, 0);
        for (index, (code, length)) in codes.into_iter().enumerate() {
            // Heads of blocks begin with their lowest bit, codes with their highest.
            let code = if index < 2 { u64::from(code) } else { u64::from(u32::reverse_bits(code) >> (32 - length)) };
            bits |= code << count;
            count += length;
        }
        let mut all = Vec::new();
        let read = Inflate::new(&bits.to_le_bytes()[..]).read_to_end(&mut all);
        assert!(read.is_err());
        assert_eq!(all, [b'a', 0, b'a', 0, b'b']);
    }

    #[test]
    fn what_was_unpacked_before_the_damage_is_given() {
        let content: Vec<u8> =
            (0..4000u32).flat_map(|i| (i.wrapping_mul(2_654_435_761) >> 20).to_string().into_bytes()).collect();
        for name in [None, Some("a.log")] {
            let whole = packed(name, &content);
            assert_eq!(read(&whole), (content.clone(), true));
            let mut prefixes = 0;
            for place in (10..whole.len()).step_by(13) {
                let mut damaged = whole.clone();
                damaged[place] ^= 0x81;
                let (all, is_whole) = read(&damaged);
                assert!(!is_whole || all == content, "{place}");
                prefixes += usize::from(all.len() > 100 && content.starts_with(&all[..100]));
                assert!(!read(&whole[..place]).1, "{place}");
            }
            assert!(prefixes * 13 * 10 > whole.len() * 8, "{prefixes} of {}", whole.len() / 13);
        }
    }
}
