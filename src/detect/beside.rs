//! Values told by what stands directly before a group of digits: accounts of messengers, values in two fields, hardware
//! addresses without separators, account numbers with Cyrillic letters in them.
//!
//! Most groups of digits are refused by one or two bytes.

use super::catalog::RuleIndex;
use super::context::{self, Border};
use super::number;
use super::scan::{Block, Candidate, Scanner, is_published};
use crate::check::{Input, Verdict, bank_key_holds, ip};
use crate::finding::{Confidence, Evidence};
use crate::text::field::Meaning;
use crate::text::{at, before, digits_among, slice};
use std::ops::Range;

/// How far before a number its series may end, in bytes: the name of a field, and quotes.
const SERIES_BYTES: usize = 96;
/// How far around an account number the code of its bank is looked for, in bytes: 300 characters, most of one byte.
const BANK_BYTES: usize = 400;
/// How near the code of a bank must stand to speak against an account number, in bytes.
const BANK_NEAR_BYTES: usize = 160;
/// Digits of an account in ICQ.
const ICQ_DIGITS: std::ops::RangeInclusive<usize> = 6..=9;
/// Longest connector of an open channel, in bytes.
const CONNECTOR_BYTES: usize = 32;

impl Scanner<'_> {
    /// Decides a group of six or more digits by what stands directly before it. Gives whether it is taken.
    pub(super) fn beside(&mut self, block: &Block<'_>, digits: &Range<usize>) -> bool {
        let bytes = block.bytes;
        let (left, right) = (before(bytes, digits.start), at(bytes, digits.end));
        if digits.len() == 8 && (is_russian_code(bytes, digits.start) || self.code_of_company(block, digits)) {
            return true;
        }
        if digits.len() == 9 && self.card_behind_person(block, digits) {
            return true;
        }
        if matches!(right, b'a'..=b'f' | b'A'..=b'F') || matches!(left, b'a'..=b'f' | b'A'..=b'F') {
            if left == b'd' && right != b'd' && self.page(block, digits) {
                return true;
            }
            return self.bare_mac(block, digits) || self.misspelt_iban(block, digits);
        }
        match left {
            b'|' => self.open_channel(block, digits) || self.in_two_fields(block, digits),
            b'=' | b':' | b'"' | b'\'' | b'-' => self.account_key(block, digits) || self.in_two_fields(block, digits),
            b'>' | b',' | b';' | b'\t' => self.in_two_fields(block, digits),
            b'/' if right == b'/' && at(bytes, digits.end + 4) == b'/' => self.travel_document(block, digits),
            b' ' => match at(bytes, digits.start.wrapping_sub(2)) {
                b':' | b'=' => self.account_key(block, digits) || self.in_two_fields(block, digits),
                b',' | b';' | b'>' => self.in_two_fields(block, digits),
                b'q' | b'Q' => self.icq(block, digits),
                _ => false,
            },
            b'A'..=b'Z' if right == b'/' && self.travel_document(block, digits) => true,
            b'A'..=b'Z' | 0x80.. => self.misspelt_iban(block, digits),
            _ => false,
        }
    }

    /// `ТОВ «Слобода-Транс», код 39104821`, `"АТ КБ ""ПРИВАТБАНК""","14360570"`, `UA50…418, код 39771459`: the number of a
    /// company of Ukraine behind its name, or behind its account.
    fn code_of_company(&mut self, block: &Block<'_>, digits: &Range<usize>) -> bool {
        let bytes = block.bytes;
        let head = slice(bytes, digits.start.saturating_sub(16), digits.start);
        let named =
            ["», код ", "\", код ", "” код ", "» код ", "» (код "].iter().any(|named| head.ends_with(named.as_bytes()));
        let behind_account = || head.ends_with(" код ".as_bytes()) && is_behind_iban(bytes, digits.start);
        if !(named || behind_account() || is_behind_company(bytes, digits)) {
            return false;
        }
        let Some(rule) = self.rule_of("ua.edrpou") else { return false };
        let (verdict, _) = self.verdict(block, digits, rule);
        if verdict == Verdict::Holds {
            self.push(block, digits.clone(), rule, None, Confidence::Medium, Evidence::CHECK.with(Evidence::KEYWORD));
        }
        verdict == Verdict::Holds
    }

    /// `860927430511, 047713905, МВД РК`: the number of an identity card between the number of a person of Kazakhstan and
    /// who issued it.
    fn card_behind_person(&mut self, block: &Block<'_>, digits: &Range<usize>) -> bool {
        let bytes = block.bytes;
        let end = back_over(bytes, digits.start, b" ,;|\t\"'");
        let person = end.saturating_sub(12)..end;
        let whole = (1..=4).contains(&(digits.start - end))
            && number::digits_start(bytes, end) == person.start
            && person.len() == 12;
        if !whole || !is_issued_in_kazakhstan(bytes, digits.end) {
            return false;
        }
        let (Some(rule), Some(iin)) = (self.rule_of("kz.id_card"), self.catalog.known.iin) else { return false };
        let holds = self.verdict(block, &person, iin).0 == Verdict::Holds
            && self.verdict(block, digits, rule).0 != Verdict::Fails
            && context::right_border(block, digits.end) == Border::Clear;
        if holds {
            self.push(block, digits.clone(), rule, None, Confidence::High, Evidence::KEYWORD);
        }
        holds
    }

    // ------------------------------------------------------------------------------------------ messengers

    /// `vk.com/id123456`.
    fn page(&mut self, block: &Block<'_>, digits: &Range<usize>) -> bool {
        let start = digits.start.wrapping_sub(2);
        let link = slice(block.bytes, start.saturating_sub(7), digits.start);
        let page = [&b"vk.com/id"[..], b"vk.ru/id", b"vk.me/id"].iter().any(|page| link.ends_with(page));
        let Some(rule) = self.is_on(self.catalog.known.messenger).filter(|_| page) else { return false };
        if context::right_border(block, digits.end) != Border::Clear || digits.len() > 10 {
            return false;
        }
        self.form_is_proof(block, start..digits.end, rule, None);
        true
    }

    /// The user's code in an open channel: `telegrambot|5|123456789|17`.
    fn open_channel(&mut self, block: &Block<'_>, digits: &Range<usize>) -> bool {
        let bytes = block.bytes;
        let Some(rule) = self.is_on(self.catalog.known.messenger) else { return false };
        let line = number::digits_start(bytes, digits.start - 1);
        if line == digits.start - 1 || before(bytes, line) != b'|' {
            return false;
        }
        let window = slice(bytes, (line - 1).saturating_sub(CONNECTOR_BYTES), line - 1);
        let length = window.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let connector = slice(window, window.len() - length, window.len());
        if !CONNECTORS.iter().any(|known| connector.starts_with(known)) {
            return false;
        }
        let mut end = digits.end;
        if at(bytes, end) == b'|' && at(bytes, end + 1).is_ascii_digit() {
            end = number::digits_end(bytes, end + 1);
        }
        self.form_is_proof(block, line - 1 - length..end, rule, None);
        true
    }

    /// A number under a key that names a messenger's account: `chat_id=-100…`, `"from":{"id":…,"is_bot":false`.
    fn account_key(&mut self, block: &Block<'_>, digits: &Range<usize>) -> bool {
        let bytes = block.bytes;
        let Some(rule) = self.is_on(self.catalog.known.messenger) else { return false };
        let start = if before(bytes, digits.start) == b'-' { digits.start - 1 } else { digits.start };
        let mut i = back_over(bytes, start, b"\"'\\ ");
        if !matches!(before(bytes, i), b':' | b'=') {
            return false;
        }
        i = back_over(bytes, i - 1, b"\"'\\ ");
        if !matches!(before(bytes, i), b'd' | b'D' | b'e' | b'q' | b'Q') {
            return false; // neither `id` nor `phone` nor `icq`
        }
        let key = slice(bytes, i.saturating_sub(24), i);
        if is_icq(key, digits.len()) {
            self.push(block, digits.clone(), rule, None, Confidence::High, Evidence::FIELD);
            return true;
        }
        if key.ends_with(b"phone") {
            let chat = key.ends_with(b"send?phone") || key.ends_with(b"send/?phone");
            if chat && digits.len() >= 8 {
                self.form_is_proof(block, digits.clone(), rule, None);
            }
            return false; // it is a phone number too
        }
        let named_id = key.len() >= 2 && slice(key, key.len() - 2, key.len()).eq_ignore_ascii_case(b"id");
        if !named_id || digits.len() > 15 || context::right_border(block, digits.end) != Border::Clear {
            return false;
        }
        let whole =
            !matches!(at(key, key.len().wrapping_sub(3)), b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'-' | b'0'..=b'9');
        let evidence = if whole {
            if !bot_api(bytes, i - 2, digits.end) {
                return false;
            }
            Evidence::FORMAT
        } else {
            let (field, column) = self.looker.field(self.catalog, block, start);
            if !self.looker.meaning(field).is_some_and(|meaning| meaning.raise.contains(&rule)) {
                return false;
            }
            if column { Evidence::COLUMN } else { Evidence::FIELD }
        };
        self.push(block, start..digits.end, rule, None, Confidence::High, evidence);
        true
    }

    /// `ICQ 204417735`.
    fn icq(&mut self, block: &Block<'_>, digits: &Range<usize>) -> bool {
        let Some(rule) = self.is_on(self.catalog.known.messenger) else { return false };
        let word = slice(block.bytes, digits.start.saturating_sub(12), digits.start - 1);
        let told = is_icq(word, digits.len()) && context::right_border(block, digits.end) == Border::Clear;
        if told {
            self.push(block, digits.clone(), rule, None, Confidence::Medium, Evidence::KEYWORD);
        }
        told
    }

    // --------------------------------------------------------------------------------------------- cards

    /// A card whose expiry, verification code or track marks stand behind it. Gives whether it is one.
    pub(super) fn card_by_its_rest(&mut self, block: &Block<'_>, digits: Range<usize>) -> bool {
        let bytes = block.bytes;
        let left = before(bytes, digits.start);
        let told = match at(bytes, digits.end) {
            b'^' => matches!(left, b'B' | b'b' | b'%'),
            b'=' | b'D' => left == b';' && number::digits_end(bytes, digits.end + 1) >= digits.end + 5,
            b' ' | b'|' | b';' | b',' | b'/' => {
                !left.is_ascii_alphanumeric() && left < 0x80 && expires(bytes, digits.end + 1)
            }
            _ => false,
        };
        let Some(rule) = self.is_on(self.catalog.known.card).filter(|_| told) else { return false };
        let (verdict, _) = self.verdict(block, &digits, rule);
        if verdict == Verdict::Holds {
            let level =
                if is_published(slice(bytes, digits.start, digits.end)) { Confidence::Low } else { Confidence::High };
            self.push(block, digits, rule, None, level, Evidence::CHECK.with(Evidence::FORMAT));
        }
        verdict == Verdict::Holds
    }

    // --------------------------------------------------------------------------------- glued to letters

    /// Twelve hexadecimal digits beside the words for a hardware address.
    fn bare_mac(&mut self, block: &Block<'_>, digits: &Range<usize>) -> bool {
        let bytes = block.bytes;
        let Some(rule) = self.is_on(self.catalog.known.mac) else { return false };
        // Most strings with so many digits are longer.
        let Some(others) = 12usize.checked_sub(digits.len()) else { return false };
        let hex = |byte: &&u8| byte.is_ascii_hexdigit();
        let window = slice(bytes, digits.start.saturating_sub(others + 1), digits.start);
        let left = window.iter().rev().take_while(hex).count();
        let window = slice(bytes, digits.end, digits.end + others + 1);
        let right = window.iter().take_while(hex).count();
        let (start, end) = (digits.start - left, digits.end + right);
        if left + right != others || ip::mac_bare(slice(bytes, start, end)).is_none() {
            return false;
        }
        if context::left_border(block, start) != Border::Clear || context::right_border(block, end) != Border::Clear {
            return false;
        }
        let labelled = Verdict::Holds;
        self.decide_one(
            block,
            start..end,
            Candidate { rule, kind: None, verdict: Verdict::Fails, labelled, evidence: Evidence::none() },
        )
    }

    /// An IBAN whose country was typed with a Cyrillic letter: the finder looks for Latin ones only.
    fn misspelt_iban(&mut self, block: &Block<'_>, digits: &Range<usize>) -> bool {
        let bytes = block.bytes;
        if self.is_on(self.catalog.known.iban).is_none() {
            return false;
        }
        let window = slice(bytes, digits.start.saturating_sub(36), digits.start);
        if window.is_ascii() {
            return false;
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80;
        let length = window.iter().rev().take_while(|byte| fits(**byte)).count();
        let token = slice(window, window.len() - length, window.len());
        // Only one of the first two letters is Cyrillic: two bytes, a letter, two digits; or a letter, two bytes, two digits.
        let typed = match token {
            [0xD0 | 0xD1, _, b'A'..=b'Z' | b'a'..=b'z', b'0'..=b'9', b'0'..=b'9', ..]
            | [b'A'..=b'Z' | b'a'..=b'z', 0xD0 | 0xD1, _, b'0'..=b'9', b'0'..=b'9', ..] => 4,
            [0xC0..=0xFF, b'A'..=b'Z' | b'a'..=b'z', b'0'..=b'9', b'0'..=b'9', ..] => 3,
            _ => return false,
        };
        self.iban_from(block, digits.start - length, typed)
    }

    // ---------------------------------------------------------------------------------------- two fields

    /// Series and number in fields of their own: `{"passport_series":"4510","passport_number":"123457"}`.
    fn in_two_fields(&mut self, block: &Block<'_>, digits: &Range<usize>) -> bool {
        let bytes = block.bytes;
        if !(6..=7).contains(&digits.len()) || matches!(at(bytes, digits.end), b'0'..=b'9' | b'.' | b'-' | b':' | b'/')
        {
            return false;
        }
        if !may_follow_series(bytes, digits.start) {
            return false;
        }
        let Some(series) = series_before(bytes, digits.start) else { return false };
        let mut value = [0u8; 24];
        let mut filled = 0;
        let own =
            slice(bytes, series.start, series.end).iter().chain(b" ").chain(slice(bytes, digits.start, digits.end));
        for (slot, byte) in value.iter_mut().zip(own) {
            *slot = *byte;
            filled += 1;
        }
        let value = slice(&value, 0, filled);
        if value.len() != series.len() + 1 + digits.len() {
            return false;
        }
        let (series_field, column) = self.looker.field(self.catalog, block, series.start);
        let numbered = column || is_number_key(bytes, digits.start);
        let series_meaning = match self.looker.meaning(series_field) {
            Some(meaning) => meaning.clone(),
            None if numbered && !column => self.label_of(block, &series),
            None => return false,
        };
        if series_meaning.raise.is_empty() {
            return false;
        }
        let (number_field, _) = self.looker.field(self.catalog, block, digits.start);
        let number_meaning = self.looker.meaning(number_field).cloned().unwrap_or_default();
        let evidence = match (series_field, column) {
            (0, _) => Evidence::KEYWORD,
            (_, true) => Evidence::COLUMN,
            (_, false) => Evidence::FIELD,
        };
        let mut best: Option<(u32, RuleIndex)> = None;
        for rule in self.rules_of(value, digits.len()) {
            let Some(known) = self.rule(rule).filter(|known| known.on) else { continue };
            let named = series_meaning.raise.contains(&rule)
                && (number_meaning.raise.contains(&rule) || (numbered && !number_meaning.cancels));
            if named && self.proves(rule, value) && best.is_none_or(|(rank, _)| known.rank < rank) {
                best = Some((known.rank, rule));
            }
        }
        let Some((_, rule)) = best else { return false };
        self.push(block, series.start..digits.end, rule, None, Confidence::High, evidence);
        true
    }

    /// What the words directly before a series say: labels of a form.
    fn label_of(&mut self, block: &Block<'_>, series: &Range<usize>) -> Meaning {
        let catalog = self.catalog;
        let around = self.looker.around(catalog, block, series, |_| false);
        let mut meaning = Meaning::default();
        for (near, _) in around.near().filter(|(near, _)| !near.forward && near.chars <= 3) {
            if let Some(group) = catalog.groups.get(usize::from(near.group)) {
                meaning.merge(group);
            }
        }
        meaning
    }

    /// Rules that know values written like this one.
    fn rules_of(&self, value: &[u8], number: usize) -> Vec<RuleIndex> {
        let digits = value.len() - number..value.len();
        let pictures = self.catalog.pictures.get(number).map_or(&[][..], Vec::as_slice).iter();
        let whole = |found: Range<usize>| found == (0..value.len());
        let mut rules: Vec<RuleIndex> = pictures
            .filter(|picture| picture.around(value, &digits).is_some_and(whole))
            .map(|picture| picture.rule)
            .collect();
        let mut run = number::Run::default();
        if value.first().is_some_and(u8::is_ascii_digit) {
            run.read(value, 0);
            let signature = run.groups.iter().fold(0, |known, group| {
                let gap = if group.start == 0 { number::Gap::Start } else { group.gap };
                number::extend(known, gap, group.len())
            });
            rules.extend(self.catalog.layouts.get(&signature).into_iter().flatten().map(|layout| layout.rule));
        }
        rules
    }

    /// Whether a value under fields that name the rule passes its check, or the looser one.
    fn proves(&self, rule: RuleIndex, value: &[u8]) -> bool {
        let Some(rule) = self.rule(rule) else { return false };
        let mut normal = Vec::new();
        super::normal::normal_form(rule, value, &mut normal);
        let input = Input { normal: &normal, today: self.today() };
        (rule.check)(&input) != Verdict::Fails || rule.labelled.is_some_and(|check| check(&input) != Verdict::Fails)
    }

    // ----------------------------------------------------------------------------------------- bank codes

    /// Whether the key of an account number belongs to a bank whose code (BIK) stands near; `None` if none stands there.
    /// Correspondent accounts are a bank's own: without their bank's code they are nobody's.
    pub(super) fn bank_key(block: &Block<'_>, span: &Range<usize>) -> Option<bool> {
        let bytes = block.bytes;
        let mut account = [0u8; 20];
        let digits = slice(bytes, span.start, span.end).iter().filter(|byte| byte.is_ascii_digit());
        for (slot, digit) in account.iter_mut().zip(digits) {
            *slot = *digit;
        }
        let correspondent = account.starts_with(b"301");
        let (lo, hi) = (span.start.saturating_sub(BANK_BYTES), (span.end + BANK_BYTES).min(bytes.len()));
        let mut found = None;
        let mut i = lo;
        while i < hi {
            if !at(bytes, i).is_ascii_digit() {
                i += 1;
                continue;
            }
            let end = number::digits_end(bytes, i);
            let bik = slice(bytes, i, end);
            let apart = end <= span.start || i >= span.end;
            if bik.len() == 9
                && apart
                && !before(bytes, i).is_ascii_digit()
                && bik.starts_with(b"0")
                && matches!(bik, [_, b'0' | b'1' | b'4', ..])
            {
                let own = !correspondent || bik.get(6..) == account.get(17..);
                if own && bank_key_holds(&account, bik) {
                    return Some(true);
                }
                let near = if end <= span.start { span.start - end } else { i - span.end } <= BANK_NEAR_BYTES;
                if near && said_to_be_bik(bytes, i) {
                    found = Some(false);
                }
            }
            i = end;
        }
        if correspondent { Some(false) } else { found }
    }
}

