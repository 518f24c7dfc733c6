//! Names that stand beside a value: JSON keys and the keys of arrays and objects around it, `key=value`, URL queries,
//! cookies, XML and HTML elements and attributes, PHP arrays and serialised values, multipart forms, YAML lists, labels
//! of forms, forms of two columns.
//!
//! Every look is bounded, so that what is told depends on bytes near the value alone. What is not told for sure has no name.

use super::field::Name;
use super::{at, before, slice};
use memchr::{memchr, memmem, memrchr};
use std::ops::Range;

/// Longest name read, in bytes.
pub(super) const NAME_BYTES: usize = 96;
/// How far back the object or array around a value may begin, in bytes.
const AROUND_BYTES: usize = 1 << 10;
/// The same for a list of numbers without quotes.
const BARE_LIST_BYTES: usize = 160;
/// How far a tag may reach, in bytes.
const TAG_BYTES: usize = 512;
/// Longest label of a form, in bytes.
const LABEL_BYTES: usize = 120;

/// Names that say only "here is the value": what it is stands beside them.
static HOLDERS: List<33> = List::new([
    "value",
    "val",
    "values",
    "v",
    "content",
    "text",
    "string",
    "data",
    "raw",
    "item",
    "items",
    "answer",
    "int",
    "integer",
    "cell",
    "field_value",
    "_value",
    "_text",
    "__text",
    "#text",
    "$date",
    "$numberint",
    "$numberlong",
    "$numberdecimal",
    "значение",
    "мәні",
    "значення",
    "значэнне",
    "ответ",
    "number",
    "номер",
    "нумар",
    "нөмірі",
]);

/// Names whose value names what stands beside it.
static NAMERS: List<26> = List::new([
    "type",
    "type_id",
    "typeid",
    "type_code",
    "name",
    "key",
    "code",
    "field",
    "field_name",
    "fieldname",
    "field_code",
    "label",
    "title",
    "kind",
    "param",
    "parameter",
    "property",
    "attr",
    "attribute",
    "caption",
    "system",
    "question",
    "наименование",
    "название",
    "тип",
    "поле",
]);

/// Elements whose value is named by the text of the one before them.
static CELLS: List<14> = List::new([
    "td",
    "dd",
    "value",
    "val",
    "v",
    "string",
    "integer",
    "cell",
    "data",
    "text",
    "значение",
    "мәні",
    "значення",
    "значэнне",
]);

/// Elements of HTML that say nothing of what stands in them, but how it looks.
static MARKUP: List<36> = List::new([
    "span", "b", "i", "u", "s", "em", "strong", "font", "small", "big", "mark", "code", "kbd", "samp", "tt", "sub",
    "sup", "bdi", "bdo", "ins", "abbr", "cite", "q", "p", "div", "li", "section", "article", "time", "output",
    "center", "nobr", "item", "o:p", "main", "label",
]);

/// A closing tag of markup is no longer, in bytes.
const CLOSING_BYTES: usize = 12;

/// Longest name of a list, in bytes.
const LISTED_BYTES: usize = 24;

