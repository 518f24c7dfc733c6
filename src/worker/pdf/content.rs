//! Drawings as operators with what stands before them (ISO 32000-1, 7.2, 7.3 and 7.8.2).
//!
//! Read as viewers do: what is none of them is passed over and the next one is looked for, so that nothing behind a
//! damaged place is lost. Pictures inside of drawings are skipped, remarks are kept.

use lopdf::{Dictionary, Object, StringFormat};

/// Lists in lists.
const DEPTH: usize = 32;
/// Most objects before one operator.
const OPERANDS: usize = 1 << 20;
/// Most remarks of a drawing.
const REMARKS: usize = 10_000;
/// Bytes behind a picture that must be text, or it has not ended there.
const BEHIND_BYTES: usize = 12;

/// An operator, and the objects before it.
pub(super) struct Operation<'c> {
    pub(super) operator: &'c [u8],
    pub(super) operands: Vec<Object>,
}

/// A drawing that is being read.
pub(super) struct Operators<'c> {
    content: &'c [u8],
    at: usize,
    /// Objects that there is still room for.
    left: usize,
    /// What stands behind `%`.
    pub(super) remarks: Vec<&'c [u8]>,
    /// Something was not read to its end.
    pub(super) damaged: bool,
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_blank(byte) && !b"()<>[]{}/%".contains(&byte)
}

impl<'c> Operators<'c> {
    pub(super) fn new(content: &'c [u8]) -> Self {
        Self { content, at: 0, left: 0, remarks: Vec::new(), damaged: false }
    }

