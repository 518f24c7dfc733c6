//! Shapes that the engine knows by heart: addresses, web identifiers, zones, accounts.
//!
//! Each takes the place where the finder fired, grows it to the whole value, proves it, and hands it on.

use super::catalog::compile::id_fits;
use super::catalog::file::CookieValue;
use super::catalog::picture::latin_twin;
use super::catalog::{CookieUse, RuleIndex};
use super::context::{self, Border};
use super::names;
use super::number;
use super::scan::{Block, Candidate, Scanner};
use super::vehicles;
use crate::check::{self, Verdict, email, ip, jwt, mrz, phone};
use crate::finding::{Confidence, Evidence};
use crate::text::word::{Case, Gap, Word, gap_before};
use crate::text::{at, before, keys, slice, utf8};
use std::ops::Range;

/// Longest name of a cookie, in bytes.
const NAME_BYTES: usize = 64;
/// Longest value of a cookie, in bytes.
const COOKIE_BYTES: usize = 4096;
/// How far before a cookie the name of its header is looked for, in bytes.
const HEADER_BYTES: usize = 1024;
/// How far behind an account of a database its password may begin, in bytes.
const ACCOUNT_LINE_BYTES: usize = 160;
/// A hardware address with its separators, in bytes.
const MAC_BYTES: usize = 17;
/// The head of a frame with its colons, in bytes: two hardware addresses and the type.
const FRAME_BYTES: usize = 41;
/// Longest account name of a messenger, in bytes.
const ACCOUNT_BYTES: usize = 64;

