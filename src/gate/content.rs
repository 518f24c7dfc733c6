//! Content that stays what it was when it was hashed.
//!
//! In:      a file, or bytes that come once.
//! Out:     an [`Object`]: bytes that can be read any number of times, and their SHA-256. Scan, redaction and release all
//!          read this object, so what is judged is what goes out.
//! Promise: bytes that differ from the hashed ones are an error, never an answer. Small content lies in a sealed piece of
//!          memory; a large file stays where it is, with a digest for each page; a large stream lies in an unlinked
//!          file, encrypted with a key that exists in memory only.

use super::reason::Reason;
use crate::policy::hex;
use crate::problem::{self, Problem};
use crate::read::{Bytes, Content, Reader, Stream, read_problem};
use crate::sink::ItemMeta;
use crate::source::Item;
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const PAGE: usize = 64 << 10;
const SEAL_BYTES: usize = 16;
/// Bytes that are held together while content comes in pieces.
const HELD_BYTES: usize = 1 << 20;

/// How content is taken in.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Content up to this size is kept in memory.
    pub memory_bytes: u64,
    /// Where a longer stream is kept, encrypted; without it such a stream is refused.
    pub spool: Option<PathBuf>,
}

impl Default for Intake {
    fn default() -> Self {
        Self { memory_bytes: 64 << 20, spool: None }
    }
}

/// Content that is fixed, and its digest.
#[derive(Clone)]
pub struct Object {
    bytes: Arc<dyn Bytes>,
    sha256: [u8; 32],
    changed: Arc<AtomicBool>,
}

impl Object {
    /// Takes in a file or standard input.
    ///
    /// # Errors
    ///
    /// Why it cannot be read whole, or was changed meanwhile.
    pub fn open(reader: &Reader, item: &Item, intake: &Intake, stop: &AtomicBool) -> Result<Self, Reason> {
        let refused = |problem: Problem| match problem.reason {
            // Nobody listed it as a file: what is a folder was one all along.
            problem::Reason::ChangedDuringScan => Reason::Scan(problem::Reason::SpecialFile),
            reason => Reason::Scan(reason),
        };
        match reader.open(item).map_err(refused)? {
            Content::Stream(stream) => Self::from_stream(stream, intake, stop),
            Content::Bytes(bytes) if bytes.size() > intake.memory_bytes => Pinned::new(bytes, stop),
            Content::Bytes(bytes) => {
                let mut all = vec![0; usize::try_from(bytes.size()).map_err(|_| Reason::LimitExceeded)?];
                let read = fill(bytes.as_ref(), &mut all, 0).map_err(|error| storage(&error))?;
                if bytes.finish(read as u64).is_some() || read < all.len() {
                    return Err(Reason::Scan(problem::Reason::ChangedDuringScan));
                }
                Self::from_memory(&all).map_err(|error| storage(&error))
            }
        }
    }

    /// Takes in bytes at hand.
    ///
    /// # Errors
    ///
    /// The system has no memory for them.
    pub fn from_memory(bytes: &[u8]) -> io::Result<Self> {
        let sealed = Sealed::new([bytes])?;
        let changed = Arc::new(AtomicBool::new(false));
        Ok(Self { bytes: Arc::new(sealed), sha256: Sha256::digest(bytes).into(), changed })
    }

    /// A text for a record: nobody else holds it, so that it needs no seal, and no room that could be refused.
    pub(super) fn of_text(text: &str) -> Self {
        let changed = Arc::new(AtomicBool::new(false));
        let sha256 = Sha256::digest(text).into();
        Self { bytes: Arc::new(Own(text.as_bytes().to_vec())), sha256, changed }
    }

    fn from_stream(mut stream: Stream, intake: &Intake, stop: &AtomicBool) -> Result<Self, Reason> {
        let mut builder = Builder::new(intake);
        let mut piece = vec![0; PAGE];
        loop {
            if stop.load(Ordering::Relaxed) {
                return Err(Reason::Interrupted);
            }
            match stream.reader.read(&mut piece) {
                Ok(0) => return builder.finish(),
                Ok(count) => builder.push(piece.get(..count).unwrap_or_default())?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(storage(&error)),
            }
        }
    }

