//! Values found from their label: the finder fires at the sign behind the end of a known name, the name is read back,
//! and what it means is asked once for each name.
//!
//! Names are keys (`password=`, `"password":`, `'password' =>`, `<password>`, `name="password">`) and labels of running
//! text (`Пароль от почты:`). A name speaks for a rule by its last word: `password_hint` names no password.

use super::catalog::file::Reader;
use super::catalog::{Catalog, RuleIndex};
use super::columns::Part;
use super::labelled::{self, Setting, VALUE_BYTES, Value};
use super::scan::{Block, Scanner};
use crate::finding::{Confidence, Evidence};
use crate::text::field::Meaning;
use crate::text::{at, before, keys, slice};
use memchr::{memchr, memchr2, memmem, memrchr};
use std::ops::Range;

/// Longest label read, in bytes.
const LABEL_BYTES: usize = 80;
/// Longest word that a dot cuts short within a label, in bytes.
const ABBREVIATION_BYTES: usize = 8;
/// Most words of a label in running text.
const LABEL_WORDS: usize = 5;
/// Longest vCard read, in bytes.
const CARD_BYTES: usize = 4 << 10;
/// Longest tag read, in bytes.
const TAG_BYTES: usize = 160;
/// Longest row of dots between a label and its value.
const DOTS: usize = 96;
/// Most backslashes before a quote.
const SLASHES: usize = 7;
/// Spaces that may stand before a value: columns of a file with settings.
const SPACES: usize = 32;

/// A label and how it is written.
struct Label {
    name: Range<usize>,
    setting: Setting,
}

