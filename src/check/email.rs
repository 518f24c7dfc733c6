//! E-mail addresses around an `@`.
//!
//! In:      a buffer and the place of an `@` in it.
//! Out:     the range of the largest address around it.
//! Not:     obfuscated forms (`(at)`, `&#64;`, `%40`) and the mail headers that hold ids instead of addresses: the engine
//!          decodes the former and asks [`in_message_id_header`] about the latter.
//! Source:  RFC 5321 and 5322 (atoms, quoted strings, literals, lengths), RFC 6531 (letters beyond ASCII), IANA list of
//!          top-level domains (`patterns/tlds.txt`).
//! Misses:  the atoms equals, ampersand, question mark, slash, bar, braces, dollar and backtick are legal, but in real text
//!          they part: they end the local part.
//! Cost:    bounded by 64 bytes on the left (twice that in quotes) and 255 on the right; no table is built at start.

use std::ops::Range;

use super::ip::ipv4;

/// Longest local part and domain, in bytes (RFC 5321, 4.5.3.1).
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 255;
const LONGEST_LABEL: usize = 63;

/// Top-level domains, one a line, sorted by bytes, after one line of comment.
const TLDS: &[u8] = include_bytes!("../../patterns/tlds.txt");

const LOCAL: u8 = 1;
const DOMAIN: u8 = 2;
const BEYOND_ASCII: u8 = 4;

/// What a byte may be part of.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        #[expect(clippy::indexing_slicing, reason = "evaluated at compile time, below 256")]
        {
            kinds[byte] = match byte as u8 {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' => LOCAL | DOMAIN,
                b'_' | b'+' | b'%' | b'\'' | b'!' | b'#' | b'*' | b'^' | b'~' => LOCAL,
                0x80.. => BEYOND_ASCII,
                _ => 0,
            };
        }
        byte += 1;
    }
    kinds
};

fn kind(byte: u8) -> u8 {
    KINDS.get(usize::from(byte)).copied().unwrap_or(0)
}

/// The address whose `@` stands at `at`: the longest local part to the left and domain to the right that make one.
///
/// Nothing for names of files (`image@2x.png`), packages (`pkg@1.2.3`), remotes (`git@host:path`), user and password of
/// a URL, handles (`@name`), domains without a dot or without a known last label.
pub fn parse(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    if bytes.get(at) == Some(&b'@') { parse_around(bytes, at..at + 1) } else { None }
}

/// Like [`parse`], around anything that stands for the `@`: `%40`, `&#64;`, ` (at) `, with the spaces that belong to it.
pub fn parse_around(bytes: &[u8], sign: Range<usize>) -> Option<Range<usize>> {
    let (before, after) = (bytes.get(..sign.start)?, bytes.get(sign.end..)?);
    // Most `@` in text and code are no addresses, and the next byte tells.
    let next = *after.first()?;
    let literal = next == b'[';
    if !literal && !next.is_ascii_alphanumeric() && next < 0x80 {
        return None;
    }
    let start = local_start(before)?;
    let domain = if literal { literal_length(after)? } else { domain_length(after)? };
    let local = before.get(start..)?;
    let rest = after.get(domain..).unwrap_or_default();
    let picture = matches!(after.get(..domain), Some([b'1'..=b'9', b'x', b'.', name @ ..]) if !name.contains(&b'.'));
    if picture || is_remote(local, rest) || is_userinfo(before.get(..start)?) {
        return None;
    }
    Some(start..sign.end + domain)
}

/// Words that stand for a dot in an address written for people.
const DOTS: &[&str] =
    &["(dot)", "[dot]", "{dot}", " dot ", "(точка)", "[точка]", " точка ", " крапка ", " кропка ", " нүкте ", "(dot )"];

