//! What keywords and names of fields mean, and the tokens of a name. Shared with the build.

use super::fold;
use super::hash::Spread;
use super::keyword::{Keywords, Windows};
use super::packed::{Packer, Unpacker};
use super::{at, before, utf8};
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// What a keyword or field name says: which rules it speaks for and against. Rules are numbers to this stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Meaning {
    /// Rules it names.
    pub raise: Vec<u16>,
    /// Rules it speaks against.
    pub lower: Vec<u16>,
    /// Whether it speaks against every rule that needs context (identifiers 2.9).
    pub cancels: bool,
}

impl Meaning {
    /// Whether it says anything.
    pub fn is_empty(&self) -> bool {
        self.raise.is_empty() && self.lower.is_empty() && !self.cancels
    }

    /// Adds what another one says.
    pub fn merge(&mut self, other: &Self) {
        for &rule in &other.raise {
            if !self.raise.contains(&rule) {
                self.raise.push(rule);
            }
        }
        for &rule in &other.lower {
            if !self.lower.contains(&rule) {
                self.lower.push(rule);
            }
        }
        self.cancels |= other.cancels;
    }

    /// Writes it.
    pub fn pack(&self, out: &mut Packer) {
        for rules in [&self.raise, &self.lower] {
            out.u16(rules.len() as u16);
            for rule in rules {
                out.u16(*rule);
            }
        }
        out.u16(u16::from(self.cancels));
    }

    /// Reads what was written.
    pub fn unpack(from: &mut Unpacker) -> Option<Self> {
        let mut rules = || {
            let count = from.u16()?;
            (0..count).map(|_| from.u16()).collect::<Option<Vec<u16>>>()
        };
        let (raise, lower) = (rules()?, rules()?);
        Some(Self { raise, lower, cancels: from.u16()? != 0 })
    }
}

/// Names, and the place of their meanings.
type Places = HashMap<Cow<'static, [u8]>, u32, BuildHasherDefault<Spread>>;

/// Names of fields and what they mean.
#[derive(Debug, Default)]
pub struct Names {
    entries: Places,
    whole: Places,
    meanings: Vec<Meaning>,
}

impl Names {
    /// Adds a name: tokens parted by `_`; a leading `=` makes it fit whole names only.
    pub fn add(&mut self, entry: &str, change: impl Fn(&mut Meaning)) {
        let (places, name) = match entry.strip_prefix('=') {
            Some(name) => (&mut self.whole, name),
            None => (&mut self.entries, entry),
        };
        let tokens = tokens(name.as_bytes());
        let mut add = |name: Vec<u8>| {
            let place = *places.entry(name.into()).or_insert_with(|| {
                self.meanings.push(Meaning::default());
                self.meanings.len() as u32 - 1
            });
            if let Some(meaning) = self.meanings.get_mut(place as usize) {
                change(meaning);
            }
        };
        add(tokens.join(&b'_'));
        if tokens.len() > 1 {
            add(tokens.concat());
        }
    }

    /// Writes all names, each meaning once.
    pub fn pack(&self, out: &mut Packer) {
        let mut meanings: Vec<&Meaning> = Vec::new();
        for places in [&self.entries, &self.whole] {
            let mut sorted: Vec<_> = places.iter().collect();
            sorted.sort();
            out.u32(sorted.len() as u32);
            for (name, place) in sorted {
                let Some(meaning) = self.meanings.get(*place as usize) else { continue };
                let known = meanings.iter().position(|known| *known == meaning);
                let place = known.unwrap_or(meanings.len());
                if known.is_none() {
                    meanings.push(meaning);
                }
                out.bytes(name);
                out.u32(place as u32);
            }
        }
        out.u32(meanings.len() as u32);
        for meaning in meanings {
            meaning.pack(out);
        }
    }