impl Scanner<'_> {
    /// The value behind the sign at `sign`, if its name speaks for a rule whose values only a label tells.
    pub(super) fn labelled(&mut self, block: &Block<'_>, sign: usize) {
        let bytes = block.bytes;
        if at(bytes, sign) == b'/' {
            return self.element(block, sign - 1);
        }
        let Some((start, quote)) = value_start(bytes, sign).or_else(|| value_below(bytes, sign)) else { return };
        let Some(mut label) = label_before(bytes, sign) else { return };
        let name = slice(bytes, label.name.start, label.name.end);
        if name.eq_ignore_ascii_case(b"value") {
            // `<input name="pass" value="…">`
            // `{"name": "DB_PASSWORD", "value": …}`
            let quoted = matches!(before(bytes, label.name.start), b'"' | b'\'');
            let beside = || keys::named_beside(bytes, &label.name, start).filter(|_| quoted);
            let said = keys::attribute(bytes, &label.name, start)
                .or_else(beside)
                .or_else(|| name_above(bytes, label.name.start))
                .or_else(|| keys::named_around(bytes, label.name.start).filter(|_| quoted));
            let Some(said) = said else { return };
            label.name = said;
        } else if keys::is_wrapper(name) {
            // `{"password": {"_text": "…"}}`
            let Some(said) = keys::named_around(bytes, label.name.start) else { return };
            label.name = said;
        } else if name == b"BEGIN" && slice(bytes, start, start + 5) == b"VCARD" {
            return self.card_of_a_person(block, start);
        } else if let (b"name", Some(quote)) = (name, quote) {
            self.part_of_form(block, label.name.start, start, quote);
        }
        self.label_and_value(block, &label, start, quote);
    }

    /// `Content-Disposition: form-data; name="password"`, an empty line, and the value: the field's name begins at `start`.
    fn part_of_form(&mut self, block: &Block<'_>, label: usize, start: usize, quote: Quote) {
        let bytes = block.bytes;
        if !slice(bytes, 0, label).ends_with(b"form-data; ") {
            return;
        }
        let Some(end) = value_end(bytes, start, Some(quote), Setting::Assigned) else { return };
        let gap = slice(bytes, end + 1, end + 5);
        let Some(gap) = [&b"\r\n\r\n"[..], b"\n\n"].into_iter().find(|blank| gap.starts_with(blank)) else { return };
        let value = end + 1 + gap.len();
        let line = slice(bytes, value, value + VALUE_BYTES);
        let line = slice(line, 0, memchr(b'\n', line).unwrap_or(line.len())).trim_ascii_end();
        self.told_value(block, start..end, value..value + line.len());
    }

    /// A key of a serialised value of PHP that is a text, and its own text: `s:6:"passwd";s:10:"…"`, with the quote behind the key
    /// at `quote`.
    pub(super) fn serialised(&mut self, block: &Block<'_>, quote: usize) {
        let bytes = block.bytes;
        let name = |byte: &&u8| tag_byte(**byte) && **byte != b':';
        let start =
            quote - slice(bytes, quote.saturating_sub(LABEL_BYTES), quote).iter().rev().take_while(name).count();
        // The colon and the quote before the key.
        if !slice(bytes, 0, start).ends_with(b":\"") {
            return;
        }
        let digits = quote + 4;
        let length = slice(bytes, digits, digits + 4).iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = slice(bytes, digits, digits + length).iter().fold(0, |n, digit| n * 10 + usize::from(digit & 15));
        let value = digits + length + 2;
        let closed = before(bytes, value) == b'"' && at(bytes, value + number) == b'"';
        if (1..=3).contains(&length) && number <= VALUE_BYTES && closed {
            self.told_value(block, start..quote, value..value + number);
        }
    }

    /// A value of which both ends are known, and its name.
    fn told_value(&mut self, block: &Block<'_>, name: Range<usize>, own: Range<usize>) {
        let (bytes, catalog, today) = (block.bytes, self.catalog, self.today());
        let label = slice(bytes, name.start, name.end);
        if own.is_empty() || !catalog.label_ends.end(label) {
            return;
        }
        let number = self.labels.number(label, || catalog.label_meaning(label));
        if number != 0 {
            let Range { start, end } = own;
            let value = Value { bytes, label, start, end, quoted: true, setting: Setting::Assigned, today };
            self.offer(block, number, &value, Evidence::FIELD);
        }
    }

    /// `Place of birth ......... Paisley, Scotland`: the value at `start`, with a row of dots and a blank between it and its label.
    #[cold]
    pub(super) fn value_behind_dots(&mut self, block: &Block<'_>, start: usize) {
        let bytes = block.bytes;
        let row = slice(bytes, start.saturating_sub(DOTS), start - 1);
        let mut end = start - 1 - row.iter().rev().take_while(|byte| **byte == b'.').count();
        while matches!(before(bytes, end), b' ') && start - end < DOTS {
            end -= 1;
        }
        if let Some(label) = phrase(bytes, end.saturating_sub(LABEL_BYTES), end) {
            self.label_and_value(block, &Label { setting: Setting::Phrase, ..label }, start, None);
        }
    }

    /// The structured name and the addresses of the vCard at `start`: `N:Петров;Сергей;Иванович;;`, `ADR;TYPE=HOME:;;…`.
    fn card_of_a_person(&mut self, block: &Block<'_>, start: usize) {
        let bytes = block.bytes;
        let card = slice(bytes, start, start + CARD_BYTES);
        let end = memmem::find(card, b"\nEND:VCARD").map_or(start, |end| start + end);
        let mut line = start;
        while let Some(next) = memchr(b'\n', slice(bytes, line, end)) {
            line += next + 1;
            let text = slice(bytes, line, end.min(line + VALUE_BYTES));
            let text = slice(text, 0, memchr(b'\n', text).unwrap_or(text.len())).trim_ascii_end();
            let (rule, least) = match text {
                [b'N', b':' | b';', ..] => (self.is_on(self.catalog.known.name), 1),
                [b'A', b'D', b'R', b':' | b';', ..] => (self.is_on(self.catalog.known.address), 2),
                _ => continue,
            };
            let (Some(rule), Some(colon)) = (rule, memchr(b':', text)) else { continue };
            let coded = memmem::find(slice(text, 0, colon), b"ENCODING").is_some();
            let value = slice(text, colon + 1, text.len());
            // `[NAME_1]` and `[removed]` stand where a value was.
            let parts = value
                .split(|byte| *byte == b';')
                .map(<[u8]>::trim_ascii)
                .filter(|part| !(part.is_empty() || (part.starts_with(b"[") && part.ends_with(b"]"))))
                .count();
            let empty = |byte: &&u8| matches!(byte, b';' | b' ');
            let left = value.iter().take_while(empty).count();
            let right = value.iter().rev().take_while(empty).count();
            let letters = value.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
            if parts >= least && letters && !coded {
                let from = line + colon + 1;
                self.push(
                    block,
                    from + left..from + value.len() - right,
                    rule,
                    None,
                    Confidence::High,
                    Evidence::FIELD,
                );
            }
        }
    }

    /// `password%3D…%26`: a pair of a form that stands encoded inside of another text, with its `%3D` at `sign`.
    pub(super) fn encoded_pair(&mut self, block: &Block<'_>, sign: usize) {
        let bytes = block.bytes;
        let name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
        let length = slice(bytes, sign.saturating_sub(LABEL_BYTES), sign).iter().rev().take_while(name).count();
        // `%26password`: the digits of the escape before it are no part of the name.
        let escape = if before(bytes, sign - length) == b'%' { 2.min(length) } else { 0 };
        let name = slice(bytes, sign - length + escape, sign);
        let catalog = self.catalog;
        if !catalog.label_ends.end(name) {
            return;
        }
        let number = self.labels.number(name, || catalog.label_meaning(name));
        let start = sign + 3;
        let window = slice(bytes, start, start + VALUE_BYTES);
        let ends = |byte: &u8| *byte <= b' ' || matches!(byte, b'&' | b'"' | b'\'' | b'<' | b'>');
        let length = window.iter().position(ends).unwrap_or(window.len());
        let end = start + memmem::find(slice(window, 0, length), b"%26").unwrap_or(length);
        if number != 0 && end > start {
            let (setting, today) = (Setting::Assigned, self.today());
            let value = Value { bytes, label: name, start, end, quoted: true, setting, today };
            self.offer(block, number, &value, Evidence::FIELD);
        }
    }

    /// The text in quotes at `quote` that a program gives a constant.
    pub(super) fn constant(&mut self, block: &Block<'_>, name: Range<usize>, quote: usize) {
        let label = Label { name, setting: Setting::Assigned };
        let byte = at(block.bytes, quote);
        self.label_and_value(block, &label, quote + 1, Some(Quote { byte, escaped: 0 }));
    }

    fn label_and_value(&mut self, block: &Block<'_>, label: &Label, start: usize, quote: Option<Quote>) {
        let bytes = block.bytes;
        let name = slice(bytes, label.name.start, label.name.end);
        let catalog = self.catalog;
        if !catalog.label_ends.end(name) {
            return;
        }
        let number = self.labels.number(name, || catalog.label_meaning(name));
        if number == 0 {
            return;
        }
        let Some(end) = value_end(bytes, start, quote, label.setting) else { return };
        let value = Value {
            bytes,
            label: name,
            start,
            end,
            quoted: quote.is_some(),
            setting: label.setting,
            today: self.today(),
        };
        let evidence = if label.setting == Setting::Phrase { Evidence::KEYWORD } else { Evidence::FIELD };
        self.offer(block, number, &value, evidence);
    }

    /// The text of an element whose closing tag begins at `close`: `<password>…</password>`, `<field name="password">…`,
    /// and the second cell of a row, `<td>Пароль</td><td>…`.
    fn element(&mut self, block: &Block<'_>, close: usize) {
        let bytes = block.bytes;
        let from = close.saturating_sub(VALUE_BYTES);
        let Some(start) = memrchr(b'>', slice(bytes, from, close)).map(|n| from + n + 1) else { return };
        if start == close {
            return;
        }
        let from = start.saturating_sub(TAG_BYTES);
        let Some(open) = memrchr(b'<', slice(bytes, from, start)).map(|n| from + n + 1) else { return };
        let length = slice(bytes, open, start).iter().take_while(|byte| tag_byte(**byte)).count();
        let tag = slice(bytes, open, open + length);
        if length == 0 || slice(bytes, close + 2, close + 2 + length) != tag {
            return;
        }
        let attributes = slice(bytes, open + length, start - 1);
        let name = if matches!(tag, b"td" | b"dd" | b"TD") {
            let Some(cell) = cell_before(bytes, open - 1) else { return };
            cell
        } else if let Some(place) = naming(attributes) {
            // Behind the quote.
            let first = open + length + place + 1;
            let length = slice(bytes, first, start).iter().take_while(|byte| tag_byte(**byte)).count();
            first..first + length
        } else if keys::is_markup(tag) {
            let Some(told) = keys::told_before(bytes, open - 1) else { return };
            told
        } else if let Some(named) = Some(open - 1)
            .filter(|_| keys::is_cell(tag))
            .and_then(|open| keys::sibling(bytes, open).or_else(|| parent(bytes, open)))
        {
            named
        } else {
            let prefix = memchr(b':', tag).map_or(0, |colon| colon + 1);
            open + prefix..open + length
        };
        let space = slice(bytes, start, close).iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.label_and_value(block, &Label { name, setting: Setting::Element }, start + space, None);
    }

    /// Offers a value to the readers of all rules that its name speaks for.
    pub(super) fn offer(&mut self, block: &Block<'_>, meaning: u32, value: &Value<'_>, evidence: Evidence) {
        let mut index = 0;
        while let Some(rule) = self.labels.get(meaning).and_then(|meaning| meaning.raise.get(index).copied()) {
            index += 1;
            self.offer_to(block, rule, value, evidence);
        }
    }

    fn offer_to(&mut self, block: &Block<'_>, rule: RuleIndex, value: &Value<'_>, evidence: Evidence) {
        let catalog = self.catalog;
        let place = catalog.label_of.get(usize::from(rule)).copied().flatten();
        let Some(label) = place.and_then(|place| catalog.labelled.get(usize::from(place))) else { return };
        if label.reader == Reader::Address && Part::is_street(value.label) {
            // In a table the columns beside it are looked at.
            let street = labelled::own_text(value);
            if evidence.has(Evidence::COLUMN) || self.scattered_address(block, street, rule) {
                return;
            }
        }
        if let Some((span, level)) = labelled::read(label, value).filter(|(span, _)| !span.is_empty()) {
            let level = match () {
                () if evidence.has(Evidence::KEYWORD) => level.min(Confidence::Medium),
                // What fills a cell is no word of a sentence or program.
                () if evidence.has(Evidence::COLUMN) => level.max(Confidence::Medium),
                () => level,
            };
            if label.reader == Reader::Name {
                let said = self.field_labels.of_field(value.label);
                return self.push_part(block, span, rule, said, level, evidence);
            }
            self.push(block, span, rule, None, level, evidence);
        }
    }
}