/// Whether a month and a year stand at `i` (`12/27`, `12|2027`), and nothing that makes a date of them.
fn expires(bytes: &[u8], i: usize) -> bool {
    let i = if at(bytes, i) == b' ' { i + 1 } else { i };
    let month = number::digits_end(bytes, i);
    let part = at(bytes, month);
    if month != i + 2
        || !(1..=12).contains(&number::number(bytes, i..month))
        || !matches!(part, b'/' | b'|' | b';' | b'-')
    {
        return false;
    }
    let year = number::digits_end(bytes, month + 1);
    let years = number::number(bytes, month + 1..year);
    let fits = match year - month {
        3 => (15..=60).contains(&years),
        5 => (2015..=2060).contains(&years),
        _ => false,
    };
    fits && !(at(bytes, year) == part && matches!(part, b'/' | b'-'))
}

/// What open channels call the messenger on the other side.
const CONNECTORS: [&[u8]; 14] = [
    b"telegram",
    b"whatsapp",
    b"viber",
    b"vkgroup",
    b"vk",
    b"facebook",
    b"instagram",
    b"fbinstagram",
    b"imessage",
    b"skype",
    b"network",
    b"ok",
    b"avito",
    b"wazzup",
];

/// Names of the objects of a messenger's protocol that have the account's number under `id`.
const PARENTS: [&[u8]; 8] =
    [b"chat", b"from", b"user", b"sender", b"sender_chat", b"forward_from", b"new_chat_member", b"contact"];