impl Scanner<'_> {
    // -------------------------------------------------------------------------- plates, words, accounts

    /// A group of three or four digits before the letter at `letter`.
    pub(super) fn plate(&mut self, block: &Block<'_>, letter: usize) {
        let end = if before(block.bytes, letter).is_ascii_digit() { letter } else { letter - 1 };
        let start = number::digits_start(block.bytes, end);
        self.pictures(block, start..end);
    }

    /// A plate whose digits the finder does not fire at, with its first digit at `start`: `АМ 3308-1`.
    pub(super) fn plate_behind_letters(&mut self, block: &Block<'_>, start: usize) {
        let bytes = block.bytes;
        let end = number::digits_end(bytes, start);
        let digit = |i: usize| at(bytes, i).is_ascii_digit();
        let lorry = end - start == 4 && at(bytes, end) == b'-' && digit(end + 1) && !digit(end + 2);
        if lorry {
            self.pictures(block, start..end);
        }
    }

    /// A word that ends in digits before `end`: pictures without a group of digits.
    pub(super) fn word(&mut self, block: &Block<'_>, end: usize) {
        let bytes = block.bytes;
        let window = slice(bytes, end.saturating_sub(34), end);
        let length = window.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let catalog = self.catalog;
        let Some(list) = catalog.pictures.first() else { return };
        for picture in list.iter().filter(|picture| picture.word_chars() == length) {
            let span = end - length..end;
            if context::left_border(block, span.start) != Border::Clear
                || context::right_border(block, end) != Border::Clear
            {
                continue;
            }
            let (mut verdict, labelled) = self.verdict(block, &span, picture.rule);
            if (verdict, labelled) == (Verdict::Fails, Verdict::Fails) {
                continue;
            }
            // Numbers of documents and vehicles are printed in capitals; small letters are tokens unless a word says else.
            let small = slice(bytes, span.start, end).iter().any(u8::is_ascii_lowercase);
            if small {
                verdict = Verdict::Fails;
            }
            // `Skoda Fabia, TMBEA25J6D3071482`
            let told = length == 17 && !small && vehicles::are_told(bytes, &span);
            let evidence = if told { Evidence::KEYWORD } else { Evidence::none() };
            let candidate = Candidate { rule: picture.rule, kind: None, verdict, labelled, evidence };
            if self.decide_one(block, span, candidate) {
                return;
            }
        }
    }

    /// What ends with the stream: the finder fires on the byte behind a word, plate or year only.
    pub(super) fn at_end(&mut self, block: &Block<'_>, end: usize) {
        if !before(block.bytes, end).is_ascii_digit() {
            return;
        }
        self.word(block, end);
        let digits = end - number::digits_start(block.bytes, end);
        if digits == 4 && matches!(slice(block.bytes, end - 4, end - 2), b"19" | b"20") {
            self.year(block, end);
        }
    }

    /// An IBAN whose second check digit is at `second`.
    pub(super) fn iban(&mut self, block: &Block<'_>, second: usize) {
        let bytes = block.bytes;
        let start = second - 3;
        let country = [at(bytes, start).to_ascii_uppercase(), at(bytes, start + 1).to_ascii_uppercase()];
        if check::iban_length(country).is_some() {
            self.iban_from(block, start, 2);
        }
    }

    /// An IBAN that begins at `start` with a country in so many bytes. Gives whether it is one.
    pub(super) fn iban_from(&mut self, block: &Block<'_>, start: usize, country_bytes: usize) -> bool {
        let Some(rule) = self.is_on(self.catalog.known.iban) else { return false };
        let bytes = block.bytes;
        let mut country = [0u8; 2];
        let mut i = start;
        for slot in &mut country {
            let Some((c, length)) = utf8::char_at(bytes, i) else { return false };
            let capital = super::catalog::picture::capital(c);
            let latin = latin_twin(capital).unwrap_or(capital);
            let Ok(latin) = u8::try_from(u32::from(latin)) else { return false };
            *slot = latin;
            i += length;
        }
        let Some(length) = check::iban_length(country).filter(|_| i - start <= country_bytes) else { return false };
        if context::left_border(block, start) != Border::Clear {
            return false;
        }
        let (mut i, mut count, mut end) = (start, 0, start);
        while count < length {
            let Some((c, bytes_of)) = utf8::char_at(bytes, i) else { return false };
            let capital = super::catalog::picture::capital(c);
            let fits = c.is_ascii_alphanumeric() || latin_twin(capital).is_some();
            if fits {
                count += 1;
                end = i + bytes_of;
            } else if !(matches!(c, ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}' | '-') && end == i) {
                return false; // one separator at a time
            }
            i += bytes_of;
        }
        if context::right_border(block, end) != Border::Clear {
            return false;
        }
        let (verdict, _) = self.verdict(block, &(start..end), rule);
        if verdict == Verdict::Holds {
            self.push(block, start..end, rule, None, Confidence::High, Evidence::CHECK.with(Evidence::FORMAT));
        }
        verdict == Verdict::Holds
    }

    // ------------------------------------------------------------------------------------- mail, handles

    /// An e-mail address around the `@` at `sign`, or a messenger's account.
    pub(super) fn at_sign(&mut self, block: &Block<'_>, sign: usize) {
        let bytes = block.bytes;
        match at(bytes, sign) {
            b'@' if at(bytes, sign + 1) == b' ' && self.person_of_tree(block, sign) => return,
            b'@' if matches!(at(bytes, sign + 1), b'\'' | b'"' | b'`')
                && before(bytes, sign) == at(bytes, sign + 1) =>
            {
                return self.account_of_database(block, sign + 2);
            }
            b'@' => {}
            // The third letter of «собака».
            0xB1 => return self.hidden_sign(block, sign + 6),
            _ => return self.hidden_sign(block, sign),
        }
        if let Some(rule) = self.is_on(self.catalog.known.messenger)
            && (self.whatsapp(block, sign, rule) || self.handle(block, sign, rule))
        {
            return;
        }
        if self.sip(block, sign) || self.userinfo(block, sign) {
            return;
        }
        let Some(rule) = self.is_on(self.catalog.known.email) else { return };
        let Some(span) = email::parse(bytes, sign) else {
            if before(bytes, sign) == b' ' && at(bytes, sign + 1) == b' ' {
                self.hidden_mail(block, sign - 1..sign + 2, rule, Confidence::Medium);
            }
            return;
        };
        let line = slice(bytes, span.start.saturating_sub(200), span.start);
        let line = memchr::memrchr(b'\n', line).map_or(line, |n| slice(line, n + 1, line.len()));
        if matches!(before(bytes, span.start), b'<' | b':' | b'=' | b'"' | b' ' | b'\'')
            && email::in_message_id_header(line)
        {
            return;
        }
        self.person_beside(block, &span, Some(sign));
        self.form_is_proof(block, span, rule, None);
    }

    /// `CREATE USER 'd'@'%' IDENTIFIED BY '…'`: the password of an account whose host begins at `host`.
    fn account_of_database(&mut self, block: &Block<'_>, host: usize) {
        let bytes = block.bytes;
        let line = slice(bytes, host, host + ACCOUNT_LINE_BYTES);
        let line = slice(line, 0, memchr::memchr(b'\n', line).unwrap_or(line.len())).to_ascii_uppercase();
        let by = memchr::memmem::find(&line, b" IDENTIFIED").and_then(|word| {
            let by = memchr::memmem::find(slice(&line, word, line.len()), b" BY ")?;
            Some(word + by + 4)
        });
        if let Some(by) = by.filter(|by| matches!(at(&line, *by), b'\'' | b'"')) {
            self.in_quotes(block, host + by + 1, true);
        }
    }

    /// An address whose `@` is written as `%40`, `\u0040` or `&#64;`, with the last digit at `last`.
    fn hidden_sign(&mut self, block: &Block<'_>, last: usize) {
        let Some(rule) = self.is_on(self.catalog.known.email) else { return };
        let bytes = block.bytes;
        let head = slice(bytes, last.saturating_sub(5), last + 1);
        if head.ends_with(b"%40") {
            self.hidden_mail(block, last - 2..last + 1, rule, Confidence::High);
        } else if head.ends_with(b"\\u0040") {
            let start = last - 5;
            let start = if before(bytes, start) == b'\\' { start - 1 } else { start };
            self.hidden_mail(block, start..last + 1, rule, Confidence::High);
        } else if head.ends_with(b"&#64") {
            let end = if at(bytes, last + 1) == b';' { last + 2 } else { last + 1 };
            self.hidden_mail(block, last - 3..end, rule, Confidence::Medium);
        } else {
            self.words_for_sign(block, last, rule);
        }
    }

    /// `(at)`, `[at]` or `собака` that end at `last`.
    fn words_for_sign(&mut self, block: &Block<'_>, last: usize, rule: RuleIndex) {
        let bytes = block.bytes;
        let head = slice(bytes, last.saturating_sub(11), last + 1);
        let sign = if head.ends_with(b"(at)") || head.ends_with(b"[at]") {
            last - 3..last + 1
        } else if head == "собака".as_bytes() {
            let (start, end) = (last - 11, last + 1);
            if matches!(before(bytes, start), b'(' | b'[') { start - 1..end + 1 } else { start..end }
        } else {
            return;
        };
        if let Some(span) = email::parse_words(bytes, sign) {
            self.push(block, span, rule, None, Confidence::Medium, Evidence::FORMAT);
        }
    }

    /// An address around something that stands for the `@`.
    fn hidden_mail(&mut self, block: &Block<'_>, sign: Range<usize>, rule: RuleIndex, confidence: Confidence) {
        if let Some(span) = email::parse_around(block.bytes, sign) {
            self.push(block, span, rule, None, confidence, Evidence::FORMAT);
        }
    }

    /// `sip:79165550123@host` is a phone number, not an address for mail. Gives whether it is one.
    fn sip(&mut self, block: &Block<'_>, sign: usize) -> bool {
        let bytes = block.bytes;
        let Some(rule) = self.is_on(self.catalog.known.phone).filter(|_| before(bytes, sign).is_ascii_digit()) else {
            return false;
        };
        let digits = number::digits_start(bytes, sign);
        let start = if before(bytes, digits) == b'+' { digits - 1 } else { digits };
        let scheme = slice(bytes, start.saturating_sub(6), start).to_ascii_lowercase();
        let dialled = || before(bytes, start) == b'[' && slice(bytes, sign + 1, sign + 6) == b"from-";
        if !([&b"sip:"[..], b"sips:", b"sip/", b"local/", b"iax2/"]
            .iter()
            .any(|scheme_end| scheme.ends_with(scheme_end))
            || dialled())
        {
            return false;
        }
        let written =
            phone::Written { digits: slice(bytes, digits, sign), plus: start < digits, brackets: false, groups: &[] };
        if phone::parse(&written).is_none() {
            return false;
        }
        self.push(block, start..sign, rule, None, Confidence::High, Evidence::FORMAT);
        true
    }

    /// `77015550123@c.us` and the like.
    fn whatsapp(&mut self, block: &Block<'_>, sign: usize, rule: RuleIndex) -> bool {
        let bytes = block.bytes;
        let rest = slice(bytes, sign + 1, sign + 20);
        let Some(host) =
            [&b"s.whatsapp.net"[..], b"c.us", b"g.us", b"lid"].into_iter().find(|host| rest.starts_with(host))
        else {
            return false;
        };
        let start = number::digits_start(bytes, sign);
        let end = sign + 1 + host.len();
        let whole = !at(bytes, end).is_ascii_alphanumeric()
            && !matches!((at(bytes, end), at(bytes, end + 1)), (b'.', b'a'..=b'z'));
        if sign - start < 8 || sign - start > 20 || !whole {
            return false;
        }
        self.form_is_proof(block, start..end, rule, None);
        true
    }

    /// `@name` beside the word for a messenger.
    fn handle(&mut self, block: &Block<'_>, sign: usize, rule: RuleIndex) -> bool {
        let bytes = block.bytes;
        let left = before(bytes, sign);
        if left.is_ascii_alphanumeric() || left >= 0x80 || matches!(left, b'.' | b'_' | b'-' | b'@' | b'/') {
            return false;
        }
        let Some(end) = account_end(bytes, sign + 1, true) else { return false };
        if matches!(at(bytes, end), b'/' | b'(' | b'@' | b'-') {
            return false;
        }
        // `{"type":"mention","text":"@name"}`: an exported chat.
        if memchr::memmem::find(slice(bytes, sign.saturating_sub(40), sign), b"\"mention\"").is_some() {
            self.form_is_proof(block, sign..end, rule, None);
            return true;
        }
        if is_beside_phone(bytes, sign, end) || self.is_of_somebody(block, sign) {
            self.form_is_proof(block, sign..end, rule, None);
            return true;
        }
        let candidate = Candidate {
            rule,
            kind: None,
            verdict: Verdict::Fails,
            labelled: Verdict::NotCheckable,
            evidence: Evidence::none(),
        };
        self.decide_one(block, sign..end, candidate)
    }

    /// Whether a given name stands directly before the account at `sign`: `Dastan, @dastan_asaba`, `Мороз Кастусь (@kastus_m)`.
    /// The name is noted as well.
    fn is_of_somebody(&mut self, block: &Block<'_>, sign: usize) -> bool {
        let bytes = block.bytes;
        let gap = [&b", "[..], b" ("].into_iter().any(|gap| slice(bytes, sign.saturating_sub(2), sign) == gap);
        let word = if gap { Word::read_before(bytes, sign - 2) } else { None };
        let Some(word) = word.filter(|word| word.end + 2 == sign && names::is_plain_given(word, &mut self.readings))
        else {
            return false;
        };
        let alone =
            word.case == Case::Title && !matches!(gap_before(bytes, word.start).0, Gap::Space | Gap::Dot | Gap::Hyphen);
        if let Some(rule) = self.is_on(self.catalog.known.name).filter(|_| alone) {
            self.push(block, word.range(), rule, None, Confidence::Medium, Evidence::FORMAT);
        }
        true
    }

    /// A link to a messenger's account: `mark` is the last byte of `.me/`, `tg://`, `viber://`, `skype:` or `live:`.
    pub(super) fn messenger(&mut self, block: &Block<'_>, mark: usize) {
        let Some(rule) = self.is_on(self.catalog.known.messenger) else { return };
        let bytes = block.bytes;
        let link = slice(bytes, mark.saturating_sub(12), mark + 1);
        let rest = slice(bytes, mark + 1, mark + 1 + 128);
        let value = if link.ends_with(b"wa.me/") {
            Some(mark + 1..number::digits_end(bytes, mark + 1)).filter(|digits| digits.len() >= 8)
        } else if link.ends_with(b"t.me/") && !before(bytes, mark - 4).is_ascii_alphanumeric() {
            account_end(bytes, mark + 1, false).map(|end| mark + 1..end).filter(|span| {
                let name = slice(bytes, span.start, span.end);
                !SERVICE_PATHS.iter().any(|path| name.eq_ignore_ascii_case(path))
            })
        } else if link.ends_with(b"tg://") {
            after(rest, b"domain=")
                .map(|from| mark + 1 + from)
                .and_then(|start| account_end(bytes, start, false).map(|end| start..end))
                .or_else(|| digits_after(bytes, mark, rest, b"user?id="))
        } else if link.ends_with(b"viber://") {
            let from = after(rest, b"number=").map(|from| mark + 1 + from);
            from.map(|start| {
                let skip = if slice(bytes, start, start + 3).eq_ignore_ascii_case(b"%2B") {
                    3
                } else {
                    usize::from(at(bytes, start) == b'+')
                };
                start..number::digits_end(bytes, start + skip)
            })
            .filter(|span| span.len() >= 8)
        } else if link.ends_with(b"skype:") || link.ends_with(b"live:") {
            Self::skype(block, mark)
        } else {
            None
        };
        let Some(span) = value else { return };
        if span.start >= self.shape_done {
            self.shape_done = span.end;
            if !link.ends_with(b"me/") || link.ends_with(b"wa.me/") {
                self.linked_phone(block, &span);
            }
            self.form_is_proof(block, span, rule, None);
        }
    }

    /// The phone number that names an account in a link.
    fn linked_phone(&mut self, block: &Block<'_>, span: &Range<usize>) {
        let Some(rule) = self.is_on(self.catalog.known.phone) else { return };
        let value = slice(block.bytes, span.start, span.end);
        let skip = if value.starts_with(b"%2") { 3 } else { usize::from(value.starts_with(b"+")) };
        let written =
            phone::Written { digits: slice(value, skip, value.len()), plus: skip > 0, brackets: false, groups: &[] };
        if phone::parse(&written).is_some() {
            self.push(block, span.clone(), rule, None, Confidence::High, Evidence::FORMAT);
        }
    }

    fn skype(block: &Block<'_>, mark: usize) -> Option<Range<usize>> {
        let bytes = block.bytes;
        let live = bytes.get(..=mark)?.ends_with(b"live:");
        let word = mark - if live { 4 } else { 5 };
        let left = before(bytes, word);
        if left.is_ascii_alphanumeric() || matches!(left, b'-' | b'_' | b'.') {
            return None;
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b',');
        let start = mark + 1;
        let window = slice(bytes, start, start + ACCOUNT_BYTES);
        let mut length = window.iter().take_while(|byte| fits(**byte)).count();
        while length > 0 && !at(bytes, start + length - 1).is_ascii_alphanumeric() {
            length -= 1;
        }
        let letters = slice(bytes, start, start + length).iter().any(u8::is_ascii_alphabetic);
        (length >= 6 && letters).then(|| if live { word..start + length } else { start..start + length })
    }

    // -------------------------------------------------------------------------------------------- network

    /// A dotted quad around `i`. Gives whether the run of digits and dots there is one.
    pub(super) fn dotted(&mut self, block: &Block<'_>, i: usize) -> bool {
        if i < self.shape_done {
            return true;
        }
        let bytes = block.bytes;
        let fits = |byte: u8| byte.is_ascii_digit() || byte == b'.';
        let window = slice(bytes, i.saturating_sub(24), i);
        let start = i - window.iter().rev().take_while(|byte| fits(**byte)).count();
        let window = slice(bytes, i, i + 24);
        let mut end = i + window.iter().take_while(|byte| fits(**byte)).count();
        while before(bytes, end) == b'.' {
            end -= 1;
        }
        let Some(octets) = slice(bytes, start, end).first().and_then(|_| ip::ipv4(slice(bytes, start, end))) else {
            return false;
        };
        self.shape_done = end;
        let Some(rule) = self.is_on(self.catalog.known.ipv4) else { return true };
        let left = before(bytes, start);
        let back = |n: usize| at(bytes, start.wrapping_sub(n));
        // `anna/91.196.148.7:51194`: an account and its peer. Versions of products have no port.
        let port = || number::digits_end(bytes, end + 1).saturating_sub(end + 1);
        let peer = || at(bytes, end) == b':' && (4..=5).contains(&port());
        let product = left == b'/' && (back(2).is_ascii_alphanumeric() || back(2) == b')') && !peer()
            || left == b':' && back(2).is_ascii_alphanumeric() && is_tagged(bytes, start - 1);
        let joined = left.is_ascii_alphanumeric() || left == b'_' || (left == b'-' && back(2).is_ascii_alphabetic());
        let right = at(bytes, end);
        let goes_on = right.is_ascii_alphanumeric()
            || right == b'_'
            || (right == b'-' && (at(bytes, end + 1).is_ascii_alphabetic() || at(bytes, end + 1) == b'0'));
        if product
            || joined
            || goes_on
            || is_network(bytes, end, octets)
            || context::is_clause(block, start)
            || numbers_a_part(bytes, start, end, octets)
            || is_product_class(bytes, start, end)
        {
            return true;
        }
        let reserved = ip::ipv4_class(octets) == ip::AddressClass::Reserved;
        let mut confidence = if reserved { Confidence::Low } else { Confidence::High };
        // Only words can turn a quad into a version: nothing is looked up at the beginning of a line.
        let mut word = start;
        while matches!(before(bytes, word), b' ' | b':' | b'=' | b'"' | b'\'' | b'(' | b'#') {
            word -= 1;
        }
        let last = before(bytes, word);
        let mut evidence = Evidence::FORMAT;
        // `ОКПД2 25.94.11.110`, `ОКПД 2: …`
        let sign = before(bytes, word.saturating_sub(1));
        let classifier =
            last.is_ascii_digit() && word < start && (sign >= 0x80 || sign == b' ' && before(bytes, word - 2) >= 0x80);
        // `ред. 3.2.0.117`, `12.4.0.7 нұсқасы`
        let short = last == b'.' && word < start && matches!(before(bytes, word - 1), 0x80..|b'a'..=b'z'| b'A'..=b'Z');
        let behind = right == b' ' && at(bytes, end + 1) >= 0x80;
        if last.is_ascii_alphabetic() || last >= 0x80 || classifier || short || behind {
            let candidate = Candidate {
                rule,
                kind: None,
                verdict: Verdict::NotCheckable,
                labelled: Verdict::NotCheckable,
                evidence: Evidence::FORMAT,
            };
            let Some((level, found)) = self.weigh(block, start..end, candidate) else { return true };
            confidence = confidence.min(level);
            evidence = found;
            // `Git 1.7.8.2`: versions behind a word are small; addresses are so once in thousands.
            let named = found.has_any(Evidence::KEYWORD.with(Evidence::FIELD).with(Evidence::COLUMN));
            if !named && octets.iter().all(|octet| *octet < 32) {
                confidence = Confidence::Low;
            }
        }
        self.push(block, start..end, rule, None, confidence, evidence);
        true
    }

    /// Colons around `i`: a hardware or IPv6 address.
    pub(super) fn colons(&mut self, block: &Block<'_>, i: usize) {
        if i < self.shape_done {
            return;
        }
        let bytes = block.bytes;
        let fits = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
        let window = slice(bytes, i.saturating_sub(64), i);
        let mut start = i - window.iter().rev().take_while(|byte| fits(**byte)).count();
        let window = slice(bytes, i, i + 64);
        let mut end = i + window.iter().take_while(|byte| fits(**byte)).count();
        while before(bytes, end) == b'.' || (before(bytes, end) == b':' && before(bytes, end - 1) != b':') {
            end -= 1;
        }
        while at(bytes, start) == b'.' || (at(bytes, start) == b':' && at(bytes, start + 1) != b':') {
            start += 1;
        }
        if end <= start || word_byte(before(bytes, start)) || word_byte(at(bytes, end)) {
            return;
        }
        let token = slice(bytes, start, end);
        if let (Some(rule), Some(_)) = (self.is_on(self.catalog.known.mac), ip::mac(token)) {
            self.shape_done = end;
            self.form_is_proof(block, start..end, rule, None);
            return;
        }
        if token.len() == FRAME_BYTES && slice(bytes, start.saturating_sub(4), start) == b"MAC=" {
            return self.head_of_frame(block, start);
        }
        let Some(rule) = self.is_on(self.catalog.known.ipv6) else { return };
        let Some(groups) = ip::ipv6(token) else { return };
        self.shape_done = end;
        if token.contains(&b'.') {
            self.mapped(block, start, end);
            self.shape_done = end;
        }
        let confidence =
            if ip::ipv6_class(groups) == ip::AddressClass::Reserved { Confidence::Low } else { Confidence::High };
        self.push(block, start..end, rule, None, confidence, Evidence::FORMAT);
    }

    /// `MAC=bc:24:11:7e:05:d2:48:8f:5a:10:cc:31:08:00`: the head of a frame as packet filters log it, the addresses of who
    /// receives and who sends, and the type.
    fn head_of_frame(&mut self, block: &Block<'_>, start: usize) {
        self.shape_done = start + FRAME_BYTES;
        let Some(rule) = self.is_on(self.catalog.known.mac) else { return };
        for from in [start, start + MAC_BYTES + 1] {
            if ip::mac(slice(block.bytes, from, from + MAC_BYTES)).is_some() {
                self.form_is_proof(block, from..from + MAC_BYTES, rule, None);
            }
        }
    }

    /// An IPv4 address written into an IPv6 one.
    fn mapped(&mut self, block: &Block<'_>, start: usize, end: usize) {
        let quad = memchr::memrchr(b':', slice(block.bytes, start, end)).map_or(start, |n| start + n + 1);
        self.shape_done = quad;
        self.dotted(block, end.saturating_sub(1).max(quad));
    }

    /// A hardware address that ends around the dash or dot at `i`.
    pub(super) fn mac(&mut self, block: &Block<'_>, i: usize) {
        let Some(rule) = self.is_on(self.catalog.known.mac) else { return };
        if i < self.shape_done {
            return;
        }
        let bytes = block.bytes;
        let (start, end) = if at(bytes, i) == b'-' { (i.wrapping_sub(14), i + 3) } else { (i.wrapping_sub(9), i + 5) };
        let separator = at(bytes, i);
        let edge = |byte: u8| word_byte(byte) || byte == separator;
        // Weights of characters: `[*0F40.0112.0002]` (Unicode Technical Standard 10, 9.1).
        let weighs = separator == b'.' && before(bytes, start) == b'*';
        if start > i
            || weighs
            || edge(before(bytes, start))
            || (edge(at(bytes, end)) && !(separator == b'-' && at(bytes, end) == b':'))
            || ip::mac(slice(bytes, start, end)).is_none()
        {
            return;
        }
        self.shape_done = end;
        self.form_is_proof(block, start..end, rule, None);
    }

    // ------------------------------------------------------------------------------- zones, tokens, cookies

    /// A machine-readable zone with `<<` at `mark`: its first line, or its third.
    pub(super) fn mrz(&mut self, block: &Block<'_>, mark: usize) {
        let Some(rule) = self.is_on(self.catalog.known.mrz) else { return };
        if mark < self.shape_done {
            return;
        }
        let bytes = block.bytes;
        let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'<';
        let line = |from: usize| {
            from - slice(bytes, from.saturating_sub(90), from).iter().rev().take_while(|byte| fits(**byte)).count()
        };
        // The lines above may belong to the zone: the topmost line that begins a whole one counts.
        let mut starts = [line(mark); 3];
        let mut count = 1;
        while let Some(&start) = starts.get(count - 1).filter(|_| count < starts.len()) {
            let mut end = start;
            for _ in 0..32 {
                match (before(bytes, end), before(bytes, end.wrapping_sub(1))) {
                    (b'\n' | b'\r' | b' ' | b'\t', _) => end -= 1,
                    (b'n' | b'r', b'\\') => end -= 2,
                    _ => break,
                }
            }
            let up = line(end);
            if end == start || end - up < 28 {
                break;
            }
            if let Some(slot) = starts.get_mut(count) {
                *slot = up;
            }
            count += 1;
        }
        for &start in starts.iter().take(count).rev() {
            // Of a zone that does not hold as a whole, a line alone proves nothing.
            let whole = |zone: &mrz::Mrz| zone.holds && (zone.kind != mrz::Kind::Td1SecondLine || count == 1);
            if let Some(zone) = mrz::parse(slice(bytes, start, start + 400)).filter(whole) {
                let span = start..start + zone.range.end;
                if span.end > mark {
                    self.shape_done = span.end;
                    self.push(block, span, rule, None, Confidence::High, Evidence::CHECK.with(Evidence::FORMAT));
                    return;
                }
            }
        }
    }

    /// A JSON web token with `eyJ` ending at `mark`.
    pub(super) fn jwt(&mut self, block: &Block<'_>, mark: usize) {
        let Some(rule) = self.is_on(self.catalog.known.jwt) else { return };
        let start = mark - 2;
        let left = before(block.bytes, start);
        if start < self.shape_done || matches!(left, b'_' | b'-' | b'.') {
            return;
        }
        if let Some(token) = jwt::parse(slice(block.bytes, start, start + (8 << 10))) {
            self.shape_done = start + token.len;
            self.form_is_proof(block, start..start + token.len, rule, None);
        }
    }

    /// The value of a named cookie behind `=` or `":` at `sign`. Gives whether a cookie is named there.
    pub(super) fn cookie(&mut self, block: &Block<'_>, sign: usize) -> bool {
        let bytes = block.bytes;
        let name_end = match (at(bytes, sign), before(bytes, sign)) {
            // `[_ga] => …`, `'_ga' => …`
            (b'=', b' ') if at(bytes, sign + 1) == b'>' => match before(bytes, sign - 1) {
                b']' | b'\'' | b'"' => sign - 2,
                _ => return false,
            },
            // `User-Name = "…"`
            (b'=', b' ') if matches!(slice(bytes, sign + 1, sign + 3), b" \"" | b" '") => sign - 1,
            (b'=', _) => sign,
            (b':', b'"') => sign - 1,
            // `session: "…"`
            (b':', _) if slice(bytes, sign + 1, sign + 3) == b" \"" => sign,
            _ => return false, // no cookie is written so
        };
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let window = slice(bytes, name_end.saturating_sub(NAME_BYTES), name_end);
        let length = window.iter().rev().take_while(|byte| fits(**byte)).count();
        let mut lower = [0u8; NAME_BYTES];
        let name = slice(window, window.len() - length, window.len());
        for (slot, byte) in lower.iter_mut().zip(name) {
            *slot = byte.to_ascii_lowercase();
        }
        let named = self.cookie_named(slice(&lower, 0, name.len())).or_else(|| {
            // `<input type="hidden" name="sessid" value="…">`
            let own = name_end - length..name_end;
            let said = if name == b"value" { keys::attribute(bytes, &own, sign + 2) } else { None }?;
            let said = slice(bytes, said.start, said.end).to_ascii_lowercase();
            self.cookie_named(&said)
        });
        let named = named.filter(|cookie| cookie.value != CookieValue::Sent || is_sent(bytes, sign));
        let Some(cookie) = named else {
            self.named_value(block, name_end - length..name_end, sign);
            return false;
        };
        if self.is_on(Some(cookie.rule)).is_none() {
            return true;
        }
        let mut start = sign + 1 + usize::from(at(bytes, sign + 1) == b'>');
        while matches!(at(bytes, start), b' ' | b'"' | b'\'' | b'\\') && start < sign + 4 {
            start += 1;
        }
        let inside = |byte: u8| {
            byte > b' '
                && byte < 0x7F
                && !matches!(byte, b';' | b',' | b'"' | b'\'' | b'`' | b'&' | b'<' | b'>' | b'\\' | b')' | b']' | b'}')
        };
        let window = slice(bytes, start, start + COOKIE_BYTES);
        let end = start + window.iter().take_while(|byte| inside(**byte)).count();
        let value = slice(bytes, start, end);
        let code = value.starts_with(b"self.") || value.starts_with(b"this.") || value.starts_with(b"0x");
        if fits_cookie(value, cookie.value) && !code {
            self.form_is_proof(block, start..end, cookie.rule, Some(cookie.kind));
        }
        true
    }

    /// A value under a key that names a hardware address or an account: neither shows itself by its form.
    fn named_value(&mut self, block: &Block<'_>, name: Range<usize>, sign: usize) {
        let bytes = block.bytes;
        let (mac, account) = (self.is_on(self.catalog.known.mac), self.is_on(self.catalog.known.messenger));
        let mut start = sign + 1;
        while matches!(at(bytes, start), b' ' | b'"' | b'\'' | b'\\') && start < sign + 4 {
            start += 1;
        }
        let first = at(bytes, start);
        if !first.is_ascii_alphanumeric() {
            return;
        }
        let catalog = self.catalog;
        let key = slice(bytes, name.start, name.end);
        let number =
            self.looker.meanings.number(key, || catalog.names.meaning(key, &catalog.keywords, &catalog.groups));
        let Some(meaning) = self.looker.meaning(number) else { return };
        let number_of_account = [&b"icq"[..], b"uin"].iter().any(|end| key.to_ascii_lowercase().ends_with(end));
        let says = |rule: Option<RuleIndex>| rule.filter(|rule| meaning.raise.contains(rule));
        let (mac, account) = (says(mac), says(account));
        if let Some(rule) = mac {
            let window = slice(bytes, start, start + 13);
            let length = window.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            let end = start + length;
            if ip::mac_bare(slice(bytes, start, end)).is_some() && context::right_border(block, end) == Border::Clear {
                self.push(block, start..end, rule, None, Confidence::High, Evidence::FIELD);
            }
        }
        if let Some(rule) = account
            && let Some(end) = if number_of_account && first.is_ascii_digit() {
                Some(number::digits_end(bytes, start)).filter(|end| (start + 5..=start + 10).contains(end))
            } else {
                named_account(bytes, start)
            }
        {
            self.push(block, start..end, rule, None, Confidence::High, Evidence::FIELD);
        }
    }

    /// A UUID whose third dash is at `dash`, behind the words for an advertising id.
    pub(super) fn uuid(&mut self, block: &Block<'_>, dash: usize) {
        let bytes = block.bytes;
        let joins = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let (start, end) = (dash.wrapping_sub(18), dash + 18);
        let mut i = start;
        while matches!(before(bytes, i), b' ' | b':' | b'"' | b'\'' | b'=' | b'(' | b'{') && start - i < 4 {
            i -= 1;
        }
        // Most stand behind other words, or none.
        let may_name = matches!(before(bytes, i).to_ascii_lowercase(), b'a' | b'v' | b'd' | b'r' | 0x80..);
        if start > dash || !may_name || !is_uuid(slice(bytes, start, end)) {
            return;
        }
        if joins(before(bytes, start)) || joins(at(bytes, end)) {
            return;
        }
        let window = slice(bytes, i.saturating_sub(48), i);
        let named = i < start && ADVERTISING.iter().any(|word| ends_with_word(window, word));
        let cookie = self
            .catalog
            .cookies
            .get(&b"idfa"[..])
            .copied()
            .filter(|cookie| named && self.is_on(Some(cookie.rule)).is_some());
        let zero = slice(bytes, start, end).iter().all(|byte| matches!(byte, b'0' | b'-'));
        if let (Some(cookie), false) = (cookie, zero) {
            self.form_is_proof(block, start..end, cookie.rule, Some(cookie.kind));
        }
    }

    fn cookie_named(&self, name: &[u8]) -> Option<CookieUse> {
        if let Some(cookie) = self.catalog.cookies.get(name) {
            return Some(*cookie);
        }
        let name = std::str::from_utf8(name).ok().filter(|name| name.len() >= 3)?;
        let start = name.get(..2)?;
        let fits = |glob: &str| glob.starts_with(start) && id_fits(glob, name);
        self.catalog.cookie_stems.iter().find(|(glob, _)| fits(glob)).map(|(_, cookie)| *cookie)
    }
}

