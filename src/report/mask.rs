//! The text of `masked`: what a report shows in place of a value. The table stands in `patterns/taxonomy.toml`.

use crate::finding::{Finding, Mask};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Always eight, so that length is not told.
pub(super) const BULLETS: &str = "••••••••";

/// The mask of a value in normal form.
pub fn masked(mask: Mask, normal: &[u8]) -> String {
    let mut out = String::with_capacity(40);
    push_masked(&mut out, mask, normal);
    out
}

/// Appends what is shown of a finding, whose normal form is `normal`.
pub(super) fn push_shown(out: &mut String, finding: &Finding<'_>, normal: &[u8]) {
    match finding.facts.kept() {
        Some((masked, _)) => out.push_str(masked),
        None => push_masked(out, finding.kind.mask, normal),
    }
}

/// Appends the mask of a value in normal form.
fn push_masked(out: &mut String, mask: Mask, normal: &[u8]) {
    let Ok(value) = str::from_utf8(normal) else {
        out.push_str(BULLETS);
        return;
    };
    match mask {
        Mask::Hidden => out.push_str(BULLETS),
        Mask::Last2 => push_tail(out, value, 2),
        Mask::Last4 => push_tail(out, value, 4),
        Mask::FirstChar => push_first(out, value),
        Mask::Initials => push_initials(out, value),
        Mask::YearHidden => out.push_str("••.••.••••"),
        Mask::NetOnly => push_network(out, value),
        Mask::Coarse => push_coarse(out, value),
        Mask::Shown => out.push_str(value),
    }
}

/// Bullets and the last characters; a value shorter than three times the tail is hidden.
fn push_tail(out: &mut String, value: &str, tail_chars: usize) {
    out.push_str(BULLETS);
    if value.is_ascii() {
        if value.len() >= 3 * tail_chars {
            out.push_str(value.get(value.len() - tail_chars..).unwrap_or_default());
        }
        return;
    }
    let count = value.chars().count();
    if count >= 3 * tail_chars {
        out.extend(value.chars().skip(count - tail_chars));
    }
}

/// The first character; of an e-mail address the last label as well, if it is so short that no more than four characters are shown.
fn push_first(out: &mut String, value: &str) {
    let (local, domain) = match value.rsplit_once('@') {
        Some((local, domain)) => (local, Some(domain)),
        None => (value, None),
    };
    out.extend(local.chars().next());
    out.push_str(BULLETS);
    if let Some(domain) = domain {
        out.push('@');
        out.push_str(BULLETS);
        if let Some((_, label)) = domain.rsplit_once('.')
            && label.chars().count() <= 3
        {
            out.push('.');
            out.push_str(label);
        }
    }
}

fn push_initials(out: &mut String, value: &str) {
    const MOST_WORDS: usize = 4;
    for (index, word) in value.split_whitespace().take(MOST_WORDS).enumerate() {
        if index > 0 {
            out.push(' ');
        }
        out.extend(word.chars().next());
        out.push_str(BULLETS);
    }
}

/// The /24 of an IPv4 address, the /48 of an IPv6 address.
fn push_network(out: &mut String, value: &str) {
    // Writing to a string cannot fail.
    if let Ok(address) = value.parse::<Ipv4Addr>() {
        let [a, b, c, _] = address.octets();
        write!(out, "{a}.{b}.{c}.0/24").ok();
    } else if let Ok(address) = value.split('%').next().unwrap_or_default().parse::<Ipv6Addr>() {
        if let Some(inner) = address.to_ipv4_mapped() {
            let [a, b, c, _] = inner.octets();
            write!(out, "::ffff:{a}.{b}.{c}.0/120").ok();
            return;
        }
        let [a, b, c, ..] = address.segments();
        write!(out, "{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)).ok();
    } else {
        out.push_str(BULLETS);
    }
}

/// Two decimal numbers, each cut after one decimal.
fn push_coarse(out: &mut String, value: &str) {
    let start = out.len();
    let numbers = value.split([',', ';', ' ', '\t']).map(str::trim).filter(|part| !part.is_empty());
    for (index, number) in numbers.enumerate() {
        let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
        let digits = whole.trim_start_matches(['-', '+']);
        if index > 1 || digits.is_empty() || digits.len() > 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            out.truncate(start);
            out.push_str(BULLETS);
            return;
        }
        if index > 0 {
            out.push_str(", ");
        }
        out.push_str(whole);
        if let Some(tenth) = decimals.chars().next().filter(char::is_ascii_digit) {
            out.push('.');
            out.push(tenth);
        }
    }
    if out.len() == start {
        out.push_str(BULLETS);
    }
}

#[cfg(test)]
mod tests {
    use super::masked;
    use crate::finding::Mask;

    #[test]
    fn masks_are_those_of_the_taxonomy() {
        let rows = [
            (Mask::Hidden, "hunter2", "••••••••"),
            (Mask::Last2, "900101300017", "••••••••17"),
            (Mask::Last2, "+77012345678", "••••••••78"),
            (Mask::Last2, "12345", "••••••••"),
            (Mask::Last2, "123456", "••••••••56"),
            (Mask::Last2, "А123ВС77", "••••••••77"),
            (Mask::Last4, "4111111111111111", "••••••••1111"),
            (Mask::Last4, "12345678901", "••••••••"),
            (Mask::FirstChar, "aigul.s@example.com.kz", "a••••••••@••••••••.kz"),
            (Mask::FirstChar, "root@localhost", "r••••••••@••••••••"),
            (Mask::FirstChar, "a@b.museum", "a••••••••@••••••••"),
            (Mask::FirstChar, "handle", "h••••••••"),
            (Mask::Initials, "Иванова Анна Петровна", "И•••••••• А•••••••• П••••••••"),
            (Mask::YearHidden, "1990-01-01", "••.••.••••"),
            (Mask::NetOnly, "203.0.113.77", "203.0.113.0/24"),
            (Mask::NetOnly, "2001:db8:1:2:3::4", "2001:db8:1::/48"),
            (Mask::NetOnly, "::ffff:203.0.113.77", "::ffff:203.0.113.0/120"),
            (Mask::NetOnly, "fe80::1%eth0", "fe80::/48"),
            (Mask::NetOnly, "999.1.1.1", "••••••••"),
            (Mask::Coarse, "43.238949,76.889709", "43.2, 76.8"),
            (Mask::Coarse, "-33.8 151", "-33.8, 151"),
            (Mask::Coarse, "somewhere", "••••••••"),
            (Mask::Shown, "120940012345", "120940012345"),
        ];
        for (mask, normal, expected) in rows {
            assert_eq!(masked(mask, normal.as_bytes()), expected, "{mask:?} {normal}");
        }
        assert_eq!(masked(Mask::Shown, b"\xff\xfe"), "••••••••");
        assert_eq!(masked(Mask::Last2, b""), "••••••••");
    }
}