/// Keys that stand beside `id` in such an object.
const SIBLINGS: [&[u8]; 6] = [
    b"\"is_bot\"",
    b"\"type\":\"private",
    b"\"type\":\"group",
    b"\"type\":\"supergroup",
    b"\"first_name\"",
    b"\"language_code\"",
];

/// Back over any of some bytes, at most eight.
#[inline(always)]
fn back_over<const N: usize>(bytes: &[u8], mut i: usize, over: &[u8; N]) -> usize {
    for _ in 0..8 {
        let last = before(bytes, i);
        if i == 0 || !over.contains(&last) {
            break;
        }
        i -= 1;
    }
    i
}

/// Whether the key `id` at `key` is that of an object of a bot's protocol.
fn bot_api(bytes: &[u8], key: usize, value_end: usize) -> bool {
    let open = back_over(bytes, key, b"\"'\\ \n\t\r");
    if before(bytes, open) != b'{' {
        return false;
    }
    let colon = back_over(bytes, open - 1, b" \n\t\r");
    if before(bytes, colon) != b':' {
        return false;
    }
    let end = back_over(bytes, colon - 1, b"\"'\\ ");
    let window = slice(bytes, end.saturating_sub(24), end);
    let length = window.iter().rev().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'_').count();
    let parent = slice(window, window.len() - length, window.len());
    if !PARENTS.contains(&parent) {
        return false;
    }
    let mut object = [0u8; 160];
    let mut length = 0;
    for byte in slice(bytes, value_end, value_end + 200)
        .iter()
        .filter(|byte| !matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | b'\\'))
    {
        if *byte == b'}' {
            break;
        }
        if let Some(slot) = object.get_mut(length) {
            *slot = *byte;
            length += 1;
        }
    }
    SIBLINGS.iter().any(|key| memchr::memmem::find(slice(&object, 0, length), key).is_some())
}

