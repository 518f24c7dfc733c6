//! Words that begin with a capital, and endings of patronymics: the neighbourhood is read once and put before the
//! judges of words. Most triggers are refused by a look at the word before.

use super::catalog::RuleIndex;
use super::columns;
use super::labelled::name::{is_half, of_person};
use super::labelled::{Setting, Value};
pub(super) use super::names::is_family;
use super::names::{self, Beside, Left, Name, Part, Proof};
use super::plain_labels;
use super::scan::{Block, Scanner};
use super::speakers::is_headed;
use crate::check::Verdict;
use crate::finding::{Confidence, Evidence};
use crate::score::Case;
use crate::text::field::Meaning;
use crate::text::word::{Key, Word, Words, gap_before, is_capital_at};
use crate::text::{at, before, slice};
use memchr::{memchr, memrchr};
use std::ops::Range;

/// Longest field that is read, in bytes.
const FIELD_BYTES: usize = 160;
/// Longest word, in letters.
const LETTERS: usize = 24;
impl Scanner<'_> {
    /// Decides what stands around a word whose first letter, a capital, ends at `last`.
    pub(super) fn capital(&mut self, block: &Block<'_>, last: usize) {
        let bytes = block.bytes;
        let start = if at(bytes, last) < 0x80 { last } else { last - 1 };
        let name = self.is_on(self.catalog.known.name);
        // The names of tables stand in their columns: nobody is called by a part of one.
        let tabular = block.layout.sql || block.layout.table.is_some();
        if tabular && start < self.words_done {
            return;
        }
        let beside = Beside::of(bytes, start, &mut self.readings);
        let left = beside.left;
        if name.is_some() && !tabular {
            // The names found by their label or field are noted too.
            self.met.note(bytes, start, block.base, &beside, &mut self.readings);
        }
        if start < self.words_done {
            return;
        }
        if last == start && before(bytes, start.wrapping_sub(1)) == b',' {
            if at(bytes, start + 1).is_ascii_lowercase() {
                self.latin_street(block, start);
            }
            if let Some(rule) = name {
                self.behind_comma(block, start, rule);
            }
            return;
        }
        if last == start {
            // `Transit AE 7093-7`
            if at(bytes, start + 2) == b' ' && at(bytes, start + 3).is_ascii_digit() && at(bytes, start + 7) == b'-' {
                self.plate_behind_letters(block, start + 3);
            }
            self.latin_street(block, start);
        } else if matches!(left, Left::Other | Left::Initial) {
            self.behind_small_label(block, start, name);
        }
        if !matches!(left, Left::Capital(_)) && plain_labels::begins(bytes, start) {
            let head = plain_labels::head(bytes, start);
            if last != start {
                self.plain_label(block, start, head);
            }
            self.refusal(block, start, head);
        }
        let Some(rule) = name.filter(|_| start >= self.words_done) else { return };
        self.beside_capital(block, last, &beside, rule);
        if self.words_done <= start {
            self.told_otherwise(block, start, rule);
        }
    }

    /// A name of one word that what stands behind it tells, or that of somebody named in full before.
    fn told_otherwise(&mut self, block: &Block<'_>, start: usize, rule: RuleIndex) {
        let bytes = block.bytes;
        let memory = &mut self.readings;
        let mut found = None;
        if at(bytes, start) < 0x80 {
            // Pieter van den Broek
            if matches!(
                slice(bytes, start.saturating_sub(4), start),
                [b' ', b'd' | b'l', b'a' | b'e' | b'i' | b'u', b' ']
                    | [_, b'a', b'n', b' ']
                    | [_, b'e', b'n' | b'r' | b'l', b' ']
                    | [_, b'o', b'n' | b's', b' ']
            ) {
                found = names::particled(bytes, start, memory);
            }
        } else {
            let end = letters_end(bytes, start);
            found = match at(bytes, end) {
                b' ' if at(bytes, end + 1) == b'(' => names::bracketed(bytes, start, end, memory),
                b')' => names::bracketed(bytes, start, end, memory),
                b' ' => names::honoured(bytes, start, end, memory),
                b',' => names::hailed(bytes, start, end, memory),
                _ => None,
            };
            // Signs or blanks stand before who signs, dashes among them.
            let apart = matches!(before(bytes, start.wrapping_sub(1)), b'_' | b'.' | b' ' | b'-' | 0x93 | 0x94);
            if found.is_none() && (before(bytes, start) == b'_' || apart && before(bytes, start) == b' ') {
                found = names::signer(bytes, start, end, memory);
            }
            if found.is_none() && is_behind_figures(bytes, start) {
                found = names::in_row(bytes, start, memory);
            }
        }
        let tabular = block.layout.sql || block.layout.table.is_some();
        if found.is_none() && !tabular && self.met.may_have(bytes, start, block.base) {
            // Behind the block's own end not all may be at hand.
            let kept = start < block.own.end;
            found = self.met.again(bytes, start, block.base, kept, &mut self.readings);
        }
        if let Some(range) = found {
            self.words_done = range.end;
            self.weigh_name(block, range, rule);
        }
    }

    /// Decides by what stands before a capital whether it is part of a name.
    fn beside_capital(&mut self, block: &Block<'_>, last: usize, beside: &Beside, rule: RuleIndex) {
        let bytes = block.bytes;
        let start = if at(bytes, last) < 0x80 { last } else { last - 1 };
        match beside.left {
            Left::Other => {
                // `Place of birth ......... Paisley`
                if before(bytes, start.wrapping_sub(1)) == b'.'
                    && slice(bytes, start.saturating_sub(5), start) == b".... "
                {
                    self.value_behind_dots(block, start);
                }
                let row = before(bytes, start) == b' ' && slice(bytes, start.saturating_sub(3), start - 1) == b"..";
                if row && self.behind_dots(block, start) {
                    return;
                }
                if last == start && at(bytes, start + 1).is_ascii_uppercase() {
                    if names_a_passenger(bytes, start) {
                        self.passengers(block, start, rule, false);
                    }
                    if before(bytes, start.wrapping_sub(1)) == b'.' {
                        return self.passengers(block, start, rule, false);
                    }
                    if may_be_shouted(bytes, start) {
                        return self.name(block, start, rule);
                    }
                }
                // `4. Nurlan Äbışev`: the finder sees no capital with a mark.
                if beside.before_marked {
                    return self.name(block, start, rule);
                }
                let told = match before(bytes, start) {
                    b' ' if last == start => {
                        (may_be_related(bytes, start - 1) && self.relative(block, start, rule))
                            || (may_be_asked(bytes, start - 1) && self.told_before(block, start, rule))
                    }
                    b' ' => self.told_before(block, start, rule),
                    b'(' if last != start => self.told_before(block, start, rule),
                    b'\n' => self.signature(block, start, rule),
                    _ => false,
                };
                if told {
                    return;
                }
                if !self.nick(block, start, rule) {
                    self.name_in_field(block, start, rule);
                }
            }
            Left::Initial => {
                self.name(block, start, rule);
                if last == start && self.words_done <= start {
                    self.initials_in_field(block, start, rule);
                }
            }
            Left::Capital(_) => {
                let Some((left, word)) = beside.pair else { return };
                // `Callum Redfern <…@…>`, `[11/03/2024, 18:04:12] Priya Raman: …`
                let latin = last == start;
                if latin && names_a_passenger(bytes, start) {
                    self.passengers(block, start, rule, false);
                }
                // Call Femi when you are near; Врач Остапенко назначил
                let begins = matches!(before(bytes, left.start), b'\n' | b':' | b'"' | 0)
                    || matches!(before(bytes, left.start.saturating_sub(1)), b'.' | b':');
                if !latin && begins && self.told_before(block, start, rule) {
                    return;
                }
                // Call Femi when you are near; Son Murat rings
                if latin && left.end + 1 == start {
                    let small = slice(bytes, left.start, left.end);
                    let said = |words: &[&str]| words.iter().any(|word| small.eq_ignore_ascii_case(word.as_bytes()));
                    let call = matches!(left.letters, 3..=7) && said(&CALLS);
                    let kin = !call && matches!(left.letters, 3..=9) && said(&SENTENCE_KIN);
                    if (call || kin) && names::related(bytes, &word, kin, &mut self.readings) {
                        self.words_done = word.end;
                        return self.weigh_name(block, word.range(), rule);
                    }
                }
                let writes = latin && slice(bytes, word.end, word.end + 2) == b" <";
                if let Some(part) = Part::of_label(&left) {
                    self.behind_label(block, left.start, start, part, rule);
                } else if writes
                    || beside.may_be_name
                    || names::told_person(bytes, word.end)
                    || (latin && is_behind_family(bytes, left.start))
                    || (latin && names::introduced(bytes, left.start))
                    || (!latin && is_led(bytes, left.start) && names::is_plain_given(&word, &mut self.readings))
                {
                    self.name(block, start, rule);
                }
                if latin && self.words_done <= left.start {
                    self.speaker(block, left.start, rule);
                }
                // `Harriet Colborne  9:12 AM`
                let nick = |word: &Word| names::may_be_nick(word);
                if self.words_done <= left.start
                    && matches!(before(bytes, left.start), b'\n' | 0)
                    && is_headed(bytes, word.end, true)
                    && nick(&left)
                    && nick(&word)
                {
                    self.words_done = word.end;
                    self.push(block, left.start..word.end, rule, None, Confidence::Medium, Evidence::FORMAT);
                }
            }
            // Муж, Артур, встретит
            Left::Comma if last != start && self.told_before(block, start, rule) => {}
            Left::Comma => {
                let (_, end) = gap_before(bytes, start);
                if Word::read_before(bytes, end).is_some_and(|left| names::is_greeting(&left)) {
                    self.name(block, start, rule);
                } else {
                    self.signed_beside(block, start, rule);
                }
            }
        }
    }

    /// `| D. Oyelaran |`: a name in Latin letters that begins with initials, in a cell or field that names a person.
    fn initials_in_field(&mut self, block: &Block<'_>, surname: usize, rule: RuleIndex) {
        let bytes = block.bytes;
        let mut start = surname;
        for _ in 0..3 {
            let blank = usize::from(before(bytes, start) == b' ');
            let dot = start - blank;
            if before(bytes, dot) != b'.' || !before(bytes, dot - 1).is_ascii_uppercase() {
                break;
            }
            start = dot - 2;
        }
        if start < surname {
            self.name_in_field(block, start, rule);
        }
    }

    /// A given name that fills the line below the words that end a letter: `С уважением,`, `Kind regards,`. Gives whether it
    /// is one.
    fn signature(&mut self, block: &Block<'_>, start: usize, rule: RuleIndex) -> bool {
        let bytes = block.bytes;
        // Such lines are short; most others are refused by that.
        let above = slice(bytes, start.saturating_sub(CLOSING_BYTES), start).trim_ascii_end();
        let short = start <= CLOSING_BYTES || memrchr(b'\n', above).is_some();
        let above = above.strip_suffix(b",").or_else(|| above.strip_suffix(b"!")).unwrap_or(above);
        if !short || !names::ends_letter(above) {
            return false;
        }
        let Some(word) = Word::read(bytes, start).filter(|word| matches!(at(bytes, word.end), b'\n' | b'\r' | 0))
        else {
            return false;
        };
        let told = names::is_any_given(&word, &mut self.readings);
        if told {
            self.words_done = word.end;
            self.push(block, word.range(), rule, None, Confidence::Medium, Evidence::FORMAT);
        }
        told
    }

    /// Who signs a letter in Latin letters, on the line below the words that end it, whose comma ends at `start`, or behind
    /// an empty one: one name or two that fill the line.
    pub(super) fn letter_end(&mut self, block: &Block<'_>, start: usize) {
        let Some(rule) = self.is_on(self.catalog.known.name) else { return };
        let bytes = block.bytes;
        let gap = slice(bytes, start, start + 4).iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let start = start + gap;
        if gap == 0 {
            return;
        }
        // H. Penhaligon
        let initial = at(bytes, start).is_ascii_uppercase() && slice(bytes, start + 1, start + 3) == b". ";
        let from = if initial { start + 3 } else { start };
        let Some(first) = Word::read(bytes, from).filter(names::may_sign) else { return };
        let second =
            Word::read(bytes, first.end + 1).filter(|word| at(bytes, first.end) == b' ' && names::may_sign(word));
        let end = second.map_or(first.end, |word| word.end);
        if matches!(at(bytes, end), b'\n' | b'\r' | 0) {
            self.push(block, start..end, rule, None, Confidence::Medium, Evidence::FORMAT);
        }
    }

    /// A word in Latin letters behind a comma: `Williams, Theresa`, `Hi, Anna!`. Most commas stand
    /// behind small words.
    fn behind_comma(&mut self, block: &Block<'_>, start: usize, rule: RuleIndex) {
        let bytes = block.bytes;
        let head = slice(bytes, start.saturating_sub(LETTERS), start - 2);
        let letters = head.iter().rev().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'\'').count();
        let first = start - 2 - letters;
        let left = if before(bytes, first) == b' ' { before(bytes, first - 1) } else { before(bytes, first) };
        let begins = matches!(left, b'\n' | b':' | b';' | b'|' | b'>' | b'=' | b'"' | b'\'' | b' ' | 0)
            || matches!(slice(bytes, first.saturating_sub(3), first), [b'0'..=b'9', b',', b' ']);
        if !begins || !at(bytes, first).is_ascii_uppercase() {
            return;
        }
        if let Some(range) = names::reversed(bytes, start, &mut self.readings) {
            self.words_done = range.end;
            return self.weigh_name(block, range, rule);
        }
        if Word::read_before(bytes, start.saturating_sub(2)).is_some_and(|left| names::is_greeting(&left)) {
            self.name(block, start, rule);
        }
    }

    /// `С ув., Аркадий`: a given name that ends the line of the words that end a letter.
    fn signed_beside(&mut self, block: &Block<'_>, start: usize, rule: RuleIndex) {
        let bytes = block.bytes;
        let Some(comma) = start.checked_sub(2).filter(|comma| at(bytes, *comma) == b',') else { return };
        let above = slice(bytes, comma.saturating_sub(CLOSING_BYTES), comma);
        let short = ["ув", "ув."].iter().any(|end| above.ends_with(end.as_bytes()));
        if !(short || names::ends_letter(above)) {
            return;
        }
        let word = Word::read(bytes, start).filter(|word| matches!(at(bytes, word.end), b'\n' | b'\r' | 0));
        let word = word.filter(|word| names::is_any_given(word, &mut self.readings));
        if let Some(word) = word {
            self.words_done = word.end;
            self.push(block, word.range(), rule, None, Confidence::Medium, Evidence::FORMAT);
        }
    }

    /// A name alone behind a role (`водій Загорулько`), or behind words that say whom to ask (`ask for Deirdre`). Gives
    /// whether it is one.
    fn told_before(&mut self, block: &Block<'_>, start: usize, rule: RuleIndex) -> bool {
        let (bytes, memory) = (block.bytes, &mut self.readings);
        let latin = at(bytes, start) < 0x80;
        let found = if latin { names::asked(bytes, start, memory) } else { names::behind_role(bytes, start, memory) };
        let Some(range) = found else { return false };
        self.words_done = range.end;
        // вожатые Стас и Ульяна
        if let Some(second) = names::joined(bytes, range.end, &mut self.readings) {
            self.weigh_name(block, second, rule);
        }
        self.weigh_name(block, range, rule);
        true
    }

    /// A given name in Latin letters behind a small word that names of persons follow: `her husband Angus`, `thanks Angela`.
    /// Gives whether it is one.
    fn relative(&mut self, block: &Block<'_>, start: usize, rule: RuleIndex) -> bool {
        let bytes = block.bytes;
        let end = start - 1;
        let letters = slice(bytes, end.saturating_sub(LETTERS), end).iter().rev();
        let length = letters.take_while(|byte| byte.is_ascii_lowercase()).count();
        let left = slice(bytes, end - length, end);
        let kin = KIN.iter().any(|word| word.as_bytes() == left);
        if !kin && !CALLS.iter().any(|word| word.as_bytes() == left) {
            return false;
        }
        let Some(word) = Word::read(bytes, start) else { return false };
        // `my mum Rukhsana`: whose relative it is says that a name follows.
        let owned = kin && is_family(left) && names::is_owned(bytes, end - length);
        let told =
            names::related(bytes, &word, kin, &mut self.readings) || (owned && names::may_be_called(bytes, &word));
        if told {
            self.words_done = word.end;
            self.weigh_name(block, word.range(), rule);
        }
        told
    }

    /// Decides what stands around a small word that may be a patronymic, of which a letter ends at `last`.
    pub(super) fn patronymic(&mut self, block: &Block<'_>, last: usize) {
        let bytes = block.bytes;
        if last < self.words_done || !may_end_patronymic(bytes, last) {
            return;
        }
        let Some(rule) = self.is_on(self.catalog.known.name) else { return };
        let Some(start) = Word::start_before(bytes, last + 1) else { return };
        // A capital has a trigger of its own.
        if before(bytes, start) == b' '
            && !is_capital_at(bytes, start)
            && Word::read(bytes, start).is_some_and(|word| names::is_patronymic(&word, &mut self.readings))
        {
            self.name(block, start, rule);
        }
    }

    /// A name directly before or behind a phone number, or before an address for mail that holds its surname: `sign` is its `@`.
    pub(super) fn person_beside(&mut self, block: &Block<'_>, value: &Range<usize>, sign: Option<usize>) {
        let Some(rule) = self.is_on(self.catalog.known.name) else { return };
        let (bytes, memory) = (block.bytes, &mut self.readings);
        let found = match sign {
            Some(sign) => names::beside_mail(bytes, value.start, sign, memory),
            None => names::beside_phone(bytes, value.start, memory),
        };
        if let Some(range) = found {
            self.push(block, range, rule, None, Confidence::Medium, Evidence::FORMAT);
        } else if sign.is_none()
            && let Some(range) = names::behind_phone(bytes, value.end, &mut self.readings)
        {
            self.push(block, range, rule, None, Confidence::Medium, Evidence::FORMAT);
        }
    }

    /// `1. Surname ........ MACALLISTER`: what stands behind a row of dots, whose label fills the beginning of the line. Gives
    /// whether the label is known.
    fn behind_dots(&mut self, block: &Block<'_>, start: usize) -> bool {
        let bytes = block.bytes;
        let line = slice(bytes, start.saturating_sub(FIELD_BYTES), start);
        let line = slice(line, memrchr(b'\n', line).map_or(0, |n| n + 1), line.len());
        let blank = |byte: &&u8| matches!(byte, b'.' | b' ' | b'_');
        let end = line.len() - line.iter().rev().take_while(blank).count();
        // 14. Next of kin
        let number = line.iter().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b')' | b' ')).count();
        let name = slice(line, number.min(end), end);
        let catalog = self.catalog;
        if name.is_empty() || !catalog.label_ends.end(name) {
            return false;
        }
        let meaning = self.labels.number(name, || catalog.label_meaning(name));
        if meaning == 0 {
            return false;
        }
        let text = slice(bytes, start, start + FIELD_BYTES);
        let end = start + memchr(b'\n', text).unwrap_or(text.len());
        let today = self.today();
        let value = Value { bytes, label: name, start, end, quoted: false, setting: Setting::Phrase, today };
        self.offer(block, meaning, &value, Evidence::KEYWORD);
        true
    }

    /// A name that fills a field or cell which says that it holds one.
    fn name_in_field(&mut self, block: &Block<'_>, start: usize, index: RuleIndex) {
        let bytes = block.bytes;
        let (mut i, border) =
            (start, |byte: u8| matches!(byte, b'"' | b'\'' | b'>' | b';' | b',' | b'\t' | b'|' | b'=' | b':' | b'\n'));
        if before(bytes, i) == b' ' {
            i -= 1;
        }
        if !border(before(bytes, i)) || is_quote_of_a_word(bytes, i) {
            return;
        }
        let (field, column) = self.looker.field(self.catalog, block, start);
        let told = self.looker.meaning(field).is_some_and(|meaning| meaning.raise.contains(&index));
        if !(told || is_half(bytes, start)) {
            return;
        }
        let cell = slice(bytes, start, start + FIELD_BYTES);
        let end = cell.iter().position(|byte| is_cell_end(*byte)).unwrap_or(cell.len());
        let mut text = slice(cell, 0, end);
        // `name=Анна Петрова phone=…`: up to the next key.
        if let Some(sign) = memchr(b'=', text) {
            text = slice(text, 0, memrchr(b' ', slice(text, 0, sign)).unwrap_or(0));
        }
        let labels = &mut self.field_labels;
        let named = |name: &[u8]| {
            let half = [&b"first"[..], b"last", b"family"].iter().any(|half| name.eq_ignore_ascii_case(half));
            (labels.of_field(name), name == text.trim_ascii(), half)
        };
        let Some((label, header, half)) = self.looker.with_field_name(block, start, named) else { return };
        // `ПАШПАРТ | АВ 3318042`: the label of a line, not a cell of the column.
        let own = start + text.trim_ascii().len();
        if column && self.catalog.keywords.longest_at(bytes, start).is_some_and(|(end, _)| end == own) {
            return;
        }
        if header || (half && !column && !is_half(bytes, start)) {
            return;
        }
        let mut found = self.judged.of(text, label.part, &mut self.readings);
        if found.is_none() && label.part == Part::Any {
            // `[NAME] => Прокл … [LAST_NAME] => …`
            let given = self.judged.of(text, Part::Given, &mut self.readings);
            let given = given.or_else(|| self.judged.of(text, Part::Role, &mut self.readings));
            found = given.filter(|_| match of_person(bytes, start) {
                Some(Part::Given) => true,
                Some(_) => text.trim_ascii().contains(&b' '),
                None => false,
            });
        }
        let Some((range, confidence)) = found else { return };
        let range = start + range.start..start + range.end;
        self.words_done = range.end;
        let evidence = if column { Evidence::COLUMN } else { Evidence::FIELD };
        self.push_part(block, range, index, label, confidence, evidence);
    }

    /// `Фамилия ПЕТРОВ`, `Фамилия Петров Имя Сергей`: a part of a name on the line of its label, up to the next one.
    pub(super) fn behind_label(&mut self, block: &Block<'_>, label: usize, start: usize, part: Part, rule: RuleIndex) {
        let bytes = block.bytes;
        let first = matches!(before(bytes, label), b'\n' | 0);
        if !first && !matches!(before(bytes, label), b' ' | b'\t' | b'(') {
            return;
        }
        let line = slice(bytes, start, start + FIELD_BYTES);
        let mut end = line.iter().position(|byte| matches!(byte, b'\n' | b'\r' | b'\t')).unwrap_or(line.len());
        end = memchr::memmem::find(slice(line, 0, end), b"  ").unwrap_or(end);
        let next = |place: usize| {
            let label = |word: Word| Part::of_label(&word).is_some();
            let word = Word::read(bytes, start + place + 1);
            // По батькові
            let second = word.filter(|word| word.key == Key::of("по")).and_then(|word| Word::read(bytes, word.end + 1));
            word.is_some_and(label) || second.is_some_and(label)
        };
        end = memchr::memchr_iter(b' ', slice(line, 0, end)).find(|place| next(*place)).unwrap_or(end);
        let Some(text) = str::from_utf8(slice(line, 0, end)).ok() else { return };
        let Some((range, confidence)) = names::judge_field(text, part, &mut self.readings) else { return };
        // In a sentence (`Имя Файла`) only what is listed is a name.
        if !first && confidence < Confidence::High {
            return;
        }
        let range = start + range.start..start + range.end;
        self.words_done = range.end;
        self.push(block, range, rule, None, confidence, Evidence::KEYWORD);
    }

    /// Asks the judge of names about the words around one.
    fn name(&mut self, block: &Block<'_>, start: usize, rule: RuleIndex) {
        let bytes = block.bytes;
        let Some(words) = Words::around(bytes, start) else { return };
        let memory = &mut self.readings;
        let found = names::find(bytes, &words, memory).or_else(|| names::greeted(bytes, &words, memory));
        let found = found.or_else(|| names::titled(bytes, &words));
        let Some(Name { range, proof }) = found else { return };
        self.words_done = range.end;
        // `Santo Tomás` in a column of towns.
        let towns = block.layout.table.is_some()
            && self.looker.with_field_name(block, range.start, columns::Part::is_place) == Some(true);
        if towns && proof == Proof::Pair {
            return;
        }
        match proof {
            Proof::Patronymic => self.push(block, range, rule, None, Confidence::High, Evidence::FORMAT),
            Proof::Ending | Proof::Initials | Proof::Pair | Proof::Greeting => self.weigh_name(block, range, rule),
        }
    }

    /// Looks for a word or field that says a name follows. Words that speak against numbers (order, article) say nothing
    /// of names.
    fn weigh_name(&mut self, block: &Block<'_>, range: Range<usize>, index: RuleIndex) {
        let Some(rule) = self.rule(index) else { return };
        let raises = |meaning: Option<&Meaning>| meaning.is_some_and(|meaning| meaning.raise.contains(&index));
        let around = self.looker.around(self.catalog, block, &range, |field| raises(Some(field)));
        let groups = &self.catalog.groups;
        let mut evidence = Evidence::none();
        if around.near().any(|(near, _)| {
            !near.forward && near.chars <= rule.back_chars && raises(groups.get(usize::from(near.group)))
        }) {
            evidence = evidence.with(Evidence::KEYWORD);
        }
        if raises(self.looker.meaning(around.field)) {
            evidence = evidence.with(if around.column { Evidence::COLUMN } else { Evidence::FIELD });
        }
        let case = Case {
            class: rule.class,
            alone: rule.alone,
            failed: rule.failed,
            verdict: Verdict::NotCheckable,
            labelled: Verdict::NotCheckable,
            evidence,
            refused: false,
            misplaced: false,
            twice: false,
        };
        if let Some((confidence, evidence)) = case.confidence() {
            self.push(block, range, index, None, confidence, evidence);
        }
    }
}

