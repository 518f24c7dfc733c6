//! Rich text: groups, control words and letters in the code page of their font.
//!
//! Source: Rich Text Format specification 1.9.1. Read in one pass, whatever the nesting: groups are counted, and no
//! more of them are remembered than [`DEPTH`]. Deleted and hidden text, notes, headers and fields are text as well.
//! Left out: pictures, which are told, tables of fonts, colours and styles. Embedded objects are members.

use super::frames::{Frames, Made};
use super::input::{InMemory, Sequential, Source};
use super::{At, Budget, Child, Children, Fault, Input};
use crate::problem::Reason;
use crate::read::Bytes;
use crate::text::encoding::Encoding;
use crate::text::{at, slice};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read};

/// Groups in each other that are remembered; deeper ones look like their parents.
const DEPTH: usize = 256;
/// Fonts whose code page is remembered.
const FONTS: usize = 4096;
/// Bytes of names of places that are kept.
const NAMES_BYTES: usize = 1 << 20;
/// Longest control word.
const WORD_BYTES: usize = 40;

/// Destinations that hold no text of the document.
const LEFT_OUT: &[&[u8]] = &[
    b"fonttbl",
    b"colortbl",
    b"stylesheet",
    b"pict",
    b"objdata",
    b"themedata",
    b"colorschememapping",
    b"datastore",
    b"latentstyles",
    b"listtable",
    b"listoverridetable",
    b"rsidtbl",
    b"generator",
    b"xmlnstbl",
    b"mmathPr",
    b"blipuid",
    b"panose",
    b"falt",
    b"fontemb",
    b"filetbl",
    b"wgrffmtfilter",
];

/// Opens a document.
pub(super) fn open(input: Input<'_>, budget: &Budget, children: &mut Children<'_>) -> Result<(), Fault> {
    match input {
        Input::Bytes(bytes) => read(bytes, budget, children),
        Input::Stream(stream) => match budget.hold(stream) {
            Ok(held) => read(&InMemory(held.bytes()), budget, children),
            Err((fault, held)) => {
                // What was read before is read all the same.
                let _read = read(&InMemory(held.bytes()), budget, children);
                Err(fault)
            }
        },
    }
}

/// Objects first, then the text.
fn read(bytes: &dyn Bytes, budget: &Budget, children: &mut Children<'_>) -> Result<(), Fault> {
    let mut objects = Objects { source: Source::new(Sequential::new(bytes, 0, bytes.size())), pictures: false };
    let (mut number, mut fault) = (0, None);
    while let Some(object) = objects.next(budget.memory_bytes()).map_err(|error| Fault::of(&error))? {
        number += 1;
        if object.len() == budget.memory_bytes() {
            fault = Some(Fault::new(Reason::LimitMemory, "an embedded object that is too long"));
        }
        let (name, mut own) = (format!("object {number}"), embedded(&object));
        if children(Child::Member { name: &name, bytes: &mut own }).is_break() {
            return Ok(());
        }
    }
    let pictures = objects.pictures.then(|| Fault::new(Reason::NoText, "a picture in it"));
    text(Sequential::new(bytes, 0, bytes.size()), children)?;
    fault.or(pictures).map_or(Ok(()), Err)
}

/// The bytes of objects that stand in a document.
struct Objects<R> {
    source: Source<R>,
    /// A picture was met.
    pictures: bool,
}

impl<R: Read> Objects<R> {
    /// The next object; no more of it than `most` bytes.
    fn next(&mut self, most: usize) -> io::Result<Option<Vec<u8>>> {
        loop {
            let here = self.source.fill_buf()?;
            if here.is_empty() {
                return Ok(None);
            }
            let Some(slash) = memchr::memchr(b'\\', here) else {
                let length = here.len();
                self.source.consume(length);
                continue;
            };
            self.source.consume(slash);
            let word = self.source.peek(9)?;
            let (is_object, is_picture) = (word.starts_with(b"\\objdata"), word.starts_with(b"\\pict"));
            self.pictures |= is_picture && !at(word, 5).is_ascii_alphabetic();
            let length = if is_object { word.len() } else { 2.min(word.len()) };
            self.source.consume(length);
            if is_object {
                return self.digits(most).map(Some);
            }
        }
    }

