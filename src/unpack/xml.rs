//! XML read forwards: elements by their local names, texts with their references resolved. No entity is expanded and
//! nothing outside the part is fetched (reliability: neither bombs nor leaks through a DTD). UTF-16, and the eight-bit
//! encodings that a declaration names, are read as they are meant (XML 1.0, 4.3.3 and appendix F).

use super::fault::Fault;
use super::telling;
use crate::problem::Reason;
use crate::text::slice;
use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::borrow::Cow;
use std::io::{self, BufReader, Read};

/// Elements in each other.
const DEPTH: u32 = 256;
/// Longest tag or text between two tags, in bytes.
const EVENT_BYTES: u64 = 32 << 20;
/// Bytes that attributes say before they are given, whether a text follows or not.
const TOLD_BYTES: usize = 64 << 10;
/// Most attributes of one element.
const ATTRIBUTES: usize = 10_000;

/// One thing that stands in XML.
pub(super) enum Token<'x> {
    /// An element begins. Names are without prefix.
    Start(&'x str, Attributes<'x>),
    /// An element ends.
    End(&'x str),
    /// Text, references resolved; may be empty.
    Text(Cow<'x, str>),
    /// Everything has been read.
    Ended,
}

/// Attributes of one element: local names and values, references resolved. They are read when they are asked for.
pub(super) struct Attributes<'x>(BytesStart<'x>);

impl Attributes<'_> {
    /// The value of the attribute with this local name.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.iter().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        attributes.flatten().map(|attribute| {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            (attribute.key.local_name().into_inner(), value.unwrap_or(attribute.value))
        })
    }

    /// All of them as they are written.
    pub(super) fn raw(&self) -> &[u8] {
        self.0.attributes_raw().as_ref()
    }

    /// Refuses an element with too many.
    fn check(&self) -> io::Result<()> {
        // The shortest one is `a=""`.
        if self.0.attributes_raw().len() / 4 > ATTRIBUTES && self.iter().nth(ATTRIBUTES).is_some() {
            return Err(Fault::new(Reason::LimitMemory, "an element with too many attributes").into());
        }
        Ok(())
    }
}

/// A part that is being read.
pub(super) struct Xml<R: Read> {
    reader: Reader<BufReader<Watched<Decoded<R>>>>,
    buffer: Vec<u8>,
    /// The element that began last has no content: its end follows.
    is_empty: bool,
    depth: u32,
    /// The element that began last; or ended, for whoever asks for all things.
    element: String,
}

impl<R: Read> Xml<R> {
    pub(super) fn new(part: R) -> Self {
        let watched = Watched { inner: Decoded::new(part), left: EVENT_BYTES };
        let mut reader = Reader::from_reader(BufReader::with_capacity(32 << 10, watched));
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        Self { reader, buffer: Vec::new(), is_empty: false, depth: 0, element: String::new() }
    }

    /// The next text of an element that is not blank, and the element's name; `false` at the end. Attributes are left out
    /// but where they say something (`told`, a line each; with much of it, the text may be blank), and nothing is kept of the
    /// elements between: boilerplate is most of many documents.
    pub(super) fn next_text(&mut self, name: &mut String, text: &mut String, told: &mut String) -> io::Result<bool> {
        text.clear();
        loop {
            let own = match event(&mut self.reader, &mut self.buffer)? {
                Event::Start(start) => {
                    deeper(&mut self.depth)?;
                    Some(start)
                }
                Event::Empty(start) => Some(start),
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    None
                }
                Event::Eof => {
                    name.clone_from(&self.element);
                    return Ok(!text.trim().is_empty());
                }
                other => {
                    text.push_str(&words(other)?);
                    continue;
                }
            };
            let is_text = !text.trim().is_empty();
            if is_text {
                name.clone_from(&self.element);
            }
            if let Some(start) = own {
                self.element.clear();
                self.element.push_str(start.local_name().as_ref());
                let attributes = Attributes(start);
                attributes.check()?;
                for (_, line) in telling::lines(&self.element, &attributes) {
                    told.push_str(&line);
                    told.push('\n');
                }
            }
            if is_text || told.len() >= TOLD_BYTES {
                return Ok(true);
            }
            text.clear();
        }
    }

    /// The next thing.
    pub(super) fn next(&mut self) -> io::Result<Token<'_>> {
        if std::mem::take(&mut self.is_empty) {
            return Ok(Token::End(&self.element));
        }
        let event = event(&mut self.reader, &mut self.buffer)?;
        self.is_empty = matches!(event, Event::Empty(_));
        Ok(match event {
            Event::Start(start) | Event::Empty(start) => {
                if !self.is_empty {
                    deeper(&mut self.depth)?;
                }
                start.local_name().as_ref().clone_into(&mut self.element);
                let attributes = Attributes(start);
                attributes.check()?;
                Token::Start(&self.element, attributes)
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                end.local_name().as_ref().clone_into(&mut self.element);
                Token::End(&self.element)
            }
            Event::Eof => Token::Ended,
            other => Token::Text(words(other)?),
        })
    }
}

