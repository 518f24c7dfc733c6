//! Phone numbers in what telephone exchanges write: channels (`PJSIP/…`), caller's numbers, records of calls, names of
//! recordings. The numbers are bare, and no word for a phone stands beside them; the exchange's own words do.

use super::number;
use super::scan::{Block, Scanner};
use crate::check::phone;
use crate::finding::{Confidence, Evidence};
use crate::text::{at, before, slice};
use memchr::{memchr, memmem, memrchr};
use std::ops::Range;

/// How far to both sides of a number the marks of a record of a call are looked for, in bytes.
const RECORD_BYTES: usize = 240;
/// Longest name of a recording, in bytes.
const NAME_BYTES: usize = 96;
/// What an exchange writes before the number of who calls or is called.
const BEFORE: [&[u8]; 12] = [
    b"CALLERID(num)=",
    b"CALLERID(number)=",
    b"CALLERID(all)=",
    b"CALLERID(ani)=",
    b"CALLERID(dnid)=",
    b"PJSIP/",
    b"IAX2/",
    b"clid ",
    b" src ",
    b" dst ",
    b" did ",
    b"exten => ",
];
/// Cells of a record of a call.
const CELLS: [&[u8]; 7] =
    [b"\"from-", b"\"ANSWERED\"", b"\"NO ANSWER\"", b"\"BUSY\"", b"\"FAILED\"", b"\"DOCUMENTATION\"", b"\"PJSIP/"];

/// Whether the digits of `span` are written as a number of the four countries is dialled, and an exchange's own words say
/// that they are one.
pub(super) fn is_called(bytes: &[u8], span: &Range<usize>) -> bool {
    let digits = slice(bytes, span.start, span.end);
    is_dialled(digits) && (is_named(bytes, span.start) || is_in_record(bytes, span))
}

fn is_dialled(digits: &[u8]) -> bool {
    digits.iter().all(u8::is_ascii_digit)
        && matches!(
            (digits.len(), digits),
            (10, [b'0', b'1'..=b'9', ..])
                | (11, [b'7' | b'8', b'1'..=b'9', ..])
                | (12, [b'3', b'7' | b'8', b'0' | b'5', ..])
        )
}

fn is_named(bytes: &[u8], start: usize) -> bool {
    let head = slice(bytes, start.saturating_sub(20), start);
    BEFORE.iter().any(|word| head.ends_with(word))
}

/// `"","79217750318","78126401177","from-trunk",…`: a cell in quotes on a line with cells that only records of calls have.
fn is_in_record(bytes: &[u8], span: &Range<usize>) -> bool {
    if before(bytes, span.start) != b'"' || at(bytes, span.end) != b'"' {
        return false;
    }
    let left = slice(bytes, span.start.saturating_sub(RECORD_BYTES), span.start);
    let left = slice(left, memrchr(b'\n', left).map_or(0, |n| n + 1), left.len());
    let right = slice(bytes, span.end, span.end + RECORD_BYTES);
    let right = slice(right, 0, memchr(b'\n', right).unwrap_or(right.len()));
    CELLS.iter().any(|cell| memmem::find(left, cell).is_some() || memmem::find(right, cell).is_some())
}

impl Scanner<'_> {
    /// `in-79217750318-204-20251105-100231.wav`: the numbers in the name of a recording that ends before the dot at `dot`.
    pub(super) fn recording(&mut self, block: &Block<'_>, dot: usize) {
        let Some(rule) = self.is_on(self.catalog.known.phone) else { return };
        let bytes = block.bytes;
        let fits = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+');
        let window = slice(bytes, dot.saturating_sub(NAME_BYTES), dot);
        let length = window.iter().rev().take_while(fits).count();
        let mut i = dot - length;
        while i < dot {
            if !at(bytes, i).is_ascii_digit() {
                i += 1;
                continue;
            }
            let end = number::digits_end(bytes, i);
            let digits = slice(bytes, i, end);
            let edge = |byte: u8| byte.is_ascii_alphabetic() || byte == b'.';
            let plus = before(bytes, i) == b'+';
            let written = phone::Written { digits, plus, brackets: false, groups: &[] };
            if is_dialled(digits)
                && !edge(before(bytes, i))
                && !edge(at(bytes, end))
                && phone::parse(&written).is_some()
            {
                let start = i - usize::from(plus);
                self.push(block, start..end, rule, None, Confidence::High, Evidence::FORMAT);
            }
            i = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::examples::all_found;

    #[test]
    fn numbers_of_calls_are_phones() {
        for (text, want) in [
            ("pbx.c: Executing [78126401177@from-trunk:1] NoOp(\"\")", "78126401177"),
            ("Set(\"PJSIP/211-00007c15\", \"CALLERID(num)=78126401177\") in new stack", "78126401177"),
            ("Dial(\"PJSIP/89523361940@mtt,300,Tt\")", "89523361940"),
            ("uniqueid 1744352260.1187 | src 0432550717 | dst 101", "0432550717"),
            ("src 103 | dst 380985517024 | 00:08:40", "380985517024"),
            ("\"\",\"79217750318\",\"78126401177\",\"from-trunk\",\"\"", "79217750318|78126401177"),
            ("monitor/2025/in-79217750318-204-20251105-100231-1762326137.48802.wav", "79217750318"),
            ("sms_alert_to: [\"+375447718402\", \"375 29 118 44 07\"]", "+375447718402|375 29 118 44 07"),
        ] {
            assert_eq!(all_found(text, "phone").join("|"), want, "{text}");
        }
    }

    #[test]
    fn other_numbers_beside_such_words_are_none() {
        for text in [
            "[78126401177@example]",
            "img src 17621234567 alt",
            "\"79217750318\",\"78126401177\",\"paid\"",
            "record-20251105100231-1762326137.wav",
            "track-4417-1762326137.48802.wav",
        ] {
            assert_eq!(all_found(text, "phone"), Vec::<String>::new(), "{text}");
        }
    }
}
