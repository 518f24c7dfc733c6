//! What stands before and behind a name: streets, firms, books and laws called after persons are no persons.

use super::dictionary::{self, Around};
use super::judge::Proof;
use crate::text::word::{Case, Gap, Key, Word, Words};
use crate::text::{at, before, slice};

/// How far back a word before quotes is looked for, in bytes.
const BACK_BYTES: usize = 8;

/// Words that make `имени` another thing: `от имени`, `на имя`.
const ON_BEHALF: [Key; 4] = [Key::of("от"), Key::of("від"), Key::of("ад"), Key::of("на")];

/// Words before `памяти` that speak of somebody who died, not of what is called after him.
const IN_MEMORY: [Key; 6] = [
    Key::of("светлой"),
    Key::of("светлай"),
    Key::of("світлої"),
    Key::of("доброй"),
    Key::of("добрай"),
    Key::of("доброї"),
];

/// Whether the words beside a name say that it is none.
pub(super) fn refuses(bytes: &[u8], words: &Words, from: usize, end: usize, proof: Proof) -> bool {
    let list = words.all();
    let around = |i: usize| list.get(i).map_or_else(Around::default, dictionary::around);
    // Before: `ул. академика Павлова`, `имени Героя Советского Союза Ивана Сидорова`.
    let (Some(first), Some(last)) = (list.get(from), list.get(end.wrapping_sub(1))) else { return true };
    let (mut start, mut roles, mut index) = (first.start, true, from);
    for steps in 1..=4 {
        // Words that are read already, then those before them.
        let left = match index.checked_sub(1).and_then(|left| Some((*list.get(left)?, words.gap(left)))) {
            Some(left) => Some(left),
            None => Words::before(bytes, start),
        };
        let joins = |(word, gap): &(Word, Gap)| *gap == Gap::Space || (*gap == Gap::Dot && is_abbreviation(word));
        let Some((word, gap)) = left.filter(joins) else { break };
        // `Прізвище, ім’я        Ясінська Устина`: behind a wide gap begins another column.
        if steps == 1 && start - word.end > 2 && gap == Gap::Space {
            break;
        }
        index = index.saturating_sub(1);
        let around = dictionary::around(&word);
        // `ЖК Мұқанова С.Т.`: a sole proprietor in Kazakh, a housing estate in Russian.
        let trader = proof == Proof::Initials && word.key == Key::of("жк");
        // `Музей-квартира Павла Тычины`: the first half says it.
        let half = steps == 1
            && before(bytes, word.start) == b'-'
            && Word::read_before(bytes, word.start - 1).is_some_and(|half| dictionary::around(&half).place());
        // «ПИК төрағасы»: a cooperative, no peak.
        let firm = word.case == Case::Upper && first.case != Case::Upper && word.letters >= 3;
        if (around.place() || half) && roles && !trader && !firm {
            return true;
        }
        // `@max, ім'я Максим Ревуцький`: a label.
        let label = || {
            slice(bytes, word.start.saturating_sub(2), word.start) == b", "
                && [Key::of("ім'я"), Key::of("імя"), Key::of("имя")].contains(&word.key)
        };
        // «От имени» names somebody who is there.
        if around.named_after()
            && !label()
            && !Words::before(bytes, word.start)
                .is_some_and(|(word, _)| ON_BEHALF.contains(&word.key) || IN_MEMORY.contains(&word.key))
        {
            return true;
        }
        // «Директор школы И. И. Петров»
        let headed = || Words::before(bytes, word.start).is_some_and(|(left, _)| dictionary::around(&left).role());
        // «daughter-in-law Paulette»
        let compound = before(bytes, word.start) == b'-';
        if around.eponym() && !compound && steps == 1 && gap == Gap::Space && proof != Proof::Patronymic && !headed() {
            return true;
        }
        roles &= around.role();
        if !roles && !word.is_capital() {
            break;
        }
        start = word.start;
    }
    // Behind: `Абай Құнанбаев көшесі`, `Иван Франко атындағы`.
    if matches!(words.gap(end.wrapping_sub(1)), Gap::Space) && around(end).place_behind() {
        return true;
    }
    quoted(bytes, first, last, end - from, proof)
}

/// Whether a dot behind a word says that it is cut short: behind a whole word it ends a sentence.
fn is_abbreviation(word: &Word) -> bool {
    word.letters <= 3 || ABBREVIATIONS.contains(&word.key)
}