/// Longest line of these, in bytes.
const CLOSING_BYTES: usize = 64;

/// Relatives, colleagues and greetings, behind which a rarer name will do.
const KIN: [&str; 30] = [
    "grandson",
    "granddaughter",
    "nephew",
    "niece",
    "neighbour",
    "neighbor",
    "friend",
    "flatmate",
    "girlfriend",
    "boyfriend",
    "nanny",
    "mum",
    "husband",
    "wife",
    "son",
    "daughter",
    "mother",
    "father",
    "brother",
    "sister",
    "partner",
    "cousin",
    "uncle",
    "aunt",
    "colleague",
    "boss",
    "thanks",
    "hi",
    "dear",
    "hello",
];
/// Relatives whose word may begin a sentence before a name: `Mother Teresa` and `Uncle Sam` are others.
const SENTENCE_KIN: [&str; 8] = ["son", "daughter", "husband", "wife", "niece", "nephew", "grandson", "neighbour"];
/// What else names of persons follow.
const CALLS: [&str; 7] = ["call", "contact", "ask", "tell", "phone", "ring", "text"];

/// By the last letter of one of these words, a bit for each letter before it.
const RELATED_PAIRS: [u32; 32] = with_pairs(&CALLS, with_pairs(&KIN, [0; 32]));

