//! RAR archives, of version 1.5 to 7: members as they are, and the comment.
//!
//! In:      one archive, and passwords to try; the empty one is among them.
//! Out:     a member for each file, in order; a text for the comment.
//! Not:     no other volume: a file that goes on in one is told. No links. Nothing behind the end of the archive.
//! Promise: windows and what unpacking needs are bounded; a damaged member costs itself, in a solid archive what follows too.

use super::cells::decoded;
use super::wire::{Out, Told};
use rars::{
    Archive, ArchiveMember, ArchiveReadOptions, ArchiveReader, Error, ErrorKind, ExtractionDecision,
    ExtractionErrorAction, ExtractionOutcome, rar15_40, rar50,
};
use std::cell::RefCell;
use std::io::{self, Cursor, Write};
use std::rc::Rc;
use std::sync::Arc;

/// Longest name of a member, in characters.
const NAME_CHARS: usize = 1024;
/// Most bytes of all heads.
const HEAD_BYTES: u64 = 64 << 20;
/// Widest window.
const WINDOW_BYTES: u64 = 128 << 20;
/// Memory for unpacking, without the archive itself.
const WORK_BYTES: u64 = 224 << 20;
/// Members above this are unpacked piece by piece.
const WHOLE_BYTES: u64 = 16 << 20;
/// Longest comment.
const COMMENT_BYTES: u64 = 1 << 20;

/// The archive's bytes, which its reader wants for itself.
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

pub(super) fn read<W: Write + 'static>(
    bytes: Vec<u8>, passwords: &[String], out: &Rc<RefCell<Out<W>>>,
) -> io::Result<()> {
    let bytes = Arc::new(bytes);
    let (mut opened, mut locked, mut broken) = (None, false, None);
    for password in passwords {
        let options = options(password);
        match ArchiveReader::read_reader_with_options(Cursor::new(Shared(Arc::clone(&bytes))), options) {
            Ok(archive) => {
                let fits = fits(&archive, options);
                opened = Some((archive, options));
                if fits {
                    break;
                }
            }
            // Heads that were decrypted with another password look damaged.
            Err(error) => {
                locked |= is_locked(&error);
                broken.get_or_insert(error);
            }
        }
        if !locked && broken.is_some() {
            break;
        }
    }
    let Some((archive, options)) = opened else {
        let told = broken.filter(|_| !locked).map_or(Told::Encrypted, |error| told(&error, Told::DamagedArchive));
        return out.borrow_mut().told(told);
    };
    let answer = RefCell::new(Answer { out: Rc::clone(out), under_way: false, failed: None });
    let read = archive.extract_with_control_and_errors(
        options,
        |member| Ok(answer.borrow_mut().begin(member)),
        |_, error| Ok(answer.borrow_mut().end(Some(error))),
    );
    let mut answer = answer.into_inner();
    let broken = read.as_ref().err();
    answer.end(broken);
    if let Some(error) = answer.failed {
        return Err(error);
    }
    let mut out = out.borrow_mut();
    if let Some(error) = broken {
        out.told(told(error, Told::DamagedArchive))?;
    } else if !has_end(&archive) {
        out.told(Told::DamagedArchive)?;
    }
    match archive.comment_with_options(options.with_max_member_output_bytes(COMMENT_BYTES)) {
        Ok(None) => Ok(()),
        Ok(Some(comment)) => {
            out.text()?;
            out.place("comment")?;
            out.words(&decoded(&comment))?;
            out.end()
        }
        Err(error) => out.told(told(&error, Told::DamagedMember)),
    }
}

fn options(password: &str) -> ArchiveReadOptions<'_> {
    ArchiveReadOptions::with_optional_password((!password.is_empty()).then_some(password.as_bytes()))
        .with_max_header_bytes(HEAD_BYTES)
        .with_rar50_dictionary_size_limit(WINDOW_BYTES)
        .with_max_reader_workspace_bytes(WORK_BYTES)
        .with_rar50_buffered_decode_limit(WHOLE_BYTES)
}