/// The next event of the reader.
fn event<'b, R: Read>(
    reader: &mut Reader<BufReader<Watched<Decoded<R>>>>, buffer: &'b mut Vec<u8>,
) -> io::Result<Event<'b>> {
    buffer.clear();
    reader.get_mut().get_mut().left = EVENT_BYTES;
    reader.read_event_into(buffer).map_err(|error| match error {
        quick_xml::Error::Io(error) => {
            Fault::within(&error).map_or_else(|| io::Error::new(error.kind(), error.to_string()), io::Error::from)
        }
        _ => Fault::corrupt("a part is no XML").into(),
    })
}

fn deeper(depth: &mut u32) -> io::Result<()> {
    *depth += 1;
    if *depth > DEPTH {
        return Err(Fault::new(Reason::LimitDepth, "elements in each other, too deep").into());
    }
    Ok(())
}

/// What an event that is no element says.
fn words(event: Event<'_>) -> io::Result<Cow<'_, str>> {
    Ok(match event {
        Event::CData(text) => text.into_inner(),
        Event::GeneralRef(reference) => {
            let own = match reference.resolve_char_ref() {
                Ok(Some(c)) => Some(c),
                _ => predefined(&reference.into_inner()),
            };
            own.map(String::from).unwrap_or_default().into()
        }
        // What nobody shows is text all the same.
        Event::Text(text) | Event::Comment(text) => text.into_inner(),
        Event::PI(text) => text.into_inner(),
        // No entity is ever replaced: a document that declares some means more than is read.
        Event::DocType(text) if text.contains('[') => {
            return Err(Fault::new(Reason::AmbiguousContainer, "a part declares entities").into());
        }
        _ => Cow::default(),
    })
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// Bytes that tell the encoding of a part: its declaration stands in them.
const HEAD_BYTES: usize = 256;
/// Bytes that are decoded at once.
const PIECE_BYTES: usize = 16 << 10;

/// The bytes of a part in UTF-8: as they are, or decoded.
struct Decoded<R> {
    inner: R,
    /// The first bytes, until they have been given or decoded.
    head: Vec<u8>,
    begun: bool,
    foreign: Option<Box<Foreign>>,
}

/// A part in another encoding.
struct Foreign {
    decoder: Decoder,
    text: Vec<u8>,
    given: usize,
    /// Something was no character of the encoding.
    damaged: bool,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    fn new(inner: R) -> Self {
        Self { inner, head: Vec::new(), begun: false, foreign: None }
    }

    fn begin(&mut self) -> io::Result<()> {
        (&mut self.inner).take(HEAD_BYTES as u64).read_to_end(&mut self.head)?;
        self.begun = true;
        let encoding = encoding_of(&self.head);
        if encoding != UTF_8 {
            self.foreign = Some(Box::new(Foreign {
                decoder: encoding.new_decoder(),
                text: Vec::new(),
                given: 0,
                damaged: false,
                ended: false,
            }));
        }
        Ok(())
    }
}

/// The encoding of a part: by its mark or the first bytes of its first tag, else by its declaration, else UTF-8.
fn encoding_of(head: &[u8]) -> &'static Encoding {
    match head {
        [0xFF, 0xFE, ..] | [b'<', 0, _, 0, ..] => UTF_16LE,
        [0xFE, 0xFF, ..] | [0, b'<', 0, _, ..] => UTF_16BE,
        _ => declared(head).unwrap_or(UTF_8),
    }
}

/// The encoding that a declaration in ASCII names, if it is known and not of two bytes.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let declaration = head.strip_prefix(b"<?xml")?;
    let declaration = slice(declaration, 0, memchr::memchr(b'>', declaration)?);
    let name = slice(declaration, memchr::memmem::find(declaration, b"encoding")? + 8, declaration.len());
    let name = name.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, name) = name.split_first()?;
    let encoding = Encoding::for_label(slice(name, 0, memchr::memchr(*quote, name)?))?;
    encoding.is_ascii_compatible().then_some(encoding)
}

