//! Passwords in clear: what stands behind a label for a password and is neither a mask, a placeholder, code, a hash nor
//! a word of a sentence.
//!
//! A value of letters only is a word as often as a password (`"password": "Password"`, `password=userPassword`): it is
//! low, and a value with digits or signs among letters is what people and generators make.

use super::{Found, Setting, Value, hash};
use crate::finding::Confidence;
use crate::text::{at, slice};
use std::ops::Range;

/// Shortest and longest password, in bytes.
const BYTES: std::ops::RangeInclusive<usize> = 4..=128;

/// The password behind a label.
pub(super) fn read(value: &Value<'_>) -> Option<Found> {
    if value.label.to_ascii_lowercase().ends_with(b"authorization") {
        return basic(value);
    }
    if value.label == b"PASS" {
        return None; // results of tests
    }
    // Names that mostly mean something else: each has one form in which it announces a password.
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80;
    let last = value.label.iter().rposition(letter).map_or(0, |last| last + 1);
    let label = slice(value.label, 0, last);
    let ends =
        |word: &[u8]| slice(label, label.len().saturating_sub(word.len()), label.len()).eq_ignore_ascii_case(word);
    if ends(b"secret") && !is_of_exchange(value) {
        return None;
    }
    if ends(b"admin") || ends(b"root") {
        let account = matches!(last_word(value.label), b"admin" | b"root");
        return if account { of_administrator(value) } else { None };
    }
    if ends(b"auth") {
        // `{"auths": {"registry.example": {"auth": "…"}}}`: what clients of registries keep.
        let code = value.label == b"auth" && value.quoted && value.text().len().is_multiple_of(4);
        return (code && holds_account(value.text())).then_some((value.start..value.end, Confidence::High));
    }
    let span = extent(value)?;
    let text = slice(value.bytes, span.start, span.end);
    let level = judge(text, value)?;
    Some((span, level))
}

/// The last word of a label in ASCII.
fn last_word(label: &[u8]) -> &[u8] {
    let length = label.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    slice(label, label.len() - length, label.len())
}

/// `admin:Zk7qLp29x`, joined by the colon alone, as administrators note it behind a device or its address. Files of
/// accounts go on with another colon.
fn of_administrator(value: &Value<'_>) -> Option<Found> {
    let joined = at(value.bytes, value.start.wrapping_sub(1)) == b':' && value.setting != Setting::Element;
    let mut span = value.word();
    let text = slice(value.bytes, span.start, span.end);
    // `admin:Zk7qLp29x@10.0.0.1`
    if let Some(host) = memchr::memrchr(b'@', text) {
        span.end = span.start + host;
    }
    while span.len() > 1 && matches!(at(value.bytes, span.end - 1), b'.' | b')' | b']') {
        span.end -= 1;
    }
    let text = slice(value.bytes, span.start, span.end);
    let made = joined && !value.quoted && is_made(text) && !text.contains(&b':') && !is_placeholder(text);
    let level = judge(text, &Value { label: &[], setting: Setting::Phrase, ..*value }).filter(|_| made)?;
    Some((span, level.min(Confidence::Medium)))
}

/// Whether settings of a telephone exchange stand around a value: `secret=` of an account in `sip.conf`.
fn is_of_exchange(value: &Value<'_>) -> bool {
    let around = slice(value.bytes, value.start.saturating_sub(EXCHANGE_BYTES), value.end + EXCHANGE_BYTES);
    value.label == b"secret"
        && EXCHANGE.iter().any(|setting| memchr::memmem::find(around, setting.as_bytes()).is_some())
}

/// How far to both sides of a value settings of an exchange are looked for, in bytes.
const EXCHANGE_BYTES: usize = 300;
/// Settings that only accounts of a telephone exchange have.
const EXCHANGE: [&str; 8] =
    ["sip.conf", "iax.conf", "host=dynamic", "type=friend", "type=peer", "callerid=", "context=from-", "disallow=all"];

