//! Which encoding a stream, a piece or a line is in.

use super::Encoding;
use super::pairs::{LETTERS, PAIRS};
use crate::text::{at, slice};

/// Bytes above ASCII, with their neighbours, that a line is judged by.
const SAMPLE_BYTES: usize = 96;
/// Letters that must look right for the usual encoding to be taken without asking the others.
const CLEAR_LETTERS: i32 = 8;
/// What the usual encoding of the stream is ahead by, in quarters of a bit.
const USUAL: i32 = 28;
/// Bytes that are no UTF-8, behind which a line without as much of it is taken for something else.
const MOST_BAD: usize = 8;

/// What the beginning of a stream tells of all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coding {
    /// UTF-16 or UTF-32, if it is that.
    pub wide: Option<Encoding>,
    /// The eight-bit encoding of its lines that are not UTF-8, as far as they do not say otherwise.
    pub usual: Encoding,
}

impl Default for Coding {
    fn default() -> Self {
        Self { wide: None, usual: Encoding::Windows1251 }
    }
}

impl Coding {
    /// UTF-16 or UTF-32, if the first bytes of a stream say so: by mark, by lanes.
    pub fn wide(head: &[u8]) -> Option<Encoding> {
        match head {
            [0xFF, 0xFE, 0, 0, ..] => Some(Encoding::Utf32Le),
            [0, 0, 0xFE, 0xFF, ..] => Some(Encoding::Utf32Be),
            [0xFF, 0xFE, ..] => Some(Encoding::Utf16Le),
            [0xFE, 0xFF, ..] => Some(Encoding::Utf16Be),
            _ => lanes(slice(head, 0, 4096)).filter(|(_, shifted)| !shifted).map(|(wide, _)| wide),
        }
    }

    /// Tells the coding from the first bytes of a stream: by mark, by lanes (before any look at UTF-8: Cyrillic UTF-16
    /// is legal ASCII too), by letters.
    pub fn sniff(head: &[u8]) -> Self {
        let wide = Self::wide(head);
        if wide.is_some() {
            return Self { wide, ..Self::default() };
        }
        // Nearly all streams are UTF-8, cut somewhere.
        if simdutf8::compat::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true) {
            return Self::default();
        }
        let mut scores = [0i64; 9];
        for line in head.split(|&byte| byte == b'\n').filter(|line| !line.is_ascii()).take(400) {
            if is_utf8(line) {
                continue;
            }
            let sample = Sample::of(line);
            for (score, tune) in scores.iter_mut().zip(&TUNES) {
                *score += i64::from(sample.score(tune).0);
            }
        }
        Self { wide: None, usual: best(scores) }
    }
}

/// The encoding with the highest score; of equals the first.
fn best(scores: [i64; 9]) -> Encoding {
    let top = scores.iter().copied().max().unwrap_or(0);
    let found = Encoding::EIGHT_BIT.into_iter().zip(scores).find(|(_, score)| *score == top);
    found.map_or(Encoding::Windows1251, |(encoding, _)| encoding)
}

/// Whether bytes that are UTF-16 by their lanes: one lane holds almost only 00 (Latin) and 04 (Cyrillic); real text in
/// bytes holds neither. Gives the encoding and whether its units begin at the second byte.
pub(super) fn lanes(sample: &[u8]) -> Option<(Encoding, bool)> {
    let pairs = sample.len() / 2;
    // Most text has neither.
    if pairs < 8 || memchr::memchr2(0, 4, sample).is_none() {
        return None;
    }
    let (mut high, mut zero) = ([0usize; 2], [0usize; 2]);
    for pair in sample.as_chunks::<2>().0 {
        for ((&byte, high), zero) in pair.iter().zip(&mut high).zip(&mut zero) {
            *high += usize::from(matches!(byte, 0 | 4));
            *zero += usize::from(byte == 0);
        }
    }
    let most = |n: usize| n * 10 >= pairs * 9;
    let few = |n: usize| n * 10 <= pairs;
    let lane = match (high, zero) {
        ([_, odd], [zeros, _]) if most(odd) && few(zeros) => 1,
        ([even, _], [_, zeros]) if most(even) && few(zeros) => 0,
        _ => return None,
    };
    // The high byte of a space or point is 00: whether that stands behind it or before it tells the order, where the
    // other neighbour is the high byte of a Cyrillic letter.
    let (mut behind, mut ahead) = (0, 0);
    for i in (1 - lane..sample.len()).step_by(2) {
        if matches!(at(sample, i), b' ' | b',' | b'.' | b'-' | b'\n' | b'\r') {
            match (before_in(sample, i), at(sample, i + 1)) {
                (Some(4), 0) => behind += 1,
                (Some(0), 4) => ahead += 1,
                _ => {}
            }
        }
    }
    Some(match (lane, behind.cmp(&ahead)) {
        (1, std::cmp::Ordering::Less) => (Encoding::Utf16Be, true),
        (1, _) => (Encoding::Utf16Le, false),
        (_, std::cmp::Ordering::Greater) => (Encoding::Utf16Le, true),
        _ => (Encoding::Utf16Be, false),
    })
}

