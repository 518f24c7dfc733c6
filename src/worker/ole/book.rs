//! Workbooks of Excel 5 to 2003 ([MS-XLS]): cells of all sheets with their addresses, comments, links, headers, texts in
//! formulas; and runs of letters in every other record that is not known to hold none: names, checks, filters, shapes.
//!
//! The stream is read once from front to back: what all sheets share stands first. Hidden sheets are sheets.

use super::{four, runs, two, wide, wide_runs};
use crate::worker::cells::{ROW_BYTES, decoded, number};
use crate::worker::wire::{Out, Told};
use elek::unpack::{Beside, day, shows_days};
use std::collections::BTreeMap;
use std::io::{self, Write};

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const CONTINUE: u16 = 0x003C;
const FILEPASS: u16 = 0x002F;
const DATEMODE: u16 = 0x0022;
const FORMAT: u16 = 0x041E;
const XF: u16 = 0x00E0;
const BOUNDSHEET: u16 = 0x0085;
const SST: u16 = 0x00FC;
const LABELSST: u16 = 0x00FD;
const LABEL: u16 = 0x0204;
const RSTRING: u16 = 0x00D6;
const NUMBER: u16 = 0x0203;
const RK: u16 = 0x027E;
const MULRK: u16 = 0x00BD;
const FORMULA: u16 = 0x0006;
const STRING: u16 = 0x0207;
const HEADER: u16 = 0x0014;
const FOOTER: u16 = 0x0015;
const NOTE: u16 = 0x001C;
const TXO: u16 = 0x01B6;
const HLINK: u16 = 0x01B8;
/// The version that writes UTF-16.
const VERSION_8: u16 = 0x0600;
/// Columns of a sheet ([MS-XLS] 2.5.20, `Col256U`).
const COLUMNS: u32 = 256;
/// Records of places, measures and styles; the name of whoever wrote the book stands in one that is none of them.
const SILENT: &[u16] = &[
    0x000A, 0x0022, 0x002F, 0x003D, 0x0055, 0x007D, 0x0085, 0x0092, 0x00BD, 0x00BE, 0x00D7, 0x00E0, 0x00E5, 0x00EF,
    0x00FC, 0x00FF, 0x0200, 0x0201, 0x0205, 0x0208, 0x020B, 0x0225, 0x023E, 0x0809, 0x087D, 0x0896,
];
/// Records of shapes and pictures, and what goes on from another record.
const SHAPES: &[u16] = &[CONTINUE, 0x00EB, 0x00EC];
/// A text in a formula ([MS-XLS] 2.5.198.89, `PtgStr`).
const TEXT_TOKEN: u8 = 0x17;

pub(super) fn read<W: Write>(bytes: &[u8], out: &mut Out<W>) -> io::Result<()> {
    let (mut book, mut sheet) = (Book::default(), None::<Sheet>);
    let (mut at, mut depth, mut count) = (0, 0u32, 0);
    let is_whole = loop {
        let Some((kind, length)) = two(bytes, at).zip(two(bytes, at + 2)) else { break count > 0 && depth == 0 };
        let Some(record) = bytes.get(at + 4..at + 4 + usize::from(length)) else { break false };
        let start = at;
        at += 4 + record.len();
        // Texts may go on in records behind.
        let mut parts = vec![record];
        if matches!(kind, SST | STRING | TXO) {
            while two(bytes, at) == Some(CONTINUE)
                && let Some(part) =
                    two(bytes, at + 2).and_then(|length| bytes.get(at + 4..at + 4 + usize::from(length)))
            {
                parts.push(part);
                at += 4 + part.len();
            }
        }
        match (kind, &mut sheet) {
            (BOF, None) if depth == 0 => {
                depth = 1;
                book.is_wide = two(record, 0) == Some(VERSION_8);
                if count > 0 {
                    let name = book.sheets.get(&(start as u32)).cloned().unwrap_or_else(|| format!("Sheet{count}"));
                    out.sheet(&name)?;
                    sheet = Some(Sheet { name, ..Sheet::default() });
                }
                count += 1;
            }
            // Charts in sheets are streams in streams.
            (BOF, _) => depth += 1,
            (EOF, _) => {
                depth = depth.saturating_sub(1);
                if depth == 0
                    && let Some(mut ended) = sheet.take()
                {
                    ended.end(out)?;
                }
            }
            (FILEPASS, _) => {
                out.told(Told::Encrypted)?;
                break true;
            }
            (kind, Some(sheet)) => sheet.take(kind, &parts, &book, out)?,
            (kind, None) => book.take(kind, &parts),
        }
    };
    if let Some(mut ended) = sheet {
        ended.end(out)?;
    }
    hand_on(&mut book.aside, "beside the sheets", out)?;
    if is_whole { Ok(()) } else { out.told(Told::DamagedDocument) }
}

