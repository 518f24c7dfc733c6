//! The machine-readable zone of travel documents.
//!
//! In:      text that starts with the first line (or with the second line alone).
//! Out:     range, layout, whether all check digits hold, the lines parted by one line feed.
//! Source:  ICAO Doc 9303 parts 3 to 7; the Russian internal passport: order 851 of the Ministry of Internal Affairs, 2017.
//! Weights: 7, 3, 1 repeated (`icao`), over number, birth, expiry, optional data, and all of them together.
//! Misses:  names have no check digit; `<`, O and 0 may stand for each other in places for digits.
//! Chance:  below 1 in 10 000 on top of the shape.

use std::ops::Range;

use super::icao::icao_731;

/// Which layout it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Cards: three lines of 30.
    Td1,
    /// Cards and visas: two lines of 36.
    Td2,
    /// Passports and visas: two lines of 44.
    Td3,
    /// The second line of a passport without the first: it proves itself by five check digits.
    Td3SecondLine,
    /// The second line of a card of three lines without the others: two days with their check digits, sex, state.
    Td1SecondLine,
}

/// A machine-readable zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mrz {
    /// Where it stands in the text; starts at 0.
    pub range: Range<usize>,
    /// Layout.
    pub kind: Kind,
    /// Whether every check digit is right.
    pub holds: bool,
    /// The lines, parted by a line feed, with misread letters in places for digits put right.
    pub normal: Vec<u8>,
}

/// The most that may stand between two lines: a line break with indentation.
const LONGEST_BREAK: usize = 32;

/// Layouts by their lines.
const LAYOUTS: [(Kind, usize, usize); 3] = [(Kind::Td3, 2, 44), (Kind::Td2, 2, 36), (Kind::Td1, 3, 30)];

/// The zone that starts with the text, if there is one of the right shape. [`Mrz::holds`] says whether it is proven.
pub fn parse(text: &[u8]) -> Option<Mrz> {
    let run = text.iter().take(93).take_while(|byte| is_letter(**byte)).count();
    LAYOUTS
        .into_iter()
        // Lines may be joined without a break.
        .filter(|(_, lines, length)| run == *length || run == lines * length)
        .find_map(|(kind, lines, length)| {
            let (characters, end) = collect(text, lines, length)?;
            let (holds, normal) = match kind {
                Kind::Td1 => td1(characters.try_into().ok()?)?,
                _ => two_lines(kind, characters)?,
            };
            let mut joined = Vec::with_capacity(lines * (length + 1));
            for line in normal.chunks(length) {
                if !joined.is_empty() {
                    joined.push(b'\n');
                }
                joined.extend_from_slice(line);
            }
            Some(Mrz { range: 0..end, kind, holds, normal: joined })
        })
        .or_else(|| match run {
            44 => second_line_alone(text),
            30 => second_of_three(text),
            _ => None,
        })
}

fn is_letter(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'<')
}

/// Length of what parts two lines: spaces, tabs, line breaks, also escaped as `\n`, `\r\n`, `\\n`.
fn line_break(text: &[u8]) -> usize {
    let mut at = 0;
    while at < LONGEST_BREAK {
        at += match text.get(at..).unwrap_or_default() {
            [b' ' | b'\t' | b'\r' | b'\n', ..] => 1,
            [b'\\', b'\\', b'n' | b'r', ..] => 3,
            [b'\\', b'n' | b'r' | b't', ..] => 2,
            _ => break,
        };
    }
    at
}

/// The characters of all lines and where the last one ends.
fn collect(text: &[u8], lines: usize, length: usize) -> Option<(Vec<u8>, usize)> {
    let mut characters = Vec::with_capacity(lines * length);
    let mut at = 0;
    for line in 0..lines {
        if line > 0 {
            at += line_break(text.get(at..)?);
        }
        let part = text.get(at..at + length)?;
        if !part.iter().all(|byte| is_letter(*byte)) {
            return None;
        }
        characters.extend_from_slice(part);
        at += length;
    }
    // A longer last line is another thing.
    (!text.get(at).is_some_and(|byte| is_letter(*byte))).then_some((characters, at))
}

/// The digit that a misread letter stands for.
fn digit(byte: u8) -> u8 {
    match byte {
        b'O' | b'Q' | b'D' => b'0',
        b'I' | b'L' => b'1',
        b'Z' => b'2',
        b'S' => b'5',
        b'G' => b'6',
        b'B' => b'8',
        other => other,
    }
}

