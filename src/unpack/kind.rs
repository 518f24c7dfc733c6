//! What the first bytes say a thing is. Content decides; a name is a hint, and a lie in it is told.
//!
//! A mark of two or three bytes that a text could begin with does not close anything by itself: it needs a second mark.

use crate::problem::Reason;
use crate::text::{at, slice};

/// A format told by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One stream, compressed with DEFLATE (RFC 1952).
    Gzip,
    /// An archive with a directory at its end; office documents are told apart inside.
    Zip,
    /// Files one after the other, each with a header of 512 bytes.
    Tar,
    /// One stream, Zstandard (RFC 8878).
    Zstd,
    /// One stream, bzip2.
    Bzip2,
    /// One stream, xz.
    Xz,
    /// One stream, lz4 frames.
    Lz4,
    /// One stream, LZMA alone.
    Lzma,
    /// Rich text.
    Rtf,
    /// One message (RFC 5322).
    Mail,
    /// Messages one after the other, each behind a line that begins with `From `.
    Mbox,
    /// A journal of systemd.
    Journal,
    /// A database in one file; a [`super::Helper`] reads it.
    Sqlite,
    /// An archive whose directory is packed; a [`super::Helper`] reads it.
    SevenZip,
    /// An archive of RAR; a [`super::Helper`] reads it, with the feature `rar`.
    Rar,
    /// Pages; a [`super::Helper`] reads them.
    Pdf,
    /// A table by columns; a [`super::Helper`] reads it.
    Parquet,
    /// Documents of old Office programs, messages of Outlook; a [`super::Helper`] reads them.
    Ole,
    /// Encrypted as a whole.
    Encrypted(&'static str),
    /// A known format that this version does not read.
    Unread(&'static str),
    /// A picture; a [`super::Helper`] reads what it says about itself.
    Picture(&'static str),
    /// Sound, film, or a picture that says nothing.
    Media(&'static str),
}

impl Kind {
    /// Whether [`super::open`] can do more with it than say what it is.
    pub fn is_opened(self) -> bool {
        let is_told_only = matches!(self, Self::Unread(_) | Self::Media(_) | Self::Encrypted(_));
        cfg!(feature = "formats") && !is_told_only && (self != Self::Rar || cfg!(feature = "rar"))
    }

    /// The reason that a thing of this kind ends with if it is not opened.
    pub fn closed(self) -> Option<Reason> {
        match self {
            Self::Picture(_) | Self::Media(_) => Some(Reason::NoText),
            Self::Encrypted(_) => Some(Reason::Encrypted),
            // Text all the same.
            Self::Rtf | Self::Mail | Self::Mbox => None,
            _ => Some(Reason::Unsupported),
        }
    }
}

/// A format: what it is, the mark, where it stands, a second mark and where, and the endings of names that promise it.
struct Format {
    kind: Kind,
    mark: &'static [u8],
    at: usize,
    second: Option<(&'static [u8], usize)>,
    names: &'static [&'static str],
}

const fn format(kind: Kind, mark: &'static [u8], names: &'static [&'static str]) -> Format {
    Format { kind, mark, at: 0, second: None, names }
}

const fn behind(kind: Kind, at: usize, mark: &'static [u8], names: &'static [&'static str]) -> Format {
    Format { kind, mark, at, second: None, names }
}

const fn twice(
    kind: Kind, mark: &'static [u8], second: (&'static [u8], usize), names: &'static [&'static str],
) -> Format {
    Format { kind, mark, at: 0, second: Some(second), names }
}

const ZIPPED: &[&str] = &[
    "zip", "jar", "war", "apk", "epub", "docx", "docm", "dotx", "xlsx", "xlsm", "xltx", "xlsb", "pptx", "pptm", "odt",
    "ods", "odp", "odg", "ott", "ots",
];

/// Names of documents that lie encrypted in a compound file.
const OFFICE: &[&str] = &["docx", "docm", "dotx", "xlsx", "xlsm", "xltx", "xlsb", "pptx", "pptm"];

/// Every format that is told by fixed bytes.
const FORMATS: &[Format] = &[
    format(Kind::Gzip, b"\x1f\x8b\x08", &["gz", "tgz"]),
    format(Kind::Zip, b"PK\x03\x04", ZIPPED),
    format(Kind::Zip, b"PK\x05\x06\0\0", &[]),
    format(Kind::Zip, b"PK\x07\x08PK\x03\x04", &[]),
    twice(Kind::Bzip2, b"BZh", (b"1AY&SY", 4), &["bz2", "tbz2"]),
    twice(Kind::Bzip2, b"BZh", (b"\x17\x72\x45\x38\x50\x90", 4), &[]),
    format(Kind::Xz, b"\xfd7zXZ\0", &["xz", "txz"]),
    format(Kind::Zstd, b"\x28\xb5\x2f\xfd", &["zst", "tzst"]),
    format(Kind::Lz4, b"\x04\x22\x4d\x18", &["lz4"]),
    format(Kind::Rtf, b"{\\rtf", &["rtf"]),
    format(Kind::SevenZip, b"7z\xbc\xaf\x27\x1c", &["7z"]),
    format(Kind::Rar, b"Rar!\x1a\x07", &["rar"]),
    format(Kind::Pdf, b"%PDF-", &["pdf"]),
    format(Kind::Ole, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", &["msg"]),
    format(Kind::Sqlite, b"SQLite format 3\0", &[]),
    format(Kind::Journal, b"LPKSHHRH", &["journal"]),
    twice(Kind::Parquet, b"PAR1", (b"\x15", 4), &["parquet"]),
    format(Kind::Encrypted("PGP"), b"-----BEGIN PGP MESSAGE-----", &[]),
    format(Kind::Encrypted("OpenSSL"), b"Salted__", &[]),
    format(Kind::Encrypted("age"), b"age-encryption.org/v1\n", &[]),
    format(Kind::Encrypted("age"), b"-----BEGIN AGE ENCRYPTED FILE-----", &[]),
    format(Kind::Unread("cabinet"), b"MSCF\0\0\0\0", &["cab"]),
    format(Kind::Unread("LZW"), b"\x1f\x9d\x90", &[]),
    format(Kind::Unread("LZW"), b"\x1f\x9d\x8c", &[]),
    format(Kind::Picture("PNG"), b"\x89PNG\r\n", &["png"]),
    format(Kind::Picture("JPEG"), b"\xff\xd8\xff", &["jpg", "jpeg"]),
    twice(Kind::Media("GIF"), b"GIF8", (b"a", 5), &["gif"]),
    twice(Kind::Picture("WebP"), b"RIFF", (b"WEBP", 8), &["webp"]),
    twice(Kind::Media("WAV"), b"RIFF", (b"WAVE", 8), &["wav"]),
    twice(Kind::Media("AVI"), b"RIFF", (b"AVI ", 8), &["avi"]),
    twice(Kind::Picture("TIFF"), b"II*\0", (b"\0", 7), &["tif", "tiff"]),
    twice(Kind::Picture("TIFF"), b"MM\0*", (b"\0", 4), &[]),
    twice(Kind::Media("BMP"), b"BM", (b"\0\0\0\0", 6), &["bmp"]),
    twice(Kind::Media("MP3"), b"ID3", (b"\0", 4), &["mp3"]),
    twice(Kind::Media("Ogg"), b"OggS", (b"\0", 4), &["ogg", "opus"]),
    twice(Kind::Media("FLAC"), b"fLaC", (b"\0", 4), &["flac"]),
    behind(Kind::Picture("HEIF"), 4, b"ftyphei", &["heic", "heif"]),
    behind(Kind::Picture("HEIF"), 4, b"ftypmif1", &[]),
    behind(Kind::Picture("AVIF"), 4, b"ftypavif", &["avif"]),
    behind(Kind::Media("MP4"), 4, b"ftyp", &["mp4", "mov", "m4a"]),
    format(Kind::Media("Matroska"), b"\x1aE\xdf\xa3", &["mkv", "webm"]),
];

/// The first bytes of each format that others hold: no pictures, sound or film.
pub(super) fn marks() -> impl Iterator<Item = &'static [u8]> {
    let is_held = |format: &Format| {
        format.at == 0 && !matches!(format.kind, Kind::Picture(_) | Kind::Media(_) | Kind::Encrypted(_))
    };
    let is_first = |i: usize, kind: Kind| !FORMATS.iter().take(i).any(|before| before.kind == kind);
    let held = FORMATS.iter().enumerate().filter(move |(i, format)| is_held(format) && is_first(*i, format.kind));
    held.map(|(_, format)| format.mark)
}

impl Format {
    fn fits(&self, head: &[u8]) -> bool {
        let stands = |mark: &[u8], at: usize| slice(head, at, at + mark.len()) == mark;
        stands(self.mark, self.at) && self.second.is_none_or(|(mark, at)| stands(mark, at))
    }
}

/// Tells a format by the first bytes of a stream; the more of them, the better (64 KiB are enough for all).
pub fn recognise(head: &[u8]) -> Option<Kind> {
    if let Some(format) = FORMATS.iter().find(|format| format.fits(head)) {
        return Some(format.kind);
    }
    if is_tar(head) {
        return Some(Kind::Tar);
    }
    if let Some(kind) = behind_frames(head) {
        return Some(kind);
    }
    if is_lzma(head) {
        return Some(Kind::Lzma);
    }
    super::mail::recognise(head)
}

/// What stands behind frames without data, which Zstandard and lz4 both begin with at times (RFC 8878, 3.1.2).
fn behind_frames(head: &[u8]) -> Option<Kind> {
    let mut rest = head;
    while let &[0x50..=0x5F, 0x2A, 0x4D, 0x18, a, b, c, d, ..] = rest {
        rest = slice(rest, 8 + u32::from_le_bytes([a, b, c, d]) as usize, rest.len());
    }
    let is_one = rest.len() < head.len();
    is_one.then_some(if rest.starts_with(b"\x04\x22\x4d\x18") { Kind::Lz4 } else { Kind::Zstd })
}

/// Whether a name promises an archive, and one begins later: what stands before it was cut off or damaged.
pub fn hides_zip(name: &str, head: &[u8]) -> bool {
    let promised = name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("zip"));
    promised && memchr::memmem::find(head, b"PK\x03\x04").is_some()
}

/// Bytes at the end of a file that tell an archive with something before it.
pub const END_BYTES: usize = 22;

/// Whether a thing of `size` bytes ends as a zip archive without a comment does, whatever it begins with.
pub fn ends_as_zip(end: &[u8], size: u64) -> bool {
    let record = slice(end, end.len().saturating_sub(END_BYTES), end.len());
    let four = |i: usize| (0..4).rev().fold(0u64, |sum, place| sum << 8 | u64::from(at(record, i + place)));
    let (length, offset) = (four(12), four(16));
    record.starts_with(b"PK\x05\x06\0\0\0\0")
        && record.ends_with(b"\0\0")
        && length >= 46
        && length + offset + END_BYTES as u64 <= size
}

/// A head of LZMA alone: usual properties, a window of a usual size, a length or none, and a stream that begins with 0.
fn is_lzma(head: &[u8]) -> bool {
    let number = |from: usize, until: usize| {
        slice(head, from, until).iter().rev().fold(0u64, |n, byte| n << 8 | u64::from(*byte))
    };
    let (window, length) = (number(1, 5), number(5, 13));
    let usual =
        window >= 1 << 12 && (window.is_power_of_two() || (window / 3 * 2).is_power_of_two() && window % 3 == 0);
    head.len() > 18 && at(head, 0) == 0x5D && at(head, 13) == 0 && usual && (length == u64::MAX || length < 1 << 40)
}

/// A header of tar: the sum of its bytes stands in it, in octal digits, counted with blanks in its own place.
pub(super) fn is_tar(head: &[u8]) -> bool {
    let header = slice(head, 0, 512);
    if header.len() < 512 || at(header, 0) == 0 {
        return false;
    }
    let own: u64 = slice(header, 148, 156).iter().map(|byte| u64::from(*byte)).sum();
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum::<u64>() - own + 8 * u64::from(b' ');
    octal(slice(header, 148, 156)) == Some(sum)
}

/// Octal digits between blanks and zero bytes.
pub(super) fn octal(field: &[u8]) -> Option<u64> {
    let blank = |byte: &u8| matches!(byte, b' ' | 0);
    let start = field.iter().position(|byte| !blank(byte))?;
    let digits = field.get(start..)?;
    let end = digits.iter().position(blank).unwrap_or(digits.len());
    slice(digits, 0, end).iter().try_fold(0u64, |sum, byte| match byte {
        b'0'..=b'7' => sum.checked_mul(8)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    })
}

/// Whether a name promises a format, and the content is something else. Nothing at all promises nothing.
///
/// Only the last ending counts. Endings that programs use for several formats (`doc`, `xls`, `db`, `log`) promise none.
pub fn is_mislabelled(name: &str, head: &[u8], kind: Option<Kind>) -> bool {
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    let promised = FORMATS.iter().find(|format| format.names.iter().any(|name| name.eq_ignore_ascii_case(ending)));
    let Some(promised) = promised.map(|format| format.kind) else { return false };
    !head.is_empty()
        && match (promised, kind) {
            // Programs keep the name when they encrypt a document.
            (Kind::Zip, Some(Kind::Ole)) => !OFFICE.iter().any(|own| own.eq_ignore_ascii_case(ending)),
            // Any picture under any picture's name is unread all the same.
            (Kind::Picture(_) | Kind::Media(_), Some(Kind::Picture(_) | Kind::Media(_))) => false,
            (promised, kind) => kind != Some(promised),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_marks_do_not_close_texts() {
        for text in [
            "BZh is how bzip2 files begin",
            "RIFF;RAFF;1",
            "ID3 is a tag",
            "PAR1 of 2, see below",
            "BMW is a car",
            "GIF89 or GIF87",
            "II* noted",
            "OggS",
            "fLaC",
            "PK",
        ] {
            assert_eq!(recognise(text.as_bytes()), None, "{text}");
        }
        assert_eq!(recognise(b"BZh91AY&SY\0\0"), Some(Kind::Bzip2));
        assert_eq!(recognise(b"RIFF\0\0\0\0WEBPVP8 "), Some(Kind::Picture("WebP")));
        assert_eq!(recognise(b"\x1f\x8b\x08\0"), Some(Kind::Gzip));
        assert_eq!(recognise(b""), None);
    }

    #[test]
    fn frames_without_data_tell_what_follows() {
        let frame = [b"\x5a\x2a\x4d\x18\x02\0\0\0ab".as_slice(), b"\x50\x2a\x4d\x18\0\0\0\0"].concat();
        let before = |rest: &[u8]| recognise(&[&frame, rest].concat());
        assert_eq!(before(b"\x28\xb5\x2f\xfd"), Some(Kind::Zstd));
        assert_eq!(before(b"\x04\x22\x4d\x18"), Some(Kind::Lz4));
        assert_eq!(before(b""), Some(Kind::Zstd));
        assert_eq!(recognise(b"P*M as text"), None);
    }

    #[test]
    fn tar_is_told_by_its_sum() {
        let mut header = [0u8; 512];
        header[..5].copy_from_slice(b"a.txt");
        header[257..262].copy_from_slice(b"ustar");
        assert_eq!(recognise(&header), None, "the sum is missing");
        let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum::<u64>() + 8 * 32;
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        assert_eq!(recognise(&header), Some(Kind::Tar));
    }

    #[test]
    fn a_lie_is_a_promise_that_the_content_breaks() {
        let lies = |name: &str, head: &[u8]| is_mislabelled(name, head, recognise(head));
        assert!(lies("a.zip", b"ordinary text"));
        assert!(lies("a.jpg", b"PK\x03\x04"));
        assert!(!lies("a.JPG", b"\x89PNG\r\n"), "a picture is a picture");
        assert!(!lies("a.docx", b"PK\x03\x04"));
        assert!(!lies("a.log", b"\x1f\x8b\x08\0"));
        assert!(!lies("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"));
        assert!(lies("a.zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"));
        assert!(!lies("a.xls", b"<html>"));
        assert!(!lies("a.zip", b""));
        assert!(!lies("zip", b"text"));
    }
}