/// What all sheets share.
#[derive(Default)]
struct Book {
    is_wide: bool,
    from_1904: bool,
    strings: Vec<String>,
    /// Names of sheets, by the offset of their stream.
    sheets: BTreeMap<u32, String>,
    /// Forms of numbers that show days.
    forms: BTreeMap<u16, bool>,
    /// Whether a cell of this style shows a day.
    styles: Vec<bool>,
    aside: Beside,
}

/// Keeps what a record says that is not known to say nothing.
fn keep_record(aside: &mut Beside, kind: u16, record: &[u8], is_wide: bool) {
    let texts = match kind {
        _ if SHAPES.contains(&kind) => wide_runs(record),
        _ if SILENT.contains(&kind) => return,
        _ => runs(record, !is_wide),
    };
    for text in &texts {
        aside.keep(text);
    }
}

/// Hands on what stands in no cell.
fn hand_on<W: Write>(aside: &mut Beside, place: &str, out: &mut Out<W>) -> io::Result<()> {
    if aside.is_cut() {
        out.told(Told::Memory)?;
    }
    let text = aside.take();
    if text.is_empty() {
        return Ok(());
    }
    out.text()?;
    out.place(place)?;
    out.words(&text.replace('\r', "\n"))?;
    out.end()
}

/// Texts in a formula: wherever a token of one may stand and letters follow.
fn texts_of_formula(formula: &[u8], is_wide: bool) -> Vec<String> {
    let (mut texts, mut at) = (Vec::new(), 0);
    while let Some(token) = memchr::memchr(TEXT_TOKEN, formula.get(at..).unwrap_or_default()) {
        at += token + 1;
        let text = formula.get(at).and_then(|length| {
            let length = usize::from(*length);
            let plain = || formula.get(at + 1..at + 1 + length).map(decoded);
            if is_wide { letters(formula, at + 1, length) } else { plain() }
        });
        if let Some(text) = text.filter(|text| text.chars().count() > 2 && !text.chars().any(char::is_control)) {
            texts.push(text);
        }
    }
    texts
}

impl Book {
    fn take(&mut self, kind: u16, parts: &[&[u8]]) {
        let record = parts.first().copied().unwrap_or_default();
        match kind {
            DATEMODE => self.from_1904 = two(record, 0) == Some(1),
            FORMAT => {
                let form = if self.is_wide { self.long(record, 2) } else { self.short(record, 2) };
                if let Some((number, form)) = two(record, 0).zip(form) {
                    self.forms.insert(number, shows_days(&form));
                }
            }
            XF => {
                let form = two(record, 2).unwrap_or(0);
                let usual = matches!(form, 14..=22 | 27..=36 | 50..=58);
                self.styles.push(self.forms.get(&form).copied().unwrap_or(usual));
            }
            BOUNDSHEET => {
                if let Some((at, name)) = four(record, 0).zip(self.short(record, 6)) {
                    self.sheets.insert(at, name);
                }
            }
            SST => self.strings = shared(parts),
            // The first records of the book tell how texts are written.
            _ => keep_record(&mut self.aside, kind, record, self.is_wide),
        }
    }

    /// A text whose length is one byte.
    fn short(&self, record: &[u8], at: usize) -> Option<String> {
        let length = usize::from(*record.get(at)?);
        if self.is_wide { letters(record, at + 1, length) } else { record.get(at + 1..at + 1 + length).map(decoded) }
    }

