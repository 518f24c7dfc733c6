//! From places of values to edits that keep the format whole.
//!
//! One pass over the content: it follows strings of JSON and quotes of tables, so that a bare number becomes a string and a
//! table keeps its columns. [`Numbers`] looks for placeholders that stand there already, so that none is given twice.

use super::RedactError;
use super::format::{Format, decode, encode, is_json, latin, named, read_at, tells_lengths, unit};
use super::method::{Method, REMOVED, replacement};
use crate::policy::sha256_name;
use crate::read::Bytes;
use crate::span::RawSpan;
use crate::text::encoding::Encoding;
use crate::text::transfer::{Part, WORD_BYTES, word_around};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::ops::Range;
use std::sync::Arc;

const PIECE: usize = 64 << 10;
/// Units of text looked at on either side of a value.
const AROUND: u64 = 16;
/// Longest token of JSON that is no string.
const LONGEST_TOKEN: u64 = 4096;

/// A value to be replaced.
#[derive(Clone, Debug)]
pub struct Cut {
    /// Where it stands.
    pub span: RawSpan,
    /// Its category.
    pub category: Arc<str>,
    /// Equal values have equal numbers.
    pub value: u128,
    /// Encoding of the text around it.
    pub encoding: &'static str,
    /// What to do.
    pub method: Method,
}

/// A replacement of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// First byte that goes.
    pub start: u64,
    /// One past the last byte that goes.
    pub end: u64,
    /// What comes instead.
    pub new: Box<[u8]>,
    /// The category and the number of the placeholder in it, if it is one.
    pub placeholder: Option<(Arc<str>, u64)>,
    /// Encoding of what goes.
    pub encoding: Encoding,
}

impl Edit {
    /// The placeholder, as it is written.
    pub fn placeholder(&self) -> Option<String> {
        let (category, number) = self.placeholder.as_ref()?;
        Some(replacement(Method::Placeholder, category, *number, ""))
    }
}

/// How one category was treated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Treated {
    /// Values replaced, by method.
    pub methods: BTreeMap<&'static str, u64>,
}

/// Edits of one content, in order, none touching another.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it is.
    pub format: Format,
    /// Unit of text.
    pub width: Encoding,
    /// What is replaced.
    pub edits: Vec<Edit>,
    /// What was done to each category.
    pub treated: BTreeMap<String, Treated>,
}

impl Plan {
    /// Works out edits for cuts. Cuts that overlap become one, treated as the strongest of them.
    ///
    /// # Errors
    ///
    /// The content cannot be read, or a value stands across the structure of its format.
    pub fn new(content: &dyn Bytes, mut cuts: Vec<Cut>) -> Result<Self, RedactError> {
        let mut numbers = Numbers::default();
        numbers.note(content)?;
        Self::after(content, &mut cuts, &mut numbers)
    }

    /// The same behind other contents of one whole: equal values get the numbers that they have there. The placeholders of
    /// this one are [noted](Numbers::note) by then. Puts the cuts in order.
    ///
    /// # Errors
    ///
    /// As of [`new`](Self::new).
    pub fn after(content: &dyn Bytes, cuts: &mut [Cut], numbers: &mut Numbers) -> Result<Self, RedactError> {
        if !cuts.is_empty() && tells_lengths(content)? {
            return Err(RedactError::NotRewritable);
        }
        let (format, width) = Format::sniff(content)?;
        let place = |cut: &Cut| (cut.span.start, cut.span.end);
        // There may be a million of them, and as they were found they are mostly in order.
        if !cuts.is_sorted_by_key(place) {
            cuts.sort_by_key(place);
        }
        let mut plan = Self { format, width, edits: Vec::new(), treated: BTreeMap::new() };
        for cut in &*cuts {
            if !plan.treated.contains_key(&*cut.category) {
                plan.treated.insert(cut.category.to_string(), Treated::default());
            }
            if let Some(treated) = plan.treated.get_mut(&*cut.category) {
                *treated.methods.entry(cut.method.name()).or_default() += 1;
            }
        }
        let pass = Pass::new(content, format, width);
        pass.walk(merged(cuts), &mut |pass, cut, place| {
            let text =
                if matches!(cut.method, Method::Mask | Method::Generalize) { pass.text(&cut)? } else { String::new() };
            let number = if cut.method == Method::Placeholder { numbers.of(&cut) } else { 0 };
            let core = replacement(cut.method, &cut.category, number, &text);
            let core = if core.is_ascii() { core } else { REMOVED.to_owned() };
            let encoding = pass.encoding(&cut);
            let new = encode(&format!("{}{core}{}", place.before, place.after), encoding);
            // Two values in one token of JSON: one replacement for both.
            match plan.edits.last_mut() {
                Some(last) if place.start < last.end => last.end = last.end.max(place.end),
                _ => plan.edits.push(Edit {
                    start: place.start,
                    end: place.end,
                    new: new.into(),
                    placeholder: (cut.method == Method::Placeholder).then_some((cut.category, number)),
                    encoding,
                }),
            }
            Ok(())
        })?;
        Ok(plan)
    }