    /// Bytes in hexadecimal digits, or as they are behind `\bin`, up to the end of the group.
    fn digits(&mut self, most: usize) -> io::Result<Vec<u8>> {
        let (mut bytes, mut high) = (Vec::new(), None::<u8>);
        loop {
            let here = self.source.peek(WORD_BYTES)?;
            if let Some(rest) = here.strip_prefix(b"\\bin") {
                let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                let length =
                    slice(rest, 0, digits.min(10)).iter().fold(0u64, |n, byte| n * 10 + u64::from(byte - b'0'));
                let word = 4 + digits + usize::from(at(rest, digits) == b' ');
                self.source.consume(word);
                let left = (most - bytes.len()) as u64;
                (&mut self.source).take(length.min(left)).read_to_end(&mut bytes)?;
                self.source.skip(length.saturating_sub(left))?;
                continue;
            }
            let Some(byte) = here.first().copied() else { return Ok(bytes) };
            let digit = char::from(byte).to_digit(16).map(|digit| digit as u8);
            match (digit, high) {
                (None, _) if !byte.is_ascii_whitespace() => return Ok(bytes),
                (None, _) => {}
                (Some(digit), None) => high = Some(digit),
                (Some(digit), Some(own)) => {
                    high = None;
                    if bytes.len() < most {
                        bytes.push(own << 4 | digit);
                    }
                }
            }
            self.source.consume(1);
        }
    }
}

/// What an object holds: behind a version, a format, three names and a length ([MS-OLEDS] 2.2.5).
fn embedded(object: &[u8]) -> &[u8] {
    let four = |at: usize| slice(object, at, at + 4).iter().rev().fold(0usize, |n, byte| n << 8 | usize::from(*byte));
    let mut at = 8usize;
    for _ in 0..3 {
        at = at.saturating_add(4).saturating_add(four(at)).min(object.len());
    }
    let own = slice(object, at + 4, (at + 4).saturating_add(four(at)));
    if four(4) == 2 && !own.is_empty() { own } else { object }
}