/// Whether the first encrypted member, if there is one, opens with the password.
fn fits(archive: &Archive, options: ArchiveReadOptions<'_>) -> bool {
    let mut done = false;
    let tried = archive.extract_with_control(options, |member| {
        if done {
            return Ok(ExtractionDecision::Stop);
        }
        done = member.meta.is_encrypted && !is_passed_by(member);
        // Passed by where that can be: without it nothing of a solid archive is read.
        let wanted = done || member.is_solid();
        Ok(if wanted { ExtractionDecision::Extract(Box::new(io::sink())) } else { ExtractionDecision::Skip })
    });
    match tried {
        Ok(ExtractionOutcome::Complete | ExtractionOutcome::Stopped) => true,
        Err(error) => !is_locked(&error) && error.kind() != ErrorKind::ChecksumMismatch,
    }
}

/// Whether the archive ends where it says so. Before version 3 nothing said so.
fn has_end(archive: &Archive) -> bool {
    match archive {
        Archive::Rar15To40(archive) => {
            let is_old = |block: &rar15_40::Block| matches!(block, rar15_40::Block::File(file) if file.unp_ver < 29);
            archive.blocks.iter().any(|block| matches!(block, rar15_40::Block::End(_)) || is_old(block))
        }
        Archive::Rar50Plus(archive) => archive.blocks.iter().any(|block| matches!(block, rar50::Block::End(_))),
        _ => true,
    }
}

/// What has no bytes of its own.
fn is_passed_by(member: &ArchiveMember) -> bool {
    member.meta.is_directory || member.meta.is_redirection
}

fn is_locked(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::PasswordRequired | ErrorKind::BadPassword)
}

fn told(error: &Error, otherwise: Told) -> Told {
    match error.kind() {
        ErrorKind::PasswordRequired | ErrorKind::BadPassword => Told::Encrypted,
        ErrorKind::UnsupportedFormat | ErrorKind::UnsupportedFeature => Told::Method,
        ErrorKind::ResourceLimit => Told::Memory,
        _ => otherwise,
    }
}

/// What is sent, member by member.
struct Answer<W: Write> {
    out: Rc<RefCell<Out<W>>>,
    /// A member has begun.
    under_way: bool,
    /// Nobody listens any more.
    failed: Option<io::Error>,
}

impl<W: Write + 'static> Answer<W> {
    fn sent(&mut self, sent: io::Result<()>) {
        if let Err(error) = sent {
            self.failed.get_or_insert(error);
        }
    }

    fn begin(&mut self, member: &ArchiveMember) -> ExtractionDecision {
        self.end(None);
        if self.failed.is_some() {
            return ExtractionDecision::Stop;
        }
        if is_passed_by(member) {
            return ExtractionDecision::Skip;
        }
        let name = if member.name_is_unicode() { member.meta.name_lossy() } else { decoded(member.meta.name_bytes()) };
        let name: String = name.chars().take(NAME_CHARS).collect();
        if (member.meta.is_split_before || member.meta.is_split_after) && !member.is_solid() {
            let sent = self.out.borrow_mut().closed(&name, Told::Volume);
            self.sent(sent);
            return ExtractionDecision::Skip;
        }
        let sent = self.out.borrow_mut().member(&name);
        self.sent(sent);
        self.under_way = true;
        ExtractionDecision::Extract(Box::new(Piece(Rc::clone(&self.out))))
    }

    /// Ends the member under way, which could not be read in full if there is an error.
    fn end(&mut self, error: Option<&Error>) -> ExtractionErrorAction {
        if std::mem::take(&mut self.under_way) {
            let mut out = self.out.borrow_mut();
            let sent =
                error.map_or(Ok(()), |error| out.told(told(error, Told::DamagedMember))).and_then(|()| out.end());
            drop(out);
            self.sent(sent);
        }
        ExtractionErrorAction::Continue
    }
}

/// Bytes of the member under way.
struct Piece<W: Write>(Rc<RefCell<Out<W>>>);

impl<W: Write> Write for Piece<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().bytes(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
