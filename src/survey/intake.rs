//! Reading a scan file: the lines of `--format jsonl` or the document of `--format json`, told apart by the first key.
//!
//! In:      bytes of a scan file.
//! Out:     its records, one by one, to a [`Listener`].
//! Not:     keeps nothing. A message about a broken file names the place in it, never what stands there.
//! Promise: memory does not grow with the number of records; a file without its last record is told from a whole one,
//!          since the listener hears no summary.

use super::record::{Finding, Group, Head, Item, Line, Place, Summary};
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, BufRead, Read as _};

/// Longest line of a scan file, and longest look for its first key.
const LONGEST_LINE: u64 = 4 << 20;

/// Why a scan file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// The storage, or what the listener writes to.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is no scan file, or a damaged one.
    #[error("line {line}, column {column}: {what}")]
    Damaged {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        what: &'static str,
    },
}

/// Hears the records of a scan file in their order.
pub trait Listener {
    /// The first record.
    ///
    /// # Errors
    ///
    /// What is made of it cannot be written; so it is with the others.
    fn head(&mut self, head: Head) -> io::Result<()>;

    /// A value.
    ///
    /// # Errors
    ///
    /// As [`Listener::head`].
    fn finding(&mut self, finding: &Finding) -> io::Result<()>;

    /// Values of one detector in one item, counted; no [`Finding`] is told of them.
    ///
    /// # Errors
    ///
    /// As [`Listener::head`].
    fn group(&mut self, place: &Place, group: &Group) -> io::Result<()>;

    /// The end of an item; follows its values. Files without `--items` have it for items that were not read in full.
    ///
    /// # Errors
    ///
    /// As [`Listener::head`].
    fn item(&mut self, item: &Item) -> io::Result<()>;

    /// The last record.
    ///
    /// # Errors
    ///
    /// As [`Listener::head`].
    fn summary(&mut self, summary: Summary) -> io::Result<()>;
}

/// Tells a listener of each run once, however often it is named.
pub struct Once<'l> {
    listener: &'l mut dyn Listener,
    runs: BTreeSet<String>,
    tells: bool,
    again: BTreeSet<String>,
}

impl<'l> Once<'l> {
    /// No run yet.
    pub fn new(listener: &'l mut dyn Listener) -> Self {
        Self { listener, runs: BTreeSet::new(), tells: true, again: BTreeSet::new() }
    }

    /// Ids of runs that came again.
    pub fn again(&self) -> impl Iterator<Item = &str> {
        self.again.iter().map(String::as_str)
    }

    fn listener(&mut self) -> Option<&mut dyn Listener> {
        if self.tells { Some(&mut *self.listener) } else { None }
    }
}

impl Listener for Once<'_> {
    fn head(&mut self, head: Head) -> io::Result<()> {
        self.tells = self.runs.insert(head.run.clone());
        if !self.tells {
            self.again.insert(head.run);
            return Ok(());
        }
        self.listener.head(head)
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        self.listener().map_or(Ok(()), |listener| listener.finding(finding))
    }

    fn group(&mut self, place: &Place, group: &Group) -> io::Result<()> {
        self.listener().map_or(Ok(()), |listener| listener.group(place, group))
    }

    fn item(&mut self, item: &Item) -> io::Result<()> {
        self.listener().map_or(Ok(()), |listener| listener.item(item))
    }

    fn summary(&mut self, summary: Summary) -> io::Result<()> {
        self.listener().map_or(Ok(()), |listener| listener.summary(summary))
    }
}

/// Reads a scan file.
///
/// # Errors
///
/// The storage, a record that is none, or the listener.
pub fn read(file: &mut dyn BufRead, listener: &mut dyn Listener) -> Result<(), IntakeError> {
    let first = first_key(file)?;
    let document = ["schema", "scan", "rules", "items", "coverage", "summary"];
    if document.contains(&first.as_str()) { read_document(file, listener) } else { read_lines(file, listener) }
}

/// The first key of the first object, as far as it lies in the first buffer.
fn first_key(file: &mut dyn BufRead) -> io::Result<String> {
    let start = file.fill_buf()?;
    let text = String::from_utf8_lossy(start.get(..start.len().min(256)).unwrap_or(start));
    let after = text.trim_start_matches('\u{feff}').trim_start().strip_prefix('{').unwrap_or_default();
    let key = after.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()).unwrap_or_default();
    Ok(key.to_owned())
}

