//! Network addresses: IPv4, IPv6 and MAC, and whether one may belong to a person at all.
//!
//! In:      exactly the bytes of one address; no port, no brackets, no prefix length.
//! Source:  RFC 791, RFC 4291, RFC 5952, RFC 4007 (zones), IANA registries of special addresses; IEEE 802.
//! Misses:  versions and outlines that look like IPv4; the engine looks at the words around.
//! Chance:  any four numbers up to 255; IPv6 outside `2000::/3` is never ordinary, so words and paths of code fall away.

/// Whether an address can be somebody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressClass {
    /// May be a person's. The ranges for documentation count as ordinary.
    Ordinary,
    /// Local, private, multicast, unspecified, broadcast or not assigned at all.
    Reserved,
}

/// Another name for [`AddressClass`].
pub type Ipv4Class = AddressClass;

/// The octets of a dotted quad. No leading zeros, nothing else around.
pub fn ipv4(bytes: &[u8]) -> Option<[u8; 4]> {
    if !(7..=15).contains(&bytes.len()) {
        return None;
    }
    let mut octets = [0; 4];
    let mut parts = bytes.split(|byte| *byte == b'.');
    for octet in &mut octets {
        let part = parts.next()?;
        let well_formed = match part {
            [_] => true,
            [first, _] | [first, _, _] => *first != b'0',
            _ => false,
        };
        if !well_formed {
            return None;
        }
        let mut value = 0_u16;
        for byte in part {
            if !byte.is_ascii_digit() {
                return None;
            }
            value = value * 10 + u16::from(byte - b'0');
        }
        *octet = u8::try_from(value).ok()?;
    }
    parts.next().is_none().then_some(octets)
}

/// Whether an IPv4 address can be somebody's.
pub fn ipv4_class(octets: [u8; 4]) -> AddressClass {
    match octets {
        [0 | 10 | 127 | 224..=255, ..] | [100, 64..=127, ..] | [169, 254, ..] | [172, 16..=31, ..] => {
            AddressClass::Reserved
        }
        [192, 0, 2, _] | [192, 168, ..] | [198, 18 | 19, ..] => AddressClass::Reserved,
        _ => AddressClass::Ordinary,
    }
}

/// The groups of an IPv6 address, with `::`, an IPv4 tail and a zone (`%eth0`, which is left out of the result).
pub fn ipv6(bytes: &[u8]) -> Option<[u16; 8]> {
    let address = match bytes.iter().position(|byte| *byte == b'%') {
        Some(at) => {
            let (address, zone) = bytes.split_at_checked(at)?;
            let name = zone.iter().skip(1);
            if !(2..=17).contains(&zone.len())
                || !name.clone().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte))
            {
                return None;
            }
            address
        }
        None => bytes,
    };
    if !(2..=45).contains(&address.len()) {
        return None;
    }
    let gap = address.windows(2).position(|two| two == b"::");
    let mut groups = [0; 8];
    let Some(gap) = gap else {
        return (fill(address, &mut groups)? == 8).then_some(groups);
    };
    let (front, back) = (address.get(..gap)?, address.get(gap + 2..)?);
    // A second gap, or three colons.
    if back.first() == Some(&b':') || back.windows(2).any(|two| two == b"::") {
        return None;
    }
    let mut tail = [0; 8];
    let before = if front.is_empty() { 0 } else { fill(front, &mut groups)? };
    let after = if back.is_empty() { 0 } else { fill(back, &mut tail)? };
    // The gap stands for at least one group, and an IPv4 tail may only end the address.
    if before + after > 7 || front.contains(&b'.') {
        return None;
    }
    for (group, value) in groups.iter_mut().rev().zip(tail.iter().take(after).rev()) {
        *group = *value;
    }
    Some(groups)
}