/// Abbreviations of more than three letters.
const ABBREVIATIONS: [Key; 7] = [
    Key::of("пров"),
    Key::of("просп"),
    Key::of("акад"),
    Key::of("проф"),
    Key::of("прасп"),
    Key::of("prof"),
    Key::of("blvd"),
];

/// Whether the name is that of a firm, ship or book: in quotes behind such a word, or a pair in angle quotes.
fn quoted(bytes: &[u8], first: &Word, last: &Word, words: usize, proof: Proof) -> bool {
    let (open, length) = match slice(bytes, first.start.saturating_sub(3), first.start) {
        [.., 0xC2, 0xAB] => (true, 2),
        [0xE2, 0x80, 0x9C | 0x9E] => (true, 3),
        [.., b'"' | b'\''] => (false, 1),
        _ => return false,
    };
    let mut end = first.start - length;
    let floor = end.saturating_sub(BACK_BYTES);
    while end > floor && matches!(before(bytes, end), b' ' | b'\\' | b'"') {
        end -= 1;
    }
    let word = Word::start_before(bytes, end).and_then(|start| Word::read(bytes, start));
    if word.is_some_and(|word| {
        let around = dictionary::around(&word);
        around.firm() || around.eponym() || around.place()
    }) {
        return true;
    }
    let closed = matches!(slice(bytes, last.end, last.end + 3), [0xC2, 0xBB, ..] | [0xE2, 0x80, 0x9D | 0x9C]);
    // «Михаил Елисеев и сыновья»
    let sons = [" и сын", " і син", " и Ко", " & Son", " and Son", " & Co"].iter();
    if open && sons.into_iter().any(|sons| slice(bytes, last.end, last.end + sons.len()) == sons.as_bytes()) {
        return true;
    }
    // `"Henry Ford" series`
    let series = || Word::read(bytes, last.end + 2).is_some_and(|word| dictionary::around(&word).eponym());
    if !open && slice(bytes, last.end, last.end + 2) == b"\" " && series() {
        return true;
    }
    // «Анна Павловна» is chocolate, «Анна Павловна Зимина» a person.
    open && closed && (words < 3 || !matches!(proof, Proof::Patronymic | Proof::Ending))
}

/// Whether a sentence or line begins at `start`.
pub(super) fn begins_sentence(bytes: &[u8], start: usize) -> bool {
    let mut i = start;
    while matches!(before(bytes, i), b' ' | b'\t') && start - i < BACK_BYTES {
        i -= 1;
    }
    matches!(before(bytes, i), b'.' | b'!' | b'?' | b'\n' | 0) || slice(bytes, i.saturating_sub(3), i) == "…".as_bytes()
}

/// Whether an e-mail address in brackets stands behind a word: `John Baker <j.baker@example.com>`.
pub(super) fn mail_behind(bytes: &[u8], last: Option<&Word>) -> bool {
    let Some(end) = last.map(|word| word.end) else { return false };
    let close = match slice(bytes, end, end + 2) {
        b" <" => b'>',
        b" (" => b')',
        _ => return false,
    };
    let window = slice(bytes, end + 2, end + 66);
    let inner = window.iter().take_while(|byte| **byte != close && **byte > b' ');
    inner.filter(|byte| **byte == b'@').count() == 1
}

/// Whether the address for mail behind a surname holds it: `Callum Redfern <c.redfern@example.com>`.
pub(super) fn mail_names(bytes: &[u8], last: &Word) -> bool {
    let surname = slice(bytes, last.start, last.end);
    let window = slice(bytes, last.end + 2, last.end + 66);
    let user = slice(window, 0, memchr::memchr(b'@', window).unwrap_or(0));
    surname.len() >= 4
        && user.windows(surname.len()).any(|part| part.eq_ignore_ascii_case(surname))
        && user.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+'))
}

/// Whether a word is one for a relative or neighbour, in Cyrillic letters.
pub(crate) fn is_relative(word: &Word) -> bool {
    dictionary::around(word).kin()
}

/// Relatives whom a possessive makes somebody's, in Latin letters.
const FAMILY: [&str; 14] = [
    "husband", "wife", "son", "daughter", "mother", "father", "mum", "brother", "sister", "cousin", "uncle", "aunt",
    "nephew", "niece",
];
/// Possessives.
const OWNERS: [&str; 6] = [" my ", " his ", " her ", " their ", " our ", " your "];

