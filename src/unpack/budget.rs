//! What one file and everything inside it may cost. Every decoder is made here, so none runs without it.

use super::fault::Fault;
use super::locked::Passwords;
use crate::limits::Unpack;
use crate::problem::Reason;
use std::cell::{Cell, RefCell};
use std::io::{self, Read};
use std::time::Duration;

/// Most time of decoders, in milliseconds, however much they unpack.
const TIME_MOST_MS: u64 = 3_600_000;
/// Unpacked bytes for which decoders get a second more.
const BYTES_A_SECOND: u64 = 10 << 20;

/// The budget of one file, shared by all levels inside it. One thread opens one file.
pub struct Budget {
    limits: Unpack,
    /// Packed bytes of the file, as far as they are known.
    packed: Cell<u64>,
    members: Cell<u64>,
    unpacked: Cell<u64>,
    held: Cell<usize>,
    spent: Cell<Duration>,
    /// The limit of the whole that was hit: nothing more is unpacked after it.
    spent_up: RefCell<Option<Fault>>,
    #[cfg_attr(not(feature = "formats"), expect(dead_code, reason = "nothing is opened without the formats"))]
    passwords: Passwords,
    /// The place of the password that opened something last.
    #[cfg_attr(not(feature = "formats"), expect(dead_code, reason = "nothing is opened without the formats"))]
    opened_with: Cell<usize>,
}

impl Budget {
    /// The budget of a file of this size, or of a stream.
    pub fn new(limits: Unpack, size: Option<u64>) -> Self {
        Self {
            limits,
            packed: Cell::new(size.unwrap_or(0)),
            members: Cell::new(0),
            unpacked: Cell::new(0),
            held: Cell::new(0),
            spent: Cell::new(Duration::ZERO),
            spent_up: RefCell::new(None),
            passwords: Passwords::default(),
            opened_with: Cell::new(0),
        }
    }

    /// With passwords to try.
    #[must_use]
    pub fn with_passwords(self, passwords: Passwords) -> Self {
        Self { passwords, ..self }
    }

    /// The passwords with their places, the one that opened something last first.
    #[cfg(feature = "formats")]
    pub(super) fn passwords(&self) -> impl Iterator<Item = (usize, &str)> {
        let first = self.opened_with.get();
        let all = || self.passwords.iter().enumerate();
        all().filter(move |(place, _)| *place == first).chain(all().filter(move |(place, _)| *place != first))
    }

    /// Remembers the password that opened something.
    #[cfg(feature = "formats")]
    pub(super) fn opened_with(&self, place: usize) {
        self.opened_with.set(place);
    }

    /// Packed bytes of a stream whose size is not known before its end.
    pub fn packed(&self, bytes: u64) {
        self.packed.set(self.packed.get().saturating_add(bytes));
    }

    /// Whether a container may be opened that has `above` containers around it.
    ///
    /// # Errors
    /// `limit_depth`.
    pub fn depth(&self, above: u32) -> Result<(), Fault> {
        if above < self.limits.depth {
            return Ok(());
        }
        Err(Fault::new(Reason::LimitDepth, format!("more than {} containers in each other", self.limits.depth)))
    }

    /// Memory that one piece may take, in bytes.
    #[cfg(feature = "formats")]
    pub(super) fn memory_bytes(&self) -> usize {
        self.limits.memory_bytes
    }

    /// Counts a member.
    ///
    /// # Errors
    /// `limit_members`, or the limit of the whole that was hit before.
    pub fn member(&self) -> Result<(), Fault> {
        if let Some(fault) = self.spent_up.borrow().as_ref() {
            return Err(fault.clone());
        }
        self.members.set(self.members.get() + 1);
        if self.members.get() > self.limits.members {
            return Err(self.stop(Reason::LimitMembers, format!("more than {} members", self.limits.members)));
        }
        Ok(())
    }

