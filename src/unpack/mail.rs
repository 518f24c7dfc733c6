//! Messages: told by their header fields, opened part by part.
//!
//! Source: RFC 5322, RFC 2045-2047, RFC 4155 (mbox). What stands in a message as it is, headers and text without a
//! transfer encoding, is handed on as bytes of the message, so that places are those of the file. Parts that are
//! encoded are decoded; attachments and messages in messages are members.

use super::kind::Kind;
use crate::text::slice;

/// Lines that a message is told by.
const LINES: usize = 64;
/// Fields that messages have.
const FIELDS: &[&str] = &[
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "received",
    "return-path",
    "mime-version",
    "content-type",
    "cc",
    "bcc",
    "delivered-to",
    "reply-to",
    "sender",
    "dkim-signature",
    "x-mailer",
    "content-transfer-encoding",
    "in-reply-to",
    "references",
    "user-agent",
    "list-id",
    "authentication-results",
    "arc-seal",
    "x-received",
    "envelope-to",
];
/// Fields of which a message has one at least.
const TELLING: &[&str] = &["from", "subject", "received", "return-path", "message-id", "mime-version"];

/// Tells a message or a folder of messages by its first lines.
pub(super) fn recognise(head: &[u8]) -> Option<Kind> {
    if head.starts_with(b"From ") {
        let end = memchr::memchr(b'\n', head)?;
        return (is_envelope(slice(head, 0, end)) && has_fields(slice(head, end + 1, head.len())))
            .then_some(Kind::Mbox);
    }
    has_fields(head).then_some(Kind::Mail)
}

/// The line before a message in a folder: `From`, who, and when.
fn is_envelope(line: &[u8]) -> bool {
    line.starts_with(b"From ") && line.len() < 1000 && memchr::memmem::find(line, b":").is_some()
}

/// Whether header fields stand here, up to an empty line.
fn has_fields(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let (mut known, mut telling) = (0, false);
    for (i, line) in head.split(|byte| *byte == b'\n').take(LINES).enumerate() {
        let line = line.trim_ascii_end();
        if line.is_empty() {
            break;
        }
        if matches!(line.first(), Some(b' ' | b'\t')) && i > 0 {
            continue;
        }
        let Some(colon) = memchr::memchr(b':', slice(line, 0, 80)) else { break };
        let name = slice(line, 0, colon);
        if name.is_empty() || !name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            break;
        }
        let is = |fields: &[&str]| fields.iter().any(|field| field.as_bytes().eq_ignore_ascii_case(name));
        known += usize::from(is(FIELDS));
        telling |= is(TELLING);
    }
    known >= 2 && telling
}

#[cfg(feature = "formats")]
pub use parts::stretches;
#[cfg(feature = "formats")]
pub(super) use parts::{open, open_folder};

#[cfg(feature = "formats")]
mod parts {
    use super::{is_envelope, recognise, slice};
    use crate::problem::Reason;
    use crate::text::encoding::{Encoding as Code, Named, meant};
    use crate::text::transfer::{Transfer, charsets, decoded};
    use crate::unpack::input::{InMemory, Source};
    use crate::unpack::kind::Kind;
    use crate::unpack::signed::{Signed, signed};
    use crate::unpack::{At, Budget, Carriers, Child, Children, Fault, Frames, Input, Made, Text};
    use aho_corasick::AhoCorasick;
    use mail_parser::decoders::charsets::DecoderFnc;
    use mail_parser::decoders::charsets::map::charset_decoder;
    use mail_parser::{HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};
    use std::collections::BTreeSet;
    use std::io::{self, BufRead, Read};
    use std::ops::{ControlFlow, Range};

    /// Messages in one message that are followed.
    const NESTED: usize = 50;
    /// Parts of one message, those of messages in it not counted.
    const PARTS: usize = 10_000;
    /// Boundaries of one message that differ.
    const BOUNDARIES: usize = 1_000;
    /// Longest boundary (RFC 2046, 5.1.1).
    const BOUNDARY_BYTES: usize = 70;
    /// Bytes of the head of one part, bytes of all heads, and lines of them.
    const HEAD_BYTES: usize = 256 << 10;
    const HEADS_BYTES: usize = 8 << 20;
    const HEAD_LINES: usize = 100_000;

    /// Names of charsets in encoded words that are remembered.
    const LABELS: usize = 1_000;
    /// Bytes on either side of a line end that a value may go over.
    const JOINT_BYTES: usize = 48;
    /// Fields that programs write on the way, for themselves.
    const OF_PROGRAMS: &[&str] = &["received", "dkim-", "arc-", "x-", "authentication-", "references", "message-id"];
    /// Charsets that say nothing: the bytes are looked at.
    const SILENT: &[&str] = &[
        "default",
        "unknown",
        "unknown8bit",
        "xunknown",
        "none",
        "binary",
        "ansi",
        "utf8mb4",
        "usascii",
        "ascii",
        "ansix341968",
    ];