/// The value, without what only follows it.
fn extent(value: &Value<'_>) -> Option<Range<usize>> {
    let mut span = value.word();
    if value.is_closed() {
        return Some(span);
    }
    let text = value.text();
    // $password = ConvertTo-SecureString "…" -AsPlainText
    if let Some(rest) = text.strip_prefix(b"ConvertTo-SecureString ") {
        let quote = rest.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
        let length = memchr::memchr(at(rest, quote), slice(rest, quote + 1, rest.len()))?;
        let start = value.start + (text.len() - rest.len()) + quote + 1;
        return Some(start..start + length);
    }
    if is_own_line(value) {
        return Some(value.start..value.start + text.trim_ascii_end().len());
    }
    // What a person writes may hold the signs of a program: `Пароль: Zk7&qLp29x`.
    if value.setting == Setting::Phrase && !value.label.is_ascii() && span.len() > 1 {
        let ends = |byte: &u8| *byte <= b' ' || matches!(byte, b'"' | b'<' | b',' | b';' | b'|' | b'`');
        span.end = value.start + text.iter().position(ends).unwrap_or(text.len());
    }
    // login/pass: name / value
    if value.label.contains(&b'/') || is_access(value.label) {
        let slash =
            memchr::memmem::find(text, b" / ").map(|n| n + 3).or_else(|| memchr::memchr(b'/', text).map(|n| n + 1))?;
        let rest = slice(text, slash, text.len());
        let length =
            rest.iter().position(|byte| matches!(byte, b' ' | b',' | b';' | b'\r' | b'\t')).unwrap_or(rest.len());
        let start = value.start + slash;
        return Some(start..start + length);
    }
    // The end of a sentence, a bracket or a call is no part of it.
    while span.len() > 1 && matches!(at(value.bytes, span.end - 1), b'.' | b')' | b']' | b'}' | b'\\' | b':') {
        span.end -= 1;
    }
    Some(span)
}

/// Whether a value without quotes fills the line behind a setting in capitals: `DB_PASSWORD=Zk7=qLp29x`.
fn is_own_line(value: &Value<'_>) -> bool {
    let text = value.text().trim_ascii_end();
    let capitals = value.label.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    let head = slice(value.bytes, 0, value.start.saturating_sub(value.label.len() + 1));
    let begins = head.is_empty() || head.ends_with(b"\n") || head.ends_with(b"\nexport ");
    capitals
        && begins
        && value.setting == Setting::Assigned
        && at(value.bytes, value.start.wrapping_sub(1)) == b'='
        && value.end - value.start <= *BYTES.end()
        && !text.iter().any(|byte| *byte <= b' ')
}

/// Whether a label announces an account and its password: `Доступ: anna_k / …`.
fn is_access(label: &[u8]) -> bool {
    ACCESS.iter().any(|word| label.ends_with(word.as_bytes()))
}

/// Labels of accounts with passwords, without their first letter, which may be a capital.
const ACCESS: [&str; 7] = ["redentials", "reds", "оступ", "оступы", "оступи", "чётка", "четка"];

/// Whether a text is a password, and how sure that is.
pub(in crate::detect) fn judge(text: &[u8], value: &Value<'_>) -> Option<Confidence> {
    if !BYTES.contains(&text.len()) || is_placeholder(text) || hash::is_hash(text) || is_path(text) {
        return None;
    }
    let plain = !value.quoted && value.setting != Setting::Element && !is_own_line(value);
    if plain && is_code(value, text) {
        return None;
    }
    let letters = text.iter().filter(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80).count();
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let spaces = memchr::memchr_iter(b' ', text).count();
    let joints = text.iter().filter(|byte| matches!(byte, b'-' | b'_' | b'.' | b':' | b'/' | b',' | b'\'')).count();
    let signs = text.len() - letters - digits - spaces - joints;
    // `Код на ворота: 4471*`: what is typed at a door.
    if is_code_of_a_door(value.label) {
        let keys = text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'#' | b'-' | b'K' | b'k'));
        return (keys && digits >= 3).then_some(Confidence::Medium);
    }
    if spaces > 1 || (spaces == 1 && (digits == 0 || signs == 0)) {
        return None; // words
    }
    if letters == 0 {
        // A row of digits: a PIN; a date or clock has joints. In running text a count stands there as often, but not alone.
        let rest = value.text().trim_ascii_end();
        let is_alone = rest.strip_suffix(b".").unwrap_or(rest).len() == text.len();
        let (least, may_stand) = if value.setting == Setting::Phrase { (6, is_alone) } else { (4, true) };
        let pin = joints + signs + spaces == 0 && digits >= least && may_stand;
        return pin.then_some(Confidence::Medium);
    }
    if digits == 0 && signs == 0 {
        let drawn = changes(text) || is_unspoken(text);
        return drawn.then_some(Confidence::Medium).or((joints + spaces == 0).then_some(Confidence::Low));
    }
    if digits > 0 && joints > 0 && is_stamp(text) {
        return None;
    }
    let level = if value.setting == Setting::Phrase { Confidence::Medium } else { Confidence::High };
    Some(level)
}