    fn stop(&self, reason: Reason, detail: String) -> Fault {
        self.spent_up.borrow_mut().get_or_insert_with(|| Fault::new(reason, detail)).clone()
    }

    /// Counts unpacked bytes and the time they took.
    #[cfg_attr(not(feature = "formats"), expect(dead_code, reason = "decoders need the formats"))]
    pub(super) fn unpacked(&self, bytes: u64, took: Duration) -> Result<(), Fault> {
        let limits = &self.limits;
        let unpacked = self.unpacked.get().saturating_add(bytes);
        self.unpacked.set(unpacked);
        self.spent.set(self.spent.get().saturating_add(took));
        if unpacked > limits.bytes {
            return Err(self.stop(Reason::LimitBytes, format!("more than {} unpacked bytes", limits.bytes)));
        }
        if unpacked > limits.ratio_from_bytes.saturating_add(self.packed.get().saturating_mul(limits.ratio)) {
            return Err(self.stop(Reason::LimitRatio, format!("more than {} bytes for each packed one", limits.ratio)));
        }
        let more_ms = unpacked.saturating_mul(1000) / BYTES_A_SECOND;
        let allowed_ms = limits.time_ms.saturating_add(more_ms).min(limits.time_ms.max(TIME_MOST_MS));
        if self.spent.get() > Duration::from_millis(allowed_ms) {
            return Err(self.stop(Reason::Timeout, "unpacking took longer than allowed".to_owned()));
        }
        Ok(())
    }

    /// Reads to the end, into memory.
    ///
    /// # Errors
    /// `limit_memory`, or what the stream says. What was read before stands in the second value.
    pub fn hold(&self, reader: &mut dyn Read) -> Result<Held<'_>, (Fault, Held<'_>)> {
        let mut held = Held { bytes: Vec::new(), budget: self };
        let mut piece = vec![0; 64 << 10];
        loop {
            match reader.read(&mut piece) {
                Ok(0) => return Ok(held),
                Ok(count) => {
                    if self.held.get() + count > self.limits.memory_bytes {
                        let words = format!("more than {} bytes in one piece", self.limits.memory_bytes);
                        return Err((Fault::new(Reason::LimitMemory, words), held));
                    }
                    self.held.set(self.held.get() + count);
                    held.bytes.extend_from_slice(piece.get(..count).unwrap_or(&[]));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err((Fault::of(&error), held)),
            }
        }
    }
}

/// Bytes held in memory, counted as long as they are.
pub struct Held<'b> {
    bytes: Vec<u8>,
    budget: &'b Budget,
}

impl Held<'_> {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, to be changed where they lie.
    #[cfg(feature = "formats")]
    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.budget.held.set(self.budget.held.get().saturating_sub(self.bytes.len()));
    }
}

#[cfg(feature = "formats")]
pub(super) use decoders::{Codec, Joined};

#[cfg(feature = "formats")]
#[expect(clippy::disallowed_types, reason = "the one place that makes decoders, each inside a meter")]
mod decoders {
    use super::{Budget, Duration, Fault, Reason, io};
    use crate::text::slice;
    use crate::unpack::inflate::{Gzip, Inflate};
    use crate::unpack::input::Source;
    use crate::unpack::stopwatch::Stopwatch;
    use std::cell::Cell;
    use std::io::{BufRead, Read};
    use std::rc::Rc;

    /// Bytes that are kept of frames that programs leave out; the shortest that may hold a value; and how a frame ends
    /// that holds a table of others (zstd, seekable format).
    const ASIDE_BYTES: u64 = 1 << 20;
    const SHORTEST_ASIDE: u64 = 9;
    const SEEK_TABLE: &[u8] = b"\xb1\xea\x92\x8f";

    /// Packed bytes before one stream may be told to be out of proportion.
    const RATIO_SLACK: u64 = 64;

