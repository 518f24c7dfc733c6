//! The next value of a record: what may stand between two values beside each other, in cells of a row or under the keys of
//! an object.
//!
//! In: bytes and the end of a value. Out: where the value beside it begins. Between them stand a closing quote or tag, one
//! separator, one key, an opening quote; nothing else. Without a key both stand on one line. What is told depends on the
//! bytes between the two alone, so a value that was cut out with its neighbours is parted the same way ([`values`]).

use super::keys::name_byte;
use super::{at, slice};
use memchr::memchr;
use std::ops::Range;

/// Longest way from the end of a value to the one beside it, in bytes.
const WAY_BYTES: usize = 112;
/// Longest key, and longest tag, in bytes.
const KEY_BYTES: usize = 64;

/// Where the value beside the one that ends at `end` begins.
pub(crate) fn next_value(bytes: &[u8], end: usize) -> Option<usize> {
    let mut way = Way { bytes: slice(bytes, 0, end + WAY_BYTES), i: end, lines: false, tabs: 0 };
    way.quote();
    let mut parted = way.closing_tag();
    way.blanks();
    parted |= way.take(|byte| matches!(byte, b',' | b';' | b'|' | b'&'));
    way.blanks();
    way.length();
    let apart = parted || way.i > end;
    let keyed = apart && way.key();
    parted |= way.tabs == 1;
    if !keyed && (!parted || way.lines) {
        return None;
    }
    way.blanks();
    // National and escaped strings of SQL.
    if matches!(way.at(0), b'N' | b'E') && way.at(1) == b'\'' {
        way.i += 1;
    }
    way.quote();
    (way.i < way.bytes.len()).then_some(way.i)
}

/// The values in `bytes`, which begin with the first and end with the last of them.
pub(crate) fn values(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut next = (!bytes.is_empty()).then_some(0);
    std::iter::from_fn(move || {
        let start = next.take()?;
        let mut end = start;
        while end < bytes.len() {
            if may_end(at(bytes, end))
                && let Some(beside) = next_value(bytes, end)
            {
                next = Some(beside);
                break;
            }
            end += 1;
        }
        Some(start..end)
    })
}

/// Whether a value may end before such a byte.
fn may_end(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b',' | b';' | b'|' | b'&' | b'<' | b'\t' | b'\n' | b'\r' | b' ')
}

/// Goes from one value to the next.
struct Way<'b> {
    bytes: &'b [u8],
    i: usize,
    /// A line end was passed.
    lines: bool,
    /// Tabs passed.
    tabs: usize,
}

