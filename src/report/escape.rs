//! Names and values in front of a person: nothing in them may move the cursor, change colours or turn the reading direction.

use std::borrow::Cow;
use std::path::Path;

/// Whether a character hides something from a reader: controls, direction marks, invisible characters.
pub fn hides(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Appends text for a terminal: what hides is written as `\n` or `\u{202e}`.
pub fn push(out: &mut String, text: &str) {
    for letter in text.chars() {
        if hides(letter) {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
    }
}

/// Text for a terminal.
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, text);
    out
}

/// A path for a terminal: bytes that are not UTF-8 are written as `\xff`.
pub fn path(path: &Path) -> String {
    let mut out = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        push(&mut out, chunk.valid());
        for byte in chunk.invalid() {
            out.extend(std::ascii::escape_default(*byte).map(char::from));
        }
    }
    out
}

/// The name of a field, fit to be shown: a key can itself be a value, so long digit runs and addresses in it are hidden.
pub fn field(name: &str) -> Cow<'_, str> {
    const LONGEST_CHARS: usize = 64;
    const LONGEST_DIGITS: usize = 3;
    const MOST_DIGITS: usize = 6;
    // A key can itself be a value: a number written in groups, an address with colons.
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let colons = name.bytes().filter(|byte| *byte == b':').count();
    if digits > MOST_DIGITS || colons > 1 {
        return Cow::Borrowed("••••••••");
    }
    if name.contains('@') {
        return Cow::Borrowed("••••••••");
    }
    let harmless = |part: &[u8]| !part.iter().all(u8::is_ascii_digit);
    // Letters of Cyrillic are told without a look at the tables of all characters.
    let is_number = |letter: char| !('\u{400}'..'\u{530}').contains(&letter) && letter.is_numeric();
    let is_ordinary = if name.is_ascii() {
        name.as_bytes().windows(LONGEST_DIGITS + 1).all(harmless)
    } else {
        !name.contains(is_number)
    };
    if is_ordinary && name.len() <= LONGEST_CHARS {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len());
    let mut digits = String::new();
    let release = |out: &mut String, digits: &mut String| {
        if digits.chars().count() > LONGEST_DIGITS {
            out.push_str("••••");
        } else {
            out.push_str(digits);
        }
        digits.clear();
    };
    for letter in name.chars().take(LONGEST_CHARS) {
        if is_number(letter) {
            digits.push(letter);
        } else {
            release(&mut out, &mut digits);
            out.push(letter);
        }
    }
    release(&mut out, &mut digits);
    if name.chars().nth(LONGEST_CHARS).is_some() {
        out.push('…');
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{field, path, text};
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    #[test]
    fn nothing_reaches_the_terminal_raw() {
        assert_eq!(text("a\u{1b}[31mred\nline\u{202e}txt.exe"), "a\\u{1b}[31mred\\nline\\u{202e}txt.exe");
        assert_eq!(text("\u{9b}0m и\u{200b}мя"), "\\u{9b}0m и\\u{200b}мя");
        assert_eq!(path(Path::new(OsStr::from_bytes(b"dir/\xef\xe0\n"))), "dir/\\xef\\xe0\\n");
        assert_eq!(path(Path::new("отчёт.csv")), "отчёт.csv");
    }

    #[test]
    fn field_names_show_no_values() {
        assert_eq!(field("UF_CRM_IIN"), "UF_CRM_IIN");
        assert_eq!(field("UF_CRM_159"), "UF_CRM_159");
        assert_eq!(field("client 9001"), "client ••••");
        assert_eq!(field("client 900101300017"), "••••••••");
        assert_eq!(field("+7 (701) 555-01-23"), "••••••••");
        assert_eq!(field("3c:1d:28:5b:e8:77"), "••••••••");
        assert_eq!(field("a@b.kz"), "••••••••");
        assert_eq!(field(&"k".repeat(70)), format!("{}…", "k".repeat(64)));
    }
}