#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const fn with_pairs(words: &[&str], mut pairs: [u32; 32]) -> [u32; 32] {
    let mut i = 0;
    while i < words.len() {
        let word = words[i].as_bytes();
        pairs[(word[word.len() - 1] & 31) as usize] |= 1 << (word[word.len() - 2] & 31);
        i += 1;
    }
    pairs
}

/// Whether one of these words may end at `end`, by its last two letters.
fn may_be_related(bytes: &[u8], end: usize) -> bool {
    let (last, second) = (before(bytes, end), before(bytes, end.wrapping_sub(1)));
    RELATED_PAIRS.get(usize::from(last & 31)).is_some_and(|pairs| pairs >> (second & 31) & 1 != 0)
}

/// Whether capitals, a slash and further capitals stand at `start`, behind a blank or at the beginning of a line: the name
/// of a passenger.
fn names_a_passenger(bytes: &[u8], start: usize) -> bool {
    if !matches!(before(bytes, start), b' ' | b'\n' | b'\t' | 0) || !at(bytes, start + 1).is_ascii_uppercase() {
        return false;
    }
    let letters = slice(bytes, start, start + LETTERS).iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    at(bytes, start + letters) == b'/' && at(bytes, start + letters + 1).is_ascii_uppercase()
}

/// Whether a small word or a label stands before the word at `start`, which may be a role.
fn is_led(bytes: &[u8], start: usize) -> bool {
    before(bytes, start) == b' ' && matches!(before(bytes, start.wrapping_sub(1)), b':' | 0x80..)
}

