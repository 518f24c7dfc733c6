//! DEFLATE and gzip that give what they unpacked before they met damage.
//!
//! The decoder of flate2 forgets the bytes of the read that failed, up to all of a small stream.

use super::fault::Fault;
use super::input::Source;
use crate::text::{at, slice};
use std::io::{self, BufRead, Read};

/// Bytes of the head of a gzip member, and of what stands behind its content.
const HEAD_BYTES: usize = 10;
const END_BYTES: usize = 8;
/// Longest fields of a head (RFC 1952, 2.3.1): a name or comment has no length of its own.
const FIELD_BYTES: u64 = 64 << 10;

/// A raw stream of DEFLATE.
#[expect(clippy::disallowed_types, reason = "made by the budget, inside a meter")]
pub(super) struct Inflate<R: BufRead> {
    inner: flate2::bufread::DeflateDecoder<R>,
    given: u64,
    broken: Option<io::Error>,
}

#[expect(clippy::disallowed_types, reason = "made by the budget, inside a meter")]
impl<R: BufRead> Inflate<R> {
    pub(super) fn new(source: R) -> Self {
        Self { inner: flate2::bufread::DeflateDecoder::new(source), given: 0, broken: None }
    }
}

impl<R: BufRead> Read for Inflate<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        match self.inner.read(buf) {
            Ok(count) => {
                self.given += count as u64;
                Ok(count)
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
        self.inner.inner.into_inner()
    }
}

impl<R: Read> Read for Gzip<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.crc.update(slice(buf, 0, count));
        if count == 0 && !buf.is_empty() && !self.ended {
            self.ended = true;
            let source = self.inner.inner.get_mut();
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