/// Reads groups parted by single colons, the last of them perhaps a dotted quad; how many groups that makes.
fn fill(bytes: &[u8], groups: &mut [u16; 8]) -> Option<usize> {
    let mut count = 0;
    let mut parts = bytes.split(|byte| *byte == b':').peekable();
    while let Some(part) = parts.next() {
        if part.contains(&b'.') {
            let [a, b, c, d] = ipv4(part)?;
            if parts.peek().is_some() {
                return None;
            }
            *groups.get_mut(count)? = u16::from_be_bytes([a, b]);
            *groups.get_mut(count + 1)? = u16::from_be_bytes([c, d]);
            return Some(count + 2);
        }
        if !(1..=4).contains(&part.len()) {
            return None;
        }
        let mut value = 0;
        for byte in part {
            value = value << 4 | u16::from(hex(*byte)?);
        }
        *groups.get_mut(count)? = value;
        count += 1;
    }
    Some(count)
}

/// Value of a hexadecimal digit.
fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Whether an IPv6 address can be somebody's: global unicast (`2000::/3`), or IPv4 inside (mapped, NAT64) that can.
pub fn ipv6_class(groups: [u16; 8]) -> AddressClass {
    match groups {
        [0x2000..=0x3fff, ..] => AddressClass::Ordinary,
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            ipv4_class([a, b, c, d])
        }
        _ => AddressClass::Reserved,
    }
}

/// The octets of a MAC address in groups: six of two with colons or dashes, or three of four with dots.
///
/// Zero, broadcast and group addresses are nobody's and give nothing.
pub fn mac(bytes: &[u8]) -> Option<[u8; 6]> {
    let (separator, group) = match (bytes.len(), bytes.get(2)?, bytes.get(4)?) {
        (17, separator @ (b':' | b'-'), _) => (*separator, 2),
        (14, _, b'.') => (b'.', 4),
        _ => return None,
    };
    let mut digits = [0; 12];
    let mut slots = digits.iter_mut();
    for (at, byte) in bytes.iter().enumerate() {
        if at % (group + 1) == group {
            if *byte != separator {
                return None;
            }
        } else {
            *slots.next()? = *byte;
        }
    }
    // `18F0.0020.0002`: weights of characters are written so.
    let zeros = digits.iter().skip(4).filter(|digit| **digit == b'0').count();
    if group == 4 && zeros >= 6 {
        return None;
    }
    mac_bare(&digits)
}

/// The octets of a MAC address that is written as twelve hexadecimal digits; only a keyword or field makes it one.
pub fn mac_bare(bytes: &[u8]) -> Option<[u8; 6]> {
    if bytes.len() != 12 {
        return None;
    }
    let mut octets = [0; 6];
    for (octet, digits) in octets.iter_mut().zip(bytes.chunks_exact(2)) {
        let [high, low] = digits else { return None };
        *octet = hex(*high)? << 4 | hex(*low)?;
    }
    let group_address = octets.first().is_some_and(|octet| octet & 1 == 1);
    (!group_address && octets != [0; 6]).then_some(octets)
}

#[cfg(test)]
mod tests {
    use super::super::testing::random_bytes;
    use super::*;