/// Whether a figure, a mark behind one or a wide gap stands before `start`, as in the row of a table.
fn is_behind_figures(bytes: &[u8], start: usize) -> bool {
    let left = |n: usize| before(bytes, start.wrapping_sub(n));
    let figure = |byte: u8| matches!(byte, b'0'..=b'9' | b'I' | b'V' | b'X');
    left(0) == b' '
        && match left(1) {
            b' ' | b'|' => true,
            b'.' | b')' => left(2).is_ascii_digit(),
            byte => figure(byte),
        }
}

/// One past the bytes above ASCII at `start`.
fn letters_end(bytes: &[u8], start: usize) -> usize {
    let mut end = start;
    while let Some(eight) = bytes.get(end..).and_then(|rest| rest.first_chunk::<8>()) {
        let ascii = !u64::from_le_bytes(*eight) & 0x8080_8080_8080_8080;
        if ascii != 0 {
            return end + ascii.trailing_zeros() as usize / 8;
        }
        end += 8;
        if end - start > 2 * LETTERS {
            return end;
        }
    }
    end + slice(bytes, end, bytes.len()).iter().take_while(|byte| **byte >= 0x80).count()
}

/// Whether a word for a relative stands before the blank at `start`: `husband Anand Sharma`.
fn is_behind_family(bytes: &[u8], start: usize) -> bool {
    let end = start.saturating_sub(1);
    let letters = slice(bytes, end.saturating_sub(LETTERS), end).iter().rev();
    let length = letters.take_while(|byte| byte.is_ascii_lowercase()).count();
    before(bytes, start) == b' ' && (3..=8).contains(&length) && is_family(slice(bytes, end - length, end))
}

