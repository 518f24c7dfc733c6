//! Cells of tables as text: what databases and tables in files have in common.

use elek::text::encoding::{Encoding, encoding_of};

/// Longest text of a cell; longer ones become members.
const CELL_BYTES: usize = 64 << 10;
/// Longest text of a row in its table.
pub(super) const ROW_BYTES: usize = 1 << 20;
/// Bytes that are no text and stay in their row.
const SMALL_BYTES: usize = 64;
/// Most columns of a table with a header.
pub(super) const COLUMNS: usize = 512;
/// Longest name in a place, in characters.
pub(super) const NAME_CHARS: usize = 80;

/// The text of bytes in a row that has room for `left` bytes; `None` if they become a member.
pub(super) fn of_bytes(bytes: &[u8], left: usize) -> Option<String> {
    if bytes.len() > SMALL_BYTES && (bytes.len() > CELL_BYTES.min(left) || !is_text(bytes)) {
        return None;
    }
    within(String::from_utf8_lossy(bytes).into_owned(), left)
}

/// A text in a row that has room for `left` bytes; `None` if it becomes a member.
pub(super) fn of_text(text: &[u8], left: usize) -> Option<String> {
    (text.len() <= CELL_BYTES).then(|| within(decoded(text), left))?
}

/// Text in UTF-8, or in the eight-bit encoding that it looks like.
pub(super) fn decoded(bytes: &[u8]) -> String {
    match encoding_of(bytes, Encoding::Windows1251) {
        Encoding::Utf8 | Encoding::Damaged => String::from_utf8_lossy(bytes).into_owned(),
        encoding => {
            let mut text = String::with_capacity(bytes.len() * 2);
            encoding.decode(bytes, &mut text);
            text
        }
    }
}

fn within(text: String, left: usize) -> Option<String> {
    (text.len() <= left).then_some(text)
}

/// What people see of a number without a fraction.
pub(super) fn number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e18 { format!("{number:.0}") } else { number.to_string() }
}

/// A number with so many digits behind its point.
pub(super) fn decimal(value: i128, scale: u32) -> String {
    let Some(unit) = 10i128.checked_pow(scale).filter(|_| scale > 0) else { return value.to_string() };
    let (sign, whole, part) =
        (if value < 0 { "-" } else { "" }, (value / unit).unsigned_abs(), (value % unit).unsigned_abs());
    if part == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{part:0width$}", width = scale as usize)
}

/// A name of at most so many characters.
pub(super) fn shortened(name: &str, chars: usize) -> String {
    name.chars().take(chars).collect()
}

fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(|c: char| c.is_control() && !"\t\r\n".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_or_no_text_becomes_a_member() {
        assert_eq!(of_bytes(b"a\0b", 100).as_deref(), Some("a\0b"));
        assert_eq!(of_bytes(&[0; SMALL_BYTES + 1], 100), None);
        assert_eq!(of_text("ж".repeat(10).as_bytes(), 19), None);
        assert_eq!(of_text("ж".repeat(10).as_bytes(), 20).map(|text| text.len()), Some(20));
        assert_eq!(of_text(b"\xc8\xe2\xe0\xed\xee\xe2 \xc8\xe2\xe0\xed", 100).as_deref(), Some("Иванов Иван"));
        assert_eq!(of_text(&vec![b'a'; CELL_BYTES + 1], ROW_BYTES), None);
    }

    #[test]
    fn numbers_as_people_see_them() {
        assert_eq!(number(900_101_300_017.0), "900101300017");
        assert_eq!(number(0.5), "0.5");
        assert_eq!(decimal(-1_205, 2), "-12.05");
        assert_eq!(decimal(1_200, 2), "12");
        assert_eq!(decimal(7, 99), "7");
    }
}