    /// A way to pack one stream inside a member.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Codec {
        Gzip,
        Deflate,
        Deflate64,
        Bzip2,
        /// LZMA with the head that zip gives it.
        ZipLzma,
        Zstd,
        Xz,
        Lz4,
        /// LZMA with the head that it has alone.
        Lzma,
    }

    impl Budget {
        /// Unpacks one stream.
        pub(crate) fn decoder<'r, R: Read + 'r>(
            &'r self, codec: Codec, mut source: Source<R>,
        ) -> io::Result<Box<dyn Read + 'r>> {
            let memory_kib = (self.limits.memory_bytes >> 10) as u32;
            let consumed = source.consumed();
            let inner: Box<dyn Read + 'r> = match codec {
                Codec::Deflate => Box::new(Inflate::new(source)),
                Codec::Deflate64 => Box::new(deflate64::Deflate64Decoder::with_buffer(source)),
                Codec::Bzip2 => Box::new(bzip2::bufread::BzDecoder::new(source)),
                Codec::ZipLzma => {
                    let head = source.peek(9)?;
                    let &[_, _, 5, 0, properties, a, b, c, d] = slice(head, 0, 9) else {
                        return Err(Fault::corrupt("no head of LZMA").into());
                    };
                    source.consume(9);
                    let dictionary = u32::from_le_bytes([a, b, c, d]);
                    let memory = lzma_rust2::lzma_get_memory_usage_by_props(dictionary, properties);
                    if memory.map_err(|_| Fault::corrupt("no properties of LZMA"))? > memory_kib {
                        return Err(window(self).into());
                    }
                    // Its length is not told here: it ends with a mark, or where whoever reads it has enough.
                    Box::new(lzma_rust2::LzmaReader::new_with_props(source, u64::MAX, properties, dictionary, None)?)
                }
                // These have their own meter.
                Codec::Zstd | Codec::Xz | Codec::Gzip | Codec::Lz4 | Codec::Lzma => {
                    return Ok(Box::new(Joined::new(self, codec, source)));
                }
            };
            Ok(Box::new(Metered { inner, budget: self, consumed, unpacked: 0 }))
        }
    }

    impl Budget {
        /// Unpacks a block of lz4 that says how many bytes it holds.
        pub(crate) fn lz4_block(&self, packed: &[u8], bytes: u64) -> Result<Vec<u8>, Fault> {
            let start = Stopwatch::start();
            // No byte of a block holds more than 255.
            let most = bytes.min(packed.len() as u64 * 255) as usize;
            let block = lz4_flex::block::decompress(packed, most).map_err(|_| Fault::corrupt("damaged"))?;
            self.unpacked(block.len() as u64, start.elapsed())?;
            Ok(block)
        }
    }

    fn window(budget: &Budget) -> Fault {
        Fault::new(Reason::LimitMemory, format!("a window of more than {} bytes", budget.limits.memory_bytes))
    }

    /// Checks every read of a decoder against the budget, and gives its errors their reason.
    struct Metered<'b, D> {
        inner: D,
        budget: &'b Budget,
        consumed: Rc<Cell<u64>>,
        unpacked: u64,
    }

    impl<D: Read> Read for Metered<'_, D> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let start = Stopwatch::start();
            let count = self.inner.read(buf).map_err(|error| told(self.budget, error))?;
            self.unpacked += count as u64;
            check(self.budget, self.unpacked, self.consumed.get(), count, start.elapsed())?;
            Ok(count)
        }
    }

    fn check(budget: &Budget, unpacked: u64, consumed: u64, count: usize, took: Duration) -> io::Result<()> {
        budget.unpacked(count as u64, took)?;
        let limits = &budget.limits;
        if unpacked > limits.ratio_from_bytes && unpacked / limits.ratio > consumed + RATIO_SLACK {
            let words = format!("more than {} bytes for each packed one", limits.ratio);
            return Err(Fault::new(Reason::LimitRatio, words).into());
        }
        Ok(())
    }

    /// What an error of a decoder means: a fault from further down, an error of the storage, else damage.
    fn told(budget: &Budget, error: io::Error) -> io::Error {
        if Fault::within(&error).is_some()
            || error.raw_os_error().is_some()
            || error.kind() == io::ErrorKind::Interrupted
        {
            return error;
        }
        if let Some(fault) = budget.spent_up.borrow().as_ref() {
            return fault.clone().into();
        }
        match error.kind() {
            io::ErrorKind::OutOfMemory => window(budget).into(),
            io::ErrorKind::UnexpectedEof => Fault::corrupt("cut off").into(),
            _ => Fault::corrupt("damaged").into(),
        }
    }

    /// Streams of one kind, one after the other, with zero bytes between them, read as one: what `cat` of packed
    /// files is. What follows the last one stays.
    pub(crate) struct Joined<'b, R: Read> {
        budget: &'b Budget,
        codec: Codec,
        state: State<R>,
        consumed: Rc<Cell<u64>>,
        unpacked: u64,
        /// Packed bytes are those of the file, which has no size.
        feeds: bool,
        fed: u64,
        /// What frames hold that no reader gives anybody.
        aside: Vec<u8>,
        /// There was more of it than is kept.
        aside_is_cut: bool,
    }

    enum State<R: Read> {
        Between(Source<R>),
        Gzip(Box<Gzip<R>>),
        Bzip2(Box<bzip2::bufread::BzDecoder<Source<R>>>),
        Zstd(Box<zstd::Decoder<'static, Source<R>>>),
        Xz(Box<lzma_rust2::XzReader<Source<R>>>),
        Lz4(Box<lz4_flex::frame::FrameDecoder<Source<R>>>, bool),
        Lzma(Box<lzma_rust2::LzmaReader<Source<R>>>),
        Ended(Source<R>),
        /// An error was met: nothing follows it.
        Broken(Fault),
    }

    impl<'b, R: Read> Joined<'b, R> {
        /// Reads streams of this kind from where `source` stands.
        pub(crate) fn new(budget: &'b Budget, codec: Codec, source: Source<R>) -> Self {
            let consumed = source.consumed();
            let state = State::Between(source);
            let (aside, aside_is_cut) = (Vec::new(), false);
            Self { budget, codec, state, consumed, unpacked: 0, feeds: false, fed: 0, aside, aside_is_cut }
        }

        /// What is taken out of the source counts as packed bytes of the file.
        pub(crate) fn feeding(mut self) -> Self {
            self.feeds = true;
            self
        }

        /// What frames hold that programs leave out, and whether that is all of it.
        pub(crate) fn aside(&mut self) -> (Vec<u8>, bool) {
            (std::mem::take(&mut self.aside), !self.aside_is_cut)
        }

        /// Passes a frame over that programs leave out (RFC 8878, 3.1.2), and keeps what it holds.
        fn pass_over(&mut self, source: &mut Source<R>, bytes: u64) -> io::Result<()> {
            source.skip(8)?;
            let room = ASIDE_BYTES.saturating_sub(self.aside.len() as u64);
            let (before, wanted) = (self.aside.len(), bytes.min(room));
            (&mut *source).take(wanted).read_to_end(&mut self.aside)?;
            let kept = (self.aside.len() - before) as u64;
            if kept + source.skip(bytes - wanted)? < bytes {
                return Err(Fault::corrupt("cut off").into());
            }
            let own = slice(&self.aside, before, self.aside.len());
            // Sizes of frames hold no value; tables of them say what they are.
            if bytes < SHORTEST_ASIDE || own.ends_with(SEEK_TABLE) {
                self.aside.truncate(before);
            } else {
                self.aside_is_cut |= kept < bytes;
                self.aside.push(b'\n');
            }
            Ok(())
        }

        /// What follows the last stream; `None` if that was not reached.
        pub(crate) fn rest(self) -> Option<Source<R>> {
            match self.state {
                State::Ended(source) => Some(source),
                _ => None,
            }
        }

        /// The next stream, if one begins here.
        fn start(&mut self, mut source: Source<R>) -> io::Result<State<R>> {
            if self.unpacked > 0 || self.consumed.get() > 0 {
                // Padding: of tapes, of disks, and what xz allows.
                while source.peek(1)?.first() == Some(&0) {
                    let zeros = source.fill_buf()?.iter().take_while(|byte| **byte == 0).count();
                    source.consume(zeros);
                }
            }
            if matches!(self.codec, Codec::Zstd | Codec::Lz4) {
                while let &[0x50..=0x5F, 0x2A, 0x4D, 0x18, a, b, c, d] = source.peek(8)? {
                    self.pass_over(&mut source, u64::from(u32::from_le_bytes([a, b, c, d])))?;
                }
            }
            let head = source.peek(18)?;
            let begins = |mark: &[u8]| head.starts_with(mark);
            Ok(match self.codec {
                Codec::Gzip if begins(b"\x1f\x8b\x08") => State::Gzip(Box::new(Gzip::new(source)?)),
                Codec::Bzip2 if begins(b"BZh") => State::Bzip2(Box::new(bzip2::bufread::BzDecoder::new(source))),
                Codec::Zstd if begins(b"\x28\xb5\x2f\xfd") => {
                    if zstd_window(head) > self.budget.limits.memory_bytes as u64 {
                        return Err(window(self.budget).into());
                    }
                    let mut decoder = zstd::Decoder::with_buffer(source)?.single_frame();
                    decoder.window_log_max(self.budget.limits.memory_bytes.max(1 << 10).ilog2())?;
                    State::Zstd(Box::new(decoder))
                }
                Codec::Xz if begins(b"\xfd7zXZ\0") => {
                    let memory_kib = (self.budget.limits.memory_bytes >> 10) as u32;
                    State::Xz(Box::new(lzma_rust2::XzReader::new_mem_limit(source, false, memory_kib)))
                }
                Codec::Lz4 if begins(b"\x04\x22\x4d\x18") => {
                    let checksum = head.get(4).is_some_and(|flags| flags & 4 != 0);
                    State::Lz4(Box::new(lz4_flex::frame::FrameDecoder::new(source)), checksum)
                }
                Codec::Lzma if self.consumed.get() == 0 => {
                    let memory_kib = (self.budget.limits.memory_bytes >> 10) as u32;
                    State::Lzma(Box::new(lzma_rust2::LzmaReader::new_mem_limit(source, memory_kib, None)?))
                }
                _ => State::Ended(source),
            })
        }

        fn step(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            loop {
                let count = match &mut self.state {
                    State::Between(_) => {
                        let broken = State::Broken(Fault::corrupt("damaged"));
                        let State::Between(source) = std::mem::replace(&mut self.state, broken) else { return Ok(0) };
                        self.state = self.start(source)?;
                        continue;
                    }
                    State::Gzip(decoder) => decoder.read(buf)?,
                    State::Bzip2(decoder) => decoder.read(buf)?,
                    State::Zstd(decoder) => decoder.read(buf)?,
                    State::Xz(decoder) => decoder.read(buf)?,
                    State::Lz4(decoder, _) => decoder.read(buf)?,
                    State::Lzma(decoder) => decoder.read(buf)?,
                    State::Ended(_) => return Ok(0),
                    State::Broken(fault) => return Err(fault.clone().into()),
                };
                if count > 0 || buf.is_empty() {
                    return Ok(count);
                }
                let broken = State::Broken(Fault::corrupt("cut off"));
                let source = match std::mem::replace(&mut self.state, broken) {
                    State::Gzip(decoder) => decoder.into_inner(),
                    State::Bzip2(decoder) => decoder.into_inner(),
                    State::Zstd(decoder) => decoder.into_inner(),
                    State::Xz(decoder) => decoder.into_inner(),
                    State::Lz4(decoder, checksum) => {
                        let source = decoder.into_inner();
                        // The decoder takes an end between two blocks for the end of the frame: look for its mark.
                        let mark = if checksum {
                            slice(&source.last(), 0, 4) == [0; 4]
                        } else {
                            slice(&source.last(), 4, 8) == [0; 4]
                        };
                        if !mark {
                            return Err(Fault::corrupt("cut off").into());
                        }
                        source
                    }
                    State::Lzma(decoder) => {
                        let (source, unread) = decoder.into_parts();
                        if !unread.is_empty() {
                            return Err(Fault::corrupt("bytes behind the packed ones").into());
                        }
                        source
                    }
                    State::Between(source) | State::Ended(source) => source,
                    State::Broken(fault) => return Err(fault.into()),
                };
                self.state = State::Between(source);
            }
        }
    }

    impl<R: Read> Read for Joined<'_, R> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let start = Stopwatch::start();
            let read = self.step(buf).map_err(|error| told(self.budget, error));
            if self.feeds {
                self.budget.packed(self.consumed.get() - self.fed);
                self.fed = self.consumed.get();
            }
            let count = match read {
                Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                    self.state = State::Broken(Fault::of(&error));
                    return Err(error);
                }
                read => read?,
            };
            self.unpacked += count as u64;
            check(self.budget, self.unpacked, self.consumed.get(), count, start.elapsed())?;
            Ok(count)
        }
    }

    /// The window that a frame of Zstandard needs, in bytes (RFC 8878, 3.1.1.1).
    fn zstd_window(head: &[u8]) -> u64 {
        let descriptor = head.get(4).copied().unwrap_or(0);
        if descriptor & 0x20 == 0 {
            let window = head.get(5).copied().unwrap_or(0);
            let base = 1u64 << (10 + (window >> 3));
            return base + base / 8 * u64::from(window & 7);
        }
        let dictionary = [0, 1, 2, 4].get(usize::from(descriptor & 3)).copied().unwrap_or(0);
        let length = match descriptor >> 6 {
            0 => 1,
            1 => 2,
            2 => 4,
            _ => 8,
        };
        let size = slice(head, 5 + dictionary, 5 + dictionary + length);
        size.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
    }
}