impl Catalog {
    /// What a label means to the rules whose values only a label tells.
    pub(super) fn label_meaning(&self, name: &[u8]) -> Meaning {
        let mut meaning = self.names.last_meaning(name, &self.keywords, &self.groups);
        let known = |rule: &RuleIndex| {
            let labelled = self.label_of.get(usize::from(*rule)).copied().flatten().is_some();
            labelled && self.rules.get(usize::from(*rule)).is_some_and(|rule| rule.on)
        };
        meaning.raise.retain(known);
        if meaning.raise.is_empty() {
            return Meaning::default();
        }
        Meaning { raise: meaning.raise, ..Meaning::default() }
    }
}

/// Where the value of the attribute that names what an element holds begins, with its quote.
fn naming(attributes: &[u8]) -> Option<usize> {
    let named = |equals: &usize| {
        let head = slice(attributes, 0, *equals);
        head.ends_with(b"name") || [&b" Name"[..], b" key", b" Key"].iter().any(|name| head.ends_with(name))
    };
    memchr::memchr_iter(b'=', attributes).find(named).map(|equals| equals + 1)
}

/// The name in the tag before the one at `open`: `<setting name="smtp.password"><value>`.
fn parent(bytes: &[u8], open: usize) -> Option<Range<usize>> {
    let from = open.saturating_sub(TAG_BYTES);
    let head = slice(bytes, from, open).trim_ascii_end();
    let head = head.strip_suffix(b">")?;
    let tag = memrchr(b'<', head)?;
    let attributes = slice(head, tag, head.len());
    let place = naming(attributes)?;
    let start = tag + place + 1;
    let length = slice(head, start, head.len()).iter().take_while(|byte| tag_byte(**byte)).count();
    (length > 0).then_some(from + start..from + start + length)
}