/// A few names, and a bit for each length that names with the same first letter have.
struct List<const N: usize> {
    names: [&'static str; N],
    lengths: [u32; 32],
}

impl<const N: usize> List<N> {
    #[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
    const fn new(names: [&'static str; N]) -> Self {
        let mut lengths = [0; 32];
        let mut i = 0;
        while i < N {
            let name = names[i].as_bytes();
            lengths[(name[0] & 31) as usize] |= 1 << name.len();
            i += 1;
        }
        Self { names, lengths }
    }

    /// Whether a name is one of these, in any case.
    fn has(&self, name: &[u8]) -> bool {
        // Prefixes of names in XML: `ns:Value`.
        let name = memrchr(b':', name).map_or(name, |colon| slice(name, colon + 1, name.len()));
        if name.is_empty() || name.len() > LISTED_BYTES {
            return false;
        }
        // Most names differ in the first letter or in length.
        let lengths = self.lengths.get(usize::from(at(name, 0) & 31)).copied().unwrap_or(0);
        if name.is_ascii() {
            let same = lengths >> name.len() & 1 != 0;
            return same && self.names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
        }
        std::str::from_utf8(name).is_ok_and(|name| {
            let name = name.to_lowercase();
            self.names.iter().any(|known| *known == name)
        })
    }
}

fn is_holder(name: &[u8]) -> bool {
    name.iter().all(u8::is_ascii_digit) || HOLDERS.has(name)
}

pub(super) fn name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$') || byte >= 0x80
}

/// Where the quotes, brackets and spaces between a name and the value at `start` begin.
pub(super) fn lead(bytes: &[u8], start: usize) -> usize {
    let mut i = start;
    for _ in 0..16 {
        match before(bytes, i) {
            b' ' | b'"' | b'\'' | b'`' | b'(' | b'[' | b'+' | b'\\' => i -= 1,
            _ => break,
        }
    }
    i
}

/// The name that is joined to the value at `start` by a sign; `lead` is where what lies between begins.
pub(super) fn joined(bytes: &[u8], start: usize, lead: usize) -> Option<Name> {
    match before(bytes, lead) {
        b'=' => {
            let name = key_before(bytes, lead - 1)?;
            Some(Name::Key(attribute(bytes, &name, start).unwrap_or(name)))
        }
        b':' => {
            let name = serialised(bytes, lead - 1).or_else(|| colon_key(bytes, lead - 1, start))?;
            Some(told_apart(bytes, name, start))
        }
        b'>' if before(bytes, lead - 1) == b'=' => {
            let name = key_before(bytes, lead - 2)?;
            Some(told_apart(bytes, name, start))
        }
        b'>' => element(bytes, lead - 1).map(Name::Key),
        _ => None,
    }
}

/// Whether an element's name says nothing of what stands in it: words and elements before it may.
pub(crate) fn is_markup(name: &[u8]) -> bool {
    MARKUP.has(name)
}

/// Whether an element's name says only that a value stands in it.
pub(crate) fn is_cell(name: &[u8]) -> bool {
    CELLS.has(name)
}

/// The name that ends before `i`, behind spaces, quotes and closing brackets: `key =`, `'key' =`, `a[key]=`, `a%5Bkey%5D=`.
fn key_before(bytes: &[u8], mut i: usize) -> Option<Range<usize>> {
    loop {
        match before(bytes, i) {
            b' ' | b'"' | b'\'' | b'`' | b']' | b'\\' => i -= 1,
            b'D' | b'd' if slice(bytes, i.saturating_sub(3), i - 1) == b"%5" => i -= 3,
            _ => break,
        }
    }
    let end = i;
    while end - i < NAME_BYTES && name_byte(before(bytes, i)) {
        i -= 1;
    }
    // `%5Bkey`: the name begins behind the escape.
    if before(bytes, i) == b'%' && slice(bytes, i, i + 2).eq_ignore_ascii_case(b"5b") {
        i += 2;
    }
    (i < end).then_some(i..end)
}

/// The key before a colon: quoted (JSON), a single word (YAML, headers), never a clock or an address.
fn colon_key(bytes: &[u8], mut i: usize, value: usize) -> Option<Range<usize>> {
    if value == i + 1 && before(bytes, i).is_ascii_digit() {
        return None; // 12:34, 10.0.0.1:8080
    }
    while matches!(before(bytes, i), b' ' | b'\\') {
        i -= 1;
    }
    let quote = before(bytes, i);
    if matches!(quote, b'"' | b'\'') {
        i -= 1;
        while matches!(before(bytes, i), b'\\') {
            i -= 1;
        }
        let from = i.saturating_sub(NAME_BYTES);
        let open = from + memrchr(quote, slice(bytes, from, i))?;
        let name = open + 1..i;
        return (!name.is_empty() && !slice(bytes, name.start, name.end).contains(&b'\n')).then_some(name);
    }
    // Without quotes only an identifier is a key: in running text the word before a colon may be a name, and keywords
    // are found there anyway.
    key_before(bytes, i).filter(|name| slice(bytes, name.start, name.end).is_ascii())
}

/// The key of a serialised PHP value whose length or type ends with the colon at `colon`: `s:3:"iin";s:12:"…"`.
fn serialised(bytes: &[u8], colon: usize) -> Option<Range<usize>> {
    let mut i = colon;
    while before(bytes, i).is_ascii_digit() && colon - i < 8 {
        i -= 1;
    }
    let kind = match (i < colon, before(bytes, i), before(bytes, i.wrapping_sub(1))) {
        (true, b':', b's') => i - 2,
        (false, b'i' | b'd', _) => i - 1,
        _ => return None,
    };
    if before(bytes, kind) != b';' || before(bytes, kind - 1) != b'"' {
        return None;
    }
    let end = kind - 2;
    let from = end.saturating_sub(NAME_BYTES);
    let open = from + memrchr(b'"', slice(bytes, from, end))?;
    (before(bytes, open) == b':' && open + 1 < end).then_some(open + 1..end)
}

/// The element name of `<name …>` that closes at `close`.
fn element(bytes: &[u8], close: usize) -> Option<Range<usize>> {
    let from = close.saturating_sub(TAG_BYTES);
    let open = from + memrchr(b'<', slice(bytes, from, close))?;
    let mut end = open + 1;
    while end < close && end - open <= NAME_BYTES && (name_byte(at(bytes, end)) || at(bytes, end) == b':') {
        end += 1;
    }
    (end > open + 1).then_some(open + 1..end)
}

// ------------------------------------------------------------------------------- what names a holder of values

/// What an attribute called `value` holds: the tag says it in another attribute (`<input name="phone" value="…">`).
pub(crate) fn attribute(bytes: &[u8], name: &Range<usize>, value: usize) -> Option<Range<usize>> {
    if !is_holder(slice(bytes, name.start, name.end)) {
        return None;
    }
    let from = name.start.saturating_sub(TAG_BYTES);
    let open = from + memrchr(b'<', slice(bytes, from, name.start))?;
    let end = value + memchr(b'>', slice(bytes, value, value + TAG_BYTES))?;
    if memchr(b'>', slice(bytes, open, name.start)).is_some() {
        return None;
    }
    let tag = slice(bytes, open, end);
    let named = ["name", "id", "key", "property", "itemprop", "field", "code", "n", "label", "title", "placeholder"];
    named.iter().find_map(|attribute| {
        memmem::find_iter(tag, attribute.as_bytes()).find_map(|i| {
            let equals = i + attribute.len();
            let quote = at(tag, equals + 1);
            let whole =
                before(tag, i).is_ascii_whitespace() && at(tag, equals) == b'=' && matches!(quote, b'"' | b'\'');
            let length = memchr(quote, slice(tag, equals + 2, equals + 2 + NAME_BYTES)).filter(|_| whole)?;
            let found = open + equals + 2..open + equals + 2 + length;
            (length > 0 && !found.contains(&value)).then_some(found)
        })
    })
}

/// The name of a value, or what names it if its own name only says that it is one.
fn told_apart(bytes: &[u8], name: Range<usize>, value: usize) -> Name {
    if !is_holder(slice(bytes, name.start, name.end)) {
        return Name::Key(name);
    }
    if let Some(said) = named_beside(bytes, &name, value) {
        return Name::Label(said);
    }
    Name::Key(named_around(bytes, name.start).unwrap_or(name))
}

/// The opening bracket of the object or list that holds `from`, so many bytes before it at most.
fn opener(bytes: &[u8], from: usize, most: usize) -> Option<usize> {
    let floor = from.saturating_sub(most);
    let mut depth = 0usize;
    let mut i = from;
    loop {
        let nests = |byte: &u8| NESTING.get(usize::from(*byte)) == Some(&true);
        i = floor + slice(bytes, floor, i).iter().rposition(nests)?;
        match at(bytes, i) {
            quote @ (b'"' | b'\'') => {
                // JSON inside a string has a backslash before each of its quotes.
                let escaped = before(bytes, i) == b'\\';
                loop {
                    i = floor + memrchr(quote, slice(bytes, floor, i))?;
                    if (before(bytes, i) == b'\\') == escaped {
                        break;
                    }
                }
            }
            b'}' | b']' | b')' => depth += 1,
            _ if depth == 0 => return Some(i),
            _ => depth -= 1,
        }
    }
}

/// Quotes and brackets.
#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
static NESTING: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte as u8, b'"' | b'\'' | b'{' | b'}' | b'[' | b']' | b'(' | b')');
        byte += 1;
    }
    table
};