    /// Takes over what was done to a part of the content that is read by itself: where it begins, the part, its own plan,
    /// and what it says now.
    ///
    /// # Errors
    ///
    /// An edit of the part lies over one of the content.
    pub fn carry(&mut self, at: u64, part: &Part, done: &Self, now: &[u8]) -> Result<(), RedactError> {
        let edits = done.edits.iter().map(|edit| (edit.start as usize, edit.end as usize, edit.new.to_vec()));
        for (start, end, new) in part.rewritten(edits, now) {
            let (start, end) = (at + start as u64, at + end as u64);
            self.edits.push(Edit { start, end, new: new.into(), placeholder: None, encoding: Encoding::Utf8 });
        }
        self.edits.sort_by_key(|edit| edit.start);
        if self.edits.windows(2).any(|pair| matches!(pair, [one, next] if next.start < one.end)) {
            return Err(RedactError::NotRewritable);
        }
        for (category, treated) in &done.treated {
            let methods = &mut self.treated.entry(category.clone()).or_default().methods;
            treated.methods.iter().for_each(|(method, count)| *methods.entry(method).or_default() += count);
        }
        Ok(())
    }

    /// Writes the copy, piece by piece.
    ///
    /// # Errors
    ///
    /// What reading or `take` said.
    pub fn write(&self, content: &dyn Bytes, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut piece = vec![0; PIECE];
        let mut copy = |from: u64, to: u64, take: &mut dyn FnMut(&[u8]) -> io::Result<()>| -> io::Result<()> {
            let mut at = from;
            while at < to {
                let wanted = usize::try_from(to - at).map_or(PIECE, |left| left.min(PIECE));
                let buffer = piece.get_mut(..wanted).unwrap_or_default();
                if read_at(content, buffer, at)? < wanted {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                take(buffer)?;
                at += wanted as u64;
            }
            Ok(())
        };
        let mut at = 0;
        for edit in &self.edits {
            copy(at, edit.start, &mut take)?;
            take(&edit.new)?;
            at = edit.end;
        }
        copy(at, content.size(), &mut take)
    }

    /// Whether a copy is still what the source was.
    pub fn is_whole(&self, copy: &dyn Bytes) -> bool {
        self.format != Format::Json || is_json(copy, self.width)
    }

    /// The place of the source that a place of the copy comes from: outside of edits the same bytes, inside the whole edit.
    pub fn source_of(&self, span: RawSpan) -> RawSpan {
        RawSpan { start: self.source_offset(span.start, false), end: self.source_offset(span.end, true) }
    }

    fn source_offset(&self, offset: u64, is_end: bool) -> u64 {
        let (mut source, mut copy) = (0, 0);
        for edit in &self.edits {
            let kept = edit.start - source;
            if offset < copy + kept || (is_end && offset == copy + kept) {
                break;
            }
            copy += kept;
            let new = edit.new.len() as u64;
            if offset < copy + new || (is_end && offset == copy + new) {
                return if is_end { edit.end } else { edit.start };
            }
            copy += new;
            source = edit.end;
        }
        source + (offset - copy)
    }

    /// SHA-256 of the edits, for manifests.
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        for edit in &self.edits {
            hasher.update(edit.start.to_le_bytes());
            hasher.update(edit.end.to_le_bytes());
            hasher.update(&edit.new);
        }
        sha256_name(&hasher.finalize())
    }
}

/// Cuts in order, overlapping ones as one.
fn merged(cuts: &[Cut]) -> impl Iterator<Item = Cut> {
    let mut rest = cuts.iter().peekable();
    std::iter::from_fn(move || {
        let mut whole = rest.next()?.clone();
        while let Some(cut) = rest.next_if(|cut| cut.span.start < whole.span.end) {
            let end = whole.span.end.max(cut.span.end);
            if cut.method > whole.method || (cut.method == whole.method && cut.span.len() > whole.span.len()) {
                whole = Cut { span: whole.span, ..cut.clone() };
            }
            whole.span.end = end;
        }
        Some(whole)
    })
}

/// Numbers of placeholders: one for each value, none that stands in the source already.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    taken: BTreeMap<String, u64>,
    /// By the word of the placeholder, the numbers of values.
    given: BTreeMap<String, HashMap<u128, u64>>,
}

impl Numbers {
    /// Gives none of the placeholders that stand in a content.
    ///
    /// # Errors
    ///
    /// The content cannot be read.
    pub fn note(&mut self, content: &dyn Bytes) -> Result<(), RedactError> {
        let width = unit(content)?;
        let mut name: Option<String> = None;
        let mut buffer = vec![0; PIECE];
        let mut at = 0;
        while at < content.size() {
            let read = read_at(content, &mut buffer, at)?;
            if read == 0 {
                break;
            }
            latin(buffer.get(..read).unwrap_or_default(), width).for_each(|byte| self.follow(&mut name, byte));
            at += read as u64;
        }
        Ok(())
    }

