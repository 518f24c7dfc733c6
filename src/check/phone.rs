//! Phone numbers: which country's, and whether the way it is written is proof enough.
//!
//! In:      the digits of one candidate, whether a plus stood in front, whether a group stood in brackets, the digits per group.
//! Out:     E.164, country, and whether the form stands alone or needs a keyword, a field or a link.
//! Not:     extensions (the engine ends the candidate before them); masks with other characters than digits.
//! Source:  ITU-T E.164 and its list of country codes; numbering plans of KZ, RU, BY, UA as of 2026; lengths elsewhere.
//! Misses:  any change within a plan: phone numbers have no control digit.
//! Chance:  with a plus and the right length nearly none; bare 10 to 12 digits 1 in 10 to 1 in 2.

use super::digits::pair;

/// A candidate as it is written.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// All its digits, ASCII, without separators.
    pub digits: &'a [u8],
    /// Whether `+` (or `%2B`) stood directly in front.
    pub plus: bool,
    /// Whether a group of digits (the area code) stood in brackets.
    pub brackets: bool,
    /// Digits per group, in order; empty if that is not known.
    pub groups: &'a [u8],
}

/// What a phone number needs to be reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Plus, brackets or the usual groups after the trunk prefix: the form is proof.
    Alone,
    /// Bare digits: needs a keyword, a field or a link.
    Context,
}

/// A phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phone {
    /// E.164 with the plus; the first [`Phone::len`] bytes count.
    pub e164: [u8; 16],
    /// Length of the number in [`Phone::e164`], plus included.
    pub len: u8,
    /// ISO 3166 code of the country; of the largest one where several share a code; `001` for none.
    pub country: &'static str,
    /// What it needs to be reported.
    pub standing: Standing,
}

impl Phone {
    /// E.164 with the plus.
    pub fn normal(&self) -> &[u8] {
        self.e164.get(..usize::from(self.len)).unwrap_or_default()
    }
}

/// A country: code, name, shortest and longest national number.
struct Country {
    code: &'static [u8],
    name: &'static str,
    shortest: usize,
    longest: usize,
}

const fn country(code: &'static str, name: &'static str, shortest: usize, longest: usize) -> Country {
    Country { code: code.as_bytes(), name, shortest, longest }
}