    /// Reads what was written.
    pub fn unpack(from: &mut Unpacker) -> Option<Self> {
        let mut names = Self::default();
        for places in [&mut names.entries, &mut names.whole] {
            let count = from.u32()?;
            places.reserve(count as usize);
            for _ in 0..count {
                let name = from.bytes()?;
                places.insert(name.into(), from.u32()?);
            }
        }
        for _ in 0..from.u32()? {
            names.meanings.push(Meaning::unpack(from)?);
        }
        Some(names)
    }

    fn get(&self, places: &Places, name: &[u8]) -> Option<&Meaning> {
        places.get(name).and_then(|place| self.meanings.get(*place as usize))
    }

    /// What a name means. The last token that says something decides: `order_phone` is a phone, `phone_count` none.
    pub fn meaning(&self, name: &[u8], keywords: &Keywords, groups: &[Meaning]) -> Meaning {
        let tokens = tokens(name);
        if let Some(meaning) = self.get(&self.whole, &tokens.join(&b'_')) {
            return meaning.clone();
        }
        for end in (1..=tokens.len()).rev() {
            let mut found = Meaning::default();
            for start in end.saturating_sub(6)..end {
                if let Some(meaning) =
                    tokens.get(start..end).and_then(|part| self.get(&self.entries, &part.join(&b'_')))
                {
                    found.merge(meaning);
                    if start + 1 < end {
                        break; // the longest phrase says it; its last word alone may mean something else
                    }
                }
            }
            if !found.is_empty() {
                return found;
            }
        }
        Self::by_keywords(name, keywords, groups)
    }

    /// What the last words of a name mean: `user_password2` is a password, `password_hint` none.
    pub fn last_meaning(&self, name: &[u8], keywords: &Keywords, groups: &[Meaning]) -> Meaning {
        let mut tokens = tokens(name);
        while tokens.len() > 1 && tokens.last().is_some_and(|token| token.iter().all(u8::is_ascii_digit)) {
            tokens.pop();
        }
        if let Some(meaning) = self.get(&self.whole, &tokens.join(&b'_')) {
            return meaning.clone();
        }
        for start in tokens.len().saturating_sub(6)..tokens.len() {
            if let Some(meaning) = tokens.get(start..).and_then(|part| self.get(&self.entries, &part.join(&b'_'))) {
                return meaning.clone();
            }
        }
        if name.is_ascii() && !name.contains(&b' ') {
            return Meaning::default();
        }
        Self::by_keywords(name, keywords, groups)
    }

    fn by_keywords(name: &[u8], keywords: &Keywords, groups: &[Meaning]) -> Meaning {
        let mut windows = Windows::default();
        let mut meaning = Meaning::default();
        let parted = parted(name);
        let name = parted.as_deref().unwrap_or(name);
        for hit in windows.cover(keywords, name, 0, name.len()) {
            if let Some(group) = groups.get(usize::from(hit.group)) {
                meaning.merge(group);
            }
        }
        if !meaning.raise.is_empty() {
            meaning.cancels = false;
        }
        meaning
    }
}

/// A name in Cyrillic letters whose words are told by their capitals, `ДатаРождения`, with blanks between them.
fn parted(name: &[u8]) -> Option<Vec<u8>> {
    if name.is_ascii() || name.contains(&b' ') {
        return None;
    }
    let text = str::from_utf8(name).ok()?;
    let mut parted = String::with_capacity(text.len() + 8);
    let mut small = false;
    for c in text.chars() {
        if small && c.is_uppercase() {
            parted.push(' ');
        }
        small = c.is_lowercase();
        parted.push(c);
    }
    (parted.len() > text.len()).then(|| parted.into_bytes())
}

