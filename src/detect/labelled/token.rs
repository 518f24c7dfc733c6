//! Names of accounts, pages, devices and places behind their labels.

use super::{Found, Setting, Value};
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
    if NOBODY.iter().any(word) || super::hash::is_hash(name) {
        return None;
    }
    // Plain words are as often part of a program or a sentence.
    let told = name.iter().any(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'@' | b'_' | b'-'));
    Some((span, if told { Confidence::Medium } else { Confidence::Low }))
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
    let told = (8..=128).contains(&id.len()) && !number && id.iter().all(fits) && !zero && !is_expression(value, &span);
    let random = digits >= 2 && (hex == id.len() || digits * 5 >= id.len()) && (digits < id.len() || digits >= 12);
    (told && random).then_some((span, Confidence::High))
}

/// The name of a place: a capital letter, and then words up to the end of the line or field.
pub(super) fn place(value: &Value<'_>) -> Option<Range<usize>> {
    let mut end = value.start;
    let mut chars = 0;
    let mut letters = 0;
    let mut first = None;
    while end < value.end {
        let Some((c, length)) = utf8::char_at(value.bytes, end) else { break };
        let inside = c.is_alphabetic()
            || matches!(c, ' ' | '.' | ',' | '-' | '–' | '(' | ')' | '\'' | '’' | '«' | '»' | '/')
            || c.is_ascii_digit();
        if !inside
            || (c == '.' && letters > 3 && matches!(utf8::char_at(value.bytes, end + 1), Some((' ', _))) && chars > 24)
        {
            break;
        }
        first.get_or_insert(c);
        chars += 1;
        letters += usize::from(c.is_alphabetic());
        end += length;
    }
    while end > value.start && matches!(at(value.bytes, end - 1), b' ' | b',' | b'.' | b'-' | b'(') {
        end -= 1;
    }
    let begins = first.is_some_and(char::is_uppercase)
        || PLACES.iter().any(|word| slice(value.bytes, value.start, value.end).starts_with(word.as_bytes()));
    (begins && letters >= 3 && chars <= 160 && letters * 2 > chars).then_some(value.start..end)
}

/// What stands before the name of a place.
const PLACES: [&str; 12] = ["г.", "гор.", "город ", "с.", "село ", "пос.", "дер.", "д.", "м.", "місто ", "қ.", "смт "];

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