/// Whether two words in capitals stand at `start`, of four letters or more each: `MALINOWSKI WOJCIECH`.
fn may_be_shouted(bytes: &[u8], start: usize) -> bool {
    let letters =
        |start: usize| slice(bytes, start, start + LETTERS).iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let first = letters(start);
    first >= 4 && at(bytes, start + first) == b' ' && letters(start + first + 1) >= 4
}

/// Whether `with`, `for`, `to` or `from` may end at `end`.
fn may_be_asked(bytes: &[u8], end: usize) -> bool {
    matches!(slice(bytes, end.saturating_sub(3), end), b"ith" | b"for" | b" to" | b"rom" | b" is" | b"was")
}

/// Whether the quote before `start` is not that of a cell or value but stands within a text: `ТОО "Алатау`.
fn is_quote_of_a_word(bytes: &[u8], start: usize) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0x80;
    // In a cell of CSV it is doubled.
    let first = start - usize::from(before(bytes, start) == b'"' && before(bytes, start.wrapping_sub(1)) == b'"');
    matches!(before(bytes, first), b'"' | b'\'') && before(bytes, first - 1) == b' ' && letter(before(bytes, first - 2))
}

/// Whether a field or cell ends at such a byte.
fn is_cell_end(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'<' | b';' | b',' | b'\t' | b'|' | b'&' | b'\n' | b'\r' | b'\\' | b'(' | b'[' | b'{')
}