    /// A part that is read by itself: it does not stand in the message as it is, or is a thing of its own.
    pub(super) struct Piece {
        range: Range<usize>,
        transfer: Transfer,
        /// What its text is said to be in.
        label: Option<Label>,
        /// Its letters are written in ASCII.
        hides_letters: bool,
        /// Its number in the message.
        number: usize,
        what: What,
    }

    /// What a text is said to be in, as far as that says anything.
    #[derive(Clone, Copy)]
    enum Label {
        /// An encoding that the judge knows.
        Known(Code),
        /// Another one.
        Other(DecoderFnc),
    }

    impl Label {
        fn of(part: &MessagePart<'_>) -> Option<Self> {
            let label = charset(part)?;
            Code::labelled(label).map(Self::Known).or_else(|| charset_decoder(label.as_bytes()).map(Self::Other))
        }

        /// The same of these bytes; ASCII is read alike in all that are not known, unless letters are hidden in it.
        fn named(self, bytes: &[u8], hides_letters: bool) -> Option<Named> {
            match self {
                Self::Known(encoding) => Some(Named::Known(encoding)),
                Self::Other(_) if bytes.is_ascii() && !hides_letters => None,
                Self::Other(decode) => Some(Named::Other(decode(bytes))),
            }
        }
    }

    enum What {
        /// Text of the message.
        Text,
        /// An attachment, a picture, a message.
        Member { name: String, kind: Option<String> },
    }

    /// Opens a message.
    pub(in crate::unpack) fn open(input: Input<'_>, budget: &Budget, children: &mut Children<'_>) -> Result<(), Fault> {
        let (mut held, mut fault) = match budget.hold(&mut input.sequential()) {
            Ok(held) => (held, None),
            Err((fault, held)) => (held, Some(fault)),
        };
        if is_too_deep(held.bytes()) {
            fault = fault.or_else(|| Some(Fault::new(Reason::LimitDepth, "too many messages in one")));
        } else {
            let (pieces, own) = pieces(held.bytes_mut());
            fault = fault.or(own);
            // Members come first: the texts are the message's own.
            let (texts, members): (Vec<_>, Vec<_>) = pieces.iter().partition(|piece| matches!(piece.what, What::Text));
            for piece in members.into_iter().chain(texts) {
                if hand_on(piece, held.bytes(), &mut fault, children).is_break() {
                    return Ok(());
                }
            }
            for Piece { range, .. } in pieces {
                let part = held.bytes_mut().get_mut(range).unwrap_or_default();
                part.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
            }
        }
        let mut bytes = held.bytes();
        if has_unreadable_words(bytes) {
            fault = fault.or_else(|| Some(Fault::new(Reason::UnreadPart, "words of a header in an unknown encoding")));
        }
        let joined = joined(bytes);
        if !joined.is_empty() {
            let place = Some(At::Part("broken lines".into()));
            if children(Child::Text(&mut Said { bytes: joined.as_slice(), place })).is_break() {
                return Ok(());
            }
        }
        // What mail programs did before MIME.
        if memchr::memmem::find(bytes, b"\nbegin ").is_some() {
            match Carriers::default().open(&InMemory(bytes), children) {
                Ok(()) => {}
                Err(own) => fault = fault.or(Some(own)),
            }
        }
        // A break ends the scan, and this was the last thing.
        let _ended = children(Child::Raw { start: 0, bytes: &mut bytes });
        fault.map_or(Ok(()), Err)
    }

    fn is_too_deep(raw: &[u8]) -> bool {
        memchr::memmem::find_iter(raw, b"essage/").take(NESTED + 1).count() > NESTED
    }