/// An address written for people, around the word for the `@`: `name (at) example (dot) com`, `имя собака example точка ру`.
///
/// The word comes with brackets or between spaces; a sentence about a dog has no domain behind it.
pub fn parse_words(bytes: &[u8], sign: Range<usize>) -> Option<Range<usize>> {
    let blank = |byte: Option<&u8>| byte == Some(&b' ');
    let start = if blank(bytes.get(sign.start.checked_sub(1)?)) { sign.start - 1 } else { sign.start };
    let end = if blank(bytes.get(sign.end)) { sign.end + 1 } else { sign.end };
    let local = local_start(bytes.get(..start)?)?;
    let after = bytes.get(end..)?;
    let mut domain = Vec::with_capacity(64);
    let mut at = 0;
    let mut told = false;
    // The longest name of labels that ends with a known one.
    let mut best = None;
    loop {
        let label = label_length(after.get(at..)?);
        if label == 0 || domain.len() + label > LONGEST_DOMAIN {
            break;
        }
        let text = after.get(at..at + label)?;
        domain.extend_from_slice(text);
        at += label;
        // A Latin label behind a Cyrillic word is a sentence: «моя собака любит точка ru».
        let one_script = domain.is_ascii() || !text.is_ascii();
        if domain.contains(&b'.') && one_script && is_tld(text) && labels_are_well_formed(&domain) {
            best = Some(at);
        }
        let rest = after.get(at..)?;
        let dot = if rest.first() == Some(&b'.') {
            1
        } else {
            let skip = usize::from(rest.starts_with(b" (") || rest.starts_with(b" ["));
            let word = DOTS.iter().find(|dot| rest.get(skip..).is_some_and(|rest| rest.starts_with(dot.as_bytes())));
            let Some(word) = word else { break };
            told = true;
            let length = skip + word.len();
            length + usize::from(!word.ends_with(' ') && blank(rest.get(length)))
        };
        domain.push(b'.');
        at += dot;
    }
    // In running text only a dot in words, or brackets around the sign, tell it from a sentence.
    let bracketed = matches!(bytes.get(sign.start), Some(b'(' | b'[' | b'{'));
    (told || bracketed).then_some(local..end + best?)
}

/// Length of the letters, digits and hyphens that begin the bytes.
fn label_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        if byte == b'-' || byte.is_ascii_alphanumeric() {
            at += 1;
        } else if kind(byte) == BEYOND_ASCII {
            match bytes.get(at..).and_then(letter_after) {
                Some(length) => at += length,
                None => break,
            }
        } else {
            break;
        }
    }
    at
}

/// Where the local part begins that ends with `before`.
fn local_start(before: &[u8]) -> Option<usize> {
    let end = before.len();
    let mut start = end;
    let mut last = *before.last()?;
    if last == b'"' {
        return quoted_start(before);
    }
    if last == b'.' {
        return None;
    }
    let mut seen_percent = false;
    while let Some(byte) = start.checked_sub(1).and_then(|at| before.get(at)).copied() {
        let kind = kind(byte);
        if kind & LOCAL != 0 {
            // Two dots in a row end the local part; the earlier one is not part of it.
            if byte == b'.' && last == b'.' && start < end {
                break;
            }
            seen_percent |= byte == b'%';
            start -= 1;
        } else if kind == BEYOND_ASCII {
            match letter_before(before.get(..start)?) {
                Some(length) => start -= length,
                None => break,
            }
        } else {
            break;
        }
        last = byte;
        if end - start > LONGEST_LOCAL {
            return None;
        }
    }
    if seen_percent {
        start = after_percent(before, start);
    }
    start += escaped(before, start);
    // Punctuation in front belongs to the text; so do leading dots.
    let leading = before.get(start..)?.iter().take_while(|byte| b".-'!#*^~%".contains(byte)).count();
    start += leading;
    let local = before.get(start..)?;
    let names = local.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80 || *byte == b'_');
    // `@name@host` is a handle, and `a@b@c` is nothing.
    let free = start.checked_sub(1).and_then(|at| before.get(at)) != Some(&b'@');
    (names && free).then_some(start)
}

/// Where the quoted string begins that ends with `before`, its quotes included.
fn quoted_start(before: &[u8]) -> Option<usize> {
    let inside = before.len().checked_sub(1)?;
    let first = inside.saturating_sub(LONGEST_LOCAL);
    let mut found = None;
    for at in (first..inside).rev() {
        match before.get(at)? {
            b'"' => {
                let slashes = before.get(..at)?.iter().rev().take_while(|byte| **byte == b'\\').count();
                if slashes % 2 == 0 {
                    found = Some(at);
                    break;
                }
            }
            b'\n' | b'\r' | 0 => return None,
            _ => {}
        }
    }
    let start = found?;
    // Quotes with nothing inside, and the closing quote of a word in front (`name="value"@...`), are no local part.
    let free = start.checked_sub(1).and_then(|at| before.get(at)).is_none_or(|byte| b" \t\n\r<(,;:[=>".contains(byte));
    (start + 1 < inside && free).then_some(start)
}