    /// A text whose length is two bytes.
    fn long(&self, record: &[u8], at: usize) -> Option<String> {
        let length = usize::from(two(record, at)?);
        if self.is_wide { letters(record, at + 2, length) } else { record.get(at + 2..at + 2 + length).map(decoded) }
    }

    /// A number as its style shows it.
    fn shown(&self, value: f64, style: usize) -> String {
        let text = number(value);
        let is_day = self.styles.get(style).copied().unwrap_or(false);
        is_day.then(|| day(&text, self.from_1904)).flatten().unwrap_or(text)
    }
}

/// Letters behind a byte that says whether they are UTF-16.
fn letters(record: &[u8], at: usize, length: usize) -> Option<String> {
    let rest = record.get(at + 1..)?;
    if record.get(at)? & 1 == 0 {
        return rest.get(..length).map(|bytes| bytes.iter().map(|byte| char::from(*byte)).collect());
    }
    rest.get(..length * 2).map(wide)
}

/// The texts that cells share. One may go on in the next record, in letters of another width.
fn shared(parts: &[&[u8]]) -> Vec<String> {
    let mut strings = Vec::new();
    let mut rest = Rest { parts, at: 8 };
    while let Some(text) = rest.text() {
        strings.push(text);
    }
    strings
}

/// What is left of several records.
struct Rest<'r> {
    parts: &'r [&'r [u8]],
    at: usize,
}

impl<'r> Rest<'r> {
    /// The bytes left in the record at hand; the next record if there are none.
    fn part(&mut self) -> Option<&'r [u8]> {
        loop {
            let (first, others) = self.parts.split_first()?;
            if let Some(rest) = first.get(self.at..).filter(|rest| !rest.is_empty()) {
                return Some(rest);
            }
            (self.parts, self.at) = (others, 0);
        }
    }

    fn text(&mut self) -> Option<String> {
        let head = self.part()?;
        let (mut left, flags) = (usize::from(two(head, 0)?), *head.get(2)?);
        let runs = if flags & 8 == 0 { 0 } else { usize::from(two(head, 3)?) };
        let more = if flags & 4 == 0 { 0 } else { four(head, if flags & 8 == 0 { 3 } else { 5 })? as usize };
        self.at += 3 + if flags & 8 == 0 { 0 } else { 2 } + if flags & 4 == 0 { 0 } else { 4 };
        let (mut text, mut is_wide) = (String::new(), flags & 1 == 1);
        while left > 0 {
            let before = self.parts.len();
            let mut part = self.part()?;
            if self.parts.len() != before {
                is_wide = part.first()? & 1 == 1;
                self.at += 1;
                part = part.get(1..)?;
            }
            let count = left.min(if is_wide { part.len() / 2 } else { part.len() });
            if count == 0 {
                return None;
            }
            let bytes = part.get(..if is_wide { count * 2 } else { count })?;
            if is_wide {
                text.push_str(&wide(bytes));
            } else {
                text.extend(bytes.iter().map(|byte| char::from(*byte)));
            }
            self.at += bytes.len();
            left -= count;
        }
        let mut skip = runs * 4 + more;
        while skip > 0 {
            let Some(part) = self.part() else { break };
            let count = skip.min(part.len());
            self.at += count;
            skip -= count;
        }
        Some(text)
    }
}

/// A sheet that is being read.
#[derive(Default)]
struct Sheet {
    name: String,
    /// Its row at hand, from 1.
    row: u32,
    cells: Vec<(u32, String)>,
    bytes: usize,
    /// The cell of the formula whose text follows.
    formula: Option<(u32, u32)>,
    /// Comments, links, headers.
    aside: Beside,
}