/// What a byte means on the way from a number back to its series.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    On,
    /// The end of the field before.
    Parts,
    Slash,
    Letter,
    Digit,
}

#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const WAYS: [Way; 256] = {
    let mut ways = [Way::On; 256];
    let mut byte = 0;
    while byte < 256 {
        ways[byte] = match byte as u8 {
            b',' | b';' | b'&' | b'|' | b'\t' | b'\n' => Way::Parts,
            b'/' => Way::Slash,
            b'0'..=b'9' => Way::Digit,
            0x80.. | b'a'..=b'z' | b'A'..=b'Z' => Way::Letter,
            _ => Way::On,
        };
        byte += 1;
    }
    ways
};

/// A cheap look, eight bytes at a time: whether two or four digits are the last ones before `start`, or whether two
/// capitals or bytes above ASCII stand on the way to the last ones.
fn may_follow_series(bytes: &[u8], start: usize) -> bool {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const ONES: u64 = HIGH >> 7;
    let (lo, mut i) = (start.saturating_sub(SERIES_BYTES), start);
    let mut letters = 0;
    while i > lo {
        let Some(&eight) = bytes.get(..i).and_then(|head| head.last_chunk::<8>()) else { return true };
        let word = u64::from_le_bytes(eight);
        let low = word & !HIGH;
        let capitals = (low + (0x80 - 0x41) * ONES) & !(low + (0x80 - 0x5B) * ONES) & !word & HIGH;
        letters |= capitals & capitals << 8 | word & HIGH;
        let digits = digits_among(eight);
        if digits != 0 {
            let end = i - digits.leading_zeros() as usize / 8;
            return letters != 0 || matches!(end - number::digits_start(bytes, end), 2 | 4);
        }
        // One byte again, for pairs of capitals.
        i -= 7;
    }
    letters != 0
}