/// Puts misread letters right in a place for digits. A place that holds anything else afterwards is no such place.
fn as_digits(place: &mut [u8]) -> bool {
    for byte in place.iter_mut() {
        *byte = digit(*byte);
    }
    place.iter().all(|byte| byte.is_ascii_digit() || *byte == b'<')
}

/// Whether `check` is the digit of the parts; a filler is as good as 0.
fn checks(parts: &[&[u8]], check: u8) -> bool {
    let wanted = match check {
        b'<' => 0,
        b'0'..=b'9' => check - b'0',
        _ => return false,
    };
    icao_731(&parts.concat()) == Some(wanted)
}

/// State code: three letters, or one or two and fillers (`D<<`).
fn is_state(code: &[u8]) -> bool {
    let letters = code.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    letters > 0 && code.iter().skip(letters).all(|byte| *byte == b'<')
}

/// Name: a letter first, and the fillers between surname and given names. Digits stand for letters in Russian internal
/// passports. A zone that is too narrow for the name may lack the fillers at its end, not between.
fn is_name(name: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_uppercase) && name.windows(2).any(|two| two == b"<<")
}

fn is_sex(byte: u8) -> bool {
    matches!(byte, b'M' | b'F' | b'X' | b'<')
}

/// TD3 and TD2: a line of names, a line of data that ends with optional data and the composite digit.
fn two_lines(kind: Kind, mut characters: Vec<u8>) -> Option<(bool, Vec<u8>)> {
    let (names, data) = characters.split_at_mut_checked(if kind == Kind::Td3 { 44 } else { 36 })?;
    let first = *names.first()?;
    let types: &[u8] = if kind == Kind::Td3 { b"PV" } else { b"IACV" };
    let shape = types.contains(&first) && is_state(names.get(2..5)?) && is_name(names.get(5..)?);
    if !shape {
        return None;
    }
    let holds = data_line(kind, first == b'V', data)?;
    Some((holds, characters))
}

/// The second line of TD3 and TD2; whether all its digits hold.
fn data_line(kind: Kind, visa: bool, data: &mut [u8]) -> Option<bool> {
    // Check digits and dates; expiry is filled where a document has none.
    for place in [9..10, 13..20, 21..28] {
        if !as_digits(data.get_mut(place)?) {
            return None;
        }
    }
    let composite_at = data.len() - 1;
    if !visa {
        as_digits(data.get_mut(composite_at..)?);
    }
    let (number, birth, expiry) = (data.get(..9)?, data.get(13..19)?, data.get(21..27)?);
    let shape = number.iter().any(|byte| *byte != b'<') && is_state(data.get(10..13)?) && is_sex(*data.get(20)?);
    if !shape {
        return None;
    }
    let fields =
        checks(&[number], *data.get(9)?) && checks(&[birth], *data.get(19)?) && checks(&[expiry], *data.get(27)?);
    if visa {
        return Some(fields);
    }
    let composite =
        checks(&[data.get(..10)?, data.get(13..20)?, data.get(21..composite_at)?], *data.get(composite_at)?);
    let optional = kind != Kind::Td3 || checks(&[data.get(28..42)?], digit(*data.get(42)?));
    Some(fields && composite && optional)
}

/// TD1: number and optional data, dates and optional data, names.
fn td1(mut characters: [u8; 90]) -> Option<(bool, Vec<u8>)> {
    for place in [30..37, 38..45, 59..60] {
        if !as_digits(characters.get_mut(place)?) {
            return None;
        }
    }
    let first: &[u8; 30] = characters[..30].try_into().ok()?;
    let second: &[u8; 30] = characters[30..60].try_into().ok()?;
    let names = &characters[60..];
    let number = &first[5..14];
    let shape = b"IAC".contains(&first[0]) && is_state(&first[2..5]) && is_state(&second[15..18]) && is_name(names);
    if !shape || !is_sex(second[7]) || number.iter().all(|byte| *byte == b'<') {
        return None;
    }
    let long = &first[15..30];
    let number_holds = if first[14] == b'<' {
        // A number of more than nine characters goes on in the optional data, its digit behind it.
        let rest = long.split(|byte| *byte == b'<').next().unwrap_or_default();
        match rest.split_last() {
            Some((check, rest)) => checks(&[number, b"<", rest], *check) || checks(&[number, rest], *check),
            None => checks(&[number], b'<'),
        }
    } else {
        checks(&[number], digit(first[14]))
    };
    let dates = checks(&[&second[..6]], second[6]) && checks(&[&second[8..14]], second[14]);
    let composite = checks(&[&first[5..], &second[..7], &second[8..15], &second[18..29]], second[29]);
    let holds = number_holds && dates && composite;
    Some((holds, characters.to_vec()))
}