/// Countries by code, sorted; +7 and +1 are decided by their plans.
#[rustfmt::skip]
const COUNTRIES: &[Country] = &[
    country("1", "US", 10, 10), country("20", "EG", 8, 10), country("211", "SS", 9, 9), country("212", "MA", 9, 9),
    country("213", "DZ", 8, 9), country("216", "TN", 8, 8), country("218", "LY", 8, 9), country("220", "GM", 7, 7),
    country("221", "SN", 9, 9), country("222", "MR", 8, 8), country("223", "ML", 8, 8), country("224", "GN", 8, 9),
    country("225", "CI", 10, 10), country("226", "BF", 8, 8), country("227", "NE", 8, 8), country("228", "TG", 8, 8),
    country("229", "BJ", 8, 10), country("230", "MU", 7, 8), country("231", "LR", 7, 9), country("232", "SL", 8, 8),
    country("233", "GH", 9, 9), country("234", "NG", 8, 10), country("235", "TD", 8, 8), country("236", "CF", 8, 8),
    country("237", "CM", 8, 9), country("238", "CV", 7, 7), country("239", "ST", 7, 7), country("240", "GQ", 9, 9),
    country("241", "GA", 7, 8), country("242", "CG", 9, 9), country("243", "CD", 8, 10), country("244", "AO", 9, 9),
    country("245", "GW", 9, 9), country("246", "IO", 7, 7), country("247", "AC", 5, 6), country("248", "SC", 7, 7),
    country("249", "SD", 9, 9), country("250", "RW", 8, 9), country("251", "ET", 9, 9), country("252", "SO", 7, 9),
    country("253", "DJ", 8, 8), country("254", "KE", 9, 10), country("255", "TZ", 9, 9), country("256", "UG", 9, 9),
    country("257", "BI", 8, 8), country("258", "MZ", 8, 9), country("260", "ZM", 9, 9), country("261", "MG", 9, 10),
    country("262", "RE", 9, 9), country("263", "ZW", 8, 10), country("264", "NA", 8, 9), country("265", "MW", 7, 9),
    country("266", "LS", 8, 8), country("267", "BW", 7, 8), country("268", "SZ", 8, 9), country("269", "KM", 7, 7),
    country("27", "ZA", 9, 9), country("290", "SH", 4, 5), country("291", "ER", 7, 7), country("297", "AW", 7, 7),
    country("298", "FO", 6, 6), country("299", "GL", 6, 6), country("30", "GR", 10, 10), country("31", "NL", 9, 9),
    country("32", "BE", 8, 9), country("33", "FR", 9, 9), country("34", "ES", 9, 9), country("350", "GI", 8, 8),
    country("351", "PT", 9, 9), country("352", "LU", 6, 11), country("353", "IE", 7, 10), country("354", "IS", 7, 9),
    country("355", "AL", 8, 9), country("356", "MT", 8, 8), country("357", "CY", 8, 8), country("358", "FI", 7, 11),
    country("359", "BG", 8, 9), country("36", "HU", 8, 9), country("370", "LT", 8, 8), country("371", "LV", 8, 8),
    country("372", "EE", 7, 8), country("373", "MD", 8, 8), country("374", "AM", 8, 8), country("375", "BY", 9, 9),
    country("376", "AD", 6, 9), country("377", "MC", 8, 9), country("378", "SM", 8, 10), country("380", "UA", 9, 9),
    country("381", "RS", 8, 10), country("382", "ME", 8, 9), country("383", "XK", 8, 9), country("385", "HR", 8, 9),
    country("386", "SI", 8, 8), country("387", "BA", 8, 9), country("389", "MK", 8, 8), country("39", "IT", 8, 11),
    country("40", "RO", 9, 9), country("41", "CH", 9, 9), country("420", "CZ", 9, 9), country("421", "SK", 9, 9),
    country("423", "LI", 7, 9), country("43", "AT", 8, 13), country("44", "GB", 9, 10), country("45", "DK", 8, 8),
    country("46", "SE", 7, 10), country("47", "NO", 8, 8), country("48", "PL", 9, 9), country("49", "DE", 8, 12),
    country("500", "FK", 5, 5), country("501", "BZ", 7, 7), country("502", "GT", 8, 8), country("503", "SV", 8, 8),
    country("504", "HN", 8, 8), country("505", "NI", 8, 8), country("506", "CR", 8, 8), country("507", "PA", 7, 8),
    country("508", "PM", 6, 9), country("509", "HT", 8, 8), country("51", "PE", 8, 9), country("52", "MX", 10, 11),
    country("53", "CU", 8, 8), country("54", "AR", 10, 11), country("55", "BR", 10, 11), country("56", "CL", 9, 9),
    country("57", "CO", 10, 10), country("58", "VE", 10, 10), country("590", "GP", 9, 9), country("591", "BO", 8, 8),
    country("592", "GY", 7, 7), country("593", "EC", 8, 9), country("594", "GF", 9, 9), country("595", "PY", 9, 9),
    country("596", "MQ", 9, 9), country("597", "SR", 6, 7), country("598", "UY", 8, 8), country("599", "CW", 7, 8),
    country("60", "MY", 8, 10), country("61", "AU", 9, 9), country("62", "ID", 8, 12), country("63", "PH", 9, 10),
    country("64", "NZ", 8, 10), country("65", "SG", 8, 8), country("66", "TH", 8, 9), country("670", "TL", 7, 8),
    country("672", "NF", 6, 6), country("673", "BN", 7, 7), country("674", "NR", 7, 7), country("675", "PG", 7, 8),
    country("676", "TO", 5, 7), country("677", "SB", 5, 7), country("678", "VU", 5, 7), country("679", "FJ", 7, 7),
    country("680", "PW", 7, 7), country("681", "WF", 6, 6), country("682", "CK", 5, 5), country("683", "NU", 4, 7),
    country("685", "WS", 5, 7), country("686", "KI", 8, 8), country("687", "NC", 6, 6), country("688", "TV", 5, 7),
    country("689", "PF", 6, 8), country("690", "TK", 4, 7), country("691", "FM", 7, 7), country("692", "MH", 7, 7),
    country("7", "RU", 10, 10), country("800", "001", 8, 8), country("808", "001", 8, 8), country("81", "JP", 9, 10),
    country("82", "KR", 8, 10), country("84", "VN", 9, 10), country("850", "KP", 8, 10), country("852", "HK", 8, 8),
    country("853", "MO", 8, 8), country("855", "KH", 8, 9), country("856", "LA", 8, 10), country("86", "CN", 10, 11),
    country("870", "001", 9, 9), country("880", "BD", 8, 10), country("881", "001", 9, 10), country("882", "001", 7, 12),
    country("883", "001", 7, 12), country("886", "TW", 8, 9), country("888", "001", 11, 11), country("90", "TR", 10, 10),
    country("91", "IN", 10, 10), country("92", "PK", 9, 10), country("93", "AF", 9, 9), country("94", "LK", 9, 9),
    country("95", "MM", 7, 10), country("960", "MV", 7, 7), country("961", "LB", 7, 8), country("962", "JO", 8, 9),
    country("963", "SY", 8, 9), country("964", "IQ", 8, 10), country("965", "KW", 8, 8), country("966", "SA", 9, 9),
    country("967", "YE", 7, 9), country("968", "OM", 8, 8), country("970", "PS", 8, 9), country("971", "AE", 8, 9),
    country("972", "IL", 8, 9), country("973", "BH", 8, 8), country("974", "QA", 8, 8), country("975", "BT", 7, 8),
    country("976", "MN", 8, 8), country("977", "NP", 8, 10), country("979", "001", 9, 9), country("98", "IR", 10, 10),
    country("992", "TJ", 9, 9), country("993", "TM", 8, 8), country("994", "AZ", 9, 9), country("995", "GE", 9, 9),
    country("996", "KG", 9, 9), country("998", "UZ", 9, 9),
];

