//! The decision log: append-only JSON lines, each bound to the one before, with signed checkpoints.
//!
//! A line ends with `"self":"sha256:…"`, the digest of everything before it in the line, and begins its chain part with
//! `"prev"`, the `self` of the line before. A checkpoint signs number, `prev` and time with Ed25519; it follows the first
//! line, every 64th, and every approval. Beside the log lies its head (`….head`): number and digest of the newest line,
//! signed; it is on the disk before the first line is. A log that was cut at its end, or taken away, does not reach its
//! head any more, and to one without a head of its own key nothing is added. Whoever can write both and has an older pair
//! of them can still put that back: against that helps a digest that was noted elsewhere ([`Expected`]).
//!
//! Promise: a line is in the file, whole and on the disk, when [`Log::append`] returns. Writers take turns. What a crash left
//! of a line that nobody was told of is cut off and the cut is said in the next line. Whatever else is wrong with the
//! file's end stops the writer, since a record nobody can verify is none.

#![expect(clippy::disallowed_methods, reason = "the log is our own, never content")]

use crate::policy::{hex, sha256_name};
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The schema that every line names.
pub const SCHEMA: &str = "elek.decision/1";
/// The purpose that the signing key is derived for.
pub const KEY_PURPOSE: &str = "elek 2026-11 decision log signing key";
/// What goes before the digest of a line.
pub const GENESIS: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

const CHECKPOINT_EVERY: u64 = 64;
/// Longest line; a writer looks for the last line in so many bytes at most.
const LONGEST_LINE: u64 = 256 << 10;
/// What a writer looks for the last line in first: most lines are shorter.
const USUAL_TAIL: u64 = 8 << 10;
/// Bytes of a head: one sector, which a disk writes whole or not at all.
const HEAD_BYTES: usize = 512;
const LOCK_TRIES_MS: u64 = 10_000;

/// Why a line could not be added.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The storage.
    #[error("cannot write the decision log `{}`", path.display())]
    Storage {
        /// The log.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Its last line is no line of a decision log.
    #[error("the decision log `{}` does not end with a record of its own; nothing is added to it", path.display())]
    Broken {
        /// The log.
        path: PathBuf,
    },
    /// Another writer keeps it.
    #[error("the decision log `{}` is locked by another program", path.display())]
    Locked {
        /// The log.
        path: PathBuf,
    },
    /// Lines that were written are gone.
    #[error(
        "the decision log `{}` was cut: it ends with record {last}, and its head says that record {seq} was written; put the \
         whole log back, or move it away together with its `.head` file to begin another",
        path.display()
    )]
    Cut {
        /// The log.
        path: PathBuf,
        /// Its last line.
        last: u64,
        /// The line that its head names.
        seq: u64,
    },
    /// Nobody can tell whether lines that were written are gone.
    #[error(
        "the head `{}.head` of the decision log is missing, damaged or signed with another key, so nobody can tell whether \
         records were cut off; put log and head back as they were, or move both away to begin another",
        path.display()
    )]
    Headless {
        /// The log.
        path: PathBuf,
    },
    /// There is no such record.
    #[error("the decision log `{}` has no record {seq}", path.display())]
    Missing {
        /// The log.
        path: PathBuf,
        /// Number asked for.
        seq: u64,
    },
}

/// What every line says of its place in the chain.
#[derive(Clone, Debug, Deserialize)]
struct Link {
    schema: String,
    #[serde(rename = "type")]
    kind: String,
    seq: u64,
    prev: String,
    time: String,
    #[serde(rename = "self")]
    own: String,
    key: Option<String>,
    signature: Option<String>,
}

/// The end of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the newest line; 0: none.
    pub seq: u64,
    /// Its digest.
    pub own: String,
    /// Its time.
    pub time: Option<Timestamp>,
}

/// A log and the key that signs it.
pub struct Log {
    path: PathBuf,
    key: SigningKey,
}

/// The log, held for one writer.
pub struct Turn<'l> {
    log: &'l Log,
    file: File,
    head: Head,
    end: u64,
    /// Bytes and digest of what a crash left behind the last line.
    torn: Option<(u64, String)>,
}