    #[test]
    fn dotted_quads() {
        assert_eq!(ipv4(b"203.0.113.5"), Some([203, 0, 113, 5]));
        assert_eq!(ipv4(b"0.0.0.0"), Some([0; 4]));
        assert_eq!(ipv4(b"255.255.255.255"), Some([255; 4]));
        for text in [
            "",
            "1.2.3",
            "1.2.3.4.5",
            "256.1.1.1",
            "01.02.03.04",
            "1.2.3.04",
            "1..2.3",
            "1.2.3.4 ",
            "a.b.c.d",
            "1.2.3.1000",
        ] {
            assert_eq!(ipv4(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn ipv4_classes() {
        for text in ["203.0.113.5", "198.51.100.7", "8.8.8.8", "172.32.0.1", "100.128.0.1", "169.253.0.1", "192.0.3.1"]
        {
            assert_eq!(ipv4_class(ipv4(text.as_bytes()).unwrap()), AddressClass::Ordinary, "{text}");
        }
        for text in [
            "0.0.0.0",
            "10.0.0.1",
            "127.0.0.1",
            "192.168.1.10",
            "172.16.5.4",
            "169.254.1.1",
            "224.0.0.1",
            "255.255.255.0",
        ] {
            assert_eq!(ipv4_class(ipv4(text.as_bytes()).unwrap()), AddressClass::Reserved, "{text}");
        }
        for text in ["100.64.0.1", "198.18.0.1", "192.0.2.1", "240.0.0.1"] {
            assert_eq!(ipv4_class(ipv4(text.as_bytes()).unwrap()), AddressClass::Reserved, "{text}");
        }
    }

    #[test]
    fn ipv6_is_what_the_standard_library_reads() {
        let mut texts: Vec<String> =
            ["2001:db8:85a3::8a2e:370:7334", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "2001:DB8::ABCD:1"]
                .into_iter()
                .chain([
                    "::ffff:203.0.113.5",
                    "64:ff9b::203.0.113.5",
                    "2001:db8:0:1:1:1:1:1",
                    "::",
                    "::1",
                    "1::",
                    "a::b::c",
                ])
                .chain([
                    "2001:db8:::1",
                    "1:2:3:4:5:6:7:8:9",
                    "2001:db8::g",
                    "1:2:3:4",
                    "12:34:56",
                    "1.2.3.4::",
                    "1:2:3:4:5:6:7::",
                ])
                .chain([
                    "1:2:3:4:5:6:7:8::",
                    ":1:2:3:4:5:6:7",
                    "1:2:3:4:5:6:7:",
                    "1:2:3:4:5:6:1.2.3.4",
                    "::1.2.3.4:5",
                    "12345::",
                    ":",
                ])
                .map(str::to_owned)
                .collect();
        // Every cut of some of them, and random strings of the alphabet.
        for at in 0..texts[0].len() {
            texts.push(texts[0][at..].to_owned());
            texts.push(texts[3][..at.min(texts[3].len())].to_owned());
        }
        let alphabet = b"0123456789abf:::::..";
        let random = random_bytes(200_000);
        texts.extend(
            random.chunks(12).map(|chunk| chunk.iter().map(|byte| char::from(alphabet[*byte as usize % 20])).collect()),
        );
        for text in texts {
            let expected = text.parse::<std::net::Ipv6Addr>().ok().map(|address| address.segments());
            assert_eq!(ipv6(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn zones_and_classes() {
        assert_eq!(ipv6(b"fe80::1%eth0"), Some([0xfe80, 0, 0, 0, 0, 0, 0, 1]));
        assert_eq!(ipv6(b"fe80::1%"), None);
        assert_eq!(ipv6(b"fe80::1%a b"), None);
        let class = |text: &str| ipv6_class(ipv6(text.as_bytes()).unwrap());
        for text in ["2001:db8::1", "2a00:db8::77", "::ffff:203.0.113.5", "64:ff9b::203.0.113.5"] {
            assert_eq!(class(text), AddressClass::Ordinary, "{text}");
        }
        for text in ["::", "::1", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "a::b", "dead::beef", "face::1"] {
            assert_eq!(class(text), AddressClass::Reserved, "{text}");
        }
    }

    #[test]
    fn hardware_addresses() {
        let octets = Some([0x3c, 0x22, 0xfb, 0x12, 0x34, 0x56]);
        for text in ["3c:22:fb:12:34:56", "3C-22-FB-12-34-56", "3c22.fb12.3456"] {
            assert_eq!(mac(text.as_bytes()), octets, "{text}");
        }
        assert_eq!(mac_bare(b"3c22fb123456"), octets);
        for text in
            ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:fb", "00:1A:2B:3C:4D", "00:1A-2B:3C-4D:5E"]
        {
            assert_eq!(mac(text.as_bytes()), None, "{text}");
        }
        for text in
            ["", "3c22fb123456", "3c:22:fb:12:34:5g", "3c.22.fb.12.34.56", "3c:22:fb:12:34:56:78", "3c22:fb12:3456"]
        {
            assert_eq!(mac(text.as_bytes()), None, "{text}");
        }
        assert_eq!(mac_bare(b"3c22fb12345"), None);
    }

    #[test]
    fn random_never_panics() {
        let bytes = random_bytes(100_000);
        for (start, len) in (0..bytes.len()).zip((0..48).cycle()) {
            let part = &bytes[start..(start + len).min(bytes.len())];
            let _ = (ipv4(part), ipv6(part), mac(part), mac_bare(part));
        }
    }
}