/// Whether a word of ASCII is one for a relative.
pub(crate) fn is_family(word: &[u8]) -> bool {
    FAMILY.iter().any(|own| word.eq_ignore_ascii_case(own.as_bytes()))
}

/// Whether it is said whose relative the word at `start` is: `my mum`, `her husband`.
pub(crate) fn is_owned(bytes: &[u8], start: usize) -> bool {
    OWNERS.iter().any(|owner| slice(bytes, 0, start).ends_with(owner.as_bytes()))
}

/// Whether somebody says here who he is, or is told by name: `My name is `, `a girl named `. Any name follows.
pub(crate) fn introduced(bytes: &[u8], start: usize) -> bool {
    match slice(bytes, start.saturating_sub(4), start) {
        b"I'm " => matches!(before(bytes, start.saturating_sub(4)), b' ' | b'\n' | b'"' | b'>' | b'(' | 0),
        b" is " => {
            let left = slice(bytes, start.saturating_sub(12), start);
            [&b"y name is "[..], b" his name is ", b"His name is ", b" her name is ", b"Her name is ", b"hose name is "]
                .iter()
                .any(|said| left.ends_with(said))
        }
        b"med " if slice(bytes, start.saturating_sub(7), start) == b" named " => Word::read_before(bytes, start - 7)
            .is_some_and(|word| dictionary::around(&word).role() || NAMED.contains(&word.key)),
        _ => false,
    }
}

/// Who is named so, but for roles.
const NAMED: [Key; 8] = [
    Key::of("girl"),
    Key::of("boy"),
    Key::of("man"),
    Key::of("woman"),
    Key::of("guy"),
    Key::of("person"),
    Key::of("child"),
    Key::of("baby"),
];

/// Whether `… signed by ` stands before a name.
pub(super) fn done_by(bytes: &[u8], start: usize) -> bool {
    let left = slice(bytes, start.saturating_sub(8), start);
    left.ends_with(b"ed by ") || left.ends_with(b"name is ") || left.ends_with(b"tten by ") || left.ends_with(b"ed to ")
}

/// Whether what only a person does or has stands behind a word: `… asked`, `…, born`, `… (+44 …`, `…'s phone is +44 …`.
pub(super) fn told_behind(bytes: &[u8], last: Option<&Word>) -> bool {
    let Some(end) = last.map(|word| word.end) else { return false };
    let rest = slice(bytes, end, end + TOLD_BYTES);
    let line = slice(rest, 0, memchr::memchr(b'\n', rest).unwrap_or(rest.len()));
    let lead = |lead: &&[u8]| line.starts_with(lead);
    if let Some(lead) = [&b", "[..], b" (", b" - ", b": ", b"'s ", b" on ", b" at "].into_iter().find(|text| lead(text))
    {
        let text = slice(line, lead.len(), line.len());
        // `Margaret Oyelaran (chair)`
        if lead == b" (" && Word::read(text, 0).is_some_and(|word| dictionary::around(&word).role()) {
            return true;
        }
        let number = text.windows(2).any(|pair| matches!(pair, [b'+' | b'(' | b'0'..=b'9', b'0'..=b'9']));
        let named = [&b"phone"[..], b"tel", b"mob", b"cell", b"call", b"born", b"aged", b"dob", b"DOB", b"number"]
            .iter()
            .any(|word| memchr::memmem::find(text, word).is_some());
        return text.contains(&b'@') || (number && (named || text.contains(&b'+')));
    }
    let Some(text) = line.strip_prefix(b" ") else { return false };
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let word = slice(text, 0, letters);
    DOES.iter().any(|verb| word == verb.as_bytes())
}