/// Whether the letters around `last` are those of a patronymic's end: `вич` behind which a word may end, `вн` between
/// the vowels of `-овна` and its cases.
fn may_end_patronymic(bytes: &[u8], last: usize) -> bool {
    let back = |n: usize| at(bytes, last.wrapping_sub(n));
    let next = (at(bytes, last + 1), at(bytes, last + 2));
    if back(0) == 0x87 {
        // Behind `ч` nothing, or one of а у е и.
        return !matches!(next.0, 0xD0..=0xD3) || matches!(next, (0xD0, 0xB0 | 0xB5 | 0xB8) | (0xD1, 0x83 | 0x96));
    }
    // о е і ї и а у before, а е о ы у и behind.
    matches!(back(4), 0xBE | 0xB5 | 0x96 | 0x97 | 0xB8 | 0xB0)
        && matches!(next, (0xD0, 0xB0 | 0xB5 | 0xBE | 0xB8) | (0xD1, 0x8B | 0x83 | 0x96))
}

#[cfg(test)]
mod tests {
    use super::super::examples::all_found;

    #[test]
    fn names_are_told_by_what_stands_before_them() {
        for (text, want) in [
            ("водій Загорулько не вийшов на зміну", "Загорулько"),
            ("Дежурный: Хабибуллина\n", "Хабибуллина"),
            ("Ответственный - Мухаметзянов\n", "Мухаметзянов"),
            ("Врач Остапенко назначил уколы", "Остапенко"),
            ("телефонуйте Марічці до обіду", "Марічці"),
            ("кліент Юлія Капач аплаціла", "Юлія Капач"),
            ("I spoke with Hamish on Tuesday.", "Hamish"),
            ("Call Deirdre when you are near", "Deirdre"),
            ("Attn: Okafor, Chidi\n", "Okafor, Chidi"),
            ("Guest: SMITH, JOHN A.\n", "SMITH, JOHN A."),
            ("Hi Xolani,\nplease find attached.\n", "Xolani"),
            ("Regards,\nXolani\n", "Xolani"),
            ("С ув., Аркадий\n", "Аркадий"),
            ("Уважаемая Вера!", "Вера"),
            ("Mr J Fairweather collected the keys", "J Fairweather"),
            ("Passenger KIM/MINJUN MR seat 14A", "KIM/MINJUN MR"),
            ("Signed: Jean DUPONT\n", "Jean DUPONT"),
            ("сусідка Дарина 0661180493", "Дарина"),
            ("звонить жене, Наталья 8 953 771-48-02", "Наталья"),
            ("баласы Елнұр 8 776 903 11 42", "Елнұр"),
            ("Званіць сыну: 80256617740, Юрась.", "Юрась"),
            ("Arjun (brother) +91 98450 22417", "Arjun"),
            ("Айгуль К., тел. +7 701 555 12 34", "Айгуль К."),
            ("запасной (зять Роман) свободен", "Роман"),
            ("Уфа. Муж, Ильдар, решает", "Ильдар"),
            ("тренер Лаура ведёт", "Лаура"),
            ("вожатые Стас и Ульяна.", "Стас|Ульяна"),
            ("меня зовут Пётр Гарнастай", "Пётр Гарнастай"),
            ("маці Няхай Вольга прыйдзе", "Няхай Вольга"),
            ("менеджер Кенже ӘБДІҒАЛИ", "Кенже ӘБДІҒАЛИ"),
            ("таңғы ауысым: Серік Оспан.", "Серік Оспан"),
            ("13.01.2025 ж.       Г. Бәйтенова\n", "Г. Бәйтенова"),
            ("Список склав діловод Л. Ропотан\n", "Л. Ропотан"),
            ("передать Ермек Ж.;77471209863", "Ермек Ж."),
            ("My name is Okzan Yıldıran and I can not log in", "Okzan Yıldıran"),
            ("Hi, my mum Rukhsana will bring him", "Rukhsana"),
            ("Mrs. J. Penhaligon, 12 Close", "J. Penhaligon"),
            ("Yours sincerely,\n\nH. Penhaligon\n", "H. Penhaligon"),
            ("NOK: husband Anand Sharma", "Anand Sharma"),
            ("and her uncle Tiberiu Vlasko rang", "Tiberiu Vlasko"),
            ("дырэктар Вайцяхоўскі Зд. прыйшоў", "Вайцяхоўскі Зд."),
            ("PILLAI, Raghunathan Venkatesh    (known as", "PILLAI, Raghunathan Venkatesh"),
            ("Park Soo-jin, soojin.park@example.net", "Park Soo-jin"),
            ("identified by passport MALINOWSKI WOJCIECH, date of", "MALINOWSKI WOJCIECH"),
            ("1. Surname ............ MACALLISTER\n", "MACALLISTER"),
            ("Тегі            Жұмағұлов\n", "Жұмағұлов"),
            ("owner=Jocelyn+Whitlock&mail=1", "Jocelyn+Whitlock"),
            ("ст. сяржант Вайцяховіч.\n", "Вайцяховіч"),
            ("дырэктар Аўсеенка, дзейнічае", "Аўсеенка"),
            ("участковага (д-р Лемяшэўскі) або", "Лемяшэўскі"),
            ("диспетчера вместо Фёдоровой, уходящей", "Фёдоровой"),
            ("подполковник запаса Мухаметшин Ф\n", "Мухаметшин Ф"),
            ("Хірург Ковтун О, асистент", "Ковтун О"),
            ("за січень, Гаврилюк Н.В'}", "Гаврилюк Н.В"),
            ("у терапевта Жумабековой Сандугаш.", "Жумабековой Сандугаш"),
            ("Күйеуіңіз Оралхан Тілеубекұлы қайда", "Оралхан Тілеубекұлы"),
            ("Бас төреші: Пірәлі Сейдуллаев (ұлттық", "Пірәлі Сейдуллаев"),
            ("Менің атым — Жарқын,\nтегім Бөкейханова.", "Жарқын|Бөкейханова"),
            ("соседа, зовут его Славик, фамилию", "Славик"),
            ("Добрий вечір, пане Вадиме!", "Вадиме"),
            ("кезекші слесарь Төкен аға келеді", "Төкен"),
            ("його знають: @max, ім'я Максим Ревуцький, їздить", "Максим Ревуцький"),
            ("сайт собрал Антон Ли, 2022", "Антон Ли"),
            ("до правління увійшли Семенюк (кв.3), Флоря", "Семенюк"),
            ("ділянки 14 (Лапко А.), 31 (Міхалевич)", "Лапко А.|Міхалевич"),
            ("№  нумар\n3   131 Касцечка Ю.                  2001  СК\n", "Касцечка Ю."),
            (" II   Қ. Төлепберген                2004    Жетісай\n", "Қ. Төлепберген"),
            ("| II || Жамойда Францішка || 4 снежня 1898\n", "Жамойда Францішка"),
            ("2     Мырзахмет Айзере                02.12.2017\n", "Мырзахмет Айзере"),
            ("жоқтары:\n2) Ахметжан Ә.\n", "Ахметжан Ә."),
            ("<li><b>С. Әбілдина</b>: Иманы", "С. Әбілдина"),
            ("--- Роман Т., 10.02 14:48 ---\n", "Роман Т."),
            ("[12.11.2023 07:58] Люда 3 подьїзд: Дівчата\n", "Люда"),
            ("Валянціна учотнік, [06.05.2024 20:20]\nэта", "Валянціна"),
            ("FN:Юзафа Вайцяховіч\nORG:", "Юзафа Вайцяховіч"),
            ("<Cdtr><Nm>Ғабдолла Нәзира</Nm><PstlAdr>", "Ғабдолла Нәзира"),
            ("objectClass: user\ncn: Әмірғали Сұлтан\n", "Әмірғали Сұлтан"),
            ("with a driver Callum Rhys Beddoe (expat)", "Callum Rhys Beddoe"),
            ("Ltd, attn. Priya Raghunathan, hi", "Priya Raghunathan"),
            ("her son and daughter-in-law Paulette Horowitz, and", "Paulette Horowitz"),
            ("are Hugo Lindqvist and Elena Ferrari Conti, both", "Hugo Lindqvist|Elena Ferrari Conti"),
            ("appy done, anaesth. Dr. Park.\n", "Park"),
            ("And your father's name was Yerzhan, is that right?", "Yerzhan"),
            ("{\"given\": \"Siobhan\", \"family\": \"O'Dwyer\", \"dob\": 1}", "Siobhan\", \"family\": \"O'Dwyer"),
            ("на картку, уладальнік MALIUZHONAK YAHOR.\n", "MALIUZHONAK YAHOR"),
            ("на імя ДЗЯДЗЮЛЬ ІРЫНА ЛЕАНІДАЎНА, пашпарт", "ДЗЯДЗЮЛЬ ІРЫНА ЛЕАНІДАЎНА"),
        ] {
            assert_eq!(all_found(text, "person_name").join("|"), want, "{text}");
        }
    }