impl Sheet {
    fn take<W: Write>(&mut self, kind: u16, parts: &[&[u8]], book: &Book, out: &mut Out<W>) -> io::Result<()> {
        let record = parts.first().copied().unwrap_or_default();
        let place = two(record, 0).zip(two(record, 2)).map(|(row, column)| (u32::from(row) + 1, u32::from(column) + 1));
        let style = usize::from(two(record, 4).unwrap_or(0));
        if let HEADER | FOOTER | NOTE | TXO | HLINK = kind {
            let text = match kind {
                HEADER | FOOTER => book.long(record, 0).or_else(|| book.short(record, 0)),
                NOTE => book.long(record, 8),
                HLINK => link(record),
                _ => parts.get(1).zip(two(record, 10)).and_then(|(text, length)| letters(text, 0, usize::from(length))),
            };
            self.aside.keep(&text.unwrap_or_default());
            return Ok(());
        }
        let text = match kind {
            LABELSST => four(record, 6).and_then(|i| book.strings.get(i as usize).cloned()),
            LABEL | RSTRING => book.long(record, 6),
            NUMBER => float(record, 6).map(|value| book.shown(value, style)),
            RK => four(record, 6).map(|value| book.shown(packed(value), style)),
            FORMULA => {
                // A number, unless its last two bytes say that it is a text, which follows, or no number at all.
                self.formula = place;
                let formula = record.get(22..).unwrap_or_default();
                for text in &texts_of_formula(formula, book.is_wide) {
                    self.aside.keep(text);
                }
                float(record, 6).filter(|_| two(record, 12) != Some(0xFFFF)).map(|value| book.shown(value, style))
            }
            MULRK => {
                let Some((row, first)) = place else { return Ok(()) };
                for (i, cell) in record.get(4..).unwrap_or_default().as_chunks::<6>().0.iter().enumerate() {
                    let style = usize::from(two(cell, 0).unwrap_or(0));
                    if let Some(value) = four(cell, 2) {
                        self.cell((row, first + i as u32), book.shown(packed(value), style), out)?;
                    }
                }
                return Ok(());
            }
            STRING => {
                let text = joined(parts, book);
                return match (self.formula.take(), text) {
                    (Some(place), Some(text)) => self.cell(place, text, out),
                    _ => Ok(()),
                };
            }
            _ => {
                keep_record(&mut self.aside, kind, record, book.is_wide);
                return Ok(());
            }
        };
        match (place, text) {
            (Some(place), Some(text)) => self.cell(place, text, out),
            _ => Ok(()),
        }
    }

    fn cell<W: Write>(&mut self, (row, column): (u32, u32), text: String, out: &mut Out<W>) -> io::Result<()> {
        if column > COLUMNS {
            self.aside.keep(&text);
            return Ok(());
        }
        if row != self.row || self.bytes + text.len() > ROW_BYTES {
            self.line(out)?;
            self.row = row;
        }
        self.bytes += text.len();
        self.cells.push((column, text));
        Ok(())
    }

    fn line<W: Write>(&mut self, out: &mut Out<W>) -> io::Result<()> {
        let mut cells = std::mem::take(&mut self.cells);
        self.bytes = 0;
        cells.sort_by_key(|(column, _)| *column);
        // Two cells of one place, in a damaged book: the second one is no less there.
        cells.dedup_by(|(column, text), (before, _)| {
            let is_second = column == before;
            if is_second {
                self.aside.keep(text);
            }
            is_second
        });
        if cells.is_empty() { Ok(()) } else { out.line(self.row, &cells) }
    }

    fn end<W: Write>(&mut self, out: &mut Out<W>) -> io::Result<()> {
        self.line(out)?;
        out.end()?;
        hand_on(&mut self.aside, &self.name, out)
    }
}

/// The text that a formula made.
fn joined(parts: &[&[u8]], book: &Book) -> Option<String> {
    if !book.is_wide {
        return book.long(parts.first()?, 0);
    }
    // Like a shared text; its head has no words about runs.
    Rest { parts, at: 0 }.text()
}

fn float(record: &[u8], at: usize) -> Option<f64> {
    record.get(at..)?.first_chunk::<8>().map(|bytes| f64::from_le_bytes(*bytes)).filter(|value| value.is_finite())
}