    /// The bytes, for a reader that scans them.
    pub fn bytes(&self) -> &Arc<dyn Bytes> {
        &self.bytes
    }

    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.bytes.size()
    }

    /// SHA-256 of the bytes.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Whether a byte was met that is not the hashed one.
    pub fn was_changed(&self) -> bool {
        self.changed.load(Ordering::Relaxed)
    }

    /// Hands on all bytes in order, in pieces.
    ///
    /// # Errors
    ///
    /// A read that failed or differed, or what `take` said.
    pub fn each(&self, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut piece = vec![0; 4 * PAGE];
        let mut at = 0;
        while at < self.size() {
            let wanted = usize::try_from(self.size() - at).map_or(piece.len(), |left| left.min(piece.len()));
            let buffer = piece.get_mut(..wanted).unwrap_or_default();
            if fill(self.bytes.as_ref(), buffer, at)? < wanted {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            take(buffer)?;
            at += wanted as u64;
        }
        Ok(())
    }

    /// The bytes of a range; short where the content ends.
    ///
    /// # Errors
    ///
    /// A read that failed or differed.
    pub fn range(&self, start: u64, end: u64) -> io::Result<Vec<u8>> {
        let end = end.min(self.size());
        let mut buffer = vec![0; usize::try_from(end.saturating_sub(start)).map_err(io::Error::other)?];
        let read = fill(self.bytes.as_ref(), &mut buffer, start)?;
        buffer.truncate(read);
        Ok(buffer)
    }
}

/// Makes an object of pieces that come one by one.
pub struct Builder<'i> {
    intake: &'i Intake,
    hasher: Sha256,
    /// Pieces of the content, and their bytes: what is handed on piece by piece lies there once.
    memory: Vec<Vec<u8>>,
    held: usize,
    spool: Option<Spool>,
}

impl<'i> Builder<'i> {
    /// Nothing yet.
    pub fn new(intake: &'i Intake) -> Self {
        Self { intake, hasher: Sha256::new(), memory: Vec::new(), held: 0, spool: None }
    }

    /// Takes the next piece.
    ///
    /// # Errors
    ///
    /// There is no room for it.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), Reason> {
        self.hasher.update(piece);
        if self.spool.is_none() && (self.held + piece.len()) as u64 > self.intake.memory_bytes {
            let folder = self.intake.spool.as_ref().ok_or(Reason::LimitExceeded)?;
            let mut spool = Spool::new(folder).map_err(|_| Reason::SpoolNotWritable)?;
            for held in std::mem::take(&mut self.memory) {
                spool.push(&held).map_err(|_| Reason::SpoolNotWritable)?;
            }
            self.spool = Some(spool);
        }
        if let Some(spool) = &mut self.spool {
            return spool.push(piece).map_err(|_| Reason::SpoolNotWritable);
        }
        self.held += piece.len();
        match self.memory.last_mut().filter(|last| last.len() + piece.len() <= HELD_BYTES) {
            Some(last) => last.extend_from_slice(piece),
            None => self.memory.push(piece.to_vec()),
        }
        Ok(())
    }

    /// The object of all pieces.
    ///
    /// # Errors
    ///
    /// The system has no memory for them, or the spool cannot be written.
    pub fn finish(self) -> Result<Object, Reason> {
        let bytes: Arc<dyn Bytes> = match self.spool {
            Some(mut spool) => {
                spool.end().map_err(|_| Reason::SpoolNotWritable)?;
                Arc::new(spool)
            }
            None => Arc::new(Sealed::new(self.memory).map_err(|error| storage(&error))?),
        };
        Ok(Object { bytes, sha256: self.hasher.finalize().into(), changed: Arc::new(AtomicBool::new(false)) })
    }
}

fn storage(error: &io::Error) -> Reason {
    Reason::Scan(read_problem(error).0)
}