    /// The next operator.
    pub(super) fn next(&mut self) -> Option<Operation<'c>> {
        let mut operands = Vec::new();
        self.left = OPERANDS;
        loop {
            self.blanks();
            self.byte()?;
            if let Some(object) = self.object(DEPTH) {
                if self.has_room() {
                    operands.push(object);
                }
                continue;
            }
            match self.word() {
                b"" => self.at += 1,
                b"BI" => {
                    self.picture();
                    return Some(Operation { operator: b"BI", operands });
                }
                operator => return Some(Operation { operator, operands }),
            }
        }
    }

    /// Takes room for one more object of the operator at hand; where there is none, the object is left out.
    fn has_room(&mut self) -> bool {
        self.damaged |= self.left == 0;
        let has_room = self.left > 0;
        self.left = self.left.saturating_sub(1);
        has_room
    }

    fn byte(&self) -> Option<u8> {
        self.content.get(self.at).copied()
    }

    fn rest(&self) -> &'c [u8] {
        self.content.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, count: usize) -> &'c [u8] {
        let taken = self.rest().get(..count).unwrap_or_default();
        self.at += taken.len();
        taken
    }

    fn blanks(&mut self) {
        while let Some(byte) = self.byte() {
            if byte == b'%' {
                let rest = self.rest();
                let remark = self.take(memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()));
                if self.remarks.len() < REMARKS {
                    self.remarks.push(remark.get(1..).unwrap_or_default());
                } else {
                    self.damaged = true;
                }
            } else if is_blank(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn word(&mut self) -> &'c [u8] {
        let count = self.rest().iter().take_while(|byte| is_regular(**byte)).count();
        self.take(count)
    }

    /// An object, if one begins here.
    fn object(&mut self, depth: usize) -> Option<Object> {
        Some(match self.byte()? {
            b'(' => self.literal(),
            b'<' if self.rest().starts_with(b"<<") => Object::Dictionary(self.dictionary(depth)),
            b'<' => self.hexadecimal(),
            b'[' => Object::Array(self.array(depth)),
            b'/' => Object::Name(self.name()),
            b'0'..=b'9' | b'+' | b'-' | b'.' => number(self.word()),
            _ => {
                let before = self.at;
                match self.word() {
                    b"true" => Object::Boolean(true),
                    b"false" => Object::Boolean(false),
                    b"null" => Object::Null,
                    _ => {
                        self.at = before;
                        return None;
                    }
                }
            }
        })
    }

    fn literal(&mut self) -> Object {
        let (mut string, mut open) = (Vec::new(), 0usize);
        loop {
            let Some(byte) = self.byte() else {
                self.damaged = true;
                break;
            };
            self.at += 1;
            match byte {
                b'(' => {
                    if open > 0 {
                        string.push(byte);
                    }
                    open += 1;
                }
                b')' if open == 1 => break,
                b')' => {
                    open -= 1;
                    string.push(byte);
                }
                b'\\' => self.escape(&mut string),
                _ => string.push(byte),
            }
        }
        Object::String(string, StringFormat::Literal)
    }

    /// What stands behind a backslash (ISO 32000-1, 7.3.4.2).
    fn escape(&mut self, string: &mut Vec<u8>) {
        let Some(byte) = self.byte() else { return };
        self.at += 1;
        match byte {
            b'n' => string.push(b'\n'),
            b'r' => string.push(b'\r'),
            b't' => string.push(b'\t'),
            b'b' => string.push(8),
            b'f' => string.push(0x0C),
            b'\r' => {
                if self.byte() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.byte() else { break };
                    code = code << 3 | u32::from(digit - b'0');
                    self.at += 1;
                }
                string.push(code as u8);
            }
            other => string.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Object {
        self.at += 1;
        let rest = self.rest();
        let end = memchr::memchr(b'>', rest);
        self.damaged |= end.is_none();
        let digits = self.take(end.unwrap_or(rest.len())).iter().filter_map(|byte| char::from(*byte).to_digit(16));
        let digits: Vec<u8> = digits.map(|digit| digit as u8).collect();
        self.at += usize::from(end.is_some());
        // A last digit that stands alone has a zero behind it.
        let byte = |pair: &[u8]| pair.first().unwrap_or(&0) << 4 | pair.get(1).unwrap_or(&0);
        Object::String(digits.chunks(2).map(byte).collect(), StringFormat::Hexadecimal)
    }

    fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let word = self.word();
        let (mut name, mut at) = (Vec::with_capacity(word.len()), 0);
        while let Some(byte) = word.get(at) {
            let code = word.get(at + 1..at + 3).filter(|_| *byte == b'#');
            let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
            name.push(code.unwrap_or(*byte));
            at += if code.is_some() { 3 } else { 1 };
        }
        name
    }

    /// Goes on to the next object of a list; `None` where the list ends.
    fn next_of_list(&mut self, depth: usize, end: &[u8]) -> Option<Object> {
        loop {
            self.blanks();
            if self.rest().starts_with(end) {
                self.at += end.len();
                return None;
            }
            if self.byte().is_none() || depth == 0 {
                self.damaged = true;
                return None;
            }
            if let Some(object) = self.object(depth - 1) {
                if self.has_room() {
                    return Some(object);
                }
            } else if self.word().is_empty() {
                self.at += 1;
            }
        }
    }

    fn array(&mut self, depth: usize) -> Vec<Object> {
        self.at += 1;
        std::iter::from_fn(|| self.next_of_list(depth, b"]")).collect()
    }

    fn dictionary(&mut self, depth: usize) -> Dictionary {
        self.at += 2;
        let mut dictionary = Dictionary::new();
        while let Some(key) = self.next_of_list(depth, b">>") {
            let Object::Name(key) = key else { continue };
            let Some(value) = self.next_of_list(depth, b">>") else { break };
            dictionary.set(key, value);
        }
        dictionary
    }

    /// Skips a picture: its entries, its bytes, and their end.
    fn picture(&mut self) {
        loop {
            self.blanks();
            if self.byte().is_none() {
                return;
            }
            if self.object(1).is_none() {
                match self.word() {
                    b"ID" => break,
                    b"" => self.at += 1,
                    _ => {}
                }
            }
        }
        let rest = self.rest();
        let is_end = |at: &usize| {
            let before = at.checked_sub(1).and_then(|before| rest.get(before)).is_some_and(|byte| is_blank(*byte));
            let behind = rest.get(at + 2..).unwrap_or_default();
            let is_text = |byte: &u8| is_blank(*byte) && *byte != 0 || byte.is_ascii_graphic();
            before && behind.first().is_none_or(|byte| is_blank(*byte)) && behind.iter().take(BEHIND_BYTES).all(is_text)
        };
        let end = memchr::memmem::find_iter(rest, b"EI").find(is_end);
        self.damaged |= end.is_none();
        self.at += end.map_or(rest.len(), |end| end + 2);
    }
}