fn tag_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':') || byte >= 0x80
}

/// The text of the cell that closes just before the tag at `open`.
fn cell_before(bytes: &[u8], open: usize) -> Option<Range<usize>> {
    let mut end = open;
    while before(bytes, end).is_ascii_whitespace() && open - end < 32 {
        end -= 1;
    }
    let closed = [&b"</td>"[..], b"</th>", b"</dt>", b"</TD>"].iter().any(|tag| slice(bytes, 0, end).ends_with(tag));
    let mut end = end.checked_sub(5).filter(|_| closed)?;
    let from = end.saturating_sub(LABEL_BYTES);
    let start = from + memrchr(b'>', slice(bytes, from, end))? + 1;
    while matches!(before(bytes, end), b':' | b' ') && end > start {
        end -= 1;
    }
    Some(start..end)
}

/// A quote, and how many backslashes stand before the quotes of this text: one where it is a text within a text, three
/// where that is one as well.
#[derive(Clone, Copy)]
struct Quote {
    byte: u8,
    escaped: usize,
}

/// Behind what closes the emphasis of a label: `**Пароль:** …`, `<b>Пароль:</b> …`.
fn emphasis_end(bytes: &[u8], start: usize) -> usize {
    let mut i = start;
    for _ in 0..3 {
        let rest = slice(bytes, i, i + 16);
        i += match rest {
            [b'*', b'*', ..] | [b'_', b'_', ..] => 2,
            [b'<', b'/', tag @ ..] => {
                let Some(close) = memchr(b'>', tag) else { return i };
                let inline = keys::is_markup(slice(tag, 0, close));
                if inline { close + 3 } else { return i }
            }
            _ => return i,
        };
    }
    i
}

