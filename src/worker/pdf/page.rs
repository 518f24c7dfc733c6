//! One page: runs the operators that show text, and puts blanks and line ends where there is room between letters.

use super::content::{Operation, Operators};
use super::font::{Font, unpacked};
use super::{STREAM_BYTES, Seen, address, words};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use std::rc::Rc;

/// Drawings in drawings.
const DEPTH: usize = 8;
/// Drawings that one page may run.
const FORMS: usize = 2_000;
/// States that are kept.
const STATES: usize = 256;
/// Most bytes of text of a page.
const TEXT_BYTES: usize = 32 << 20;
/// Most bytes that words beside the text are looked for in.
const LOOKED_BYTES: usize = 256 << 20;

/// What a page showed.
#[derive(Default)]
pub(super) struct Drawn {
    pub(super) text: String,
    /// Words that stand for what is drawn, and remarks.
    beside: Vec<String>,
    /// Codes without a meaning.
    unknown: usize,
    has_picture: bool,
    pub(super) damaged: bool,
}

impl Drawn {
    /// Whether what people see there is not in the text.
    pub(super) fn is_unusable(&self) -> bool {
        let letters = self.text.chars().filter(|c| c.is_alphanumeric()).count();
        letters == 0 && self.has_picture || self.unknown > letters
    }

    /// The text, and what stands beside it and not in it.
    pub(super) fn all(self) -> String {
        let Self { mut text, beside, .. } = self;
        let (length, mut looked) = (text.len(), 0);
        for words in beside {
            looked += length;
            let shown = text.get(..length).unwrap_or_default();
            if looked > LOOKED_BYTES || !shown.contains(words.trim()) {
                text.push('\n');
                text.push_str(&words);
            }
        }
        text
    }
}

/// A matrix of six numbers (ISO 32000-1, 8.3.3).
type Matrix = [f32; 6];
const UNIT: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn times(left: Matrix, right: Matrix) -> Matrix {
    let through =
        |right_by: f32, up_by: f32| [right_by * right[0] + up_by * right[2], right_by * right[1] + up_by * right[3]];
    let [first, second, moved] =
        [[left[0], left[1]], [left[2], left[3]], [left[4], left[5]]].map(|[x, y]| through(x, y));
    [first[0], first[1], second[0], second[1], moved[0] + right[4], moved[1] + right[5]]
}

#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    letter_space: f32,
    word_space: f32,
    scale: f32,
    leading: f32,
}

impl Default for State {
    fn default() -> Self {
        Self { matrix: UNIT, font: None, size: 1.0, letter_space: 0.0, word_space: 0.0, scale: 1.0, leading: 0.0 }
    }
}

/// Where a line lies on its page.
#[derive(Clone, Copy)]
struct Line {
    /// Offset of its first letter in the text.
    at: usize,
    left: f32,
    right: f32,
    up: f32,
    high: f32,
}

struct Page<'d, 's> {
    document: &'d Document,
    seen: &'s mut Seen,
    beside_bytes: usize,
    drawn: Drawn,
    /// Where the last letter ended, and how high it was.
    last: Option<([f32; 2], f32)>,
    lines: Vec<Line>,
    forms: usize,
}

/// A page.
pub(super) fn read(document: &Document, id: ObjectId, seen: &mut Seen) -> Drawn {
    let mut above = Vec::new();
    if let Ok((own, others)) = document.get_page_resources(id) {
        above.extend(own);
        above.extend(others.into_iter().take(32).filter_map(|id| document.get_dictionary(id).ok()));
    }
    let mut page = Page::new(document, seen);
    let mut content = Vec::new();
    for id in document.get_page_contents(id) {
        // What the document does not have is nothing.
        let Ok(stream) = document.get_object(id).and_then(Object::as_stream) else { continue };
        page.seen.insert(address(stream));
        match unpacked(stream, STREAM_BYTES.saturating_sub(content.len())) {
            Some(mut own) => content.append(&mut own),
            None => page.drawn.damaged = true,
        }
        content.push(b'\n');
    }
    page.run(&content, &above, State::default(), 0);
    page.end()
}

