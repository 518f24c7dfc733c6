//! What words and names of fields say of detectors, as tables. Those of the detectors in the program are made when it is
//! built, with this code; with an operator's own detectors they are made at the start.

use crate::text::heads::Heads;
use crate::text::keyword::{Group, KeywordError, Keywords};
use crate::text::names::{Meaning, Names, last_word};
use crate::text::packed::{Packer, Unpacker};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What one detector's file says of words.
#[derive(Debug, Default)]
pub(crate) struct Said<'d> {
    /// The detector.
    pub(crate) id: &'d str,
    /// Words for it.
    pub(crate) raise: Vec<&'d str>,
    /// Words against it.
    pub(crate) lower: Vec<&'d str>,
    /// Names of its fields.
    pub(crate) fields: Vec<&'d str>,
    /// Whether its values are numbers: digits in groups.
    pub(crate) is_number: bool,
}

/// A detector, its keyword, and what is wrong with that.
pub(crate) type Refused = (String, String, KeywordError);

/// All words and names. Rules are numbers: places in the list of detectors.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    pub(crate) keywords: Keywords,
    /// How the words for numbers begin.
    pub(crate) heads: Heads,
    /// For each rule, whether all words for it are among those.
    pub(crate) headed: Vec<bool>,
    /// Meaning of each keyword group.
    pub(crate) groups: Vec<Meaning>,
    pub(crate) names: Names,
    /// For each rule, what its names and labels end in.
    pub(crate) labels: Vec<Labels>,
}

/// What the names and labels of one rule end in.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    fields: Cow<'static, [u8]>,
    all: Cow<'static, [u8]>,
    words: Cow<'static, [u8]>,
}

impl Labels {
    fn of(said: &Said<'_>) -> Self {
        let fields: Vec<&str> = said.fields.iter().map(|field| field.trim_start_matches('=')).collect();
        let words = said.raise.iter().copied().filter(|word| !word.ends_with('*'));
        let labels: Vec<&str> = fields.iter().copied().chain(words).collect();
        let ends = |names: &[&str]| names.iter().flat_map(|name| forms(name)).filter_map(|form| end(&form)).collect();
        // `birth_date` is also written `birthdate`.
        let words: BTreeSet<u64> = labels
            .iter()
            .flat_map(|name| [last_word(name.as_bytes()), last_word(name.replace('_', "").as_bytes())])
            .collect();
        let (fields, all): (BTreeSet<[u8; 3]>, BTreeSet<[u8; 3]>) = (ends(&fields), ends(&labels));
        let flat = |ends: BTreeSet<[u8; 3]>| ends.into_iter().flatten().collect::<Vec<u8>>().into();
        let words: Vec<u8> = words.into_iter().flat_map(u64::to_le_bytes).collect();
        Self { fields: flat(fields), all: flat(all), words: words.into() }
    }

    /// The last bytes of each field's name: two or three.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        self.fields.as_chunks().0.iter().map(trimmed)
    }

    /// The last bytes of each field's name and label, in either case.
    pub(crate) fn labels(&self) -> impl Iterator<Item = &[u8]> {
        self.all.as_chunks().0.iter().map(trimmed)
    }

    /// The last words of names and labels, hashed.
    pub(crate) fn words(&self) -> impl Iterator<Item = u64> {
        self.words.as_chunks().0.iter().map(|bytes| u64::from_le_bytes(*bytes))
    }
}

/// The last three bytes of a name; 0 and two, if it has no more.
fn end(name: &[u8]) -> Option<[u8; 3]> {
    match *name {
        [.., first, second, third] => Some([first, second, third]),
        [second, third] => Some([0, second, third]),
        _ => None,
    }
}

fn trimmed(end: &[u8; 3]) -> &[u8] {
    match end {
        [0, rest @ ..] => rest,
        all => all,
    }
}