fn fill(bytes: &dyn Bytes, buffer: &mut [u8], from: u64) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match bytes.read_at(rest, from + filled as u64)? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

/// Copies what of `page` (which begins at `page_start`) falls into `buf` (which begins at `offset`).
fn copy_page(page: &[u8], page_start: u64, buf: &mut [u8], offset: u64) -> usize {
    let skip = offset.saturating_sub(page_start) as usize;
    let source = page.get(skip..).unwrap_or_default();
    let count = source.len().min(buf.len());
    if let (Some(target), Some(source)) = (buf.get_mut(..count), source.get(..count)) {
        target.copy_from_slice(source);
    }
    count
}

/// Memory of this program alone.
struct Own(Vec<u8>);

impl Bytes for Own {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        Ok(copy_page(&self.0, 0, buf, offset))
    }
}

/// Memory that nobody can change any more.
struct Sealed {
    #[cfg(target_os = "linux")]
    file: File,
    #[cfg(not(target_os = "linux"))]
    bytes: Vec<u8>,
    size: u64,
}

impl Sealed {
    #[cfg(target_os = "linux")]
    fn new<P: AsRef<[u8]>>(pieces: impl IntoIterator<Item = P>) -> io::Result<Self> {
        use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
        let mut file = File::from(memfd_create(c"elek", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?);
        let mut size = 0;
        for piece in pieces {
            file.write_all(piece.as_ref())?;
            size += piece.as_ref().len() as u64;
        }
        fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE | SealFlags::SEAL)?;
        Ok(Self { file, size })
    }

    #[cfg(not(target_os = "linux"))]
    fn new<P: AsRef<[u8]>>(pieces: impl IntoIterator<Item = P>) -> io::Result<Self> {
        let bytes: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.as_ref().to_vec()).collect();
        let size = bytes.len() as u64;
        Ok(Self { bytes, size })
    }
}

impl Bytes for Sealed {
    fn size(&self) -> u64 {
        self.size
    }

    #[cfg(target_os = "linux")]
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buf, offset)
    }

    #[cfg(not(target_os = "linux"))]
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        Ok(copy_page(&self.bytes, 0, buf, offset))
    }
}

/// A file too large for memory, with a digest for each page.
struct Pinned {
    inner: Box<dyn Bytes>,
    pages: Vec<[u8; SEAL_BYTES]>,
    changed: Arc<AtomicBool>,
}

impl Pinned {
    #[expect(clippy::new_ret_no_self, reason = "only an object is of use")]
    fn new(inner: Box<dyn Bytes>, stop: &AtomicBool) -> Result<Object, Reason> {
        let mut hasher = Sha256::new();
        let mut pages = Vec::new();
        let mut page = vec![0; PAGE];
        let mut at = 0;
        while at < inner.size() {
            if stop.load(Ordering::Relaxed) {
                return Err(Reason::Interrupted);
            }
            let wanted = (inner.size() - at).min(PAGE as u64) as usize;
            let buffer = page.get_mut(..wanted).unwrap_or_default();
            if fill(inner.as_ref(), buffer, at).map_err(|error| storage(&error))? < wanted {
                return Err(Reason::Scan(problem::Reason::ChangedDuringScan));
            }
            hasher.update(&*buffer);
            pages.push(seal(buffer));
            at += wanted as u64;
        }
        let changed = Arc::new(AtomicBool::new(false));
        let pinned = Self { inner, pages, changed: Arc::clone(&changed) };
        Ok(Object { bytes: Arc::new(pinned), sha256: hasher.finalize().into(), changed })
    }
}

fn seal(page: &[u8]) -> [u8; SEAL_BYTES] {
    blake3::hash(page).as_bytes().first_chunk().copied().unwrap_or_default()
}

impl Bytes for Pinned {
    fn size(&self) -> u64 {
        self.inner.size()
    }