/// A drawing that is none of a page: what a note looks like, a pattern.
pub(super) fn form<'d>(document: &'d Document, stream: &'d Stream, seen: &mut Seen) -> Drawn {
    let mut above = Vec::new();
    if let Ok(form) = document.catalog().and_then(|catalog| catalog.get_deref(b"AcroForm", document)?.as_dict()) {
        above.extend(form.get_deref(b"DR", document).and_then(Object::as_dict));
    }
    let mut page = Page::new(document, seen);
    page.draw_form(stream, &above, &State::default(), 0);
    page.end()
}

/// Shortest line that is believed to have been broken for want of room, in letters.
const LINE_CHARS: f32 = 60.0;
/// Longest word that is believed to have been moved to the next line.
const WORD_CHARS: f32 = 24.0;

/// Text whose lines end where its writer ended them: a line that was broken because its next word had no room left is
/// one with the next. Rows, names and addresses stay whole that way.
fn joined(text: &str, lines: &[Line]) -> String {
    let mut joined = String::with_capacity(text.len());
    let edge = lines.iter().map(|line| line.right).fold(0.0, f32::max);
    for (i, line) in lines.iter().enumerate() {
        let end = lines.get(i + 1).map_or(text.len(), |next| next.at);
        let own = text.get(line.at..end).unwrap_or_default().trim_end_matches('\n');
        joined.push_str(own);
        let Some(next) = lines.get(i + 1) else { break };
        let word = text.get(next.at..).unwrap_or_default().split_whitespace().next().unwrap_or_default();
        let count = |text: &str| text.chars().take(usize::from(u16::MAX)).fold(0.0, |count: f32, _| count + 1.0);
        let (letters, word) = (count(own).max(1.0), count(word));
        let width = (line.right - line.left) / letters;
        let follows =
            line.up > next.up && line.up - next.up < 2.0 * line.high && (line.left - next.left).abs() < line.high;
        let has_no_room = line.right + width * (word + 1.0) > edge;
        let is_broken = follows && has_no_room && letters >= LINE_CHARS && word <= WORD_CHARS;
        joined.push(if is_broken { ' ' } else { '\n' });
    }
    joined
}

impl<'d, 's> Page<'d, 's> {
    fn new(document: &'d Document, seen: &'s mut Seen) -> Self {
        seen.fonts.begin();
        Self { document, seen, beside_bytes: 0, drawn: Drawn::default(), last: None, lines: Vec::new(), forms: 0 }
    }

    fn end(mut self) -> Drawn {
        self.drawn.text = joined(&self.drawn.text, &self.lines);
        self.drawn
    }