/// The key of the list or object that the bracket at `open` opens.
fn key_of(bytes: &[u8], open: usize) -> Option<Range<usize>> {
    let blank = |mut i: usize| {
        while before(bytes, i).is_ascii_whitespace() || before(bytes, i) == b'\\' {
            i -= 1;
        }
        i
    };
    let mut i = blank(open);
    let word = slice(bytes, i.saturating_sub(5), i);
    if word.eq_ignore_ascii_case(b"array") {
        i = blank(i - 5);
    } else if at(bytes, open) == b'(' {
        return None; // brackets of running text
    }
    match before(bytes, i) {
        b':' => colon_key(bytes, i - 1, open),
        b'>' if before(bytes, i - 1) == b'=' => key_before(bytes, i - 2),
        b'=' => key_before(bytes, i - 1),
        _ => None,
    }
}

/// Where a key begins with its quote, or with the bracket of `[KEY] =>`, which is no list.
fn edge(bytes: &[u8], key: usize) -> usize {
    key - usize::from(matches!(before(bytes, key), b'"' | b'\'' | b'['))
}

/// Whether a name is one that writers of XML and of extended JSON give a value within an object of its own:
/// `{"born":{"$date":"…"}}`, `{"iin":{"@type":"…","#text":"…"}}`.
pub(crate) fn is_wrapper(name: &[u8]) -> bool {
    matches!(at(name, 0), b'$' | b'#' | b'_') && HOLDERS.has(name)
}

