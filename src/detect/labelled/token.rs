//! Names of accounts, pages, devices and places behind their labels.

use super::{Found, Setting, Value};
use crate::check::ip;
use crate::finding::Confidence;
use crate::text::{at, slice, utf8};
use std::ops::Range;

/// Accounts of machines, and words that stand for an account.
const NOBODY: [&str; 46] = [
    "root",
    "admin",
    "administrator",
    "bitrix",
    "www-data",
    "nobody",
    "postgres",
    "mysql",
    "apache",
    "nginx",
    "httpd",
    "guest",
    "anonymous",
    "system",
    "daemon",
    "null",
    "none",
    "true",
    "false",
    "undefined",
    "user",
    "username",
    "user_name",
    "login",
    "name",
    "string",
    "text",
    "required",
    "test",
    "default",
    "unknown",
    "invalid",
    "empty",
    "optional",
    "service",
    "support",
    "info",
    "git",
    "oracle",
    "ubuntu",
    "debian",
    "centos",
    "public",
    "varchar",
    "char",
    "varchar2",
];

/// The name of an account: letters and digits, and what parts them.
pub(super) fn login(value: &Value<'_>) -> Option<Found> {
    let span = trimmed(value);
    let name = slice(value.bytes, span.start, span.end);
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'@');
    let edge = at(name, 0).is_ascii_alphanumeric() && at(name, name.len().wrapping_sub(1)).is_ascii_alphanumeric();
    let letters = name.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if !(3..=64).contains(&name.len()) || !name.iter().all(fits) || !edge || letters < 2 || is_expression(value, &span)
    {
        return None;
    }
    let word = |word: &&str| name.eq_ignore_ascii_case(word.as_bytes());
    // Where devices sign in, their address is the name of the account.
    let device = ip::mac_bare(name).is_some() && name.iter().any(u8::is_ascii_digit);
    if NOBODY.iter().any(word) || device || super::hash::is_hash(name) || is_of_database(value.label) {
        return None;
    }
    // Plain words are as often part of a program or a sentence.
    let told = name.iter().any(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'@' | b'_' | b'-'))
        || (!value.label.is_ascii() && name.len() >= 5 && name.iter().all(u8::is_ascii_lowercase))
        || (name.len() >= 4 && password_follows(value.bytes, span.end));
    Some((span, if told { Confidence::Medium } else { Confidence::Low }))
}

/// Whether a label names the account of a database (`DB_USERNAME`, `spring.datasource.username`), which is a program's.
fn is_of_database(label: &[u8]) -> bool {
    let label = label.to_ascii_lowercase();
    [&b"db"[..], b"database", b"datasource", b"sql", b"postgres", b"redis", b"rabbit", b"amqp", b"mongo"]
        .iter()
        .any(|word| memchr::memmem::find(&label, word).is_some())
}

/// Whether a label for a password stands behind the name of an account on its line: `login: anna / pass: …`.
fn password_follows(bytes: &[u8], end: usize) -> bool {
    let rest = slice(bytes, end, end + 24);
    let rest = slice(rest, 0, memchr::memchr(b'\n', rest).unwrap_or(rest.len()));
    let parted = matches!(at(rest, 0), b' ' | b',' | b';' | b'/');
    let labels = [" pass", " Pass", "/pass", " pwd", " pw:", "арол", "пасс", "ұпия"];
    parted && rest.contains(&b':') && labels.iter().any(|label| memchr::memmem::find(rest, label.as_bytes()).is_some())
}

/// The page of a person in a social network: a link, or a name under a label of the network.
pub(super) fn profile(value: &Value<'_>) -> Option<Found> {
    let span = trimmed(value);
    let text = slice(value.bytes, span.start, span.end);
    let page = page_name(text)?;
    Some((span.start + page.start..span.start + page.end, Confidence::High))
}

/// Networks whose pages belong to persons, and what stands between the host and the name.
const NETWORKS: [&[u8]; 12] = [
    b"facebook.com/",
    b"fb.com/",
    b"instagram.com/",
    b"vk.com/",
    b"ok.ru/profile/",
    b"linkedin.com/in/",
    b"twitter.com/",
    b"x.com/",
    b"tiktok.com/@",
    b"youtube.com/@",
    b"github.com/",
    b"threads.net/@",
];

/// The name of the page in a link.
fn page_name(text: &[u8]) -> Option<Range<usize>> {
    let (host, place) =
        NETWORKS.iter().find_map(|host| memchr::memmem::find(text, host).map(|place| (*host, place)))?;
    let left = at(text, place.wrapping_sub(1));
    let start = place + host.len();
    name_at(text, start).filter(|_| place == 0 || matches!(left, b'/' | b'.' | b' '))
}