/// The common beginning of a line.
#[derive(Serialize)]
struct Line<'b, B: Serialize> {
    schema: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    seq: u64,
    prev: &'b str,
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    recovered: Option<Recovered<'b>>,
    #[serde(flatten)]
    body: &'b B,
}

/// What lies beside the log: its newest line.
#[derive(Serialize, Deserialize)]
struct HeadFile {
    schema: String,
    seq: u64,
    #[serde(rename = "self")]
    own: String,
    key: String,
    signature: String,
}

/// The schema of a head.
const HEAD_SCHEMA: &str = "elek.decision-head/1";

impl HeadFile {
    fn place(log: &Path) -> PathBuf {
        let mut name = log.as_os_str().to_owned();
        name.push(".head");
        name.into()
    }

    /// What is beside a log. `None`: no head, or an empty one.
    fn read(log: &Path) -> io::Result<Option<Result<Self, serde_json::Error>>> {
        let mut text = Vec::new();
        match File::open(Self::place(log)) {
            Ok(file) => file.take(2 * HEAD_BYTES as u64).read_to_end(&mut text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if text.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        Ok(Some(serde_json::from_slice(&text)))
    }

    /// Replaces the head of a log in one piece.
    fn write(log: &Log, seq: u64, own: &str) -> io::Result<File> {
        let signature = log.key.sign(&Self::signed_bytes(seq, own));
        let head = Self {
            schema: HEAD_SCHEMA.to_owned(),
            seq,
            own: own.to_owned(),
            key: log.public_key(),
            signature: hex(&signature.to_bytes()),
        };
        let mut text = serde_json::to_vec(&head)?;
        text.resize(HEAD_BYTES - 1, b' ');
        text.push(b'\n');
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(Self::place(&log.path))?;
        file.write_all_at(&text, 0)?;
        Ok(file)
    }

    fn signed_bytes(seq: u64, own: &str) -> Vec<u8> {
        format!("{HEAD_SCHEMA}\n{seq}\n{own}\n").into_bytes()
    }

    /// The key that signed it, if the signature holds.
    fn signer(&self) -> Option<&str> {
        let key = self.key.strip_prefix("ed25519:").and_then(unhex::<32>)?;
        let key = VerifyingKey::from_bytes(&key).ok()?;
        let signature = Signature::from_bytes(&unhex::<64>(&self.signature)?);
        let message = Self::signed_bytes(self.seq, &self.own);
        (self.schema == HEAD_SCHEMA && key.verify(&message, &signature).is_ok()).then_some(&self.key)
    }
}

#[derive(Serialize)]
struct Recovered<'b> {
    bytes: u64,
    sha256: &'b str,
}

#[derive(Serialize)]
struct Checkpoint {
    key: String,
    signature: String,
}

impl Log {
    /// A log at a path, signed with a key made of these bytes.
    pub fn new(path: impl Into<PathBuf>, key: &[u8; 32]) -> Self {
        Self { path: path.into(), key: SigningKey::from_bytes(key) }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The public key of its checkpoints.
    pub fn public_key(&self) -> String {
        key_name(&self.key.verifying_key())
    }

    fn storage(&self, source: io::Error) -> LogError {
        LogError::Storage { path: self.path.clone(), source }
    }

    /// Waits for its turn to write.
    ///
    /// # Errors
    ///
    /// The file cannot be opened or locked, does not end with a record, ends before the line that its head names, or has
    /// no head.
    pub fn turn(&self) -> Result<Turn<'_>, LogError> {
        let file = self.open().map_err(|error| self.storage(error))?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(self.storage(error)),
                Err(TryLockError::WouldBlock) if started.elapsed() > Duration::from_millis(LOCK_TRIES_MS) => {
                    return Err(LogError::Locked { path: self.path.clone() });
                }
                // A writer holds it for one line.
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
            }
        }
        self.read_end(file)
    }

    fn open(&self) -> io::Result<File> {
        let folder = folder_of(&self.path);
        let open = |create: bool| {
            let mut options = OpenOptions::new();
            options.read(true).append(true).mode(0o600);
            if create { options.create_new(true).open(&self.path) } else { options.open(&self.path) }
        };
        let file = match open(false) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
                match open(true) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => open(false)?,
                    made => {
                        let file = made?;
                        File::open(folder)?.sync_all()?;
                        file
                    }
                }
            }
            opened => opened?,
        };
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("it is no regular file"));
        }
        Ok(file)
    }

    fn read_end(&self, file: File) -> Result<Turn<'_>, LogError> {
        let failed = |error| self.storage(error);
        let size = file.metadata().map_err(failed)?.len();
        let broken = || LogError::Broken { path: self.path.clone() };
        let mut length = USUAL_TAIL;
        loop {
            let from = size.saturating_sub(length);
            let mut tail = vec![0; (size - from) as usize];
            file.read_exact_at(&mut tail, from).map_err(failed)?;
            let whole = memchr::memrchr(b'\n', &tail).map_or(0, |at| at + 1);
            let lines = tail.get(..whole.saturating_sub(1)).unwrap_or_default();
            let before = memchr::memrchr(b'\n', lines);
            if before.is_none() && from > 0 {
                // The last line does not begin in it.
                if length < LONGEST_LINE {
                    length = LONGEST_LINE;
                    continue;
                }
                if whole == 0 {
                    return Err(broken());
                }
            }
            let rest = tail.get(whole..).unwrap_or_default();
            let torn = (!rest.is_empty()).then(|| (rest.len() as u64, sha256_name(&Sha256::digest(rest))));
            let head = if whole == 0 {
                Head { seq: 0, own: GENESIS.to_owned(), time: None }
            } else {
                let line = lines.get(before.map_or(0, |at| at + 1)..).unwrap_or_default();
                let link = check_line(line).map_err(|_| broken())?;
                Head { seq: link.seq, own: link.own, time: link.time.parse().ok() }
            };
            if head.seq == 0 && torn.is_none() {
                self.begin().map_err(failed)?;
            }
            self.reaches_its_head(&head)?;
            return Ok(Turn { log: self, file, head, end: from + whole as u64, torn });
        }
    }

    /// Puts a head beside an empty log that has none. It is on the disk when this returns: from then on it is only
    /// written over, in one sector.
    fn begin(&self) -> io::Result<()> {
        if HeadFile::read(&self.path)?.is_none() {
            HeadFile::write(self, 0, GENESIS)?.sync_all()?;
            File::open(folder_of(&self.path))?.sync_all()?;
        }
        Ok(())
    }

    /// The head is written after the line: a log may be ahead of it, never behind.
    fn reaches_its_head(&self, newest: &Head) -> Result<(), LogError> {
        let head = match HeadFile::read(&self.path).map_err(|error| self.storage(error))? {
            Some(Ok(head)) if head.signer() == Some(&self.public_key()) => head,
            _ => return Err(LogError::Headless { path: self.path.clone() }),
        };
        if head.seq > newest.seq || (head.seq == newest.seq && head.own != newest.own) {
            return Err(LogError::Cut { path: self.path.clone(), last: newest.seq, seq: head.seq });
        }
        Ok(())
    }

    /// A record by its number, and whether a checkpoint of this key follows it at once.
    ///
    /// # Errors
    ///
    /// There is none, or the file cannot be read.
    pub fn record(&self, seq: u64) -> Result<(Value, bool), LogError> {
        let missing = || LogError::Missing { path: self.path.clone(), seq };
        let file = self.open().map_err(|error| self.storage(error))?;
        let mut lines = BufReader::new(file).split(b'\n');
        let at = usize::try_from(seq).ok().and_then(|seq| seq.checked_sub(1)).ok_or_else(missing)?;
        let line = lines.nth(at).ok_or_else(missing)?.map_err(|error| self.storage(error))?;
        let link = check_line(&line).map_err(|_| missing())?;
        let signed = match lines.next() {
            Some(Ok(next)) => check_line(&next).is_ok_and(|next| {
                next.prev == link.own && check_signature(&next).is_ok_and(|key| key == self.key.verifying_key())
            }),
            _ => false,
        };
        let value: Value = serde_json::from_slice(&line).map_err(|_| missing())?;
        if link.seq == seq { Ok((value, signed)) } else { Err(missing()) }
    }
}