/// Whether what only persons have stands directly behind a word: the day of a birth, a number to call, a document. `Перч Марта —
/// 19.02.2016`, `Мустафаєв Енвер (паспорт …)`.
pub(crate) fn person_behind(bytes: &[u8], end: usize) -> bool {
    if !matches!(slice(bytes, end, end + 3), [b' ', b'(' | b'-', _] | [b' ', 0xE2, 0x80] | [b',' | b';', b' ', _]) {
        return false;
    }
    let rest = slice(bytes, end, end + TOLD_BYTES);
    let line = slice(rest, 0, memchr::memchr(b'\n', rest).unwrap_or(rest.len()));
    let leads = [" — ", " – ", " - ", ", ", " (", "; "];
    let Some(lead) = leads.iter().find(|lead| line.starts_with(lead.as_bytes())) else { return false };
    let text = slice(line, lead.len(), line.len());
    if DOCUMENTS.iter().any(|word| text.starts_with(word.as_bytes())) {
        return true;
    }
    let digits = |from: usize| slice(text, from, from + 4).iter().take_while(|byte| byte.is_ascii_digit()).count();
    let year = |from: usize| digits(from) == 4 && matches!(slice(text, from, from + 2), b"19" | b"20");
    match digits(0) {
        // 19.02.2016
        2 if is_day(text, 0) => true,
        // 2009 г.н.
        4 if year(0) => {
            let rest = slice(text, 4, text.len());
            [" г.р", " г.н", "г.р", " р.н", " ж.т", " года рожд", " г. р", " р. н"]
                .iter()
                .any(|born| rest.starts_with(born.as_bytes()))
        }
        // 7 липня 2015
        1 | 2 if at(text, digits(0)) == b' ' && at(text, digits(0) + 1) >= 0x80 => {
            let month = slice(text, digits(0) + 1, text.len()).iter().take_while(|byte| **byte >= 0x80).count();
            year(digits(0) + 1 + month + 1)
        }
        _ => {
            let number = text.iter().take_while(|byte| byte.is_ascii_digit() || b"+ ()-".contains(byte)).copied();
            matches!(at(text, 0), b'+' | b'8' | b'0') && number.filter(u8::is_ascii_digit).count() >= 9
        }
    }
}

/// Whether a day in digits begins at `start`: `14/08/2021`, `19.02.2016`.
pub(super) fn is_day(bytes: &[u8], start: usize) -> bool {
    matches!(
        slice(bytes, start, start + 10),
        [b'0'..=b'3', b'0'..=b'9', sign @ (b'.' | b'/'), b'0' | b'1', b'0'..=b'9', other, b'1', b'9', b'0'..=b'9', b'0'..=b'9']
        | [b'0'..=b'3', b'0'..=b'9', sign @ (b'.' | b'/'), b'0' | b'1', b'0'..=b'9', other, b'2', b'0', b'0'..=b'9', b'0'..=b'9']
            if sign == other
    )
}

/// Whether a day or a year, perhaps behind day and month, begins at `start`: `02.12.2017`, `2003`, `4 снежня 1898`.
pub(super) fn is_day_or_year(bytes: &[u8], start: usize) -> bool {
    let year = |from: usize| {
        matches!(
            slice(bytes, from, from + 4),
            [b'1', b'8' | b'9', b'0'..=b'9', b'0'..=b'9'] | [b'2', b'0', b'0'..=b'9', b'0'..=b'9']
        ) && !at(bytes, from + 4).is_ascii_digit()
    };
    let digits = slice(bytes, start, start + 3).iter().take_while(|byte| byte.is_ascii_digit()).count();
    let month = start + digits + 1;
    let letters = slice(bytes, month, month + 24).iter().take_while(|byte| **byte >= 0x80).count();
    let written = matches!(digits, 1 | 2) && at(bytes, month - 1) == b' ' && letters >= 6 && year(month + letters + 1);
    is_day(bytes, start) || year(start) || written
}

/// How the words begin that stand before the number of a person's document or telephone.
const DOCUMENTS: [&str; 18] = [
    "паспорт",
    "пашпарт",
    "төлқұжат",
    "ИИН",
    "ЖСН",
    "ІПН",
    "РНОКПП",
    "СНИЛС",
    "тел",
    "моб",
    "нар.",
    "род.",
    "д.р.",
    "д.н.",
    "ID-карт",
    "нарадж",
    "туған",
    "ВПО",
];

/// Whether a name may end at `end`: what follows is no word.
pub(super) fn closed_behind(bytes: &[u8], end: usize) -> bool {
    match at(bytes, end) {
        b',' | b';' | b')' | b'|' | b'\n' | b'\r' | b'\t' | b'<' | b'"' | 0 => true,
        b'.' => matches!(at(bytes, end + 1), b' ' | b'\n' | b'\r' | 0),
        b' ' => matches!(slice(bytes, end + 1, end + 3), [b'(' | b';' | b'|', _] | [b'-', b' '] | [0xE2, 0x80]),
        _ => false,
    }
}