/// The name of a page at `start` that is no page of the network itself.
pub(in crate::detect) fn name_at(text: &[u8], start: usize) -> Option<Range<usize>> {
    let fits = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let mut length = slice(text, start, start + 64).iter().take_while(fits).count();
    while length > 0 && matches!(at(text, start + length - 1), b'.' | b'-') {
        length -= 1;
    }
    let name = slice(text, start, start + length);
    let own = OWN_PAGES.iter().any(|page| name.eq_ignore_ascii_case(page.as_bytes()));
    let file = name.ends_with(b".php") || name.ends_with(b".html") || name.ends_with(b".js");
    let free = !matches!(at(text, start + length), b'/' if at(text, start + length + 1).is_ascii_alphanumeric());
    (length >= 4 && !own && !file && free && name.iter().any(u8::is_ascii_alphabetic)).then_some(start..start + length)
}

/// Pages of the networks themselves.
const OWN_PAGES: [&str; 38] = [
    "share",
    "sharer",
    "sharer.php",
    "feed",
    "about",
    "help",
    "login",
    "home",
    "explore",
    "search",
    "groups",
    "pages",
    "events",
    "watch",
    "policies",
    "privacy",
    "terms",
    "legal",
    "business",
    "developers",
    "settings",
    "intent",
    "hashtag",
    "public",
    "album",
    "photo",
    "video",
    "video_ext.php",
    "away.php",
    "widget",
    "plugins",
    "dialog",
    "permalink.php",
    "profile.php",
    "story.php",
    "share.php",
    "embed",
    "reel",
];

/// The identifier of a device: at least eight letters and digits, with a digit among them.
pub(super) fn device(value: &Value<'_>) -> Option<Found> {
    let span = trimmed(value);
    let id = slice(value.bytes, span.start, span.end);
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.');
    let digits = id.iter().filter(|byte| byte.is_ascii_digit()).count();
    let hex = id.iter().filter(|byte| byte.is_ascii_hexdigit()).count();
    let zero = id.iter().all(|byte| matches!(byte, b'0' | b'-' | b'f' | b'F' | b':' | b'x'));
    let number = [&b"i32"[..], b"u32", b"i64", b"u64"].iter().any(|end| id.ends_with(end)) || id.starts_with(b"0x");
    let other = ip::mac(id).is_some() || (value.label == b"device" && id.iter().all(u8::is_ascii_digit));
    let told = (8..=128).contains(&id.len())
        && !number
        && !other
        && id.iter().all(fits)
        && !zero
        && !is_expression(value, &span);
    let random = digits >= 2 && (hex == id.len() || digits * 5 >= id.len()) && (digits < id.len() || digits >= 12);
    (told && random).then_some((span, Confidence::High))
}

/// A latitude or longitude, or both with a comma between: degrees with four decimals or more.
pub(super) fn degrees(value: &Value<'_>) -> Option<Found> {
    let bytes = value.bytes;
    let first = decimal_end(bytes, value.start)?;
    let gap = usize::from(at(bytes, first + 1) == b' ');
    let second = (at(bytes, first) == b',').then(|| decimal_end(bytes, first + 1 + gap)).flatten();
    let end = second.unwrap_or(first);
    let ends = !matches!(at(bytes, end), b'.' | b'%') && !at(bytes, end).is_ascii_alphanumeric();
    (ends && end <= value.end).then_some((value.start..end, Confidence::Medium))
}

