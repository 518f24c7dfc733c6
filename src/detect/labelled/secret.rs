//! Keys and tokens: by their beginning, or random text behind a label for one.

use super::{Found, Setting, Value, hash, password};
use crate::finding::Confidence;
use crate::text::{at, slice};

/// Beginnings of tokens, and the least bytes of the whole.
const BEGINNINGS: [(&[u8], usize); 36] = [
    (b"AKIA", 20),
    (b"ASIA", 20),
    (b"AIza", 39),
    (b"ghp_", 36),
    (b"gho_", 36),
    (b"ghu_", 36),
    (b"ghs_", 36),
    (b"ghr_", 36),
    (b"github_pat_", 60),
    (b"glpat-", 26),
    (b"xoxb-", 30),
    (b"xoxp-", 30),
    (b"xoxa-", 30),
    (b"xoxs-", 30),
    (b"xapp-", 30),
    (b"sk_live_", 24),
    (b"rk_live_", 24),
    (b"sk_test_", 24),
    (b"whsec_", 30),
    (b"sk-proj-", 40),
    (b"sk-ant-", 40),
    (b"sk-", 40),
    (b"hf_", 34),
    (b"npm_", 40),
    (b"pypi-", 60),
    (b"dop_v1_", 60),
    (b"SG.", 60),
    (b"shpat_", 36),
    (b"ya29.", 40),
    (b"EAAC", 80),
    (b"y0_A", 40),
    (b"t1.9eu", 60),
    (b"AQVN", 38),
    (b"hvs.", 28),
    (b"hvb.", 28),
    (b"dckr_pat_", 36),
];

/// Shortest token without a known beginning, in bytes.
const LEAST: usize = 16;

/// The key or token behind a label.
pub(super) fn read(value: &Value<'_>) -> Option<Found> {
    let text = value.text();
    let scheme = [&b"Bearer "[..], b"bearer ", b"Token ", b"token ", b"OAuth ", b"Api-Key "]
        .into_iter()
        .find(|scheme| text.starts_with(scheme));
    let authorization = value.label.to_ascii_lowercase().ends_with(b"authorization");
    if authorization && scheme.is_none() {
        return None;
    }
    if value.quoted && is_salt(value.label, text) {
        return Some((value.start..value.end, Confidence::High));
    }
    let skip = scheme.map_or(0, <[u8]>::len);
    let start = value.start + skip;
    let token = slice(text, skip, text.len());
    let length = token.iter().take_while(|byte| is_token_byte(**byte)).count();
    let token = slice(token, 0, length);
    let end = start + length;
    // What goes on with another byte is an expression, a path or a sentence.
    let closed = !value.is_closed() || value.text().len() <= skip + length;
    let free = matches!(
        at(value.bytes, end),
        0 | b'\n'
            | b'\r'
            | b' '
            | b'"'
            | b'\''
            | b'`'
            | b','
            | b';'
            | b'&'
            | b'<'
            | b'\\'
            | b'}'
            | b')'
            | b']'
            | b'|'
            | b'#'
            | b'\t'
    );
    if !closed || !free || value.setting == Setting::Phrase && length < LEAST {
        return None;
    }
    if is_known(token) {
        return Some((start..end, Confidence::High));
    }
    if !(LEAST..=400).contains(&length)
        || password::is_placeholder(token)
        || hash::is_crypt(token)
        || token.starts_with(b"eyJ")
        || (!value.quoted && is_member(token))
        || !is_random(token)
    {
        return None;
    }
    let dashed = token.len() == 36 && memchr::memchr_iter(b'-', token).count() == 4;
    let level = if dashed { Confidence::Low } else { Confidence::Medium };
    Some((start..end, level))
}

/// Whether a text in quotes is one of the keys that `WordPress` makes: letters of all kinds, and nothing said.
fn is_salt(label: &[u8], text: &[u8]) -> bool {
    let named = [&b"_KEY"[..], b"_SALT"].iter().any(|end| label.ends_with(end));
    let kinds = [u8::is_ascii_lowercase as fn(&u8) -> bool, u8::is_ascii_uppercase, u8::is_ascii_digit];
    let signs = text.iter().filter(|byte| byte.is_ascii_punctuation()).count();
    named
        && (40..=128).contains(&text.len())
        && signs >= 8
        && varied(text)
        && kinds.iter().all(|kind| text.iter().any(kind))
}

/// A member of an object or module: names joined by dots.
fn is_member(token: &[u8]) -> bool {
    let name = |part: &[u8]| {
        part.first().is_some_and(u8::is_ascii_alphabetic)
            && part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    token.contains(&b'.') && token.split(|byte| *byte == b'.').all(name)
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+' | b'/' | b'=' | b':' | b'~' | b'%' | b'$')
}

/// Whether a token shows by its beginning whose it is.
pub(in crate::detect) fn is_known(token: &[u8]) -> bool {
    let digits = || token.iter().any(u8::is_ascii_digit);
    BEGINNINGS.iter().any(|(head, least)| token.starts_with(head) && token.len() >= *least)
        && digits()
        && varied(token)
        && is_bot(token) != Some(false)
}

/// A bot's token of Telegram: its number, a colon, 35 letters. `None` if it is of another kind.
fn is_bot(token: &[u8]) -> Option<bool> {
    let digits = token.iter().take_while(|byte| byte.is_ascii_digit()).count();
    ((8..=10).contains(&digits) && at(token, digits) == b':').then(|| token.len() == digits + 36)
}

/// Whether so many different characters stand in it that it is no example (`AKIAXXXXXXXXXXXXXXXX`).
pub(in crate::detect) fn varied(token: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in token {
        if let Some(slot) = seen.get_mut(usize::from(*byte)) {
            *slot = true;
        }
    }
    seen.iter().filter(|seen| **seen).count() >= 9.min(token.len() * 2 / 3)
}

/// Whether a token looks drawn by lot: letters and digits that change places often, and no words with joints between.
fn is_random(token: &[u8]) -> bool {
    let digits = token.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = token.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let joints = token.len() - digits - letters;
    if digits < 3 || letters < 3 || joints > token.len() / 6 || !varied(token) {
        return false;
    }
    if token.contains(&b'/') && token.contains(&b'.')
        || token.starts_with(b"/")
        || token.windows(3).any(|three| three == b"://")
    {
        return false;
    }
    let kind = |byte: u8| {
        if byte.is_ascii_digit() {
            0
        } else if byte.is_ascii_lowercase() {
            1
        } else if byte.is_ascii_uppercase() {
            2
        } else {
            3
        }
    };
    let changes = token.windows(2).filter(|pair| matches!(pair, [a, b] if kind(*a) != kind(*b))).count();
    // A name with a number or date behind it changes seldom; random text about every second byte.
    let longest_word = token.split(|byte| !byte.is_ascii_lowercase()).map(<[u8]>::len).max().unwrap_or(0);
    changes * 4 >= token.len() && longest_word <= 9
}