    /// The pieces of a message in order, and what kept it from being taken apart in full.
    ///
    /// The parser makes all parts at once, of a message as far as that is not too many. Messages in it are hidden from the
    /// parser: they are members, and taken apart when they are opened.
    pub(super) fn pieces(raw: &mut [u8]) -> (Vec<Piece>, Option<Fault>) {
        let (until, heads, fault) = parseable(raw);
        let Some(raw) = raw.get_mut(..until).filter(|raw| !raw.is_empty()) else { return (Vec::new(), fault) };
        let hidden = hide(raw, &heads);
        let parser = MessageParser::new()
            .header_content_type(HeaderName::ContentType)
            .header_content_type(HeaderName::ContentDisposition)
            .header_text(HeaderName::ContentTransferEncoding)
            .default_header_ignore();
        let parsed = parser.parse(&*raw).map(|message| {
            let digests = digests(&message);
            let parts = message.parts.iter().take(PARTS).enumerate();
            let pieces: Vec<_> = parts.filter_map(|(i, part)| piece(raw, i, part, digests.contains(&i))).collect();
            let is_unknown = message.parts.iter().take(PARTS).any(is_unknown);
            (pieces, message.parts.len() > PARTS, is_unknown)
        });
        for at in hidden {
            if let Some(byte) = raw.get_mut(at) {
                *byte = unspoilt(*byte);
            }
        }
        match parsed {
            Some((pieces, is_cut, is_unknown)) => {
                let unknown = || Fault::new(Reason::UnreadPart, "text in an unknown encoding");
                (pieces, fault.or_else(|| is_cut.then(too_many_parts)).or_else(|| is_unknown.then(unknown)))
            }
            None => (Vec::new(), fault.or_else(|| Some(Fault::corrupt("no message")))),
        }
    }

    fn too_many_parts() -> Fault {
        Fault::new(Reason::LimitMembers, "too many parts in one message")
    }

    /// How far a message may be parsed, where its heads stand as far as that, and why not to its end: lines that part it are
    /// counted, and what their heads hold.
    pub(super) fn parseable(raw: &[u8]) -> (usize, Vec<Range<usize>>, Option<Fault>) {
        let (marks, declared) = marks(raw);
        let mut heads = Heads::default();
        if !heads.take(raw, 0) {
            // Where no head ends, no part begins.
            let behind = slice(raw, heads.until.saturating_sub(2), raw.len());
            let ends = [&b"\n\n"[..], b"\n\r\n"].iter().any(|end| memchr::memmem::find(behind, end).is_some());
            return (0, Vec::new(), ends.then(too_long_heads));
        }
        if let Ok(marks) = AhoCorasick::new(marks) {
            for (number, mark) in marks.find_iter(slice(raw, 0, declared)).enumerate() {
                if number >= PARTS {
                    return (mark.start(), heads.found, Some(too_many_parts()));
                }
                if mark.start() >= heads.until && !heads.take(raw, mark.end()) {
                    return (mark.start(), heads.found, Some(too_long_heads()));
                }
            }
        }
        (declared, heads.found, (declared < raw.len()).then(too_many_parts))
    }

    fn too_long_heads() -> Fault {
        Fault::new(Reason::LimitMemory, "too long a head in a message")
    }

    /// Heads of parts.
    #[derive(Default)]
    struct Heads {
        found: Vec<Range<usize>>,
        /// Where the last one ends.
        until: usize,
        bytes: usize,
        lines: usize,
    }

    impl Heads {
        /// Counts the head that begins here, up to an empty line; gives whether there is room for it.
        fn take(&mut self, raw: &[u8], start: usize) -> bool {
            let head = slice(raw, start, start + HEAD_BYTES);
            let is_end = |at: &usize| matches!(slice(head, at + 1, at + 3), [b'\n', ..] | [b'\r', b'\n']);
            let mut lines = 0;
            let end = memchr::memchr_iter(b'\n', head).inspect(|_| lines += 1).find(is_end);
            let length = end.unwrap_or(head.len());
            self.until = start + length;
            (self.bytes, self.lines) = (self.bytes + length, self.lines + lines);
            let ends = end.is_some() || self.until < start + HEAD_BYTES;
            let has_room = ends && self.bytes <= HEADS_BYTES && self.lines <= HEAD_LINES;
            self.found.extend(has_room.then_some(start..self.until));
            has_room
        }
    }

    /// What lines that part a message begin with, as far as its heads may tell; and where there are too many of them. What is
    /// written in a way that few programs use is taken for any.
    fn marks(raw: &[u8]) -> (BTreeSet<Vec<u8>>, usize) {
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.=+/:,@#~!$".contains(byte);
        let mut marks = BTreeSet::new();
        for at in memchr::memchr2_iter(b'b', b'B', raw) {
            if !slice(raw, at, at + 8).eq_ignore_ascii_case(b"boundary") {
                continue;
            }
            if marks.len() >= BOUNDARIES {
                return (marks, at);
            }
            let rest = slice(raw, at + 8, at + 512).trim_ascii_start();
            let value = match rest {
                [b'=', value @ ..] => value.trim_ascii_start(),
                [b'*' | b'(', ..] => &[],
                _ => continue,
            };
            let value = value.strip_prefix(b"\"").unwrap_or(value);
            let plain = value.iter().take(BOUNDARY_BYTES).take_while(|byte| is_plain(byte)).count();
            let plain = if value.starts_with(b"=?") { 0 } else { plain };
            marks.insert([b"--", slice(value, 0, plain)].concat());
        }
        (marks, raw.len())
    }