    fn meta(&self) -> ItemMeta {
        self.inner.meta()
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut page = vec![0; PAGE];
        let mut done = 0;
        while done < buf.len() && offset + (done as u64) < self.size() {
            let at = offset + done as u64;
            let index = at / PAGE as u64;
            let start = index * PAGE as u64;
            let wanted = (self.size() - start).min(PAGE as u64) as usize;
            let read = fill(self.inner.as_ref(), page.get_mut(..wanted).unwrap_or_default(), start)?;
            let bytes = page.get(..read).unwrap_or_default();
            if self.pages.get(index as usize) != Some(&seal(bytes)) {
                self.changed.store(true, Ordering::Relaxed);
                return Err(io::Error::other("the bytes are not those that were hashed"));
            }
            done += copy_page(bytes, start, buf.get_mut(done..).unwrap_or_default(), at);
        }
        Ok(done)
    }

    fn finish(&self, bytes_read: u64) -> Option<(problem::Reason, String)> {
        self.inner.finish(bytes_read)
    }
}

#[expect(clippy::disallowed_methods, reason = "the system's source of randomness")]
fn random(buffer: &mut [u8]) -> io::Result<()> {
    File::open("/dev/urandom")?.read_exact(buffer)
}

/// A file of a folder that has no name in it, so that nothing is left behind, whenever the program ends.
#[expect(clippy::disallowed_methods, reason = "the spool is our own, never content")]
fn nameless(folder: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    #[cfg(target_os = "linux")]
    if let Ok(file) = options.clone().custom_flags(rustix::fs::OFlags::TMPFILE.bits().cast_signed()).open(folder) {
        return Ok(file);
    }
    // Not every file system can do that: for a moment it has a name.
    let mut name = [0_u8; 8];
    random(&mut name)?;
    let path = folder.join(format!(".elek-{}.spool", hex(&name)));
    let file = options.create_new(true).open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

/// A stream too large for memory: a file of encrypted pages, without a name.
struct Spool {
    file: File,
    cipher: ChaCha20Poly1305,
    page: Vec<u8>,
    pages: u64,
    size: u64,
}

impl Spool {
    fn new(folder: &Path) -> io::Result<Self> {
        let mut key = [0_u8; 32];
        random(&mut key)?;
        let cipher = ChaCha20Poly1305::new(&Key::from(key));
        Ok(Self { file: nameless(folder)?, cipher, page: Vec::with_capacity(PAGE), pages: 0, size: 0 })
    }

    fn nonce(index: u64) -> Nonce {
        let mut nonce = [0; 12];
        nonce.iter_mut().zip(index.to_le_bytes()).for_each(|(slot, byte)| *slot = byte);
        Nonce::from(nonce)
    }

    fn push(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        self.size += bytes.len() as u64;
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PAGE - self.page.len()));
            self.page.extend_from_slice(now);
            bytes = later;
            if self.page.len() == PAGE {
                self.end()?;
            }
        }
        Ok(())
    }

    /// Writes the page at hand.
    fn end(&mut self) -> io::Result<()> {
        if !self.page.is_empty() {
            let failed = |_| io::Error::other("cannot encrypt");
            let sealed = self.cipher.encrypt(&Self::nonce(self.pages), self.page.as_slice()).map_err(failed)?;
            self.file.write_all_at(&sealed, self.pages * (PAGE + SEAL_BYTES) as u64)?;
            self.pages += 1;
            self.page.clear();
        }
        Ok(())
    }
}

impl Bytes for Spool {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut done = 0;
        while done < buf.len() && offset + (done as u64) < self.size {
            let at = offset + done as u64;
            let index = at / PAGE as u64;
            let start = index * PAGE as u64;
            let wanted = (self.size - start).min(PAGE as u64) as usize + SEAL_BYTES;
            let mut sealed = vec![0; wanted];
            self.file.read_exact_at(&mut sealed, index * (PAGE + SEAL_BYTES) as u64)?;
            let changed = |_| io::Error::other("the spool is not as it was written");
            let page = self.cipher.decrypt(&Self::nonce(index), sealed.as_slice()).map_err(changed)?;
            done += copy_page(&page, start, buf.get_mut(done..).unwrap_or_default(), at);
        }
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::{Intake, Object, Reason};
    use crate::problem;
    use crate::read::{Reader, Stream};
    use crate::sink::ItemMeta;
    use crate::source::Item;
    use sha2::{Digest as _, Sha256};
    use std::fs;
    use std::io::{Cursor, Write as _};
    use std::os::unix::fs::FileExt as _;
    use std::sync::atomic::AtomicBool;