/// Length of the letter beyond ASCII that ends the bytes: any alphabet of Europe and western Asia, not a sign.
fn letter_before(bytes: &[u8]) -> Option<usize> {
    let length = bytes.iter().rev().take(4).position(|byte| byte & 0xc0 != 0x80)? + 1;
    let tail = bytes.get(bytes.len().checked_sub(length)?..)?;
    is_letter(std::str::from_utf8(tail).ok()?.chars().next()?).then_some(length)
}

/// Length of the letter beyond ASCII that begins the bytes.
fn letter_after(bytes: &[u8]) -> Option<usize> {
    let length = match bytes.first()? {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => return None,
    };
    let text = std::str::from_utf8(bytes.get(..length)?).ok()?;
    is_letter(text.chars().next()?).then_some(length)
}

fn is_letter(letter: char) -> bool {
    // Combining marks occur where a file system or a keyboard has taken й and ї apart.
    letter.is_alphabetic() || matches!(letter, '\u{300}'..='\u{36f}')
}

/// `%3Cname`, `%20name`: a percent-encoded sign that cannot be part of the local part ends it.
fn after_percent(before: &[u8], start: usize) -> usize {
    let mut from = start;
    for at in start..before.len() {
        if let Some(&[b'%', high, low]) = before.get(at..at + 3)
            && let (Some(high), Some(low)) = (char::from(high).to_digit(16), char::from(low).to_digit(16))
            && kind((high * 16 + low) as u8) == 0
        {
            from = at + 3;
        }
    }
    from
}

/// How many bytes in front belong to an escape: `\nname`, `\u003cname`.
fn escaped(before: &[u8], start: usize) -> usize {
    if start.checked_sub(1).and_then(|at| before.get(at)) != Some(&b'\\') {
        return 0;
    }
    match before.get(start..) {
        Some([b'u', code @ ..]) if code.len() > 4 && code.iter().take(4).all(u8::is_ascii_hexdigit) => 5,
        Some([b'n' | b'r' | b't' | b'b' | b'f', _, ..]) => 1,
        _ => 0,
    }
}

/// Length of the domain that begins the bytes: two labels at least, the last one known.
fn domain_length(after: &[u8]) -> Option<usize> {
    let after = after.get(..LONGEST_DOMAIN.min(after.len()))?;
    let (mut at, mut label, mut dots) = (0, 0, 0);
    // Ends of the domain before each dot, to fall back to where a sentence goes on without a space.
    while let Some(byte) = after.get(at).copied() {
        let kind = kind(byte);
        if byte == b'.' {
            // An empty label, or one that ends with a hyphen: the domain ends before it.
            if at == label {
                break;
            }
            dots += 1;
            label = at + 1;
            at += 1;
        } else if kind & DOMAIN != 0 {
            at += 1;
        } else if kind == BEYOND_ASCII {
            match letter_after(after.get(at..)?) {
                Some(length) => at += length,
                None => break,
            }
        } else {
            break;
        }
    }
    if at == LONGEST_DOMAIN && dots == 0 {
        return None;
    }
    let mut end = at;
    // Signs of the sentence.
    while end > 0 && matches!(after.get(end - 1), Some(b'.' | b'-')) {
        end -= 1;
    }
    let domain = after.get(..end)?;
    let dot = domain.iter().rposition(|byte| *byte == b'.')?;
    let last = domain.get(dot + 1..)?;
    if is_tld(last) {
        return labels_are_well_formed(domain).then_some(end);
    }
    // `name@example.comи далее`, `name@example.com-old`: what is glued to a known label is not part of it.
    let glued = last.iter().position(|byte| *byte >= 0x80 || *byte == b'-').filter(|glued| *glued > 0)?;
    let ascii = last.first().is_some_and(u8::is_ascii);
    let end = dot + 1 + glued;
    let domain = domain.get(..end)?;
    (ascii && is_tld(last.get(..glued)?) && labels_are_well_formed(domain)).then_some(end)
}