fn number(word: &[u8]) -> Object {
    let text = std::str::from_utf8(word).unwrap_or_default();
    match (text.parse::<i64>(), text.parse::<f32>()) {
        (Ok(number), _) => Object::Integer(number),
        (_, Ok(number)) if number.is_finite() => Object::Real(number),
        _ => Object::Integer(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8]) -> (Vec<String>, Vec<String>, bool) {
        let mut operators = Operators::new(content);
        let mut read = Vec::new();
        while let Some(Operation { operator, operands }) = operators.next() {
            read.push(format!("{} {}", String::from_utf8_lossy(operator), operands.len()));
        }
        let remarks = operators.remarks.iter().map(|remark| String::from_utf8_lossy(remark).into_owned()).collect();
        (read, remarks, operators.damaged)
    }

    #[test]
    fn operators_have_their_operands() {
        let content =
            b"q 1 0 0 -1.5 .5 +2 cm%remark\n/F#31 12 Tf[(a(b)\\051)-20<414>]TJ/S<</A(x)/B[1 2]>>BDC true null x(";
        let (read, remarks, damaged) = read(content);
        assert_eq!(read, ["q 0", "cm 6", "Tf 2", "TJ 1", "BDC 2", "x 2"]);
        assert_eq!((remarks, damaged), (vec!["remark".to_owned()], true));
        let mut operators = Operators::new(content);
        let mut all = std::iter::from_fn(|| operators.next());
        let font = all.find(|own| own.operator == b"Tf").map(|own| own.operands);
        assert_eq!(font, Some(vec![Object::Name(b"F1".to_vec()), Object::Integer(12)]));
        let shown = all.find(|own| own.operator == b"TJ").map(|own| own.operands);
        let strings = [Object::string_literal("a(b))"), Object::Integer(-20)];
        let last = Object::String(b"A@".to_vec(), StringFormat::Hexadecimal);
        assert_eq!(shown, Some(vec![Object::Array([&strings[..], &[last]].concat())]));
    }

    #[test]
    fn what_stands_behind_pictures_and_damage_is_read() {
        let picture = b"BI /W 2 /H 2 /F /Fl ID \x00( EI\x01\n<\xFF EI Q (x) Tj";
        assert_eq!(read(picture), (vec!["BI 0".into(), "Q 0".into(), "Tj 1".into()], vec![], false));
        assert_eq!(read(b"} > ) ] 1 (x) Tj"), (vec!["Tj 2".into()], vec![], false));
        assert!(read(b"BI /W 1 ID abc").2 && read(b"<41").2);
        assert!(read(&b"[".repeat(100_000)).2 && read(&b"<<".repeat(100_000)).2);
        assert_eq!(read(b"[1 2 Tj"), (vec![], vec![], true));
    }

    #[test]
    fn what_has_no_room_is_left_out_and_told() {
        let many = "0 ".repeat(OPERANDS + 10);
        let (read_objects, _, damaged) = read(format!("{many}Tj 1 Tc").as_bytes());
        assert_eq!((read_objects, damaged), (vec![format!("Tj {OPERANDS}"), "Tc 1".to_owned()], true));
        let list = format!("[{many}]TJ");
        let mut operators = Operators::new(list.as_bytes());
        let operation = operators.next().unwrap();
        assert_eq!((operation.operator, operation.operands.len(), operators.damaged), (&b"TJ"[..], 0, true));
        assert!(!read("%\n".repeat(REMARKS).as_bytes()).2);
        assert!(read("%\n".repeat(REMARKS + 1).as_bytes()).2);
    }
}