/// Lower-case tokens of a name: parted by anything but letters and digits, between small and capital letters, and
/// between letters and digits.
fn tokens(name: &[u8]) -> Vec<Vec<u8>> {
    let mut tokens: Vec<Vec<u8>> = Vec::new();
    let mut last = 0u8;
    let name = without_marks(name);
    for (i, &byte) in name.iter().enumerate() {
        let word = byte.is_ascii_alphanumeric() || byte >= 0x80;
        if word {
            let next_small = at(&name, i + 1).is_ascii_lowercase();
            let begins = !(last.is_ascii_alphanumeric() || last >= 0x80)
                || (last.is_ascii_lowercase() && byte.is_ascii_uppercase())
                || (last.is_ascii_uppercase() && byte.is_ascii_uppercase() && next_small)
                || last.is_ascii_digit() != byte.is_ascii_digit();
            if begins {
                tokens.push(Vec::new());
            }
            if let Some(token) = tokens.last_mut() {
                token.push(byte.to_ascii_lowercase());
            }
        }
        last = byte;
    }
    tokens
}

/// A name whose Latin letters with marks are written without: `Äkesınıñ aty` is `Akesinin aty`.
fn without_marks(name: &[u8]) -> Cow<'_, [u8]> {
    if !name.iter().any(|byte| matches!(byte, 0xC3..=0xC9)) {
        return Cow::Borrowed(name);
    }
    let mut plain = Vec::with_capacity(name.len());
    let mut i = 0;
    while i < name.len() {
        let (c, length) = utf8::char_at(name, i).unwrap_or(('\0', 1));
        match fold::latin_of(fold::fold(u32::from(c))) {
            Some(letter) if c.is_uppercase() => plain.push(letter.to_ascii_uppercase()),
            Some(letter) => plain.push(letter),
            None => plain.extend_from_slice(name.get(i..i + length).unwrap_or_default()),
        }
        i += length;
    }
    Cow::Owned(plain)
}

/// The last word of a label, folded and hashed: letters up to a mark, or to a capital behind a small letter. Digits
/// behind it are passed over.
pub fn last_word(label: &[u8]) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01B3;
    let mut hash = 0xCBF2_9CE4_8422_2325;
    let mut i = label.len();
    let mut count = 0;
    while let Some((c, length)) = utf8::char_before(label, i) {
        let code = fold::fold(u32::from(c));
        let letter = fold::is_letter(code);
        if !letter && count > 0 && code != fold::PASSED {
            break;
        }
        i -= length;
        if letter {
            hash = (hash ^ u64::from(code)).wrapping_mul(PRIME);
            count += 1;
            if c.is_ascii_uppercase() && before(label, i).is_ascii_lowercase() {
                break;
            }
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_telling_token_decides() {
        let mut names = Names::default();
        names.add("phone", |meaning| meaning.raise.push(1));
        names.add("id_card", |meaning| meaning.raise.push(2));
        names.add("card", |meaning| meaning.raise.push(3));
        names.add("order", |meaning| meaning.cancels = true);
        names.add("count", |meaning| meaning.cancels = true);
        names.add("=ss", |meaning| meaning.raise.push(4));
        let meaning = |name: &str| names.meaning(name.as_bytes(), &Keywords::default(), &[]);
        assert_eq!(meaning("order_phone").raise, [1]);
        assert_eq!(meaning("clientPhone2").raise, [1]);
        assert!(meaning("phone_count").cancels);
        assert_eq!(meaning("idCard").raise, [2]);
        assert_eq!(meaning("ID_CARD").raise, [2]);
        assert_eq!(meaning("cardNumber").raise, [3]);
        assert_eq!(meaning("SS").raise, [4]);
        assert!(meaning("ss_x").is_empty());
        assert_eq!(meaning("Phóne").raise, [1]);
    }

    #[test]
    fn what_is_read_is_what_was_written() {
        let mut names = Names::default();
        names.add("phone_home", |meaning| meaning.raise.push(1));
        names.add("=ss", |meaning| meaning.lower.push(4));
        names.add("count", |meaning| meaning.cancels = true);
        let mut packed = Packer::default();
        names.pack(&mut packed);
        let read = Names::unpack(&mut Unpacker(packed.0.leak())).unwrap();
        for name in ["phone_home", "phonehome", "ss", "count", "home"] {
            let meaning = |names: &Names| names.meaning(name.as_bytes(), &Keywords::default(), &[]);
            assert_eq!(meaning(&read), meaning(&names), "{name}");
        }
    }
}