#[cfg(all(test, feature = "formats"))]
mod tests {
    use super::*;
    use crate::unpack::input::Source;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(budget: &Budget, packed: &[u8]) -> (Vec<u8>, Result<Vec<u8>, Fault>) {
        let mut joined = Joined::new(budget, Codec::Gzip, Source::new(packed));
        let mut out = Vec::new();
        let read = joined.read_to_end(&mut out);
        let rest = read.map_err(|error| Fault::of(&error)).map(|_| {
            let mut rest = Vec::new();
            joined.rest().unwrap().read_to_end(&mut rest).unwrap();
            rest
        });
        (out, rest)
    }

    #[test]
    fn joined_streams_are_read_to_the_last() {
        let budget = Budget::new(Unpack::default(), None);
        let all = [gzip(b"one "), gzip(b""), vec![0; 700], gzip(b"two"), vec![0; 3], b"trailing".to_vec()].concat();
        assert_eq!(unpacked(&budget, &all), (b"one two".to_vec(), Ok(b"trailing".to_vec())));
    }

    #[test]
    fn what_is_cut_off_is_corrupt_at_every_byte() {
        let budget = Budget::new(Unpack::default(), None);
        let whole = gzip(b"some text, and some more text");
        for end in 3..whole.len() {
            let (_, rest) = unpacked(&budget, &whole[..end]);
            assert_eq!(rest.unwrap_err().reason, Reason::Corrupt, "{end}");
        }
    }