    fn resource(&self, resources: &[&'d Dictionary], kind: &[u8], name: &[u8]) -> Option<&'d Object> {
        resources.iter().find_map(|resources| {
            resources.get_deref(kind, self.document).and_then(Object::as_dict).ok()?.get_deref(name, self.document).ok()
        })
    }

    fn font(&mut self, resources: &[&'d Dictionary], name: &[u8]) -> Option<Rc<Font>> {
        let source = self.resource(resources, b"Font", name)?.as_dict().ok()?;
        Some(self.seen.fonts.font(self.document, source))
    }

    fn run(&mut self, content: &[u8], resources: &[&'d Dictionary], mut state: State, depth: usize) {
        let mut operators = Operators::new(content);
        let (mut text, mut line) = (UNIT, UNIT);
        let mut states = Vec::new();
        while let Some(Operation { operator, operands }) = operators.next() {
            if self.drawn.text.len() > TEXT_BYTES {
                self.drawn.damaged = true;
                return;
            }
            let operands = operands.as_slice();
            let number = |i: usize| operands.get(i).and_then(|object| object.as_float().ok()).unwrap_or(0.0);
            let moved = |line: Matrix, x: f32, y: f32| times([1.0, 0.0, 0.0, 1.0, x, y], line);
            match operator {
                b"q" if states.len() < STATES => states.push(state.clone()),
                b"Q" => state = states.pop().unwrap_or(state),
                b"cm" => state.matrix = times(std::array::from_fn(number), state.matrix),
                b"BT" => (text, line) = (UNIT, UNIT),
                b"Tf" => {
                    let name = operands.first().and_then(|name| name.as_name().ok()).unwrap_or_default();
                    (state.font, state.size) = (self.font(resources, name), number(1));
                }
                b"Tc" => state.letter_space = number(0),
                b"Tw" => state.word_space = number(0),
                b"Tz" => state.scale = number(0) / 100.0,
                b"TL" => state.leading = number(0),
                b"Td" => line = moved(line, number(0), number(1)),
                b"TD" => {
                    state.leading = -number(1);
                    line = moved(line, number(0), number(1));
                }
                b"Tm" => line = std::array::from_fn(number),
                b"T*" => line = moved(line, 0.0, -state.leading),
                b"Tj" => self.show(operands, &state, &mut text),
                b"TJ" => {
                    let pieces = operands.first().and_then(|pieces| pieces.as_array().ok());
                    self.show(pieces.map_or(&[], Vec::as_slice), &state, &mut text);
                }
                b"'" | b"\"" => {
                    if operator == b"\"" {
                        (state.word_space, state.letter_space) = (number(0), number(1));
                    }
                    line = moved(line, 0.0, -state.leading);
                    text = line;
                    self.show(operands.last().map_or(&[], std::slice::from_ref), &state, &mut text);
                }
                b"BI" => self.drawn.has_picture = true,
                b"Do" => {
                    let name = operands.first().and_then(|name| name.as_name().ok()).unwrap_or_default();
                    self.draw(resources, name, &state, depth);
                }
                b"BDC" | b"DP" => operands.iter().for_each(|operand| self.beside(operand, 0)),
                _ => {}
            }
            if matches!(operator, b"Td" | b"TD" | b"Tm" | b"T*") {
                text = line;
            }
        }
        for remark in &operators.remarks {
            self.keep(words::said(remark));
        }
        self.drawn.damaged |= operators.damaged;
    }

    /// Words that stand for what is drawn.
    fn beside(&mut self, object: &Object, depth: usize) {
        match object {
            Object::String(string, _) => self.keep(words::said(string)),
            Object::Array(array) if depth < DEPTH => array.iter().for_each(|object| self.beside(object, depth + 1)),
            Object::Dictionary(own) if depth < DEPTH => {
                own.iter().for_each(|(_, object)| self.beside(object, depth + 1));
            }
            _ => {}
        }
    }

    fn keep(&mut self, words: String) {
        self.beside_bytes += words.len();
        if self.beside_bytes > TEXT_BYTES {
            self.drawn.damaged = true;
        } else if !words.trim().is_empty() {
            self.drawn.beside.push(words);
        }
    }

    /// A picture, or a drawing with operators of its own.
    fn draw(&mut self, resources: &[&'d Dictionary], name: &[u8], state: &State, depth: usize) {
        let Some(stream) = self.resource(resources, b"XObject", name).and_then(|object| object.as_stream().ok()) else {
            return;
        };
        if stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image") {
            self.drawn.has_picture = true;
            return;
        }
        self.draw_form(stream, resources, state, depth);
    }

    fn draw_form(&mut self, stream: &'d Stream, resources: &[&'d Dictionary], state: &State, depth: usize) {
        self.seen.insert(address(stream));
        self.forms += 1;
        if depth >= DEPTH || self.forms > FORMS {
            self.drawn.damaged = true;
            return;
        }
        let Some(content) = unpacked(stream, STREAM_BYTES) else {
            self.drawn.damaged = true;
            return;
        };
        let mut state = state.clone();
        if let Ok(matrix) = stream.dict.get_deref(b"Matrix", self.document).and_then(Object::as_array) {
            let number = |i: usize| matrix.get(i).and_then(|object| object.as_float().ok()).unwrap_or(0.0);
            state.matrix = times(std::array::from_fn(number), state.matrix);
        }
        let mut known = Vec::new();
        known.extend(stream.dict.get_deref(b"Resources", self.document).and_then(Object::as_dict));
        known.extend(resources.iter().take(32));
        self.run(&content, &known, state, depth + 1);
    }

    /// Shows strings, with moves between them in thousandths of the size.
    fn show(&mut self, pieces: &[Object], state: &State, text: &mut Matrix) {
        let Some(font) = &state.font else {
            self.drawn.unknown += usize::from(!pieces.is_empty());
            return;
        };
        for piece in pieces {
            if let Ok(string) = piece.as_str() {
                for glyph in font.glyphs(string) {
                    let is_room = glyph.text.is_some_and(|letters| letters.trim().is_empty());
                    if !is_room {
                        self.room(state, *text);
                    }
                    match glyph.text {
                        // One blank is as good as many, also where letters were moved apart as well.
                        Some(_) if is_room && self.drawn.text.ends_with([' ', '\t', '\n']) => {}
                        Some(letters) => self.drawn.text.push_str(letters),
                        None => {
                            self.drawn.unknown += 1;
                            self.drawn.text.push('\u{FFFD}');
                        }
                    }
                    let blank = if glyph.is_blank { state.word_space } else { 0.0 };
                    let width = (glyph.width * state.size + state.letter_space + blank) * state.scale;
                    *text = times([1.0, 0.0, 0.0, 1.0, width, 0.0], *text);
                    let [_, _, _, _, x, y] = times(*text, state.matrix);
                    if !is_room && let Some(line) = self.lines.last_mut() {
                        line.right = line.right.max(x);
                    }
                    self.last = Some(([x, y], height(state, *text)));
                }
            } else if let Ok(thousandths) = piece.as_float() {
                let back = thousandths / 1000.0 * state.size * state.scale;
                *text = times([1.0, 0.0, 0.0, 1.0, -back, 0.0], *text);
            }
        }
    }

    /// Puts a blank, a tab or a line end where the next letter does not follow the last one.
    fn room(&mut self, state: &State, text: Matrix) {
        let [_, _, _, _, left, up] = times(text, state.matrix);
        let high = height(state, text).max(0.001);
        let moved = self.last.map(|([x, y], last)| {
            let high = high.max(last);
            ((left - x) / high, (up - y) / high)
        });
        let ends = self.drawn.text.ends_with([' ', '\t', '\n']);
        match moved {
            Some((_, up)) if up.abs() <= 0.5 => {}
            _ => {
                if !self.drawn.text.is_empty() {
                    self.drawn.text.push('\n');
                }
                let at = self.drawn.text.len();
                self.lines.push(Line { at, left, right: left, up, high });
                return;
            }
        }
        match moved {
            Some((right, _)) if right.abs() > 1.0 && !self.drawn.text.ends_with(['\t', '\n']) => {
                self.drawn.text.push('\t');
            }
            Some((right, _)) if right > 0.15 && !ends => self.drawn.text.push(' '),
            _ => {}
        }
    }
}

/// How high letters are.
fn height(state: &State, text: Matrix) -> f32 {
    let [_, _, c, d, _, _] = times(text, state.matrix);
    c.hypot(d) * state.size.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text set in letters of one width, as lines below each other.
    fn set(lines: &[&str]) -> String {
        let (mut text, mut places) = (String::new(), Vec::new());
        for (i, line) in lines.iter().enumerate() {
            if i > 0 {
                text.push('\n');
            }
            let right = line.chars().fold(0.0, |right: f32, _| right + 5.0);
            places.push(Line { at: text.len(), left: 0.0, right, up: 700.0 - 12.0 * f32::from(i as u16), high: 10.0 });
            text.push_str(line);
        }
        joined(&text, &places)
    }

    #[test]
    fn lines_that_were_broken_for_want_of_room_are_one() {
        let full = "Заявитель проживает по адресу: г. Алматы, ул. Абая, д. 15, корпус 2,";
        assert_eq!(set(&[full, "кв. 7", "ИИН"]), format!("{full} кв. 7\nИИН"));
        assert_eq!(set(&["короткая строка", "ещё одна", full]), format!("короткая строка\nещё одна\n{full}"));
        let row = "1;Айгүл;Серікқызы;900101300017;aigul.s@pochta-primer.kz;+77015550123;2024";
        assert_eq!(set(&[row, row]), format!("{row}\n{row}"), "rows without blanks stay rows");
        assert_eq!(set(&[]), "");
    }

    #[test]
    fn matrices_are_applied_from_left_to_right() {
        let (moved, grown) = ([1.0, 0.0, 0.0, 1.0, 3.0, 4.0], [2.0, 0.0, 0.0, 2.0, 0.0, 0.0]);
        assert_eq!(times(moved, grown).map(|part| part as i32), [2, 0, 0, 2, 6, 8]);
        assert_eq!(times(grown, moved).map(|part| part as i32), [2, 0, 0, 2, 3, 4]);
    }
}