/// The series that stands in the field before the one at `start`: four digits, two and two, or two letters.
fn series_before(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let lo = start.saturating_sub(SERIES_BYTES);
    // Over the number's own key, to what ends the field before.
    let mut parted = false;
    let mut behind = Way::On;
    let mut end = None;
    for (n, &byte) in slice(bytes, lo, start).iter().enumerate().rev() {
        let way = WAYS.get(usize::from(byte)).copied().unwrap_or(Way::On);
        match way {
            Way::Parts => parted = true,
            Way::Digit => {
                end = Some(lo + n + 1);
                break;
            }
            Way::Letter if parted && matches!(behind, Way::On | Way::Parts) => {
                if let Some(series) = two_letters(bytes, lo + n + 1) {
                    return Some(series);
                }
            }
            Way::On if byte == b'<' => parted |= behind == Way::Slash,
            // Attributes: `серыя="АВ" нумар="2771184"`.
            Way::On if byte == b'"' => parted |= at(bytes, lo + n + 1) == b' ',
            _ => {}
        }
        behind = way;
    }
    let i = end.filter(|_| parted)?;
    let first = number::digits_start(bytes, i);
    match i - first {
        4 => Some(first..i),
        2 if before(bytes, first) == b' ' && number::digits_start(bytes, first - 1) + 2 == first - 1 => Some(first - 3..i),
        _ => None,
    }
    .filter(|series| !matches!(before(bytes, series.start), b'0'..=b'9' | b'.' | b'-' | b'/' | b'a'..=b'z' | b'A'..=b'Z' | 0x80..))
}