    /// Spoils the words in heads by which the parser tells messages in a message, and collections of them; gives where.
    fn hide(raw: &mut [u8], heads: &[Range<usize>]) -> Vec<usize> {
        let mut words = AhoCorasick::builder();
        let Ok(words) = words.ascii_case_insensitive(true).build(["message", "digest"]) else { return Vec::new() };
        let mut hidden = Vec::new();
        for head in heads {
            let words = words.find_iter(slice(raw, head.start, head.end));
            hidden.extend(words.map(|word| head.start + word.start() + 1));
        }
        for at in &hidden {
            if let Some(byte) = raw.get_mut(*at) {
                *byte = SPOILT.iter().find(|(own, _)| own == byte).map_or(*byte, |(_, spoilt)| *spoilt);
            }
        }
        hidden
    }

    /// Letters, and what they are spoilt to.
    const SPOILT: [(u8, u8); 4] = [(b'e', 1), (b'E', 2), (b'i', 3), (b'I', 4)];

    fn unspoilt(byte: u8) -> u8 {
        SPOILT.iter().find(|(_, spoilt)| *spoilt == byte).map_or(byte, |(own, _)| *own)
    }

    /// A text as it stood before words in it were spoilt.
    fn shown(text: &str) -> String {
        text.chars().map(|c| u8::try_from(c).map_or(c, |byte| char::from(unspoilt(byte)))).collect()
    }

