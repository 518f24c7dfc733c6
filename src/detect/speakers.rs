//! Who speaks: names at the heads of messages, behind or before a clock, as chats and their exports have them.

use super::catalog::RuleIndex;
use super::names::{self, Part};
use super::scan::{Block, Scanner};
use crate::finding::{Confidence, Evidence};
use crate::text::word::{Key, Word, is_capital_at};
use crate::text::{at, before, slice};
use memchr::memchr;

/// Longest head that is read, in bytes.
const HEAD_BYTES: usize = 160;
/// Longest name of who speaks behind its first word, in bytes.
const NICK_BYTES: usize = 40;
/// The field of a letter that looks like somebody who speaks.
const SUBJECT: Key = Key::of("тема");

impl Scanner<'_> {
    /// `[12:04] Айбек: …`, `14.05.2024, 18:12 - Анна Резник: …`, `Айбек: Сәлем`: who speaks in a chat, behind the clock or
    /// on a line of its own. Gives whether it is one.
    pub(super) fn nick(&mut self, block: &Block<'_>, start: usize, rule: RuleIndex) -> bool {
        let bytes = block.bytes;
        let clock = is_behind_clock(bytes, start);
        let line = matches!(before(bytes, start), b'\n' | 0);
        if !(clock || line) {
            return false;
        }
        let Some(word) = Word::read(bytes, start) else { return false };
        let speaks = |end: usize| at(bytes, end) == b':' && matches!(at(bytes, end + 1), b' ' | b'\n' | b'\r');
        if clock && at(bytes, word.end) == b' ' {
            // `26/10/2025 20:19 Влад 5 під'їзд: …`
            let dated = || {
                matches!(
                    slice(bytes, start.saturating_sub(12), start),
                    [b'/' | b'.', b'2', b'0', b'0'..=b'9', b'0'..=b'9', ..]
                ) || matches!(
                    // `[12.11.2023 07:58] `
                    slice(bytes, start.saturating_sub(13), start),
                    [b'/' | b'.', b'2', b'0', b'0'..=b'9', b'0'..=b'9', .., b']', b' ']
                ) || is_exported(bytes, start)
            };
            let speaks = || {
                memchr::memchr2(b':', b'\n', slice(bytes, word.end, word.end + 32))
                    .is_some_and(|end| at(bytes, word.end + end) == b':')
            };
            if self.full_nick(block, &word, rule) {
                return true;
            }
            if !(dated() && speaks() && names::is_plain_given(&word, &mut self.readings)) {
                return false;
            }
            self.words_done = word.end;
            self.push(block, word.range(), rule, None, Confidence::Medium, Evidence::FORMAT);
            return true;
        }
        // `Аяжан (IT)  10:05`, `Бауыржан • 2/5`
        if line && is_headed(bytes, word.end, false) && names::is_any_given(&word, &mut self.readings) {
            self.words_done = word.end;
            self.push(block, word.range(), rule, None, Confidence::Medium, Evidence::FORMAT);
            return true;
        }
        // `Тема: Re: …`
        if !clock && word.key == SUBJECT {
            return false;
        }
        // `Данко, [14.02.2025 08:05]`, `Галина склад, [14.02.2025 08:05]`: who speaks in a copied chat.
        let end = word.end + memchr(b',', slice(bytes, word.end, word.end + NICK_BYTES)).unwrap_or(0);
        let told = end == word.end || (at(bytes, word.end) == b' ' && names::is_any_given(&word, &mut self.readings));
        if line
            && matches!(slice(bytes, end, end + 4), [b',', b' ', b'[', b'0'..=b'9'])
            && !slice(bytes, word.end, end).contains(&b'\n')
            && told
            && names::may_be_nick(&word)
        {
            // What is no name behind the first word is a byname: `Злата Кав'ярня`.
            let text = str::from_utf8(slice(bytes, word.start, end)).unwrap_or_default();
            let judged = names::judge_field(text, Part::Role, &mut self.readings);
            let whole = judged.is_some_and(|(_, level)| level == Confidence::High);
            let end = if whole { end } else { word.end };
            self.words_done = end;
            self.push(block, word.start..end, rule, None, Confidence::Medium, Evidence::FORMAT);
            return true;
        }
        // At the beginning of a line what is said must begin as a sentence does.
        let said = clock || is_capital_at(bytes, word.end + 2) || at(bytes, word.end + 2) == b'+';
        let memory = &mut self.readings;
        let known = names::is_plain_given(&word, memory) || (clock && names::is_given(&word, memory));
        if !said || !speaks(word.end) || !known || !names::nominative(&word, Part::Given, memory) {
            return false;
        }
        self.words_done = word.end;
        self.push(block, word.range(), rule, None, Confidence::Medium, Evidence::FORMAT);
        true
    }

    /// `[11/03/2024, 18:04:12] Priya Raman: …`: who writes in an exported chat, behind day and clock. Any name will do there:
    /// logs have no comma between day and clock.
    pub(super) fn speaker(&mut self, block: &Block<'_>, start: usize, rule: RuleIndex) {
        let bytes = block.bytes;
        if !is_exported(bytes, start) {
            return;
        }
        let text = slice(bytes, start, start + HEAD_BYTES);
        let Some(colon) = memchr::memchr2(b':', b'\n', text).filter(|end| at(text, *end) == b':') else { return };
        let Some(text) = str::from_utf8(slice(text, 0, colon)).ok() else { return };
        let Some((range, _)) = names::judge_field(text, Part::Full, &mut self.readings) else { return };
        if range.end == colon && at(bytes, start + colon + 1) == b' ' {
            self.words_done = start + range.end;
            self.push(block, start..start + range.end, rule, None, Confidence::Medium, Evidence::FORMAT);
        }
    }

    /// `[17:02] Оксана Ревуцька: …`: two or three names of which one is given, behind the clock.
    fn full_nick(&mut self, block: &Block<'_>, first: &Word, rule: RuleIndex) -> bool {
        let bytes = block.bytes;
        let text = slice(bytes, first.start, first.start + HEAD_BYTES);
        let Some(colon) = memchr::memchr2(b':', b'\n', text).filter(|end| at(text, *end) == b':') else { return false };
        if !matches!(at(text, colon + 1), b' ' | b'\n' | b'\r') {
            return false;
        }
        let Some(text) = str::from_utf8(slice(text, 0, colon)).ok() else { return false };
        // Behind day and clock of an exported chat any name will do.
        let part = if is_exported(bytes, first.start) { Part::Full } else { Part::Role };
        let found = names::judge_field(text, Part::Role, &mut self.readings);
        let Some((range, _)) = found.or_else(|| names::judge_field(text, part, &mut self.readings)) else {
            return false;
        };
        if part == Part::Role && range.end != colon {
            return false;
        }
        self.words_done = first.start + range.end;
        self.push(block, first.start..first.start + range.end, rule, None, Confidence::Medium, Evidence::FORMAT);
        true
    }
}