    /// Follows `[WORD_12]`.
    fn follow(&mut self, name: &mut Option<String>, byte: u8) {
        match (char::from(byte), name.as_mut()) {
            ('[', _) => *name = Some(String::new()),
            (']', Some(text)) => {
                if let Some((label, number)) = text.rsplit_once('_')
                    && let Ok(number) = number.parse::<u64>()
                {
                    let highest = self.taken.entry(label.to_owned()).or_default();
                    // A number too long to count on from is nobody's.
                    *highest = (*highest).max(number.min(u64::from(u32::MAX)));
                }
                *name = None;
            }
            (c, Some(text)) if text.len() < 64 && (c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') => {
                text.push(c);
            }
            _ => *name = None,
        }
    }

    fn of(&mut self, cut: &Cut) -> u64 {
        let label = super::label(&cut.category);
        let given = match self.given.get_mut(&label) {
            Some(given) => given,
            None => self.given.entry(label.clone()).or_default(),
        };
        *given.entry(cut.value).or_insert_with(|| {
            let next = self.taken.entry(label).or_default();
            *next += 1;
            *next
        })
    }
}

/// Where an edit stands, and what its surroundings demand.
struct Place {
    start: u64,
    end: u64,
    before: String,
    after: String,
}

/// Takes a cut and its place, in the order of places.
type Take<'t, 'c> = &'t mut dyn FnMut(&Pass<'c>, Cut, Place) -> Result<(), RedactError>;

/// One pass over the content.
struct Pass<'c> {
    content: &'c dyn Bytes,
    format: Format,
    width: Encoding,
    unit: u64,
}

/// What is open at a place.
#[derive(Clone, Copy, Default)]
struct State {
    /// Inside a string of JSON or quotes of a table.
    quoted: bool,
    /// Behind a backslash of JSON, or a quote that closed a cell.
    escaped: bool,
    /// Where the token of JSON, or the cell of a table, at hand began.
    token: u64,
    /// The byte before, and where `=?`, which opens an encoded word of mail, ended last.
    last: u8,
    mark: Option<u64>,
}

impl<'c> Pass<'c> {
    fn new(content: &'c dyn Bytes, format: Format, width: Encoding) -> Self {
        Self { content, format, width, unit: width.unit_bytes() as u64 }
    }

    /// Hands on the places of cuts; one that goes over several values of its format is several.
    fn walk(&self, cuts: impl Iterator<Item = Cut>, take: Take<'_, 'c>) -> Result<(), RedactError> {
        let mut next = cuts.peekable();
        let mut state = State::default();
        let mut buffer = vec![0; PIECE];
        let mut at = 0;
        while at < self.content.size() {
            let read = read_at(self.content, &mut buffer, at)?;
            if read == 0 {
                break;
            }
            for (index, byte) in latin(buffer.get(..read).unwrap_or_default(), self.width).enumerate() {
                let here = at + index as u64 * self.unit;
                while next.peek().is_some_and(|cut| cut.span.start <= here) {
                    let Some(cut) = next.next() else { break };
                    self.places(cut, state, take)?;
                }
                self.step(&mut state, byte, here);
            }
            at += read as u64;
        }
        for cut in next {
            self.places(cut, state, take)?;
        }
        Ok(())
    }

    fn step(&self, state: &mut State, byte: u8, here: u64) {
        if byte == b'?' && state.last == b'=' {
            state.mark = Some(here);
        }
        state.last = byte;
        match self.format {
            Format::Json => {
                if state.quoted {
                    let ends = byte == b'"' && !state.escaped;
                    state.escaped = byte == b'\\' && !state.escaped;
                    state.quoted = !ends;
                    state.token = here + self.unit;
                } else if is_structure(byte) {
                    state.quoted = byte == b'"';
                    state.escaped = false;
                    state.token = here + self.unit;
                }
            }
            // A quote opens at the start of a cell; doubled inside, it stays open.
            Format::Table(_) if byte == b'"' => {
                let opens = !state.quoted && (state.escaped || state.token == here);
                (state.escaped, state.quoted) = (state.quoted, opens);
            }
            Format::Table(delimiter) => {
                state.escaped = false;
                if !state.quoted && (byte == delimiter || byte == b'\n') {
                    state.token = here + self.unit;
                }
            }
            _ => {}
        }
    }

    fn range(&self, start: u64, end: u64) -> io::Result<Vec<u8>> {
        let end = end.min(self.content.size());
        let mut bytes = vec![0; usize::try_from(end.saturating_sub(start)).map_err(io::Error::other)?];
        let read = read_at(self.content, &mut bytes, start)?;
        bytes.truncate(read);
        Ok(bytes)
    }