    /// Numbers of the parts of collections of messages: each is one, if nothing else is said (RFC 2046, 5.1.5).
    fn digests(message: &Message<'_>) -> BTreeSet<usize> {
        let is_digest = |part: &&MessagePart<'_>| {
            let own = part.content_type().and_then(|own| own.c_subtype.as_deref());
            own.is_some_and(|own| shown(own).eq_ignore_ascii_case("digest"))
        };
        let of = |part: &MessagePart<'_>| match &part.body {
            PartType::Multipart(parts) => parts.iter().map(|number| *number as usize).collect(),
            _ => Vec::new(),
        };
        message.parts.iter().filter(is_digest).flat_map(of).collect()
    }

    fn piece(raw: &[u8], number: usize, part: &MessagePart<'_>, in_digest: bool) -> Option<Piece> {
        let mut range = part.offset_body as usize..part.offset_end.max(part.offset_body) as usize;
        let transfer = match part.content_transfer_encoding() {
            Some(own) if own.eq_ignore_ascii_case("base64") => Transfer::Base64,
            Some(own) if own.eq_ignore_ascii_case("quoted-printable") => Transfer::QuotedPrintable,
            _ => Transfer::Plain,
        };
        // Where a letter is none, the parser gives up, and whoever opens a message does not.
        let is_broken = part.is_encoding_problem;
        if is_broken && transfer == Transfer::Base64 {
            range.end = letters_end(raw, &range);
            if range.is_empty() {
                return None;
            }
        }
        let own_name = part.attachment_name().map(shown);
        let is_message = in_digest && part.content_type().is_none();
        let is_text = || part.content_type().is_none_or(|own| own.c_type.eq_ignore_ascii_case("text"));
        let (label, is_member) = match &part.body {
            PartType::Multipart(_) => return None,
            PartType::Text(_) | PartType::Html(_) if is_message => (None, true),
            PartType::Text(_) | PartType::Html(_) if transfer == Transfer::Plain && !hides_letters(part) => {
                return None;
            }
            PartType::Text(_) | PartType::Html(_) => (Label::of(part), own_name.is_some() || is_broken && !is_text()),
            _ => (None, true),
        };
        let what = if is_member {
            let kind = part.content_type().and_then(|own| own.c_subtype.as_deref()).map(str::to_ascii_lowercase);
            What::Member { name: own_name.unwrap_or_else(|| format!("part {number}")), kind }
        } else {
            What::Text
        };
        Some(Piece { range, transfer, label, hides_letters: hides_letters(part), number, what })
    }

    /// Where letters of base64 end that are not whole: before a line of words, as services put them behind a message, or one
    /// that parts it.
    fn letters_end(raw: &[u8], range: &Range<usize>) -> usize {
        let lines = slice(raw, range.start, range.end).split_inclusive(|byte| *byte == b'\n');
        let is_of_letters = |line: &&[u8]| {
            let line = line.trim_ascii();
            !line.starts_with(b"--") && memchr::memchr2(b' ', b'\t', line).is_none()
        };
        range.start + lines.take_while(is_of_letters).map(<[u8]>::len).sum::<usize>()
    }

    /// The name of a charset, in letters and digits.
    fn plain_label(label: &[u8]) -> String {
        let letters = label.iter().take_while(|byte| **byte != b'*').filter(|byte| byte.is_ascii_alphanumeric());
        letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect()
    }

    fn charset<'p>(part: &'p MessagePart<'_>) -> Option<&'p str> {
        part.content_type()?.attribute("charset")
    }

    /// Whether letters of a charset are written in ASCII, so that nothing but its name tells them.
    fn is_of_seven_bits(label: &str) -> bool {
        ["utf7", "unicode11utf7", "csutf7", "iso2022", "csiso2022", "hz"].iter().any(|own| label.starts_with(own))
    }

    fn hides_letters(part: &MessagePart<'_>) -> bool {
        charset(part).is_some_and(|label| is_of_seven_bits(&plain_label(label.as_bytes())))
    }

    fn is_known(label: &[u8]) -> bool {
        SILENT.contains(&plain_label(label).as_str())
            || std::str::from_utf8(label).is_ok_and(|label| Code::labelled(label).is_some())
            || charset_decoder(label).is_some()
    }

    /// Whether a text is said to be in an encoding that nobody knows.
    fn is_unknown(part: &MessagePart<'_>) -> bool {
        matches!(part.body, PartType::Text(_) | PartType::Html(_))
            && charset(part).is_some_and(|label| !is_known(label.as_bytes()))
    }

    /// Whether encoded words in a charset are read: their bytes are looked at, whatever it is called.
    fn is_readable_word(label: &[u8]) -> bool {
        let label = label.split(|byte| *byte == b'*').next().unwrap_or_default();
        !is_of_seven_bits(&plain_label(label)) && is_known(label)
    }

    /// Whether encoded words anywhere, as they are read in bodies as well, are in a charset that is not read.
    fn has_unreadable_words(raw: &[u8]) -> bool {
        let mut readable = BTreeSet::new();
        charsets(raw).any(|label| {
            let is_readable = readable.contains(label) || is_readable_word(label);
            if is_readable && readable.len() < LABELS {
                readable.insert(label);
            }
            !is_readable
        })
    }

    /// Lines of the head that were broken within a value, joined, unless it is too long; and what stands around the ends of
    /// lines of bodies that are no ends of lines (RFC 3676): where digits, or letters that are not of ASCII, stand on both sides.
    pub(super) fn joined(raw: &[u8]) -> Vec<u8> {
        let is_flowed = memchr::memmem::find(raw, b"flowed").is_some();
        let mut in_head = Heads::default().take(raw, 0);
        let (mut joined, mut line, mut parts_value) = (Vec::new(), Vec::new(), false);
        let mut at = 0;
        while at < raw.len() && (in_head || is_flowed) {
            let end = memchr::memchr(b'\n', slice(raw, at, raw.len())).map_or(raw.len(), |end| at + end + 1);
            let own = slice(raw, at, end);
            if in_head && matches!(own.first(), Some(b' ' | b'\t')) && at > 0 {
                let own = own.trim_ascii();
                if !own.is_empty() {
                    parts_value |= goes_on(&line, own);
                    line.push(b' ');
                    line.extend_from_slice(own);
                }
            } else if in_head {
                take_line(&mut joined, &line, parts_value);
                (line, parts_value) = (own.trim_ascii_end().to_vec(), false);
                in_head = !line.is_empty();
            } else {
                let next = slice(raw, end, end + JOINT_BYTES);
                if own.trim_ascii_end().len() + 1 < own.len() && goes_on(own, next) {
                    let before = own.trim_ascii_end();
                    joined.extend_from_slice(slice(before, before.len().saturating_sub(JOINT_BYTES), before.len()));
                    joined.push(b' ');
                    let line_end = memchr::memchr(b'\n', next).unwrap_or(next.len());
                    joined.extend_from_slice(slice(next, 0, line_end).trim_ascii());
                    joined.push(b'\n');
                }
            }
            at = end;
        }
        take_line(&mut joined, &line, parts_value);
        joined
    }

    fn take_line(joined: &mut Vec<u8>, line: &[u8], parts_value: bool) {
        let is_of_programs =
            || OF_PROGRAMS.iter().any(|name| slice(line, 0, name.len()).eq_ignore_ascii_case(name.as_bytes()));
        if parts_value && !is_of_programs() {
            joined.extend_from_slice(line);
            joined.push(b'\n');
        }
    }

    /// Whether a value may go on from a line to the next.
    fn goes_on(line: &[u8], next: &[u8]) -> bool {
        match (line.trim_ascii_end().last(), next.trim_ascii_start().first()) {
            (Some(before), Some(behind)) => {
                before.is_ascii_digit() && behind.is_ascii_digit() || !before.is_ascii() && !behind.is_ascii()
            }
            _ => false,
        }
    }

    /// Hands on one piece: its bytes, for the judge of encodings.
    fn hand_on(piece: &Piece, raw: &[u8], fault: &mut Option<Fault>, children: &mut Children<'_>) -> ControlFlow<()> {
        let written = slice(raw, piece.range.start, piece.range.end);
        let bytes = decoded(written, piece.transfer);
        let named = piece.label.and_then(|label| label.named(&bytes, piece.hides_letters));
        let bytes = meant(bytes, named.as_ref());
        if piece.hides_letters && !matches!(&named, Some(Named::Other(text)) if text.as_bytes() == &*bytes) {
            fault.get_or_insert(Fault::new(Reason::UnreadPart, "text that is not in the encoding that it names"));
        }
        let What::Member { name, kind } = &piece.what else {
            let place = Some(At::Part(format!("part {}", piece.number).into()));
            return children(Child::Text(&mut Said { bytes: &bytes, place }));
        };
        let is_of_cms =
            matches!(kind.as_deref(), Some("pkcs7-mime" | "x-pkcs7-mime" | "pkcs7-signature" | "x-pkcs7-signature"));
        if is_of_cms && let Some(Signed { content, names }) = signed(&bytes) {
            let place = Some(At::Part(format!("signature {}", piece.number).into()));
            if let Some(content) = content
                && children(Child::Member { name, bytes: &mut content.as_slice() }).is_break()
            {
                return ControlFlow::Break(());
            }
            return children(Child::Text(&mut Said { bytes: names.as_bytes(), place }));
        }
        let is_encrypted = match kind.as_deref() {
            Some("pkcs7-mime" | "x-pkcs7-mime") => true,
            Some("octet-stream") => bytes.trim_ascii_start().starts_with(b"-----BEGIN PGP MESSAGE-----"),
            _ => false,
        };
        if is_encrypted {
            fault.get_or_insert(Fault::new(Reason::EncryptedPart, "an encrypted part of a message"));
            return children(Child::Closed { name, fault: Fault { reason: Reason::Encrypted, detail: None } });
        }
        children(Child::Member { name, bytes: &mut &*bytes })
    }

    /// The text of a part, at its place.
    struct Said<'b> {
        bytes: &'b [u8],
        place: Option<At>,
    }

    impl Read for Said<'_> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            self.bytes.read(buf)
        }
    }

    impl Text for Said<'_> {
        fn places(&mut self) -> Vec<(u64, At)> {
            self.place.take().map(|place| (0, place)).into_iter().collect()
        }
    }

    /// Stretches of a message, or of a folder of messages, that are read by themselves, and how they are written there: in
    /// order, none over another. What stands between them is read as it is. None where no message is.
    pub fn stretches(raw: &[u8]) -> Vec<(Range<usize>, Transfer)> {
        match recognise(raw) {
            Some(Kind::Mbox) => return messages(raw),
            Some(Kind::Mail) if !is_too_deep(raw) => {}
            _ => return Vec::new(),
        }
        let mut found: Vec<(Range<usize>, Transfer)> = Vec::new();
        for Piece { range, transfer, .. } in pieces(&mut raw.to_vec()).0 {
            if range.end <= raw.len() && found.last().is_none_or(|(last, _)| last.end <= range.start) {
                found.push((range, transfer));
            }
        }
        found
    }

    /// Messages of a folder, and the lines between them.
    fn messages(raw: &[u8]) -> Vec<(Range<usize>, Transfer)> {
        let mut found = Vec::new();
        let (mut begun, mut at, mut after_blank) = (0, 0, true);
        while at < raw.len() {
            let end = memchr::memchr(b'\n', slice(raw, at, raw.len())).map_or(raw.len(), |i| at + i + 1);
            let line = slice(raw, at, end);
            if after_blank && is_envelope(line) {
                found.extend([(begun..at, Transfer::Plain), (at..end, Transfer::Plain)]);
                begun = end;
            }
            after_blank = matches!(line, b"\n" | b"\r\n");
            at = end;
        }
        found.push((begun..at, Transfer::Plain));
        found
    }

    /// Opens a folder of messages: each is a member, by its number. The lines between them are text of the folder.
    pub(in crate::unpack) fn open_folder(
        input: Input<'_>, budget: &Budget, children: &mut Children<'_>,
    ) -> Result<(), Fault> {
        let mut source = Source::new(input.sequential());
        let (mut envelopes, mut fault) = (Vec::new(), None);
        let mut number = 0u64;
        loop {
            match line(&mut source) {
                Ok(envelope) if envelope.is_empty() => break,
                Ok(_) if envelopes.len() > budget.memory_bytes() => {
                    fault = Some(Fault::new(Reason::LimitMemory, "lines between messages that are too long"));
                    break;
                }
                Ok(envelope) => envelopes.extend_from_slice(&envelope),
                Err(error) => {
                    fault = Some(Fault::of(&error));
                    break;
                }
            }
            number += 1;
            let mut message = One { source: &mut source, at_start: true, after_blank: false, fault: None };
            if children(Child::Member { name: &number.to_string(), bytes: &mut message }).is_break() {
                return Ok(());
            }
            let mut piece = vec![0; 16 << 10];
            while message.fault.is_none() && matches!(message.read(&mut piece), Ok(1..)) {}
            if message.fault.is_some() {
                fault = message.fault;
                break;
            }
        }
        let text = String::from_utf8_lossy(&envelopes).into_owned();
        let mut whole = Some(text);
        let mut frames = Frames::new(None, |made: &mut Made| {
            if let Some(text) = whole.take() {
                made.place(At::Part("envelopes".into()));
                made.push(&text);
            }
            Ok(false)
        });
        // A break ends the scan, and this was the last thing.
        let _ended = children(Child::Text(&mut frames));
        fault.map_or(Ok(()), Err)
    }

    /// One line, with its end; no more of it than a buffer holds.
    fn line<R: Read>(source: &mut Source<R>) -> io::Result<Vec<u8>> {
        let here = source.peek(1000)?;
        let end = memchr::memchr(b'\n', here).map_or(here.len(), |i| i + 1);
        let line = slice(here, 0, end).to_vec();
        source.consume(line.len());
        Ok(line)
    }

    /// The bytes of one message: up to a line `From …` behind an empty one.
    struct One<'s, R> {
        source: &'s mut Source<R>,
        at_start: bool,
        after_blank: bool,
        fault: Option<Fault>,
    }

    impl<R: Read> Read for One<'_, R> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let read = self.some(buf);
            if let Err(error) = &read {
                self.fault = Some(Fault::of(error));
            }
            read
        }
    }

    impl<R: Read> One<'_, R> {
        fn some(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let mut filled = 0;
            while filled < buf.len() {
                if self.at_start && self.after_blank && self.source.peek(5)? == b"From " {
                    let here = self.source.peek(1000)?;
                    let end = memchr::memchr(b'\n', here).unwrap_or(here.len());
                    if is_envelope(slice(here, 0, end)) {
                        break;
                    }
                }
                let here = self.source.fill_buf()?;
                if here.is_empty() {
                    break;
                }
                let most = here.len().min(buf.len() - filled);
                let end = memchr::memchr(b'\n', slice(here, 0, most)).map(|i| i + 1);
                let count = end.unwrap_or(most);
                if let (Some(target), Some(own)) = (buf.get_mut(filled..filled + count), here.get(..count)) {
                    self.after_blank = end.is_some() && self.at_start && matches!(own, b"\n" | b"\r\n");
                    target.copy_from_slice(own);
                }
                self.at_start = end.is_some();
                self.source.consume(count);
                filled += count;
            }
            Ok(filled)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_by_their_fields() {
        assert_eq!(recognise(b"From: a@b.kz\r\nSubject: x\r\n\r\ntext"), Some(Kind::Mail));
        assert_eq!(recognise(b"Received: from x\n\tby y; z\nDate: now\n"), Some(Kind::Mail));
        assert_eq!(recognise(b"From robot@localhost Mon Jan  1 00:00:00 2024\nSubject: x\nTo: y\n"), Some(Kind::Mbox));
        for text in
            ["From: here\nto there", "Date: 1\nServer: x\n", "Subject: one\n", "From now on\nTo: x\nFrom: y\n", ""]
        {
            assert_eq!(recognise(text.as_bytes()), None, "{text}");
        }
    }

    /// A message is parsed as far as it has not too many parts or heads; one in it is not parsed with it.
    #[cfg(feature = "formats")]
    #[test]
    fn parts_are_counted_before_they_are_made() {
        use super::parts::{parseable, pieces};
        use crate::limits::Unpack;
        use crate::problem::Reason;
        use crate::unpack::{Budget, Child, Input};
        use std::ops::ControlFlow;
        let head = "From: a@b.kz\nSubject: x\nMIME-Version: 1.0\n";
        let of = |raw: &str| {
            let (until, _, fault) = parseable(raw.as_bytes());
            (until, fault.map(|fault| fault.reason))
        };
        let begin = format!("{head}Content-Type: multipart/mixed; boundary=x\n\n");
        let parts = |count: usize| format!("{begin}{}", "--x\n\n".repeat(count));
        assert_eq!(of(&parts(10_000)), (begin.len() + 50_000, None));
        assert_eq!(of(&parts(100_000)), (begin.len() + 50_000, Some(Reason::LimitMembers)));
        let quoted = parts(100_000).replace("=x", "*0*=%78");
        assert_eq!(of(&quoted).1, Some(Reason::LimitMembers), "whatever way it is written");
        // Lines that look like it, and part nothing.
        let text = format!("{head}\n{}", "-- \n---\n--help\n".repeat(20_000));
        assert_eq!(of(&text), (text.len(), None));
        let heads = format!("{head}{}\ntext\n", "a:\n".repeat(100_000));
        assert_eq!(of(&heads), (0, Some(Reason::LimitMemory)));
        assert_eq!(of(&format!("{head}{}", "a: b\n".repeat(100_000))), (0, None), "nothing but a head");
        let inner = crate::text::base64::encoded(parts(9_000).as_bytes());
        let kind = "Content-Type: Message/RFC822; name=Message.eml\nContent-Transfer-Encoding: base64\n\n";
        let mut outer = [head.as_bytes(), kind.as_bytes(), &inner, b"\n"].concat();
        let before = outer.clone();
        let (found, fault) = pieces(&mut outer);
        assert_eq!((found.len(), fault, outer == before), (1, None, true));
        assert_eq!(stretches(&before).len(), 1);
        // Its words are spoilt for the parser alone.
        let kind = "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n";
        let latin = [head, kind, "M=FCller message.digest@firma-test.de\n"].concat();
        let (budget, mut text) = (Budget::new(Unpack::default(), None), String::new());
        let ended = open(Input::Stream(&mut latin.as_bytes()), &budget, &mut |child| {
            match child {
                Child::Text(own) => drop(own.read_to_string(&mut text).unwrap()),
                Child::Raw { bytes, .. } => drop(bytes.read_to_string(&mut text).unwrap()),
                _ => panic!("no member"),
            }
            ControlFlow::Continue(())
        });
        assert_eq!((ended, text.starts_with("Müller message.digest@firma-test.de\n")), (Ok(()), true));
        assert!(text.trim_end().ends_with(kind.trim_end()), "{text}");
    }

    /// Values over several lines are joined, whatever blank lines stand between; of a head that is too long, none.
    #[cfg(feature = "formats")]
    #[test]
    fn blank_lines_in_a_head_cost_no_more_than_others() {
        use super::parts::joined;
        let of = |middle: &str| joined(format!("From: a@b.kz\nSubject: x 701{middle} 555\n\ntext\n").as_bytes());
        assert_eq!(of("\n"), b"Subject: x 701 555\n");
        assert_eq!(of(&"\n\t ".repeat(50_000)), b"Subject: x 701 555\n");
        assert_eq!(of(&"\n ".repeat(1 << 20)), b"");
    }

    #[cfg(feature = "formats")]
    #[test]
    fn stretches_are_what_no_message_shows_as_it_is() {
        use crate::text::transfer::Transfer;
        let of = |raw: &str| -> Vec<(String, Transfer)> {
            let text = |range: std::ops::Range<usize>| raw[range].trim().to_owned();
            stretches(raw.as_bytes()).into_iter().map(|(range, transfer)| (text(range), transfer)).collect()
        };
        let part = |head: &str, body: &str| format!("--b\nContent-Type: {head}\n\n{body}\n");
        let message = format!(
            "From: a@b.kz\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n{}{}{}{}--b--\n",
            part("text/plain", "as it is"),
            part("text/plain\nContent-Transfer-Encoding: quoted-printable", "a=3Db"),
            part("text/csv; name=a.csv\nContent-Transfer-Encoding: base64", "YTti"),
            part("application/json; name=a.json", "{}"),
        );
        let parts = [("a=3Db", Transfer::QuotedPrintable), ("YTti", Transfer::Base64), ("{}", Transfer::Plain)];
        assert_eq!(of(&message), parts.map(|(text, transfer)| (text.to_owned(), transfer)));
        let folder = format!(
            "From a@b.kz Mon Jan  1 00:00:00 2024\n{message}\nFrom c@d.kz Mon Jan  1 00:00:01 2024\nFrom: c\nTo: d\n\nx\n"
        );
        let parts: Vec<_> = of(&folder).into_iter().map(|(text, _)| text).filter(|text| !text.is_empty()).collect();
        assert_eq!(parts.len(), 4);
        assert_eq!((parts[1].as_str(), parts[3].as_str()), (message.trim(), "From: c\nTo: d\n\nx"));
        assert_eq!(of("no message"), []);
    }
}