/// Two letters alone in a field that end at `end`.
fn two_letters(bytes: &[u8], end: usize) -> Option<Range<usize>> {
    if !matches!(at(bytes, end), b'"' | b'\'' | b',' | b';' | b'&' | b'|' | b'\t' | b'\n' | b'\r' | b'<') {
        return None;
    }
    let latin = matches!(slice(bytes, end.wrapping_sub(2), end), [b'A'..=b'Z', b'A'..=b'Z']);
    let utf8 = matches!(slice(bytes, end.wrapping_sub(4), end), [0xD0, 0x80..=0xAF, 0xD0, 0x80..=0xAF]);
    let length = if latin {
        2
    } else if utf8 {
        4
    } else {
        return None;
    };
    let left = before(bytes, end - length);
    matches!(left, b'"' | b'\'' | b'=' | b':' | b' ' | b',' | b';' | b'|' | b'\t' | b'>' | b'(')
        .then_some(end - length..end)
}

/// Whether the key of the value at `start` says no more than "number".
fn is_number_key(bytes: &[u8], start: usize) -> bool {
    let i = back_over(bytes, start, b"\"'\\ ");
    if !matches!(before(bytes, i), b':' | b'=' | b'>') {
        return false;
    }
    let i = back_over(bytes, i - 1, b"\"'\\ ");
    let key = slice(bytes, i.saturating_sub(12), i);
    let ends = |word: &[u8]| {
        key.len() >= word.len() && slice(key, key.len() - word.len(), key.len()).eq_ignore_ascii_case(word)
    };
    ends(b"number")
        || ends(b"num")
        || ends(b"nomer")
        || ends(b"_no")
        || key.ends_with("номер".as_bytes())
        || key.ends_with("нумар".as_bytes())
        || key.ends_with("өмірі".as_bytes())
        || key.ends_with("Номер".as_bytes())
}