/// What stands before an advertising id in running text.
const ADVERTISING: [&str; 14] = [
    "IDFA",
    "IDFV",
    "GAID",
    "AAID",
    "OAID",
    "ADID",
    "advertising id",
    "Advertising ID",
    "advertising identifier",
    "рекламный идентификатор",
    "Рекламный идентификатор",
    "рекламного идентификатора",
    "жарнама идентификаторы",
    "рекламний ідентифікатор",
];

/// `25.94.11.110 Болты`: a class of the Russian classifier of products at the beginning of a line, before its name.
fn is_product_class(bytes: &[u8], start: usize, end: usize) -> bool {
    let digits = |from: usize, count: usize| (from..from + count).all(|i| at(bytes, i).is_ascii_digit());
    end - start == 12
        && matches!(before(bytes, start), b'\n' | 0)
        && [0, 3, 6].into_iter().all(|i| digits(start + i, 2))
        && at(bytes, end - 1) == b'0'
        && matches!(slice(bytes, end, end + 3), [b' ' | b'\t' | b';', 0xD0, 0x90..=0xAF])
}

/// Whether four small numbers are those of a section or of an object identifier: `2.2.1.1. Unix`, `<h4>7.1.1.8 <`,
/// `"2.5.29.15"`.
fn numbers_a_part(bytes: &[u8], start: usize, end: usize, octets: [u8; 4]) -> bool {
    if octets.iter().any(|octet| *octet >= 64) {
        return false;
    }
    let left = before(bytes, start);
    let quoted = matches!(left, b'"' | b'\'') && at(bytes, end) == left;
    let heading = left == b'>' && matches!(at(bytes, end), b' ' | b'<' | b'.');
    let listed = matches!(left, b'\n' | 0) && at(bytes, end) == b'.' && at(bytes, end + 1) == b' ';
    heading || listed || (quoted && matches!(octets, [2, 5, 4 | 13 | 29, _]))
}

