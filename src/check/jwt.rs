//! JSON web tokens.
//!
//! In:      text that starts with the token.
//! Out:     its length, and the decoded payload's place for whoever looks inside.
//! Source:  RFC 7519 and 7515 (three parts), RFC 7516 (five parts, encrypted); base64url without padding, RFC 4648.
//! Misses:  the signature is not verified.
//! Chance:  none: a header that decodes to a JSON object with `alg` is no accident.

use std::ops::Range;

/// A token longer than this is not looked at further.
const LONGEST: usize = 8 << 10;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwt {
    /// Length in the text, from its start.
    pub len: usize,
    /// Where the encoded payload stands; nothing if the token is encrypted.
    pub payload: Option<Range<usize>>,
}

/// The token that the text starts with: three parts, or five if it is encrypted. The signature may be empty.
pub fn parse(text: &[u8]) -> Option<Jwt> {
    let text = text.get(..LONGEST.min(text.len()))?;
    let header = part(text, 0);
    // The shortest header is `{"alg":""}`.
    if header.len() < 14 || text.get(header.end) != Some(&b'.') {
        return None;
    }
    let payload = part(text, header.end + 1);
    if text.get(payload.end) != Some(&b'.') {
        return None;
    }
    let signature = part(text, payload.end + 1);
    let header = decode(text.get(header)?)?;
    if !is_object_with(&header, Some(b"alg")) {
        return None;
    }
    let third = text.get(signature.end) == Some(&b'.');
    if third && is_object_with(&header, Some(b"enc")) {
        let text_part = part(text, signature.end + 1);
        let tag = part(text, text_part.end + 1);
        let five =
            text.get(text_part.end) == Some(&b'.') && !signature.is_empty() && !text_part.is_empty() && !tag.is_empty();
        return five.then_some(Jwt { len: tag.end, payload: None });
    }
    let claims = decode(text.get(payload.clone())?)?;
    is_object_with(&claims, None).then_some(Jwt { len: signature.end, payload: Some(payload) })
}

/// The base64url characters from a place on.
fn part(text: &[u8], start: usize) -> Range<usize> {
    let rest = text.get(start..).unwrap_or_default();
    let length = rest.iter().take_while(|byte| value(**byte).is_some()).count();
    start..start + length
}

/// Value of a base64url character.
fn value(byte: u8) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    })
}

/// Decodes base64url without padding; nothing for other characters or an impossible length. At most 6 KiB come out.
pub fn decode(encoded: &[u8]) -> Option<Vec<u8>> {
    if encoded.len() > LONGEST || encoded.len() % 4 == 1 {
        return None;
    }
    let mut decoded = Vec::with_capacity(encoded.len() / 4 * 3 + 2);
    for group in encoded.chunks(4) {
        let mut bits = 0;
        for byte in group {
            bits = bits << 6 | value(*byte)?;
        }
        bits <<= 6 * (4 - group.len());
        let [_, bytes @ ..] = bits.to_be_bytes();
        decoded.extend(bytes.iter().take(group.len() - 1));
    }
    Some(decoded)
}

/// Whether the bytes are one JSON object in well-formed brackets and strings, with the key (if one is asked for) at its
/// top level. Numbers and words are not looked at.
fn is_object_with(json: &[u8], key: Option<&[u8]>) -> bool {
    let json = json.trim_ascii();
    if json.first() != Some(&b'{') || std::str::from_utf8(json).is_err() {
        return false;
    }
    // Open brackets, as a stack of what closes them.
    let mut open: Vec<u8> = Vec::new();
    let mut found = key.is_none();
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        match byte {
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b'}' | b']' => {
                if open.pop() != Some(*byte) {
                    return false;
                }
                if open.is_empty() {
                    return found && at + 1 == json.len();
                }
            }
            b'"' => {
                let Some(end) = string_end(json, at + 1) else {
                    return false;
                };
                let after = json.get(end + 1..).unwrap_or_default().trim_ascii_start();
                found |= open.len() == 1 && after.first() == Some(&b':') && json.get(at + 1..end) == key;
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// Where the string ends whose content starts at `at`.
fn string_end(json: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match json.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            0..0x20 => return None,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::random_bytes;
    use super::*;

    const SIGNED: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxNyIsIm5hbWUiOiLQotC10YHRgiIsImlhdCI6MTcwMDAwMDAwMH0.ileh6Sf3UMOKhSEzVmM-yEBVHFSks1mI9MRL-YZnwQY";

    #[test]
    fn tokens() {
        for text in [
            SIGNED,
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxNyJ9.",
            "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIxNyJ9.m7NSAf_i",
        ] {
            let written = format!("{text}; path=/");
            assert_eq!(parse(written.as_bytes()).unwrap().len, text.len(), "{text}");
        }
        let payload = parse(SIGNED.as_bytes()).unwrap().payload.unwrap();
        assert_eq!(
            decode(SIGNED[payload].as_bytes()).unwrap(),
            "{\"sub\":\"17\",\"name\":\"Тест\",\"iat\":1700000000}".as_bytes()
        );
    }

    #[test]
    fn encrypted() {
        // {"alg":"dir","enc":"A128GCM"}, no key, then made-up parts.
        let text = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.BBBB.CCCC";
        assert_eq!(parse(text.as_bytes()), Some(Jwt { len: text.len(), payload: None }));
        assert_eq!(parse(b"eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.BBBB"), None);
    }

    #[test]
    fn not_tokens() {
        for text in [
            "eyJhbGciOiJIUzI1NiJ9",
            "eyJub3QiOiJqd3QifQ.eyJhIjoxfQ.AAAA",
            "abc.def.ghi",
            "eyJ.eyJ.sig",
            "com.example.app",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        for text in
            ["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9..", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.AAAA.AAAA", "", "."]
        {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse("A".repeat(20_000).as_bytes()), None);
    }

    #[test]
    fn base64url() {
        assert_eq!(decode(b"Zm9v").unwrap(), b"foo");
        assert_eq!(decode(b"Zm9vYg").unwrap(), b"foob");
        assert_eq!(decode(b"Zm9vYmE").unwrap(), b"fooba");
        assert_eq!(decode(b"_-8").unwrap(), [0xff, 0xef]);
        assert_eq!(decode(b"").unwrap(), b"");
        assert_eq!(decode(b"Zm9vY"), None);
        assert_eq!(decode(b"Zm9+"), None);
    }

    #[test]
    fn objects() {
        let alg = |json: &str| is_object_with(json.as_bytes(), Some(b"alg"));
        assert!(alg("{\"alg\":\"x\"}") && alg(" {\"a\":[1,{\"b\":2}], \"alg\" : 1} "));
        for json in [
            "{\"a\":{\"alg\":1}}",
            "{\"a\":\"alg\"}",
            "{\"alg\":1",
            "{\"alg\":1]",
            "{\"alg\":1}}",
            "[\"alg\"]",
            "{\"alg\":\"}",
            "",
        ] {
            assert!(!alg(json), "{json}");
        }
    }

    #[test]
    fn cuts_and_random_never_panic() {
        for end in 0..SIGNED.len() {
            parse(&SIGNED.as_bytes()[..end]);
        }
        let bytes = random_bytes(50_000);
        for (start, length) in (0..bytes.len()).zip((0..60).cycle()) {
            let part = &bytes[start..(start + length).min(bytes.len())];
            let _ = (parse(part), decode(part), is_object_with(part, Some(b"alg")));
        }
    }
}
