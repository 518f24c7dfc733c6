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
    use crate::text::transfer::Transfer;
    use crate::unpack::input::{InMemory, Source};
    use crate::unpack::kind::Kind;
    use crate::unpack::{At, Budget, Carriers, Child, Children, Fault, Frames, Input, Made};
    use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};
    use std::io::{self, BufRead, Read};
    use std::ops::{ControlFlow, Range};

    /// Messages in one message that are followed; the parser nests them on the stack.
    const NESTED: usize = 50;
    /// Parts of one message, those of messages in it not counted.
    const PARTS: usize = 10_000;

    /// Opens a message.
    pub(in crate::unpack) fn open(input: Input<'_>, budget: &Budget, children: &mut Children<'_>) -> Result<(), Fault> {
        let (held, mut fault) = match budget.hold(&mut input.sequential()) {
            Ok(held) => (held, None),
            Err((fault, held)) => (held, Some(fault)),
        };
        let mut raw = held.bytes().to_vec();
        let nested = memchr::memmem::find_iter(&raw, b"essage/").take(NESTED + 1).count();
        if nested > NESTED {
            fault = fault.or_else(|| Some(Fault::new(Reason::LimitDepth, "too many messages in one")));
        } else if let Some(message) = MessageParser::default().parse(held.bytes()) {
            if message.parts.len() > PARTS {
                fault = fault.or_else(|| Some(Fault::new(Reason::LimitMembers, "too many parts in one message")));
            }
            let mut taken = Vec::new();
            let flow = members(&message, held.bytes(), &mut taken, &mut fault, children);
            if flow.is_break() || texts(&message, &mut taken, children).is_break() {
                return Ok(());
            }
            for range in taken {
                let part = raw.get_mut(range).unwrap_or_default();
                part.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
            }
        } else {
            fault = fault.or_else(|| Some(Fault::corrupt("no message")));
        }
        // What mail programs did before MIME.
        if memchr::memmem::find(&raw, b"\nbegin ").is_some() {
            match Carriers::default().open(&InMemory(&raw), children) {
                Ok(()) => {}
                Err(own) => fault = fault.or(Some(own)),
            }
        }
        let mut bytes = raw.as_slice();
        // A break ends the scan, and this was the last thing.
        let _ended = children(Child::Raw { start: 0, bytes: &mut bytes });
        fault.map_or(Ok(()), Err)
    }

    fn body(part: &MessagePart<'_>) -> Range<usize> {
        part.offset_body as usize..part.offset_end.max(part.offset_body) as usize
    }

    /// Attachments, pictures and messages.
    fn members(
        message: &Message<'_>, raw: &[u8], taken: &mut Vec<Range<usize>>, fault: &mut Option<Fault>,
        children: &mut Children<'_>,
    ) -> ControlFlow<()> {
        for (number, part) in message.parts.iter().take(PARTS).enumerate() {
            let mut bytes: &[u8] = match &part.body {
                PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes,
                PartType::Message(inner) if part.encoding == Encoding::None => {
                    let _ = inner;
                    slice(raw, part.offset_body as usize, part.offset_end as usize)
                }
                PartType::Message(inner) => inner.raw_message.as_ref(),
                PartType::Text(text) | PartType::Html(text) if part.attachment_name().is_some() && is_coded(part) => {
                    text.as_bytes()
                }
                _ => continue,
            };
            taken.push(body(part));
            let name = part.attachment_name().map_or_else(|| format!("part {number}"), str::to_owned);
            let kind = part.content_type().map(|own| own.c_subtype.as_deref().unwrap_or_default().to_ascii_lowercase());
            let is_encrypted = match kind.as_deref() {
                Some("pkcs7-mime" | "x-pkcs7-mime") => true,
                Some("octet-stream") => bytes.trim_ascii_start().starts_with(b"-----BEGIN PGP MESSAGE-----"),
                _ => false,
            };
            if is_encrypted {
                fault.get_or_insert(Fault::new(Reason::EncryptedPart, "an encrypted part of a message"));
                children(Child::Closed { name: &name, fault: Fault { reason: Reason::Encrypted, detail: None } })?;
                continue;
            }
            children(Child::Member { name: &name, bytes: &mut bytes })?;
        }
        ControlFlow::Continue(())
    }

    fn is_coded(part: &MessagePart<'_>) -> bool {
        part.encoding != Encoding::None
    }

    /// Texts that do not stand in the message as they are.
    fn texts(message: &Message<'_>, taken: &mut Vec<Range<usize>>, children: &mut Children<'_>) -> ControlFlow<()> {
        for (number, part) in message.parts.iter().take(PARTS).enumerate() {
            let (PartType::Text(text) | PartType::Html(text)) = &part.body else { continue };
            if !is_coded(part) || part.attachment_name().is_some() {
                continue;
            }
            taken.push(body(part));
            let mut whole = Some(text);
            let mut frames = Frames::new(None, |made: &mut Made| {
                if let Some(text) = whole.take() {
                    made.place(At::Part(format!("part {number}").into()));
                    made.push(text);
                }
                Ok(false)
            });
            children(Child::Text(&mut frames))?;
        }
        ControlFlow::Continue(())
    }

    /// Stretches of a message, or of a folder of messages, that are read by themselves, and how they are written there: in
    /// order, none over another. What stands between them is read as it is. None where no message is.
    pub fn stretches(raw: &[u8]) -> Vec<(Range<usize>, Transfer)> {
        match recognise(raw) {
            Some(Kind::Mbox) => return messages(raw),
            Some(Kind::Mail) if memchr::memmem::find_iter(raw, b"essage/").take(NESTED + 1).count() <= NESTED => {}
            _ => return Vec::new(),
        }
        let Some(message) = MessageParser::default().parse(raw) else { return Vec::new() };
        let mut found: Vec<(Range<usize>, Transfer)> = Vec::new();
        for part in message.parts.iter().take(PARTS) {
            let transfer = match (&part.body, part.encoding) {
                (PartType::Multipart(_), _) | (PartType::Text(_) | PartType::Html(_), Encoding::None) => continue,
                (_, Encoding::None) => Transfer::Plain,
                (_, Encoding::QuotedPrintable) => Transfer::QuotedPrintable,
                (_, Encoding::Base64) => Transfer::Base64,
            };
            let range = body(part);
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