impl Turn<'_> {
    /// The newest line before this one.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Adds a line, and a checkpoint where one is due. Both are on the disk when this returns their number.
    ///
    /// # Errors
    ///
    /// The file could not be written; as far as possible it is as before.
    pub fn append<B: Serialize>(
        mut self, kind: &'static str, body: &B, now: Timestamp, checkpoint: bool,
    ) -> Result<u64, LogError> {
        let failed = |error| self.log.storage(error);
        let seq = self.head.seq + 1;
        // Time never runs backwards in a log; a clock that does is the decision's business.
        let time = self.head.time.map_or(now, |newest| newest.max(now));
        let recovered = self.torn.as_ref().map(|(bytes, sha256)| Recovered { bytes: *bytes, sha256 });
        let time_text = format!("{time:.3}");
        let line = Line { schema: SCHEMA, kind, seq, prev: &self.head.own, time: time_text.clone(), recovered, body };
        let (mut text, own) = sealed(&line).map_err(failed)?;
        let mut newest = (seq, own.clone());
        if checkpoint || seq == 1 || seq.is_multiple_of(CHECKPOINT_EVERY) {
            let signature = self.log.key.sign(&signed_bytes(seq + 1, &own, &time_text));
            let body = Checkpoint { key: self.log.public_key(), signature: hex(&signature.to_bytes()) };
            let line = Line {
                schema: SCHEMA,
                kind: "checkpoint",
                seq: seq + 1,
                prev: &own,
                time: time_text,
                recovered: None,
                body: &body,
            };
            let (line, own) = sealed(&line).map_err(failed)?;
            text.extend_from_slice(&line);
            newest = (seq + 1, own);
        }
        if text.len() as u64 > LONGEST_LINE {
            return Err(failed(io::ErrorKind::FileTooLarge.into()));
        }
        if self.torn.is_some() {
            self.file.set_len(self.end).map_err(failed)?;
        }
        if let Err(error) = self.file.write_all(&text).and_then(|()| self.file.sync_data()) {
            // What was written of it is cut off; if that fails too, the next writer does it.
            self.file.set_len(self.end).and_then(|()| self.file.sync_data()).ok();
            return Err(failed(error));
        }
        // The record stands without it; a head that stays behind is as good as none for what came after it.
        HeadFile::write(self.log, newest.0, &newest.1).ok();
        Ok(seq)
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A line with its digest and its end, and the digest.
fn sealed<B: Serialize>(line: &Line<'_, B>) -> io::Result<(Vec<u8>, String)> {
    let mut text = serde_json::to_vec(line).map_err(io::Error::other)?;
    let own = sha256_name(&Sha256::digest(&text));
    text.pop();
    text.extend_from_slice(format!(",\"self\":\"{own}\"}}\n").as_bytes());
    Ok((text, own))
}

fn signed_bytes(seq: u64, prev: &str, time: &str) -> Vec<u8> {
    format!("{SCHEMA} checkpoint\n{seq}\n{prev}\n{time}\n").into_bytes()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes: Option<Vec<u8>> =
        text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
    bytes?.try_into().ok()
}

fn key_name(key: &VerifyingKey) -> String {
    format!("ed25519:{}", hex(key.as_bytes()))
}

/// The place of a line in the chain, if its digest is its own.
fn check_line(line: &[u8]) -> Result<Link, &'static str> {
    let link: Link = serde_json::from_slice(line).map_err(|_| "no record of a decision log")?;
    if link.schema != SCHEMA {
        return Err("of another schema");
    }
    let tail = format!(",\"self\":\"{}\"}}", link.own);
    let body = line.strip_suffix(tail.as_bytes()).ok_or("its digest is not at its end")?;
    let mut hasher = Sha256::new();
    hasher.update(body);
    hasher.update(b"}");
    if sha256_name(&hasher.finalize()) == link.own { Ok(link) } else { Err("changed: its digest is another one") }
}