/// Whether a label announces the code of a door or gate.
fn is_code_of_a_door(label: &[u8]) -> bool {
    DOORS.iter().any(|door| label.ends_with(door.as_bytes()))
}

/// The ends of such labels.
const DOORS: [&str; 11] = [
    "на ворота",
    "на калитку",
    "от калитки",
    "домофона",
    "домофон",
    "домофону",
    "сейфа",
    "сейфу",
    "на браму",
    "да брамы",
    "домофон коды",
];

/// Letters whose case changes as no word's does.
fn changes(text: &[u8]) -> bool {
    let up = text
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
        .count();
    let odd = text
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase()))
        .count();
    text.len() >= 8 && up >= 2 && up + odd >= 3
}

/// Small letters that nobody can speak: passwords that mail services draw for programs (`wqkdbhzmtrylxopa`).
fn is_unspoken(text: &[u8]) -> bool {
    let consonant = |byte: &u8| byte.is_ascii_lowercase() && !matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let longest = text.split(|byte| !consonant(byte)).map(<[u8]>::len).max().unwrap_or(0);
    let word = ["pass", "pwd", "word", "psw"].iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some());
    text.len() >= 10 && text.iter().all(u8::is_ascii_lowercase) && longest >= 6 && !word
}

/// Whether a text is as passwords are made: ASCII without blanks, letters and digits among them, and a sign; or capitals, small
/// letters and two digits.
pub(in crate::detect) fn is_made(text: &[u8]) -> bool {
    let has = |kind: fn(&u8) -> bool| text.iter().any(kind);
    let signs =
        text.iter().any(|byte| matches!(byte, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'&' | b'*' | b'+' | b'?'));
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) && text.iter().all(u8::is_ascii_graphic);
    let cased = digits >= 2 && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && text.len() >= 8;
    (6..=64).contains(&text.len()) && mixed && (signs || cased) && !is_product(text)
}

/// Names of products and methods that look like passwords.
const PRODUCTS: [&str; 12] =
    ["office", "windows", "outlook", "microsoft", "sha", "md5", "base64", "utf", "wpa", "bcrypt", "argon2", "pbkdf2"];

/// Whether a text begins with the name of a product or method.
pub(in crate::detect) fn is_product(text: &[u8]) -> bool {
    PRODUCTS.iter().any(|name| slice(text, 0, name.len()).eq_ignore_ascii_case(name.as_bytes()))
}