/// Row of [`COUNTRIES`], plus one, by the first three digits of a number; 0 for codes that are not assigned.
const ROWS: [u8; 1000] = {
    let mut rows = [0; 1000];
    let mut row = 0;
    #[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
    while row < COUNTRIES.len() {
        let (mut from, mut count, mut at) = (0, 1000, 0);
        while at < COUNTRIES[row].code.len() {
            count /= 10;
            from += (COUNTRIES[row].code[at] - b'0') as usize * count;
            at += 1;
        }
        let mut number = from;
        while number < from + count {
            rows[number] = row as u8 + 1;
            number += 1;
        }
        row += 1;
    }
    rows
};

/// Whether a number fits its country's plan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// The operator or area code is known.
    Known,
    /// The length is right, but the code is not in the plan: it may be a new one.
    Unlisted,
}

/// The two or three first digits as a number.
fn code(national: &[u8], count: usize) -> u16 {
    national.iter().take(count).fold(0, |code, digit| code * 10 + u16::from(digit.wrapping_sub(b'0')))
}

/// +7: who uses the ten digits, and how well they fit.
fn plan_7(national: &[u8]) -> Option<(&'static str, Fit)> {
    let three = code(national, 3);
    let (name, known) = match three {
        // Kazakhstan: mobile, geographic 71x and 72x, personal 751; 6 is reserved.
        700..=702 | 705..=708 | 710..=729 | 747 | 751 | 760..=764 | 771 | 775..=778 | 785 => ("KZ", true),
        600..=799 => ("KZ", false),
        // Russia: all of 9 is mobile, 800 to 809 are services; the rest are area codes.
        301
        | 302
        | 336
        | 341..=343
        | 345..=347
        | 349
        | 351..=353
        | 365
        | 381..=385
        | 388
        | 390
        | 391
        | 394
        | 395
        | 401
        | 411
        | 413
        | 415
        | 416
        | 421
        | 423
        | 424
        | 426
        | 427
        | 471..=475
        | 481..=487
        | 491..=496
        | 498
        | 499
        | 800..=809
        | 811..=818
        | 820
        | 821
        | 831
        | 833..=836
        | 840..=848
        | 851
        | 855
        | 856
        | 857
        | 860..=863
        | 865..=867
        | 869
        | 871..=873
        | 877..=879
        | 900..=999 => ("RU", true),
        300..=499 | 810..=899 => ("RU", false),
        _ => return None,
    };
    Some((name, if known { Fit::Known } else { Fit::Unlisted }))
}