/// Where the value behind a sign begins, and the quote before it.
fn value_start(bytes: &[u8], sign: usize) -> Option<(usize, Option<Quote>)> {
    let mut i = sign + 1;
    match (at(bytes, sign), at(bytes, i)) {
        (b'=', b'=' | b'~') | (b':', b':') => return None,
        (b'=', b'>') | (b':', b'=') => i += 1,
        (b':', b'/') if at(bytes, i + 1) == b'/' => return None,
        _ => {}
    }
    if at(bytes, sign) == b':' {
        i = emphasis_end(bytes, i);
    }
    let limit = i + SPACES;
    while matches!(at(bytes, i), b' ' | b'\t') && i < limit {
        i += 1;
    }
    if matches!(at(bytes, i), b'b' | b'u' | b'r' | b'N') && matches!(at(bytes, i + 1), b'"' | b'\'') {
        i += 1;
    }
    i = dumped(bytes, i).unwrap_or(i);
    let slashes = slice(bytes, i, i + SLASHES).iter().take_while(|byte| **byte == b'\\').count();
    let escaped = if matches!(at(bytes, i + slashes), b'"' | b'\'') { slashes } else { 0 };
    i += escaped;
    match at(bytes, i) {
        quote @ (b'"' | b'\'' | b'`') => {
            // `"""…"""`, and `""password"":""…""` within a cell.
            let three = slice(bytes, i + 1, i + 3) == [quote; 2];
            let two = !three && at(bytes, i + 1) == quote && slice(bytes, sign.saturating_sub(2), sign) == [quote; 2];
            let more = if three { 2 } else { usize::from(two) };
            Some((i + 1 + more, Some(Quote { byte: quote, escaped })))
        }
        0 | b'\n' | b'\r' => None,
        _ => Some((i, None)),
    }
}

/// The quote behind the type that PHP dumps before a text, on the line below its key: `["birthday"]=>` and
/// `string(10) "1993-02-17"`.
fn dumped(bytes: &[u8], mut i: usize) -> Option<usize> {
    if at(bytes, i) != b'\n' && at(bytes, i) != b's' {
        return None;
    }
    let limit = i + SPACES;
    while at(bytes, i).is_ascii_whitespace() && i < limit {
        i += 1;
    }
    if !slice(bytes, i, i + 7).starts_with(b"string(") {
        return None;
    }
    i += 7;
    i += slice(bytes, i, i + 6).iter().take_while(|byte| byte.is_ascii_digit()).count();
    (slice(bytes, i, i + 3) == b") \"").then_some(i + 2)
}