/// Masks, variables, templates, and words that stand for a password.
pub(in crate::detect) fn is_placeholder(text: &[u8]) -> bool {
    let first = at(text, 0);
    let last = at(text, text.len().wrapping_sub(1));
    let same = text.iter().filter(|byte| **byte != first).count() <= text.len() / 8;
    let enclosed = matches!(
        (first, last),
        (b'<', b'>')
            | (b'[', b']')
            | (b'{', b'}')
            | (b'(', b')')
            | (b'%', b'%')
            | (b'#', b'#')
            | (b'_', b'_')
            | (b'@', b'@')
    );
    // `"@Zk7qLp29x"`: digits between small letters and capitals are no name of a variable.
    let kinds = [u8::is_ascii_lowercase as fn(&u8) -> bool, u8::is_ascii_uppercase, u8::is_ascii_digit];
    let made = text.len() >= 8
        && !text.contains(&b'_')
        && kinds.iter().all(|kind| text.iter().any(kind))
        && text.iter().skip(1).all(u8::is_ascii_alphanumeric)
        && !text.iter().rev().skip_while(|byte| byte.is_ascii_digit()).all(|byte| !byte.is_ascii_digit());
    let variable = match first {
        b'$' | b':' | b'@' | b'?' | b'&' if made => false,
        b'$' => {
            matches!(at(text, 1), b'{' | b'(' | b'_' | b'a'..=b'z' | b'A'..=b'Z')
                && text.iter().skip(1).all(|byte| {
                    byte.is_ascii_alphanumeric()
                        || matches!(
                            byte,
                            b'_' | b'{' | b'}' | b'(' | b')' | b'[' | b']' | b'-' | b'>' | b'.' | b':' | b'\'' | b'"'
                        )
                })
        }
        b'%' => matches!(at(text, 1), b'(' | b's' | b'd' | b'v' | b'{' | b'-') || text.len() == 2,
        b':' | b'@' | b'?' => text.iter().skip(1).all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'),
        b'&' => true,
        b'!' => at(text, 1) == b'$',
        _ => false,
    };
    let inside = [
        &b"***"[..],
        b"...",
        b"{{",
        b"}}",
        b"${",
        b"#{",
        b"<%",
        b"%(",
        b"%s",
        b"xxxx",
        b"XXXX",
        b"\xE2\x80\xA2",
        b"\xE2\x80\xA6",
        b"{0}",
        b"&lt;",
        b"$(",
    ];
    let word = |word: &&str| text.eq_ignore_ascii_case(word.as_bytes());
    let stem = |stem: &&str| {
        let letters = slice(text, 0, stem.len());
        letters.eq_ignore_ascii_case(stem.as_bytes())
            && slice(text, stem.len(), text.len())
                .iter()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b'!' | b'?' | b'*' | b'.'))
    };
    (same && text.len() < 64)
        || enclosed
        || variable
        || inside.iter().any(|part| memchr::memmem::find(text, part).is_some())
        || WORDS.iter().any(word)
        || STEMS.iter().any(stem)
        || [&b"your"[..], b"my_", b"my-", b"new_pass", b"old_pass", b"user_pass", b"example", b"\\u"]
            .iter()
            .any(|start| slice(text, 0, start.len()).eq_ignore_ascii_case(start))
}

/// Words that are no passwords.
const WORDS: [&str; 52] = [
    "null",
    "none",
    "nil",
    "undefined",
    "true",
    "false",
    "empty",
    "required",
    "optional",
    "string",
    "str",
    "text",
    "bytes",
    "hidden",
    "masked",
    "filtered",
    "redacted",
    "removed",
    "default",
    "unknown",
    "invalid",
    "wrong",
    "incorrect",
    "missing",
    "disabled",
    "enabled",
    "plain",
    "plaintext",
    "encrypted",
    "hashed",
    "digest",
    "basic",
    "bearer",
    "token",
    "varchar",
    "char",
    "integer",
    "number",
    "boolean",
    "object",
    "array",
    "function",
    "prompt",
    "stdin",
    "interactive",
    "base64",
    "sha256",
    "sha512",
    "bcrypt",
    "argon2",
    "utf-8",
    "utf8",
];

/// Words that with digits behind them are no passwords either.
const STEMS: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "passwort",
    "pass",
    "pwd",
    "pw",
    "secret",
    "changeme",
    "change_me",
    "change-me",
    "placeholder",
    "insert",
    "varchar",
];

fn is_path(text: &[u8]) -> bool {
    let file = [
        &b".txt"[..],
        b".php",
        b".html",
        b".json",
        b".py",
        b".js",
        b".yml",
        b".yaml",
        b".conf",
        b".key",
        b".pem",
        b".md",
    ]
    .iter()
    .any(|end| text.ends_with(end));
    let slashes = memchr::memchr_iter(b'/', text).count();
    file || slashes >= 3
        || memchr::memmem::find(text, b"://").is_some()
        || text.starts_with(b"./")
        || (at(text, 0) == b'/' && slashes > 1)
}