/// Belarus: mobile 25, 29, 33, 44; the others are geographic.
fn known_in_by(national: &[u8]) -> bool {
    matches!(code(national, 2), 15..=17 | 21..=23 | 25 | 29 | 33 | 44)
}

/// Ukraine: mobile 39, 50, 63, 66 to 68, 71 to 77, 9x; the others are geographic.
fn known_in_ua(national: &[u8]) -> bool {
    let two = code(national, 2);
    matches!(two, 31..=39 | 41 | 43..=48 | 50..=57 | 61..=69 | 71..=73 | 75 | 77 | 91..=99)
        || matches!(code(national, 3), 800 | 900)
}

/// Mobile operators of Ukraine.
fn is_mobile_in_ua(national: &[u8]) -> bool {
    matches!(code(national, 2), 39 | 50 | 63 | 66..=68 | 73 | 75 | 77 | 91..=99)
}

/// Whether digits, without a plus, are a mobile number of Kazakhstan, Russia, Belarus or Ukraine in the way that people there
/// write it, with the code of an operator: what else has so many digits seldom begins so.
pub(crate) fn is_mobile(digits: &[u8]) -> bool {
    match digits {
        [b'7' | b'8', rest @ ..] if rest.len() == 10 => {
            let belarus = digits.first() == Some(&b'8') && matches!(code(rest, 3), 25 | 29 | 33 | 44);
            matches!(code(rest, 3), 700..=702 | 705..=708 | 747 | 771 | 775..=778 | 900..=999) || belarus
        }
        [b'3', b'7', b'5', rest @ ..] if rest.len() == 9 => matches!(code(rest, 2), 25 | 29 | 33 | 44),
        [b'3', b'8', b'0', rest @ ..] | [b'0', rest @ ..] if rest.len() == 9 => is_mobile_in_ua(rest),
        _ => false,
    }
}

/// How well a national number fits the plan of its country.
fn plan(name: &'static str, national: &[u8]) -> Option<(&'static str, Fit)> {
    let first = national.first().copied().unwrap_or(b'0');
    let known = match name {
        "RU" => return plan_7(national),
        // Area and exchange codes of North America start with 2 to 9.
        "US" => {
            let exchange = national.get(3).copied().unwrap_or(b'0');
            if first < b'2' || exchange < b'2' {
                return None;
            }
            true
        }
        "BY" => known_in_by(national),
        "UA" => known_in_ua(national),
        "KG" | "TJ" => first >= b'2',
        "UZ" => matches!(code(national, 2), 20 | 33 | 50 | 55 | 61..=79 | 80..=99),
        "AM" | "AZ" => matches!(first, b'1'..=b'9'),
        "GE" | "MD" => matches!(first, b'2'..=b'9'),
        _ => true,
    };
    Some((name, if known { Fit::Known } else { Fit::Unlisted }))
}

/// All digits equal, or zeros where the subscriber's number is: an input mask.
fn is_mask(national: &[u8]) -> bool {
    let equal = national.iter().all(|digit| Some(digit) == national.first());
    let zeros = national.last_chunk::<7>().is_some_and(|end| end.iter().all(|digit| *digit == b'0'));
    equal || zeros
}

/// The number of a country from its parts, unless it is a mask or not in the plan.
fn build(code: &[u8], name: &'static str, national: &[u8], alone: bool) -> Option<Phone> {
    let (country, fit) = plan(name, national)?;
    if is_mask(national) {
        return None;
    }
    let mut e164 = [0; 16];
    let mut len = 0_u8;
    for byte in b"+".iter().chain(code).chain(national) {
        *e164.get_mut(usize::from(len))? = *byte;
        len += 1;
    }
    let standing = if alone && fit == Fit::Known { Standing::Alone } else { Standing::Context };
    Some(Phone { e164, len, country, standing })
}

/// The country whose code the digits begin with.
fn country_of(digits: &[u8]) -> Option<&'static Country> {
    let row = ROWS.get(usize::from(code(digits, 3)))?.checked_sub(1)?;
    COUNTRIES.get(usize::from(row))
}

/// Whether the groups can be a number's whose prefix or area code, of one of these lengths, stands first.
fn begins_with(groups: &[u8], lengths: &[u8]) -> bool {
    match groups {
        [] | [_] => true,
        [first, ..] => lengths.contains(first),
    }
}