    #[test]
    fn limits_have_names() {
        let zeros = gzip(&vec![0; 1 << 20]);
        let reason =
            |limits: Unpack| unpacked(&Budget::new(limits, Some(zeros.len() as u64)), &zeros).1.unwrap_err().reason;
        let small = Unpack { ratio: 200, ratio_from_bytes: 1 << 10, ..Unpack::default() };
        assert_eq!(reason(small), Reason::LimitRatio);
        assert_eq!(reason(Unpack { bytes: 100, ..Unpack::default() }), Reason::LimitBytes);
        let budget = Budget::new(Unpack { members: 1, ..Unpack::default() }, None);
        assert_eq!(budget.member(), Ok(()));
        assert_eq!(budget.member().unwrap_err().reason, Reason::LimitMembers);
        assert_eq!(budget.depth(15), Ok(()));
        assert_eq!(budget.depth(16).unwrap_err().reason, Reason::LimitDepth);
        let budget = Budget::new(Unpack { memory_bytes: 4, ..Unpack::default() }, None);
        assert_eq!(budget.hold(&mut &b"1234"[..]).map_err(|(fault, _)| fault).unwrap().bytes(), b"1234");
        assert_eq!(budget.hold(&mut &b"12345"[..]).err().map(|(fault, _)| fault.reason), Some(Reason::LimitMemory));
        assert_eq!(budget.held.get(), 0);
    }