fn read_lines(file: &mut dyn BufRead, listener: &mut dyn Listener) -> Result<(), IntakeError> {
    let mut bytes = Vec::new();
    let (mut number, mut begun, mut ended) = (0, false, false);
    loop {
        bytes.clear();
        number += 1;
        if (&mut *file).take(LONGEST_LINE).read_until(b'\n', &mut bytes)? == 0 {
            return if begun { Ok(()) } else { Err(damaged(number, 1, "there is no scan record")) };
        }
        let cut = bytes.last() != Some(&b'\n');
        if cut && bytes.len() as u64 == LONGEST_LINE {
            return Err(damaged(number, 1, "the line is too long for a record"));
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let line = match serde_json::from_slice::<Line>(&bytes) {
            Ok(line) => line,
            // What a scan that was killed left behind; the missing summary says so.
            Err(error) if cut && error.is_eof() && begun => return Ok(()),
            Err(error) => return Err(damaged(number, error.column(), what(&error))),
        };
        match line {
            Line::Scan(_) if begun => return Err(damaged(number, 1, "there are two scans in one file")),
            Line::Scan(head) => {
                begun = true;
                listener.head(head)?;
            }
            _ if !begun => return Err(damaged(number, 1, "the first record is not a scan record")),
            _ if ended => return Err(damaged(number, 1, "a record stands behind the summary")),
            Line::Finding(finding) => listener.finding(&finding)?,
            Line::Tally { place, group } => listener.group(&place, &group)?,
            Line::Item(item) => listener.item(&item)?,
            Line::Summary(summary) => {
                ended = true;
                listener.summary(*summary)?;
            }
            Line::Other => {}
        }
    }
}

/// Tells a listener of one line of the program's own. The order of lines is not looked at.
pub(super) fn tell(line: &[u8], listener: &mut dyn Listener) -> io::Result<()> {
    match serde_json::from_slice::<Line>(line)? {
        Line::Scan(head) => listener.head(head),
        Line::Finding(finding) => listener.finding(&finding),
        Line::Tally { place, group } => listener.group(&place, &group),
        Line::Item(item) => listener.item(&item),
        Line::Summary(summary) => listener.summary(*summary),
        Line::Other => Ok(()),
    }
}

fn damaged(line: usize, column: usize, what: &'static str) -> IntakeError {
    IntakeError::Damaged { line, column: column.max(1), what }
}

/// An error of the parser without what it read.
fn what(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Io => "it cannot be read",
        serde_json::error::Category::Syntax => "this is not JSON",
        serde_json::error::Category::Data => "this is not a record of a scan",
        serde_json::error::Category::Eof => "the file ends within a record",
    }
}

fn read_document(file: &mut dyn BufRead, listener: &mut dyn Listener) -> Result<(), IntakeError> {
    let mut failed = None;
    let mut parser = serde_json::Deserializer::from_reader(file);
    let read = parser.deserialize_map(Document { listener, failed: &mut failed, begun: false });
    let read = read.and_then(|()| parser.end());
    match (read, failed) {
        (_, Some(error)) => Err(IntakeError::Io(error)),
        (Ok(()), None) => Ok(()),
        (Err(error), None) if error.is_io() => Err(IntakeError::Io(error.into())),
        (Err(error), None) => Err(damaged(error.line(), error.column(), what(&error))),
    }
}

/// The document, whose items are told as they are read. An error of the listener is kept aside: the parser knows its own
/// errors alone.
struct Document<'d> {
    listener: &'d mut dyn Listener,
    failed: &'d mut Option<io::Error>,
    begun: bool,
}

impl Document<'_> {
    fn told<E: serde::de::Error>(&mut self, told: io::Result<()>) -> Result<(), E> {
        told.map_err(|error| {
            *self.failed = Some(error);
            E::custom("stopped")
        })
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a report of a scan")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "scan" => {
                    self.begun = true;
                    let told = self.listener.head(map.next_value()?);
                    self.told(told)?;
                }
                "items" if self.begun => map.next_value_seed(Items(&mut self))?,
                "items" => return Err(A::Error::custom("the scan record does not come first")),
                "summary" => {
                    let told = self.listener.summary(map.next_value()?);
                    self.told(told)?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if self.begun { Ok(()) } else { Err(A::Error::custom("there is no scan record")) }
    }
}

struct Items<'i, 'd>(&'i mut Document<'d>);

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<Item>()? {
            for group in &item.found {
                let told = self.0.listener.group(&item.place, group);
                self.0.told(told)?;
            }
            let told = self.0.listener.item(&item);
            self.0.told(told)?;
        }
        Ok(())
    }
}