/// A number in four bytes: the upper half of one in eight, or a whole one, perhaps hundredths.
fn packed(value: u32) -> f64 {
    let number =
        if value & 2 == 0 { f64::from_bits(u64::from(value & !3) << 32) } else { f64::from(value as i32 >> 2) };
    if value & 1 == 0 { number } else { number / 100.0 }
}

/// Where a link leads.
fn link(record: &[u8]) -> Option<String> {
    let starts = [&b"m\0a\0i\0l\0t\0o\0:\0"[..], b"h\0t\0t\0p\0", b"f\0t\0p\0:\0"];
    let at = starts.iter().find_map(|start| memchr::memmem::find(record, start))?;
    let text = wide(record.get(at..)?);
    Some(text.split('\0').next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_and_other_records_say_what_they_hold() {
        let formula =
            [b"\x17\x05\x00ab cd\x17\x03\x01".as_slice(), &[0x18, 4, 0x18, 4, 0x1D, 4], b"\x08\x17\x01\x00x\x17"]
                .concat();
        assert_eq!(texts_of_formula(&formula, true), ["ab cd", "ИИН"]);
        assert_eq!(texts_of_formula(b"\x17\x03abc\x17\x09a", false), ["abc"]);
        let mut aside = Beside::default();
        let mut keep = |kind, record: &[u8]| keep_record(&mut aside, kind, record, true);
        keep(0x009E, b"\x01\0\x02\0IIN900101300017\0\x01");
        keep(0x009E, b"\x01\0\x02\0IIN900101300017\0\x01");
        keep(0x0208, b"\x01\0\x02\0IIN900101300018\0\x01");
        keep(0x00EC, b"\x01\x18\x04\x18\x04\x1D\x04 \x009\x000\0\x03");
        // Letters of eight bits are Latin, but in books that write no others.
        let cyrillic = b"\x01\0\x05\xC8\xE2\xE0\xED\xEE\xE2\0\x01";
        keep(0x009E, cyrillic);
        keep_record(&mut aside, 0x009E, cyrillic, false);
        assert_eq!(aside.take(), "IIN900101300017\nИИН 90\nИванов\n");
    }

    #[test]
    fn numbers_in_four_bytes() {
        assert_eq!(packed(0x3FF0_0000).to_string(), "1");
        assert_eq!(packed(1_234 << 2 | 2).to_string(), "1234");
        assert_eq!(packed(1_234 << 2 | 3).to_string(), "12.34");
        assert_eq!(packed((-5i32 << 2) as u32 | 2).to_string(), "-5");
    }

    /// Cells that a damaged book puts where there are none, or twice in one place, are read, and no piece is nonsense.
    #[test]
    fn cells_without_a_place_stand_beside_the_others() {
        let (mut sheet, mut sent) = (Sheet::default(), Vec::new());
        let mut out = Out::new(&mut sent);
        for (column, text) in [(3, "c"), (65_536, "far"), (1, "a"), (3, "twice")] {
            sheet.cell((1, column), text.to_owned(), &mut out).unwrap();
        }
        sheet.line(&mut out).unwrap();
        let mut rest = sent.as_slice();
        let said = crate::worker::wire::said(|count| Ok(rest.split_off(..count).unwrap_or_default().to_vec()));
        let row = elek::unpack::Piece::Line(1, vec![(1, "a".to_owned()), (3, "c".to_owned())]);
        assert_eq!(said, Ok(crate::worker::wire::Said::Piece(row)));
        assert_eq!((rest, sheet.aside.take().as_str()), (&[][..], "far\ntwice\n"));
    }

    #[test]
    fn shared_texts_go_on_in_letters_of_another_width() {
        let first = [&[0; 8][..], &[2, 0, 0], b"ab", &[4, 0, 1], &[0x1F, 0x04, 0x40, 0x04]].concat();
        let second = [&[0][..], b"xy", &[1, 0, 8, 1, 0], b"z", &[9; 4], &[1, 0, 0], b"q"].concat();
        assert_eq!(shared(&[&first, &second]), ["ab", "Прxy", "z", "q"]);
        for end in 0..second.len() {
            assert!(shared(&[&first, &second[..end]]).len() <= 4);
        }
    }
}