/// A number that begins with its country code.
fn international(digits: &[u8], alone: bool) -> Option<Phone> {
    let found = country_of(digits)?;
    let mut national = digits.get(found.code.len()..)?;
    // `+44 (0)20 ...`, `+375 (029) ...`: the trunk prefix is not part of the number; in Italy and some others it is.
    if let [b'0', rest @ ..] = national
        && !matches!(found.name, "IT" | "SM" | "CI" | "GA" | "CG" | "AC" | "US" | "RU")
        && national.len() > found.shortest
    {
        national = rest;
    }
    let fits = (found.shortest..=found.longest).contains(&national.len());
    if fits { build(found.code, found.name, national, alone) } else { None }
}

/// Groups in which numbers are written after a trunk 8 or a bare 7: one digit, then the area code and its usual parts.
fn is_usual_grouping(groups: &[u8]) -> bool {
    matches!(
        groups,
        [1, 3, 3, 2, 2]
            | [1, 4, 2, 2, 2]
            | [1, 5, 1, 2, 2]
            | [1, 3, 1, 2, 2, 2]
            | [5, 2, 2, 2]
            | [1, 3, 3, 4]
            | [1, 3, 2, 2, 3]
            | [1, 3, 2, 3, 2]
            | [1, 3, 1, 3, 3]
    )
}

/// Whether so many digits, the first of which are these, may be a number without a plus: a cheap look before [`parse`].
pub(crate) fn may_stand_bare(digits: usize, first: u8, second: u8) -> bool {
    match (digits, first) {
        (9, _) => BARE_NINE >> (u32::from(pair_at(&[first, second])) & 127) & 1 != 0,
        (10, _) => matches!(first, b'0' | b'3' | b'4' | b'7'..=b'9'),
        (11, b'0') => matches!(second, b'0' | b'2'..=b'5' | b'7'),
        _ => true,
    }
}

/// The same for groups of digits that only countries further off write so: `(212) 555-0147`, `01632 960 123`.
pub(crate) fn may_be_abroad(digits: usize, first: u8, groups: usize) -> bool {
    matches!((digits, first, groups), (10, b'2' | b'5' | b'6', 3) | (11, b'0', 2..=4))
}

/// Digits of the longest first group that a number without a plus has, if it has more than one.
pub(crate) const LONGEST_PREFIX: usize = 6;