impl Way<'_> {
    fn at(&self, ahead: usize) -> u8 {
        at(self.bytes, self.i + ahead)
    }

    fn take(&mut self, fits: impl Fn(u8) -> bool) -> bool {
        let found = fits(self.at(0));
        self.i += usize::from(found);
        found
    }

    fn blanks(&mut self) {
        loop {
            match self.at(0) {
                b' ' | b'\r' => {}
                b'\n' => self.lines = true,
                b'\t' => self.tabs += 1,
                _ => return,
            }
            self.i += 1;
        }
    }

    /// A quote, perhaps escaped.
    fn quote(&mut self) -> bool {
        let slashes = (0..4).take_while(|&ahead| self.at(ahead) == b'\\').count();
        let found = matches!(self.at(slashes), b'"' | b'\'' | b'`');
        if found {
            self.i += slashes + 1;
        }
        found
    }

    fn closing_tag(&mut self) -> bool {
        self.at(0) == b'<' && self.at(1) == b'/' && self.behind(b'>')
    }

    /// Behind the next such byte.
    fn behind(&mut self, byte: u8) -> bool {
        let found = memchr(byte, slice(self.bytes, self.i, self.i + KEY_BYTES));
        self.i += found.map_or(0, |length| length + 1);
        found.is_some()
    }

    /// The length of a string that PHP has serialised: `s:12:`.
    fn length(&mut self) -> bool {
        if self.at(0) != b's' || self.at(1) != b':' {
            return false;
        }
        let digits = (0..6).take_while(|&ahead| self.at(2 + ahead).is_ascii_digit()).count();
        let found = digits > 0 && self.at(2 + digits) == b':';
        if found {
            self.i += 3 + digits;
        }
        found
    }

    /// A key and its sign: `"NAME":`, `name=`, `'NAME' =>`, `[NAME] =>`, `<Имя>`, `"NAME";s:12:`.
    fn key(&mut self) -> bool {
        let (start, lines, tabs) = (self.i, self.lines, self.tabs);
        let found = match self.at(0) {
            b'<' => name_byte(self.at(1)) && self.behind(b'>'),
            b'[' => self.behind(b']') && self.sign(false),
            _ => {
                let quoted = self.quote();
                let first = self.i;
                while self.i - first < KEY_BYTES
                    && (name_byte(self.at(0)) || (quoted && matches!(self.at(0), b' ' | b'[' | b']')))
                {
                    self.i += 1;
                }
                self.i > first && (!quoted || self.quote()) && self.sign(quoted)
            }
        };
        if !found {
            (self.i, self.lines, self.tabs) = (start, lines, tabs);
        }
        found
    }

    fn sign(&mut self, quoted: bool) -> bool {
        self.blanks();
        match self.at(0) {
            b':' => self.i += 1,
            b'=' => self.i += 1 + usize::from(self.at(1) == b'>'),
            b';' if quoted => {
                self.i += 1;
                return self.length();
            }
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beside_each_other() {
        for (text, second) in [
            ("Петров\",\"NAME\":\"Сергей\"", "Сергей"),
            ("Петров\", \"NAME\": \"Сергей\"", "Сергей"),
            ("Петров\",\n    \"NAME\": \"Сергей\"", "Сергей"),
            ("Петров\\\",\\\"NAME\\\":\\\"Сергей\\\"", "Сергей"),
            ("Петров\",\"Имя клиента\":\"Сергей\"", "Сергей"),
            ("Петров\";\"Сергей\";1", "Сергей"),
            ("Петров;Сергей;1", "Сергей"),
            ("Петров,Сергей,1", "Сергей"),
            ("Петров\tСергей\n", "Сергей"),
            ("Петров','Сергей',1", "Сергей"),
            ("Петров', N'Сергей',1", "Сергей"),
            ("Петров</Фамилия>\n\t\t<Имя>Сергей</Имя>", "Сергей"),
            ("Петров</td><td class=\"x\">Сергей</td>", "Сергей"),
            ("Петров\" Имя=\"Сергей\"", "Сергей"),
            ("Петров | Сергей |", "Сергей"),
            ("Петров&first_name=Сергей&", "Сергей"),
            ("Петров\n    [NAME] => Сергей\n", "Сергей"),
            ("Петров',\n  'NAME' => 'Сергей',", "Сергей"),
            ("Петров\";s:4:\"NAME\";s:12:\"Сергей\";", "Сергей"),
            ("Петров\nИмя: Сергей\n", "Сергей"),
            ("Петров name=Сергей", "Сергей"),
        ] {
            let next = next_value(text.as_bytes(), "Петров".len());
            assert_eq!(next, text.find(second), "{text}");
            let end = text.find(second).map_or(0, |start| start + second.len());
            let parts: Vec<&str> = values(&text.as_bytes()[..end]).map(|range| &text[range]).collect();
            assert_eq!(parts, ["Петров", second], "{text}");
        }
    }

    #[test]
    fn values_of_other_records() {
        for text in [
            "Петров\nСергей\n",
            "Петров;;Сергей",
            "Петров\t\tСергей",
            "Петров\"},{\"NAME\":\"Сергей\"",
            "Петров'),('Сергей'",
            "Петров',NULL,'Сергей'",
            "Петров\",\"AGE\":7,\"NAME\":\"Сергей\"",
            "Петров Сергей",
            "Петров",
        ] {
            let next = next_value(text.as_bytes(), "Петров".len());
            assert!(next.is_none_or(|next| Some(next) != text.find("Сергей")), "{text}");
        }
        for name in ["Мар'яна О'Брайен", "Петров Сергей Иванович", "Петров С. И.", ""]
        {
            assert_eq!(values(name.as_bytes()).count(), usize::from(!name.is_empty()), "{name}");
        }
    }
}