/// Whether ` деген ` stands at `end`: whoever is called so.
pub(super) fn called_so(bytes: &[u8], end: usize) -> bool {
    slice(bytes, end, end + 12) == " деген ".as_bytes()
}

/// Whether the words that end a letter stand before the comma or line end at `start`: `Құрметпен, `.
pub(super) fn closing_before(bytes: &[u8], start: usize) -> bool {
    let head = slice(bytes, start.saturating_sub(64), start);
    let text = head.trim_ascii_end();
    let parted = text.len() < head.len();
    let text = text.strip_suffix(b",").unwrap_or(text);
    parted && ends_letter(text)
}

/// Whether a text ends as letters do before the name of who wrote them.
pub(crate) fn ends_letter(text: &[u8]) -> bool {
    matches!(text, [.., last] if CLOSING_ENDS.contains(last))
        && CLOSINGS.iter().any(|closing| text.ends_with(closing.as_bytes()))
}

/// How letters end before the name of who wrote them.
const CLOSINGS: [&str; 20] = [
    "уважением",
    "повагою",
    "павагай",
    "рметпен",
    "пасибо",
    "якую",
    "зякуй",
    "ақмет",
    "ахмет",
    "regards",
    "Regards",
    "ishes",
    "hanks",
    "heers",
    "incerely",
    "aithfully",
    "Best",
    "ours",
    "ruly",
    "наилучшими пожеланиями",
];
/// Their last bytes.
const CLOSING_ENDS: [u8; 12] = *b"\xBC\x8E\xB9\xBD\xBE\x8C\xB8\x82\x85sty";

/// How far behind a name it is looked for what is said of it, in bytes.
const TOLD_BYTES: usize = 48;

/// What persons do.
const DOES: [&str; 40] = [
    "said",
    "says",
    "asked",
    "asks",
    "wrote",
    "writes",
    "told",
    "replied",
    "answered",
    "called",
    "agreed",
    "confirmed",
    "complained",
    "requested",
    "joined",
    "resigned",
    "married",
    "lives",
    "lived",
    "works",
    "worked",
    "studied",
    "paid",
    "signed",
    "visited",
    "arrived",
    "attended",
    "emailed",
    "phoned",
    "reported",
    "mentioned",
    "suggested",
    "explained",
    "thanked",
    "promised",
    "refused",
    "apologised",
    "apologized",
    "declined",
    "insisted",
];

/// Whether a line, field or cell begins at `start`.
pub(super) fn border_left(bytes: &[u8], start: usize) -> bool {
    let mut i = start;
    while matches!(before(bytes, i), b' ' | b'\t' | b'"' | b'\'') && start - i < BACK_BYTES {
        i -= 1;
    }
    matches!(before(bytes, i), b'\n' | b':' | b';' | b'|' | b'>' | b'=' | 0) || (i < start && is_item(bytes, i))
}

/// Whether the number or mark of an item of a list ends at `end`, and begins its line: `1.`, `12)`, `-`, `*`.
fn is_item(bytes: &[u8], end: usize) -> bool {
    let mut i = end.saturating_sub(1);
    match at(bytes, i) {
        b'.' | b')' => {
            while before(bytes, i).is_ascii_digit() && end - i < 4 {
                i -= 1;
            }
            if i + 1 == end {
                return false;
            }
        }
        b'-' | b'*' => {}
        _ => return false,
    }
    let blanks = slice(bytes, i.saturating_sub(BACK_BYTES), i).iter().rev().take_while(|byte| **byte == b' ').count();
    matches!(before(bytes, i - blanks), b'\n' | 0)
}

/// Whether a line, field or cell ends at `end`.
pub(super) fn border_right(bytes: &[u8], end: usize) -> bool {
    let mut i = end;
    while matches!(at(bytes, i), b' ' | b'\t' | b'"' | b'\'' | b'\r') && i - end < BACK_BYTES {
        i += 1;
    }
    matches!(at(bytes, i), b'\n' | b':' | b';' | b'|' | b'<' | 0) || i >= bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_digits() {
        for (text, want) in [
            ("14/08/2021", true),
            ("19.02.1996 г.", true),
            ("14/08.2021", false),
            ("14.28.2021", false),
            ("14.08.2921", false),
            ("14.08.21", false),
            ("", false),
        ] {
            assert_eq!(is_day(text.as_bytes(), 0), want, "{text}");
        }
    }
}