/// Whether a clock stands directly before `start`, as in chats: `18:12 `, `[18:12:05] `, `[18:12, 14.05.2024] `, `18:12 - `.
pub(super) fn is_behind_clock(bytes: &[u8], start: usize) -> bool {
    let mut end = start;
    if slice(bytes, end.saturating_sub(3), end) == b" - " {
        end -= 2;
    }
    if before(bytes, end) != b' ' {
        return false;
    }
    end -= 1;
    let bracket = before(bytes, end) == b']';
    let window = slice(bytes, end.saturating_sub(24), end - usize::from(bracket));
    let clock = matches!(window, [.., b'0'..=b'9', b':', b'0'..=b'9', b'0'..=b'9']);
    let date = || {
        bracket
            && matches!(window, [.., b'.', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9'])
            && memchr::memchr(b'[', window).is_some_and(|open| memchr::memchr(b':', slice(window, open, 24)).is_some())
    };
    clock || date()
}

/// Whether a clock or a rating stands behind the name at the head of a message, which ends at `end`: `  9:12 AM`, ` (IT)  10:05`, ` [14:30]`,
/// ` • 2/5`. Of two words that no list need know it is parted by more than one blank.
pub(super) fn is_headed(bytes: &[u8], end: usize, wide: bool) -> bool {
    if at(bytes, end) != b' ' {
        return false;
    }
    let rest = slice(bytes, end, end + 48);
    let mut line = slice(rest, 0, memchr(b'\n', rest).unwrap_or(rest.len())).trim_ascii_end();
    if !wide && [" • ", " ★", " ⭐"].iter().any(|mark| line.starts_with(mark.as_bytes())) {
        let mark = slice(line, 4, line.len()).trim_ascii_start();
        return at(mark, 0).is_ascii_digit() || is_rating(mark);
    }
    let blanks = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
    let mut gap = blanks(line);
    line = slice(line, gap, line.len());
    if at(line, 0) == b'(' {
        let Some(close) = memchr(b')', line) else { return false };
        line = slice(line, close + 1, line.len());
        gap = blanks(line);
        line = slice(line, gap, line.len());
    }
    let bracket = at(line, 0) == b'[';
    if wide && gap < 2 && !bracket {
        return false;
    }
    line = slice(line, usize::from(bracket), line.len());
    let hours = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let clock = matches!(hours, 1 | 2) && matches!(slice(line, hours, hours + 3), [b':', b'0'..=b'5', b'0'..=b'9']);
    clock && matches!(slice(line, hours + 3, line.len()), b"" | b"]" | b" AM" | b" PM" | b" am" | b" pm")
}

/// Whether a text holds nothing but the signs of a rating.
fn is_rating(mut text: &[u8]) -> bool {
    while let Some(rest) = RATING.iter().find_map(|sign| text.strip_prefix(sign.as_bytes())) {
        text = rest;
    }
    text.is_empty()
}

/// Stars, full and empty, how they are drawn, and what parts them.
const RATING: [&str; 10] = ["★", "☆", "⭐", "✩", "✭", "✮", "🌟", "½", "\u{FE0F}", " "];

/// Whether day, comma and clock of an exported chat stand directly before `start`: `[11/03/2024, 18:04:12] `,
/// `11/03/2024, 18:04 - `.
fn is_exported(bytes: &[u8], start: usize) -> bool {
    let clock = match slice(bytes, start.saturating_sub(3), start) {
        b" - " => start - 3,
        [.., b']', b' '] => start - 2,
        _ => return false,
    };
    let window = slice(bytes, clock.saturating_sub(28), clock);
    let Some(comma) = memchr::memmem::rfind(window, b", ") else { return false };
    let digit = |byte: &u8| byte.is_ascii_digit();
    let time = slice(window, comma + 2, window.len());
    let hours = time.iter().take_while(|byte| digit(byte)).count();
    let day = slice(window, 0, comma);
    let year = day.iter().rev().take_while(|byte| digit(byte)).count();
    matches!(hours, 1 | 2)
        && at(time, hours) == b':'
        && at(time, hours + 1).is_ascii_digit()
        && matches!(year, 2 | 4)
        && matches!(before(day, day.len() - year), b'/' | b'.' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_messages_are_told_by_what_stands_behind_a_name() {
        for (text, want) in [
            ("Вера  10:05\n", true),
            ("Вера (IT)  10:05 AM\n", true),
            ("Вера [14:30]\n", true),
            ("Вера • 2/5\n", true),
            ("Вера • ★★★☆☆\n", true),
            ("Вера ⭐️⭐️⭐️⭐️⭐️\n", true),
            ("Вера ★★★★½", true),
            ("Вера • Надежда\n", false),
            ("Роза • букет алый\n", false),
            ("Вера ★ салон\n", false),
            ("Вера, 10:05\n", false),
        ] {
            let end = text.find([' ', ',']).expect("a name ends");
            assert_eq!(is_headed(text.as_bytes(), end, false), want, "{text}");
        }
    }
}