fn before_in(bytes: &[u8], i: usize) -> Option<u8> {
    bytes.get(i.checked_sub(1)?).copied()
}

/// Whether a line that is not valid UTF-8 is UTF-8 for all that: letters in it are, and few bytes are not.
fn is_utf8(line: &[u8]) -> bool {
    let (mut whole, mut bad) = (0usize, 0usize);
    for chunk in line.utf8_chunks() {
        whole += chunk.valid().bytes().filter(|&byte| byte >= 0xC2).count();
        // A letter cut off before a sign or the end is an accident of UTF-8, not another encoding.
        let cut_off = matches!(chunk.invalid(), [0xD0..=0xD3] | [0xE2, 0x80 | 0x84]);
        bad += if cut_off && whole > 0 { 0 } else { chunk.invalid().len() };
        if bad > MOST_BAD && bad * 2 > whole {
            return false;
        }
    }
    whole > 0 && bad * 4 <= whole
}

/// The length of the word of Cyrillic UTF-8 that the bytes begin with, if they begin with one of three letters or more:
/// no eight-bit text looks like that by chance.
pub(super) fn utf8_word(bytes: &[u8]) -> usize {
    let length = bytes.iter().take(256).take_while(|&&byte| byte >= 0x80).count();
    let word = slice(bytes, 0, length);
    let leads = word.iter().step_by(2).all(|byte| matches!(byte, 0xD0..=0xD3));
    if length >= 6 && leads && std::str::from_utf8(word).is_ok() { length } else { 0 }
}

/// The encoding of a line that is not valid UTF-8. `usual` is what its stream mostly is in.
pub fn encoding_of(line: &[u8], usual: Encoding) -> Encoding {
    if is_utf8(line) {
        return Encoding::Utf8;
    }
    let sample = Sample::of(line);
    let index = Encoding::EIGHT_BIT.iter().position(|known| *known == usual).unwrap_or(0);
    let (score, letters, odd) = TUNES.get(index).map_or((0, 0, 1), |tune| sample.score(tune));
    if letters >= CLEAR_LETTERS && odd == 0 && score >= letters * 4 {
        return usual;
    }
    let mut scores = [0i64; 9];
    for (i, (score, tune)) in scores.iter_mut().zip(&TUNES).enumerate() {
        *score =
            i64::from(sample.score(tune).0 + if i == index { USUAL } else { 0 } + if i == 0 { USUAL / 4 } else { 0 });
    }
    best(scores)
}

/// What a byte is, as far as it matters for what stands beside it: one of [`SIGNS`], or a letter of a class, small or
/// capital.
type Kind = u8;

/// Kinds that are no Cyrillic letters.
const SIGNS: u8 = 6;
/// ASCII but for its letters.
const ASCII: Kind = 0;
const LATIN: Kind = 1;
/// What the other signs count, in quarters of a bit: those of any text, frames of tables, rare ones, none.
const COSTS: [i16; 4] = [-12, -16, -40, -100];
const KINDS: usize = SIGNS as usize + 2 * LETTERS.len();

/// What the bytes are in each encoding.
#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
static TUNES: [[Kind; 256]; 9] = {
    let mut tunes = [[ASCII; 256]; 9];
    let mut i = 0;
    while i < 9 {
        if let Some(letters) = Encoding::EIGHT_BIT[i].letters() {
            let mut byte = 0;
            while byte < 256 {
                tunes[i][byte] = match byte {
                    128.. => kind(letters[byte - 128]),
                    _ if (byte as u8).is_ascii_alphabetic() => LATIN,
                    _ => ASCII,
                };
                byte += 1;
            }
        }
        i += 1;
    }
    tunes
};