/// Whether the word that ends before the colon at `colon` is the name of an image in a registry: `registry.local/shop/api:1.17.203.4`.
fn is_tagged(bytes: &[u8], colon: usize) -> bool {
    let head = slice(bytes, colon.saturating_sub(96), colon);
    let name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/' | b':');
    let name = slice(head, head.len() - head.iter().rev().take_while(name).count(), head.len());
    name.contains(&b'/') && !name.starts_with(b"/") && !name.windows(2).any(|pair| pair == b"//")
}

/// Whether text ends with a word that is not the end of a longer one.
fn ends_with_word(text: &[u8], word: &str) -> bool {
    let small = word.len() <= 4
        && text.len() >= word.len()
        && slice(text, text.len() - word.len(), text.len()).eq_ignore_ascii_case(word.as_bytes());
    if !small && !text.ends_with(word.as_bytes()) {
        return false;
    }
    let left = before(text, text.len() - word.len());
    !left.is_ascii_alphanumeric() && left < 0x80
}

fn is_uuid(text: &[u8]) -> bool {
    let dashes = |i: usize| matches!(i, 8 | 13 | 18 | 23);
    text.len() == 36
        && text.iter().enumerate().all(|(i, byte)| if dashes(i) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// Whether a quad with a prefix length behind it is a network: no bit of a host is set.
fn is_network(bytes: &[u8], end: usize, octets: [u8; 4]) -> bool {
    let digits = number::digits_end(bytes, end + 1);
    if at(bytes, end) != b'/' || !(end + 2..=end + 3).contains(&digits) {
        return false;
    }
    let prefix = number::number(bytes, end + 1..digits);
    let hosts = u32::MAX.checked_shr(prefix as u32).unwrap_or(0);
    (1..=31).contains(&prefix) && u32::from_be_bytes(octets) & hosts == 0
}

/// The end of an account's name under a key that names the messenger. Words for states are no names.
fn named_account(bytes: &[u8], start: usize) -> Option<usize> {
    let window = slice(bytes, start, start + ACCOUNT_BYTES);
    let base64 = window.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')).count();
    if base64 >= 11 && slice(window, base64, base64 + 2) == b"==" && at(bytes, start + base64 + 2) != b'=' {
        return Some(start + base64 + 2); // Viber
    }
    let end = account_end(bytes, start, true)?;
    let name = slice(bytes, start, end);
    let told = name.iter().any(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'.'));
    let free = matches!(
        at(bytes, end),
        0 | b'"' | b'\'' | b'\\' | b'&' | b',' | b';' | b'}' | b'\r' | b'\n' | b' ' | b')' | b'<'
    );
    let file = [&b".js"[..], b".php", b".html", b".png", b".json", b".com", b".org", b".ru", b".kz"]
        .iter()
        .any(|end| name.ends_with(end));
    (told && free && !file).then_some(end)
}

/// Paths of `t.me` that are no accounts.
const SERVICE_PATHS: [&[u8]; 12] = [
    b"s",
    b"share",
    b"joinchat",
    b"addstickers",
    b"addemoji",
    b"proxy",
    b"socks",
    b"iv",
    b"c",
    b"login",
    b"addtheme",
    b"setlanguage",
];

fn word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':'
}