/// The key that signed a checkpoint.
fn check_signature(link: &Link) -> Result<VerifyingKey, &'static str> {
    let wrong = "a checkpoint with a wrong signature";
    let key = link.key.as_deref().and_then(|key| key.strip_prefix("ed25519:")).and_then(unhex::<32>).ok_or(wrong)?;
    let key = VerifyingKey::from_bytes(&key).map_err(|_| wrong)?;
    let signature = link.signature.as_deref().and_then(unhex::<64>).ok_or(wrong)?;
    let message = signed_bytes(link.seq, &link.prev, &link.time);
    key.verify(&message, &Signature::from_bytes(&signature)).map_err(|_| wrong)?;
    Ok(key)
}

/// What a log says, if all of it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Lines.
    pub records: u64,
    /// Decisions among them.
    pub decisions: u64,
    /// Checkpoints among them.
    pub checkpoints: u64,
    /// The newest line that a signature covers.
    pub signed_until: u64,
    /// The public key of the checkpoints.
    pub key: Option<String>,
    /// Digest of the newest line: whoever keeps it can tell later that nothing was cut off.
    pub head: String,
    /// The line that the head beside the log names; `None`: there is no head.
    pub head_file: Option<u64>,
}

/// What is known of a log from elsewhere.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expected<'e> {
    /// The public key of its checkpoints.
    pub key: Option<&'e str>,
    /// Digest of a line that was its newest one once ([`Verified::head`]).
    pub line: Option<&'e str>,
}