/// The name of the list or object around `from` that says more than that it is one, at most three levels out.
pub(crate) fn named_around(bytes: &[u8], mut from: usize) -> Option<Range<usize>> {
    from = edge(bytes, from);
    for _ in 0..4 {
        let open = opener(bytes, from, AROUND_BYTES)?;
        if let Some(key) = key_of(bytes, open) {
            if !is_holder(slice(bytes, key.start, key.end)) {
                return Some(key);
            }
            from = edge(bytes, key.start);
        } else {
            from = open;
        }
    }
    None
}

/// What a neighbour of the key says: `{"TYPE":"PHONE","VALUE":"…"}`, `[TYPE] => PHONE`.
pub(crate) fn named_beside(bytes: &[u8], name: &Range<usize>, value: usize) -> Option<Range<usize>> {
    let open = opener(bytes, edge(bytes, name.start), AROUND_BYTES)?;
    pair(bytes, open + 1, name.start).or_else(|| {
        // Behind the value: from the next comma or line on.
        let rest = slice(bytes, value, value + TAG_BYTES);
        let next = rest.iter().position(|byte| matches!(byte, b',' | b'\n' | b'}'))?;
        pair(bytes, value + next, value + rest.len())
    })
}

/// The value of the first naming key between two places of one object.
fn pair(bytes: &[u8], mut i: usize, end: usize) -> Option<Range<usize>> {
    let mut depth = 0usize;
    while i < end {
        match at(bytes, i) {
            b'{' | b'(' => depth += 1,
            b'}' | b')' if depth == 0 => return None,
            b'}' | b')' => depth -= 1,
            open @ (b'"' | b'\'' | b'[') => {
                let close = if open == b'[' { b']' } else { open };
                let Some(length) = memchr(close, slice(bytes, i + 1, i + 1 + NAME_BYTES)) else {
                    i += 1;
                    continue;
                };
                let inner = slice(bytes, i + 1, i + 1 + length);
                let own = inner.strip_suffix(b"\\").unwrap_or(inner);
                let after = i + 2 + length;
                i = after;
                if depth > 0 {
                    continue;
                }
                let gap = slice(bytes, after, after + 6);
                let sign = gap.iter().position(|byte| !matches!(byte, b' ' | b'\t'))?;
                let behind = match slice(gap, sign, gap.len()) {
                    [b':', ..] => after + sign + 1,
                    [b'=', b'>', ..] => after + sign + 2,
                    _ => continue,
                };
                if NAMERS.has(own) {
                    return written(bytes, behind).filter(|found| found.end <= end);
                }
                // On to the end of its value, so that a value is taken for no key.
                i = match written(bytes, behind) {
                    Some(found) => found.end + 1,
                    None => behind,
                };
                continue;
            }
            _ => {}
        }
        i += 1;
    }
    None
}

/// The value that stands at `i`: a string without its quotes, or a word up to the end of its line or pair.
fn written(bytes: &[u8], i: usize) -> Option<Range<usize>> {
    let gap = slice(bytes, i, i + 8).iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\\')).count();
    let start = i + gap;
    let quote = at(bytes, start);
    let own = slice(bytes, start, start + NAME_BYTES);
    let found = if matches!(quote, b'"' | b'\'') {
        let length = memchr(quote, slice(own, 1, own.len()))?;
        start + 1..start + 1 + length - usize::from(at(own, length) == b'\\' && length > 0)
    } else {
        let length = own.iter().position(|byte| matches!(byte, b',' | b'\n' | b'\r' | b'}' | b')' | b'{' | b'['))?;
        start..start + length
    };
    (!found.is_empty()).then_some(found)
}