/// The end of an account name of 5 to 32 letters, digits and `_` (and dots, where they are allowed) that begins with a letter.
fn account_end(bytes: &[u8], start: usize, dots: bool) -> Option<usize> {
    if !at(bytes, start).is_ascii_alphabetic() {
        return None;
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || (dots && byte == b'.');
    let window = slice(bytes, start, start + ACCOUNT_BYTES);
    let mut length = window.iter().take_while(|byte| fits(**byte)).count();
    while length > 0 && at(bytes, start + length - 1) == b'.' {
        length -= 1;
    }
    // Behind it a mark of another alphabet may stand, no letter of one.
    let right = at(bytes, start + length);
    ((5..=32).contains(&length) && matches!(right, 0..0x80 | 0xC2 | 0xE2)).then_some(start + length)
}

/// Whether a phone number stands beside the account at `sign` that ends at `end`: `+375 29 904-55-18, @name`, `(@name, +380 …`.
fn is_beside_phone(bytes: &[u8], sign: usize, end: usize) -> bool {
    let digits = |text: &[u8]| text.iter().filter(|byte| byte.is_ascii_digit()).count() >= 9;
    let inside = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'+' | b' ' | b'-' | b'(' | b')');
    let parted = |gap: &[u8]| matches!(gap, b", " | b"; " | b"/ " | b"| ");
    let left = slice(bytes, sign.saturating_sub(26), sign - sign.min(2));
    let left = || {
        let length = left.iter().rev().take_while(inside).count();
        parted(slice(bytes, sign.saturating_sub(2), sign)) && digits(slice(left, left.len() - length, left.len()))
    };
    let right = || {
        let rest = slice(bytes, end + 2, end + 26);
        let length = rest.iter().take_while(inside).count();
        parted(slice(bytes, end, end + 2)) && at(rest, 0) == b'+' && digits(slice(rest, 0, length))
    };
    left() || right()
}