    /// Text between two offsets with one byte a unit; letters beyond Latin are `x`.
    fn plain(&self, start: u64, end: u64) -> io::Result<Vec<u8>> {
        let raw = self.range(start, end)?;
        Ok(latin(&raw, self.width).collect())
    }

    fn places(&self, cut: Cut, state: State, take: Take<'_, 'c>) -> Result<(), RedactError> {
        let (start, end) = (cut.span.start, cut.span.end);
        let text = if end > start { self.plain(start, end)? } else { Vec::new() };
        if self.unit == 1
            && !matches!(self.format, Format::Table(_))
            && may_be_words(&cut, &text, state)
            && let Some(whole) = self.words_around(&cut)?
        {
            let place = self.place(&whole, state)?;
            return take(self, whole, place);
        }
        let pieces = match self.format {
            Format::Json => json_values(&text, state),
            Format::Markup => texts_between_tags(&text),
            Format::Sql => sql_values(&text),
            _ => None,
        };
        let Some(pieces) = pieces else {
            let place = self.place(&cut, state)?;
            return take(self, cut, place);
        };
        for (number, (range, quoted)) in pieces.into_iter().enumerate() {
            let at = |unit: usize| start + unit as u64 * self.unit;
            let span = RawSpan { start: at(range.start), end: at(range.end) };
            // What is left of a part by a mask could be more than what is left of the whole.
            let method = if cut.method == Method::Placeholder { cut.method } else { Method::Remove };
            let piece = Cut { span, value: cut.value.wrapping_add(number as u128), method, ..cut.clone() };
            let token = if number == 0 { state.token } else { span.start };
            let place = self.place(&piece, State { quoted, escaped: false, token, ..state })?;
            if self.format == Format::Json && quoted && self.is_name(place.end)? {
                return Err(RedactError::NotRewritable);
            }
            take(self, piece, place)?;
        }
        Ok(())
    }

    /// A cut over all of the encoded words of mail that it lies in: of a part of one no program can make anything.
    fn words_around(&self, cut: &Cut) -> Result<Option<Cut>, RedactError> {
        let around = WORD_BYTES as u64;
        let from = cut.span.start.saturating_sub(around);
        let text = self.range(from, cut.span.end + around)?;
        let word = |place: u64| word_around(&text, usize::try_from(place - from).unwrap_or(usize::MAX));
        let (first, last) = (word(cut.span.start), word(cut.span.end.saturating_sub(1)));
        if first.is_none() && last.is_none() {
            return Ok(None);
        }
        let start = first.map_or(cut.span.start, |word| from + word.start as u64);
        let end = last.map_or(cut.span.end, |word| from + word.end as u64);
        // What a mask leaves of letters that are encoded means nothing.
        let method = if cut.method == Method::Placeholder { cut.method } else { Method::Remove };
        Ok(Some(Cut { span: RawSpan { start, end }, method, ..cut.clone() }))
    }