/// The first line that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
}

/// Goes through a log from its first line.
///
/// # Errors
///
/// The file cannot be read.
pub fn verify(path: &Path, expected: Expected<'_>) -> io::Result<Result<Verified, Broken>> {
    // Before the log: a writer may be at work.
    let head = HeadFile::read(path)?;
    let mut head_met = false;
    let mut line_met = false;
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && head.is_some() => {
            return Ok(Err(Broken { line: 1, why: "missing: the log is gone, and its head is there".to_owned() }));
        }
        file => file?,
    };
    let mut reader = BufReader::with_capacity(256 << 10, file);
    let mut verified =
        Verified { head: GENESIS.to_owned(), key: expected.key.map(str::to_owned), ..Verified::default() };
    let mut time: Option<Timestamp> = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        (&mut reader).take(LONGEST_LINE + 1).read_until(b'\n', &mut line)?;
        let number = verified.records + 1;
        let broken = |why: &str| Ok(Err(Broken { line: number, why: why.to_owned() }));
        if line.is_empty() {
            match head {
                None => {}
                Some(Err(_)) => {
                    return broken("its head cannot be read: nobody can tell whether lines are missing here");
                }
                Some(Ok(head)) => match head.signer() {
                    None => {
                        return broken(
                            "its head has a wrong signature: nobody can tell whether lines are missing here",
                        );
                    }
                    Some(signer) if verified.key.as_ref().is_some_and(|key| key != signer) => {
                        return broken("its head is signed with another key");
                    }
                    Some(_) if head.seq > verified.records => {
                        let seq = head.seq;
                        return broken(&format!("missing: the head beside the log says that {seq} lines were written"));
                    }
                    Some(_) if !head_met => return broken("missing: the line that the head names is another one"),
                    Some(_) => {
                        verified.head_file = Some(head.seq);
                        verified.signed_until = verified.signed_until.max(head.seq);
                    }
                },
            }
            if expected.line.is_some() && !line_met {
                return broken(
                    "missing: no line has the expected digest, so lines were cut off or the log is another one",
                );
            }
            return Ok(Ok(verified));
        }
        if line.pop() != Some(b'\n') {
            return broken("cut off: it has no end");
        }
        let link = match check_line(&line) {
            Ok(link) => link,
            Err(why) => return broken(why),
        };
        if link.seq != number {
            return broken(&format!("numbered {} where {number} is due: lines are missing or moved", link.seq));
        }
        if link.prev != verified.head {
            return broken("not the one that followed the line before it");
        }
        let Ok(own_time) = link.time.parse::<Timestamp>() else { return broken("without a time") };
        if time.is_some_and(|time| own_time < time) {
            return broken("earlier than the line before it");
        }
        time = Some(own_time);
        match link.kind.as_str() {
            "checkpoint" => {
                let own = match check_signature(&link) {
                    Ok(own) => key_name(&own),
                    Err(why) => return broken(why),
                };
                if verified.key.as_ref().is_some_and(|key| *key != own) {
                    return broken("signed with another key");
                }
                verified.key = Some(own);
                verified.checkpoints += 1;
                verified.signed_until = number;
            }
            "decision" => verified.decisions += 1,
            _ => {}
        }
        verified.records = number;
        head_met |= matches!(&head, Some(Ok(head)) if head.seq == number && head.own == link.own);
        line_met |= expected.line == Some(&link.own);
        verified.head = link.own;
    }
}

