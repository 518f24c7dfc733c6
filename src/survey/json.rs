//! JSON of reports: what hides from a reader, and what could end a script element, is written as `\u`.

use crate::report::escape::hides;
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};
use std::io::{self, Write};

/// JSON over several lines, for files.
///
/// # Errors
///
/// A map has keys that are no strings.
pub fn pretty(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut out = Vec::new();
    let inner = PrettyFormatter::with_indent(b" ");
    value.serialize(&mut Serializer::with_formatter(&mut out, Safe(inner)))?;
    out.push(b'\n');
    Ok(out)
}

/// JSON on one line, for records and pages.
///
/// # Errors
///
/// A map has keys that are no strings.
pub fn line(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut out = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut out, Safe(serde_json::ser::CompactFormatter)))?;
    Ok(out)
}

/// Another formatter's layout, with strings that are safe anywhere.
struct Safe<F>(F);

impl<F: Formatter> Formatter for Safe<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((index, letter)) = rest.char_indices().find(|(_, letter)| *letter == '<' || hides(*letter)) {
            writer.write_all(rest.get(..index).unwrap_or_default().as_bytes())?;
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = rest.get(index + letter.len_utf8()..).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_key(writer)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::{line, pretty};

    #[test]
    fn strings_come_back_and_hide_nothing() {
        let text = "</script><!-- \u{202e}a\u{2028}b\u{e0041}c \"quoted\" \\ \n и";
        for bytes in [line(&text).expect("JSON"), pretty(&[text]).expect("JSON")] {
            let json = String::from_utf8(bytes).expect("UTF-8");
            assert!(
                !json.contains('<')
                    && !json.trim_end().chars().any(|letter| crate::report::escape::hides(letter) && letter != '\n')
            );
            assert!(json.contains("\\u003c/script"));
            let back: serde_json::Value = serde_json::from_str(&json).expect("valid");
            assert_eq!(back.as_str().or_else(|| back[0].as_str()), Some(text));
        }
    }
}
