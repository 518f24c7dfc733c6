//! Content without a size: standard input, and files that the kernel makes up when they are read.
//!
//! Promise: interrupted calls are repeated; an end that is not the end is an error, never a short stream.

use std::fs::File;
use std::io::{self, BufRead as _, Cursor, Read, Seek};
use std::os::fd::AsFd;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

/// Most bytes taken from a file that has no size. Some never end.
const WITHOUT_SIZE_LIMIT_BYTES: u64 = 256 << 20;

/// Longest pause between two looks at a standard input that does not wait by itself.
const PAUSE_LIMIT_MS: u64 = 50;

/// A handle of our own on standard input, past the buffer of `std`.
pub(super) fn stdin_file() -> io::Result<File> {
    io::stdin().as_fd().try_clone_to_owned().map(File::from)
}

/// Where the next read of this descriptor would start.
pub(super) fn position(mut file: &File) -> io::Result<u64> {
    file.stream_position()
}

/// A reader that never blocks for long: a thread of its own waits for the input, and whoever reads is told
/// `Interrupted` from time to time, so that a scan can be stopped while it waits.
pub(super) fn waiting(file: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    let (sender, receiver) = mpsc::sync_channel(2);
    std::thread::spawn(move || {
        let mut file = Patient(file);
        loop {
            let mut piece = vec![0; PIECE_BYTES];
            let read = file.read(&mut piece).map(|count| {
                piece.truncate(count);
                piece
            });
            let over = read.as_ref().map_or(true, Vec::is_empty);
            if sender.send(read).is_err() || over {
                return;
            }
        }
    });
    Box::new(Waiting { receiver, piece: Cursor::default(), ended: false })
}

/// Bytes handed over at once by the thread that waits.
const PIECE_BYTES: usize = 256 << 10;
/// How long a reader waits before it says so.
const WAIT: Duration = Duration::from_millis(50);

struct Waiting {
    receiver: Receiver<io::Result<Vec<u8>>>,
    piece: Cursor<Vec<u8>>,
    ended: bool,
}

impl Read for Waiting {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.piece.fill_buf()?.is_empty() && !self.ended {
            let piece = match self.receiver.recv_timeout(WAIT) {
                Ok(read) => read?,
                Err(RecvTimeoutError::Timeout) => return Err(io::ErrorKind::Interrupted.into()),
                Err(RecvTimeoutError::Disconnected) => Vec::new(),
            };
            self.ended = piece.is_empty();
            self.piece = Cursor::new(piece);
        }
        self.piece.read(buf)
    }
}

/// Waits for bytes even if whoever opened the descriptor asked it not to wait.
struct Patient<R>(R);

impl<R: Read> Read for Patient<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut pause_ms = 1;
        loop {
            match self.0.read(buf) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    std::thread::sleep(Duration::from_millis(pause_ms));
                    pause_ms = (pause_ms * 2).min(PAUSE_LIMIT_MS);
                }
                other => return other,
            }
        }
    }
}

/// The first bytes, to learn whether there are any.
pub(super) fn first_bytes(file: &mut File) -> io::Result<Vec<u8>> {
    let mut first = vec![0; 4096];
    let count = retried(file, &mut first)?;
    first.truncate(count);
    Ok(first)
}

/// The bytes read already, then the rest up to a limit.
pub(super) fn without_size(first: Vec<u8>, file: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    let left = WITHOUT_SIZE_LIMIT_BYTES.saturating_sub(first.len() as u64);
    Box::new(io::Cursor::new(first).chain(Limited { inner: file, left, limit: WITHOUT_SIZE_LIMIT_BYTES }))
}

struct Limited<R> {
    inner: R,
    left: u64,
    limit: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).map_or(buf.len(), |left| left.min(buf.len()));
        if wanted == 0 && !buf.is_empty() {
            if retried(&mut self.inner, &mut [0])? == 0 {
                return Ok(0);
            }
            let text = format!("it has no size and goes on after {} bytes", self.limit);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
        }
        let count = retried(&mut self.inner, buf.get_mut(..wanted).unwrap_or_default())?;
        self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }
}

fn retried(reader: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buf) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    struct Script(VecDeque<Result<&'static [u8], i32>>);

    impl Read for Script {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            match self.0.pop_front() {
                None => Ok(0),
                Some(Err(number)) => Err(io::Error::from_raw_os_error(number)),
                Some(Ok(bytes)) => {
                    buf[..bytes.len()].copy_from_slice(bytes);
                    Ok(bytes.len())
                }
            }
        }
    }

    #[test]
    fn standard_input_is_waited_for() {
        let script = [Err(libc::EINTR), Ok(&b"a"[..]), Err(libc::EAGAIN), Err(libc::EAGAIN), Ok(b"b")];
        let mut text = String::new();
        Patient(Script(script.into())).read_to_string(&mut text).unwrap();
        assert_eq!(text, "ab");
        let mut broken = Patient(Script([Ok(&b"a"[..]), Err(libc::EIO)].into()));
        assert_eq!(broken.read_to_string(&mut text).unwrap_err().raw_os_error(), Some(libc::EIO));
    }

    #[test]
    fn a_limit_is_an_error_unless_the_end_is_exactly_there() {
        let read = |content: &'static [u8]| {
            let mut all = Vec::new();
            Limited { inner: content, left: 4, limit: 4 }.read_to_end(&mut all).map(|_| all)
        };
        assert_eq!(read(b"abc").unwrap(), b"abc");
        assert_eq!(read(b"abcd").unwrap(), b"abcd");
        assert_eq!(read(b"abcde").unwrap_err().to_string(), "it has no size and goes on after 4 bytes");
        assert_eq!(read(b"").unwrap(), b"");
    }
}