/// Whether the code at `start` is said to be that of a bank.
fn said_to_be_bik(bytes: &[u8], start: usize) -> bool {
    let i = back_over(bytes, start, b"\"':=> \t\\.");
    let word = slice(bytes, i.saturating_sub(6), i);
    let small = |word: &[u8]| {
        word.len() >= 3
            && matches!(slice(word, word.len() - 3, word.len()).to_ascii_lowercase().as_slice(), b"bik" | b"bic")
    };
    word.ends_with("БИК".as_bytes())
        || word.ends_with("бик".as_bytes())
        || word.ends_with("Бик".as_bytes())
        || word.ends_with(b"\xC1\xC8\xCA")
        || word.ends_with(b"\xE1\xE8\xEA")
        || small(word)
}
/// Whether the eight digits at `start` stand directly behind ОКПО in a text that nothing says to be of Ukraine: Russia,
/// Kazakhstan and Belarus number organisations in the same way, for statistics.
fn is_russian_code(bytes: &[u8], start: usize) -> bool {
    let mut end = start;
    while start - end < 12
        && matches!(before(bytes, end), b' ' | b'"' | b'\'' | b':' | b'=' | b'>' | b'\t' | b'|' | b';')
    {
        end -= 1;
    }
    // ОКПО организации
    if at(bytes, end.wrapping_sub(1)) >= 0x80 && !slice(bytes, 0, end).ends_with("ПО".as_bytes()) {
        let letters = slice(bytes, end.saturating_sub(32), end).iter().rev().take_while(|byte| **byte >= 0x80).count();
        end -= letters + usize::from(before(bytes, end - letters) == b' ');
    }
    let word = slice(bytes, end.saturating_sub(8), end);
    let named = word == "ОКПО".as_bytes() || slice(word, 4, 8).eq_ignore_ascii_case(b"okpo");
    let around = slice(bytes, start.saturating_sub(COUNTRY_BYTES), start + COUNTRY_BYTES);
    named && !OF_UKRAINE.iter().any(|word| memchr::memmem::find(around, word.as_bytes()).is_some())
}

/// Whether the cell before the one at `digits` holds the name of a company of Ukraine, with its form of ownership first:
/// `"ТОВ ""Дніпро-Пласт""","…"`, `ПрАТ «Київхліб»;…`.
fn is_behind_company(bytes: &[u8], digits: &Range<usize>) -> bool {
    if before(bytes, digits.start) == b' ' {
        return is_behind_quotes(bytes, digits.start);
    }
    let quoted = before(bytes, digits.start) == b'"' && at(bytes, digits.end) == b'"';
    let parting = digits.start - usize::from(quoted);
    let mark = before(bytes, parting);
    if !matches!(mark, b',' | b';' | b'\t') {
        return false;
    }
    let end = parting - 1;
    // The name ends with a letter or a quote.
    if !(matches!(before(bytes, end), b'"' | b'\'') || before(bytes, end) >= 0x80) {
        return false;
    }
    let line = slice(bytes, end.saturating_sub(COMPANY_BYTES), end);
    let line = slice(line, memchr::memrchr(b'\n', line).map_or(0, |n| n + 1), line.len());
    let start = if quoted {
        memchr::memmem::rfind(line, &[mark, b'"']).map_or(0, |n| n + 2)
    } else {
        memchr::memrchr(mark, line).map_or(0, |n| n + 1)
    };
    let name = slice(line, start, line.len());
    let name = name.strip_prefix(b"\"").unwrap_or(name);
    COMPANIES.iter().any(|form| name.starts_with(form.as_bytes()))
}