    fn pattern(bytes: usize) -> Vec<u8> {
        (0..bytes).map(|at| (at * 7 + at / 251) as u8).collect()
    }

    fn all(object: &Object) -> Vec<u8> {
        let mut out = Vec::new();
        object.each(|piece| out.write_all(piece)).expect("read");
        out
    }

    fn stream(bytes: &[u8]) -> Stream {
        Stream { reader: Box::new(Cursor::new(bytes.to_vec())), meta: ItemMeta::default() }
    }

    #[test]
    fn every_way_gives_the_bytes_that_were_hashed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("in");
        let stop = AtomicBool::new(false);
        let spool = Some(folder.path().to_owned());
        for size in [0, 1, 65_535, 65_536, 300_000] {
            let content = pattern(size);
            fs::write(&path, &content).expect("written");
            for memory_bytes in [10, 1 << 20] {
                let intake = Intake { memory_bytes, spool: spool.clone() };
                let from_file = Object::open(&Reader::new(), &Item::file(&path), &intake, &stop).expect("read");
                let from_stream = Object::from_stream(stream(&content), &intake, &stop).expect("read");
                for object in [from_file, from_stream] {
                    assert_eq!(object.sha256()[..], Sha256::digest(&content)[..]);
                    assert!(all(&object) == content, "{size} {memory_bytes}");
                    let part = object.range(65_530, 65_600).expect("read");
                    assert_eq!(part, content.get(65_530..65_600.min(size)).unwrap_or_default());
                }
            }
        }
        assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 1, "no spool is left");
    }

    #[test]
    fn a_large_file_that_changes_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("in");
        fs::write(&path, pattern(200_000)).expect("written");
        let intake = Intake { memory_bytes: 10, spool: None };
        let object = Object::open(&Reader::new(), &Item::file(&path), &intake, &AtomicBool::new(false)).expect("read");
        let mut other = pattern(200_000);
        other[100_000] ^= 1;
        fs::write(&path, other).expect("written");
        assert!(object.each(|_| Ok(())).is_err());
        assert!(object.was_changed());
    }

    #[test]
    fn what_cannot_be_taken_in_says_why() {
        let folder = tempfile::tempdir().expect("a folder");
        let stop = AtomicBool::new(false);
        let intake = Intake { memory_bytes: 10, spool: None };
        let refused = |result: Result<Object, Reason>| result.err().expect("refused");
        assert_eq!(refused(Object::from_stream(stream(&[0; 11]), &intake, &stop)), Reason::LimitExceeded);
        let intake = Intake { memory_bytes: 10, spool: Some(folder.path().join("absent")) };
        assert_eq!(refused(Object::from_stream(stream(&[0; 11]), &intake, &stop)), Reason::SpoolNotWritable);
        let absent = Item::file(folder.path().join("absent"));
        let opened = Object::open(&Reader::new(), &absent, &intake, &stop);
        assert_eq!(refused(opened), Reason::Scan(problem::Reason::Vanished));
        let stopped = Object::from_stream(stream(b"x"), &intake, &AtomicBool::new(true));
        assert_eq!(refused(stopped), Reason::Interrupted);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_spool_does_not_hold_the_text() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut spool = super::Spool::new(folder.path()).expect("made");
        let text = b"900101300017 ".repeat(10_000);
        spool.push(&text).expect("written");
        spool.end().expect("written");
        let mut raw = vec![0; text.len()];
        spool.file.read_exact_at(&mut raw, 0).expect("read");
        assert!(memchr::memmem::find(&raw, b"900101300017").is_none());
    }
}