/// The value on the line below a label that fills its own, as forms have them.
fn value_below(bytes: &[u8], sign: usize) -> Option<(usize, Option<Quote>)> {
    if at(bytes, sign) != b':' {
        return None;
    }
    let from = sign.saturating_sub(LABEL_BYTES);
    let label = slice(bytes, from, sign);
    let label = slice(label, memrchr(b'\n', label).map_or(0, |n| n + 1), label.len());
    // Keys of YAML are small words: what stands below them are further keys.
    let told = label.first().is_some_and(|first| *first >= 0x80 || first.is_ascii_uppercase());
    let gap = slice(bytes, sign + 1, sign + 4);
    let blank = gap.iter().take_while(|byte| **byte <= b' ').count();
    let start = sign + 1 + blank;
    let line = slice(bytes, start, start + TAG_BYTES);
    let end = memchr(b'\n', line).unwrap_or(line.len());
    (told && memchr(b'\n', slice(gap, 0, blank)).is_some() && end > 0 && memchr(b':', slice(line, 0, end)).is_none())
        .then_some((start, None))
}

/// The name on the line above a `value:` of YAML: `- name: DB_PASSWORD`.
fn name_above(bytes: &[u8], value: usize) -> Option<Range<usize>> {
    let from = value.saturating_sub(TAG_BYTES);
    let end = from + memrchr(b'\n', slice(bytes, from, value))?;
    let start = memrchr(b'\n', slice(bytes, from, end)).map_or(from, |line| from + line + 1);
    let place = start + memmem::find(slice(bytes, start, end), b"name: ")? + b"name: ".len();
    let name = slice(bytes, place, end).trim_ascii_end();
    let word = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    word.then_some(place..place + name.len())
}

/// Where a value ends at the latest; nothing if its quote does not close.
fn value_end(bytes: &[u8], start: usize, quote: Option<Quote>, setting: Setting) -> Option<usize> {
    let window = slice(bytes, start, start + VALUE_BYTES);
    if let Some(Quote { byte, escaped }) = quote {
        let mut from = 0;
        while let Some(found) = memchr2(byte, b'\n', slice(window, from, window.len())) {
            let place = from + found;
            if at(window, place) == b'\n' {
                return None;
            }
            let slashes = slice(window, 0, place).iter().rev().take_while(|byte| **byte == b'\\').count();
            if escaped > 0 && slashes == escaped {
                return Some(start + place - escaped);
            }
            if slashes % 2 == 0 {
                return Some(start + place);
            }
            from = place + 1;
        }
        return None;
    }
    let line = memchr(b'\n', window).unwrap_or(window.len());
    let line = if setting == Setting::Element { memchr(b'<', slice(window, 0, line))? } else { line };
    Some(start + line)
}

/// The label before the sign at `sign`.
fn label_before(bytes: &[u8], sign: usize) -> Option<Label> {
    let mut end = sign;
    let mut quote = 0;
    for _ in 0..2 + SLASHES {
        match before(bytes, end) {
            byte @ (b'"' | b'\'' | b'`' | b']') if quote == 0 => quote = byte,
            b' ' | b'\\' | b'"' | b'\'' | b'`' | b']' => {}
            _ => break,
        }
        end -= 1;
    }
    let from = end.saturating_sub(LABEL_BYTES);
    let window = slice(bytes, from, end);
    let kind = at(bytes, sign);
    if quote != 0 {
        let open = if quote == b']' { b'[' } else { quote };
        let start = memrchr(open, window)? + 1;
        let name = from + start..end;
        let inner = slice(window, start, window.len());
        if inner.is_empty() || inner.contains(&b'\n') {
            return None;
        }
        return Some(Label { name, setting: Setting::Assigned });
    }
    let name_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$') || byte >= 0x80;
    if kind == b':' {
        return phrase(bytes, from, end);
    }
    let length = window.iter().rev().take_while(|byte| name_byte(**byte)).count();
    let start = end - length;
    if length == 0 || length == window.len() && from > 0 {
        return None;
    }
    Some(Label { name: start..end, setting: Setting::Assigned })
}

/// Whether the dot before `end` ends a sentence: a blank follows it, and the word before it is not cut short as in `Сем.
/// положение`.
#[cold]
fn ends_sentence(bytes: &[u8], end: usize) -> bool {
    let letters = slice(bytes, end.saturating_sub(ABBREVIATION_BYTES + 2), end - 1).iter().rev();
    let letter = |byte: &&u8| **byte >= 0x80 || byte.is_ascii_alphabetic();
    at(bytes, end) == b' ' && letters.take_while(letter).count() > ABBREVIATION_BYTES
}