/// `ТОВ "Агро-Вись" 41230873`, `ТОВ «Агро-Полісся 7» / 42770130`: whether the name of a company in quotes ends before the
/// blank or slash at `start`.
fn is_behind_quotes(bytes: &[u8], start: usize) -> bool {
    let head = slice(bytes, start.saturating_sub(COMPANY_BYTES), start - 1);
    let head = head.strip_suffix(b" /").unwrap_or(head);
    let (name, open) = match head {
        [name @ .., b'"'] => (name, "\""),
        [name @ .., 0xC2, 0xBB] => (name, "«"),
        [name @ .., 0xE2, 0x80, 0x9D] => (name, "“"),
        _ => return false,
    };
    let Some(form) = memchr::memmem::rfind(name, open.as_bytes()).map(|open| slice(name, 0, open)) else {
        return false;
    };
    let line = memchr::memchr(b'\n', slice(name, form.len(), name.len())).is_none();
    let begins = |own: &str| {
        let head = form.strip_suffix(own.as_bytes());
        head.is_some_and(|head| !matches!(before(head, head.len()), b'a'..=b'z' | b'A'..=b'Z' | 0x80..))
    };
    line && COMPANIES.iter().any(|own| begins(own))
}

/// Longest name of a company with its quotes, in bytes.
const COMPANY_BYTES: usize = 200;
/// Forms of ownership and authorities of Ukraine, as they begin a name.
const COMPANIES: [&str; 28] = [
    "ТОВ ",
    "ТзОВ ",
    "ТЗОВ ",
    "ТДВ ",
    "АТ ",
    "ПАТ ",
    "ПрАТ ",
    "ПРАТ ",
    "ПП ",
    "КП ",
    "ДП ",
    "ФГ ",
    "СФГ ",
    "КНП ",
    "КЗ ",
    "ОСББ ",
    "ГО ",
    "БФ ",
    "БО ",
    "ГУ ДПС",
    "ГУК ",
    "УДКСУ ",
    "ВСП ",
    "ЗДО ",
    "Товариство ",
    "ТОВАРИСТВО ",
    "Акціонерне ",
    "Комунальне ",
];

/// Whether the number of an account of Ukraine (IBAN) stands before the word at the end of which `start` is.
fn is_behind_iban(bytes: &[u8], start: usize) -> bool {
    let line = slice(bytes, start.saturating_sub(64), start);
    let Some(country) = memchr::memmem::rfind(line, b"UA") else { return false };
    let digits = slice(line, country + 2, line.len());
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b' ');
    digits.filter(|byte| **byte != b' ').count() == 27
}

/// Whether behind a number that ends at `end`, a day between or not, an authority of Kazakhstan is named that issues
/// documents.
fn is_issued_in_kazakhstan(bytes: &[u8], end: usize) -> bool {
    let rest = slice(bytes, end, end + 64);
    let gap = rest
        .iter()
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b',' | b';' | b'|' | b'\t' | b'"' | b'.'));
    let gap = gap.count();
    let issuer = slice(rest, gap, rest.len());
    gap > 0 && ISSUERS.iter().any(|name| issuer.starts_with(name.as_bytes()))
}

/// Authorities of Kazakhstan that issue identity cards.
const ISSUERS: [&str; 7] =
    ["МВД", "МИНИСТЕРСТВО ВНУТР", "МИНИСТЕРСТВО ЮСТ", "МЮ РК", "ҚР ІІМ", "ІІМ", "ІШКІ ІСТЕР МИНИСТРЛІГІ"];

/// How far around a number the words of a country are looked for, in bytes.
const COUNTRY_BYTES: usize = 400;
/// What only texts of Ukraine hold: letters, money, names of its registers.
const OF_UKRAINE: [&str; 9] = ["ї", "є", "Ї", "Є", "Украин", "УКРАИН", "грн", "ЕГРПОУ", "UA"];

/// Whether a word before a number of so many digits names ICQ.
fn is_icq(before_it: &[u8], digits: usize) -> bool {
    let word = before_it.len().checked_sub(3).map_or(&[][..], |start| slice(before_it, start, before_it.len()));
    let whole = !before(before_it, before_it.len().saturating_sub(3)).is_ascii_alphanumeric();
    ICQ_DIGITS.contains(&digits) && word.eq_ignore_ascii_case(b"icq") && whole
}