/// A date, a clock, a version: digits in short groups with at most one letter between.
fn is_stamp(text: &[u8]) -> bool {
    let letters = text.iter().filter(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80).count();
    letters <= 2
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':' | b'/' | b'+'))
}

/// Whether an assigned text without quotes is an expression.
fn is_code(value: &Value<'_>, text: &[u8]) -> bool {
    let behind = at(value.bytes, value.start + text.len());
    // What a person writes behind a label of a language that no program is written in is no code.
    let told = value.setting == Setting::Phrase && (value.label.is_empty() || !value.label.is_ascii());
    // `password: UXdlcnR5MTIzNDU2IQ==`: what fills base64 is no sign of a program.
    let filled =
        slice(text, text.len().saturating_sub(2), text.len()).iter().rev().take_while(|byte| **byte == b'=').count();
    let own = slice(text, 0, text.len() - filled);
    let filled = text.len().is_multiple_of(4)
        && own.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    let calls = (if filled { own } else { text })
        .iter()
        .any(|byte| matches!(byte, b'(' | b'[' | b'{' | b'"' | b'\'' | b'`' | b'='))
        || matches!(at(text, 0), b'*' | b'&');
    let arrow = memchr::memmem::find(text, b"->").is_some() || memchr::memmem::find(text, b"::").is_some();
    let name = |part: &[u8]| {
        part.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_')
            && part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    let dotted = text.contains(&b'.') && text.split(|byte| *byte == b'.').all(name);
    let snake = text.contains(&b'_') && name(text) && {
        let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
        let tail = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        digits == tail && digits <= 2
    };
    // camelCase2
    let camel = name(text)
        && text.iter().rev().skip_while(|byte| byte.is_ascii_digit()).all(u8::is_ascii_alphabetic)
        && text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count() <= 1
        && text.windows(4).any(|four| four.eq_ignore_ascii_case(b"pass") || four.eq_ignore_ascii_case(b"word"));
    // NAME_OF_A_CONSTANT_2D
    let constant = text.contains(&b'_')
        && text.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
        && text.iter().filter(|byte| byte.is_ascii_digit()).count() * 3 <= text.len();
    let hex = text.starts_with(b"0x") || text.starts_with(b"$!") || text.starts_with(b"$@");
    let identifier = dotted || snake || camel || constant;
    // `неверный пароль: login=…`
    let pair = memchr::memchr(b'=', text).is_some_and(|equals| {
        equals > 2 && slice(text, 0, equals).iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
    });
    let opens = matches!(at(text, 0), b'{' | b'[' | b'(') || pair;
    (calls && (!told || value.label.is_empty() || opens))
        || arrow
        || (identifier && !told)
        || hex
        || matches!(behind, b'(' | b'[')
}

/// `Basic dXNlcjpwYXNz`: name and password in base64.
fn basic(value: &Value<'_>) -> Option<Found> {
    let text = value.text();
    let head = slice(text, 0, 6);
    if !head.eq_ignore_ascii_case(b"basic ") {
        return None;
    }
    let code = slice(text, 6, text.len());
    let length = code
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_'))
        .count();
    let start = value.start + 6;
    holds_account(slice(code, 0, length)).then_some((start..start + length, Confidence::High))
}

/// Whether base64 holds a name, a colon and a password (RFC 7617).
pub(in crate::detect) fn holds_account(code: &[u8]) -> bool {
    let mut plain = Vec::with_capacity(code.len());
    decode(code, &mut plain);
    let Some(colon) = memchr::memchr(b':', &plain) else { return false };
    let readable = plain.iter().all(|byte| (b' '..0x7F).contains(byte) || *byte >= 0x80);
    readable && colon > 0 && plain.len() >= colon + 4
}

/// Decodes base64, leniently.
fn decode(code: &[u8], out: &mut Vec<u8>) {
    let (mut bits, mut count) = (0u32, 0);
    for &byte in code {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return,
        };
        bits = (bits << 6 | u32::from(six)) & 0xFF_FFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
}
