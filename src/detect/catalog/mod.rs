//! The catalogue: detectors compiled from their files into the tables that the engine works with.
//!
//! After it is compiled no later stage can meet a bad pattern. Detectors that are not selected stay in it as rivals:
//! what is reported of one detector does not depend on which others are on.

pub(crate) mod compile;
mod embedded;
pub mod file;
mod load;
pub mod picture;
#[cfg_attr(not(test), expect(dead_code, reason = "shared with the build, which writes what is read here"))]
mod vocabulary;

use crate::check::Check;
use crate::detect::custom::Custom;
use crate::detect::labelled::words::WordList;
use crate::detect::openings::Beginnings;
use crate::detect::population::Counted;
use crate::detect::simd::Wanted;
use crate::finding::{Confidence, Kind};
use crate::text::field::Ends;
use crate::text::hash::Spread;
use crate::text::heads::Heads;
use crate::text::keyword::Keywords;
use crate::text::names::{Meaning, Names};
use file::{Class, CookieValue, Definition, Failed, Normal, Reader};
use picture::Picture;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasherDefault;
use std::path::PathBuf;

pub use load::CatalogError;

/// Number of a rule (a detector) in the catalogue.
pub type RuleIndex = u16;

/// Which detectors run.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Ids or globs (`kz.*`); empty: all that are on by default.
    pub only: Vec<String>,
    /// Ids or globs that do not run.
    pub except: Vec<String>,
    /// Folders with further detectors.
    pub folders: Vec<PathBuf>,
    /// Categories that the operator added to the taxonomy, each with its gate class.
    pub categories: BTreeMap<String, String>,
}

/// One compiled detector.
#[derive(Debug)]
pub struct Rule {
    /// Whether it is selected.
    pub(crate) on: bool,
    /// Index of its kind in [`Catalog::kinds`].
    pub(crate) kind: u16,
    pub(crate) class: Class,
    /// Confidence with shape and check only.
    pub(crate) alone: Option<Confidence>,
    /// Order among rivals: smaller is stronger.
    pub(crate) rank: u32,
    pub(crate) normal: Normal,
    pub(crate) check: Check,
    pub(crate) labelled: Option<Check>,
    pub(crate) failed: Failed,
    pub(crate) near: bool,
    /// Whether all words for it are in [`Catalog::heads`].
    pub(crate) headed: bool,
    pub(crate) back_chars: u16,
    pub(crate) forward_chars: u16,
    /// Lost leading zeros: runs of `.0` to `.1` digits are padded to `.1` under a field that names the rule.
    pub(crate) pad: Option<(u8, u8)>,
}

/// A layout of digit groups and the rule it belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LayoutUse {
    pub(crate) rule: RuleIndex,
    pub(crate) format: bool,
}

/// A named cookie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CookieUse {
    pub(crate) rule: RuleIndex,
    pub(crate) kind: u16,
    pub(crate) value: CookieValue,
}

/// Rules of the shapes that the engine knows by heart.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known {
    pub(crate) phone: Option<RuleIndex>,
    pub(crate) email: Option<RuleIndex>,
    pub(crate) ipv4: Option<RuleIndex>,
    pub(crate) ipv6: Option<RuleIndex>,
    pub(crate) mac: Option<RuleIndex>,
    pub(crate) mrz: Option<RuleIndex>,
    pub(crate) iban: Option<RuleIndex>,
    pub(crate) jwt: Option<RuleIndex>,
    pub(crate) messenger: Option<RuleIndex>,
    /// Names of persons.
    pub(crate) name: Option<RuleIndex>,
    /// Account numbers whose key is over the code of the bank too.
    pub(crate) account: Option<RuleIndex>,
    /// Numbers that hold the date of birth of a person of Kazakhstan.
    pub(crate) iin: Option<RuleIndex>,
    pub(crate) address: Option<RuleIndex>,
    /// Payment cards: what is written behind a number can name it.
    pub(crate) card: Option<RuleIndex>,
    /// Dates of birth: the date is found first, then the words for it.
    pub(crate) birth_date: Option<RuleIndex>,
    /// Passwords: some stand where no label is.
    pub(crate) password: Option<RuleIndex>,
    /// Keys and tokens: some show themselves by their beginning.
    pub(crate) secret: Option<RuleIndex>,
    /// Hashes of passwords: those of crypt show themselves by their beginning.
    pub(crate) hash: Option<RuleIndex>,
    /// Numbers of payment cards under a mask: the mask shows them.
    pub(crate) masked: Option<RuleIndex>,
}