/// The second line of a passport alone: only if it holds, with digits where a filler would do as well.
fn second_line_alone(text: &[u8]) -> Option<Mrz> {
    let mut data = text.get(..44)?.to_vec();
    let holds = data_line(Kind::Td3, false, &mut data)?;
    let dates = data.get(13..20)?.iter().all(u8::is_ascii_digit);
    (holds && dates && data.get(9)?.is_ascii_digit() && data.get(43)?.is_ascii_digit()).then_some(Mrz {
        range: 0..44,
        kind: Kind::Td3SecondLine,
        holds,
        normal: data,
    })
}

/// The second line of a card of three lines alone: both days real and with their check digits, digits at the end, and
/// fillers where most states leave the optional data empty. The composite digit needs the first line.
fn second_of_three(text: &[u8]) -> Option<Mrz> {
    let data = text.get(..30)?;
    let real = |day: &[u8]| {
        let number = |at: usize| Some(10 * (day.get(at)? - b'0') + (day.get(at + 1)? - b'0'));
        matches!((number(2), number(4)), (Some(1..=12), Some(1..=31)))
    };
    let (birth, expiry) = (data.get(..6)?, data.get(8..14)?);
    let digits = [data.get(..7)?, data.get(8..15)?, data.get(29..)?];
    let shape = digits.iter().all(|part| part.iter().all(u8::is_ascii_digit))
        && is_sex(*data.get(7)?)
        && is_state(data.get(15..18)?)
        && data.get(18..29)?.ends_with(b"<<");
    let holds =
        shape && real(birth) && real(expiry) && checks(&[birth], *data.get(6)?) && checks(&[expiry], *data.get(14)?);
    holds.then(|| Mrz { range: 0..30, kind: Kind::Td1SecondLine, holds, normal: data.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::super::testing::random_bytes;
    use super::*;

    const TD3: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    const TD2: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
    const TD1: &str = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    /// Made-up persons in the layouts of the region.
    const LOCAL: [&str; 8] = [
        "P<KAZTESTOV<<TEST<<<<<<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ8506151M3001019850615399435<<02",
        "IDKAZ0123456784900101499518<<<\n9001011F3301018KAZ<<<<<<<<<<<1\nTESTOVA<<TEST<<<<<<<<<<<<<<<<<",
        "P<RUSTESTOV<<TEST<<<<<<<<<<<<<<<<<<<<<<<<<<<\n7123456783RUS8506151M3001019<<<<<<<<<<<<<<<6",
        "P<UKRTESTENKO<<TEST<<<<<<<<<<<<<<<<<<<<<<<<<\nFA123456<6UKR8506151M30010191985092274964<24",
        "IDUKR00123456781985032480255<<\n8506151M3001019UKR<<<<<<<<<<<8\nTESTENKO<<TEST<<<<<<<<<<<<<<<<",
        "P<BLRTESTOVICH<<TEST<<<<<<<<<<<<<<<<<<<<<<<<\nMP12345677BLR8506151M30010193110385M967PB784",
        "IDUZBAD1234567740509853509996<\n8506151M3001019UZB<<<<<<<<<<<8\nTESTOV<<TEST<<<<<<<<<<<<<<<<<<",
        "PNRUSTESTOV<<TEST<TESTOVI3<<<<<<<<<<<<<<<<<<\n4511234570RUS8506151M<<<<<<<0050712770001<68",
    ];

    fn holds(text: &str) -> bool {
        parse(text.as_bytes()).is_some_and(|mrz| mrz.holds)
    }

    #[test]
    fn published_specimens_and_local_layouts() {
        for (text, kind) in [(TD3, Kind::Td3), (TD2, Kind::Td2), (TD1, Kind::Td1)] {
            let mrz = parse(text.as_bytes()).unwrap();
            assert_eq!((mrz.range, mrz.kind, mrz.holds), (0..text.len(), kind, true));
            assert_eq!(mrz.normal, text.as_bytes());
        }
        for text in LOCAL {
            assert!(holds(text), "{text}");
        }
    }

    #[test]
    fn any_break_between_lines() {
        for text in [TD3, TD2, TD1] {
            for between in ["\r\n", "\\n", "\\r\\n", " ", "\r\n  ", "", "\n\n", "\\\\n"] {
                let written = format!("{} tail", text.replace('\n', between));
                let mrz = parse(written.as_bytes()).unwrap();
                assert!(mrz.holds, "{between:?}");
                assert_eq!(mrz.normal, text.as_bytes());
                assert_eq!(mrz.range, 0..written.len() - 5);
            }
        }
    }

    #[test]
    fn second_line_alone_proves_itself() {
        let mrz = parse(b"L898902C36UTO7408122F1204159ZE184226B<<<<<10").unwrap();
        assert_eq!((mrz.range, mrz.kind, mrz.holds), (0..44, Kind::Td3SecondLine, true));
        assert_eq!(parse(b"L898902C37UTO7408122F1204159ZE184226B<<<<<10"), None);
    }

    #[test]
    fn second_line_of_a_card_alone() {
        let mrz = parse(b"9001011F3301018KAZ<<<<<<<<<<<1").unwrap();
        assert_eq!((mrz.range, mrz.kind, mrz.holds), (0..30, Kind::Td1SecondLine, true));
        for text in [
            "9001012F3301018KAZ<<<<<<<<<<<1",
            "9001011F3301017KAZ<<<<<<<<<<<1",
            "9013011F3301018KAZ<<<<<<<<<<<1",
            "9001011F3301018KAZ900101300017",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn misread_letters() {
        let misread = TD3.replace("7408122F1204159", "74O8I22F12O4IS9");
        let mrz = parse(misread.as_bytes()).unwrap();
        assert!(mrz.holds);
        assert_eq!(mrz.normal, TD3.as_bytes());
    }

    #[test]
    fn every_single_change_of_checked_places_is_noticed() {
        for (text, ranges) in
            [(TD3, [45..54, 58..64, 66..72]), (TD2, [37..46, 50..56, 58..64]), (TD1, [5..14, 31..37, 39..45])]
        {
            for at in ranges.into_iter().flatten() {
                let old = text.as_bytes()[at];
                for new in (b'0'..=b'9').filter(|new| *new != old) {
                    let mut changed = text.as_bytes().to_vec();
                    changed[at] = new;
                    // A letter and the digit of its value modulo 10 weigh the same.
                    let same =
                        old.is_ascii_uppercase() && (old - b'A' + 10) % 10 == new - b'0' || old == b'<' && new == b'0';
                    assert_eq!(parse(&changed).is_some_and(|mrz| mrz.holds), same, "{at} {}", char::from(new));
                }
            }
        }
    }

    #[test]
    fn not_zones() {
        let letters = format!("{}\n{}", "A".repeat(44), "B".repeat(44));
        let fillers = format!("{0}\n{0}", "<".repeat(44));
        let zeros = format!("{0}\n{0}", "0".repeat(44));
        let half = format!("P<KAZ{}", "<".repeat(39));
        let art = format!("-----BEGIN{}", "<".repeat(32));
        for text in
            [&letters, &fillers, &zeros, &half, &art, "<<<<<<< HEAD\n=======\n>>>>>>> branch", "cat <<EOF<<<<<<", ""]
        {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        for text in [format!("{TD3}0"), format!("0{TD3}"), TD3[..88].to_owned(), TD3.to_lowercase()] {
            assert!(!holds(&text), "{text}");
        }
    }

    #[test]
    fn cuts_and_random_never_panic() {
        for text in LOCAL.iter().chain([&TD1, &TD2, &TD3]) {
            for end in 0..text.len() {
                assert_eq!(parse(&text.as_bytes()[..end]), None);
            }
        }
        let bytes: Vec<u8> = random_bytes(100_000).into_iter().filter(|byte| is_letter(*byte)).collect();
        for (start, length) in (0..bytes.len()).step_by(7).zip([30, 36, 44, 72, 88, 90].into_iter().cycle()) {
            let part = &bytes[start..(start + length).min(bytes.len())];
            parse(part);
            parse(&[part, b"\n", part, b"\n", part].concat());
        }
    }
}