/// No label is empty, longer than allowed, begins or ends with a hyphen.
fn labels_are_well_formed(domain: &[u8]) -> bool {
    let (mut length, mut last) = (0, b'.');
    for byte in domain {
        match (last, *byte) {
            (b'.', b'-' | b'.') | (b'-', b'.') => return false,
            (_, b'.') => length = 0,
            _ => length += 1,
        }
        if length > LONGEST_LABEL {
            return false;
        }
        last = *byte;
    }
    !matches!(last, b'.' | b'-')
}

/// Length of an address literal, `[192.0.2.1]` or `[IPv6:...]`.
fn literal_length(after: &[u8]) -> Option<usize> {
    let close = after.iter().take(64).position(|byte| *byte == b']')?;
    let inside = after.get(1..close)?;
    let address = match inside.strip_prefix(b"IPv6:") {
        Some(address) => super::ip::ipv6(address).is_some(),
        None => ipv4(inside).is_some(),
    };
    address.then_some(close + 1)
}

/// `git@host:path` and `user@host:/path` are remotes.
fn is_remote(local: &[u8], rest: &[u8]) -> bool {
    match rest {
        [b':', b'/' | b'~', ..] => true,
        [b':', next, ..] => matches!(local, b"git" | b"hg" | b"svn") && !next.is_ascii_whitespace(),
        _ => false,
    }
}

/// Whether `scheme://` or `scheme://user:` stands directly in front: then `@` parts the user from the host of a URL.
fn is_userinfo(front: &[u8]) -> bool {
    if front.ends_with(b"://") {
        return true;
    }
    let Some((b':', user)) = front.split_last() else {
        return false;
    };
    let start = user.len().saturating_sub(LONGEST_LOCAL);
    let user = user.get(start..).unwrap_or_default();
    let stop = user.iter().rposition(|byte| byte.is_ascii_whitespace() || b"/\"'<>@,;".contains(byte));
    stop.is_some_and(|stop| user.get(..=stop).is_some_and(|front| front.ends_with(b"://")))
}

/// Two-letter domains that exist, a bit per second letter.
const COUNTRIES: [u32; 26] = {
    let mut table = [0; 26];
    let mut at = 0;
    #[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
    while at + 3 < TLDS.len() {
        let line = at == 0 || TLDS[at - 1] == b'\n';
        let (first, second) = (TLDS[at], TLDS[at + 1]);
        if line && TLDS[at + 2] == b'\n' && first.is_ascii_lowercase() && second.is_ascii_lowercase() {
            table[(first - b'a') as usize] |= 1 << (second - b'a');
        }
        at += 1;
    }
    table
};

/// Whether a label is a top-level domain, or one that companies use inside. ASCII is folded here; beyond it, the list is
/// in small letters and so are nearly all addresses: capitals are folded the slow way.
fn is_tld(label: &[u8]) -> bool {
    match label {
        [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
            let (first, second) = (first.to_ascii_lowercase() - b'a', second.to_ascii_lowercase() - b'a');
            COUNTRIES.get(usize::from(first)).is_some_and(|row| row >> second & 1 == 1)
        }
        b"com" | b"net" | b"org" | b"info" => true,
        [_, _, ..] if label.len() <= LONGEST_LABEL => {
            let mut small = [0; LONGEST_LABEL];
            let Some(small) = small.get_mut(..label.len()) else {
                return false;
            };
            small.copy_from_slice(label);
            small.make_ascii_lowercase();
            if listed(small) {
                return true;
            }
            label.first().is_some_and(|byte| *byte >= 0x80)
                && std::str::from_utf8(label).is_ok_and(|label| listed(label.to_lowercase().as_bytes()))
        }
        _ => false,
    }
}