/// A rule whose values stand behind labels, and what reads them.
#[derive(Clone, Debug)]
pub(crate) struct LabelUse {
    pub(crate) rule: RuleIndex,
    pub(crate) reader: Reader,
    /// `words`: the values, sorted by their folded letters.
    pub(crate) words: WordList,
}

/// All detectors, compiled.
#[derive(Debug)]
pub struct Catalog {
    pub(crate) definitions: Vec<Definition>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) kinds: Vec<Kind>,
    /// Rule of each kind.
    pub(crate) kind_rules: Vec<RuleIndex>,
    pub(crate) layouts: HashMap<u64, Vec<LayoutUse>, crate::detect::number::LayoutHasher>,
    /// For each number of groups, the totals of digits that some layout has: bit n for n digits.
    pub(crate) totals: [u32; crate::detect::number::GROUPS + 1],
    /// The digits that some padding rule takes: bit n for n digits.
    pub(crate) padded: u32,
    /// Rules that pad, by the digits they take.
    pub(crate) pads: Vec<RuleIndex>,
    /// Rules of number plates, which words for vehicles tell ([`super::vehicles`]).
    pub(crate) plates: Vec<RuleIndex>,
    /// Pictures by the digits of their anchor group; index 0 holds those without one.
    pub(crate) pictures: Vec<Vec<Picture>>,
    /// For each list of pictures, the sides that some of them fit between.
    pub(crate) picture_needs: Vec<picture::Needs>,
    /// Layouts of a single group, by its digits.
    pub(crate) lone: Vec<Vec<LayoutUse>>,
    /// What is counted of runs of digits, by their length.
    pub(crate) counted: Vec<Counted>,
    pub(crate) known: Known,
    pub(crate) cookies: HashMap<Vec<u8>, CookieUse, BuildHasherDefault<Spread>>,
    /// Names with an open end, as globs in lower case, longest first.
    pub(crate) cookie_stems: Vec<(String, CookieUse)>,
    pub(crate) labelled: Vec<LabelUse>,
    /// For each rule, its place in `labelled`.
    pub(crate) label_of: Vec<Option<u8>>,
    /// The last words of names and labels that speak for such rules.
    pub(crate) label_ends: Ends,
    /// Marks of encoded text, and beginnings of values that the finder does not know.
    pub(crate) beginnings: Beginnings,
    pub(crate) custom: Option<Custom>,
    /// The kind of an address that the words before it say to be that of an organisation, where addresses are known.
    pub(crate) organisation: Option<u16>,
    pub(crate) keywords: Keywords,
    /// How the words for numbers begin.
    pub(crate) heads: Heads,
    /// Meaning of each keyword group.
    pub(crate) groups: Vec<Meaning>,
    pub(crate) names: Names,
    pub(crate) wanted: Wanted,
    /// Categories that the operator added, with their gate classes.
    own: BTreeMap<String, String>,
    digest: String,
}

impl Catalog {
    /// What may be known of each kind of finding: detectors in the order of their ids, then refined categories.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// SHA-256 of all detector files and the taxonomy, as `sha256:…`: which rules an answer was made with.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The detectors as written, without their examples, and whether each is selected.
    pub fn definitions(&self) -> impl Iterator<Item = (&Definition, bool)> {
        self.definitions.iter().zip(self.rules.iter().map(|rule| rule.on))
    }
}

impl Rule {
    /// Share of random strings of its shape that pass its check, in millionths.
    pub(crate) fn chance(&self) -> u32 {
        self.rank & 0xFF_FFFF
    }
}

impl Catalog {
    /// Whether some layout has this many groups and digits: a cheap look before the table of layouts.
    #[inline]
    pub(crate) fn has_layout(&self, groups: usize, digits: usize) -> bool {
        self.totals.get(groups).is_some_and(|totals| digits < 32 && totals >> digits & 1 != 0)
    }

    /// Whether only words, known by their heads, or a field tell a value of this rule, if its form does not.
    #[inline]
    pub(crate) fn needs_words(&self, rule: RuleIndex) -> bool {
        self.rules.get(usize::from(rule)).is_some_and(|rule| rule.class != Class::A && rule.headed)
    }

    /// Whether some rule pads a run of this many digits.
    #[inline]
    pub(crate) fn pads_digits(&self, digits: usize) -> bool {
        digits < 32 && self.padded >> digits & 1 != 0
    }

    /// The rule behind a kind.
    pub fn rule_of(&self, kind: u16) -> Option<&Rule> {
        self.kind_rules.get(usize::from(kind)).and_then(|rule| self.rules.get(usize::from(*rule)))
    }
}