    /// Whether the string of JSON that goes on at a place names a value.
    fn is_name(&self, at: u64) -> io::Result<bool> {
        let behind = self.plain(at, at + LONGEST_TOKEN)?;
        let mut escaped = false;
        let end = behind.iter().position(|byte| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        });
        let mut rest = behind.iter().skip(end.map_or(0, |end| end + 1));
        Ok(end.is_none() || rest.find(|byte| !byte.is_ascii_whitespace()) == Some(&b':'))
    }

    fn place(&self, cut: &Cut, state: State) -> Result<Place, RedactError> {
        let (start, end) = (cut.span.start, cut.span.end);
        let mut place = Place { start, end, before: String::new(), after: String::new() };
        if end <= start || end > self.content.size() {
            return Err(RedactError::NotRewritable);
        }
        let text = self.plain(start, end)?;
        match self.format {
            Format::Json if !state.quoted => return self.bare_token(cut, state),
            Format::Json if text.contains(&b'"') && !escaped_quotes_only(&text) => {
                return Err(RedactError::NotRewritable);
            }
            Format::Markup if text.iter().any(|byte| matches!(byte, b'<' | b'>')) || self.cuts_entity(&place)? => {
                return Err(RedactError::NotRewritable);
            }
            Format::Table(delimiter) => {
                if text.iter().any(|byte| matches!(byte, b'"' | b'\n' | b'\r')) {
                    return Err(RedactError::NotRewritable);
                }
                if !state.quoted {
                    let delimiters = memchr::memchr_iter(delimiter, &text).count();
                    place.after = char::from(delimiter).to_string().repeat(delimiters);
                }
                return Ok(place);
            }
            _ => {}
        }
        if matches!(self.format, Format::Json | Format::Text | Format::Mail | Format::Sql) && is_number(&text) {
            let quote = self.quotes_of_neighbours(&place)?;
            place.before.clone_from(&quote);
            place.after = quote;
        }
        Ok(place)
    }

    /// A token of JSON that is no string becomes one, as a whole.
    fn bare_token(&self, cut: &Cut, state: State) -> Result<Place, RedactError> {
        let from = state.token.min(cut.span.start);
        if cut.span.end - from > LONGEST_TOKEN {
            return Err(RedactError::NotRewritable);
        }
        let behind = self.plain(cut.span.end, cut.span.end + LONGEST_TOKEN)?;
        let more = behind.iter().position(|byte| is_structure(*byte)).unwrap_or(behind.len()) as u64;
        let end = cut.span.end + more * self.unit;
        if self.plain(from, end)?.iter().any(|byte| is_structure(*byte)) {
            return Err(RedactError::NotRewritable);
        }
        Ok(Place { start: from, end, before: "\"".to_owned(), after: "\"".to_owned() })
    }

    /// Whether a place begins or ends inside `&…;`.
    fn cuts_entity(&self, place: &Place) -> io::Result<bool> {
        let open = |text: &[u8]| {
            let mark = text.iter().rposition(|byte| *byte == b'&');
            mark.is_some_and(|mark| {
                let rest = text.get(mark + 1..).unwrap_or_default();
                rest.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
            })
        };
        let closes = |text: &[u8]| {
            let rest: Vec<u8> =
                text.iter().copied().skip_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').collect();
            rest.first() == Some(&b';')
        };
        let around = AROUND * self.unit;
        let before = self.plain(place.start.saturating_sub(around), place.start)?;
        let inside = self.plain(place.start, place.end)?;
        let after = self.plain(place.end, place.end + around)?;
        let on = [inside.as_slice(), &after].concat();
        Ok((open(&before) && closes(&on)) || (open(&inside) && closes(&after)))
    }

    /// The quotes that the key before a bare number has, or that SQL wants; empty if the value is not alone in its place.
    fn quotes_of_neighbours(&self, place: &Place) -> io::Result<String> {
        let around = AROUND * self.unit;
        let before = self.plain(place.start - around.min(place.start), place.start)?;
        let after = self.plain(place.end, place.end + around)?;
        let left = before.trim_ascii_end();
        let right = after.trim_ascii_start().first().copied();
        if self.format == Format::Sql {
            let alone =
                matches!(left.last(), Some(b',' | b'(' | b'=')) && matches!(right, Some(b',' | b')' | b';') | None);
            return Ok(if alone { "'".to_owned() } else { String::new() });
        }
        let Some(key) = left.strip_suffix(b":").map(<[u8]>::trim_ascii_end).and_then(|key| key.strip_suffix(b"\""))
        else {
            return Ok(String::new());
        };
        if !matches!(right, Some(b',' | b'}' | b']')) {
            return Ok(String::new());
        }
        let slashes = key.iter().rev().take_while(|byte| **byte == b'\\').count();
        Ok(format!("{}\"", "\\".repeat(slashes)))
    }

    /// The encoding of a value: a piece of UTF-16 may stand in a file of bytes.
    fn encoding(&self, cut: &Cut) -> Encoding {
        if self.width == Encoding::Utf8 { named(cut.encoding) } else { self.width }
    }

    /// The value as text.
    fn text(&self, cut: &Cut) -> io::Result<String> {
        let raw = self.range(cut.span.start, cut.span.end)?;
        Ok(decode(&raw, self.encoding(cut)))
    }
}

/// Whether an encoded word of mail may begin in a cut, or so near before it that it may reach it. `text` is the cut's.
fn may_be_words(cut: &Cut, text: &[u8], state: State) -> bool {
    let is_near = state.mark.is_some_and(|mark| cut.span.start.saturating_sub(mark) <= WORD_BYTES as u64);
    is_near
        || (state.last == b'=' && text.first() == Some(&b'?'))
        || text.last() == Some(&b'=')
        || memchr::memmem::find(text, b"=?").is_some()
}

/// Values of JSON in a text that begins with one, and whether each stands in quotes; names of values are left out. `None`: the
/// text is one value.
fn json_values(text: &[u8], state: State) -> Option<Vec<(Range<usize>, bool)>> {
    let mut found: Vec<(Range<usize>, bool)> = Vec::new();
    let (mut begun, mut quoted, mut escaped) = (Some(0), state.quoted, false);
    let mut is_one = true;
    for (at, byte) in text.iter().enumerate() {
        if quoted {
            if *byte == b'"' && !escaped {
                found.extend(begun.take().map(|start| (start..at, true)));
                (quoted, is_one) = (false, false);
            }
            escaped = *byte == b'\\' && !escaped;
        } else if is_structure(*byte) {
            found.extend(begun.take().map(|start| (start..at, false)));
            is_one = false;
            match byte {
                b'"' => (begun, quoted, escaped) = (Some(at + 1), true, false),
                b':' if found.last().is_some_and(|(_, quoted)| *quoted) => {
                    found.pop();
                }
                _ => {}
            }
        } else {
            begun = begun.or(Some(at));
        }
    }
    found.extend(begun.map(|start| (start..text.len(), quoted)));
    found.retain(|(range, _)| !range.is_empty());
    (!is_one).then_some(found)
}

