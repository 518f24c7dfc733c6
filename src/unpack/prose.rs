//! Paragraphs of documents and slides: runs joined, one line a paragraph, one line a row of a table.
//!
//! Word splits one number over several runs, so that only the joined paragraph is text. Deleted text, instructions of
//! fields, names of authors and the words behind pictures are text as well, as is whatever else an attribute says.

use super::frames::Made;
use super::xml::{Attributes, Token, Xml};
use super::{At, Beside, Fault, telling};
use crate::problem::Reason;
use std::io::{self, Read};
use std::sync::Arc;

/// Elements whose text is a measure, or bytes.
const MEASURES: &[&str] = &[
    "posOffset",
    "align",
    "pctWidth",
    "pctHeight",
    "pctPosHOffset",
    "pctPosVOffset",
    "col",
    "colOff",
    "row",
    "rowOff",
    "binary-data",
    "binData",
];

/// Attributes whose words stand where their element does: for a picture, a link, a field.
const INLINE: &[&str] = &["descr", "title", "tooltip", "href", "string-value", "instr", "string"];

/// What the elements of a family of formats are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// Office Open XML (ECMA-376): text stands in runs.
    Ooxml,
    /// `OpenDocument` 1.3: text stands in paragraphs.
    Odf,
}

/// A part that is being read.
pub(super) struct Prose<R: Read> {
    xml: Xml<R>,
    lines: Lines,
}

/// Where in a part the reader is, and what has not been told yet.
struct Lines {
    family: Family,
    label: Arc<str>,
    number: u32,
    /// Elements around that hold text.
    capturing: u32,
    /// Rows around.
    rows: u32,
    /// The line at hand has text.
    begun: bool,
    /// Paragraphs around, of formats that have them in each other.
    paragraphs: u32,
    /// Lines of authors, and of what other attributes say: for the end of the part.
    told: Beside,
    /// The element at hand holds a measure or bytes, no words.
    measures: bool,
}

impl<R: Read> Prose<R> {
    pub(super) fn new(part: R, family: Family, label: &str) -> Self {
        Self {
            xml: Xml::new(part),
            lines: Lines {
                family,
                label: label.into(),
                number: 0,
                capturing: 0,
                rows: 0,
                begun: false,
                paragraphs: 0,
                told: Beside::default(),
                measures: false,
            },
        }
    }