/// A name as it is written in either case: letters of two bytes differ in more than one bit.
fn forms(name: &str) -> Vec<Vec<u8>> {
    if name.is_ascii() {
        return vec![name.as_bytes().to_vec()];
    }
    vec![name.to_lowercase().into_bytes(), name.to_uppercase().into_bytes()]
}

impl Vocabulary {
    /// Gathers what all detectors say, in their order. `lower` and `fields` speak against all that need context.
    ///
    /// # Errors
    /// If a keyword is none.
    pub(crate) fn gather(said: &[Said<'_>], lower: &[&str], fields: &[&str]) -> Result<Self, Refused> {
        let mut vocabulary = Self { groups: vec![Meaning::default()], ..Self::default() };
        let mut words: BTreeMap<&str, (Meaning, &str)> = BTreeMap::new();
        for (index, said) in said.iter().enumerate() {
            let rule = index as u16;
            vocabulary.headed.push(said.is_number);
            for word in &said.raise {
                if said.is_number {
                    vocabulary.heads.add(word);
                }
                push(&mut words.entry(word).or_insert_with(|| (Meaning::default(), said.id)).0.raise, rule);
            }
            for word in &said.lower {
                push(&mut words.entry(word).or_insert_with(|| (Meaning::default(), said.id)).0.lower, rule);
            }
            for field in &said.fields {
                vocabulary.names.add(field, |meaning| push(&mut meaning.raise, rule));
            }
            vocabulary.labels.push(Labels::of(said));
        }
        for word in lower {
            words.entry(word).or_insert_with(|| (Meaning::default(), "context")).0.cancels = true;
        }
        for field in fields {
            vocabulary.names.add(field, |meaning| meaning.cancels = true);
        }
        let mut numbers: HashMap<Meaning, Group> = HashMap::new();
        let Self { keywords, groups, .. } = &mut vocabulary;
        for (word, (meaning, id)) in words {
            // Two spellings that fold to one keyword mean what both mean.
            let merge = |old: Group| {
                let mut merged = groups.get(usize::from(old)).cloned().unwrap_or_default();
                merged.merge(&meaning);
                *numbers.entry(merged.clone()).or_insert_with(|| {
                    groups.push(merged);
                    groups.len() as Group - 1
                })
            };
            keywords.add(word, merge).map_err(|problem| (id.to_owned(), word.to_owned(), problem))?;
        }
        Ok(vocabulary)
    }

    /// Writes all of it.
    pub(crate) fn pack(&self) -> Vec<u8> {
        let mut out = Packer::default();
        self.keywords.pack(&mut out);
        self.heads.pack(&mut out);
        out.u32(self.groups.len() as u32);
        for group in &self.groups {
            group.pack(&mut out);
        }
        self.names.pack(&mut out);
        out.u32(self.labels.len() as u32);
        for (labels, headed) in self.labels.iter().zip(&self.headed) {
            out.u32(u32::from(*headed));
            for bytes in [&labels.fields, &labels.all, &labels.words] {
                out.bytes(bytes);
            }
        }
        out.0
    }

    /// Reads what was written.
    pub(crate) fn unpack(packed: &'static [u8]) -> Option<Self> {
        let mut from = Unpacker(packed);
        let keywords = Keywords::unpack(&mut from)?;
        let heads = Heads::unpack(&mut from)?;
        let groups = (0..from.u32()?).map(|_| Meaning::unpack(&mut from)).collect::<Option<_>>()?;
        let names = Names::unpack(&mut from)?;
        let count = from.u32()?;
        let (mut labels, mut headed) = (Vec::new(), Vec::new());
        for _ in 0..count {
            headed.push(from.u32()? != 0);
            let mut bytes = || from.bytes().map(Cow::Borrowed);
            labels.push(Labels { fields: bytes()?, all: bytes()?, words: bytes()? });
        }
        Some(Self { keywords, heads, headed, groups, names, labels })
    }
}

fn push(list: &mut Vec<u16>, rule: u16) {
    if !list.contains(&rule) {
        list.push(rule);
    }
}