/// Values of SQL in a text that begins with one, in a row of `INSERT` or of `COPY`. `None`: the text is one value.
fn sql_values(text: &[u8]) -> Option<Vec<(Range<usize>, bool)>> {
    let parts = |byte: &u8| matches!(byte, b',' | b'(' | b')' | b'\t' | b'\n' | b'\r');
    let mut first = memchr::memchr(b'\'', text);
    // Two of them are a quote of the value.
    while let Some(at) = first.filter(|at| text.get(at + 1) == Some(&b'\'')) {
        first = memchr::memchr(b'\'', text.get(at + 2..).unwrap_or_default()).map(|more| at + 2 + more);
    }
    let Some(first) = first else {
        let mut at = 0;
        let cells = text.split(|byte| *byte == b'\t').map(|cell| {
            at += cell.len() + 1;
            at - 1 - cell.len()..at - 1
        });
        let cells: Vec<_> = cells.filter(|cell| !cell.is_empty()).map(|cell| (cell, true)).collect();
        return (cells.len() > 1).then_some(cells);
    };
    // The first quote closes what the text begins with, if a value ends there.
    let behind = text.get(first + 1..).unwrap_or_default().trim_ascii_start();
    let mut quoted = behind.first().is_some_and(parts);
    let (mut found, mut begun, mut at) = (Vec::new(), 0, 0);
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'\'' if quoted && text.get(at + 1) == Some(&b'\'') => at += 1,
            b'\'' => {
                found.extend(quoted.then_some((begun..at, true)));
                (quoted, begun) = (!quoted, at + 1);
            }
            _ if !quoted && (parts(byte) || byte.is_ascii_whitespace()) => {
                found.push((begun..at, false));
                begun = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    found.push((begun.min(text.len())..text.len(), quoted));
    found.retain(|(range, _)| !range.is_empty());
    (found.len() > 1).then_some(found)
}

/// Texts between tags in a text that begins with one. `None`: no tag stands in it, or one that is not whole.
fn texts_between_tags(text: &[u8]) -> Option<Vec<(Range<usize>, bool)>> {
    let mut found = Vec::new();
    let (mut begun, mut in_tag) = (0, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'<' if !in_tag => {
                found.push((begun..at, false));
                in_tag = true;
            }
            b'>' if in_tag => (begun, in_tag) = (at + 1, false),
            b'<' | b'>' => return None,
            _ => {}
        }
    }
    found.push((begun..text.len(), false));
    found.retain(|(range, _)| text.get(range.clone()).is_some_and(|text| !text.trim_ascii().is_empty()));
    (!in_tag && text.contains(&b'<')).then_some(found)
}

fn is_structure(byte: u8) -> bool {
    matches!(byte, b'{' | b'}' | b'[' | b']' | b',' | b':' | b'"') || byte.is_ascii_whitespace()
}

fn is_number(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
}

fn escaped_quotes_only(text: &[u8]) -> bool {
    text.iter().enumerate().all(|(at, byte)| *byte != b'"' || (at > 0 && text.get(at - 1) == Some(&b'\\')))
}

#[cfg(test)]
mod tests {
    use super::{Cut, Plan};
    use crate::redact::format::tests::Held;
    use crate::redact::{Method, RedactError};
    use crate::span::RawSpan;

    fn cuts(bytes: &[u8], needles: &[(&[u8], &str, Method)]) -> Vec<Cut> {
        let mut cuts = Vec::new();
        for (needle, category, method) in needles {
            for start in memchr::memmem::find_iter(bytes, needle) {
                let span = RawSpan { start: start as u64, end: (start + needle.len()) as u64 };
                let value =
                    needle.iter().fold(0_u128, |sum, byte| sum.wrapping_mul(31).wrapping_add(u128::from(*byte)));
                cuts.push(Cut { span, category: (*category).into(), value, encoding: "utf-8", method: *method });
            }
        }
        cuts
    }

    fn copy(bytes: &[u8], cuts: Vec<Cut>) -> Result<Vec<u8>, RedactError> {
        let content = Held(bytes.to_vec());
        let plan = Plan::new(&content, cuts)?;
        let mut out = Vec::new();
        plan.write(&content, |piece| {
            out.extend_from_slice(piece);
            Ok(())
        })?;
        assert!(plan.is_whole(&Held(out.clone())));
        Ok(out)
    }