#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const fn kind(code: u16) -> Kind {
    let small = match code {
        0x410..=0x42F => code + 0x20,
        0x400..=0x40F => code + 0x50,
        0x48A..=0x4BF | 0x4D0..=0x4FF if code.is_multiple_of(2) => code + 1,
        _ => code,
    };
    let mut i = 0;
    while i < LETTERS.len() {
        if LETTERS[i] as u32 == small as u32 {
            return SIGNS + 2 * i as u8 + (small != code) as u8;
        }
        i += 1;
    }
    match code {
        0xA0 | 0xAB | 0xBB | 0xA7 | 0xB0 | 0xB7 | 0x2013 | 0x2014 | 0x2018..=0x201E | 0x2022 | 0x2026 | 0x2116 => 2,
        // Frames of tables.
        0x2500..=0x259F => 3,
        0xFFFD => 5,
        _ => 4,
    }
}

/// What one byte behind another counts.
#[derive(Clone, Copy, Default)]
struct Step {
    /// How well they read, in quarters of a bit.
    score: i16,
    letter: bool,
    odd: bool,
}

/// By the kind of the byte before, and that of the byte.
#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
static STEPS: [[Step; KINDS]; KINDS] = {
    let mut steps = [[Step { score: 0, letter: false, odd: false }; KINDS]; KINDS];
    let mut last = 0;
    while last < KINDS {
        let mut next = 0;
        while next < KINDS {
            steps[last][next] = step(last as Kind, next as Kind);
            next += 1;
        }
        last += 1;
    }
    steps
};

const fn class(kind: Kind) -> usize {
    if kind < SIGNS { 0 } else { (kind - SIGNS) as usize / 2 + 1 }
}

#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const fn cost(kind: Kind) -> i16 {
    if kind > LATIN && kind < SIGNS { COSTS[kind as usize - 2] } else { 0 }
}

#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const fn step(last: Kind, next: Kind) -> Step {
    let (after_letter, letter) = (last >= SIGNS, next >= SIGNS);
    let mut score = PAIRS[class(last)][class(next)] as i16;
    let mut odd = false;
    if letter {
        // A capital letter behind a small one, or on and on.
        let (small, capital) = (last.is_multiple_of(2), !next.is_multiple_of(2));
        odd = after_letter && small && capital;
        score -= match (after_letter && capital, small) {
            (true, true) => 40,
            (true, false) => 6,
            _ => 0,
        };
        // No frame or rare sign stands beside a letter.
        score -= if last == LATIN { 32 } else { 0 } + if cost(last) < -12 { 24 } else { 0 };
    } else if next == LATIN {
        score -= if after_letter { 32 } else { 0 };
    } else if next != ASCII && (cost(next) != cost(last) || cost(next) < -16) {
        odd = cost(next) < -12;
        score += cost(next) - if odd && after_letter { 24 } else { 0 };
    }
    Step { score, letter, odd }
}

/// Bytes above ASCII of a line, each run with the bytes beside it.
struct Sample {
    bytes: [u8; SAMPLE_BYTES],
    length: usize,
}