    #[test]
    fn each_limit_holds_at_its_edge() {
        let usual = Unpack::default();
        let reason = |packed: u64, bytes: u64, took_ms: u64| {
            let budget = Budget::new(usual, Some(packed));
            budget.unpacked(bytes, Duration::from_millis(took_ms)).err().map(|fault| fault.reason)
        };
        assert_eq!(reason(8 << 30, 8 << 30, 0), None);
        assert_eq!(reason(8 << 30, (8 << 30) + 1, 0), Some(Reason::LimitBytes));
        assert_eq!(reason(100, (64 << 20) + 100_000, 0), None);
        assert_eq!(reason(100, (64 << 20) + 100_001, 0), Some(Reason::LimitRatio));
        assert_eq!(reason(0, 0, 60_000), None);
        assert_eq!(reason(0, 0, 60_001), Some(Reason::Timeout));
        assert_eq!(reason(1 << 20, 20 << 20, 62_000), None);
        assert_eq!(reason(1 << 20, 20 << 20, 62_001), Some(Reason::Timeout));
        let long = Budget::new(Unpack { bytes: u64::MAX, ..usual }, Some(1 << 50));
        assert_eq!(long.unpacked(1 << 50, Duration::from_hours(1)), Ok(()));
        assert_eq!(long.unpacked(0, Duration::from_millis(1)).unwrap_err().reason, Reason::Timeout);
        let members = Budget::new(usual, None);
        assert!((0..100_000).all(|_| members.member().is_ok()));
        assert_eq!(members.member().unwrap_err().reason, Reason::LimitMembers);
        let most = usual.memory_bytes as u64;
        let held = |count: u64| {
            let budget = Budget::new(usual, None);
            budget.hold(&mut io::repeat(0).take(count)).err().map(|(fault, _)| fault.reason)
        };
        assert_eq!((held(most), held(most + 1)), (None, Some(Reason::LimitMemory)));
    }

    /// A window of 128 MiB is the largest that is made: what asks for more ends before a byte is unpacked.
    #[test]
    fn windows_hold_at_their_edge() {
        let reason = |codec: Codec, packed: &[u8]| {
            let budget = Budget::new(Unpack::default(), None);
            let mut decoder = budget.decoder(codec, Source::new(packed)).unwrap();
            io::copy(&mut decoder, &mut io::sink()).err().map(|error| Fault::of(&error).reason)
        };
        // Frames with one raw block of a byte: the window is told in the head (RFC 8878, 3.1.1.1.2).
        let zstd = |window: u8| reason(Codec::Zstd, &[0x28, 0xB5, 0x2F, 0xFD, 0, window, 9, 0, 0, b'a']);
        assert_eq!(zstd((27 - 10) << 3), None);
        assert_eq!(zstd((27 - 10) << 3 | 1), Some(Reason::LimitMemory));
    }
}