/// First two digits of bare numbers of nine digits, a bit each.
const BARE_NINE: u128 = BARE_BY | BARE_UZ | BARE_KG | BARE_UA;
const BARE_BY: u128 = bits(&[25, 29, 33, 44, 17]);
const BARE_UZ: u128 = bits(&[88, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
const BARE_KG: u128 = bits(&[22, 50, 55, 70, 75, 77]);
const BARE_UA: u128 = bits(&[63, 66, 67, 68, 39, 73]);

#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const fn bits(list: &[u8]) -> u128 {
    let mut bits = 0;
    let mut i = 0;
    while i < list.len() {
        bits |= 1 << list[i];
        i += 1;
    }
    bits
}

/// The phone number that a candidate is, all of its digits.
///
/// Wants nothing but ASCII digits in [`Written::digits`]; anything else gives nothing.
pub fn parse(written: &Written<'_>) -> Option<Phone> {
    let Written { digits, plus, brackets, groups } = *written;
    if !(9..=17).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        // Some countries' numbers with a plus are shorter.
        let short = plus && digits.len() >= 8 && digits.iter().all(u8::is_ascii_digit);
        return if short { international(digits, true) } else { None };
    }
    if plus {
        // `+8 701 ...` is a trunk prefix typed after the plus.
        return match digits {
            [b'8', rest @ ..] if rest.len() == 10 && !is_assigned_8(digits) => build(b"7", "RU", rest, false),
            _ => international(digits, true),
        };
    }
    let usual = brackets || is_usual_grouping(groups);
    // The first group tells dates, cards and book numbers from phones.
    let first: &[u8] = match digits {
        [b'0', b'0', ..] => &[2, 3, 4, 5],
        // `87222 52-14-38`: the trunk prefix glued to the area code.
        [b'8', rest @ ..] if rest.len() == 10 => &[1, 2, 4, 5],
        [b'7', rest @ ..] if rest.len() == 10 => &[1, 2, 4],
        [b'8', b'1', b'0', ..] => &[1, 2, 3],
        [b'0', ..] => &[1, 3, 4, 5, 6],
        _ if digits.len() == 10 => &[3, 4, 5],
        _ if digits.len() == 9 => &[2, 3, 4],
        [b'3', b'8', b'0', ..] => &[2, 3, 5],
        _ if is_neighbour(digits) => &[3, 5],
        [b'1' | b'7', ..] => &[1],
        _ => match country_of(digits)? {
            Country { name: "001", .. } => return None,
            Country { code: [_, _], .. } => &[2],
            _ => &[3],
        },
    };
    if !begins_with(groups, first) {
        return None;
    }
    match digits {
        // International prefixes: 00 and, from this region, 8 10.
        [b'0', b'0', rest @ ..] | [b'8', b'1', b'0', rest @ ..] if rest.len() >= 10 => international(rest, false),
        // Trunk 8 and 0: Belarus, and Ukraine in old texts.
        [b'8', b'0', rest @ ..] if rest.len() == 9 => match () {
            () if known_in_by(rest) => build(b"375", "BY", rest, usual),
            () if known_in_ua(rest) => build(b"380", "UA", rest, usual),
            () => None,
        },
        // `8701-555-01-23`
        [b'8' | b'7', rest @ ..] if rest.len() == 10 => {
            build(b"7", "RU", rest, usual || groups == [4, 3, 2, 2] && is_mobile(digits))
        }
        // Ten digits with a trunk 0.
        [b'0', rest @ ..] if rest.len() == 9 => match () {
            // `067 330 58 21`: nothing else is grouped so behind a zero.
            () if known_in_ua(rest) => {
                let usual = groups == [3, 3, 2, 2] || groups == [1, 2, 3, 2, 2];
                build(b"380", "UA", rest, brackets || usual && is_mobile_in_ua(rest))
            }
            () if known_in_by(rest) => build(b"375", "BY", rest, brackets),
            () if matches!(rest.first(), Some(b'2' | b'5' | b'7' | b'9')) => build(b"996", "KG", rest, false),
            () => None,
        },
        // Turkey's trunk 0 makes eleven.
        [b'0', rest @ ..] if rest.len() == 10 && matches!(rest.first(), Some(b'2'..=b'5')) => {
            build(b"90", "TR", rest, false)
        }
        // So does Britain's: mobile numbers, and others where they are written in groups.
        [b'0', b'7', ..] if digits.len() == 11 => build(b"44", "GB", digits.get(1..)?, false),
        [b'0', b'1', ..] if digits.len() == 11 && groups.len() > 1 => build(b"44", "GB", digits.get(1..)?, false),
        [b'0', ..] => None,
        // Without any prefix: ten digits in Russia and Kazakhstan, nine in Belarus, Uzbekistan, Kyrgyzstan, Ukraine.
        _ if digits.len() == 10 => match digits.first() {
            // `(8482) 31-70-44`
            Some(b'3' | b'4' | b'7' | b'8' | b'9') => {
                build(b"7", "RU", digits, brackets && matches!(groups, [4, 2, 2, 2] | [5, 1, 2, 2]))
            }
            Some(b'2' | b'5' | b'6') if groups == [3, 3, 4] => build(b"1", "US", digits, false),
            _ => None,
        },
        _ if digits.len() == 9 => {
            let code = pair_at(digits);
            let among = |list: u128| list >> (code & 127) & 1 != 0;
            match () {
                () if among(BARE_BY) => build(b"375", "BY", digits, false),
                () if among(BARE_UZ) => build(b"998", "UZ", digits, false),
                () if among(BARE_KG) => build(b"996", "KG", digits, false),
                () if among(BARE_UA) => build(b"380", "UA", digits, false),
                () => None,
            }
        }
        // With a country code, but no plus.
        _ => international(digits, brackets && is_neighbour(digits)),
    }
}

/// Whether a number with plus and 8 in front is one of the countries whose codes begin with 8.
fn is_assigned_8(digits: &[u8]) -> bool {
    matches!(pair_at(digits), 81 | 82 | 84 | 86)
        || international(digits, true).is_some_and(|phone| phone.country != "001")
}

/// The first two digits.
fn pair_at(digits: &[u8]) -> u8 {
    match digits {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', ..] => pair(a - b'0', b - b'0'),
        _ => 0,
    }
}