/// The label of running text, or the single key, that ends at `end` before a colon.
fn phrase(bytes: &[u8], from: usize, end: usize) -> Option<Label> {
    let mut end = end;
    if before(bytes, end) == b')' {
        // Пароль (временный):
        end = from + memrchr(b'(', slice(bytes, from, end))?;
        while before(bytes, end) == b' ' {
            end -= 1;
        }
    }
    let mut start = end;
    let mut words = 1;
    while start > from {
        let byte = before(bytes, start);
        let part =
            byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'-' | b'.' | b'$' | b'/' | b'\'');
        if byte == b' ' && at(bytes, start) != b' ' && words < LABEL_WORDS {
            // login: anna / pass: …
            if at(bytes, start) == b'/' && at(bytes, start + 1) == b' ' {
                start += 1;
                break;
            }
            words += 1;
        } else if !part || (byte == b'.' && ends_sentence(bytes, start)) {
            break;
        }
        start -= 1;
    }
    while at(bytes, start) == b' ' || at(bytes, start) == b'-' {
        start += 1;
    }
    if start >= end {
        return None;
    }
    let name = slice(bytes, start, end);
    let key = name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$'));
    Some(Label { name: start..end, setting: if key { Setting::Assigned } else { Setting::Phrase } })
}

#[cfg(test)]
mod tests {
    use super::super::examples::all_found;

    #[test]
    fn markup_neither_names_nor_hides_a_value() {
        for (id, text, want) in [
            ("kz.iin", "<p>ИИН: <span>910702412343</span></p>", "910702412343"),
            ("kz.iin", "<label>ИИН</label><span>910702412343</span>", "910702412343"),
            ("kz.iin", "<b><span>ИИН:</span></b><span lang=EN-US> 910702412343</span>", "910702412343"),
            ("kz.iin", "<iin><item>910702412343</item></iin>", "910702412343"),
            ("phone", "<p>Телефон: <span>+7 701 118 44 02</span></p>", "+7 701 118 44 02"),
            ("phone", "<phones><item>+77011184402</item></phones>", "+77011184402"),
            ("phone", "{\"item\":\"+77011184402\"}", "+77011184402"),
            ("birth_date", "<p>Дата рождения: <time>12.05.1980</time></p>", "12.05.1980"),
            ("ru.passport", "<p>Паспорт: <span>4510 123456</span></p>", "4510 123456"),
            ("password", "<p>Пароль: <span>Zk7-qLp29x</span></p>", "Zk7-qLp29x"),
            ("password", "<b>Пароль:</b> Zk7-qLp29x", "Zk7-qLp29x"),
            ("password", "**Пароль:** Zk7-qLp29x", "Zk7-qLp29x"),
            ("password", "__Password:__ Zk7-qLp29x", "Zk7-qLp29x"),
            ("user_name", "- **Логин:** asel93", "asel93"),
        ] {
            assert_eq!(all_found(text, id), [want], "{text}");
        }
        assert_eq!(all_found("<given>Ivan</given><family>Petrov</family>", "person_name").join("|"), "Ivan|Petrov");
        assert_eq!(all_found("<prefer><family>Courier New</family></prefer>", "person_name"), Vec::<String>::new());
        // The name of a field still counts.
        for (id, text) in [("kz.iin", "{\"span\":\"910702412343\"}"), ("password", "<p>Пароль: <b>нет</b></p>")]
        {
            assert_eq!(all_found(text, id), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn rows_need_not_be_as_long_as_their_head() {
        let head = "ФИО;Пароль;Паспорт;Прим\n";
        let rows =
            "Ким Юлия;Zk7-qLp29x;4510 123456;да;\nЛи Анна;Qw8-rTy31z;4511 123457\nАн Олег;Er9-tYu42c;4512 123458;нет\n";
        let text = format!("{head}{rows}Цой Вера;Ty1-uIo53v;4513 123459;;;\n");
        assert_eq!(all_found(&text, "password"), ["Zk7-qLp29x", "Qw8-rTy31z", "Er9-tYu42c", "Ty1-uIo53v"]);
        assert_eq!(all_found(&text, "ru.passport").len(), 4);
    }
}