#[cfg(test)]
mod tests {
    use super::{Expected, HeadFile, Log, LogError, check_line, verify};
    use jiff::Timestamp;
    use serde::Serialize;
    use std::fs;
    use std::io::Write as _;
    use std::path::Path;

    #[derive(Serialize)]
    struct Body {
        decision: &'static str,
    }

    const ALLOW: Body = Body { decision: "allow" };

    fn now(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a time")
    }

    fn filled(path: &Path, lines: i64) -> Log {
        let log = Log::new(path, &[7; 32]);
        for second in 0..lines {
            log.turn().expect("a turn").append("decision", &ALLOW, now(second), false).expect("written");
        }
        log
    }

    #[test]
    fn a_log_verifies_and_every_change_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/decisions.jsonl");
        let log = filled(&path, 100);
        let verified =
            verify(&path, Expected { key: Some(&log.public_key()), line: None }).expect("read").expect("whole");
        assert_eq!((verified.decisions, verified.checkpoints), (100, 2));
        assert_eq!(verified.records, 102);

        let text = fs::read_to_string(&path).expect("read");
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let changed = folder.path().join("changed");
        let broken = |lines: &[String]| {
            fs::write(&changed, lines.concat()).expect("written");
            verify(&changed, Expected::default()).expect("read").err().map(|broken| broken.line)
        };
        let owned = || lines.iter().map(|line| (*line).to_owned()).collect::<Vec<String>>();
        for at in [0, 1, 40, 101] {
            let mut other = owned();
            other[at] = other[at].replace("allow", "deny").replace("signature\":\"", "signature\":\"0");
            assert_eq!(broken(&other), Some(at as u64 + 1), "changed line {at}");
            let mut other = owned();
            other.remove(at);
            let expected = (at < 101).then_some(at as u64 + 1);
            assert_eq!(broken(&other), expected, "removed line {at}");
        }
        let mut other = owned();
        other.swap(10, 11);
        assert_eq!(broken(&other), Some(11));
        let mut other = owned();
        other.last_mut().expect("lines").pop();
        assert_eq!(broken(&other), Some(102));
        assert_eq!(
            verify(&path, Expected { key: Some("ed25519:00"), line: None })
                .expect("read")
                .expect_err("another key")
                .line,
            2
        );
    }

    #[test]
    fn a_torn_line_is_cut_off_and_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log");
        let log = filled(&path, 3);
        fs::OpenOptions::new().append(true).open(&path).expect("open").write_all(b"{\"schema\":\"el").expect("written");
        assert!(verify(&path, Expected::default()).expect("read").is_err());
        log.turn().expect("a turn").append("decision", &ALLOW, now(9), false).expect("written");
        verify(&path, Expected::default()).expect("read").expect("whole");
        assert!(fs::read_to_string(&path).expect("read").contains("\"recovered\":{\"bytes\":13,"));
    }

    #[test]
    fn a_log_that_was_cut_is_told_by_its_head_or_by_what_was_noted() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log");
        let head = folder.path().join("log.head");
        let log = filled(&path, 10);
        let verified = verify(&path, Expected::default()).expect("read").expect("whole");
        assert_eq!((verified.head_file, verified.signed_until, verified.records), (Some(11), 11, 11));
        let text = fs::read(&path).expect("read");
        let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let expecting = |line| verify(&path, Expected { key: None, line: Some(line) }).expect("read");
        assert!(expecting(&verified.head).is_ok());

        for kept in [0, 1, 10] {
            fs::write(&path, lines[..kept].concat()).expect("written");
            let broken = verify(&path, Expected::default()).expect("read").expect_err("cut");
            assert_eq!(broken.line, kept as u64 + 1);
            assert!(matches!(log.turn(), Err(LogError::Cut { seq: 11, .. })), "nothing is added to it");
        }
        fs::remove_file(&path).expect("removed");
        assert_eq!(verify(&path, Expected::default()).expect("told").expect_err("gone").line, 1);
        assert!(matches!(log.turn(), Err(LogError::Cut { last: 0, .. })), "nor is another one begun");

        // Without its head, or with one that somebody else wrote.
        fs::write(&path, lines[..10].concat()).expect("written");
        let written = fs::read_to_string(&head).expect("read");
        let stops = || assert!(matches!(log.turn(), Err(LogError::Headless { .. })));
        fs::write(&head, written.replace("\"seq\":11", "\"seq\":10")).expect("written");
        assert!(verify(&path, Expected::default()).expect("read").is_err(), "it is signed");
        stops();
        let link = check_line(&lines[9][..lines[9].len() - 1]).expect("a line");
        HeadFile::write(&Log::new(&path, &[8; 32]), 10, &link.own).expect("written");
        assert!(verify(&path, Expected::default()).expect("read").is_err(), "with another key");
        stops();
        fs::write(&head, "{").expect("written");
        assert!(verify(&path, Expected::default()).expect("read").is_err());
        stops();
        fs::remove_file(&head).expect("removed");
        stops();
        assert_eq!(verify(&path, Expected::default()).expect("read").expect("shorter").head_file, None);
        assert_eq!(expecting(&verified.head).expect_err("noted").line, 11);

        // Another log in its place, as long as the old one.
        fs::remove_file(&path).expect("removed");
        let other = Log::new(&path, &[7; 32]);
        for second in 100..110 {
            other.turn().expect("a turn").append("decision", &ALLOW, now(second), false).expect("written");
        }
        assert!(expecting(&verified.head).is_err());
        fs::write(&head, written).expect("written");
        assert!(verify(&path, Expected::default()).expect("read").is_err());
        assert!(matches!(log.turn(), Err(LogError::Cut { .. })));
    }

    #[test]
    fn a_line_longer_than_usual_is_found() {
        #[derive(Serialize)]
        struct Long {
            decision: String,
        }
        let folder = tempfile::tempdir().expect("a folder");
        let log = filled(&folder.path().join("log"), 2);
        for length in [8_000, 9_000, 100_000] {
            let body = Long { decision: "x".repeat(length) };
            log.turn().expect("a turn").append("decision", &body, now(9), false).expect("written");
        }
        log.turn().expect("a turn").append("decision", &ALLOW, now(9), false).expect("written");
        assert_eq!(verify(log.path(), Expected::default()).expect("read").expect("whole").decisions, 6);
    }

    #[test]
    fn a_foreign_end_stops_the_writer() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log");
        let log = filled(&path, 3);
        fs::OpenOptions::new().append(true).open(&path).expect("open").write_all(b"{}\n").expect("written");
        assert!(matches!(log.turn(), Err(LogError::Broken { .. })));
        let log = Log::new(folder.path(), &[7; 32]);
        assert!(matches!(log.turn(), Err(LogError::Storage { .. })));
    }

    #[test]
    fn writers_take_turns_and_time_stands_still_rather_than_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| filled(&path, 25));
            }
        });
        let verified = verify(&path, Expected::default()).expect("read").expect("whole");
        assert_eq!(verified.decisions, 100);
    }

    #[test]
    fn an_approval_is_signed_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log");
        let log = filled(&path, 3);
        let seq = log.turn().expect("a turn").append("approval", &ALLOW, now(9), true).expect("written");
        let (record, signed) = log.record(seq).expect("there");
        assert_eq!(record["type"], "approval");
        assert!(signed);
        assert!(!Log::new(&path, &[8; 32]).record(seq).expect("there").1, "signed with another key");
        assert!(!log.record(3).expect("there").1);
        assert!(matches!(log.record(99), Err(LogError::Missing { .. })));
        assert!(matches!(log.record(0), Err(LogError::Missing { .. })));
    }
}