impl Sample {
    fn of(line: &[u8]) -> Self {
        let mut sample = Self { bytes: [b' '; SAMPLE_BYTES], length: 0 };
        let mut inside = false;
        let mut last = b' ';
        for &byte in line {
            let above = byte >= 0x80;
            let kept = above || inside;
            if above && !inside {
                sample.push(last);
            }
            if kept {
                sample.push(byte);
            }
            if sample.length == SAMPLE_BYTES {
                break;
            }
            inside = above;
            last = byte;
        }
        sample
    }

    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.length) {
            *slot = byte;
            self.length += 1;
        }
    }

    /// How well the bytes read in one encoding, in quarters of a bit; its letters; and what is odd.
    fn score(&self, tune: &[Kind; 256]) -> (i32, i32, i32) {
        let (mut score, mut letters, mut odd) = (0, 0, 0);
        let mut last = usize::from(ASCII);
        for &byte in slice(&self.bytes, 0, self.length) {
            let next = usize::from(tune.get(usize::from(byte)).copied().unwrap_or(ASCII));
            let step = STEPS.get(last).and_then(|steps| steps.get(next)).copied().unwrap_or_default();
            score += i32::from(step.score);
            letters += i32::from(step.letter);
            odd += i32::from(step.odd);
            last = next;
        }
        (score, letters, odd)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Short lines as logs, tables and forms have them.
    const LINES: [&str; 60] = [
        "Иванов Сергей Петрович",
        "ФИО: Кузнецова Мария",
        "г. Москва, ул. Ленина, д. 5, кв. 17",
        "INFO клиент создан id=5512",
        "Ошибка: не найден пользователь",
        "паспорт серия 4510 номер 123456",
        "ИНН 500100732259",
        "телефон: +7 916 555-01-23",
        "\"Получатель\";\"Счёт\";\"Сумма\"",
        "ООО «Ромашка»",
        "договор № 15/3 от 01.02.2024",
        "Дата рождения: 01.02.1990",
        "[2024-02-01 10:00:00] отправлено письмо",
        "Здравствуйте, подтвердите заказ",
        "ПЕТРОВ ИВАН СИДОРОВИЧ",
        "Свердловская область, Екатеринбург",
        "пол: мужской",
        "СНИЛС клиента",
        "Оплата картой прошла успешно — спасибо",
        "user=Анна action=вход",
        "Әлия Нұрланқызы Серікова",
        "ЖСН 900101300017",
        "Алматы қаласы, Абай даңғылы, 5-үй",
        "тұтынушы тіркелді",
        "Төлем қабылданды",
        "жеке сәйкестендіру нөмірі",
        "Қазақстан Республикасы",
        "телефон нөмірі өзгертілді",
        "Туған күні: 01.02.1990",
        "Өтініш қаралды",
        "Көшесі, үйі, пәтері",
        "төлқұжат нөмірі",
        "Хабарлама жіберілді",
        "Шымкент қ., Тәуке хан даңғылы",
        "Ғалымжан Бекұлы",
        "Іваненко Олена Петрівна",
        "м. Київ, вул. Хрещатик, буд. 1",
        "Номер телефону змінено",
        "Ідентифікаційний код",
        "Дякуємо за замовлення",
        "Помилка: користувача не знайдено",
        "Дата народження",
        "Їжакевич Євген",
        "паспорт виданий Шевченківським",
        "Львівська область, місто Стрий",
        "платіж проведено успішно",
        "Рахунок № 26007",
        "Прізвище, ім'я, по батькові",
        "Ганна Ўладзіміраўна Кавальчук",
        "г. Мінск, вул. Якуба Коласа",
        "Нумар тэлефона зменены",
        "Памылка: карыстальнік не знойдзены",
        "асабісты нумар",
        "Дата нараджэння",
        "пашпарт выдадзены",
        "Дзякуй за заказ",
        "Гродзенская вобласць, Ліда",
        "плацёж праведзены паспяхова",
        "Аляксандр Шаўчэнка",
        "Мар'я Іванаўна",
    ];

    fn encoded(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
        let letters = encoding.letters().unwrap();
        let byte = |c: char| match u16::try_from(u32::from(c)).ok()? {
            code @ 0..0x80 => Some(code as u8),
            code => letters.iter().position(|&known| known == code).map(|i| 0x80 + i as u8),
        };
        text.chars().map(byte).collect()
    }

    fn decoded(bytes: &[u8], encoding: Encoding) -> String {
        let letters = encoding.letters().map_or(&[0; 128], |letters| letters);
        let char_of = |&byte: &u8| match byte {
            0..0x80 => char::from(byte),
            _ => char::from_u32(u32::from(letters[usize::from(byte - 0x80)])).unwrap(),
        };
        bytes.iter().map(char_of).collect()
    }

    /// Lines that read otherwise than they were written, of all that could be written.
    fn misread(usual: impl Fn(Encoding) -> Encoding) -> (usize, Vec<String>) {
        let (mut count, mut wrong) = (0, Vec::new());
        for encoding in Encoding::EIGHT_BIT {
            for line in LINES {
                let Some(bytes) = encoded(line, encoding) else { continue };
                count += 1;
                let found = encoding_of(&bytes, usual(encoding));
                if decoded(&bytes, found) != line {
                    wrong.push(format!("{} as {}: {line}", encoding.name(), found.name()));
                }
            }
        }
        (count, wrong)
    }

    #[test]
    fn short_lines_are_told_without_a_hint() {
        let (count, wrong) = misread(|_| Encoding::Windows1251);
        assert!(count > 350, "{count}");
        // What is misread is one word in capitals, or one letter that two encodings have for two languages.
        assert!(wrong.len() * 100 <= count * 4, "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn a_hint_from_the_stream_helps() {
        let (count, wrong) = misread(|encoding| encoding);
        assert!(wrong.len() * 1000 <= count * 5, "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn streams_are_told_by_all_their_lines() {
        for encoding in Encoding::EIGHT_BIT {
            let lines: Vec<Vec<u8>> = LINES[..40].iter().filter_map(|line| encoded(line, encoding)).collect();
            let stream = lines.join(&b'\n');
            let usual = Coding::sniff(&stream).usual;
            let same = lines.iter().filter(|line| decoded(line, usual) == decoded(line, encoding)).count();
            assert_eq!(same, lines.len(), "{} as {}", encoding.name(), usual.name());
        }
    }
}