/// The text of a document.
fn text<R: Read>(stream: R, children: &mut Children<'_>) -> Result<(), Fault> {
    let mut document = Document {
        source: Source::new(stream),
        group: Group { code_page: CodePage::Windows1251, fallback: 1, ..Group::default() },
        groups: Vec::new(),
        beyond: 0,
        pending: Vec::new(),
        high: None,
        skip: 0,
        default_page: CodePage::Windows1251,
        fonts: BTreeMap::new(),
        paragraph: 0,
        begun: false,
        font: None,
        name: String::new(),
        names: BTreeSet::new(),
        names_bytes: 0,
        is_complete: false,
    };
    let mut frames = Frames::new(None, |made| document.next(made));
    let ended = children(Child::Text(&mut frames)).is_break();
    drop(frames);
    if !ended && !document.is_complete {
        return Err(Fault::corrupt("groups are not closed"));
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum CodePage {
    #[default]
    Windows1251,
    Windows1252,
    Dos866,
    Koi8,
    Other,
}

/// How the text of a group stands to what is around it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Role {
    /// Within its paragraph.
    #[default]
    Within,
    /// A paragraph of its own.
    Apart,
    /// The groups in it are names and values.
    List,
    /// Both.
    ListApart,
}

/// What holds within a group.
#[derive(Clone, Copy, Default)]
struct Group {
    is_left_out: bool,
    is_font_table: bool,
    /// Its text is a name that stands within a paragraph, and is told behind all of them.
    is_aside: bool,
    role: Role,
    code_page: CodePage,
    /// Characters that stand in for one `\u`.
    fallback: u32,
}

struct Document<R> {
    source: Source<R>,
    group: Group,
    groups: Vec<Group>,
    /// Groups open beyond those remembered.
    beyond: u64,
    /// Bytes in the code page, not decoded yet.
    pending: Vec<u8>,
    /// The first half of a pair of `\u`.
    high: Option<u16>,
    /// Stand-ins that are still to be left out.
    skip: u32,
    default_page: CodePage,
    fonts: BTreeMap<i64, CodePage>,
    paragraph: u32,
    begun: bool,
    /// The font that the table is at.
    font: Option<i64>,
    /// The name at hand, and all names, each of them once.
    name: String,
    names: BTreeSet<String>,
    names_bytes: usize,
    is_complete: bool,
}

impl<R: Read> Document<R> {
    /// One more control word, group mark or stretch of text.
    fn next(&mut self, made: &mut Made) -> io::Result<bool> {
        let here = self.source.fill_buf()?;
        let Some(first) = here.first().copied() else {
            self.flush(made);
            if !self.names.is_empty() {
                self.paragraph_end(made);
            }
            for name in std::mem::take(&mut self.names) {
                self.begin(made);
                made.push(&name);
                self.paragraph_end(made);
            }
            return Ok(false);
        };
        match first {
            b'{' => {
                self.source.consume(1);
                self.flush(made);
                self.skip = 0;
                if matches!(self.group.role, Role::List | Role::ListApart) {
                    self.text(" ", made);
                }
                if self.groups.len() < DEPTH {
                    self.groups.push(self.group);
                    self.group.role = Role::Within;
                } else {
                    self.beyond += 1;
                }
            }
            b'}' => {
                self.source.consume(1);
                self.flush(made);
                self.skip = 0;
                if matches!(self.group.role, Role::Apart | Role::ListApart) {
                    self.paragraph_end(made);
                }
                if self.beyond > 0 {
                    self.beyond -= 1;
                } else if let Some(group) = self.groups.pop() {
                    let ends_name = self.group.is_aside && !group.is_aside;
                    self.group = group;
                    if ends_name {
                        self.keep_name()?;
                    }
                }
                if self.groups.is_empty() {
                    self.is_complete = true;
                }
            }
            b'\\' => {
                self.source.consume(1);
                self.control(made)?;
            }
            b'\r' | b'\n' | 0 => self.source.consume(1),
            _ => {
                let end = here.iter().position(|byte| matches!(byte, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0));
                let length = end.unwrap_or(here.len());
                let left_out = (self.skip as usize).min(length);
                if !self.group.is_left_out {
                    self.pending.extend_from_slice(slice(here, left_out, length));
                }
                self.skip -= left_out as u32;
                self.source.consume(length);
                self.is_complete &= !self.groups.is_empty() || self.group.is_left_out;
            }
        }
        if self.pending.len() > 4 << 10 {
            self.flush(made);
        }
        Ok(true)
    }

    fn control(&mut self, made: &mut Made) -> io::Result<()> {
        let here = self.source.peek(WORD_BYTES)?;
        let letters = here.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        if letters == 0 {
            return self.symbol(made);
        }
        let word = slice(here, 0, letters).to_vec();
        let rest = slice(here, letters, here.len());
        let sign = usize::from(rest.first() == Some(&b'-'));
        let digits = slice(rest, sign, rest.len()).iter().take_while(|byte| byte.is_ascii_digit()).count().min(10);
        let number = (digits > 0).then(|| {
            let value = slice(rest, sign, sign + digits).iter().fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0'));
            if sign == 1 { -value } else { value }
        });
        let mut length = letters + if digits > 0 { sign + digits } else { 0 };
        if here.get(length) == Some(&b' ') {
            length += 1;
        }
        self.source.consume(length);
        self.word(&word, number, made)
    }

    /// A control symbol: one character behind the backslash.
    fn symbol(&mut self, made: &mut Made) -> io::Result<()> {
        let here = self.source.peek(3)?;
        let Some(symbol) = here.first().copied() else { return Ok(()) };
        match symbol {
            b'\'' => {
                let digit = |at: usize| here.get(at).and_then(|byte| char::from(*byte).to_digit(16));
                let byte = digit(1).zip(digit(2)).map(|(high, low)| (high * 16 + low) as u8);
                self.source.consume(if byte.is_some() { 3 } else { 1 });
                if self.skip > 0 {
                    self.skip -= 1;
                } else if let Some(byte) = byte.filter(|_| !self.group.is_left_out) {
                    self.pending.push(byte);
                }
                return Ok(());
            }
            b'~' => self.text("\u{a0}", made),
            b'_' => self.text("-", made),
            b'\r' | b'\n' => self.paragraph_end(made),
            b'\\' | b'{' | b'}' => {
                let mut buffer = [0; 4];
                self.text(char::from(symbol).encode_utf8(&mut buffer), made);
            }
            // `\*`: a destination that old readers leave out; what follows says which.
            _ => {}
        }
        self.source.consume(1);
        Ok(())
    }

    fn word(&mut self, word: &[u8], number: Option<i64>, made: &mut Made) -> io::Result<()> {
        match word {
            b"par" | b"sect" | b"page" | b"line" | b"row" | b"nestrow" => self.paragraph_end(made),
            b"tab" | b"cell" | b"nestcell" => self.text("\t", made),
            b"emdash" => self.text("—", made),
            b"endash" => self.text("–", made),
            b"lquote" => self.text("‘", made),
            b"rquote" => self.text("’", made),
            b"ldblquote" => self.text("“", made),
            b"rdblquote" => self.text("”", made),
            b"bullet" => self.text("•", made),
            b"u" => {
                self.flush(made);
                self.unit(number.unwrap_or(0) as u16, made);
                self.skip = self.group.fallback;
            }
            b"uc" => self.group.fallback = number.unwrap_or(1).clamp(0, 16) as u32,
            b"ansicpg" => {
                self.default_page = page(number.unwrap_or(0));
                self.group.code_page = self.default_page;
            }
            b"f" => {
                self.flush(made);
                if self.group.is_font_table {
                    self.font = number;
                } else if let Some(page) = number.and_then(|font| self.fonts.get(&font)) {
                    self.group.code_page = *page;
                } else {
                    self.group.code_page = self.default_page;
                }
            }
            b"fcharset" => {
                let page = match number {
                    Some(204) => CodePage::Windows1251,
                    Some(0..=2) | None => self.default_page,
                    Some(_) => CodePage::Other,
                };
                if let Some(font) = self.font.filter(|_| self.group.is_font_table && self.fonts.len() < FONTS) {
                    self.fonts.insert(font, page);
                }
            }
            b"bin" => {
                let length = u64::try_from(number.unwrap_or(0)).unwrap_or(0);
                self.source.skip(length)?;
            }
            _ if LEFT_OUT.contains(&word) => {
                self.group.is_left_out = true;
                self.group.is_font_table = word == b"fonttbl";
            }
            b"bkmkstart" | b"bkmkend" => self.group.is_aside = true,
            b"sp" => self.group.role = Role::List,
            b"docvar" => {
                self.group.role = Role::ListApart;
                self.paragraph_end(made);
            }
            // A destination begins: a note, a header, a field.
            b"footnote" | b"annotation" | b"header" | b"footer" | b"headerf" | b"footerf" | b"headerl" | b"headerr"
            | b"footerl" | b"footerr" | b"info" | b"author" | b"operator" | b"title" | b"subject" | b"company"
            | b"manager" | b"doccomm" | b"keywords" | b"fldinst" | b"fldrslt" | b"userprops" | b"staticval"
            | b"propname" | b"ffname" | b"ffdeftext" | b"shptxt" => {
                let is_within =
                    matches!(word, b"fldinst" | b"fldrslt" | b"staticval" | b"propname" | b"ffname" | b"ffdeftext");
                if is_within {
                    self.text(" ", made);
                } else {
                    self.group.role = Role::Apart;
                    self.paragraph_end(made);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A UTF-16 unit.
    fn unit(&mut self, unit: u16, made: &mut Made) {
        let units = match self.high.take() {
            Some(high) if (0xDC00..0xE000).contains(&unit) => vec![high, unit],
            _ if (0xD800..0xDC00).contains(&unit) => {
                self.high = Some(unit);
                return;
            }
            _ => vec![unit],
        };
        let text: String = char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).collect();
        self.text(&text, made);
    }

    fn text(&mut self, text: &str, made: &mut Made) {
        self.flush(made);
        if !self.group.is_left_out {
            self.say(text, made);
        }
    }

    fn say(&mut self, text: &str, made: &mut Made) {
        if self.group.is_aside && self.name.len() < NAMES_BYTES {
            return self.name.push_str(text);
        }
        self.begin(made);
        made.push(text);
    }

    /// Keeps the name that has ended.
    fn keep_name(&mut self) -> io::Result<()> {
        let name = std::mem::take(&mut self.name);
        let bytes = name.len();
        if !name.trim().is_empty() && self.names.insert(name) {
            self.names_bytes += bytes;
        }
        if self.names_bytes > NAMES_BYTES {
            return Err(Fault::new(Reason::LimitMemory, "names in a document that are too long").into());
        }
        Ok(())
    }

    fn begin(&mut self, made: &mut Made) {
        if !self.begun {
            self.begun = true;
            self.paragraph = self.paragraph.saturating_add(1);
            made.place(At::Paragraph("document".into(), self.paragraph));
        }
    }

    fn paragraph_end(&mut self, made: &mut Made) {
        self.flush(made);
        if self.group.is_aside && self.name.len() < NAMES_BYTES {
            self.name.push(' ');
        }
        if self.begun && !self.group.is_left_out && !self.group.is_aside {
            made.push("\n");
            self.begun = false;
        }
    }

    /// Decodes what waits.
    fn flush(&mut self, made: &mut Made) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        let mut text = String::with_capacity(bytes.len() * 2);
        match self.group.code_page {
            CodePage::Windows1251 | CodePage::Other => Encoding::Windows1251.decode(&bytes, &mut text),
            CodePage::Windows1252 => text.extend(bytes.iter().map(|byte| char::from(*byte))),
            CodePage::Dos866 => text.extend(bytes.iter().map(|byte| super::names::cp866(*byte))),
            CodePage::Koi8 => text.extend(bytes.iter().map(|byte| super::names::koi8(*byte))),
        }
        self.say(&text, made);
        self.pending = bytes;
        self.pending.clear();
    }
}

fn page(number: i64) -> CodePage {
    match number {
        1251 | 0 => CodePage::Windows1251,
        1252 => CodePage::Windows1252,
        866 => CodePage::Dos866,
        20866 | 21866 => CodePage::Koi8,
        _ => CodePage::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::ControlFlow;

    #[test]
    fn names_of_places_and_of_shapes_part_no_text() {
        let text = r"{\rtf1 9001{\*\bkmkstart iin_1}01300{\*\bkmkend iin_1}017\par{\sp{\sn wzName}{\sv one}}{\shptxt two}{\*\docvar {a}{b}}}";
        assert_eq!(read(text), ("900101300017\n wzName one\ntwo\n a b\niin_1\n".to_owned(), true));
        // What follows a mark in its group is a name as well, of several lines.
        assert_eq!(read(r"{\rtf1 {\bkmkstart 9001\par 01300017}x}"), ("x\n9001 01300017\n".to_owned(), true));
    }

    fn read(text: &str) -> (String, bool) {
        let mut out = String::new();
        let budget = Budget::new(crate::limits::Unpack::default(), None);
        let ended = open(Input::Stream(&mut text.as_bytes()), &budget, &mut |child| {
            let Child::Text(text) = child else { panic!("a document is text") };
            text.read_to_string(&mut out).unwrap();
            ControlFlow::Continue(())
        });
        (out, ended.is_ok())
    }

    #[test]
    fn letters_in_any_spelling() {
        let head = r"{\rtf1\ansi\ansicpg1251\deff0{\fonttbl{\f0\fcharset204 Arial;}{\f1\fcharset0 X;}}";
        let is =
            |body: &str, text: &str| assert_eq!(read(&format!("{head}{body}}}")), (text.to_owned(), true), "{body}");
        is(r"\f0 \'c8\'c8\'cd: 900101300017\par", "ИИН: 900101300017\n");
        is(r"\u1048?\u1048?\u1053?: 9001\b 01\b0 300017\par", "ИИН: 900101300017\n");
        is(r"\uc0\u1048\u1048 x\uc2\u1053??y", "ИИxНy");
        is(r"a\{b\}\\c\~d\tab e", "a{b}\\c\u{a0}d\te");
        is(r"{\*\generator x;}text{\footnote note}", "text\nnote\n");
        assert_eq!(read(r"{\rtf1 {\pict 0102}text}"), ("text".to_owned(), false), "a picture is told");
        is(r"{\info{\author Name Surname}}text", "Name Surname\ntext");
        is(r"\u-10179?\u-8704?", "\u{1F600}");
        is("two\r\nlines", "twolines");
    }

    #[test]
    fn embedded_objects_are_members() {
        let native = b"\xd0\xcf\x11\xe0 and so on";
        let object = [
            b"\x01\x05\0\0\x02\0\0\0\x05\0\0\0Word\0\0\0\0\0\0\0\0\0".as_slice(),
            &(native.len() as u32).to_le_bytes(),
            native,
            b"rest",
        ]
        .concat();
        let hex = object.iter().fold(String::new(), |all, byte| format!("{all}{byte:02x}\n"));
        let raw = [br"{\rtf1 a{\object{\*\objdata \bin5 {}\ab 4142}}b}".as_slice()].concat();
        for (text, expected) in [
            (format!(r"{{\rtf1 a{{\object{{\*\objdata {hex}}}{{\result r}}}}b}}").into_bytes(), native.as_slice()),
            (raw, br"{}\abAB"),
        ] {
            let (mut objects, mut out) = (Vec::new(), String::new());
            let budget = Budget::new(crate::limits::Unpack::default(), None);
            let ended = open(Input::Bytes(&InMemory(&text)), &budget, &mut |child| {
                match child {
                    Child::Member { bytes, .. } => drop(bytes.read_to_end(&mut objects).unwrap()),
                    Child::Text(text) => drop(text.read_to_string(&mut out).unwrap()),
                    _ => panic!("a document has objects and text"),
                }
                ControlFlow::Continue(())
            });
            assert_eq!((objects.as_slice(), ended), (expected, Ok(())), "{out}");
        }
    }

    #[test]
    fn what_is_not_closed_is_told() {
        assert_eq!(read(r"{\rtf1 text"), ("text".to_owned(), false));
        let deep = format!("{}x{}", "{".repeat(100_000), "}".repeat(100_000));
        assert_eq!(read(&format!("{{\\rtf1 {deep}}}")), ("x".to_owned(), true));
    }
}