/// Where degrees that begin at `start` end: up to 180, and four to twelve decimals.
fn decimal_end(bytes: &[u8], start: usize) -> Option<usize> {
    let start = start + usize::from(at(bytes, start) == b'-');
    let digits = |from: usize, most: usize| {
        slice(bytes, from, from + most).iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let whole = digits(start, 4);
    let number = slice(bytes, start, start + whole).iter().fold(0, |n, byte| n * 10 + u32::from(byte - b'0'));
    let decimals = digits(start + whole + 1, 16);
    let told =
        (1..=3).contains(&whole) && number <= 180 && at(bytes, start + whole) == b'.' && (4..=15).contains(&decimals);
    told.then_some(start + whole + 1 + decimals)
}

/// The name that a browser or program gives itself.
pub(super) fn agent(value: &Value<'_>) -> Option<Found> {
    let text = value.text().trim_ascii();
    let start = value.start + value.text().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let slash = memchr::memchr(b'/', text)?;
    let name = slice(text, 0, slash);
    let named = (3..=32).contains(&slash)
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    (named && at(text, slash + 1).is_ascii_digit() && text.is_ascii())
        .then(|| (start..start + text.len(), Confidence::Medium))
}

/// The name of a place: a capital letter, and then words up to the end of the line or field.
pub(super) fn place(value: &Value<'_>) -> Option<Range<usize>> {
    let mut end = value.start;
    let mut chars = 0;
    let mut letters = 0;
    let mut first = None;
    let mut digits = 0;
    let mut open = 0u32;
    while end < value.end {
        let Some((c, length)) = utf8::char_at(value.bytes, end) else { break };
        // A bracket that closes what was opened before the place ends it.
        match c {
            '(' => open += 1,
            ')' if open == 0 => break,
            ')' => open -= 1,
            _ => {}
        }
        let inside = c.is_alphabetic()
            || matches!(c, ' ' | '.' | ',' | '-' | '–' | '(' | ')' | '\'' | '’' | '«' | '»' | '/')
            || c.is_ascii_digit();
        if !inside
            || (c == '.' && letters > 3 && matches!(utf8::char_at(value.bytes, end + 1), Some((' ', _))) && chars > 24)
        {
            break;
        }
        first.get_or_insert(c);
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        chars += 1;
        letters += usize::from(c.is_alphabetic());
        end += length;
        if digits > PLACE_DIGITS {
            break;
        }
    }
    // `г. Омск, гражданство: …`, `г. Омск, ИНН 540…`: the next label is no part of it.
    if at(value.bytes, end) == b':' || digits > PLACE_DIGITS {
        let text = slice(value.bytes, value.start, end);
        // `г.п. Расоны. Грамадзянства: …`: a longer word ends a sentence.
        let word = |dot: &usize| !text.iter().take(*dot).rev().take(6).any(|byte| matches!(byte, b' ' | b'.' | b','));
        let sentence = memchr::memmem::rfind(text, b". ").filter(word);
        if let Some(cut) = memchr::memrchr(b',', text).max(sentence) {
            end = value.start + cut;
        }
    }
    while end > value.start && matches!(at(value.bytes, end - 1), b' ' | b',' | b'.' | b'-' | b'(') {
        end -= 1;
    }
    let begins = first.is_some_and(char::is_uppercase)
        || PLACES.iter().any(|word| slice(value.bytes, value.start, value.end).starts_with(word.as_bytes()));
    (begins && letters >= 3 && chars <= 160 && letters * 2 > chars).then_some(value.start..end)
}

/// Most digits of a number in the name of a place: a year.
const PLACE_DIGITS: usize = 4;

/// What stands before the name of a place.
const PLACES: [&str; 37] = [
    "г.",
    "гор.",
    "город ",
    "с.",
    "село ",
    "пос.",
    "дер.",
    "д.",
    "м.",
    "місто ",
    "қ.",
    "смт ",
    "ст.",
    "ст-ца ",
    "станица ",
    "х.",
    "хутор ",
    "в.",
    "вёска ",
    "горад ",
    "аул ",
    "деревня ",
    "посёлок ",
    "пгт ",
    "рп ",
    "п.",
    "городе ",
    "селе ",
    "деревне ",
    "посёлке ",
    "поселке ",
    "станице ",
    "місті ",
    "селі ",
    "селищі ",
    "горадзе ",
    "вёсцы ",
];

/// Words that name the larger part of a country which a place lies in, without their endings.
const REGIONS: [&str; 9] = ["област", "обл.", "облыс", "ауданы", "район", "р-н", "вобласц", "раён", "край"];

/// Whether a text begins with the name of a place and says what kind of place it is: the kind stands before it, a region
/// behind it, or all of it is in capitals.
pub(super) fn is_told_place(text: &[u8]) -> bool {
    if PLACES.iter().any(|word| text.starts_with(word.as_bytes())) {
        return true;
    }
    let Ok(text) = str::from_utf8(slice(text, 0, memchr::memchr(b'\n', text).unwrap_or(text.len()))) else {
        return false;
    };
    if !text.starts_with(char::is_uppercase) {
        return false;
    }
    let own = text.split([';', ':', '(']).next().unwrap_or(text);
    let capitals = own.contains(',') && !own.chars().any(char::is_lowercase);
    capitals || (own.len() <= 160 && REGIONS.iter().any(|region| own.contains(region)))
}

/// The value, without marks that end a sentence.
fn trimmed(value: &Value<'_>) -> Range<usize> {
    let mut span = value.word();
    while !span.is_empty() && matches!(at(value.bytes, span.end - 1), b'.' | b')' | b']' | b'}' | b'\\' | b':' | b'!') {
        span.end -= 1;
    }
    span
}

/// Whether an assigned text without quotes is an expression: a call, a member, an index.
fn is_expression(value: &Value<'_>, span: &Range<usize>) -> bool {
    let assigned = !value.quoted && value.setting != Setting::Element;
    let text = slice(value.bytes, span.start, span.end);
    // A constant, a type, a field of an object.
    let capitals = text.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let small = text.iter().any(u8::is_ascii_lowercase);
    let named = (!small && text.contains(&b'_')) || (small && capitals >= 2 && at(text, 0).is_ascii_uppercase());
    let object =
        text.starts_with(b"self.") || text.starts_with(b"this.") || text.to_ascii_lowercase().ends_with(b"name");
    let goes_on = matches!(at(value.bytes, span.end), b'(' | b'[' | b':' | b'=' | b'{' | b'-' | b'*');
    assigned && (named || object || goes_on)
}