/// Binary search among the lines of the list, then the domains that are not in it.
fn listed(label: &[u8]) -> bool {
    let (mut low, mut high) = (0, TLDS.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let head = TLDS.get(low..middle).unwrap_or_default();
        let start = head.iter().rposition(|byte| *byte == b'\n').map_or(low, |newline| low + newline + 1);
        let tail = TLDS.get(start..high).unwrap_or_default();
        let length = tail.iter().position(|byte| *byte == b'\n').unwrap_or(tail.len());
        let line = tail.get(..length).unwrap_or_default();
        match line.cmp(label) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = start + length + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    matches!(
        label,
        b"local" | b"localdomain" | b"lan" | b"corp" | b"internal" | b"intranet" | b"intra" | b"test" | b"example"
    )
}

/// Names that belong to a function, not to a person: sorted, small letters.
const ROLES: &[&[u8]] = &[
    b"abuse",
    b"accounting",
    b"accounts",
    b"admin",
    b"administrator",
    b"alert",
    b"alerts",
    b"billing",
    b"bounce",
    b"bounces",
    b"buh",
    b"career",
    b"careers",
    b"contact",
    b"contacts",
    b"daemon",
    b"do-not-reply",
    b"donotreply",
    b"feedback",
    b"hello",
    b"help",
    b"helpdesk",
    b"hostmaster",
    b"hr",
    b"info",
    b"it",
    b"job",
    b"jobs",
    b"legal",
    b"mail",
    b"mailer-daemon",
    b"marketing",
    b"media",
    b"monitoring",
    b"news",
    b"newsletter",
    b"no-reply",
    b"no_reply",
    b"noc",
    b"noreply",
    b"notification",
    b"notifications",
    b"notify",
    b"office",
    b"order",
    b"orders",
    b"post",
    b"postmaster",
    b"pr",
    b"press",
    b"privacy",
    b"reception",
    b"reply",
    b"robot",
    b"root",
    b"sale",
    b"sales",
    b"secretary",
    b"security",
    b"service",
    b"shop",
    b"subscribe",
    b"support",
    b"system",
    b"team",
    b"tender",
    b"unsubscribe",
    b"usenet",
    b"uucp",
    b"webmaster",
    b"www",
    b"zakaz",
];

/// Whether a local part names a function (`info`, `noreply`, `support+tag`) and not a person.
pub fn is_role(local: &[u8]) -> bool {
    let name = local.split(|byte| *byte == b'+').next().unwrap_or_default();
    let mut small = [0; 16];
    let Some(small) = small.get_mut(..name.len()) else {
        return false;
    };
    small.copy_from_slice(name);
    small.make_ascii_lowercase();
    ROLES.binary_search(&&*small).is_ok()
}

/// Headers, fields and schemes whose values look like addresses and are not.
const ID_HEADERS: [&[u8]; 7] =
    [b"message-id", b"message_id", b"messageid", b"content-id", b"references", b"in-reply-to", b"cid"];

/// Whether the line up to an address ends in the value of a header that holds message ids: `Message-ID: <`,
/// `message-id=<`, `References: <a@b> <`, `src="cid:`. A later `name:` or `name=` in the line ends that value.
pub fn in_message_id_header(line_before: &[u8]) -> bool {
    let line = line_before.get(line_before.len().saturating_sub(1024)..).unwrap_or_default();
    // Back over the value: ids and what parts them; the last `:` or `=` that is outside an id ends the name.
    let mut inside_id = false;
    let mut end = None;
    for (at, byte) in line.iter().enumerate().rev() {
        match byte {
            b'>' => inside_id = true,
            b'<' => inside_id = false,
            b':' | b'=' if !inside_id => {
                end = Some(at);
                break;
            }
            _ => {}
        }
    }
    let Some(name) = end.and_then(|end| line.get(..end)) else {
        return false;
    };
    let name = name.trim_ascii_end();
    let name = name.strip_suffix(b"\"").unwrap_or(name);
    let name = name.strip_suffix(b"\\").unwrap_or(name);
    ID_HEADERS.iter().any(|header| {
        let Some(start) = name.len().checked_sub(header.len()) else {
            return false;
        };
        let (before, tail) = name.split_at(start);
        tail.eq_ignore_ascii_case(header) && before.last().is_none_or(|byte| !byte.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::random_bytes;
    use super::*;

    /// All addresses in a text, by trying every `@`.
    fn all(text: &str) -> Vec<&str> {
        let places = text.bytes().enumerate().filter(|(_, byte)| *byte == b'@').map(|(at, _)| at);
        places.filter_map(|at| parse(text.as_bytes(), at)).map(|range| &text[range]).collect()
    }

    #[track_caller]
    fn finds(text: &str, address: &str) {
        assert_eq!(all(text), [address], "{text}");
    }

    #[track_caller]
    fn nothing(text: &str) {
        assert_eq!(all(text), [""; 0], "{text}");
    }

    #[test]
    fn the_list_is_sorted_and_every_line_is_found() {
        let lines: Vec<&[u8]> = TLDS.strip_suffix(b"\n").unwrap().split(|byte| *byte == b'\n').skip(1).collect();
        assert!(lines.is_sorted() && lines.len() > 1400);
        for line in lines {
            assert!(is_tld(line), "{}", String::from_utf8_lossy(line));
        }
        assert!(is_tld("ҚАЗ".as_bytes()) && is_tld(b"KZ") && is_tld(b"MUSEUM"));
        for label in ["", "c", "123", "png", "php", "zz", "comm", "co1", "рфф"] {
            assert!(!is_tld(label.as_bytes()), "{label}");
        }
    }

    #[test]
    fn plain() {
        finds("Пишите на test.user@example.com", "test.user@example.com");
        finds("mailto:info@example.kz", "info@example.kz");
        finds("E-mail: first.last+tag@mail.example.org.", "first.last+tag@mail.example.org");
        finds("<user_name@sub.example.co.uk>", "user_name@sub.example.co.uk");
        finds("{\"email\":\"USER@EXAMPLE.COM\"}", "USER@EXAMPLE.COM");
        finds("o'connor@example.ie", "o'connor@example.ie");
        finds("From: Test <a@b.co>", "a@b.co");
        finds("a.b-c_d@ex-ample.com", "a.b-c_d@ex-ample.com");
        finds("user@example.museum", "user@example.museum");
        finds("user@localhost.localdomain", "user@localhost.localdomain");
        finds("user@[192.0.2.1]", "user@[192.0.2.1]");
        finds("user@example.com:Secret1", "user@example.com");
    }

    #[test]
    fn letters_beyond_ascii() {
        finds("почта: иван@пример.рф", "иван@пример.рф");
        finds("почта: info@пример.қаз", "info@пример.қаз");
        finds("пошта: info@приклад.укр", "info@приклад.укр");
        finds("user@xn--e1afmkfd.xn--p1ai", "user@xn--e1afmkfd.xn--p1ai");
        finds("user@example.xn--80ao21a", "user@example.xn--80ao21a");
        finds("ИВАН@ПРИМЕР.РФ", "ИВАН@ПРИМЕР.РФ");
        finds("«user@example.com»", "user@example.com");
        finds("—user@example.com—", "user@example.com");
        finds("user@example.comи далее", "user@example.com");
    }

    #[test]
    fn borders() {
        finds("email=user@example.com&x=1", "user@example.com");
        finds("('EMAIL','user@example.by')", "user@example.by");
        finds("login=79165550123@example.com", "79165550123@example.com");
        finds("...user@example.com...", "user@example.com");
        finds("a..user@example.com", "user@example.com");
        finds("to=%3Cuser@example.com%3E", "user@example.com");
        finds("x%20user@example.com", "user@example.com");
        finds("line\\nuser@example.com\\n", "user@example.com");
        finds("\\u003cuser@example.com\\u003e", "user@example.com");
        finds("user@example.com-old", "user@example.com");
        finds("user@example.com/path", "user@example.com");
    }

    #[test]
    fn quoted() {
        finds("\"quoted local\"@example.com", "\"quoted local\"@example.com");
        finds("\"a@b\"@example.com", "\"a@b\"@example.com");
        finds("<\"a\\\"b\"@example.com>", "\"a\\\"b\"@example.com");
        nothing("\"\"@example.com");
        nothing("\"a\nb\"@example.com");
    }

    #[test]
    fn not_addresses() {
        for text in ["git@github.com:owner/repo.git", "image@2x.png", "icon@3x.webp", "npm i lodash@4.17.21"] {
            nothing(text);
        }
        for text in ["@angular/core@15.0.0", "user@", "@example.com", "a@b", "user@example", "user@example..com"] {
            nothing(text);
        }
        for text in
            ["user@-example.com", "user@example.c", "user@example.123", "foo@bar.php", "@media screen", "price @ 5.00"]
        {
            nothing(text);
        }
        for text in [
            "mention @username.kz",
            "10@5.00",
            "https://user:pass@example.com/",
            "ssh://git@example.com/x",
            "icon@2x.ai",
        ] {
            nothing(text);
        }
        for text in [
            "@user@example.social",
            "user.@example.com",
            "scp x user@example.com:/tmp/x",
            "user@exa_mple.com",
            "user@[1.2.3]",
        ] {
            nothing(text);
        }
    }

    #[test]
    fn other_signs() {
        for (text, sign) in
            [("user%40example.com", "%40"), ("user&#64;example.com", "&#64;"), ("user @ example.com", " @ ")]
        {
            let start = text.find(sign).unwrap();
            assert_eq!(parse_around(text.as_bytes(), start..start + sign.len()), Some(0..text.len()), "{text}");
        }
        assert_eq!(parse_around(b"a", 1..9), None);
        assert_eq!(parse_around(b"a", 0..0), None);
    }

    #[test]
    fn lengths() {
        let local = |count: usize| format!("{}@example.com", "a".repeat(count));
        finds(&local(64), &local(64));
        nothing(&local(65));
        let label = format!("user@{}.com", "a".repeat(63));
        finds(&label, &label);
        nothing(&format!("user@{}.com", "a".repeat(64)));
        nothing(&format!("user@{}", "a.".repeat(400)));
        assert_eq!(parse(b"abc", 1), None);
        assert_eq!(parse(b"abc", 9), None);
    }

    #[test]
    fn roles() {
        assert!(ROLES.is_sorted());
        assert!(is_role(b"info") && is_role(b"NoReply") && is_role(b"support+17") && is_role(b"postmaster"));
        assert!(!is_role(b"ivan") && !is_role(b"") && !is_role("инфо".as_bytes()) && !is_role(&[b'a'; 99]));
    }

    #[test]
    fn message_ids() {
        for line in ["Message-ID: <", "Content-ID: <", "References: <a.b@example.com> <", "message-id=<", "src=\"cid:"]
        {
            assert!(in_message_id_header(line.as_bytes()), "{line}");
        }
        for line in ["{\"messageId\":\"", "{\\\"message_id\\\":\\\"<", "X-Message-ID: ", "In-Reply-To: <"] {
            assert!(in_message_id_header(line.as_bytes()), "{line}");
        }
        for line in ["", "From: <", "message-id=<x@y.z> from=<", "Preferences: ", "plain text", "to=<"] {
            assert!(!in_message_id_header(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn random_never_panics_and_ranges_hold_the_place() {
        let bytes = random_bytes(300_000);
        for at in 0..bytes.len() {
            if let Some(range) = parse(&bytes, at) {
                assert!(range.start < at && at < range.end && range.end <= bytes.len());
            }
        }
    }

    #[test]
    fn words_for_the_signs() {
        let found = |text: &str, sign: &str| {
            let start = text.find(sign).unwrap();
            parse_words(text.as_bytes(), start..start + sign.len()).map(|range| text[range].to_owned())
        };
        for (text, sign, want) in [
            ("to user (at) example (dot) com now", "(at)", Some("user (at) example (dot) com")),
            ("user [at] example [dot] com", "[at]", Some("user [at] example [dot] com")),
            ("user(at)example.com.", "(at)", Some("user(at)example.com")),
            ("user собака example точка kz", "собака", Some("user собака example точка kz")),
            ("user(собака)example.ru", "(собака)", Some("user(собака)example.ru")),
            ("моя собака любит точка ru", "собака", None),
            ("имя собака почта точка рф", "собака", Some("имя собака почта точка рф")),
            ("моя собака example.com любит", "собака", None),
            ("f(at)x", "(at)", None),
            ("array (at) index", "(at)", None),
        ] {
            assert_eq!(found(text, sign).as_deref(), want, "{text}");
        }
    }
}