/// What names the value of an element of markup, whose tag begins at `open`: the label before it, or the element of markup that
/// closes directly before it, `<label>ИИН</label><span>…`. What stands on lines of its own, or behind a link, is a paragraph.
pub(crate) fn told_before(bytes: &[u8], open: usize) -> Option<Range<usize>> {
    label_before(bytes, open).or_else(|| {
        let from = open.saturating_sub(CLOSING_BYTES);
        let closed = slice(bytes, from, open).strip_suffix(b">")?;
        let tag = memmem::rfind(closed, b"</")? + 2;
        if is_markup(slice(closed, tag, closed.len())) { sibling(bytes, open) } else { None }
    })
}

/// The label whose colon stands before the tag at `open`, before closing tags perhaps: `<p>Пароль: <span>…`,
/// `<b>ИИН:</b> <span>…`.
fn label_before(bytes: &[u8], open: usize) -> Option<Range<usize>> {
    let mut i = open;
    for _ in 0..8 {
        if before(bytes, i).is_ascii_whitespace() {
            i -= 1;
        } else if before(bytes, i) == b'>' {
            let from = i.saturating_sub(NAME_BYTES);
            let tag = from + memrchr(b'<', slice(bytes, from, i))?;
            i = if at(bytes, tag + 1) == b'/' { tag } else { return None };
        } else {
            break;
        }
    }
    if before(bytes, i) != b':' {
        return None;
    }
    let from = i.saturating_sub(LABEL_BYTES);
    let start = memchr::memrchr2(b'>', b'\n', slice(bytes, from, i)).map_or(from, |place| from + place + 1);
    label(bytes, start..i - 1)
}

/// The text of the element that ends before the tag at `open`: `<Наименование>ИНН</Наименование><Значение>…`,
/// `<td><b>ИИН</b></td><td>…`.
pub(crate) fn sibling(bytes: &[u8], open: usize) -> Option<Range<usize>> {
    let blank = |mut i: usize| {
        for _ in 0..64 {
            if !before(bytes, i).is_ascii_whitespace() {
                break;
            }
            i -= 1;
        }
        i
    };
    let mut i = blank(open);
    let mut closing = 0;
    while before(bytes, i) == b'>' && closing < 4 {
        let from = i.saturating_sub(NAME_BYTES);
        let tag = from + memrchr(b'<', slice(bytes, from, i))?;
        if at(bytes, tag + 1) != b'/' {
            return None;
        }
        closing += 1;
        i = blank(tag);
    }
    let from = i.saturating_sub(LABEL_BYTES);
    let start = from + memrchr(b'>', slice(bytes, from, i))? + 1;
    (closing > 0).then(|| label(bytes, start..i)).flatten()
}

// ----------------------------------------------------------------------------------------------- looser forms

/// The key of the list that the value at `start` stands in: `"phones": ["…", "…"]`, also over several lines.
pub(super) fn list(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let mut i = start;
    for _ in 0..64 {
        match before(bytes, i) {
            b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b'+' | b'\\' => i -= 1,
            _ => break,
        }
    }
    if !matches!(before(bytes, i), b',' | b'[' | b'(') {
        return None;
    }
    // Lists of bare numbers are mostly none of ours, and long.
    let most = if matches!(before(bytes, start), b'"' | b'\'') { AROUND_BYTES } else { BARE_LIST_BYTES };
    let open = opener(bytes, i.max(1), most)?;
    if at(bytes, open) == b'{' {
        return None;
    }
    let key = key_of(bytes, open)?;
    if is_holder(slice(bytes, key.start, key.end)) { named_around(bytes, key.start).or(Some(key)) } else { Some(key) }
}