/// Codes of the region, which are often written without a plus: `375 (29) 655-01-23`.
fn is_neighbour(digits: &[u8]) -> bool {
    matches!(code(digits, 3), 373..=375 | 380 | 992..=996 | 998)
}

/// The longest run of whole groups from the start that is a phone number, as (number of groups, phone).
///
/// For a run such as `8 701 555 01 23 45`, where something else follows. A single group is never cut. With
/// [`Written::groups`] empty, or not adding up to the digits, only the whole is tried.
pub fn parse_groups(written: &Written<'_>) -> Option<(usize, Phone)> {
    let total: usize = written.groups.iter().map(|group| usize::from(*group)).sum();
    if written.groups.is_empty() || total != written.digits.len() {
        return parse(written).map(|phone| (written.groups.len(), phone));
    }
    let mut end = total;
    for count in (1..=written.groups.len()).rev() {
        let groups = written.groups.get(..count)?;
        let digits = written.digits.get(..end)?;
        if let Some(phone) = parse(&Written { digits, groups, ..*written }) {
            return Some((count, phone));
        }
        end = end.saturating_sub(usize::from(groups.last().copied().unwrap_or(0)));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::testing::random_bytes;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn the_cheap_look_refuses_no_number(number in "[0-9]{9,13}", brackets: bool) {
            let digits = number.as_bytes();
            let written = Written { digits, plus: false, brackets, groups: &[] };
            if parse(&written).is_some() {
                prop_assert!(may_stand_bare(digits.len(), digits[0], digits[1]), "{number}");
            }
        }
    }

    /// Splits text as the engine does: digits, plus, brackets, groups.
    fn written(text: &str) -> (Vec<u8>, bool, bool, Vec<u8>) {
        let groups: Vec<&str> =
            text.split(|letter: char| !letter.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
        let sizes = groups.iter().map(|group| group.len() as u8).collect();
        (groups.concat().into_bytes(), text.starts_with('+'), text.contains('('), sizes)
    }

    fn read(text: &str) -> Option<(String, &'static str, Standing)> {
        let (digits, plus, brackets, groups) = written(text);
        let phone = parse(&Written { digits: &digits, plus, brackets, groups: &groups })?;
        Some((String::from_utf8(phone.normal().to_vec()).unwrap(), phone.country, phone.standing))
    }

    #[track_caller]
    fn is(text: &str, normal: &str, country: &str, standing: Standing) {
        assert_eq!(read(text), Some((normal.to_owned(), country, standing)), "{text}");
    }

    #[test]
    fn codes_are_sorted_and_no_code_begins_another() {
        assert!(
            COUNTRIES.windows(2).all(|pair| pair[0].code < pair[1].code && !pair[1].code.starts_with(pair[0].code))
        );
    }

    #[test]
    fn kazakhstan_and_russia() {
        use Standing::{Alone, Context};
        for text in ["+7 701 555 01 23", "+7 (701) 555-01-23", "8 (701) 555-01-23", "8-701-555-01-23", "+77015550123"] {
            is(text, "+77015550123", "KZ", Alone);
        }
        for text in ["87015550123", "77015550123", "8 701 5550123", "7015550123", "(701) 555-01-23", "+8 701 555 01 23"]
        {
            is(text, "+77015550123", "KZ", Context);
        }
        is("8 (7172) 55-01-23", "+77172550123", "KZ", Alone);
        is("87172 55-01-23", "+77172550123", "KZ", Alone);
        is("87172 550123", "+77172550123", "KZ", Context);
        is("8701-555-01-23", "+77015550123", "KZ", Alone);
        is("8-726-2-51-34-07", "+77262513407", "KZ", Alone);
        is("+7(727)250-01-23", "+77272500123", "KZ", Alone);
        is("8 800 555-01-23", "+78005550123", "RU", Alone);
        is("8(3843) 55-01-23", "+73843550123", "RU", Alone);
        is("+7 (81361) 5-01-23", "+78136150123", "RU", Alone);
        is("+7.916.555.01.23", "+79165550123", "RU", Alone);
        is("(916) 555-01-23", "+79165550123", "RU", Context);
        is("+7 703 555 01 23", "+77035550123", "KZ", Context);
    }

    #[test]
    fn belarus_and_ukraine() {
        use Standing::{Alone, Context};
        for text in ["+375 29 655-01-23", "8 (029) 655-01-23", "+375 (029) 655-01-23", "375 (29) 655-01-23"] {
            is(text, "+375296550123", "BY", Alone);
        }
        for text in ["8 029 6550123", "80296550123", "375296550123", "29 655 01 23", "8 10 375 29 655 01 23"] {
            is(text, "+375296550123", "BY", Context);
        }
        for text in
            ["+380 50 555 01 23", "+38 (050) 555-01-23", "(050) 555-01-23", "38 (050) 555-01-23", "8 (050) 555-01-23"]
        {
            is(text, "+380505550123", "UA", Alone);
        }
        is("050 555 01 23", "+380505550123", "UA", Alone);
        for text in ["0505550123", "380505550123", "38 050 555 01 23", "050 55 50 123"] {
            is(text, "+380505550123", "UA", Context);
        }
        is("044 255-01-23", "+380442550123", "UA", Context);
    }

    #[test]
    fn others() {
        use Standing::{Alone, Context};
        is("+998 90 123 45 67", "+998901234567", "UZ", Alone);
        is("+996 555 123 456", "+996555123456", "KG", Alone);
        is("+374 91 123456", "+37491123456", "AM", Alone);
        is("+994 50 123 45 67", "+994501234567", "AZ", Alone);
        is("+995 599 12 34 56", "+995599123456", "GE", Alone);
        is("+373 69 123 456", "+37369123456", "MD", Alone);
        is("+992 918 12 34 56", "+992918123456", "TJ", Alone);
        is("+1 202-555-0123", "+12025550123", "US", Alone);
        is("+44 20 7946 0123", "+442079460123", "GB", Alone);
        is("+44 (0)20 7946 0123", "+442079460123", "GB", Alone);
        is("+49 30 23125 123", "+493023125123", "DE", Alone);
        is("+90 (532) 555 01 23", "+905325550123", "TR", Alone);
        is("442079460123", "+442079460123", "GB", Context);
        is("0044 20 7946 0123", "+442079460123", "GB", Context);
    }

    #[test]
    fn not_phones() {
        for text in [
            "+7 000 000-00-00",
            "+7 (999) 999-99-99",
            "8 (999) 999-99-99",
            "+7 800",
            "+780 12 34",
            "8 701 555",
            "8.70.15.55",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        for text in
            ["380675550", "8.701.555.01", "+1 102-555-0123", "+7 123 456-78-90", "+999 12 345 67 89", "", "1700000000"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        let written = Written { digits: "８７０１".as_bytes(), plus: true, brackets: false, groups: &[] };
        assert_eq!(parse(&written), None);
    }

    #[test]
    fn mobile_numbers_are_told_by_their_operators() {
        for text in ["87015550123", "79165550123", "80295550123", "375295550123", "380505550123", "0505550123"] {
            assert!(is_mobile(text.as_bytes()), "{text}");
        }
        for text in ["87275550123", "74955550123", "80175550123", "375175550123", "380445550123", "0445550123", ""] {
            assert!(!is_mobile(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn the_first_group_tells_other_things_apart() {
        for text in
            ["25.12.2024 18:30", "2024-12-25 18", "5-02-013850", "8701-5550-1234", "1 234 567 890", "10 000 000 000"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn cut_at_groups() {
        let (digits, plus, brackets, groups) = written("8 701 555 01 23 45");
        let (count, phone) = parse_groups(&Written { digits: &digits, plus, brackets, groups: &groups }).unwrap();
        assert_eq!((count, phone.normal(), phone.standing), (5, &b"+77015550123"[..], Standing::Alone));
        let (digits, plus, brackets, groups) = written("8701555012345");
        assert_eq!(parse_groups(&Written { digits: &digits, plus, brackets, groups: &groups }), None);
    }

    #[test]
    fn random_never_panics() {
        let bytes = random_bytes(50_000);
        for (start, len) in (0..bytes.len()).zip((0..24).cycle()) {
            let digits = &bytes[start..(start + len).min(bytes.len())];
            for plus in [false, true] {
                parse_groups(&Written { digits, plus, brackets: !plus, groups: &bytes[..len % 6] });
            }
        }
    }
}