impl Foreign {
    /// Decodes one piece.
    fn step(&mut self, raw: &[u8]) {
        self.text.clear();
        self.given = 0;
        self.ended = raw.is_empty();
        self.text.resize(self.decoder.max_utf8_buffer_length(raw.len()).unwrap_or(4 * PIECE_BYTES), 0);
        let (_, _, count, damaged) = self.decoder.decode_to_utf8(raw, &mut self.text, self.ended);
        self.text.truncate(count);
        self.damaged |= damaged;
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if !self.begun {
            self.begin()?;
        }
        let Some(foreign) = &mut self.foreign else {
            if self.head.is_empty() {
                return self.inner.read(buf);
            }
            let count = self.head.as_slice().read(buf)?;
            self.head.drain(..count);
            return Ok(count);
        };
        while foreign.given == foreign.text.len() {
            if foreign.ended && foreign.damaged {
                return Err(Fault::corrupt("letters that the encoding of a part does not have").into());
            }
            if foreign.ended {
                return Ok(0);
            }
            if self.head.is_empty() {
                self.head.resize(PIECE_BYTES, 0);
                let count = self.inner.read(&mut self.head)?;
                self.head.truncate(count);
            }
            foreign.step(&self.head);
            self.head.clear();
        }
        let count = slice(&foreign.text, foreign.given, foreign.text.len()).read(buf)?;
        foreign.given += count;
        Ok(count)
    }
}

/// Stops a tag or text that never ends.
struct Watched<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(Fault::new(Reason::LimitMemory, "a tag or text of XML that is too long").into());
        }
        let count = self.inner.read(buf)?;
        self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, Reason> {
        let mut xml = Xml::new(text.as_bytes());
        let mut out = Vec::new();
        loop {
            match xml.next().map_err(|error| Fault::of(&error).reason)? {
                Token::Start(name, attributes) => {
                    out.push(format!("<{name}"));
                    out.extend(attributes.iter().map(|(name, value)| format!(" {name}={value}")));
                    out.push(">".to_owned());
                }
                Token::End(name) => out.push(format!("</{name}>")),
                Token::Text(text) => out.push(text.into_owned()),
                Token::Ended => return Ok(out.concat()),
            }
        }
    }

    #[test]
    fn names_texts_and_references() {
        let text = "<?xml version='1.0'?><w:p w:a='1 &amp; 2'><w:t>a&#1048;&lt;<![CDATA[<b>]]></w:t><w:br/></w:p>";
        assert_eq!(read(text).unwrap(), "<p a=1 & 2><t>aИ<<b></t><br></br></p>");
    }

    #[test]
    fn parts_in_other_encodings_are_read() {
        let read = |bytes: &[u8]| {
            let mut xml = Xml::new(bytes);
            let mut out = String::new();
            loop {
                match xml.next().map_err(|error| Fault::of(&error).reason)? {
                    Token::Text(text) => out.push_str(&text),
                    Token::Ended => return Ok::<_, Reason>(out),
                    _ => {}
                }
            }
        };
        let long = "Жанна Ёлкина ".repeat(20_000);
        let text = |name: &str| format!("<?xml version='1.0' encoding = \"{name}\"?><a>{long}</a>");
        let wide = |text: &str, mark: bool, order: fn(u16) -> [u8; 2]| {
            let mark = if mark { vec![0xFEFF] } else { Vec::new() };
            mark.into_iter().chain(text.encode_utf16()).flat_map(order).collect::<Vec<u8>>()
        };
        for mark in [true, false] {
            assert_eq!(read(&wide(&text("UTF-16"), mark, u16::to_le_bytes)), Ok(long.clone()));
            assert_eq!(read(&wide(&text("UTF-16"), mark, u16::to_be_bytes)), Ok(long.clone()));
        }
        for name in ["windows-1251", "koi8-r", "IBM866", "utf-8"] {
            let encoding = Encoding::for_label(name.as_bytes()).unwrap();
            assert_eq!(read(&encoding.encode(&text(name)).0), Ok(long.clone()), "{name}");
        }
        // What says nothing is UTF-8, or is told.
        assert_eq!(read(&Encoding::for_label(b"koi8-r").unwrap().encode("<a>Жанна</a>").0), Err(Reason::Corrupt));
        let mut odd = wide(&text("UTF-16"), true, u16::to_le_bytes);
        odd.extend([0x00, 0xD8]);
        assert_eq!(read(&odd), Err(Reason::Corrupt));
    }

    #[test]
    fn hostile_parts_end() {
        let laughs = "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><l>&b;</l>";
        assert_eq!(read(laughs), Err(Reason::AmbiguousContainer));
        assert_eq!(read("<!DOCTYPE l><l>a</l>").unwrap(), "<l>a</l>");
        assert_eq!(read(&"<a>".repeat(100_000)), Err(Reason::LimitDepth));
        let long = format!("<a {}>", "x='1' ".repeat(20_000));
        assert_eq!(read(&long), Err(Reason::LimitMemory));
        assert!(read(&"<a>".repeat(256)).is_ok());
        assert_eq!(read(&"<a>".repeat(257)), Err(Reason::LimitDepth));
        let wide = |count: usize| read(&format!("<a {}/>", "x='1' ".repeat(count))).err();
        assert_eq!((wide(10_000), wide(10_001)), (None, Some(Reason::LimitMemory)));
        assert_eq!(read("<a <b>"), read("<a <b>"));
    }
}