/// The key of the YAML list whose item the value is: `phones:` above lines with dashes.
pub(super) fn dashed(bytes: &[u8], lead: usize) -> Option<Range<usize>> {
    if before(bytes, lead) != b'-' {
        return None;
    }
    let floor = lead.saturating_sub(AROUND_BYTES);
    let mut line = floor + memrchr(b'\n', slice(bytes, floor, lead))? + 1;
    if !slice(bytes, line, lead - 1).iter().all(|byte| *byte == b' ') {
        return None;
    }
    for _ in 0..32 {
        let end = line.checked_sub(1)?;
        let start = floor + memrchr(b'\n', slice(bytes, floor, end)).map_or(0, |n| n + 1);
        let text = slice(bytes, start, end).trim_ascii();
        if let Some(key) = text.strip_suffix(b":") {
            let indent = slice(bytes, start, end).iter().take_while(|byte| matches!(byte, b' ' | b'-')).count();
            let found = start + indent..start + indent + key.trim_ascii_start().len();
            return (found.len() <= NAME_BYTES).then(|| label(bytes, found)).flatten();
        }
        if !text.starts_with(b"-") {
            return None;
        }
        line = start;
    }
    None
}

/// The name of a part of a multipart form that begins at `start`: behind a blank line.
pub(super) fn part(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let head = slice(bytes, start.saturating_sub(300), start);
    let head = head.strip_suffix(b"\r\n\r\n").or_else(|| head.strip_suffix(b"\n\n"))?;
    let from = start.saturating_sub(300);
    let line = memmem::rfind(head, b"form-data")?;
    let name = line + memmem::find(slice(head, line, head.len()), b" name=\"")? + 7;
    let length = memchr(b'"', slice(head, name, name + NAME_BYTES))?;
    (length > 0).then_some(from + name..from + name + length)
}

/// Where the line of the byte before `end` begins; nothing if that is further away than a label is long.
fn near_line_start(bytes: &[u8], end: usize) -> Option<usize> {
    let from = (end + 1).saturating_sub(LABEL_BYTES);
    match memrchr(b'\n', slice(bytes, from, end)) {
        Some(found) => Some(from + found + 1),
        None => (from == 0).then_some(0),
    }
}

/// The label at the beginning of the value's line, before a colon: `Номер телефона: …`.
pub(super) fn line_label(bytes: &[u8], lead: usize) -> Option<Range<usize>> {
    if before(bytes, lead) != b':' {
        return None;
    }
    let start = near_line_start(bytes, lead - 1)?;
    label(bytes, start..lead - 1)
}

/// The first cell of a line whose second one begins with the value: `Телефон<TAB>…`, `| ИИН | … |`.
pub(super) fn first_cell(bytes: &[u8], lead: usize) -> Option<Range<usize>> {
    let parting = before(bytes, lead);
    if !matches!(parting, b'\t' | b'|') {
        return None;
    }
    let start = near_line_start(bytes, lead - 1)?;
    let cell = slice(bytes, start, lead - 1);
    let lead_in = cell.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'|')).count();
    let rest = slice(cell, lead_in, cell.len());
    let inner = rest.iter().rposition(|byte| !matches!(byte, b' ' | b'\t' | b'|')).map_or(0, |n| n + 1);
    if slice(rest, 0, inner).iter().any(|byte| matches!(byte, b'\t' | b'|')) {
        return None;
    }
    label(bytes, start + lead_in..start + lead_in + inner)
}

/// A text that is a label: a few words with letters, without bullets and numbers before them.
pub(super) fn label(bytes: &[u8], text: Range<usize>) -> Option<Range<usize>> {
    // `паспорт выдан; УНП: …`, `карта — ИИН: …`: what stands before the last such mark is another label or a value.
    let whole = slice(bytes, text.start, text.end);
    let dash = memmem::rfind(whole, "— ".as_bytes()).map(|place| place + "—".len());
    let cut = memrchr(b';', whole).map(|place| place + 1).max(dash).unwrap_or(0);
    let text = text.start + cut..text.end;
    let own = slice(bytes, text.start, text.end);
    let front = own
        .iter()
        .take_while(|byte| {
            byte.is_ascii_whitespace()
                || matches!(byte, b'-' | b'*' | b'_' | b'#' | b'>' | b'|' | b'.' | b')' | b'0'..=b'9')
        })
        .count();
    let own = slice(own, front, own.len());
    let back =
        own.iter().rev().take_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b':' | b'*' | b'_')).count();
    let own = slice(own, 0, own.len() - back);
    let letters = own.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
    let odd = own.iter().any(|byte| matches!(byte, b'@' | b'{' | b'}' | b'<' | b'=' | b':' | b'\n' | b'!' | b'?'));
    let digits = own.iter().filter(|byte| byte.is_ascii_digit()).count();
    let words = own.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).count();
    (letters && !odd && digits < 4 && words <= 7 && own.len() <= NAME_BYTES)
        .then_some(text.start + front..text.start + front + own.len())
}