fn after(text: &[u8], word: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, word).map(|n| n + word.len())
}

fn digits_after(bytes: &[u8], mark: usize, rest: &[u8], word: &[u8]) -> Option<Range<usize>> {
    let start = mark + 1 + after(rest, word)?;
    let end = number::digits_end(bytes, start);
    (end - start >= 5).then_some(start..end)
}

/// Whether a value under a short name for a session is drawn by lot: no number, name of a program or Windows account.
fn is_session(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let signed = value.starts_with(b"s%3A") || value.starts_with(b"s:");
    let changes = value.windows(2).filter(|pair| matches!(pair, [a, b] if a.is_ascii_digit() != b.is_ascii_digit()));
    value.len() >= 16
        && digits >= 3
        && letters >= 3
        && (signed || changes.count() >= 4)
        && !value.starts_with(b"S-1-")
        && value.iter().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'%' | b'.' | b'-' | b'_' | b':' | b'/' | b'+' | b'=')
        })
}

/// Whether the cookie whose name ends before `sign` stands in a header of cookies: `Set-Cookie: uid=…`, `Cookie: a=1; uid=…`.
fn is_sent(bytes: &[u8], sign: usize) -> bool {
    let head = slice(bytes, sign.saturating_sub(HEADER_BYTES), sign);
    let line = slice(head, memchr::memrchr(b'\n', head).map_or(0, |n| n + 1), head.len());
    memchr::memmem::find(line, b"ookie: ").is_some()
}

/// Whether the value of a cookie can identify: no flag, no deletion, no placeholder.
fn fits_cookie(value: &[u8], kind: CookieValue) -> bool {
    let digits = || value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let fits = match kind {
        CookieValue::Any => value.len() >= 6 || digits() >= 4,
        CookieValue::Digits => value.len() >= 6 && digits() == value.len(),
        CookieValue::Hex => value.len() >= 16 && value.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-'),
        CookieValue::Token => value.len() >= 8 && value.iter().any(u8::is_ascii_alphanumeric),
        CookieValue::Session => is_session(value),
        CookieValue::Sent => value.len() >= 16 && value.iter().all(u8::is_ascii_hexdigit),
    };
    let same = || value.iter().all(|byte| Some(byte) == value.first());
    let flag = || {
        [&b"deleted"[..], b"true", b"false", b"null", b"none", b"undefined", b"expired", b"..."]
            .iter()
            .any(|word| value.eq_ignore_ascii_case(word))
    };
    let template = || {
        value.iter().any(|byte| matches!(byte, b'{' | b'[' | b'*' | b'(' | b'`'))
            || value.starts_with(b"$")
            || value.starts_with(b"%s")
    };
    fits && !same() && !flag() && !template()
}