    fn redacted(text: &str, values: &[(&str, &str)]) -> String {
        let needles: Vec<_> =
            values.iter().map(|(value, category)| (value.as_bytes(), *category, Method::Placeholder)).collect();
        String::from_utf8(copy(text.as_bytes(), cuts(text.as_bytes(), &needles)).expect("a copy")).expect("UTF-8")
    }

    const PHONE: (&str, &str) = ("77010000000", "contact.phone");
    const IIN: (&str, &str) = ("900101300017", "nid.kz_iin");

    #[test]
    fn equal_values_share_a_number() {
        assert_eq!(
            redacted("a 77010000000 b 900101300017 c 77010000000.", &[PHONE, IIN]),
            "a [PHONE_1] b [IIN_1] c [PHONE_1]."
        );
        assert_eq!(redacted("[PHONE_4] [IIN_x] 77010000000", &[PHONE]), "[PHONE_4] [IIN_x] [PHONE_5]");
    }

    #[test]
    fn json_stays_json() {
        for (text, expected) in [
            (r#"{"p": 77010000000}"#, r#"{"p": "[PHONE_1]"}"#),
            (r#"{"p": -77010000000.5e1 ,"q":1}"#, r#"{"p": "[PHONE_1]" ,"q":1}"#),
            (r#"{"p": "+77010000000"}"#, r#"{"p": "+[PHONE_1]"}"#),
            (r#"["a: 77010000000, b", 77010000000]"#, r#"["a: [PHONE_1], b", "[PHONE_1]"]"#),
            (r#"{"p": "{\"q\":77010000000}"}"#, r#"{"p": "{\"q\":\"[PHONE_1]\"}"}"#),
            (
                "{\"p\":77010000000}\n{\"p\":\"\\\"77010000000\"}\n",
                "{\"p\":\"[PHONE_1]\"}\n{\"p\":\"\\\"[PHONE_1]\"}\n",
            ),
            (r#"log: {"p":77010000000}"#, r#"log: {"p":"[PHONE_1]"}"#),
        ] {
            assert_eq!(redacted(text, &[PHONE]), expected);
        }
        // What stands under several names is replaced under each.
        let address = (r#"Казань", "street": "ул. \"Баумана\"", "house":44,"flat": "12"#, "contact.address");
        assert_eq!(
            redacted(
                r#"{"city":"Казань", "street": "ул. \"Баумана\"", "house":44,"flat": "12", "x": "Казань"}"#,
                &[address]
            ),
            r#"{"city":"[ADDRESS_1]", "street": "[ADDRESS_2]", "house":"[ADDRESS_3]","flat": "[ADDRESS_4]", "x": "Казань"}"#
        );
        let address = (r#"44,"street":"ул. Баумана"#, "contact.address");
        assert_eq!(
            redacted(r#"{"house":44,"street":"ул. Баумана"}"#, &[address]),
            r#"{"house":"[ADDRESS_1]","street":"[ADDRESS_2]"}"#
        );
        let across = br#"{"a":"77010000000","b":1}"#;
        let needle: (&[u8], &str, Method) = (br#"77010000000","b"#, "contact.phone", Method::Remove);
        assert!(matches!(copy(across, cuts(across, &[needle])), Err(RedactError::NotRewritable)));
    }

    #[test]
    fn tables_keep_their_columns() {
        let table = "фамилия;имя;телефон\nИванов;Иван;77010000000\nПетров;Пётр;1\n";
        let name = ("Иванов;Иван", "identity.full_name");
        assert_eq!(redacted(table, &[PHONE, name]), "фамилия;имя;телефон\n[NAME_1];;[PHONE_1]\nПетров;Пётр;1\n");
        let inches = "имя;размер\nа;5\"\nИванов;Иван\n";
        assert_eq!(redacted(inches, &[name]), "имя;размер\nа;5\"\n[NAME_1];\n");
        let quoted = "имя;адрес\n1;\"г. Алматы; ул. Абая\"\n2;\"x\"\n";
        assert_eq!(
            redacted(quoted, &[("Алматы; ул. Абая", "contact.address")]),
            "имя;адрес\n1;\"г. [ADDRESS_1]\"\n2;\"x\"\n"
        );
    }

    #[test]
    fn archives_that_tell_lengths_are_held() {
        for (text, held) in [
            ("!<arch>\na.txt/          0  0  0  644  12  `\n77010000000\n", true),
            ("07070100000001000081A4 77010000000\n", true),
            ("!<arch>? tel 77010000000\n", false),
            ("070701, tel 77010000000\n", false),
        ] {
            let needle: (&[u8], &str, Method) = (b"77010000000", "contact.phone", Method::Remove);
            let result = copy(text.as_bytes(), cuts(text.as_bytes(), &[needle]));
            assert_eq!(matches!(result, Err(RedactError::NotRewritable)), held, "{text}");
        }
    }

    #[test]
    fn markup_keeps_tags_and_entities() {
        assert_eq!(
            redacted("<a href=\"tel:77010000000\">77010000000&nbsp;</a>", &[PHONE]),
            "<a href=\"tel:[PHONE_1]\">[PHONE_1]&nbsp;</a>"
        );
        // What stands in several elements is replaced in each.
        assert_eq!(
            redacted("<c>Казань</c>\n<s>ул. Баумана</s>", &[("Казань</c>\n<s>ул. Баумана", "contact.address")]),
            "<c>[ADDRESS_1]</c>\n<s>[ADDRESS_2]</s>"
        );
        for (text, needle) in [("<b a=\"7701\"/>0000000", "7701\"/>0000000"), ("<b>&#77010000000;</b>", "77010000000")]
        {
            let needle: (&[u8], &str, Method) = (needle.as_bytes(), "contact.phone", Method::Remove);
            let result = copy(text.as_bytes(), cuts(text.as_bytes(), &[needle]));
            assert!(matches!(result, Err(RedactError::NotRewritable)), "{text}");
        }
    }

    #[test]
    fn sql_gets_quotes() {
        let sql = "INSERT INTO `t` (`id`,`p`) VALUES (1,77010000000),(2,'x 77010000000');\n";
        let expected = "INSERT INTO `t` (`id`,`p`) VALUES (1,'[PHONE_1]'),(2,'x [PHONE_1]');\n";
        assert_eq!(redacted(sql, &[PHONE]), expected);
    }

    #[test]
    fn sql_keeps_its_columns() {
        for (text, needle, expected) in [
            (
                "('a','Казань', 'ул. Баумана',44,'12')",
                "Казань', 'ул. Баумана',44,'12",
                "('a','[ADDRESS_1]', '[ADDRESS_2]','[ADDRESS_3]','[ADDRESS_4]')",
            ),
            ("(44,'ул. Кам''янця','')", "44,'ул. Кам''янця", "('[ADDRESS_1]','[ADDRESS_2]','')"),
            ("('г. Кам''янець, 4',NULL)", "г. Кам''янець, 4", "('[ADDRESS_1]',NULL)"),
            ("1\tКазань\tул. Баумана\t2", "Казань\tул. Баумана", "1\t[ADDRESS_1]\t[ADDRESS_2]\t2"),
        ] {
            let head = "INSERT INTO `t` (`a`,`b`,`c`) VALUES ";
            let text = format!("{head}{text};\n");
            assert_eq!(redacted(&text, &[(needle, "contact.address")]), format!("{head}{expected};\n"));
        }
    }

    #[test]
    fn encoded_words_go_as_a_whole() {
        let far = "x".repeat(600);
        for (text, needle, expected) in [
            ("To: =?utf-8?b?QUJD?= x", "QUJD", "To: [NAME_1] x"),
            ("To: =?utf-8?b?QUJD?= x", "?utf-8?b?QUJD", "To: [NAME_1] x"),
            ("To: =?utf-8?b?QUJD?= =?utf-8?b?REVG?= x", "UJD?= =?utf-8?b?RE", "To: [NAME_1] x"),
            ("To: AB =?utf-8?b?QUJD?= x", "AB =?utf", "To: [NAME_1] x"),
            ("To: AB=?utf-8?b?QUJD?= x", "AB=", "To: [NAME_1] x"),
            ("id=AB&x=?1", "AB", "id=[NAME_1]&x=?1"),
        ] {
            let all = format!("{far}\n{text}");
            assert_eq!(redacted(&all, &[(needle, "identity.full_name")]), format!("{far}\n{expected}"), "{needle}");
        }
    }

    #[test]
    fn utf_16_gets_utf_16() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let text = wide("\u{feff}{\"телефон\": 77010000000, \"x\": \"текст и ещё текст\"}");
        let needle = wide("77010000000");
        let out = copy(&text, cuts(&text, &[(&needle, "contact.phone", Method::Placeholder)])).expect("a copy");
        assert_eq!(out, wide("\u{feff}{\"телефон\": \"[PHONE_1]\", \"x\": \"текст и ещё текст\"}"));
    }

    #[test]
    fn places_of_the_copy_lead_back() {
        let text = b"a 77010000000 b 77010000000 c";
        let content = Held(text.to_vec());
        let plan =
            Plan::new(&content, cuts(text, &[(b"77010000000", "contact.phone", Method::Placeholder)])).expect("a plan");
        let span = |start, end| RawSpan { start, end };
        assert_eq!(plan.source_of(span(0, 1)), span(0, 1));
        assert_eq!(plan.source_of(span(2, 11)), span(2, 13));
        assert_eq!(plan.source_of(span(4, 6)), span(2, 13));
        assert_eq!(plan.source_of(span(11, 14)), span(13, 16));
        assert_eq!(plan.source_of(span(12, 16)), span(14, 27));
        assert_eq!(plan.source_of(span(23, 25)), span(27, 29));
    }
}