    #[test]
    fn who_was_named_in_full_is_known_again() {
        let full = "был Мельникович Андрей Петрович, а ";
        let said = "в доме Мельникович молчал, ";
        let often = format!("{}{full}{}", said.repeat(20), said.repeat(9));
        let far = format!("{full}{}", "в доме ждали, ".repeat(400));
        for (text, want) in [
            ("Мельникович\nАндрей Петрович был, а Мельникович ушёл", "Мельникович\nАндрей Петрович|Мельникович"),
            ("4. Nurlan Äbışev signed it, and then Nurlan left", "Nurlan Äbışev|Nurlan"),
            (&format!("{often}Мельникович ушёл"), "Мельникович Андрей Петрович|Мельникович"),
            (&format!("{far}Мельникович ушёл"), "Мельникович Андрей Петрович"),
        ] {
            assert_eq!(all_found(text, "person_name").join("|"), want, "{text}");
        }
    }

    #[test]
    fn other_words_behind_the_same_are_none() {
        for text in [
            "водитель Тверского парка",
            "улица капитана Маклакова",
            "менеджер Samsung ответит",
            "Привет, Мир!",
            "Hi Everyone,\nplease find attached.\n",
            "Dear Customers,\nwe moved.\n",
            "asked for Monday",
            "Paris, Texas\n",
            "Yes, Monday\n",
            "Rev Date",
            "Рабочий телефон: +7 963 555-00-19",
            "магазин Вера 8 903 555-00-19",
            "Support +7 701 555 12 34",
            "a file named Quick Start",
            "Dr. Martens boots",
            "«Михаил Елисеев и сыновья»",
            "А. Основа\nБ. Голова\n",
            "A. Overview\nB. Returns\n",
            "Customer Care <customer.care@example.com>",
            "father Christmas Eve",
            "Licence cat. B, C. English fluent",
            "readings of Ward No. 6, hall 3",
            "вместо Москвы поехали",
            "вместо Вас",
            "Как зовут Вашу маму",
            "розділ III, Голова Верховної Ради підписує",
            "«Қозы Көрпеш – Баян Сұлу» жырының",
            "кватэра 45 (Барысаў)",
            "3  Лада Гранта    2019\n",
            "4  Война и мир    1869\n",
            "5  Кран шаровой    2003\n",
            "2) Группа А.\n",
            "ул. Гагарина (кв. 5)",
            "{\"family\": \"Rosaceae\", \"genus\": \"Rosa\"}",
            "FN:Taxi Sapar\nTEL:",
            "cn: admin\n",
            "font-size in nm: Roboto",
            "14 Maple Dr Park, Leeds",
            "I'm Sorry",
            "mother Nature Reserve",
            "sister Act Two",
        ] {
            assert_eq!(all_found(text, "person_name"), Vec::<String>::new(), "{text}");
        }
    }
}