    /// One more thing.
    pub(super) fn next(&mut self, made: &mut Made) -> io::Result<bool> {
        let lines = &mut self.lines;
        match self.xml.next()? {
            Token::Start(name, attributes) => lines.start(name, &attributes, made),
            Token::End(name) => lines.end(name, made),
            Token::Text(text) => {
                if lines.capturing > 0 {
                    lines.text(&text, made);
                } else if !lines.measures && !text.trim().is_empty() {
                    // Words where no paragraph is: comments of slides, titles of shapes.
                    lines.pause(made);
                    lines.text(text.trim(), made);
                    lines.pause(made);
                }
            }
            Token::Ended => {
                lines.line_end(made);
                for line in lines.told.take().lines() {
                    lines.text(line, made);
                    lines.line_end(made);
                }
                if lines.told.is_cut() {
                    return Err(Fault::new(Reason::LimitMemory, "too many words in attributes").into());
                }
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Lines {
    fn start(&mut self, name: &str, attributes: &Attributes<'_>, made: &mut Made) {
        self.measures = MEASURES.contains(&name);
        match (self.family, name) {
            (Family::Ooxml, "t" | "delText" | "instrText" | "delInstrText")
            | (Family::Odf, "creator" | "date" | "initial-creator" | "author-name") => self.capturing += 1,
            (Family::Odf, "p" | "h") => {
                // A note stands inside the paragraph that it belongs to.
                if self.capturing > 0 && self.rows == 0 {
                    self.line_end(made);
                }
                self.capturing += 1;
            }
            (Family::Ooxml, "p") => {
                // A text box stands inside the paragraph that it belongs to.
                if self.paragraphs > 0 && self.begun {
                    self.pause(made);
                }
                self.paragraphs += 1;
            }
            // Two readings of one thing, and what stands above a word.
            (Family::Ooxml, "Choice" | "Fallback" | "rt" | "rubyBase") if self.begun => self.text(" ", made),
            (_, "tr" | "table-row") => {
                if self.rows == 0 {
                    self.line_end(made);
                }
                self.rows += 1;
            }
            (Family::Ooxml, "tab" | "ptab") | (Family::Odf, "tab") => self.text("\t", made),
            (Family::Ooxml, "br" | "cr") | (Family::Odf, "line-break") => self.pause(made),
            (Family::Ooxml, "noBreakHyphen") => self.text("-", made),
            (Family::Odf, "s") => {
                let count = attributes.get("c").and_then(|count| count.parse::<usize>().ok()).unwrap_or(1);
                self.text(&" ".repeat(count.min(80)), made);
            }
            _ => {}
        }
        let is_field = matches!(name, "default" | "listEntry" | "alias" | "tag" | "statusText" | "helpText");
        let element = name;
        let is_told = |name: &str| match name {
            "val" => is_field,
            other => INLINE.contains(&other),
        };
        for (name, words) in attributes.iter() {
            match name {
                "author" => self.told.keep(&format!("author: {words}")),
                // What fields of forms hold and are called, and words that stand for a picture or a link.
                "val" if is_field => self.apart(&words, made),
                name if INLINE.contains(&name) => self.apart(&words, made),
                _ => {}
            }
        }
        for (name, line) in telling::lines(element, attributes) {
            if name != "author" && !is_told(name) {
                self.told.keep(&line);
            }
        }
    }

    /// Text that does not belong to what stands beside it.
    fn apart(&mut self, text: &str, made: &mut Made) {
        if !text.is_empty() {
            self.text(" ", made);
            self.text(text, made);
            self.text(" ", made);
        }
    }

    fn end(&mut self, name: &str, made: &mut Made) {
        self.measures = false;
        match (self.family, name) {
            (Family::Ooxml, "t" | "delText" | "instrText" | "delInstrText") => {
                self.capturing = self.capturing.saturating_sub(1);
            }
            (Family::Odf, "creator" | "date" | "initial-creator" | "author-name") => {
                self.capturing = self.capturing.saturating_sub(1);
                self.pause(made);
            }
            (_, "p" | "h") => {
                match self.family {
                    Family::Odf => self.capturing = self.capturing.saturating_sub(1),
                    Family::Ooxml => self.paragraphs = self.paragraphs.saturating_sub(1),
                }
                self.pause(made);
            }
            (_, "tc" | "table-cell") if self.rows > 0 => self.text("\t", made),
            (_, "tr" | "table-row") => {
                self.rows = self.rows.saturating_sub(1);
                self.pause(made);
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, made: &mut Made) {
        if text.is_empty() {
            return;
        }
        if !self.begun {
            self.begun = true;
            self.number = self.number.saturating_add(1);
            made.place(At::Paragraph(Arc::clone(&self.label), self.number));
        }
        made.push(text);
    }

    /// Ends the line; in a table, the row goes on.
    fn pause(&mut self, made: &mut Made) {
        if self.rows == 0 {
            self.line_end(made);
        } else {
            self.text(" ", made);
        }
    }

    fn line_end(&mut self, made: &mut Made) {
        if self.begun {
            made.push("\n");
            self.begun = false;
        }
    }
}

/// Any other part: texts under the names of their elements, and what stands in attributes.
pub(super) struct Fields<R: Read> {
    xml: Xml<R>,
    label: Arc<str>,
    with_attributes: bool,
    name: String,
    text: String,
    placed: bool,
}

impl<R: Read> Fields<R> {
    pub(super) fn new(part: R, label: &str, with_attributes: bool) -> Self {
        Self {
            xml: Xml::new(part),
            label: label.into(),
            with_attributes,
            name: String::new(),
            text: String::new(),
            placed: false,
        }
    }

    /// One more thing.
    pub(super) fn next(&mut self, made: &mut Made) -> io::Result<bool> {
        if !self.placed {
            self.placed = true;
            made.place(At::Part(Arc::clone(&self.label)));
        }
        if !self.with_attributes {
            let mut told = String::new();
            let more = self.xml.next_text(&mut self.name, &mut self.text, &mut told)?;
            made.push(&told);
            field_line(&self.name, &mut self.text, made);
            return Ok(more);
        }
        match self.xml.next()? {
            Token::Start(name, attributes) => {
                field_line(&self.name, &mut self.text, made);
                name.clone_into(&mut self.name);
                for (name, value) in attributes.iter() {
                    if value.len() > 3 {
                        made.push(name);
                        made.push(": ");
                        made.push(&value);
                        made.push("\n");
                    }
                    if name == "name" {
                        value.as_ref().clone_into(&mut self.name);
                    }
                }
            }
            Token::End(_) => field_line(&self.name, &mut self.text, made),
            Token::Text(text) => self.text.push_str(&text),
            Token::Ended => {
                field_line(&self.name, &mut self.text, made);
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A line with a text under its name.
fn field_line(name: &str, text: &mut String, made: &mut Made) {
    let words = text.trim();
    if !words.is_empty() {
        // A property is held by an element that says its type only.
        if !matches!(name, "lpwstr" | "lpstr" | "i4" | "t") {
            made.push(name);
            made.push(": ");
        }
        made.push(words);
        made.push("\n");
    }
    text.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unpack::{Frames, Text};

    fn read(family: Family, part: &str) -> (String, Vec<String>) {
        let mut prose = Prose::new(part.as_bytes(), family, "document");
        let mut frames = Frames::new(None, |made: &mut Made| prose.next(made));
        let mut text = String::new();
        frames.read_to_string(&mut text).unwrap();
        let places = frames.places().iter().map(|(offset, at)| format!("{offset} {at}")).collect();
        (text, places)
    }

    #[test]
    fn runs_are_joined_and_rows_are_lines() {
        let part = "<w:body><w:p><w:r><w:t>ИИН 9001</w:t></w:r><w:r><w:t>01300017</w:t></w:r></w:p>\n\
                    <w:p><w:del w:author='Автор'><w:r><w:delText>было</w:delText></w:r></w:del></w:p>\
                    <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>\
                    <w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body>";
        let (text, places) = read(Family::Ooxml, part);
        assert_eq!(text, "ИИН 900101300017\nбыло\na \tb \t\nauthor: Автор\n");
        assert_eq!(places[..2], ["0 document:1", "20 document:2"]);
    }

    #[test]
    fn paragraphs_of_open_documents() {
        let part = "<office:text><text:p>Анкета<text:s text:c='2'/><text:span>имя</text:span></text:p>\
                    <text:p>x<office:annotation><dc:creator>Автор</dc:creator><text:p>замечание</text:p>\
                    </office:annotation>y</text:p></office:text>";
        assert_eq!(read(Family::Odf, part).0, "Анкета  имя\nxАвтор\nзамечание\ny\n");
    }

    #[test]
    fn properties_are_fields() {
        let part = "<cp:coreProperties><dc:creator>Имя</dc:creator><cp:revision>2</cp:revision></cp:coreProperties>";
        let mut fields = Fields::new(part.as_bytes(), "docProps/core.xml", false);
        let mut frames = Frames::new(None, |made: &mut Made| fields.next(made));
        let mut text = String::new();
        frames.read_to_string(&mut text).unwrap();
        assert_eq!(text, "creator: Имя\nrevision: 2\n");
        // With attributes or without, the same texts.
        let part = "<a> <b x='long value'>one</b>two<c/>three &amp; <!-- four --><d>  </d><e><![CDATA[five]]></e>six";
        let lines = |with_attributes| {
            let mut fields = Fields::new(part.as_bytes(), "part", with_attributes);
            let mut frames = Frames::new(None, |made: &mut Made| fields.next(made));
            let mut text = String::new();
            frames.read_to_string(&mut text).unwrap();
            text
        };
        let plain = "b: one\nb: two\nc: three &  four\ne: five\ne: six\n";
        assert_eq!((lines(false), lines(true)), (format!("x: long value\n{plain}"), format!("x: long value\n{plain}")));
    }

    /// What attributes say is given piece by piece; where it is too much to be kept, what follows is read all the same.
    #[test]
    fn what_attributes_say_is_bounded() {
        let told: Vec<_> = (0..900_000).map(|number| format!("<a b='long value {number}'/>")).collect();
        let part = format!("<w:p>{}<w:t>end</w:t></w:p>", told.concat());
        let mut fields = Fields::new(part.as_bytes(), "part", false);
        let (mut made, mut all) = (Made::default(), 0);
        loop {
            let more = fields.next(&mut made).unwrap();
            let bytes = made.taken();
            assert!(bytes < 128 << 10, "{bytes}");
            all += bytes;
            if !more {
                break;
            }
        }
        assert!(all > 16 << 20, "{all}");
        let mut prose = Prose::new(part.as_bytes(), Family::Ooxml, "document");
        let mut frames = Frames::new(None, |made: &mut Made| prose.next(made));
        let mut text = Vec::new();
        let ended = frames.read_to_end(&mut text).map_err(|error| Fault::of(&error).reason);
        assert_eq!((ended.err(), text.starts_with(b"end\nb: long value 0\n")), (Some(Reason::LimitMemory), true));
    }
}
