//! Refusals and withdrawals of a consent within sentences: «Отзываю согласие на обработку персональных данных», «I do not
//! consent to the processing of my personal data».
//!
//! In: the capital that begins a sentence. Out: the words that refuse, and what they refuse. Only sentences of somebody who
//! speaks for himself count, told by their first word: laws and policies speak of such words too.

use super::plain_labels::head_of;
use super::scan::{Block, Scanner};
use crate::finding::{Confidence, Evidence};
use crate::text::literals::Literals;
use crate::text::slice;
use memchr::memmem;
use std::ops::Range;
use std::sync::LazyLock;

/// Longest sentence that is read, in bytes.
const SENTENCE_BYTES: usize = 400;

/// How such sentences begin: the first three letters of their first word.
const HEADS: [u32; 30] = [
    head_of("я"),
    head_of("прошу"),
    head_of("отзываю"),
    head_of("отказываюсь"),
    head_of("настоящим"),
    head_of("запрещаю"),
    head_of("требую"),
    head_of("возражаю"),
    head_of("не"),
    head_of("своё"),
    head_of("моё"),
    head_of("ранее"),
    head_of("согласие"),
    head_of("больше"),
    head_of("мен"),
    head_of("осымен"),
    head_of("дербес"),
    head_of("бұрын"),
    head_of("відкликаю"),
    head_of("забороняю"),
    head_of("цим"),
    head_of("адклікаю"),
    head_of("адмаўляюся"),
    head_of("гэтым"),
    head_of("i"),
    head_of("please"),
    head_of("hereby"),
    head_of("келісімімді"),
    head_of("жарнамаға"),
    head_of("прекратите"),
];

/// What is refused, in small letters.
const OBJECTS: [&str; 11] = [
    "персональн",
    "согласи",
    "рассылк",
    "дербес дерек",
    "келісім",
    "згод",
    "персанальн",
    "розсилк",
    "personal data",
    "consent",
    "processing of my data",
];

/// What most sentences lack: one of them without its first letter, which may be a capital.
const STEMS: [&str; 12] = [
    "ерсональн",
    "огласи",
    "ассылк",
    "ербес дерек",
    "елісім",
    "згод",
    "Згод",
    "ерсанальн",
    "озсилк",
    "ersonal data",
    "onsent",
    "rocessing of my data",
];

/// The search for any of them, and for words that refuse.
static STEM: LazyLock<Literals> = LazyLock::new(|| Literals::new(STEMS.iter().map(|stem| stem.as_bytes())));
static REFUSE: LazyLock<Literals> = LazyLock::new(|| Literals::new(REFUSES.iter().map(|verb| verb.as_bytes())));
/// The latter without their first letters: most sentences that speak of data refuse nothing.
static VERB: LazyLock<Literals> =
    LazyLock::new(|| Literals::new(REFUSES.iter().map(|verb| behind_first(verb).as_bytes())));

/// Words that refuse, in small letters.
const REFUSES: [&str; 39] = [
    "отзываю",
    "отозвать",
    "отказываюсь",
    "не даю",
    "не давал",
    "не согласен",
    "не согласна",
    "прекратить обработк",
    "прекратите обработк",
    "запрещаю",
    "возражаю",
    "против обработк",
    "против передач",
    "удалить мои персональн",
    "уничтожить мои персональн",
    "қайтарып ал",
    "кері қайтар",
    "келіспеймін",
    "бас тартамын",
    "рұқсат бермеймін",
    "відкликаю",
    "відмовля",
    "не згоден",
    "не згодна",
    "не надаю",
    "заперечую",
    "забороняю",
    "припинити обробк",
    "адклікаю",
    "адмаўля",
    "не згодзен",
    "забараняю",
    "супраць апрацоўк",
    "спыніць апрацоўк",
    "withdraw",
    "do not consent",
    "don't consent",
    "revoke",
    "object to",
];

impl Scanner<'_> {
    /// The refusal in the sentence that begins with the capital at `start`.
    pub(super) fn refusal(&mut self, block: &Block<'_>, start: usize, head: u32) {
        let bytes = block.bytes;
        if !HEADS.contains(&head) {
            return;
        }
        if let Some(span) = refused(slice(bytes, start, start + SENTENCE_BYTES))
            && let Some(rule) = self.rule_of("consent_refusal")
        {
            self.push(block, start + span.start..start + span.end, rule, None, Confidence::Medium, Evidence::FORMAT);
        }
    }
}

/// The words of a sentence from the refusal to what is refused, whichever stands first.
fn refused(text: &[u8]) -> Option<Range<usize>> {
    STEM.find(text, 0, text.len())?;
    VERB.find(text, 0, text.len())?;
    let valid = text.utf8_chunks().next()?.valid();
    let sentence = valid.split(['!', '?', ';', '"']).next()?.split(". ").next()?.split("\n\n").next()?;
    let small = sentence.to_lowercase();
    if small.len() != sentence.len() {
        return None; // places would differ
    }
    let bytes = small.as_bytes();
    let verb = REFUSE.find(bytes, 0, bytes.len())?;
    let mut object: Option<Range<usize>> = None;
    for stem in OBJECTS {
        for place in memmem::find_iter(bytes, stem.as_bytes()) {
            let known = object.get_or_insert(place..place + stem.len());
            *known = known.start.min(place)..known.end.max(place + stem.len());
        }
    }
    // `Согласие на рассылку: нет`: a field, read by its label.
    let object = object.filter(|object| !slice(bytes, object.start, verb.start).contains(&b':'))?;
    let start = verb.start.min(object.start);
    let end = word_end(bytes, verb.end.max(object.end));
    // «персональных данных»
    let rest = small.get(end..).unwrap_or("");
    let second = [" дан", " дерек", " data"].iter().any(|word| rest.starts_with(word));
    Some(start..if second { word_end(bytes, end + 1) } else { end })
}

/// A word without its first letter.
fn behind_first(word: &str) -> &str {
    let mut letters = word.chars();
    letters.next();
    letters.as_str()
}

/// Where the word around `i` ends.
fn word_end(bytes: &[u8], i: usize) -> usize {
    i + slice(bytes, i, bytes.len()).iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte >= 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::super::examples::all_found;

    #[test]
    fn refusals_in_sentences_are_told() {
        for (text, want) in [
            ("Отзываю согласие на обработку персональных данных.", "Отзываю согласие на обработку персональных данных"),
            (
                "Добрый день. Прошу прекратить обработку моих персональных данных и удалить",
                "прекратить обработку моих персональных данных",
            ),
            ("Я не згодна на перадачу маіх персанальных даных.", "не згодна на перадачу маіх персанальных даных"),
            (
                "Мен дербес деректерімді өңдеуге берген келісімімді қайтарып аламын.",
                "дербес деректерімді өңдеуге берген келісімімді қайтарып аламын",
            ),
            ("Відкликаю згоду на обробку персональних даних", "Відкликаю згоду на обробку персональних даних"),
            (
                "I bought a kettle. I do not consent to the processing of my personal data.",
                "do not consent to the processing of my personal data",
            ),
        ] {
            assert_eq!(all_found(text, "consent_refusal"), [want], "{text}");
        }
    }

    #[test]
    fn laws_and_other_refusals_are_none() {
        for text in [
            "Субъект вправе отозвать согласие на обработку персональных данных.",
            "Я отказываюсь от доставки. Прошу вернуть деньги за чайник",
            "Прошу обработать персональные данные сотрудников до пятницы",
            "Please consent to the processing of cookies",
        ] {
            assert_eq!(all_found(text, "consent_refusal"), Vec::<String>::new(), "{text}");
        }
    }
}
